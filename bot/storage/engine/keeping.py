"""Where a database's backups are, and what is kept beside them: the same for a file and for a server."""

import asyncio
import contextlib
import glob
import os
import re
import shutil
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.progress import Progress, silent
from bot.storage.engine import backup, dump
from bot.storage.engine.database import Storage, StorageError
from bot.storage.engine.in_steps import in_steps
from bot.storage.engine.migrate import tables

# Where those of a server are, unless somebody says otherwise; those of a file are beside it.
FOLDER = Path("data/backups")
# What a database is called in the names there, unless its file is called otherwise: several may lie beside one another.
_CALLED = "bot"
# What `restore` has a server do; it is in that folder meanwhile.
_SCRIPT = "restored.partial"
# How long a database is kept that a migration or `restore` has set aside: whoever wants to go back does so soon, and
# what people have had erased is still in it.
SET_ASIDE_FOR = timedelta(days=30)
_SET_ASIDE = re.compile(r"\.?before-(?:migration-)?(\d{8}-\d{6})(?:-\d+)?\.")


class Keeping:
    """The backups of one database; `folder`: of one on a server."""

    def __init__(self, storage: Storage, folder: Path = FOLDER) -> None:
        self._storage = storage
        self._file = backup.database_of(storage) if storage.is_sqlite else None
        self.folder = folder if self._file is None else self._file.parent / "backups"
        self._suffix = ".dump" if self._file is None else ".db"
        self._called = _CALLED if self._file is None else self._file.stem
        # A server's is known by no file.
        self.name = str(self._file or storage.url)

    def path(self, name: str) -> Path:
        """A backup of that name, which need not be there."""
        return self.folder / f"{name}{self._suffix}"

    def nightly(self, day: date) -> Path:
        """The backup of that night, which need not be there."""
        return self.path(f"{self._called}-{day.isoformat()}")

    def before_migration(self, now: datetime) -> Path:
        """The backup that a migration sets aside."""
        return self.path(f"{self._others}before-migration-{now:%Y%m%d-%H%M%S}")

    async def make(self, target: Path, progress: Progress = silent) -> None:
        """Copies the database as it is at one moment, while it is in use. Raises NoBackup, or NoTools."""
        if self._file is None:
            await dump.make(self._storage.url, target, progress)
        else:
            await in_steps(partial(backup.copy, self._file, target), progress)

    async def restore(self, file: Path, now: datetime, progress: Progress = silent, *, mark: str) -> Path | None:
        """Puts the backup in the place of the database; returns where the old one is kept, None if there was none.

        `mark`: a key of `meta` that it has from the first moment on. The caller sees to it that nobody uses it. Raises
        NoBackup, or SchemaTooNew.
        """
        if self._file is not None:
            return await in_steps(partial(backup.restore, file, self._file, now, mark=mark), progress)
        progress("checking the backup", 0, 0)
        async with self._storage.read() as tx:
            place = (await tx.execute(sa.select(sa.func.current_schema()))).scalar_one()
            names = await tables(tx)
        await dump.check(file, place)
        kept = backup.aside(self.path("bot"), now) if names else None
        if kept is not None:
            await self.make(kept, progress)
        progress("restoring", 0, 0)
        quote = self._storage.engine.dialect.identifier_preparer.quote
        replaced = [quote(name) for name in names]
        marked = f"INSERT INTO {quote(place)}.meta VALUES ('{mark}', '') ON CONFLICT (key) DO NOTHING"
        await dump.restore(self._storage.url, file, place, replaced, self.folder / _SCRIPT, marked)
        return kept

    async def noted(self, key: str, *, own: bool = False) -> frozenset[str]:
        """The entries of that key, by the list beside the backups and by the database that is there, as far as it can
        be read. `own`: by a list of its own alone.

        They hold digests and moments, no names.
        """
        entries: set[str] = set()
        file = self._list(key)
        if not own and not any(self.folder.glob(f"{glob.escape(self._called)}.*.txt")):
            # An older copy may have been put there under another name; and once all that lay there had one list.
            file = self.folder / f"{key}.txt"
        with contextlib.suppress(OSError):
            text = await asyncio.to_thread(file.read_text, encoding="utf-8", errors="replace")
            entries.update(text.splitlines())
        if self._file is not None:
            return frozenset(entries | await asyncio.to_thread(backup.noted, self._file, key))
        with contextlib.suppress(StorageError, SQLAlchemyError):
            async with self._storage.read() as tx:
                query = sa.text("SELECT value FROM meta WHERE key = :key")
                for (text,) in await tx.execute(query, {"key": key}):
                    entries.update(text.splitlines())
        return frozenset(entries)

    def keep(self, key: str, entries: Collection[str]) -> None:
        """Writes the database's list beside the backups, whole or not at all. Raises OSError."""
        path = self._list(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.partial")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write("".join(f"{entry}\n" for entry in sorted(entries)))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def make_room(self) -> list[Path]:
        """Removes the oldest nightly backups, but never the newest, until there is room for one more; returns them."""
        gone = []
        for old in self._nightly()[:-1]:
            if shutil.disk_usage(self.folder).free >= self._size():
                break
            old.unlink(missing_ok=True)
            gone.append(old)
        return gone

    def rotate(self, keep: int, now: datetime) -> list[Path]:
        """Removes all but the newest `keep` nightly backups, what a killed bot left half-made, and what was set aside
        long ago; returns the removed."""
        half_made = [*self._found(".partial*"), self.folder / _SCRIPT]
        gone = [*self._nightly()[: -keep or None], *filter(Path.exists, sorted(half_made)), *self._set_aside(now)]
        for old in gone:
            old.unlink(missing_ok=True)
        return gone

    @property
    def _others(self) -> str:
        """With what begins the name of what had the same name for all databases once."""
        return "" if self._called == _CALLED else f"{self._called}."

    def _list(self, key: str) -> Path:
        return self.folder / f"{self._others}{key}.txt"

    def _nightly(self) -> list[Path]:
        return sorted(self._found(), key=lambda path: path.stem[-len("2026-10-05") :])

    def _found(self, ending: str = "") -> Iterator[Path]:
        """What is there of whatever night, with that at the end of its name."""
        # Once all were called so. Where there is a database of that name, those are its.
        is_nobodys = self._file is not None and not self._file.with_name(f"{_CALLED}.db").exists()
        for called in {self._called, *([_CALLED] if is_nobodys else [])}:
            yield from self.folder.glob(f"{glob.escape(called)}-????-??-??{self._suffix}{ending}")

    def _size(self) -> int:
        """Bytes that a backup may need."""
        # Of a server's nobody knows; it grows slowly.
        return backup.size(self._file) if self._file is not None else 2 * self._nightly()[-1].stat().st_size

    def _set_aside(self, now: datetime) -> Iterator[Path]:
        """What a migration or `restore` has set aside too long ago, by the moment in its name; their journals too."""
        beside = self.folder.glob("bot.before-*") if self._file is None else backup.beside(self._file)
        migrated = {"before-migration-*", f"{glob.escape(self._others)}before-migration-*"}
        for path in sorted([*beside, *(path for name in migrated for path in self.folder.glob(name))]):
            if found := _SET_ASIDE.search(path.name):
                at = datetime.strptime(found[1], "%Y%m%d-%H%M%S").replace(tzinfo=now.tzinfo)
                if now - at > SET_ASIDE_FOR:
                    yield path
