"""What becomes of a letter that was not sent: a table by what Telegram said and which letter it is."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.delivery.obstacles import why_unreachable
from bot.delivery.outcomes import Fate, Outcome
from bot.delivery.outgoing.speaker import Speaker, backoff
from bot.delivery.refusals import is_outside
from bot.domain.desk.thread import GroupTrouble
from bot.domain.letter import Letter, LetterKind, LetterState
from bot.domain.people.failure import Failure
from bot.replica import Replica
from bot.storage.desk import broadcasts, correspondence, group
from bot.storage.desk.broadcasts import End
from bot.storage.engine.database import Storage, Tx
from bot.storage.post import claims
from bot.storage.post.claims import Settlement

_log = logging.getLogger(__name__)


# Records what follows from a letter's end.
Then = Callable[[Tx, datetime], Awaitable[object]]


class Unsent:
    """Settles letters that were not sent. `counts_attempts`: whether a failed attempt counts against the letter."""

    def __init__(
        self,
        storage: Storage,
        speaker: Speaker,
        now: Callable[[], datetime],
        on_unreachable: Callable[[int, Failure], Awaitable[None]],
        replica: Replica,
        *,
        counts_attempts: bool,
    ) -> None:
        self._storage = storage
        self._speaker = speaker
        self._now = now
        self._on_unreachable = on_unreachable
        self._replica = replica
        self._counts_attempts = counts_attempts

    async def decide(self, letter: Letter, outcome: Outcome) -> None:
        """Does with the letter what the table says."""
        await what_is_done(letter, outcome.fate)(self, letter, outcome)

    async def settle(
        self,
        settlement: Settlement,
        letter: Letter | None = None,
        failure: Failure | None = None,
        then: Then | None = None,
    ) -> bool:
        """Records how a letter ended; `letter` and `failure` tell its announcement, if it has one, of that.

        `then` records what follows from that. False: the letter has been taken from this process, and nothing was
        recorded.
        """

        async def work(tx: Tx) -> bool:
            now = self._now()
            ends = [End(letter, failure=failure, words=settlement.error or "")] if letter is not None else []
            await broadcasts.hold(tx, ends)
            if not await claims.settle(tx, [settlement], now, self._replica.id):
                return False
            await broadcasts.settled(tx, ends, now)
            if then is not None:
                await then(tx, now)
            return True

        return await self._storage.apply(work, snapshot=False)

    async def give_back(self, *letter_ids: int) -> None:
        """Gives letters back that were not tried."""
        await self._storage.apply(lambda tx: claims.give_back(tx, letter_ids, self._replica.id), snapshot=False)

    async def wait_out(self, letter: Letter, outcome: Outcome) -> None:
        """Telegram limits the rate of the whole bot, or of a group; the letter is not at fault."""
        await self._speaker.hold(outcome.retry_after, letter.chat)
        if (until := self._speaker.holds.until(letter.chat_id)) is not None:
            await self.put_off(letter, until)
        else:
            await self.give_back(letter.id)

    async def put_off(self, letter: Letter, until: datetime) -> None:
        """Has the letter wait, without an attempt."""
        await self.settle(Settlement(letter.id, LetterState.WAITING, send_after=until, tried=False))

    async def try_later(self, letter: Letter, outcome: Outcome) -> None:
        """Puts the letter off: another attempt may help."""
        again = self._now() + timedelta(seconds=backoff(letter.attempts))
        await self.settle(
            Settlement(
                letter.id,
                LetterState.WAITING,
                send_after=again,
                error=outcome.error,
                tried=self._counts_attempts,
            )
        )

    async def lose_person(self, letter: Letter, outcome: Outcome) -> None:
        """Telegram does not deliver to the person: the department hears of it, and the author of a lost note."""
        why = why_unreachable(outcome.error)
        if await self.settle(_failed(letter, outcome), letter, why, _undelivered(letter)):
            await self._on_unreachable(letter.person_id, why)

    async def lose_group(self, letter: Letter, outcome: Outcome) -> None:
        """Telegram does not deliver to the group: administrators hear why, and curators get what was for it."""
        _log.warning("group %s cannot be written to: %s", letter.chat, outcome.error)
        why = GroupTrouble.LOST if is_outside(outcome.error) else GroupTrouble.MUTED

        async def then(tx: Tx, now: datetime) -> None:
            await group.lost(tx, letter.chat, now, why)
            await correspondence.without_group(tx, letter, now)

        await self.settle(_failed(letter, outcome), then=then)

    async def pass_group(self, letter: Letter, outcome: Outcome) -> None:
        """The group does not take this letter, though it may take others: curators get it."""
        _log.error("group %s refused letter %s: %s", letter.chat, letter.id, outcome.error)
        await self.settle(_failed(letter, outcome), then=lambda tx, now: correspondence.without_group(tx, letter, now))

    async def follow_group(self, letter: Letter, outcome: Outcome) -> None:
        """The group has another number now; its old messages have other numbers too, so they cannot be changed."""

        async def work(tx: Tx) -> None:
            now = self._now()
            if not await claims.hold(tx, letter.id, self._replica.id):
                return
            await group.moved(tx, letter.chat, outcome.value, now)
            if _amends(letter):
                dropped = Settlement(letter.id, LetterState.DROPPED, error="the group has moved")
                await claims.settle(tx, [dropped], now, self._replica.id)
            else:
                await claims.give_back(tx, [letter.id], self._replica.id)

        await self._storage.apply(work, snapshot=False)

    async def interrupt(self, letter: Letter, outcome: Outcome) -> None:
        """The author has deleted the source. Nobody else could get a copy either, so the announcement stops."""
        _log.warning("the source of announcement %s is gone: %s", letter.announcement_id, outcome.error)

        async def work(tx: Tx) -> None:
            now = self._now()
            assert letter.announcement_id is not None
            await broadcasts.hold(tx, [End(letter)])
            if await claims.hold(tx, letter.id, self._replica.id):
                await broadcasts.interrupt(tx, letter.announcement_id, now)
                await claims.give_back(tx, [letter.id], self._replica.id)

        await self._storage.apply(work, snapshot=False)

    async def tell_author(self, letter: Letter, outcome: Outcome) -> None:
        """The source is gone before the announcement has been sent: its author hears of it."""
        await self.settle(_failed(letter, outcome), then=lambda tx, now: broadcasts.source_is_gone(tx, letter, now))

    async def drop(self, letter: Letter, outcome: Outcome) -> None:
        """The message that was to change is gone, or its news is old: nobody misses the letter."""
        await self.settle(Settlement(letter.id, LetterState.DROPPED, error=outcome.error), letter)

    async def nothing_to_say(self, letter: Letter) -> None:
        """As things stand now the letter is no matter of its person's any more; the author of a note hears of it."""
        dropped = Settlement(letter.id, LetterState.DROPPED)
        await self.settle(dropped, letter, Failure.STOPPED, _undelivered(letter))

    async def give_up(self, letter: Letter, outcome: Outcome) -> None:
        """The messenger will never take the letter, a fault of ours: the log has it, and nothing is tried again."""
        _log.error("%s refused letter %s: %s", self._speaker.messenger.called, letter.id, outcome.error)
        await self.settle(_failed(letter, outcome), letter, Failure.REFUSED, _undelivered(letter))


