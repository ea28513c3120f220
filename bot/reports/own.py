"""All answers of one organization, with a sheet for each school year: its head prints it or hands it on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from xlsxwriter.worksheet import Worksheet

from bot.domain.brevity import shortened
from bot.domain.desk.question import is_question
from bot.domain.desk.sources import Group, arranged
from bot.domain.fields.field import Field
from bot.domain.ledger.obligation import Round
from bot.domain.ledger.report import Line
from bot.domain.people.labels import official
from bot.domain.progress import Progress, silent
from bot.reports import words
from bot.reports.job import Job, Made
from bot.reports.local import Local
from bot.reports.workbook.book import Book, columns, footer, height
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Tx
from bot.storage.ledger import apart
from bot.storage.people import organizations
from bot.views.sources import begun
from bot.views.standing import WORDS
from bot.views.values import value_text
from bot.views.words import esc, plural

_EMPTY = "Запросов этой организации ещё не было."
# Together as wide as a page, or the answers would stand on others than what they answer.
_WIDTHS = (23, 11, 17, 27, 32)
_HEADINGS = ("Поручение", "Срок", "Статус", "Показатель", "Ответ")


async def make(tx: Tx, job: Job, folder: Path, _progress: Progress = silent) -> Made:
    """The workbook of the order's organization."""
    organization = await organizations.get(tx, job.order.organization or 0)
    rounds = {round_.id: round_ for round_ in await ledger_report.of_order(tx, job.order, job.zone, job.zones)}
    limits = job.order.limits
    lines = await ledger_report.lines(tx, list(rounds), [organization.id], limits) if organization else []
    if organization is None or not lines:
        return Made((), _EMPTY)
    local = Local(job, "", await apart.of_rounds(tx, list(rounds)) if job.zones else {}, organization.territory)
    job = replace(job, place=organization.territory)
    by_year: dict[date, list[Line]] = defaultdict(list)
    for line in lines:
        opened = local.opened(rounds[line.round_id], line).date()
        by_year[job.letterhead.year_begins.latest(opened)].append(line)
    name = words.file_name(f"Ответы {organization.label}", job, ".xlsx")
    whole_name = official(organization.name, organization.label)
    book = Book(folder / name, job.zone)
    for year in sorted(by_year, reverse=True):
        of_year = sorted(
            by_year[year], key=lambda line: (rounds[line.round_id].opens_at, line.obligation_id), reverse=True
        )
        answers = [((line, rounds[line.round_id]), _group(rounds[line.round_id], job)) for line in of_year]
        documents = [*dict.fromkeys(job.letterhead.sources.values())]
        _sheet(book, job, local, whole_name, year, arranged(answers, documents))
    book.close()
    answered = sum(1 for line in lines if line.at)
    told = plural(answered, "ответ", "ответа", "ответов")
    asked = plural(len(lines), "запрос", "запроса", "запросов")
    return Made((name,), f"<b>{esc(whole_name)}</b>\n{told} на {asked}")


def _group(round_: Round, job: Job) -> Group:
    if is_question(round_.directive.id):
        return Group(is_questions=True)
    return Group(job.letterhead.source_of(round_.directive))


def _sheet(book: Book, job: Job, local: Local, name: str, year: date, lines: Sequence[tuple[Line, Round]]) -> None:
    title = f"{year.year}/{year.year + 1} учебный год"
    sheet = book.sheet(f"{year.year}-{year.year + 1}", landscape=False)
    printed = columns(sheet, _WIDTHS, repeated=1, landscape=False)
    book.lines(sheet, 0, name, book.style("bold", "wrapped"), _WIDTHS)
    book.line(sheet, 1, f"Ответы на запросы управления образования, {title}", book.style("plain"))
    book.line(sheet, 2, words.made_on(job), book.style("small"))
    for column, text in enumerate(_HEADINGS, start=1):
        book.text(sheet, 3, column, text, book.style("head"))
    row = 4
    for place, (line, round_) in enumerate(lines):
        if heading := begun(lines, place):
            band = book.style("band")
            for column in range(1, len(_WIDTHS) + 1):
                book.text(sheet, row, column, heading if column == 1 else None, band)
            row += 1
        row = _answer(book, job, local.zone(round_, line), sheet, row, line, round_)
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)
    book.print_area(sheet, printed, 3, row - 1)
    footer(sheet, f"{shortened(name, 80)}, {words.short_day(job.today)}")


def _answer(book: Book, job: Job, zone: ZoneInfo, sheet: Worksheet, row: int, line: Line, round_: Round) -> int:
    """Writes an answer from `row` on, a row for each value; returns the row after it."""
    cell = book.style("cell", "text")
    standing = line.standing(round_, job.now)
    heading = " · ".join(
        part for part in (f"{round_.directive.number} {round_.directive.title}".strip(), round_.title) if part
    )
    status = WORDS[standing]
    for place, (label, field, value) in enumerate(_values(zone, line, round_)):
        # What belongs to the whole answer stands in its first row only.
        first = place == 0
        due = words.local_day(line.due_at, zone)
        coloured = book.style("cell", "text", tint=words.TINTS[standing])
        shown = value if field is None else value_text(field, value)
        texts = [(heading if first else "", _WIDTHS[0]), (status if first else "", _WIDTHS[2])]
        sheet.set_row(row, height([*texts, (label, _WIDTHS[3]), (shown or "", _WIDTHS[4])]))
        book.text(sheet, row, 1, heading if first else None, book.style("cell", "bold", "text"))
        book.text(sheet, row, 2, due if first else None, book.style("cell", "center", "text"))
        book.text(sheet, row, 3, status if first else None, coloured if first else cell)
        book.text(sheet, row, 4, label, cell)
        if field is None:
            book.text(sheet, row, 5, value, cell)
        else:
            book.write(sheet, row, [book.value_cell(5, field, value, "cell")])
        row += 1
    return row


def _values(zone: ZoneInfo, line: Line, round_: Round) -> list[tuple[str, Field | None, Any]]:
    """The rows of an answer: a label, its field and the field's value; or a label and a text."""
    rows: list[tuple[str, Field | None, Any]] = [
        (words.heading(field), field, value)
        for field in round_.directive.fields
        if (value := (line.values or {}).get(field.id)) is not None
    ]
    if line.not_ours:
        rows.append(("Не относится к организации", None, line.not_ours))
    rows += [("Комментарий", None, text) for text in line.remarks]
    if line.comment:
        rows.append(("Замечание управления", None, line.comment))
    if line.at:
        whose = words.author(line)
        by = f", {whose}" if whose else ""
        rows.append(("Отправлено", None, f"{words.moment(line.at, zone)}{by}"))
    return rows or [("", None, "Ответа нет")]
