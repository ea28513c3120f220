"""Letters of kind REPORT: whoever ordered one gets it, within what they may see when it is made."""

import asyncio
import logging
import os
import secrets
import weakref
from datetime import datetime
from pathlib import Path

from bot.catalog.shelf import Shelf
from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger.report import Letterhead, Occasion, Order, ReportKind
from bot.domain.letter import Letter
from bot.domain.people.member import SeatState
from bot.domain.people.messenger import Messenger, messenger_of
from bot.domain.people.territory import Known
from bot.domain.screen import Parcel, Pictures, Rendered, Screen, Upload, Volume
from bot.reports.job import Job, Made
from bot.reports.workshop import ReportFailed, Workshop
from bot.storage.engine.database import Storage, Tx
from bot.storage.people import organizations, people, seats
from bot.views import reports as views

_log = logging.getLogger(__name__)

# Bytes. A bot may upload no larger file; the command line writes it.
UPLOAD = 50_000_000
# A report that was begun more often has ended the bot each time.
_TRIES = 3


class Orders:
    """Has the ordered reports made, and renders them as letters."""

    def __init__(self, storage: Storage, workshop: Workshop, shelf: Shelf, largest: int = UPLOAD) -> None:
        self._storage = storage
        self._workshop = workshop
        self._shelf = shelf
        self._largest = largest

    async def render(self, letter: Letter, now: datetime) -> Rendered | None:
        """The report as of now; None: the person may not see it any more, or a scheduled one has nothing to say."""
        async with self._storage.read() as tx:
            order = await allowed(tx, letter)
        if order is None:
            return None
        incident = secrets.token_hex(3).upper()
        if letter.attempts > _TRIES:
            _log.error("incident %s: report %s has been tried %s times", incident, letter.id, letter.attempts)
            return Rendered(views.failed(incident))
        try:
            job = Job(order, letterhead(self._shelf.current), now, self._largest)
            async with self._workshop.made(job) as (made, folder):
                files = await asyncio.to_thread(_kept, made, folder)
            if max(map(len, files), default=0) > self._largest:
                return Rendered(views.too_large(messenger_of(letter.person_id)))
            async with self._storage.read() as tx:
                if await allowed(tx, letter) != order:
                    # While it was made, which takes a while, its reader has lost some of what they may see.
                    return await self.render(letter, now)
        except (ReportFailed, OSError) as error:
            # Or its files could not be read.
            _log.error("incident %s: report %s of person %s: %s", incident, letter.id, letter.person_id, error)
            return Rendered(views.failed(incident))
        return _rendered(order, made, files, messenger_of(letter.person_id))


async def allowed(tx: Tx, letter: Letter) -> Order | None:
    """The letter's order with the limits of its person as they are now; None: it is not theirs to see."""
    order = Order.of(letter.data)
    person = await people.get(tx, letter.person_id)
    if person is None:
        return None
    if order.kind is ReportKind.OWN:
        # A person who has only asked for a seat sees nothing of the organization yet.
        mine = await seats.of_person(tx, person.id)
        held = {seat.organization_id for seat in mine if seat.state is SeatState.SEATED}
        if order.organization in held:
            return order
        theirs = await organizations.get(tx, order.organization or 0)
        seen = theirs is not None and person.is_staff and person.limits.covers_place(theirs)
        return order.within(person.limits) if seen else None
    return order.within(person.limits) if person.is_staff else None


def letterhead(catalog: Catalog) -> Letterhead:
    """What a report takes from the catalog."""
    known = catalog.known_territories if catalog.territories else {}
    return Letterhead(
        str(catalog.calendar.zone),
        {organization_type.id: organization_type.title for organization_type in catalog.types.values()},
        dict(catalog.topics),
        frozenset(organization_type.id for organization_type in catalog.types.values() if organization_type.staff),
        catalog.source,
        {directive.id: directive.number for directive in catalog.directives.values()},
        catalog.calendar.year_begins,
        _sources(catalog),
        {id: Known(id, its.name, its.short) for id, its in known.items()},
        {id: str(its.zone) for id, its in catalog.calendar.others.items() if id},
    )


def _sources(catalog: Catalog) -> dict[str, str]:
    if not any(source.file for source in catalog.sources):
        return {}
    places = {source.name: place for place, source in enumerate(catalog.sources)}
    named = {directive.id: catalog.source_of(directive) for directive in catalog.directives.values()}
    return dict(sorted(named.items(), key=lambda pair: places.get(pair[1], len(places))))


def _rendered(order: Order, made: Made, files: tuple["OnDisk", ...], messenger: Messenger) -> Rendered | None:
    if not files:
        return None if order.occasion is not Occasion.ASKED else Rendered(Screen(made.caption))
    captions = (views.occasion(order) + made.caption, *made.notes, *("" for _ in files))
    if made.pictures:
        # Pictures are small, and albums take them whole.
        images = (
            Upload(name, file.whole(), text) for name, file, text in zip(made.files, files, captions, strict=False)
        )
        return Rendered(Pictures(tuple(images)), instead=views.not_taken(messenger))
    return Rendered(Parcel(tuple(map(Volume, made.files, files, captions))), instead=views.not_taken(messenger))


def _kept(made: Made, folder: Path) -> tuple["OnDisk", ...]:
    return tuple(OnDisk(folder / name) for name in made.files)


class OnDisk:
    """A file's content: it stays readable when the file has been removed, and goes when nobody holds it any more."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._size = os.fstat(self._file).st_size

    def __len__(self) -> int:
        return self._size

    def piece(self, at: int, size: int) -> bytes:
        """Reads without moving: several attempts to send it may read at once."""
        return os.pread(self._file, size, at)

    def whole(self) -> bytes:
        """All of it."""
        return self.piece(0, self._size)
