"""Has a report made by a process of its own; see `bot.reports.__main__` for that process."""

import asyncio
import contextlib
import hashlib
import os
import pickle
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from bot.reports.job import Job, Made

# Seconds. 50,000 organizations take some minutes; longer is a hang.
_PATIENCE = 3600
_ROOT = Path(__file__).parents[2]
# The settings with secrets: it needs none of them.
_NOT_ITS_BUSINESS = ("BOT_TOKEN", "WEBHOOK_SECRET", "DATABASE_URL", "TELEGRAM_PROXY")


class ReportFailed(Exception):
    """The maker of a report has ended without one; the text is what it said last."""


class Workshop:
    """Makes reports from the database of that address, one at a time for each caller."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        # Of this bot alone: another one may use the same folder for what is temporary.
        whose = hashlib.sha256(f"{Path.cwd()} {database_url}".encode()).hexdigest()[:12]
        self._prefix = f"report-{whose}-"

    def clear(self) -> None:
        """Removes what a bot that was killed has left: it holds answers. No other process may serve the database."""
        for left in Path(gettempdir()).glob(f"{self._prefix}*"):
            shutil.rmtree(left, ignore_errors=True)

    @contextlib.asynccontextmanager
    async def made(self, job: Job) -> AsyncIterator[tuple[Made, Path]]:
        """The report and the folder with its files, which is removed at the end of the block. Raises ReportFailed."""
        with TemporaryDirectory(prefix=self._prefix) as folder:
            yield await self._make(job, Path(folder)), Path(folder)

    async def _make(self, job: Job, folder: Path) -> Made:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.reports",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            # Wherever the bot was started, and with the address of its database relative to that place.
            env={key: value for key, value in os.environ.items() if key not in _NOT_ITS_BUSINESS}
            | {"PYTHONPATH": str(_ROOT)},
        )
        assert process.stdin is not None
        try:
            # Not as an argument: the address may hold a password, and arguments are for everybody to see.
            process.stdin.write(pickle.dumps((self._database_url, job, str(folder))))
            async with asyncio.timeout(_PATIENCE):
                await process.stdin.drain()
                # Its input stays open meanwhile: when that ends, the bot has died, and the maker ends too.
                output, errors = await asyncio.gather(_all(process.stdout), _all(process.stderr))
                await process.wait()
        except (TimeoutError, OSError) as error:
            raise ReportFailed(f"the maker of the report has been given up: {error!r}") from error
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
