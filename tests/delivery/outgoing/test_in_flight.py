"""Sendings side by side: what becomes of their faults."""

import asyncio
import gc

import pytest

from bot.delivery.outgoing.in_flight import InFlight


async def test_of_several_faults_one_is_raised_and_none_is_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    async def fails(number: int) -> None:
        await asyncio.sleep(0)
        raise ConnectionError(f"fault {number}")

    in_flight = InFlight()
    in_flight.take(fails(number) for number in range(3))
    with pytest.raises(ConnectionError, match="fault 0"):
        await in_flight.emptied(0, 1)
    del in_flight
    # asyncio tells of what nobody has asked for when the task goes.
    gc.collect()
    assert "never retrieved" not in caplog.text
