"""PostgreSQL as its operators know it: silent, behind a standby that is away, in the second place of the URL."""

import asyncio
import gc
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.domain.letter import LetterKind
from bot.storage.desk import erasure
from bot.storage.engine import connections, database, postgresql
from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx
from bot.storage.engine.prepared import Prepared
from bot.storage.engine.rows import one_of
from bot.storage.people import people
from bot.storage.post import letters, meta
from bot.storage.schema import meta as rows
from tests.ports import free_port
from tests.postgres import connect, execute, postgres
from tests.storage.seed import NOW

# What a client sends, on a connection of its own, to have a statement of another one cancelled.
CANCEL = struct.pack("!ii", 16, 80877102)


class Wire:
    """Stands between the bot and its server, and can swallow what they say."""

    def __init__(self, port: int) -> None:
        self._port = port
        # Nobody hears anything; or nobody of those who are connected now hears the server.
        self.is_cut = False
        self._deaf: set[asyncio.StreamWriter] = set()
        self._clients: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.cancelled = 0

    async def taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        self._clients.add(writer)
        for way in (self._pass(reader, back), self._pass(there, writer)):
            task = asyncio.create_task(way)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def deafen(self) -> None:
        self._deaf |= self._clients

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            while said := await reader.read(65536):
                self.cancelled += said.startswith(CANCEL)
                if not self.is_cut and writer not in self._deaf:
                    writer.write(said)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def wired(url: str) -> AsyncIterator[tuple[Wire, Storage]]:
    """A storage that reaches its server by a wire."""
    target = make_url(url)
    assert target.port is not None
    wire = Wire(target.port)
    door = await asyncio.start_server(wire.taken, "127.0.0.1", 0)
    storage = Storage(target.set(port=door.sockets[0].getsockname()[1]).render_as_string())
    try:
        yield wire, storage
    finally:
        await storage.close()
        door.close()
        await wire.close()


_PUT = Prepared(rows.insert())


async def put(storage: Storage, value: str) -> None:
    await storage.apply(lambda tx: meta.put(tx, "key", value))


async def kept(storage: Storage) -> str | None:
    async with storage.read() as tx:
        return await meta.get(tx, "key")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "ANSWERS_WITHIN", 0.5)
    monkeypatch.setattr(connections, "ENDS_WITHIN", 0.5)


def both_ways(statement: sa.Select[Any]) -> list[Callable[[Tx], Awaitable[object]]]:
    """Prepared, and put together."""
    return [Prepared(statement).all, lambda tx: tx.execute(statement)]


READS = pytest.mark.parametrize("read", both_ways(sa.select(rows.c.value)), ids=["prepared", "put together"])


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("asked", "ends_within"),
    [
        (lambda tx: meta.put(tx, "other", "value"), 600),
        (lambda tx: _PUT.run_each(tx, [{"key": key, "value": "value"} for key in ("one", "two")]), 600),
        (lambda tx: tx.execute(sa.text("SELECT 1")), 0.5),
    ],
    ids=["prepared", "for each of several rows", "put together"],
)
async def test_a_server_that_falls_silent_in_the_midst(
    migrated_postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
    asked: Callable[[Tx], Awaitable[object]],
    ends_within: float,
) -> None:
    # What is written down does not have the time of what is put together.
    monkeypatch.setattr(postgresql, "ENDS_WITHIN", ends_within)
    async with wired(migrated_postgres_url) as (wire, storage):
        await put(storage, "before")

        async def work(tx: Tx) -> None:
            await meta.put(tx, "key", "half done")
            wire.is_cut = True
            await asked(tx)

        with pytest.raises(DatabaseUnavailable, match=r"TimeoutError|closed"):
            await storage.apply(work)
        wire.is_cut = False
        assert await kept(storage) == "before"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("gives_up", ["by itself", "cancelled"])
async def test_a_commit_that_nobody_confirms_is_cut_off_and_never_cancelled(
    migrated_postgres_url: str, gives_up: str
) -> None:
    async with wired(migrated_postgres_url) as (wire, storage):
        await put(storage, "before")

        async def work(tx: Tx) -> None:
            await meta.put(tx, "key", "committed")
            wire.deafen()

        committing = asyncio.create_task(storage.apply(work))
        if gives_up == "cancelled":
            await asyncio.wait([committing], timeout=0.2)
            committing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await committing
        else:
            with pytest.raises(DatabaseUnavailable):
                await committing
        # The server had done it, and only the word of it was lost.
        assert await kept(storage) == "committed"
        assert wire.cancelled == 0


