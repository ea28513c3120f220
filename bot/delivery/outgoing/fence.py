"""What others have taken from this process, they say: it makes no call for that any more.

A process may be stopped for a minute and go on in the middle of a sentence. Every call passes here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.delivery.outcomes import subject
from bot.replica import Replica

# Calls that say nothing to anybody.
_FREE = ("get", "deleteWebhook", "setWebhook")
# The number of the replica that had taken what the call is for; None: nobody has taken it.
_TAKEN_BY: ContextVar[int | None] = ContextVar("taken_by", default=None)
_REGARDLESS: ContextVar[bool] = ContextVar("regardless", default=False)


class Withheld(ConnectionError):
    """The others have taken this process for dead, or may have: what it would say is theirs."""


def taken_by(replica_id: int) -> None:
    """What this task says from now on is what that replica has taken."""
    _TAKEN_BY.set(replica_id)


@contextmanager
def regardless() -> Iterator[None]:
    """Within the block this very process speaks for itself: that it cannot reach the database, say."""
    token = _REGARDLESS.set(True)
    try:
        yield
    finally:
        _REGARDLESS.reset(token)


class Fence(BaseRequestMiddleware):
    """Lets calls through while the replica is alive, and still the one that has taken what they are for."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        """Makes the call. Raises Withheld, which to its caller is a network that does not work just now."""
        self.check(method)
        return await make_request(bot, method)

    def check(self, method: TelegramMethod[Any]) -> None:
        """Raises Withheld if others have what this task would say."""
        if not (subject(method)[0].startswith(_FREE) or _REGARDLESS.get() or self._is_ours()):
            raise Withheld(Withheld.__doc__)

    def _is_ours(self) -> bool:
        taken_by = _TAKEN_BY.get()
        return self._replica.is_alive() and taken_by in (None, self._replica.id)
