"""`restore` is killed when the backup is in its place and not held yet to what was done since: a start does that."""

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from bot.__main__ import main
from bot.catalog.loader import Files
from bot.catalog.shelf import Shelf
from bot.domain.letter import LetterKind, LetterState
from bot.domain.people.messenger import Messenger
from bot.parts.opening import Opening
from bot.storage.desk import restoring
from bot.storage.engine.database import Storage, Tx
from bot.storage.people import people, staff
from bot.storage.post import letters, meta
from tests.databases import make_database, note_rights
from tests.lacking import lacks
from tests.postgres import postgres_missing
from tests.world import catalog_of

PERSON = 7_700_123_456
NOW = datetime(2026, 10, 5, 2, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the settings say the database is, in which a letter waits that is due."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BACKUPS_FOLDER", "backups")
    if request.param == "sqlite":
        asyncio.run(make_database(tmp_path / "bot.db"))
        url = f"sqlite+aiosqlite:///{tmp_path}/bot.db"
    else:
        if reason := postgres_missing():
            lacks("POSTGRES", reason)
        url = request.getfixturevalue("own_url")
    monkeypatch.setenv("DATABASE_URL", url)

    async def begin() -> None:
        storage = Storage(url)

        async def work(tx: Tx) -> None:
            await people.ensure(tx, PERSON, "Начальник", NOW)
            await staff.make_admin(tx, PERSON, None, NOW)
            await letters.write(tx, LetterKind.REMINDER, [PERSON], NOW)

        await storage.apply(work)
        await storage.close()
        # As each tick does: by the roles nobody can tell that the backup is older.
        await note_rights(url, NOW)

    asyncio.run(begin())
    return url


async def _started(url: str) -> tuple[datetime | None, int, int]:
    """When the bot that starts thinks a backup was put there last; letters that wait, and that were dropped."""
    catalog = catalog_of()
    files = Files(Path("directives.yaml"), Path("calendar.yaml"), None, catalog.calendar.zone)
    storage = Storage(url)
    try:
        await Opening(
            storage,
            Shelf(catalog, files),
            lambda: datetime.now(UTC),
            Messenger.TELEGRAM,
            (),
            backups=True,
            demo=False,
            folder=Path("backups"),
        ).run()
        async with storage.read() as tx:
            states = [await letters.count(tx, state) for state in (LetterState.WAITING, LetterState.DROPPED)]
            return await meta.get_moment(tx, meta.RESTORED_AT), states[0], states[1]
    finally:
        await storage.close()


class _Killed(BaseException):
    """kill -9, as far as a test can."""


@pytest.mark.slow
def test_the_next_start_holds_the_backup_to_what_was_done_since(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert asyncio.run(_started(url)) == (None, 1, 0)
    assert main(["backup", "copy"]) == 0

    async def killed(*_: object) -> NoReturn:
        raise _Killed

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(restoring, "settle", killed)
        with pytest.raises(_Killed):
            main(["restore", "copy"])
    with caplog.at_level(logging.WARNING):
        at, waiting, dropped = asyncio.run(_started(url))
    assert at is not None
    # It may have gone since the backup.
    assert (waiting, dropped) == (0, 1)
    assert "it is held to what had been done since" in caplog.text
    # Once.
    caplog.clear()
    assert asyncio.run(_started(url)) == (at, 0, 1)
    assert not caplog.text
    # A backup of now knows nothing of it.
    assert main(["restore", "copy"]) == 0
    assert asyncio.run(_started(url))[1:] == (0, 1)
