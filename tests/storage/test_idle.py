"""A tick with nothing due reads what it needs by indexes: it does not grow with the ledger."""

import re
from datetime import timedelta
from pathlib import Path

from tests.storage.plans import statements
from tests.world import living

# What grows with years and organizations.
LARGE = {"letters", "obligations", "replies", "audit", "recipients", "askings", "remarks", "drafts", "inbox", "notes"}
# Of these indexes only what waits is in them, so to read one through is no more than is due anyway.
OF_WHAT_WAITS = {"ix_letters_waiting", "ix_drafts_correcting"}
_SCAN = re.compile(r"^SCAN (?P<table>\w+)(?: USING (?:COVERING )?INDEX (?P<index>\w+))?")


def reads_through(step: str) -> bool:
    """Whether the step of a query plan reads something that grows."""
    found = _SCAN.match(step)
    return found is not None and found["table"] in LARGE and found["index"] not in OF_WHAT_WAITS


async def test_nothing_large_is_read_through(tmp_path: Path) -> None:
    async with living(tmp_path, admin_ids=(900,)) as world:
        await world.at("2026-10-07 10:00")
        # What is done once an hour is due as well.
        world.now += timedelta(hours=1)
        with statements() as seen:
            await world.app.tick()
            await world.settle()
        said = {
            statement: parameters
            for statement, parameters in seen
            if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH"))
        }
        assert len(said) > 10
        faults = []
        async with world.storage.read() as tx:
            for statement, parameters in said.items():
                explained = await tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                for row in explained:
                    if reads_through(str(row[3])):
                        faults.append(f"{row[3]}: {statement[:300]}")
        assert faults == []


async def test_what_reads_through_is_noticed(tmp_path: Path) -> None:
    async with living(tmp_path) as world, world.storage.read() as tx:
        for statement in (
            "SELECT * FROM letters WHERE error = 'x'",
            "SELECT count(*) FROM obligations",
            "SELECT a.id FROM audit a JOIN replies ON replies.id + 0 = a.id + 0",
        ):
            explained = await tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
            assert any(reads_through(str(row[3])) for row in explained), statement
        explained = await tx.connection.exec_driver_sql("EXPLAIN QUERY PLAN SELECT * FROM letters WHERE id = 1")
        assert not any(reads_through(str(row[3])) for row in explained)
