"""What is wrong with a table of organizations, and what in it is no organization.

RosterTableError
    The table cannot be used as it is; carries every `RosterFault` that could be found in one reading.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Format(StrEnum):
    """What people send instead of a table."""

    PDF = "pdf"
    PICTURE = "picture"
    DOCUMENT = "document"
    SLIDES = "slides"
    ARCHIVE = "archive"
    WEB_PAGE = "web-page"
    UNKNOWN = ""

    @classmethod
    def _missing_(cls, value: object) -> "Format":
        return cls.UNKNOWN


class RosterFaultKind(StrEnum):
    """What can be wrong. Of the first group there is one: the table cannot be read, or a question comes first."""

    EMPTY = "empty"
    TOO_BIG = "too-big"
    PROTECTED = "protected"
    NOT_A_TABLE = "not-a-table"
    UNREADABLE = "unreadable"
    # A workbook of the bot's own.
    ANSWERS = "answers"
    NO_HEADING = "no-heading"
    NO_COLUMN = "no-column"
    SAME_COLUMN = "same-column"
    SEVERAL_SHEETS = "several-sheets"
    NO_ROWS = "no-rows"
    HIDDEN_ROWS = "hidden-rows"

    BROKEN = "broken"
    NO_NAME = "no-name"
    NOT_A_NAME = "not-a-name"
    LONG = "long"
    SAME_NAME = "same-name"
    # One that stands in two sections: a school and its kindergarten groups.
    OTHER_TYPES = "other-types"
    NAME_OF_SEVERAL = "name-of-several"
    BAD_CODE = "bad-code"
    SAME_CODE = "same-code"
    SAME_SHORT = "same-short"
    NO_TYPES = "no-types"
    UNKNOWN_TYPE = "unknown-type"
    UNKNOWN_TAG = "unknown-tag"
    UNKNOWN_TERRITORY = "unknown-territory"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that the table has: where, how it is headed, and what the heading may mean (a column's id or empty)."""

    place: int
    heading: str
    near: str = ""


@dataclass(frozen=True, slots=True)
class RosterFault:
    """One fault. `row` is the number that Excel shows; None: the table as a whole.

    `value` is what stands there (of NOT_A_TABLE what it is, of NO_COLUMN the column's id, of SEVERAL_SHEETS their
    names, of HIDDEN_ROWS their number); `column` the id of the column that holds too long a text, or is there twice;
    `hint` what was probably meant (of OTHER_TYPES the titles of all its types, of NO_COLUMN the heading of a column
    that says something else), `other_hints` what may have been as well; `other` the row that says the same already.
    `candidates`: columns, one of which may be the missing one; `proposed`: by type, how many names speak of it, with ""
    for those of none.
    """

    kind: RosterFaultKind
    row: int | None = None
    value: str = ""
    hint: str = ""
    other: int | None = None
    column: str = ""
    candidates: tuple[Candidate, ...] = ()
    proposed: tuple[tuple[str, int], ...] = ()
    other_hints: tuple[str, ...] = ()

    @property
    def is_mended_by_hint(self) -> bool:
        """Whether there is one word alone that was meant."""
        return self.kind in _WORDS and bool(self.hint) and not self.other_hints


_WORDS = frozenset(
    {
        RosterFaultKind.UNKNOWN_TYPE,
        RosterFaultKind.UNKNOWN_TAG,
        RosterFaultKind.UNKNOWN_TERRITORY,
        RosterFaultKind.NO_TYPES,
    }
)


class RosterTableError(Exception):
    """The table cannot be used."""

    def __init__(self, faults: Iterable[RosterFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{fault.row or '-'}: {fault.kind} {fault.value}" for fault in self.faults))


class NoteKind(StrEnum):
    """Why a row or a sheet has been left out, or how it has been read."""

    TOTAL = "total"
    SECTION = "section"
    NUMBERS = "numbers"
    HEADING = "heading"
    SIGNATURE = "signature"
    ONLY_A_NUMBER = "only-a-number"
    HIDDEN = "hidden"
    SHEET = "sheet"
    # These are taken: the row may be of the organization of another, or of one that is closed.
    TWIN = "twin"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RosterNote:
    """A row (or, without a number, a sheet) that is no organization, or hardly one, and what stands there.

    `other`: the row that a TWIN is like.
    """

    kind: NoteKind
    row: int | None
    value: str
    other: int | None = None

    @property
    def is_taken(self) -> bool:
        """Whether it is in the roster all the same."""
        return self.kind in (NoteKind.TWIN, NoteKind.CLOSED)
