"""The rungs of the ladder of reminders that are still ahead."""

from datetime import datetime

from bot.domain.ledger.obligation import Round
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.recurrence import Reminder, reminder_moments
from bot.domain.timing.schedule import Ladder


def next_reminder(
    ladder: Ladder,
    calendar: WorkCalendar,
    opens_at: datetime,
    due_at: datetime,
    closes_at: datetime,
    now: datetime,
) -> Reminder | None:
    """The first reminder after `now`, None if none is left. Rungs that passed in a downtime are not made up for."""
    for reminder in reminder_moments(ladder, calendar, due_at, opens_at, closes_at):
        if reminder.at > now:
            return reminder
    return None


def next_of_round(round_: Round, due_at: datetime, calendar: WorkCalendar, now: datetime) -> Reminder | None:
    """The next reminder of the round's obligation that is due at `due_at`, which may be extended beyond closing."""
    closes_at = max(round_.closes_at, due_at)
    return next_reminder(round_.directive.reminders, calendar, round_.opens_at, due_at, closes_at, now)
