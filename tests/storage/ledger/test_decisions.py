"""What the department decides: each decision expects the state that was seen, and of many at once one wins."""

from datetime import timedelta

import sqlalchemy as sa

from bot.domain.ledger.control import Counts, Part
from bot.domain.ledger.obligation import DECIDED, Obligation, ObligationState, Round
from bot.domain.letter import LetterKind, LetterState
from bot.domain.people.member import Limits, Role
from bot.storage.engine.database import Tx
from bot.storage.ledger import addressing, decisions, obligations, rounds
from bot.storage.ledger.control import control
from bot.storage.people import seats
from bot.storage.post import letters
from bot.storage.schema import letters as letter_rows
from bot.storage.schema import obligations as rows
from tests.storage.seed import ADMIN, CALENDAR, DAY, HOUR, IVAN, NOW, OLGA, SAFETY, STAFFING, Seed, occurrence

CURATORS = (ADMIN, ADMIN + 1)
EVERYTHING = Limits()


async def school(seed: Seed) -> tuple[Round, Obligation]:
    """A round, and what Olga's school has answered."""
    for id in CURATORS:
        await seed.person(id)
    lyceum = await seed.organization("Лицей")
    await seed.seat(OLGA, lyceum)
    await seed.seat(IVAN, lyceum, Role.DEPUTY)
    found = await seed.open()
    await seed.answer(await seed.owed(found, lyceum), OLGA, NOW)
    return found, await now(seed, found)


async def now(seed: Seed, found: Round) -> Obligation:
    """The round's first obligation as it is."""
    return (await seed.see(lambda tx: control.members(tx, found.id, Part.ALL, Limits())))[0]


async def told(seed: Seed, kind: LetterKind) -> list[int]:
    """Whom letters of that kind wait for."""
    query = sa.select(letter_rows.c.person_id).where(letter_rows.c.kind == kind).order_by(letter_rows.c.person_id)
    return list((await seed.see(lambda tx: tx.execute(query))).scalars())


async def test_of_many_curators_one_decides(seed: Seed) -> None:
    found, obligation = await school(seed)

    async def decide(tx: Tx, index: int) -> bool:
        by = CURATORS[index % 2]
        if index % 3 == 0:
            return await decisions.accept(tx, obligation, 1, by, NOW)
        if index % 3 == 1:
            return await decisions.excuse(tx, obligation, 1, None, by, NOW)
        return await decisions.give_back(tx, obligation, 1, "исправить", None, CALENDAR, by, NOW)

    assert (await seed.crowd(6, decide)).count(True) == 1
    assert (await now(seed, found)).state in DECIDED
    history = [deed.action for deed in await seed.see(lambda tx: decisions.history(tx, obligation))]
    assert len(history) == 2
    assert history[0] == "reply.submitted"


async def test_what_was_not_seen_is_not_accepted(seed: Seed) -> None:
    found, obligation = await school(seed)
    await seed.answer(obligation, IVAN, NOW + HOUR)
    apply = seed.storage.apply
    assert not await apply(lambda tx: decisions.accept(tx, obligation, 1, ADMIN, NOW))
    fresh = await now(seed, found)
    assert await apply(lambda tx: decisions.accept_all(tx, [fresh], NOW, ADMIN, NOW)) == 0
    assert await apply(lambda tx: decisions.accept_all(tx, [fresh], NOW + HOUR, ADMIN, NOW)) == 1
    assert await apply(lambda tx: decisions.accept_all(tx, [fresh], NOW + HOUR, ADMIN, NOW)) == 0
    assert (await now(seed, found)).state is ObligationState.ACCEPTED


async def test_a_decision_is_taken_back_once(seed: Seed) -> None:
    found, obligation = await school(seed)
    accepted, excused = ObligationState.ACCEPTED, ObligationState.EXCUSED
    apply = seed.storage.apply
    await apply(lambda tx: decisions.accept(tx, obligation, 1, ADMIN, NOW))
    assert not await apply(lambda tx: decisions.withdraw(tx, obligation, excused, CALENDAR, ADMIN, NOW))
    assert not await apply(
        lambda tx: decisions.withdraw(tx, obligation, ObligationState.ANSWERED, CALENDAR, ADMIN, NOW)
    )
    assert await apply(lambda tx: decisions.withdraw(tx, obligation, accepted, CALENDAR, ADMIN, NOW))
    assert not await apply(lambda tx: decisions.withdraw(tx, obligation, accepted, CALENDAR, ADMIN, NOW))
    fresh = await now(seed, found)
    assert (fresh.state, fresh.decided_at, fresh.comment) == (ObligationState.ANSWERED, None, None)


