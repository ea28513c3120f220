"""Says what a handler returned: now, in order, as often as it takes."""

import asyncio
import logging
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from aiogram import Bot

from bot.delivery.obstacles import why_unreachable
from bot.delivery.outcomes import Fate, Outcome, is_group
from bot.delivery.outgoing import fence
from bot.delivery.outgoing.attempts import Attempts, Words
from bot.delivery.outgoing.holds import Holds
from bot.delivery.outgoing.pacer import Pacer
from bot.delivery.outgoing.rate_limit import RateLimit
from bot.delivery.outgoing.unheard import Unheard
from bot.delivery.sayings import Edit, React, Saying, Send, Toast
from bot.domain.people.failure import Failure
from bot.domain.people.messenger import Messenger
from bot.domain.screen import Screen
from bot.storage.engine.database import DatabaseUnavailable, Storage, Tx
from bot.storage.ledger import drafts
from bot.storage.post import meta
from bot.storage.post.replicas import SAME_CLOCK, Beat

_log = logging.getLogger(__name__)

_LONGEST_SILENCE = timedelta(days=1)
# Seconds between attempts: the pause doubles from the first to the last, with jitter.
FIRST_PAUSE, LAST_PAUSE = 0.5, 30.0
# Seconds. A toast that a rate limit delays for longer means nothing any more. A toast without a word only ends the
# button's waiting, which ends by itself.
_PRESS_LASTS = 10.0
# For so long a message that was said in the place of one that is gone is what further presses on that one change; of so
# many it is known.
_IMPATIENCE, _INSTEAD_KEPT = timedelta(minutes=1), 1_000
# Of a group: it is held for longer than anybody waits for an answer, or does not let the bot write.
_NOT_IN_GROUP = (Fate.WAIT, Fate.UNREACHABLE, Fate.MOVED, Fate.NO_TOPIC)


def _apart(theirs: datetime, own: datetime) -> timedelta:
    """How far the clock that all go by is ahead of the own one.

    Within a second they are the same: then a moment that a group's letters wait for is the same to all.
    """
    apart = theirs - own
    return apart if abs(apart) > SAME_CLOCK else timedelta()


def backoff(attempts: int) -> float:
    """Seconds to wait after that many attempts, with jitter, so that not everybody tries at the same moment."""
    longest = min(LAST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempts, 16))
    return longest * random.uniform(0.5, 1.0)


async def _noted(work: Awaitable[None]) -> None:
    """Records something about what was said. If that fails, the rest still has to be said, and once."""
    try:
        await work
    except DatabaseUnavailable as error:
        _log.error("a saying could not be recorded: %s", error)


