"""Letters are worded as things stand when their turn comes; those whose turn comes together share a transaction."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.letter import Letter, Postponed
from bot.domain.screen import Rendered
from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx

# What each of the letters is now, in their order.
RenderEach = Callable[[Tx, Sequence[Letter], datetime], AsyncIterator[Rendered | Postponed | None]]


@dataclass(frozen=True, slots=True)
class _Waiting:
    letter: Letter
    now: datetime
    rendered: asyncio.Future[Rendered | None]


class Rendering:
    """Renders letters; a transaction serves all that came while the one before it was under way."""

    def __init__(self, storage: Storage, render: RenderEach) -> None:
        self._storage = storage
        self._render = render
        self._waiting: list[_Waiting] = []
        self._working: asyncio.Task[None] | None = None

    async def render(self, letter: Letter, now: datetime) -> Rendered | None:
        """The letter as things stand. Raises what the renderer raises, and DatabaseUnavailable."""
        waiting = _Waiting(letter, now, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return await waiting.rendered

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                # Whoever waits for a letter may have been cancelled meanwhile.
                if batch := [waiting for waiting in batch if not waiting.rendered.done()]:
                    await self._render_batch(batch)
        finally:
            self._working = None

    async def _render_batch(self, batch: list[_Waiting]) -> None:
        left = list(batch)
        try:
            async with self._storage.read() as tx:
                letters, now = [waiting.letter for waiting in batch], max(waiting.now for waiting in batch)
                async for rendered in self._render(tx, letters, now):
                    waiting = left.pop(0)
                    if waiting.rendered.done():
                        continue
                    if isinstance(rendered, Postponed):
                        waiting.rendered.set_exception(rendered)
                    else:
                        waiting.rendered.set_result(rendered)
        except DatabaseUnavailable as error:
            # Each by itself would only wait for the database as long again.
            for waiting in left:
                if not waiting.rendered.done():
                    waiting.rendered.set_exception(error)
        except Exception as error:
            # A transaction may be of no use after a fault: the others get another.
            if left:
                failed = left.pop(0)
                if not failed.rendered.done():
                    failed.rendered.set_exception(error)
                self._waiting = left + self._waiting
