"""Reads the ledger request by request, and writes each to the file at once: memory holds one request's answers."""

from pathlib import Path

from bot.domain.progress import Progress, silent
from bot.reports import sections, words
from bot.reports.board import page
from bot.reports.board.content import Content
from bot.reports.job import Job, Made
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Tx

_TITLE = "Доска района"
_HOW = "Откройте файл в браузере, лучше на компьютере. Интернет не нужен."


async def make(tx: Tx, job: Job, folder: Path, progress: Progress = silent) -> Made:
    """Makes the board of the order's rounds: nothing beyond its limits gets into the file."""
    order = job.order
    asked, counted = await sections.asked(tx, job)
    if not asked:
        return Made((), words.NOTHING)
    debtors = await ledger_report.debtors(tx, [round_.id for round_ in asked], order.limits)
    directives = sections.sections(asked, job.letterhead)
    content = Content(job, debtors)
    name = words.file_name(_TITLE, job, ".html")
    done = 0
    with page.Page(folder / name, f"{_TITLE}, {words.period(order)}") as file:
        for section in directives:
            content.begin(section)
            for round_ in section.rounds:
                earlier = await ledger_report.earlier_versions(tx, [round_.id], order.limits)
                beside = await ledger_report.remarks(tx, [round_.id], order.limits)
                column = content.column(round_)
                async for place, _, line in sections.lines(tx, [round_.id], debtors, order.limits):
                    column.add(place, line, earlier.get(line.obligation_id, ()), beside.get(line.obligation_id, ()))
                file.data(f"answers-{column.number}", content.end(column))
                done += 1
                progress("requests", done, len(asked))
        file.data("board", content.board())
    caption = words.caption(_TITLE, job, sections.parts(directives, counted))
    return Made((name,), f"{caption}\n{_HOW}")
