"""Opens the rounds that are due, once each, whatever the ticks."""

import logging
from datetime import datetime, timedelta
from functools import partial

from bot.domain.catalog.catalog import Catalog
from bot.domain.directives.directive import Directive
from bot.domain.letter import LetterKind
from bot.domain.timing.recurrence import occurrences
from bot.domain.timing.schedule import Occurrence
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import pauses, rounds
from bot.storage.people import staff
from bot.storage.post import letters, meta

_log = logging.getLogger(__name__)

# A downtime longer than this is not searched for what it missed: nobody wants last year's questions.
_LOOK_BACK_AT_MOST = timedelta(days=62)


async def open_due(storage: Storage, catalog: Catalog, now: datetime) -> int:
    """Opens what has become due by `now`; how many rounds that were.

    What came due while the bot was down is caught up if it is at most `catch_up_days` late and not past its
    due date; what is later is shown to the department to decide. Before the first tick nothing was missed.
    What came due between a backup and its return is shown to the department too, since it may have been asked.
    What comes due while a directive is paused neither opens nor is missed.
    """
    async with storage.read() as tx:
        last_tick = await meta.get_moment(tx, meta.LAST_TICK)
        fresh = await _unknown(tx, catalog, last_tick, now)
        restored_at = None
        # Most ticks find nothing that opens, and need to know no more.
        if fresh:
            restored_at = await meta.get_moment(tx, meta.RESTORED_AT)
            paused = await pauses.every(tx)
            fresh = [
                (directive, occurrence)
                for directive, occurrence in fresh
                if directive.id not in paused or not paused[directive.id].silences(occurrence.opens_at)
            ]
    opened = 0
    for directive, occurrence in fresh:
        # A transaction each: what has opened stays open, whatever happens to the next one.
        opened += await storage.apply(
            partial(
                _open_or_miss,
                catalog=catalog,
                directive=directive,
                occurrence=occurrence,
                last_tick=last_tick,
                restored_at=restored_at,
                now=now,
            )
        )
    await storage.apply(lambda tx: meta.put_moment(tx, meta.LAST_TICK, now))
    return opened


async def _unknown(
    tx: Tx, catalog: Catalog, last_tick: datetime | None, now: datetime
) -> list[tuple[Directive, Occurrence]]:
    """Occurrences that have come due and have no round yet, of all directives."""
    due: list[tuple[Directive, Occurrence]] = []
    for directive in catalog.directives.values():
        since = now - timedelta(days=directive.schedule.catch_up_days)
        if last_tick is not None:
            since = max(min(since, last_tick), now - _LOOK_BACK_AT_MOST)
        due += [(directive, found) for found in occurrences(directive.schedule, catalog.calendar, since, now)]
    if not due:
        return []
    known = await rounds.known_of_each(tx, [(directive.id, occurrence.period) for directive, occurrence in due])
    return [(directive, occurrence) for directive, occurrence in due if (directive.id, occurrence.period) not in known]


async def _open_or_miss(
    tx: Tx,
    catalog: Catalog,
    directive: Directive,
    occurrence: Occurrence,
    last_tick: datetime | None,
    restored_at: datetime | None,
    now: datetime,
) -> int:
    # Somebody may have paused it since it was looked for.
    pause = await pauses.of(tx, directive.id)
    if pause is not None and pause.silences(occurrence.opens_at):
        return 0
    late = now - occurrence.opens_at
    # What came due between a backup and its return has been asked, though this database does not know it.
    may_have_been_asked = restored_at is not None and occurrence.opens_at <= restored_at
    if late <= timedelta(days=directive.schedule.catch_up_days) and now < occurrence.due_at and not may_have_been_asked:
        round_id = await rounds.open_round(tx, directive, occurrence, catalog.calendar, now)
        if round_id is None:
            return 0
        await letters.ask(tx, rounds.owing(round_id), catalog.calendar, now)
        _log.info("round opened: %s %s", directive.id, occurrence.period)
        return 1
    if last_tick is not None and occurrence.opens_at > last_tick:
        round_id = await rounds.miss(tx, directive, occurrence, now)
        if round_id is not None:
            await letters.write(tx, LetterKind.MISSED, await staff.admins(tx), now, round=round_id)
            _log.warning("round missed: %s %s", directive.id, occurrence.period)
    return 0
