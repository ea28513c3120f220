"""Backups while heads answer are of one moment and hold nobody up; and kill -9 leaves no half file, ever."""

import asyncio
import contextlib
import json
import os
import random
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.storage.engine import backup
from simulator import Person
from tests.databases import make_database
from tests.forge import Forge
from tests.live import LEDGER, Live, ledger_of, live
from tests.reliability.vitals import stand_still
from tests.texts.heads import Form

# Seconds. A wait ends with the event; only what is broken takes this long.
PATIENCE = 60.0
# Seconds between a press and its answer while a big backup is made, which stops nobody for as long as it takes.
HELD_UP = 5.0
# A row of the log, as long as a long entry is.
_PADDING = json.dumps({"note": "x" * 900})


@dataclass
class Answering:
    """A head who answers and corrects the answer, about once a second."""

    head: Person
    number: int
    # What was sent, and how much of it «Ответ принят» has been said of.
    sent: list[int] = field(default_factory=list)
    accepted: int = 0
    seconds: list[tuple[float, float]] = field(default_factory=list)

    async def live(self, enough: asyncio.Event) -> None:
        """Goes on until it is enough."""
        await self.shows(Form.NUMBER)
        while not enough.is_set():
            begun = time.monotonic()
            if self.sent:
                await self.head.press(Form.CHANGE)
                await self.shows("Ученики", button=True)
                await self.head.press("Ученики")
                await self.shows(Form.NUMBER)
            answer = self.number * 10_000 + len(self.sent)
            await self.head.send(str(answer))
            await self.shows(Form.SEND, button=True)
            self.sent.append(answer)
            pressed = time.monotonic()
            await self.head.press(Form.SEND)
            await self.shows(Form.ACCEPTED, answer)
            self.seconds.append((pressed, time.monotonic() - pressed))
            self.accepted = len(self.sent)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(enough.wait(), max(0.0, begun + 1 - time.monotonic()))

    async def shows(self, text: str, number: int | None = None, *, button: bool = False) -> None:
        """The newest message of the bot says that, or has the button."""

        def there(chat: dict[str, Any]) -> bool:
            last = [one for one in chat["messages"] if one["from_bot"] and not one["deleted"]][-1:]
            said = "".join("\n".join([*(one["buttons"] if button else [one["text"]])]) for one in last)
            return text in said and (number is None or str(number) in "".join(said.split()))

        await self.head.wait_until(there, what=text, timeout=PATIENCE)


@asynccontextmanager
async def answering(bot: Live, count: int) -> AsyncIterator[list[Answering]]:
    """So many heads answer meanwhile."""
    heads = await bot.seat(count)
    await bot.start()
    lives = [Answering(head, number) for number, head in enumerate(heads, 1)]
    enough = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for one in lives:
            group.create_task(one.live(enough))
        async with asyncio.timeout(PATIENCE):
            while not all(one.accepted for one in lives):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        yield lives
        enough.set()


