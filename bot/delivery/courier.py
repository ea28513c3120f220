"""The post: claims letters, renders them as things stand, paces, sends, and settles."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.outcomes import Fate, Outcome
from bot.delivery.pacer import Pacer
from bot.delivery.speaker import Speaker, backoff
from bot.domain.announcement import Failure
from bot.domain.letter import Letter, LetterKind, Postponed
from bot.domain.screen import Rendered
from bot.logs import about
from bot.storage import broadcasts, correspondence, drafts, group, letters, meta, obligations, people, threads
from bot.storage.broadcasts import End
from bot.storage.engine import DatabaseUnavailable, Storage, Tx
from bot.storage.letters import Settlement

_log = logging.getLogger(__name__)

Render = Callable[[Letter, datetime], Awaitable[Rendered | None]]
# Kinds that give a standing message another content.
_AMENDING = (LetterKind.CORRECTION, LetterKind.PROGRESS)


@dataclass(frozen=True, slots=True)
class Lane:
    """Letters that go one way: how many are claimed at a time, and for how long.

    A lease is longer than any sending takes; a claim that is older belongs to a courier that was killed. `idle`:
    seconds between looks at the outbox when nobody rang. `slow`: reports, which are rendered before their turn, so that
    no other letter waits for one to be made.
    """

    batch: int
    lease: timedelta
    idle: float
    slow: bool = False


# A batch is about a second of work, so that a more urgent letter does not wait for long.
POST = Lane(25, timedelta(minutes=5), idle=1.0)
# One at a time: a report takes a core and its memory.
REPORTS = Lane(1, timedelta(hours=2), idle=5.0, slow=True)


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
        lane: Lane = POST,
    ) -> None:
        self._storage = storage
        self._speaker = speaker
        self._pacer = pacer
        self._render = render
        self._lane = lane
        self._now = now
        self._on_unreachable = on_unreachable
        self._held_until = held_until
        self._bell = asyncio.Event()
        self._stopping = False
        self._settling = asyncio.Lock()
        # Of two letters of one thread the first makes the topic of the group's forum.
        self._in_group = asyncio.Lock()
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
                taken, attempts, patience = await self.deliver(), 0, self._lane.idle
            except DatabaseUnavailable as error:
                _log.error("the outbox cannot be read or written: %s", error)
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
        now, lane = self._now(), self._lane
        claimed = await self._storage.apply(lambda tx: letters.claim(tx, now, lane.batch, lane.lease, slow=lane.slow))
        if claimed:
            # A cancelled sending (shutdown) leaves its lease to the next start.
            ends = await asyncio.gather(*(self._deliver(letter) for letter in claimed), return_exceptions=True)
            # All of them have ended before the first fault is told: nothing is left running unseen.
            for end in ends:
                if isinstance(end, BaseException):
                    raise end
        return len(claimed)

    async def _deliver(self, letter: Letter) -> None:
        about.set(f"letter {letter.id}")
        later = self._held_until(letter, self._now())
        if later is not None:
            await self._settle(Settlement(letter.id, "waiting", send_after=later))
            return
        try:
            slow = self._lane.slow
            ahead = await self._render(letter, self._now()) if slow else None
            turn = self._pacer.letter(letter.chat, letter.urgency)
            async with turn, self._in_group if letter.chat_id is not None else nullcontext():
                # Now, not when it was written: the answer may have come, the seat may have changed hands.
                rendered = ahead if slow else await self._render(letter, self._now())
                if rendered is None:
                    await self._settle(Settlement(letter.id, "dropped"), letter, Failure.STOPPED)
                    return
                outcome = await self._post(letter, rendered)
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

    async def _post(self, letter: Letter, rendered: Rendered) -> Outcome:
        """One attempt to send the letter, into a topic if it wants one; a topic that is closed is made anew once."""
        topic = rendered.topic
        for title in (rendered.topic_title, rendered.topic_title):
            if title and topic is None:
                made = await self._make_topic(letter.chat, title, rendered.thread)
                if made.fate is Fate.REFUSED:
                    # Known from now on: the letter is worded for a group without topics.
                    rendered = await self._render(letter, self._now()) or rendered
                    break
                if made.fate is not Fate.DONE:
                    return made
                topic = made.value
            outcome = await self._post_all(letter.chat, rendered, topic)
            if outcome.fate is not Fate.NO_TOPIC:
                return outcome
            topic = None
        return await self._post_all(letter.chat, rendered, None)

    async def _make_topic(self, chat: int, title: str, thread_id: int | None) -> Outcome:
        made = await self._speaker.make_topic(chat, title)
        now = self._now()
        if made.fate is Fate.DONE and thread_id is not None:
            # Before anything is sent there: if it could not be recorded, an empty topic is left, and no note is lost.
            await self._storage.apply(lambda tx: threads.set_topic(tx, thread_id, chat, made.value))
        elif made.fate is Fate.REFUSED:
            _log.warning("no topic can be made in group %s: %s", chat, made.error)
            why = "right" if "rights" in made.error else "forum"
            await self._storage.apply(lambda tx: group.has_no_topics(tx, chat, why, now))
        return made

    async def _post_all(self, chat: int, rendered: Rendered, topic: int | None) -> Outcome:
        first: list[int] = []
        if rendered.before is not None:
            outcome = await self._speaker.post(chat, rendered.before, topic)
            if outcome.fate is not Fate.DONE:
                return outcome
            first = outcome.value
        outcome = await self._speaker.post(chat, rendered.content, topic)
        if outcome.fate in (Fate.GONE, Fate.REFUSED) and rendered.instead is not None:
            outcome = await self._speaker.post(chat, rendered.instead, topic)
        return Outcome(Fate.DONE, first + outcome.value) if outcome.fate is Fate.DONE else outcome

    async def _unsent(self, letter: Letter, outcome: Outcome) -> None:
        now = self._now()
        if outcome.fate is Fate.WAIT:
            _log.warning("Telegram asks for %s s of silence", outcome.retry_after)
            await self._speaker.hold(outcome.retry_after)
            await self._storage.apply(lambda tx: letters.give_back(tx, [letter.id], now))
        elif outcome.fate is Fate.UNREACHABLE and letter.chat_id is None:
            await self._settle(Settlement(letter.id, "failed", error=outcome.error), letter, Failure.UNREACHABLE)
            await self._on_unreachable(letter.person_id)
            if letter.kind is LetterKind.NOTE:
                await self._storage.apply(lambda tx: correspondence.undelivered(tx, letter, now))
        elif outcome.fate is Fate.UNREACHABLE:
            _log.warning("group %s cannot be written to: %s", letter.chat, outcome.error)
            await self._storage.apply(lambda tx: self._without_group(tx, letter, outcome, now))
        elif outcome.fate is Fate.MOVED and letter.chat_id is not None:
            await self._storage.apply(lambda tx: self._follow_group(tx, letter, outcome.value, now))
        elif outcome.fate is Fate.LATER:
            again = now + timedelta(seconds=backoff(letter.attempts))
            await self._settle(Settlement(letter.id, "waiting", send_after=again, error=outcome.error))
        elif outcome.fate is Fate.GONE and letter.kind is LetterKind.ANNOUNCEMENT:
            # The author has deleted what is copied. Nobody else would get it either, so it is not tried with all.
            _log.warning("the source of announcement %s is gone: %s", letter.announcement_id, outcome.error)
            await self._storage.apply(lambda tx: self._interrupt(tx, letter, now))
        elif outcome.fate is Fate.GONE and letter.kind is LetterKind.PREVIEW:
            await self._settle(Settlement(letter.id, "failed", error=outcome.error))
            await self._storage.apply(lambda tx: broadcasts.source_is_gone(tx, letter, now))
        elif outcome.fate is Fate.GONE and letter.kind in _AMENDING:
            # Who got the message has removed it.
            await self._settle(Settlement(letter.id, "dropped", error=outcome.error), letter)
        elif outcome.fate in (Fate.GONE, Fate.REFUSED) and "amends" in letter.data:
            # The message that was to say something else is gone, and what it said was news for its reader once.
            await self._settle(Settlement(letter.id, "dropped", error=outcome.error))
        else:
            _log.error("Telegram refused letter %s: %s", letter.id, outcome.error)
            await self._settle(Settlement(letter.id, "failed", error=outcome.error), letter, Failure.REFUSED)

    async def _without_group(self, tx: Tx, letter: Letter, outcome: Outcome, now: datetime) -> None:
        await letters.settle(tx, [Settlement(letter.id, "failed", error=outcome.error)], now)
        await group.lost(tx, letter.chat, now)
        await correspondence.without_group(tx, letter, now)

    async def _follow_group(self, tx: Tx, letter: Letter, chat_id: int, now: datetime) -> None:
        await group.moved(tx, letter.chat, chat_id, now)
        if "amends" in letter.data:
            # The messages of the group as it was have other numbers there, and cannot be changed any more.
            await letters.settle(tx, [Settlement(letter.id, "dropped", error="the group has moved")], now)
        else:
            await letters.give_back(tx, [letter.id], now)

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
        known = await people.reachability(tx, {one.letter.person_id for one in batch})
        for one in batch:
            person_id = one.letter.person_id
            # Erased between the sending and now: there is nobody to record it about.
            if person_id not in known:
                continue
            if one.rendered.thread is not None:
                await threads.remember(tx, one.letter.chat, one.messages, one.rendered.thread)
            if one.letter.chat_id is not None:
                continue
            if not known[person_id]:
                # They took the bot back, and the word of it did not arrive.
                await people.reachable(tx, person_id, now)
            await obligations.asked(tx, person_id, one.rendered.asks, now)
            if one.rendered.card is not None:
                await drafts.remember_message(tx, person_id, one.messages[0], one.rendered.card)
            if one.rendered.is_reminder:
                await people.set_reminder_message(tx, person_id, one.messages[0])
