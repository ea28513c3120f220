"""Backups of a SQLite database that can be trusted, and the way back to one of them."""

import contextlib
import itertools
import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.domain.progress import Progress, silent
from bot.storage.engine.database import Storage, StorageError
from bot.storage.engine.migrate import COMPATIBLE_FROM, check_newer, known_revisions

# Pages a step; between two steps others use the disk.
_STEP = 4096
# How a backup of each engine begins.
_SIGNS = {b"SQLite format 3\0": "SQLite", b"PGDMP": "PostgreSQL"}


class NoBackup(StorageError):
    """The backup cannot be made or used."""


class Damaged(StorageError):
    """It is damaged. `python -m bot restore FILE` puts a backup in its place and keeps it beside."""


def database_of(storage: Storage) -> Path:
    """The file of a SQLite database."""
    return Path(str(storage.url.database))


def copy(source: Path, target: Path, progress: Progress = silent) -> None:
    """Copies the database as it is at one moment, while it is in use; blocks until that is done.

    The copy is checked and complete before it gets its name, and only its owner can read it. Raises NoBackup.
    """
    if not source.exists():
        raise NoBackup(f"{source} does not exist")
    partial = target.with_name(f"{target.name}.partial")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with contextlib.closing(_opened(source)) as there, contextlib.closing(sqlite3.connect(partial)) as here:
            # One snapshot serves all steps: in WAL mode nobody waits for it, and writes do not make it start again.
            there.execute("BEGIN")
            there.execute("SELECT count(*) FROM sqlite_master").fetchone()
            there.backup(
                here,
                pages=_STEP,
                progress=lambda _status, left, total: progress("copying pages", total - left, total),
                sleep=0.001,
            )
            here.execute("PRAGMA journal_mode=DELETE")
        progress("checking the copy", 0, 0)
        check(partial)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise NoBackup(f"{target}: {error}") from error
    finally:
        # Of one that has failed or was killed its journal stays too.
        for path in (partial, Path(f"{partial}-journal")):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def check_engine(path: Path, own: str) -> None:
    """Raises NoBackup for what cannot be read, and for a backup of another engine than the `own`."""
    if not path.is_file():
        raise NoBackup(f"{path} does not exist")
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise NoBackup(f"{path} cannot be read: {error.strerror}") from error
    for sign, engine in _SIGNS.items():
        if head.startswith(sign) and engine != own:
            raise NoBackup(
                f"{path} is a backup of {engine}. Restore it into such a database, and have"
                " `python -m bot copy-database` bring that here"
            )


def check(path: Path) -> str:
    """Checks that the file is a whole database of this program; returns its revision.

    Raises NoBackup, or SchemaTooNew.
    """
    check_engine(path, "SQLite")
    try:
        with contextlib.closing(_opened(path)) as connection:
            (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if said != "ok":
                raise NoBackup(f"{path} is damaged: {said}")
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            if row is not None and row[0] not in known_revisions():
                mark = connection.execute("SELECT value FROM meta WHERE key = ?", (COMPATIBLE_FROM,)).fetchone()
                check_newer(row[0], mark and mark[0])
    except sqlite3.Error as error:
        raise NoBackup(f"{path} is no backup of this program: {error}") from error
    if row is None:
        raise NoBackup(f"{path} is no backup of this program: it says no version")
    return str(row[0])


def check_whole(storage: Storage) -> None:
    """Checks a SQLite file before it is used. Raises Damaged."""
    if not storage.is_sqlite or not (path := database_of(storage)).exists():
        return
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            # It is locked or cannot be written: whoever uses it next says so.
            return
        said = str(error)
    if said != "ok":
        raise Damaged(f"{path}: {said}. {Damaged.__doc__}")


def restore(backup: Path, database: Path, now: datetime, progress: Progress = silent, *, mark: str) -> Path | None:
    """Puts the backup in the place of the database; returns where the old one is kept, None if there was none.

    `mark`: a key of `meta` that it has from the first moment on. The caller holds the database's lock, so that nothing
    has it open. Raises NoBackup, or SchemaTooNew.
    """
    progress("checking the backup", 0, 0)
    check(backup)
    # Where a link leads, on another disk, say, it is and stays.
    database = database.resolve()
    if database.exists() and database.samefile(backup):
        raise NoBackup(f"{backup} is the database itself, and no backup of it")
    fresh = database.with_name(f"{database.name}.restored")
    copy(backup, fresh, progress)
    kept: Path | None = None
    try:
        with contextlib.closing(sqlite3.connect(fresh)) as connection, connection:
            connection.execute("INSERT INTO meta VALUES (?, '') ON CONFLICT (key) DO NOTHING", (mark,))
        # The last step: from here on there is no way back.
        progress("putting it in its place", 0, 0)
        if database.exists():
            kept = aside(database, now)
            _keep(database, kept)
        fresh.replace(database)
    except (OSError, sqlite3.Error) as error:
        raise NoBackup(f"{database}: {error}") from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
    return kept


def noted(database: Path, key: str) -> frozenset[str]:
    """The entries of that key, by the database that is there, as far as it can be read."""
    entries: set[str] = set()
    with contextlib.suppress(sqlite3.Error), contextlib.closing(_opened(database)) as connection:
        for (text,) in connection.execute("SELECT value FROM meta WHERE key = ?", (key,)):
            entries.update(text.splitlines())
    return frozenset(entries)


def size(database: Path) -> int:
    """Bytes that a copy may need: the journal's pages go into it."""
    return sum(path.stat().st_size for path in (database, Path(f"{database}-wal")) if path.exists())


def beside(database: Path) -> Iterator[Path]:
    """What `restore` has set aside, and its journals."""
    database = database.resolve()
    return database.parent.glob(f"{database.stem}.before-*")


def aside(database: Path, now: datetime) -> Path:
    """Where the database is set aside: a name that nothing has, since two may be set aside within a second."""
    name = f"{database.stem}.before-{now:%Y%m%d-%H%M%S}"
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    paths = (database.with_name(f"{free}{database.suffix}") for free in names)
    return next(path for path in paths if not path.exists())


def _keep(database: Path, kept: Path) -> None:
    """Gives the database a second name; the first name stays, so that a crash never leaves it without any."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(database)) as connection:
        # The journal's content goes into the file, if that can still be done.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept.hardlink_to(database)
    # A journal that remains belongs to the old database, whether or not it can be read.
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{database}{suffix}").replace(f"{kept}{suffix}")


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30, isolation_level=None)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
