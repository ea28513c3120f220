"""A database on which the bot is measured: so many schools with a head each, as the storage itself writes it.

It is a file, or a database of the PostgreSQL that BENCH_SERVER names. BENCH_MESSENGER says where its people are.
"""

import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bench.max import dialog_of
from bench.telegram import FORM
from bot.catalog.loader import load
from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.announcement import Source, Wording
from bot.domain.desk.audience import Audience
from bot.domain.letter import LetterKind, LetterState
from bot.domain.people.member import Limits, Role, SeatState, StaffRole
from bot.domain.people.messenger import Messenger, account_of, messenger_of
from bot.storage import schema as tables
from bot.storage.desk import announcements, broadcasts
from bot.storage.engine.database import Storage, Tx
from bot.storage.engine.migrate import migrate
from bot.storage.ledger import drafts
from bot.storage.people import people, staff
from bot.storage.post import letters
from bot.views.callbacks import Choose
from scheduler.rounds import open_due
from tests.live import zone_of_noon
from tests.postgres import create_database

# Accounts of the first head, and of whoever announces.
FIRST, _AUTHOR = 10_001, 900
# A tap answers the directive.
_DIRECTIVES = """
source: резолюции
organization_types: {school: {title: Школа}, quiet: {title: Кого не спрашивают}}
topics: {study: Учёба}
directives:
  - id: club
    number: "1"
    title: Школьный спортивный клуб
    topic: study
    audience: [school]
    text: обеспечить создание школьных спортивных клубов
    prompt: Просим сообщить, создан ли в школе спортивный клуб.
    fields:
      - {id: exists, kind: yes-no, label: Клуб создан}
    schedule: {every: day, due: 30, catch_up: 1}
    remind: {before: [3], after: [1]}
"""
_CALENDAR = """
year_begins: 09-01
work: {begins: "00:00", ends: "23:59", days: [mon, tue, wed, thu, fri, sat, sun]}
"""


