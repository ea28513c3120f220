"""Which fields of a directive are asked, and whether the answers hold together."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.domain.directives.directive import Directive
from bot.domain.fields.days import takes
from bot.domain.fields.field import Check, Field, Values
from bot.domain.fields.kinds import Answering, rules
from bot.domain.fields.values import NUMERIC, fits


def applicable(directive: Directive, key: str, values: Values) -> list[Field]:
    """The fields that are asked in the period of that key, given the values so far, in the order of asking.

    A field with `only_if` is asked if the other field is itself applicable and has one of the values.
    """
    return _reached(directive, key, values)


def prune(directive: Directive, key: str, values: Values) -> Values:
    """The values of the fields that apply."""
    kept = {field.id for field in applicable(directive, key, values)}
    return {field_id: value for field_id, value in values.items() if field_id in kept}


def next_blank(directive: Directive, key: str, values: Values, skipped: Collection[str]) -> Field | None:
    """The first applicable field without a value; optional fields whose id is in `skipped` do not count."""
    for field in applicable(directive, key, values):
        if _is_blank(values, field) and (field.required or field.id not in skipped):
            return field
    return None


def missing(directive: Directive, key: str, values: Values) -> list[Field]:
    """The required applicable fields without a value."""
    return [field for field in applicable(directive, key, values) if field.required and _is_blank(values, field)]


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a check: the fields that are asked, and their sum."""

    fields: tuple[Field, ...]
    sum: Decimal


@dataclass(frozen=True, slots=True)
class Broken:
    """A check that does not hold: the left side is more than the right one."""

    check: Check
    left: Side
    right: Side


def broken_checks(directive: Directive, key: str, values: Values) -> list[Broken]:
    """The checks whose left sum exceeds the right one.

    A term that does not apply counts as 0. A check is silent if one of its terms applies and is blank, or if no term
    of a side applies: nobody could correct it.
    """
    asked = {field.id: field for field in applicable(directive, key, values)}
    found = (_held(check, asked, values) for check in directive.checks)
    return [broken for broken in found if broken is not None]


def carry_over(directive: Directive, key: str, previous: Values, today: date) -> Values:
    """The values of the previous answer that fit the fields as they are now: «Без изменений» sends these."""
    fitting = {
        field.id: previous[field.id]
        for field in directive.fields
        if field.id in previous and _still_fits(field, previous[field.id], today)
    }
    return prune(directive, key, fitting)


def _still_fits(field: Field, value: object, today: date) -> bool:
    """Whether it is one of the field's values, and no day to come that has passed since."""
    if not fits(field, value):
        return False
    return not rules(field.kind).is_day or takes(field, date.fromisoformat(str(value)), today)


def is_one_tap(directive: Directive, key: str) -> bool:
    """Whether one press answers the period: it asks a single field, which is required and is tapped."""
    fields = _reached(directive, key, None)
    return len(fields) == 1 and fields[0].required and rules(fields[0].kind).answering is Answering.TAPPED


def _reached(directive: Directive, key: str, values: Values | None) -> list[Field]:
    """The applicable fields; with None for values, the fields that any answers could make applicable."""
    if all(field.only_if is None and not field.only_in for field in directive.fields):
        return list(directive.fields)
    fields = {field.id: field for field in directive.fields}
    known: dict[str, bool] = {}

    def reaches(field: Field) -> bool:
        if field.id not in known:
            known[field.id] = False  # a circle of conditions is never entered
            known[field.id] = (not field.only_in or key in field.only_in) and holds(field)
        return known[field.id]

    def holds(field: Field) -> bool:
        if field.only_if is None:
            return True
        other = fields.get(field.only_if.field)
        if other is None or not reaches(other):
            return False
        return values is None or _answered_with(field.only_if.values, values.get(other.id))

    return [field for field in directive.fields if reaches(field)]


def _answered_with(wanted: tuple[str | bool, ...], value: object) -> bool:
    given = value if isinstance(value, list) else [value]
    # Types are compared too: the number 1 equals True.
    return any(type(part) is type(want) and part == want for part in given for want in wanted)


def _is_blank(values: Values, field: Field) -> bool:
    return values.get(field.id) in (None, "", [])


def _held(check: Check, asked: dict[str, Field], values: Values) -> Broken | None:
    """The check held against the values; None if it holds, or is silent."""
    left = tuple(asked[field_id] for field_id in check.left if field_id in asked)
    right = tuple(asked[field_id] for field_id in check.right if field_id in asked)
    terms = left + right
    if not left or not right or any(_is_blank(values, term) or term.kind not in NUMERIC for term in terms):
        return None
    broken = Broken(check, Side(left, _sum(left, values)), Side(right, _sum(right, values)))
    return broken if broken.left.sum > broken.right.sum else None


def _sum(terms: Collection[Field], values: Values) -> Decimal:
    return sum((Decimal(str(values[term.id])) for term in terms), Decimal(0))
