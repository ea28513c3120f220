"""Limits to territories hold wherever limits do: whoever looks after the north is told of the north alone."""

from functools import partial
from typing import Any

import pytest

from bot.domain.desk.announcement import AnnouncementState, Source, Wording
from bot.domain.desk.audience import Audience
from bot.domain.directives.directive import AudiencePart
from bot.domain.ledger.control import Part
from bot.domain.people.member import Limits, Person, Role, SeatState, StaffRole
from bot.domain.people.organization import RosterEntry
from bot.storage.desk import (
    announcement_report,
    announcements,
    broadcasts,
    correspondence,
    digests,
    ledger_report,
    matters,
    second_thoughts,
    threads,
)
from bot.storage.engine.database import Tx
from bot.storage.ledger import directives, entering, extensions, rounds
from bot.storage.ledger.control import control, standing, unreached
from bot.storage.people import audiences, invitations, links, listing, organizations, people, seats, staff
from bot.storage.people.listing import Which
from tests.rosters import sync
from tests.storage.seed import ADMIN, CALENDAR, DAY, IVAN, NOW, OLGA, SAFETY, Seed, directive, occurrence

NORTH = Limits(territories=frozenset({"north"}))
SOUTH = Limits(territories=frozenset({"south"}))
NORTHERN_GARDENS = Limits(types=frozenset({"preschool"}), territories=frozenset({"north"}))
EVERYWHERE = Limits()
EVERYBODY = Audience(everyone=True)


async def placed(seed: Seed, *entries: tuple[str, str, str]) -> dict[str, int]:
    """Organizations of the roster: name, type and territory."""
    roster = [
        RosterEntry(name, name, frozenset({type_}), frozenset(), "", territory) for name, type_, territory in entries
    ]
    await seed.storage.apply(lambda tx: sync(tx, roster, NOW))
    every = await seed.see(lambda tx: listing.every(tx, Which(everybody=True)))
    return {organization.name: organization.id for organization in every}


@pytest.fixture
async def region(seed: Seed) -> dict[str, int]:
    """A school in each territory, a kindergarten in the north, and a school that belongs to none."""
    return await placed(
        seed,
        ("Север", "school", "north"),
        ("Сад", "preschool", "north"),
        ("Юг", "school", "south"),
        ("Ничья", "school", ""),
    )


async def test_lists_and_counts(seed: Seed, region: dict[str, int]) -> None:
    async def names(limits: Limits, *types: str) -> list[str]:
        which = Which(types or None, limits)
        every = await seed.see(lambda tx: listing.every(tx, which))
        assert await seed.see(lambda tx: listing.count(tx, which)) == len(every)
        return [organization.name for organization in every]

    assert await names(Limits()) == ["Ничья", "Сад", "Север", "Юг"]
    assert await names(NORTH) == ["Сад", "Север"]
    assert await names(NORTH, "school") == ["Север"]
    assert await names(NORTHERN_GARDENS) == ["Сад"]
    assert await names(Limits(territories=frozenset({"gone"}))) == []
    total, by_type = await seed.see(lambda tx: standing.counts(tx, NORTH))
    assert (total.total, {type_: count.total for type_, count in by_type.items()}) == (2, {"preschool": 1, "school": 1})
    assert await seed.see(lambda tx: audiences.counts_by_type(tx, SOUTH)) == {"school": 1}


