"""The text of the files that the catalog which holds was made of: every process serves it, whatever files it has."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.catalog.written import Adopted, Written
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import insert
from bot.storage.ledger import sent_directives
from bot.storage.people import territories

_OWN = t.adopted_files.c
# In the order of Written.
_TEXT = (_OWN.directives, _OWN.calendar, _OWN.organizations, _OWN.zone)
# Longer than anybody thinks about what was shown before it is applied.
_STAYS_FOR = timedelta(hours=1)


async def adopt(tx: Tx, written: Written, now: datetime) -> None:
    """Keeps the text, and adopts the next edition with it."""
    await keep(tx, written, now)
    await sent_directives.adopt(tx, written.digest)


async def keep(tx: Tx, written: Written, now: datetime) -> None:
    """Keeps the text in case it is adopted: whoever does that may be another process, with other files.

    What holds stays, and what was adopted or kept within the hour: somebody may have read of it a moment ago.
    """
    held = await sent_directives.edition(tx)
    await tx.execute(sa.delete(t.adopted_files).where(_OWN.digest != held.digest, _OWN.at < now - _STAYS_FOR))
    values = {
        "directives": written.directives,
        "calendar": written.calendar,
        "organizations": written.organizations,
        "zone": written.zone,
        "at": now,
    }
    statement = insert(tx, t.adopted_files).values(digest=written.digest, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["digest"], set_=values))


async def kept(tx: Tx, mark: str) -> Written | None:
    """The text whose digest begins so."""
    row = (await tx.execute(sa.select(*_TEXT).where(_OWN.digest.startswith(mark, autoescape=True)))).first()
    return Written(*row) if row is not None else None


async def are_kept(tx: Tx, digest: str) -> bool:
    """Whether the text of the files with that digest is here."""
    return (await tx.execute(sa.select(_OWN.digest).where(_OWN.digest == digest))).first() is not None


async def read(tx: Tx, digest: str, *, text: bool) -> Adopted:
    """What is adopted with that digest; the files' text only if it is asked for."""
    columns = (_OWN.at, *(_TEXT if text else ()))
    row = (await tx.execute(sa.select(*columns).where(_OWN.digest == digest))).first()
    written = Written(*row[1:]) if row is not None and text else None
    known = await territories.every(tx)
    gone = {id: its for id, its in known.items() if its.left_at is not None}
    return Adopted(written, row.at if row is not None else None, await sent_directives.every(tx), gone)
