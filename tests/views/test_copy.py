"""What goes to a person in place of the author's message."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.desk.announcement import Announcement, AnnouncementState, Wording
from bot.domain.desk.audience import Audience
from bot.domain.screen import Copy, Rendered, Screen
from bot.views.department.announcements.broadcast import HEAD, button, copy

NOW = datetime(2026, 10, 5, 3, tzinfo=UTC)
TEXT = Announcement(
    1, 900, "Анна", NOW, AnnouncementState.SENDING, 900, (7,), None, Wording.TEXT, "Завтра", Audience(), True,
    send_at=None, current_until=None, approved_by=None, started_at=NOW, finished_at=None, corrected_at=None,
    lost_at=None, progress_message_id=None,
)  # fmt: skip
CAPTION = replace(TEXT, wording=Wording.CAPTION)
ALBUM = replace(CAPTION, messages=(7, 8), album="a")
ROWS = button(TEXT, acknowledged=False)
NEW = replace(TEXT, headed=True)


def test_the_words_go_with_who_speaks() -> None:
    assert copy(NEW, acknowledged=False) == Rendered(Screen(f"{HEAD}\n\nЗавтра", ROWS, preview=True))
    assert copy(replace(NEW, corrected_at=NOW), acknowledged=False) == copy(NEW, acknowledged=False)


def test_a_text_outlives_its_source() -> None:
    assert copy(replace(NEW, lost_at=NOW), acknowledged=False) == copy(NEW, acknowledged=False)


def test_a_file_is_copied_with_its_words() -> None:
    caption = replace(CAPTION, headed=True)
    said = Rendered(Copy(900, (7,), ROWS, caption=f"{HEAD}\n\nЗавтра"))
    assert copy(caption, acknowledged=False) == said
    assert copy(replace(caption, corrected_at=NOW), acknowledged=False) == said


def test_an_album_has_neither_buttons_nor_other_words() -> None:
    album = replace(ALBUM, headed=True, corrected_at=NOW)
    assert copy(album, acknowledged=False) == Rendered(Copy(900, (7, 8)), before=Screen(HEAD))
    # Its words stand below its last message; before it stands who speaks, after it the question.
    assert replace(album, wording=Wording.LAST).worded([1, 2, 3, 4, 5, 6, 7, 8]) == [3, 7]
    assert album.worded([1, 2, 3, 4, 5, 6, 7, 8]) == [2, 6]


def test_one_of_an_older_bot_goes_on_as_it_began() -> None:
    assert copy(TEXT, acknowledged=False) == Rendered(Copy(900, (7,), ROWS))
    assert copy(replace(TEXT, corrected_at=NOW), acknowledged=False) == Rendered(Screen("Завтра", ROWS))
    assert copy(replace(TEXT, lost_at=NOW), acknowledged=False) == Rendered(Screen("Завтра", ROWS))
    assert copy(CAPTION, acknowledged=False) == Rendered(Copy(900, (7,), ROWS))
    assert copy(ALBUM, acknowledged=False) == Rendered(Copy(900, (7, 8)))
    assert ALBUM.worded([1, 2, 3, 4, 5, 6]) == [1, 4]
