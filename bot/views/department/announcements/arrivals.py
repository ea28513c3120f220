"""What came of an announcement, organization by organization: whom it reached, whom not and why, who has read it."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.domain.desk.announcement import Addressee, Announcement, Arrival, Destination, Reach
from bot.domain.people.failure import Failure
from bot.domain.people.names import natural
from bot.domain.screen import Button, Screen
from bot.domain.text import units as length_of
from bot.views.callbacks.announcements import Broadcast, OpenAnnouncement, Recipients, RecipientsFile, Who
from bot.views.department.panel import back
from bot.views.unreached import FAILURES, why
from bot.views.words import arrows, esc, moment, plural, screen, shorten

PAGE = 15

TITLES: dict[Who, str] = {
    "reach": "Получатели",
    "sent": "Дошло",
    "missed": "Не дошло",
    "acknowledged": "Ознакомились",
    "silent": "Не ознакомились",
}


def reach_list(announcement: Announcement, reach: Reach, page: int) -> Screen:
    """Lists whom it would come to now, by organization, and who of them cannot be reached."""
    lines = [
        f"{esc(addressee.organization_label)}\n   {esc(addressee.person_name)}"
        for addressee in _by_name(reach.addressees)
    ]
    missed = [
        f"⚠️ {esc(addressee.organization_label)}\n   {esc(addressee.person_name)}: {FAILURES[addressee.obstacle]}"
        for addressee in _by_name(reach.obstructed)
        if addressee.obstacle is not None
    ]
    vacant = [f"⚠️ {esc(vacancy.organization_label)}\n   {FAILURES[Failure.VACANT]}" for vacancy in reach.vacancies]
    counts = [
        f"Получат: {len(reach.people)}.",
        f"Организаций: дойдёт — {len(reach.reached)}, недоступны — {len(reach.cut_off)}, "
        f"никто не зарегистрирован — {len(reach.vacancies)}.",
    ]
    return _list(announcement, "reach", counts, [*missed, *vacant, *lines], page)


def listed(
    announcement: Announcement,
    who: Who,
    destinations: Sequence[Destination],
    page: int,
    now: datetime,
    zone: tzinfo,
    *,
    reachable: int = 0,
) -> Screen:
    """Lists those of its organizations that it reached or did not, that acknowledged it or did not.

    `reachable`: how many of those that it did not reach can be reached now.
    """
    of_list = chosen(who, destinations)
    lines = [_lines(destination, who, now, zone) for destination in of_list]
    counts = [f"Организаций: {len(of_list)} из {len(destinations)}."]
    more: list[list[Button]] = []
    if who == "missed":
        waiting = sum(destination.arrival is Arrival.WAITING for destination in of_list)
        counts = [f"Организаций: {len(of_list) - waiting} из {len(destinations)}."]
        if waiting:
            counts.append(f"Ещё не отправлено: {waiting}.")
        lines += [_partly(destination) for destination in destinations if _is_partly_missed(destination)]
        more = to_retry(announcement.id, reachable)
    return _list(announcement, who, counts, lines, page, more=more)


def chosen(who: Who, destinations: Sequence[Destination]) -> list[Destination]:
    """Those of the organizations that the list is about."""
    match who:
        case "sent":
            return [destination for destination in destinations if destination.arrival is Arrival.REACHED]
        case "missed":
            return [destination for destination in destinations if destination.arrival is not Arrival.REACHED]
        case "acknowledged":
            return [destination for destination in destinations if destination.acknowledged_at is not None]
        case "silent":
            return [
                destination
                for destination in destinations
                if destination.arrival is Arrival.REACHED and destination.acknowledged_at is None
            ]
        case "reach":
            return list(destinations)


def to_retry(id: int, reachable: int) -> list[list[Button]]:
    """Offers to send it to organizations that it did not reach and where somebody can be reached now."""
    if not reachable:
        return []
    data = Broadcast(id=id, do="retrying").pack()
    return [[Button(f"Отправить тем, до кого не дошло: {reachable}", data, style="success")]]


def ask_retry(announcement: Announcement, reach: Reach, at_night: Sequence[str]) -> Screen:
    """Asks before it goes to those whom it did not reach."""
    places = plural(len(reach.reached), "организации", "организаций", "организаций")
    people = plural(len(reach.people), "человеку", "людям", "людям")
    data = Broadcast(id=announcement.id, do="retry_at_night" if at_night else "retry").pack()
    return screen(
        f"<b>Отправить тем, до кого не дошло?</b> Теперь можно написать в {len(reach.reached)} из них.",
        f"Сообщение придёт {people} из {places}. Кто его уже получил, второй копии не получит.",
        *at_night,
        rows=[[Button("Да, отправить", data, style="success")], back(_card(announcement.id))],
    )


def _lines(destination: Destination, who: Who, now: datetime, zone: tzinfo) -> str:
    name = esc(destination.organization_label)
    match who:
        case "missed":
            people = [f"   {esc(delivery.person_name)}: {esc(why(delivery))}" for delivery in destination.people]
        case "acknowledged" if destination.acknowledged_at is not None:
            by = destination.acknowledged_by
            people = [f"   {esc(by) if by else 'Данные удалены'}, {moment(destination.acknowledged_at, now, zone)}"]
        case _:
            people = [
                f"   {esc(delivery.person_name)}, {moment(delivery.sent_at, now, zone)}"
                for delivery in destination.people
                if delivery.sent_at is not None
            ]
    nobody = [f"   {FAILURES[destination.nobody]}"] if destination.nobody is not None else []
    return "\n".join([name, *people, *nobody])


def _is_partly_missed(destination: Destination) -> bool:
    return destination.arrival is Arrival.REACHED and any(why(delivery) for delivery in destination.people)


def _partly(destination: Destination) -> str:
    missed = [delivery for delivery in destination.people if why(delivery)]
    people = [f"   {esc(delivery.person_name)}: {esc(why(delivery))}" for delivery in missed]
    return "\n".join([f"{esc(destination.organization_label)} (организация получила)", *people])


def _list(
    announcement: Announcement,
    who: Who,
    counts: Sequence[str],
    lines: Sequence[str],
    page: int,
    *,
    more: Sequence[list[Button]] = (),
) -> Screen:
    pages = max(1, -(-len(lines) // PAGE))
    page = min(page, pages - 1)
    rows = [arrows(page, pages, lambda to: Recipients(id=announcement.id, who=who, page=to).pack()), *more]
    if lines:
        rows.append([Button("Списком в файл", RecipientsFile(id=announcement.id, who=who).pack())])
    number = [f"Страница {page + 1} из {pages}."] if pages > 1 else []
    shown = lines[page * PAGE : (page + 1) * PAGE]
    title = f"<b>{TITLES[who]}</b>"
    return screen(title, *counts, *number, "", *(_fitting(shown)), rows=[*rows, back(_card(announcement.id))])


def _fitting(lines: Sequence[str]) -> list[str]:
    """The lines as they are, or cut if names are so long that a page of them is no message."""
    if length_of("\n".join(lines)) < 3500:
        return list(lines)
    return ["\n".join(shorten(part, 100) for part in line.split("\n")) for line in lines]


def _by_name(addressees: Sequence[Addressee]) -> list[Addressee]:
    return sorted(
        addressees,
        key=lambda addressee: (
            natural(addressee.organization_name),
            addressee.organization_id,
            natural(addressee.person_name),
        ),
    )


def _card(id: int) -> str:
    return OpenAnnouncement(id=id).pack()
