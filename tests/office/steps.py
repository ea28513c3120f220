"""What a person does in an office program with a workbook that is open."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Percent:
    """Typed as «75%»: the program makes 0.75 of it, and shows it as a percentage."""

    value: float


Value = str | float | bool | date | Percent


@dataclass(frozen=True, slots=True)
class Typed:
    """A value typed over a cell (A1)."""

    sheet: str
    cell: str
    value: Value


@dataclass(frozen=True, slots=True)
class Sorted:
    """Rows sorted by the arrow of the sheet's filter, which has this range (A5:K9), in a column (C), from Я to А."""

    sheet: str
    column: str
    area: str


@dataclass(frozen=True, slots=True)
class Added:
    """A column put before this one (D), with a heading in its row."""

    sheet: str
    column: str
    row: int
    heading: str


Step = Typed | Sorted | Added
