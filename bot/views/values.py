"""How the values of each kind of field are read, by people and in reports: no buttons, and no library of Telegram's.

A report is made by a process that would wait two seconds for that library.
"""

from datetime import date
from enum import StrEnum
from typing import Any

from bot.domain.fields.field import Field, FieldKind
from bot.domain.text import clean, folded
from bot.views.words import day, number

# Units that name nothing: «Секций: 3», not «Секций: 3 ед.».
_NAMELESS = frozenset({"ед", "единиц", "единица", "шт", "штук", "раз"})


def unit_beside(field: Field) -> str:
    """The unit to be said beside the field's label and its number; empty where the label says what is counted."""
    unit = field.unit.rstrip(".").casefold()
    return "" if unit in _NAMELESS or unit in folded(field.label).split() else field.unit


class Style(StrEnum):
    """Where a value is read."""

    # In the request itself, by whoever gave it: «12 500,5 чел.», «да», «5 октября 2026».
    FORM = "form"
    # Beside other organizations' values: «12 500,5», «Да», «05.10.2026».
    TABLE = "table"
    # In a cell of a workbook, as it can be read back: «12500.5», «Да», «05.10.2026».
    CELL = "cell"


def value_text(field: Field, value: Any, style: Style = Style.TABLE) -> str:
    """A value for people to read there; not escaped."""
    match field.kind:
        case FieldKind.WHOLE | FieldKind.DECIMAL:
            return _number(field, value, style)
        case FieldKind.DATE:
            return _day(value, style)
        case FieldKind.CHOICE | FieldKind.TEXT | FieldKind.LINK:
            return str(value) if style is Style.FORM else clean(str(value))
        case FieldKind.MULTI_CHOICE:
            return _several(value, style)
        case FieldKind.YES_NO:
            return _yes_no(value, style)
        case FieldKind.FILE:
            return _files(value, style)


def _number(field: Field, value: Any, style: Style) -> str:
    match style:
        case Style.FORM:
            return f"{number(value, exact=True)} {unit_beside(field)}".rstrip()
        case Style.TABLE:
            return number(value)
        case Style.CELL:
            return str(value)


def _day(value: Any, style: Style) -> str:
    on = date.fromisoformat(value)
    return day(on) if style is Style.FORM else f"{on:%d.%m.%Y}"


def _several(value: Any, style: Style) -> str:
    return ", ".join(value) if style is Style.FORM else "; ".join(clean(str(option)) for option in value)


def _yes_no(value: Any, style: Style) -> str:
    yes, no = ("да", "нет") if style is Style.FORM else ("Да", "Нет")
    return yes if value else no


def _files(value: Any, style: Style) -> str:
    if style is Style.FORM:
        return ", ".join(file["name"] for file in value)
    names = ", ".join(clean(str(file.get("name") or "без имени")) for file in value)
    return f"{len(value)}: {names}"
