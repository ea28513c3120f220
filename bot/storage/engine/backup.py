"""Backups of the database that can be trusted, and the way back to one of them.

They are of SQLite only: a PostgreSQL server has tools of its own, which its operator uses.
"""

import contextlib
import itertools
import os
import re
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.progress import Progress, silent
from bot.storage.engine.database import Storage, StorageError
from bot.storage.engine.migrate import COMPATIBLE_FROM, check_newer, known_revisions

NIGHTLY = "bot-????-??-??.db"
# How long a database is kept that a migration or `restore` has set aside: whoever wants to go back does so soon, and
# what people have had erased is still in it.
SET_ASIDE_FOR = timedelta(days=30)
_SET_ASIDE = re.compile(r"\.?before-(?:migration-)?(\d{8}-\d{6})(?:-\d+)?\.")
# Pages a step; between two steps others use the disk.
_STEP = 4096


class NoBackup(StorageError):
    """The backup cannot be made or used."""


class Damaged(StorageError):
    """It is damaged. `python -m bot restore FILE` puts a backup in its place and keeps it beside."""


def database_of(storage: Storage) -> Path:
    """The file of the database. Raises NoBackup for one on a server."""
    if not storage.is_sqlite:
        raise NoBackup("it is on a PostgreSQL server: use pg_dump and pg_restore")
    return Path(str(storage.url.database))


def folder_of(storage: Storage) -> Path:
    """The folder of the backups that the bot makes by itself: beside the database."""
    return database_of(storage).parent / "backups"


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
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def check(path: Path) -> str:
    """Checks that the file is a whole database of this program; returns its revision.

    Raises NoBackup, or SchemaTooNew.
    """
    if not path.is_file():
        raise NoBackup(f"{path} does not exist")
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


def restore(backup: Path, database: Path, now: datetime, progress: Progress = silent) -> Path | None:
    """Puts the backup in the place of the database; returns where the old one is kept, None if there was none.

    The caller holds the database's lock, so that nothing has it open. Raises NoBackup, or SchemaTooNew.
    """
    progress("checking the backup", 0, 0)
    check(backup)
    fresh = database.with_name(f"{database.name}.restored")
    copy(backup, fresh, progress)
    kept: Path | None = None
    try:
        if database.exists():
            kept = _aside(database, now)
            _keep(database, kept)
        fresh.replace(database)
    except OSError as error:
        raise NoBackup(f"{database}: {error}") from error
    return kept


def rotate(database: Path, keep: int, now: datetime) -> list[Path]:
    """Removes all but the newest `keep` nightly backups, what a killed bot left half-made, and what was set aside long
    ago; returns the removed."""
    folder = database.parent / "backups"
    gone = [*_nightly(folder)[: -keep or None], *sorted(folder.glob(f"{NIGHTLY}.partial")), *_set_aside(database, now)]
    for old in gone:
        old.unlink(missing_ok=True)
    return gone


def noted_beside(database: Path, key: str) -> frozenset[str]:
    """The entries of that key, by the list beside the backups and by the database that is there, as far as it can be
    read.

    They hold digests and moments, no names.
    """
    entries: set[str] = set()
    with contextlib.suppress(OSError):
        entries.update(_list(database, key).read_text(encoding="utf-8", errors="replace").splitlines())
    with contextlib.suppress(sqlite3.Error), contextlib.closing(_opened(database)) as connection:
        for (text,) in connection.execute("SELECT value FROM meta WHERE key = ?", (key,)):
            entries.update(text.splitlines())
    return frozenset(entries)


def keep_beside(database: Path, key: str, entries: Collection[str]) -> None:
    """Writes the list beside the backups, whole or not at all. Raises OSError."""
    path = _list(database, key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.partial")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write("".join(f"{entry}\n" for entry in sorted(entries)))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _list(database: Path, key: str) -> Path:
    return database.parent / "backups" / f"{key}.txt"


def make_room(database: Path) -> list[Path]:
    """Removes the oldest nightly backups, but never the newest, until there is room for one more; returns them."""
    folder = database.parent / "backups"
    gone = []
    for old in _nightly(folder)[:-1]:
        if shutil.disk_usage(folder).free >= _size(database):
            break
        old.unlink(missing_ok=True)
        gone.append(old)
    return gone


def _nightly(folder: Path) -> list[Path]:
    return sorted(folder.glob(NIGHTLY))


def _size(database: Path) -> int:
    """Bytes that a copy may need: the journal's pages go into it."""
    return sum(path.stat().st_size for path in (database, Path(f"{database}-wal")) if path.exists())


def _set_aside(database: Path, now: datetime) -> Iterator[Path]:
    """What a migration or `restore` has set aside too long ago, by the moment in its name; their journals with them."""
    beside = database.parent.glob(f"{database.stem}.before-*")
    for path in sorted([*beside, *(database.parent / "backups").glob("before-migration-*")]):
        if found := _SET_ASIDE.search(path.name):
            at = datetime.strptime(found[1], "%Y%m%d-%H%M%S").replace(tzinfo=now.tzinfo)
            if now - at > SET_ASIDE_FOR:
                yield path


def _aside(database: Path, now: datetime) -> Path:
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
