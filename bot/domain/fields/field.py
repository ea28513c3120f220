"""One thing that a directive asks for (поле), and the rules between several of them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

# A value as the ledger keeps it, JSON as it stands:
#   choice, text, link: str; multi-choice: list of str; yes-no: bool; whole: int;
#   decimal: str such as "12.5" (a float would lose digits); date: "2026-10-05";
#   file: list of {"file_id", "name", "kind"}; kind as Telegram has it: photo, document, video, audio, voice.
# A field without a value has no key: blank is not 0.
Values = dict[str, Any]


class FieldKind(StrEnum):
    """How a field is asked and what its value is; the words of the YAML."""

    CHOICE = "choice"
    MULTI_CHOICE = "multi-choice"
    YES_NO = "yes-no"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    TEXT = "text"
    LINK = "link"
    FILE = "file"


class When(StrEnum):
    """On which side of today a date lies; today itself is on both."""

    ANY = "any"
    PAST = "past"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class Condition:
    """`only_if`: the field is asked only after certain answers to another field of the same directive.

    `values` are option texts for a choice or multi-choice (any of them suffices), True/False for yes-no.
    """

    field: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True, slots=True)
class Summed:
    """`sums`: a territory's department is proposed what its organizations have answered to that field of that other
    directive: their sum, or a list."""

    directive: str
    field: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing asked. Bounds are inclusive; `unit` is said beside the number, never stored with it."""

    id: str
    kind: FieldKind
    label: str
    options: tuple[str, ...] = ()
    unit: str = ""
    required: bool = True
    min: Decimal | None = None
    max: Decimal | None = None
    earliest: date | None = None
    latest: date | None = None
    # Of a date: what is done has a day that has come, what is planned has one to come.
    when: When = When.ANY
    max_length: int = 500
    # Whether a total over organizations means something: true for pupils, false for a percentage.
    total: bool = False
    # Keys of the periods in which it is asked; empty: in all of them.
    only_in: tuple[str, ...] = ()
    only_if: Condition | None = None
    sums: Summed | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """`check: done <= planned`: the sum of the left fields may not exceed the sum of the right ones.

    `message`: what is said where it does; `{left}` and `{right}` in it stand for the sums. Empty: the fields are named.
    """

    left: tuple[str, ...]
    right: tuple[str, ...]
    message: str = ""
