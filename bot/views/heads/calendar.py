"""Days to tap for a date field."""

import calendar as months
from datetime import date

from bot.domain.fields.days import bounds, takes
from bot.domain.fields.field import Field
from bot.domain.screen import Button
from bot.domain.text import MONTHS
from bot.views.callbacks import Day, Month, Step, packed
from bot.views.words import WEEKDAYS_SHORT

# A tap on an empty square says nothing wrong: it shows the same month again.
_EMPTY = "\N{MIDDLE DOT}"


def open_button(today: date, field: Field, obligation: int, index: int) -> Button:
    """Opens the calendar at the month of today, or at the nearest one that the field takes."""
    first, last = bounds(field, today)
    start = max(first, min(today, last))
    return Button("Другой день", _month(obligation, index, start.year, start.month))


def month(shown: date, today: date, field: Field, obligation: int, index: int) -> list[list[Button]]:
    """A month: its name between arrows, weekdays, days. 53 buttons at most; Telegram takes 100."""
    same = _month(obligation, index, shown.year, shown.month)
    previous = date(shown.year - (shown.month == 1), shown.month - 1 or 12, 1)
    following = date(shown.year + (shown.month == 12), shown.month % 12 + 1, 1)
    rows = [
        [
            Button("‹", _month(obligation, index, previous.year, previous.month)),
            Button(f"{MONTHS[shown.month - 1].capitalize()} {shown.year}", same),
            Button("›", _month(obligation, index, following.year, following.month)),
        ],
        [Button(name, same) for name in WEEKDAYS_SHORT],
    ]
    for week in months.Calendar().monthdatescalendar(shown.year, shown.month):
        rows.append([_day(on, shown, today, field, obligation, index, same) for on in week])
    rows.append([Button("‹ Без календаря", Step(obligation=obligation, field=index, step="go").pack())])
    return rows


def _day(on: date, shown: date, today: date, field: Field, obligation: int, index: int, same: str) -> Button:
    if on.month != shown.month or not takes(field, on, today):
        return Button(_EMPTY, same)
    text = f"[{on.day}]" if on == today else str(on.day)
    return Button(text, Day(obligation=obligation, field=index, day=packed(on)).pack())


def _month(obligation: int, index: int, year: int, number: int) -> str:
    return Month(obligation=obligation, field=index, month=year * 100 + number).pack()