async def test_what_was_excused_is_owed_and_reminded_of_again(seed: Seed) -> None:
    await seed.person(ADMIN)
    await seed.organization("Лицей")
    found = await seed.open()
    obligation = await now(seed, found)
    apply = seed.storage.apply
    assert await apply(lambda tx: decisions.excuse(tx, obligation, 0, "закрыта на ремонт", ADMIN, NOW))
    fresh = await now(seed, found)
    assert (fresh.state, fresh.comment, fresh.decided_at) == (ObligationState.EXCUSED, "закрыта на ремонт", NOW)
    assert await seed.see(lambda tx: addressing.due_reminders(tx, NOW + 20 * DAY, 10)) == []
    await apply(lambda tx: decisions.withdraw(tx, fresh, ObligationState.EXCUSED, CALENDAR, ADMIN, NOW))
    assert (await now(seed, found)).state is ObligationState.OPEN
    assert len(await seed.see(lambda tx: addressing.due_reminders(tx, NOW + 20 * DAY, 10))) == 1


async def test_rework_tells_everybody_seated_and_sets_the_ladder_again(seed: Seed) -> None:
    found, obligation = await school(seed)
    late = NOW + 15 * DAY
    due = CALENDAR.ends(CALENDAR.work_day((late + 3 * DAY).date()))
    await seed.storage.apply(lambda tx: decisions.give_back(tx, obligation, 1, "исправить", due, CALENDAR, ADMIN, late))
    fresh = await now(seed, found)
    assert (fresh.state, fresh.comment, fresh.due_at) == (ObligationState.RETURNED, "исправить", due)
    assert await told(seed, LetterKind.RETURNED) == [OLGA, IVAN]
    assert len(await seed.see(lambda tx: addressing.due_reminders(tx, due, 10))) == 1
    assert not await seed.storage.apply(lambda tx: decisions.accept(tx, fresh, 1, ADMIN, late))


async def test_more_time_only_for_those_who_owe_and_are_due_earlier(seed: Seed) -> None:
    found, obligation = await school(seed)
    second = await seed.organization("Школа 2")
    await seed.storage.apply(lambda tx: rounds.join(tx, [second], CALENDAR, NOW))
    owing = await seed.owed(found, second)
    await seed.seat(OLGA, second)
    later = CALENDAR.ends((found.closes_at + 10 * DAY).date())
    ids = [obligation.id, owing.id, 424242]
    apply = seed.storage.apply
    assert await apply(lambda tx: decisions.extend(tx, ids, later, CALENDAR, ADMIN, NOW)) == 1
    assert await apply(lambda tx: decisions.extend(tx, ids, later, CALENDAR, ADMIN, NOW)) == 0
    assert await apply(lambda tx: decisions.extend(tx, ids, later - DAY, CALENDAR, ADMIN, NOW)) == 0
    fresh = await seed.owed(found, second)
    assert fresh.due_at == later
    assert (await now(seed, found)).due_at == found.due_at
    assert await told(seed, LetterKind.EXTENDED) == [OLGA]
    # The rung three days before it lies beyond the closing of the round.
    query = sa.select(rows.c.next_reminder_at).where(rows.c.id == owing.id)
    reminder = (await seed.see(lambda tx: tx.execute(query))).scalar_one()
    assert found.closes_at < reminder < later
    after = found.closes_at + HOUR
    assert [round.id for round in await seed.see(lambda tx: control.running(tx, Limits(), after))] == [found.id]
    assert await seed.see(lambda tx: rounds.open_now(tx, after)) == []
    assert not fresh.is_closed(after)
    assert [obligation.id for obligation in await seed.see(lambda tx: obligations.unanswered(tx, OLGA, after))] == [
        owing.id
    ]


async def test_of_many_who_remind_one_does(seed: Seed) -> None:
    for id in CURATORS:
        await seed.person(id, f"Куратор {id}")
    await seed.seat(OLGA, await seed.organization("Лицей"))
    found = await seed.open()
    owing = await seed.see(lambda tx: control.members(tx, found.id, Part.OWING, Limits()))

    async def remind(tx: Tx, index: int) -> bool:
        return await decisions.remind(tx, found, owing, CALENDAR, CURATORS[index % 2], NOW + timedelta(hours=1))

    assert (await seed.crowd(6, remind)).count(True) == 1
    assert await seed.see(lambda tx: letters.count(tx, LetterState.WAITING)) == 1
    fresh = await seed.see(lambda tx: rounds.get(tx, found.id))
    assert fresh is not None
    assert fresh.reminded_at == NOW + HOUR
    assert (await seed.see(lambda tx: decisions.reminded_by(tx, fresh)) or "").startswith("Куратор")


