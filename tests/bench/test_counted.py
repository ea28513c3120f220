"""The bench counts what a database runs, by whichever way it is asked."""

import asyncio
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# A program that asks in each way that there is, and says how often it was counted meanwhile.
PROGRAM = """
import asyncio, os
from pathlib import Path

import sqlalchemy as sa

from bench.counted import COUNTS
from bot.storage.engine.database import Storage
from bot.storage.engine.prepared import Prepared

ONE = sa.select(sa.literal(1))


def counted():
    return COUNTS.unpack(Path(os.environ["COUNTS"]).read_bytes())


async def main():
    storage = Storage(os.environ["DATABASE_URL"])
    async with storage.read() as tx:
        await tx.execute(ONE)
    before = counted()
    async with storage.read() as tx:
        await Prepared(ONE).all(tx)
        await tx.execute(ONE)
        await tx.execute(ONE)
        async for _ in await tx.connection.stream(ONE):
            pass
    print(*(now - then for now, then in zip(counted(), before)))
    await storage.close()


asyncio.run(main())
"""


async def _counted(folder: Path, url: str) -> list[bytes]:
    (folder / "asking.py").write_text(PROGRAM, encoding="utf-8")
    counts = folder / "counts"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        str(ROOT / "bench/counted.py"),
        str(counts),
        "asking",
        env={
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
            "DATABASE_URL": url,
            "COUNTS": str(counts),
        },
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    return told.split()


# Four statements, and the beginning and the end of their transaction.


async def test_a_statement_is_counted_whoever_asks_sqlite(tmp_path: Path) -> None:
    assert await _counted(tmp_path, f"sqlite+aiosqlite:///{tmp_path}/bot.db") == [b"4", b"2"]


async def test_a_statement_is_counted_whoever_asks_a_server(tmp_path: Path, postgres_url: str) -> None:
    assert await _counted(tmp_path, postgres_url) == [b"4", b"2"]
