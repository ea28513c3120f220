"""One attempt of a call to Telegram: without what the server does not know, and with care for what cannot be unsaid."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot

from bot.delivery.outcomes import Fate, Outcome, attempt, numbers
from bot.delivery.outgoing.dialect import Dialect, blamed
from bot.delivery.outgoing.unheard import Unheard
from bot.delivery.refusal_texts import MAKES
from bot.delivery.wire import call


class Line:
    """The calls of one client; `unheard` hears of refusals that turn out to be understood."""

    def __init__(self, bot: Bot, unheard: Unheard) -> None:
        self._bot = bot
        self._unheard = unheard
        self._dialect = Dialect()
        # The last message was not answered in time: it may be there, or may come yet.
        self._unsure = False

    async def call(self, method: str, /, **values: Any) -> Outcome:
        """One attempt, without the optional fields that the server turns out not to know; its value is Telegram's
        answer, or the numbers of what was made."""
        without: set[str] = set()
        refusals: list[str] = []
        while True:
            spoken = self._dialect.spoken(values, without)
            outcome = await self._attempted(method, spoken)
            field = blamed(outcome.error, spoken) if outcome.fate is Fate.REFUSED else None
            if field is None:
                break
            without.add(field)
            refusals.append(outcome.error)
        if without and outcome.fate is not Fate.REFUSED:
            self._dialect.leave_out(without)
            for error in refusals:
                self._unheard.understood(method, error)
        return outcome

    async def _attempted(self, method: str, values: dict[str, Any]) -> Outcome:
        if method in MAKES:
            return await self.make(values["chat_id"], lambda: call(self._bot, method, **values))
        if method == "createForumTopic":
            return await attempt(lambda: _numbered(lambda: call(self._bot, method, **values), "message_thread_id"))
        return await attempt(lambda: call(self._bot, method, **values))

    async def make(self, chat: int, make: Callable[[], Awaitable[Any]]) -> Outcome:
        """One attempt to make messages; its value is the list of their numbers.

        The server goes on with a call whose caller has hung up, and sends what it has kept when Telegram is back. So
        after a time-out nothing is sent until Telegram has been seen to answer: an outage makes one more copy of a
        message at most, not one for each attempt. Whether the first is there no method tells, for a bot cannot read a
        chat. What changes or removes a message may be repeated at any time.
        """
        if self._unsure:
            seen = await self.call("sendChatAction", chat_id=chat, action="typing")
            if seen.fate in (Fate.LATER, Fate.WAIT):
                return seen
            self._unsure = False
        outcome = await attempt(lambda: _numbered(make))
        if outcome.unsure:
            self._unsure = True
        return outcome


async def _numbered(make: Callable[[], Awaitable[Any]], name: str = "message_id") -> list[int]:
    return numbers(await make(), name)
