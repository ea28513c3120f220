"""What a handler needs from outside before it can decide: a file to fetch and to read, a calculation that takes long.

A handler works in a transaction, and on SQLite whoever writes keeps all others waiting. So it does not do such work
itself but calls `result`: the first time that raises Errand, which rolls the transaction back; the dispatcher does the
work outside, and runs the handler again, for which the result is there. Nothing is kept beyond the update: after a
restart the work is simply done again, so it must do no harm if it is.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

T = TypeVar("T")

# A handler that asks for more than this goes round in a circle.
_MOST = 5


class Errand(Exception):
    """Not an error: the handler cannot go on without the result of `work`."""

    def __init__(self, key: str, work: Callable[[], Awaitable[Any]]) -> None:
        super().__init__(key)
        self.key = key
        self.work = work


class Errands:
    """The errands of one update, with their results."""

    def __init__(self) -> None:
        self._done: dict[str, tuple[Any, Exception | None]] = {}

    async def run(self, errand: Errand) -> None:
        """Does the errand and keeps its result or its exception. Raises RuntimeError after too many errands."""
        if len(self._done) == _MOST:
            raise RuntimeError(f"the handler has asked for {_MOST} errands, and now for {errand.key}")
        try:
            self._done[errand.key] = (await errand.work(), None)
        except Exception as error:
            self._done[errand.key] = (None, error)

    async def result(self, key: str, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` returned or raised."""
        if key not in self._done:
            raise Errand(key, work)
        returned, error = self._done[key]
        if error is not None:
            raise error
        return cast("T", returned)


_CURRENT: ContextVar[Errands] = ContextVar("errands")


@contextmanager
def of_update() -> Iterator[Errands]:
    """Has `result` mean the errands of one update within the block."""
    token = _CURRENT.set(Errands())
    try:
        yield _CURRENT.get()
    finally:
        _CURRENT.reset(token)


async def result(key: str, work: Callable[[], Awaitable[T]]) -> T:
    """What `work` returned or raised; for a handler, which must have written nothing outside its transaction before.

    `key` tells the errand from others of the same update. The work may look at what the handler has read, which is a
    moment old by then; decisions belong into the transaction that follows. Raises LookupError outside of a handler.
    """
    return await _CURRENT.get().result(key, work)
