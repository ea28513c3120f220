"""The rungs of the ladder of reminders that are still ahead."""

from datetime import datetime

from bot.domain.ledger.obligation import Obligation, Round
from bot.domain.timing.calendar import WorkCalendar
from bot.domain.timing.elsewhere import same_hour
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


def next_of_round(
    round_: Round,
    due_at: datetime,
    calendar: WorkCalendar,
    now: datetime,
    territory: str = "",
    own_closing: datetime | None = None,
) -> Reminder | None:
    """The next reminder of the round's obligation that is due at `due_at`, which may be extended beyond closing.

    `territory`: that of its organization; `own_closing`: when the round closes there, if not for all at once.
    """
    closes_at = max(own_closing or round_.closes_at, due_at)
    home, its = calendar.of(""), calendar.of(territory)
    opens_at = round_.opens_at if its is home else same_hour(round_.opens_at, home, its)
    return next_reminder(round_.directive.reminders, its, opens_at, due_at, closes_at, now)


def next_of(obligation: Obligation, due_at: datetime, calendar: WorkCalendar, now: datetime) -> Reminder | None:
    """The next reminder of the obligation if it is due at `due_at`."""
    territory, own_closing = obligation.organization_territory, obligation.own_closing
    return next_of_round(obligation.round, due_at, calendar, now, territory, own_closing)
