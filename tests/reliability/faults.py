"""Faults of storage that are real: the kernel or another program refuses, nothing in the bot is replaced.

Mounting and marking files need root, as CI is. Where they are refused, a limit of the process does it, which the bot
meets at the same calls.
"""

import errno
import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.live import Live


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """The folder is a disk of that size until the end of the block; False where nothing may be mounted."""
    folder.mkdir(exist_ok=True)
    mounted = may("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder))
    try:
        yield mounted
    finally:
        if mounted:
            # Lazily: what still holds a file there is ended after this.
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(bot: Live, *, mounted: bool) -> Iterator[None]:
    """Not a byte is left for the database, until the end of the block."""
    # What the journal has room for already needs no more disk.
    checkpointed(bot.database)
    if not mounted:
        with _no_writing(bot):
            yield
        return
    filling = bot.database.parent / "filling"
    try:
        _fill(filling)
        yield
    finally:
        filling.unlink()


@contextmanager
def read_only(bot: Live) -> Iterator[None]:
    """The files of the running bot can only be read, by root too: as on a disk that the kernel has given up writing to.

    A remount will not do while the bot has them open. The third file is left out: it is memory that processes share,
    and the kernel ends a process that writes to such memory and may not.
    """
    with marked(bot.database, Path(f"{bot.database}-wal")) as are_marked:
        if are_marked:
            yield
        else:
            with _no_writing(bot):
                yield


@contextmanager
def marked(*files: Path) -> Iterator[bool]:
    """The files can only be read, whoever opens them, until the end of the block; False where nobody may say so."""
    try:
        yield may("chattr", "+i", *map(str, files))
    finally:
        # Some of them may be, when others could not.
        may("chattr", "-i", *map(str, files))


@contextmanager
def mounted_read_only(folder: Path) -> Iterator[bool]:
    """Nothing can be written in the folder, by root too; False where nothing may be mounted."""
    if not may("mount", "--bind", str(folder), str(folder)):
        yield False
        return
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        yield True
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program holds a transaction on the file."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=30)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")


def checkpointed(database: Path) -> None:
    """All that has been written is in the file itself, and nothing in its journal."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=30)) as connection:
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert not busy


def scratch(database: Path) -> None:
    """Overwrites all of the file but its first page, as a dying disk may."""
    with database.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


@contextmanager
def _no_writing(bot: Live) -> Iterator[None]:
    """The kernel refuses every write to a file, and would to anybody."""
    before = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, before)


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as growing:
        try:
            while True:
                growing.write(b"x" * 4096)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


def may(*command: str) -> bool:
    """Whether the command is there and does what it is told."""
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
