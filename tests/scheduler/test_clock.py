"""The clock: when it ticks, and how it ends."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from scheduler.clock import Clock


async def test_it_ticks_at_once() -> None:
    ticked = asyncio.Event()

    async def tick() -> None:
        ticked.set()

    clock = Clock(tick, 3600)
    clock.start()
    await asyncio.wait_for(ticked.wait(), 30)
    await clock.stop(30)


async def test_it_ticks_on_when_the_machine_s_clock_is_set_back() -> None:
    """It waited until it was as late as before, and was ended for dead meanwhile."""
    ticks: asyncio.Queue[datetime] = asyncio.Queue()

    async def tick() -> None:
        ticks.put_nowait(datetime.now(UTC))

    clock = Clock(tick, 0.05)
    with time_machine.travel(datetime(2026, 10, 5, 12, tzinfo=UTC)) as machine:
        clock.start()
        await asyncio.wait_for(ticks.get(), 30)
        machine.shift(timedelta(hours=-1))
        async with asyncio.timeout(30):
            while await ticks.get() > datetime(2026, 10, 5, 11, 30, tzinfo=UTC):
                pass
            await ticks.get()
        await clock.stop(30)


async def test_a_machine_that_learns_what_time_it_is_counts_no_ticks_up() -> None:
    """One that starts in 1970 did for minutes, and had no memory left."""
    ticks: asyncio.Queue[datetime] = asyncio.Queue()

    async def tick() -> None:
        ticks.put_nowait(datetime.now(UTC))

    clock = Clock(tick, 0.05)
    with time_machine.travel(datetime(2026, 10, 5, 12, tzinfo=UTC)) as machine:
        clock.start()
        await asyncio.wait_for(ticks.get(), 30)
        began = time.process_time()
        machine.shift(timedelta(days=1))
        async with asyncio.timeout(30):
            while await ticks.get() < datetime(2026, 10, 6, 12, tzinfo=UTC):
                pass
        assert time.process_time() - began < 0.5
        await clock.stop(30)


async def test_a_tick_that_runs_is_waited_for() -> None:
    began, ended, may_end = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        began.set()
        await may_end.wait()
        ended.set()

    clock = Clock(tick, 0.01)
    clock.start()
    await asyncio.wait_for(began.wait(), 30)
    stopping = asyncio.create_task(clock.stop(30))
    await asyncio.sleep(0)
    assert not stopping.done()
    may_end.set()
    await asyncio.wait_for(stopping, 30)
    assert ended.is_set()


async def test_a_tick_that_does_not_end_is_cut_off() -> None:
    began, cut = asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            cut.set()

    clock = Clock(tick, 0.01)
    clock.start()
    await asyncio.wait_for(began.wait(), 30)
    await asyncio.wait_for(clock.stop(0.01), 30)
    assert cut.is_set()


async def test_one_that_takes_long_to_undo_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    began, undone, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            await undone.wait()
            ended.set()

    clock = Clock(tick, 0.01)
    clock.start()
    await asyncio.wait_for(began.wait(), 30)
    await asyncio.wait_for(clock.stop(0.01), 30)
    undone.set()
    await asyncio.wait_for(ended.wait(), 30)
    # The library has its turn to tell of it.
    await asyncio.sleep(0)
    assert not caplog.records
