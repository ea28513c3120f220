"""Two weeks of a district: memory and files stay as they are, and what nobody needs any more goes in its time.

The bot is a process under a clock that is moved, as in the demo; the directives and the calendar are the program's own.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from bot.catalog.loader import load
from bot.domain.people.member import Role, SeatState
from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.migrate import migrate
from bot.storage.people import organizations, people, seats
from bot.storage.post import meta
from simulator import Person
from simulator.demo.cast import Part
from simulator.demo.clock import DemoClock
from simulator.demo.robot import Robot
from tests import messengers
from tests.forge import Forge
from tests.live import ROOT, TOKEN, Live
from tests.rosters import sync
from tests.texts.department import Announcements, Panel, Questions, Recipients, ReportMenu

ZONE = ZoneInfo("Asia/Irkutsk")
ADMIN, FIRST = 900, 1001
PATIENCE = 90.0
# A round opens on the Thursday before, so that the first week has something to answer from its first day on.
BEGIN = date(2026, 9, 30)
MONDAY = date(2026, 10, 5)
# Three at night: the backup. The working day; at its end the reminders and digests have gone too.
_HOURS = (3, 8, 9, 10, 12, 14, 16, 18)
# Of twelve heads one begins an answer and never sends it.
_UNSURE = 12
MB = 1024 * 1024


@dataclass(frozen=True)
class Sizes:
    """Bytes of the process's memory and of its files; `unused`: pages of the database that wait to be used again."""

    memory: int
    database: int
    journal: int
    unused: int
    descriptors: int

    def __str__(self) -> str:
        return (
            f"memory {self.memory / MB:.1f} MB, database {self.database / MB:.2f} MB, "
            f"journal {self.journal / MB:.2f} MB, unused pages {self.unused}, descriptors {self.descriptors}"
        )


