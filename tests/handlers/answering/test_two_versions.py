"""A version and the next one serve one database side by side, over the migration of the next."""

from pathlib import Path

import pytest

from bot.storage.engine import migrate
from bot.storage.ledger import replies
from tests.handlers.answering.ledger import mine
from tests.next_version import next_migrations
from tests.texts.heads import Form
from tests.world import Head, World

ON_SERVER = pytest.mark.parametrize("world", ["postgresql"], indirect=True)


@pytest.mark.slow
@ON_SERVER
async def test_a_head_answers_while_the_version_changes(
    world: World, head: Head, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await world.at("2026-10-06 09:00")
    ids = await mine(world, head)
    await head.press("Положение утверждено", Form.YES)
    await head.press(Form.CHANGE)
    # The next version starts beside it, in the midst of an answer.
    newer = World(world.telegram, world.catalog, world.settings)
    newer.now = world.now
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "MIGRATIONS", next_migrations(tmp_path))
        await newer.app.open()
    # The answer that one has begun the other goes on with, and the other way round.
    await head.press("Положение утверждено", Form.NO)
    there = Head(newer, head.phone)
    await there.press(Form.CHANGE)
    await head.press("Положение утверждено")
    await there.press(Form.YES)
    await head.press(Form.CHANGE, "Положение утверждено", Form.NO)
    # A clock of either ticks, and the older version starts again.
    await newer.at("2026-10-13 10:00")
    await world.at("2026-10-13 10:00")
    await world.restart()
    assert "the schema 9999 of a newer version; this version serves on it" in caplog.text
    await head.press(Form.CHANGE, "Положение утверждено", Form.YES)
    async with world.storage.read() as tx:
        versions = await replies.versions(tx, ids["tap"])
    assert [(reply.version, reply.values["done"]) for reply in versions] == [
        (5, True),
        (4, False),
        (3, True),
        (2, False),
        (1, True),
    ]
    await newer.end()
