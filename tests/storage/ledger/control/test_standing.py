"""How many organizations have no head, and how many nothing reaches: counted from indexes, and as one by one."""

import itertools
from collections.abc import Collection
from functools import partial

import pytest
import sqlalchemy as sa

from bot.domain.ledger.standing import Count
from bot.domain.people.failure import Failure
from bot.domain.people.member import Limits, Role, Seat
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger.control import standing
from bot.storage.people import listing, organizations, people, seats
from bot.storage.people.listing import Which
from tests.storage.plans import indexes_of, plans
from tests.storage.seed import NOW, Seed

# An organization that is of no type, ones of one type, and one of two.
KINDS = ((), ("school",), ("preschool",), ("school", "preschool"), ("music",))
TYPES = t.organization_types
LIMITS = [Limits(), *(Limits(frozenset(types)) for types in (["preschool"], ["school", "music"], ["none"]))]


@pytest.fixture
async def region(seed: Seed) -> Seed:
    """Of each kind: nobody there; a head; two heads; a deputy alone; a head who cannot be written to; one that left."""
    ids = itertools.count(5_600_000_000)

    for number, (kinds, life) in enumerate(itertools.product(KINDS, range(6))):
        place, person = await seed.organization(f"Школа № {number}", *kinds), next(ids)
        if life:
            await seed.seat(person, place, Role.DEPUTY if life == 3 else Role.HEAD)
        if life == 2:
            await seed.seat(next(ids), place)
        await seed.storage.apply(partial(_live, place=place, person=person, kinds=kinds, life=life))
    return seed


async def _live(tx: Tx, place: int, person: int, kinds: Collection[str], life: int) -> None:
    if not kinds:
        await tx.execute(sa.delete(TYPES).where(TYPES.c.organization_id == place))
    if life == 4:
        await people.unreachable(tx, person, NOW, Failure.BLOCKED)
    if life == 5:
        await organizations.remove(tx, place, NOW)


async def one_by_one(tx: Tx, limits: Limits) -> dict[str | None, Count]:
    """What each organization comes to by itself: by type, and in all under None."""
    counted: dict[str | None, Count] = {None: Count()}
    for each in await organizations.all_active(tx):
        if limits.types and limits.types.isdisjoint(each.types):
            continue
        there: Collection[Seat] = await seats.holders(tx, [each.id])
        known = [await people.get(tx, seat.person_id) for seat in there]
        vacant = all(seat.role is not Role.HEAD for seat in there)
        silent = bool(known) and all(person is not None and person.unreachable_at is not None for person in known)
        for kind in (None, *(each.types & limits.types if limits.types else each.types)):
            before = counted.get(kind, Count())
            counted[kind] = Count(before.total + 1, before.vacant + vacant, before.silent + silent)
    return counted


@pytest.mark.slow
@pytest.mark.parametrize("limits", LIMITS)
async def test_counts_are_those_of_organizations_looked_at_one_by_one(region: Seed, limits: Limits) -> None:
    total, by_type = await region.see(lambda tx: standing.counts(tx, limits))
    expected = await region.see(lambda tx: one_by_one(tx, limits))
    assert (total, by_type) == (expected.pop(None), expected)


@pytest.mark.slow
@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("which", [Which(), Which(vacant=True), Which(silent=True), Which(["school"], vacant=True)])
async def test_a_list_is_as_long_as_it_says(region: Seed, which: Which, limits: Limits) -> None:
    asked = Which(which.types, limits, vacant=which.vacant, silent=which.silent)
    listed = await region.see(lambda tx: listing.every(tx, asked))
    assert await region.see(lambda tx: listing.count(tx, asked)) == len(listed)


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_of_all_none_is_looked_up(region: Seed) -> None:
    if region.storage.is_sqlite:
        assert "ix_seats_held" in await indexes_of(region.storage, listing.headed)
        # Types and heads are gone through side by side.
        assert "MERGE (EXCEPT)" in await plans(region.storage, standing.counts)
