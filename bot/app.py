"""The composition root: opens, wires, runs, closes."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from bot.alarms import Alarms
from bot.catalog.loader import Files
from bot.catalog.shelf import Shelf
from bot.catalog.table import MAX_BYTES
from bot.config import Settings
from bot.delivery.client import make_bot, name_of
from bot.delivery.incoming.dispatcher import Dispatcher, Notices
from bot.delivery.incoming.files import download
from bot.delivery.incoming.intake import Intake
from bot.delivery.incoming.receiver import Receiver
from bot.delivery.incoming.unsaved import Unsaved
from bot.delivery.outgoing.courier import POST, REPORTS, Courier, Lane
from bot.delivery.outgoing.pacer import Pacer
from bot.delivery.outgoing.posting import Render
from bot.delivery.outgoing.speaker import Speaker, Words
from bot.delivery.rendering import Rendering
from bot.domain.catalog.catalog import Catalog
from bot.domain.letter import held_until
from bot.domain.people.member import Role
from bot.doors import Doors
from bot.introduction import Introduction
from bot.reports.orders import Orders
from bot.reports.workshop import Workshop
from bot.serving import Duty, Serving
from bot.storage.desk import notices
from bot.storage.engine.backup import check_whole
from bot.storage.engine.database import DatabaseUnavailable, Storage, StorageError, Tx
from bot.storage.engine.lock import Lock
from bot.storage.engine.migrate import migrate
from bot.storage.ledger import roster, sent_directives
from bot.storage.people import invitations, organizations, people, staff
from bot.storage.post import letters, meta
from bot.views import common
from bot.views.department.people.invitations import link
from bot.views.letters import render
from bot.views.menu import COMMANDS, STAFF_COMMANDS
from bot.watch import Watch, notify
from handlers.adopting import catch_up
from handlers.entry import Entry
from handlers.registration import INVITATION
from handlers.scene import Desk
from scheduler.announcements import send_due
from scheduler.backups import Backups, before_migration
from scheduler.clock import Clock, do_each
from scheduler.digest import write_digests
from scheduler.outside import OutsideClock
from scheduler.reminders import remind_due
from scheduler.reports import order_reports
from scheduler.rounds import open_due
from scheduler.upkeep import Pruning, end_pauses

if TYPE_CHECKING:
    from bot.delivery.incoming.webhook import Delivery, Webhook

_log = logging.getLogger(__name__)

# Seconds that the demo's clock waits for what was due to be said.
_SETTLES_WITHIN = 8.0


class WrongDatabase(StorageError):
    """The database is not this bot's to use."""