async def test_a_reminder_reaches_whom_it_says(seed: Seed) -> None:
    await seed.person(ADMIN)
    lyceum, garden = await seed.organization("Лицей"), await seed.organization("Сад", "preschool")
    await seed.seat(OLGA, lyceum)
    await seed.seat(IVAN, lyceum, Role.DEPUTY)
    await seed.seat(IVAN, garden, Role.DEPUTY)
    found = await seed.open(STAFFING)

    async def reached(at: timedelta = timedelta()) -> dict[int, set[int]]:
        owing = await seed.see(lambda tx: control.members(tx, found.id, Part.OWING, Limits()))
        return await seed.see(lambda tx: addressing.addressees(tx, owing, NOW + at))

    assert await reached() == {lyceum: {OLGA}, garden: {IVAN}}
    # Past the due date deputies are reminded beside the head.
    assert await reached(11 * DAY) == {lyceum: {OLGA, IVAN}, garden: {IVAN}}
    await seed.storage.apply(lambda tx: seats.toggle_mute(tx, IVAN, "type", "preschool", NOW))
    assert await reached() == {lyceum: {OLGA}}
    await seed.storage.apply(lambda tx: seats.toggle_mute(tx, OLGA, "topic", STAFFING.topic, NOW))
    assert await reached() == {}


async def test_counts_and_pages_keep_to_limits(seed: Seed) -> None:
    await seed.person(ADMIN)
    names = ["Школа 1", "Школа 2", "Школа 3"]
    schools = [await seed.organization(name) for name in names]
    await seed.organization("Детский сад", "preschool")
    found, other = await seed.open(STAFFING), await seed.open(SAFETY, occurrence(NOW - DAY))
    await seed.answer(await seed.owed(found, schools[0]), await seed.person(OLGA))
    await seed.answer(await seed.owed(found, schools[1]), OLGA, not_ours="нет такого")
    late = NOW + 11 * DAY
    both = [found.id, other.id]
    counted = await seed.see(lambda tx: control.counts(tx, both, Limits(), late))
    assert counted[found.id] == Counts(open=2, answered=2, late=2, overdue=2, not_ours=1)
    assert (counted[found.id].asked, counted[found.id].done, counted[found.id].owing) == (4, 2, 2)
    gardens = Limits(types=frozenset({"preschool"}))
    assert await seed.see(lambda tx: control.counts(tx, both, gardens, NOW)) == {found.id: Counts(open=1)}
    assert [one.id for one in await seed.see(lambda tx: control.running(tx, gardens, NOW))] == [found.id]
    shown = await seed.see(lambda tx: control.page(tx, found.id, Part.ALL, Limits(), 2, 1, NOW))
    assert [(entry.obligation.organization_name, entry.first_at, entry.not_ours) for entry in shown] == [
        ("Школа 1", NOW, False),
        ("Школа 2", NOW, True),
    ]
    closed = await seed.see(lambda tx: control.closed(tx, Limits(), NOW + 100 * DAY))
    assert [one.id for one in closed] == [found.id, other.id]


async def test_behind_the_last_answer_that_waits_comes_the_first(seed: Seed) -> None:
    places = {name: await seed.organization(name) for name in ("Гимназия", "Лицей", "Школа № 2", "Школа № 10")}
    for number, place in enumerate(places.values()):
        await seed.seat(OLGA + 10 + number, place)
    found = await seed.open()
    owed_by = {name: await seed.owed(found, place) for name, place in places.items()}
    for number, (name, owed) in enumerate(owed_by.items()):
        if name != "Лицей":
            await seed.answer(owed, OLGA + 10 + number, NOW)

    async def beside(name: str, part: Part = Part.WAITING, limits: Limits = EVERYTHING) -> tuple[int, str | None]:
        count, following = await seed.see(lambda tx: control.beside(tx, owed_by[name], part, limits))
        return count, next((other for other, owed in owed_by.items() if owed.id == following), None)

    assert await beside("Гимназия") == (2, "Школа № 2")
    assert await beside("Школа № 2") == (2, "Школа № 10")
    assert await beside("Школа № 10") == (2, "Гимназия")
    assert await beside("Лицей") == (3, "Школа № 2")
    assert await beside("Лицей", Part.OWING) == (0, None)
    assert await beside("Гимназия", limits=Limits(frozenset({"nobody's"}))) == (0, None)
