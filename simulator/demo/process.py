"""The bot as a process of its own, in a folder where nobody's settings are."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
# How the bot is started; what it is to do follows.
BOT: tuple[str, ...] = (sys.executable, "-m", "bot")
# Seconds in which a stopping bot finishes what it is doing.
_STOPS_WITHIN = 12.0
_LINES = 200
# A bot needs these variables of the environment; any others may be somebody's real settings.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")


async def faults(folder: Path, settings: Mapping[str, str]) -> str:
    """What `python -m bot check` finds wrong with the settings and the files that they name; empty: nothing."""
    process = await _started(folder, settings, "check")
    said, _ = await process.communicate()
    return said.decode(errors="replace").rstrip() if process.returncode else ""


async def _started(folder: Path, settings: Mapping[str, str], *command: str) -> asyncio.subprocess.Process:
    kept = {key: os.environ[key] for key in _KEPT if key in os.environ}
    return await asyncio.create_subprocess_exec(
        *BOT,
        *command,
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **settings},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


class BotProcess:
    """Starts `python -m bot`, keeps the end of its log, and tells when it has gone."""

    def __init__(self, folder: Path, settings: Mapping[str, str], gone: Callable[[], None]) -> None:
        self._folder, self._settings, self._gone = folder, dict(settings), gone
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self.log: list[str] = []
        self.starts = 0

    @property
    def alive(self) -> bool:
        """Whether the bot runs."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Starts the bot unless it runs."""
        if self.alive:
            return
        self._process = await _started(self._folder, self._settings)
        self.starts += 1
        self._watch = asyncio.create_task(self._listen(self._process))

    def kill(self) -> None:
        """Kills the bot, as a power cut does."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def stop(self) -> None:
        """Stops the bot, as a supervisor does."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), _STOPS_WITHIN)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        # Nobody misses a line that is longer than the buffer.
        with contextlib.suppress(ValueError):
            async for line in process.stdout:
                self.log = [*self.log[1 - _LINES :], line.decode(errors="replace").rstrip()]
        await process.wait()
        self._gone()
