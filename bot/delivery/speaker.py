"""Says the sayings of a handler: now, in order, as often as it takes."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from aiogram import Bot
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReactionTypeEmoji,
    ReplyParameters,
)

from bot.delivery.outcomes import Fate, Outcome, attempt
from bot.delivery.pacer import Pacer
from bot.delivery.sayings import Delete, Edit, React, Saying, Send, Toast
from bot.domain.letter import Urgency
from bot.domain.screen import Screen
from bot.storage import drafts, meta
from bot.storage.engine import Storage

_log = logging.getLogger(__name__)

# Seconds between attempts: doubled from the first to the last, with jitter.
_FIRST_PAUSE, _LAST_PAUSE = 0.5, 30.0


def keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    """The screen's buttons for Telegram."""
    if not screen.rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(
                    text=one.text,
                    callback_data=one.data or None,
                    url=one.url or None,
                    style=one.style or None,
                )
                for one in row
            ]
            for row in screen.rows
        ]
    )


def backoff(attempts: int) -> float:
    """Seconds to wait after that many attempts, different for each of those who wait."""
    longest = min(_LAST_PAUSE, _FIRST_PAUSE * 2.0 ** min(attempts, 16))
    return longest * random.uniform(0.5, 1.0)


class Speaker:
    """The only one that talks to Telegram for handlers, and for the courier the way it talks."""

    def __init__(
        self,
        bot: Bot,
        storage: Storage,
        pacer: Pacer,
        now: Callable[[], datetime],
        on_unreachable: Callable[[int], Awaitable[None]],
    ) -> None:
        self._bot = bot
        self._storage = storage
        self._pacer = pacer
        self._now = now
        self._on_unreachable = on_unreachable

    async def say(self, person_id: int, sayings: list[Saying]) -> None:
        """Says all of them, waiting and repeating as long as only patience is wanting."""
        # The press is answered first: its button waits, whatever else has to be said.
        for one in sorted(sayings, key=lambda saying: not isinstance(saying, Toast)):
            outcome = await self._insist(one)
            about = one.about if isinstance(one, Send) else None
            if outcome.fate is Fate.GONE and isinstance(one, Edit):
                about = one.about
                outcome = await self._insist(Send(one.chat, one.screen, about))
            if outcome.fate is Fate.UNREACHABLE:
                await self._on_unreachable(person_id)
                return
            if outcome.fate is Fate.REFUSED:
                _log.error("Telegram refused %s: %s", type(one).__name__, outcome.error)
            if about is not None and outcome.fate is Fate.DONE:
                await self.remember(person_id, outcome.value.message_id, about)

    async def send(self, chat: int, screen: Screen, reply_to: int | None = None) -> Outcome:
        """One attempt to send a new message; its value is Telegram's message."""
        return await attempt(
            lambda: self._bot.send_message(
                chat_id=chat,
                text=screen.text,
                reply_markup=keyboard(screen),
                reply_parameters=(
                    ReplyParameters(message_id=reply_to, allow_sending_without_reply=True) if reply_to else None
                ),
            )
        )

    async def delete(self, chat: int, message: int) -> Outcome:
        """One attempt to remove a message."""
        return await attempt(lambda: self._bot.delete_message(chat_id=chat, message_id=message))

    async def hold(self, seconds: float) -> None:
        """Telegram wants silence for that long, from everybody, a restart included."""
        self._pacer.pause(seconds)
        until = self._now() + timedelta(seconds=seconds)
        async with self._storage.write() as tx:
            held = await meta.get_moment(tx, meta.POST_PAUSED_UNTIL)
            if held is None or until > held:
                await meta.put_moment(tx, meta.POST_PAUSED_UNTIL, until)

    async def remember(self, person_id: int, message_id: int, obligation_id: int) -> None:
        """The message is the form of the obligation from now on."""

        async def work(tx: Any) -> None:
            await drafts.remember_message(tx, person_id, message_id, obligation_id)

        await self._storage.apply(work)

    async def _insist(self, one: Saying) -> Outcome:
        attempts = 0
        while True:
            if not isinstance(one, Toast):
                await self._pacer.turn(Urgency.ANSWER)
            outcome = await self._once(one)
            if outcome.fate is Fate.WAIT:
                _log.warning("Telegram asks for %s s of silence", outcome.retry_after)
                await self.hold(outcome.retry_after)
                if isinstance(one, Toast):
                    return outcome
            elif outcome.fate is Fate.LATER:
                attempts += 1
                if isinstance(one, Toast | React) and attempts > 1:
                    # Worth a second attempt, not a queue: the message itself is what matters.
                    return outcome
                await asyncio.sleep(backoff(attempts))
            else:
                return outcome

    async def _once(self, one: Saying) -> Outcome:
        match one:
            case Send(chat, screen, _, reply_to):
                return await self.send(chat, screen, reply_to)
            case Edit(chat, message, screen):
                return await attempt(
                    lambda: self._bot.edit_message_text(
                        chat_id=chat,
                        message_id=message,
                        text=screen.text,
                        reply_markup=keyboard(screen),
                    )
                )
            case Delete(chat, message):
                return await self.delete(chat, message)
            case Toast(callback, text, alert):
                return await attempt(
                    lambda: self._bot.answer_callback_query(
                        callback_query_id=callback, text=text or None, show_alert=alert or None
                    )
                )
            case React(chat, message, emoji):
                return await attempt(
                    lambda: self._bot.set_message_reaction(
                        chat_id=chat, message_id=message, reaction=[ReactionTypeEmoji(emoji=emoji)]
                    )
                )
