"""Watches whether the bot is well, and has administrators told when it is not.

The watch never writes to the database, and tells nothing about people: counts and ages only.
"""

import asyncio
import contextlib
import faulthandler
import os
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.letter import LetterState
from bot.pulse import Pulse
from bot.replica import Replica
from bot.storage.engine.database import Storage, StorageError
from bot.storage.post import claims, inbox, letters

# The clock stands when a tick is late by so many of its intervals, and by so many seconds at least.
_TICKS_MISSED, _TICK_STANDS = 5, 180.0
# Seconds. A long poll lasts 25; with a webhook Telegram is asked twice a minute how it delivers.
_POLL_STANDS = 120.0
# Seconds. Telegram repeats a delivery within a minute or so: if it failed longer ago, a later delivery has not.
_DELIVERY_STANDS = 180.0
# Seconds. Letters have their pace and their pauses: the post stands when a letter is due for so long and none has gone
# for so long. During a long announcement letters go.
_POST_STANDS, _NONE_HAS_GONE = 900.0, 300.0
LOOK_EVERY = 60.0
# Seconds without a sign of life after which a new start is the best that can be done.
ENDS_AFTER = 300.0
# Seconds. A database that is slower is as good as none.
ANSWERS_WITHIN = 5.0
# Looks in a row that have to find a problem before anybody is told: a restart of Telegram's is nobody's trouble.
_SURE = 2


