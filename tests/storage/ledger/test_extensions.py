"""Requests for more time: one waits for an obligation, the first decision counts, an answer settles it."""

from datetime import timedelta

from bot.domain.ledger.extension import Asked
from bot.domain.ledger.obligation import Extension, Obligation
from bot.domain.people.member import Limits
from bot.storage.desk import erasure
from bot.storage.engine.database import Tx
from bot.storage.ledger import decisions, extensions, obligations
from tests.storage.seed import ADMIN, CALENDAR, DAY, HOUR, IVAN, NOW, OLGA, SAFETY, Seed

UNTIL = NOW + 15 * DAY


async def owed(seed: Seed) -> Obligation:
    """What a school with a head and a deputy owes in ten days."""
    await seed.person(ADMIN, "Анна")
    school = await seed.organization("Школа")
    await seed.seat(OLGA, school)
    await seed.seat(IVAN, school)
    await seed.person(OLGA, "Ольга")
    return await seed.owed(await seed.open(), school)


async def ask(seed: Seed, obligation: Obligation, by: int = OLGA, until: timedelta = 15 * DAY) -> Extension | None:
    """Asks for that much from the opening on."""
    return await seed.storage.apply(lambda tx: extensions.ask(tx, obligation, NOW + until, "Нет печати", by, NOW))


async def waiting(seed: Seed, limits: Limits = Limits()) -> list[Asked]:  # noqa: B008
    """What somebody with these limits has to decide."""
    return await seed.see(lambda tx: extensions.waiting(tx, limits, NOW))


async def test_one_waits_for_an_obligation(seed: Seed) -> None:
    obligation = await owed(seed)
    # Head and deputy ask at the same moment, in two processes.
    made = await seed.crowd(
        4, lambda tx, index: extensions.ask(tx, obligation, UNTIL, f"Причина {index}", (OLGA, IVAN)[index % 2], NOW)
    )
    assert len([extension for extension in made if extension is not None]) == 1
    assert not [error for error in made if isinstance(error, BaseException)]
    (asked,) = await waiting(seed)
    assert asked.obligation == obligation
    assert asked.extension.until == UNTIL
    assert await seed.see(lambda tx: extensions.of_obligation(tx, obligation.id, NOW)) == asked.extension
    # Their erasure leaves what was asked, without a name.
    await seed.storage.apply(lambda tx: erasure.erase(tx, asked.extension.asked_by or 0, NOW))
    (asked,) = await waiting(seed)
    assert (asked.extension.asked_by, asked.extension.asked_by_name) == (None, None)


async def test_the_first_decision_counts(seed: Seed) -> None:
    obligation = await owed(seed)
    await ask(seed, obligation)
    (asked,) = await waiting(seed)
    decided = await seed.crowd(4, lambda tx, index: extensions.decide(tx, asked, index % 2 == 0, ADMIN, NOW + HOUR))
    assert [decided.count(True), decided.count(False)] == [1, 3]
    extension = await seed.see(lambda tx: extensions.get(tx, asked.extension.id))
    assert extension is not None
    assert extension.granted is (decided.index(True) % 2 == 0)
    assert (extension.decided_at, extension.decided_by_name) == (NOW + HOUR, "Анна")
    assert await waiting(seed) == []
    # Decided, not forgotten; and more can be asked for.
    assert await ask(seed, obligation, IVAN) is not None


async def test_what_is_settled_waits_no_more_and_stands_in_nobodys_way(seed: Seed) -> None:
    obligation = await owed(seed)
    first = await ask(seed, obligation)
    assert first is not None
    await seed.answer(obligation, OLGA)
    assert await waiting(seed) == []
    asked = Asked(first, obligation)
    assert not await seed.storage.apply(lambda tx: extensions.decide(tx, asked, True, ADMIN, NOW))

    async def give_back(tx: Tx) -> bool:
        answered = await obligations.get(tx, obligation.id)
        assert answered is not None
        return await decisions.give_back(tx, answered, 1, "Уточните", None, CALENDAR, ADMIN, NOW)

    # Returned for rework: the old request does not rise again, a new one may be made.
    assert await seed.storage.apply(give_back)
    assert await waiting(seed) == []
    assert await ask(seed, obligation) is not None
    # The department moves the due date by itself, that far or farther: nothing is left to decide.
    await seed.storage.apply(lambda tx: decisions.extend(tx, [obligation.id], UNTIL, CALENDAR, ADMIN, NOW))
    assert await waiting(seed) == []
    assert await ask(seed, obligation, until=20 * DAY) is not None
    (late,) = await waiting(seed)
    # And with the round's closing it is over.
    assert await seed.see(lambda tx: extensions.waits(tx, late.extension.id, NOW))
    assert not await seed.see(lambda tx: extensions.waits(tx, late.extension.id, NOW + 24 * DAY))


async def test_within_limits(seed: Seed) -> None:
    await ask(seed, await owed(seed))
    for limits, count in (
        (Limits(), 1),
        (Limits(frozenset({"school"}), frozenset({SAFETY.topic})), 1),
        (Limits(types=frozenset({"preschool"})), 0),
        (Limits(topics=frozenset({"sport"})), 0),
    ):
        assert len(await waiting(seed, limits)) == count
