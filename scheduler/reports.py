"""Orders the reports that come by themselves: of each month, and of each round that has closed."""

from datetime import date, datetime, timedelta

from bot.domain.ledger.report import Occasion, Order, ReportKind
from bot.domain.letter import LetterKind
from bot.domain.timing.calendar import WorkCalendar
from bot.storage.desk import scheduled_reports
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import rounds
from bot.storage.post import letters


async def order_reports(storage: Storage, calendar: WorkCalendar, now: datetime) -> int:
    """Orders the reports that are due for the staff who want them; returns the number of letters.

    The report of a month comes when the first working day of the next month begins. After a downtime of months there is
    only the last month's. A report without anything to tell is dropped when it is made.
    """
    today = now.astimezone(calendar.zone).date()
    first = today.replace(day=1)
    month = calendar.begins(calendar.work_day(first))
    if now < month:
        # The report of the month before last is not made any more: the next report is near.
        month = calendar.begins(calendar.work_day((first - timedelta(days=1)).replace(day=1)))
    async with storage.read() as tx:
        if not await scheduled_reports.is_due(tx, month, now):
            return 0

    async def work(tx: Tx) -> int:
        told = await scheduled_reports.claim_month(tx, month, now)
        await _of_month(tx, told, month.astimezone(calendar.zone).date(), calendar, now)
        return len(told) + await _of_closed(tx, calendar, now)

    return await storage.apply(work)


async def _of_month(tx: Tx, told: list[int], on: date, calendar: WorkCalendar, now: datetime) -> None:
    last = on.replace(day=1) - timedelta(days=1)
    for kind in (ReportKind.WORKBOOK, ReportKind.COMPLETION):
        order = Order(kind, first=last.replace(day=1), last=last, occasion=Occasion.MONTHLY)
        await letters.write(tx, LetterKind.REPORT, told, now, hours=calendar, **order.data)


async def _of_closed(tx: Tx, calendar: WorkCalendar, now: datetime) -> int:
    """Orders a workbook of the rounds that have closed since, for each who wants it and whose matter they are."""
    closed = await scheduled_reports.claim_closed(tx, now)
    told = 0
    for person in await scheduled_reports.want_closings(tx) if closed else []:
        theirs = tuple(round.id for round in await rounds.within(tx, closed, person.limits))
        if theirs:
            order = Order(ReportKind.WORKBOOK, rounds=theirs, occasion=Occasion.CLOSING)
            await letters.write(tx, LetterKind.REPORT, [person.id], now, hours=calendar, **order.data)
            told += 1
    return told
