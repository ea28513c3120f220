"""An announcement to 1,200: 429s, blocked people, a pause, kill -9 and a restart, and the counts are Telegram's."""

import asyncio
import re
from pathlib import Path

import pytest

from bot.domain.people.messenger import Messenger
from tests import messengers
from tests.forge import Forge
from tests.live import Live, live
from tests.reliability.announcing import (
    FIRST,
    PATIENCE,
    arrived,
    buttons,
    come,
    copied,
    copies,
    district,
    send_off,
)
from tests.texts.department import Announcements

AUTHOR = 900
_IN_HAND = "SELECT count(*) FROM letters WHERE kind = 'announcement' AND settled_at IS NULL AND claimed_by IS NOT NULL"


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_it_reaches_everybody_who_can_be_reached(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge, ADMIN_IDS=str(AUTHOR)) as bot:
        await _announce_to(bot, count=1200, kills=1)


@pytest.mark.soak
@pytest.mark.timeout(1200)
async def test_it_reaches_everybody_through_ten_kills(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge, ADMIN_IDS=str(AUTHOR)) as bot:
        await _announce_to(bot, count=5000, kills=10)


async def _announce_to(bot: Live, count: int, kills: int) -> None:
    await district(bot, count)
    gone = await _some_are_gone(bot, count)
    author = await bot.telegram.person("Начальник Анна", id=AUTHOR)
    await bot.start()
    await come(author)
    await send_off(author)

    # One in a hundred calls is told to wait, another one meets a server that is down.
    await copied(bot, count // 10)
    await bot.telegram.order_fault("429", method="copyMessage", retry_after=1, count=3)
    await bot.telegram.order_fault("502", method="copyMessage", probability=0.02, seed=7)
    in_hand = 0
    for number in range(kills):
        await copied(bot, count // 5 + number * count // (2 * kills))
        bot.kill()
        await bot.ended()
        in_hand += bot.rows(_IN_HAND)[0][0]
        await bot.start()

    await copied(bot, count * 3 // 4)
    await author.press(Announcements.PAUSE)
    await author.wait_until(lambda chat: Announcements.RESUME in buttons(chat), what="a pause", timeout=PATIENCE)
    await _nothing_in_hand(bot)
    held = sum(copies(bot).values())
    assert held < count - len(gone)
    # A restart in the pause: it lasts.
    await bot.stop()
    await bot.start()
    await author.send("/help")
    await author.wait_for("/panel — рабочий стол", timeout=PATIENCE)
    assert sum(copies(bot).values()) == held
    await author.press(Announcements.RESUME)
    shown = await arrived(author)
    await bot.stop()

    seen = copies(bot)
    assert set(seen) == set(range(FIRST, FIRST + count)) - gone
    assert sum(seen.values()) - len(seen) <= in_hand
    kept = bot.rows("SELECT count(*), count(sent_at), count(failure) FROM recipients")
    assert kept == [(count, count - len(gone), len(gone))]
    failures = bot.rows("SELECT DISTINCT failure FROM recipients WHERE failure IS NOT NULL ORDER BY failure")
    # Of an account that is deleted MAX says that there is no dialog with it.
    assert failures == [("blocked",), ("never started" if messengers.chosen() is Messenger.MAX else "deleted",)]
    assert bot.rows("SELECT state FROM announcements") == [("done",)]
    numbers = [int(one) for one in re.findall(r"\d+", shown.replace("\N{NO-BREAK SPACE}", ""))]
    assert count - len(gone) in numbers, shown
    assert len(gone) in numbers, shown
    assert "Traceback" not in bot.said()


async def _some_are_gone(bot: Live, count: int) -> set[int]:
    """One in a hundred has blocked the bot or deleted the account; Telegram tells only whoever writes to them."""
    gone = set(range(FIRST, FIRST + count, 100))
    for number, head in enumerate(sorted(gone)):
        person = bot.telegram.world.people[head]
        if number % 2:
            person.deactivated = True
        else:
            person.blocked = True
    return gone


async def _nothing_in_hand(bot: Live) -> None:
    """Returns when the courier holds no copy: no event tells that, so it is looked at now and then."""
    async with asyncio.timeout(PATIENCE):
        while bot.rows(_IN_HAND) != [(0,)]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
