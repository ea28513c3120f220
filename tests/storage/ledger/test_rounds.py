"""Rounds: opened once whatever the ticks, missed ones decided once, and late organizations join."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.ledger.obligation import UNANSWERED, Obligation, ObligationState, Round
from bot.domain.people.member import Limits
from bot.storage.engine.database import Tx
from bot.storage.ledger import obligations, rounds
from bot.storage.ledger.control import control
from bot.storage.people import organizations
from bot.storage.schema import directive_versions
from bot.storage.schema import obligations as obligation_rows
from bot.storage.schema import rounds as round_rows
from tests.storage.seed import (
    ADMIN,
    CALENDAR,
    DAY,
    EXAMS,
    HOUR,
    NOW,
    OLGA,
    SAFETY,
    SPORT,
    STAFFING,
    Seed,
    directive,
    occurrence,
)


async def count(seed: Seed, table: sa.Table) -> int:
    return int((await seed.see(lambda tx: tx.execute(sa.select(sa.func.count()).select_from(table)))).scalar_one())


async def ledger(seed: Seed, found: Round) -> list[str]:
    return sorted(
        obligation.organization_name
        for obligation in await seed.see(lambda tx: obligations.of_round(tx, found.id, UNANSWERED))
    )


async def set_state(seed: Seed, obligation: Obligation, state: ObligationState) -> None:
    async with seed.storage.write() as tx:
        await tx.execute(
            sa.update(obligation_rows).where(obligation_rows.c.id == obligation.id).values(state=state, version=1)
        )


async def test_a_round_keeps_its_period_and_its_directive(seed: Seed) -> None:
    period = occurrence()
    found = await seed.open(SAFETY, period)
    assert found == Round(
        found.id,
        SAFETY,
        "2026-10-05",
        "october",
        "октябрь 2026",
        period.opens_at,
        period.due_at,
        period.closes_at,
        opened_at=NOW,
    )
    assert await seed.see(lambda tx: rounds.get(tx, found.id)) == found
    assert await seed.see(lambda tx: rounds.get(tx, found.id + 1)) is None


async def test_a_change_of_the_directive_does_not_touch_an_open_round(seed: Seed) -> None:
    first = await seed.open(SAFETY)
    again = await seed.open(SAFETY, occurrence(NOW + 30 * DAY))
    assert await count(seed, directive_versions) == 1
    changed = directive(SAFETY.id, "another", *STAFFING.audience)
    third = await seed.open(changed, occurrence(NOW + 60 * DAY))
    assert await count(seed, directive_versions) == 2
    for found, expected in ((first, SAFETY), (again, SAFETY), (third, changed)):
        now = await seed.see(lambda tx, id=found.id: rounds.get(tx, id))  # type: ignore[misc]
        assert now is not None
        assert now.directive == expected


async def test_the_audience_is_obliged(seed: Seed) -> None:
    await seed.organization("Лицей")
    await seed.organization("Сад", "preschool")
    await seed.organization("Школа-сад", "school", "preschool")
    await seed.organization("Сельская", tags=frozenset({"upper", "rural", "small"}))
    assert await ledger(seed, await seed.open(SAFETY)) == ["Лицей", "Сельская", "Школа-сад"]
    assert await ledger(seed, await seed.open(STAFFING)) == ["Лицей", "Сад", "Сельская", "Школа-сад"]
    assert await ledger(seed, await seed.open(EXAMS)) == ["Сельская"]


async def test_a_new_obligation_is_open_and_has_its_first_reminder(seed: Seed) -> None:
    school = await seed.organization("Лицей")
    found = await seed.open()
    owed = await seed.owed(found, school)
    types = frozenset({"school"})
    assert owed == Obligation(
        owed.id, found, school, "Лицей", "Лицей", ObligationState.OPEN, found.due_at, 0, None, types=types
    )
    row = (await seed.see(lambda tx: tx.execute(sa.select(obligation_rows)))).one()
    # Three days before 15 October, Thursday.
    assert (row.next_reminder_at, row.next_reminder_days) == (NOW + 7 * DAY, -3)


async def test_ten_ticks_at_once_open_one_round(seed: Seed) -> None:
    for name in ("Лицей", "Гимназия", "Школа"):
        await seed.organization(name)
    period = occurrence()
    found = await seed.crowd(10, lambda tx, _: rounds.open_round(tx, SAFETY, period, CALENDAR, NOW))
    assert found.count(None) == 9
    (opened,) = [one for one in found if isinstance(one, int)]
    assert await count(seed, round_rows) == 1
    assert await count(seed, obligation_rows) == 3
    round_ = await seed.see(lambda tx: rounds.get(tx, opened))
    assert round_ is not None
    assert await ledger(seed, round_) == ["Гимназия", "Лицей", "Школа"]


async def test_known_periods(seed: Seed) -> None:
    await seed.open(SAFETY)
    await seed.storage.apply(lambda tx: rounds.miss(tx, SAFETY, occurrence(NOW - 30 * DAY), NOW))
    await seed.open(SPORT, occurrence(NOW + 30 * DAY))
    periods = ["2026-10-05", "2026-09-05", "2026-11-04"]
    assert await seed.see(lambda tx: rounds.known(tx, SAFETY.id, periods)) == {"2026-10-05", "2026-09-05"}
    assert await seed.see(lambda tx: rounds.known(tx, SAFETY.id, [])) == set()


# --- Missed rounds ---


@pytest.fixture
async def missed(seed: Seed) -> Round:
    """Its time passed eight days ago, while the bot was down."""
    await seed.organization("Лицей")
    await seed.person(ADMIN)
    period = occurrence(NOW - 8 * DAY)
    await seed.storage.apply(lambda tx: rounds.miss(tx, SAFETY, period, NOW))
    return (await seed.see(rounds.missed))[0]


async def test_a_missed_round_obliges_nobody(seed: Seed, missed: Round) -> None:
    assert missed.opened_at is None
    assert await ledger(seed, missed) == []
    assert await seed.see(lambda tx: rounds.open_now(tx, NOW)) == []


async def test_a_missed_round_is_noted_once_and_not_opened_by_a_tick(seed: Seed, missed: Round) -> None:
    period = occurrence(NOW - 8 * DAY)
    assert await seed.crowd(4, lambda tx, _: rounds.miss(tx, SAFETY, period, NOW)) == [None] * 4
    assert await seed.storage.apply(lambda tx: rounds.open_round(tx, SAFETY, period, CALENDAR, NOW)) is None
    assert await seed.see(rounds.missed) == [missed]


async def test_an_open_round_is_not_missed(seed: Seed) -> None:
    await seed.open(SAFETY)
    assert await seed.storage.apply(lambda tx: rounds.miss(tx, SAFETY, occurrence(), NOW)) is None
    assert await seed.see(rounds.missed) == []


async def test_a_missed_round_is_opened_after_all_and_due_as_much_later(seed: Seed, missed: Round) -> None:
    now = NOW + HOUR
    assert await seed.storage.apply(lambda tx: rounds.open_missed(tx, missed, CALENDAR, ADMIN, now))
    assert await ledger(seed, missed) == ["Лицей"]
    assert await seed.see(rounds.missed) == []
    (opened,) = await seed.see(lambda tx: rounds.open_now(tx, now))
    assert (opened.id, opened.opened_at) == (missed.id, now)
    # It was due on Wednesday 7 October and opens eight days late: Thursday the 15th, when work ends.
    assert opened.due_at.astimezone(CALENDAR.zone).date() == missed.due_at.astimezone(CALENDAR.zone).date() + 8 * DAY
    assert opened.due_at == CALENDAR.ends(opened.due_at.astimezone(CALENDAR.zone).date())
    assert opened.closes_at - opened.due_at == missed.closes_at - missed.due_at
    row = (await seed.see(lambda tx: tx.execute(sa.select(obligation_rows)))).one()
    # The whole ladder is ahead of it again.
    assert (row.due_at, row.next_reminder_days) == (opened.due_at, -3)


async def test_a_missed_round_is_decided_once(seed: Seed, missed: Round) -> None:
    async def decide(tx: Tx, index: int) -> bool:
        if index % 4 < 2:
            return await rounds.open_missed(tx, missed, CALENDAR, ADMIN, NOW)
        return await rounds.skip_missed(tx, missed.id, ADMIN, NOW)

    decisions = await seed.crowd(8, decide)
    assert sorted(decisions, key=str) == [False] * 7 + [True]
    opened = decisions.index(True) % 4 < 2
    assert await ledger(seed, missed) == (["Лицей"] if opened else [])
    assert len(await seed.see(lambda tx: rounds.open_now(tx, NOW))) == opened
    assert await seed.see(rounds.missed) == []


# --- What is open ---


async def test_open_now_is_what_has_not_closed_by_due_date(seed: Seed) -> None:
    later = await seed.open(SAFETY, occurrence(due=12 * DAY))
    sooner = await seed.open(SPORT, occurrence(due=5 * DAY))
    await seed.open(STAFFING, occurrence(NOW - 30 * DAY))
    assert await seed.see(lambda tx: rounds.open_now(tx, NOW)) == [sooner, later]
    just_before = later.closes_at - timedelta(seconds=1)
    assert len(await seed.see(lambda tx: rounds.open_now(tx, just_before))) == 2
    assert await seed.see(lambda tx: rounds.open_now(tx, later.closes_at)) == []


async def test_counts_and_owing(seed: Seed) -> None:
    states = dict(zip("абвгд", ObligationState, strict=True))
    ids = {name: await seed.organization(name) for name in states}
    found, other = await seed.open(SAFETY), await seed.open(SPORT)
    for name, state in states.items():
        await set_state(seed, await seed.owed(found, ids[name]), state)
    # Accepted and answered of five, one of whom is excused.
    counts = await seed.see(lambda tx: control.counts(tx, [found.id, other.id], Limits(), NOW))
    assert {id: (one.done, one.asked) for id, one in counts.items()} == {found.id: (2, 4), other.id: (0, 5)}
    assert await seed.see(lambda tx: control.counts(tx, [], Limits(), NOW)) == {}
    owing = set((await seed.see(lambda tx: tx.execute(rounds.owing(found.id)))).scalars())
    names = {name for name, state in states.items() if state in (ObligationState.OPEN, ObligationState.RETURNED)}
    assert owing == {ids[name] for name in names}


# --- Late organizations ---


async def test_who_comes_late_joins_what_is_open_and_concerns_them(seed: Seed) -> None:
    await seed.organization("Лицей")
    open_, closed = await seed.open(SAFETY), await seed.open(SPORT, occurrence(NOW - 40 * DAY))
    late = await seed.organization("Новая школа")
    garden = await seed.organization("Новый сад", "preschool")
    await seed.organization("Гимназия")
    now = NOW + 8 * DAY
    assert await seed.storage.apply(lambda tx: rounds.join(tx, [late, garden], CALENDAR, now)) == 1
    assert await seed.storage.apply(lambda tx: rounds.join(tx, [late, garden], CALENDAR, now)) == 0
    assert await ledger(seed, open_) == ["Лицей", "Новая школа"]
    assert await ledger(seed, closed) == ["Лицей"]
    rows = await seed.see(
        lambda tx: tx.execute(sa.select(obligation_rows).where(obligation_rows.c.organization_id == late))
    )
    assert rows.one().next_reminder_days == -1


async def test_who_joins_many_times_at_once_is_obliged_once(seed: Seed) -> None:
    await seed.person(OLGA)
    found = await seed.open()
    new = await seed.storage.apply(lambda tx: organizations.add(tx, "Новая", ["school"], None, NOW, active=False))
    assert await seed.storage.apply(lambda tx: rounds.join(tx, [new], CALENDAR, NOW)) == 0
    await seed.storage.apply(lambda tx: organizations.activate(tx, new, OLGA, NOW))
    made = await seed.crowd(6, lambda tx, _: rounds.join(tx, [new], CALENDAR, NOW))
    assert sorted(made, key=str) == [0, 0, 0, 0, 0, 1]
    assert await ledger(seed, found) == ["Новая"]
