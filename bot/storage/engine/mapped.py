"""Reads rows as objects of the domain: the fields of the class say which columns are read."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from enum import Enum
from operator import itemgetter
from types import NoneType
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

import sqlalchemy as sa

T = TypeVar("T")


class Mapped(Generic[T]):
    """Reads a dataclass from rows that have `columns`, one for each of its fields.

    A field is read from the table's column of its name, or from the one that is given by name here; a field without
    either raises KeyError when the module is imported. Words become the field's enum, lists its tuple; `loads` reads
    other types. `but`: fields that the caller gives with each row. `prefix` of the labels: two classes share a row.
    """

    def __init__(
        self,
        kind: type[T],
        table: sa.Table,
        *,
        loads: Mapping[str, Callable[[Any], Any]] | None = None,
        but: Collection[str] = (),
        prefix: str = "",
        **named: sa.ColumnElement[Any],
    ) -> None:
        self._kind = kind
        names = [field.name for field in fields(kind) if field.name not in but]  # type: ignore[arg-type]
        self._names = names
        self._values = itemgetter(*(prefix + name for name in names))
        self.columns = tuple((named[name] if name in named else table.c[name]).label(prefix + name) for name in names)
        hints = get_type_hints(kind)
        self._loads = {name: load for name in names if (load := _loader(hints[name]))} | dict(loads or {})

    def __call__(self, row: Any, **others: Any) -> T:
        """Reads the object from a row, which may have other columns too."""
        values = dict(zip(self._names, self._values(row._mapping), strict=True))
        for name, load in self._loads.items():
            values[name] = load(values[name])
        return self._kind(**values, **others)


def _loader(hint: Any) -> Callable[[Any], Any] | None:
    may_lack = NoneType in get_args(hint)
    kind = next(part for part in get_args(hint) if part is not NoneType) if may_lack else hint
    kind = get_origin(kind) or kind
    if not (isinstance(kind, type) and issubclass(kind, Enum | tuple)):
        return None
    return (lambda value: None if value is None else kind(value)) if may_lack else kind
