"""Turns: the most urgent first, at equal distances, none while Telegram wants silence."""

import asyncio
import gc
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.outgoing.pacer import CHAT_INTERVAL, Pacer
from bot.domain.letter import LetterState, Urgency
from simulator import Simulator
from tests.delivery.office import opened


async def test_the_most_urgent_first_then_first_come() -> None:
    pacer = Pacer(200)
    served: list[str] = []

    async def ask(name: str, urgency: Urgency) -> None:
        await pacer.turn(urgency)
        served.append(name)

    wishes = [
        ("announcement", Urgency.ANNOUNCEMENT),
        ("reminder 1", Urgency.REMINDER),
        ("reminder 2", Urgency.REMINDER),
        ("request", Urgency.REQUEST),
        ("answer", Urgency.ANSWER),
        ("service", Urgency.SERVICE),
    ]
    await asyncio.gather(*(ask(*wish) for wish in wishes))
    assert served == ["answer", "service", "request", "reminder 1", "reminder 2", "announcement"]


async def test_turns_keep_their_distance() -> None:
    pacer = Pacer(50)
    loop = asyncio.get_running_loop()

    async def six() -> None:
        asked = loop.time()
        for number in range(6):
            await pacer.turn(Urgency.REQUEST)
            # Of what passed before somebody asked, five milliseconds are made up for.
            assert loop.time() - asked >= number * 0.02 - 0.006

    await six()
    # A pause of the callers' does not let them catch up.
    await asyncio.sleep(0.1)
    await six()


async def test_what_a_busy_event_loop_let_pass_is_made_up_for() -> None:
    pace = 50
    pacer = Pacer(pace)
    loop = asyncio.get_running_loop()
    waiting = [asyncio.create_task(pacer.turn(Urgency.REQUEST)) for _ in range(200)]
    await asyncio.sleep(0)

    async def served(standstill: float) -> tuple[int, float]:
        """How many got a turn, and in how many seconds beside those for which the loop stood still."""
        before, began = sum(task.done() for task in waiting), loop.time()
        time.sleep(standstill)  # noqa: ASYNC251 - that is what is tried
        stood = loop.time() - began
        await asyncio.sleep(0.001)
        return sum(task.done() for task in waiting) - before, loop.time() - began - stood

    got, _ = await served(0.09)
    assert got >= 4
    # Of a long standstill only a tenth of a second: more would be a burst.
    got, awake = await served(0.5)
    assert 4 <= got <= (0.1 + awake) * pace + 3
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


@pytest.mark.slow
async def test_no_second_has_more_than_the_pace() -> None:
    pace, chance = 100, random.Random(1)
    pacer = Pacer(pace)
    loop = asyncio.get_running_loop()
    arrived: list[float] = []

    async def write(chat: int) -> None:
        async with pacer.letter(chat, Urgency.REQUEST):
            # It arrives somewhere between the turn and the end.
            await asyncio.sleep(chance.uniform(0, 0.05))
            arrived.append(loop.time())
            await asyncio.sleep(chance.uniform(0, 0.02))

    began = loop.time()
    await asyncio.gather(*(write(chat) for chat in range(250)))
    assert all(after - before >= 1 for before, after in zip(arrived, arrived[pace:], strict=False))
    # And not much slower either.
    assert loop.time() - began < 4


async def test_a_press_does_not_wait_for_letters() -> None:
    pacer = Pacer(10)
    waiting = [asyncio.create_task(pacer.turn(Urgency.REQUEST)) for _ in range(20)]
    await asyncio.sleep(0.15)
    async with asyncio.timeout(0.09):
        for chat in range(50):
            await pacer.answer(chat, is_new=False)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


@pytest.mark.slow
async def test_new_messages_to_those_who_pressed_count() -> None:
    pacer = Pacer(20)
    loop = asyncio.get_running_loop()
    for chat in range(20):
        await pacer.answer(chat, is_new=True)
    began = loop.time()
    await pacer.turn(Urgency.REQUEST)
    assert loop.time() - began >= 1


@pytest.mark.slow
async def test_what_counts_no_more_is_not_kept() -> None:
    pacer = Pacer(20)
    counted = await pacer.turn(Urgency.REQUEST)

    def kept() -> list[Any]:
        gc.collect()
        return [get_object for get_object in gc.get_objects() if type(get_object) is type(counted)]

    for chat in range(4):
        await pacer.answer(chat, is_new=True)
    assert len(kept()) == 5
    for one in kept():
        one.at -= 2
    del one
    await pacer.answer(9, is_new=True)
    # That one, and the test's own.
    assert len(kept()) == 2


