"""What many tests begin with, gone through once: a world that has come the same way goes on from where another was.

A registration takes longer than most of what tests do after it. What is remembered is a world's database and its
messenger; anything else that happens to a world before, by whatever hand, and it goes every step itself.
"""

import pickle
import sqlite3
from collections.abc import Awaitable, Callable, Hashable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a way leads. The catalog is compared: two that were written alike may differ."""

    catalog: Catalog
    telegram: bytes
    database: bytes


_places: dict[tuple[Hashable, ...], _Place] = {}
_opened: dict[tuple[Hashable, ...], tuple[Catalog, bytes]] = {}
# What one test alone begins with is not worth it.
_once: set[tuple[Hashable, ...]] = set()


class Way:
    """The steps of a world whose database is that file; None: it is elsewhere, and nothing is remembered."""

    def __init__(self, telegram: Any, catalog: Catalog, database: Path | None, *beginning: Hashable) -> None:
        self._telegram = telegram
        self._catalog = catalog
        self._database = database
        self._steps = (catalog.written.digest, *beginning)
        self._seen: tuple[object, ...] = ()

    async def open(self, start: Callable[[], Awaitable[None]]) -> None:
        """The database is as a first start leaves it, which takes in all organizations of the catalog's files.

        Nobody has it open yet.
        """
        if self._database is None:
            return
        catalog, content = _opened.get(self._steps, (None, b""))
        if catalog == self._catalog:
            self._database.write_bytes(content)
        elif self._steps in _once:
            await start()
            _opened[self._steps] = self._catalog, _content(self._database)
        _once.add(self._steps)

    def look(self) -> None:
        """The steps until now have led to what is there now."""
        self._seen = self._state()

    async def go(self, step: Hashable, take: Callable[[], Awaitable[None]], *, remembered: bool = True) -> None:
        """Takes a step, unless it is known where it leads; `remembered`: it takes longer than finding that."""
        if self._database is None or self._seen != self._state():
            await take()
            return
        self._steps = (*self._steps, step)
        place = _places.get(self._steps) if remembered else None
        if place is not None and place.catalog == self._catalog:
            self._telegram.world.go_on_from(pickle.loads(place.telegram))
            _fill(self._database, place.database)
        else:
            await take()
            if remembered:
                _places[self._steps] = self._place(self._database)
        self.look()

    def _state(self) -> tuple[object, ...]:
        """Differs when anything has happened, or is about to."""
        if self._database is None:
            return ()
        telegram, faults = self._telegram.world, self._telegram.faults
        files = [Path(f"{self._database}{suffix}").stat() for suffix in ("", "-wal")]
        return (
            *((file.st_size, file.st_mtime_ns) for file in files),
            *(telegram.now(), telegram.events.last, telegram.updates.next_id, len(telegram.chats)),
            *(len(faults.ordered()), faults.limit_per_second, faults.limit_per_chat),
            getattr(faults, "limit_per_group_minute", None),
        )

    def _place(self, database: Path) -> _Place:
        kept = self._telegram.world.kept()
        # Asking for them has used up a number of each kind.
        self._telegram.world.go_on_from(kept)
        return _Place(self._catalog, pickle.dumps(kept), _content(database))


def _content(database: Path) -> bytes:
    """What the database has, also where others have it open."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.serialize()


def _fill(database: Path, content: bytes) -> None:
    """Puts that content in place of what a database has that is in use."""
    beside = database.with_name("remembered.db")
    beside.write_bytes(content)
    with closing(sqlite3.connect(beside)) as source, closing(sqlite3.connect(database)) as target:
        target.execute("PRAGMA synchronous=OFF")
        source.backup(target)
    beside.unlink()
