"""Whether the bot is well: over HTTP, as numbers, and as a word to administrators."""

import asyncio
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_type_hints

import aiohttp
import pytest

from bot import watch
from bot.domain.letter import LetterKind, LetterState
from bot.domain.people.member import StaffRole
from bot.health import routes
from bot.listener import Listener
from bot.pulse import EVERY, LONG
from bot.replica import Replica
from bot.storage.engine.database import Storage
from bot.storage.people import people
from bot.storage.post import claims, letters
from bot.storage.post.claims import Settlement
from bot.views.alarm import alarm
from bot.watch import Health, Problem, Watch
from tests.databases import make_database
from tests.handlers.department.staff import employee
from tests.ports import free_port
from tests.world import ROOT, living

NOW = datetime(2026, 10, 5, 1, tzinfo=UTC)


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    await make_database(tmp_path / "bot.db")
    found = Storage(f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    await found.apply(lambda tx: people.ensure(tx, 101, "Иванова", NOW))
    yield found
    await found.close()


async def get(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
        return response.status, await response.text()


async def test_all_is_well_and_in_numbers(storage: Storage) -> None:
    found, port = Watch(storage, lambda: NOW, 30, Replica(storage, "")), free_port()
    await storage.apply(lambda tx: letters.write(tx, LetterKind.DIGEST, [101], NOW - timedelta(seconds=90)))
    listener = Listener()
    await listener.serve("127.0.0.1", port, routes(found))
    try:
        status, body = await get(port, "/health")
        assert status == 200
        assert '"status": "ok"' in body
        assert '"oldest_due_letter_seconds": 90.0' in body
        status, body = await get(port, "/metrics")
        assert status == 200
        assert "porucheniya_letters_waiting 1.0" in body
        assert "porucheniya_database_up 1.0" in body
        assert (await get(port, "/secrets"))[0] == 404
    finally:
        await listener.stop()


class Still(Watch):
    """Finds what it is made with."""

    def __init__(self, storage: Storage, health: Health) -> None:
        super().__init__(storage, lambda: NOW, 30, Replica(storage, ""))
        self.health = health

    async def look(self) -> Health:
        return self.health


# Of it comes a problem, which is told.
NOT_TOLD = {"gone"}


async def test_all_that_is_looked_at_is_told(storage: Storage) -> None:
    hints = get_type_hints(Health)
    counted = [name for name, hint in hints.items() if hint not in (bool, tuple[Problem, ...])]
    values: dict[str, Any] = {name: 1000 + number for number, name in enumerate(counted)}
    listener, port = Listener(), free_port()
    await listener.serve("127.0.0.1", port, routes(Still(storage, Health(database=True, **values))))
    try:
        metrics = (await get(port, "/metrics"))[1]
        health = (await get(port, "/health"))[1]
    finally:
        await listener.stop()
    assert {name for name, value in values.items() if f"{value}" not in metrics + health} == NOT_TOLD
    guide = (ROOT / "docs/operations.md").read_text("utf-8")
    assert {
        name for name in re.findall(r"^(porucheniya_\w+)", metrics, re.MULTILINE) if f"`{name}`" not in guide
    } == set()


async def test_how_long_the_event_loop_was_held(storage: Storage) -> None:
    found = Watch(storage, lambda: NOW, 30, Replica(storage, ""))
    running = asyncio.create_task(found.pulse.run())
    await asyncio.sleep(0.05)
    before = found.pulse.pauses
    # On a busy machine it may be longer.
    time.sleep(0.2)  # noqa: ASYNC251
    await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    health = await found.look()
    assert health.pauses > before
    assert health.longest_pause >= 0.2 - EVERY
    for late in (LONG, LONG + 0.001):
        found.pulse.late(late)
    assert found.pulse.pauses == health.pauses + 1


async def send_one(storage: Storage, at: datetime) -> None:
    """A letter goes."""
    (letter,) = await storage.apply(lambda tx: claims.claim(tx, NOW, 1))
    await storage.apply(lambda tx: claims.settle(tx, [Settlement(letter.id, LetterState.SENT, 5)], at))


async def test_what_stands_still(storage: Storage, tmp_path: Path) -> None:
    moment = 1000.0
    found = Watch(storage, lambda: NOW, 30, Replica(storage, ""), lambda: moment)
    moment += 200
    assert (await found.look()).problems == (Problem.CLOCK, Problem.TELEGRAM)
    assert not (await found.look()).alive
    found.ticked()
    # Telegram's silence is not healed by a new start.
    assert (await found.look()).problems == (Problem.TELEGRAM,)
    assert (await found.look()).alive
    found.polled()
    await storage.apply(lambda tx: letters.write(tx, LetterKind.DIGEST, [101], NOW - timedelta(minutes=16)))
    assert (await found.look()).problems == (Problem.POST,)
    # A long announcement: much is due for long, and letters go.
    for _ in range(2):
        await storage.apply(lambda tx: letters.write(tx, LetterKind.DIGEST, [101], NOW - timedelta(minutes=16)))
    await send_one(storage, NOW - timedelta(minutes=6))
    assert (await found.look()).problems == (Problem.POST,)
    await send_one(storage, NOW - timedelta(minutes=4))
    assert (await found.look()).problems == ()
    await storage.close()
    for beside in tmp_path.glob("bot.db*"):
        beside.unlink()
    (tmp_path / "bot.db").mkdir()
    assert (await found.look()).problems == (Problem.DATABASE,)


async def test_with_a_webhook_there_is_no_poll(storage: Storage) -> None:
    moment = 1000.0
    found = Watch(storage, lambda: NOW, 30, Replica(storage, ""), lambda: moment)
    found.delivers(0, None)
    health = await found.look()
    assert (health.problems, health.undelivered, health.update) == ((), 0, None)
    found.received()
    moment += 100
    # Telegram does not get through, and says so.
    found.ticked()
    found.delivers(3, NOW - timedelta(seconds=20))
    health = await found.look()
    assert (health.problems, health.undelivered, health.update) == ((Problem.WEBHOOK,), 3, 100)
    assert health.alive
    # Long ago: since then it has got through, and what waits is on its way.
    found.delivers(3, NOW - timedelta(minutes=10))
    assert (await found.look()).problems == ()
    found.delivers(0, None, here=False)
    assert (await found.look()).problems == (Problem.WEBHOOK,)
    # Nobody has heard from Telegram at all: whether it delivers is not known.
    moment += 130
    found.ticked()
    assert (await found.look()).problems == (Problem.TELEGRAM,)
    listener, port = Listener(), free_port()
    await listener.serve("127.0.0.1", port, routes(found))
    try:
        assert "porucheniya_undelivered_updates 0.0" in (await get(port, "/metrics"))[1]
        assert '"seconds_since_update": 230.0' in (await get(port, "/health"))[1]
    finally:
        await listener.stop()


async def test_administrators_are_told_once_and_told_when_it_is_over(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY", 0.01)
    # A busy machine is no problem of the bot's.
    monkeypatch.setattr(watch, "ANSWERS_WITHIN", 60.0)
    found = Watch(storage, lambda: NOW, 30, Replica(storage, ""))
    told: list[tuple[Problem, ...]] = []
    heard = asyncio.Event()

    async def tell(problems: tuple[Problem, ...]) -> None:
        told.append(problems)
        heard.set()

    await storage.apply(lambda tx: letters.write(tx, LetterKind.DIGEST, [101], NOW - timedelta(hours=1)))
    watching = asyncio.create_task(found.run(tell))
    await asyncio.wait_for(heard.wait(), 60)
    heard.clear()
    await send_one(storage, NOW)
    await asyncio.wait_for(heard.wait(), 60)
    watching.cancel()
    await asyncio.wait([watching])
    assert told == [(Problem.POST,), ()]


@pytest.mark.slow
async def test_the_words_reach_administrators_past_the_post(tmp_path: Path) -> None:
    async with living(tmp_path, admin_ids=(900,)) as world:
        admin = await employee(world, 900, "Начальник Анна")
        await world.app.alarms.tell((Problem.CLOCK, Problem.POST))
        said = await admin.sees()
        assert "Часы стоят" in said
        assert "Почта стоит" in said
        await world.app.alarms.tell(())
        assert "снова работает" in await admin.sees()


@pytest.mark.slow
async def test_an_administrator_who_cannot_be_told_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    async with living(tmp_path, admin_ids=(900, 901)) as world:
        stuck, admin = await employee(world, 900, "Начальник Анна"), await employee(world, 901, "Методист Сэсэг")
        await world.telegram.order_fault("slow", method="sendMessage", chat_id=stuck.id, seconds=60)
        alarming = asyncio.create_task(world.app.alarms.tell((Problem.POST,)))
        await admin.phone.wait_for("Почта стоит")
        assert not alarming.done()
        alarming.cancel()
        await asyncio.wait([alarming])
        await world.telegram.cancel_faults()


async def test_a_database_that_does_not_answer_keeps_nobody_from_being_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path) as world:
        # Whose role is in the database alone.
        admin = await employee(world, 900, "Начальник Анна", StaffRole.ADMIN)
        await world.app.tick()

        @asynccontextmanager
        async def stuck() -> AsyncIterator[None]:
            await asyncio.Event().wait()
            yield

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(world.storage, "read", stuck)
            await asyncio.wait_for(world.app.alarms.tell((Problem.DATABASE,)), 30)
        assert "База данных недоступна" in await admin.sees()


def test_every_problem_has_words() -> None:
    for problem in Problem:
        if problem is not Problem.TELEGRAM:
            assert alarm((problem,)).text.count("\n") == 3


def test_systemd_is_told_where_it_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch.notify("READY=1")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        watch.notify("READY=1")
        assert systemd.recv(100) == b"READY=1"
    # It has gone: that is no reason to fall over.
    watch.notify("WATCHDOG=1")
