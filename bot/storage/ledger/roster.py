"""The roster as a whole: its file at start, and imports of tables. Of the two the last change wins."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger.ladder import next_of_round
from bot.domain.ledger.obligation import Obligation, ObligationState
from bot.domain.people.organization import RosterEntry
from bot.domain.people.roster import RosterChange
from bot.domain.progress import Progress, silent
from bot.domain.timing.calendar import WorkCalendar
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import obligations, rounds
from bot.storage.people import organizations
from bot.storage.post import letters, meta

# Ids in one statement: databases take some 30,000 values in one.
_PORTION = 10_000


async def take_in_file(tx: Tx, catalog: Catalog, now: datetime) -> None:
    """Takes in the roster's file if it says something else than last time, and asks who is to be asked for it.

    Unchanged it is left alone: at each start it would undo what was imported since.
    """
    if not catalog.roster or await meta.get(tx, meta.ROSTER_DIGEST) == _digest(catalog.roster):
        return
    inactive = {organization.id for organization in await organizations.every(tx) if not organization.active}
    asked = await organizations.sync(tx, catalog.roster, now)
    await _ask(
        tx, asked, [organization_id for organization_id in asked if organization_id in inactive], catalog.calendar, now
    )
    await _note_file(tx, catalog)


async def apply(
    tx: Tx,
    change: RosterChange,
    catalog: Catalog,
    by: int | None,
    now: datetime,
    progress: Progress = silent,
) -> None:
    """Does what an import changes, by `compare` in this transaction, and asks who is to be asked for it.

    The roster's file as it is now counts as taken in: it would undo the import at the next start.
    """
    asked = await organizations.apply(tx, change, by, now, progress)
    progress("requests to them", 0, 0)
    await _ask(tx, asked, [changed.before.id for changed in change.changed if changed.returns], catalog.calendar, now)
    await _note_file(tx, catalog)


async def _note_file(tx: Tx, catalog: Catalog) -> None:
    # A file that is away for a while has not changed when it is back.
    if catalog.roster:
        await meta.put(tx, meta.ROSTER_DIGEST, _digest(catalog.roster))


async def _ask(tx: Tx, asked: Sequence[int], returned: Iterable[int], calendar: WorkCalendar, now: datetime) -> None:
    """Obliges organizations that are new or asked differently to what is open, and has their people asked."""
    for organization_id in returned:
        await _owe_again(tx, organization_id, calendar, now)
    for start in range(0, len(asked), _PORTION):
        some = asked[start : start + _PORTION]
        await rounds.join(tx, some, calendar, now)
        await letters.ask(tx, some, calendar, now)


async def _owe_again(tx: Tx, organization_id: int, calendar: WorkCalendar, now: datetime) -> None:
    """An organization that is back owes what it was excused from when it was removed, if that is still open."""
    query = sa.select(t.audit.c.detail).where(
        t.audit.c.organization_id == organization_id, t.audit.c.action == "organization.removed"
    )
    detail = (await tx.execute(query.order_by(t.audit.c.id.desc()).limit(1))).scalar() or {}
    for obligation_id in detail.get("obligations", []):
        obligation = await obligations.get(tx, obligation_id)
        if obligation and not obligation.is_closed(now):
            await _reopen(tx, obligation, calendar, now)


async def _reopen(tx: Tx, obligation: Obligation, calendar: WorkCalendar, now: datetime) -> None:
    reminder = next_of_round(obligation.round, obligation.due_at, calendar, now)
    at, days = (reminder.at, reminder.days) if reminder else (None, None)
    await tx.execute(
        sa.update(t.obligations)
        .where(t.obligations.c.id == obligation.id, t.obligations.c.state == ObligationState.EXCUSED)
        .values(
            # What has a version and was unanswered had been returned.
            state=ObligationState.RETURNED if obligation.version else ObligationState.OPEN,
            next_reminder_at=at,
            next_reminder_days=days,
        )
    )


def _digest(roster: Iterable[RosterEntry]) -> str:
    """A digest of what the file says, not of its bytes: comments and the order of rows ask nobody for anything."""
    said = sorted(entry.dump() for entry in roster)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
