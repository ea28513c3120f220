"""What MAX takes in several messages: if it breaks off, another attempt goes on where it did."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound

# Seconds after which nobody tries again: the same text is said for another reason then.
_LASTS = 600.0
_KEPT = 1_000


class Pieces:
    """Remembers what was made of things that broke off."""

    def __init__(self) -> None:
        self._made: OrderedDict[Hashable, tuple[float, list[Any]]] = OrderedDict()

    async def each(self, what: Hashable, pieces: Sequence[Callable[[], Awaitable[Any]]]) -> list[Any]:
        """What came of each piece of it; those that an earlier attempt has done are not done again."""
        now = asyncio.get_running_loop().time
        at, made = self._made.pop(what, (now(), []))
        if now() - at > _LASTS:
            made = []
        try:
            for piece in pieces[len(made) :]:
                made.append(await piece())
        except (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound):
            # There will be no other attempt.
            raise
        except Exception:
            if made:
                self._made[what] = now(), made
            if len(self._made) > _KEPT:
                self._made.popitem(last=False)
            raise
        return made
