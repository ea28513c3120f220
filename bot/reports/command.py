"""`python -m bot report FILE`: writes a report into a file, without Telegram and its limits."""

from collections.abc import Collection
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger.report import Order, ReportKind
from bot.domain.progress import Progress
from bot.reports import making
from bot.reports.job import Job
from bot.reports.orders import letterhead
from bot.storage.engine.database import DatabaseUnavailable, Storage, is_there
from bot.storage.engine.migrate import migrate
from bot.storage.ledger import directives
from bot.views import commands as views
from bot.views.words import plain

SUFFIXES = {".xlsx": ReportKind.WORKBOOK, ".docx": ReportKind.EXECUTION, ".html": ReportKind.BOARD}


class NoReport(Exception):
    """The report or its file cannot be made; the text says what to do."""


async def write(
    database_url: str, catalog: Catalog, order: Order, file: Path, now: datetime, progress: Progress
) -> str:
    """Writes the file, whole or not at all; returns its caption, HTML. Raises NoReport and StorageError."""
    if not is_there(database_url):
        raise DatabaseUnavailable("it does not exist yet: the bot makes it when it first runs.")
    storage = Storage(database_url, is_slow=True)
    try:
        # A database of an older version is brought up to date first, as at a start of the bot.
        await migrate(storage)
        return await _written(storage, catalog, file, Job(order, letterhead(catalog), now), progress)
    finally:
        await storage.close()


async def _written(storage: Storage, catalog: Catalog, file: Path, job: Job, progress: Progress) -> str:
    try:
        async with storage.read() as tx:
            if job.order.directive is not None:
                asked = await directives.newest(tx)
                _check_directive(job.order.directive, asked.keys() | catalog.directives.keys())
            with _folder_beside(file) as folder:
                made = await making.make(tx, job, Path(folder), progress)
                if not made.files:
                    raise NoReport(plain(made.caption))
                (Path(folder) / made.files[0]).replace(file)
    except OSError as error:
        raise NoReport(views.unwritable(file, error)) from None
    return made.caption


def _check_directive(directive_id: str, known: Collection[str]) -> None:
    if directive_id in known:
        return
    raise NoReport(views.no_directive(directive_id, get_close_matches(directive_id, known, n=1)))


def _folder_beside(file: Path) -> TemporaryDirectory[str]:
    """A folder in which the file grows, on the disk where it will stand. Raises OSError."""
    if file.is_dir():
        raise IsADirectoryError
    return TemporaryDirectory(prefix=".report-", dir=file.parent)
