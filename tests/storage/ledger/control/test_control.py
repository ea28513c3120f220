"""How rounds stand, of a region: counted from an index, listed without sorting the whole round."""

from collections import Counter
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.ledger.control import Counts, Part
from bot.domain.ledger.obligation import UNANSWERED, ObligationState
from bot.domain.people.member import Limits
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger.control import control
from tests.storage.plans import indexes_of
from tests.storage.seed import DAY, NOW, OLGA, STAFFING, Seed, occurrence

GARDENS = Limits(frozenset({"preschool"}))


async def test_what_stands_is_read_from_indexes(seed: Seed) -> None:
    await seed.organization("Лицей")
    found = await seed.open()
    for work in (
        partial(control.counts, round_ids=[found.id], limits=Limits(), now=NOW),
        partial(control.running, limits=Limits(), now=NOW + 99 * DAY),
    ):
        assert "ix_obligations_standing" in await indexes_of(seed.storage, work)
    counted = partial(control.counts, round_ids=[found.id], limits=Limits(), now=NOW)
    assert "ix_obligations_not_ours" in await indexes_of(seed.storage, counted)
    listed = partial(control.page, round_id=found.id, part=Part.ALL, limits=Limits(), limit=9, offset=0, now=NOW)
    assert "ix_organizations_sort_key_id" in await indexes_of(seed.storage, listed)


async def test_a_newer_answer_voids_that_it_is_none_of_theirs(seed: Seed) -> None:
    school = await seed.organization("Лицей")
    await seed.person(OLGA)
    found = await seed.open()
    owed = await seed.owed(found, school)

    async def counted() -> Counts:
        return (await seed.see(lambda tx: control.counts(tx, [found.id], Limits(), NOW)))[found.id]

    refused = await seed.answer(owed, OLGA, not_ours="Нет 10–11 классов")
    assert await counted() == Counts(answered=1, not_ours=1)
    answered = await seed.answer(refused, OLGA)
    assert await counted() == Counts(answered=1)
    await seed.answer(answered, OLGA, not_ours="Всё же нет")
    assert await counted() == Counts(answered=1, not_ours=1)


async def test_within_limits_also_where_no_types_were_noted(seed: Seed) -> None:
    await seed.organization("Лицей")
    garden = await seed.organization("Сад", "preschool")
    await seed.organization("Другой сад", "preschool")
    found = await seed.open(STAFFING, occurrence(due=3 * DAY))

    async def forget(tx: Tx) -> None:
        its = t.obligations.c.organization_id == garden
        await tx.execute(sa.update(t.obligations).where(its).values(types=None))

    await seed.storage.apply(forget)
    for limits, number in ((GARDENS, 2), (Limits(), 3)):
        counted = await seed.see(partial(control.counts, round_ids=[found.id], limits=limits, now=NOW + 5 * DAY))
        assert counted[found.id] == Counts(open=number, late=number, overdue=number)


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_counts_are_those_of_obligations_looked_at_one_by_one(seed: Seed) -> None:
    for number in range(12):
        kinds = (("school",), ("preschool",), ("preschool", "school"))[number % 3]
        await seed.organization(f"Школа № {number}", *kinds)
    asked = [await seed.open(STAFFING, occurrence(NOW + day * DAY, due=day * DAY)) for day in (1, 2)]
    states = list(ObligationState)

    async def live(tx: Tx) -> None:
        """Everybody is in a state of their own, some have more time, some have left types that nobody noted."""
        its = t.obligations.c
        for each in await tx.execute(sa.select(its.id, its.due_at)):
            values: dict[str, Any] = {"state": states[each.id * 7 % len(states)]}
            if each.id % 4 == 1:
                values["due_at"] = each.due_at + each.id % 3 * DAY
            if each.id % 5 == 2:
                values["types"] = None
            await tx.execute(sa.update(t.obligations).where(its.id == each.id).values(**values))

    await seed.storage.apply(live)
    now = NOW + 3 * DAY
    ids = [each.id for each in asked]
    for limits in (Limits(), GARDENS, Limits(frozenset({"school"})), Limits(frozenset({"school", "preschool"}))):
        counted = await seed.see(partial(control.counts, round_ids=ids, limits=limits, now=now))
        for round_id in ids:
            members = await seed.see(partial(control.members, round_id=round_id, part=Part.ALL, limits=limits))
            every = Counter(str(each.state) for each in members)
            late = [each for each in members if each.state in UNANSWERED and each.due_at < now]
            overdue = sum(each.state == ObligationState.OPEN for each in late)
            assert counted[round_id] == Counts(**every, late=len(late), overdue=overdue)
    nobody = await seed.see(partial(control.counts, round_ids=ids, limits=Limits(frozenset({"music"})), now=now))
    assert nobody == {}


@pytest.mark.parametrize("few", [4, 2])
async def test_pages_are_the_same_however_they_are_read(seed: Seed, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(control, "FEW", few)
    for number in (10, 2, 1, 3, 4):
        await seed.organization(f"Школа № {number}")
    found = await seed.open()
    # So few are sorted; of more the second page is read from the end, if it is known where that is.
    for of in (few, 5, 100_000, None):
        listed = [
            entry.obligation.organization_name
            for offset in (0, 3)
            for entry in await seed.see(
                partial(
                    control.page,
                    round_id=found.id,
                    part=Part.OWING,
                    limits=Limits(),
                    limit=3,
                    offset=offset,
                    now=NOW,
                    of=of,
                )
            )
        ]
        assert listed == [f"Школа № {number}" for number in (1, 2, 3, 4, 10)]


async def test_the_next_one_begins_anew_behind_the_last(seed: Seed) -> None:
    for number in (10, 2, 1):
        await seed.organization(f"Школа № {number}")
    found = await seed.open()
    members = await seed.see(lambda tx: control.members(tx, found.id, Part.OWING, Limits()))
    owing = {each.organization_name: each for each in members}
    for name, following in (("Школа № 1", "Школа № 2"), ("Школа № 2", "Школа № 10"), ("Школа № 10", "Школа № 1")):
        beside = await seed.see(partial(control.beside, obligation=owing[name], part=Part.OWING, limits=Limits()))
        assert beside == (2, owing[following].id)
    alone = await seed.see(partial(control.beside, obligation=owing["Школа № 1"], part=Part.WAITING, limits=Limits()))
    assert alone == (0, None)
