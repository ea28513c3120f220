"""Reads the ledger once and fills all sheets on the way."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.domain.ledger.report import Debtor, Execution
from bot.domain.progress import Progress, silent
from bot.reports import sections, words
from bot.reports.job import Job, Made
from bot.reports.sections import Section
from bot.reports.workbook import announcements, dynamics
from bot.reports.workbook.book import Book
from bot.reports.workbook.data_sheet import DataSheet
from bot.reports.workbook.directive_sheet import Block, DirectiveSheet
from bot.reports.workbook.summary import Summary
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Tx


async def make(tx: Tx, job: Job, folder: Path, progress: Progress = silent) -> Made:
    """Makes the workbook of the order's rounds, with a sheet for each directive.

    A whole period also gets a summary, its announcements and the flat ledger; a directive with several rounds gets its
    dynamics.
    """
    order = job.order
    rounds = await ledger_report.of_order(tx, order, job.zone)
    counted = await ledger_report.executions(tx, [round_.id for round_ in rounds], order.limits, job.now)
    asked = [round_ for round_ in rounds if round_.id in counted]
    whole = not order.rounds and order.directive is None
    told = await announcements.of_period(tx, job) if whole else []
    if not asked and not told:
        return Made((), words.NOTHING)
    directives = sections.sections(asked, job.letterhead)
    parts = sections.parts(directives, counted)
    title = "Свод" if whole or len(directives) != 1 else f"Свод {directives[0].number or 'по вопросу'}"
    name = words.file_name(title, job, ".xlsx")
    book = Book(folder / name, job.zone)
    # Sheets stand in the order in which they are begun, so all of them are begun here.
    debtors = await ledger_report.debtors(tx, [round_.id for round_ in asked], order.limits)
    summaries = [Summary(book, job, part, debtors) for part in parts] if whole or len(directives) > 1 else []
    sheets = [DirectiveSheet(book, job, section) for section in directives]
    moving = dynamics.worth_showing(directives)
    curves = book.sheet("Динамика") if moving else None
    if told:
        await announcements.write(tx, job, book, told)
    data = DataSheet(book, job) if not order.rounds else None
    blocks = await _fill(
        tx, job, list(zip(directives, sheets, strict=True)), summaries, data, debtors, counted, progress
    )
    progress("writing the file", 0, 0)
    if data:
        data.finish()
    for summary in summaries:
        summary.write()
    if curves:
        dynamics.write(book, curves, job, moving, counted, blocks)
    book.close()
    return Made((name,), words.caption(_heading(title, directives, whole), job, parts))


async def _fill(
    tx: Tx,
    job: Job,
    sheets: Sequence[tuple[Section, DirectiveSheet]],
    summaries: Sequence[Summary],
    data: DataSheet | None,
    debtors: list[Debtor],
    counted: Mapping[int, Execution],
    progress: Progress,
) -> dict[int, Block]:
    """Writes each line of the ledger to all sheets that have it; returns their blocks by round."""
    done, rows = 0, sum(counted[round_.id].asked for section, _ in sheets for round_ in section.rounds)
    blocks: dict[int, Block] = {}
    for section, sheet in sheets:
        summary = next((each for each in summaries if each.is_about(section)), None)
        # The newest period is on top.
        for round_ in reversed(section.rounds):
            sheet.begin(round_, counted[round_.id])
            async for place, debtor, line in sections.lines(tx, [round_.id], debtors, job.order.limits):
                standing = line.standing(round_, job.now)
                sheet.row(debtor, line, standing)
                if summary:
                    summary.count(section, place, line, standing, job.now)
                if data:
                    data.row(section, round_, debtor, line, standing)
                done += 1
                progress("rows", done, rows)
            blocks[round_.id] = sheet.end()
        sheet.finish()
    return blocks


def _heading(title: str, directives: list[Section], whole: bool) -> str:
    if not whole and len(directives) == 1:
        return f"{title}. {directives[0].directive.title}"
    only_questions = directives and all(section.is_question for section in directives)
    return "Свод по разовым вопросам" if only_questions else "Свод по поручениям"
