"""A small world for tests: the real bot, a messenger on this machine, people, and a clock that tests move.

Everything happens in one event loop and only when a test says so: after each step of a person the bot receives,
handles and sends until nothing is left, so no test sleeps or hopes. `tests/live.py` has the bot as a process.
"""

import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.types import Update

from bot.app import App
from bot.catalog.loader import load
from bot.config import Settings
from bot.delivery.outcomes import Fate
from bot.domain.catalog.catalog import Catalog
from bot.domain.letter import LetterState
from bot.domain.people.labels import Named, labels
from bot.domain.people.messenger import Messenger
from bot.domain.people.organization import RosterEntry
from bot.storage.post import letters
from handlers.department import group
from handlers.entry import conversations
from handlers.routing import Routing
from simulator import Person
from tests import messengers
from tests.databases import database_of, file_of, quick
from tests.memory import Way
from tests.texts.heads import Registration
from tests.threadless import threadless

ROOT = Path(__file__).parent.parent
ZONE = ZoneInfo("Asia/Irkutsk")
TOKEN = "42:TEST"
# Settings that differ only in the address are read once.
_ANYWHERE = "http://127.0.0.1"
# So many updates does a poll bring at most.
_AT_A_TIME = 100


def local(text: str) -> datetime:
    """That time in the department's zone: "2026-10-05 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@cache
def _labels() -> dict[str, str]:
    """What the example's organizations are called where there is little room, by name."""
    roster = catalog_of().roster
    return {entry.name: label for entry, label in zip(roster, labels([*map(_named, roster)]), strict=True)}


def _named(entry: RosterEntry) -> Named:
    return Named(entry.code, entry.name, entry.short)


def on_button(text: str) -> str:
    """The text as a button has it, which calls the example's organizations by their labels."""
    for name, label in _labels().items():
        text = text.replace(name, label)
    return text


def errors_logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What went wrong unseen: the person got a polite apology, and only the log knows why."""
    records = [record for when in ("setup", "call") for record in caplog.get_records(when)]
    return [record.getMessage() for record in records if record.levelno >= logging.ERROR]


# A Thursday before the school year's first round, in working hours.
BEGINNING = local("2026-08-27 10:00")


def catalog_of(
    directives: Path = ROOT / "data/directives.yaml",
    organizations: Path | None = ROOT / "data/organizations.example.yaml",
    calendar: Path = ROOT / "data/calendar.yaml",
) -> Catalog:
    """The catalog of these files; the program's own ones by default."""
    files = (directives, calendar, organizations)
    if directives.is_dir():
        return load(*files, ZONE, BEGINNING)
    # A catalog never changes, and says nothing of where its files lie.
    written = tuple(file.read_bytes() if file is not None and file.exists() else None for file in files)
    if written not in _catalogs:
        _catalogs[written] = load(*files, ZONE, BEGINNING)
    return _catalogs[written]


_catalogs: dict[tuple[bytes | None, ...], Catalog] = {}


@cache
def routing() -> Routing:
    """Conversations keep nothing of a world: what they need comes with each update."""
    return Routing(*conversations())


_certificates = cache(ssl.create_default_context)
_group = cache(group.setup)


def _app(settings: Settings, catalog: Catalog, now: Callable[[], datetime]) -> App:
    """The bot. What every test would make anew, and what takes longer than most tests, is made once for all of them."""
    with patch("ssl.create_default_context", _certificates), patch("handlers.department.group.setup", _group):
        app = App(settings, catalog, now, routing=routing())
    threadless(quick(app.storage))
    # aiogram keeps what kind an update is by its number, and each world numbers its own: they would be compared.
    vars(Update)["event_type"].fget.cache_clear()
    return app


@cache
def _settings(**changed: Any) -> Settings:
    """Reading settings takes as long as half a dozen presses."""
    values: dict[str, Any] = {
        "registration": "open", "messages_per_second": 0, "backups_keep": 0,
    } | changed  # fmt: skip
    return Settings(_env_file=None, **values)


