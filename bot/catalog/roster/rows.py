"""The rows of a table of organizations below its heading, and which of them are no organizations."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.catalog.roster.headings import Heading, meaning
from bot.catalog.roster.words import OWN_NAME
from bot.domain.people.names import same
from bot.domain.people.organization import COLUMNS, Id, Ids
from bot.domain.people.roster_faults import NoteKind, RosterNote

LISTS = frozenset(name for name, column in COLUMNS.items() if isinstance(column, Ids))
# What is written once beside several organizations.
_SHARED = LISTS | {name for name, column in COLUMNS.items() if isinstance(column, Id)}

_TOTAL = re.compile(r"(итого|всего|итог|в том числе|в т\. ?ч\.?|из них|общее количество|total)\b")
_SIGNATURE = re.compile(
    r"(начальник|руководител[ья]|директор|заведующ\w+|исполнител[ья]|исп\.|ответственн\w+|подпис[ьи]|м\. ?п\.|дата\b"
    r"|примечани[ея]|составил\w*|подготовил\w*|согласован\w*|утвержд\w+|верно\b|глав(а|ный|ного)\b|заместител[ья]|зам\."
    r"|методист|специалист|тел\.|телефон|и\. ?о\.|врио\b|источник|по состоянию|\*|<\*>"
    r"|\d{2}\.\d{2}\.\d{4}|_+)"
)
_SECTION = re.compile(
    r"(раздел\b.*|[ivxlcіхс]+[.)].*"
    r"|.*\b(школы|сады|организации|учреждения|заведения|центры|гимназии|лицеи|интернаты|группы|ясли|филиалы|сош|доу)\b.*)"
)
_NUMBERED = re.compile(r"\s*\d{1,4}[.)]\s+(?=\S)")
_ORDINAL = re.compile(r"\d+[.)]?")


@dataclass(slots=True)
class Row:
    """`cells` has what stands in each of our columns, empty where the table has no such column.

    `filled`: all that stands in the row; `section`: the last heading of a section above it.
    """

    number: int
    cells: Mapping[str, str]
    filled: Sequence[str]
    section: str = ""

    @property
    def code(self) -> str:
        return self.cells["code"]

    @property
    def name(self) -> str:
        return self.cells["name"]


@dataclass(slots=True)
class Rows:
    """The organizations, which of them are hidden, and what else stands there."""

    organizations: list[Row] = field(default_factory=list)
    hidden: list[Row] = field(default_factory=list)
    notes: list[RosterNote] = field(default_factory=list)


def split(heading: Heading) -> Rows:
    """The rows below the heading that say anything."""
    below = _below(heading)
    shown = {(number, place): text for number, place, text in heading.sheet.shown}
    ordinal = _ordinal(heading, [cells for _, cells in below])
    wide = {top for top, first, _, last in heading.sheet.merged if last > first}
    ends = {(first, column): last for first, column, last, _ in heading.sheet.merged}
    carried: dict[str, tuple[int, str]] = {}
    rows = Rows()
    after: list[Row] = []
    section, carried_name = "", 0
    for number, read_cells in below:
        width = max([len(read_cells), *(place + 1 for row, place in shown if row == number)])
        held = ["".join(read_cells[place : place + 1]) for place in range(width)]
        cells = [_seen(shown.get((number, place), cell), cell) for place, cell in enumerate(held)]
        own = dict.fromkeys(COLUMNS, "") | {column: _cell(cells, place) for column, place in heading.columns.items()}
        said = dict(own)
        for column in heading.columns.keys() & _SHARED:
            # «Школы» written once beside ten of them. A merged name is one organization over two lines.
            if last := ends.get((number, heading.columns[column])):
                carried[column] = (last, own[column])
            last, above = carried.get(column, (0, ""))
            if number <= last and (own["name"] or own["code"]):
                said[column] = above
        row = Row(number, said, [cell for cell in cells if any(map(str.isalnum, cell)) or "__" in cell], section)
        if not row.filled or number <= ends.get((carried_name, heading.columns["name"]), 0):
            continue
        if rows.organizations and _is_rest(cells, heading, ordinal, rows.organizations[-1], number, ends):
            broken = rows.organizations[-1]
            broken.cells = {**broken.cells, "name": f"{broken.name} {own['name']}"}
            continue
        if own["name"]:
            carried_name = number
        kind = _other(row, cells, ordinal, is_first=number == heading.last + 1, is_wide=number in wide)
        if kind is NoteKind.SECTION:
            section = row.filled[0]
        if kind:
            rows.notes.append(RosterNote(kind, number, row.filled[0]))
        elif _may_be_signature(row, cells, ordinal):
            after.append(row)
            continue
        elif number in heading.sheet.hidden:
            rows.hidden.append(row)
        else:
            rows.organizations += [*after, row]
            after = []
    _drop_numbers([*rows.organizations, *rows.hidden])
    # Below the last organization, and nothing but words of a signature.
    rows.notes += [RosterNote(NoteKind.SIGNATURE, row.number, " ".join(row.filled)) for row in after]
    rows.notes.sort(key=lambda note: note.row or 0)
    return rows


def _seen(shown: str, held: str) -> str:
    """What a cell says: as it looks (007), but with the digits that are there where 1.02E+12 is shown of them."""
    is_rounded = shown.isdecimal() and held.isdecimal() and shown.lstrip("0") != held.lstrip("0")
    return held if is_rounded else shown


def _is_rest(
    cells: Sequence[str],
    heading: Heading,
    ordinal: int | None,
    above: Row,
    number: int,
    ends: Mapping[tuple[int, int], int],
) -> bool:
    """Whether the row is but the rest of the name above: all other cells there are merged with those of this row.

    Programs do that with a web page whose cells have several lines. A type may be that of several organizations, a
    number is not.
    """
    name = heading.columns["name"]
    down = {place for (first, place), last in ends.items() if first == above.number and last >= number}
    is_one = bool(down & {ordinal, heading.columns.get("code")}) and name not in down
    is_alone = bool(_cell(cells, name)) and not any(cell for place, cell in enumerate(cells) if place != name)
    return is_one and is_alone and len(above.filled) == len(down) + 1


def _drop_numbers(rows: Sequence[Row]) -> None:
    """Takes the ordinal numbers out of names that all begin with one: «1. МБОУ СОШ № 5»."""
    numbered = [_NUMBERED.match(row.name) for row in rows]
    if len(rows) > 1 and all(numbered):
        for row, found in zip(rows, numbered, strict=True):
            assert found
            row.cells = {**row.cells, "name": row.name[found.end() :]}


def _below(heading: Heading) -> list[tuple[int, list[str]]]:
    """The rows below the heading by their numbers, without one in which a form numbers its columns."""
    # A row of nothing but formulas that nothing has computed is not among the rows.
    blank = {number: list[str]() for number, _, _ in heading.sheet.shown}
    below = sorted(
        (number, cells) for number, cells in (blank | dict(heading.sheet.rows)).items() if number > heading.last
    )
    if below and len(filled := [cell for cell in below[0][1] if cell]) > 1 and all(map(str.isdecimal, filled)):
        del below[0]
    return below


def _other(row: Row, cells: Sequence[str], ordinal: int | None, *, is_first: bool, is_wide: bool) -> NoteKind | None:
    """What the row is if it is no organization; None if it may be one."""
    words = [text for text in row.filled if any(map(str.isalpha, text))]
    is_alone = len(row.filled) == 1
    if _numbers_columns(cells):
        return NoteKind.NUMBERS
    means, sure = meaning(row.name)
    # The heading once more, on a new page, or the second row of it, which is about other columns.
    if (means in ("name", "short") and sure > 0) or (
        is_first and not is_alone and not any(row.cells.values()) and not any(map(str.isdigit, "".join(row.filled)))
    ):
        return NoteKind.HEADING
    # «Всего 6» may stand with the number in any column, that of codes too.
    if words and _TOTAL.match(same(words[0])) and not (row.code and (row.cells["types"] or not row.code.isdecimal())):
        return NoteKind.TOTAL
    if not words and is_alone and not row.name and not row.code:
        return NoteKind.ONLY_A_NUMBER
    if is_alone and words and not row.cells["types"] and not row.code:
        text = row.filled[0]
        is_outside = not row.name
        unnumbered = ordinal is not None and not _cell(cells, ordinal)
        if _SIGNATURE.match(same(text)):
            return None
        titled = _SECTION.fullmatch(same(text))
        if (is_outside or is_wide or titled or unnumbered) and not OWN_NAME.search(text):
            return NoteKind.SECTION
    return None


def _may_be_signature(row: Row, cells: Sequence[str], ordinal: int | None) -> bool:
    if row.cells["types"] or row.code or (ordinal is not None and _ORDINAL.fullmatch(_cell(cells, ordinal))):
        return False
    return bool(_SIGNATURE.match(same(row.filled[0])))


def _ordinal(heading: Heading, below: Sequence[Sequence[str]]) -> int | None:
    """The column of ordinal numbers, where nearly each organization has one."""
    for place, text in heading.texts.items():
        if place in heading.columns.values() or (any(map(str.isalpha, text)) and not same(text).startswith(("№", "n"))):
            continue
        named = [cells for cells in below if _cell(cells, heading.columns["name"])]
        numbered = [cells for cells in named if _ORDINAL.fullmatch(_cell(cells, place))]
        if len(numbered) > 1 and len(numbered) * 2 > len(named):
            return place
    return None


def _numbers_columns(cells: Sequence[str]) -> bool:
    """Whether it is the row in which forms number their columns: 1, 2, 3, or А, Б, 1, 2."""
    filled = [cell for cell in cells if cell]
    numbers = [cell for cell in filled if cell.isdecimal()]
    letters = [cell for cell in filled if not cell.isdecimal()]
    counted = [str(number) for number in range(1, len(numbers) + 1)]
    return len(filled) > 1 and bool(numbers) and numbers == counted and all(len(cell) == 1 for cell in letters)


def _cell(cells: Sequence[str], place: int) -> str:
    text = cells[place] if place < len(cells) else ""
    # A dash where there is nothing to say.
    return text if any(map(str.isalnum, text)) else ""
