"""A Telegram, a door to it, and somebody willing who does what the messages ask."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.probe import report
from bot.probe.conduct import Run, conduct
from bot.probe.door import Door
from bot.probe.finding import Finding, Verdict
from bot.probe.probe import Probe
from bot.probe.stage import Clock, Limits
from bot.probe.telegram import PROBES, UNTRIED
from bot.probe.telegram.door import TelegramDoor
from bot.views import probe as words
from simulator import Person, Simulator
from simulator.errors import Json
from simulator.world.updates import NO_PAUSES

TOKEN = "42:TEST"
CODE = "ABCD2345"
# What somebody does at a step instead of what it asks: a button, nothing (""), or anything.
Act = str | Callable[[Json], Awaitable[Any]]


class Hours:
    """A clock that waits in no time: what is slept by it has passed, for Telegram too."""

    def __init__(self, telegram: Simulator) -> None:
        self.telegram, self.seconds, self.slept = telegram, 0.0, [0.0]

    def now(self) -> float:
        """Seconds, real ones and those slept."""
        return asyncio.get_running_loop().time() + self.seconds

    async def sleep(self, seconds: float) -> None:
        """Goes by at once."""
        self.seconds += seconds
        self.slept.append(seconds)
        await self.telegram.set_clock(datetime.now(UTC) + timedelta(seconds=self.seconds))


class Willing:
    """Does what each step asks, or what `acts` says instead, by the beginning of its text."""

    def __init__(self, person: Person, acts: dict[str, Act] | None = None, code: str = CODE) -> None:
        self.person, self.acts, self.code = person, acts or {}, code
        self.steps: list[str] = []
        self._done: set[int] = set()

    async def help(self) -> None:
        """Until cancelled."""
        await self.person.send(f"/start {self.code}")
        while True:
            step: Json = await self.person.wait_until(self._next, what="a step", timeout=60)
            self._done.add(step["message_id"])
            self.steps.append(step["text"])
            await self.do(step)

    def _next(self, chat: Json) -> Json | None:
        for message in chat["messages"]:
            is_new = not message["deleted"] and message["message_id"] not in self._done
            if is_new and message["from_bot"] and words.SKIP in message["buttons"]:
                return dict(message)
        return None

    async def do(self, step: Json) -> None:
        text, number = step["text"], step["message_id"]
        act = next((act for begins, act in self.acts.items() if text.startswith(begins)), None)
        if act == "":
            return
        if callable(act):
            await act(step)
        elif act is not None:
            await self.person.press(act, message_id=number)
        elif text == words.BLOCK:
            await self.person.block()
            await asyncio.sleep(0.3)
            await self.person.unblock()
            await self.person.send("/start")
        elif text == words.ANSWER_THIS:
            await self.person.reply_to(number, "да")
        else:
            await self.person.press(step["buttons"][0], message_id=number)


class Trial:
    """Conducts probes, and keeps what was told and found."""

    def __init__(self, telegram: Simulator) -> None:
        self.telegram, self.clock = telegram, Hours(telegram)
        self.told: list[str] = []
        self.door: Door = self.new_door()
        self.probes: Sequence[Probe] = PROBES

    def new_door(self) -> TelegramDoor:
        """Polls without the pauses of a real one."""
        return TelegramDoor(SecretStr(TOKEN), self.telegram.url, None, look=1, haste=0.01)

    def only(self, *names: str) -> None:
        """These probes."""
        self.probes = [probe for probe in PROBES if probe.name in names]
        assert len(self.probes) == len(names)

    async def run(self, **limits: Any) -> Run:
        """The whole."""
        given = {"comes": 20.0, "step": 20.0, "away": 20.0, **limits}
        clock = Clock(self.clock.now, self.clock.sleep)
        return await conduct(self.door, self.probes, CODE, self.told.append, Limits(**given), clock)

    def lines(self, run: Run) -> list[str]:
        """The report."""
        return list(report.lines(run, self.probes, self.door, UNTRIED, datetime.now(UTC)))


@asynccontextmanager
async def helping(willing: Willing) -> AsyncIterator[None]:
    """Somebody does what the messages ask."""
    task = asyncio.create_task(willing.help())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def found(run: Run, name: str) -> Finding:
    """What came of a probe."""
    (finding,) = [finding for finding in run.findings if finding.name == name]
    return finding


def odd(run: Run) -> dict[str, list[str]]:
    """What is not as assumed, by probe."""
    return {
        finding.name: [finding.note, *(f"{c.what}: {c.saw}" for c in finding.checks if c.as_assumed is not True)]
        for finding in run.findings
        if finding.verdict is not Verdict.AS_ASSUMED
    }


@pytest.fixture
async def telegram() -> AsyncIterator[Simulator]:
    """A Telegram on this machine."""
    async with Simulator(token=TOKEN) as telegram:
        telegram.world.updates.pauses = NO_PAUSES
        yield telegram


@pytest.fixture
async def trial(telegram: Simulator) -> Trial:
    """Nobody has come yet."""
    return Trial(telegram)


@pytest.fixture
async def head(telegram: Simulator) -> Person:
    """Somebody willing."""
    return await telegram.person("Заречная Мария", id=700123456, username="zarechnaya")
