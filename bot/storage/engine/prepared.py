"""Statements that are constants: put together once, turned into SQL once.

Through all of SQLAlchemy a statement takes a fifth of a millisecond: it looks for the compiled form, makes a context of
the execution, changes to the event loop and back for a cursor, its rows, its end. None of it depends on the values. So
a statement that is written down once as `Prepared` keeps its SQL, how each value is bound and how each column is read,
all as SQLAlchemy has it, and goes straight to the driver.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import replacement_traverse

from bot.storage.engine.database import Tx

# SQLAlchemy's row: columns by number and by name.
Found = Any

# Rows of a statement that is run for each of many.
_AT_ONCE = 1000
# Each engine's own INSERT, which knows ON CONFLICT.
INSERTS: Mapping[str, Callable[[sa.Table], Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert(tx: Tx, table: sa.Table) -> Any:
    """The INSERT of this transaction's engine."""
    return INSERTS[tx.dialect.name](table)


class Prepared:
    """A statement with named values (`sa.bindparam`, `rows.one_of`) for what differs from run to run.

    All raise SQLAlchemy's errors, and ValueError or TypeError for a value that is none of its column's.
    """

    def __init__(self, statement: Any) -> None:
        # Of each engine.
        self.statements = statement if isinstance(statement, dict) else dict.fromkeys(INSERTS, statement)
        self._plans: dict[tuple[Any, ...], Plan] = {}

    @classmethod
    def insert(cls, table: sa.Table, made: Callable[[Any], Any]) -> "Prepared":
        """`made` puts it together from an engine's own INSERT into the table."""
        return cls({name: made(insert_of(table)) for name, insert_of in INSERTS.items()})

    async def all(self, tx: Tx, /, **values: Any) -> Sequence[Found]:
        """All rows."""
        plan = self._plan(tx, values)
        return plan.read(await tx.driver.all(plan.sql, plan.bound(values)))

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
        plan = self._plan(tx, values)
        return await tx.driver.run(plan.sql, plan.bound(values))

    async def run_each(self, tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
        """Runs it with each of these, which all have the same names."""
        # In portions: others are served between them, and a server that is at work answers for so many in time.
        for first in range(0, len(rows), _AT_ONCE):
            plan = self._plan(tx, rows[first])
            await tx.driver.run_each(plan.sql, [plan.bound(values) for values in rows[first : first + _AT_ONCE]])

    def _plan(self, tx: Tx, values: Mapping[str, Any]) -> "Plan":
        which = (tx.dialect.name, *values)
        if which not in self._plans:
            self._plans[which] = Plan(self.statements[tx.dialect.name], tx.dialect, tuple(values))
        return self._plans[which]


class Upsert(Prepared):
    """Adds a row, or brings the one with the same `keys` up to date in `columns`."""

    def __init__(self, table: sa.Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> None:
        every = {name: insert_of(table) for name, insert_of in INSERTS.items()}
        for name, rows in every.items():
            new = {column: rows.excluded[column] for column in columns}
            every[name] = rows.on_conflict_do_update(index_elements=list(keys), set_=new)
        super().__init__(every)


class Plan:
    """A statement as the driver gets it, and how what it finds is read."""

    def __init__(self, statement: Any, dialect: Dialect, names: Sequence[str]) -> None:
        fixed = replacement_traverse(statement, {}, _written_out)
        compiled = cast("SQLCompiler", fixed.compile(dialect=dialect, column_keys=list(names)))
        # Lists that are part of the statement get their places now. In the place of each value stands how to get it.
        state = compiled.construct_expanded_state({name: itemgetter(name) for name in names})
        self.sql = state.statement
        self._places: list[tuple[Callable[[Any], Any], Callable[[Any], Any] | None]] = []
        for place in state.positiontup or ():
            value, bind = state.parameters[place], compiled.binds.get(place)
            # What is in a list has no bind of its own.
            kind = None if bind is None else bind.type.dialect_impl(dialect)
            process = state.processors.get(place) if kind is None else kind.bind_processor(dialect)
            self._places.append((value if callable(value) else partial(_always, value), process))
        columns = list(getattr(statement, "exported_columns", ()))
        self._row = sa.result_tuple([column.key for column in columns])
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._readers = [(number, reader) for number, reader in enumerate(readers) if reader is not None]

    def bound(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values in the order of their places, as the database keeps them."""
        return tuple([get(values) if process is None else process(get(values)) for get, process in self._places])

    def read(self, found: Iterable[Any]) -> list[Found]:
        """The rows as the program has them."""
        rows = [list(row) for row in found]
        for number, reader in self._readers:
            for row in rows:
                row[number] = reader(row[number])
        return [self._row(row) for row in rows]


def _written_out(element: Any, **_options: Any) -> Any:
    """What does not differ from run to run, as a part of the SQL; None: of all else.

    SQLite makes the plan of a statement anew whenever a value is given that may decide whether a partial index serves.
    """
    if not isinstance(element, sa.BindParameter) or element.required:
        return None
    # What the database has a form of its own for stays a value.
    return element.render_literal_execute() if element.expanding or isinstance(element.value, str | int) else None


def _always(value: Any, _values: Mapping[str, Any]) -> Any:
    return value