async def test_audiences(seed: Seed, region: dict[str, int]) -> None:
    async def names(audience: Audience, limits: Limits = EVERYWHERE) -> list[str]:
        return await seed.see(lambda tx: audiences.names(tx, audience, limits))

    assert await names(Audience(everyone=True, territories=("north", "south"))) == ["Сад", "Север", "Юг"]
    assert await names(Audience(types=("school",), territories=("south",))) == ["Юг"]
    # Chosen by hand is chosen, wherever it is; a territory alone is nobody yet.
    by_hand = Audience(types=("school",), territories=("south",), organizations=(region["Сад"],))
    assert await names(by_hand) == ["Сад", "Юг"]
    assert Audience(territories=("north",)).is_nobody
    assert await names(Audience(territories=("north",))) == []
    # Limits are said in the audience itself, so that it holds for those that join later.
    assert EVERYBODY.within(NORTH) == Audience(everyone=True, territories=("north",))
    assert by_hand.within(NORTH) == Audience(organizations=(region["Сад"],))
    assert by_hand.within(NORTHERN_GARDENS).is_general is False
    everywhere = Audience(organizations=tuple(sorted(region.values())))
    narrowed = await seed.see(lambda tx: audiences.narrowed(tx, everywhere, NORTH))
    assert set(narrowed.organizations) == {region["Север"], region["Сад"]}


@pytest.mark.slow_on_postgresql
async def test_what_is_asked_stays_whose_it_was(seed: Seed, region: dict[str, int]) -> None:
    await seed.seat(OLGA, region["Север"])
    asked = await seed.open(SAFETY)
    owed = await seed.owed(asked, region["Север"])
    assert owed.territory == "north"
    await seed.answer(owed, OLGA)

    async def told(limits: Limits) -> dict[str, Any]:
        async def look(tx: Tx) -> dict[str, Any]:
            counts = (await control.counts(tx, [asked.id], limits, NOW)).get(asked.id)
            page = await control.page(tx, asked.id, Part.ALL, limits, 10, 0, NOW)
            debtors = await ledger_report.debtors(tx, [asked.id], limits)
            lines = await ledger_report.lines(tx, [asked.id], list(region.values()), limits)
            enterable, _ = await entering.enterable(tx, [owed.id], limits)
            return {
                "counts": counts.asked if counts else 0,
                "page": [entry.obligation.organization_name for entry in page],
                "debtors": [debtor.name for debtor in debtors],
                "lines": len(lines),
                "enterable": len(enterable),
                "executions": (await ledger_report.executions(tx, [asked.id], limits, NOW)).keys(),
                "wholly": await second_thoughts.is_wholly_within(tx, asked, limits),
                "unreached": await unreached.count(tx, asked.id, limits),
                "late": await digests.late_organizations(tx, limits, NOW + 20 * DAY),
            }

        return await seed.see(look)

    north = {
        "counts": 1, "page": ["Север"], "debtors": ["Север"], "lines": 1, "enterable": 1, "executions": {asked.id},
        "wholly": False, "unreached": 0, "late": 0,
    }  # fmt: skip
    south = {
        "counts": 1, "page": ["Юг"], "debtors": ["Юг"], "lines": 1, "enterable": 0, "executions": {asked.id},
        "wholly": False, "unreached": 1, "late": 1,
    }  # fmt: skip
    assert (await told(NORTH), await told(SOUTH)) == (north, south)
    await placed(seed, ("Север", "school", "south"), ("Сад", "preschool", "north"), ("Юг", "school", "south"))
    # It belongs to the south now; what it answered was the north's, and stays there.
    assert (await told(NORTH), await told(SOUTH)) == (north, south)
    assert [each.name for each in await seed.see(lambda tx: listing.every(tx, Which(limits=SOUTH)))] == ["Север", "Юг"]


