"""What a territory's organizations have answered together, above the field of their department."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.domain.fields.field import Field
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.values import parse
from bot.domain.ledger.sums import Sum
from bot.domain.screen import Button
from bot.views.callbacks import TakeSum
from bot.views.words import esc, number, plural

# So many of those that have not answered are named.
_NAMED = 3


def lines(its: Sum) -> list[str]:
    """The sum, and who is missing in it."""
    of = plural(its.count, "организации", "организациям", "организациям")
    said = f"Итого по {of}: <b>{number(its.total)}</b>." if its.count else "Чисел для суммы пока нет."
    return [f"🧮 {said}", *_missing(its.missing)]


def _missing(labels: Sequence[str]) -> list[str]:
    if not labels:
        return []
    more = f" и ещё {len(labels) - _NAMED}" if len(labels) > _NAMED else ""
    return [f"Не ответили {len(labels)}: {esc(', '.join(labels[:_NAMED]))}{more}."]


def differs(its: Sum, given: object) -> bool:
    """Whether the number that was given is another one than the sum is now."""
    return its.count > 0 and Decimal(str(given)) != its.total


def typed(its: Sum) -> str:
    """The sum as one would type it."""
    return f"{its.total:f}"


def take(its: Sum, field: Field, obligation: int, index: int, given: object, today: date) -> list[list[Button]]:
    """The button that takes the sum; none where it is given already, or does not fit the field."""
    if not its.count or (given is not None and not differs(its, given)):
        return []
    try:
        parse(field, typed(its), today)
    except Misfit:
        return []
    pressed = TakeSum(obligation=obligation, field=index, sum=typed(its)).pack()
    return [[Button(f"Принять {number(its.total)}", pressed, style="primary")]]
