"""A row or three in every table, of values that are easily lost on the way from one engine to the other."""

import itertools
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.storage.engine.database import Tx
from bot.storage.schema import Moment, metadata

# Telegram's largest, and the group of a department.
LARGEST, GROUP = (1 << 52) - 1, -1_002_345_678_901
_TEXTS = ("", "Школа «№ 1» 🏫", "it's \\ 100% \t\r\n «done»", "  NULL  ", "\u2028\u0301\ufeff", "1.50")
_JSONS = ('{"б":[1,2.50,null,"\\u0000"],"a": {}}', "[]", "null")
_BEGUN = datetime(2026, 9, 1, 3, 4, 5, 678901, tzinfo=UTC)


async def fill_every_table(tx: Tx, times: int = 3, but: Collection[str] = ()) -> None:
    """Adds so many rows to each table, but for those named."""
    numbers = itertools.count(1)
    for table in metadata.sorted_tables:
        if table.name in but:
            continue
        names = {column.name: f"new_{column.name}" for column in table.columns}
        is_server = tx.dialect.name == "postgresql"
        values = {column.name: _bound(column, names[column.name], is_server=is_server) for column in table.columns}
        rows = [
            {names[column.name]: _value(column, row, next(numbers)) for column in table.columns} for row in range(times)
        ]
        await tx.execute(sa.insert(table).values(values), rows)


def _bound(column: sa.Column[Any], name: str, *, is_server: bool) -> Any:
    if not isinstance(column.type, sa.JSON):
        return sa.bindparam(name, type_=column.type)
    text = sa.bindparam(name, type_=sa.Text())
    return sa.cast(text, sa.JSON) if is_server else text


def _value(column: sa.Column[Any], row: int, number: int) -> Any:
    for key in column.foreign_keys:
        return None if column.nullable and row == 2 else _value(key.column, row, number)
    is_numbered = isinstance(column.type, sa.Integer | sa.BigInteger) and column.primary_key
    if is_numbered:
        # Gaps, as what was removed leaves them.
        return LARGEST - row if column.table.name == "people" else 10 * row + 7
    if column.nullable and row == 2:
        return None
    if isinstance(column.type, sa.JSON):
        return _JSONS[number % len(_JSONS)]
    if isinstance(column.type, Moment):
        return _BEGUN + timedelta(days=number, microseconds=number)
    if isinstance(column.type, sa.Boolean):
        return row == 1
    if isinstance(column.type, sa.BigInteger):
        return (LARGEST, GROUP, 0)[row % 3] if not _is_unique(column) else LARGEST - number
    if isinstance(column.type, sa.Integer):
        return number
    return f"{_TEXTS[number % len(_TEXTS)]}{number if _is_unique(column) else ''}"


def _is_unique(column: sa.Column[Any]) -> bool:
    """Whether it is in a key of any kind: then no two rows have the same."""
    table = column.table
    indexed = any(index.unique and column.name in index.columns for index in table.indexes)
    constrained = any(
        isinstance(each, sa.UniqueConstraint | sa.PrimaryKeyConstraint) and column.name in each.columns
        for each in table.constraints
    )
    return indexed or constrained or bool(column.unique)
