"""An older backup does not bring back the roles, limits, seats and links that were taken away after it."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.__main__ import main
from bot.catalog.loader import Files
from bot.catalog.shelf import Shelf
from bot.domain.people.member import Limits, Role, SeatState, StaffRole
from bot.domain.people.messenger import Messenger
from bot.parts.opening import Opening
from bot.storage.desk import erasure
from bot.storage.engine.database import Storage, Tx
from bot.storage.people import invitations, last_said, links, organizations, people, seats, staff
from bot.storage.post import meta
from scheduler.backups import Backups
from tests.databases import make_database, note_rights
from tests.world import catalog_of

NOW = datetime(2026, 10, 5, 2, tzinfo=UTC)
ADMIN, OTHER_ADMIN, CURATOR, DEMOTED, NARROWED, WIDENED, HEAD, DEPUTY, FORMER = (7_700_000_000 + n for n in range(9))
SCHOOLS, GARDENS = Limits(frozenset({"general"})), Limits(frozenset({"preschool"}))

T = TypeVar("T")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the settings say it is, with a department and a school."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    asyncio.run(make_database(tmp_path / "bot.db"))
    done(tmp_path / "bot.db", _then)
    noted(tmp_path / "bot.db", NOW)
    return tmp_path / "bot.db"


def done(database: Path, deed: Callable[[Tx], Awaitable[T]]) -> T:
    async def do() -> T:
        storage = Storage(f"sqlite+aiosqlite:///{database}")
        try:
            return await storage.apply(deed)
        finally:
            await storage.close()

    return asyncio.run(do())


def noted(database: Path, now: datetime) -> None:
    """The next tick keeps beside the backups what holds now."""

    async def tick() -> None:
        storage = Storage(f"sqlite+aiosqlite:///{database}")
        try:
            backups = Backups(storage, 3)
            assert await backups.note_rights(now)
            assert not await backups.note_rights(now)
            await backups.note_erased()
        finally:
            await storage.close()

    asyncio.run(tick())


async def test_who_is_overtaken_by_another_who_notes_looks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_database(tmp_path / "bot.db")
    storage = Storage(f"sqlite+aiosqlite:///{tmp_path}/bot.db")
    await storage.apply(_then)
    mine, others, commit = Backups(storage, 3), Backups(storage, 3), storage.apply

    async def overtaken(*what: Any, **how: Any) -> Any:
        monkeypatch.setattr(storage, "apply", commit)
        assert await others.note_rights(NOW + timedelta(hours=1))
        return await commit(*what, **how)

    monkeypatch.setattr(storage, "apply", overtaken)
    assert not await mine.note_rights(NOW)
    async with storage.read() as tx:
        noted = await meta.get(tx, meta.RIGHTS)
    assert await mine.note_rights(NOW + timedelta(hours=2))
    async with storage.read() as tx:
        assert await meta.get(tx, meta.RIGHTS) == noted
    assert (tmp_path / "backups" / "rights.txt").read_text().splitlines() == str(noted).splitlines()
    await storage.close()


async def _then(tx: Tx) -> None:
    for person_id in range(ADMIN, FORMER + 1):
        await people.ensure(tx, person_id, "Человек", NOW)
        await people.consent(tx, person_id, NOW)
    for person_id, role in ((ADMIN, StaffRole.ADMIN), (OTHER_ADMIN, StaffRole.ADMIN), (CURATOR, StaffRole.CURATOR)):
        await staff.grant(tx, person_id, role, None, NOW)
    for person_id in (DEMOTED, NARROWED):
        await staff.grant(tx, person_id, StaffRole.CURATOR, None, NOW)
    await staff.grant(tx, WIDENED, StaffRole.CURATOR, None, NOW, SCHOOLS)
    school = await organizations.add(tx, "Школа", ["general"], ADMIN, NOW, active=True)
    for person_id, seat in ((HEAD, Role.HEAD), (FORMER, Role.HEAD), (DEPUTY, Role.HEAD)):
        await seats.take(tx, person_id, school, seat, SeatState.SEATED, NOW)
    await invitations.create(tx, school, Role.HEAD, ADMIN, NOW)


async def _since(tx: Tx) -> None:
    await staff.revoke(tx, CURATOR, ADMIN, NOW)
    await staff.change(tx, DEMOTED, StaffRole.VIEWER, Limits(), ADMIN, NOW)
    await staff.change(tx, NARROWED, StaffRole.CURATOR, GARDENS, ADMIN, NOW)
    await staff.change(tx, WIDENED, StaffRole.CURATOR, Limits(), ADMIN, NOW)
    (former,) = await seats.of_person(tx, FORMER)
    await seats.vacate(tx, former.id, ADMIN, NOW)
    (deputy,) = await seats.of_person(tx, DEPUTY)
    await seats.leave(tx, deputy.id, DEPUTY, NOW)
    await seats.take(tx, DEPUTY, deputy.organization_id, Role.DEPUTY, SeatState.SEATED, NOW)


async def _rights(tx: Tx) -> dict[int, object]:
    """Who is what now."""
    held: dict[int, object] = {
        person.id: (person.staff_role, person.limits) for person in await staff.members(tx) if person.staff_role
    }
    places = [each.id for each in await organizations.every(tx)]
    return held | {seat.person_id: seat.role for seat in await seats.holders(tx, places)}


AFTERWARDS = {
    ADMIN: (StaffRole.ADMIN, Limits()),
    OTHER_ADMIN: (StaffRole.ADMIN, Limits()),
    DEMOTED: (StaffRole.VIEWER, Limits()),
    NARROWED: (StaffRole.CURATOR, GARDENS),
    # Nothing is given that was given since.
    WIDENED: (StaffRole.CURATOR, SCHOOLS),
    HEAD: Role.HEAD,
    DEPUTY: Role.DEPUTY,
}


@pytest.mark.slow
@pytest.mark.parametrize("damaged", [False, True])
def test_what_was_taken_away_stays_taken_away(
    database: Path, capsys: pytest.CaptureFixture[str], *, damaged: bool
) -> None:
    assert main(["backup", "copy.db"]) == 0
    done(database, _since)
    if damaged:
        # The list beside the backups is what is left to know it by.
        noted(database, NOW + timedelta(hours=1))
        database.write_bytes(b"what a dying disk leaves")
    capsys.readouterr()
    assert main(["restore", "copy.db"]) == 0
    said = capsys.readouterr().out
    assert "roles 3, seats 2" in said
    assert "administrator" not in said
    assert done(database, _rights) == AFTERWARDS
    assert done(database, lambda tx: links.usable_now(tx, NOW)) == []
    # A start holds it against the list again, and finds nothing.
    assert not _started(database)
    assert done(database, _rights) == AFTERWARDS


def test_the_list_names_nobody(database: Path) -> None:
    listed = (database.parent / "backups" / "rights.txt").read_text(encoding="utf-8")
    assert len(listed.splitlines()) == 9
    for word in (str(ADMIN), str(HEAD), "Человек", "Школа"):
        assert word not in listed
    done(database, lambda tx: erasure.erase(tx, HEAD, NOW))
    noted(database, NOW + timedelta(hours=1))
    assert len((database.parent / "backups" / "rights.txt").read_text(encoding="utf-8").splitlines()) == 9


@pytest.mark.slow
def test_a_copy_that_somebody_puts_there_by_hand_is_held_to_it_too(database: Path) -> None:
    assert main(["backup", "copy.db"]) == 0
    done(database, _since)
    noted(database, NOW + timedelta(hours=1))
    assert not _started(database)
    shutil.copy("copy.db", database)
    assert _started(database)
    assert done(database, _rights) == AFTERWARDS
    assert done(database, lambda tx: links.usable_now(tx, NOW)) == []
    assert not _started(database)


@pytest.mark.slow
def test_it_is_held_to_it_under_another_name_too(database: Path) -> None:
    assert main(["backup", "copy.db"]) == 0
    done(database, _since)
    noted(database, NOW + timedelta(hours=1))
    shutil.copy("copy.db", "older.db")
    assert _started(database.with_name("older.db"))
    assert done(database.with_name("older.db"), _rights) == AFTERWARDS


@pytest.mark.slow
def test_another_district_s_database_beside_is_held_to_nothing_of_this_one(database: Path) -> None:
    """Each start took it for an older copy: its links were recalled, its announcements paused, its letters dropped."""
    other = database.with_name("other.db")
    asyncio.run(make_database(other))
    done(other, _then)
    for hours, deed in enumerate((_since, lambda tx: erasure.erase(tx, HEAD, NOW)), 1):
        done(database, deed)
        noted(database, NOW + timedelta(hours=hours))
        if hours == 1:
            noted(other, NOW + timedelta(hours=1))
        assert not _started(other)
    assert len(done(other, lambda tx: links.usable_now(tx, NOW))) == 1
    assert done(other, lambda tx: people.get(tx, HEAD)) is not None


@pytest.mark.slow
@pytest.mark.parametrize(
    "spoilt",
    [
        b"\xff\xfe\x00",
        b"a line of somebody's",
        b"0a1b 2026-10-05T02:00:00 null",
        b"0a1b yesterday null",
        b'0a1b 2026-10-05T02:00:00+00:00 {"role": "tsar"}',
        b"0a1b 2026-10-05T02:00:00+00:00 [1]",
        b"0a1b 2026-10-05T02:00:00+00:00 {}",
        b'0a1b 2026-10-05T02:00:00+00:00 {"role": "curator", "types": 5}',
    ],
)
def test_a_list_that_was_damaged_holds_by_the_lines_that_can_be_read(database: Path, spoilt: bytes) -> None:
    """Somebody has opened it in an editor, or a disk is dying: the bot starts, and gives nothing back."""
    assert main(["backup", "copy.db"]) == 0
    done(database, _since)
    noted(database, NOW + timedelta(hours=1))
    listed = database.parent / "backups" / "rights.txt"
    listed.write_bytes(spoilt + b"\r\n" + listed.read_bytes() + spoilt)
    (database.parent / "backups" / "erased.txt").write_bytes(spoilt)
    assert not _started(database)
    shutil.copy("copy.db", database)
    assert _started(database)
    assert done(database, _rights) == AFTERWARDS
    assert main(["restore", "copy.db"]) == 0
    assert done(database, _rights) == AFTERWARDS


@pytest.mark.slow
def test_who_goes_back_to_what_was_set_aside_has_everything_again(database: Path) -> None:
    assert main(["backup", "copy.db"]) == 0
    done(database, _since)
    noted(database, NOW + timedelta(hours=1))
    before = done(database, _rights)
    assert main(["restore", "copy.db"]) == 0
    noted(database, NOW + timedelta(hours=2))
    (aside,) = database.parent.glob("bot.before-*.db")
    assert main(["restore", str(aside)]) == 0
    assert done(database, _rights) == before


@pytest.mark.slow
def test_what_has_changed_since_the_clock_was_set_back_is_the_last_word(database: Path) -> None:
    done(database, _since)
    noted(database, NOW - timedelta(days=400))
    assert main(["backup", "copy.db"]) == 0
    done(database, lambda tx: staff.revoke(tx, NARROWED, ADMIN, NOW))
    noted(database, NOW - timedelta(days=300))
    database.write_bytes(b"what a dying disk leaves")
    assert main(["restore", "copy.db"]) == 0
    assert NARROWED not in done(database, _rights)


def test_the_operator_hears_that_no_administrator_is_left(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "copy.db"]) == 0

    async def handed_over(tx: Tx) -> None:
        await staff.change(tx, CURATOR, StaffRole.ADMIN, Limits(), ADMIN, NOW)
        for person_id in (ADMIN, OTHER_ADMIN):
            assert await staff.revoke(tx, person_id, CURATOR, NOW)

    done(database, handed_over)
    capsys.readouterr()
    assert main(["restore", "copy.db"]) == 0
    assert "No administrator is left: start the bot, and `python -m bot claim` prints" in capsys.readouterr().out
    assert done(database, staff.admins) == []


def test_on_another_machine_the_operator_hears_that_nothing_is_known(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", "copy.db"]) == 0
    shutil.rmtree(database.parent / "backups")
    database.unlink()
    asyncio.run(note_rights("sqlite+aiosqlite:///copy.db", NOW))
    capsys.readouterr()
    assert main(["restore", "copy.db"]) == 0
    assert "Nothing here tells which roles and seats were taken away after the backup" in capsys.readouterr().out
    assert len(done(database, _rights)) == 9


def _started(database: Path) -> bool:
    """Starts the bot on it; whether it found an older copy there."""
    catalog = catalog_of()
    files = Files(Path("data/directives.yaml"), Path("data/calendar.yaml"), None, catalog.calendar.zone)

    async def start() -> bool:
        storage = Storage(f"sqlite+aiosqlite:///{database}")
        try:
            opening = Opening(
                storage, Shelf(catalog, files), lambda: NOW, Messenger.TELEGRAM, (), backups=False, demo=False
            )
            async with storage.read() as tx:
                before = await last_said.newest_entry(tx)
            await opening.run()
            async with storage.read() as tx:
                return await last_said.any_deed(tx, before)
        finally:
            await storage.close()

    return asyncio.run(start())
