"""Two replicas in MAX: one asks for events, and goes on from where the one before has come; or any is delivered to."""

from pathlib import Path

import pytest

from bot.domain.people.messenger import Messenger
from bot.storage.post import meta
from tests.forge import Forge
from tests.messengers import in_messenger
from tests.reliability.test_kill import answers, shows, types
from tests.replicas.fleet import fleet
from tests.texts.heads import Form

_LEFT = "SELECT count(*) FROM inbox WHERE finished_at IS NULL"
_MARKER = f"SELECT value FROM meta WHERE key = '{meta.MARKER}'"


@pytest.mark.slow
async def test_whoever_asks_next_goes_on_from_the_marker(tmp_path: Path, forge: Forge, migrated_url: str) -> None:
    """Without one MAX gives the last event alone, and what others have sent meanwhile is lost."""
    with in_messenger(Messenger.MAX):
        async with fleet(tmp_path, forge, migrated_url, 2, webhook=False) as found:
            heads = await found.bots[0].seat(4)
            first, second = await found.start()
            for number, head in enumerate(heads, 1):
                await types(head, number)
                await shows(head, number, Form.SEND)
            ((before,),) = await found.rows(_MARKER)
            found.bots[0].kill()
            await found.bots[0].ended()
            # Nobody asks now: four presses wait.
            for head in heads:
                await head.press(Form.SEND)
            await found.silent(first)
            await found.until("SELECT id FROM replicas", (second,))
            for number, head in enumerate(heads, 1):
                await shows(head, number, Form.CHANGE, Form.ACCEPTED)
            await found.until(_LEFT, (0,))
            ((after,),) = await found.rows(_MARKER)
            assert int(after) > int(before)
            assert await found.ledger() == {head.id: [number] for number, head in enumerate(heads, 1)}
            await found.bots[1].stop()
            assert not found.bots[1].traces


@pytest.mark.slow
async def test_what_is_delivered_to_any_is_handled_once(tmp_path: Path, forge: Forge, migrated_url: str) -> None:
    """In turns, as a proxy has it: words to one, the press to the other; what comes twice goes to both."""
    with in_messenger(Messenger.MAX):
        async with fleet(tmp_path, forge, migrated_url, 2, webhook=True) as found:
            people = await found.bots[0].seat(4)
            ids = await found.start()
            for number, head in enumerate(people, 1):
                await found.bots[0].telegram.ways(events_twice=number > 2)
                await answers(head, number)
            await found.until(_LEFT, (0,))
            owners = {owner for (owner,) in await found.rows("SELECT DISTINCT owner_id FROM inbox")}
            assert owners == set(ids)
            assert await found.ledger() == {head.id: [number] for number, head in enumerate(people, 1)}
            for bot in found.bots:
                await bot.stop()
                assert not bot.traces
