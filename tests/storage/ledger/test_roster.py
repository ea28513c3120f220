"""Imports: what they add, change and remove, and what is owed then. Of file and import the last change wins."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger.obligation import Obligation, ObligationState
from bot.domain.letter import LetterState
from bot.domain.people.member import Role, SeatState
from bot.domain.people.organization import Organization, OrganizationType, RosterEntry
from bot.domain.people.roster import RosterChange, compare
from bot.storage.engine.database import Tx
from bot.storage.ledger import addressing, obligations
from bot.storage.ledger.changes import roster
from bot.storage.people import invitations, organizations, seats
from bot.storage.post import letters
from bot.storage.schema import audit
from bot.storage.schema import obligations as rows
from tests.storage.seed import ADMIN, CALENDAR, DAY, IVAN, NOW, OLGA, SAFETY, SPORT, Seed, occurrence

SCHOOL, GARDEN = frozenset({"school"}), frozenset({"preschool"})
CATALOG = Catalog({"school": OrganizationType("school", "Школа")}, {}, {}, {}, CALENDAR)
LYCEUM = RosterEntry("s1", "Лицей", SCHOOL, frozenset({"upper"}))
GYMNASIUM = RosterEntry("s2", "Гимназия", SCHOOL)


async def bring(seed: Seed, *entries: RosterEntry, by: int | None = None, at: Any = NOW) -> RosterChange:
    """An import of these rows."""

    async def work(tx: Tx) -> RosterChange:
        change = compare(await organizations.every(tx), entries)
        await roster.apply(tx, change, CATALOG, by, at)
        return change

    return await seed.storage.apply(work)


async def start(seed: Seed, *entries: RosterEntry) -> None:
    """A start of the bot with this file."""
    await seed.storage.apply(lambda tx: roster.take_in_file(tx, replace(CATALOG, roster=entries), NOW))


async def active(seed: Seed) -> dict[str, Organization]:
    return {organization.name: organization for organization in await seed.see(organizations.all_active)}


async def actions(seed: Seed) -> list[tuple[str, int | None, int | None]]:
    """What the log says of organizations."""
    query = sa.select(audit).where(audit.c.action.like("organization.%")).order_by(audit.c.id)
    return [(row.action, row.organization_id, row.by_id) for row in await seed.see(lambda tx: _all(tx, query))]


async def _all(tx: Tx, query: sa.Select[Any]) -> list[Any]:
    return list((await tx.execute(query)).all())


async def test_an_import_adds_changes_and_removes(seed: Seed) -> None:
    await seed.person(ADMIN)
    assert len((await bring(seed, LYCEUM, GYMNASIUM)).added) == 2
    first = await active(seed)
    assert first["Лицей"] == Organization("s1", "Лицей", SCHOOL, frozenset({"upper"}), id=first["Лицей"].id)
    assert not await bring(seed, GYMNASIUM, LYCEUM)
    new, other = RosterEntry("s3", "Третья", GARDEN), replace(LYCEUM, name="Лицей № 1", tags=frozenset())
    await bring(seed, other, new, by=ADMIN)
    second = await active(seed)
    assert set(second) == {"Лицей № 1", "Третья"}
    assert second["Лицей № 1"] == Organization("s1", "Лицей № 1", SCHOOL, id=first["Лицей"].id)
    assert await actions(seed) == [
        ("organization.added", first["Лицей"].id, None),
        ("organization.added", first["Гимназия"].id, None),
        ("organization.added", second["Третья"].id, ADMIN),
        ("organization.changed", first["Лицей"].id, ADMIN),
        ("organization.removed", first["Гимназия"].id, ADMIN),
    ]
    # What it was called nothing else knows any more.
    query = sa.select(audit.c.detail).where(audit.c.action == "organization.changed")
    assert [row.detail for row in await seed.see(lambda tx: _all(tx, query))] == [{"was": "Лицей", "tags": []}]


async def test_who_is_imported_late_is_asked_for_what_is_open(seed: Seed) -> None:
    await bring(seed, LYCEUM)
    await seed.open()
    typed_in = await seed.storage.apply(lambda tx: organizations.add(tx, "гимназия", ["preschool"], None, NOW))
    await seed.seat(OLGA, typed_in)
    # What a head typed in is taken over with its seats and asked as the roster says: it is a school.
    await bring(seed, LYCEUM, GYMNASIUM)
    assert (await active(seed))["Гимназия"] == Organization("s2", "Гимназия", SCHOOL, id=typed_in)
    assert [
        obligation.organization_name for obligation in await seed.see(lambda tx: addressing.to_ask(tx, OLGA, NOW))
    ] == ["Гимназия"]
    assert await seed.see(lambda tx: letters.count(tx, LetterState.WAITING)) == 1


async def test_a_head_s_own_stays_and_one_that_waits_is_confirmed_by_its_row(seed: Seed) -> None:
    own = await seed.storage.apply(lambda tx: organizations.add(tx, "Своя", ["school"], None, NOW))
    waiting = await seed.storage.apply(lambda tx: organizations.add(tx, "Новая", ["school"], None, NOW, active=False))
    await bring(seed, LYCEUM)
    assert set(await active(seed)) == {"Лицей", "Своя"}
    await bring(seed, LYCEUM, RosterEntry("s9", "Новая", SCHOOL))
    found = await active(seed)
    assert (found["Новая"].id, found["Своя"].id) == (waiting, own)
    assert ("organization.confirmed", waiting, None) in await actions(seed)


@pytest.fixture
async def removed(seed: Seed) -> tuple[Obligation, Obligation, Obligation]:
    """A lyceum that has gone while one request was unanswered, one answered, one returned, and one long closed."""
    await bring(seed, LYCEUM, GYMNASIUM)
    lyceum = (await active(seed))["Лицей"].id
    await seed.seat(OLGA, lyceum)
    await seed.open(SAFETY, occurrence(NOW - 40 * DAY))
    owed, answered, returned = [
        await seed.owed(await seed.open(directive), lyceum)
        for directive in (SAFETY, SPORT, replace(SPORT, id="returned"))
    ]
    for obligation in (answered, returned):
        await seed.answer(obligation, OLGA)
    async with seed.storage.write() as tx:
        await tx.execute(sa.update(rows).where(rows.c.id == returned.id).values(state=ObligationState.RETURNED))
    await bring(seed, GYMNASIUM)
    return owed, answered, returned


async def of_lyceum(seed: Seed, id: int) -> dict[str, list[str]]:
    query = sa.select(rows.c.id, rows.c.state).where(rows.c.organization_id == id).order_by(rows.c.id)
    found: dict[str, list[str]] = {}
    for row in await seed.see(lambda tx: _all(tx, query)):
        obligation = await seed.see(lambda tx, id=row.id: obligations.get(tx, id))  # type: ignore[misc]
        assert obligation
        found.setdefault(obligation.round.directive.id, []).append(row.state)
    return found


@pytest.mark.slow_on_postgresql
async def test_who_is_removed_is_asked_nothing_and_keeps_its_history(
    seed: Seed, removed: tuple[Obligation, Obligation, Obligation]
) -> None:
    owed, *_ = removed
    lyceum = owed.organization_id
    # What it has failed to answer in time stays unanswered.
    assert await of_lyceum(seed, lyceum) == {
        "safety": ["open", "excused"], "sport": ["answered"], "returned": ["excused"],
    }  # fmt: skip
    assert await seed.see(lambda tx: obligations.unanswered(tx, OLGA, NOW)) == []
    due = await seed.see(lambda tx: addressing.due_reminders(tx, NOW + 100 * DAY, 99))
    assert not {obligation.id for obligation in removed} & {obligation.id for obligation in due}
    # Nothing new is asked of it, by whatever way.
    await seed.open(replace(SAFETY, id="next"))
    assert "next" not in await of_lyceum(seed, lyceum)
    (seat,) = await seed.see(lambda tx: seats.of_person(tx, OLGA))
    assert seat.state is SeatState.SEATED


@pytest.mark.slow_on_postgresql
async def test_who_comes_back_is_the_same_and_owes_what_is_still_open(
    seed: Seed, removed: tuple[Obligation, Obligation, Obligation]
) -> None:
    owed, _, returned = removed
    lyceum = owed.organization_id
    await seed.open(replace(SAFETY, id="next"))
    await bring(seed, LYCEUM, GYMNASIUM, at=NOW + DAY)
    assert (await active(seed))["Лицей"].id == lyceum
    assert await of_lyceum(seed, lyceum) == {
        "safety": ["open", "open"], "sport": ["answered"], "returned": ["returned"], "next": ["open"],
    }  # fmt: skip
    due = await seed.see(lambda tx: addressing.due_reminders(tx, NOW + 100 * DAY, 99))
    assert {owed.id, returned.id} <= {obligation.id for obligation in due}
    assert [action for action, id, _ in await actions(seed) if id == lyceum] == [
        "organization.added", "organization.removed", "organization.returned",
    ]  # fmt: skip


@pytest.mark.slow_on_postgresql
async def test_who_comes_back_late_does_not_owe_what_is_closed(
    seed: Seed, removed: tuple[Obligation, Obligation, Obligation]
) -> None:
    owed, *_ = removed
    await bring(seed, LYCEUM, GYMNASIUM, at=owed.round.closes_at)
    assert (await of_lyceum(seed, owed.organization_id))["safety"] == ["open", "excused"]


async def test_an_old_invitation_does_not_bring_back_who_was_removed(seed: Seed) -> None:
    await bring(seed, LYCEUM, GYMNASIUM)
    lyceum = (await active(seed))["Лицей"].id
    token = await seed.storage.apply(lambda tx: invitations.create(tx, lyceum, Role.HEAD, None, NOW))
    await bring(seed, GYMNASIUM)
    await seed.person(IVAN)
    assert await seed.storage.apply(lambda tx: invitations.use(tx, token, IVAN, NOW)) is None


async def test_two_who_import_at_once_do_it_once(seed: Seed) -> None:
    await bring(seed, GYMNASIUM)

    async def work(tx: Tx, _: int) -> bool:
        change = compare(await organizations.every(tx), [LYCEUM])
        await roster.apply(tx, change, CATALOG, None, NOW)
        return bool(change)

    done = await seed.crowd(4, work)
    assert sorted(done, key=str) == [False, False, False, True]
    assert set(await active(seed)) == {"Лицей"}
    assert [action for action, *_ in await actions(seed)].count("organization.removed") == 1


async def test_a_restart_does_not_undo_an_import_until_the_file_changes(seed: Seed) -> None:
    await start(seed, LYCEUM, GYMNASIUM)
    await bring(seed, replace(LYCEUM, name="Лицей № 1"))
    await start(seed, GYMNASIUM, LYCEUM)
    assert set(await active(seed)) == {"Лицей № 1"}
    # A change of the file is the last change: it wins, and still takes nothing away.
    own = RosterEntry("s5", "Пятая", SCHOOL)
    await bring(seed, own)
    await start(seed, LYCEUM, replace(GYMNASIUM, name="Гимназия № 2"))
    assert set(await active(seed)) == {"Лицей", "Гимназия № 2", "Пятая"}
    # Without a file, and with the same one again, all stays.
    await start(seed)
    await bring(seed, own)
    assert set(await active(seed)) == {"Пятая"}


async def test_an_import_before_the_first_start_stands(seed: Seed) -> None:
    async def work(tx: Tx) -> None:
        change = compare(await organizations.every(tx), [GYMNASIUM])
        await roster.apply(tx, change, replace(CATALOG, roster=(LYCEUM,)), None, NOW)

    await seed.storage.apply(work)
    await start(seed, LYCEUM)
    assert set(await active(seed)) == {"Гимназия"}


@pytest.mark.slow_on_postgresql
async def test_who_was_removed_returns_with_a_changed_file(
    seed: Seed, removed: tuple[Obligation, Obligation, Obligation]
) -> None:
    owed, *_ = removed
    await start(seed, LYCEUM)
    assert (await of_lyceum(seed, owed.organization_id))["safety"] == ["open", "open"]


@pytest.mark.slow
async def test_many_are_imported_each_with_its_own(seed: Seed) -> None:
    many = [RosterEntry(f"s{number}", f"Школа № {number}", SCHOOL) for number in range(700)]
    await bring(seed, *many)
    found = await active(seed)
    assert len(found) == 700
    assert all(
        organization.types == SCHOOL and organization.name == f"Школа № {organization.code[1:]}"
        for organization in found.values()
    )
