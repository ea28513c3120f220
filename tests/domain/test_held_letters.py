"""What could not be sent in its time, because the bot or Telegram was down, waits for the next working hour."""

from datetime import datetime

import pytest

from bot.domain.letter import Letter, LetterKind, Urgency, held_until
from tests.domain.samples import IRKUTSK, a_calendar

CALENDAR = a_calendar()
MONDAY = datetime(2026, 10, 12, 9, tzinfo=IRKUTSK)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=IRKUTSK)


def letter(created: str, send_after: str, attempts: int, kind: LetterKind = LetterKind.REQUESTS) -> Letter:
    return Letter(1, kind, 5, {}, Urgency.REQUEST, attempts, moment(created), moment(send_after))


@pytest.mark.parametrize(
    ("created", "send_after", "attempts", "now", "held"),
    [
        # Friday's, at once, a little late, and on Saturday.
        ("2026-10-09 09:00", "2026-10-09 09:00", 1, "2026-10-09 09:00", False),
        ("2026-10-09 17:30", "2026-10-09 17:30", 1, "2026-10-09 18:20", False),
        ("2026-10-09 17:30", "2026-10-09 17:30", 1, "2026-10-10 02:00", True),
        # Telegram was away from Friday evening on; each attempt in vain has put it off by some minutes.
        ("2026-10-09 17:30", "2026-10-10 01:58", 40, "2026-10-10 02:00", True),
        ("2026-10-09 17:30", "2026-10-12 11:58", 60, "2026-10-12 12:00", False),
        # Somebody registered on Saturday, and the second attempt is as good as the first.
        ("2026-10-10 12:00", "2026-10-10 12:01", 2, "2026-10-10 12:01", False),
    ],
)
def test_working_hours(created: str, send_after: str, attempts: int, now: str, *, held: bool) -> None:
    waits = held_until(letter(created, send_after, attempts), CALENDAR, moment(now))
    assert waits == (MONDAY if held else None)


def test_what_answers_somebody_goes_at_any_hour() -> None:
    note = letter("2026-10-09 17:30", "2026-10-10 01:58", 40, LetterKind.NOTE)
    assert held_until(note, CALENDAR, moment("2026-10-10 02:00")) is None
