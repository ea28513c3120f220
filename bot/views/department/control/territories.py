"""A round, and all open ones, by territory: totals first, a row each; behind each row is its list."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from bot.domain.brevity import told_apart
from bot.domain.ledger.control import Counts, Part, There
from bot.domain.ledger.obligation import Round
from bot.domain.people.member import Person, Right
from bot.domain.screen import Button, Screen
from bot.views.callbacks.control import InRound, InTerritory, Shares
from bot.views.callbacks.reports import OfRound
from bot.views.department.control.control import (
    NOWHERE,
    At,
    Where,
    actions,
    as_table,
    choices,
    counted,
    due_line,
    head,
    onward,
    turn,
    way_back,
)
from bot.views.department.panel import back
from bot.views.words import button_titles, esc, in_pairs, percent, screen

# Territories on a screen: a region has some twenty, a phone's two screens about forty rows.
ROWS = 24
# Rounds below them.
ROUNDS = 6
_NAME = 26


def of_round(
    round_: Round,
    counts: Counts,
    listed: Sequence[Where],
    at: At,
    now: datetime,
    zone: tzinfo,
    person: Person,
    *,
    shares: bool = False,
) -> Screen:
    """Shows how a round stands, and a page of its territories: counts, or (`shares`) how much of each has answered."""
    part, page, pages = at
    lines = [*head(round_), due_line(round_, counts, now, zone), "", *counted(counts), ""]
    may = person.may(Right.CURATE)
    names = told_apart([where.name for where in listed], _NAME)
    labelled = list(zip(names, listed, strict=True))

    def door(name: str, where: Where) -> Button:
        said = _share(where.there) if shares else _said(where.there.counts, part)
        return Button(f"{name}: {said}", InTerritory(round=round_.id, territory=where.key, part=part).pack())

    lines.append("Здесь никого нет." if not listed else _ABOUT_SHARES if shares else _ABOUT[part])
    if part is Part.OWING and not shares:
        rows = [[door(name, where), *([where.remind(round_, "Напомнить")] if may else [])] for name, where in labelled]
    else:
        rows = in_pairs([door(name, where) for name, where in labelled])

    def to(page: int) -> str:
        if shares:
            return Shares(round=round_.id, page=page).pack()
        return InRound(round=round_.id, part=part, page=page).pack()

    rows.append(turn(page, pages, to))
    rows += choices(counts, part, lambda part: InRound(round=round_.id, part=part).pack())
    rows += _about_all(round_, counts, part, may=may, shares=shares)
    return screen(*lines, rows=[*rows, back(way_back(round_, now))])


def _about_all(round_: Round, counts: Counts, part: Part, *, may: bool, shares: bool) -> list[list[Button]]:
    """What can be done about all territories together."""
    if part is not Part.ALL:
        return []
    if shares:
        other = Button("Показать числа", InRound(round=round_.id).pack())
    else:
        other = Button("Показать доли, %", Shares(round=round_.id).pack())
    rows = [[other], as_table(round_)]
    rows.append([Button("Excel: лист на территорию", OfRound(round=round_.id, what="a").pack())])
    return rows + actions(round_, counts) if may else rows


_ABOUT = {
    Part.ALL: "Ответили / спрошено, по территориям:",
    Part.OWING: "Не ответили, по территориям:",
    Part.WAITING: "На проверке, по территориям:",
    Part.UNREACHED: "Не дошло, по территориям:",
}
_ABOUT_SHARES = "Доля ответивших из тех, чей срок наступил:"


def shown(there: There, part: Part) -> bool:
    """Whether the territory has a row in that part."""
    return part is Part.ALL or _number(there.counts, part) > 0


def totals(listed: Sequence[There], names: Mapping[str, str]) -> list[str]:
    """A line for each territory of what is open: «Северный: 17/24»; of very many for the first, and how many more."""
    lines = [f"{esc(names[there.territory])}: {_said(there.counts, Part.ALL)}" for there in listed[:ROWS]]
    return [*lines, f"и ещё {len(listed) - ROWS}"] if len(listed) > ROWS else lines


def running(
    totals: Sequence[str],
    rounds: Sequence[Round],
    counts: Mapping[int, Counts],
    page: int,
    pages: int,
    pending: tuple[int, int],
    total: int,
    local: Mapping[int, str] = NOWHERE,
) -> Screen:
    """Shows how territories stand with what is open, and lists the open rounds; `pending`, `local`: as in
    `control.running`."""
    lines = [f"<b>Открытые запросы: {total}</b>", "Ответили / спрошено, по территориям:", *totals]
    titles = button_titles(
        [
            f"{number}. {round_.directive.title}{' · местное' if round_.id in local else ''}"
            for number, round_ in enumerate(rounds, page * ROUNDS + 1)
        ],
        [f"{round_.title}" for round_ in rounds],
    )
    rows = [
        [Button(f"{title} · {_said(counts.get(round_.id, Counts()), Part.ALL)}", InRound(round=round_.id).pack())]
        for title, round_ in zip(titles, rounds, strict=True)
    ]
    return screen(*lines, rows=[*rows, *onward(page, pages, *pending)])


def _said(counts: Counts, part: Part) -> str:
    if part is not Part.ALL:
        return str(_number(counts, part))
    return f"{counts.done}/{counts.asked}{' ❗️' if counts.overdue else ''}"


def _number(counts: Counts, part: Part) -> int:
    match part:
        case Part.ALL:
            return counts.asked
        case Part.OWING:
            return counts.owing
        case Part.WAITING:
            return counts.answered
        case Part.UNREACHED:
            return counts.unreached


def _share(there: There) -> str:
    return percent(there.counts.completion)
