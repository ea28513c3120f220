"""A newer version adopts directives that this one cannot read: it ends, and loses nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.storage.engine.database import Storage
from bot.storage.ledger import adopted_files
from tests.forge import Forge
from tests.live import live
from tests.texts.heads import Form


@pytest.mark.slow
async def test_it_ends_and_another_goes_on(tmp_path: Path, forge: Forge, postgres_url: str) -> None:
    async with live(tmp_path, forge, DATABASE_URL=postgres_url) as bot:
        (head,) = await bot.seat(1)
        await bot.start()
        await head.wait_for("Сколько учеников?")
        held = bot.catalog.written
        newer = replace(held, directives=held.directives.replace("topic: study", "topic: study\n    of_the_future: 1"))
        storage = Storage(postgres_url)
        await storage.apply(partial(adopted_files.adopt, written=newer, now=datetime.now(UTC)))
        await storage.close()
        await head.send("7")
        assert await bot.ended() == 3
        assert "This version of the program cannot read the directives that another one has adopted" in bot.said()
        assert "incident" not in bot.said()
        # One that can, since nobody else serves and its files are the operator's word.
        await bot.start()
        await head.wait_for(Form.CHECK)
        await bot.stop()