class Term:
    """A district at work."""

    def __init__(self, folder: Path, telegram: Any, forge: Forge, clock: DemoClock, size: int) -> None:
        roster = folder / "roster.yaml"
        roster.write_text(_roster(size), encoding="utf-8")
        self.folder, self.telegram, self.clock = folder, telegram, clock
        files = {
            "DIRECTIVES_FILE": ROOT / "data/directives.yaml",
            "CALENDAR_FILE": ROOT / "data/calendar.yaml",
            "ORGANIZATIONS_FILE": roster,
        }
        self.bot = Live(
            folder,
            telegram,
            forge,
            {
                **{name: str(path) for name, path in files.items()},
                "CLOCK_URL": f"{telegram.url}/clock",
                "TIMEZONE": str(ZONE),
                "ADMIN_IDS": str(ADMIN),
                "BACKUPS_KEEP": "3",
            },
        )
        self._catalog = load(files["DIRECTIVES_FILE"], files["CALENDAR_FILE"], roster, ZONE, clock.now())
        self.admin: Person
        self.heads: list[Person] = []
        self.robots: list[Robot] = []

    async def begin(self) -> None:
        """Everybody has registered, and the bot is at work."""
        names = [entry.name for entry in self._catalog.roster]
        for number, _ in enumerate(names):
            self.heads.append(await self.telegram.person(f"Директор {number:02}", id=FIRST + number))
            await self.heads[-1].start()
        self.robots = [Robot(self.telegram.world, Part(head.id, head.name, "Руководитель")) for head in self.heads]
        self.admin = await self.telegram.person("Начальник Анна", id=ADMIN)
        await self.admin.start()
        now = self.clock.now().astimezone(UTC)

        async def work(tx: Tx) -> None:
            await meta.put_moment(tx, meta.DEMO, now)
            await sync(tx, self._catalog.roster, now)
            for person in (self.admin, *self.heads):
                await people.ensure(tx, messengers.person(person.id), person.name, now)
                await people.consent(tx, messengers.person(person.id), now)
            for head, name in zip(self.heads, names, strict=True):
                organization = await organizations.by_name(tx, name)
                assert organization is not None
                await seats.take(tx, messengers.person(head.id), organization.id, Role.HEAD, SeatState.SEATED, now)

        storage = Storage(self.bot.environment["DATABASE_URL"])
        await migrate(storage)
        await storage.apply(work)
        await storage.close()
        await self.bot.start()

    async def day(self, day: date) -> None:
        """A day as it is: hours pass, the department writes and looks, heads answer, ask and look."""
        works = day.weekday() < 5
        for hour in _HOURS if works else _HOURS[:3]:
            await self.at(datetime.combine(day, time(hour), ZONE))
            if works and hour == 10:
                await self._announce(day)
            if works and hour == 9:
                await self._ask(day)
            if works and hour == 12:
                await self.answer(day)
            if works and hour == 14:
                await self.leave_unfinished()
            if works and hour == 16:
                await self.look(day)

    async def at(self, moment: datetime) -> None:
        """It is that moment, unless that has passed, and the bot has done what was due."""
        if moment <= self.clock.now():
            return
        reading = self.clock.move(moment)
        assert await self.clock.acted_upon(reading, PATIENCE), self.bot.said()
        await self.quiet()

    async def quiet(self) -> None:
        """Returns when the bot has taken every update, and has said all that was to be said by now."""
        due = "state = 'waiting' AND send_after <= ?"
        async with asyncio.timeout(PATIENCE):
            # An update leaves the inbox when its answer has been said; Telegram has it until it is in the inbox.
            while (  # noqa: ASYNC110 - no event tells it
                self.telegram.pending_updates()
                or self.count("inbox", "finished_at IS NULL")
                or self.count("letters", due, _moment(self.clock.now()))
            ):
                await asyncio.sleep(0.02)

    def sizes(self) -> Sizes:
        """As things stand."""
        status = Path(f"/proc/{self.bot.pid}/status").read_text()
        (resident,) = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")]
        return Sizes(
            resident * 1024,
            self.bot.database.stat().st_size,
            Path(f"{self.bot.database}-wal").stat().st_size,
            self.bot.rows("PRAGMA freelist_count")[0][0],
            len(list(Path(f"/proc/{self.bot.pid}/fd").iterdir())),
        )

    def count(self, table: str, where: str = "true", *values: object) -> int:
        """Rows of a table."""
        return int(self.bot.rows(f"SELECT count(*) FROM {table} WHERE {where}", *values)[0][0])

    async def answer(self, day: date, forms: int = 100) -> None:
        """Another fifth of the heads answers all that is asked; those who have not are reminded in time."""
        acting = {
            head: robot
            for number, (head, robot) in enumerate(zip(self.heads, self.robots, strict=True))
            if number % 5 == day.weekday() and not self._unsure(number)
        }
        for _ in range(forms):
            owing = [head for head in acting if self._owes(head)]
            if not owing:
                return
            await self._open(owing)
            before = self.count("replies")
            while [head for head in owing if acting[head].step()]:
                await self.quiet()
            assert self.count("replies") > before, await owing[0].screen()

    async def leave_unfinished(self) -> None:
        """Somebody begins an answer and does not send it."""
        unsure = [number for number in range(len(self.heads)) if self._unsure(number)]
        owing = [number for number in unsure if self._owes(self.heads[number])]
        await self._open([self.heads[number] for number in owing])
        for number in owing:
            self.robots[number].step()
        await self.quiet()

    async def _open(self, heads: list[Person]) -> None:
        """They look what is asked, and open the first of it."""
        for head in heads:
            await head.send("/tasks")
        await self.quiet()
        for head in heads:
            if "\n1. " in await head.last():
                await head.press("1. ")
        await self.quiet()

    def _unsure(self, number: int) -> bool:
        return number % _UNSURE == _UNSURE - 1 or number == len(self.heads) - 1

    def _owes(self, head: Person) -> bool:
        query = """SELECT 1 FROM obligations o JOIN seats s ON s.organization_id = o.organization_id
                   JOIN rounds r ON r.id = o.round_id
                   WHERE s.person_id = ? AND o.state = 'open' AND r.closes_at > ?"""
        return bool(self.bot.rows(query, messengers.person(head.id), _moment(self.clock.now())))

    async def _announce(self, day: date) -> None:
        await self._through(Panel.ANNOUNCEMENTS, Announcements.NEW)
        await self.admin.send(f"Совещание {day:%d.%m}")
        await self.quiet()
        for label in (Recipients.TO, Recipients.ALL, Recipients.DONE, Questions.SEND, Announcements.SURELY_SEND):
            await self._press(label)

    async def _ask(self, day: date) -> None:
        """A question of the department's own, as about three hundred come each year."""
        await self._through(Panel.REQUESTS, Questions.NEW)
        await self.admin.send(f"Сколько участников {day:%d.%m}?")
        await self.quiet()
        await self._press("Число")
        # It is for those of the last question, if there was one.
        whom = (Recipients.TO, Recipients.ALL, Recipients.DONE) if Recipients.TO in await self.admin.buttons() else ()
        for label in (
            *whom,
            Questions.DUE,
            Questions.IN_A_WEEK,
            Questions.SEND,
            "Отправить:",
        ):
            # «Через неделю (12 октября)», «Отправить: 60».
            await self._press(next(button for button in await self.admin.buttons() if label in button))

    async def look(self, day: date) -> None:
        """What people look at; and a few write to the department, or begin something and leave it."""
        await self._through(Panel.REPORTS, ReportMenu.WORKBOOK)
        for number, head in enumerate(self.heads):
            await head.send("/tasks")
            if number % 10 == day.weekday():
                await head.send("/write")
                await self.quiet()
                if number % 20 >= 10:
                    await head.send(f"Вопрос {day:%d.%m}")
        await self.quiet()

    async def _through(self, *labels: str) -> None:
        await self.admin.send("/panel")
        await self.quiet()
        for label in labels:
            await self._press(label)

    async def _press(self, label: str) -> None:
        await self.admin.press(label)
        await self.quiet()


