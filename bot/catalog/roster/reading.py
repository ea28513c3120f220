"""Reads a roster from a table such as a methodist keeps: a list in Excel, or what some program has exported."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.catalog import answers_sheet
from bot.catalog.roster.doubts import doubts
from bot.catalog.roster.headings import PARTED, Heading, find, is_heading, likely, territories
from bot.catalog.roster.rows import LISTS, Row, split
from bot.catalog.roster.words import Territories, Types, Words, is_form
from bot.catalog.tables import table, workbook
from bot.catalog.tables.workbook import Sheet
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.labels import Named, clashes
from bot.domain.people.names import quoted, same
from bot.domain.people.organization import COLUMNS, MADE_UP, TYPED_IN, Id, Organization, RosterEntry, Text
from bot.domain.people.roster import named
from bot.domain.people.roster_faults import (
    Candidate,
    NoteKind,
    RosterFault,
    RosterFaultKind,
    RosterNote,
    RosterTableError,
)
from bot.domain.spelling import spelled
from bot.domain.text import clean, units

_CODE = re.compile(r"[a-z0-9_-]{1,40}")
_LATIN = str.maketrans("асеорхук‐‑‒–—―−", "aceopxyk-------")
_SPACED_DASH = re.compile(r" [-‐‑‒–—―−] ")
_BETWEEN = re.compile(r"[,;\n/+]|\s\|\s")
# So many faults are read by nobody, and looking for what was meant takes its time.
_HINTED = 100
_UNKNOWN = {
    "types": RosterFaultKind.UNKNOWN_TYPE,
    "tags": RosterFaultKind.UNKNOWN_TAG,
    "territory": RosterFaultKind.UNKNOWN_TERRITORY,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What has been answered to questions about a table; JSON by `asdict`.

    `columns`: where a column is, by place or by heading. `types`: those of each organization of a table without such a
    column: the id of one, or BY_NAME. `hidden`: whether rows that nobody sees count. `hints`: whether words that the
    catalog lacks mean what they are nearest to.
    """

    columns: Mapping[str, int | str] = field(default_factory=dict)
    types: str = ""
    hidden: bool | None = None
    hints: bool = False


BY_NAME = "*"


@dataclass(frozen=True, slots=True)
class RosterTable:
    """The roster of a table, and what of it has been left out."""

    entries: tuple[RosterEntry, ...]
    notes: tuple[RosterNote, ...] = ()


def read(
    content: bytes, catalog: Catalog, organizations: Collection[Organization], answers: Answers | None = None
) -> RosterTable:
    """The roster that the table holds. Blocks while a workbook is read, for 20 seconds at most.

    `organizations` are all that there are, removed and unconfirmed ones included: a row without a code has that of
    the organization of the same name. Raises RosterTableError with all faults, or with the question that comes next.
    """
    answers = answers or Answers()
    sheets = _sheets(content)
    if any(map(answers_sheet.is_answers, sheets)):
        # Its organizations are those that were asked: all others would be removed.
        raise RosterTableError([RosterFault(RosterFaultKind.ANSWERS)])
    heading, notes = _find(sheets, answers)
    _refuse_broken(heading.sheet)
    heading, form = _without_form(heading, answers)
    heading = _with_territory(heading, catalog)
    rows = split(heading)
    reader = _Reader(catalog, organizations, answers, frozenset(heading.columns))
    if rows.hidden and answers.hidden is None:
        first = rows.hidden[0]
        raise RosterTableError(
            [RosterFault(RosterFaultKind.HIDDEN_ROWS, value=str(len(rows.hidden)), hint=_line(first.name))]
        )
    organized = rows.organizations
    if answers.hidden:
        organized = sorted([*organized, *rows.hidden], key=lambda row: row.number)
    else:
        notes += [RosterNote(NoteKind.HIDDEN, row.number, row.filled[0]) for row in rows.hidden]
    if not organized:
        raise RosterTableError([RosterFault(RosterFaultKind.NO_ROWS)])
    if "types" not in heading.columns and not answers.types:
        missing = RosterFault(
            RosterFaultKind.NO_COLUMN,
            None if heading.is_bare else heading.last,
            "types",
            form,
            candidates=heading.candidates(but=frozenset(heading.columns)),
            proposed=reader.proposed(organized),
        )
        raise RosterTableError([missing])
    entries = reader.entries(organized)
    return RosterTable(entries, (*doubts(organized, entries, organizations), *rows.notes, *notes))


