"""A clock from outside, which the demo has so that somebody can move it. A real bot never has one."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import aiohttp

_log = logging.getLogger(__name__)

# Seconds. The other side answers after 25 at the latest; after more it has gone.
_TIMEOUT = aiohttp.ClientTimeout(total=40)
AGAIN_AFTER = 0.5
# Seconds after which a bot that cannot read its clock ends: nobody else would end it.
LONELY = 30.0


class ClockGone(Exception):
    """The clock of CLOCK_URL has gone, and with it the demo."""


class OutsideClock:
    """Shows the moment that was read last, and the time that has passed since.

    `GET url?after=N` answers with {"reading": N, "now": ISO}, as soon as there is a reading after N. A request with N
    says that everything that was due at that reading has been done.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._reading = 0
        self._base: datetime | None = None
        self._since = 0.0
        self._heard_at = time.monotonic()

    def now(self) -> datetime:
        """The moment, aware. Raises RuntimeError before the first reading."""
        if self._base is None:
            raise RuntimeError("the clock has not been read")
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    async def begin(self) -> None:
        """Reads the clock for the first time. Raises ClockGone."""
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            while self._base is None:
                await self._read(session, 0)

    async def run(self, tick: Callable[[], Awaitable[None]], settled: Callable[[], Awaitable[None]]) -> None:
        """Ticks in place of the bot's own clock: whenever this clock is set, and about every 25 seconds.

        `tick` does what is due, `settled` waits for what follows from it. Raises ClockGone.
        """
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            while True:
                reading = self._reading
                await tick()
                await settled()
                await self._read(session, reading)

    async def _read(self, session: aiohttp.ClientSession, after: int) -> None:
        try:
            async with session.get(self._url, params={"after": after}) as response:
                response.raise_for_status()
                told = await response.json()
            reading, moment = int(told["reading"]), datetime.fromisoformat(told["now"])
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            _log.warning("the clock of CLOCK_URL cannot be read: %s", error)
            if time.monotonic() - self._heard_at > LONELY:
                raise ClockGone(ClockGone.__doc__) from None
            await asyncio.sleep(AGAIN_AFTER)
            return
        self._heard_at = time.monotonic()
        if reading != self._reading or self._base is None:
            self._reading, self._base, self._since = reading, moment, time.monotonic()
