"""Deadlines for a person's own calendar: what is owed when the file is sent, or the subscription looked at."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from bot.domain import agenda
from bot.domain.catalog.catalog import Catalog
from bot.domain.letter import Letter
from bot.domain.screen import Rendered
from bot.storage.engine.database import Tx
from bot.storage.ledger import obligations, own_calendars
from bot.storage.people import addresses, seats
from bot.views.heads import own_calendar as views


@dataclass(frozen=True, slots=True)
class Issue:
    """What a subscription says, its hash, and since when it has said that."""

    content: bytes
    digest: str
    since: datetime


async def look(tx: Tx, token_hash: str, catalog: Catalog, now: datetime, *, note: bool) -> Issue | None:
    """What is to be read at the address; None: there is no such address. Without `note` also where something is to be
    noted: that is done in a transaction that may write, and most looks bring nothing new."""
    address = await addresses.of_hash(tx, token_hash)
    key = await own_calendars.key(tx, address.person_id) if address is not None else None
    if address is None or key is None:
        return None
    said = await own_calendars.said(tx, address.person_id)
    owed = await obligations.unanswered(tx, address.person_id, now)
    several = bool(await seats.of_several(tx, [address.person_id]))
    standing = agenda.standing(views.deadlines(owed, now, several=several), said)
    from bot.views.heads import ics  # noqa: PLC0415 - most people never ask for it, and its library is large

    content = ics.feed(standing, key, catalog.calendar)
    digest = hashlib.sha256(content).hexdigest()
    if address.changed_at is not None and digest == address.content_hash:
        return Issue(content, digest, address.changed_at)
    if not note:
        raise News
    await own_calendars.say(tx, address.person_id, [deadline for deadline in standing if deadline not in said])
    return Issue(content, digest, await addresses.said(tx, address, digest, now))


class News(Exception):
    """Something is to be noted, and was not."""


async def file(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """The file for whoever has asked for it; the key of their calendar goes with their data."""
    key = await own_calendars.key(tx, letter.person_id)
    if key is None:
        return None
    owed = await obligations.unanswered(tx, letter.person_id, now)
    said = await own_calendars.said(tx, letter.person_id)
    several = bool(await seats.of_several(tx, [letter.person_id]))
    deadlines = agenda.to_be_said(views.deadlines(owed, now, several=several), said, now)
    if not deadlines:
        return Rendered(views.nothing())
    from bot.views.heads import ics  # noqa: PLC0415 - as in `look`

    return Rendered(ics.file(deadlines, key, catalog.calendar, now), deadlines=tuple(deadlines))
