"""How the district answers a question, told to a head without telling what any other organization has answered.

A figure counts whole batches of five organizations, in the order of their first answers: between two looks it changes
by five organizations or not at all, never by one. A number that fewer than five have given is not shown, nor are the
lowest and the highest. A correction still moves a figure by its own change, but nobody learns whose it was.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median

from bot.domain.fields.field import Field, Values
from bot.domain.fields.kinds import rules

BATCH = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """What `count` organizations have answered to a field.

    A number with `total` has its total and average; another number has its median; an option (for yes-no True and
    False) has its share of the organizations, the most frequent first. Texts, dates and files have no figure.
    """

    field: Field
    count: int
    total: Decimal | None = None
    average: Decimal | None = None
    median: Decimal | None = None
    shares: tuple[tuple[str | bool, Fraction], ...] = ()


def figures(fields: Iterable[Field], answers: Sequence[Values]) -> list[Figure]:
    """The figures of the fields that enough organizations have given; `answers` by the time of their first version."""
    shown = []
    for field in fields:
        given = [values[field.id] for values in answers if values.get(field.id) is not None]
        whole = given[: len(given) // BATCH * BATCH]
        if whole and rules(field.kind).is_numeric:
            shown.append(_number(field, [Decimal(value) for value in whole]))
        elif whole and rules(field.kind).options(field):
            shown.append(_shares(field, whole))
    return shown


def _number(field: Field, given: list[Decimal]) -> Figure:
    if not field.total:
        return Figure(field, len(given), median=median(given))
    total = sum(given, Decimal(0))
    return Figure(field, len(given), total=total, average=total / len(given))


def _shares(field: Field, given: list[str | bool | list[str]]) -> Figure:
    counted: Counter[str | bool] = Counter()
    for value in given:
        counted.update(value if isinstance(value, list) else [value])
    return Figure(
        field,
        len(given),
        shares=tuple((option, Fraction(count, len(given))) for option, count in counted.most_common()),
    )
