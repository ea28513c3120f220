"""python -m bot report, as somebody at a terminal sees it."""

import asyncio
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from bot.__main__ import main
from tests.bot.test_command_line import Terminal
from tests.forge import Forge
from tests.reports import ledgers


@pytest.fixture
def terminal(tmp_path: Path, forge: Forge) -> Terminal:
    (tmp_path / "data").mkdir()
    terminal = Terminal(tmp_path, forge)
    terminal.environment["DATABASE_URL"] = f"sqlite+aiosqlite:///{tmp_path}/data/bot.db"
    return terminal


@pytest.fixture
def lived_in(terminal: Terminal) -> Terminal:
    """The autumn of twelve organizations is in the database."""

    async def fill() -> None:
        storage = await ledgers.filled(terminal.folder / "data", 12)
        await storage.close()

    asyncio.run(fill())
    return terminal


AUTUMN = ("--from", "2026-09-01", "--until", "2026-11-30")


@pytest.mark.slow
def test_the_workbook_of_a_period_needs_no_token(lived_in: Terminal) -> None:
    code, out, err = lived_in.run("report", "свод.xlsx", *AUTUMN)
    assert (code, err) == (0, "")
    assert "Представили" in out
    # A line for each thing; where the file is comes last.
    lines = out.splitlines()
    assert len(lines) >= 3
    assert lines[-1] == f"Файл: {lived_in.folder / 'свод.xlsx'}"
    book = openpyxl.load_workbook(lived_in.folder / "свод.xlsx")
    assert book.sheetnames[0] == "Сводка"
    # Nothing is left beside it.
    assert sorted(each.name for each in lived_in.folder.iterdir()) == ["data", "свод.xlsx"]


def test_the_board_is_written_by_its_suffix(lived_in: Terminal) -> None:
    code, out, err = lived_in.run("report", "доска.html", *AUTUMN)
    assert (code, err) == (0, "")
    assert "Доска района" in out
    assert (lived_in.folder / "доска.html").read_text("utf-8").endswith("</html>\n")


def test_a_report_of_one_directive_replaces_the_file(lived_in: Terminal) -> None:
    (lived_in.folder / "club.xlsx").write_text("старый")
    code, out, _ = lived_in.run("report", "club.xlsx", "--directive", "school-sports-clubs", *AUTUMN)
    assert code == 0
    assert "2.4" in out
    book = openpyxl.load_workbook(lived_in.folder / "club.xlsx")
    assert book.sheetnames == ["2.4 Школьный спортивный клуб", "Данные"]


@pytest.mark.slow
def test_what_cannot_be_written_is_said(
    lived_in: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(lived_in.folder)
    for name, value in lived_in.environment.items():
        monkeypatch.setenv(name, value)
    (lived_in.folder / "folder.xlsx").mkdir()
    for arguments, code, words in (
        (("report.pdf",), 2, ".xlsx или .docx"),
        (("none/report.xlsx",), 1, "такой папки нет"),
        (("folder.xlsx", *AUTUMN), 1, "это папка"),
        (("data.xlsx", "--from", "2026-12-01", "--until", "2026-11-01"), 2, "--until"),
        (("r.xlsx", "--directive", "olimpiad", *AUTUMN), 1, "Может быть, olympiad?"),
        (("r.xlsx", "--directive", "?", *AUTUMN), 1, "DIRECTIVES_FILE"),
        (("r.xlsx", "--from", "2020-01-01", "--until", "2020-02-01"), 1, "запросов не было"),
    ):
        assert main(["report", *arguments]) == code
        out, err = capsys.readouterr()
        assert out == ""
        assert words in err
    assert sorted(each.name for each in lived_in.folder.iterdir()) == ["data", "folder.xlsx"]


# No file may grow beyond that, as on a disk that is full; those of the database are there by then.
_FULL = """
import resource, sys
from bot.__main__ import main
from bot.reports import making

make = making.make

async def made(*arguments):
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    return await make(*arguments)

making.make = made
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["r.xlsx", "r.docx", "r.html"])
def test_a_disk_that_fills_up_is_no_fault_of_the_program(lived_in: Terminal, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FULL, "report", name, *AUTUMN],
        cwd=lived_in.folder,
        env=lived_in.environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, b"")
    assert f"{name}: файл не записать: " in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert [each.name for each in lived_in.folder.iterdir()] == ["data"]


def test_a_database_that_is_not_there_is_not_made(terminal: Terminal) -> None:
    code, _, err = terminal.run("report", "report.xlsx")
    assert code == 3
    assert "does not exist" in err
    assert list((terminal.folder / "data").iterdir()) == []
