"""The bot as a process of its own, against a Telegram in the test's event loop, over real HTTP and in real time.

`async with live(tmp_path) as bot: await bot.start(); bot.kill(); await bot.start(); await bot.stop()`. The round of
the small catalog written here opened today at midnight, in a zone where it is about noon now: whoever is seated is
asked at once, and no test crosses midnight.

A start is `python -m bot`; with a `Forge`, which has done the importing, it takes milliseconds.
"""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.catalog.loader import load
from bot.domain.people.member import Role, SeatState
from bot.domain.people.messenger import account_of
from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.migrate import migrate
from bot.storage.people import organizations, people, seats
from simulator import Person
from tests import messengers
from tests.forge import WARM_WITHIN, Forge
from tests.rosters import sync

ROOT = Path(__file__).parent.parent
# Not that of bots within tests: one that outlives its test for a moment is a stranger to theirs.
TOKEN = "42:LIVE"
AT_WORK = "is at work"
STARTS_WITHIN = WARM_WITHIN
STOPS_WITHIN = 10.0
# Lines of a stack that are kept.
_TRACE = 60

_DIRECTIVES = """
source: резолюции
organization_types:
  school: {title: Школа}
topics:
  study: Учёба
directives:
  - id: pupils
    number: "1"
    title: Численность
    topic: study
    audience: [school]
    text: вести учёт
    prompt: Сколько учеников?
    fields:
      - {id: count, kind: whole, label: Ученики, min: 0, max: 9999999}
    schedule: {every: day, due: 30, catch_up: 1}
    remind: {before: [], after: []}
"""
_CALENDAR = """
year_begins: 09-01
work:
  begins: 00:00
  ends: 23:59
  days: [mon, tue, wed, thu, fri, sat, sun]
"""


def zone_of_noon(now: datetime) -> str:
    """A zone in which it is about noon at `now`: no day begins or ends during a test."""
    ahead = 12 - now.astimezone(UTC).hour
    # The sign of these names is the other way round.
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


LEDGER = 'SELECT by_id, version, "values" FROM replies ORDER BY obligation_id, version'


def ledger_of(rows: list[Any]) -> dict[int, list[int]]:
    """The numbers that each account has answered, by version, of the rows of LEDGER; no version is missing."""
    answers: dict[int, list[int]] = {}
    for person_id, version, values in rows:
        numbers = answers.setdefault(account_of(person_id), [])
        numbers.append(json.loads(values)["count"])
        assert version == len(numbers)
    return answers


class Process(Protocol):
    """A running bot, however it was started."""

    pid: int

    async def wait(self) -> int:
        """Its exit code; negative: the signal that ended it."""


