"""Values, shares and counts in words, alike in messages and files; plain text."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bot.domain.fields.field import Field, FieldKind
from bot.domain.ledger.report import Execution
from bot.domain.text import clean


def percent(share: Fraction | None) -> str:
    """«71 %». Rounded down, so that 100 % means all; without a share a dash."""
    return "—" if share is None else f"{int(share * 100)}\u00a0%"


def answered(found: Execution) -> str:
    """«Представили 17 из 24 (70 %), в срок 15»."""
    return f"Представили {found.answered} из {found.asked} ({percent(found.completion)}), в срок {found.on_time}"


def number(value: Decimal | int) -> str:
    """«1 250,5» with a space that does not break."""
    sign, digits = ("−", f"{-value:f}") if value < 0 else ("", f"{value:f}")
    whole, _, fraction = digits.partition(".")
    fraction = fraction.rstrip("0")
    grouped = f"{int(whole):,}".replace(",", "\u00a0")
    return f"{sign}{grouped},{fraction}" if fraction else f"{sign}{grouped}"


def value_text(field: Field, value: Any, *, digits: bool = True) -> str:
    """A value for people to read; `digits`: numbers with grouped digits."""
    match field.kind:
        case FieldKind.YES_NO:
            return "Да" if value else "Нет"
        case FieldKind.MULTI_CHOICE:
            return "; ".join(clean(str(each)) for each in value)
        case FieldKind.FILE:
            names = ", ".join(clean(str(each.get("name") or "без имени")) for each in value)
            return f"{len(value)}: {names}"
        case FieldKind.DATE:
            return f"{date.fromisoformat(value):%d.%m.%Y}"
        case FieldKind.WHOLE | FieldKind.DECIMAL if digits:
            return number(Decimal(value))
        case _:
            return clean(str(value))
