"""The demo as a newcomer has it: the program in a process of its own, its page in a real browser."""

import asyncio
import fcntl
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from simulator.demo import past
from simulator.demo.cast import DISTRICT, REGION, Play
from simulator.demo.stage import ZONE, opening
from tests.forge import Forge
from tests.lacking import lacks
from tests.texts.department import Panel
from tests.world import ROOT

HEAD, OFFICE = 101, 900
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# No sandbox: tests run as root in containers. The rest keeps the browser from calling home.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# Milliseconds: a bot that starts on a busy machine with two cores.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


def chromium() -> str:
    """The browser that is installed; a loud skip without one."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        lacks("BROWSER", "no Chromium is installed (Debian: apt-get install chromium): the demo's page was not tested")
    return found


@dataclass
class Demo:
    """A demo that runs."""

    url: str
    process: asyncio.subprocess.Process

    async def call(self, verb: str, **body: Any) -> dict[str, Any]:
        """What a button of the page asks for."""
        async with aiohttp.ClientSession() as session, session.post(f"{self.url}demo/{verb}", json=body) as response:
            said: dict[str, Any] = await response.json()
            return said

    async def state(self) -> dict[str, Any]:
        """What the page is told."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}demo/state") as response:
            told: dict[str, Any] = await response.json()
            return told

    async def texts(self, person_id: int) -> list[str]:
        """What stands in a person's chat."""
        return [one["text"] for one in (await self.state())["chats"][str(person_id)]["messages"]]

    async def ready(self) -> None:
        """The bot is at work, and everybody of the cast has joined; the first time a month is played before that."""
        async with asyncio.timeout(180):
            while not (await self.state())["ready"]:  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.2)


def program(forge: Forge | None) -> tuple[str, ...]:
    """The demo; one with a forge has its bot within milliseconds."""
    module = ("simulator",) if forge is None else ("tests.demo.program", forge.address)
    return (sys.executable, "-m", *module)


async def prepared(
    environment: dict[str, str], messenger: str, play: Play = DISTRICT, forge: Forge | None = None
) -> None:
    """The month before is played, once for all that run at the same time."""
    start = opening(datetime.now(ZONE).date())
    if past.is_kept(start, f"{play.prefix}{messenger}"):
        return
    past.FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (past.FOLDER / "lock").open("w") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        process = await asyncio.create_subprocess_exec(
            *program(forge),
            *("--prepare", "--messenger", messenger),
            *(("--region",) if play is REGION else ()),
            cwd=ROOT,
            env=environment,
        )
        assert await asyncio.wait_for(process.wait(), 180) == 0


@asynccontextmanager
async def running(*arguments: str, forge: Forge | None = None) -> AsyncIterator[Demo]:
    """`python -m simulator` until the end of the block; it must end well."""
    environment = {key: value for key, value in os.environ.items() if key != "BOT_TOKEN"}
    play = REGION if "--region" in arguments else DISTRICT
    if "--directives" not in arguments:
        await prepared(environment, "max" if "max" in arguments else "telegram", play, forge)
    process = await asyncio.create_subprocess_exec(
        *program(forge), "--no-browser", *arguments,
        cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        assert line.startswith("The demo is at http://127.0.0.1:")
        demo = Demo(line.split()[4], process)
        await demo.ready()
        yield demo
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0
    finally:
        if process.returncode is None:
            # So that it takes its bot along.
            process.terminate()
            await asyncio.wait_for(process.wait(), 30)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium."""
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def opened(browser: Browser, demo: Demo, width: int = 1400, height: int = 860) -> AsyncIterator[Page]:
    """The page; whatever goes wrong in it fails the test."""
    page = await browser.new_page(viewport={"width": width, "height": height}, locale="ru-RU")
    page.set_default_timeout(PATIENCE)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    await page.goto(demo.url, wait_until="commit")
    await page.wait_for_selector("html[data-ready]")
    yield page
    await page.close()
    assert not faults


def phone(page: Page, person_id: int) -> Locator:
    """A person's phone."""
    return page.locator(f".phone[data-person='{person_id}']")


def button(where: Locator, label: str) -> Locator:
    """The newest button whose label begins so; a mark before it need not be named."""
    # Of the browser's regular expressions: there \W is a Russian letter too.
    return where.locator(".key", has_text=re.compile(rf"^[^0-9A-Za-zА-Яа-яЁё]*{re.escape(label)}")).last


async def desk(office: Locator) -> None:
    """Opens the department's desk, and waits for it: older messages have buttons of the same names."""
    await write(office, "/panel")
    await expect(office.locator(".row").last).to_contain_text(Panel.HEADING)


async def write(where: Locator, text: str) -> None:
    """Types a message and sends it."""
    field = where.locator("textarea")
    await field.fill(text)
    await field.press("Enter")
