"""Finds the heading of a table of organizations, as registers word it, and which of its columns are ours."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.catalog.faults import SIMILARITY
from bot.catalog.roster.words import is_of_one
from bot.catalog.tables.table import HEADING_WITHIN
from bot.catalog.tables.workbook import Sheet
from bot.domain.people.names import same
from bot.domain.people.organization import COLUMNS, Id
from bot.domain.people.roster_faults import Candidate

_NOT_WORDS = re.compile(r"\W+")
# «Наимено-\nвание»: a word that was parted at the end of a line.
PARTED = re.compile(r"(?<=\w)[-‐\u00ad]\s*\n\s*")
# A heading of two rows at most three deep.
_DEEPEST = 3

# What is optional: of several the first is taken, and nobody is asked.
_OPTIONAL = frozenset({"short"})

# A heading is ours if it has one of these words, and none but words about an organization beside it.
_KIND = {
    "name": re.compile(r"наименовани[ея]|названи[ея]|наименов|наим|назв|name"),
    "types": re.compile(r"типы?|виды?|types?"),
    "code": re.compile(r"коды?|code"),
}
_ABOUT = re.compile(
    r"образоват\w*|общеобразоват\w*|дошкольн\w*|учебн\w*|муниципальн\w*|государственн\w*|бюджетн\w*|подведомственн\w*"
    r"|организаци\w*|учреждени\w*|заведени\w*|школ[аыу]?|школьн\w*|детск\w*|сад\w*|юридическ\w*|лиц[ао]?"
    r"|[мг]?[бак]?(?:д|н|с)?о[уо]|оод|удод?|орг|обр|учр|дополнительн\w*|образования|полно?е?|сокр\w*|кратк\w*"
    r"|официальн\w*|уставн\w*|устав\w*|по|в|с|и|или|соответстви\w*|согласно|лицензи\w*|их|объект\w*|of|organi[zs]ation|full|the"
)
# These stand for a name alone: «Организация», «Образовательное учреждение», «ОУ».
_NOUN = re.compile(r"организаци[яи]|учреждени[ея]|заведени[ея]|школа|[мг]?[бак]?д?о[уо]")
_TERRITORY = re.compile(r"муниципальн\w* образования")
_OF_TERRITORY = re.compile(r"^(наименование|название) ")
_TERRITORY_OF = re.compile(r"территории|района|округа|куста|муниципалитета|муниципального (образования|района|округа)")
_QUOTED = re.compile('[«»"“”„]')
_FULL, _SHORT = re.compile(r"полн"), re.compile(r"кратк|сокр")

_BY_HEADING: dict[str, str] = {}


def words_of(cell: str) -> str:
    """The words of a heading, as they look."""
    return " ".join(_NOT_WORDS.sub(" ", same(PARTED.sub("", cell))).split())


for _name, _column in COLUMNS.items():
    if isinstance(_column, Id):
        # «Район» is ours where there are territories alone: see `territories`.
        continue
    _BY_HEADING |= {words_of(heading): _name for heading in (_name, *_column.headings)}
# The patterns are compared with what `same` makes of a heading, in which Latin letters have become Cyrillic.
_LATIN = {same(word): word for word in ("name", "type", "types", "code", "of", "organization", "organisation", "full")}


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a sheet: its rows, where our columns are, which others could be one of them as well.

    `texts`: how each column is headed. `is_bare`: the table has no heading, and the texts are the first of each
    column; then `last` is the row above the first.
    """

    sheet: Sheet
    first: int
    last: int
    texts: Mapping[int, str]
    columns: Mapping[str, int] = field(default_factory=dict)
    twins: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    is_bare: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it has all without which there is no organization."""
        return {"name", "types"} <= self.columns.keys()

    def candidates(self, *, but: frozenset[str] = frozenset()) -> tuple[Candidate, ...]:
        """The columns as they are headed, without those of ours in `but`; those that are near to anything first."""
        taken = {place for name, place in self.columns.items() if name in but}
        free = {place: text for place, text in self.texts.items() if place not in taken and text}
        columns = [Candidate(place, text, self._near(text)) for place, text in free.items()]
        return tuple(sorted(columns, key=lambda column: not column.near))

    def _near(self, text: str) -> str:
        if self.is_bare:
            return "name" if is_of_one(text) else ""
        return near(text)


def meaning(cell: str) -> tuple[str, int]:
    """Which column a heading is, empty if none, and how surely it is this one: of two the surer counts."""
    heading = words_of(cell)
    words = [_LATIN.get(word, word) for word in heading.split()]
    column = _BY_HEADING.get(heading, "")
    if not column and words and len(words) < 12 and not _TERRITORY.search(heading):
        column = _by_words(words, may_be_bare=not _QUOTED.search(cell))
    if column == "name":
        if _SHORT.search(heading) and not _FULL.search(heading):
            return "short", 2
        sure = 3 if _FULL.search(heading) else 2
        is_bare = heading not in _BY_HEADING and not any(map(_KIND["name"].fullmatch, words))
        return column, 0 if is_bare else sure
    if column == "types":
        return column, 1 if words[0].startswith("вид") else 2
    return column, 2


def territories(heading: Heading) -> list[int]:
    """The places of columns that may say the territory, those first that are headed just so."""
    column = COLUMNS["territory"]
    known = [words_of(each) for each in ("territory", *column.headings)]
    headed = {place: _OF_TERRITORY.sub("", words_of(text)) for place, text in heading.texts.items()}
    places = [
        place
        for place, text in headed.items()
        if place not in heading.columns.values() and (text in known or _TERRITORY_OF.fullmatch(text))
    ]
    return sorted(places, key=lambda place: headed[place] not in known[:2])


def near(cell: str) -> str:
    """The id of the column that the heading is nearest to, empty if it is near to none."""
    column, _ = meaning(cell)
    if column:
        return column
    words = words_of(cell).split()
    for column, kind in _KIND.items():
        if any(kind.fullmatch(word) for word in words):
            return column
    if any(re.match("категори|уровен|направлени|ступен", word) for word in words):
        return "types"
    # Of two that share a word, as a name and a short one do, the first is meant.
    headings = reversed(_BY_HEADING.items())
    known = {word: column for heading, column in headings for word in heading.split() if len(word) > 2}
    known = {word: column for word, column in known.items() if not _ABOUT.fullmatch(word)}
    for word in words:
        if close := difflib.get_close_matches(word, known, n=1, cutoff=SIMILARITY + 0.1):
            return known[close[0]]
    return ""


def _by_words(words: Sequence[str], *, may_be_bare: bool) -> str:
    for column, kind in _KIND.items():
        others = [word for word in words if not kind.fullmatch(word)]
        if len(others) < len(words) and all(map(_ABOUT.fullmatch, others)):
            return column
    if may_be_bare and len(words) <= 4 and all(map(_ABOUT.fullmatch, words)) and any(map(_NOUN.fullmatch, words)):
        return "name"
    return ""


def is_heading(cells: Sequence[str]) -> bool:
    """Whether a row has names and types."""
    return {"name", "types"} <= _columns(dict(enumerate(cells)))[0].keys()


def find(sheet: Sheet) -> Heading | None:
    """The heading of the sheet: the first that is whole, else the first that has names, else one that has types."""
    partial: dict[str, tuple[Heading, int, int]] = {}
    # As flat as it can be: a title above the heading is no part of it.
    for depth in range(1, _DEEPEST + 1):
        for index in range(min(len(sheet.rows), HEADING_WITHIN)):
            heading = _at(sheet, index, depth)
            if heading is None:
                continue
            if heading.is_whole:
                return _with_above(_with_rest(heading, index, depth), index)
            for column in ("name", "types"):
                if column in heading.columns and _is_sure(heading, column):
                    partial.setdefault(column, (heading, index, depth))
    best = partial.get("name") or partial.get("types")
    return _with_above(_with_rest(*best), best[1]) if best else None


def _with_rest(heading: Heading, index: int, depth: int) -> Heading:
    """The heading, with the row below it if that says what stands there: «полное», «краткое»; «Код», «Название»."""
    deeper = _at(heading.sheet, index, depth + 1)
    if deeper is None or not heading.columns.keys() <= deeper.columns.keys() or "name" not in heading.columns:
        return heading
    cells = dict(enumerate(heading.sheet.rows[index + depth][1]))
    below = words_of(cells.get(heading.columns["name"], ""))
    # «Детский сад» may be what the first organization is called: its type says that it is one.
    is_about = bool(below) and all(map(_ABOUT.fullmatch, below.split()))
    is_rest = heading.is_whole and is_about and not cells.get(heading.columns["types"])
    is_which = is_about and bool(_FULL.search(below) or _SHORT.search(below))
    means, sure = meaning(below)
    return deeper if is_rest or is_which or (means and sure) else heading


def _with_above(heading: Heading, index: int) -> Heading:
    """The heading, with the row above it if a column of ours is headed there: «Код» beside «Организация»."""
    higher = _at(heading.sheet, index - 1, heading.last - heading.first + 2) if index else None
    return higher if higher and heading.columns.keys() < higher.columns.keys() else heading


def likely(sheet: Sheet) -> Heading | None:
    """The row that looks like a heading although nothing in it is known; None if nothing stands below any.

    A list that begins with its organizations has none: the first of them is not to be lost as a heading.
    """
    rows = sheet.rows[:HEADING_WITHIN]
    if len(sheet.rows) < 2:
        return None

    def looks(index: int) -> tuple[int, int, int]:
        cells = [cell for cell in rows[index][1] if any(map(str.isalpha, cell))]
        return sum(bool(near(cell)) for cell in cells if len(cell) < 100), len(cells), -index

    best = max(range(min(len(rows), len(sheet.rows) - 1)), key=looks)
    first = next((index for index, (_, cells) in enumerate(rows) if any(map(is_of_one, cells))), len(rows))
    return _bare(sheet, first) if first <= best else _at(sheet, best, 1)


def _bare(sheet: Sheet, index: int) -> Heading:
    """What stands for the heading of a list that begins there."""
    texts: dict[int, str] = {}
    for _, cells in reversed(sheet.rows[index : index + HEADING_WITHIN]):
        texts |= {place: cell for place, cell in enumerate(cells) if cell}
    first = sheet.rows[index][0]
    return Heading(sheet, first, first - 1, dict(sorted(texts.items())), is_bare=True)


def _is_sure(heading: Heading, column: str) -> bool:
    """Whether a part of a heading is one: «Школа» alone may be anything."""
    text = heading.texts[heading.columns[column]]
    return words_of(text) in _BY_HEADING or meaning(text)[1] > 0


def _at(sheet: Sheet, index: int, depth: int) -> Heading | None:
    """The heading of that many rows from there on."""
    rows = sheet.rows[index : index + depth]
    first = rows[0][0]
    if len(rows) < depth or rows[-1][0] != first + depth - 1:
        return None
    if depth > 1 and any(any(map(str.isdigit, cell)) for cell in rows[-1][1]):
        # Rows of organizations have numbers somewhere.
        return None
    texts = dict(enumerate(rows[0][1]))
    for number, cells in rows[1:]:
        texts = _below(sheet, number, texts, cells)
    columns, twins = _columns(texts)
    # A heading of ours that is merged downwards stands beside more rows of the heading.
    ends = [
        bottom for top, place, bottom, _ in sheet.merged if first <= top < first + depth and place in columns.values()
    ]
    return Heading(sheet, first, max([first + depth - 1, *ends]), texts, columns, twins)


def _below(sheet: Sheet, number: int, above: Mapping[int, str], cells: Sequence[str]) -> dict[int, str]:
    """The texts of the columns with one more row of the heading: «Организация» over «Наименование» and «Тип»."""
    ends = {place: last for top, place, bottom, last in sheet.merged if top < number and bottom < number}
    texts: dict[int, str] = {}
    over, until = "", -1
    for place in range(max(len(cells), len(above))):
        own = above.get(place, "")
        cell = cells[place] if place < len(cells) else ""
        if own:
            # Without merged cells (CSV, ODS) a text stands over the empty places after it.
            over, until = own, ends.get(place, place if sheet.merged else place + len(cells))
        if not cell:
            texts[place] = own
        elif (meaning(cell)[0] and meaning(cell)[1]) or place > until:
            texts[place] = cell
        else:
            texts[place] = f"{over} {cell}".strip()
    return texts


def _columns(texts: Mapping[int, str]) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """Where our columns are, and where several are equally sure to be the same one."""
    places: dict[str, list[tuple[int, int]]] = {}
    for place, text in texts.items():
        column, sure = meaning(text)
        if column:
            places.setdefault(column, []).append((sure, place))
    if "types" not in places and max(places.get("name", [(1, 0)]))[0] == 0:
        # «Школа» alone may be anything, an organization too.
        del places["name"]
    if "name" not in places and "short" in places:
        # Of a list that has short names alone these are the names.
        places["name"] = places.pop("short")
    best = {column: [place for sure, place in at if sure == max(at)[0]] for column, at in places.items()}
    return {column: at[0] for column, at in best.items()}, {
        column: tuple(at) for column, at in best.items() if len(at) > 1 and column not in _OPTIONAL
    }
