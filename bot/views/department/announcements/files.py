"""Tables of who gets an announcement, got it, or did not."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.domain.desk.announcement import Addressee, Announcement, Reach, Recipient, Vacancy
from bot.domain.people.labels import official
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


def reach(announcement: Announcement, whom: Reach) -> Upload:
    """Lists who will get it, and who will not."""
    rows = [[_place(addressee), addressee.person_name, "получит"] for addressee in whom.addressees]
    rows += [
        [_place(addressee), addressee.person_name, broadcast.OBSTACLES[addressee.obstacle]]
        for addressee in whom.obstructed
        if addressee.obstacle is not None
    ]
    rows += [[_place(vacancy), "", "никто не зарегистрирован"] for vacancy in whom.vacant]
    return csv_file(_name(announcement, "reach"), ["Организация", "Человек", "Получит"], rows)


def recipients(
    announcement: Announcement, who: Who, everybody: Sequence[Recipient], now: datetime, zone: tzinfo
) -> Upload:
    """Lists the recipients whom `who` means."""

    def at(when: datetime | None) -> str:
        return moment(when, now, zone) if when is not None else ""

    rows = [
        [
            official(recipient.organization_name, recipient.organization_label or "")
            if recipient.organization_name
            else None,
            recipient.person_name,
            at(recipient.sent_at),
            "" if recipient.sent_at is not None else broadcast.why_not(recipient),
            at(recipient.acknowledged_at),
        ]
        for recipient in broadcast.chosen(who, everybody)
    ]
    headings = ["Организация", "Человек", "Получено", "Почему нет", "Ознакомлен"]
    return csv_file(_name(announcement, who), headings, rows)


def _place(of: Addressee | Vacancy) -> str:
    return official(of.organization_name, of.organization_label)


def _name(announcement: Announcement, who: Who) -> str:
    return f"объявление-{announcement.id}-{_FILES.get(who, who)}.csv"
