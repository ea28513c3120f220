"""Copies a database into an empty one, of either engine, and compares what both hold.

All or nothing is there afterwards: a server gets one transaction, a file its name when it is whole.
"""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.progress import Progress, silent
from bot.storage.engine import backup
from bot.storage.engine.database import DatabaseUnavailable, SchemaTooNew, Storage, StorageError, Tx, is_there
from bot.storage.engine.in_steps import in_steps
from bot.storage.engine.migrate import known_revisions, migrate_in, newest_revision, revision_of, tables
from bot.storage.engine.prepared import Prepared
from bot.storage.schema import metadata

# Rows that are read and written at a time: what is in memory.
_BATCH = 2000
# So many rows that cannot be copied are named; whoever has more of them looks for a pattern.
_NAMED = 20
# Sums of 128 bits: a row that differs is overlooked once in 10^38 times.
_DIGEST_BYTES = 16
THERE, HERE = "DATABASE_URL", "--to"
# Who serves the database, and leads: nobody does meanwhile.
LEFT_OUT = {"replicas", "leader"}
_UNCONFIRMED = (
    "everything was copied, and the server has not confirmed it. It may have all of it, or none: look to its standby,"
    " make the database anew, and try again"
)
# PostgreSQL's whole numbers, in bits. SQLite's have 64, whatever the column says.
_BITS: Mapping[type, int] = {sa.Integer: 32, sa.BigInteger: 64}


class CannotCopy(StorageError):
    """The database cannot be copied. The target is as it was, unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a table holds: how many rows, and a checksum of them in whatever order."""

    table: str
    rows: int
    checksum: str


async def check_apart(source: Storage, target: Storage) -> None:
    """Raises CannotCopy if both are the same database, however their addresses are written."""
    if source.is_sqlite and target.is_sqlite:
        are_one = backup.database_of(source).resolve() == backup.database_of(target).resolve()
    elif source.is_sqlite or target.is_sqlite:
        are_one = False
    else:
        # What one of two sessions has locked the other one cannot, if it is in the same database.
        lock = sa.select(sa.func.pg_try_advisory_xact_lock(secrets.randbits(62)))
        with about(HERE):
            async with target.read() as here:
                await here.execute(lock)
                with about(THERE):
                    async with source.read() as there:
                        are_one = not (await there.execute(lock)).scalar_one()
    if are_one:
        raise CannotCopy(f"{HERE}: it is the database of {THERE} itself. Name an empty database")


async def copy(source: Storage, target: Storage, progress: Progress = silent) -> list[Held]:
    """Copies every table into the target, which must be empty; returns what each of them holds on both sides.

    The caller holds the locks of both. Raises CannotCopy.
    """
    with about(HERE):
        if is_there(target.url.render_as_string(hide_password=False)):
            async with target.read() as tx:
                await _check_empty(tx)
        async with _place(target, progress) as place:
            held: list[Held] = []
            try:
                async with place.write() as here:
                    with about(THERE):
                        async with source.read() as there:
                            held = await _copy(there, here, progress)
            except (DatabaseUnavailable, asyncio.CancelledError) as error:
                if not held or place.is_sqlite:
                    raise
                # Whoever waited for a standby has all of it when that is back.
                raise CannotCopy(f"{HERE}: {_UNCONFIRMED}") from error
        return held


async def _check_empty(tx: Tx) -> None:
    if names := await tables(tx):
        raise CannotCopy(f"{HERE}: it is not empty: the table {min(names)} is there. Name an empty database")


@asynccontextmanager
async def _place(target: Storage, progress: Progress) -> AsyncIterator[Storage]:
    """Where to write: a server itself, or a file beside that takes the target's place when the block ends well."""
    if not target.is_sqlite:
        yield target
        return
    await target.close()
    database = backup.database_of(target).resolve()
    fresh = database.with_name(f"{database.name}.copied")
    remains = [Path(f"{fresh}{suffix}") for suffix in ("", "-wal", "-shm")]
    for path in remains:
        path.unlink(missing_ok=True)
    place = Storage(str(target.url.set(database=str(fresh))))
    try:
        yield place
        await place.close()
        await in_steps(partial(backup.copy, fresh, database), progress)
    finally:
        await place.close()
        for path in remains:
            with suppress(OSError):
                path.unlink(missing_ok=True)


