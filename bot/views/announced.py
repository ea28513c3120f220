"""What an announcement is called where something else is about it."""

from datetime import datetime, tzinfo

from bot.domain.desk.announcement import Announcement, AnnouncementState, Wording
from bot.views.words import day, plural, shorten, wording

FIRST_WORDS = 160


def first_words(announcement: Announcement, length: int = FIRST_WORDS) -> str:
    """The beginning of the announcement, plain text."""
    words = shorten(wording(announcement.text), length)
    if announcement.is_album:
        files = f"альбом, {plural(len(announcement.messages), 'файл', 'файла', 'файлов')}"
        return f"{words} ({files})" if words else files.capitalize()
    return words or ("Файл без подписи" if announcement.wording is Wording.CAPTION else "Сообщение без текста")


def named(announcement: Announcement, now: datetime, zone: tzinfo, *, to_reader: bool = False) -> str:
    """«Объявление от 5 октября: «Совещание в среду»», plain text; `to_reader`: what was deleted there is not said."""
    on = day(_at(announcement).astimezone(zone).date(), now.astimezone(zone).date())
    if to_reader and announcement.state is AnnouncementState.WITHDRAWN:
        return f"Объявление от {on} (удалено)"
    return f"Объявление от {on}: «{first_words(announcement, 100)}»"


def titled(announcement: Announcement, zone: tzinfo, *, to_reader: bool = False) -> str:
    """The same in a line of a list."""
    if to_reader and announcement.state is AnnouncementState.WITHDRAWN:
        return f"Объявление {_at(announcement).astimezone(zone):%d.%m} (удалено)"
    return f"Объявление {_at(announcement).astimezone(zone):%d.%m} «{first_words(announcement, 60)}»"


def _at(announcement: Announcement) -> datetime:
    return announcement.started_at or announcement.created_at
