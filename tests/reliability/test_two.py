"""Somebody starts the bot a second time."""

from pathlib import Path

import pytest

from tests.forge import Forge
from tests.live import live
from tests.texts.heads import Form


@pytest.mark.slow
async def test_a_second_process_on_the_same_database_says_so_and_ends(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge) as bot:
        (head,) = await bot.seat(1)
        await bot.start()
        code, _, said = await bot.command()
        assert code == 3
        assert "Another process of the bot serves this database" in said
        # The first one has not noticed.
        await head.wait_for("Сколько учеников?")
        await head.send("7")
        await head.wait_for(Form.CHECK)
