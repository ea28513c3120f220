"""The demo as a whole: the simulator, the clock, the bot, the people, and what can be done to them."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from simulator.demo.cast import ADMIN, CAST, FIRST_NEW, TOKEN, Part
from simulator.demo.clock import DemoClock
from simulator.demo.process import ROOT, BotProcess
from simulator.demo.robot import Robot
from simulator.errors import Json
from simulator.server import Simulator

_log = logging.getLogger(__name__)

ZONE = ZoneInfo("Asia/Irkutsk")
# Seconds that a step may take: an announcement to many, a report.
_TIMEOUT = 15.0
# Seconds between looks at whether the bot has fetched what people have done.
_LOOKS = 0.02
_REVIVED_AFTER = 2.0
# The search for the next event ends after so long.
_HORIZON = timedelta(days=62)
_HOURS = range(8, 19)
# A year in fast motion looks twice a day.
_FEW_HOURS = (9, 16)
# The faults of the page's buttons, as orders of the simulator's.
FAULTS: dict[str, tuple[Json, ...]] = {
    "down": (
        {"action": "502", "method": "*", "html_body": True},
        {"action": "502", "method": "getUpdates", "html_body": True},
    ),
    "429": ({"action": "429", "method": "*", "retry_after": 2, "probability": 0.6, "seed": 5},),
    "slow": ({"action": "slow", "method": "*", "seconds": 1.5},),
}


def opening(today: date) -> datetime:
    """The last Friday before 5 October of this school year, when the sports clubs are asked for."""
    year = today.year if today.month >= 7 else today.year - 1
    eve = date(year, 10, 4)
    friday = eve - timedelta(days=(eve.weekday() - 4) % 7)
    return datetime.combine(friday, time(9), ZONE)


class Stage:
    """Everything that the page shows and moves. `changed` events tell the page to look at `state` again."""

    def __init__(self, folder: Path, port: int, start: datetime, settings: dict[str, str]) -> None:
        self.clock = DemoClock(start)
        self.simulator = Simulator(TOKEN, port, now=self.clock.now)
        self.world = self.simulator.world
        self._folder = folder
        self._extra = settings
        self.bot: BotProcess | None = None
        self.parts: dict[int, Part] = {}
        self.robots: dict[int, Robot] = {}
        self.automatic: set[int] = set()
        self.faults: dict[str, list[int]] = {}
        self.playing = False
        self.ready = False
        self._revive = True
        self.ended = False
        self._busy = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()

    # life

    async def begin(self) -> None:
        """Starts the server and the bot, and has those join who have joined already."""
        await self.simulator.start()
        self.bot = BotProcess(self._folder, self._settings(), self._bot_gone)
        for part in CAST:
            await self._add(part)
        await self.bot.start()
        self.spawn(self._rehearse())

    async def end(self) -> None:
        """Ends whatever runs."""
        self._revive = self.playing = False
        self.ended = True
        self.clock.close()
        for task in self._tasks:
            task.cancel()
        if self.bot is not None:
            await self.bot.stop()
        await self.simulator.stop()

    def spawn(self, work: Awaitable[None]) -> None:
        """Does the work beside whatever else is going on."""
        task: asyncio.Task[Any] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("the demo stumbled", exc_info=error)

    def _settings(self) -> dict[str, str]:
        data = ROOT / "data"
        return {
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.simulator.url,
            "CLOCK_URL": f"{self.simulator.url}/demo/clock",
            "DATABASE_URL": f"sqlite+aiosqlite:///{self._folder}/demo.db",
            "DIRECTIVES_FILE": str(data / "directives.yaml"),
            "CALENDAR_FILE": str(data / "calendar.yaml"),
            "ORGANIZATIONS_FILE": str(data / "organizations.example.yaml"),
            "ADMIN_IDS": str(ADMIN),
            "TIMEZONE": str(ZONE),
            "REGISTRATION": "open",
            "MESSAGES_PER_SECOND": "0",
            "BACKUPS_KEEP": "0",
        } | self._extra

    def changed(self) -> None:
        """Has the page look again."""
        self.world.events.add("stage", None)

    # people

    async def _add(self, part: Part) -> None:
        await self.simulator.person(part.name, id=part.id)
        self.parts[part.id] = part
        self.robots[part.id] = Robot(self.world, part.id)
        self.changed()

    async def add_person(self, name: str) -> int:
        """Adds an account; returns its id."""
        words = " ".join(name.split())[:64]
        if not words:
            raise ValueError("a name is wanted")
        id = max([FIRST_NEW - 1, *(part for part in self.parts if part < ADMIN and part >= FIRST_NEW)]) + 1
        if id >= ADMIN:
            raise ValueError("there are enough people")
        await self._add(Part(id, words, "Новый участник", joined=False))
        return id

    async def _rehearse(self) -> None:
        """Has those of the cast join who have joined before the curtain rises."""
        for part in CAST:
            if not part.joined:
                continue
            person = self.simulator.at(part.id, part.name)
            await self._settle(person.send("/start"))
            await self._settle(person.press("Согласен"))
            if not part.organization:
                continue
            await self._settle(person.press(part.type))
            await self._settle(person.press("Готово"))
            if part.organization not in " ".join(await person.buttons()):
                await self._settle(person.send(part.organization))
            await self._settle(person.press(part.organization))
            await self._settle(person.press("Руководитель"))
        self.ready = True
        self.changed()

    async def _settle(self, deed: Awaitable[Any]) -> None:
        """Takes a step and waits for what comes of it; at first the bot needs some seconds to start."""
        await deed
        await self.quiet(90)

    def set_automatic(self, person_id: int, on: bool) -> None:
        """Whether the person answers by themselves."""
        if person_id not in self.parts:
            raise LookupError(f"nobody with id {person_id}")
        (self.automatic.add if on else self.automatic.discard)(person_id)
        self.changed()
        if on:
            self.spawn(self._answer())

    # time

    async def quiet(self, seconds: float = _TIMEOUT) -> bool:
        """Waits until the bot has taken every update and said all it had to; returns whether it has in that time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while (left := deadline - loop.time()) > 0:
            before = self.world.events.last
            if self.simulator.pending_updates():
                await asyncio.sleep(_LOOKS)
            elif not await self.clock.acted_upon(self.clock.again(), left):
                return False
            elif self.world.events.last == before:
                # Nothing has happened meanwhile, so nothing was left to do.
                return True
        return False

    async def step(self, to: datetime) -> None:
        """Sets the clock to that moment, and waits until the bot has done what was due."""
        reading = self.clock.move(to)
        if self.bot is not None and self.bot.alive:
            await self.clock.acted_upon(reading, _TIMEOUT)

    async def move(self, to: datetime, hours: Sequence[int] = _HOURS) -> None:
        """Has hours pass, one after another, until that moment."""
        if to < self.clock.now():
            raise ValueError("the clock only goes forward")
        async with self._busy:
            await self._pass(to, hours=hours)
        await self._answer()

    async def _pass(
        self, to: datetime, until: Callable[[], bool] = lambda: False, hours: Sequence[int] = _HOURS
    ) -> None:
        last = self.clock.now()
        while last < to:
            following = min(to, _next_hour(last, hours))
            if following.astimezone(ZONE).date() != last.astimezone(ZONE).date():
                self.changed()
            last = following
            if last <= self.clock.now():
                continue
            await self.step(last)
            if until():
                break
        self.changed()

    async def next_event(self) -> None:
        """Goes on to the next hour in which the bot writes to somebody."""
        async with self._busy:
            before = self._said()
            await self._pass(self.clock.now() + _HORIZON, lambda: self._said() > before)
            await self.quiet()
        await self._answer()

    async def next_day(self, hours: Sequence[int] = _HOURS) -> None:
        """Goes on to nine in the morning of the next day."""
        tomorrow = self.clock.now().astimezone(ZONE).date() + timedelta(days=1)
        await self.move(datetime.combine(tomorrow, time(9), ZONE), hours)

    async def play(self) -> None:
        """Plays day after day, until it is stopped or the school year is over."""
        if self.playing:
            return
        self.playing = True
        self.changed()
        today = self.clock.now().astimezone(ZONE).date()
        end = date(today.year + (today.month >= 9), 8, 31)
        try:
            while self.playing and self.clock.now().astimezone(ZONE).date() < end:
                await self.next_day(_FEW_HOURS)
                await asyncio.sleep(0.05)
        finally:
            self.playing = False
            self.changed()

    def pause(self) -> None:
        """Stops playing after the day that is under way."""
        self.playing = False

    def _said(self) -> int:
        return sum(self.simulator.record.count(method, 200) for method in ("sendMessage", "sendDocument", "sendPhoto"))

    async def _answer(self) -> None:
        """Has those answer who answer by themselves."""
        async with self._busy:
            for person_id in sorted(self.automatic):
                for _ in range(60):
                    await self.quiet(3)
                    if person_id not in self.automatic or not self.robots[person_id].step():
                        break

    # faults

    def set_fault(self, name: str, on: bool) -> None:
        """Turns one of FAULTS on or off."""
        if name not in FAULTS:
            raise LookupError(f"no fault {name!r}")
        for order in self.faults.pop(name, []):
            # The fault may be used up.
            with contextlib.suppress(LookupError):
                self.simulator.control.cancel_faults(order)
        if on:
            self.faults[name] = [self.simulator.control.fault(**order) for order in FAULTS[name]]
        self.changed()

    def kill(self) -> None:
        """Kills the bot as a power cut does, and starts it again."""
        if self.bot is not None:
            self.bot.kill()

    def _bot_gone(self) -> None:
        self.clock.forget()
        self.changed()
        if self._revive:
            self.spawn(self._start_again())

    async def _start_again(self) -> None:
        await asyncio.sleep(_REVIVED_AFTER)
        if self.bot is not None and self._revive:
            await self.bot.start()
            self.changed()

    # what the page shows

    def state(self) -> Json:
        """The state of the demo without its chats."""
        bot = self.bot
        alive = bot is not None and bot.alive
        return {
            "people": [
                {
                    "id": part.id, "name": part.name, "role": part.role, "automatic": part.id in self.automatic,
                    "blocked": self.world.people[part.id].blocked, "started": self.world.people[part.id].started,
                }
                for part in self.parts.values()
            ],
            "now": self.clock.now().isoformat(),
            "zone": str(ZONE),
            "bot": {
                "username": self.world.bot.username, "alive": alive,
                "at_work": alive and self.world.updates.polled(), "starts": bot.starts if bot else 0,
                "log": bot.log[-40:] if bot else [],
            },
            "faults": sorted(self.faults),
            "playing": self.playing,
            "ready": self.ready,
            "waiting": self.simulator.pending_updates(),
        }  # fmt: skip


def _next_hour(moment: datetime, hours: Sequence[int]) -> datetime:
    """The next of these hours of the day; what lies between passes at once."""
    local = moment.astimezone(ZONE)
    later = next((hour for hour in hours if hour > local.hour), None)
    day = local.date() if later is not None else local.date() + timedelta(days=1)
    return datetime.combine(day, time(hours[0] if later is None else later), ZONE).astimezone(UTC)
