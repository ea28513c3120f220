"""From a schedule and a calendar to moments: when a directive is asked, is due, is reminded of."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import assert_never

from bot.domain.text import MONTHS, OF_MONTHS
from bot.domain.timing.calendar import LONGEST_REST, WorkCalendar
from bot.domain.timing.schedule import (
    Cron,
    Daily,
    Dates,
    DayOff,
    Ladder,
    Monthly,
    Occurrence,
    Quarterly,
    Rule,
    Schedule,
    Weekly,
    YearDate,
)

DAY = timedelta(days=1)
# How far `never_fires` looks: every date of the calendar but a rare 29 February comes in five years.
HORIZON = timedelta(days=5 * 366)

_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder at a moment (UTC); `days` of the ladder: negative before the due date, positive after it."""

    at: datetime
    days: int


class Why(StrEnum):
    """Why a period is not asked by itself."""

    SUMMER = "summer"
    BREAK = "break"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Unasked:
    """A period that the rule has and that is not asked; `into`: the one that is asked on the day it was moved to."""

    title: str
    day: date
    why: Why
    into: Occurrence | None = None


@dataclass(frozen=True, slots=True)
class CronExpression:
    """A parsed cron expression; `times` in order, `weekdays` from 1 Monday to 7 Sunday.

    `either`: one of the day of the month and the day of the week suffices.
    """

    times: tuple[time, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def on(self, day: date) -> bool:
        """Whether it fires on that day."""
        if day.month not in self.months:
            return False
        by_date, by_weekday = day.day in self.days, day.isoweekday() in self.weekdays
        return (by_date or by_weekday) if self.either else (by_date and by_weekday)


@dataclass(frozen=True, slots=True)
class _Nominal:
    """A period as the rule alone says it, before the calendar moves anything."""

    period: str
    key: str
    title: str
    day: date
    # The due day, or how many calendar days after the opening it is.
    due: date | int
    # Cron's own time; None: the schedule's.
    at: time | None = None


@dataclass(frozen=True, slots=True)
class _Opening:
    """A period with the working day and the moment (UTC) at which it opens."""

    nominal: _Nominal
    day: date
    at: datetime
    # Whether neither its day nor its time moved.
    exact: bool


def occurrences(schedule: Schedule, calendar: WorkCalendar, since: datetime, until: datetime) -> list[Occurrence]:
    """All periods with since < opens_at <= until, ordered by `opens_at`; moments in UTC.

    The answer for a period never depends on the window in which it is looked for, so that consecutive windows
    neither lose nor double one.

    - An opening on a day off moves as `schedule.day_off` says, a due date always to the next working day.
      A due date that is not after the opening becomes the end of the opening's working day. `due_days` count
      from the day on which it really opens. `closes_at` is the end of a calendar day: it does not move.
    - The summer pause and the breaks are about the nominal opening day, for every rule.
    - Cron has its own time (`schedule.at` is ignored); outside working hours it opens at the next working
      moment whatever `day_off` says.
    - Nobody wants two of the same on one day: a period of Daily, Weekly or Cron that moved to another day
      is dropped if another period opens at home on that day, or if an earlier one moved there too. Of Cron's
      periods that would open at the same moment, the one that did not move stays, otherwise the earliest.
    - `key` is what repeats: the key of Dates, `10` of Monthly, `Q3` of Quarterly, the weekday `1` of Weekly,
      empty for Daily and Cron.

    Raises ValueError for naive moments, for a bad cron expression, and for a calendar without working days.
    """
    if since.utcoffset() is None or until.utcoffset() is None:
        raise ValueError("`since` and `until` must be aware datetimes")
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    if since >= until:
        return []
    first, last = _days_that_open(
        schedule, calendar, since.astimezone(calendar.zone).date(), until.astimezone(calendar.zone).date()
    )
    openings = _openings(schedule, calendar, first, last)
    if isinstance(schedule.rule, Daily | Weekly | Cron):
        openings = _without_crowding(openings)
    wanted = [_occurrence(each, schedule, calendar) for each in openings if since < each.at <= until]
    return sorted(wanted, key=lambda each: (each.opens_at, each.period))


def unasked(schedule: Schedule, calendar: WorkCalendar, first: date, last: date) -> list[Unasked]:
    """The periods with a nominal day from `first` to `last`, both included, that are never asked by themselves.

    In the order of their days. A Weekly rule loses a week over the New Year: two of its days move to the same one.
    """
    left_out = [
        Unasked(nominal.title, nominal.day, why)
        for nominal in _nominals(schedule.rule, calendar, first, last)
        if (why := _left_out(nominal.day, schedule, calendar)) is not None
    ]
    if isinstance(schedule.rule, Daily | Weekly | Cron):
        # Whoever opens on the days to which these are moved, wherever they come from.
        opens = _over_days_off(calendar, first, -DAY) - DAY, _over_days_off(calendar, last, DAY) + DAY
        openings = _openings(schedule, calendar, *_days_that_open(schedule, calendar, *opens))
        kept = _without_crowding(openings)
        for opening in openings:
            if first <= opening.nominal.day <= last and opening not in kept:
                beside = [each for each in kept if each.day == opening.day]
                into = next((each for each in beside if each.at == opening.at), beside[0])
                merged = _occurrence(into, schedule, calendar)
                left_out.append(Unasked(opening.nominal.title, opening.nominal.day, Why.MERGED, merged))
    return sorted(left_out, key=lambda each: each.day)


def never_fires(schedule: Schedule, calendar: WorkCalendar, now: datetime) -> bool:
    """Whether it has no period in the five years after `now`: 30 February, or dates all in the summer pause.

    Raises ValueError as `occurrences` does.
    """
    since, length = now, timedelta(days=7)
    while since < now + HORIZON:
        until = min(since + length, now + HORIZON)
        if occurrences(schedule, calendar, since, until):
            return False
        since, length = until, 4 * length
    return True


def reminder_moments(
    ladder: Ladder, calendar: WorkCalendar, due_at: datetime, opens_at: datetime, closes_at: datetime
) -> list[Reminder]:
    """The reminders of one period in order, each when a working day begins.

    One before the due date moves from a day off to the previous working day, one after it to the next. Those
    on the day of opening or earlier and those after `closes_at` are dropped. Of two on one day the later of
    the ladder stays. Raises ValueError for naive moments.
    """
    if any(moment.utcoffset() is None for moment in (due_at, opens_at, closes_at)):
        raise ValueError("moments must be aware datetimes")
    due_day = due_at.astimezone(calendar.zone).date()
    opening_day = opens_at.astimezone(calendar.zone).date()
    by_day: dict[date, Reminder] = {}
    steps = {(-days, DayOff.PREVIOUS) for days in ladder.before} | {(days, DayOff.NEXT) for days in ladder.after}
    for days, rule in sorted(steps):
        day = calendar.work_day(due_day + days * DAY, rule)
        at = _utc(calendar.begins(day))
        if day > opening_day and opens_at.astimezone(UTC) < at <= closes_at.astimezone(UTC):
            by_day[day] = Reminder(at, days)
    return [by_day[day] for day in sorted(by_day)]


@lru_cache(maxsize=1024)
def parse_cron(expression: str) -> CronExpression:
    """Five fields: minute, hour, day of month, month, day of week (0 and 7 Sunday, 1 Monday).

    A field is `*`, a number, a range `1-5`, either of the first and last with a step (`*/15`, `8-17/3`), or
    several of them with commas. As in every cron: if neither the day of month nor the day of week begins
    with `*`, one of the two suffices; otherwise both must fit. Raises ValueError saying what is wrong.
    """
    parts = expression.split()
    if len(parts) != 5:
        raise ValueError(f"в выражении cron 5 частей через пробел, а здесь {len(parts)}")
    minutes = _cron_field(parts[0], "минута", 0, 59)
    hours = _cron_field(parts[1], "час", 0, 23)
    weekdays = _cron_field(parts[4], "день недели", 0, 7)
    return CronExpression(
        times=tuple(time(hour, minute) for hour in sorted(hours) for minute in sorted(minutes)),
        days=_cron_field(parts[2], "день месяца", 1, 31),
        months=_cron_field(parts[3], "месяц", 1, 12),
        weekdays=frozenset(day or 7 for day in weekdays),
        either=not parts[2].startswith("*") and not parts[4].startswith("*"),
    )


_CRON_ITEM = re.compile(r"(?:(\*)|([0-9]{1,2})(?:-([0-9]{1,2}))?)(?:/([0-9]{1,2}))?")


def _cron_field(text: str, name: str, low: int, high: int) -> frozenset[int]:
    values: set[int] = set()
    for item in text.split(","):
        match = _CRON_ITEM.fullmatch(item)
        if match is None:
            raise ValueError(f"cron, {name}: «{item[:40]}» — не число, не промежуток, не * и не шаг по ним")
        star, single, end, step = match.groups()
        if step is not None and single is not None and end is None:
            raise ValueError(f"cron, {name}: у «{item}» есть шаг, а промежутка нет; напишите {single}-{high}/{step}")
        first = low if star else int(single)
        last = high if star else int(end or single)
        if not low <= first <= high or not low <= last <= high:
            raise ValueError(f"cron, {name}: «{item}» вне границ от {low} до {high}")
        if first > last:
            raise ValueError(f"cron, {name}: «{item}» идёт назад")
        if step is not None and int(step) == 0:
            raise ValueError(f"cron, {name}: у «{item}» шаг 0")
        values.update(range(first, last + 1, int(step or 1)))
    return frozenset(values)


def _utc(moment: datetime) -> datetime:
    # A local time that exists twice is its first one (fold=0), one that does not exist is as much later as
    # the clock was moved: PEP 495. Either way it is one moment.
    return moment.astimezone(UTC)


def _days_that_open(schedule: Schedule, calendar: WorkCalendar, first: date, last: date) -> tuple[date, date]:
    """The nominal days that can open on the days from `first` to `last`: a day off beside them moves in.

    All of them, because which of several stays must not depend on the window. One day more on both sides,
    because a change of the clock at midnight makes local dates run back.
    """
    first, last = first - DAY, last + DAY
    if isinstance(schedule.rule, Cron):
        # The evening of the last working day belongs to the morning of the next.
        return _over_days_off(calendar, first, -DAY) - DAY, last
    if schedule.day_off is DayOff.NEXT:
        return _over_days_off(calendar, first, -DAY), last
    return first, _over_days_off(calendar, last, DAY)


def _over_days_off(calendar: WorkCalendar, day: date, step: timedelta) -> date:
    for _ in range(LONGEST_REST):
        if calendar.is_work_day(day + step):
            break
        day += step
    return day


def _left_out(day: date, schedule: Schedule, calendar: WorkCalendar) -> Why | None:
    if not schedule.in_summer and calendar.in_summer(day):
        return Why.SUMMER
    return Why.BREAK if not schedule.in_breaks and calendar.in_break(day) else None


def _openings(schedule: Schedule, calendar: WorkCalendar, first: date, last: date) -> list[_Opening]:
    return [
        _opening(nominal, schedule, calendar)
        for nominal in _nominals(schedule.rule, calendar, first, last)
        if _left_out(nominal.day, schedule, calendar) is None
    ]


def _opening(nominal: _Nominal, schedule: Schedule, calendar: WorkCalendar) -> _Opening:
    if nominal.at is not None:
        at = calendar.next_work_moment(_utc(datetime.combine(nominal.day, nominal.at, calendar.zone)))
        local = at.astimezone(calendar.zone)
        exact = local.replace(tzinfo=None, fold=0) == datetime.combine(nominal.day, nominal.at)
        return _Opening(nominal, local.date(), at, exact)
    day = calendar.work_day(nominal.day, schedule.day_off)
    local_time = calendar.work_begins if schedule.at is None else schedule.at
    at = _utc(datetime.combine(day, local_time, calendar.zone))
    return _Opening(nominal, day, at, day == nominal.day)


def _without_crowding(openings: list[_Opening]) -> list[_Opening]:
    """See `occurrences`. Openings come in the order of their nominal moments."""
    kept: list[_Opening] = []
    for day, group in groupby(sorted(openings, key=lambda each: each.day), key=lambda each: each.day):
        of_day = list(group)
        at_home = [each for each in of_day if each.nominal.day == day]
        by_moment: dict[datetime, _Opening] = {}
        for each in at_home or of_day[:1]:
            present = by_moment.get(each.at)
            if present is None or (each.exact and not present.exact):
                by_moment[each.at] = each
        kept.extend(by_moment.values())
    return kept


def _occurrence(opening: _Opening, schedule: Schedule, calendar: WorkCalendar) -> Occurrence:
    nominal = opening.nominal
    due = nominal.due if isinstance(nominal.due, date) else opening.day + nominal.due * DAY
    due_day = calendar.work_day(due)
    if _utc(calendar.ends(due_day)) <= opening.at:
        due_day = opening.day
    if _utc(calendar.ends(due_day)) <= opening.at:  # it opens in the evening
        due_day = calendar.work_day(opening.day + DAY)
    due_at = _utc(calendar.ends(due_day))
    closes_at = max(due_at, _utc(calendar.ends(due_day + schedule.closes_days * DAY)))
    return Occurrence(nominal.period, nominal.key, nominal.title, opening.at, due_at, closes_at)


def _nominals(rule: Rule, calendar: WorkCalendar, first: date, last: date) -> Iterator[_Nominal]:
    """The rule's periods with a nominal opening day from `first` to `last`."""
    match rule:
        case Dates():
            return _dates(rule, calendar.year_begins, first, last)
        case Daily():
            return (
                _Nominal(day.isoformat(), "", _day_title(day), day, rule.due_days)
                for day in _days(first, last)
                if calendar.is_work_day(day)
            )
        case Weekly():
            return _weekly(rule, first, last)
        case Monthly():
            return _monthly(rule, calendar, first, last)
        case Quarterly():
            return _quarterly(rule, calendar, first, last)
        case Cron():
            return _cron(rule, first, last)
    assert_never(rule)


def _dates(rule: Dates, begins: YearDate, first: date, last: date) -> Iterator[_Nominal]:
    start = (begins.month, begins.day)
    for year in range(first.year - 1, last.year + 1):
        for period in rule.periods:
            opens_late = (period.open.month, period.open.day) < start
            due_late = (period.due.month, period.due.day) < start
            day = period.open.in_year(year + opens_late)
            if first <= day <= last:
                # One that opens in August and is due in September is due in the September that follows.
                due = period.due.in_year(year + (opens_late or due_late))
                yield _Nominal(f"{year}-{year + 1}/{period.key}", period.key, period.title, day, due)


def _weekly(rule: Weekly, first: date, last: date) -> Iterator[_Nominal]:
    for day in _days(first, last):
        year, week, weekday = day.isocalendar()
        if weekday in rule.days:
            # Two requests of one week must not bear the same title.
            monday = day - (weekday - 1) * DAY
            title = _day_title(day) if len(set(rule.days)) > 1 else f"неделя с {_day_title(monday)}"
            yield _Nominal(f"{year}-W{week:02}-{weekday}", str(weekday), title, day, rule.due_days)


def _monthly(rule: Monthly, calendar: WorkCalendar, first: date, last: date) -> Iterator[_Nominal]:
    for year, month in _months(first, last):
        day = _day_of_month(year, month, rule.day, calendar)
        if first <= day <= last and (not rule.months or month in rule.months):
            title = f"{MONTHS[month - 1]} {year}"
            yield _Nominal(f"{year}-{month:02}", f"{month:02}", title, day, rule.due_days)


def _quarterly(rule: Quarterly, calendar: WorkCalendar, first: date, last: date) -> Iterator[_Nominal]:
    for year, month in _months(first, last):
        if month % 3 != (0 if rule.day is None else 1):
            continue
        day = _day_of_month(year, month, rule.day, calendar)
        if first <= day <= last:
            about = date(year, month, 1) if rule.day is None else date(year, month, 1) - DAY
            quarter = (about.month + 2) // 3
            title = f"{_ROMAN[quarter - 1]} квартал {about.year}"
            yield _Nominal(f"{about.year}-Q{quarter}", f"Q{quarter}", title, day, rule.due_days)


def _cron(rule: Cron, first: date, last: date) -> Iterator[_Nominal]:
    expression = parse_cron(rule.expression)
    several = len(expression.times) > 1
    for day in _days(first, last):
        if expression.on(day):
            for at in expression.times:
                title = f"{_day_title(day)}, {at:%H:%M}" if several else _day_title(day)
                yield _Nominal(f"{day.isoformat()}T{at:%H:%M}", "", title, day, rule.due_days, at)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + count * DAY for count in range((last - first).days + 1))


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield month // 12, month % 12 + 1


def _day_of_month(year: int, month: int, day: int | None, calendar: WorkCalendar) -> date:
    """That day or the month's last; for None its last working day, or its last day if nobody works in it."""
    length = monthrange(year, month)[1]
    if day is not None:
        return date(year, month, min(day, length))
    days = (date(year, month, number) for number in range(length, 0, -1))
    return next((each for each in days if calendar.is_work_day(each)), date(year, month, length))


def _day_title(day: date) -> str:
    return f"{day.day} {OF_MONTHS[day.month - 1]} {day.year}"
