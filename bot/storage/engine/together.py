"""Puts works of several callers into one transaction: a commit waits for the disk, and all others wait for it."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx, is_unavailable
from bot.storage.engine.prepared import Prepared

T = TypeVar("T")

Work = Callable[[Tx], Awaitable[Any]]

# A transaction has at most so many works: they take some twenty milliseconds, for which other writers wait.
_MOST = 8
_BEGIN, _UNDO, _KEEP = (Prepared(sa.text(f"{what} one")) for what in ("SAVEPOINT", "ROLLBACK TO", "RELEASE"))


@dataclass(slots=True)
class _Waiting:
    work: Work
    context: Context
    done: asyncio.Future[Any]
    error: Exception | None = None
    result: Any = field(default=None)


class Together:
    """Does what Storage's `apply` does. On SQLite works that wait for a transaction share the next one.

    Each work has a savepoint: one that fails changes nothing and does not affect the others.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._waiting: deque[_Waiting] = deque()
        self._working: asyncio.Task[None] | None = None

    async def apply(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Commits the changes of `work` and returns its result. Raises what it raises, and DatabaseUnavailable."""
        if not self._storage.is_sqlite:
            # A server commits many transactions at once, and only the work that lost a race is run again.
            return await self._storage.apply(work)
        mine = _Waiting(work, copy_context(), asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        if self._working is None:
            self._working = asyncio.create_task(self._run())
        return cast("T", await mine.done)

    async def stop(self) -> None:
        """Abandons what has not been committed."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)

    async def _run(self) -> None:
        try:
            while self._waiting:
                # A caller that was cancelled meanwhile wants no result.
                group = [
                    waiting
                    for waiting in (self._waiting.popleft() for _ in range(self._size()))
                    if not waiting.done.done()
                ]
                if group:
                    await self._together(group)
        finally:
            self._working = None

    def _size(self) -> int:
        return min(_MOST, len(self._waiting))

    async def _together(self, group: list[_Waiting]) -> None:
        ended: list[_Waiting] = []
        try:
            async with self._storage.write() as tx:
                for waiting in group:
                    await self._do(tx, waiting, alone=len(group) == 1)
                    ended.append(waiting)
                    if tx.changed_catalog:
                        # The next works need the new catalog, so this one has to be committed first.
                        break
        except Exception as error:
            fault = DatabaseUnavailable(str(error)) if isinstance(error, DatabaseUnavailable) else error
            for waiting in group:
                _settle(waiting, waiting.error or fault)
            return
        except BaseException:
            for waiting in group:
                waiting.done.cancel()
            raise
        for waiting in ended:
            _settle(waiting, waiting.error)
        self._waiting.extendleft(reversed(group[len(ended) :]))

    async def _do(self, tx: Tx, waiting: _Waiting, *, alone: bool) -> None:
        if not alone:
            await _BEGIN.run(tx)
        try:
            work = cast("Coroutine[Any, Any, Any]", waiting.work(tx))
            waiting.result = await asyncio.create_task(work, context=waiting.context)
        except Exception as error:
            waiting.error = error
            if alone or (isinstance(error, DBAPIError) and is_unavailable(error)):
                # The transaction is lost for the others too.
                waiting.error = None
                raise
            await _UNDO.run(tx)
        if not alone:
            await _KEEP.run(tx)


def _settle(waiting: _Waiting, error: Exception | None) -> None:
    if waiting.done.done():
        return
    if error is not None:
        waiting.done.set_exception(error)
    else:
        waiting.done.set_result(waiting.result)
