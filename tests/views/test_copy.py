"""What goes to a person in place of the author's message."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.desk.announcement import Announcement, AnnouncementState, Wording
from bot.domain.desk.audience import Audience
from bot.domain.screen import Copy, Screen
from bot.views.department.announcements.broadcast import button, copy

NOW = datetime(2026, 10, 5, 3, tzinfo=UTC)
TEXT = Announcement(
    1, 900, "Анна", NOW, AnnouncementState.SENDING, 900, (7,), None, Wording.TEXT, "Завтра", Audience(), True,
    send_at=None, current_until=None, approved_by=None, started_at=NOW, finished_at=None, corrected_at=None,
    lost_at=None, progress_message_id=None,
)  # fmt: skip
CAPTION = replace(TEXT, wording=Wording.CAPTION)
ALBUM = replace(CAPTION, messages=(7, 8), album="a")
ROWS = button(TEXT, acknowledged=False)


def test_the_source_serves_as_long_as_it_says_what_is_meant() -> None:
    assert copy(TEXT, acknowledged=False) == Copy(900, (7,), ROWS)
    assert copy(replace(TEXT, corrected_at=NOW), acknowledged=False) == Screen("Завтра", ROWS)


def test_a_text_outlives_its_source() -> None:
    assert copy(replace(TEXT, lost_at=NOW), acknowledged=False) == Screen("Завтра", ROWS)


def test_a_file_is_copied_with_its_corrected_words() -> None:
    assert copy(CAPTION, acknowledged=False) == Copy(900, (7,), ROWS)
    assert copy(replace(CAPTION, corrected_at=NOW), acknowledged=False) == Copy(900, (7,), ROWS, caption="Завтра")


def test_an_album_has_neither_buttons_nor_other_words() -> None:
    assert copy(replace(ALBUM, corrected_at=NOW), acknowledged=False) == Copy(900, (7, 8))