def _sheets(content: bytes) -> list[Sheet]:
    kinds = RosterFaultKind
    value = ""
    try:
        return table.read(content, is_heading)
    except table.Empty:
        kind = kinds.EMPTY
    except workbook.TooBig:
        kind = kinds.TOO_BIG
    except workbook.Protected:
        kind = kinds.PROTECTED
    except workbook.NotAWorkbook as error:
        value = table.format_of(content).value
        kind = kinds.UNREADABLE if isinstance(error, workbook.Unreadable) and not value else kinds.NOT_A_TABLE
    raise RosterTableError([RosterFault(kind, value=value)])


def _refuse_broken(sheet: Sheet) -> None:
    """Nothing is removed because its row could not be read."""
    faults = [
        RosterFault(RosterFaultKind.BROKEN, number, " ".join(filter(None, cells)))
        for number, cells in sheet.rows
        if number in sheet.broken
    ]
    if faults:
        raise RosterTableError(faults)


def _find(sheets: Sequence[Sheet], answers: Answers) -> tuple[Heading, list[RosterNote]]:
    """The heading of the sheet that has organizations, and notes of sheets that seem to have more of them."""
    kinds = RosterFaultKind
    if not sheets:
        raise RosterTableError([RosterFault(kinds.EMPTY)])
    headings = [heading for sheet in sheets if (heading := find(sheet))]
    whole = [heading for heading in headings if heading.is_whole]
    named = [heading for heading in headings if "name" in heading.columns]
    best = whole or named or headings[:1]
    if len(best) > 1:
        # To take the first would remove the organizations of all others.
        titles = ", ".join(f"«{heading.sheet.name}»" for heading in best)
        raise RosterTableError([RosterFault(kinds.SEVERAL_SHEETS, value=titles)])
    guessed = best[0] if best else likely(max(sheets, key=lambda sheet: len(sheet.rows)))
    if guessed is None:
        raise RosterTableError([RosterFault(kinds.NO_HEADING)])
    heading = _answered(guessed, answers)
    for column, places in heading.twins.items():
        twins = tuple(Candidate(place, _line(heading.texts[place]), column) for place in places)
        raise RosterTableError(
            [RosterFault(kinds.SAME_COLUMN, heading.first, twins[1].heading, column=column, candidates=twins)]
        )
    if "name" not in heading.columns:
        other_headings = heading.candidates(but=frozenset({"types", "code", "tags"}))
        if best:
            raise RosterTableError([RosterFault(kinds.NO_COLUMN, heading.last, "name", candidates=other_headings)])
        raise RosterTableError([RosterFault(kinds.NO_HEADING, candidates=other_headings)])
    others = [other for other in named if other.sheet is not heading.sheet]
    return heading, [RosterNote(NoteKind.SHEET, None, other.sheet.name) for other in others]


def _without_form(heading: Heading, answers: Answers) -> tuple[Heading, str]:
    """The heading, without a column of types that has but legal forms («бюджетное»), and how that one is headed."""
    place = heading.columns.get("types")
    if place is None or "types" in answers.columns:
        return heading, ""
    below = [cells[place] for number, cells in heading.sheet.rows if number > heading.last and place < len(cells)]
    if not all(map(is_form, filter(None, below))) or not any(below):
        return heading, ""
    columns = {column: at for column, at in heading.columns.items() if column != "types"}
    texts = {at: text for at, text in heading.texts.items() if at != place}
    return replace(heading, columns=columns, texts=texts), _line(heading.texts[place])


def _with_territory(heading: Heading, catalog: Catalog) -> Heading:
    """The heading with the column of territories; of several that which names most of the catalog's."""
    if not catalog.territories or "territory" in heading.columns or not (places := territories(heading)):
        return heading
    ids = Territories(catalog).ids
    below = [cells for number, cells in heading.sheet.rows if number > heading.last]
    known = {place: sum(same(cell) in ids for cells in below for cell in cells[place : place + 1]) for place in places}
    return replace(heading, columns={**heading.columns, "territory": max(places, key=lambda place: known[place])})


def _answered(heading: Heading, answers: Answers) -> Heading:
    """The heading with the columns that somebody has pointed at."""
    places = {
        column: place
        for column, said in answers.columns.items()
        for place, text in heading.texts.items()
        if said == place or (isinstance(said, str) and same(said) == same(text))
    }
    own = {column: place for column, place in heading.columns.items() if place not in places.values()}
    twins = {
        column: at for column, at in heading.twins.items() if column not in places and not {*at} & {*places.values()}
    }
    return replace(heading, columns=own | places, twins=twins)