async def _copy(there: Tx, here: Tx, progress: Progress) -> list[Held]:
    await _check_revision(await revision_of(there))
    with about(HERE):
        await migrate_in(here)
        # The source says it too: with which versions its schema agrees.
        await here.execute(sa.delete(metadata.tables["meta"]))
    copied = [_Table(table) for table in metadata.sorted_tables if table.name not in LEFT_OUT]
    of = sum([await table.count(there) for table in copied])
    done, read, faults = 0, [], _Faults()
    for table in copied:
        summed = _Sum()
        async for rows in table.rows(there, THERE):
            summed.add(rows)
            faults.look(table, rows)
            # Whoever has to mend rows wants to know of all of them, not of one after the other.
            if not faults.found:
                with about(f"{HERE}: {table.name}"):
                    await table.write(here, rows)
            done += len(rows)
            progress("copying rows", done, of)
        read.append(summed.held(table.name))
    faults.tell()
    with about(HERE):
        await _number(there, here)
        await _compare(here, copied, read, progress)
        if here.dialect.name == "postgresql":
            # The first queries are planned by how large the tables are.
            await here.execute(sa.text("ANALYZE"))
    return read


async def _check_revision(revision: str | None) -> None:
    if revision is None:
        raise CannotCopy(f"{THERE}: there is no database of this program")
    if revision == newest_revision():
        return
    if revision not in known_revisions():
        raise SchemaTooNew(f"{SchemaTooNew.__doc__} (schema {revision})")
    raise CannotCopy(f"{THERE}: an older version wrote it (schema {revision}). Start the bot on it once, and stop it")


async def _compare(here: Tx, copied: Sequence["_Table"], read: Sequence[Held], progress: Progress) -> None:
    """Reads what is stored now. Raises CannotCopy if it is not what was read."""
    done, of = 0, sum(held.rows for held in read)
    for table, was in zip(copied, read, strict=True):
        summed = _Sum()
        async for rows in table.rows(here, HERE):
            summed.add(rows)
            done += len(rows)
            progress("comparing rows", done, of)
        if (now := summed.held(table.name)) != was:
            raise CannotCopy(
                f"{HERE}: {table.name} came out as {now.rows} rows ({now.checksum}), not {was.rows} ({was.checksum})"
            )


async def _number(there: Tx, here: Tx) -> None:
    """Has a server number new rows beyond all that there are, and beyond those that have gone from another server."""
    if here.dialect.name != "postgresql":
        # SQLite goes on from the largest number.
        return
    for table in metadata.sorted_tables:
        if (column := table.autoincrement_column) is None:
            continue
        names = {"table": table.name, "column": column.name}
        largest = (await here.execute(sa.select(sa.func.max(column)))).scalar()
        if there.dialect.name == "postgresql":
            last = (await there.execute(_LAST_NUMBER, names)).scalar()
            largest = max((number for number in (largest, last) if number is not None), default=None)
        # Rows that somebody has numbered below that by hand count for nothing.
        if largest is not None and largest > 0:
            await here.execute(_NUMBER_FROM, names | {"largest": largest})


_NUMBER_FROM = sa.text("SELECT setval(pg_get_serial_sequence(:table, :column), :largest)")
_LAST_NUMBER = sa.text(
    "SELECT last_value FROM pg_sequences WHERE to_regclass(format('%I.%I', schemaname, sequencename))"
    " = to_regclass(pg_get_serial_sequence(:table, :column))"
)


