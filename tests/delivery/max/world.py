"""The small world of `tests.world`, in MAX: the same people, the same bot, another messenger."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app import App
from bot.config import Settings
from bot.delivery.max.layout import ADVISED
from bot.domain.people.messenger import Messenger
from bot.views.short import short
from simulator.labels import fit
from simulator.max import Max
from tests.databases import database_of, quick
from tests.texts.heads import Registration
from tests.world import BEGINNING, Head, catalog_of, on_button, routing

TOKEN = "TOKEN-OF-MAX"
# Seconds that a poll waits for events: none.
_AT_ONCE = 0


class MaxHead(Head):
    """A person on a phone with MAX, whose buttons are narrow."""

    async def press(self, *labels: str) -> None:
        """Presses buttons one after the other, by what they are called where there is room for it."""
        for label in labels:
            await self.phone.press(await self._shown(on_button(label)))
            await self._world.settle()

    async def press_at(self, message_id: int, label: str) -> None:
        """Presses a button of an older message."""
        await self.phone.press(short(label, ADVISED[1]), message_id=message_id)
        await self._world.settle()

    async def join(self, type_: str, organization: str, role: str = Registration.HEAD) -> None:
        """Registers, in a world where that needs nobody's consent."""
        await self._join(type_, organization, role)

    async def _shown(self, label: str) -> str:
        """What the button shows: a shorter name, or its number in the list above."""
        shown = await self.phone.buttons()
        if any(fit(button, label) for button in shown):
            return label
        brief = short(label, ADVISED[1])
        if any(fit(button, brief) for button in shown):
            return brief
        for message in reversed(await self.phone.messages()):
            if (found := re.search(rf"^(\d+\. ).*{re.escape(label)}", message["text"], re.MULTILINE)) is not None:
                return next(button for button in shown if button.startswith(found[1]))
        return label


class MaxWorld:
    """The bot between a simulated MAX and a real database."""

    def __init__(self, max_: Max, folder: Path, settings: Settings) -> None:
        self.max = max_
        self.folder = folder
        self.settings = settings
        self.catalog = catalog_of()
        self.now = BEGINNING
        self.app = self.made()

    def made(self) -> App:
        """Another program on the same database."""
        app = App(self.settings, self.catalog, lambda: self.now, routing=routing())
        quick(app.storage)
        return app

    async def person(self, name: str, id: int) -> MaxHead:
        """Somebody with an account in MAX."""
        phone = await self.max.person(name, id=id)
        return MaxHead(self, phone)  # type: ignore[arg-type]

    async def settle(self) -> None:
        """The bot receives, handles and sends until nothing is left to do."""
        await self.app.receiver.poll(_AT_ONCE)
        while True:
            await self.app.dispatcher.idle()
            if self.max.pending_updates():
                await self.app.receiver.poll(_AT_ONCE)
            elif not await self.app.courier.deliver() + await self.app.reporter.deliver():
                return

    async def at(self, moment: Any) -> None:
        """It is that moment: the clock ticks, and the bot does what is due."""
        self.now = moment
        self.max.world.set_clock(moment)
        await self.app.tick()
        await self.settle()

    async def restart(self) -> None:
        """The program ends and another begins on the same database."""
        await self.app.close()
        self.app = self.made()
        await self.begin()

    async def begin(self) -> None:
        """What a start of the program does before it serves."""
        await self.app.open()
        await self.app.introduction.asked()
        await self.app.dispatcher.resume()
        await self.app.courier.resume()
        await self.settle()


@asynccontextmanager
async def living(folder: Path, **settings: Any) -> AsyncIterator[MaxWorld]:
    """A world in that folder; `settings` as in the environment, lower case."""
    async with Max(TOKEN) as max_:
        await max_.limits()
        values: dict[str, Any] = {
            "messenger": Messenger.MAX, "max_token": TOKEN, "max_api_url": max_.url, "registration": "open",
            "messages_per_second": 0, "backups_keep": 0, "backups_folder": folder / "backups",
            "database_url": await database_of(folder),
        } | settings  # fmt: skip
        max_.world.set_clock(BEGINNING)
        world = MaxWorld(max_, folder, Settings(_env_file=None, **values))
        await world.begin()
        try:
            yield world
        finally:
            await world.app.close()
