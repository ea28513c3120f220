"""PostgreSQL by asyncpg. A server that has stopped answering ends no wait, so each wait has an end here."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.storage.engine import connections

# Seconds for a connection to each host of the URL, and for a statement that is written down or the end of a
# transaction; what is put together as it runs (a report, a migration) has longer.
CONNECTS_WITHIN, ANSWERS_WITHIN, ENDS_WITHIN = 5.0, 30.0, 600.0
# Seconds without a word in a transaction after which the server ends it: a process that stands still keeps no row from
# the others when they take over what it had.
IDLE_SECONDS = 7
# A process that is cut off amid a question, when its statement is parsed and not run yet, is not idle to the server: it
# would hold its rows for two hours. So the server asks the network after a few seconds without a word.
_NETWORK = {
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "7000",
}
# Each wait has an end here, and a limit of the role's would be met by what is put together as it runs.
_LIMITS = {"statement_timeout": "0", "lock_timeout": "0"}
# asyncpg's errors, and what SQLAlchemy calls such: the first that fits.
_FAULTS: dict[type[Exception], type[DBAPIError]] = {
    OSError: OperationalError,
    asyncpg.IntegrityConstraintViolationError: IntegrityError,
    asyncpg.PostgresError: DBAPIError,
    asyncpg.InterfaceError: InterfaceError,
    asyncpg.InternalClientError: InterfaceError,
}


def opened(url: sa.URL, options: dict[str, Any], *, is_slow: bool) -> connections.Connections:
    """`is_slow`: there may be long pauses between what is read in a transaction."""
    idle = 0 if is_slow else IDLE_SECONDS * 1000
    asked: dict[str, Any] = {
        "command_timeout": ENDS_WITHIN,
        "statement_cache_size": connections.KEPT,
        "async_creator_fn": _connect,
        # What the server would compile for a long statement takes longer than any of ours.
        "server_settings": {
            "jit": "off",
            **_NETWORK,
            **_LIMITS,
            "idle_in_transaction_session_timeout": f"{idle}",
        },
    }
    # Whoever writes them into the URL knows better. SQLAlchemy begins nothing: its statements go into the transaction
    # that the driver has begun.
    arguments = {name: value for name, value in asked.items() if name not in url.query}
    engine = create_async_engine(
        url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=arguments, **options
    )
    return connections.Connections(engine, _Driver)


class _Driver:
    is_new = True

    def __init__(self, held: AsyncConnection, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.held, self._connection = held, connection

    @property
    def is_open(self) -> bool:
        return not self._connection.is_closed()

    async def begin(self, *, writing: bool, snapshot: bool) -> None:
        # With a snapshot a row that was read still is as it was when it is written, or the transaction is run again.
        # Whoever writes another row holds the one they have read (`holding.py`).
        await self.run(f"BEGIN ISOLATION LEVEL {'REPEATABLE READ' if snapshot else 'READ COMMITTED'}", ())

    async def commit(self) -> None:
        """A statement that is given up is cancelled on the server. A commit must not be: one that waits for a standby
        would end, and be taken for done, without it. So the connection is cut, and nobody knows what became of it."""
        committing = asyncio.create_task(self._connection.execute("COMMIT"))
        committing.add_done_callback(_heard)
        try:
            await asyncio.wait({committing}, timeout=ANSWERS_WITHIN)
        finally:
            if not committing.done():
                self._connection.terminate()
        with self._told("COMMIT"):
            if await committing == "ROLLBACK":
                # Somebody has caught the error of a statement, and gone on.
                raise DBAPIError("COMMIT", None, RuntimeError("the transaction had failed before"))

    async def rollback(self) -> None:
        try:
            await self._connection.execute("ROLLBACK", timeout=connections.ENDS_WITHIN)
        except BaseException as error:
            self._connection.terminate()
            if not isinstance(error, Exception):
                raise

    def cut(self) -> None:
        self._connection.terminate()

    async def close(self) -> None:
        # Whatever comes of it, it is closed then.
        with suppress(*_FAULTS):
            await self._connection.close(timeout=connections.ENDS_WITHIN)
        await self.held.close()

    async def all(self, sql: str, values: Sequence[Any]) -> Iterable[Any]:
        with self._told(sql):
            rows: list[asyncpg.Record] = await self._connection.fetch(sql, *values, timeout=ANSWERS_WITHIN)
        return rows

    async def run(self, sql: str, values: Sequence[Any]) -> int:
        with self._told(sql):
            count = (await self._connection.execute(sql, *values, timeout=ANSWERS_WITHIN)).rpartition(" ")[2]
        return int(count) if count.isdecimal() else -1

    async def run_each(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        with self._told(sql):
            await self._connection.executemany(sql, rows, timeout=ANSWERS_WITHIN)

    @contextmanager
    def _told(self, sql: str) -> Iterator[None]:
        """Raises an error as SQLAlchemy does. What people have written is nobody's business in a log."""
        try:
            yield
        except tuple(_FAULTS) as error:
            if isinstance(error, OSError):
                # Whatever comes of it now is not waited for.
                self._connection.terminate()
            kind = next(ours for theirs, ours in _FAULTS.items() if isinstance(error, theirs))
            raise kind(sql, None, error, hide_parameters=True) from error


async def _connect(*, host: Any = None, port: Any = None, **options: Any) -> "asyncpg.Connection[asyncpg.Record]":
    """Connects to the first of the hosts that is there and as `target_session_attrs` wants it.

    asyncpg itself has one timeout for all of them: a first host that is silent would take all of it.
    """
    places = list(zip(host, port, strict=True)) if isinstance(host, list) else [(host, port)]
    refusals: list[Exception] = []
    for place in places:
        try:
            return await _connected(host=place[0], port=place[1], timeout=CONNECTS_WITHIN, **options)
        except (OSError, asyncpg.PostgresError, asyncpg.InternalClientError) as error:
            refusals.append(error)
    if len(refusals) == 1 or isinstance(refusals[-1], asyncpg.PostgresError):
        raise refusals[-1]
    told = zip(places, refusals, strict=True)
    raise ConnectionError("; ".join(f"{name}:{at}: {str(error) or type(error).__name__}" for (name, at), error in told))


async def _connected(**options: Any) -> "asyncpg.Connection[asyncpg.Record]":
    """What asyncpg connects to. Whoever is cancelled meanwhile leaves it to end by itself: broken off, it leaves behind
    an error that nobody asks for, and the log has each of them."""
    connecting = asyncio.ensure_future(asyncpg.connect(**options))
    try:
        return await asyncio.shield(connecting)
    except asyncio.CancelledError:
        connecting.add_done_callback(_not_wanted)
        raise


def _not_wanted(connecting: "asyncio.Future[asyncpg.Connection[asyncpg.Record]]") -> None:
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().terminate()


def _heard(task: asyncio.Task[str]) -> None:
    """Of whoever was cancelled nobody asks what became of the commit."""
    if not task.cancelled():
        task.exception()
