"""The demo stays away from everything real, and from everybody who is not at this machine."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app import App
from bot.config import Settings
from bot.domain.people.messenger import Messenger
from bot.parts.opening import WrongDatabase
from scheduler.outside import ClockGone, OutsideClock
from simulator import Simulator
from simulator.demo.clock import DemoClock
from simulator.demo.stage import Stage
from tests.world import ROOT, catalog_of

NOW = datetime(2026, 10, 2, 1, tzinfo=UTC)


def test_it_does_not_start_beside_a_real_token() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "--no-browser"],
        cwd=ROOT,
        env=os.environ | {"BOT_TOKEN": "123456:real"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert b"BOT_TOKEN is set" in done.stderr
    assert b"123456" not in done.stderr


@pytest.mark.slow
def test_faulty_directives_are_named_and_no_page_is_shown(tmp_path: Path) -> None:
    text = (ROOT / "data/directives.yaml").read_text(encoding="utf-8").replace("[general]", "[школа]", 1)
    (tmp_path / "faulty.yaml").write_text(text, encoding="utf-8")
    for name, said in (("faulty", "нет типа организаций «школа»"), ("none", "none.yaml: файла нет")):
        done = subprocess.run(
            [sys.executable, "-m", "simulator", "--no-browser", "--directives", str(tmp_path / f"{name}.yaml")],
            cwd=ROOT,
            env={key: value for key, value in os.environ.items() if key != "BOT_TOKEN"},
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout) == (1, b"")
        assert said in done.stderr.decode()


def settings_of(database: Path) -> Settings:
    return Settings(
        _env_file=None, bot_token=SecretStr("42:TEST"), admin_ids=(900,), database_url=f"sqlite+aiosqlite:///{database}"
    )


async def opened(settings: Settings, clock: OutsideClock | None) -> None:
    app = App(settings, catalog_of(), clock.now, clock) if clock else App(settings, catalog_of())
    try:
        await app.open()
    finally:
        await app.close()


@pytest.fixture
async def outside() -> AsyncIterator[tuple[DemoClock, OutsideClock]]:
    """A clock that is moved by hand, and the bot's view of it."""
    clock = DemoClock(NOW)
    telegram = Simulator("42:TEST")

    async def read(request: web.Request) -> web.Response:
        return web.json_response(await clock.read(int(request.query["after"]), 5))

    telegram.app.router.add_get("/clock", read)
    async with telegram:
        yield clock, OutsideClock(f"{telegram.url}/clock")
        clock.close()


@pytest.mark.slow
async def test_a_database_is_a_demos_or_a_real_bots(tmp_path: Path, outside: tuple[DemoClock, OutsideClock]) -> None:
    _, clock = outside
    await clock.begin()
    demo, real = settings_of(tmp_path / "demo.db"), settings_of(tmp_path / "real.db")
    await opened(demo, clock)
    await opened(demo, clock)
    with pytest.raises(WrongDatabase, match="a demo's"):
        await opened(demo, None)
    await opened(real, None)
    with pytest.raises(WrongDatabase, match="a real bot"):
        await opened(real, clock)


@pytest.mark.slow
async def test_a_database_is_of_people_of_one_messenger(tmp_path: Path) -> None:
    """In the other one all that is said to them would be refused, and they would count as unreachable."""
    in_telegram = settings_of(tmp_path / "bot.db")
    in_max = in_telegram.model_copy(update={"messenger": Messenger.MAX, "max_token": SecretStr("of-a-bot-of-max")})
    await opened(in_telegram, None)
    with pytest.raises(WrongDatabase, match="its people are in Telegram, and this bot serves in MAX"):
        await opened(in_max, None)
    await opened(in_telegram, None)


async def test_the_clock_is_moved_and_says_when_what_was_due_is_done(outside: tuple[DemoClock, OutsideClock]) -> None:
    clock, bots = outside
    with pytest.raises(RuntimeError):
        bots.now()
    await bots.begin()
    assert abs((bots.now() - NOW).total_seconds()) < 5
    done: list[datetime] = []

    async def tick() -> None:
        done.append(bots.now())

    async def settled() -> None:
        """Nothing follows."""

    running = asyncio.create_task(bots.run(tick, settled))
    later = NOW + timedelta(days=3)
    assert await clock.acted_upon(clock.move(later), 10)
    assert done[-1] >= later
    with pytest.raises(ValueError, match="forward"):
        clock.move(NOW)
    # A bot that has gone acts upon nothing.
    running.cancel()
    clock.forget()
    assert not await clock.acted_upon(clock.move(later + timedelta(days=1)), 0.05)


async def test_a_demo_that_has_ended_asks_nobody_again(tmp_path: Path) -> None:
    stage = Stage(tmp_path, 0, NOW, {})
    stage.clock.close()
    assert not await stage.quiet(5)
    # The first reading was there; it has asked for one more, and then has given up.
    assert stage.clock.again() == 3


async def test_a_bot_whose_clock_has_gone_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.outside.LONELY", 0.2)
    monkeypatch.setattr("scheduler.outside.AGAIN_AFTER", 0.05)
    with pytest.raises(ClockGone):
        await OutsideClock("http://127.0.0.1:1/clock").begin()