def _failed(letter: Letter, outcome: Outcome) -> Settlement:
    return Settlement(letter.id, LetterState.FAILED, error=outcome.error)


def _undelivered(letter: Letter) -> Then | None:
    """The author of a note hears that it was lost."""
    if letter.kind is not LetterKind.NOTE:
        return None
    return lambda tx, now: correspondence.undelivered(tx, letter, now)


def _any(_letter: Letter) -> bool:
    return True


def _to_group(letter: Letter) -> bool:
    return letter.chat_id is not None


def _is_copy(letter: Letter) -> bool:
    return letter.kind is LetterKind.ANNOUNCEMENT


def _is_preview(letter: Letter) -> bool:
    return letter.kind is LetterKind.PREVIEW


def _corrects(letter: Letter) -> bool:
    return letter.kind in (LetterKind.CORRECTION, LetterKind.PROGRESS, LetterKind.REDRAWN)


def _amends(letter: Letter) -> bool:
    """Whether it gives a message about a thread another content."""
    return "amends" in letter.data


Do = Callable[[Unsent, Letter, Outcome], Awaitable[None]]

# The first line that has the fate and fits the letter decides.
TABLE: tuple[tuple[Fate, Callable[[Letter], bool], Do], ...] = (
    (Fate.WAIT, _any, Unsent.wait_out),
    (Fate.LATER, _any, Unsent.try_later),
    (Fate.UNREACHABLE, _to_group, Unsent.lose_group),
    (Fate.UNREACHABLE, _any, Unsent.lose_person),
    (Fate.MOVED, _to_group, Unsent.follow_group),
    (Fate.MOVED, _any, Unsent.give_up),
    (Fate.GONE, _is_copy, Unsent.interrupt),
    (Fate.GONE, _is_preview, Unsent.tell_author),
    (Fate.GONE, _corrects, Unsent.drop),
    (Fate.GONE, _amends, Unsent.drop),
    (Fate.GONE, _to_group, Unsent.pass_group),
    (Fate.GONE, _any, Unsent.give_up),
    (Fate.REFUSED, _amends, Unsent.drop),
    (Fate.REFUSED, _to_group, Unsent.pass_group),
    (Fate.REFUSED, _any, Unsent.give_up),
    (Fate.NO_TOPIC, _to_group, Unsent.pass_group),
    (Fate.NO_TOPIC, _any, Unsent.give_up),
)


def what_is_done(letter: Letter, fate: Fate) -> Do:
    """The table's answer. Raises StopIteration for a letter that was sent, which has no line."""
    return next(do for of, fits, do in TABLE if of is fate and fits(letter))