async def test_a_pause_stops_those_who_wait_and_those_who_come() -> None:
    for pacer in (Pacer(0), Pacer(100)):
        loop = asyncio.get_running_loop()
        began = loop.time()
        waiting = [asyncio.create_task(pacer.turn(Urgency.REQUEST)) for _ in range(3)]
        pacer.pause(0.2)
        # A shorter one does not end it.
        pacer.pause(0.01)
        await asyncio.gather(*waiting, pacer.turn(Urgency.ANSWER))
        assert loop.time() - began >= 0.2


async def test_a_pause_lengthens_a_pause() -> None:
    pacer = Pacer(0)
    loop = asyncio.get_running_loop()
    began = loop.time()
    pacer.pause(0.05)
    waiting = asyncio.create_task(pacer.turn(Urgency.REQUEST))
    await asyncio.sleep(0)
    pacer.pause(0.2)
    await waiting
    assert loop.time() - began >= 0.2


async def test_without_a_limit_nobody_waits() -> None:
    pacer = Pacer(0)
    async with asyncio.timeout(5):
        for _ in range(1000):
            async with pacer.letter(101, Urgency.REQUEST):
                pass


async def test_who_gives_up_loses_nobody_a_turn() -> None:
    pacer = Pacer(20)
    await pacer.turn(Urgency.REQUEST)
    loop = asyncio.get_running_loop()
    began = loop.time()
    quitters = [asyncio.create_task(pacer.turn(Urgency.ANSWER)) for _ in range(20)]
    patient = asyncio.create_task(pacer.turn(Urgency.REMINDER))
    await asyncio.sleep(0)
    for task in quitters:
        task.cancel()
    await asyncio.wait_for(patient, 30)
    # Twenty turns of theirs would have taken a second.
    assert loop.time() - began < 0.8
    assert all(task.cancelled() for task in await _ended(quitters))


async def test_if_all_give_up_the_next_is_served() -> None:
    pacer = Pacer(50)
    await pacer.turn(Urgency.REQUEST)
    quitter = asyncio.create_task(pacer.turn(Urgency.REQUEST))
    await asyncio.sleep(0)
    quitter.cancel()
    await _ended([quitter])
    await asyncio.wait_for(pacer.turn(Urgency.REQUEST), 30)


@pytest.mark.slow
async def test_one_chat_has_one_letter_at_a_time() -> None:
    pacer = Pacer(1000)
    loop = asyncio.get_running_loop()
    ends: list[float] = []
    begins: list[float] = []

    async def write(chat: int) -> None:
        async with pacer.letter(chat, Urgency.REQUEST):
            begins.append(loop.time())
            await asyncio.sleep(0.05)
            ends.append(loop.time())

    await asyncio.gather(write(101), write(101))
    assert begins[1] >= ends[0] + CHAT_INTERVAL
    # Another chat does not wait for this one.
    began = loop.time()
    await asyncio.wait_for(write(102), 30)
    assert begins[-1] - began < CHAT_INTERVAL


@pytest.mark.slow
async def test_who_gives_up_leaves_the_chat_free() -> None:
    pacer = Pacer(1000)
    entered = asyncio.Event()

    async def hold() -> None:
        async with pacer.letter(101, Urgency.REQUEST):
            entered.set()
            await asyncio.Event().wait()

    async def wait() -> None:
        async with pacer.letter(101, Urgency.REQUEST):
            pass

    holder = asyncio.create_task(hold())
    await asyncio.wait_for(entered.wait(), 30)
    quitter, patient = asyncio.create_task(wait()), asyncio.create_task(wait())
    await asyncio.sleep(0)
    quitter.cancel()
    holder.cancel()
    await asyncio.wait_for(patient, 30)
    await _ended([quitter, holder])


@pytest.mark.slow
async def test_thirty_a_second_are_never_too_many(telegram: Simulator, tmp_path: Path) -> None:
    await telegram.limits(per_second=30, per_chat=1)
    async with opened(telegram, tmp_path, per_second=30) as office:
        crowd = range(201, 291)
        for person_id in crowd:
            await office.person(person_id)
        await office.write("всем", *crowd)
        for number in range(3):
            await office.write(f"ещё {number}", crowd[0])
        while await office.courier.deliver():
            pass
        assert await office.states() == [LetterState.SENT] * 93
    stats = await telegram.stats()
    assert stats["methods"]["sendMessage"] == {"200": 93}
    assert stats["max_sends_in_a_second"] <= 30


async def _ended(tasks: Sequence[asyncio.Task[Any]]) -> Sequence[asyncio.Task[Any]]:
    await asyncio.gather(*tasks, return_exceptions=True)
    return tasks
