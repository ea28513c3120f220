"""The processes that serve one database on a server: who is alive by the server's clock, and which of them leads.

On SQLite one process serves alone, and its lock says so: there these tables are empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared
from bot.storage.post import meta

# The number of a process that serves alone; a server numbers its replicas from 1.
ALONE = 0
# Whoever has not been seen for so long is dead: what it had belongs to whoever takes it.
DEAD_AFTER = timedelta(seconds=8)
# For so long after its last beat a replica leads; then another one does.
LEADS_FOR = timedelta(seconds=3)
# By so much the clocks of the machines and the server's may differ: what one writes the others read by theirs.
SAME_CLOCK = timedelta(seconds=1)


def is_gone(replica_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether that replica is buried, has left, or never was."""
    return replica_id.not_in(sa.select(t.replicas.c.id))


# The transaction's beginning may be long ago.
_NOW = sa.func.clock_timestamp(type_=sa.DateTime(timezone=True))
_MINE = t.replicas.c.id == sa.bindparam("me")
_JOIN = Prepared(t.replicas.insert().values(seen_at=_NOW, version=sa.bindparam("its")).returning(t.replicas.c.id))
_BEAT = Prepared(sa.update(t.replicas).where(_MINE).values(seen_at=_NOW, ahead=sa.bindparam("its")))
_BURY = Prepared(sa.delete(t.replicas).where(t.replicas.c.seen_at < _NOW - DEAD_AFTER))
_LEAVE = Prepared(sa.delete(t.replicas).where(_MINE))
_RETIRE = Prepared(sa.delete(t.leader).where(t.leader.c.replica_id == sa.bindparam("me")))
# Whoever leads goes on, unless it has not been heard of for a while.
_LEAD = Prepared.insert(
    t.leader,
    lambda rows: rows.values(id=1, replica_id=sa.bindparam("me"), until=_NOW + LEADS_FOR).on_conflict_do_update(
        index_elements=["id"],
        set_={"replica_id": rows.excluded.replica_id, "until": rows.excluded.until},
        where=sa.or_(
            t.leader.c.replica_id == sa.bindparam("me"),
            t.leader.c.until < _NOW,
            is_gone(t.leader.c.replica_id),
        ),
    ),
)


def _meta(key: str) -> sa.ScalarSelect[str]:
    return sa.select(t.meta.c.value).where(t.meta.c.key == key).scalar_subquery()


_LOOK = Prepared(
    sa.select(
        sa.select(sa.func.count()).select_from(t.replicas).scalar_subquery().label("alive"),
        sa.select(sa.func.count()).where(t.replicas.c.id < sa.bindparam("me")).scalar_subquery().label("place"),
        sa.select(sa.func.coalesce(sa.func.sum(t.replicas.c.ahead), 0))
        .where(t.replicas.c.id != sa.bindparam("me"))
        .scalar_subquery()
        .label("ahead"),
        _meta(meta.POST_PAUSED_UNTIL).label("paused_until"),
        sa.select(sa.func.json_object_agg(t.meta.c.key, t.meta.c.value, type_=sa.JSON))
        .where(t.meta.c.key.startswith(meta.CHAT_PAUSED_UNTIL))
        .scalar_subquery()
        .label("chats"),
        _meta(meta.CATALOG_EDITION).label("edition"),
        _NOW.label("at"),
    )
)


@dataclass(frozen=True, slots=True)
class Beat:
    """What a replica learns of the others twice a second.

    `alive` counts it too. `paused_until`: until when Telegram wants silence of all; `edition`: what `meta` keeps of the
    catalog that holds; `at`: when that was, by the server's clock; `place`: how many of the others came before it;
    `ahead`: how many messages the others have sent beyond their shares of the pace; `chats`: the groups that Telegram
    wants no messages in, and until when.
    """

    alive: int
    leads: bool
    paused_until: datetime | None
    edition: str | None
    at: datetime
    place: int = 0
    ahead: int = 0
    chats: Mapping[int, datetime] = field(default_factory=dict)


async def join(tx: Tx, version: str) -> int:
    """Makes this process a replica; returns its number."""
    return int(await _JOIN.scalar(tx, its=version))


async def beat(tx: Tx, replica_id: int, *, ahead: int = 0, buries: bool = True, leads: bool = True) -> Beat | None:
    """Says that the replica is alive and how far ahead of its pace, buries the dead if it `buries`, and leads if nobody
    does and it `leads` at all.

    None: the others have taken it for dead, and what it had belongs to them.
    """
    if not await _BEAT.run(tx, me=replica_id, its=ahead):
        return None
    if buries:
        await _BURY.run(tx)
    if leads:
        leads = await _LEAD.run(tx, me=replica_id) > 0
    else:
        await _RETIRE.run(tx, me=replica_id)
    row = await _LOOK.first(tx, me=replica_id)
    assert row is not None
    paused = datetime.fromisoformat(row.paused_until) if row.paused_until else None
    return Beat(row.alive, leads, paused, row.edition, row.at, row.place, row.ahead, meta.chats_of(row.chats or {}))


async def leave(tx: Tx, replica_id: int) -> None:
    """The replica ends: what it had is anybody's from now on."""
    await _LEAVE.run(tx, me=replica_id)


async def hear_otherwise(tx: Tx, arrival: str) -> bool:
    """Whether others serve the database now to whom updates arrive in another way than that."""
    return await meta.get(tx, meta.ARRIVAL) not in (None, arrival) and await anybody(tx)


async def forget(tx: Tx) -> None:
    """Of those that a backup was made beside none serves what is restored."""
    await tx.execute(sa.delete(t.leader))
    await tx.execute(sa.delete(t.replicas))


async def living(tx: Tx) -> frozenset[int]:
    """The numbers of all that are not buried."""
    return frozenset((await tx.execute(sa.select(t.replicas.c.id))).scalars())


async def anybody(tx: Tx) -> bool:
    """Whether a replica of whatever version serves the database now, as far as a server's clock can say; False on
    SQLite and where nothing is yet."""
    if tx.dialect.name == "sqlite":
        return False
    if not await tx.run_sync(lambda connection: sa.inspect(connection).has_table(t.replicas.name)):
        return False
    alive = sa.select(t.replicas.c.id).where(t.replicas.c.seen_at >= _NOW - DEAD_AFTER).limit(1)
    return (await tx.execute(alive)).first() is not None
