"""This process among those that serve the same database.

On a server each beats twice a second: it says that it is alive, and learns how many they are, whether it leads, and
what has changed for all. A replica whose beat does not get through stops by itself before the others take what it had.
SQLite is served by one process, which is always alive and leads.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from bot.pulse import running
from bot.storage.engine.database import DatabaseUnavailable, Storage
from bot.storage.post import replicas
from bot.storage.post.replicas import ALONE, DEAD_AFTER, LEADS_FOR, SAME_CLOCK, Beat

_log = logging.getLogger(__name__)

# Seconds between two beats: what one of them has learned, all know within a second.
EVERY = 0.5
# Seconds since its last beat after which a replica does nothing more: well before the others take it for dead.
SURE_FOR = DEAD_AFTER.total_seconds() - 2
# The same for leading.
_LEADS_FOR = LEADS_FOR.total_seconds() - EVERY
# Seconds. Whoever has not been heard for longer may have been away together with the server.
_OUT_OF_TOUCH = 3.0


def _wall() -> datetime:
    return datetime.now(UTC)


class Replica:
    """Beats from `join` to `leave` while `run` runs.

    `storage`: with connections of its own, so that no beat waits behind the work of the others. `seconds`: a clock that
    only goes on, also while the process or the machine stands still. `wall`: the machine's own.
    """

    def __init__(
        self,
        storage: Storage,
        version: str,
        seconds: Callable[[], float] = running,
        wall: Callable[[], datetime] = _wall,
    ) -> None:
        self._storage = storage
        self._version = version
        self._seconds = seconds
        self._wall = wall
        self._is_off = False
        # Its number; another one after the others have taken it for dead.
        self.id = ALONE
        # How many are alive, this one too.
        self.alive = 1
        self._leads = storage.is_sqlite
        # When the last beat that got through was begun; None: nobody counts on beats yet.
        self._beaten_at: float | None = None
        # Since when beats have got through without a gap.
        self._in_touch_since = -math.inf
        self._retires = False
        # How many messages it has sent beyond its share of the pace.
        self.ahead: Callable[[], int] = lambda: 0
        self._heard: list[Callable[[Beat], None]] = []
        self._lost: list[Callable[[], Awaitable[None]]] = []

    def is_alive(self) -> bool:
        """Whether the others leave to this process what it has. Asked before anything is said or decided."""
        return self._beaten_at is None or self._seconds() - self._beaten_at < SURE_FOR

    def is_alone(self) -> bool:
        """Whether no other process can serve the database."""
        return self._storage.is_sqlite

    def led(self) -> bool:
        """Whether this process led when it last heard of the server: it speaks for all while the server is away."""
        return self._leads

    async def leading(self) -> None:
        """Returns when this process leads."""
        while not self.leads():  # noqa: ASYNC110 (time alone may change it)
            await asyncio.sleep(EVERY)

    def leads(self) -> bool:
        """Whether this process does what one does for all. For a moment two may believe so: unique keys hold then."""
        return self._leads and (self._beaten_at is None or self._seconds() - self._beaten_at < _LEADS_FOR)

    def heard_by(self, *listeners: Callable[[Beat], None]) -> None:
        """Has these called with each beat."""
        self._heard += listeners

    def lost_by(self, *listeners: Callable[[], Awaitable[None]]) -> None:
        """Has these called when the others have taken this process for dead: what it had in memory is theirs."""
        self._lost += listeners

    async def join(self) -> None:
        """Becomes a replica, and hears of the others. Raises DatabaseUnavailable."""
        if self._storage.is_sqlite:
            return
        self.id = await self._storage.apply(partial(replicas.join, version=self._version), snapshot=False)
        await self.beat()

    async def living(self) -> frozenset[int]:
        """The numbers of those that have not gone. Raises DatabaseUnavailable."""
        async with self._storage.read() as tx:
            return await replicas.living(tx)

    def retire(self) -> None:
        """This process ends soon, and leaves leading to the others."""
        self._retires = True

    async def run(self) -> None:
        """Beats until cancelled. A server that fails is asked again with the next beat; the log tells of it once."""
        if self._storage.is_sqlite:
            await asyncio.Event().wait()
        told = ""
        while True:
            try:
                await self.beat()
                if told:
                    _log.info("replica %s can say again that it is alive", self.id)
                told = ""
            except DatabaseUnavailable as error:
                if str(error) != told:
                    _log.error("replica %s cannot say that it is alive: %s", self.id, error)
                told = str(error)
            await asyncio.sleep(EVERY)

    async def beat(self) -> None:
        """Beats once. Raises DatabaseUnavailable."""
        began, asked = self._seconds(), self._wall()
        if self._beaten_at is not None and began - self._beaten_at > _OUT_OF_TOUCH:
            self._in_touch_since = began
        work = partial(
            replicas.beat,
            replica_id=self.id,
            ahead=self.ahead(),
            # After an outage of the server, or in its standby, everybody looks dead.
            buries=began - self._in_touch_since >= DEAD_AFTER.total_seconds(),
            leads=not self._retires,
        )
        try:
            async with asyncio.timeout(SURE_FOR):
                heard = await self._storage.apply(work, snapshot=False)
        except TimeoutError:
            raise DatabaseUnavailable("the server does not answer") from None
        if heard is None:
            _log.warning("replica %s was taken for dead: what it had belongs to the others", self.id)
            for lost in self._lost:
                await lost()
            await self.join()
            return
        if self._beaten_at is None or (self.alive, self._leads) != (heard.alive, heard.leads):
            _log.info("replica %s %s, of %s", self.id, "leads" if heard.leads else "follows", heard.alive)
        self._compare(asked, heard.at, self._wall())
        self._beaten_at = began
        self.alive, self._leads = heard.alive, heard.leads
        for listener in self._heard:
            listener(heard)

    def _compare(self, asked: datetime, at: datetime, answered: datetime) -> None:
        """Tells the operator of a machine whose clock is not the server's, which said `at` in between."""
        ahead, behind = asked - at, at - answered
        is_off = max(ahead, behind) > SAME_CLOCK
        if is_off and not self._is_off:
            seconds = round(max(ahead, behind).total_seconds())
            how = f"{seconds} s ahead of" if ahead > behind else f"{seconds} s behind"
            _log.warning("the clock of this machine is %s the database server's: set right the one that is wrong", how)
        elif self._is_off and not is_off:
            _log.info("the clock of this machine is that of the database server again")
        self._is_off = is_off

    async def leave(self) -> None:
        """Tells the others that this process ends. A server that cannot be reached finds out by itself."""
        if self._storage.is_sqlite or self.id == ALONE:
            return
        try:
            await self._storage.apply(partial(replicas.leave, replica_id=self.id), snapshot=False)
        except DatabaseUnavailable as error:
            _log.warning("replica %s could not say that it ends: %s", self.id, error)
        self.id = ALONE
