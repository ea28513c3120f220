"""An import of organizations in the chat: what `bot.views.roster` leaves to say."""

from bot.domain.screen import Button, Screen
from bot.views.callbacks.department import Roster
from bot.views.callbacks.people import Import
from bot.views.department.panel import back
from bot.views.words import esc, screen, shorten

NOTHING_TO_APPLY = "Этот список уже внесён или отменён"


def prompt() -> Screen:
    """A file is waited for."""
    return screen(
        "<b>Загрузить список организаций</b>",
        "Пришлите файл: Excel, ODS или CSV, до 5 МБ. Столбцы: «Название», «Тип», по желанию «Метки» и «Код».",
        "",
        "Сначала бот покажет, что изменится. Кого в файле нет, отключится: в нём должны быть все.",
        rows=[back(Roster().pack())],
    )


def is_it(name: str) -> Screen:
    """A table came out of the blue."""
    return screen(
        f"Файл «{esc(shorten(name, 60))}» — это список организаций?",
        rows=[
            [
                Button("Да, сравнить", Import(step="read").pack()),
                Button("Нет", Import(step="cancel").pack()),
            ]
        ],
    )


def no_file() -> Screen:
    """Words came where a file was waited for."""
    return screen("Нужен файл со списком: Excel, ODS или CSV.", rows=[back(Roster().pack())])


def too_big() -> Screen:
    """The file is more than is taken."""
    return screen("Файл больше 5 МБ. Просим удалить лишнее и прислать его снова.", rows=[back(Roster().pack())])


def try_again() -> Screen:
    """Telegram did not give the file."""
    return screen(
        "Не удалось получить файл от Telegram. Просим прислать его ещё раз чуть позже.", rows=[back(Roster().pack())]
    )


def cancelled() -> Screen:
    """Nothing is changed."""
    return screen("Хорошо, список организаций не изменён.", rows=[back(Roster().pack())])


def choice(mark: str) -> list[list[Button]]:
    """Under what would change: to do it or not."""
    return [
        [
            Button("Применить", Import(step="apply", mark=mark).pack(), style="success"),
            Button("Отмена", Import(step="cancel", mark=mark).pack()),
        ]
    ]


def onward() -> list[list[Button]]:
    """Under what is done or cannot be."""
    return [back(Roster().pack())]
