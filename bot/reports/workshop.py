"""Starts a process that makes a report; `bot.reports.__main__` is that process."""

import asyncio
import contextlib
import hashlib
import os
import pickle
import shutil
import sys
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from bot.replica import Replica
from bot.reports.job import Job, Made
from bot.storage.post.replicas import ALONE

# Seconds. A report of 50,000 organizations takes some minutes; one that takes longer hangs.
_PATIENCE = 3600
_ROOT = Path(__file__).parents[2]
# The process that makes a report.
MAKER: tuple[str, ...] = (sys.executable, "-m", "bot.reports")
# Settings with secrets, of which the process needs none.
_NOT_ITS_BUSINESS = ("BOT_TOKEN", "MAX_TOKEN", "WEBHOOK_SECRET", "DATABASE_URL", "TELEGRAM_PROXY")


class ReportFailed(Exception):
    """The process has ended without a report; the text is what it said last."""


class Workshop:
    """Makes reports from one database, each in a process of its own. `replica`: who makes them."""

    def __init__(self, database_url: str, replica: Replica | None = None) -> None:
        self._database_url = database_url
        self._replica = replica
        # Names this bot alone: another bot may use the same folder for temporary files.
        whose = hashlib.sha256(f"{Path.cwd()} {database_url}".encode()).hexdigest()[:12]
        self._prefix = f"report-{whose}-"

    def clear(self, living: Collection[int]) -> None:
        """Removes files with answers that killed bots have left; what a `living` replica makes stays."""
        theirs = tuple(f"{self._prefix}{number}-" for number in living)
        for left in Path(gettempdir()).glob(f"{self._prefix}*"):
            if not left.name.startswith(theirs):
                shutil.rmtree(left, ignore_errors=True)

    @contextlib.asynccontextmanager
    async def made(self, job: Job) -> AsyncIterator[tuple[Made, Path]]:
        """The report and the folder with its files, which is removed at the end of the block. Raises ReportFailed."""
        number = self._replica.id if self._replica is not None else ALONE
        with contextlib.ExitStack() as stack:
            try:
                folder = Path(stack.enter_context(TemporaryDirectory(prefix=f"{self._prefix}{number}-")))
                made = await self._make(job, folder)
            except OSError as error:
                # No room, no more processes or open files, or it took too long.
                raise ReportFailed(f"the report has been given up: {error!r}") from error
            # What becomes of it there is no matter of its making.
            yield made, folder

    async def _make(self, job: Job, folder: Path) -> Made:
        process = await asyncio.create_subprocess_exec(
            *MAKER,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            # PYTHONPATH finds the program from the bot's working folder, to which the database's address is relative.
            env={key: value for key, value in os.environ.items() if key not in _NOT_ITS_BUSINESS}
            | {"PYTHONPATH": str(_ROOT)},
        )
        assert process.stdin is not None
        try:
            # Standard input hides the address, which may hold a password; arguments are for everybody to see.
            process.stdin.write(pickle.dumps((self._database_url, job, str(folder))))
            async with asyncio.timeout(_PATIENCE):
                await process.stdin.drain()
                # The input stays open meanwhile: when it ends, the bot has died, and the process ends too.
                output, errors = await asyncio.gather(_all(process.stdout), _all(process.stderr))
                await process.wait()
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
            process.stdin.close()
        if process.returncode:
            raise ReportFailed(errors.decode(errors="replace").strip() or f"exit code {process.returncode}")
        made: Made = pickle.loads(output)
        return made


async def _all(stream: asyncio.StreamReader | None) -> bytes:
    assert stream is not None
    return await stream.read()