class District:
    """A district with its files and its database in `folder`, which is nobody else's."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._zone = zone_of_noon(datetime.now(UTC))
        server = os.environ.get("BENCH_SERVER")
        self._server = sa.make_url(server) if server else None
        self.url = (
            f"sqlite+aiosqlite:///{folder}/bot.db"
            if self._server is None
            else self._server.set(database=folder.name.lower()).render_as_string()
        )
        (folder / "directives.yaml").write_text(_DIRECTIVES, encoding="utf-8")
        (folder / "calendar.yaml").write_text(_CALENDAR, encoding="utf-8")

    @property
    def catalog(self) -> Catalog:
        """The catalog of the district."""
        files = self._folder / "directives.yaml", self._folder / "calendar.yaml", self._folder / "none.yaml"
        return load(*files, ZoneInfo(self._zone), datetime.now(UTC))

    def environment(self, **settings: str) -> dict[str, str]:
        """The settings of the district's bot."""
        return {
            "DATABASE_URL": self.url,
            "DIRECTIVES_FILE": str(self._folder / "directives.yaml"),
            "CALENDAR_FILE": str(self._folder / "calendar.yaml"),
            # Without a roster the organizations that are there stay.
            "ORGANIZATIONS_FILE": str(self._folder / "none.yaml"),
            "TIMEZONE": self._zone,
            "MESSAGES_PER_SECOND": "0",
            "BACKUPS_KEEP": "0",
            **settings,
        }

    async def filled(self, count: int, kind: str = "school") -> None:
        """Makes that many organizations of the kind with their heads, who have not been asked anything."""
        if self._server is not None:
            await create_database(self._server.render_as_string(), self._folder.name.lower())
        await self._apply(lambda tx: _people(tx, count, kind))

    async def due(self) -> None:
        """Opens a round for all schools; no request has gone yet."""
        storage = Storage(self.url)
        await open_due(storage, self.catalog, datetime.now(UTC))
        await storage.close()

    async def asked(self) -> list[tuple[int, str]]:
        """Has everybody asked; returns the head of each school and the data of their button «Да»."""
        await self.due()
        now = datetime.now(UTC)
        storage = Storage(self.url)
        query = (
            sa.select(tables.seats.c.person_id, tables.obligations.c.id)
            .join(tables.obligations, tables.obligations.c.organization_id == tables.seats.c.organization_id)
            .order_by(tables.seats.c.person_id)
        )
        async with storage.write() as tx:
            await tx.execute(sa.update(tables.letters).values(state=LetterState.SENT, settled_at=now))
            asked = [(person, obligation) for person, obligation in await tx.execute(query)]
            # As the courier does it for each that goes.
            await drafts.remember_forms(tx, [(person, FORM, obligation) for person, obligation in asked])
            presses = [
                (person, Choose(obligation=obligation, field=0, option=1).pack()) for person, obligation in asked
            ]
        await storage.close()
        return presses

    async def announced(self) -> None:
        """Sends off an announcement to everybody; no copy has gone yet."""

        async def work(tx: Tx) -> None:
            now = datetime.now(UTC)
            author = _person(_AUTHOR)
            await people.ensure(tx, author, "Методист", now)
            await people.consent(tx, author, now)
            await tx.execute(sa.update(tables.people).where(tables.people.c.id == author).values(chat_id=_chat(author)))
            await staff.grant(tx, author, StaffRole.ADMIN, None, now)
            source = Source(author, 5, Wording.CAPTION, "Собрание руководителей в 15:00")
            made = await announcements.create(tx, author, source, now)
            await announcements.change(tx, made, audience=Audience(everyone=True))
            announcement = await announcements.get(tx, made)
            assert announcement is not None
            await broadcasts.start(tx, announcement, Limits(), author, now)

        await self._apply(work)

    async def unsent(self) -> None:
        """Makes all letters that were sent due once more."""

        async def work(tx: Tx) -> None:
            fresh = {
                "state": LetterState.WAITING,
                "settled_at": None,
                "claimed_until": None,
                "claimed_by": None,
                "attempts": 0,
            }
            its = tables.letters.c.kind.in_((LetterKind.ANNOUNCEMENT, LetterKind.REQUESTS))
            await tx.execute(sa.update(tables.letters).where(its).values(**fresh))
            await tx.execute(sa.delete(tables.askings))
            await tx.execute(sa.update(tables.announcements).values(state="sending", finished_at=None))
            await tx.execute(sa.update(tables.recipients).values(sent_at=None, messages=[]))

        await self._apply(work)

    async def left(self) -> int:
        """The number of letters that wait."""
        storage = Storage(self.url)
        async with storage.read() as tx:
            waiting = await letters.count(tx, LetterState.WAITING)
        await storage.close()
        return waiting

    async def answers(self) -> int:
        """The number of answers in the ledger."""
        storage = Storage(self.url)
        async with storage.read() as tx:
            stored = (await tx.execute(sa.select(sa.func.count()).select_from(tables.replies))).scalar_one()
        await storage.close()
        return int(stored)

    async def _apply(self, work: Callable[[Tx], Awaitable[None]]) -> None:
        storage = Storage(self.url)
        try:
            await migrate(storage)
            await storage.apply(work)
        finally:
            await storage.close()


async def _people(tx: Tx, count: int, kind: str) -> None:
    now = datetime.now(UTC)
    heads = [_person(account) for account in range(FIRST, FIRST + count)]
    organization = {"active": True, "created_at": now}
    seat = {"role": Role.HEAD, "state": SeatState.SEATED, "asked_at": now, "since": now}
    await tx.execute(
        tables.people.insert(),
        [
            {"id": head, "name": f"Директор {head}", "created_at": now, "consent_at": now, "chat_id": _chat(head)}
            for head in heads
        ],
    )
    await tx.execute(
        tables.organizations.insert(),
        [{"id": head, "code": f"s{head}", "name": f"МБОУ «Школа № {head}»", **organization} for head in heads],
    )
    await tx.execute(tables.organization_types.insert(), [{"organization_id": head, "type": kind} for head in heads])
    await tx.execute(tables.seats.insert(), [{"organization_id": head, "person_id": head, **seat} for head in heads])


def _person(account: int) -> int:
    return Messenger(os.environ.get("BENCH_MESSENGER") or Messenger.TELEGRAM).person(account)


def _chat(person: int) -> int | None:
    """What MAX calls the dialog with the person, as it has told; Telegram's has the person's own number."""
    return dialog_of(account_of(person)) if messenger_of(person) is Messenger.MAX else None