def padded(database: Path, megabytes: int) -> None:
    """Makes the database that big, with entries of the log."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.executemany(
            "INSERT INTO audit (at, action, detail) VALUES ('2026-09-01 00:00:00.000000', 'padding', ?)",
            ((_PADDING,) for _ in range(megabytes * 1000)),
        )
        connection.commit()


def looked_at(copy: Path) -> dict[int, list[int]]:
    """The ledger of a backup, which is whole."""
    with contextlib.closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        # Each obligation stands where its chain of versions ends.
        apart = """SELECT o.id FROM obligations o LEFT JOIN replies r ON r.obligation_id = o.id
                   GROUP BY o.id HAVING o.version != coalesce(max(r.version), 0)"""
        assert connection.execute(apart).fetchall() == []
        return ledger_of(connection.execute(LEDGER).fetchall())


async def _load(folder: Path, forge: Forge, heads: int, megabytes: int, copies: int) -> None:
    async with live(folder, forge) as bot:
        await make_database(bot.database)
        padded(bot.database, megabytes)
        nightly = folder / "backups"
        spans = []
        async with answering(bot, heads) as lives:
            began = time.monotonic()
            for number in range(copies):
                copy = folder / f"copy{number}.db"
                before = {one.head.id: one.accepted for one in lives}
                from_ = time.monotonic()
                if number % 2:
                    # The nightly one, which the bot makes as soon as it is missing.
                    (made,) = nightly.glob("bot-*.db")
                    made.rename(made.with_name("earlier.db"))
                    await _appears(made)
                    made.rename(copy)
                    made.with_name("earlier.db").unlink()
                else:
                    await _with_a_rest(bot, forge, copy, lives)
                spans.append((from_, time.monotonic()))
                after = {one.head.id: list(one.sent) for one in lives}
                found = await asyncio.to_thread(looked_at, copy)
                for head, sent in after.items():
                    assert found[head] == sent[: len(found[head])]
                    assert before[head] <= len(found[head])
            lasted = time.monotonic() - began
            if copies > 2:
                # Not while it runs, however good the backup.
                code, _, err = await bot.command("restore", str(folder / "copy0.db"))
                assert code == 3
                assert "Stop that one first" in err
        assert bot.ledger() == {one.head.id: one.sent for one in lives}
        waits = [(at, took) for one in lives for at, took in one.seconds]
        during = sorted(took for at, took in waits if any(begin - took < at < end for begin, end in spans))
        # Of a small database nobody would notice it on a busy machine; there they were answered while it stood still.
        assert copies == 2 or during[-1] < HELD_UP
        pace = sum(at > began for at, _ in waits) / lasted
        print(f"\n{bot.database.stat().st_size >> 20} MB, {len(waits)} answers, {pace:.1f}/s")
        print("backups of", ", ".join(f"{end - begin:.1f} s" for begin, end in spans))
        for share in (50, 99, 100):
            print(f"{share} % of presses answered in {during[(len(during) - 1) * share // 100] * 1000:.0f} ms")
        await bot.stop()
        assert not list(folder.rglob("*.partial"))
        # Nor has anything had to be tried again.
        assert "ERROR" not in bot.said()


async def _with_a_rest(bot: Live, forge: Forge, copy: Path, lives: list[Answering]) -> None:
    """The operator's backup, which stands still half-way until everybody has been answered."""
    partial = copy.with_name(f"{copy.name}.partial")
    while True:
        with Path(os.devnull).open("wb") as null:
            process = await forge.start(bot.folder, bot.environment, null.fileno(), "backup", str(copy))
        end = asyncio.create_task(process.wait())
        while not end.done() and not partial.exists():  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.0005)
        if await stand_still(process.pid) and partial.exists():
            break
        # It was done before it could be stopped.
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGCONT)
        assert await end == 0
        copy.unlink()
    before = [one.accepted for one in lives]
    async with asyncio.timeout(PATIENCE):
        while not all(one.accepted > many for one, many in zip(lives, before, strict=True)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    os.kill(process.pid, signal.SIGCONT)
    assert await end == 0


async def _appears(file: Path) -> None:
    async with asyncio.timeout(PATIENCE):
        while not file.exists():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.slow
async def test_a_backup_while_heads_answer(tmp_path: Path, forge: Forge) -> None:
    await _load(tmp_path, forge, heads=4, megabytes=20, copies=2)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_backups_while_twenty_heads_answer_each_second(tmp_path: Path, forge: Forge) -> None:
    await _load(tmp_path, forge, heads=20, megabytes=300, copies=8)


class Disk:
    """A database and a good backup of it that says something else, and commands that are killed."""

    def __init__(self, folder: Path, forge: Forge) -> None:
        self.folder, self._forge = folder, forge
        self.database, self.good = folder / "bot.db", folder / "good.db"
        self._environment = {"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite+aiosqlite:///{self.database}"}

    async def fill(self, megabytes: int) -> None:
        """Both are that big."""
        await make_database(self.database)
        padded(self.database, megabytes)
        backup.copy(self.database, self.good)
        for path, word in ((self.database, "mine"), (self.good, "good")):
            with contextlib.closing(sqlite3.connect(path)) as connection:
                connection.execute("INSERT INTO meta VALUES ('word', ?)", (word,))
                connection.commit()

    async def run(self, *arguments: str, kill_after: float | None = None, at: str = "") -> tuple[int, float]:
        """Exit code and seconds; killed so long after it began, or after a file named like `at` is there."""
        begun = time.monotonic()
        null = os.open(os.devnull, os.O_WRONLY)
        try:
            process = await self._forge.start(self.folder, self._environment, null, *arguments)
        finally:
            os.close(null)
        end = asyncio.create_task(process.wait())
        if kill_after is not None:
            while at and not end.done() and not list(self.folder.glob(at)):  # noqa: ASYNC110 - no event tells it
                await asyncio.sleep(0.0005)
            await asyncio.sleep(kill_after)
            if not end.done():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
        return await end, time.monotonic() - begun


def word(path: Path) -> str:
    """What a database says, which is whole."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (said,) = connection.execute("SELECT value FROM meta WHERE key = 'word'").fetchone()
    return str(said)


async def _killed(folder: Path, forge: Forge, kills: int, megabytes: int, seed: int) -> None:
    chance = random.Random(seed)
    disk = Disk(folder, forge)
    await disk.fill(megabytes)

    (code, lasts) = await disk.run("backup", "copy.db")
    assert code == 0
    copy = folder / "copy.db"
    interrupted = 0
    for number in range(kills):
        copy.unlink(missing_ok=True)
        # First when it has just begun to write.
        at, after = ("*.partial", 0.0) if number == 0 else ("", chance.uniform(0, lasts * 1.1))
        await disk.run("backup", "copy.db", kill_after=after, at=at)
        interrupted += not copy.exists()
        assert not copy.exists() or word(copy) == "mine"
        assert word(disk.database) == "mine"
    assert interrupted
    copy.unlink(missing_ok=True)
    assert (await disk.run("backup", "copy.db"))[0] == 0
    assert word(copy) == "mine"
    assert not list(folder.glob("*.partial"))

    (code, lasts) = await disk.run("restore", "good.db")
    assert code == 0
    assert word(disk.database) == "good"
    outcomes = []
    for number in range(kills):
        # Forth and back, each from a whole file to another one.
        source, other = (copy, "good") if word(disk.database) == "good" else (disk.good, "mine")
        at, after = ("bot.before-*.db", 0.0) if number == 0 else ("", chance.uniform(0, lasts * 1.1))
        for kept in folder.glob("bot.before-*"):
            kept.unlink()
        await disk.run("restore", source.name, kill_after=after, at=at)
        said = word(disk.database)
        assert said in ("good", "mine")
        outcomes.append(said == other)
        # Whatever it has put aside by then is the one before, and whole.
        for kept in folder.glob("bot.before-*.db"):
            assert word(kept) == other
        assert (word(disk.good), word(copy)) == ("good", "mine")
    assert any(outcomes)
    assert (await disk.run("restore", "copy.db"))[0] == 0
    assert word(disk.database) == "mine"
    assert not list(folder.glob("*.partial"))
    assert not list(folder.glob("*.restored"))
    print(f"\nof {kills} restores {sum(outcomes)} were cut off, of {kills} backups {interrupted}")


@pytest.mark.slow
async def test_a_backup_and_a_restore_survive_kills(tmp_path: Path, forge: Forge) -> None:
    await _killed(tmp_path, forge, kills=6, megabytes=5, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_a_backup_and_a_restore_survive_many_kills(tmp_path: Path, forge: Forge) -> None:
    await _killed(tmp_path, forge, kills=200, megabytes=30, seed=2)
