"""Versions change while others serve: one migrates, the older goes on, and migrations only add."""

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import Script, ScriptDirectory
from sqlalchemy import make_url

from bot.storage.engine import migrate as migrating
from bot.storage.engine import postgresql, revisions
from bot.storage.engine.database import DatabaseUnavailable, NotOurs, SchemaTooNew, Storage, StorageError
from bot.storage.engine.exclusively import exclusively
from bot.storage.engine.lock import InUse
from bot.storage.engine.migrate import is_behind, migrate, newest_revision, try_out
from bot.storage.post import meta
from tests.next_version import next_migrations
from tests.postgres import connect, execute
from tests.waiting import until

ROOT = Path(__file__).parents[3]

Next = Callable[..., Path]


@pytest.fixture
def next_version(tmp_path: Path) -> Next:
    """The migrations of the version after this one."""
    return partial(next_migrations, tmp_path)


@pytest.fixture
async def three(empty_url: str) -> AsyncIterator[list[Storage]]:
    """One database, as three processes have it."""
    storages = [Storage(empty_url) for _ in range(3)]
    yield storages
    for storage in storages:
        await storage.close()


async def schema_of(storage: Storage) -> str:
    async with storage.read() as tx:
        return str((await tx.execute(sa.text("SELECT version_num FROM alembic_version"))).scalar_one())


