"""Who may read the database's files: their owner alone, since they hold people's names and every answer.

What another program has made is left as it is.
"""

import contextlib
import os
import sqlite3
import stat
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# How a SQLite file begins.
_SIGN = b"SQLite format 3\0"


def others_table(database: Path) -> str | None:
    """A table of a SQLite file that another program has made. None of one of ours, and of what is empty or cannot be
    read; it is only looked at: who opens it to use it turns on the journal, which stays on."""
    # Without a journal there is nothing beside the file to be read, and nothing is made there.
    mode = "mode=ro" if Path(f"{database}-wal").exists() else "mode=ro&immutable=1"
    try:
        uri = f"{database.absolute().as_uri()}?{mode}"
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=0)) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            names = {name for (name,) in found if not name.startswith("sqlite_")}
    except (sqlite3.Error, OSError):
        return None
    return None if {"alembic_version", "meta"} <= names else min(names, default=None)


def keep_private(database: Path) -> None:
    """Takes others' rights from a SQLite file, its journal, its lock, its backups and its folder, as far as they are
    there and ours; makes the folder. Raises OSError where it cannot be made, or where a folder has the file's name.

    A file that is no SQLite database is somebody's who is to be told, and stays as it is, with its folder.

    A folder that others may write to (/tmp), a home, the folder of the start, and one with other folders in it (/etc,
    /srv: whoever is root could take it from everybody) stay as they are: there is more in them than a database.
    """
    if database.is_dir():
        # Before its rights are touched: it may be anybody's.
        raise IsADirectoryError(f"{database} is a folder. Name a file in it, such as {database / 'bot.db'}")
    if not _may_be_ours(database):
        return
    folder = database.absolute().parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = [database.with_name(f"{database.name}{suffix}") for suffix in ("", "-wal", "-shm", "-journal", ".lock")]
    backups = folder / "backups"
    for path in (*beside, backups):
        _close(path)
    for_others = folder.stat().st_mode & (stat.S_ISVTX | stat.S_IWOTH) or _has_folders(folder, but=backups)
    if folder not in (_home(), Path.cwd()) and not for_others:
        _close(folder)


def _may_be_ours(database: Path) -> bool:
    """Whether it is a SQLite file, or none yet."""
    try:
        with database.open("rb") as file:
            return file.read(len(_SIGN)) in (_SIGN, b"")
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        # Whoever uses it next says so.
        return False


def _has_folders(folder: Path, but: Path) -> bool:
    try:
        return any(path.is_dir() for path in folder.iterdir() if path != but)
    except OSError:
        # It may be used, and not looked through.
        return True


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        # A user without one, as in a container.
        return None


def _close(path: Path) -> None:
    # Somebody else's file cannot be changed, nor one on a disk that knows no such rights: it is used as it is.
    with contextlib.suppress(OSError):
        mode = path.stat().st_mode
        if mode & _OTHERS:
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)


def be_private() -> None:
    """What this process makes from now on is for its owner alone: SQLite gives its files no rights of its own."""
    os.umask(_OTHERS)