@pytest.mark.slow
@pytest.mark.usefixtures("postgres_server_url", "impatient")
async def test_a_commit_waits_for_its_standby_though_its_author_has_given_up() -> None:
    with postgres() as server:
        storage = Storage(server.url)
        await storage.apply(lambda tx: tx.run_sync(rows.create))
        await put(storage, "before")
        await storage.close()
        await execute(server.url, "ALTER DATABASE postgres SET synchronous_commit = on")
        await execute(server.url, "ALTER SYSTEM SET synchronous_standby_names = 'away'")
        await execute(server.url, "SELECT pg_reload_conf()")
        with pytest.raises(DatabaseUnavailable):
            await put(storage, "after")
        # Cancelled it would be done, without the standby: whoever looks would find it, and say so.
        assert await kept(storage) == "before"
        # Whoever tries again waits for the first; whoever is stopped meanwhile stops nothing there.
        with pytest.raises(DatabaseUnavailable):
            await put(storage, "again")
        stopped = asyncio.create_task(storage.apply(lambda tx: meta.put(tx, "other", "value")))
        await asyncio.wait([stopped], timeout=0.2)
        stopped.cancel()
        await asyncio.wait([stopped])
        assert await kept(storage) == "before"
        async with storage.read() as tx:
            assert await meta.get(tx, "other") is None
        await execute(server.url, "ALTER SYSTEM RESET synchronous_standby_names")
        await execute(server.url, "SELECT pg_reload_conf()")
        async with asyncio.timeout(20):
            while await kept(storage) == "before":  # noqa: ASYNC110 - the server's
                await asyncio.sleep(0.05)
        assert await kept(storage) == "after"
        await storage.close()


async def test_a_silent_host_does_not_stand_in_the_way_of_the_next(
    migrated_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "CONNECTS_WITHIN", 0.5)
    target, met = make_url(migrated_postgres_url), asyncio.Event()
    writers = []

    def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        met.set()

    door = await asyncio.start_server(silent, "127.0.0.1", 0)
    places = [f"127.0.0.1:{door.sockets[0].getsockname()[1]}", f"127.0.0.1:{target.port}"]
    both = target.set(host=None, port=None, query={"host": tuple(places), "target_session_attrs": "read-write"})
    storage = Storage(both.render_as_string())
    await put(storage, "here")
    assert met.is_set()
    assert await kept(storage) == "here"
    await storage.close()
    for writer in writers:
        writer.close()
    door.close()


async def test_of_hosts_that_are_all_away_each_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "CONNECTS_WITHIN", 0.2)
    # It is connected to, and says nothing.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ports = [silent.getsockname()[1], free_port()]
        hosts = "&".join(f"host=127.0.0.1:{port}" for port in ports)
        storage = Storage(f"postgresql+asyncpg://bot@/bot?{hosts}&target_session_attrs=read-write")
        with pytest.raises(DatabaseUnavailable) as away:
            await kept(storage)
        await storage.close()
    assert f"127.0.0.1:{ports[0]}: TimeoutError; 127.0.0.1:{ports[1]}: [Errno" in str(away.value)


async def test_what_failed_is_not_taken_for_committed(migrated_postgres_url: str) -> None:
    storage = Storage(migrated_postgres_url)
    add = Prepared(rows.insert())

    async def work(tx: Tx) -> None:
        await add.run(tx, key="key", value="1")
        try:
            await add.run(tx, key="key", value="2")
        except IntegrityError:
            return

    with pytest.raises(DBAPIError, match="had failed"):
        await storage.apply(work)
    assert await kept(storage) is None
    await storage.close()


@pytest.mark.parametrize("is_slow", [False, True])
async def test_the_server_finds_out_about_who_was_cut_off_amid_a_question(
    migrated_postgres_url: str, *, is_slow: bool
) -> None:
    """Its statement is parsed and not run: the server takes it for busy, not for idle, and waits for two hours."""
    storage = Storage(migrated_postgres_url, is_slow=is_slow)
    try:
        async with storage.read() as tx:
            for name, most in (("tcp_user_timeout", "7000"), ("tcp_keepalives_idle", "3")):
                assert (await tx.execute(sa.text(f"SHOW {name}"))).scalar_one() == most
    finally:
        await storage.close()