class Head:
    """A person on a phone. Every step is followed by all that the bot does about it."""

    def __init__(self, world: "World", person: Person) -> None:
        self._world = world
        self.phone = person
        # In the database, which knows whose account is in which messenger.
        self.id = messengers.person(person.id)

    async def send(self, text: str, *, reply_to: int | None = None, html: bool = False) -> int:
        """Writes a message; its id. html: the text says in HTML how they format it."""
        sent = await self.phone.send(text, reply_to=reply_to, html=html)
        await self._world.settle()
        return sent

    async def send_long(self, text: str, *, reply_to: int | None = None) -> list[int]:
        """Writes a text that the client cuts in several messages, each of which the bot has answered; their ids."""
        sent = []
        for part in messengers.cut(text):
            sent.append(await self.send(part, reply_to=reply_to))
        return sent

    async def send_file(self, name: str = "приказ.pdf", *, reply_to: int | None = None) -> int:
        """Sends a document; its message's id."""
        sent = await self.phone.send_file(b"%PDF-1.4", name, reply_to=reply_to)
        await self._world.settle()
        return sent

    async def send_photo(self, caption: str = "", *, html: bool = False) -> int:
        """Sends a photo; its message's id."""
        sent = await self.phone.send_photo(caption=caption, html=html)
        await self._world.settle()
        return sent

    async def send_album(self, *kinds: str, caption: str = "") -> list[int]:
        """Sends an album, of two photos if no kinds are named; its messages' ids."""
        sent = await self.phone.send_album(kinds or ("photo", "photo"), caption=caption)
        await self._world.settle()
        return sent

    async def send_sticker(self, emoji: str = "👍") -> int:
        """Sends a sticker; its message's id."""
        sent = await self.phone.send_sticker(emoji)
        await self._world.settle()
        return sent

    async def send_poll(self, question: str, *options: str, right: int | None = None) -> int:
        """Sends a poll, or a quiz whose right option is given by number; its message's id."""
        sent = await self.phone.send_poll(question, options or ("Да", "Нет"), right=right)
        await self._world.settle()
        return sent

    async def send_thing(self, kind: str) -> int:
        """Sends something else, such as a giveaway, which no bot can copy; its message's id."""
        sent = await self.phone.send_thing(kind)
        await self._world.settle()
        return sent

    async def forward(
        self, what: str | int, *, author: "Head | str | None" = None, channel: str | None = None, html: bool = False
    ) -> int:
        """Forwards a text of somebody (a name alone: a hidden account) or of a channel, or a message of the chat."""
        by = author.phone if isinstance(author, Head) else author
        sent = await self.phone.forward(what, author=by, channel=channel, html=html)
        await self._world.settle()
        return sent

    async def edit(self, message_id: int, text: str) -> None:
        """Corrects a message of their own."""
        await self.phone.edit(message_id, text)
        await self._world.settle()

    async def press(self, *labels: str) -> None:
        """Presses buttons one after the other."""
        for label in labels:
            await self.phone.press(on_button(label))
            await self._world.settle()

    async def press_at(self, message_id: int, label: str) -> None:
        """Presses a button of an older message."""
        await self.phone.press(on_button(label), message_id=message_id)
        await self._world.settle()

    async def callback(self, data: str, message_id: int | None = None) -> None:
        """Sends callback data that no button gave."""
        await self.phone.callback(data, message_id=message_id)
        await self._world.settle()

    async def do(self, deed: Awaitable[Any]) -> None:
        """Does anything else on the phone."""
        await deed
        await self._world.settle()

    async def block(self) -> None:
        """Blocks the bot."""
        await self.phone.block()
        await self._world.settle()

    async def unblock(self) -> None:
        """Takes the bot back."""
        await self.phone.unblock()
        await self._world.settle()

    async def join(self, type_: str, organization: str, role: str = Registration.HEAD) -> None:
        """Registers, in a world where that needs nobody's consent. Tests that ask about that press for themselves."""
        await self._world.way.go(
            ("join", self.id, type_, organization, role), partial(self._join, type_, organization, role)
        )

    async def _join(self, type_: str, organization: str, role: str) -> None:
        await self.send("/start")
        await self.press(Registration.AGREE, type_, Registration.DONE)
        if on_button(organization) not in " ".join(await self.phone.buttons()):
            await self.send(organization)
        await self.press(organization, role)

    async def agree(self) -> None:
        """Begins, and agrees to their data being kept."""

        async def agree() -> None:
            await self.send("/start")
            await self.press(Registration.AGREE)

        await self._world.way.go(("agree", self.id), agree)

    async def sees(self) -> str:
        """The text of the bot's last message."""
        return await self.phone.last()

    async def count(self) -> int:
        """How many messages of the bot stand in the chat."""
        return len(await self.phone.messages())

    async def buttons(self) -> list[str]:
        """Labels under the last message that has any."""
        return await self.phone.buttons()

    async def toast(self) -> str:
        """The last word that popped up."""
        return (await self.phone.alerts())[-1]

    async def card(self, text: str) -> int:
        """The id of the latest message that contains the text."""
        return int((await self.phone.find(text))["message_id"])

    async def received_file(self) -> tuple[str, bytes]:
        """Name and content of the last document that the bot sent."""
        files = [message for message in await self.phone.messages() if message["kind"] == "document"]
        if not files:
            raise LookupError(f"no document from the bot:\n{await self.phone.screen()}")
        return str(files[-1]["media"]["name"]), await self.phone.download(files[-1])

    async def received_photo(self) -> bytes:
        """The last photo that the bot sent, also one of an album."""
        photos = await self.phone.files("photo")
        if not photos:
            raise LookupError(f"no photo from the bot:\n{await self.phone.screen()}")
        return photos[-1][1]

    async def received_album(self) -> list[tuple[str, bytes]]:
        """Names and contents of the photos or documents of the last album that the bot sent."""
        return await self.phone.album()

    async def table(self) -> list[list[str]]:
        """The rows of cells of the last table that the bot sent, in a rich message."""
        return await self.phone.table()

    async def screen(self) -> str:
        """The chat as text, for looking at."""
        return await self.phone.screen()