def notify(state: str) -> None:
    """Tells systemd (`Type=notify`) the state, if it wants to know; its protocol is a single datagram."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        # A name that begins with @ is in the abstract namespace.
        supervisor.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        supervisor.send(state.encode())


def live_on(seconds: float = ENDS_AFTER) -> None:
    """Gives the process so long until it is told again; then it ends, having written where each thread stands.

    Docker starts a container anew when its process ends, but not when a health check fails. systemd has a watchdog of
    its own, and takes the exit code for that of a command that cannot be mended by a new start.
    """
    if "WATCHDOG_USEC" not in os.environ:
        faulthandler.dump_traceback_later(seconds, exit=True)


class Problem(StrEnum):
    """A part of the bot that stands still."""

    DATABASE = "database"
    CLOCK = "clock"
    POST = "post"
    TELEGRAM = "telegram"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Health:
    """How the bot is: ages in seconds, and counts. `lag` is how late the event loop is, `longest_pause` how late it
    ever was and `pauses` how often since the start it was held for too long; 0 where nobody reads that (`bot.pulse`).

    `poll` is the age of Telegram's last word on updates: of a poll, or of how it delivers to the webhook (None: another
    replica polls). `replica` is the number of this one (0: it serves alone), `replicas` how many are alive. `update` is
    the age of the last update (None: none has come), `letter` of the oldest letter that is due, `gone` of the newest
    that went (None: there is none). `unheard` counts Telegram's refusals since the start in words that nobody knows.
    `undelivered` counts updates that wait at Telegram for the webhook (None: the bot
    polls).
    """

    database: bool
    tick: float
    poll: float | None
    lag: float
    letter: float = 0.0
    gone: float | None = None
    letters: int = 0
    inbox: int = 0
    update: float | None = None
    undelivered: int | None = None
    unheard: int = 0
    longest_pause: float = 0.0
    pauses: int = 0
    replica: int = 0
    replicas: int = 1
    leads: bool = True
    problems: tuple[Problem, ...] = ()

    @property
    def alive(self) -> bool:
        """Whether the process itself is well: a new start may help it, but not a Telegram that is out of reach."""
        return Problem.DATABASE not in self.problems and Problem.CLOCK not in self.problems


class Watch:
    """Hears of signs of life, and looks at the database."""

    def __init__(
        self,
        storage: Storage,
        now: Callable[[], datetime],
        tick_seconds: float,
        replica: Replica,
        seconds: Callable[[], float] = time.monotonic,
        unheard: Callable[[], int] = lambda: 0,
    ) -> None:
        self._storage, self._now, self._seconds, self._unheard = storage, now, seconds, unheard
        self._replica = replica
        self.pulse = Pulse()
        self._tick_stands = max(_TICK_STANDS, _TICKS_MISSED * tick_seconds)
        self._ticked_at = self._polled_at = seconds()
        self._updated_at: float | None = None
        self._undelivered: int | None = None
        self._gets_nothing = False

    def ticked(self) -> None:
        """Hears that the clock has asked what is due."""
        self._ticked_at = self._seconds()

    def polled(self) -> None:
        """Hears that Telegram has answered getUpdates."""
        self._polled_at = self._seconds()

    def received(self) -> None:
        """Hears that an update has come."""
        self._updated_at = self._seconds()

    def delivers(self, waiting: int, failed_at: datetime | None, *, here: bool = True) -> None:
        """Hears how Telegram delivers to the webhook: how many updates wait, when a delivery last failed, and whether
        it delivers `here` at all."""
        self._polled_at = self._seconds()
        self._undelivered = waiting
        failed_now = failed_at is not None and (self._now() - failed_at).total_seconds() < _DELIVERY_STANDS
        self._gets_nothing = not here or (waiting > 0 and failed_now)

    async def look(self) -> Health:
        """How the bot is now."""
        began = self._seconds()
        await asyncio.sleep(0)
        lag = self._seconds() - began
        tick, poll = began - self._ticked_at, self._poll_age(began)
        try:
            async with asyncio.timeout(ANSWERS_WITHIN), self._storage.read() as tx:
                due = await claims.next_due(tx)
                gone = await letters.last_settled(tx)
                waiting = await letters.count(tx, LetterState.WAITING)
                unhandled = await inbox.count(tx)
        except (StorageError, TimeoutError):
            return self._judged(Health(False, tick, poll, lag, undelivered=self._undelivered, unheard=self._unheard()))
        now = self._now()
        return self._judged(
            Health(
                True,
                tick,
                poll,
                lag,
                letter=max(0.0, (now - due).total_seconds()) if due else 0.0,
                gone=(now - gone).total_seconds() if gone else None,
                letters=waiting,
                inbox=unhandled,
                update=began - self._updated_at if self._updated_at is not None else None,
                undelivered=self._undelivered,
                unheard=self._unheard(),
            )
        )

    def _poll_age(self, at: float) -> float | None:
        if self._undelivered is None and not self._replica.led():
            # When it begins to poll its age begins too.
            self._polled_at = at
            return None
        return at - self._polled_at

    def _judged(self, health: Health) -> Health:
        is_deaf = health.poll is not None and health.poll > _POLL_STANDS
        stands = {
            Problem.DATABASE: not health.database,
            Problem.CLOCK: health.tick > self._tick_stands,
            Problem.POST: health.letter > _POST_STANDS and (health.gone is None or health.gone > _NONE_HAS_GONE),
            Problem.TELEGRAM: is_deaf,
            Problem.WEBHOOK: self._gets_nothing and not is_deaf,
        }
        return replace(
            health,
            longest_pause=self.pulse.longest,
            pauses=self.pulse.pauses,
            replica=self._replica.id,
            replicas=self._replica.alive,
            leads=self._replica.leads(),
            problems=tuple(problem for problem, is_so in stands.items() if is_so),
        )

    async def run(self, tell: Callable[[tuple[Problem, ...]], Awaitable[None]]) -> None:
        """Has administrators told when something has stood still for some minutes, and when nothing does any more."""
        live_on()
        try:
            await self._look_on(tell)
        finally:
            # A process that stops has its own bounds.
            faulthandler.cancel_dump_traceback_later()

    async def _look_on(self, tell: Callable[[tuple[Problem, ...]], Awaitable[None]]) -> None:
        told: tuple[Problem, ...] = ()
        in_a_row = 0
        while True:
            await asyncio.sleep(LOOK_EVERY)
            health = await self.look()
            if health.alive:
                notify("WATCHDOG=1")
                live_on()
            # Nobody can be told through Telegram that Telegram is out of reach.
            standing = tuple(problem for problem in health.problems if problem is not Problem.TELEGRAM)
            in_a_row = in_a_row + 1 if standing else 0
            if (standing and in_a_row >= _SURE and set(standing) - set(told)) or (told and not standing):
                told = standing
                if self._replica.led():
                    # One tells for all.
                    await tell(standing)
