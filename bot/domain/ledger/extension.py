"""How far a due date may be moved at a head's request (продление срока)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

from bot.domain.fields.durations import asked_for, duration
from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.moments import last_work_day
from bot.domain.ledger.obligation import Extension, Obligation
from bot.domain.timing.calendar import WorkCalendar

_AT_MOST = timedelta(days=60)
# Characters, as for any reason that a head gives.
REASON_LENGTH = range(3, 501)


def wish(calendar: WorkCalendar, due_at: datetime, now: datetime) -> Field:
    """The field that takes the date asked for: after the due date and after today, at most 60 days later."""
    base = _base(calendar, due_at, now)
    return Field(
        "until", FieldKind.DATE, "Новый срок", earliest=base + timedelta(days=1), latest=base + _AT_MOST, required=True
    )


def offers(calendar: WorkCalendar, due_at: datetime, now: datetime) -> tuple[date, date]:
    """The dates that most people want, both working days: three working days later, and a week later."""
    base = _base(calendar, due_at, now)
    return _work_days(calendar, base, 3), calendar.work_day(base + timedelta(days=7))


def _work_days(calendar: WorkCalendar, day: date, count: int) -> date:
    for _ in range(count):
        day = calendar.work_day(day + timedelta(days=1))
    return day


def longer(calendar: WorkCalendar, due_at: datetime, now: datetime, text: str) -> date | None:
    """The day that «ещё неделю» or «на 3 рабочих дня» mean, as much later than the due date, or «до конца ноября», on
    which people still work; None: they mean none."""
    base = _base(calendar, due_at, now)
    last, said = last_work_day(asked_for(text), base, calendar), duration(text)
    if last is not None or said is None:
        return last
    return _work_days(calendar, base, said.days) if said.is_work else base + timedelta(days=said.days)


def until(calendar: WorkCalendar, day: date) -> datetime:
    """The due date that the day means: the end of it, or of the next working day if it is a day off."""
    return calendar.ends(calendar.work_day(day))


def _base(calendar: WorkCalendar, due_at: datetime, now: datetime) -> date:
    return max(due_at, now).astimezone(calendar.zone).date()


@dataclass(frozen=True, slots=True)
class Asking:
    """What a head who asks for more time has said so far."""

    until: datetime | None = None
    reason: str = ""

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        """From what the conversation keeps."""
        return cls(datetime.fromisoformat(said["until"]) if "until" in said else None, said.get("reason", ""))

    def has_date(self, due_at: datetime, now: datetime) -> bool:
        """Whether the date lies ahead of both; the department may have moved the due date since it was named."""
        return self.until is not None and self.until > max(due_at, now)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for more time with the obligation that it is about."""

    extension: Extension
    obligation: Obligation
