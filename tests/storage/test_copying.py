"""A database moves from one engine to the other: whole, or not at all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.storage import copying
from bot.storage import schema as t
from bot.storage.copying import CannotCopy
from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx
from bot.storage.engine.migrate import migrate, migrate_in
from tests.databases import make_database, own
from tests.postgres import fresh_database
from tests.storage.every_table import fill_every_table

Open = Callable[[str], Awaitable[Storage]]


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def opened_storage(stack: AsyncExitStack, tmp_path: Path, request: pytest.FixtureRequest) -> Open:
    """Opens an empty database of an engine."""
    made = count(1)

    async def open_one(engine: str) -> Storage:
        if engine == "sqlite":
            storage = Storage(f"sqlite+aiosqlite:///{tmp_path}/{next(made)}/bot.db")
        else:
            server = request.getfixturevalue("postgres_server_url")
            storage = Storage(await stack.enter_async_context(fresh_database(server)))
        stack.push_async_callback(storage.close)
        return storage

    return open_one


@pytest.fixture
def filled(stack: AsyncExitStack, tmp_path: Path, request: pytest.FixtureRequest) -> Open:
    """Opens a database of an engine with rows in every table."""

    async def fill(engine: str) -> Storage:
        if engine == "sqlite":
            await make_database(tmp_path / "source.db")
            storage = Storage(f"sqlite+aiosqlite:///{tmp_path}/source.db")
        else:
            server = request.getfixturevalue("postgres_server_url")
            storage = Storage(await stack.enter_async_context(own(server)))
        stack.push_async_callback(storage.close)
        await storage.apply(fill_every_table)
        return storage

    return fill


async def tables_of(storage: Storage) -> list[str]:
    if storage.is_sqlite and not Path(str(storage.url.database)).exists():
        return []
    async with storage.read() as tx:
        return await tx.run_sync(lambda connection: sa.inspect(connection).get_table_names())


ENGINES = ("sqlite", "postgresql")
# Who serves a database is nobody's there.
CARRIED = [table for table in t.metadata.sorted_tables if table.name not in copying.LEFT_OUT]


@pytest.mark.slow_on_postgresql
@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("sqlite", "postgresql"),
        ("postgresql", "sqlite"),
        pytest.param("sqlite", "sqlite", marks=pytest.mark.slow),
        pytest.param("postgresql", "postgresql", marks=pytest.mark.slow),
    ],
)
async def test_every_row_of_every_table_arrives(opened_storage: Open, filled: Open, there: str, here: str) -> None:
    source, target = await filled(there), await opened_storage(here)
    shown: list[tuple[str, int, int]] = []
    held = await copying.copy(source, target, lambda *what: shown.append(what))
    # And one that a migration has put there.
    rows = {table.name: 4 if table is t.meta else 3 for table in CARRIED}
    assert {table.table: table.rows for table in held} == rows
    assert ("comparing rows", sum(rows.values()), sum(rows.values())) in shown
    for table in CARRIED:
        assert await raw(target, table) == await raw(source, table), table.name
    if here == "postgresql":
        # A server numbers the next row beyond those that came.
        async with target.read() as tx:
            assert (await tx.execute(sa.text("SELECT nextval('audit_id_seq')"))).scalar() == 28
    # And back it is the same once more.
    again = await opened_storage(there)
    assert await copying.copy(target, again) == held


async def raw(storage: Storage, table: sa.Table) -> list[tuple[Any, ...]]:
    """What is stored, JSON by its letters; NULL is not the JSON null."""
    kept = [
        sa.cast(column, sa.Text).label(column.name) if isinstance(column.type, sa.JSON) else column
        for column in table.columns
    ]
    async with storage.read() as tx:
        return sorted((tuple(row) for row in await tx.execute(sa.select(*kept))), key=repr)


@pytest.mark.slow
@pytest.mark.parametrize("there", ENGINES)
@pytest.mark.parametrize("here", ENGINES)
async def test_new_rows_are_numbered_beyond_those_that_came(
    opened_storage: Open, filled: Open, there: str, here: str
) -> None:
    source, target = await filled(there), await opened_storage(here)
    await copying.copy(source, target)
    numbered = [table for table in reversed(CARRIED) if table.autoincrement_column is not None]
    assert len(numbered) > 10
    for table in numbered:

        async def put_anew(tx: Tx, table: sa.Table = table) -> int:
            """The first row, as a new one; then it has to make way for the rows that it refers to."""
            first = table.c.id == 7
            others = [column for column in table.columns if not column.primary_key]
            row = (await tx.execute(sa.select(*others).where(first))).one()
            await tx.execute(sa.delete(table).where(first))
            new = sa.insert(table).values(row._asdict()).returning(table.c.id)
            number: int = (await tx.execute(new)).scalar_one()
            await tx.execute(sa.delete(table).where(table.c.id == number))
            return number

        assert await target.apply(put_anew) == 28, table.name


@pytest.mark.slow
async def test_numbers_that_a_server_has_given_are_not_given_again(opened_storage: Open, filled: Open) -> None:
    source, target = await filled("postgresql"), await opened_storage("postgresql")
    await source.apply(lambda tx: tx.execute(sa.text("SELECT setval('audit_id_seq', 5000)")))
    await copying.copy(source, target)
    async with target.read() as tx:
        assert (await tx.execute(sa.text("SELECT nextval('audit_id_seq')"))).scalar() == 5001
    # An empty table begins at one.
    empty = await opened_storage("postgresql")
    await source.apply(_empty_all)
    await source.apply(lambda tx: tx.execute(sa.text("SELECT setval('audit_id_seq', 1, false)")))
    await copying.copy(source, empty)
    async with empty.read() as tx:
        assert (await tx.execute(sa.text("SELECT nextval('audit_id_seq')"))).scalar() == 1


@pytest.mark.slow
@pytest.mark.parametrize("there", ENGINES)
async def test_rows_that_somebody_has_numbered_below_one_arrive_too(
    opened_storage: Open, filled: Open, there: str
) -> None:
    source, target = await filled(there), await opened_storage("postgresql")
    await source.apply(lambda tx: tx.execute(sa.update(t.audit).values(id=-t.audit.c.id)))
    await copying.copy(source, target)
    assert await raw(target, t.audit) == await raw(source, t.audit)


async def _empty_all(tx: Tx) -> None:
    for table in reversed(t.metadata.sorted_tables):
        await tx.execute(sa.delete(table))


ODD = {
    "a text with U+0000": (
        "UPDATE notes SET text = 'a' || char(0) || 'b' WHERE id = 17",
        r"notes \(id 17\), text: .*U\+0000",
    ),
    "bytes for a text": ("UPDATE notes SET text = x'ff00' WHERE id = 7", r"notes \(id 7\), text: bytes"),
    "a text for a number": ("UPDATE letters SET chat_id = 'x' WHERE id = 7", r"letters \(id 7\), chat_id: str"),
    "a number too large": ("UPDATE obligations SET version = 3000000000 WHERE id = 7", "version: .* fit into 32 bits"),
    "a moment that is none": ("UPDATE audit SET at = 'yesterday' WHERE id = 7", "audit: .*yesterday"),
    "no such row": ("UPDATE notes SET thread_id = 999 WHERE id = 7", "notes: .*foreign key"),
    "letters of no alphabet": ("UPDATE notes SET text = CAST(x'ff41' AS TEXT) WHERE id = 7", "notes: .*UTF-8"),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", ODD)
async def test_what_postgresql_would_not_take_is_named_and_nothing_stays(
    opened_storage: Open, filled: Open, what: str
) -> None:
    source, target = await filled("sqlite"), await opened_storage("postgresql")
    statement, said = ODD[what]

    async def spoil(tx: Tx) -> None:
        await tx.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        await tx.execute(sa.text(statement))

    if what == "no such row":
        async with source.engine.connect() as connection:
            for each in ("PRAGMA foreign_keys = OFF", statement):
                await connection.execute(sa.text(each))
    else:
        await source.apply(spoil)
    with pytest.raises(CannotCopy, match=said):
        await copying.copy(source, target)
    assert await tables_of(target) == []


@pytest.mark.slow
async def test_all_rows_that_cannot_be_copied_are_named(opened_storage: Open, filled: Open) -> None:
    source, target = await filled("sqlite"), await opened_storage("postgresql")
    await source.apply(lambda tx: tx.execute(sa.text("UPDATE audit SET action = char(0)")))
    await source.apply(lambda tx: tx.execute(sa.text("UPDATE notes SET text = char(0)")))
    with pytest.raises(CannotCopy) as refused:
        await copying.copy(source, target)
    assert len(str(refused.value).splitlines()) == 7


@pytest.mark.slow
@pytest.mark.parametrize("here", ENGINES)
async def test_an_empty_target_is_wanted(opened_storage: Open, filled: Open, here: str) -> None:
    source, target = await filled("sqlite"), await opened_storage(here)
    await migrate(target)
    before = await tables_of(target)
    with pytest.raises(CannotCopy, match="not empty"):
        await copying.copy(source, target)
    assert await tables_of(target) == before
    again = Storage(target.url.render_as_string(hide_password=False))
    with pytest.raises(CannotCopy, match="DATABASE_URL itself"):
        await copying.check_apart(target, again)
    await again.close()


@pytest.mark.parametrize(
    ("revision", "said"), [("0003", "older version"), ("9999", "newer version"), (None, "no database of this program")]
)
async def test_the_schema_has_to_be_this_version_s(
    opened_storage: Open, filled: Open, revision: str | None, said: str
) -> None:
    source, target = (
        await (opened_storage if revision is None else filled)("sqlite"),
        await opened_storage("postgresql"),
    )
    if revision is not None:
        await source.apply(lambda tx: tx.execute(sa.text(f"UPDATE alembic_version SET version_num = '{revision}'")))
    with pytest.raises(CannotCopy, match=said):
        await copying.copy(source, target)
    assert await tables_of(target) == []


@pytest.mark.slow
@pytest.mark.parametrize("here", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
async def test_what_came_out_differently_is_noticed(
    opened_storage: Open, filled: Open, monkeypatch: pytest.MonkeyPatch, here: str
) -> None:
    """A target that changes what it is given."""
    source, target = await filled("sqlite"), await opened_storage(here)
    monkeypatch.setattr(copying, "migrate_in", _migrate_and_spoil)
    with pytest.raises(CannotCopy, match="notes came out as 3 rows"):
        await copying.copy(source, target)
    assert await tables_of(target) == []


SPOILS = {
    "sqlite": [
        "CREATE TRIGGER spoil AFTER INSERT ON notes WHEN NEW.id = 7 "
        "BEGIN UPDATE notes SET text = 'something else' WHERE id = 7; END"
    ],
    "postgresql": [
        "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN IF NEW.id = 7 THEN NEW.text = ''something else''; END IF; RETURN NEW; END'",
        "CREATE TRIGGER spoil BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION spoil()",
    ],
}


async def _migrate_and_spoil(tx: Tx) -> None:
    await migrate_in(tx)
    for statement in SPOILS[tx.dialect.name]:
        await tx.connection.exec_driver_sql(statement)


@pytest.mark.slow
async def test_a_connection_that_breaks_leaves_nothing(
    opened_storage: Open, filled: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = await filled("sqlite"), await opened_storage("postgresql")

    async def migrate_and_break(tx: Tx) -> None:
        await migrate_in(tx)
        await tx.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with monkeypatch.context() as patched:
        patched.setattr(copying, "migrate_in", migrate_and_break)
        with pytest.raises(CannotCopy, match=r"^--to: "):
            await copying.copy(source, target)
    assert await tables_of(target) == []
    assert len(await copying.copy(source, target)) == len(CARRIED)


@pytest.mark.slow
@pytest.mark.parametrize("there", ENGINES)
@pytest.mark.parametrize("here", ENGINES)
async def test_who_breaks_off_leaves_nothing(opened_storage: Open, filled: Open, there: str, here: str) -> None:
    source, target = await filled(there), await opened_storage(here)
    reached = asyncio.Event()

    def progress(_what: str, done: int, _of: int) -> None:
        if done > 60:
            copier.cancel()
            reached.set()

    copier = asyncio.create_task(copying.copy(source, target, progress))
    with pytest.raises(asyncio.CancelledError):
        await copier
    assert reached.is_set()
    assert await tables_of(target) == []
    if target.is_sqlite:
        assert list(Path(str(target.url.database)).parent.iterdir()) == []
    # And the next one succeeds.
    assert len(await copying.copy(source, target)) == len(CARRIED)


class _Unconfirmed(Storage):
    """A server that has committed, and did not get round to saying so."""

    def __init__(self, url: str, instead: BaseException) -> None:
        super().__init__(url)
        self._instead = instead

    @asynccontextmanager
    async def write(self, *, snapshot: bool = True) -> AsyncIterator[Tx]:
        async with super().write(snapshot=snapshot) as tx:
            yield tx
        raise self._instead


@pytest.mark.slow
@pytest.mark.parametrize(
    "instead", [DatabaseUnavailable("connection was closed"), asyncio.CancelledError()], ids=["cut off", "Ctrl+C"]
)
async def test_what_a_server_has_not_confirmed_may_be_there_and_that_is_said(
    opened_storage: Open, filled: Open, instead: BaseException
) -> None:
    source, empty = await filled("sqlite"), await opened_storage("postgresql")
    target = _Unconfirmed(empty.url.render_as_string(hide_password=False), instead)
    with pytest.raises(CannotCopy, match="has not confirmed it"):
        await copying.copy(source, target)
    assert await raw(empty, t.people) == await raw(source, t.people)
    await target.close()
