"""Wording that reports share, and what is said beside a report."""

from bot.domain.ledger.report import Execution, Occasion, Order
from bot.domain.people.messenger import Messenger
from bot.domain.screen import Screen
from bot.views.words import percent, screen

# What the board is called, of a district and of several territories.
BOARD, BOARD_OF_TERRITORIES = "Доска района", "Доска по территориям"


def answered(execution: Execution) -> str:
    """«Представили 17 из 24 (71 %), в срок 15; срок не наступил: 3», plain text."""
    if execution.completion is not None:
        counts = [
            f"Представили {execution.answered} из {execution.wanted} ({percent(execution.completion)})",
            f"в срок {execution.on_time}",
            *([f"на доработке {execution.returned}"] if execution.returned else []),
        ]
    elif not execution.asked and execution.excused:
        counts = [f"Сняты с контроля: {execution.excused}"]
    else:
        counts = [f"Представили {execution.answered}"] if execution.answered else []
    pending = [f"срок не наступил: {execution.pending}"] if execution.pending else []
    text = "; ".join([part for part in (", ".join(counts), *pending) if part])
    return text[:1].upper() + text[1:]


def uncounted(count: int) -> str:
    """What stands below totals that leave out so many of the answers above."""
    return f"В итог не вошли ответы на доработке и снятых с контроля: {count}"


def occasion(order: Order) -> str:
    """The beginning of the caption of a report that comes by itself; HTML."""
    match order.occasion:
        case Occasion.MONTHLY:
            return "<b>Отчёт за месяц</b>\n"
        case Occasion.CLOSING:
            return "<b>Приём ответов завершён</b>\n"
        case Occasion.ASKED:
            return ""


def failed(incident: str) -> Screen:
    """The report could not be made."""
    return screen(
        "Простите, отчёт не получился.",
        f"Сообщите администратору номер: <code>{incident}</code>.",
        "Попробуйте период короче или повторите позже.",
    )


def not_taken(messenger: Messenger) -> Screen:
    """The report was made, and the server does not take its file: it is too large for it, say."""
    return screen(
        f"Отчёт готов, но сервер {messenger.called} не принял файл.",
        "Выберите период короче. Полный отчёт администратор получит на сервере командой "
        "<code>python -m bot report ФАЙЛ.xlsx</code>.",
    )


def too_large(messenger: Messenger) -> Screen:
    """The report is larger than a file that a bot may send."""
    return screen(
        f"Отчёт больше 50 МБ: {messenger.called} такой файл не передаёт.",
        "Выберите период короче. Полный отчёт администратор получит на сервере командой "
        "<code>python -m bot report ФАЙЛ.xlsx</code>.",
    )