class World:
    """The bot between a simulated messenger and a real database."""

    def __init__(self, telegram: Any, catalog: Catalog, settings: Settings, way: Way | None = None) -> None:
        self.telegram = telegram
        self.way = way or Way(telegram, catalog, None)
        self.settings = settings
        self.now = BEGINNING.astimezone(UTC)
        # By how much the bot's clock is wrong.
        self.off = timedelta(0)
        self.catalog = catalog
        self.app = _app(settings, catalog, self._shown)

    @property
    def now(self) -> datetime:
        """What time it is, at the messenger too."""
        return self._now

    @now.setter
    def now(self, moment: datetime) -> None:
        self._now = moment
        self.telegram.world.set_clock(moment)

    def _shown(self) -> datetime:
        return self.now + self.off

    @property
    def storage(self) -> Any:
        """The ledger, to look into."""
        return self.app.storage

    async def person(self, name: str, id: int) -> Head:
        """Somebody with an account there."""

        async def take() -> None:
            await self.telegram.person(name, id=id)

        await self.way.go(("person", id, name), take, remembered=False)
        return Head(self, self.telegram.at(id, name))

    async def settle(self) -> None:
        """The bot receives, handles and sends until nothing is left to do."""
        await self._poll()
        while True:
            await self.app.dispatcher.idle()
            if self.telegram.pending_updates():
                await self._poll()
            elif not await self.app.courier.deliver() + await self.app.reporter.deliver():
                return

    async def _poll(self) -> None:
        """The bot polls; what it has taken is confirmed here, as its next poll would do."""
        if self.settings.messenger is Messenger.MAX:
            if await self.app.receiver.poll(0) is Fate.DONE:
                self.telegram.world.updates.confirm_given()
            return
        waiting, polls = self.telegram.world.updates.waiting(), self.telegram.record.count("getUpdates", 200)
        fate = await self.app.receiver.poll(0)
        if waiting and fate is Fate.DONE and self.telegram.record.count("getUpdates", 200) > polls:
            self.telegram.world.updates.confirm(waiting[:_AT_A_TIME][-1]["update_id"] + 1)

    async def at(self, moment: datetime | str) -> None:
        """It is that moment: the clock ticks, and the bot does what is due."""
        self.now = (local(moment) if isinstance(moment, str) else moment).astimezone(UTC)
        await self.app.tick()
        await self.settle()

    async def until(self, moment: str, step: timedelta = timedelta(hours=1)) -> None:
        """Time passes until that moment, in ticks."""
        end = local(moment)
        while self.now + step < end:
            await self.at(self.now + step)
        await self.at(end)

    async def restart(self, catalog: Catalog | None = None, after: timedelta = timedelta(0)) -> None:
        """The program ends and another begins on the same database, `after` so long."""
        await self.end()
        self.now += after
        self.catalog = catalog or self.catalog
        await self.begin_anew()

    async def begin_anew(self) -> None:
        """Another program begins where the one before has ended."""
        self.app = _app(self.settings, self.catalog, self._shown)
        await self.begin()

    async def begin(self) -> None:
        """What a start of the program does before it serves."""
        await self.app.open()
        await self.app.dispatcher.resume()
        await self.app.courier.resume()
        await self.settle()

    async def end(self) -> None:
        """The program ends."""
        session = self.app.bot.session
        if isinstance(session, AiohttpSession):
            # aiogram would sleep for a quarter of a second after it, for the sake of TLS; there is none here.
            await (await session.create_session()).close()
        await self.app.close()

    async def presses_answered(self) -> int:
        """How often the bot has told a person's client that a press has come; in MAX a form does that by changing."""
        answers = await self.telegram.calls("answerCallbackQuery")
        if self.settings.messenger is Messenger.MAX:
            answers += await self.telegram.calls("editMessageText")
        return len(answers)

    async def letters(self, state: LetterState) -> int:
        """How many letters are in that state."""
        async with self.storage.read() as tx:
            return await letters.count(tx, state)


@asynccontextmanager
async def living(folder: Path, catalog: Catalog | None = None, **settings: Any) -> AsyncIterator[World]:
    """A world in that folder; `settings` as in the environment, lower case."""
    async with messengers.simulator(TOKEN) as telegram:
        own: dict[str, Any] = {"backups_folder": folder / "backups"} | messengers.address(telegram.url)
        file, is_new = None, False
        if "database_url" not in settings:
            is_new = not (folder / "bot.db").exists()
            own["database_url"] = await database_of(folder)
            file = file_of(own["database_url"])
        catalog = catalog or catalog_of()
        way = Way(telegram, catalog, file, messengers.chosen(), frozenset(settings.items()))
        whole = messengers.settings(_ANYWHERE, TOKEN) | settings
        world = World(telegram, catalog, _settings(**whole).model_copy(update=own), way)
        if is_new:
            await way.open(world.app.open)
        await world.begin()
        way.look()
        try:
            yield world
        finally:
            await world.end()
        messengers.look_at_labels(telegram)
