"""The sheets about announcements: one has a row for each announcement, the other for each person addressed."""

from datetime import datetime, time, timedelta
from fractions import Fraction

from xlsxwriter.worksheet import Worksheet

from bot.domain.desk.announcement import Arrival, Delivery, Destination
from bot.reports import words
from bot.reports.job import Job
from bot.reports.workbook.book import Book, columns, footer, height, share
from bot.storage.desk import announcement_report
from bot.storage.desk.announcement_report import Sent
from bot.storage.engine.database import Tx
from bot.views.unreached import FAILURES, why
from bot.views.words import shorten, wording

_COLUMNS = (
    ("№", 5),
    ("Отправлено", 16),
    ("Объявление", 60),
    ("Автор", 26),
    ("Организаций", 13),
    ("Дошло", 9),
    ("Не дошло", 10),
    ("Ещё не отправлено", 12),
    ("Ознакомились", 14),
    ("Ознакомились, %", 14),
    ("Получили, человек", 12),
)
_DESTINATIONS = (
    ("№ объявления", 12),
    ("Организация", 34),
    ("Дошло", 16),
    ("Организация ознакомлена", 16),
    ("Кому", 30),
    ("Доставлено", 16),
    ("Ознакомлен", 16),
    ("Почему не дошло", 36),
)
_ARRIVALS = {Arrival.REACHED: "да", Arrival.WAITING: "ещё не отправлено", Arrival.MISSED: "нет"}


async def of_period(tx: Tx, job: Job) -> list[Sent]:
    """The announcements of the order's period, within its limits."""
    order = job.order
    since = datetime.combine(order.first, time(), job.zone) if order.first else None
    until = datetime.combine(order.last + timedelta(days=1), time(), job.zone) if order.last else None
    return await announcement_report.sent(tx, since, until, order.limits)


async def write(tx: Tx, job: Job, book: Book, announcements: list[Sent]) -> None:
    """Writes both sheets."""
    sheet = book.sheet("Объявления")
    columns(sheet, [width for _, width in _COLUMNS], repeated=2, rows=len(announcements))
    last = len(_COLUMNS)
    book.title(sheet, "Объявления", [width for _, width in _COLUMNS[:4]])
    book.line(sheet, 1, words.about(job), book.style("small"))
    for column, (heading, _) in enumerate(_COLUMNS, start=1):
        book.text(sheet, 2, column, heading, book.style("head"))
    cell = book.style("cell", "text")
    for number, sent in enumerate(announcements, start=1):
        row = 2 + number
        sheet.write_number(row, 1, number, book.style("cell", "center"))
        book.moment(sheet, row, 2, sent.at, "cell")
        text = shorten(wording(sent.text), 300) or "Без текста"
        sheet.set_row(row, height([(text, _COLUMNS[2][1]), (sent.by_name or "", _COLUMNS[3][1])]))
        book.text(sheet, row, 3, text, cell)
        book.text(sheet, row, 4, sent.by_name, cell)
        _counts(book, sheet, row, sent)
    sheet.freeze_panes(3, 2)
    sheet.repeat_rows(2)
    sheet.autofilter(2, 1, 2 + len(announcements), last)
    footer(sheet, f"Объявления, {words.short_day(job.today)}")
    await _destinations(tx, job, book, announcements)


def _counts(book: Book, sheet: Worksheet, row: int, sent: Sent) -> None:
    coverage, whole = sent.coverage, book.style("cell", "whole")
    counts = (coverage.total, coverage.reached, coverage.missed, coverage.waiting)
    for column, count in enumerate(counts, start=5):
        sheet.write_number(row, column, count, whole)
    if sent.acknowledge:
        sheet.write_number(row, 9, coverage.acknowledged, whole)
        if coverage.total:
            share(book, sheet, row, 10, Fraction(coverage.acknowledged, coverage.total))
        else:
            book.text(sheet, row, 10, None, book.style("cell", "text"))
    else:
        book.text(sheet, row, 9, "не требовалось", book.style("cell", "text"))
        book.text(sheet, row, 10, None, book.style("cell", "text"))
    sheet.write_number(row, 11, sent.delivered, whole)


async def _destinations(tx: Tx, job: Job, book: Book, announcements: list[Sent]) -> None:
    sheet, row = _begin(book, job, 1), 1
    sheets = 1
    for number, sent in enumerate(announcements, start=1):
        for destination in await announcement_report.by_organization(tx, sent.id, job.order.limits):
            for delivery in destination.people or (None,):
                if row == book.rows:
                    sheet.autofilter(0, 1, row - 1, len(_DESTINATIONS))
                    sheets += 1
                    sheet, row = _begin(book, job, sheets), 1
                _destination(book, sheet, row, number, destination, delivery)
                row += 1
    sheet.autofilter(0, 1, max(1, row - 1), len(_DESTINATIONS))


def _begin(book: Book, job: Job, number: int) -> Worksheet:
    sheet = book.sheet("Ознакомление" if number == 1 else f"Ознакомление {number}")
    columns(sheet, [width for _, width in _DESTINATIONS], repeated=2, rows=book.rows)
    for column, (heading, _) in enumerate(_DESTINATIONS, start=1):
        book.text(sheet, 0, column, heading, book.style("head"))
    sheet.freeze_panes(1, 3)
    sheet.repeat_rows(0)
    footer(sheet, f"Ознакомление с объявлениями, {words.short_day(job.today)}")
    return sheet


def _destination(
    book: Book, sheet: Worksheet, row: int, number: int, destination: Destination, delivery: Delivery | None
) -> None:
    cell = book.style("cell", "text")
    reason = why(delivery) if delivery else ""
    if destination.nobody is not None:
        reason = FAILURES[destination.nobody]
    person = delivery.person_name if delivery else ""
    texts = {2: destination.organization_label, 5: person, 8: reason}
    sheet.set_row(row, height((text, _DESTINATIONS[column - 1][1]) for column, text in texts.items()))
    sheet.write_number(row, 1, number, book.style("cell", "center"))
    book.text(sheet, row, 2, destination.organization_label, cell)
    if destination.reached_at is not None:
        book.moment(sheet, row, 3, destination.reached_at, "cell")
    else:
        book.text(sheet, row, 3, _ARRIVALS[destination.arrival], cell)
    book.moment(sheet, row, 4, destination.acknowledged_at, "cell")
    book.text(sheet, row, 5, person, cell)
    book.moment(sheet, row, 6, delivery.sent_at if delivery else None, "cell")
    book.moment(sheet, row, 7, delivery.acknowledged_at if delivery else None, "cell")
    book.text(sheet, row, 8, reason, cell)
