"""The process that makes one report: `python -m bot.reports`, started by `bot.reports.workshop` and nobody else.

It is told what to do on its standard input, and answers on its standard output, both as pickles: the other end is this
program itself. It ends when its input does, so that it does not outlive the bot.
"""

import asyncio
import os
import pickle
import sys
from pathlib import Path
from threading import Thread

from bot.reports import making
from bot.reports.job import Job, Made
from bot.storage.engine import Storage

# Presses are answered first.
_NICENESS = 10


def main() -> None:
    """Makes the report."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    database_url, job, folder = pickle.load(sys.stdin.buffer)
    Thread(target=_end_with_the_bot, daemon=True).start()
    made = asyncio.run(_make(database_url, job, Path(folder)))
    sys.stdout.buffer.write(pickle.dumps(made))


async def _make(database_url: str, job: Job, folder: Path) -> Made:
    storage = Storage(database_url)
    try:
        async with storage.read() as tx:
            return await making.make(tx, job, folder)
    finally:
        await storage.close()


def _end_with_the_bot() -> None:
    # Not by sys.stdin, whose lock a waiting thread would hold when the interpreter ends.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