class _Reader:
    """Turns rows into entries and collects what is wrong with them."""

    def __init__(
        self, catalog: Catalog, organizations: Collection[Organization], answers: Answers, columns: Collection[str]
    ) -> None:
        self._catalog, self._answers, self._columns = catalog, answers, columns
        self._types = Types(catalog)
        territories = Territories(catalog)
        self._words: dict[str, Words] = {"types": self._types, "tags": Words(catalog.tags), "territory": territories}
        self._organizations = organizations
        self._by_code = {organization.code: organization for organization in organizations}
        self._faults: list[RosterFault] = []
        self._of_name: dict[str, list[str]] = {}

    def proposed(self, rows: Sequence[Row]) -> tuple[tuple[str, int], ...]:
        """How many rows speak of each type, "" for those that do of none; the most frequent first."""
        by_name = named(self._organizations)
        kinds = Counter(id for row in rows for id in self._proposed(row, by_name.get(same(row.name))) or {""})
        return tuple(kinds.most_common())

    def _proposed(self, row: Row, known: Organization | None) -> frozenset[str]:
        """The types of the organization, if there is one already, or those that its name, or its section, speaks of."""
        if known and known.types <= self._catalog.types.keys():
            return known.types
        return self._types.of_name(row.name) or self._types.of_name(row.section)

    def entries(self, rows: Sequence[Row]) -> tuple[RosterEntry, ...]:
        codes = {row.number: self._code(row) for row in rows}
        given = {code for code in codes.values() if code}
        free = [organization for organization in self._organizations if organization.code not in given]
        by_name = named(free)
        for organization in free:
            if organization.active and not organization.is_typed_in:
                self._of_name.setdefault(same(organization.name), []).append(organization.code)
        # Two of one name: a row without a code may be either.
        by_name = {name: known for name, known in by_name.items() if len(self._of_name.get(name, ())) < 2}
        taken = given | self._by_code.keys()
        entries = []
        for row in rows:
            known = by_name.get(same(row.name)) if not codes[row.number] else self._by_code.get(codes[row.number])
            name = self._name(row, known)
            code = codes[row.number] or (known.code if known and not known.is_typed_in else _made_up(name, taken))
            others = {column: self._value(row, column, known) for column in COLUMNS if column not in ("code", "name")}
            entries.append(RosterEntry(code, name, **others))
        self._refuse_twins(rows, entries)
        self._refuse_same_codes(rows, [codes[row.number] for row in rows])
        for place, other in clashes([Named(entry.code, entry.name, entry.short) for entry in entries]):
            self._fault(RosterFaultKind.SAME_SHORT, rows[place], entries[place].short, other=rows[other].number)
        if self._faults:
            raise RosterTableError(sorted(self._faults, key=lambda fault: fault.row or 0))
        return tuple(entries)

    def _fault(
        self,
        kind: RosterFaultKind,
        row: Row,
        value: str = "",
        hint: str = "",
        other: int | None = None,
        column: str = "",
    ) -> None:
        self._faults.append(RosterFault(kind, row.number, value, hint, other, column))

    def _code(self, row: Row) -> str:
        """The code that stands there, in the alphabet of codes; empty: none, or one that is no code."""
        # The alphabet of codes is Latin: «sсhооl-1» with Cyrillic letters is what it looks like.
        code = " ".join(clean(row.code).split()).casefold().translate(_LATIN)
        made_up = code.startswith(TYPED_IN) and code not in self._by_code
        if code and (made_up or not _CODE.fullmatch(code)):
            self._fault(RosterFaultKind.BAD_CODE, row, _line(row.code))
            return ""
        return code

    def _name(self, row: Row, known: Organization | None) -> str:
        name = _typeset(row.name)
        kinds = RosterFaultKind
        if not name:
            self._fault(kinds.NO_NAME, row)
        elif name[0] in "#=" or not any(map(str.isalpha, name)):
            self._fault(kinds.NOT_A_NAME, row, " ".join(row.name.split()))
        else:
            self._bound(row, "name", name)
        if known is None and not row.code and len(self._of_name.get(same(name), ())) > 1:
            self._fault(kinds.NAME_OF_SEVERAL, row, name, ", ".join(self._of_name[same(name)]))
        # Other quotes and spaces alone are no change: most keyboards have no «».
        return known.name if known and _typeset(known.name) == name else name

    def _value(self, row: Row, column: str, known: Organization | None) -> Any:
        """What the row says of a field that is neither the code nor the name."""
        if column == "types" and not row.cells[column] and self._answers.types:
            types = self._proposed(row, known) if self._answers.types == BY_NAME else {self._answers.types}
            return frozenset(types) or self._untyped(row, frozenset())
        if column == "types" and not row.cells[column]:
            return self._untyped(row, self._proposed(row, known))
        if column not in self._columns and known:
            # A list that says nothing of it takes nothing away.
            return getattr(known, column)
        if column in LISTS:
            return self._ids(row, column)
        if isinstance(COLUMNS[column], Id):
            return self._id(row, column)
        text = quoted(_line(row.cells[column]))
        self._bound(row, column, text)
        return text

    def _untyped(self, row: Row, proposed: frozenset[str]) -> frozenset[str]:
        """The types of an organization that has none in the table."""
        if not row.name or (proposed and self._answers.hints):
            return proposed
        titles = [type_.title for id, type_ in self._catalog.types.items() if id in proposed]
        self._fault(RosterFaultKind.NO_TYPES, row, _line(row.name), ", ".join(titles))
        return frozenset()

    def _bound(self, row: Row, column: str, text: str) -> None:
        kind = COLUMNS[column]
        if isinstance(kind, Text) and units(text) > kind.longest:
            self._fault(RosterFaultKind.LONG, row, text, column=column)

    def _ids(self, row: Row, column: str) -> frozenset[str]:
        """Ids of what the cell names by id or by title."""
        cell, known = row.cells[column], self._words[column]
        if same(cell) in known.ids:
            # A title may hold a comma.
            return frozenset({known.ids[same(cell)]})
        ids = set()
        # «#Н/Д» is one word, and so is a formula that nothing has computed.
        words = [cell] if cell.startswith(("#", "=")) else _BETWEEN.split(PARTED.sub("", cell))
        for word in (part for whole in filter(None, map(_line, words)) for part in known.parts(whole)):
            if found := self._known(row, column, word):
                ids.add(found)
        return frozenset(ids)

    def _id(self, row: Row, column: str) -> str:
        """The id of what the cell names by id or by title; empty if it names none."""
        word = _line(row.cells[column])
        return self._known(row, column, word) if word else ""

    def _known(self, row: Row, column: str, word: str) -> str:
        """The id that the word means; empty if there is no such one, which is a fault."""
        known = self._words[column]
        if same(word) in known.ids:
            return known.ids[same(word)]
        near = known.nearest(word) if len(self._faults) < _HINTED else []
        if self._answers.hints and len(near) == 1:
            return near[0]
        hint, *others = map(known.title, near or [""])
        self._faults.append(RosterFault(_UNKNOWN[column], row.number, word, hint, other_hints=tuple(others)))
        return ""

    def _refuse_twins(self, rows: Sequence[Row], entries: Sequence[RosterEntry]) -> None:
        """Refuses rows of one name, unless both have codes."""
        first: dict[str, tuple[Row, RosterEntry]] = {}
        for row, entry in zip(rows, entries, strict=True):
            other, its = first.setdefault(same(entry.name), (row, entry))
            if other is row or not entry.name or (row.code and other.code):
                continue
            types = entry.types | its.types
            titles = ", ".join(type_.title for id, type_ in self._catalog.types.items() if id in types)
            is_of_other_types = entry.types != its.types and entry.types and its.types
            kind = RosterFaultKind.OTHER_TYPES if is_of_other_types else RosterFaultKind.SAME_NAME
            self._fault(kind, row, _line(row.name), titles if is_of_other_types else "", other=other.number)

    def _refuse_same_codes(self, rows: Sequence[Row], codes: Sequence[str]) -> None:
        first: dict[str, Row] = {}
        for row, code in zip(rows, codes, strict=True):
            if code and (other := first.setdefault(code, row)) is not row:
                self._fault(RosterFaultKind.SAME_CODE, row, _line(code), other=other.number)


def _line(text: str) -> str:
    """The text in one line, without what cannot be seen."""
    return " ".join(spelled(text).split())


def _typeset(name: str) -> str:
    """The name with «quotes» and — dashes, as in the roster's file."""
    return quoted(_SPACED_DASH.sub(" — ", _line(name)))


def _made_up(name: str, taken: Collection[str]) -> str:
    """A code for an organization that has none: the same for the same name, whenever it is read."""
    attempt = 0
    while True:
        text = same(name) + (f"/{attempt}" if attempt else "")
        code = f"{MADE_UP}{hashlib.sha256(text.encode()).hexdigest()[:10]}"
        if code not in taken:
            return code
        attempt += 1
