"""The rates of MAX: thirty calls a second in all, two of a kind in one dialog."""

import asyncio
from collections.abc import Hashable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from bot.delivery.max.pace import ALL, IN_DIALOG, Pace
from bot.delivery.outcomes import Fate, attempt
from bot.delivery.outgoing.pacer import Pacer
from bot.delivery.wire import call
from tests.delivery.max.world import living_in_max


async def _moments(pace: Pace, kinds: Sequence[Hashable]) -> list[float]:
    """When each call is made whose turn is asked for at once, in seconds from then on."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    times: list[float] = []

    async def call(kind: Hashable) -> None:
        await pace.turn(kind)
        times.append(loop.time() - begun)

    await asyncio.gather(*map(call, kinds))
    return sorted(times)


def _most_in_a_second(times: list[float]) -> int:
    return max(sum(1 for other in times if time <= other < time + 1) for time in times)


@pytest.mark.slow
async def test_two_of_a_kind_in_a_second() -> None:
    """Others of the dialog, and those of other dialogs, do not wait for them."""
    pace = Pace()
    times = await _moments(pace, [("edit", 1)] * 4 + [("edit", 2), ("delete", 1)])
    assert _most_in_a_second(times) <= IN_DIALOG + 2
    assert times[-2] >= 1


async def test_thirty_of_all_in_a_second() -> None:
    """Whatever they are."""
    times = await _moments(Pace(), [("send", chat) for chat in range(ALL + 5)])
    assert _most_in_a_second(times) <= ALL
    assert all(later >= earlier for earlier, later in pairwise(times))


async def test_a_process_keeps_to_its_share() -> None:
    """Of two that have the token each makes half of the calls."""
    pacer = Pacer(20)
    pacer.share(10, 0.0)
    times = await _moments(Pace(pacer), [None] * (ALL // 2 + 3))
    assert _most_in_a_second(times) <= ALL // 2


async def test_without_a_limit_of_pace_nobody_waits() -> None:
    """MESSAGES_PER_SECOND=0."""
    times = await _moments(Pace(Pacer(0)), [("edit", 1)] * 100)
    assert times[-1] < 0.5


@pytest.mark.slow
async def test_who_waits_for_a_turn_hears_of_a_silence(tmp_path: Path) -> None:
    """Which has begun meanwhile: what MAX limits most is not what made it wait."""
    async with living_in_max(tmp_path, messages_per_second=30) as world:
        head = await world.person("Иванова Мария", 501)
        await head.phone.start()
        said = [
            asyncio.create_task(attempt(lambda: call(world.app.bot, "sendMessage", chat_id=head.id, text="Ясно")))
            for _ in range(IN_DIALOG + 1)
        ]
        assert {(await one).fate for one in said[:IN_DIALOG]} == {Fate.DONE}
        world.app.speaker.pacer.pause(60)
        assert (await said[-1]).fate is Fate.WAIT
        assert len(await world.telegram.calls("sendMessage")) == IN_DIALOG
