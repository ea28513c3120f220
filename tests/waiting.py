"""Waiting for what no event tells."""

import asyncio
from collections.abc import Callable


async def until(fits: Callable[[], bool]) -> None:
    """Returns when it is so: looked at again and again, for half a minute at most."""
    async with asyncio.timeout(30):
        while not fits():  # noqa: ASYNC110
            await asyncio.sleep(0.002)
