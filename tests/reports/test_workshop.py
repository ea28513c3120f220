"""A report is made by a process of its own, which fails alone and does not outlive the bot."""

import asyncio
import contextlib
import os
import pickle
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.ledger.report import Letterhead, Order, ReportKind
from bot.replica import Replica
from bot.reports import workshop
from bot.reports.job import Job
from bot.reports.workshop import MAKER, ReportFailed, Workshop
from bot.storage.engine.database import Storage
from bot.storage.engine.migrate import migrate
from tests.databases import make_database

JOB = Job(Order(ReportKind.WORKBOOK), Letterhead("Asia/Irkutsk"), datetime(2026, 10, 5, 1, tzinfo=UTC))


@pytest.fixture
def own_maker(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the program starts it."""
    monkeypatch.setattr(workshop, "MAKER", MAKER)


@pytest.mark.slow
@pytest.mark.usefixtures("own_maker")
async def test_an_empty_ledger_is_told_in_words(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/bot.db"
    storage = Storage(url)
    await migrate(storage)
    await storage.close()
    async with Workshop(url).made(JOB) as (made, folder):
        assert made.files == ()
        assert made.caption
        assert folder.exists()
    assert not folder.exists()


async def test_what_a_killed_bot_has_left_is_removed_and_nothing_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    databases = tmp_path / "databases"
    tmp_path = tmp_path / "temporary"
    tmp_path.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mine, other = (Workshop(f"sqlite+aiosqlite:///{databases}/{name}.db") for name in ("mine", "other"))
    folders: list[Path] = []
    for shop in (mine, other):
        with contextlib.suppress(ReportFailed):
            # Where it makes its reports: seen while it makes one.
            making = asyncio.create_task(_make(shop))
            while len(list(tmp_path.iterdir())) == len(folders):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            (folder,) = set(tmp_path.iterdir()) - set(folders)
            folders.append(folder)
            await making
        # As a kill leaves it.
        folder.mkdir(exist_ok=True)
        (folder / "Свод.xlsx").write_bytes(b"answers")
    mine.clear(living=())
    assert list(tmp_path.iterdir()) == [folders[1]]


async def test_what_another_replica_makes_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, replica = _of_replica(tmp_path, 71), _of_replica(tmp_path, 7)
    tmp_path = tmp_path / "temporary"
    tmp_path.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    making = [asyncio.create_task(_make(one)) for one in (shop, replica)]
    while len(folders := sorted(tmp_path.iterdir())) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    await asyncio.gather(*making, return_exceptions=True)
    # As kills leave them.
    for folder in folders:
        folder.mkdir(exist_ok=True)
    shop.clear(living={7, 8})
    (left,) = tmp_path.iterdir()
    assert "-7-" in left.name


def _of_replica(folder: Path, number: int) -> Workshop:
    url = f"sqlite+aiosqlite:///{folder}/none/none.db"
    storage = Storage(url)
    replica = Replica(storage, "")
    replica.id = number
    return Workshop(url, replica)


async def _make(shop: Workshop) -> None:
    async with shop.made(JOB):
        pytest.fail("there is no database")


async def test_a_database_that_is_not_there_fails_the_report_and_not_the_bot(tmp_path: Path) -> None:
    with pytest.raises(ReportFailed, match="no such table"):
        async with Workshop(f"sqlite+aiosqlite:///{tmp_path}/none.db").made(JOB):
            pytest.fail("there is nothing to report")


async def test_what_becomes_of_a_report_is_no_fault_of_its_making(tmp_path: Path) -> None:
    await make_database(tmp_path / "bot.db")
    with pytest.raises(ConnectionError):
        async with Workshop(f"sqlite+aiosqlite:///{tmp_path}/bot.db").made(JOB):
            raise ConnectionError


@pytest.mark.slow
def test_no_report_waits_for_a_library_of_telegrams() -> None:
    # In one process: whichever loads it, all that come after have it too.
    script = (
        "import sys\n"
        "import bot.reports.__main__\n"
        "from bot.domain.ledger.report import ReportKind\n"
        "from bot.reports.making import maker\n"
        "for kind in ReportKind:\n"
        "    maker(kind)\n"
        "    print(kind, [one for one in ('aiogram', 'aiohttp') if one in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, check=True)
    assert done.stdout.decode().splitlines() == [f"{kind} []" for kind in ReportKind]


@pytest.mark.slow
@pytest.mark.usefixtures("own_maker")
async def test_the_address_of_the_database_is_in_no_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[object, ...]] = []
    start = asyncio.create_subprocess_exec

    async def watch(*arguments: str, **options: object) -> asyncio.subprocess.Process:
        seen.append(arguments)
        return await start(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", watch)
    with pytest.raises(ReportFailed):
        async with Workshop(f"sqlite+aiosqlite:///{tmp_path}/secret.db").made(JOB):
            pytest.fail("there is nothing to report")
    assert seen
    assert not any("secret" in str(each) for arguments in seen for each in arguments)


@pytest.mark.slow
def test_the_maker_ends_when_the_bot_has_died_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "Свод.xlsx").write_bytes(b"half of it")
    # The database is a pipe that nobody writes to: opening it takes for ever.
    os.mkfifo(tmp_path / "bot.db")
    maker = subprocess.Popen([sys.executable, "-m", "bot.reports"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert maker.stdin is not None
    assert maker.stdout is not None
    try:
        maker.stdin.write(pickle.dumps((f"sqlite+aiosqlite:///{tmp_path}/bot.db", JOB, str(folder))))
        maker.stdin.close()
        assert maker.wait(30) != 0
        assert not folder.exists()
    finally:
        maker.kill()
        maker.wait()
        maker.stdout.close()
