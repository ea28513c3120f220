"""Who may read the database's files: their owner alone, since they hold people's names and every answer."""

import contextlib
import os
import stat
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_private(database: Path) -> None:
    """Takes others' rights from a SQLite file, its journal, its lock, its backups and its folder, as far as they are
    there and ours; makes the folder. Raises OSError where it cannot be made, or where a folder has the file's name.

    A folder that others may write to (/tmp), a home, the folder of the start, and one with other folders in it (/etc,
    /srv: whoever is root could take it from everybody) stay as they are: there is more in them than a database.
    """
    if database.is_dir():
        # Before its rights are touched: it may be anybody's.
        raise IsADirectoryError(f"{database} is a folder. Name a file in it, such as {database / 'bot.db'}")
    folder = database.absolute().parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = [database.with_name(f"{database.name}{suffix}") for suffix in ("", "-wal", "-shm", "-journal", ".lock")]
    backups = folder / "backups"
    for path in (*beside, backups):
        _close(path)
    for_others = folder.stat().st_mode & (stat.S_ISVTX | stat.S_IWOTH) or _has_folders(folder, but=backups)
    if folder not in (_home(), Path.cwd()) and not for_others:
        _close(folder)


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
