"""The composition root: opens, wires, runs, closes."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramNotFound, TelegramRetryAfter, TelegramUnauthorizedError
from aiogram.types import LinkPreviewOptions, User

from bot.catalog.loader import Files
from bot.catalog.shelf import Shelf
from bot.catalog.table import MAX_BYTES
from bot.config import Settings
from bot.delivery.courier import REPORTS, Courier
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.files import download
from bot.delivery.intake import Intake
from bot.delivery.outcomes import NETWORK_ERRORS, Fate, attempt
from bot.delivery.pacer import Pacer
from bot.delivery.receiver import Receiver
from bot.delivery.rendering import Rendering
from bot.delivery.speaker import Speaker, Words, backoff
from bot.delivery.unsaved import Unsaved
from bot.delivery.webhook import Delivery, Webhook
from bot.domain.catalog import Catalog
from bot.domain.letter import held_until
from bot.domain.member import Role
from bot.listener import Listener
from bot.reports.orders import Orders
from bot.reports.workshop import Workshop
from bot.storage import invitations, letters, meta, notices, organizations, people, roster, sent_directives, staff
from bot.storage.backup import check_whole
from bot.storage.engine import DatabaseUnavailable, Storage, StorageError, Tx
from bot.storage.lock import Lock
from bot.storage.migrate import migrate
from bot.views import common
from bot.views.alarm import alarm
from bot.views.letters import render
from bot.views.menu import COMMANDS, STAFF_COMMANDS
from bot.watch import Problem, Watch, notify
from handlers.adopting import catch_up
from handlers.entry import Entry
from handlers.registration import CLAIM, INVITATION
from handlers.scene import Desk
from scheduler.announcements import send_due
from scheduler.backups import Backups, before_migration
from scheduler.clock import Clock
from scheduler.digest import write_digests
from scheduler.outside import OutsideClock
from scheduler.reminders import remind_due
from scheduler.reports import order_reports
from scheduler.rounds import open_due
from scheduler.upkeep import Pruning, end_pauses

_log = logging.getLogger(__name__)

# Seconds that a stopping bot waits for what it is doing; supervisors kill after ten or more.
_PATIENCE = 4
_DOOR_PATIENCE = 1.5
# Seconds that the demo's clock waits for what was due to be said.
_SETTLES_WITHIN = 8.0
# Seconds after which a call that Telegram has not answered is made again; the library would wait for a minute.
_TELEGRAM_PATIENCE = 20


class WrongDatabase(StorageError):
    """The database is not this bot's to use."""


class CannotListen(Exception):
    """Nobody can listen at LISTEN."""


