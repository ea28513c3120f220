"""Statements that are constants: put together once, turned into SQL once.

A press runs a dozen statements that SQLite needs a hundredth of a millisecond for. Through all of SQLAlchemy each takes
ten times that: it looks for the compiled form, makes a context of the execution, changes to the event loop and back,
wraps what comes. None of it depends on the values. So a statement that is written down once as `Prepared` keeps its
SQL, how each value is bound and how each column is read, all as SQLAlchemy has it, and on SQLite goes straight to the
driver. On a server, where the way there costs more than all that, it goes SQLAlchemy's way.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect, Row
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import iterate

from bot.storage.engine.database import Tx
from bot.storage.engine.sqlite_transactions import connection_of, wrapped

# As of SQLAlchemy: columns by number and by name.
Found = Any

# Each engine's own INSERT, which knows ON CONFLICT.
INSERTS: Mapping[str, Callable[[sa.Table], Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert(tx: Tx, table: sa.Table) -> Any:
    """The INSERT of this transaction's engine."""
    return INSERTS[tx.dialect.name](table)


class Prepared:
    """A statement with named values (`sa.bindparam`) for what differs from run to run.

    A value may be a list that is looked up in (`expanding=True`). All raise SQLAlchemy's errors, and ValueError or
    TypeError for a value that is none of its column's.
    """

    def __init__(self, statement: Any) -> None:
        every = statement if isinstance(statement, dict) else dict.fromkeys(INSERTS, statement)
        self.statements: Mapping[str, Any] = every
        self._lists = _lists(every["sqlite"])
        self._plans: dict[tuple[Any, ...], _Plan] = {}

    @classmethod
    def insert(cls, table: sa.Table, made: Callable[[Any], Any]) -> "Prepared":
        """`made` puts it together from an engine's own INSERT into the table."""
        return cls({name: made(insert_of(table)) for name, insert_of in INSERTS.items()})

    async def all(self, tx: Tx, /, **values: Any) -> Sequence[Found]:
        """All rows."""
        if tx.dialect.name != "sqlite":
            return (await tx.execute(self.statements[tx.dialect.name], values)).all()
        plan = self._plan(tx, values)
        rows, _ = await _run(tx, plan, "execute", plan.bound(values))
        return [plan.row(row) for row in rows]

    async def first(self, tx: Tx, /, **values: Any) -> Found | None:
        """The first row, None if there is none. It is for statements that find one at the most."""
        rows = await self.all(tx, **values)
        return rows[0] if rows else None

    async def scalar(self, tx: Tx, /, **values: Any) -> Any:
        """The first column of the first row, None if there is none."""
        row = await self.first(tx, **values)
        return row[0] if row is not None else None

    async def run(self, tx: Tx, /, **values: Any) -> int:
        """How many rows it has changed."""
        if tx.dialect.name != "sqlite":
            return (await tx.execute(self.statements[tx.dialect.name], values)).rowcount
        plan = self._plan(tx, values)
        _, changed = await _run(tx, plan, "execute", plan.bound(values))
        return changed

    async def run_each(self, tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
        """Runs it with each of these, which all have the same names."""
        if not rows:
            return
        if tx.dialect.name != "sqlite":
            await tx.execute(self.statements[tx.dialect.name], rows)
            return
        plan = self._plan(tx, rows[0])
        await _run(tx, plan, "executemany", [plan.bound(values) for values in rows])

    def _plan(self, tx: Tx, values: Mapping[str, Any]) -> "_Plan":
        which: tuple[Any, ...] = tuple(values)
        lengths = {name: _room(len(values[name])) for name in self._lists}
        if lengths:
            which += tuple(lengths.values())
        plan = self._plans.get(which)
        if plan is None:
            plan = self._plans[which] = _Plan.of(self.statements["sqlite"], tx.dialect, tuple(values), lengths)
        return plan


class Upsert(Prepared):
    """Adds a row, or brings the one with the same `keys` up to date in `columns`."""

    def __init__(self, table: sa.Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> None:
        def made(rows: Any) -> Any:
            new = {name: rows.excluded[name] for name in columns}
            return rows.on_conflict_do_update(index_elements=list(keys), set_=new)

        super().__init__({name: made(insert_of(table)) for name, insert_of in INSERTS.items()})


@dataclass(frozen=True, slots=True)
class _Place:
    """One of the SQL's question marks: which of the values goes there, or which of a list's, or the same one always."""

    name: str | None
    value: Any
    process: Callable[[Any], Any] | None
    index: int | None = None

    def bound(self, values: Mapping[str, Any]) -> Any:
        if self.name is None:
            return self.value
        value = values[self.name]
        if self.index is not None:
            # A list has more room than values: looking the last one up again changes nothing.
            value = value[min(self.index, len(value) - 1)]
        return value if self.process is None else self.process(value)


class _Plan:
    """A statement as SQLite gets it, and how what it finds is read."""

    def __init__(self, sql: str, places: list[_Place], columns: SimpleResultMetaData, readers: Any) -> None:
        self.sql = sql
        self._places = places
        self._columns = columns
        self._readers = readers
        self._indexes = columns._key_to_index

    @classmethod
    def of(cls, statement: Any, dialect: Dialect, names: Sequence[str], lengths: Mapping[str, int]) -> "_Plan":
        """Plans a statement that gets values of these names; lists have room for so many."""
        compiled = cast("SQLCompiler", statement.compile(dialect=dialect, column_keys=list(names)))
        # All lists get their question marks now, those too that are part of the statement.
        state = compiled.construct_expanded_state(
            {name: [None] * lengths[name] if name in lengths else None for name in names}
        )
        indexes = {
            place: (name, index)
            for name, places in state.parameter_expansion.items()
            for index, place in enumerate(places)
            if name in lengths
        }
        places = []
        for place in state.positiontup or ():
            bind = compiled.binds.get(indexes[place][0] if place in indexes else place)
            process: Any = (
                state.processors.get(place) if bind is None else bind.type.dialect_impl(dialect).bind_processor(dialect)
            )
            if place in indexes:
                name, index = indexes[place]
                places.append(_Place(name, None, process, index))
            elif bind is not None and bind.key in names:
                places.append(_Place(bind.key, None, process))
            else:
                value = state.parameters[place]
                places.append(_Place(None, process(value) if process else value, None))
        columns = [
            (result_columns_entry.keyname, result_columns_entry.type.dialect_impl(dialect))
            for result_columns_entry in compiled._result_columns
        ]
        readers = [kind.result_processor(dialect, None) for _, kind in columns]
        metadata = SimpleResultMetaData([name for name, _ in columns])
        return cls(state.statement, places, metadata, readers if any(readers) else None)

    def bound(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values in the order of the question marks, as SQLite keeps them."""
        return tuple([place.bound(values) for place in self._places])

    def row(self, found: tuple[Any, ...]) -> Found:
        """What was found, as the program has it."""
        return Row(self._columns, self._readers, self._indexes, found)


def _lists(statement: Any) -> tuple[str, ...]:
    """Values of the statement that are lists, by name."""
    binds = (one for one in iterate(statement) if isinstance(one, sa.BindParameter))
    return tuple(
        sorted({bind_parameter.key for bind_parameter in binds if bind_parameter.expanding and bind_parameter.required})
    )


def _room(length: int) -> int:
    """So that there are a few forms of a statement, not one for each length."""
    return 1 << (length - 1).bit_length() if length else 0


async def _run(tx: Tx, plan: _Plan, how: str, parameters: Any) -> tuple[list[Any], int]:
    try:
        return await connection_of(tx.connection).whole(how, plan.sql, parameters)
    except sqlite3.Error as error:
        raise wrapped(error, tx.connection, plan.sql, parameters) from error
