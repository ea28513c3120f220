"""Tables of who gets an announcement, got it, or did not."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.domain.desk.announcement import Announcement, Reach, Recipient
from bot.domain.file_names import dated
from bot.domain.screen import Upload
from bot.views.callbacks.announcements import Who
from bot.views.department.announcements import broadcast
from bot.views.department.exports import csv_file
from bot.views.words import moment

_FILES: dict[Who, str] = {
    "reach": "получатели",
    "sent": "получили",
    "missed": "не-получили",
    "acknowledged": "ознакомились",
    "silent": "не-ознакомились",
}


def reach(announcement: Announcement, whom: Reach, now: datetime, zone: tzinfo) -> Upload:
    """Lists who will get it, and who will not."""
    rows = [[addressee.organization_name, addressee.person_name, "получит"] for addressee in whom.addressees]
    rows += [
        [addressee.organization_name, addressee.person_name, broadcast.OBSTACLES[addressee.obstacle]]
        for addressee in whom.obstructed
        if addressee.obstacle is not None
    ]
    rows += [[organization, "", "никто не зарегистрирован"] for organization in whom.vacant]
    return csv_file(_name(announcement, "reach", now, zone), ["Организация", "Человек", "Получит"], rows)


def recipients(
    announcement: Announcement, who: Who, everybody: Sequence[Recipient], now: datetime, zone: tzinfo
) -> Upload:
    """Lists the recipients whom `who` means."""

    def at(when: datetime | None) -> str:
        return moment(when, now, zone) if when is not None else ""

    rows = [
        [
            recipient.organization_name,
            recipient.person_name,
            at(recipient.sent_at),
            "" if recipient.sent_at is not None else broadcast.why_not(recipient),
            at(recipient.acknowledged_at),
        ]
        for recipient in broadcast.chosen(who, everybody)
    ]
    headings = ["Организация", "Человек", "Получено", "Почему нет", "Ознакомлен"]
    return csv_file(_name(announcement, who, now, zone), headings, rows)


def _name(announcement: Announcement, who: Who, now: datetime, zone: tzinfo) -> str:
    return dated(f"{now.astimezone(zone):%Y-%m-%d}", f"объявление {announcement.id} {_FILES.get(who, who)}", ".csv")