async def test_questions_of_a_territory(seed: Seed, region: dict[str, int]) -> None:
    northern = directive("north", "safety", AudiencePart("school", (), ("north",)))
    asked = await seed.open(northern)
    owed = await seed.owed(asked, region["Север"])
    assert owed.territory == "north"
    counts = await seed.see(lambda tx: control.counts(tx, [asked.id], Limits(), NOW))
    assert counts[asked.id].asked == 1
    for limits, mine in ((Limits(), True), (NORTH, True), (SOUTH, False), (NORTHERN_GARDENS, False)):
        assert limits.covers(northern) is mine
        assert limits.covers_all_of(northern) is mine
        assert bool(await seed.see(partial(rounds.within, found=[asked], limits=limits))) is mine
    # Whoever has a part of those whom it asks looks, and does not open it for all.
    assert NORTH.covers(SAFETY)
    assert not NORTH.covers_all_of(SAFETY)
    # A round of organizations chosen by hand is theirs to whom it went.
    by_hand = directive("by-hand", "safety")
    chosen = audiences.organization_ids(Audience(organizations=(region["Юг"],)), Limits())

    async def open_by_hand(tx: Tx) -> None:
        await rounds.open_round(tx, by_hand, occurrence(), CALENDAR, NOW, chosen=chosen)

    await seed.storage.apply(open_by_hand)
    assert await seed.see(lambda tx: rounds.directives_within(tx, [by_hand], SOUTH)) == {"by-hand"}
    assert await seed.see(lambda tx: rounds.directives_within(tx, [by_hand], NORTH)) == set()


async def test_versions_that_are_kept_are_the_same_text(seed: Seed) -> None:
    """A directive without territories is written as it was before there were any."""
    assert "territories" not in directives.dump(SAFETY)
    northern = directive("north", "safety", AudiencePart("school", (), ("north", "south")))
    assert directives.restore(directives.dump(northern)) == northern


async def test_who_is_written_to(seed: Seed, region: dict[str, int]) -> None:
    for id, role, limits in (
        (1, StaffRole.ADMIN, Limits()),
        (2, StaffRole.CURATOR, NORTH),
        (3, StaffRole.CURATOR, SOUTH),
        (4, StaffRole.ADMIN, NORTH),
        (5, StaffRole.CURATOR, NORTHERN_GARDENS),
    ):
        await seed.person(id)
        grant = partial(staff.grant, person_id=id, role=role, by=None, now=NOW, limits=limits)
        await seed.storage.apply(grant)
    await seed.seat(OLGA, region["Север"])
    obligation = await seed.owed(await seed.open(SAFETY), region["Север"])
    about = await seed.storage.apply(lambda tx: threads.begin(tx, OLGA, region["Север"], obligation.id, NOW))
    nowhere = await seed.storage.apply(lambda tx: threads.begin(tx, OLGA, None, None, NOW))
    assert await seed.see(lambda tx: correspondence.readers(tx, about)) == [1, 4, 2]
    assert await seed.see(lambda tx: correspondence.readers(tx, nowhere)) == [1]
    for limits, mine in ((NORTH, True), (SOUTH, False), (Limits(), True)):
        assert await seed.see(partial(threads.covered, thread_id=about.id, limits=limits)) is mine
    assert not await seed.see(lambda tx: threads.covered(tx, nowhere.id, NORTH))
    until = obligation.due_at + DAY
    await seed.storage.apply(lambda tx: extensions.ask(tx, obligation, until, "Нужно время", OLGA, NOW))
    assert len(await seed.see(lambda tx: extensions.waiting(tx, NORTH, NOW))) == 1
    assert await seed.see(lambda tx: extensions.waiting(tx, SOUTH, NOW)) == []


