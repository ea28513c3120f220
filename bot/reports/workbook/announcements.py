"""The sheets about announcements: one has a row for each announcement, the other a row for each copy."""

from datetime import datetime, time, timedelta

from xlsxwriter.worksheet import Worksheet

from bot.domain.desk.announcement import Failure
from bot.reports import words
from bot.reports.job import Job
from bot.reports.workbook.book import ROWS, Book, footer, widths
from bot.storage.desk import announcement_report
from bot.storage.desk.announcement_report import Copy, Sent
from bot.storage.engine.database import Tx
from bot.views.words import plain, shorten

_COLUMNS = (
    ("№", 5),
    ("Отправлено", 16),
    ("Объявление", 60),
    ("Автор", 26),
    ("Адресатов", 11),
    ("Доставлено", 11),
    ("Не доставлено", 12),
    ("Ознакомились", 14),
)
_COPIES = (
    ("№ объявления", 12),
    ("Организация", 44),
    ("Кому", 30),
    ("Доставлено", 16),
    ("Ознакомлен", 16),
    ("Почему не доставлено", 30),
)
_FAILURES = {
    Failure.UNREACHABLE: "Бот заблокирован или аккаунт удалён",
    Failure.REFUSED: "Telegram не принял сообщение",
    Failure.STOPPED: "Сообщения отключены",
}


async def of_period(tx: Tx, job: Job) -> list[Sent]:
    """The announcements of the order's period, within its limits."""
    order = job.order
    since = datetime.combine(order.first, time(), job.zone) if order.first else None
    until = datetime.combine(order.last + timedelta(days=1), time(), job.zone) if order.last else None
    return await announcement_report.sent(tx, since, until, order.limits)


async def write(tx: Tx, job: Job, book: Book, announcements: list[Sent]) -> None:
    """Writes both sheets."""
    sheet = book.sheet("Объявления")
    widths(sheet, [width for _, width in _COLUMNS])
    last = len(_COLUMNS)
    book.line(sheet, 0, last, "Объявления", book.style("title"))
    book.line(sheet, 1, last, f"{words.period(job.order)}, {words.made_on(job)}", book.style("small"))
    for column, (heading, _) in enumerate(_COLUMNS, start=1):
        book.text(sheet, 2, column, heading, book.style("head"))
    cell, whole = book.style("cell", "text"), book.style("cell", "whole")
    for number, sent in enumerate(announcements, start=1):
        row = 2 + number
        sheet.write_number(row, 1, number, book.style("cell", "center"))
        book.moment(sheet, row, 2, sent.at, "cell")
        book.text(sheet, row, 3, shorten(plain(sent.text), 300) or "Без текста", cell)
        book.text(sheet, row, 4, sent.by_name, cell)
        for column, count in enumerate((sent.addressed, sent.delivered, sent.failed), start=5):
            sheet.write_number(row, column, count, whole)
        if sent.acknowledge:
            sheet.write_number(row, 8, sent.acknowledged, whole)
        else:
            book.text(sheet, row, 8, "не требовалось", cell)
    sheet.freeze_panes(3, 2)
    sheet.repeat_rows(2)
    sheet.autofilter(2, 1, 2 + len(announcements), last)
    footer(sheet, f"Объявления, {words.short_day(job.today)}")
    await _copies(tx, job, book, announcements)


async def _copies(tx: Tx, job: Job, book: Book, announcements: list[Sent]) -> None:
    sheet = book.sheet("Ознакомление")
    widths(sheet, [width for _, width in _COPIES])
    for column, (heading, _) in enumerate(_COPIES, start=1):
        book.text(sheet, 0, column, heading, book.style("head"))
    row = 1
    for number, sent in enumerate(announcements, start=1):
        async for copy in announcement_report.copies(tx, sent.id, job.order.limits):
            # The announcement's card in the bot shows what a sheet has no room for.
            if row < ROWS:
                _copy(book, sheet, row, number, copy)
                row += 1
    sheet.freeze_panes(1, 3)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 1, max(1, row - 1), len(_COPIES))
    footer(sheet, f"Ознакомление с объявлениями, {words.short_day(job.today)}")


def _copy(book: Book, sheet: Worksheet, row: int, number: int, copy: Copy) -> None:
    cell = book.style("cell", "text")
    sheet.write_number(row, 1, number, book.style("cell", "center"))
    book.text(sheet, row, 2, copy.organization, cell)
    book.text(sheet, row, 3, copy.person, cell)
    book.moment(sheet, row, 4, copy.sent_at, "cell")
    book.moment(sheet, row, 5, copy.acknowledged_at, "cell")
    failed = copy.failure is not None and copy.sent_at is None
    book.text(sheet, row, 6, _FAILURES[copy.failure] if failed and copy.failure else None, cell)