class BadToken(Exception):
    """Telegram does not know the token. Check BOT_TOKEN, or get a new one from BotFather."""


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
        # Known once Telegram has been asked, before anything is handled.
        self._name = ""
        self.storage = Storage(settings.database_url)
        self._lock = Lock(self.storage)
        self._pruning = Pruning(self.storage)
        self._backups = Backups(self.storage, settings.backups_keep)
        self.bot = make_bot(settings)
        self.pacer = Pacer(settings.messages_per_second)
        words = Words(common.withdrawn(), COMMANDS, STAFF_COMMANDS)
        self.speaker = Speaker(self.bot, self.storage, self.pacer, now, self._unreachable, words)
        self.courier = Courier(
            self.storage,
            self.speaker,
            self.pacer,
            Rendering(self.storage, lambda tx, batch, at: render(tx, batch, self.catalog, at)).render,
            now,
            self._unreachable,
            lambda letter, at: held_until(letter, self.catalog.calendar, at),
        )
        self._workshop = Workshop(settings.database_url)
        self.reporter = Courier(
            self.storage,
            self.speaker,
            self.pacer,
            Orders(self.storage, self._workshop, lambda: self.catalog).render,
            now,
            self._unreachable,
            lambda letter, at: held_until(letter, self.catalog.calendar, at),
            REPORTS,
        )
        self.unsaved = Unsaved(self.speaker, common.busy)
        desk = Desk(
            self.shelf,
            settings.registration,
            admin_ids=frozenset(settings.admin_ids),
            bot_name=lambda: self._name,
            download=lambda file_id: download(self.bot, file_id, MAX_BYTES),
            read=self.storage.read,
            announcement_approval=settings.announcement_approval,
            department_chat=settings.department_chat_id,
        )
        entry = Entry(self.bot, desk)
        self.dispatcher = Dispatcher(
            self.bot,
            self.storage,
            self.speaker,
            entry.handle,
            now,
            apology=common.apology,
            busy=self.unsaved.tell,
            enough=common.enough,
            after=self._ring,
        )
        self.watch = Watch(self.storage, now, settings.tick_seconds)
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
        self.webhook = self._make_webhook()
        self._listener = Listener()
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
        if self.settings.listen:
            await self._listen(self.settings.listen)
        # The silence that Telegram asked an earlier run for: introducing itself sets menus.
        await self.courier.resume()
        name = await self._introduce()
        await self._claim_link(name)
        await self.dispatcher.resume()
        await self._safe_tick()
        if self._outside is None:
            self.clock.start()
        _log.info("@%s is at work", name)
        notify("READY=1")
        duties = [
            asyncio.create_task(self._receive(), name="receiver"),
            asyncio.create_task(self.courier.run(), name="courier"),
            asyncio.create_task(self.reporter.run(), name="reporter"),
            asyncio.create_task(self.watch.run(self._alarm), name="watch"),
            asyncio.create_task(self._lock.hold(), name="lock"),
        ]
        if self._outside is not None:
            duties.append(asyncio.create_task(self._outside.run(self._safe_tick, self._settled), name="clock"))
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait([waiting, *duties], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        notify("STOPPING=1")
        # First no more updates come in, then what came is handled, then the post stops.
        await _cancel(duties[0])
        if self.webhook is not None:
            # Whoever has not been answered by then is delivered again.
            with suppress(TimeoutError):
                await asyncio.wait_for(self.webhook.closed(), _DOOR_PATIENCE)
        for duty in duties[3:]:
            await _cancel(duty)
        if self._outside is None:
            await self.clock.stop()
        # Whoever waits for the end of a silence has begun nothing.
        patience = _PATIENCE if self.pacer.silence() < _PATIENCE else 1
        try:
            await asyncio.wait_for(self.dispatcher.idle(), patience)
        except TimeoutError:
            await self.dispatcher.stop()
        self.courier.stop()
        self.reporter.stop()
        # A sending that is cut off half-way may be repeated, so it is given time to end. A report that is being made is
        # made again at the next start.
        await asyncio.wait(duties[1:], timeout=patience)
        for duty in duties[1:]:
            await _cancel(duty)
        for duty in duties:
            # A duty that ended by itself ended by a fault: the process must not seem to be well.
            if not duty.cancelled() and (fault := duty.exception()) is not None:
                raise fault

    async def close(self) -> None:
        """Gives everything back."""
        await self._listener.stop()
        await self.unsaved.stop()
        await self.bot.session.close()
        await self._lock.release()
        await self.storage.close()

    async def tick(self) -> None:
        """What is due at this moment: rounds, reminders, the end of vacations, the digest, reports."""
        now = self.now()
        await self._catch_up()
        await open_due(self.storage, self.catalog, now)
        await remind_due(self.storage, self.catalog.calendar, now)
        await end_pauses(self.storage, self.catalog.calendar, now)
        await send_due(self.storage, now)
        await write_digests(self.storage, self.catalog.calendar, now)
        await order_reports(self.storage, self.catalog.calendar, now)
        await self._pruning.prune(now)
        await self._backups.make(self.catalog.calendar.zone, now)
        self._ring()

    async def invite(self, role: Role) -> list[tuple[str, str]]:
        """A new one-time invitation link for that role at each organization: pairs of name and link."""
        name = await self._introduce()

        async def work(tx: Tx) -> list[tuple[str, str]]:
            links = []
            for one in await organizations.all_active(tx):
                token = await invitations.create(tx, one.id, role, None, self.now())
                links.append((one.name, _link(name, INVITATION + token)))
            return links

        return await self.storage.apply(work)

    async def _listen(self, place: str) -> None:
        host, _, port = place.rpartition(":")
        routes = self.watch.routes()
        if self.webhook is not None:
            routes.append(self.webhook.route(self.settings.webhook_path))
        try:
            await self._listener.serve(host.strip("[]"), int(port), routes)
        except OSError as error:
            raise CannotListen(f"LISTEN={place}: {error.strerror or error}") from error

    def _make_webhook(self) -> Webhook | None:
        url, secret = self.settings.webhook_url, self.settings.webhook_secret
        if not url or secret is None:
            return None

        def looked(found: Delivery) -> None:
            self.watch.delivers(found.waiting, found.failed_at, here=found.here)

        return Webhook(self.bot, self.intake, url, secret.get_secret_value(), looked)

    async def _receive(self) -> None:
        """Takes in updates by the door that the settings open. Raises SameToken."""
        if self.webhook is not None:
            await self.webhook.run()
            return
        await self.receiver.run()

    async def _alarm(self, problems: tuple[Problem, ...]) -> None:
        """Straight to the administrators: the post may be what stands still."""
        _log.error("standing still: %s", ", ".join(problems) or "nothing any more")
        ids = set(self.settings.admin_ids)
        with suppress(StorageError):
            async with self.storage.read() as tx:
                ids |= set(await staff.admins(tx))
        text = alarm(problems).text
        for person_id in sorted(ids):
            await attempt(partial(self.bot.send_message, person_id, text))

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

    async def _introduce(self) -> str:
        """The bot's name at Telegram, its menu brought up to date; waits for Telegram as long as it takes."""
        me = await self._me()
        await self._menu()
        self._name = me.username or str(me.id)
        return self._name

    async def _me(self) -> User:
        attempts = 0
        while True:
            try:
                return await self.bot.me()
            except TelegramUnauthorizedError:
                raise BadToken(BadToken.__doc__) from None
            except TelegramRetryAfter as error:
                _log.warning("Telegram asks to be asked again in %s s", error.retry_after)
                await asyncio.sleep(error.retry_after)
            except (TelegramAPIError, *NETWORK_ERRORS) as error:
                attempts += 1
                _log.warning("Telegram cannot be reached yet: %s", error)
                await asyncio.sleep(backoff(attempts))

    async def _menu(self) -> None:
        await self.speaker.menu(None, staff=False)
        async with self.storage.read() as tx:
            members = await staff.members(tx)
        for one in members:
            # Telegram refuses it for a chat that does not exist yet; then the common menu serves.
            outcome = await self.speaker.menu(one.id, staff=True)
            if outcome.fate is not Fate.DONE:
                _log.info("no menu for staff member %s yet: %s", one.id, outcome.error)

    async def _claim_link(self, name: str) -> None:
        """Nobody is administrator: prints a link that makes its first bearer one."""
        token = invitations.new_token()

        async def work(tx: Tx) -> bool:
            if await staff.admins(tx):
                return False
            # A new link each time; the one printed before is void.
            await meta.put(tx, meta.CLAIM_HASH, invitations.digest(token))
            return True

        if await self.storage.apply(work):
            print(f"To become the administrator, open: {_link(name, CLAIM + token)}", flush=True)

    def _ring(self) -> None:
        self.courier.ring()
        self.reporter.ring()

    async def _unreachable(self, person_id: int) -> None:
        await self.storage.apply(lambda tx: notices.unreachable(tx, person_id, self.catalog.calendar, self.now()))
        self.courier.ring()


def make_bot(settings: Settings) -> Bot:
    """The client of Telegram that the settings describe."""
    assert settings.bot_token is not None
    server = TelegramAPIServer.from_base(settings.telegram_api_url) if settings.telegram_api_url else PRODUCTION
    proxy = settings.telegram_proxy.get_secret_value() if settings.telegram_proxy else None
    return Bot(
        settings.bot_token.get_secret_value(),
        session=AiohttpSession(api=server, proxy=proxy, timeout=_TELEGRAM_PATIENCE),
        default=DefaultBotProperties(parse_mode="HTML", link_preview=LinkPreviewOptions(is_disabled=True)),
    )


async def name_of(settings: Settings) -> str | None:
    """The bot's name at Telegram; None if Telegram cannot be reached now. Raises BadToken."""
    bot = make_bot(settings)
    try:
        me = await bot.me()
        return me.username or me.first_name
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise BadToken(BadToken.__doc__) from None
    except (TelegramAPIError, *NETWORK_ERRORS):
        return None
    finally:
        await bot.session.close()


def _link(bot_name: str, payload: str) -> str:
    return f"https://t.me/{bot_name}?start={payload}"


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
