"""An announcement to 1,200: 429s, blocked people, a pause, kill -9 and a restart, and the counts are Telegram's."""

import asyncio
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.member import Role, SeatState
from bot.storage import schema as tables
from bot.storage.engine import Storage, Tx
from bot.storage.migrate import migrate
from simulator import Person
from tests.live import Forge, Live, live

AUTHOR = 900
FIRST = 10_001
# Letters that the courier has in hand at a time: what a kill can make it say twice.
BATCH = 25
PATIENCE = 100.0
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
            [{"id": head, "name": f"Директор {head}", "created_at": now, "consent_at": now} for head in heads],
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
            tables.seats.insert(), [{"organization_id": head, "person_id": head, **seat} for head in heads]
        )

    storage = Storage(bot.environment["DATABASE_URL"])
    try:
        await migrate(storage)
        await storage.apply(work)
    finally:
        await storage.close()


def copies(bot: Live) -> Counter[int]:
    """How often Telegram took a copy for whom."""
    return Counter(one.chat_id for one in bot.telegram.record.calls("copyMessage") if one.code == 200 and one.chat_id)


@pytest.mark.timeout(300)
async def test_it_reaches_everybody_who_can_be_reached(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge, ADMIN_IDS=str(AUTHOR)) as bot:
        await _announce_to(bot, count=1200, kills=1)


@pytest.mark.soak
@pytest.mark.timeout(1200)
async def test_it_reaches_everybody_through_ten_kills(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge, ADMIN_IDS=str(AUTHOR)) as bot:
        await _announce_to(bot, count=5000, kills=10)


async def _announce_to(bot: Live, count: int, kills: int) -> None:
    await district(bot, count)
    gone = await _some_are_gone(bot, count)
    author = await bot.telegram.person("Начальник Анна", id=AUTHOR)
    await bot.start()
    await _send_off(author, count)

    # One in a hundred calls is told to wait, another one meets a server that is down.
    await _copied(bot, count // 10)
    await bot.telegram.order_fault("429", method="copyMessage", retry_after=1, count=3)
    await bot.telegram.order_fault("502", method="copyMessage", probability=0.02, seed=7)
    in_hand = 0
    for number in range(kills):
        await _copied(bot, count // 5 + number * count // (2 * kills))
        bot.kill()
        await bot.ended()
        in_hand += bot.rows(
            "SELECT count(*) FROM letters WHERE kind = 'announcement' AND claimed_until > ?", _moment()
        )[0][0]
        await bot.start()

    await _copied(bot, count * 3 // 4)
    await author.press("Пауза")
    await author.wait_until(lambda chat: "Продолжить" in _buttons(chat), what="a pause", timeout=PATIENCE)
    await _nothing_in_hand(bot)
    held = sum(copies(bot).values())
    assert held < count - len(gone)
    # A restart in the pause: it lasts.
    await bot.stop()
    await bot.start()
    await author.send("/help")
    await author.wait_for("Как это работает", timeout=PATIENCE)
    assert sum(copies(bot).values()) == held
    await author.press("Продолжить")
    shown = await author.wait_until(
        lambda chat: _last(chat, "Объявление · отправлено"), what="the end of the announcement", timeout=PATIENCE
    )
    await bot.stop()

    seen = copies(bot)
    assert set(seen) == set(range(FIRST, FIRST + count)) - gone
    assert sum(seen.values()) - len(seen) <= in_hand
    kept = bot.rows("SELECT count(*), count(sent_at), count(failure) FROM recipients")
    assert kept == [(count, count - len(gone), len(gone))]
    assert bot.rows("SELECT DISTINCT failure FROM recipients WHERE failure IS NOT NULL") == [("unreachable",)]
    assert bot.rows("SELECT state FROM announcements") == [("done",)]
    numbers = [int(one) for one in re.findall(r"\d+", shown.replace("\N{NO-BREAK SPACE}", ""))]
    assert count - len(gone) in numbers, shown
    assert len(gone) in numbers, shown
    assert "Traceback" not in bot.said()


async def _some_are_gone(bot: Live, count: int) -> set[int]:
    """One in a hundred has blocked the bot or deleted the account; Telegram tells only whoever writes to them."""
    gone = set(range(FIRST, FIRST + count, 100))
    for number, head in enumerate(sorted(gone)):
        person = bot.telegram.world.people[head]
        if number % 2:
            person.deactivated = True
        else:
            person.blocked = True
    return gone


async def _send_off(author: Person, count: int) -> None:
    """The author's way from /start to the announcement going out."""

    async def press(label: str) -> None:
        await author.wait_until(lambda chat: label in _buttons(chat), what=label, timeout=PATIENCE)
        await author.press(label)

    await author.send("/start")
    await press("Согласен")
    await author.wait_until(lambda chat: "Согласен" not in _buttons(chat), what="a welcome", timeout=PATIENCE)
    await author.send("/panel")
    await press("Объявления")
    await press("Новое объявление")
    await author.wait_until(lambda chat: "Новое объявление" not in _buttons(chat), what="a question", timeout=PATIENCE)
    await author.send(TEXT)
    for label in ("Кому", "Все организации", "Готово", "Отправить", "Да, отправить", "Пауза"):
        if label == "Пауза":
            await author.wait_until(lambda chat: "Пауза" in _buttons(chat), what="progress", timeout=PATIENCE)
        else:
            await press(label)
    assert count


def _buttons(chat: dict[str, Any]) -> str:
    """Labels of the newest message that has any."""
    for one in reversed(chat["messages"]):
        if one["from_bot"] and not one["deleted"] and one["buttons"]:
            return "\n".join(one["buttons"])
    return ""


def _last(chat: dict[str, Any], text: str) -> str:
    return next((str(one["text"]) for one in reversed(chat["messages"]) if text in one["text"]), "")


def _moment() -> str:
    """Now, as SQLite keeps moments."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"


async def _copied(bot: Live, count: int) -> None:
    """Returns when Telegram has taken that many copies; looked at now and then, since each is an event."""
    async with asyncio.timeout(PATIENCE):
        while bot.telegram.record.count("copyMessage", 200) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def _nothing_in_hand(bot: Live) -> None:
    """Returns when the courier holds no copy: no event tells that, so it is looked at now and then."""
    query = "SELECT count(*) FROM letters WHERE kind = 'announcement' AND settled_at IS NULL AND claimed_until > ?"
    async with asyncio.timeout(PATIENCE):
        while bot.rows(query, _moment()) != [(0,)]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
