"""Reads the ledger request by request, and writes each to the file at once: memory holds one request's answers."""

from pathlib import Path

from bot.domain.progress import Progress, silent
from bot.reports import level as level_of
from bot.reports import sections, words
from bot.reports.board import page
from bot.reports.board.content import Content
from bot.reports.job import Job, Made
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Tx
from bot.views.reports import BOARD, BOARD_OF_TERRITORIES

_HOW = "Откройте файл в браузере, лучше на компьютере. Интернет не нужен."


async def make(tx: Tx, job: Job, folder: Path, progress: Progress = silent) -> Made:
    """Makes the board of the order's rounds: nothing beyond its limits gets into the file."""
    order = job.order
    asked, counted = await sections.asked(tx, job)
    if not asked:
        return Made((), words.NOTHING)
    debtors = await ledger_report.debtors(tx, [round_.id for round_ in asked], order.limits)
    directives = sections.sections(asked, job.letterhead)
    level, local = await level_of.of_rounds(tx, job, [round_.id for round_ in asked])
    rows = level.rows(debtors) if level else [(place, "") for place in range(len(debtors))]
    places = {row: number for number, row in enumerate(rows)}
    content = Content(job, [debtors[place] for place, _ in rows], local, level, [territory for _, territory in rows])
    title = BOARD_OF_TERRITORIES if level else BOARD
    name = words.file_name(title, job, ".html")
    done = 0
    with page.Page(folder / name, f"{title}, {words.covered(job)}", by_territory=level is not None) as file:
        for section in directives:
            content.begin(section)
            for round_ in section.rounds:
                earlier = await ledger_report.earlier_versions(tx, [round_.id], order.limits)
                beside = await ledger_report.remarks(tx, [round_.id], order.limits)
                column = content.column(round_)
                async for place, debtor, line in sections.lines(tx, [round_.id], debtors, order.limits):
                    row = places[place, level.of(round_.id, debtor.id) if level else ""]
                    column.add(row, line, earlier.get(line.obligation_id, ()), beside.get(line.obligation_id, ()))
                file.data(f"answers-{column.number}", content.end(column))
                done += 1
                progress("requests", done, len(asked))
        file.data("board", content.board())
    caption = words.caption(title, job, sections.parts(directives, counted))
    return Made((name,), f"{caption}\n{_HOW}")
