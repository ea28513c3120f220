"""The post: claims letters, renders them as things stand, paces, sends, and settles."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.outcomes import Fate
from bot.delivery.outgoing import fence
from bot.delivery.outgoing.breaker import Breaker
from bot.delivery.outgoing.in_flight import InFlight
from bot.delivery.outgoing.pacer import CHAT_INTERVAL
from bot.delivery.outgoing.posting import Posting, Render
from bot.delivery.outgoing.speaker import Speaker, backoff
from bot.delivery.outgoing.unsent import Unsent
from bot.domain.letter import Letter, LetterState, Postponed
from bot.domain.people.failure import Failure
from bot.domain.screen import Rendered
from bot.logs import about
from bot.replica import Replica
from bot.storage.desk import broadcasts, showings, threads
from bot.storage.desk.broadcasts import End
from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx
from bot.storage.ledger import addressing, drafts, own_calendars
from bot.storage.people import people
from bot.storage.post import claims, meta
from bot.storage.post.claims import Settlement

_log = logging.getLogger(__name__)

# Seconds for which a letter says what holds. A letter that waits longer for its turn (for a chat's interval, a rate
# limit) is worded anew.
_FRESH = 0.25


@dataclass(frozen=True, slots=True)
class Lane:
    """How a courier takes letters: `batch` at a time.

    `idle` is the seconds between looks at the outbox when nobody rings. A `slow` lane carries reports, which are
    rendered before their turn, so that no other letter waits for one to be made.
    """

    batch: int
    idle: float
    slow: bool = False


# A batch is about a second of work, so that a more urgent letter does not wait for long.
POST = Lane(25, idle=1.0)
# One at a time: a report takes a core and its memory.
REPORTS = Lane(1, idle=5.0, slow=True)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A letter that Telegram took, with what is to be recorded about it."""

    letter: Letter
    rendered: Rendered
    messages: list[int]


@dataclass(frozen=True, slots=True)
class _Worded:
    """A letter as it was rendered, and when, by the event loop's clock. `rendered` None: nothing is left to say."""

    rendered: Rendered | None
    at: float

    def is_fresh(self) -> bool:
        return asyncio.get_running_loop().time() - self.at < _FRESH