@pytest.mark.slow
async def test_whoever_works_beside_a_transaction_is_not_taken_for_dead(
    migrated_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "IDLE_SECONDS", 1)
    monkeypatch.setattr(database, "SPEAKS_EVERY", 0.2)
    storage = Storage(migrated_postgres_url)
    async with storage.write() as tx:
        await meta.put(tx, "key", await tx.aside(_after, 1.5, "made"))
    with pytest.raises(ZeroDivisionError):
        async with storage.write() as tx:
            await tx.aside(lambda: 1 / 0)
    async with storage.read() as tx:
        assert await meta.get(tx, "key") == "made"
    with pytest.raises(DatabaseUnavailable):
        async with storage.write() as tx:
            await meta.put(tx, "key", await asyncio.to_thread(_after, 1.5, "nobody heard of"))
    await storage.close()


def _after(seconds: float, said: str) -> str:
    time.sleep(seconds)
    return said


async def test_limits_that_the_role_has_are_not_met(own_url: str) -> None:
    """An administrator has set them for people at a prompt; a report or a copy takes longer."""
    limits = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    # One connection sets all of them: the next one would have a millisecond for it.
    prompt = await connect(own_url)
    for limit in limits:
        await prompt.execute(f"""ALTER DATABASE "{make_url(own_url).database}" SET {limit} = '1ms'""")
    await prompt.close()
    storage = Storage(own_url, is_slow=True)
    async with storage.write() as tx:
        await meta.put(tx, "key", "value")
        await asyncio.sleep(0.02)
        await tx.execute(sa.text("SELECT pg_sleep(0.02)"))
    assert await kept(storage) == "value"
    await storage.close()


