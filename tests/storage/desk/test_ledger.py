"""What reports read, alike on both engines."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.desk.announcement import Addressee, Coverage, Reach, Vacancy
from bot.domain.ledger.obligation import ObligationState
from bot.domain.ledger.report import Execution, Order, ReportKind
from bot.domain.people.failure import Failure
from bot.domain.people.member import Limits, Role, StaffRole
from bot.storage.desk import announcement_report, destinations, ledger_report, recipients, scheduled_reports
from bot.storage.engine.database import Tx
from bot.storage.ledger import district
from bot.storage.people import staff
from bot.storage.schema import announcements, obligations
from bot.storage.schema import recipients as recipients_table
from tests.storage.seed import ADMIN, DAY, HOUR, IVAN, NOW, OLGA, SAFETY, SPORT, STAFFING, Seed, occurrence

ZONE = ZoneInfo("Asia/Irkutsk")
NOBODY = Limits(topics=frozenset({"none"}))


async def test_rows_and_counts_of_a_round(seed: Seed) -> None:
    schools = [await seed.organization(f"Школа № {number}") for number in (10, 2, 1)]
    await seed.organization("Детский сад", "preschool")
    await seed.person(OLGA)
    found = await seed.open(STAFFING)
    in_time = await seed.answer(await seed.owed(found, schools[0]), OLGA)
    await seed.answer(in_time, OLGA, NOW + HOUR, done=False)
    await seed.answer(await seed.owed(found, schools[1]), OLGA, NOW + 11 * DAY, not_ours="Нет классов")
    after = NOW + 12 * DAY

    debtors = await seed.see(lambda tx: ledger_report.debtors(tx, [found.id], Limits()))
    assert [debtor.name for debtor in debtors] == ["Детский сад", "Школа № 1", "Школа № 2", "Школа № 10"]
    ids = [debtor.id for debtor in debtors]
    read = await seed.see(lambda tx: ledger_report.lines(tx, [found.id], ids, Limits()))
    lines = {line.organization_id: line for line in read}
    # The newest version, with the moment of the first.
    assert (lines[schools[0]].values, lines[schools[0]].version) == ({"done": False}, 2)
    assert (lines[schools[0]].first_at, lines[schools[0]].at) == (NOW, NOW + HOUR)
    assert (lines[schools[1]].values, lines[schools[1]].not_ours) == (None, "Нет классов")
    assert lines[schools[1]].was_late
    assert lines[schools[2]].at is None

    counted = await seed.see(lambda tx: ledger_report.executions(tx, [found.id], Limits(), after))
    assert counted[found.id] == Execution(asked=4, answered=2, on_time=1, late=1, overdue=2, not_ours=1)
    preschool = Limits(frozenset({"preschool"}))
    limited = await seed.see(lambda tx: ledger_report.executions(tx, [found.id], preschool, after))
    assert limited[found.id] == Execution(asked=1, overdue=1)
    assert [debtor.name for debtor in await seed.see(lambda tx: ledger_report.debtors(tx, [found.id], preschool))] == [
        "Детский сад"
    ]

    told = await seed.see(lambda tx: district.answers(tx, found.id))
    assert (told.asked, told.answered, told.values) == (4, 2, ({"done": False},))


async def test_the_rounds_of_a_period(seed: Seed) -> None:
    await seed.organization("Школа")
    autumn = await seed.open(SAFETY)
    winter = await seed.open(SPORT, occurrence(NOW + 90 * DAY))

    async def of(order: Order) -> list[int]:
        return [one.id for one in await seed.see(lambda tx: ledger_report.of_order(tx, order, ZONE))]

    workbook = ReportKind.WORKBOOK
    assert await of(Order(workbook)) == [autumn.id, winter.id]
    # From the day of opening to the due date.
    assert await of(Order(workbook, first=date(2026, 10, 15), last=date(2026, 10, 15))) == [autumn.id]
    assert await of(Order(workbook, first=date(2026, 10, 16), last=date(2026, 12, 31))) == []
    assert await of(Order(workbook, last=date(2026, 10, 4))) == []
    assert await of(Order(workbook, rounds=(winter.id, 999))) == [winter.id]
    assert await of(Order(workbook, directive="safety")) == [autumn.id]
    assert await of(Order(workbook, limits=NOBODY)) == []


async def test_announcements_and_their_organizations(seed: Seed) -> None:
    school, branch, empty = [await seed.organization(name) for name in ("Школа", "Филиал", "Школа пустая")]
    garden = await seed.organization("Сад", "preschool")
    for id in (OLGA, IVAN, ADMIN):
        await seed.person(id, f"Человек {id}")
    await seed.seat(OLGA, school)
    await seed.seat(OLGA, branch)

    async def announce(tx: Tx) -> None:
        made = await tx.execute(
            announcements.insert().values(
                by_id=ADMIN,
                created_at=NOW,
                state="done",
                chat_id=ADMIN,
                messages=[1],
                wording="text",
                text="Совещание",
                audience={},
                acknowledge=True,
                started_at=NOW,
            )
        )
        id = made.inserted_primary_key[0]  # type: ignore[index]
        reach = Reach(
            (
                Addressee(OLGA, "", school, "", "", Role.HEAD),
                Addressee(OLGA, "", branch, "", "", Role.HEAD),
                Addressee(IVAN, "", garden, "", "", Role.HEAD),
            ),
            vacancies=(Vacancy(empty, "", ""),),
        )
        await destinations.add(tx, id, reach, NOW)
        common = {"announcement_id": id, "added_at": NOW}
        await tx.execute(
            recipients_table.insert().values(person_id=OLGA, organization_id=school, sent_at=NOW, **common)
        )
        failed = {"failure": "blocked"}
        await tx.execute(recipients_table.insert().values(person_id=IVAN, organization_id=garden, **failed, **common))
        await destinations.reached(tx, id, [OLGA], NOW)
        await recipients.acknowledge(tx, id, OLGA, NOW + HOUR)

    await seed.storage.apply(announce)
    (sent,) = await seed.see(lambda tx: announcement_report.sent(tx, NOW, NOW + DAY, Limits()))
    # One person with two schools is one copy, and two organizations that have got and acknowledged it.
    assert sent.coverage == Coverage(total=4, reached=2, acknowledged=2)
    assert (sent.coverage.missed, sent.delivered) == (2, 1)

    async def listed(limits: Limits) -> list[tuple[str, list[Failure | None], Failure | None]]:
        found = await seed.see(lambda tx: announcement_report.by_organization(tx, sent.id, limits))
        return [(each.organization_name, [delivery.failure for delivery in each.people], each.nobody) for each in found]

    schools = [("Филиал", [None], None), ("Школа", [None], None), ("Школа пустая", [], Failure.VACANT)]
    assert await listed(Limits()) == [("Сад", [Failure.BLOCKED], None), *schools]
    limited = Limits(frozenset({"school"}))
    assert await listed(limited) == schools
    (sent,) = await seed.see(lambda tx: announcement_report.sent(tx, NOW, NOW + DAY, limited))
    assert sent.coverage == Coverage(total=3, reached=2, acknowledged=2)
    assert await seed.see(lambda tx: announcement_report.unreached(tx, NOW, Limits())) == 2
    assert await seed.see(lambda tx: announcement_report.unreached(tx, NOW, limited)) == 1
    assert await seed.see(lambda tx: announcement_report.unreached(tx, NOW + HOUR, Limits())) == 0
    assert await seed.see(lambda tx: announcement_report.sent(tx, NOW + DAY, None, Limits())) == []
    assert await seed.see(lambda tx: announcement_report.sent(tx, None, NOW, Limits())) == []


@pytest.mark.slow_on_postgresql
async def test_scheduled_reports_are_claimed_once(seed: Seed) -> None:
    await seed.organization("Школа")
    for id in (OLGA, IVAN):
        await seed.person(id)
        await seed.storage.apply(lambda tx, id=id: staff.grant(tx, id, StaffRole.CURATOR, None, NOW))  # type: ignore[misc]
    await seed.storage.apply(lambda tx: staff.toggle_report(tx, OLGA, "monthly", NOW))
    await seed.storage.apply(lambda tx: staff.toggle_report(tx, IVAN, "closings", NOW))
    assert await seed.see(lambda tx: staff.wants_reports(tx, OLGA)) == (True, False)
    month = NOW + 27 * DAY
    # Who has just switched it on does not get the month that was over by then.
    assert not await seed.see(lambda tx: scheduled_reports.is_due(tx, NOW - timedelta(days=4), NOW))
    assert await seed.see(lambda tx: scheduled_reports.is_due(tx, month, month))
    told = await seed.crowd(4, lambda tx, _: scheduled_reports.claim_month(tx, month, month))
    assert sorted(each for one in told if isinstance(one, list) for each in one) == [OLGA]

    found = await seed.open(SAFETY)
    assert not await seed.see(lambda tx: scheduled_reports.is_due(tx, month, found.closes_at - HOUR))
    assert await seed.see(lambda tx: scheduled_reports.is_due(tx, month, found.closes_at))
    claimed = await seed.crowd(4, lambda tx, _: scheduled_reports.claim_closed(tx, found.closes_at))
    assert [each.id for batch in claimed if isinstance(batch, list) for each in batch] == [found.id]
    assert [person.id for person in await seed.see(scheduled_reports.want_closings)] == [IVAN]
    assert not await seed.see(lambda tx: scheduled_reports.is_due(tx, month, found.closes_at + DAY))


async def test_an_excused_organization_is_not_asked(seed: Seed) -> None:
    school = await seed.organization("Школа")
    found = await seed.open(SAFETY)
    owed = await seed.owed(found, school)
    await seed.storage.apply(
        lambda tx: tx.execute(
            obligations.update().where(obligations.c.id == owed.id).values(state=ObligationState.EXCUSED)
        )
    )
    counted = await seed.see(lambda tx: ledger_report.executions(tx, [found.id], Limits(), NOW + 30 * DAY))
    assert counted[found.id] == Execution(excused=1)
    assert counted[found.id].completion is None
