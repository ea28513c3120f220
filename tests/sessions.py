"""aiogram's session for tests."""

from aiogram.client.session.aiohttp import AiohttpSession
from aiohttp import ClientSession


class QuickSession(AiohttpSession):
    """aiogram sleeps a quarter of a second on close for the sake of TLS; there is none here."""

    opened: ClientSession | None = None

    async def create_session(self) -> ClientSession:
        """The session that all calls go by."""
        self.opened = await super().create_session()
        return self.opened

    async def close(self) -> None:
        """Closes it at once."""
        if self.opened is not None:
            await self.opened.close()
