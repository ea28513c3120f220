"""Roles in the department, and how organizations stand, on either engine."""

from datetime import timedelta

import pytest

from bot.domain.ledger.standing import Count
from bot.domain.people.member import Limits, Role, StaffInvitation, StaffRole
from bot.storage.ledger.control import standing
from bot.storage.people import listing, people, seats, staff
from bot.storage.people.listing import Marks, Which
from tests.storage.seed import ADMIN, DAY, IVAN, NOW, OLGA, SAFETY, Seed


async def _promote(seed: Seed, id: int) -> None:
    await seed.storage.apply(lambda tx: people.consent(tx, id, NOW))
    await seed.storage.apply(lambda tx: staff.make_admin(tx, id, None, NOW))


@pytest.fixture
async def admins(seed: Seed) -> tuple[int, int]:
    for id in (ADMIN, OLGA):
        await seed.person(id)
        await _promote(seed, id)
    return ADMIN, OLGA


async def test_two_administrators_who_withdraw_each_other_leave_one(seed: Seed, admins: tuple[int, int]) -> None:
    done = await seed.crowd(2, lambda tx, index: staff.revoke(tx, admins[index], admins[1 - index], NOW))
    assert sorted(map(bool, done)) == [False, True]
    (left,) = await seed.see(staff.admins)
    assert not await seed.storage.apply(lambda tx: staff.change(tx, left, StaffRole.VIEWER, Limits(), left, NOW))
    assert await seed.see(staff.admins) == [left]


async def test_a_link_gives_a_role_once(seed: Seed, admins: tuple[int, int]) -> None:
    limits = Limits(frozenset({"school"}), frozenset({"safety"}))
    token = await seed.storage.apply(lambda tx: staff.invite(tx, StaffRole.CURATOR, limits, ADMIN, NOW))
    for index in range(6):
        await seed.person(index + 1)
    found = await seed.crowd(6, lambda tx, index: staff.use_invitation(tx, token, index + 1, NOW))
    (used,) = [staff_invitation for staff_invitation in found if isinstance(staff_invitation, StaffInvitation)]
    assert (used.role, used.limits, used.used_at) == (StaffRole.CURATOR, limits, NOW)
    assert found.count(None) == 5
    stale = await seed.storage.apply(lambda tx: staff.invite(tx, StaffRole.VIEWER, Limits(), ADMIN, NOW))
    late = NOW + staff.LIFETIME
    assert await seed.storage.apply(lambda tx: staff.use_invitation(tx, stale, 1, late)) is None
    assert await seed.storage.apply(lambda tx: staff.use_invitation(tx, "guess", 1, NOW)) is None
    assert await seed.see(lambda tx: staff.find_invitation(tx, "guess")) is None


async def test_a_curator_by_link_stays_one(seed: Seed, admins: tuple[int, int]) -> None:
    await seed.person(IVAN)
    token = await seed.storage.apply(lambda tx: staff.invite(tx, StaffRole.CURATOR, Limits(), ADMIN, NOW))
    await seed.storage.apply(lambda tx: staff.use_invitation(tx, token, IVAN, NOW))
    await seed.storage.apply(lambda tx: staff.grant(tx, IVAN, StaffRole.CURATOR, IVAN, NOW))
    assert not await seed.storage.apply(lambda tx: staff.revoke_curator(tx, IVAN, NOW))
    # Withdrawn, and a curator again by a seat: the old link is no reason any more.
    await seed.storage.apply(lambda tx: staff.revoke(tx, IVAN, ADMIN, NOW))
    await seed.storage.apply(lambda tx: staff.grant(tx, IVAN, StaffRole.CURATOR, ADMIN, NOW + DAY))
    assert await seed.storage.apply(lambda tx: staff.revoke_curator(tx, IVAN, NOW + DAY))


async def test_how_organizations_stand(seed: Seed) -> None:
    school = await seed.organization("Лицей", "school", "preschool")
    empty = await seed.organization("Сад", "preschool")
    gone = await seed.organization("Школа")
    head = await seed.seat(OLGA, school)
    await seed.seat(IVAN, school, Role.DEPUTY)
    assert (await seed.see(standing.counts))[0] == Count(3, 2, 0)
    found = await seed.open(SAFETY)
    await seed.answer(await seed.owed(found, school), OLGA, NOW + DAY)
    debt = await seed.see(lambda tx: standing.debt(tx, school, Limits(), NOW + DAY))
    assert (debt.open, debt.owed, debt.last_at) == (1, 0, NOW + DAY)
    owing = await seed.see(lambda tx: standing.debt(tx, gone, Limits(), NOW + DAY))
    assert (owing.open, owing.owed, owing.last_at, owing.last_by) == (1, 1, None, None)
    assert (await seed.see(lambda tx: standing.debt(tx, gone, Limits(), NOW + 99 * DAY))).open == 0
    await seed.storage.apply(lambda tx: people.stop(tx, OLGA, NOW))
    silent = Which(silent=True)
    assert await seed.see(lambda tx: listing.every(tx, silent)) == []
    await seed.storage.apply(lambda tx: people.unreachable(tx, IVAN, NOW))
    assert [each.id for each in await seed.see(lambda tx: listing.every(tx, silent))] == [school]
    left = await seed.storage.apply(lambda tx: seats.vacate(tx, head.id, IVAN, NOW + timedelta(hours=1), replaced=True))
    assert left is not None
    assert left.until == NOW + timedelta(hours=1)
    assert await seed.storage.apply(lambda tx: seats.vacate(tx, head.id, IVAN, NOW)) is None
    assert await seed.see(lambda tx: seats.former(tx, school, 5)) == [left]
    assert await seed.see(lambda tx: seats.heads(tx, school)) == []
    counts = await seed.see(standing.counts)
    assert counts == (Count(3, 3, 1), {"school": Count(2, 2, 1), "preschool": Count(2, 2, 1)})
    gardens = Limits(frozenset({"preschool"}))
    assert await seed.see(lambda tx: standing.counts(tx, gardens)) == (Count(2, 2, 1), {"preschool": Count(2, 2, 1)})
    vacant = await seed.see(lambda tx: listing.every(tx, Which(vacant=True)))
    assert {each.id for each in vacant} == {school, empty, gone}
    assert await seed.see(lambda tx: listing.count(tx, Which(["preschool"], vacant=True))) == 2
    marks = await seed.see(lambda tx: listing.marks(tx, [school, gone]))
    assert marks == Marks(frozenset({school, gone}), frozenset({school}))