class App:
    """The bot with everything wired. `now` gives aware datetimes; only a simulated life hands in its own."""

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        outside: OutsideClock | None = None,
    ) -> None:
        self.settings = settings
        self._outside = outside
        self.shelf = Shelf(
            catalog,
            Files(settings.directives_file, settings.calendar_file, settings.organizations_file, settings.timezone),
        )
        self.now = now
        self.storage = Storage(settings.database_url)
        self._lock = Lock(self.storage)
        self._pruning = Pruning(self.storage)
        self._backups = Backups(self.storage, settings.backups_keep)
        assert settings.bot_token is not None
        self.bot = make_bot(settings.bot_token, settings.telegram_api_url, settings.telegram_proxy)
        self.pacer = Pacer(settings.messages_per_second)
        words = Words(common.withdrawn(), COMMANDS, STAFF_COMMANDS)
        self.speaker = Speaker(self.bot, self.storage, self.pacer, now, self._unreachable, words)
        self.introduction = Introduction(self.storage, self.speaker, partial(name_of, self.bot, _waits_for_telegram))
        rendering = Rendering(self.storage, lambda tx, batch, at: render(tx, batch, self.catalog, at))
        self.courier = self._courier(rendering.render)
        self._workshop = Workshop(settings.database_url)
        orders = Orders(self.storage, self._workshop, lambda: self.catalog)
        self.reporter = self._courier(orders.render, REPORTS)
        self.unsaved = Unsaved(self.speaker, common.busy)
        self.dispatcher = Dispatcher(
            self.bot,
            self.storage,
            self.speaker,
            Entry(self.bot, self._desk()).handle,
            now,
            notices=Notices(common.apology, common.unreadable, common.enough),
            busy=self.unsaved.tell,
            after=self._ring,
        )
        self.watch = Watch(self.storage, now, settings.tick_seconds)
        self.alarms = Alarms(self.bot.send_message, settings.admin_ids)
        self.intake = Intake(
            self.storage,
            self.dispatcher.submit,
            now,
            self.unsaved,
            settings.department_chat_id,
            self.watch.received,
            self.dispatcher.waiting,
        )
        self.receiver = Receiver(self.bot, self.intake, now, self.watch.polled)
        self._doors = Doors(self.receiver, self.watch, settings.listen, self._webhook(), settings.webhook_path)
        self.clock = Clock(self._safe_tick, settings.tick_seconds)

    async def claim(self) -> None:
        """Makes sure that no other process serves this database. Raises InUse."""
        await self._lock.take()
        self._workshop.clear()

    async def open(self) -> None:
        """Brings the database up to date and takes in the roster and the administrators."""
        await asyncio.to_thread(check_whole, self.storage)
        await before_migration(self.storage, self.now())
        await migrate(self.storage)
        await self.storage.apply(self._keep_apart)
        await self.storage.apply(self._take_in)
        await self._catch_up()

    @property
    def catalog(self) -> Catalog:
        """The one that holds now."""
        return self.shelf.current

    async def run(self, stop: asyncio.Event) -> None:
        """Serves until `stop` is set; then finishes what runs. Raises BadToken, CannotListen, SameToken."""
        # First of all: Telegram may be silent for long, and the supervisor asks for /health meanwhile.
        await self._doors.listen()
        # The silence that Telegram asked an earlier run for, before anybody says a word.
        await self.courier.resume()
        beside: dict[str, Duty] = {"watch": lambda: self.watch.run(self.alarms.tell), "lock": self._lock.hold}
        if (outside := self._outside) is not None:
            beside["clock"] = lambda: outside.run(self._safe_tick, self._settled)
        await Serving(
            self._receive,
            self._doors,
            self.dispatcher,
            {"courier": self.courier, "reporter": self.reporter},
            self.pacer,
            self.clock if outside is None else None,
            beside,
        ).run(stop)

    async def close(self) -> None:
        """Gives everything back."""
        await self._doors.close()
        await self.unsaved.stop()
        await self.bot.session.close()
        await self._lock.release()
        await self.storage.close()

    async def tick(self) -> None:
        """What is due at this moment: rounds, reminders, the end of vacations, the digest, reports."""
        await self._catch_up()
        now, calendar = self.now(), self.catalog.calendar
        try:
            await do_each(
                lambda: open_due(self.storage, self.catalog, now),
                lambda: remind_due(self.storage, calendar, now),
                lambda: end_pauses(self.storage, calendar, now),
                lambda: send_due(self.storage, now),
                lambda: write_digests(self.storage, calendar, now),
                lambda: order_reports(self.storage, calendar, now),
                lambda: self._pruning.prune(now),
                lambda: self._backups.make(calendar.zone, now),
            )
        finally:
            self._ring()

    async def invite(self, role: Role) -> list[tuple[str, str]]:
        """A new one-time invitation link for that role at each organization: pairs of name and link."""
        name = await self.introduction.asked()

        async def work(tx: Tx) -> list[tuple[str, str]]:
            links = []
            for one in await organizations.all_active(tx):
                token = await invitations.create(tx, one.id, role, None, self.now())
                links.append((one.name, link(name, INVITATION + token)))
            return links

        return await self.storage.apply(work)

    def _courier(self, render: Render, lane: Lane = POST) -> Courier:
        return Courier(
            self.storage,
            self.speaker,
            self.pacer,
            render,
            self.now,
            self._unreachable,
            lambda letter, at: held_until(letter, self.catalog.calendar, at),
            lane,
        )

    def _desk(self) -> Desk:
        return Desk(
            self.shelf,
            self.settings.registration,
            admin_ids=frozenset(self.settings.admin_ids),
            bot_name=lambda: self.introduction.name,
            download=lambda file_id: download(self.bot, file_id, MAX_BYTES),
            read=self.storage.read,
            announcement_approval=self.settings.announcement_approval,
            department_chat=self.settings.department_chat_id,
        )

    def _webhook(self) -> "Webhook | None":
        url, secret = self.settings.webhook_url, self.settings.webhook_secret
        if not url or secret is None:
            return None
        # What serves HTTP is loaded where there is something to serve.
        from bot.delivery.incoming.webhook import Webhook  # noqa: PLC0415

        def looked(found: "Delivery") -> None:
            self.watch.delivers(found.waiting, found.failed_at, here=found.here)

        return Webhook(self.bot, self.intake, url, secret.get_secret_value(), looked)

    async def _receive(self) -> None:
        """Takes updates in, once Telegram has said who the bot is. Raises BadToken, SameToken."""
        name = await self.introduction.asked()
        await self.introduction.claim_link()
        # What an earlier run has left comes before what is new.
        await self.dispatcher.resume()
        _log.info("@%s is at work", name)
        notify(f"READY=1\nSTATUS=@{name} is at work")
        # A call for each of the staff, which nobody waits for.
        menus = asyncio.create_task(self.introduction.menus())
        try:
            await self._doors.take_in()
        finally:
            menus.cancel()
            await asyncio.gather(menus, return_exceptions=True)

    async def _safe_tick(self) -> None:
        try:
            await self.tick()
            self.watch.ticked()
        except DatabaseUnavailable as error:
            _log.error("the tick failed: %s", error)
        except Exception:
            # The next tick asks again what is due; one that failed loses nothing.
            _log.exception("the tick failed")

    async def _keep_apart(self, tx: Tx) -> None:
        """A database belongs to a demo or to a real bot. Raises WrongDatabase."""
        demo = await meta.get(tx, meta.DEMO) is not None
        if self._outside is None:
            if demo:
                raise WrongDatabase("it is a demo's, whose people and dates are made up. Name another one")
        elif not demo:
            if await meta.get(tx, meta.LAST_TICK) is not None or await people.anybody(tx):
                raise WrongDatabase("a real bot has used it, and the demo stays away from it")
            await meta.put_moment(tx, meta.DEMO, self.now())

    async def _settled(self) -> None:
        """Waits until what was due has been said, for some seconds at most: Telegram may be down."""
        deadline = asyncio.get_running_loop().time() + _SETTLES_WITHIN
        while asyncio.get_running_loop().time() < deadline:
            await self.dispatcher.idle()
            async with self.storage.read() as tx:
                due = await letters.next_due(tx)
            if due is None or due > self.now():
                return
            await asyncio.sleep(0.02)

    async def _take_in(self, tx: Tx) -> None:
        now = self.now()
        if not self.settings.backups_keep:
            # Nobody waits for one any more.
            await meta.remove(tx, meta.LAST_BACKUP)
        # What was adopted before is what the files say now, or is not in them any more.
        await sent_directives.adopt(tx, "")
        await roster.take_in_file(tx, self.catalog, now)
        for person_id in self.settings.admin_ids:
            await people.ensure(tx, person_id, "", now)
            await staff.make_admin(tx, person_id, None, now)

    async def _catch_up(self) -> None:
        async with self.storage.read() as tx:
            await catch_up(tx, self.shelf, await sent_directives.edition(tx), self.now())
            await self.alarms.know(tx)

    def _ring(self) -> None:
        self.courier.ring()
        self.reporter.ring()

    async def _unreachable(self, person_id: int) -> None:
        await self.storage.apply(lambda tx: notices.unreachable(tx, person_id, self.catalog.calendar, self.now()))
        self.courier.ring()


def _waits_for_telegram() -> None:
    # Its own part is done: a supervisor that started it anew after some minutes would change nothing.
    notify("READY=1\nSTATUS=Telegram cannot be reached yet")
