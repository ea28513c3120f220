"""A request in territories that live by another calendar: on the same days, at the same hours of theirs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.timing.calendar import LONGEST_REST, WorkCalendar
from bot.domain.timing.recurrence import DAY, occurrences
from bot.domain.timing.schedule import Cron, Daily, DayOff, Occurrence, Schedule, Weekly

# No two time zones are further apart.
_APART = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The moments of a period in a territory. Not `is_asked`: its day is off there, and another period has the next."""

    period: Occurrence
    is_asked: bool = True


def elsewhere(schedule: Schedule, period: Occurrence, calendar: WorkCalendar) -> Mapping[str, Elsewhere]:
    """The period of that calendar in the territories where its moments are others, by the territory's id.

    - It opens, is due and closes on the same local days and hours; a day off there moves as in `occurrences`.
    - A due moment by which nobody there could have heard of it is the same hour of the day on which they hear.
    - Nobody wants two of the same on one day: as in `occurrences`, for Daily, Weekly and Cron.
    """
    found: dict[str, Elsewhere] = {}
    for territory, its in calendar.others.items():
        there = moved(period, calendar, its, schedule.day_off)
        is_asked = not _crowds(schedule, period, calendar, its)
        if there != period or not is_asked:
            found[territory] = Elsewhere(there, is_asked)
    return found


def by_hand(period: Occurrence, calendar: WorkCalendar) -> tuple[Occurrence, Mapping[str, Elsewhere]]:
    """The same for a period that opens at one moment everywhere, since somebody opens it.

    First the department's own moments: whoever opens it may live by the calendar of a territory.
    """
    home = calendar.of("")
    own = period if home is calendar else moved(period, calendar, home, is_now=True)
    found = {
        territory: moved(period, calendar, its, is_now=True) for territory, its in calendar.others.items() if territory
    }
    return own, {territory: Elsewhere(there) for territory, there in found.items() if there != own}


def moved(
    period: Occurrence, home: WorkCalendar, its: WorkCalendar, rule: DayOff = DayOff.NEXT, *, is_now: bool = False
) -> Occurrence:
    """The period of one calendar by another. `is_now`: it opens at that very moment, not at that hour of theirs."""
    opens_at = period.opens_at if is_now else hour_of(period.opens_at, home, its, rule)
    due_at, closes_at = hour_of(period.due_at, home, its), same_hour(period.closes_at, home, its)
    heard_at = its.next_work_moment(opens_at)
    if due_at <= heard_at:
        day = heard_at.astimezone(its.zone).date()
        due_at = _at(day, period.due_at.astimezone(home.zone).time(), its)
        if due_at <= heard_at:
            due_at = its.ends(day).astimezone(UTC)
    return replace(period, opens_at=opens_at, due_at=due_at, closes_at=max(due_at, closes_at))


def same_hour(moment: datetime, home: WorkCalendar, its: WorkCalendar) -> datetime:
    """That hour of that day where the other calendar holds; UTC."""
    local = moment.astimezone(home.zone)
    return _at(local.date(), local.time(), its)


def in_territory(moment: datetime, calendar: WorkCalendar, territory: str) -> datetime:
    """The moment of that calendar for whoever is of that territory: the same hour of a working day of theirs."""
    its = calendar.of(territory)
    return moment if its is calendar else hour_of(moment, calendar, its)


def hour_of(moment: datetime, home: WorkCalendar, its: WorkCalendar, rule: DayOff = DayOff.NEXT) -> datetime:
    """That hour of that day where the other calendar holds; of a day off, of the working day beside it. UTC."""
    local = moment.astimezone(home.zone)
    return _at(its.work_day(local.date(), rule), local.time(), its)


def first_of(period: Occurrence, there: Mapping[str, Elsewhere]) -> datetime:
    """When it opens for the first of all."""
    return min((period.opens_at, *(each.period.opens_at for each in there.values() if each.is_asked)))


def last_of(period: Occurrence, there: Mapping[str, Elsewhere]) -> datetime:
    """When the last of all may still answer."""
    return max((period.closes_at, *(each.period.closes_at for each in there.values() if each.is_asked)))


def ahead(schedule: Schedule, calendar: WorkCalendar, now: datetime) -> datetime:
    """The last moment at which a period may open by that calendar that has opened in a territory by `now`."""
    if not calendar.others:
        return now
    until = now + _APART
    if schedule.day_off is DayOff.PREVIOUS:
        for its in calendar.others.values():
            day = until.astimezone(its.zone).date()
            for _ in range(LONGEST_REST):
                if its.is_work_day(day + DAY):
                    break
                day += DAY
            until = max(until, _at(day, time.max, its))
    return until


def _crowds(schedule: Schedule, period: Occurrence, home: WorkCalendar, its: WorkCalendar) -> bool:
    """Whether it would come to a territory on a day on which another period of it comes."""
    if not isinstance(schedule.rule, Daily | Weekly | Cron):
        return False
    day = period.opens_at.astimezone(home.zone).date()
    lands = its.work_day(day, schedule.day_off)
    if lands == day:
        return False
    # Others that are before it land there too from the days off beside that day.
    first = min(lands, its.work_day(day - DAY, DayOff.PREVIOUS))
    since = datetime.combine(first, time.min, home.zone) - timedelta(microseconds=1)
    for other in occurrences(schedule, home, since, datetime.combine(max(day, lands), time.max, home.zone)):
        its_day = other.opens_at.astimezone(home.zone).date()
        is_there = its.work_day(its_day, schedule.day_off) == lands
        if is_there and other.period != period.period and (its_day == lands or other.opens_at < period.opens_at):
            return True
    return False


def _at(day: date, hour: time, its: WorkCalendar) -> datetime:
    return datetime.combine(day, hour.replace(fold=0), its.zone).astimezone(UTC)
