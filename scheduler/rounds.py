"""Opens the rounds that are due, once each, whatever the ticks."""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from functools import partial

from bot.domain.catalog.catalog import Catalog
from bot.domain.directives.directive import Directive
from bot.domain.directives.pause import Pause
from bot.domain.ledger.obligation import Round
from bot.domain.letter import LetterKind
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.elsewhere import Elsewhere, ahead, elsewhere, first_of
from bot.domain.timing.recurrence import occurrences
from bot.domain.timing.schedule import Occurrence
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger import apart, pauses, rounds
from bot.storage.ledger.apart import Opening
from bot.storage.people import staff
from bot.storage.post import letters, meta

_log = logging.getLogger(__name__)

# A downtime longer than this is not searched for what it missed: nobody wants last year's questions.
_LOOK_BACK_AT_MOST = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class _Opening:
    """A period that opens, with its moments in territories where they are others."""

    directive: Directive
    period: Occurrence
    there: Mapping[str, Elsewhere]

    def come(self, now: datetime) -> list[Occurrence]:
        """The period where its hour has come, by the moments that it has there."""
        moments = [self.period, *(its.period for its in self.there.values() if its.is_asked)]
        return [each for each in moments if each.opens_at <= now]

    def are_silenced(self, pause: Pause | None, now: datetime) -> list[bool]:
        """Of each of these, whether it came while the directive was paused."""
        return [pause is not None and pause.silences(each.opens_at) for each in self.come(now)]


@dataclass(frozen=True, slots=True)
class _Since:
    """What a round that comes late is judged by: the last tick, and when the database was restored."""

    last_tick: datetime | None
    restored_at: datetime | None


