"""Due dates that the department may choose; each is the end of a working day."""

from datetime import date, datetime, timedelta

from bot.domain.timing.calendar import WorkCalendar

# A later date is taken for a slip of the finger.
LATEST = timedelta(days=366)


def work_days_later(calendar: WorkCalendar, day: date, count: int) -> date:
    """The working day `count` working days after the day."""
    for _ in range(count):
        day = calendar.work_day(day + timedelta(days=1))
    return day


def later(calendar: WorkCalendar, due_at: datetime, now: datetime) -> tuple[date, date, date]:
    """Three working days, 7 and 14 days after the due date, or after today if that has passed."""
    base = max(due_at, now).astimezone(calendar.zone).date()
    week, fortnight = (calendar.work_day(base + timedelta(days=days)) for days in (7, 14))
    return work_days_later(calendar, base, 3), week, fortnight


def for_rework(calendar: WorkCalendar, now: datetime) -> tuple[date, date, date]:
    """The next working day, three working days and a week from today."""
    today = now.astimezone(calendar.zone).date()
    return (
        work_days_later(calendar, today, 1),
        work_days_later(calendar, today, 3),
        calendar.work_day(today + timedelta(days=7)),
    )
