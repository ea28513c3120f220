"""An announcement on its way to a whole district: who is there, and how its author sends it."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from bot.domain.people.member import Role, SeatState
from bot.storage import schema as tables
from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.migrate import migrate
from simulator import Person
from tests import messengers
from tests.live import Live
from tests.texts.department import Announcements, Panel, Recipients
from tests.texts.heads import Registration

FIRST = 10_001
PATIENCE = 100.0
# For the last copy of 5,000.
LONG_PATIENCE = 600.0
TEXT = "Собрание руководителей в 15:00"


async def district(bot: Live, count: int) -> None:
    """So many schools with a head each, who registered before the bot's first start. Told to the database in bulk."""
    now = datetime.now(UTC)
    heads = range(FIRST, FIRST + count)
    for head in heads:
        await bot.telegram.person(f"Директор {head}", id=head)
        bot.telegram.world.people[head].started = True

    async def work(tx: Tx) -> None:
        await tx.execute(
            tables.people.insert(),
            [
                {"id": messengers.person(head), "name": f"Директор {head}", "created_at": now, "consent_at": now}
                for head in heads
            ],
        )
        await tx.execute(
            tables.organizations.insert(),
            [
                {"id": head, "code": f"school-{head}", "name": f"Школа {head}", "active": True, "created_at": now}
                for head in heads
            ],
        )
        # Of a type that nobody is asked about: this is about the announcement alone.
        await tx.execute(
            tables.organization_types.insert(), [{"organization_id": head, "type": "quiet"} for head in heads]
        )
        seat = {"role": Role.HEAD, "state": SeatState.SEATED, "asked_at": now, "since": now}
        await tx.execute(
            tables.seats.insert(),
            [{"organization_id": head, "person_id": messengers.person(head), **seat} for head in heads],
        )

    storage = Storage(bot.environment["DATABASE_URL"])
    try:
        await migrate(storage)
        await storage.apply(work)
    finally:
        await storage.close()


def copies(bot: Live) -> Counter[int]:
    """How often Telegram took a copy for whom."""
    seen: Counter[int] = bot.telegram.record.by_chat("copyMessage", 200)
    return seen


async def come(person: Person) -> None:
    """Somebody of the department comes for the first time."""
    await person.send("/start")
    await pressed(person, Registration.AGREE)
    await person.wait_until(lambda chat: Registration.AGREE not in buttons(chat), what="a welcome", timeout=PATIENCE)


async def send_off(author: Person) -> None:
    """The author's way from the desk to the announcement going out to all organizations."""
    await author.send("/panel")
    await pressed(author, Panel.ANNOUNCEMENTS)
    await pressed(author, Announcements.NEW)
    await author.wait_until(lambda chat: Announcements.NEW not in buttons(chat), what="a question", timeout=PATIENCE)
    # Of a file each copy is Telegram's: words alone are said like anything else.
    await author.send_photo(caption=TEXT)
    for label in (Announcements.TO, Recipients.ALL, Recipients.DONE, Announcements.SEND, Announcements.SURELY_SEND):
        await pressed(author, label)
    await author.wait_until(lambda chat: Announcements.PAUSE in buttons(chat), what="progress", timeout=PATIENCE)


async def pressed(person: Person, label: str) -> None:
    """Presses the button when it is there: below what the person said last, also above what a kill had said twice."""

    def found(chat: dict[str, Any]) -> int:
        for one in reversed(chat["messages"]):
            if not one["from_bot"]:
                return 0
            if not one["deleted"] and any(label in button for button in one["buttons"]):
                return int(one["message_id"])
        return 0

    await person.press(label, message_id=await person.wait_until(found, what=label, timeout=PATIENCE))


async def arrived(author: Person) -> str:
    """What the author reads when the last copy has gone."""
    end = "Объявление · отправлено"
    return str(await author.wait_until(lambda chat: last(chat, end), what=end, timeout=LONG_PATIENCE))


def buttons(chat: dict[str, Any]) -> str:
    """Labels of the newest message that has any."""
    for one in reversed(chat["messages"]):
        if one["from_bot"] and not one["deleted"] and one["buttons"]:
            return "\n".join(one["buttons"])
    return ""


def last(chat: dict[str, Any], text: str) -> str:
    """The newest message that says it."""
    return next((str(one["text"]) for one in reversed(chat["messages"]) if text in one["text"]), "")


async def copied(bot: Live, count: int) -> None:
    """Returns when Telegram has taken that many copies; looked at now and then, since each is an event."""
    async with asyncio.timeout(PATIENCE):
        while bot.telegram.record.count("copyMessage", 200) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
