"""How long the event loop is held by whoever does not give it back: everybody waits for that long."""

import asyncio
import time

# Seconds between two beats; a pause is seen if it is longer than one of them.
EVERY = 0.01
# Seconds. Nobody is to hold the event loop for longer.
LONG = 0.02


def running() -> float:
    """Seconds that go on while the machine sleeps, where it can tell."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Pulse:
    """Beats while it runs, and notes the beats that came late. Made where somebody reads it: it costs a wink each."""

    def __init__(self) -> None:
        # Seconds, and how many were longer than `LONG`, since the start.
        self.longest = 0.0
        self.pauses = 0

    async def run(self) -> None:
        """Beats until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY
            await asyncio.sleep(EVERY)
            self.late(loop.time() - due)

    def late(self, seconds: float) -> None:
        """Notes how late a beat came."""
        self.longest = max(self.longest, seconds)
        self.pauses += seconds > LONG