@asynccontextmanager
async def term(folder: Path, forge: Forge, size: int) -> AsyncIterator[Term]:
    """A district of so many organizations, early on the first day."""
    clock = DemoClock(datetime.combine(BEGIN, time(7), ZONE))
    telegram = messengers.simulator(TOKEN, clock.now)

    async def read(request: web.Request) -> web.Response:
        return web.json_response(await clock.read(int(request.query["after"]), 25.0))

    telegram.app.router.add_get("/clock", read)
    async with telegram:
        found = Term(folder, telegram, forge, clock, size)
        try:
            await found.begin()
            yield found
        finally:
            clock.close()
            await found.bot.close()


def _roster(size: int) -> str:
    """Half of them are schools, a third kindergartens, the rest centres, and there is the department."""
    lines = ["organizations:", "  - {code: department, name: Управление образования, types: [department]}"]
    for number in range(1, size):
        kind = "general" if number % 6 < 3 else "preschool" if number % 6 < 5 else "supplementary"
        tags = ", tags: [upper-secondary]" if kind == "general" and number % 3 else ""
        lines.append(f"  - {{code: o{number}, name: Организация {number:02}, types: [{kind}]{tags}}}")
    return "\n".join(lines) + "\n"


def _moment(at: datetime) -> str:
    """As SQLite keeps moments."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


async def _pruned(life: Term) -> None:
    """Each kind of row goes when its time has come, and not before."""
    kept = {
        "dialogues": ("updated_at", 30),
        "letters": ("settled_at", 90),
        "drafts": ("updated_at", 180),
        "audit": ("at", 5 * 365 + 1),
    }
    began = life.clock.now()
    answers = life.count("replies")
    assert answers
    for table, (column, days) in kept.items():
        now = life.clock.now()
        old = _moment(now)
        before = life.count(table, f"{column} <= ?", old)
        assert before, f"nothing was there to be forgotten in {table}"
        # An hour before the oldest of them is old enough, then a day after the newest.
        ((oldest,),) = life.bot.rows(f"SELECT min({column}) FROM {table}")
        eve = datetime.fromisoformat(oldest).replace(tzinfo=UTC) + timedelta(days=days) - timedelta(hours=1)
        if eve > now:
            await life.at(eve)
            assert life.count(table, f"{column} <= ?", old) == before
        await life.at(now + timedelta(days=days + 1))
        assert life.count(table, f"{column} <= ?", old) == 0, table
    assert life.clock.now() - began > timedelta(days=5 * 365)
    assert life.count("inbox", "finished_at IS NULL") == 0
    # Answers are what the bot is there to keep.
    assert life.count("replies") == answers


@pytest.mark.slow
async def test_a_day_and_then_years(tmp_path: Path, forge: Forge) -> None:
    async with term(tmp_path, forge, size=4) as life:
        today = date(2026, 10, 6)
        await life.at(datetime.combine(today, time(9), ZONE))
        await life.answer(today, forms=1)
        await life.leave_unfinished()
        await life.look(today)
        assert life.sizes().journal <= 8 * MB
        await _pruned(life)
        await life.bot.stop()
        assert "Traceback" not in life.bot.said()


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_two_weeks_of_sixty_organizations_and_then_years(tmp_path: Path, forge: Forge) -> None:
    async with term(tmp_path, forge, size=60) as life:
        for number in range((MONDAY - BEGIN).days):
            await life.day(BEGIN + timedelta(days=number))
        seen = [life.sizes()]
        journals, opened = [], []
        begun = monotonic()
        print(f"\n{MONDAY}, the beginning: {seen[-1]}")
        for week in range(2):
            for weekday in range(7):
                today = MONDAY + timedelta(days=7 * week + weekday)
                await life.day(today)
                now = life.sizes()
                journals.append(now.journal)
                opened.append(now.descriptors)
                print(f"{today}: {now}; {life.count('letters')} letters, {life.count('replies')} answers")
            seen.append(life.sizes())
        print(f"two weeks in {monotonic() - begun:.0f} s")
        beginning, first, second = seen
        assert life.count("inbox", "finished_at IS NULL") == 0
        # One organization in twelve answers nothing.
        assert life.count("replies") > 9 * 50
        # Level: the second week adds no more memory than noise, and to the file no more than the first one did.
        assert second.memory - first.memory < max(8 * MB, first.memory // 20)
        assert second.database - first.database <= 1.5 * (first.database - beginning.database) + MB
        assert max(journals) <= 8 * MB
        # Fifteen connections at most, three files each, and those to Telegram: as many as the minute wants.
        assert max(opened) < 80
        assert len(list((tmp_path / "backups").glob("bot-*.db"))) == 3

        # What letters leave behind is used again: another week in January costs the file next to nothing.
        january = date(2027, 1, 25)
        await life.at(datetime.combine(january, time(7), ZONE))
        free = life.sizes()
        print(f"{january}, letters of the autumn are forgotten: {free}")
        assert free.unused * 4096 > (second.database - beginning.database) // 4
        for weekday in range(5):
            await life.day(january + timedelta(days=weekday))
        later = life.sizes()
        print(f"a week later: {later}")
        assert later.database <= free.database + MB // 4
        assert later.memory - second.memory < max(12 * MB, first.memory // 10)

        await _pruned(life)
        print(f"{life.clock.now():%Y-%m-%d}: {life.sizes()}")
        await life.bot.stop()
        assert "Traceback" not in life.bot.said()
