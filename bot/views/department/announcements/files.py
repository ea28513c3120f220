"""Tables of whom an announcement is for: whom it reached, and who has read it."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.domain.desk.announcement import Addressee, Announcement, Arrival, Destination, Reach, Vacancy
from bot.domain.file_names import dated
from bot.domain.people.failure import Failure
from bot.domain.people.labels import official
from bot.domain.screen import Upload
from bot.views.callbacks.announcements import Who
from bot.views.department.announcements import arrivals
from bot.views.department.exports import csv_file
from bot.views.unreached import FAILURES, why
from bot.views.words import moment

_FILES: dict[Who, str] = {
    "reach": "получатели",
    "sent": "дошло",
    "missed": "не-дошло",
    "acknowledged": "ознакомились",
    "silent": "не-ознакомились",
}
_ARRIVALS = {Arrival.REACHED: "да", Arrival.WAITING: "ещё не отправлено", Arrival.MISSED: "нет"}


def reach(announcement: Announcement, whom: Reach, now: datetime, zone: tzinfo) -> Upload:
    """Lists who will get it, and who will not."""
    rows = [[_place(addressee), addressee.person_name, "получит"] for addressee in whom.addressees]
    rows += [
        [_place(addressee), addressee.person_name, FAILURES[addressee.obstacle]]
        for addressee in whom.obstructed
        if addressee.obstacle is not None
    ]
    rows += [[_place(vacancy), "", FAILURES[Failure.VACANT]] for vacancy in whom.vacancies]
    return csv_file(_name(announcement, "reach", now, zone), ["Организация", "Человек", "Получит"], rows)


def destinations(
    announcement: Announcement, who: Who, everywhere: Sequence[Destination], now: datetime, zone: tzinfo
) -> Upload:
    """Lists the organizations that `who` means, with a row for each of their people."""

    def at(when: datetime | None) -> str:
        return moment(when, now, zone) if when is not None else ""

    rows = []
    for destination in arrivals.chosen(who, everywhere):
        its = [_place(destination), _ARRIVALS[destination.arrival], at(destination.acknowledged_at)]
        if destination.nobody is not None:
            rows.append([*its, "", "", FAILURES[destination.nobody], ""])
        elif not destination.people:
            rows.append([*its, "", "", "", ""])
        rows += [
            [
                *its,
                delivery.person_name,
                at(delivery.sent_at),
                why(delivery),
                at(delivery.acknowledged_at),
            ]
            for delivery in destination.people
        ]
    headings = [
        "Организация", "Дошло", "Организация ознакомлена", "Человек", "Получено", "Почему нет", "Ознакомлен",
    ]  # fmt: skip
    return csv_file(_name(announcement, who, now, zone), headings, rows)


def _place(of: Addressee | Vacancy | Destination) -> str:
    return official(of.organization_name, of.organization_label)


def _name(announcement: Announcement, who: Who, now: datetime, zone: tzinfo) -> str:
    return dated(f"{now.astimezone(zone):%d.%m.%Y}", f"объявление {announcement.id} {_FILES.get(who, who)}", ".csv")
