"""Who is told in the morning, once; and what, within their limits."""

import pytest

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.digest import Digest
from bot.domain.people.member import Limits, StaffRole
from bot.storage.desk import digests
from bot.storage.engine.database import Tx
from bot.storage.people import people, staff
from tests.storage.seed import ADMIN, CALENDAR, DAY, HOUR, IVAN, NOW, OLGA, SAFETY, SPORT, STAFFING, Seed

BEGINS = CALENDAR.begins(NOW.date())
CURATOR = 7_000_000_008


async def employ(seed: Seed, id: int, role: StaffRole, limits: Limits = Limits()) -> None:  # noqa: B008
    """A staff member since yesterday, who can be written to."""

    async def work(tx: Tx) -> None:
        await people.ensure(tx, id, "Анна", NOW - DAY)
        await people.consent(tx, id, NOW - DAY)
        await staff.grant(tx, id, role, None, NOW - DAY, limits)

    await seed.storage.apply(work)


async def gather(seed: Seed, person_id: int, at: int) -> Digest:
    """What the person is told so many days after the opening."""
    catalog = Catalog(
        types={}, topics={}, tags={}, calendar=CALENDAR,
        directives={directive.id: directive for directive in (SAFETY, SPORT, STAFFING)},
    )  # fmt: skip

    async def look(tx: Tx) -> Digest:
        person = await people.get(tx, person_id)
        assert person is not None
        return await digests.gather(tx, person, catalog, NOW + at * DAY)

    return await seed.see(look)


async def test_everybody_is_told_once_a_day(seed: Seed) -> None:
    for id in (ADMIN, CURATOR, OLGA, IVAN):
        await employ(seed, id, StaffRole.VIEWER)
    await seed.storage.apply(lambda tx: staff.toggle_digest(tx, OLGA, NOW))
    await seed.storage.apply(lambda tx: people.stop(tx, IVAN, NOW))
    assert await seed.see(lambda tx: digests.is_due(tx, BEGINS))
    # Two processes tick at the same moment.
    told = await seed.crowd(4, lambda tx, _index: digests.claim(tx, BEGINS, NOW))
    assert not [error for error in told if isinstance(error, BaseException)]
    ids = [person.id for found in told if not isinstance(found, BaseException) for person in found]
    assert sorted(ids) == [ADMIN, CURATOR]
    assert not await seed.see(lambda tx: digests.is_due(tx, BEGINS))
    # Switched on again in the middle of the day: from tomorrow on.
    await seed.storage.apply(lambda tx: staff.toggle_digest(tx, OLGA, NOW + HOUR))
    assert await seed.storage.apply(lambda tx: digests.claim(tx, BEGINS, NOW + HOUR)) == []
    again = await seed.storage.apply(lambda tx: digests.claim(tx, BEGINS + DAY, NOW + DAY))
    assert sorted(person.id for person in again) == [OLGA, ADMIN, CURATOR]


@pytest.mark.slow_on_postgresql
async def test_it_keeps_within_the_limits(seed: Seed) -> None:
    await employ(seed, ADMIN, StaffRole.ADMIN)
    await employ(seed, CURATOR, StaffRole.CURATOR, Limits(types=frozenset({"preschool"})))
    for name in ("Школа А", "Школа Б", "Школа В"):
        await seed.organization(name)
    garden = await seed.organization("Ёлочка", "preschool")
    await seed.open(SAFETY)
    staffing = await seed.open(STAFFING)
    await seed.seat(OLGA, garden)
    await seed.seat(IVAN, garden)
    await seed.storage.apply(lambda tx: people.unreachable(tx, OLGA, NOW))

    opening = await gather(seed, ADMIN, 0)
    assert [(each.id, title) for each, title in opening.opens] == [
        ("safety", "октябрь 2026"),
        ("staffing", "октябрь 2026"),
    ]
    assert [each.id for each, _ in (await gather(seed, CURATOR, 0)).opens] == ["staffing"]

    (due,) = (await gather(seed, ADMIN, 9)).due.values()
    assert [(one.directive.id, counts.asked) for one, counts in due] == [("safety", 3), ("staffing", 4)]
    late = (await gather(seed, ADMIN, 12)).late
    assert [(one.round.directive.id, one.count) for one in late] == [("safety", 3), ("staffing", 4)]
    assert late[0].names == ("Школа А", "Школа Б")
    (one,) = (await gather(seed, CURATOR, 12)).late
    assert (one.count, one.names) == (1, ("Ёлочка",))
    assert (await gather(seed, CURATOR, 12)).unreachable == 1
    now = NOW + 12 * DAY
    limits = Limits(types=frozenset({"preschool"}))
    assert await seed.see(lambda tx: digests.late_organizations(tx, Limits(), now)) == 4
    assert await seed.see(lambda tx: digests.late_organizations(tx, limits, now)) == 1

    await seed.answer(await seed.owed(staffing, garden), IVAN)
    answered = await gather(seed, CURATOR, 12)
    assert (list(answered.late), answered.answers, answered.not_ours) == ([], 1, 0)
    assert not answered.is_worth_a_message, "an answer and somebody unreachable: known, no reason to write"
