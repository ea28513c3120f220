"""Empty databases, quickly: a migration takes longer than most tests, and so does compiling the SQL of a world."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.storage.engine.database import Storage
from bot.storage.engine.migrate import migrate

_made: list[bytes] = []


async def make_database(path: Path) -> None:
    """An empty SQLite database of the present schema, unless there is one; only the first test runs the migrations."""
    if path.exists():
        return
    if not _made:
        storage = Storage(f"sqlite+aiosqlite:///{path}")
        await migrate(storage)
        await storage.close()
        _made.append(path.read_bytes())
    path.write_bytes(_made[0])


class _Compiled(dict[Any, Any]):
    """SQL that any database of its kind may use; the library keeps it apart by the object that speaks to each."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


_compiled: dict[str, _Compiled] = defaultdict(_Compiled)


def quick(storage: Storage) -> Storage:
    """What one test has compiled is not compiled by the next; a commit does not wait for the disk: no power is cut."""
    storage.engine.sync_engine.update_execution_options(compiled_cache=_compiled[storage.engine.dialect.name])
    if storage.is_sqlite:
        sa.event.listen(storage.engine.sync_engine, "connect", _do_not_wait_for_the_disk)
    return storage


def _do_not_wait_for_the_disk(connection: Any, _entry: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
