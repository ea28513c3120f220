"""The rules of each kind of field, one record per kind; how a kind looks is said in `bot/views/heads/kinds.py`.

A new kind is a member of `FieldKind`, its record here and its looks there: mypy names whichever is missing.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.domain.fields import numbers, reading
from bot.domain.fields.days import FIRST_DAY
from bot.domain.fields.field import Field, FieldKind, When
from bot.domain.fields.misfit import Misfit, MisfitReason

Value = str | int | bool | list[str]

# Of one field.
FILES_AT_MOST = 10


class Answering(StrEnum):
    """How people answer a field."""

    TYPED = "typed"
    # One press is the answer.
    TAPPED = "tapped"
    # Each press chooses one more, and the last says that it is all.
    TICKED = "ticked"
    ATTACHED = "attached"


def _reads_back(field: Field, value: Any) -> bool:
    """Whether the value is what its own text would be read as."""
    try:
        return bool(rules(field.kind).read(field, str(value), FIRST_DAY) == value)
    except Misfit:
        return False


def _no_options(_field: Field) -> Sequence[str | bool]:
    return ()


def _as_text(_value: Any) -> None:
    return None


def _as_it_stands(text: str) -> str:
    return text


def _never(_text: str, _value: Any) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for all fields of one kind."""

    answering: Answering
    # What the ledger keeps, see `Values`.
    keeps: type[str | int | bool | list[Any]]
    # Reads what was typed: cleaned, with the local day of whoever typed it. Raises Misfit.
    read: Callable[[Field, str, date], Value]
    # How wide its column in a workbook is, in digits.
    width: int
    # Whether a kept value is among the field's options or within its bounds.
    accepts: Callable[[Field, Any], bool] = _reads_back
    # What of `Field` has a meaning for this kind and not for all; with `options` among them a field needs some.
    keys: frozenset[str] = frozenset()
    # Answers of which kinds the key `sums` can gather for it.
    gathers: frozenset[FieldKind] = frozenset()
    # Whether they are listed in it, in words.
    lists: bool = False
    # What its buttons answer, by their number.
    options: Callable[[Field], Sequence[str | bool]] = _no_options
    # Whether numbers are computed with: totals, medians, checks between fields.
    is_numeric: bool = False
    # Whether a day of the calendar may be tapped instead.
    is_day: bool = False
    # Whether words that can be read are plainly the answer, even where a comment is expected.
    is_unmistakable: bool = False
    # Whether any words are a value.
    takes_any_words: bool = False
    # What a workbook gets: a number, a day, or None for the value's text; with Excel's format for it.
    cell: Callable[[Any], float | date | None] = _as_text
    cell_format: str = ""
    # What a program has made of a returned cell, as a person would type it.
    typed: Callable[[str], str] = _as_it_stands
    # Whether a returned cell holds the value though its text is another.
    holds: Callable[[str, Any], bool] = _never

    @property
    def is_count(self) -> bool:
        """Whether it counts whole things, which add up."""
        return self.keeps is int

    @property
    def needs_options(self) -> bool:
        """Whether each field of the kind says for itself what may be chosen."""
        return "options" in self.keys


# Numbers

_NUMBER_KEYS = frozenset({"unit", "min", "max", "total"})


def _number_cell(value: Any) -> float:
    return float(Decimal(value))


def _holds_number(text: str, value: Any) -> bool:
    # As far as a cell goes, which keeps 15 digits.
    try:
        return f"{float(text):.15g}" == f"{float(value):.15g}"
    except ValueError:
        return False


_WHOLE = Rules(
    Answering.TYPED,
    int,
    numbers.whole,
    width=13,
    keys=_NUMBER_KEYS,
    # Of yes and no, how many say yes.
    gathers=frozenset({FieldKind.WHOLE, FieldKind.YES_NO}),
    is_numeric=True,
    is_unmistakable=True,
    cell=_number_cell,
    cell_format="#,##0",
    holds=_holds_number,
)
_DECIMAL = Rules(
    Answering.TYPED,
    str,
    numbers.decimal,
    width=13,
    keys=_NUMBER_KEYS,
    gathers=frozenset({FieldKind.WHOLE, FieldKind.DECIMAL}),
    is_numeric=True,
    is_unmistakable=True,
    cell=_number_cell,
    # Excel shows as many decimals as there are.
    cell_format="",
    holds=_holds_number,
)

