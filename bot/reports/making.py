"""Which module makes which report. A module is imported when its report is wanted: matplotlib alone takes a second."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

from bot.domain.ledger.report import ReportKind
from bot.domain.progress import Progress, silent
from bot.reports.job import Job, Made
from bot.storage.engine.database import Tx


def maker(kind: ReportKind) -> ModuleType:
    """The module that is called as the kind is; its `make` is the one below."""
    return import_module(f"bot.reports.{kind}")


async def make(tx: Tx, job: Job, folder: Path, progress: Progress = silent) -> Made:
    """Makes the report in the folder, which is empty, from what the transaction sees."""
    made: Made = await maker(job.order.kind).make(tx, job, folder, progress)
    return made
