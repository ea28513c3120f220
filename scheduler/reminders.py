"""Reminds those who have not answered, by the ladder that the directive had when its round opened."""

from collections import defaultdict
from datetime import datetime

from bot.domain.ledger.ladder import next_of_round
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.recurrence import Reminder
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import addressing, rounds
from bot.storage.post import letters

# Obligations that one transaction moves to their next rung; presses wait for no longer than that.
_BATCH = 2000


async def remind_due(storage: Storage, calendar: WorkCalendar, now: datetime) -> int:
    """Writes the reminders that are due by `now`: one letter a person; for how many obligations that was.

    A downtime that has passed several rungs makes one reminder.
    """
    reminded = 0
    while True:
        count = await storage.apply(lambda tx: _batch(tx, calendar, now))
        reminded += count
        if count < _BATCH:
            return reminded


async def _batch(tx: Tx, calendar: WorkCalendar, now: datetime) -> int:
    due = await addressing.due_reminders(tx, now, _BATCH)
    if not due:
        return 0
    # Thousands are due at once, of a few rounds and dates: what is next is found once for each of these.
    alike: dict[tuple[int, datetime, str, datetime | None], list[int]] = defaultdict(list)
    for obligation in due:
        theirs = obligation.territory if obligation.territory in calendar.others else ""
        alike[obligation.round_id, obligation.due_at, theirs, obligation.own_closing].append(obligation.id)
    asked = await rounds.of_ids(tx, {round_id for round_id, *_ in alike})
    following: dict[Reminder | None, list[int]] = defaultdict(list)
    for (round_id, due_at, territory, own_closing), ids in alike.items():
        following[next_of_round(asked[round_id], due_at, calendar, now, territory, own_closing)] += ids
    for reminder, ids in following.items():
        await addressing.climb(tx, ids, reminder, now)
    organizations = {obligation.organization_id for obligation in due}
    await letters.remind(tx, organizations, calendar, now)
    return len(due)
