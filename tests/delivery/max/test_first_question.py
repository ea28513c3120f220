"""A bot that is killed before anybody has written to it."""

from pathlib import Path

import pytest

from bot.domain.people.messenger import Messenger
from tests.forge import Forge
from tests.live import live
from tests.messengers import in_messenger
from tests.reliability.test_kill import shows, types
from tests.texts.heads import Form


@pytest.mark.slow
async def test_nothing_is_lost_of_who_write_first(tmp_path: Path, forge: Forge) -> None:
    """It has asked for a marker at once: without one MAX gives the last event alone, and the others' are lost."""
    with in_messenger(Messenger.MAX):
        async with live(tmp_path, forge) as bot:
            heads = await bot.seat(3)
            await bot.start()
            for head in heads:
                await head.wait_for(Form.NUMBER)
            bot.kill()
            await bot.ended()
            for number, head in enumerate(heads, 1):
                await types(head, number)
            await bot.start()
            for number, head in enumerate(heads, 1):
                await shows(head, number, Form.SEND)
            await bot.stop()