# Days

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d")
# A date whose cell has lost its format: days since then, as Excel counts.
_SERIAL = re.compile(r"[1-9]\d{4}")
_EPOCH = date(1899, 12, 30)
_FIRST_YEAR_OF_EXCEL = 1900


def _day_cell(value: str) -> date | None:
    day = date.fromisoformat(value)
    return day if day.year >= _FIRST_YEAR_OF_EXCEL else None


def _typed_day(text: str) -> str:
    moment = _MOMENT.fullmatch(text)
    return moment[1] if moment else text


def _holds_day(text: str, value: str) -> bool:
    # Whoever reads 46300 sees no day: it is one where nobody has typed it.
    is_serial = _SERIAL.fullmatch(text)
    return value == ((_EPOCH + timedelta(days=int(text))).isoformat() if is_serial else _typed_day(text))


def _was_day(field: Field, value: Any) -> bool:
    # What was to come when it was kept may have passed since.
    return _reads_back(replace(field, when=When.ANY), value)


_DATE = Rules(
    Answering.TYPED,
    str,
    reading.day,
    width=13,
    accepts=_was_day,
    keys=frozenset({"earliest", "latest", "when"}),
    gathers=frozenset({FieldKind.DATE}),
    is_day=True,
    is_unmistakable=True,
    cell=_day_cell,
    cell_format="dd.mm.yyyy",
    typed=_typed_day,
    holds=_holds_day,
)

# Words

_TEXT = Rules(
    Answering.TYPED,
    str,
    reading.words,
    width=30,
    keys=frozenset({"max_length"}),
    # Whatever organizations have answered can be listed.
    gathers=frozenset(FieldKind),
    lists=True,
    takes_any_words=True,
)
_LINK = Rules(Answering.TYPED, str, reading.link, width=26, is_unmistakable=True)

# Options


def _are_options(field: Field, value: list[Any]) -> bool:
    return bool(value) and all(each in field.options for each in value)


_CHOICE = Rules(
    Answering.TAPPED,
    str,
    reading.choice,
    width=18,
    accepts=lambda field, value: value in field.options,
    keys=frozenset({"options"}),
    gathers=frozenset({FieldKind.CHOICE}),
    options=lambda field: field.options,
)
_MULTI_CHOICE = Rules(
    Answering.TICKED,
    list,
    reading.multi_choice,
    width=28,
    accepts=_are_options,
    keys=frozenset({"options"}),
    gathers=frozenset({FieldKind.CHOICE, FieldKind.MULTI_CHOICE}),
    options=lambda field: field.options,
)
# How programs write a logical value; in a cell that is formatted as text OnlyOffice writes it in English.
_LOGICAL = {"1": "да", "истина": "да", "true": "да", "0": "нет", "ложь": "нет", "false": "нет"}
_YES_NO = Rules(
    Answering.TAPPED,
    bool,
    reading.yes_no,
    width=11,
    accepts=lambda _field, _value: True,
    gathers=frozenset({FieldKind.YES_NO}),
    options=lambda _field: (False, True),
    typed=lambda text: _LOGICAL.get(text.casefold(), text),
)

# Files


def _file_expected(field: Field, _text: str, _today: date) -> Value:
    raise Misfit(MisfitReason.UNREADABLE, field)


def _are_files(_field: Field, value: list[Any]) -> bool:
    return bool(value) and all(isinstance(each, dict) and "file_id" in each for each in value)


_FILE = Rules(
    Answering.ATTACHED,
    list,
    _file_expected,
    width=24,
    accepts=_are_files,
    gathers=frozenset({FieldKind.FILE}),
)


def rules(kind: FieldKind) -> Rules:
    """The rules of that kind."""
    match kind:
        case FieldKind.CHOICE:
            return _CHOICE
        case FieldKind.MULTI_CHOICE:
            return _MULTI_CHOICE
        case FieldKind.YES_NO:
            return _YES_NO
        case FieldKind.WHOLE:
            return _WHOLE
        case FieldKind.DECIMAL:
            return _DECIMAL
        case FieldKind.DATE:
            return _DATE
        case FieldKind.TEXT:
            return _TEXT
        case FieldKind.LINK:
            return _LINK
        case FieldKind.FILE:
            return _FILE