async def test_a_database_that_its_administrator_has_closed_is_away(own_url: str, postgres_server_url: str) -> None:
    """`check` ended by it with a stack, as by a fault of the program."""
    name = make_url(own_url).database
    await execute(postgres_server_url, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    storage = Storage(own_url)
    with pytest.raises(DatabaseUnavailable, match="is not currently accepting connections"):
        await kept(storage)
    await execute(postgres_server_url, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    assert await kept(storage) is None
    await storage.close()


@pytest.mark.slow
async def test_whoever_gives_up_while_connecting_leaves_nothing_in_the_log(
    migrated_postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A server is lost, presses are taken from this process, and each connection that was being made was told of."""
    storage = Storage(migrated_postgres_url)
    for turns in range(60):
        asking = asyncio.create_task(kept(storage))
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        # The next one makes a connection too.
        await storage.close()
    assert await kept(storage) is None
    await storage.close()
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)
    gc.collect()
    assert "never retrieved" not in caplog.text
    assert caplog.messages == []


async def test_a_server_compiles_no_statement(migrated_postgres_url: str) -> None:
    storage = Storage(migrated_postgres_url)
    async with storage.read() as tx:
        assert (await tx.execute(sa.text("SHOW jit"))).scalar_one() == "off"
    await storage.close()


async def test_many_side_by_side_have_a_few_sessions(migrated_postgres_url: str) -> None:
    storage = Storage(migrated_postgres_url)
    sessions = Prepared(sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"))
    backends = set()

    async def work(tx: Tx) -> None:
        backends.add((await tx.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one())
        assert await sessions.scalar(tx) <= connections.MOST

    await asyncio.gather(*(storage.apply(work) for _ in range(200)))
    assert len(backends) <= connections.MOST
    await storage.close()


async def test_lists_of_all_lengths_are_one_statement(migrated_postgres_url: str) -> None:
    storage = Storage(migrated_postgres_url)
    found = Prepared(sa.select(rows.c.value).where(one_of(rows.c.key, "these")))
    async with storage.read() as tx:
        for length in range(100):
            await found.all(tx, these=[f"{number}" for number in range(length)])
        forms = sa.text(
            "SELECT count(*) FROM pg_prepared_statements"
            " WHERE statement LIKE '%FROM meta%ANY (%' AND statement NOT LIKE '%LIKE%'"
        )
        assert (await tx.execute(forms)).scalar_one() == 1
    await storage.close()


async def test_without_a_snapshot_each_statement_sees_what_is_committed(migrated_postgres_url: str) -> None:
    storage = Storage(migrated_postgres_url)
    for snapshot in (True, False):
        await put(storage, "before")
        async with storage.write(snapshot=snapshot) as tx:
            assert await meta.get(tx, "key") == "before"
            await put(storage, "after")
            assert await meta.get(tx, "key") == ("before" if snapshot else "after")
    await storage.close()


@pytest.mark.parametrize("snapshot", [True, False])
async def test_what_was_read_may_be_gone_when_something_is_to_refer_to_it(
    migrated_postgres_url: str, snapshot: bool
) -> None:
    """Somebody has their data erased while a letter to them is being written: looked at again, there is nobody."""
    storage, whose, found = Storage(migrated_postgres_url), 1, list[bool]()
    await storage.apply(lambda tx: people.ensure(tx, whose, "Ольга", NOW))

    async def work(tx: Tx) -> None:
        found.append(await people.get(tx, whose) is not None)
        if found == [True]:
            await storage.apply(lambda other: erasure.erase(other, whose, NOW))
        if found[-1]:
            await letters.write(tx, LetterKind.NOTE, [whose], NOW)

    await storage.apply(work, snapshot=snapshot)
    assert found == [True, False]
    await storage.close()


@READS
async def test_a_migration_has_changed_what_is_read(
    migrated_postgres_url: str, read: Callable[[Tx], Awaitable[object]]
) -> None:
    """Whoever only reads comes again; whoever writes is run again."""
    storage, runs = Storage(migrated_postgres_url), list[bool]()

    async def work(tx: Tx) -> None:
        runs.append(True)
        await read(tx)

    await storage.apply(work)
    await execute(migrated_postgres_url, "ALTER TABLE meta ALTER value TYPE varchar(50)")
    with pytest.raises(DatabaseUnavailable, match="plan is invalid"):
        async with storage.read() as tx:
            await read(tx)
    async with storage.read() as tx:
        await read(tx)
    await execute(migrated_postgres_url, "ALTER TABLE meta ALTER value TYPE text")
    await storage.apply(work)
    assert runs == [True] * 3
    await storage.close()


@READS
@pytest.mark.parametrize("writes", [False, True])
async def test_a_deadlock_with_a_migration(
    migrated_postgres_url: str, read: Callable[[Tx], Awaitable[object]], writes: bool
) -> None:
    """Whoever only reads comes again; whoever writes is run again."""
    storage, changing = Storage(migrated_postgres_url), Storage(migrated_postgres_url)
    migrating, runs = list[asyncio.Task[Any]](), list[bool]()
    waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")

    async def work(tx: Tx) -> None:
        runs.append(True)
        if len(runs) == 1:
            # It finds the deadlock, not the migration.
            await tx.execute(sa.text("SET LOCAL deadlock_timeout = 10"))
            await tx.execute(sa.text("SELECT FROM people"))
            await migration.execute(sa.text("LOCK meta"))
            migrating.append(asyncio.create_task(migration.execute(sa.text("LOCK people"))))
            while not (await tx.execute(waits)).scalar_one():  # noqa: ASYNC110 - the server's
                await asyncio.sleep(0.01)
        await read(tx)

    async def asked() -> None:
        if writes:
            await storage.apply(work)
            return
        with pytest.raises(DatabaseUnavailable, match="deadlock"):
            async with storage.read() as tx:
                await work(tx)

    async with changing.write() as migration:
        asking = asyncio.create_task(asked())
        async with asyncio.timeout(20):
            while not migrating:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            await migrating[0]
    await asking
    assert len(runs) == 1 + writes
    await storage.close()
    await changing.close()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("ends", [False, True])
async def test_a_server_that_is_not_heard_leaves_no_stack_in_the_log(
    migrated_postgres_url: str, caplog: pytest.LogCaptureFixture, ends: bool
) -> None:
    async with wired(migrated_postgres_url) as (wire, storage):
        await asyncio.gather(*(put(storage, "before") for _ in range(3)))
        assert len(storage.connections.idle) > 1
        wire.is_cut = True
        if not ends:
            with pytest.raises(DatabaseUnavailable):
                await put(storage, "after")
        # The others have not found out by themselves.
        await storage.close()
        assert not [record for record in caplog.records if record.exc_info]
        wire.is_cut = False
        assert await kept(storage) == "before"
