"""Organizations as a file names them, taken in without the rest of what a start does."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.people.organization import RosterEntry
from bot.domain.people.roster import compare
from bot.storage.engine.database import Tx
from bot.storage.people import organizations


async def sync(tx: Tx, roster: Sequence[RosterEntry], now: datetime) -> list[int]:
    """Brings the table to the roster; ids of those that are new or different. Nothing is removed."""
    change = await tx.aside(compare, await organizations.every(tx), roster)
    asked = await organizations.apply(tx, change, None, now)
    await organizations.label(tx)
    return asked
