"""A tick with nothing due reads what it needs by indexes: it does not grow with the ledger."""

import re
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.world import living

# What grows with years and organizations.
LARGE = {"letters", "obligations", "replies", "audit", "recipients", "askings", "remarks", "drafts", "inbox", "notes"}
_SCAN = re.compile(r"^SCAN (?P<table>\w+)(?P<how>.*)")


async def test_nothing_large_is_read_through(tmp_path: Path) -> None:
    async with living(tmp_path, admin_ids=(900,)) as world:
        await world.at("2026-10-07 10:00")
        said: dict[str, Any] = {}

        def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
                said[statement] = parameters

        engine = world.storage.engine.sync_engine
        sa.event.listen(engine, "before_cursor_execute", note)
        await world.app.tick()
        await world.settle()
        sa.event.remove(engine, "before_cursor_execute", note)
        assert len(said) > 10
        faults = []
        async with world.storage.read() as tx:
            for statement, parameters in said.items():
                explained = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                for row in explained:
                    found = _SCAN.match(str(row[3]))
                    if found and found["table"] in LARGE and "USING" not in found["how"]:
                        faults.append(f"{row[3]}: {statement[:300]}")
        assert faults == []
