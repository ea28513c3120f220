"""Empty databases, quickly: a migration takes longer than most tests."""

from pathlib import Path

from bot.storage.engine import Storage
from bot.storage.migrate import migrate

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
