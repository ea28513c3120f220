"""Large files on their way to Telegram."""

import asyncio
from collections.abc import AsyncGenerator

from aiogram import Bot
from aiogram.types import InputFile

from bot.domain.screen import Kept

# Bytes that are read at a time: so few need no memory to speak of, so many need few reads for 50 MB.
_PIECE = 256 * 1024


class Streamed(InputFile):
    """Reads content while it is sent, beside the event loop: a disk may take its time."""

    def __init__(self, content: Kept, name: str) -> None:
        super().__init__(name)
        self._content = content

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self._content)

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        at = 0
        while piece := await asyncio.to_thread(self._content.piece, at, _PIECE):
            yield piece
            at += len(piece)
