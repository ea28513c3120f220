"""The demo as a whole: the simulator, the clock, the bot, the people, and what can be done to them."""

import asyncio
import contextlib
import logging
import re
import secrets
from collections.abc import Awaitable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from simulator.demo import past
from simulator.demo.cast import ADMIN, DISTRICT, FIRST_NEW, Part, Play
from simulator.demo.clock import DemoClock
from simulator.demo.doors import FAULTS, door_of, hands_of, messages_of
from simulator.demo.process import BotProcess
from simulator.demo.robot import Robot
from simulator.errors import Json
from simulator.labels import abridged, fit
from simulator.person import Person

_log = logging.getLogger(__name__)

ZONE = ZoneInfo("Asia/Irkutsk")
_DATABASE = "demo.db"
# Seconds that a step may take: an announcement to many, a report.
_TIMEOUT = 15.0
# Seconds between looks at whether the bot has fetched what people have done.
_LOOKS = 0.02
_REVIVED_AFTER = 2.0
_STARTS_WITHIN = 90
# The search for the next event ends after so long.
_HORIZON = timedelta(days=62)
_HOURS = range(8, 19)
# What follows an invitation's address.
_INVITATION = re.compile(r"start=(staff_[\w-]+)", re.ASCII)
# Robots take so many steps at one go.
_STEPS = 80


def opening(today: date) -> datetime:
    """The last Friday before 5 October of this school year, when the sports clubs are asked for."""
    year = today.year if today.month >= 7 else today.year - 1
    eve = date(year, 10, 4)
    friday = eve - timedelta(days=(eve.weekday() - 4) % 7)
    return datetime.combine(friday, time(9), ZONE)