async def upgrade(storage: Storage, folder: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> None:
    """What a start of the version with those migrations does."""
    with monkeypatch.context() as patched:
        patched.setattr(migrating, "MIGRATIONS", folder)
        await migrate(storage, **options)


async def test_three_starts_at_once_on_an_empty_database(three: list[Storage]) -> None:
    await asyncio.gather(*map(migrate, three))
    assert [await schema_of(storage) for storage in three] == [newest_revision()] * 3


@pytest.mark.slow
async def test_a_migration_may_stand_still_between_its_statements(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy machine loads and puts together for seconds what the next statement needs."""
    monkeypatch.setattr(postgresql, "IDLE_SECONDS", 1)
    upgrade = revisions.upgrade

    def slowly(*arguments: Any) -> None:
        time.sleep(1.5)
        upgrade(*arguments)

    monkeypatch.setattr(revisions, "upgrade", slowly)
    storage = Storage(postgres_url)
    await migrate(storage)
    assert await schema_of(storage) == newest_revision()
    await storage.close()


@pytest.mark.slow
async def test_nothing_is_migrated_under_a_bot_that_serves_alone(postgres_url: str) -> None:
    """As all did before schema 0019."""
    storage, older = Storage(postgres_url), await connect(postgres_url)
    await older.execute("SELECT pg_advisory_lock(x'504F5255'::int)")
    with pytest.raises(InUse, match="Stop it first"):
        await migrate(storage)
    await older.close()
    await migrate(storage)
    await storage.close()


async def test_a_role_without_rights_is_told(postgres_url: str) -> None:
    await execute(postgres_url, "CREATE ROLE guest LOGIN")
    storage = Storage(postgres_url.replace("//bot@", "//guest@"))
    try:
        with pytest.raises(DatabaseUnavailable, match="permission denied for schema public"):
            await migrate(storage)
    finally:
        await storage.close()
        await execute(postgres_url, "DROP ROLE guest")


async def test_a_database_that_cannot_hold_what_people_write_is_refused(postgres_url: str) -> None:
    name = f"{make_url(postgres_url).database}_1251"
    await execute(postgres_url, f'CREATE DATABASE "{name}" ENCODING WIN1251 LOCALE "C" TEMPLATE template0')
    storage = Storage(make_url(postgres_url).set(database=name).render_as_string())
    try:
        with pytest.raises(StorageError, match="its encoding is WIN1251"):
            await migrate(storage)
    finally:
        await storage.close()
        await execute(postgres_url, f'DROP DATABASE "{name}"')


@pytest.mark.parametrize("theirs", ["people (id INTEGER)", "alembic_version (version_num) AS SELECT '1975ea83b712'"])
async def test_another_program_s_database_is_refused(postgres_url: str, theirs: str) -> None:
    await execute(postgres_url, f"CREATE TABLE {theirs}")
    storage = Storage(postgres_url)
    try:
        for look in (migrate, try_out):
            with pytest.raises(NotOurs, match=f"has its table {theirs.partition(' ')[0]}. Name one that nobody else"):
                await look(storage)
        async with storage.read() as tx:
            assert len(await tx.run_sync(lambda connection: sa.inspect(connection).get_table_names())) == 1
    finally:
        await storage.close()


async def test_what_an_extension_has_brought_is_nobody_s(postgres_url: str) -> None:
    """As PostGIS has its list of coordinates in each database of a server."""
    await execute(postgres_url, "CREATE TABLE list (id INTEGER); ALTER EXTENSION plpgsql ADD TABLE list")
    storage = Storage(postgres_url)
    try:
        await migrate(storage)
        assert await schema_of(storage) == newest_revision()
    finally:
        await storage.close()


async def test_a_role_that_sees_no_schema_is_told(postgres_url: str) -> None:
    await execute(postgres_url, "CREATE ROLE guest LOGIN; ALTER ROLE guest SET search_path = nowhere")
    storage = Storage(postgres_url.replace("//bot@", "//guest@"))
    try:
        with pytest.raises(DatabaseUnavailable, match="no schema has been selected"):
            await migrate(storage)
    finally:
        await storage.close()
        await execute(postgres_url, "DROP ROLE guest")


@pytest.mark.slow
def test_two_commands_at_once_make_one_database(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys; from bot.storage.engine.database import Storage;"
        "from bot.storage.engine.migrate import migrate; asyncio.run(migrate(Storage(sys.argv[1])))"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", program, f"sqlite+aiosqlite:///{tmp_path}/bot.db"],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for start in starts:
        _, said = start.communicate(timeout=60)
        assert start.returncode == 0, said
    # Nothing is left beside it.
    assert not [path.name for path in tmp_path.iterdir() if not path.name.startswith("bot.db")]


@pytest.mark.slow
async def test_of_three_who_migrate_one_makes_the_backup(
    three: list[Storage], next_version: Next, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    async def backup() -> None:
        made.append(await schema_of(three[0]))

    await migrate(three[0], backup)
    assert made == [], "an empty database has nothing to lose"
    monkeypatch.setattr(migrating, "MIGRATIONS", next_version())
    await asyncio.gather(*(migrate(storage, backup) for storage in three))
    assert made == [before_next()]
    assert await schema_of(three[0]) == "9999"


def before_next() -> str:
    """The newest schema of the program itself, whatever folder is in its place now."""
    names = (Path(migrating.__file__).parents[1] / "migrations" / "versions").glob("[0-9]*.py")
    return max(path.name[:4] for path in names)


@pytest.mark.slow
async def test_the_version_before_goes_on_and_starts_on_the_schema_of_the_next(
    three: list[Storage], next_version: Next, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    older, newer, begun = three
    await migrate(older)
    await older.apply(lambda tx: meta.put(tx, "school", "Лицей"))
    await upgrade(newer, next_version(), monkeypatch)
    await older.apply(lambda tx: meta.put(tx, "school", "Школа"))
    await migrate(begun)
    assert "the schema 9999 of a newer version; this version serves on it" in caplog.text
    assert not await is_behind(begun)
    assert await schema_of(begun) == "9999"
    async with begun.read() as tx:
        assert await meta.get(tx, "school") == "Школа"


@pytest.mark.slow
@pytest.mark.parametrize("unused_since", ["9998", ""])
async def test_what_a_newer_version_has_taken_away_is_not_served_on(
    three: list[Storage], next_version: Next, monkeypatch: pytest.MonkeyPatch, unused_since: str
) -> None:
    older, newer, _ = three
    await migrate(older)
    if unused_since:
        await upgrade(newer, next_version('op.drop_table("mutes")', unused_since), monkeypatch)
    else:
        # Of a version of before there was a mark.
        async with newer.write() as tx:
            await tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
            await meta.remove(tx, migrating.COMPATIBLE_FROM)
    async with older.read() as tx:
        before = await tx.run_sync(lambda connection: sa.inspect(connection).get_table_names())
    with pytest.raises(SchemaTooNew, match="9999"):
        await migrate(older)
    async with older.read() as tx:
        assert await tx.run_sync(lambda connection: sa.inspect(connection).get_table_names()) == before
    assert await schema_of(older) == "9999"


async def test_what_this_version_no_longer_uses_may_go_with_the_next(
    three: list[Storage], next_version: Next, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(three[0])
    await upgrade(three[1], next_version('op.drop_table("mutes")', newest_revision()), monkeypatch)
    await migrate(three[0])


@pytest.mark.slow
async def test_a_migration_keeps_nobody_waiting_behind_a_long_report(
    postgres_url: str, next_version: Next, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Who reads a table keeps its change waiting, and whoever came after that would wait for both."""
    monkeypatch.setattr(migrating, "LOCK_WAITS", 0.05)
    monkeypatch.setattr(migrating, "PAUSE", 0.05)
    report, people, newer = (Storage(postgres_url) for _ in range(3))
    await migrate(newer)
    async with report.read() as reading:
        await reading.execute(sa.text("SELECT count(*) FROM people"))
        migrating_now = asyncio.create_task(upgrade(newer, next_version(), monkeypatch))
        while "the migration waits" not in caplog.text:
            async with asyncio.timeout(30):
                await people.apply(lambda tx: tx.execute(sa.text("UPDATE people SET name = 'Анна' WHERE id = 1")))
        assert not migrating_now.done()
    await migrating_now
    assert await schema_of(people) == "9999"
    for storage in (report, people, newer):
        await storage.close()


@pytest.mark.slow
async def test_a_migration_that_loses_a_deadlock_tries_again(
    postgres_url: str, next_version: Next, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(migrating, "PAUSE", 0.05)
    report, newer = (Storage(postgres_url) for _ in range(2))
    await migrate(newer)
    waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with report.read() as reading:
        # The migration finds it, after a second.
        await reading.execute(sa.text("SET LOCAL deadlock_timeout = '20s'"))
        await reading.execute(sa.text("SELECT count(*) FROM letters"))
        migrating_now = asyncio.create_task(upgrade(newer, next_version(), monkeypatch))
        async with asyncio.timeout(30):
            while not (await reading.execute(waits)).scalar_one():  # noqa: ASYNC110 - the server's
                await asyncio.sleep(0.01)
            await reading.execute(sa.text("SELECT count(*) FROM people"))
    await migrating_now
    assert "the migration waits" in caplog.text
    assert await schema_of(report) == "9999"
    for storage in (report, newer):
        await storage.close()


@pytest.mark.slow
async def test_a_process_that_was_killed_in_the_midst_holds_nobody_up(
    empty_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    program = (
        "import asyncio, sys; from bot.storage.engine.database import Storage;"
        "from bot.storage.engine.exclusively import exclusively\n"
        "async def hold():\n"
        "    async with exclusively(Storage(sys.argv[1])):\n"
        "        print('held', flush=True)\n"
        "        await asyncio.sleep(600)\n"
        "asyncio.run(hold())"
    )
    holding = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, empty_url, cwd=ROOT, stdout=subprocess.PIPE
    )
    assert holding.stdout is not None
    assert await holding.stdout.readline() == b"held\n"
    storage = Storage(empty_url)
    with caplog.at_level(logging.WARNING):
        starting = asyncio.create_task(migrate(storage))
        # The log alone tells.
        while "waiting for it" not in caplog.text:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert not starting.done()
        holding.kill()
        await holding.wait()
        await starting
    assert await schema_of(storage) == newest_revision()
    await storage.close()


async def test_a_server_that_ends_whoever_idles_does_not_end_the_lock(
    own_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A large copy takes minutes, in which the lock's session says nothing."""
    await execute(own_url, f"""ALTER DATABASE "{make_url(own_url).database}" SET idle_session_timeout = '20ms'""")
    storages = [Storage(own_url) for _ in range(2)]
    async with exclusively(storages[0]):
        idle = await connect(own_url)
        await until(idle.is_closed)
        starting = asyncio.create_task(_in_turn(storages[1]))
        await until(lambda: "waiting for it" in caplog.text or starting.done())
        assert not starting.done()
    await starting
    for storage in storages:
        await storage.close()


async def _in_turn(storage: Storage) -> None:
    async with exclusively(storage):
        pass


# -- What a migration may do ------------------------------------------------------------------------------------------


def looked_at(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    """The tables, and what of each an older version relies on."""
    inspector = sa.inspect(connection)
    return {
        table: {
            "columns": {column["name"]: column for column in inspector.get_columns(table)},
            "keys": inspector.get_pk_constraint(table)["constrained_columns"],
            # What refuses rows.
            "refuses": {
                *(("unique", *one["column_names"]) for one in inspector.get_unique_constraints(table)),
                *(("unique", *map(str, one["column_names"])) for one in inspector.get_indexes(table) if one["unique"]),
                *(("check", one["sqltext"]) for one in inspector.get_check_constraints(table)),
                *(("refers", *one["constrained_columns"]) for one in inspector.get_foreign_keys(table)),
            },
        }
        for table in inspector.get_table_names()
    }


def taken_away(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> list[str]:
    """What the version before would miss, or could not write any more."""
    found = []
    for table, was in before.items():
        if table not in after:
            found.append(f"{table} is gone")
            continue
        now = after[table]
        for name, column in was["columns"].items():
            other = now["columns"].get(name)
            if other is None:
                found.append(f"{table}.{name} is gone")
            elif str(other["type"]) != str(column["type"]) or (column["nullable"] and not other["nullable"]):
                found.append(f"{table}.{name} is another")
        added = {name: column for name, column in now["columns"].items() if name not in was["columns"]}
        found += [
            f"{table}.{name} has to be filled"
            for name, column in added.items()
            if not column["nullable"] and column["default"] is None
        ]
        if was["keys"] != now["keys"]:
            found.append(f"{table} has another key")
        # A new column may refer, and what no old row and no old writer fills in may be unique.
        found += [
            f"{table} refuses more: {' '.join(map(str, one))}"
            for one in now["refuses"] - was["refuses"]
            if not added.keys() & {*one[1:]}
        ]
    return found


def upgraded(connection: sa.Connection, folder: Path, revision: str) -> dict[str, dict[str, Any]]:
    config = revisions.config(folder)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    return looked_at(connection)


def scripts_since(folder: Path, revision: str) -> list[Script]:
    """The migrations from that one on, oldest first."""
    every = ScriptDirectory.from_config(revisions.config(folder)).walk_revisions()
    return sorted((each for each in every if each.revision >= revision), key=lambda each: each.revision)


async def faults(storage: Storage, folder: Path, since: str) -> dict[str, list[str]]:
    """What the migrations from that one on take away, unless one of them says since when nobody uses it."""
    found: dict[str, list[str]] = {}
    for script in scripts_since(folder, since):
        async with storage.write() as tx:
            before = await tx.run_sync(upgraded, folder, str(script.down_revision))
        async with storage.write() as tx:
            after = await tx.run_sync(upgraded, folder, script.revision)
        gone = taken_away(before, after)
        unused_since = getattr(script.module, "unused_since", None)
        if unused_since is None and gone:
            found[script.revision] = gone
        elif unused_since is not None and not (gone and unused_since < script.revision):
            found[script.revision] = [f"{unused_since} did not leave it unused"]
    return found


@pytest.mark.slow
async def test_migrations_only_add(three: list[Storage]) -> None:
    assert await faults(three[0], migrating.MIGRATIONS, "0019") == {}


TAKES = {
    'op.drop_table("mutes")': "mutes is gone",
    'op.drop_column("people", "paused_until")': "people.paused_until is gone",
    'op.alter_column("people", "name", new_column_name="full")': "people.name is gone",
    'op.rename_table("mutes", "silences")': "mutes is gone",
    'op.create_index("uq", "people", ["name"], unique=True)': "people refuses more: unique name",
    'op.add_column("people", sa.Column("n", sa.Integer(), nullable=False))': "people.n has to be filled",
    'op.alter_column("obligations", "version", type_=sa.SmallInteger())': "obligations.version is another",
    'op.alter_column("obligations", "comment", nullable=False)': "obligations.comment is another",
    'op.create_check_constraint("short", "people", "length(name) < 9")': "people refuses more: check",
}


@pytest.mark.slow
@pytest.mark.parametrize("deed", TAKES)
async def test_what_takes_away_is_noticed(own_url: str, next_version: Next, deed: str) -> None:
    storage = Storage(own_url)
    found = await faults(storage, next_version(deed), "9999")
    await storage.close()
    assert [told for told in found["9999"] if TAKES[deed] in told], found


@pytest.mark.slow
@pytest.mark.parametrize(("unused_since", "is_right"), [("0018", True), ("9999", False)])
async def test_what_nobody_uses_since_an_earlier_migration_may_go(
    three: list[Storage], next_version: Next, unused_since: str, is_right: bool
) -> None:
    found = await faults(three[0], next_version('op.drop_table("mutes")', unused_since), "9999")
    assert (found == {}) == is_right


@pytest.mark.slow
async def test_what_only_adds_is_let_through(three: list[Storage], next_version: Next) -> None:
    assert await faults(three[0], next_version(), "9999") == {}
