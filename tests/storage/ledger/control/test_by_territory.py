"""A region of 2,000 organizations in 23 territories: its totals add up, and no screen reads the ledger through."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.domain.ledger.control import Counts, Part, There
from bot.domain.people.member import Limits, Person, StaffRole
from bot.domain.screen import Screen
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import rounds
from bot.storage.ledger.control import by_territory, control, standing
from bot.storage.people import listing
from bot.storage.people.listing import Which
from bot.views.department.control import territories
from bot.views.department.control.control import At, Where
from tests.storage.plans import indexes_of, plan, plans
from tests.storage.seed import ADMIN, NOW, SAFETY, Seed

ORGANIZATIONS, TERRITORIES = 2000, 23
EVERYWHERE = Limits()


@pytest.fixture
async def asked(seed: Seed) -> int:
    """The id of a round that asks all of them; a third has answered. Whoever belongs to none is asked too."""
    numbers = sa.select(sa.literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(sa.select(numbers.c.n + 1).where(numbers.c.n < ORGANIZATIONS))
    name = sa.literal("Школа ").concat(sa.cast(numbers.c.n, sa.Text))
    place = numbers.c.n % (TERRITORIES + 1)
    territory = sa.case((place == 0, ""), else_=sa.literal("t").concat(sa.cast(place, sa.Text)))
    created = sa.literal(NOW, t.organizations.c.created_at.type)
    schools = sa.select(name, name, name, name, sa.literal("школа"), sa.true(), created, territory)
    columns = ["code", "name", "label", "sort_key", "words", "active", "created_at", "territory"]

    async def work(tx: Tx) -> None:
        await tx.execute(t.organizations.insert().from_select(columns, schools, include_defaults=False))
        types = sa.select(t.organizations.c.id, sa.literal("school"))
        await tx.execute(t.organization_types.insert().from_select(["organization_id", "type"], types))

    await seed.storage.apply(work)
    opened = await seed.open(SAFETY)
    third = sa.update(t.obligations).where(t.obligations.c.organization_id % 3 == 0).values(state="answered", version=1)
    await seed.storage.apply(lambda tx: tx.execute(third))
    return opened.id


async def test_territories_add_up_to_the_region(seed: Seed, asked: int) -> None:
    later = NOW + timedelta(days=30)
    listed = await seed.see(lambda tx: by_territory.of_round(tx, asked, EVERYWHERE, later))
    everywhere = (await seed.see(lambda tx: control.counts(tx, [asked], EVERYWHERE, later)))[asked]
    assert len(listed) == TERRITORIES + 1
    for name in ("open", "answered", "late", "overdue", "asked", "done", "owing"):
        assert sum(getattr(there.counts, name) for there in listed) == getattr(everywhere, name)
    together = await seed.see(lambda tx: by_territory.of_rounds(tx, [asked], EVERYWHERE))
    assert {there.territory: there.counts.asked for there in together} == {
        there.territory: there.counts.asked for there in listed
    }
    unreached = await seed.see(lambda tx: by_territory.unreached(tx, asked, EVERYWHERE))
    assert sum(unreached.values()) == everywhere.open
    north = Limits(territories=frozenset({"t1", "t2"}))
    assert {there.territory for there in await seed.see(lambda tx: by_territory.of_round(tx, asked, north, NOW))} == {
        "t1",
        "t2",
    }


async def test_a_page_is_of_one_territory(seed: Seed, asked: int) -> None:
    found = []
    for page in range(9):
        entries = await seed.see(
            lambda tx, at=page: control.page(  # type: ignore[misc]
                tx, asked, Part.ALL, EVERYWHERE, 10, at * 10, NOW, of=84, territory="t5"
            )
        )
        found += [entry.obligation for entry in entries]
    assert {obligation.territory for obligation in found} == {"t5"}
    members = await seed.see(lambda tx: control.members(tx, asked, Part.ALL, EVERYWHERE, "t5"))
    assert [obligation.id for obligation in found] == [obligation.id for obligation in members]


async def test_what_was_not_noted_counts_where_it_is_now(seed: Seed, asked: int) -> None:
    before = await seed.see(lambda tx: by_territory.of_round(tx, asked, EVERYWHERE, NOW))
    await seed.storage.apply(lambda tx: tx.execute(sa.update(t.obligations).values(territory=None)))
    after = await seed.see(lambda tx: by_territory.of_round(tx, asked, EVERYWHERE, NOW))
    assert {there.territory: there.counts for there in after} == {there.territory: there.counts for there in before}
    # Whose matter the round is, is told of it in either way.
    for noted in (None, "t1"):
        await seed.storage.apply(lambda tx, noted=noted: tx.execute(sa.update(t.obligations).values(territory=noted)))  # type: ignore[misc]
        for territory in ("t1", "nowhere"):
            its = Limits(territories=frozenset({territory}))
            found = await seed.see(lambda tx, its=its: control.running(tx, its, NOW))  # type: ignore[misc]
            assert [round_.id for round_ in found] == [asked] * (territory == "t1"), (noted, territory)


async def test_a_territory_that_has_nobody_is_not_looked_for_in_all_of_a_round(seed: Seed, asked: int) -> None:
    await seed.storage.apply(lambda tx: tx.execute(sa.update(t.obligations).values(territory=None)))
    nowhere = Limits(territories=frozenset({"nowhere"}))
    assert await seed.see(lambda tx: control.running(tx, nowhere, NOW)) == []
    if seed.storage.is_sqlite:
        steps = await plans(seed.storage, lambda tx: control.running(tx, nowhere, NOW))
        assert (
            "SEARCH obligations USING INDEX sqlite_autoindex_obligations_1 (round_id=? AND organization_id=?)" in steps
        )
    looks: list[Callable[[Tx], Awaitable[object]]] = [
        lambda tx: control.running(tx, nowhere, NOW),
        lambda tx: listing.page(tx, Which(limits=nowhere), 0, 8),
        lambda tx: standing.counts(tx, nowhere),
    ]
    for look in looks:
        assert "ix_organizations_territory" in await indexes_of(seed.storage, look)


async def test_screens_read_a_round_by_its_index(seed: Seed, asked: int) -> None:
    looks: list[Callable[[Tx], Awaitable[object]]] = [
        lambda tx: by_territory.of_round(tx, asked, EVERYWHERE, NOW),
        lambda tx: by_territory.unreached(tx, asked, EVERYWHERE),
        lambda tx: by_territory.of_rounds(tx, [asked], EVERYWHERE),
    ]
    for look in looks:
        if seed.storage.is_sqlite:
            steps = await plan(seed.storage, look)
            assert "SEARCH obligations" in steps
            assert "SCAN obligations" not in steps
        else:
            assert any("obligations" in index for index in await indexes_of(seed.storage, look))


async def test_of_one_territory_theirs_alone_is_read(seed: Seed, asked: int) -> None:
    later, theirs = NOW + timedelta(days=30), Limits(territories=frozenset({"t1", "t2"}))

    async def look(tx: Tx) -> Counts:
        return (await control.counts(tx, [asked], theirs, later))[asked]

    counts = await seed.see(look)
    listed = await seed.see(lambda tx: by_territory.of_round(tx, asked, theirs, later))
    for name in ("open", "answered", "late", "overdue"):
        assert getattr(counts, name) == sum(getattr(there.counts, name) for there in listed)
    assert "ix_obligations_territory" in await indexes_of(seed.storage, look)
    # What was asked before anybody's territory was noted is found where they are now.
    unnoted = sa.update(t.obligations).where(t.obligations.c.territory == "t2").values(territory=None)
    await seed.storage.apply(lambda tx: tx.execute(unnoted))
    assert await seed.see(look) == counts
    assert "ix_organizations_territory" in await indexes_of(seed.storage, look)
    together = await seed.see(lambda tx: by_territory.of_rounds(tx, [asked], theirs))
    assert {there.territory for there in together} == {"t1", "t2"}


def length(screen: Screen) -> int:
    """Lines and rows of buttons."""
    return len(screen.text.splitlines()) + len([row for row in screen.rows if row])


@pytest.mark.parametrize("part", list(Part))
async def test_no_screen_is_longer_than_two_of_a_phone(seed: Seed, asked: int, part: Part) -> None:
    round_ = await seed.see(lambda tx: rounds.get(tx, asked))
    assert round_ is not None
    counts = Counts(open=40, answered=30, accepted=20, returned=5, late=9, overdue=8, unreached=3)
    names = [f"Верхнеленский район {number}" for number in range(1, TERRITORIES + 2)]
    listed = [Where(There(f"t{number}", counts), name, again=True) for number, name in enumerate(names)]
    person = Person(ADMIN, "Анна", consent_at=NOW, staff_role=StaffRole.ADMIN)
    drawn = territories.of_round(round_, counts, listed, At(part, 0, 1), NOW, ZoneInfo("Asia/Irkutsk"), person)
    assert length(drawn) <= 42
    totals = territories.totals(
        [where.there for where in listed], dict(zip((w.there.territory for w in listed), names, strict=True))
    )
    running = territories.running(totals, [round_] * territories.ROUNDS, {round_.id: counts}, 0, 3, (1, 1), 18)
    assert length(running) <= 42
