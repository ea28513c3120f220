"""From the inbox to a handler, and from its sayings to the chat: one person's updates in order, people side by side."""

import asyncio
import json
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.types import Update
from pydantic import ValidationError

from bot.delivery import sayings as said
from bot.delivery.incoming import errands
from bot.delivery.incoming.errands import Errand
from bot.delivery.incoming.flood import IN_MEMORY, Flood
from bot.delivery.incoming.intake import Raw
from bot.delivery.incoming.turns import Turns
from bot.delivery.outgoing import fence
from bot.delivery.outgoing.speaker import Speaker, backoff
from bot.delivery.sayings import Saying, Send, Toast
from bot.domain.screen import Screen
from bot.logs import about
from bot.replica import Replica
from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx
from bot.storage.post import inbox
from bot.storage.post.inbox import PRESS, Incoming, Taken

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Decided:
    """What a handler has decided: what is said, and what is noted of whoever sent the update, if anything is."""

    sayings: list[Saying]
    note: list[Any] | None = None


# The third is the number of a press whose answer had not been seen when the update was made.
Handle = Callable[[Tx, Update, datetime, int | None], Awaitable[Decided]]

# Updates whose sender waits for a message.
_SPOKEN = ("message", "edited_message")

# People served side by side; more wait for a place.
PLACES = 50
# Seconds in which what is said is gathered, to be finished together: each time waits for the disk.
_GATHERS = 0.02


@dataclass(frozen=True, slots=True)
class Notices:
    """What is said where no handler has decided: something went wrong (with the id that is in the log), it cannot be
    read, there is too much of it."""

    apology: Callable[[str], Screen]
    unreadable: Callable[[], Screen]
    enough: Callable[[], Screen]


