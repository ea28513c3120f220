"""What Telegram has answered that nobody has heard before: counted, so that administrators can tell of it."""

import logging
import re
from collections import Counter

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.delivery.outcomes import is_known, subject
from bot.delivery.refusals import WHO
from bot.domain.text import clean

_log = logging.getLogger(__name__)

# Characters. What a server quotes of a message has no place on a screen of somebody else's.
_LONGEST = 100
_QUOTED = re.compile(r"\"[^\"]*\"|«[^»]*»")
_NUMBER = re.compile(r"\d+")
# So many different ones are counted: a server that says something else each time must not fill the memory.
_DIFFERENT = 100


class Unheard(BaseRequestMiddleware):
    """Counts refusals that the table of `refusals` does not have, by method and text."""

    def __init__(self) -> None:
        self._total = 0
        # Those that are not in the database yet.
        self._counted: Counter[tuple[str, str]] = Counter()

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        """Makes the call."""
        try:
            return await make_request(bot, method)
        except TelegramAPIError as error:
            if not is_known(error):
                self._note(error)
            raise

    def _note(self, error: TelegramAPIError) -> None:
        name, _ = subject(error.method)
        _log.warning("%s was refused with words that nobody knows: %s", name, error.message)
        key = name, general(str(error.message))
        if key in self._counted or len(self._counted) < _DIFFERENT:
            self._counted[key] += 1
            self._total += 1

    def understood(self, method: str, error: str) -> None:
        """Hears that it was understood after all."""
        key = method, general(error)
        if self._counted[key] > 0:
            self._total -= 1
        self._counted[key] -= 1
        self._counted = +self._counted

    def count(self) -> int:
        """How many there have been since the start."""
        return self._total

    def take(self) -> Counter[tuple[str, str]]:
        """What has been counted since the last time."""
        taken, self._counted = self._counted, Counter()
        return taken

    def give_back(self, counted: Counter[tuple[str, str]]) -> None:
        """Takes back what could not be recorded."""
        self._counted += counted


def general(text: str) -> str:
    """The text without what differs from one time to the next, and without what it quotes."""
    said = WHO.sub("", text, count=1)
    return clean(_NUMBER.sub("N", _QUOTED.sub('"…"', said)))[:_LONGEST]