class _Table:
    """A table, whose rows are read and written as both engines keep them: JSON as its text, down to the last blank."""

    def __init__(self, table: sa.Table) -> None:
        self.name = table.name
        self.columns = list(table.columns)
        self.keys = [number for number, column in enumerate(self.columns) if column.primary_key]
        self._select = sa.select(*(self._as_kept(column) for column in self.columns))
        self._count = sa.select(sa.func.count()).select_from(table)
        # A name of its own for each value: SQLAlchemy keeps those of the columns for itself.
        self._names = [f"new_{column.name}" for column in self.columns]
        inserts = {
            name: sa.insert(table).values(
                {
                    column.name: _new(column, value, name)
                    for column, value in zip(self.columns, self._names, strict=True)
                }
            )
            for name in ("postgresql", "sqlite")
        }
        self._insert = Prepared(inserts)

    @staticmethod
    def _as_kept(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
        return sa.cast(column, sa.Text).label(column.name) if _is_json(column) else column

    async def count(self, tx: Tx) -> int:
        """How many rows there are."""
        return int((await tx.execute(self._count)).scalar_one())

    async def rows(self, tx: Tx, where: str) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """All rows, some at a time, in no order."""
        with about(f"{where}: {self.name}"):
            found = await tx.connection.stream(self._select)
            async for rows in found.partitions(_BATCH):
                yield rows

    async def write(self, tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
        """Adds the rows."""
        await self._insert.run_each(tx, [dict(zip(self._names, row, strict=True)) for row in rows])


def _is_json(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.JSON)


def _new(column: sa.Column[Any], name: str, engine: str) -> sa.ColumnElement[Any]:
    if not _is_json(column):
        return sa.bindparam(name, type_=column.type)
    text = sa.bindparam(name, type_=sa.Text())
    # A server wants to be told; SQLite would make a number of it.
    return sa.cast(text, sa.JSON) if engine == "postgresql" else text


class _Sum:
    """Adds rows up: in whatever order they come, and however an engine keeps them, the same rows give the same sum."""

    def __init__(self) -> None:
        self._rows = self._sum = 0

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            # Moments are in UTC on both sides, booleans are no numbers.
            said = repr(tuple(row)).encode()
            self._sum += int.from_bytes(hashlib.blake2b(said, digest_size=_DIGEST_BYTES).digest(), "big")
        self._rows += len(rows)

    def held(self, table: str) -> Held:
        return Held(table, self._rows, f"{self._sum % (1 << 8 * _DIGEST_BYTES):0{2 * _DIGEST_BYTES}x}")


class _Faults:
    """Rows that PostgreSQL would not take, or not give back as they are. SQLite takes nearly everything."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._more = 0

    def look(self, table: _Table, rows: Sequence[Sequence[Any]]) -> None:
        for number, column in enumerate(table.columns):
            # What could be read as a moment or a boolean is one.
            if isinstance(column.type, sa.TypeDecorator | sa.Boolean):
                continue
            bits = _BITS.get(type(column.type), 0)
            wrong = _wrong_number if bits else _wrong_text
            for row in rows:
                if (value := row[number]) is not None and (what := wrong(value, bits)):
                    self._note(table, row, column, what)

    def _note(self, table: _Table, row: Sequence[Any], column: sa.Column[Any], what: str) -> None:
        if len(self.found) == _NAMED:
            self._more += 1
            return
        keys = ", ".join(f"{table.columns[number].name} {row[number]!r}" for number in table.keys)
        self.found.append(f"{table.name} ({keys}), {column.name}: {what}")

    def tell(self) -> None:
        """Raises CannotCopy if there are any."""
        if self.found:
            more = [f"and {self._more} more"] if self._more else []
            raise CannotCopy("\n  ".join([f"{THERE}: rows that cannot be copied as they are:", *self.found, *more]))


def _wrong_text(value: Any, _bits: int) -> str:
    if not isinstance(value, str):
        return f"{type(value).__name__}, where text should be"
    return "it has the character U+0000, which PostgreSQL does not take" if "\0" in value else ""


def _wrong_number(value: Any, bits: int) -> str:
    if not isinstance(value, int):
        return f"{type(value).__name__}, where a whole number should be"
    return "" if -(1 << bits - 1) <= value < 1 << bits - 1 else f"the number does not fit into {bits} bits"


@contextmanager
def about(where: str) -> Iterator[None]:
    """Raises CannotCopy that says what was being used, of whatever goes wrong with it."""
    try:
        yield
    except CannotCopy:
        raise
    except (StorageError, SQLAlchemyError, OSError, ValueError) as error:
        said = getattr(error, "orig", None) or error
        # The first line is about the statement; those that follow may quote what people have written.
        raise CannotCopy(f"{where}: {str(said).partition(chr(10))[0]}") from error
