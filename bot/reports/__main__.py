"""The process that makes one report: `python -m bot.reports`, started by `bot.reports.workshop` and nobody else.

It reads its job from standard input and writes what it made to standard output, both as pickles: the other end is this
program itself. It ends when its input does, so that it does not outlive the bot.
"""

import asyncio
import os
import pickle
import shutil
import sys
import time
from pathlib import Path
from threading import Event, Thread

from bot import logs
from bot.reports import making
from bot.reports.job import Job, Made
from bot.storage.engine.database import Storage

# The bot answers presses first.
_NICENESS = 10


# Set when the bot has died.
_ENDING = Event()


def main() -> None:
    """Makes the report that standard input asks for."""
    # What it says last goes into the bot's log.
    logs.tell_last_words()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    database_url, job, folder = pickle.load(sys.stdin.buffer)
    Thread(target=_end_with_the_bot, args=(Path(folder),), daemon=True).start()
    try:
        made = asyncio.run(_make(database_url, job, Path(folder)))
        sys.stdout.buffer.write(pickle.dumps(made))
    finally:
        if _ENDING.is_set():
            # The other thread removes the files and ends the process.
            Event().wait()


async def _make(database_url: str, job: Job, folder: Path) -> Made:
    storage = Storage(database_url, is_slow=True)
    try:
        async with storage.read() as tx:
            return await making.make(tx, job, folder)
    finally:
        await storage.close()


def _end_with_the_bot(folder: Path) -> None:
    # os.read, because a thread that waits in sys.stdin would hold its lock when the interpreter ends.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    # Nobody else is left to remove the folder, and there may be answers in it.
    _ENDING.set()
    for _ in range(100):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
        # A file has come while the folder was emptied.
        time.sleep(0.05)
    os._exit(1)


if __name__ == "__main__":
    main()
