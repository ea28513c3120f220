"""What MAX has not, or has otherwise, and nobody misses."""

from collections.abc import Sequence
from typing import Any

from aiogram.exceptions import TelegramBadRequest, TelegramNotFound
from aiogram.methods import TelegramMethod

from bot.delivery.max.api import Api


class Lacking:
    """Answers what Telegram would be asked for, so that whoever asks goes on in the other way that they have."""

    def __init__(self, server: Api) -> None:
        self._server = server

    async def menu(
        self,
        method: TelegramMethod[Any],
        seconds: float,
        *,
        commands: Sequence[dict[str, str]],
        scope: dict[str, Any],
    ) -> Any:
        """One list serves everybody: what is for one chat alone is typed there."""
        if scope.get("type") == "all_private_chats":
            named = [{"name": one["command"], "description": one["description"]} for one in commands]
            await self._server.call(method, "PATCH", "/me/commands", seconds, body={"commands": named})
        return True

    async def seen_to_answer(self, method: TelegramMethod[Any], seconds: float, **_others: Any) -> Any:
        await self._server.call(method, "GET", "/me", seconds)
        return True

    async def no_topic(self, method: TelegramMethod[Any], _seconds: float, **_others: Any) -> Any:
        raise TelegramBadRequest(method, "Bad Request: the chat is not a forum")

    async def no_table(self, method: TelegramMethod[Any], _seconds: float, **_others: Any) -> Any:
        raise TelegramNotFound(method, "Not Found: method not found")
