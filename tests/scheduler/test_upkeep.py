"""What nobody needs any more is forgotten; what the bot is there to keep stays."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.storage.engine.database import Storage
from bot.storage.schema import audit, dialogues, drafts, letters, metadata, replies
from scheduler.upkeep import Pruning
from tests.texts.department import Announcements, Panel
from tests.texts.example import Club, Titles
from tests.texts.heads import Form
from tests.world import Head, World


async def count(storage: Storage, table: str) -> int:
    """Rows of the table."""
    async with storage.read() as tx:
        return int((await tx.execute(sa.select(sa.func.count()).select_from(metadata.tables[table]))).scalar_one())


@pytest.mark.slow
async def test_a_form_left_half_way_is_forgotten(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press("2", Club.WORKS)
    assert await count(world.storage, "drafts") == 1
    form = await head.card(Titles.SCHOOL_SPORTS_CLUB)
    await world.at("2027-03-30 09:00")
    assert await count(world.storage, "drafts") == 1
    await world.at("2027-04-20 09:00")
    assert await count(world.storage, "drafts") == 0
    # Its buttons are still there: whoever presses one is told what is what.
    await head.press_at(form, Form.NO)
    assert f"{Form.CLOSED} 29 октября 2026" in await head.screen()
    assert await count(world.storage, "replies") == 0


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_answers_stay_and_the_rest_has_its_time(world: World, admin: Head, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press("2", Club.WORKS)
    await admin.send("/panel")
    await admin.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    kept = {table: await count(world.storage, table) for table in ("audit", "replies", "people", "obligations")}
    assert await count(world.storage, "dialogues") >= 1
    assert await count(world.storage, "letters") >= 1
    pruning = Pruning(world.storage)
    day = world.now + timedelta(days=89)
    await pruning.prune(day)
    assert await count(world.storage, "dialogues") == 0
    assert await count(world.storage, "letters") >= 1
    # Once an hour: a tick that finds nothing due has better things to do.
    assert await pruning.prune(day + timedelta(minutes=59)) == 0
    await pruning.prune(day + timedelta(days=100))
    async with world.storage.read() as tx:
        settled = letters.c.settled_at.is_not(None)
        assert (await tx.execute(sa.select(sa.func.count()).select_from(letters).where(settled))).scalar_one() == 0
    for table, rows in kept.items():
        assert await count(world.storage, table) == rows, table
    await pruning.prune(world.now + timedelta(days=5 * 366))
    assert await count(world.storage, "audit") == 0
    assert await count(world.storage, "replies") == kept["replies"]


@pytest.mark.sqlite_alone
async def test_what_is_forgotten_is_found_by_an_index(world: World) -> None:
    """An hour's look must not grow with the ledger. People have one conversation each."""
    async with world.storage.read() as tx:
        for table, column in ((letters, "settled_at"), (drafts, "updated_at"), (audit, "at")):
            query = f"EXPLAIN QUERY PLAN DELETE FROM {table.name} WHERE {column} < '2026-01-01'"
            steps = [str(row[3]) for row in await tx.connection.exec_driver_sql(query)]
            assert any("USING" in step and "INDEX" in step for step in steps), steps
    assert dialogues.primary_key.columns.keys() == ["person_id"]
    assert replies.name not in {letters.name, drafts.name, audit.name}
