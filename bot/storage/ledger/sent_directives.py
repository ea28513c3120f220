"""Directives that were sent to the bot as a YAML file, and the edition of the catalog that holds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.domain.catalog.written import name_of_sent
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import insert
from bot.storage.post import audit, meta


@dataclass(frozen=True, slots=True)
class Edition:
    """An adopted catalog: a number that only grows, and the digest of its files; empty: those of the start."""

    number: int
    digest: str


async def edition(tx: Tx) -> Edition:
    """The edition that holds now."""
    return edition_of(await meta.get(tx, meta.CATALOG_EDITION))


def edition_of(stored: str | None) -> Edition:
    """The edition that `meta` keeps under CATALOG_EDITION."""
    number, _, digest = (stored or "0 ").partition(" ")
    return Edition(int(number), digest)


async def adopt(tx: Tx, digest: str | None = None) -> None:
    """Adopts the next edition: of files with that digest, or of the same files if only sent directives differ."""
    before = await edition(tx)
    await meta.put(tx, meta.CATALOG_EDITION, f"{before.number + 1} {before.digest if digest is None else digest}")


async def every(tx: Tx) -> dict[str, str]:
    """The text of each sent file by directive, or by `sent_file`, in the order in which they were sent."""
    rows = await tx.execute(
        sa.select(t.sent_directives.c.directive_id, t.sent_directives.c.body).order_by(
            t.sent_directives.c.at, t.sent_directives.c.directive_id
        )
    )
    return {row.directive_id: row.body for row in rows}


async def moments(tx: Tx) -> Mapping[str, datetime]:
    """When each directive, or file of the folder, was sent."""
    rows = await tx.execute(sa.select(t.sent_directives.c.directive_id, t.sent_directives.c.at))
    return {row.directive_id: row.at for row in rows}


async def put(tx: Tx, keys: Collection[str], body: str, by: int, now: datetime) -> None:
    """Keeps the file as the latest word on these directives, or on that file, and adopts the next edition."""
    for key in keys:
        values = {"body": body, "at": now, "by_id": by}
        statement = insert(tx, t.sent_directives).values(directive_id=key, **values)
        await tx.execute(statement.on_conflict_do_update(index_elements=["directive_id"], set_=values))
        await _record(tx, "directive.sent", key, by, now)
    await adopt(tx)


async def remove(tx: Tx, key: str, by: int, now: datetime) -> bool:
    """Drops a sent directive or file: the main file counts again. Adopts the next edition; False if none was sent."""
    gone = await tx.execute(sa.delete(t.sent_directives).where(t.sent_directives.c.directive_id == key))
    if not gone.rowcount:
        return False
    await _record(tx, "directive.unsent", key, by, now)
    await adopt(tx)
    return True


async def _record(tx: Tx, action: str, key: str, by: int, now: datetime) -> None:
    name = name_of_sent(key)
    if name is None:
        await audit.record(tx, now, by, action, directive_id=key)
    else:
        await audit.record(tx, now, by, action, name=name)