class Courier:
    """Delivers each letter at least once: only those in flight when the program died can repeat."""

    def __init__(
        self,
        storage: Storage,
        speaker: Speaker,
        render: Render,
        now: Callable[[], datetime],
        on_unreachable: Callable[[int, Failure], Awaitable[None]],
        held_until: Callable[[Letter, datetime], datetime | None],
        replica: Replica,
        lane: Lane = POST,
        may_send: Callable[[datetime], Awaitable[bool]] | None = None,
    ) -> None:
        self._storage = storage
        self._speaker = speaker
        self._posting = Posting(storage, speaker, render, now, replica)
        self._replica = replica
        self._pacer = speaker.pacer
        self._render = render
        self._lane = lane
        self._now = now
        # A report that has ended the bot several times is given up; an absent Telegram is not its fault.
        self._unsent = Unsent(storage, speaker, now, on_unreachable, replica, counts_attempts=not lane.slow)
        self._held_until = held_until
        # By a wrong clock all that waits for its time is due, and what it asks for is closed.
        self._may_send = may_send
        self._bell = asyncio.Event()
        self._in_flight: InFlight | None = None
        self._stopping = False
        # Letters to the group go one by one: the first letter of a thread makes the topic for the others.
        self._in_group = asyncio.Lock()
        self._unsettled: list[_Sent] = []
        # Whether the failing database may have kept letters with it that nobody carries here: they are given back when
        # it answers again.
        self._has_stranded = False
        # One failed report is enough to open it: each attempt makes the report anew.
        self._breaker = Breaker(backoff, 1) if lane.slow else Breaker(backoff)

    def ring(self) -> None:
        """Hears that there may be something in the outbox."""
        self._bell.set()
        if self._in_flight is not None:
            self._in_flight.go_on()

    def stop(self) -> None:
        """Lets the letters in flight end, and claims no others."""
        self._stopping = True
        self.ring()

    async def resume(self) -> None:
        """Releases the letters that an earlier run had claimed, and keeps the rate limits that Telegram told it of."""

        async def work(tx: Tx) -> tuple[datetime | None, dict[int, datetime], datetime]:
            await claims.release(tx)
            at = await meta.clock(tx, self._now())
            return await meta.get_moment(tx, meta.POST_PAUSED_UNTIL), await meta.paused_chats(tx, at), at

        self._speaker.keep_silence(*await self._storage.apply(work))

    async def lost(self) -> None:
        """Drops all that it has: the others have taken it."""
        if self._in_flight is not None:
            await self._in_flight.drop()
        self._unsettled.clear()

    async def run(self) -> None:
        """Delivers until stopped; a failing database only makes it wait."""
        attempts = 0
        while True:
            # The bell is cleared during a rest too, or the loop would spin until the rest is over.
            self._bell.clear()
            # Nothing is claimed during a rest: its end decides what is most urgent.
            rest = self._rest()
            try:
                if not rest:
                    await self.deliver()
                attempts, seconds = 0, self._rest() or self._lane.idle
            except DatabaseUnavailable as error:
                _log.error("the outbox cannot be read or written: %s", error)
                attempts += 1
                seconds = backoff(attempts)
            if self._stopping:
                return
            try:
                await asyncio.wait_for(self._bell.wait(), seconds)
            except TimeoutError:
                continue

    async def deliver(self) -> int:
        """Delivers until nothing is due; returns how many letters it took. Raises DatabaseUnavailable.

        A lane has no more letters in flight (claimed, being sent, or sent and not recorded) than its batch: a crash can
        repeat those. When half of them have gone, one transaction records them and claims others. What could not be
        recorded is recorded before anything else is sent.
        """
        in_flight = self._in_flight = InFlight()
        taken = 0
        try:
            while True:
                self._bell.clear()
                by = self._replica.id
                claimed = await self._exchange(self._room(len(in_flight.tasks), taken), by)
                in_flight.take(self._deliver(letter, by) for letter in claimed)
                taken += len(claimed)
                if not in_flight.tasks and not self._unsettled:
                    break
                await in_flight.emptied(self._most // 2, self._lane.idle)
        except DatabaseUnavailable:
            # A claim may have been committed that nobody heard of, and what became of a letter may not be recorded.
            self._has_stranded = True
            # Letters in flight end, and are recorded when the database answers again.
            if in_flight.tasks:
                await asyncio.wait(in_flight.tasks)
            raise
        finally:
            # At a shutdown the next start takes up the letters that are dropped here.
            await in_flight.drop()
            if taken:
                self._breaker.tried()
        return taken

    @property
    def _most(self) -> int:
        return min(self._lane.batch, self._pacer.a_second)

    def _rest(self) -> float:
        """Seconds for which nothing is to be tried."""
        return max(self._pacer.paused_for(), self._breaker.rest())

    def _room(self, in_flight: int, taken: int) -> int:
        """The number of letters that may still be claimed."""
        if self._stopping or (taken and self._pacer.paused_for()) or not self._replica.is_alive():
            return 0
        if self._breaker.is_open:
            return 0 if taken else 1
        return max(0, self._most - in_flight)

    async def _exchange(self, room: int, by: int) -> list[Letter]:
        """Records what has been sent, and claims as many other letters as there is room for."""
        batch, has_stranded, now, lane = list(self._unsettled), self._has_stranded, self._now(), self._lane
        recent = now - timedelta(seconds=CHAT_INTERVAL) if self._pacer.per_second else None
        if room and self._may_send is not None and not await self._may_send(now):
            room = 0
        if not batch and not has_stranded:
            if not room:
                return []
            async with self._storage.read() as tx:
                # A read alone tells that there is nothing to do, and waits for no writer.
                if not await claims.any_due(tx, now, slow=lane.slow):
                    return []

        async def work(tx: Tx) -> list[Letter]:
            if batch:
                await self._record_all(tx, batch)
            if has_stranded:
                await claims.give_back_all(tx, by, slow=lane.slow)
            return await claims.claim(tx, now, room, by, slow=lane.slow, recent=recent) if room else []

        claimed = await self._storage.apply(work, snapshot=False)
        # Only after the commit: what was not recorded must not be forgotten.
        del self._unsettled[: len(batch)]
        if has_stranded:
            self._has_stranded = False
        return claimed

    async def _deliver(self, letter: Letter, by: int) -> None:
        about.set(f"letter {letter.id}")
        fence.taken_by(by)
        if await self._is_held(letter):
            return
        try:
            # A report takes long to make. Where turns come fast, letters are worded ahead of them, all by one query: a
            # message counts from its turn on. A group's letter waits, since the one before it may make its topic.
            fast = self._pacer.is_fast and letter.chat_id is None
            ahead = await self._worded(letter) if self._lane.slow or fast else None
            turn = self._pacer.letter(letter.chat, letter.urgency)
            async with turn, self._in_group if letter.chat_id is not None else nullcontext():
                # A rate limit may have delayed the turn by hours.
                if await self._is_held(letter):
                    return
                # It is worded now, not when it was written: the answer may have come, or the seat have another holder.
                if ahead is None or not (self._lane.slow or ahead.is_fresh()):
                    ahead = await self._worded(letter)
                rendered = ahead.rendered
                if rendered is None:
                    await self._unsent.nothing_to_say(letter)
                    return
                outcome = await self._posting.post(letter, rendered)
        except Postponed as held:
            await self._wait(letter, held.until)
            return
        except DatabaseUnavailable:
            # The letter is not at fault: it goes when the database answers again.
            raise
        except Exception:
            _log.exception("letter %s could not be rendered", letter.id)
            await self._unsent.settle(
                Settlement(letter.id, LetterState.FAILED, error="not rendered, see the log"), letter, Failure.REFUSED
            )
            return
        if outcome.fate is Fate.LATER:
            self._breaker.failed(letter.id)
        else:
            self._breaker.answered()
        if outcome.fate is Fate.DONE:
            self._pacer.went()
            self._unsettled.append(_Sent(letter, rendered, outcome.value))
            if rendered.menu is not None:
                await self._speaker.menu(letter.person_id, staff=rendered.menu)
            if rendered.replaces is not None:
                await self._speaker.withdraw(letter.person_id, rendered.replaces)
            return
        await self._unsent.decide(letter, outcome)

    async def _worded(self, letter: Letter) -> _Worded:
        return _Worded(await self._render(letter, self._now()), asyncio.get_running_loop().time())

    async def _is_held(self, letter: Letter) -> bool:
        """Whether the letter may not go now; then it has been put off."""
        later = self._held_until(letter, self._now())
        if (silent := self._speaker.holds.until(letter.chat_id)) is not None:
            # All letters of the group wait for one moment, and go in the order in which they were written.
            await self._unsent.put_off(letter, silent)
            return True
        if later is not None:
            await self._wait(letter, later)
        return later is not None

    async def _wait(self, letter: Letter, until: datetime | None) -> None:
        if until is None:
            await self._unsent.give_back(letter.id)
        else:
            await self._unsent.settle(Settlement(letter.id, LetterState.WAITING, send_after=until))

    async def _record_all(self, tx: Tx, batch: list[_Sent]) -> None:
        now = self._now()
        await broadcasts.hold(tx, [End(sent.letter) for sent in batch])
        mine = await claims.settle(
            tx,
            [
                Settlement(sent.letter.id, LetterState.SENT, message_id=sent.messages[0] if sent.messages else None)
                for sent in batch
            ],
            now,
            self._replica.id,
        )
        batch = [sent for sent in batch if sent.letter.id in mine]
        await broadcasts.settled(tx, [End(sent.letter, sent.messages) for sent in batch], now)
        known = await people.reachability(tx, {sent.letter.person_id for sent in batch})
        theirs = [sent for sent in batch if sent.letter.person_id in known and sent.letter.chat_id is None]
        await addressing.asked(tx, [(sent.letter.person_id, its) for sent in theirs for its in sent.rendered.asks], now)
        forms = [
            (sent.letter.person_id, sent.messages[0], card)
            for sent in theirs
            if (card := sent.rendered.card) is not None
        ]
        await drafts.remember_forms(tx, forms)
        for sent in batch:
            person_id = sent.letter.person_id
            # Erased since the sending: there is nobody to record it about.
            if person_id not in known:
                continue
            if sent.rendered.thread is not None:
                await threads.remember(tx, sent.letter.chat, sent.messages, sent.rendered.thread)
            if sent.letter.shows is not None:
                await showings.remember(tx, person_id, sent.messages, sent.letter.shows)
            if sent.letter.chat_id is not None:
                continue
            if not known[person_id]:
                # The person has unblocked the bot, and the update about it did not arrive.
                await people.reachable(tx, person_id, now)
            if sent.rendered.is_reminder:
                await people.set_reminder_message(tx, person_id, sent.messages[0])
            if sent.rendered.deadlines:
                await own_calendars.say(tx, person_id, sent.rendered.deadlines)