async def open_due(storage: Storage, catalog: Catalog, now: datetime) -> int:
    """Opens what has become due by `now`; how many rounds that were. A territory opens it at its own hour.

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
                opening for opening in fresh if not all(opening.are_silenced(paused.get(opening.directive.id), now))
            ]
    since = _Since(last_tick, restored_at)
    opened = 0
    for opening in fresh:
        # A transaction each: what has opened stays open, whatever happens to the next one.
        work = partial(_open_or_miss, calendar=catalog.calendar, opening=opening, since=since, now=now)
        opened += await storage.apply(work)
    await storage.apply(lambda tx: meta.put_moment(tx, meta.LAST_TICK, now))
    return opened


async def open_elsewhere(storage: Storage, calendar: WorkCalendar, now: datetime) -> int:
    """Opens rounds in the territories whose hour has come since they opened in others; in how many rounds."""
    async with storage.read() as tx:
        due = await apart.due(tx, now)
        # They were noted by an earlier tick.
        since = _Since(datetime.min.replace(tzinfo=UTC), await meta.get_moment(tx, meta.RESTORED_AT))
        running = await rounds.of_ids(tx, due)
    opened = 0
    for round_id, openings in due.items():
        work = partial(_open_in, round_=running[round_id], openings=openings, calendar=calendar, since=since, now=now)
        opened += await storage.apply(work)
    return opened


async def _unknown(tx: Tx, catalog: Catalog, last_tick: datetime | None, now: datetime) -> list[_Opening]:
    """Periods that have come due somewhere and have no round yet, of all directives."""
    calendar, due = catalog.calendar, list[_Opening]()
    for directive in catalog.directives.values():
        schedule = directive.schedule
        since = now - timedelta(days=schedule.catch_up_days)
        if last_tick is not None:
            since = max(min(since, last_tick), now - _LOOK_BACK_AT_MOST)
        for period in occurrences(schedule, calendar, since, ahead(schedule, calendar, now)):
            there = elsewhere(schedule, period, calendar)
            if since < first_of(period, there) <= now:
                due.append(_Opening(directive, period, there))
    if not due:
        return []
    known = await rounds.known_of_each(tx, [(opening.directive.id, opening.period.period) for opening in due])
    return [opening for opening in due if (opening.directive.id, opening.period.period) not in known]


async def _open_or_miss(tx: Tx, calendar: WorkCalendar, opening: _Opening, since: _Since, now: datetime) -> int:
    directive, period = opening.directive, opening.period
    if opening.there:
        return await _begin(tx, calendar, opening, since, now)
    # Somebody may have paused it since it was looked for.
    pause = await pauses.of(tx, directive.id)
    if pause is not None and pause.silences(period.opens_at):
        return 0
    match _fate(directive, period.opens_at, period.due_at, since, now):
        case _Fate.OPENS:
            round_id = await rounds.open_round(tx, directive, period, calendar, now)
            if round_id is None:
                return 0
            await letters.ask(tx, rounds.owing(round_id), calendar, now)
            _log.info("round opened: %s %s", directive.id, period.period)
            return 1
        case _Fate.MISSED:
            round_id = await rounds.miss(tx, directive, period, now)
            if round_id is not None:
                await letters.write(tx, LetterKind.MISSED, await staff.admins(tx), now, round=round_id)
                _log.warning("round missed: %s %s", directive.id, period.period)
            return 0
        case _Fate.NONE:
            return 0


async def _begin(tx: Tx, calendar: WorkCalendar, opening: _Opening, since: _Since, now: datetime) -> int:
    """Notes a round that opens in territories at hours of their own, and opens it where that has come."""
    directive, period = opening.directive, opening.period
    silenced = opening.are_silenced(await pauses.of(tx, directive.id), now)
    fates = [_fate(directive, each.opens_at, each.due_at, since, now) for each in opening.come(now)]
    if all(is_silenced or fate is _Fate.NONE for is_silenced, fate in zip(silenced, fates, strict=True)):
        return 0
    round_id = await rounds.begin(tx, directive, period, opening.there, now)
    round_ = await rounds.get(tx, round_id) if round_id is not None else None
    if round_ is None:
        return 0
    noted = (await apart.of_rounds(tx, [round_.id]))[round_.id].values()
    due = [each for each in noted if each.opens_at <= now and each.skipped_at is None]
    return await _open_in(tx, round_, due, calendar, since, now)


async def _open_in(
    tx: Tx, round_: Round, openings: Collection[Opening], calendar: WorkCalendar, since: _Since, now: datetime
) -> int:
    """Opens the round in these territories, or notes that it was missed there; whether it opened in any."""
    directive = round_.directive
    pause = await pauses.of(tx, directive.id)
    fates = defaultdict[_Fate, list[Opening]](list)
    for opening in openings:
        is_silenced = pause is not None and pause.silences(opening.opens_at)
        fate = _fate(directive, opening.opens_at, opening.due_at, since, now)
        fates[_Fate.NONE if is_silenced else fate].append(opening)
    await apart.settle(tx, fates[_Fate.NONE], skipped_at=now)
    opened = await rounds.open_in(tx, round_, fates[_Fate.OPENS], calendar, now)
    if opened:
        known = (await apart.of_rounds(tx, [round_.id]))[round_.id]
        await letters.ask(tx, rounds.owing(round_.id, opened, known), calendar, now)
        _log.info("round opened: %s %s in %s", directive.id, round_.period, ", ".join(opened) or "-")
    if await rounds.miss_in(tx, round_, fates[_Fate.MISSED], now):
        await letters.write(tx, LetterKind.MISSED, await staff.admins(tx), now, round=round_.id)
        _log.warning("round missed: %s %s", directive.id, round_.period)
    return int(bool(opened))


class _Fate(Enum):
    OPENS = auto()
    MISSED = auto()
    NONE = auto()


def _fate(directive: Directive, opens_at: datetime, due_at: datetime, since: _Since, now: datetime) -> _Fate:
    """What becomes of a period whose hour has come."""
    late = now - opens_at
    # What came due between a backup and its return has been asked, though this database does not know it.
    may_have_been_asked = since.restored_at is not None and opens_at <= since.restored_at
    if late <= timedelta(days=directive.schedule.catch_up_days) and now < due_at and not may_have_been_asked:
        return _Fate.OPENS
    return _Fate.MISSED if since.last_tick is not None and opens_at > since.last_tick else _Fate.NONE