class Speaker(Attempts):
    """Talks to Telegram: says what handlers return until it is said; the courier makes single attempts by it."""

    # Whether the messenger's groups may have topics; where none has, nobody need be told that this one has none.
    has_topics: ClassVar[bool] = True
    messenger: ClassVar[Messenger] = Messenger.TELEGRAM

    def __init__(
        self,
        bot: Bot,
        storage: Storage,
        pacer: Pacer,
        now: Callable[[], datetime],
        on_unreachable: Callable[[int, Failure], Awaitable[None]],
        words: Words,
    ) -> None:
        self.holds = Holds(now)
        self._limit = RateLimit(pacer, self.holds, now)
        bot.session.middleware(self._limit)
        # The inner of the two: what the rate limit answers in Telegram's place is not Telegram's answer.
        self.unheard = Unheard()
        bot.session.middleware(self.unheard)
        super().__init__(bot, pacer, self.unheard, words)
        self._storage = storage
        self._now = now
        self._on_unreachable = on_unreachable
        # What was said in the place of a message that is gone, when last: by chat, message and what it is about.
        self._instead: OrderedDict[tuple[int, int, int | None], tuple[datetime, int]] = OrderedDict()
        # The last silence of everybody's that it heard of from elsewhere.
        self._silent_until: datetime | None = None

    async def say(self, person_id: int, sayings: list[Saying]) -> None:
        """Says all of them, waiting and repeating for as long as that can help."""
        # The press is answered first, for its button waits; nothing else waits for that answer.
        toasts = [asyncio.create_task(self._answer(saying)) for saying in sayings if isinstance(saying, Toast)]
        try:
            if toasts:
                await asyncio.sleep(0)
            await self._say_each(person_id, [saying for saying in sayings if not isinstance(saying, Toast)])
            await asyncio.gather(*toasts)
        finally:
            for toast in toasts:
                toast.cancel()

    async def _answer(self, toast: Toast) -> None:
        outcome = await self._insist(toast)
        if outcome.fate is Fate.REFUSED:
            _log.error("%s refused Toast: %s", self.messenger.called, outcome.error)

    async def _say_each(self, person_id: int, sayings: list[Saying]) -> None:
        for saying in sayings:
            outcome = await self._insist(saying)
            about = saying.about if isinstance(saying, Send) else None
            if outcome.fate is Fate.GONE and isinstance(saying, Edit):
                about = saying.about
                outcome = await self._say_instead(saying)
            if not isinstance(saying, Toast) and is_group(saying.chat) and outcome.fate in _NOT_IN_GROUP:
                # Its members see by the missing sign that nothing was said; what they write meanwhile must not wait.
                _log.warning("group %s does not get %s: %s", saying.chat, type(saying).__name__, outcome.error)
                continue
            if outcome.fate is Fate.UNREACHABLE:
                await _noted(self._on_unreachable(person_id, why_unreachable(outcome.error)))
                return
            if outcome.fate is Fate.REFUSED:
                _log.error("%s refused %s: %s", self.messenger.called, type(saying).__name__, outcome.error)
            if about is not None and outcome.fate is Fate.DONE:
                await _noted(self.remember(person_id, outcome.value[0], about))

    async def _say_instead(self, edit: Edit) -> Outcome:
        """Says anew what was to change a message that is gone. Whoever presses on it in impatience gets one message."""
        key = edit.chat, edit.message, edit.about
        at, number = self._instead.pop(key, (self._now(), 0))
        if number and self._now() - at < _IMPATIENCE:
            outcome = await self._insist(replace(edit, message=number))
            if outcome.fate is not Fate.GONE:
                self._instead[key] = self._now(), number
                return Outcome(outcome.fate, [number], outcome.retry_after, outcome.error)
        outcome = await self._insist(Send(edit.chat, edit.screen, edit.about))
        if outcome.fate is Fate.DONE:
            self._instead[key] = self._now(), outcome.value[0]
            while len(self._instead) > _INSTEAD_KEPT:
                self._instead.popitem(last=False)
        return outcome

    async def at_ease(self, person_id: int) -> None:
        """Returns when another answer to the person would not have to wait."""
        await self.pacer.at_ease(person_id)

    async def mention(self, person_id: int, screen: Screen) -> bool:
        """Tries once to say what is true only now, unless a rate limit holds; returns whether it was said."""
        if self.pacer.paused_for():
            return False
        await self.pacer.answer(person_id, is_new=True)
        return (await self.warn(person_id, screen)).fate is Fate.DONE

    async def warn(self, person_id: int, screen: Screen) -> Outcome:
        """One attempt to say how this very process is, whoever has its updates and letters."""
        with fence.regardless():
            return await self.send(person_id, screen)

    async def hold(self, seconds: float, chat: int | None = None) -> None:
        """Keeps Telegram's rate limit for that long, even after a restart: for a group, or for everybody."""
        held = self._limit.limit(chat, seconds)
        key = meta.POST_PAUSED_UNTIL if held is None else meta.chat_paused_until(held)
        until = self.holds.until(held) or self._now() + timedelta(seconds=seconds)
        whom = "everybody" if held is None else f"chat {held}"
        _log.warning("%s asks for %.0f s of silence towards %s", self.messenger.called, seconds, whom)

        async def work(tx: Tx) -> None:
            own, known = self._now(), await meta.get_moment(tx, key)
            theirs = until + _apart(await meta.clock(tx, own), own)
            if known is None or theirs > known:
                await meta.put_moment(tx, key, theirs)

        await _noted(self._storage.apply(work))

    def hear(self, beat: Beat) -> None:
        """Hears what silences other processes were told of."""
        self.keep_silence(beat.paused_until, beat.chats, beat.at)

    def keep_silence(self, until: datetime | None, chats: Mapping[int, datetime], at: datetime) -> None:
        """Keeps the rate limits that an earlier run, or another process, was told of: everybody's, and groups' own.

        All of it by the clock by which it is `at` now: a process whose own is wrong neither silences the others with
        it, nor speaks too soon.
        """
        now = self._now()
        apart = _apart(at, now)
        for chat, its in chats.items():
            if its - apart > now:
                self.holds.know(chat, its - apart)
        if until is not None and until != self._silent_until and until - apart > now:
            self._silent_until = until
            # The clock may be behind: then Telegram says again how long it wants silence.
            self.pacer.pause(min(until - apart - now, _LONGEST_SILENCE).total_seconds())

    async def remember(self, person_id: int, message_id: int, obligation_id: int) -> None:
        """Records that the message is the obligation's form from now on."""

        async def work(tx: Tx) -> None:
            await drafts.remember_message(tx, person_id, message_id, obligation_id)

        await self._storage.apply(work)

    async def _insist(self, saying: Saying) -> Outcome:
        attempts = 0
        while True:
            if not isinstance(saying, Toast):
                await self.pacer.answer(saying.chat, is_new=isinstance(saying, Send))
            outcome = await self.once(saying)
            if outcome.fate is Fate.WAIT:
                chat = None if isinstance(saying, Toast) else saying.chat
                await self.hold(outcome.retry_after, chat)
                if chat is None or is_group(chat):
                    if outcome.retry_after > _PRESS_LASTS or (isinstance(saying, Toast) and not saying.text):
                        return outcome
                    await asyncio.sleep(outcome.retry_after)
            elif outcome.fate is Fate.LATER:
                attempts += 1
                if isinstance(saying, Toast | React) and attempts > 1:
                    # Worth a second attempt, not a queue: the message itself is what matters.
                    return outcome
                await asyncio.sleep(backoff(attempts))
            else:
                return outcome
