"""An import of organizations in the chat: what `bot.views.roster` and `bot.views.roster_faults` leave to say."""

from collections.abc import Sequence

from bot.domain.catalog.catalog import Catalog
from bot.domain.people.messenger import Messenger
from bot.domain.people.organization import Organization
from bot.domain.people.proposal import Proposal
from bot.domain.people.roster_faults import RosterFault, RosterFaultKind
from bot.domain.screen import Button, Screen
from bot.views import roster
from bot.views.callbacks.department import Roster
from bot.views.callbacks.people import Heir, Import, Leaving, Pair
from bot.views.department.panel import back
from bot.views.roster import LEAVING, PAIRS, on_page
from bot.views.roster_faults import column_asked
from bot.views.words import arrows, button_labels, esc, screen, shorten

# Telegram takes a hundred; a register has up to sixty columns.
_BUTTONS = 90
# So many organizations that leave are all in sight.
_FEW = 3
SEND_AGAIN = "Загрузка прервалась. Пришлите, пожалуйста, файл ещё раз"
NOTHING_TO_APPLY = "Этот список уже внесён или отменён"


def prompt(catalog: Catalog) -> Screen:
    """A file is waited for."""
    optional = "«Метки», «Код» и «Территория»" if catalog.territories else "«Метки» и «Код»"
    return screen(
        "<b>Загрузить список организаций</b>",
        f"Пришлите файл: Excel, ODS или CSV, до 5 МБ. Столбцы: «Название», «Тип», по желанию {optional}.",
        "Если столбцы названы иначе или типа нет, бот спросит.",
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


def try_again(messenger: Messenger) -> Screen:
    """The messenger did not give the file."""
    return screen(
        f"Не удалось получить файл от {messenger.called}. Просим прислать его ещё раз чуть позже.",
        rows=[back(Roster().pack())],
    )


def cancelled() -> Screen:
    """Nothing is changed."""
    return screen("Хорошо, список организаций не изменён.", rows=[back(Roster().pack())])


def choice(proposal: Proposal, page: int, catalog: Catalog) -> list[list[Button]]:
    """Under what would change: which pairs are one; and once that is said, to do it or not."""
    mark, cancel = proposal.mark, Button("Отмена", Import(step="cancel", mark=proposal.mark).pack())
    rows = _pairs(proposal, page)
    if len(proposal.change.removed) > _FEW:
        label = f"Кто отключается: {len(proposal.change.removed)}"
        rows.append([Button(label, Leaving(mark=mark).pack())])
    elif catalog.territories:
        rows += _heirs(proposal, proposal.change.removed)
    if catalog.territories and proposal.change.added and len(proposal.after) > len(proposal.change.added):
        done = "✅ " if proposal.change.parts else ""
        rows.append([Button(f"{done}Новая выделена из прежней", Heir(organization=0, act="whole").pack())])
    if proposal.moving:
        label = "Запросы перевести в новые территории" if proposal.change.stays else "Запросы оставить за прежними"
        rows.append([Button(label, Import(step="stay", mark=mark).pack())])
    if proposal.undecided:
        return [*rows, [cancel]]
    return [*rows, [Button("Применить", Import(step="apply", mark=mark).pack(), style="success"), cancel]]


def _heirs(proposal: Proposal, leaving: Sequence[Organization]) -> list[list[Button]]:
    """Who goes on with the work of each of those that leave."""
    labels = button_labels([each.label or each.name for each in leaving], [each.code for each in leaving])
    named = proposal.change.heirs
    return [
        [Button(f"{'✅ ' if each.id in named else ''}Преемник: {label}", Heir(organization=each.id).pack())]
        for each, label in zip(leaving, labels, strict=True)
    ]


def _pairs(proposal: Proposal, page: int) -> list[list[Button]]:
    mark, rows = proposal.pairs_mark, []
    for number, renaming in on_page(proposal, page):
        said = proposal.is_one(renaming)
        rows.append(
            [
                Button(
                    f"{'✅ ' if said is is_one else ''}{number}: {word}",
                    Pair(mark=mark, said="one" if is_one else "two", number=number, page=page).pack(),
                )
                for is_one, word in ((True, "та же"), (False, "другая"))
            ]
        )
    pages = max(1, -(-len(proposal.renamings) // PAIRS))
    rows.append(arrows(page, pages, lambda to: Pair(mark=mark, page=to).pack()))
    if len(proposal.undecided) > 1:
        clear = [renaming for renaming in proposal.undecided if not renaming.rivals]
        one = Button(f"Остальные: те же ({len(clear)})", Pair(mark=mark, said="one", all=True, page=page).pack())
        two = Button("Остальные: другие", Pair(mark=mark, said="two", all=True, page=page).pack())
        rows.append([*([one] if clear else []), two])
    return rows


def leaving(proposal: Proposal, page: int, catalog: Catalog) -> Screen:
    """A page of those that would be switched off."""
    pages = max(1, -(-len(proposal.change.removed) // LEAVING))
    page = min(page, pages - 1)
    mark = proposal.mark
    turn = arrows(page, pages, lambda to: Leaving(mark=mark, page=to).pack())
    shown = roster.on_leaving_page(proposal, page)
    heirs = _heirs(proposal, shown) if catalog.territories else []
    return roster.leaving(proposal, page, [*heirs, turn, [Button("‹ Назад", Leaving(mark=mark, back=True).pack())]])


def answers(fault: RosterFault, catalog: Catalog, tag: str) -> list[list[Button]]:
    """Under a question about the table: the columns that it has, the types, whether hidden rows count."""
    if fault.kind is RosterFaultKind.HIDDEN_ROWS:
        told = [("Учитывать", "take"), ("Пропустить", "skip")]
        return [[_answer(text, tag, said) for text, said in told], *onward()]
    asked = column_asked(fault)
    rows = []
    if asked == "types":
        if any(id for id, _ in fault.proposed):
            rows.append([_answer("Определить по названиям", tag, "names")])
        rows += [[_answer(f"Все: {type_.title}", tag, f"type-{id}")] for id, type_ in catalog.types.items()]
    columns = [column for column in fault.candidates if asked != "types" or column.near in ("", "types")]
    rows += [
        [_answer(f"Столбец «{shorten(column.heading, 40)}»", tag, f"{asked}-{column.place}")]
        for column in columns[: _BUTTONS - len(rows)]
    ]
    return [*rows, *onward()]


def hints(tag: str) -> list[list[Button]]:
    """Under words that the catalog lacks, where each has a nearest one."""
    return [[_answer("Всё так и есть, заменить", tag, "hints")], *onward()]


def _answer(text: str, tag: str, said: str) -> Button:
    return Button(text, Import(step="answer", mark=f"{tag}.{said}").pack())


def onward() -> list[list[Button]]:
    """Under what is done or cannot be."""
    return [back(Roster().pack())]