class Live:
    """The bot as a process on the database in `folder`."""

    # How often all of them together.
    killed = 0

    def __init__(
        self,
        folder: Path,
        telegram: Any,
        forge: Forge | None,
        settings: dict[str, str],
        database: Path | None = None,
    ) -> None:
        self.telegram = telegram
        self.database = database or folder / "bot.db"
        # Nobody's .env is here.
        self.folder = folder / "cwd"
        self._turns = folder / "turns"
        self.folder.mkdir()
        self._forge = forge
        zone = zone_of_noon(datetime.now(UTC))
        self.directives = folder / "directives.yaml"
        self.directives.write_text(_DIRECTIVES, encoding="utf-8")
        (folder / "calendar.yaml").write_text(_CALENDAR, encoding="utf-8")
        self.zone = zone
        self.schools(folder, 100)
        self.environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(ROOT),
            **{name.upper(): value for name, value in messengers.settings(telegram.url, TOKEN).items()},
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
            "DIRECTIVES_FILE": str(folder / "directives.yaml"),
            "CALENDAR_FILE": str(folder / "calendar.yaml"),
            "ORGANIZATIONS_FILE": str(folder / "organizations.yaml"),
            "TIMEZONE": zone,
            "REGISTRATION": "open",
            "MESSAGES_PER_SECOND": "0",
            "TICK_SECONDS": "0.2",
            **settings,
        }
        # What it said last, for whoever has to find out why a test failed.
        self.log: deque[str] = deque(maxlen=200)
        # And every stack that it has ever printed, with the line before.
        self.traces: list[str] = []
        self.kills = 0
        self._process: Process | None = None
        self._at_work = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None

    def schools(self, folder: Path, count: int) -> None:
        """So many schools are in the roster's file."""
        (folder / "organizations.yaml").write_text(
            "organizations:\n"
            + "".join(f"  - {{code: s{n}, name: Школа {n:03}, types: [school]}}\n" for n in range(1, count + 1)),
            encoding="utf-8",
        )
        self.catalog = load(
            self.directives,
            folder / "calendar.yaml",
            folder / "organizations.yaml",
            ZoneInfo(self.zone),
            datetime.now(UTC),
        )

    async def start(self) -> None:
        """Starts it, after the end of the one that was killed; returns when it is at work."""
        await self._begin()
        assert self._at_work.is_set(), f"the bot is not at work:\n{self.said()}"
        await messengers.asked(self.telegram)

    async def refuses_to_start(self) -> int:
        """Starts it, and it ends by itself; the exit code."""
        await self._begin()
        assert not self._at_work.is_set(), f"the bot is at work:\n{self.said()}"
        return await self.ended()

    async def _begin(self) -> None:
        if self._process is not None:
            await self.ended()
        self._at_work.clear()
        reading, writing = os.pipe()
        try:
            if self._forge is not None:
                self._process = await self._forge.start(self.folder, self.environment, writing, turns=self._turns)
            else:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "bot",
                    cwd=self.folder,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=writing,
                )
        finally:
            os.close(writing)
        self._reading = asyncio.create_task(self._read(reading))
        working = asyncio.create_task(self._at_work.wait())
        try:
            await asyncio.wait({working, self._reading}, timeout=STARTS_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        finally:
            working.cancel()

    @property
    def has_begun(self) -> bool:
        """Whether there is a process."""
        return self._process is not None

    @property
    def turns(self) -> int:
        """How often the event loop of the running process has turned; a forge's bots count it."""
        return int.from_bytes(self._turns.read_bytes(), sys.byteorder)

    @property
    def pid(self) -> int:
        """The id of the running process."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """kill -9: no farewell, wherever it is just now."""
        self.kills += self._process is not None
        Live.killed += self._process is not None
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        """Sends it a signal; one that comes too late is harmless."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    async def ended(self, within: float = STOPS_WITHIN) -> int:
        """Its exit code, when it has ended; negative: the signal that ended it."""
        assert self._process is not None
        assert self._reading is not None
        try:
            async with asyncio.timeout(within):
                code = await self._process.wait()
        except TimeoutError:
            raise AssertionError(f"the bot did not end within {within} s:\n{self.said()}") from None
        # From here on its pid may be somebody else's.
        self._process = None
        await self._reading
        return code

    async def stop(self) -> None:
        """SIGTERM, and a clean end within ten seconds."""
        self.signal(signal.SIGTERM)
        code = await self.ended()
        assert code == 0, f"exit code {code}:\n{self.said()}"

    async def close(self) -> None:
        """Leaves nothing running, however the test has ended."""
        if self._process is not None:
            self.kill()
            await self.ended()

    async def command(self, *arguments: str) -> tuple[int, str, str]:
        """What an operator types: `python -m bot ARGUMENTS`; exit code, stdout and stderr."""
        if self._forge is not None:
            code, out, err = await self._forge.command(self.folder, self.environment, *arguments)
            return code, out.decode(), err.decode()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()

    def said(self) -> str:
        """The end of its log."""
        return "".join(self.log)

    async def seat(self, count: int, first_id: int = 1001) -> list[Person]:
        """Heads who registered before the bot's first start, one at each school."""
        now = datetime.now(UTC)
        heads = [
            await self.telegram.person(f"Директор {number:03}", id=first_id + number) for number in range(1, count + 1)
        ]
        for head in heads:
            await head.start()

        async def work(tx: Tx) -> None:
            await sync(tx, self.catalog.roster, now)
            for number, head in enumerate(heads, 1):
                organization = await organizations.by_name(tx, f"Школа {number:03}")
                assert organization is not None
                person_id = messengers.person(head.id)
                await people.ensure(tx, person_id, head.name, now)
                await people.consent(tx, person_id, now)
                await seats.take(tx, person_id, organization.id, Role.HEAD, SeatState.SEATED, now)

        storage = Storage(self.environment["DATABASE_URL"])
        try:
            await migrate(storage)
            await storage.apply(work)
        finally:
            await storage.close()
        return heads

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What the database says, read beside the running bot."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def write(self, statement: str, *values: Any) -> None:
        """Changes the database, while no bot runs: time has passed, say."""
        connection = sqlite3.connect(self.database, timeout=30)
        try:
            connection.execute(statement, values)
            connection.commit()
        finally:
            connection.close()

    def ledger(self) -> dict[int, list[int]]:
        """The numbers that each person has answered, by version."""
        return ledger_of(self.rows(LEDGER))

    async def _read(self, descriptor: int) -> None:
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", buffering=0)
        )
        trace = 0
        try:
            while line := await reader.readline():
                text = line.decode(errors="replace")
                if "Traceback" in text:
                    self.traces.append(self.log[-1] if self.log else "")
                    trace = _TRACE
                if trace:
                    self.traces[-1] += text
                    trace -= 1
                self.log.append(text)
                if AT_WORK in text:
                    self._at_work.set()
        finally:
            transport.close()


@asynccontextmanager
async def live(
    folder: Path, forge: Forge | None = None, database: Path | None = None, /, **settings: str
) -> AsyncIterator[Live]:
    """The bot, not started yet; `settings` as in the environment, `database` if it is not to lie in the folder."""
    async with messengers.simulator(TOKEN) as telegram:
        bot = Live(folder, telegram, forge, settings, database)
        try:
            yield bot
        finally:
            await bot.close()
