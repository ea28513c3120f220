"""A month in fast motion, without the page: who answers by themselves has peace, who does not is reminded."""

import asyncio
from datetime import date, datetime

import pytest

from tests.demo.conftest import HEAD, Demo, running
from tests.texts.heads import Form, Reminder, Request

# On a loaded machine the month before takes minutes to be played.
pytestmark = pytest.mark.timeout(600)

# The one answers by themselves, the other never does.
ANSWERS, NEVER = 102, 103


async def until_day(demo: Demo, day: date) -> None:
    """Fast motion until then."""
    async with asyncio.timeout(90):
        while datetime.fromisoformat((await demo.state())["now"]).date() < day:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.2)


async def said(demo: Demo, person_id: int, words: str) -> int:
    """How many messages of the chat say that."""
    return sum(words in text for text in await demo.texts(person_id))


@pytest.mark.soak
async def test_a_month_in_fast_motion() -> None:
    async with running() as demo:
        start = datetime.fromisoformat((await demo.state())["now"]).date()
        assert start.weekday() == 4
        assert (await demo.call("play"))["ok"]
        await until_day(demo, date(start.year, 10, 30))
        await demo.call("pause")
        async with asyncio.timeout(30):
            while (await demo.state())["playing"]:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        assert await said(demo, ANSWERS, Form.ACCEPTED) >= 3
        assert await said(demo, NEVER, Form.ACCEPTED) == 0
        assert await said(demo, NEVER, Reminder.HEADING) > await said(demo, ANSWERS, Reminder.HEADING)
        late = [text for text in await demo.texts(NEVER) if Reminder.HEADING in text and Reminder.OVERDUE in text]
        assert late


@pytest.mark.soak
async def test_telegram_that_is_slow_and_that_wants_less() -> None:
    async with running() as demo:
        for fault in ("429", "slow"):
            before = await said(demo, NEVER, Request.OPEN)
            assert (await demo.call("fault", name=fault, on=True))["ok"]
            assert (await demo.call("send", person_id=NEVER, text="/tasks"))["ok"]
            async with asyncio.timeout(60):
                while await said(demo, NEVER, Request.OPEN) == before:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.2)
            assert (await demo.call("fault", name=fault, on=False))["ok"]
            assert fault not in (await demo.state())["faults"]
            assert await said(demo, NEVER, Request.OPEN) == before + 1
        assert (await demo.state())["bot"]["starts"] == 1
        assert await said(demo, HEAD, "") == 0
