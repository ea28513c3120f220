"""Single facts about the installation: the last tick, the claim link, a pause that Telegram asked for."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.engine.prepared import Prepared, Upsert

# When the bot last heard of Telegram: presses of an outage that is longer than they live there are gone.
LAST_CONTACT = "last_contact"
# When the clock last asked what is due. Without it the bot is new, and rounds of an earlier time are not missed.
LAST_TICK = "last_tick"
# When somebody was last told of a correction that was not sent.
UNSENT_TOLD = "unsent_told"
# Up to where the events of a messenger that does not number them have been taken in.
MARKER = "marker"
# SHA-256 of the secret with which a messenger was last told to deliver here, and of when it was told.
SUBSCRIPTION = "subscription"
# Until when Telegram wants no messages. It can be hours, so it outlives a restart.
POST_PAUSED_UNTIL = "post_paused_until"
# The same for one group; its number stands behind.
CHAT_PAUSED_UNTIL = "chat_paused_until "
# SHA-256 of the one-time token that makes its bearer the first administrator.
CLAIM_HASH = "claim_hash"
# SHA-256 of the roster's file when it was last taken in, or when an import overrode it.
ROSTER_DIGEST = "roster_digest"
# The edition of the catalog that was adopted last: a number that grows, and the digest of its files.
CATALOG_EDITION = "catalog_edition"
# When the newest nightly backup was made; not set where none are made.
LAST_BACKUP = "last_backup"
# When a nightly backup failed; not set once one has been made again.
BACKUP_FAILED = "backup_failed"
# Who has been erased: a digest and when, a line each.
ERASED = "erased"
# What has been said last of each role and seat, a line each; and until when that was held against a list of it.
RIGHTS = "rights"
RIGHTS_UNTIL = "rights_until"
# A backup has been put in the database's place, and not been held yet to what was done since.
UNHELD = "unheld"
# When one was last put there, and held to that.
RESTORED_AT = "restored_at"
# Which bot serves: all that serve a database have to be the same.
BOT = "bot"
# How updates arrive: the same for all that serve a database.
ARRIVAL = "arrival"
# When the demo first started: its database lives in a time of its own.
DEMO = "demo"


_CLOCK = Prepared(sa.select(sa.func.clock_timestamp(type_=sa.DateTime(timezone=True))))
_VALUE = Prepared(sa.select(t.meta.c.value).where(t.meta.c.key == sa.bindparam("which")))
_PUT = Upsert(t.meta, ("key",), ("value",))


def chat_paused_until(chat_id: int) -> str:
    """The key of until when Telegram wants no messages in that group."""
    return f"{CHAT_PAUSED_UNTIL}{chat_id}"


def chats_of(values: Mapping[str, str]) -> dict[int, datetime]:
    """The groups, and until when, of such keys and their values."""
    return {int(key.removeprefix(CHAT_PAUSED_UNTIL)): datetime.fromisoformat(until) for key, until in values.items()}


async def paused_chats(tx: Tx, now: datetime) -> dict[int, datetime]:
    """The groups that Telegram wants no messages in, and until when; those that are over are forgotten."""
    rows = await tx.execute(sa.select(t.meta.c.key, t.meta.c.value).where(t.meta.c.key.startswith(CHAT_PAUSED_UNTIL)))
    paused = chats_of({row.key: row.value for row in rows})
    over = [chat_paused_until(chat) for chat, until in paused.items() if until <= now]
    if over:
        await tx.execute(sa.delete(t.meta).where(t.meta.c.key.in_(over)))
    return {chat: until for chat, until in paused.items() if until > now}


async def clock(tx: Tx, own: datetime) -> datetime:
    """What time it is to all who serve the database: by its server's clock, or the `own` of whoever serves alone."""
    at: datetime = own if tx.dialect.name == "sqlite" else await _CLOCK.scalar(tx)
    return at


async def get(tx: Tx, key: str) -> str | None:
    """The value, None if it was never set."""
    value: str | None = await _VALUE.scalar(tx, which=key)
    return value


async def put(tx: Tx, key: str, value: str) -> None:
    """Sets the value of the key."""
    await _PUT.run(tx, key=key, value=value)


async def remove(tx: Tx, key: str) -> bool:
    """Forgets the value; True if there was one, so that only one of two callers takes it."""
    return (await tx.execute(sa.delete(t.meta).where(t.meta.c.key == key))).rowcount > 0


async def get_moment(tx: Tx, key: str) -> datetime | None:
    """A moment that `put_moment` set; aware."""
    value = await get(tx, key)
    return datetime.fromisoformat(value) if value else None


async def put_moment(tx: Tx, key: str, at: datetime) -> None:
    """Sets a moment, for `get_moment`."""
    await put(tx, key, at.isoformat())
