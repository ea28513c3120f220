"""Empty databases, quickly: a migration takes longer than most tests, and so does compiling the SQL of a world."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import make_url

from bot.storage.engine.database import Storage
from bot.storage.engine.migrate import migrate, newest_revision
from bot.storage.people import last_said
from bot.storage.schema import metadata
from tests.postgres import connect, create_database, execute

_made: list[bytes] = []
# Those of a server that are migrated and empty, and that nobody uses now.
_free: dict[str, list[str]] = defaultdict(list)
_templates: dict[str, str] = {}
# Empties one: nobody's row is looked for in the tables that are being emptied too, which takes minutes after a test
# with all of a region; a database that is made of the template takes fifty times as long as most need.
EMPTY = ";".join(
    ["SET session_replication_role = replica"]
    + [f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables)]
    + ["SET session_replication_role = DEFAULT"]
)
# And numbers anew.
_AS_NEW = f"""
    {EMPTY};
    SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
"""
_VERSION = "SELECT version_num FROM alembic_version"
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
# Seconds. The server notices somewhat later that a session has been closed.
_GONE_WITHIN = 10


class OnServer:
    """The databases of a test on a PostgreSQL server: one for each folder."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._taken: dict[Path, str] = {}

    async def of(self, folder: Path) -> str:
        """The URL of that folder's; at first it is migrated and has no rows."""
        if folder not in self._taken:
            free = _free[self._server]
            self._taken[folder] = free.pop() if free else await _another(self._server)
        return self._taken[folder]

    async def give_back(self) -> None:
        """The next test may have them. Raises TimeoutError when a session has been left open.

        A database whose schema is not that of before is left to nobody: the test should have made one of its own.
        """
        for url in self._taken.values():
            connection = await connect(url)
            try:
                async with asyncio.timeout(_GONE_WITHIN):
                    while await connection.fetchval(_OTHERS):  # noqa: ASYNC110 - no event tells of it
                        await asyncio.sleep(0.005)
                assert await connection.fetchval(_VERSION) == newest_revision(), "the next test has another schema"
                await connection.execute(_AS_NEW)
            finally:
                await connection.close()
            _free[self._server].append(url)


async def _another(server: str) -> str:
    name = f"world_{uuid.uuid4().hex}"
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    if server in _templates:
        await execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{_templates[server]}"')
        return url
    # Nobody ever connects to it again: the server copies only what nobody uses.
    _templates[server] = f"{name}_template"
    await create_database(server, _templates[server])
    storage = Storage(f"{url}_template")
    await migrate(storage)
    await storage.close()
    return await _another(server)


@asynccontextmanager
async def own(server: str) -> AsyncIterator[str]:
    """The URL of a database there that is migrated and has no rows, and goes afterwards, whatever was done to it."""
    url = await _another(server)
    try:
        yield url
    finally:
        await execute(server, f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')


@asynccontextmanager
async def migrated(server: str) -> AsyncIterator[str]:
    """The URL of a database there that is migrated and has no rows; whoever changes its schema leaves it to nobody."""
    own = OnServer(server)
    yield await own.of(Path())
    await own.give_back()


_on_server: OnServer | None = None


@asynccontextmanager
async def on_server(server: str) -> AsyncIterator[None]:
    """Worlds that begin within the block are on that server."""
    global _on_server  # noqa: PLW0603
    _on_server = found = OnServer(server)
    try:
        yield
    finally:
        _on_server = None
    await found.give_back()


async def database_of(folder: Path) -> str:
    """The URL of the database of a world in that folder: a new one, or the one that it had before."""
    if _on_server is not None:
        return await _on_server.of(folder)
    await make_database(folder / "bot.db")
    return f"sqlite+aiosqlite:///{folder}/bot.db"


def file_of(url: str) -> Path | None:
    """Where the database of that URL lies; None: on a server."""
    target = make_url(url)
    return None if target.host or target.database is None else Path(target.database)


async def make_database(path: Path) -> None:
    """An empty SQLite database of the present schema, unless there is one; only the first test runs the migrations."""
    if path.exists():
        return
    if not _made:
        storage = Storage(f"sqlite+aiosqlite:///{path}")
        await migrate(storage)
        await storage.close()
        _made.append(path.read_bytes())
    path.write_bytes(_made[0])


class _Compiled(dict[Any, Any]):
    """SQL that any database of its kind may use; the library keeps it apart by the object that speaks to each."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


_compiled: dict[str, _Compiled] = defaultdict(_Compiled)


async def note_rights(url: str, now: datetime) -> None:
    """Notes in the database, as each tick does, what has been said last of each role and seat."""
    storage = Storage(url)
    try:
        assert await last_said.note(storage, now)
    finally:
        await storage.close()


def quick(storage: Storage) -> Storage:
    """What one test has compiled is not compiled by the next; a commit does not wait for the disk: no power is cut."""
    storage.engine.sync_engine.update_execution_options(compiled_cache=_compiled[storage.engine.dialect.name])
    if storage.is_sqlite:
        sa.event.listen(storage.engine.sync_engine, "connect", _do_not_wait_for_the_disk)
    return storage


def _do_not_wait_for_the_disk(connection: Any, _entry: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
