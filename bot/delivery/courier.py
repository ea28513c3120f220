"""The post: claims letters, renders them as things stand, paces, sends, and settles."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.outcomes import Fate, Outcome
from bot.delivery.pacer import Pacer
from bot.delivery.speaker import Speaker, backoff
from bot.domain.announcement import Failure
from bot.domain.letter import Letter, LetterKind, Postponed
from bot.domain.screen import Rendered
from bot.storage import broadcasts, drafts, letters, meta, obligations, people, threads
from bot.storage.broadcasts import End
from bot.storage.engine import DatabaseUnavailable, Storage, Tx
from bot.storage.letters import Settlement

_log = logging.getLogger(__name__)

Render = Callable[[Tx, Letter, datetime], Awaitable[Rendered | None]]

# Longer than any sending takes; a claim that is older belongs to a courier that was killed.
_LEASE = timedelta(minutes=5)
# Letters claimed at a time: about a second of work, so that a more urgent one does not wait for long.
_BATCH = 25
# Seconds between looks at the outbox when nobody rang.
_IDLE = 1.0


@dataclass(frozen=True, slots=True)
class _Sent:
    """A letter that Telegram took, with what is to be recorded about it."""

    letter: Letter
    rendered: Rendered
    messages: list[int]


class Courier:
    """Delivers at least once: only letters whose sending was under way when the program died can repeat."""

    def __init__(
        self,
        storage: Storage,
        speaker: Speaker,
        pacer: Pacer,
        render: Render,
        now: Callable[[], datetime],
        on_unreachable: Callable[[int], Awaitable[None]],
        held_until: Callable[[Letter, datetime], datetime | None],
    ) -> None:
        self._storage = storage
        self._speaker = speaker
        self._pacer = pacer
        self._render = render
        self._now = now
        self._on_unreachable = on_unreachable
        self._held_until = held_until
        self._bell = asyncio.Event()
        self._stopping = False
        self._settling = asyncio.Lock()
        self._unsettled: list[_Sent] = []

    def ring(self) -> None:
        """There may be something in the outbox."""
        self._bell.set()

    def stop(self) -> None:
        """Lets the batch end that is under way, and begins no other."""
        self._stopping = True
        self._bell.set()

    async def resume(self) -> None:
        """Takes up the letters that an earlier run held when it died, and the silence that Telegram asked for."""

        async def work(tx: Tx) -> datetime | None:
            await letters.release(tx, self._now())
            return await meta.get_moment(tx, meta.POST_PAUSED_UNTIL)

        paused_until = await self._storage.apply(work)
        if paused_until is not None and paused_until > self._now():
            self._pacer.pause((paused_until - self._now()).total_seconds())

    async def run(self) -> None:
        """Delivers until stopped; a fault of the database only makes it wait."""
        attempts = 0
        while not self._stopping:
            self._bell.clear()
            try:
                taken, attempts, patience = await self.deliver(), 0, _IDLE
            except DatabaseUnavailable:
                _log.exception("the outbox cannot be read or written")
                attempts += 1
                taken, patience = 0, backoff(attempts)
            if taken == 0:
                try:
                    await asyncio.wait_for(self._bell.wait(), patience)
                except TimeoutError:
                    continue

    async def deliver(self) -> int:
        """Delivers one batch of what is due; how many letters it took. Raises DatabaseUnavailable.

        What could not be recorded then is recorded before anything else is sent, or its lease would end and it would
        be sent again.
        """
        await self._record_unsettled()
        now = self._now()
        claimed = await self._storage.apply(lambda tx: letters.claim(tx, now, _BATCH, _LEASE))
        if claimed:
            # A cancelled sending (shutdown) leaves its lease to the next start.
            ends = await asyncio.gather(*(self._deliver(letter) for letter in claimed), return_exceptions=True)
            # All of them have ended before the first fault is told: nothing is left running unseen.
            for end in ends:
                if isinstance(end, BaseException):
                    raise end
        return len(claimed)

    async def _deliver(self, letter: Letter) -> None:
        later = self._held_until(letter, self._now())
        if later is not None:
            await self._settle(Settlement(letter.id, "waiting", send_after=later))
            return
        try:
            async with self._pacer.letter(letter.chat, letter.urgency):
                # Now, not when it was written: the answer may have come, the seat may have changed hands.
                async with self._storage.read() as tx:
                    rendered = await self._render(tx, letter, self._now())
                if rendered is None:
                    await self._settle(Settlement(letter.id, "dropped"), letter, Failure.STOPPED)
                    return
                outcome = await self._speaker.post(letter.chat, rendered.content, rendered.topic)
        except Postponed:
            await self._storage.apply(lambda tx: letters.give_back(tx, [letter.id], self._now()))
            return
        except DatabaseUnavailable:
            # Not the letter's fault: it goes when the database is back.
            raise
        except Exception:
            _log.exception("letter %s could not be rendered", letter.id)
            await self._settle(
                Settlement(letter.id, "failed", error="not rendered, see the log"), letter, Failure.REFUSED
            )
            return
        if outcome.fate is Fate.DONE:
            await self._record(_Sent(letter, rendered, outcome.value))
            if rendered.menu is not None:
                await self._speaker.menu(letter.person_id, staff=rendered.menu)
            if rendered.replaces is not None:
                await self._speaker.withdraw(letter.person_id, rendered.replaces)
            return
        await self._unsent(letter, outcome)

    async def _unsent(self, letter: Letter, outcome: Outcome) -> None:
        now = self._now()
        if outcome.fate is Fate.WAIT:
            _log.warning("Telegram asks for %s s of silence", outcome.retry_after)
            await self._speaker.hold(outcome.retry_after)
            await self._storage.apply(lambda tx: letters.give_back(tx, [letter.id], now))
        elif outcome.fate is Fate.UNREACHABLE and letter.chat_id is None:
            await self._settle(Settlement(letter.id, "failed", error=outcome.error), letter, Failure.UNREACHABLE)
            await self._on_unreachable(letter.person_id)
        elif outcome.fate is Fate.LATER:
            again = now + timedelta(seconds=backoff(letter.attempts))
            await self._settle(Settlement(letter.id, "waiting", send_after=again, error=outcome.error))
        elif outcome.fate is Fate.GONE and letter.kind is LetterKind.ANNOUNCEMENT:
            # The author has deleted what is copied. Nobody else would get it either, so it is not tried with all.
            _log.warning("the source of announcement %s is gone: %s", letter.announcement_id, outcome.error)
            await self._storage.apply(lambda tx: self._interrupt(tx, letter, now))
        else:
            _log.error("Telegram refused letter %s: %s", letter.id, outcome.error)
            await self._settle(Settlement(letter.id, "failed", error=outcome.error), letter, Failure.REFUSED)

    async def _interrupt(self, tx: Tx, letter: Letter, now: datetime) -> None:
        assert letter.announcement_id is not None
        await broadcasts.interrupt(tx, letter.announcement_id, now)
        await letters.give_back(tx, [letter.id], now)

    async def _settle(
        self, settlement: Settlement, letter: Letter | None = None, failure: Failure | None = None
    ) -> None:
        """Records how a letter ended that was not sent; `failure`: what that means to an announcement."""

        async def work(tx: Tx) -> None:
            now = self._now()
            await letters.settle(tx, [settlement], now)
            if letter is not None and letter.announcement_id is not None:
                await broadcasts.settled(tx, [End(letter, failure=failure)], now)

        await self._storage.apply(work)

    async def _record(self, sent: _Sent) -> None:
        """Records a sending; those that end while another is being recorded share one transaction."""
        self._unsettled.append(sent)
        await self._record_unsettled()

    async def _record_unsettled(self) -> None:
        async with self._settling:
            batch = list(self._unsettled)
            if not batch:
                return
            await self._storage.apply(lambda tx: self._record_all(tx, batch))
            # Only now: what could not be recorded is not forgotten.
            del self._unsettled[: len(batch)]

    async def _record_all(self, tx: Tx, batch: list[_Sent]) -> None:
        now = self._now()
        await letters.settle(
            tx,
            [Settlement(one.letter.id, "sent", message_id=one.messages[0] if one.messages else None) for one in batch],
            now,
        )
        copies = [End(one.letter, one.messages) for one in batch if one.letter.announcement_id is not None]
        if copies:
            await broadcasts.settled(tx, copies, now)
        for one in batch:
            person_id = one.letter.person_id
            # Erased between the sending and now: there is nobody to record it about.
            person = await people.get(tx, person_id)
            if person is None:
                continue
            if one.rendered.thread is not None:
                await threads.remember(tx, one.letter.chat, one.messages, one.rendered.thread)
            if one.letter.chat_id is not None:
                continue
            if person.unreachable_at is not None:
                # They took the bot back, and the word of it did not arrive.
                await people.reachable(tx, person_id, now)
            await obligations.asked(tx, person_id, one.rendered.asks, now)
            if one.rendered.card is not None:
                await drafts.remember_message(tx, person_id, one.messages[0], one.rendered.card)
            if one.rendered.is_reminder:
                await people.set_reminder_message(tx, person_id, one.messages[0])