async def test_announcements(seed: Seed, region: dict[str, int]) -> None:
    await seed.seat(OLGA, region["Север"])
    await seed.seat(IVAN, region["Юг"], state=SeatState.SEATED)
    northern = Person(1, "", staff_role=StaffRole.CURATOR, limits=NORTH)
    southern = Person(2, "", staff_role=StaffRole.CURATOR, limits=SOUTH)

    async def went(audience: Audience, limits: Limits) -> int:
        async def work(tx: Tx) -> int:
            await people.ensure(tx, ADMIN, "", NOW)
            made = await announcements.create(tx, ADMIN, Source(ADMIN, 1, Wording.TEXT, "Собрание"), NOW)
            await announcements.change(tx, made, audience=audience)
            await announcements.move(tx, made, [AnnouncementState.DRAFT], AnnouncementState.SCHEDULED, ADMIN, NOW)
            announcement = await announcements.get(tx, made)
            assert announcement is not None
            await broadcasts.start(tx, announcement, limits, ADMIN, NOW)
            return made

        return await seed.storage.apply(work)

    async def is_of(announcement_id: int, person: Person) -> bool:
        async def look(tx: Tx) -> bool:
            announcement = await announcements.get(tx, announcement_id)
            assert announcement is not None
            return await matters.is_theirs(tx, announcement, person)

        return await seed.see(look)

    to_all, to_north = await went(EVERYBODY, Limits()), await went(EVERYBODY, NORTH)
    assert [await is_of(to_all, northern), await is_of(to_north, northern), await is_of(to_north, southern)] == [
        False, True, False,
    ]  # fmt: skip
    # Newcomers get it within the same limits.
    kept = await seed.see(lambda tx: announcements.get(tx, to_north))
    assert kept is not None
    assert kept.audience == Audience(everyone=True, territories=("north",))

    async def reported(limits: Limits) -> list[tuple[int, int]]:
        sent = await seed.see(lambda tx: announcement_report.sent(tx, None, None, limits))
        return [(each.id, each.coverage.total) for each in sent]

    assert await reported(SOUTH) == [(to_all, 1)]
    assert await reported(NORTH) == [(to_all, 2), (to_north, 2)]
    # It went to the north, wherever its organizations are now.
    await placed(seed, ("Север", "school", "south"), ("Сад", "preschool", "south"))
    assert await is_of(to_north, northern)
    assert not await is_of(to_north, southern)


async def test_who_seats_people_and_gives_roles(seed: Seed, region: dict[str, int]) -> None:
    of_types = Limits(types=frozenset({"school"}), territories=frozenset({"north"}))
    for id, limits in ((1, Limits()), (2, NORTH), (3, SOUTH), (4, of_types)):
        await seed.person(id)
        await seed.storage.apply(partial(people.consent, person_id=id, now=NOW))
        grant = partial(staff.grant, person_id=id, role=StaffRole.ADMIN, by=None, now=NOW, limits=limits)
        await seed.storage.apply(grant)
    places = {organization.name: organization for organization in await seed.see(organizations.all_active)}

    async def managers(name: str) -> list[int]:
        return await seed.see(partial(staff.managers, place=places[name]))

    assert await seed.see(staff.admins) == [1]
    assert [await managers(name) for name in ("Север", "Юг", "Ничья")] == [[1, 2], [1, 3], [1]]
    assert await seed.see(partial(staff.givers, limits=NORTHERN_GARDENS)) == [1, 2]
    # Whoever is left alone without limits keeps that; whom the settings name is given it.
    assert await seed.see(partial(staff.is_last_admin, person_id=1))
    change = partial(staff.change, person_id=1, role=StaffRole.ADMIN, limits=NORTH, by=1, now=NOW)
    assert not await seed.storage.apply(change)
    await seed.storage.apply(partial(staff.make_admin, person_id=2, by=None, now=NOW))
    assert await seed.see(staff.admins) == [1, 2]
    assert await seed.storage.apply(change)
    # Waiting registrations and links that can be used are those of the territory.
    await seed.seat(OLGA, region["Север"], state=SeatState.WAITING)
    await seed.seat(IVAN, region["Юг"], state=SeatState.WAITING)
    for name in ("Север", "Юг"):
        create = partial(invitations.create, organization_id=region[name], role=Role.HEAD, by=1, now=NOW)
        await seed.storage.apply(create)
    for limits in (NORTH, SOUTH):
        await seed.storage.apply(partial(staff.invite, role=StaffRole.CURATOR, limits=limits, by=1, now=NOW))
    assert [seat.person_id for seat in await seed.see(partial(seats.waiting, limits=SOUTH))] == [IVAN]
    usable = await seed.see(partial(links.usable_now, now=NOW, limits=SOUTH))
    assert [(link.organization_id, link.limits) for link in usable] == [(None, SOUTH), (region["Юг"], Limits())]
