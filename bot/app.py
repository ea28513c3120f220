"""The composition root: opens, wires, runs, closes."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from socket import gethostname

from bot.catalog.faults import CatalogError
from bot.catalog.loader import Files
from bot.catalog.shelf import Shelf
from bot.catalog.tables.table import MAX_BYTES
from bot.config import Settings
from bot.delivery.outgoing.bell import Bell
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.member import Role
from bot.following import Follower, hold
from bot.parts.alarms import Alarms
from bot.parts.calendars import Calendars
from bot.parts.contact import Contact
from bot.parts.opening import Opening
from bot.parts.post import Post
from bot.parts.reception import Reception
from bot.parts.serving import Duty, Serving, settled
from bot.parts.tick import Tick
from bot.parts.unreachable import Unreachable
from bot.parts.wall_clock import WallClock
from bot.parts.way import Way
from bot.parts.ways import way_of
from bot.replica import Replica
from bot.reports.workshop import Workshop
from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.lock import Lock
from bot.storage.engine.migrate import newest_revision
from bot.storage.people import invitations, organizations
from bot.storage.post import replicas
from bot.watch import Watch
from handlers.entry import Entry, conversations
from handlers.links import INVITATION
from handlers.routing import Routing
from handlers.scene import Installation
from scheduler.clock import Clock
from scheduler.outside import OutsideClock


def _now() -> datetime:
    return datetime.now(UTC)


class App:
    """The bot with everything wired.

    `catalog` is that of the settings' files, or what is wrong with them: what was adopted may be served in spite of it.
    `now` gives aware datetimes; only a simulated life hands in its own. `routing` is handed in by whoever has made it
    before.
    """

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog | CatalogError,
        now: Callable[[], datetime] = _now,
        outside: OutsideClock | None = None,
        routing: Routing | None = None,
    ) -> None:
        # Each part is handed what it needs, finished: no part looks ahead.
        self._now = now
        self._messenger = settings.messenger
        self._arrival = settings.arrival
        files = Files(settings.directives_file, settings.calendar_file, settings.organizations_file, settings.timezone)
        self.shelf = Shelf(catalog, files)
        self.storage = Storage(settings.database_url)
        self._lock = Lock(self.storage)
        # On a server its beats have a connection of their own: no work of the others keeps them waiting.
        self._beats = self.storage if self.storage.is_sqlite else Storage(settings.database_url)
        self.replica = Replica(self._beats, newest_revision())
        self._follower = Follower(self.shelf, self.storage, now)
        self.replica.heard_by(self._follower.hear)
        self._workshop = Workshop(settings.database_url, self.replica)
        bell = Bell()
        unreachable = Unreachable(self.storage, self.shelf, now, bell)
        way = way_of(settings, self.storage, now, unreachable, self.replica)
        unheard = way.speaker.unheard
        watch = Watch(self.storage, now, settings.tick_seconds, self.replica, unheard=unheard.count)
        self.alarms = Alarms(way.speaker.warn, settings.administrators)
        wall_clock = WallClock(way.time, self.alarms.tell_of_clock, settings.messenger.called)
        post = Post(self.storage, way, self.shelf, self._workshop, now, unreachable, bell, wall_clock, self.replica)
        installation = _installation(settings, self.shelf, self.storage, way)
        entry = Entry(way.bot, installation, routing or Routing(*conversations()))
        contact = Contact(self.storage, self.shelf, now, bell, way.presses_live)
        calendars = Calendars(self.storage, self.shelf, now)
        self._reception = Reception(settings, self.storage, way, entry.handle, now, bell, watch, contact, calendars)
        self._opening = Opening(
            self.storage,
            self.shelf,
            now,
            settings.bot,
            settings.administrators,
            backups=settings.backups_keep > 0,
            demo=outside is not None,
            folder=settings.backups_folder,
            others=replicas.anybody,
        )
        self._tick = Tick(settings, self.storage, self.shelf, now, bell, watch, self.alarms, wall_clock, unheard)
        tick = partial(self._tick.run_safely, self.replica.leads)
        clock = None if outside else Clock(tick, settings.tick_seconds)
        adoption = self._reception.adoption.run
        beside: dict[str, Duty] = {"watch": partial(watch.run, self.alarms.tell), "adoption": adoption}
        beside["catalog"] = partial(hold, self.shelf)
        if settings.listen:
            beside["pulse"] = watch.pulse.run
        if outside is not None:
            said = partial(settled, self._reception.dispatcher, self.storage, now)
            beside["clock"] = partial(outside.run, tick, said)
        self._serving = Serving(way, self._reception, post, clock, beside)
        # A simulated life moves these itself.
        self.bot, self.speaker, self.introduction = way.bot, way.speaker, way.introduction
        self.courier, self.reporter = post.courier, post.reporter
        self.receiver, self.intake = self._reception.receiver, self._reception.intake
        self.dispatcher = self._reception.dispatcher

    async def claim(self) -> None:
        """Makes sure that no other process serves this database. Raises InUse."""
        self._lock.take()

    async def open(self, *, serves: bool = True) -> None:
        """Brings the database up to date and takes in the catalog's files, if it `serves`, and the administrators."""
        await self._opening.run(serves=serves, arrival=self._arrival if serves else None)
        await self._tick.catch_up()

    @property
    def catalog(self) -> Catalog:
        """The catalog that holds now."""
        return self.shelf.current

    async def run(self, stop: asyncio.Event) -> None:
        """Serves until `stop` is set; then finishes what runs. Raises BadToken, CannotListen, SameToken."""
        await self.replica.join()
        self._workshop.clear(await self.replica.living())
        await self._serving.run(stop)

    async def close(self) -> None:
        """Closes what has been opened."""
        await self._follower.close()
        await self._reception.close()
        await self.bot.session.close()
        await self.replica.leave()
        self._lock.release()
        await self._beats.close()
        await self.storage.close()

    async def tick(self) -> None:
        """Does what is due at this moment: rounds, reminders, the end of vacations, the digest, reports."""
        await self._tick.run()

    async def claim_link(self) -> str:
        """A link that makes its first bearer an administrator; "" if there is one."""
        await self.introduction.asked()
        return await self.introduction.claim_link()

    async def invite(self, role: Role) -> list[tuple[str, str]]:
        """Makes a one-time invitation for the role at each organization; returns pairs of its name and the link."""
        name = await self.introduction.asked()

        async def work(tx: Tx) -> list[tuple[str, str]]:
            links = []
            for organization in await organizations.all_active(tx):
                token = await invitations.create(tx, organization.id, role, None, self._now())
                links.append((organization.name, self._messenger.link(name, INVITATION + token)))
            return links

        return await self.storage.apply(work)


def _installation(settings: Settings, shelf: Shelf, storage: Storage, way: Way) -> Installation:
    return Installation(
        shelf,
        settings.registration,
        admin_ids=settings.administrators,
        bot_name=way.introduction.known,
        download=partial(way.download, limit=MAX_BYTES),
        read=storage.read,
        announcement_approval=settings.announcement_approval,
        department_chat=settings.department_chat_id,
        machine="" if storage.is_sqlite else gethostname(),
        calendar_url=settings.calendar_url,
    )
