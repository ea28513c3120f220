"""Long work in a thread, which whoever is cancelled ends at its next step instead of leaving it to itself."""

import asyncio
from collections.abc import Callable
from threading import Event
from typing import TypeVar

from bot.domain.progress import Progress

T = TypeVar("T")


class _BrokenOff(Exception):
    """Nobody wants the work any more."""


async def in_steps(work: Callable[[Progress], T], progress: Progress) -> T:
    """What the work returns. It tells of its steps, and can be broken off at each.

    Whoever is cancelled waits until it has ended: it may hold files that others take next. What has taken its last
    step is done, and counts as that. Raises CancelledError if it was broken off.
    """
    is_unwanted = Event()

    def tell(what: str, done: int, of: int) -> None:
        if is_unwanted.is_set():
            raise _BrokenOff
        progress(what, done, of)

    working = asyncio.ensure_future(asyncio.to_thread(work, tell))
    try:
        await asyncio.wait({working})
    except asyncio.CancelledError:
        is_unwanted.set()
        await asyncio.wait({working})
    try:
        return working.result()
    except _BrokenOff:
        raise asyncio.CancelledError from None