class Stage:
    """Everything that the page shows and moves. `changed` events tell the page to look at `state` again.

    The curtain rises at `start`. Before it the school year's first month has passed: people have joined and answered.
    It is played once and then kept, see `past`. `with_past` False: people have only just joined.
    """

    def __init__(
        self, folder: Path, port: int, start: datetime, settings: dict[str, str], *, with_past: bool = False,
        messenger: str = "telegram", play: Play = DISTRICT,
    ) -> None:  # fmt: skip
        # What a page keeps of one demo is not another's.
        self.id = secrets.token_hex(8)
        self.clock = DemoClock(start)
        self.door = door_of(messenger, port, self.clock)
        self.simulator = self.door.simulator
        self.world = self.simulator.world
        self._folder = folder
        self._play = play
        # Under which name the past is kept.
        self._kept_as = f"{play.prefix}{messenger}"
        self._start = start
        self._with_past = with_past
        self._extra = settings
        self.bot: BotProcess | None = None
        self.parts: dict[int, Part] = {}
        self.robots: dict[int, Robot] = {}
        self.automatic: set[int] = set()
        self.faults: dict[str, list[int]] = {}
        self.playing = False
        self.ready = False
        # Up to which day the past has been played, while it is.
        self.preparing: date | None = None
        self._revive = False
        self.ended = False
        self._busy = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()

    # life

    async def begin(self, *, bot: bool = True) -> None:
        """Starts the server and whatever people look at first; the bot follows. Without it the past alone is played."""
        await self.simulator.start()
        for part in self._play.cast:
            await self._add(part)
        kept = past.find(self._start, self._folder / _DATABASE, self._kept_as) if self._with_past else None
        if kept is not None:
            self.world.go_on_from(kept)
            self.clock.begin_at(kept["now"])
        if bot:
            self.spawn(self._open(prepared=kept is not None))
        elif kept is None:
            await self._prepare()

    async def _open(self, *, prepared: bool) -> None:
        if not prepared:
            await self._prepare()
        self.automatic -= {part.id for part in self._play.cast if part.leaves}
        self._revive = True
        self.bot = BotProcess(self._folder, self._settings() | self._extra, self._bot_gone)
        await self.bot.start()
        await self.quiet(90)
        self.ready = True
        self.changed()

    async def _prepare(self) -> None:
        """Has people join and, with a past, live through it; keeps that for the next time."""
        if self._with_past:
            self.clock.begin_at(datetime.combine(date(self._start.year, 9, 1), time(9), ZONE))
        self.preparing = self.clock.now().date()
        # It seats everybody at once, however heads are seated afterwards.
        directives = {key: value for key, value in self._extra.items() if key == "DIRECTIVES_FILE"}
        self.bot = BotProcess(self._folder, self._settings() | directives, self.clock.forget)
        await self.bot.start()
        await self._rehearse()
        if self._with_past:
            await self._answer()
            while self.clock.now() < self._start:
                await self.move(min(self._start, self._tomorrow()), self._play.few_hours)
                self.preparing = self.clock.now().astimezone(ZONE).date()
                self.changed()
            await self.quiet()
        await self.bot.stop()
        if self._with_past:
            past.keep(self._start, self.world.kept(), self._folder / _DATABASE, self._kept_as)
        self.preparing = None

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
        return (
            dict(self._play.files)
            | self.door.settings()
            | {
                "CLOCK_URL": f"{self.simulator.url}/demo/clock",
                "DATABASE_URL": f"sqlite+aiosqlite:///{self._folder / _DATABASE}",
                "ADMIN_IDS": str(ADMIN),
                "TIMEZONE": str(ZONE),
                "REGISTRATION": "open",
                "MESSAGES_PER_SECOND": "0",
                "BACKUPS_KEEP": "0",
            }
        )

    def changed(self) -> None:
        """Has the page look again."""
        self.world.events.add("stage", None)

    # people

    async def _add(self, part: Part) -> None:
        await self.simulator.person(part.name, id=part.id)
        self.parts[part.id] = part
        self.robots[part.id] = Robot(self.world, part)
        if part.joined and part.days is not None:
            self.automatic.add(part.id)
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
        """Has those of the cast join who have joined before the curtain rises, all of them side by side."""
        if self.door.name == "max":
            # Whoever comes before a bot's first poll there is not heard.
            await self._at_work()
        joining = [part for part in self._play.cast if part.joined]
        heads = [part for part in joining if part.organization]
        coming = [part for part in joining if not part.chief_of]
        await self._together(self._at(part).send("/start") for part in coming)
        await self._together(self._at(part).press("Согласен") for part in coming)
        await self._together(self._tick_type(part) for part in heads)
        await self._together(self._at(part).press("Готово") for part in heads)
        await self._together([self._find(part) for part in heads])
        await self._together([self._choose(part) for part in heads])
        await self._together(self._at(part).press(part.seat) for part in heads)
        # A seat in the department itself is an administrator's to give.
        office = self.simulator.at(ADMIN)
        waiting = [
            (message.message_id, key.data)
            for message in messages_of(self.world.chats[ADMIN])
            for key in hands_of(self.world).keys(message)
            if "Подтвердить" in key.text
        ]
        await self._together(office.callback(data, message_id=message) for message, data in waiting)
        for part in joining:
            if part.chief_of:
                await self._make_chief(part)

    async def _make_chief(self, part: Part) -> None:
        """Has the administrator invite somebody to be a territory's, and has them open the link."""
        office = self.simulator.at(ADMIN)
        await self._together([office.send("/panel")])
        # By what is on the buttons of both messengers: in MAX «+ администратор».
        for label in ("Сотрудники", "администратор", part.chief_of, "Создать ссылку"):
            await self._together([office.press(label)])
        link = _INVITATION.search(await office.screen())
        assert link is not None
        await self._together([self._at(part).send(f"/start {link[1]}")])
        await self._together([self._at(part).press("Согласен")])

    async def _at_work(self) -> None:
        async with asyncio.timeout(_STARTS_WITHIN):
            while not self.world.updates.polled():  # noqa: ASYNC110 - the bot is another process
                await asyncio.sleep(_LOOKS)

    def _at(self, part: Part) -> Person:
        return self.simulator.at(part.id, part.name)

    async def _tick_type(self, part: Part) -> None:
        """By its id, which is in the button: other directives may call it otherwise."""
        for message in reversed(messages_of(self.world.chats[part.id])):
            for key in hands_of(self.world).keys(message):
                if part.type in key.data.split(":"):
                    await self._at(part).callback(key.data, message_id=message.message_id)
                    return
        raise LookupError(f"no button for the type {part.type}")

    async def _choose(self, part: Part) -> None:
        """Presses the organization, whose button may say less of its name than the cast, or more."""
        person, name = self._at(part), part.organization
        shown = await person.buttons()
        label = next((label for label in shown if fit(label, name)), None)
        await person.press(label or next((label for label in shown if fit(name, label) or abridged(label, name)), name))

    async def _find(self, part: Part) -> None:
        """Looks for the organization by its name, where it is none of the buttons."""
        person = self._at(part)
        if not any(part.organization in label for label in await person.buttons()):
            await person.send(part.organization)

    async def _together(self, deeds: Iterable[Awaitable[Any]]) -> None:
        """Takes a step of several people and waits for what comes of it; at first the bot needs some seconds."""
        for deed in deeds:
            await deed
        await self.quiet(90)

    def set_automatic(self, person_id: int, on: bool) -> None:
        """Whether the person answers by themselves."""
        if person_id not in self.parts:
            raise LookupError(f"nobody with id {person_id}")
        (self.automatic.add if on else self.automatic.discard)(person_id)
        # Whoever is asked to answer does so at once.
        self.robots[person_id].days = 0
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

    async def _pass(self, to: datetime, *, until_written: bool = False, hours: Sequence[int] = _HOURS) -> None:
        """`until_written`: only until the bot writes to somebody whose phone is shown, other than in answer."""
        last = self.clock.now()
        before = self._written()
        while last < to:
            following = min(to, _next_hour(last, hours))
            if following.astimezone(ZONE).date() != last.astimezone(ZONE).date():
                self.changed()
            last = following
            if last <= self.clock.now():
                continue
            await self.step(last)
            is_written = until_written and self._written() > before
            if is_written:
                await self.quiet()
            await self._answers()
            if is_written:
                break
            before = self._written()
        self.changed()

    async def next_event(self) -> None:
        """Goes on to the next hour in which the bot writes to somebody who is seen."""
        async with self._busy:
            await self._pass(self.clock.now() + _HORIZON, until_written=True)

    async def next_day(self, hours: Sequence[int] = _HOURS) -> None:
        """Goes on to nine in the morning of the next day."""
        await self.move(self._tomorrow(), hours)

    def _tomorrow(self) -> datetime:
        tomorrow = self.clock.now().astimezone(ZONE).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(9), ZONE)

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
                await self.next_day(self._play.few_hours)
                await asyncio.sleep(0.05)
        finally:
            self.playing = False
            self.changed()

    def pause(self) -> None:
        """Stops playing after the day that is under way."""
        self.playing = False

    def _written(self) -> int:
        """How many messages of the bot stand in the phones that are shown."""
        chats = (self.world.chats[part.id] for part in self.shown())
        return sum(message.from_bot for chat in chats for message in chat.messages.values())

    async def _answer(self) -> None:
        """Has those answer who answer by themselves."""
        async with self._busy:
            # What was about to come has come then.
            await self.quiet(3)
            await self._answers()

    async def _answers(self) -> None:
        """All of them take a step at the same time, until nobody has anything to do."""
        for _ in range(_STEPS):
            steps = [self.robots[person_id].step() for person_id in sorted(self.automatic)]
            if not any(steps):
                break
            # Whoever acts again before the bot has answered takes it for stuck.
            await self.quiet(_TIMEOUT)

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
            self.faults[name] = [self.simulator.control.fault(**order) for order in self.door.faults[name]]
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

    def shown(self) -> list[Part]:
        """Those whose phones are on the page."""
        return [part for part in self.parts.values() if part.shown]

    def state(self) -> Json:
        """The state of the demo without its chats."""
        bot = self.bot
        alive = bot is not None and bot.alive
        return {
            "people": [
                {
                    "id": part.id, "name": part.name, "role": part.role, "automatic": part.id in self.automatic,
                    "blocked": self.world.people[part.id].blocked, "started": self.world.people[part.id].started,
                    "zone": part.zone or str(ZONE),
                }
                for part in self.shown()
            ],
            "silent": len(self.parts) - len(self.shown()),
            # The tour is a walk through the resolution's own directives.
            "messenger": self.door.name, "demo": self.id, "tour": "DIRECTIVES_FILE" not in self._extra,
            "play": self._play.name,
            "registration": self._extra.get("REGISTRATION", "open"),
            "preparing": self.preparing.isoformat() if self.preparing else None,
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
