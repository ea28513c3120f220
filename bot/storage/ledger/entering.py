"""Answers that the department enters for organizations."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.domain.ledger.entered import Change, SheetRow
from bot.domain.ledger.obligation import Obligation, Reply
from bot.domain.letter import LetterKind
from bot.domain.people.member import Limits
from bot.domain.timing.calendar import WorkCalendar
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import obligations, replies
from bot.storage.people import belonging, seats
from bot.storage.post import letters

# Ids in a statement; databases take some 32,000.
_BATCH = 5000


async def enterable(
    tx: Tx, obligation_ids: Collection[int], limits: Limits
) -> tuple[dict[int, Obligation], dict[int, Reply]]:
    """The obligations within the limits and their answers, both by the obligation's id."""
    ids = sorted(set(obligation_ids))
    by_id: dict[int, Obligation] = {}
    newest: dict[int, Reply] = {}
    within_limits = belonging.within_then(t.obligations, limits)
    for start in range(0, len(ids), _BATCH):
        batch = await obligations.of_ids(tx, ids[start : start + _BATCH], *within_limits)
        by_id |= {obligation.id: obligation for obligation in batch if _is_enterable(obligation, limits)}
        newest |= await replies.newest_of(tx, [obligation.id for obligation in batch])
    return by_id, newest


async def made_of(tx: Tx, rows: Collection[SheetRow], obligations_: Mapping[int, Obligation]) -> dict[int, Reply]:
    """The answers that the rows were made of, by the obligation's id, where a newer one counts by now."""
    outdated = {
        row.obligation_id: row.version
        for row in rows
        if row.obligation_id in obligations_ and 0 < row.version < obligations_[row.obligation_id].version
    }
    ids = sorted(outdated)
    found: dict[int, Reply] = {}
    for start in range(0, len(ids), _BATCH):
        found |= await replies.of_versions(tx, {id: outdated[id] for id in ids[start : start + _BATCH]})
    return found


def _is_enterable(obligation: Obligation, limits: Limits) -> bool:
    return obligation.round.is_open and limits.covers(obligation.round.directive)


async def enter(tx: Tx, changes: Sequence[Change], calendar: WorkCalendar, by: int, now: datetime) -> None:
    """Adds the answers; tells everybody seated at the organizations in working hours, in one letter each.

    Raises NewerReply if one of the obligations has a newer answer by now.
    """
    for change in changes:
        await replies.submit(
            tx, change.obligation, change.values, None, change.obligation.version, by, now, entered=True
        )
    await tell(tx, [change.obligation for change in changes], calendar, by, now)


async def tell(tx: Tx, entered: Sequence[Obligation], calendar: WorkCalendar, by: int, now: datetime) -> None:
    """Tells everybody seated at the organizations, in working hours and in one letter each, what was entered."""
    about: dict[int, list[int]] = {}
    by_organization: dict[int, list[int]] = {}
    for obligation in entered:
        by_organization.setdefault(obligation.organization_id, []).append(obligation.id)
    for seat in await seats.holders(tx, by_organization):
        # The person who entered the answers knows of them.
        if seat.person_id != by:
            about.setdefault(seat.person_id, []).extend(by_organization[seat.organization_id])
    for person_id, ids in about.items():
        await letters.write(tx, LetterKind.ENTERED, [person_id], now, hours=calendar, obligations=sorted(ids))
