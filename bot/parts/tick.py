"""What is due at a moment; a clock asks now and then."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from bot.catalog.shelf import Shelf
from bot.config import Settings
from bot.delivery.outgoing.bell import Bell
from bot.delivery.outgoing.unheard import Unheard
from bot.domain.timing.calendar import WorkCalendar
from bot.following import follow
from bot.parts.alarms import Alarms
from bot.parts.wall_clock import WallClock
from bot.storage.desk import waiting
from bot.storage.engine.database import DatabaseUnavailable, Storage
from bot.storage.ledger import sent_directives
from bot.watch import Watch
from scheduler.announcements import send_due
from scheduler.backups import Backups
from scheduler.clock import do_each
from scheduler.digest import write_digests
from scheduler.reminders import remind_due
from scheduler.reports import order_reports
from scheduler.rounds import open_due, open_elsewhere
from scheduler.unheard import keep_unheard
from scheduler.unsent import tell_unsent
from scheduler.upkeep import Pruning, end_pauses

_log = logging.getLogger(__name__)


class Tick:
    """Rounds, reminders, the end of vacations, the digest, reports, backups."""

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        shelf: Shelf,
        now: Callable[[], datetime],
        bell: Bell,
        watch: Watch,
        alarms: Alarms,
        wall_clock: WallClock,
        unheard: Unheard,
    ) -> None:
        self._storage = storage
        self._shelf = shelf
        self._now = now
        self._bell = bell
        self._watch = watch
        self._alarms = alarms
        self._wall_clock = wall_clock
        self._unheard = unheard
        self._consent = settings.announcement_approval
        self._pruning = Pruning(storage)
        self._backups = Backups(storage, settings.backups_keep, settings.backups_folder)

    async def run(self) -> None:
        """Does what is due. Raises the first fault when all has been tried. Nothing is due by a wrong clock."""
        await self.catch_up()
        storage, now, catalog = self._storage, self._now(), self._shelf.current
        if not await self._wall_clock.is_right(now):
            return
        try:
            await do_each(
                partial(open_due, storage, catalog, now),
                partial(self._what_waits, catalog.calendar, now),
                partial(write_digests, storage, catalog.calendar, now),
                partial(order_reports, storage, catalog.calendar, now),
                partial(keep_unheard, storage, self._unheard, now),
                partial(self._pruning.prune, now),
                self._backups.note_erased,
                partial(self._backups.note_rights, now),
                partial(self._backups.make, catalog.calendar.zone, now),
            )
        finally:
            self._bell.ring()

    async def _what_waits(self, calendar: WorkCalendar, now: datetime) -> None:
        """Does what a look at the database says is due, beside what opens by the calendar."""
        storage = self._storage
        async with storage.read() as tx:
            waits = await waiting.look(tx, now)
        duties: list[tuple[bool, Callable[[], Awaitable[object]]]] = [
            (waits.openings, partial(open_elsewhere, storage, calendar, now)),
            (waits.reminders, partial(remind_due, storage, calendar, now)),
            (waits.corrections, partial(tell_unsent, storage, calendar, now)),
            (waits.pauses, partial(end_pauses, storage, calendar, now)),
            (waits.announcements, partial(send_due, storage, calendar, now, consent=self._consent)),
        ]
        await do_each(*(duty for is_due, duty in duties if is_due))

    async def follow(self) -> None:
        """What a replica does that does not lead: it learns, and tells what it alone knows."""
        await self.catch_up()
        await keep_unheard(self._storage, self._unheard, self._now())

    async def run_safely(self, leads: Callable[[], bool]) -> None:
        """What is due, or if another replica leads its own part, for a clock, which goes on whatever happens."""
        try:
            await (self.run() if leads() else self.follow())
            self._watch.ticked()
        except DatabaseUnavailable as error:
            _log.error("the tick failed: %s", error)
        except Exception:
            # The next tick asks again what is due; one that failed loses nothing.
            _log.exception("the tick failed")

    async def catch_up(self) -> None:
        """Learns what another transaction has decided: the catalog that holds, and who is administrator."""
        async with self._storage.read() as tx:
            await follow(self._shelf, tx, await sent_directives.edition(tx), self._now())
            await self._alarms.know(tx)
            await self._wall_clock.know(tx)
