"""Which module makes which report. A module is imported when its report is wanted: matplotlib alone takes a second."""

from importlib import import_module
from pathlib import Path

from bot.domain.ledger.report import ReportKind
from bot.domain.progress import Progress, silent
from bot.reports.job import Job, Made
from bot.storage.engine.database import Tx

_MAKERS = {
    ReportKind.WORKBOOK: "bot.reports.workbook",
    ReportKind.EXECUTION: "bot.reports.execution",
    ReportKind.MATRIX: "bot.reports.matrix",
    ReportKind.COMPLETION: "bot.reports.completion",
    ReportKind.DYNAMICS: "bot.reports.dynamics",
    ReportKind.OWN: "bot.reports.own",
}


async def make(tx: Tx, job: Job, folder: Path, progress: Progress = silent) -> Made:
    """Makes the report in the folder, which is empty, from what the transaction sees."""
    made: Made = await import_module(_MAKERS[job.order.kind]).make(tx, job, folder, progress)
    return made