class Dispatcher:
    """Handles what this replica has in the inbox. `handle` decides in one transaction and talks to nobody."""

    def __init__(
        self,
        bot: Bot,
        storage: Storage,
        speaker: Speaker,
        handle: Handle,
        now: Callable[[], datetime],
        *,
        replica: Replica,
        notices: Notices,
        busy: Callable[[int], Awaitable[None]],
        after: Callable[[], None],
    ) -> None:
        self._bot = bot
        self._storage = storage
        self._speaker = speaker
        self._handle = handle
        self._now = now
        self._replica = replica
        self._turns = Turns(storage)
        self._notices = notices
        # Has a person told that nothing can be saved now.
        self._busy = busy
        self._flood = Flood(notices.enough)
        # Called when a transaction is committed that may have put letters into the outbox.
        self._after = after
        self._queues: dict[int, deque[Incoming]] = {}
        self._queued: set[int] = set()
        # People whose first update in the queue is being handled.
        self._begun: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(PLACES)
        # A queue of its own: behind those who are still to be decided nobody would be finished until everybody was, and
        # whatever is not finished when the program dies is said again.
        self._saying = asyncio.Semaphore(PLACES)
        # Updates whose words have been said, which have not been finished in the inbox.
        self._said: list[tuple[int, asyncio.Future[None]]] = []
        self._finishing = False
        # Set when somebody waits for them; and how many wait for all.
        self._hurried = asyncio.Event()
        self._awaited = 0
        self._is_stopped = False
        # Set once the program is ready to decide.
        self.resumed = asyncio.Event()

    async def resume(self) -> None:
        """Takes up what an earlier run of the program has left in the inbox."""
        self._is_stopped = False
        await self.adopt(at_start=True)
        self.resumed.set()

    async def adopt(self, *, at_start: bool = False) -> None:
        """Takes up what is nobody's any more, and what is this replica's without its knowing. `at_start`: also what an
        earlier run could not handle."""
        owner, known = self._replica.id, frozenset(self._queued)
        work = partial(inbox.adopt, owner=owner, known=known, at_start=at_start)
        found = await self._storage.apply(work, snapshot=False)
        # What it has stored itself meanwhile is queued by now.
        taken = sum(incoming.update_id not in self._queued for incoming in found)
        if not at_start and taken:
            _log.warning("updates of replicas that have gone are taken up: %s", taken)
        self.submit(found)

    def submit(self, batch: list[Incoming]) -> None:
        """Queues updates that are safe in the inbox."""
        if self._is_stopped:
            # A last delivery was stored while everything else had ended.
            return
        for incoming in batch:
            if incoming.update_id in self._queued:
                # The intake hands an update over again if it could not tell whether the first commit had succeeded.
                continue
            self._queued.add(incoming.update_id)
            queue = self._queues.get(incoming.person_id)
            if queue is not None:
                self._hurried.set()
                press = _first_press(queue, incoming.update_id)
                unshown = min(filter(None, (press, incoming.unshown)), default=None)
                behind = replace(incoming, unshown=unshown)
                # Memory keeps only the numbers of a flood; the inbox has the rest.
                kept = behind if len(queue) < IN_MEMORY else replace(behind, body="")
                _insert(queue, kept, int(incoming.person_id in self._begun))
                continue
            queue = self._queues[incoming.person_id] = deque([incoming])
            self._begin(self._serve(incoming.person_id, queue))

    def waiting(self, person_id: int | None = None) -> int:
        """How many updates of the person, or of all, have not been finished."""
        if person_id is not None:
            return len(self._queues.get(person_id, ()))
        return sum(map(len, self._queues.values()))

    async def idle(self) -> None:
        """Returns when all that was submitted has been handled and said."""
        self._awaited += 1
        self._hurried.set()
        try:
            while self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            self._awaited -= 1

    async def stop(self) -> None:
        """Abandons what is waiting: it is in the inbox, and the next start or another replica takes it up."""
        self._is_stopped = True
        await self._abandon()
        if self._said:
            # What has been said is not said again by the next start.
            with suppress(DatabaseUnavailable):
                await self._storage.apply(self._finished([number for number, _ in self._said]))
            self._said.clear()

    async def lose(self) -> None:
        """Forgets everything: others have taken this replica for dead, and what it had is theirs."""
        was_stopped, self._is_stopped = self._is_stopped, True
        await self._abandon()
        for lost in (self._queues, self._queued, self._begun, self._said):
            lost.clear()
        self._finishing, self._is_stopped = False, was_stopped

    async def _abandon(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._turns.stop()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, person_id: int, queue: deque[Incoming]) -> None:
        fence.taken_by(self._replica.id)
        try:
            while queue:
                # The first changes when an earlier one is adopted.
                if queue[0].is_behind and not await self._turns.has_come(queue[0].update_id):
                    continue
                self._begun.add(person_id)
                try:
                    await self._handled(queue[0])
                finally:
                    self._begun.discard(person_id)
                self._queued.discard(queue.popleft().update_id)
        finally:
            self._queued.difference_update(incoming.update_id for incoming in self._queues.pop(person_id, ()))

    async def _handled(self, incoming: Incoming) -> None:
        """One update must not stand in the way of the person's next."""
        try:
            await self._finish(incoming)
        except Taken:
            _log.warning("update %s is handled by another replica", incoming.update_id)
        except Exception:
            # It stays in the inbox.
            _log.exception("update %s could not be finished", incoming.update_id)
            with suppress(DatabaseUnavailable):
                await self._storage.apply(
                    partial(inbox.set_aside, update_id=incoming.update_id, owner=self._replica.id)
                )

    async def _finish(self, incoming: Incoming) -> None:
        about.set(f"update {incoming.update_id}")
        sayings = await self._insist(incoming)
        sayings = self._flood.said(incoming.person_id, len(self._queues[incoming.person_id]) - 1, sayings)
        if sayings:
            # Before a place is taken: whoever is answered too fast waits for it alone.
            await self._speaker.at_ease(incoming.person_id)
        async with self._saying if sayings else nullcontext():
            await self._speaker.say(incoming.person_id, sayings)
            finished = asyncio.get_running_loop().create_future()
            self._said.append((incoming.update_id, finished))
            if len(self._queues[incoming.person_id]) > 1 or self._saying.locked():
                self._hurried.set()
            if not self._finishing:
                self._finishing = True
                self._begin(self._finish_said())
            # What was noted of the person has to be there for their next update.
            await finished

    async def _insist(self, incoming: Incoming) -> list[Saying]:
        """Decides, as often as it takes a database that fails now and then: the person's updates keep their order."""
        attempts = 0
        while True:
            try:
                async with self._places:
                    return await self._decide(incoming, attempts > 0)
            except DatabaseUnavailable as error:
                _log.error("update %s could not be recorded: %s", incoming.update_id, error)
            attempts += 1
            if attempts == 1 and self._replica.is_alive():
                # The person must not be left without a word meanwhile.
                await self._busy(incoming.person_id)
            await asyncio.sleep(backoff(attempts))

    async def _finish_said(self) -> None:
        """Has what was said finished: all of a moment together, unless somebody waits for it."""
        attempts = 0
        try:
            while self._said:
                if not self._awaited:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._hurried.wait(), _GATHERS)
                self._hurried.clear()
                batch = list(self._said)
                try:
                    await self._storage.apply(self._finished([number for number, _ in batch]))
                except DatabaseUnavailable as error:
                    _log.error("updates could not be finished in the inbox: %s", error)
                    attempts += 1
                    await asyncio.sleep(backoff(attempts))
                else:
                    attempts = 0
                    del self._said[: len(batch)]
                    for _, finished in batch:
                        if not finished.done():
                            finished.set_result(None)
        finally:
            self._finishing = False

    def _finished(self, update_ids: list[int]) -> Callable[[Tx], Awaitable[None]]:
        return partial(inbox.finished, update_ids=update_ids, now=self._now(), owner=self._replica.id)

    async def _decide(self, incoming: Incoming, again: bool) -> list[Saying]:
        if not incoming.body:
            async with self._storage.read() as tx:
                stored = await inbox.waiting(tx, [incoming.update_id])
            if not stored:
                raise Taken(incoming.update_id)
            incoming = replace(stored[0], unshown=incoming.unshown)
        if incoming.sayings is not None:
            # It was decided before it was taken up; by now others may have taken it, and say it.
            async with self._storage.read() as tx:
                return await self._decided_before(tx, incoming) or []
        raw = json.loads(incoming.body)
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError as error:
            # Where and why, and nothing of what it says: that is somebody's message.
            faults = [(fault["loc"], fault["type"]) for fault in error.errors(include_input=False, include_url=False)]
            _log.warning("update %s cannot be read: %s", incoming.update_id, str(faults)[:300])
            return await self._instead(incoming, unread(raw, incoming.person_id, self._notices.unreadable()), again)

        # A commit that nobody heard of may have written letters: only this very run can say that it wrote none.
        written = True

        async def work(tx: Tx) -> list[Saying]:
            if again and (before := await self._decided_before(tx, incoming)) is not None:
                return before
            now = self._now()
            decided = await self._handle(tx, update, now, incoming.unshown)
            sayings = answering(update, decided.sayings)
            await self._applied(tx, incoming, sayings, now, decided.note)
            nonlocal written
            written = tx.filled_outbox
            return sayings

        try:
            sayings = await self._apply(work)
        except (DatabaseUnavailable, Taken):
            raise
        except Exception:
            # Nothing of the handler's work stays; the person gets an id that is in the log.
            incident = secrets.token_hex(3).upper()
            _log.exception("incident %s: update %s of person %s", incident, incoming.update_id, incoming.person_id)
            return await self._instead(
                incoming, answering(update, [Send(incoming.person_id, self._notices.apology(incident))]), again
            )
        if written:
            self._after()
        return sayings

    async def _apply(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """In a transaction, and between two of them what the handler needs from outside."""
        with errands.of_update() as done:
            while True:
                try:
                    return await self._storage.apply(work)
                except Errand as errand:
                    await done.run(errand)

    def _loaded(self, incoming: Incoming, stored: list[dict[str, Any]]) -> list[Saying]:
        try:
            return said.load(stored)
        except (KeyError, TypeError):
            # Written by another version of the program. What was decided is recorded, only its words are lost.
            _log.exception("the sayings of update %s cannot be read", incoming.update_id)
            return []

    async def _decided_before(self, tx: Tx, incoming: Incoming) -> list[Saying] | None:
        """What the run before has decided, which may have been committed though nobody heard of it."""
        stored = await inbox.decided(tx, incoming.update_id, self._replica.id)
        return None if stored is None else self._loaded(incoming, stored)

    async def _applied(
        self, tx: Tx, incoming: Incoming, sayings: list[Saying], now: datetime, note: list[Any] | None = None
    ) -> None:
        await inbox.applied(tx, incoming.update_id, said.dump(sayings), now, note, self._replica.id)

    async def _instead(self, incoming: Incoming, sayings: list[Saying], again: bool) -> list[Saying]:
        """What is said where no handler has decided."""

        async def work(tx: Tx) -> list[Saying]:
            if again and (before := await self._decided_before(tx, incoming)) is not None:
                return before
            await self._applied(tx, incoming, sayings, self._now())
            return sayings

        return await self._storage.apply(work)


def _insert(queue: deque[Incoming], incoming: Incoming, begun: int) -> None:
    """In the order of its number behind those that have begun: after a failure Telegram's webhook delivers a person's
    messages and presses in another order than they were made in."""
    place = len(queue)
    while place > begun and queue[place - 1].update_id > incoming.update_id:
        place -= 1
    queue.insert(place, incoming)


def _first_press(queue: deque[Incoming], before: int) -> int | None:
    """The number of the first press in the queue, if it was made before that update."""
    presses = (ahead.update_id for ahead in queue if ahead.update_id < before and PRESS in ahead.body)
    return next(presses, None)


def answering(update: Update, sayings: list[Saying]) -> list[Saying]:
    """The sayings with an end to the waiting of the button that was pressed, if no word was said to it."""
    press = update.callback_query
    if press is None or any(isinstance(saying, Toast) for saying in sayings):
        return sayings
    return [Toast(press.id), *sayings]


def unread(update: Raw, person_id: int, words: Screen) -> list[Saying]:
    """What is said to an update that nobody could read: the words, and the end of a button's waiting.

    In a group, whose number is negative, nobody waits.
    """
    if person_id < 0:
        return []
    press = update.get("callback_query")
    if isinstance(press, dict):
        id = press.get("id")
        return [*([Toast(id)] if isinstance(id, str) else []), Send(person_id, words)]
    return [Send(person_id, words)] if any(kind in update for kind in _SPOKEN) else []
