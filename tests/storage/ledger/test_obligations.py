"""The ledger: who is asked and reminded of what, and what a person may see."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.ledger.obligation import Obligation, ObligationState
from bot.domain.people.member import Role, SeatState
from bot.domain.timing.recurrence import Reminder
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import addressing, obligations
from bot.storage.people import people, seats
from bot.storage.schema import obligations as rows
from tests.storage.plans import plan
from tests.storage.seed import DAY, HOUR, IVAN, NOW, OLGA, SAFETY, SPORT, STAFFING, Seed, occurrence


async def to_ask(seed: Seed, person: int, now: datetime = NOW) -> list[str]:
    found = await seed.see(lambda tx: addressing.to_ask(tx, person, now))
    return [f"{obligation.organization_name} {obligation.round.directive.id}" for obligation in found]


async def to_remind(seed: Seed, person: int, now: datetime = NOW) -> list[str]:
    found = await seed.see(lambda tx: addressing.to_remind(tx, person, now))
    return [f"{obligation.organization_name} {obligation.round.directive.id}" for obligation in found]


async def asked(seed: Seed, person: int, *owed: Obligation, at: datetime = NOW) -> None:
    await seed.storage.apply(lambda tx: addressing.asked(tx, [(person, obligation.id) for obligation in owed], at))


async def mute(seed: Seed, person: int, scope: str, value: str) -> None:
    await seed.storage.apply(lambda tx: seats.toggle_mute(tx, person, scope, value, NOW))


async def put(seed: Seed, obligation: Obligation, **values: object) -> None:
    async with seed.storage.write() as tx:
        await tx.execute(sa.update(rows).where(rows.c.id == obligation.id).values(**values))


@pytest.fixture
async def school(seed: Seed) -> int:
    """A lyceum with Olga at its head and Ivan as her deputy."""
    school = await seed.organization("Лицей")
    await seed.seat(OLGA, school)
    await seed.seat(IVAN, school, Role.DEPUTY)
    return school


@pytest.fixture
async def owed(seed: Seed, school: int) -> Obligation:
    return await seed.owed(await seed.open(), school)


# --- Asking ---

Quiet = Callable[[Tx], Awaitable[object]]
QUIET: dict[str, Quiet] = {
    "stopped": lambda tx: people.stop(tx, OLGA, NOW),
    "on vacation": lambda tx: people.pause(tx, OLGA, NOW + DAY, NOW),
    "unreachable": lambda tx: people.unreachable(tx, OLGA, NOW),
}


@pytest.mark.usefixtures("owed")
async def test_the_head_is_asked_and_the_deputy_is_not(seed: Seed) -> None:
    assert await to_ask(seed, OLGA) == ["Лицей safety"]
    assert await to_ask(seed, IVAN) == []


@pytest.mark.usefixtures("owed")
@pytest.mark.parametrize("quiet", QUIET.values(), ids=QUIET)
async def test_a_deputy_is_asked_in_the_place_of_a_head_who_is(seed: Seed, quiet: Quiet) -> None:
    await seed.storage.apply(quiet)
    assert await to_ask(seed, IVAN) == ["Лицей safety"]


@pytest.mark.usefixtures("owed")
async def test_a_vacation_that_is_over_does_not_make_a_deputy_the_addressee(seed: Seed) -> None:
    await seed.storage.apply(lambda tx: people.pause(tx, OLGA, NOW + DAY, NOW))
    assert await to_ask(seed, IVAN, NOW + DAY) == []
    assert await to_ask(seed, OLGA, NOW + DAY) == ["Лицей safety"]


@pytest.mark.usefixtures("owed")
async def test_a_second_head_who_can_be_written_to_is_enough(seed: Seed, school: int) -> None:
    await seed.seat(3, school)
    await seed.storage.apply(lambda tx: people.stop(tx, OLGA, NOW))
    assert await to_ask(seed, 3) == ["Лицей safety"]
    assert await to_ask(seed, IVAN) == []


async def test_a_deputy_without_a_head_is_asked(seed: Seed) -> None:
    school = await seed.organization("Школа")
    await seed.seat(IVAN, school, Role.DEPUTY)
    waiting = await seed.seat(OLGA, school, state=SeatState.WAITING)
    await seed.open()
    assert await to_ask(seed, IVAN) == ["Школа safety"]
    # Who only waits for a seat is nobody there yet.
    assert await to_ask(seed, OLGA) == []
    await seed.storage.apply(lambda tx: seats.decide(tx, waiting.id, True, IVAN, NOW))
    assert await to_ask(seed, OLGA) == ["Школа safety"]
    assert await to_ask(seed, IVAN) == []


async def test_what_was_asked_is_not_asked_again(seed: Seed, owed: Obligation) -> None:
    await asked(seed, OLGA, owed)
    await asked(seed, OLGA, owed, at=NOW + HOUR)
    assert await to_ask(seed, OLGA) == []
    await seed.open(SPORT)
    assert await to_ask(seed, OLGA) == ["Лицей sport"]


async def test_that_a_stranger_or_nothing_was_asked_is_harmless(seed: Seed, owed: Obligation) -> None:
    await asked(seed, OLGA)
    await asked(seed, 404, owed)
    await seed.storage.apply(lambda tx: addressing.asked(tx, [(OLGA, 404)], NOW))
    assert await to_ask(seed, OLGA) == ["Лицей safety"]


async def test_a_newcomer_and_a_successor_are_asked_for_what_is_open(seed: Seed, school: int, owed: Obligation) -> None:
    await asked(seed, OLGA, owed)
    (seat,) = await seed.see(lambda tx: seats.of_person(tx, OLGA))
    await seed.storage.apply(lambda tx: seats.leave(tx, seat.id, OLGA, NOW))
    assert await to_ask(seed, OLGA) == []
    assert await to_ask(seed, IVAN) == ["Лицей safety"]
    await seed.seat(3, school)
    assert await to_ask(seed, 3) == ["Лицей safety"]


async def test_what_is_answered_excused_or_closed_is_not_asked(seed: Seed, owed: Obligation) -> None:
    for state in ObligationState:
        await put(seed, owed, state=state)
        wanted = state in (ObligationState.OPEN, ObligationState.RETURNED)
        assert await to_ask(seed, OLGA) == (["Лицей safety"] if wanted else [])
    await put(seed, owed, state=ObligationState.OPEN)
    assert await to_ask(seed, OLGA, owed.round.closes_at - timedelta(seconds=1)) == ["Лицей safety"]
    assert await to_ask(seed, OLGA, owed.round.closes_at) == []


async def test_an_extended_due_date_keeps_it_open(seed: Seed, owed: Obligation) -> None:
    extended = owed.round.closes_at + 5 * DAY
    await put(seed, owed, due_at=extended)
    late = extended - HOUR
    assert await to_ask(seed, OLGA, late) == ["Лицей safety"]
    assert await to_remind(seed, OLGA, late) == ["Лицей safety"]
    assert await to_ask(seed, OLGA, extended) == []
    assert await to_remind(seed, OLGA, extended) == []


@pytest.mark.usefixtures("owed")
async def test_one_person_is_asked_for_all_their_organizations(seed: Seed) -> None:
    second = await seed.organization("Гимназия")
    await seed.seat(OLGA, second, Role.DEPUTY)
    await seed.open(SPORT, occurrence(due=3 * DAY))
    # Sooner due first. The gymnasium has no head; its deputy stands in.
    assert await to_ask(seed, OLGA) == ["Лицей sport", "Гимназия sport", "Лицей safety"]


# --- Subscriptions ---


@pytest.mark.usefixtures("owed")
async def test_a_muted_topic_is_not_asked(seed: Seed) -> None:
    await seed.open(SPORT)
    await mute(seed, OLGA, "topic", "safety")
    assert await to_ask(seed, OLGA) == ["Лицей sport"]
    assert await to_remind(seed, OLGA, NOW + DAY) == ["Лицей sport"]
    await mute(seed, OLGA, "topic", "safety")
    assert await to_ask(seed, OLGA) == ["Лицей safety", "Лицей sport"]


@pytest.mark.usefixtures("owed")
async def test_a_muted_head_does_not_pass_the_request_to_the_deputy(seed: Seed) -> None:
    await mute(seed, OLGA, "topic", "safety")
    assert await to_ask(seed, OLGA) == []
    assert await to_ask(seed, IVAN) == []


async def test_of_two_types_one_muted_leaves_what_concerns_the_other(seed: Seed) -> None:
    both = await seed.organization("Школа-сад", "school", "preschool")
    garden = await seed.organization("Сад", "preschool")
    for organization in (both, garden):
        await seed.seat(OLGA, organization)
    await seed.open(STAFFING)
    await seed.open(SAFETY)
    assert await to_ask(seed, OLGA) == ["Школа-сад staffing", "Сад staffing", "Школа-сад safety"]
    await mute(seed, OLGA, "type", "preschool")
    assert await to_ask(seed, OLGA) == ["Школа-сад staffing", "Школа-сад safety"]
    await mute(seed, OLGA, "type", "school")
    assert await to_ask(seed, OLGA) == []
    await mute(seed, OLGA, "type", "preschool")
    assert await to_ask(seed, OLGA) == ["Школа-сад staffing", "Сад staffing"]


@pytest.mark.usefixtures("owed")
async def test_what_is_muted_is_still_owed(seed: Seed) -> None:
    await mute(seed, OLGA, "topic", "safety")
    assert len(await seed.see(lambda tx: obligations.unanswered(tx, OLGA, NOW))) == 1


# --- Reminding ---


async def test_a_reminder_speaks_of_all_that_is_unanswered(seed: Seed, school: int, owed: Obligation) -> None:
    sport = await seed.owed(await seed.open(SPORT, occurrence(due=3 * DAY)), school)
    staffing = await seed.owed(await seed.open(STAFFING), school)
    await asked(seed, OLGA, owed, sport, staffing)
    await seed.answer(staffing, OLGA)
    assert await to_remind(seed, OLGA, NOW + 5 * DAY) == ["Лицей sport", "Лицей safety"]


async def test_whoever_was_asked_within_twelve_hours_is_not_reminded(seed: Seed, owed: Obligation) -> None:
    await asked(seed, OLGA, owed)
    assert await to_remind(seed, OLGA, NOW + 12 * HOUR - timedelta(seconds=1)) == []
    assert await to_remind(seed, OLGA, NOW + 12 * HOUR) == ["Лицей safety"]


async def test_a_fresh_request_is_named_beside_an_old_one(seed: Seed, school: int, owed: Obligation) -> None:
    await asked(seed, OLGA, owed)
    sport = await seed.owed(await seed.open(SPORT), school)
    await asked(seed, OLGA, sport, at=NOW + DAY)
    assert await to_remind(seed, OLGA, NOW + DAY + HOUR) == ["Лицей safety", "Лицей sport"]


async def test_a_deputy_is_reminded_beside_the_head_only_of_what_is_overdue(seed: Seed, owed: Obligation) -> None:
    await seed.open(SPORT, occurrence(due=20 * DAY))
    on_time, late = owed.due_at, owed.due_at + timedelta(seconds=1)
    assert await to_remind(seed, IVAN, on_time) == []
    assert await to_remind(seed, IVAN, late) == ["Лицей safety"]
    assert await to_remind(seed, OLGA, late) == ["Лицей safety", "Лицей sport"]


@pytest.mark.usefixtures("owed")
@pytest.mark.parametrize("quiet", QUIET.values(), ids=QUIET)
async def test_a_deputy_is_reminded_in_the_place_of_a_head_who_is(seed: Seed, quiet: Quiet) -> None:
    await seed.storage.apply(quiet)
    assert await to_remind(seed, IVAN, NOW + HOUR) == ["Лицей safety"]


async def test_a_deputy_can_mute_what_is_overdue_too(seed: Seed, owed: Obligation) -> None:
    await mute(seed, IVAN, "type", "school")
    assert await to_remind(seed, IVAN, owed.due_at + HOUR) == []


async def test_nobody_is_reminded_of_what_is_closed_or_answered(seed: Seed, owed: Obligation) -> None:
    assert await to_remind(seed, OLGA, owed.round.closes_at) == []
    await seed.answer(owed, IVAN)
    assert await to_remind(seed, OLGA, NOW + DAY) == []
    assert await to_remind(seed, 404, NOW + DAY) == []


# --- What a person sees ---


async def test_only_who_is_seated_there_now_sees_an_obligation(seed: Seed, school: int, owed: Obligation) -> None:
    stranger, waiting = 3, 4
    await seed.person(stranger)
    await seed.seat(waiting, school, state=SeatState.WAITING)
    await seed.seat(stranger, await seed.organization("Гимназия"))
    for person, sees in ((OLGA, True), (IVAN, True), (stranger, False), (waiting, False), (404, False)):
        obligation = await seed.see(lambda tx, person=person: obligations.of_person(tx, person, owed.id))  # type: ignore[misc]
        assert obligation == (owed if sees else None)
        mine = await seed.see(lambda tx, person=person: obligations.unanswered(tx, person, NOW))  # type: ignore[misc]
        assert mine == ([owed] if sees else [])
    (seat,) = await seed.see(lambda tx: seats.of_person(tx, OLGA))
    await seed.storage.apply(lambda tx: seats.leave(tx, seat.id, OLGA, NOW))
    assert await seed.see(lambda tx: obligations.of_person(tx, OLGA, owed.id)) is None
    assert await seed.see(lambda tx: obligations.get(tx, owed.id)) == owed
    assert await seed.see(lambda tx: obligations.of_person(tx, IVAN, 404)) is None


@pytest.mark.usefixtures("school")
async def test_unanswered_are_in_the_order_of_their_due_dates(seed: Seed) -> None:
    for directive, opens, due in ((SAFETY, 0, 10), (SPORT, -5, 3), (STAFFING, -1, 6)):
        await seed.open(directive, occurrence(NOW + opens * DAY, due * DAY))
    found = await seed.see(lambda tx: obligations.unanswered(tx, OLGA, NOW))
    assert [obligation.round.directive.id for obligation in found] == ["sport", "staffing", "safety"]
    assert [obligation.is_overdue(NOW) for obligation in found] == [True, False, False]
    returned = found[0]
    await seed.answer(returned, OLGA)
    assert len(await seed.see(lambda tx: obligations.unanswered(tx, OLGA, NOW))) == 2
    await put(seed, returned, state=ObligationState.RETURNED)
    assert (await seed.see(lambda tx: obligations.unanswered(tx, OLGA, NOW)))[0].state is ObligationState.RETURNED


@pytest.mark.slow_on_postgresql
async def test_answered_come_in_pages_latest_due_first(seed: Seed, school: int) -> None:
    expected: list[int] = []
    for month in range(5):
        owed = await seed.owed(await seed.open(SAFETY, occurrence(NOW + 30 * month * DAY)), school)
        if month != 2:
            await seed.answer(owed, OLGA)
            expected.insert(0, owed.id)
    pages = []
    for offset in (0, 3, 6):
        found, total = await seed.see(lambda tx, offset=offset: obligations.answered(tx, OLGA, 3, offset))  # type: ignore[misc]
        assert total == 4
        pages.append([obligation.id for obligation in found])
    assert pages == [expected[:3], expected[3:], []]
    assert await seed.see(lambda tx: obligations.answered(tx, 404, 3, 0)) == ([], 0)


async def test_only_the_first_look_counts(seed: Seed, owed: Obligation) -> None:
    await seed.storage.apply(lambda tx: obligations.seen(tx, owed.id, OLGA, NOW + HOUR))
    await seed.storage.apply(lambda tx: obligations.seen(tx, owed.id, IVAN, NOW + DAY))
    row = (await seed.see(lambda tx: tx.execute(sa.select(rows)))).one()
    assert (row.seen_at, row.seen_by) == (NOW + HOUR, OLGA)
    obligation = await seed.see(lambda tx: obligations.get(tx, owed.id))
    assert obligation is not None
    assert obligation.seen_at == NOW + HOUR


# --- The ladder ---


async def test_reminders_are_due_at_their_moment_until_the_next_is_set(seed: Seed, owed: Obligation) -> None:
    first = NOW + 7 * DAY

    async def due(now: datetime) -> list[int]:
        return [each.id for each in await seed.see(lambda tx: addressing.due_reminders(tx, now, 10))]

    assert await due(first - timedelta(seconds=1)) == []
    assert await due(first) == [owed.id]
    following = Reminder(first + 2 * DAY, -1)
    await seed.storage.apply(lambda tx: addressing.climb(tx, [owed.id], following, NOW))
    assert await due(first) == []
    assert await due(first + 2 * DAY) == [owed.id]
    await seed.storage.apply(lambda tx: addressing.climb(tx, [owed.id], None, NOW))
    assert await due(first + 100 * DAY) == []


async def test_an_answer_ends_the_reminders(seed: Seed, owed: Obligation) -> None:
    await seed.answer(owed, OLGA)
    assert await seed.see(lambda tx: addressing.due_reminders(tx, NOW + 100 * DAY, 10)) == []


async def test_due_reminders_come_in_portions(seed: Seed) -> None:
    for name in "абвгд":
        await seed.organization(name)
    await seed.open()
    taken: list[int] = []
    for expected in (2, 2, 1, 0):
        portion = await seed.see(lambda tx: addressing.due_reminders(tx, NOW + 7 * DAY, 2))
        assert len(portion) == expected
        taken += [obligation.id for obligation in portion]
        ids = [obligation.id for obligation in portion]
        await seed.storage.apply(lambda tx, ids=ids: addressing.climb(tx, ids, None, NOW))  # type: ignore[misc]
    assert len(set(taken)) == 5


async def test_an_idle_tick_reads_an_index_and_not_the_ledger(sqlite_url: str) -> None:
    storage = Storage(sqlite_url)
    found = await plan(storage, lambda tx: addressing.due_reminders(tx, NOW, 100))
    await storage.close()
    assert "SEARCH obligations USING INDEX ix_obligations_next_reminder_at" in found
    assert "SCAN" not in found
