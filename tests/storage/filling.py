"""Objects of which no field is its default, made by their types: whoever copies them field by field loses nothing."""

import itertools
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from tests.storage.seed import NOW

T = TypeVar("T")


def filled(kind: type[T], **given: Any) -> T:
    """An object of the dataclass, but for what is given. Values differ from field to field."""
    numbers = itertools.count(1)
    values = {
        field.name: given[field.name] if field.name in given else _other(field, hint, numbers)
        for field, hint in _hinted(kind)
    }
    return kind(**values)


def _hinted(kind: Any) -> list[tuple[Field[Any], Any]]:
    hints = get_type_hints(kind)
    return [(field, hints[field.name]) for field in fields(kind)]


def default_of(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _other(field: Field[Any], hint: Any, numbers: Any) -> Any:
    value = _value(hint, default_of(field), field.name, next(numbers))
    assert value != default_of(field), field.name
    return value


def _value(hint: Any, default: Any, name: str, number: int) -> Any:
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _value(next(part for part in parts if part is not NoneType), default, name, number)
    if origin in (tuple, frozenset):
        return origin([_value(parts[0], None, name, number)])
    if origin is dict:
        return {name: number}
    if is_dataclass(hint):
        return filled(hint)  # type: ignore[arg-type]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(member for member in hint if member != default)
    simple: dict[Any, Any] = {
        str: f"{name} {number}",
        int: number,
        bool: not default,
        Decimal: Decimal(number) + Decimal("0.5"),
        date: NOW.date() + timedelta(days=number),
        datetime: NOW + timedelta(hours=number),
        time: time(number % 24, 15),
    }
    return simple[hint]
