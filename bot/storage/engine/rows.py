"""Values of many rows, and long lists, as few values of a statement: databases limit how many a statement takes."""

import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import INSERTS, Prepared

# Others are served between portions of what is read or written: a region has 50,000 organizations.
_READ, _WRITTEN = 500, 500


async def streamed(tx: Tx, query: sa.Select[Any]) -> AsyncIterator[Any]:
    """The rows of a query that may find very many."""
    async for rows in (await tx.connection.stream(query)).partitions(_READ):
        for row in rows:
            yield row


async def execute_each(tx: Tx, statement: sa.Executable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Executes the statement for each of the rows."""
    for first in range(0, len(rows), _WRITTEN):
        await tx.execute(statement, rows[first : first + _WRITTEN])


def named(tx: Tx, column: sa.ColumnElement[str], typed: str) -> list[sa.ColumnElement[bool]]:
    """The conditions that somebody's name in the column has each word that was typed, as it is or with a capital.

    Databases know no Cyrillic capitals, and LIKE would take three times as long.
    """
    place = sa.func.instr if tx.dialect.name == "sqlite" else sa.func.strpos

    def has(word: str) -> sa.ColumnElement[bool]:
        capital = word.capitalize()
        either = sa.or_(*(place(column, text) > 0 for text in dict.fromkeys((word, capital))))
        # What both have in common most names lack: they are looked through once.
        return sa.and_(place(column, word[1:]) > 0, either) if word[1:] == capital[1:] else either

    return [has(word) for word in typed.split()]


def together(made: Callable[[Any, Callable[[sa.Table], Any]], Any], **columns: Any) -> Prepared:
    """A statement for many rows at once: `made` from a table of these columns, each of its type, and the engine's own
    INSERT. `given` makes the values of the rows.
    """
    tables = {"postgresql": _from_lists(columns), "sqlite": _from_json(columns)}
    return Prepared({name: made(tables[name], insert) for name, insert in INSERTS.items()})


def _from_lists(columns: dict[str, Any]) -> sa.FromClause:
    """As a server takes them: a list for each column."""
    lists = [sa.bindparam(name, type_=ARRAY(kind)) for name, kind in columns.items()]
    named = [sa.column(name, kind) for name, kind in columns.items()]
    return sa.func.unnest(*lists).table_valued(*named, name="given").render_derived()


def _from_json(columns: dict[str, Any]) -> sa.FromClause:
    """As SQLite takes them, which knows no lists."""
    row = sa.func.json_each(sa.bindparam("given", type_=sa.JSON)).table_valued("value").c.value
    extracted = [
        sa.func.json_extract(row, sa.literal_column(f"'$[{place}]'"), type_=kind).label(name)
        for place, (name, kind) in enumerate(columns.items())
    ]
    return sa.select(*extracted).subquery("given")


def given(tx: Tx, **columns: Sequence[Any]) -> dict[str, Any]:
    """The rows of a statement for many, column by column in their order there."""
    return {"given": list(zip(*columns.values(), strict=True))} if tx.dialect.name == "sqlite" else columns


def one_of(column: sa.ColumnElement[Any], values: Collection[Any] | sa.Select[Any] | str) -> sa.ColumnElement[bool]:
    """Whether the column, of whole numbers or texts, is one of the values, however many; a text names the list."""
    if isinstance(values, sa.Select):
        return column.in_(values)
    kind = _List(column.type)
    given = sa.bindparam(values, type_=kind) if isinstance(values, str) else sa.literal(list(values), kind)
    return _OneOf(column, given)


class _List(sa.types.TypeDecorator[Any]):
    """A list of values: an array on a server, JSON on SQLite."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else ARRAY(self.kind))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return json.dumps(list(value)) if dialect.name == "sqlite" else list(value)


class _OneOf(FunctionElement[bool]):
    inherit_cache = True
    type = sa.Boolean()

    def self_group(self, against: Any = None) -> Any:
        """As it is: what SQLAlchemy makes of a condition for SQLite, «… IN (…) = 1», finds no index."""
        return self


@compiles(_OneOf, "sqlite")
def _among_json(element: _OneOf, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(_OneOf, "postgresql")
def _among_array(element: _OneOf, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} = ANY ({values})"
