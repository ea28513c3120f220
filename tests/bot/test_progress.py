"""Progress bars: for somebody at a terminal who waits, and for nobody else."""

import asyncio
import contextlib
import os
import pty
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import progress
from bot.__main__ import main
from tests.databases import make_database
from tests.reports import ledgers
from tests.world import ROOT

# Works for so many seconds, tells how far it is, and at its end whether tqdm was loaded.
_WORK = """
import sys, time
from bot import progress
with progress.shown() as tell:
    end = time.monotonic() + float(sys.argv[1])
    tell("preparing", 0, 0)
    time.sleep(0.3)
    while time.monotonic() < end:
        tell("stones", 30, 120)
        time.sleep(0.01)
print("tqdm" in sys.modules)
"""


class Screen:
    """A terminal of 80 columns, and all that was written to it."""

    def __init__(self) -> None:
        self._ours, self.theirs = pty.openpty()
        self._written = b""
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def closed(self) -> str:
        """What was written, when nobody writes any more."""
        os.close(self.theirs)
        self._reading.join()
        os.close(self._ours)
        return self._written.decode()

    def _read(self) -> None:
        try:
            while chunk := os.read(self._ours, 4096):
                self._written += chunk
        except OSError:
            # Linux says by EIO that the other end is closed.
            pass


def works(seconds: float, *, terminal: bool) -> tuple[str, str]:
    """What the work writes to its stderr and to its stdout."""
    screen = Screen() if terminal else None
    done = subprocess.run(
        [sys.executable, "-c", _WORK, str(seconds)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=screen.theirs if screen else subprocess.PIPE,
        timeout=60,
        check=True,
    )
    return (screen.closed() if screen else done.stderr.decode()), done.stdout.decode()


def is_cleared(written: str) -> bool:
    """Whether nothing of it is left in the line."""
    return written.endswith("\r") and written.split("\r")[-2].strip() == ""


@pytest.mark.slow
def test_a_bar_for_what_takes_longer_than_a_second() -> None:
    written, out = works(1.8, terminal=True)
    assert re.search(r"\rstones  25%\|.+\| 30/120, [0-9:?]+", written)
    assert is_cleared(written)
    assert out == "True\n"


@pytest.mark.slow
@pytest.mark.parametrize(("seconds", "terminal"), [(0.4, True), (1.4, False)], ids=["done soon", "no terminal"])
def test_nothing_for_whoever_does_not_wait_or_does_not_look(seconds: float, terminal: bool) -> None:
    assert works(seconds, terminal=terminal) == ("", "False\n")


@pytest.fixture
def type_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """Types a command at a terminal where everything seems to take long; its exit code and what stderr showed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "AFTER", 0.0)
    # Thirty megabytes can be copied within the tenth of a second between two drawings.
    monkeypatch.setattr(progress, "EVERY", 0.001)
    for name, value in {
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/data/bot.db",
        "DIRECTIVES_FILE": str(ROOT / "data/directives.yaml"),
        "CALENDAR_FILE": str(ROOT / "data/calendar.yaml"),
        "ORGANIZATIONS_FILE": "none.yaml",
    }.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> tuple[int, str]:
        screen = Screen()
        with os.fdopen(os.dup(screen.theirs), "w") as stderr, monkeypatch.context() as patched:
            patched.setattr(sys, "stderr", stderr)
            code = main(list(arguments))
        return code, screen.closed()

    return run


@pytest.mark.slow
def test_backup_and_restore(
    tmp_path: Path, type_: Callable[..., tuple[int, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    asyncio.run(make_database(tmp_path / "data/bot.db"))
    with contextlib.closing(sqlite3.connect(tmp_path / "data/bot.db")) as connection:
        big = ((f"key {number}", "x" * 10_000) for number in range(3000))
        connection.executemany("INSERT INTO meta VALUES (?, ?)", big)
        connection.commit()
    for command, said, lines in (("backup", "copy.db: a copy of ", 1), ("restore", "holds. The one before is ", 7)):
        code, shown = type_(command, "copy.db")
        assert code == 0
        assert re.search("copying pages|checking the (copy|backup)", shown)
        assert is_cleared(shown)
        out = capsys.readouterr().out
        assert said in out
        assert out.count("\n") == lines
        assert "\r" not in out


@pytest.mark.slow
def test_report(tmp_path: Path, type_: Callable[..., tuple[int, str]], capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").mkdir()

    async def fill() -> None:
        storage = await ledgers.filled(tmp_path / "data", 12)
        await storage.close()

    asyncio.run(fill())
    for file, what in (("r.xlsx", r"строки|пишем файл"), ("r.docx", "запросы")):
        code, shown = type_("report", file, "--from", "2026-09-01", "--until", "2026-11-30")
        assert code == 0
        assert re.search(what, shown)
        assert is_cleared(shown)
        assert "Представили" in capsys.readouterr().out or file.endswith("docx")


@pytest.mark.slow
def test_import(tmp_path: Path, type_: Callable[..., tuple[int, str]]) -> None:
    (tmp_path / "table.csv").write_text(
        "наименование;тип\n" + "".join(f"Школа {number};general\n" for number in range(3000)), encoding="utf-8"
    )
    code, shown = type_("import-organizations", "table.csv", "--yes")
    assert code == 0
    assert "читаем таблицу" in shown
    assert re.search("организации .*3000|запросы к ним", shown)
    assert is_cleared(shown)
