"""Announcements that have gone off: how far they are, who got them, and what can still be done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot.domain.brevity import shortened
from bot.domain.desk.announcement import (
    Addressee,
    Announcement,
    AnnouncementState,
    Failure,
    Obstacle,
    Reach,
    Recipient,
    Tally,
    Wording,
)
from bot.domain.people.names import natural
from bot.domain.screen import Button, Copy, Screen
from bot.domain.text import CAPTION, MESSAGE
from bot.domain.text import units as length_of
from bot.views.callbacks.announcements import (
    Acknowledge,
    Broadcast,
    OpenAnnouncement,
    Recipients,
    RecipientsFile,
    Sending,
    ShowCopy,
    Who,
)
from bot.views.callbacks.department import Announcements
from bot.views.department.announcements.composing import STATES, first_words
from bot.views.department.panel import back
from bot.views.words import arrows, due_day, esc, moment, plural, screen, units

PAGE = 15
_LONGEST = {Wording.TEXT: MESSAGE, Wording.CAPTION: CAPTION, Wording.LAST: CAPTION}

OVER = "Рассылка этого объявления уже закончилась"
WITHDRAWN = "Это объявление удалено у всех"
NO_WORDS = "У этого сообщения нет текста, который можно исправить"
NOBODY_SILENT = "Ознакомились все, кто получил"
PAUSED = "Приостановлено"
RESUMED = "Продолжаем"
STOPPED = "Остановлено"
LOST = "Исходное сообщение удалено: продолжить нельзя"
# To recipients.
ACKNOWLEDGED = "Спасибо! Отмечено, что вы ознакомлены"
ALREADY = "Вы уже отметили, что ознакомлены"
NOT_A_RECIPIENT = "Это объявление адресовано не вам"
NO_LONGER = "Это объявление отозвано, отмечать ничего не нужно"
SPECIMEN = "Это образец: так кнопка выглядит у получателей"

FAILURES = {
    Failure.UNREACHABLE: "бот заблокирован",
    Failure.REFUSED: "Telegram не принял сообщение",
    Failure.STOPPED: "отключил(а) сообщения",
}
OBSTACLES = {
    Obstacle.UNREACHABLE: "бот заблокирован",
    Obstacle.STOPPED: "отключил(а) сообщения",
    Obstacle.AWAY: "в отпуске",
}
TITLES: dict[Who, str] = {
    "reach": "Получатели",
    "sent": "Получили",
    "missed": "Не получили",
    "acknowledged": "Ознакомились",
    "silent": "Не ознакомились",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """What the card of an announcement that has gone off is drawn from. `pace`: copies a second."""

    announcement: Announcement
    tally: Tally
    pace: float
    now: datetime
    zone: tzinfo


def card(progress: Progress) -> Screen:
    """Shows how far the announcement is, or what came of it."""
    announcement, tally = progress.announcement, progress.tally
    lines = [
        f"📣 <b>Объявление</b> · {STATES[announcement.state]}",
        f"<i>{esc(first_words(announcement))}</i>",
        *_when(progress),
        "",
    ]
    rows: list[list[Button]] = []
    if announcement.lost_at is not None and announcement.state is AnnouncementState.PAUSED:
        lines += [*_lost(announcement), ""]
    lines.append(f"Отправлено: <b>{tally.sent}</b> из {tally.total}")
    if tally.waiting:
        lines.append(f"Осталось: {tally.waiting}{_time_left(progress)}")
    if tally.failed:
        lines.append(f"Не доставлено: {tally.failed}")
    if tally.unsent and not announcement.state.goes_out:
        lines.append(f"Не успели отправить: {tally.unsent}")
    if announcement.acknowledge:
        lines.append(f"Ознакомились: <b>{tally.acknowledged}</b> из {tally.sent}")
    if announcement.corrected_at is not None:
        lines.append(f"Исправлено: {moment(announcement.corrected_at, progress.now, progress.zone)}")
    if announcement.current_until is not None and announcement.current_until > progress.now:
        lines.append(f"Новым людям: до {due_day(announcement.current_until, progress.now, progress.zone)}")
    if announcement.state.is_under_way:
        rows.append(_controls(announcement))
    rows += _lists(announcement, tally)
    if announcement.state.is_sent_off:
        rows += _afterwards(announcement, tally)
    if announcement.state.is_under_way or announcement.acknowledge:
        # People acknowledge for days; the card does not move by itself then.
        rows.append([Button("Обновить", OpenAnnouncement(id=announcement.id).pack())])
    return screen(*lines, rows=[*rows, back(Announcements().pack())])


def ask_stop(announcement: Announcement, tally: Tally) -> Screen:
    """Asks before the sending ends."""
    return screen(
        f"<b>Остановить рассылку?</b> Не получат: {tally.waiting}. Уже отправленное останется.",
        rows=[[Button("Остановить", _do(announcement.id, "stop"), style="danger")], back(_card(announcement.id))],
    )


def ask_delete(announcement: Announcement, tally: Tally) -> Screen:
    """Asks before all copies are deleted."""
    return screen(
        f"<b>Удалить у всех?</b> Получили: {tally.sent}.",
        "Сообщения старше двух суток Telegram удалить не даёт: текст будет заменён, а файл может остаться.",
        rows=[[Button("Удалить у всех", _do(announcement.id, "delete"), style="danger")], back(_card(announcement.id))],
    )


def ask_repeat(announcement: Announcement, tally: Tally) -> Screen:
    """Asks before it goes again to those who have not acknowledged."""
    silent = plural(tally.sent - tally.acknowledged, "человеку", "людям", "людям")
    return screen(
        f"<b>Отправить ещё раз?</b> Копия придёт {silent}, кто не ознакомился.",
        rows=[[Button("Да, отправить", _do(announcement.id, "repeat"), style="success")], back(_card(announcement.id))],
    )


def ask_wording(announcement: Announcement, fault: str = "") -> Screen:
    """Asks for the corrected words; `fault`: what is wrong with those that were typed."""
    what = "новый текст" if announcement.wording is Wording.TEXT else "новую подпись"
    return screen(
        "<b>Исправить текст</b>",
        f"Пришлите {what} целиком. Он заменит прежний во всех копиях, в конце будет указано время исправления.",
        *([f"⚠️ {fault}"] if fault else []),
        rows=[back(_card(announcement.id))],
    )


def not_words() -> str:
    """Something other than text came for a correction."""
    return "Нужен текст."


def corrected_text(announcement: Announcement, html: str, now: datetime, zone: tzinfo) -> tuple[str, str]:
    """The words with the line that says when they were corrected, and what is wrong with them; empty: nothing."""
    text = f"{html}\n\n<i>Исправлено {moment(now, now, zone)}</i>"
    longest = _LONGEST[announcement.wording]
    over = units(text) - longest
    if over <= 0:
        return text, ""
    room = longest - units(text) + units(html)
    return text, f"Слишком длинно: с пометкой об исправлении не больше {room} знаков, лишних — {over}."


def reach_list(announcement: Announcement, reach: Reach, page: int) -> Screen:
    """Lists whom it would come to now, by organization, and who of them cannot be reached."""
    lines = [
        f"{esc(addressee.organization_label)}\n   {esc(addressee.person_name)}"
        for addressee in _by_name(reach.addressees)
    ]
    missed = [
        f"⚠️ {esc(addressee.organization_label)}\n   {esc(addressee.person_name)}: {OBSTACLES[addressee.obstacle]}"
        for addressee in _by_name(reach.obstructed)
        if addressee.obstacle is not None
    ]
    vacant = [f"⚠️ {esc(vacancy.organization_label)}\n   никто не зарегистрирован" for vacancy in reach.vacant]
    counts = f"Получат: {len(lines)}. Недоступны: {len(missed)}. Никто не зарегистрирован: {len(vacant)}."
    return _list(announcement, "reach", counts, [*missed, *vacant, *lines], page)


def recipients_list(
    announcement: Announcement, who: Who, recipients: Sequence[Recipient], page: int, now: datetime, zone: tzinfo
) -> Screen:
    """Lists those of its recipients who got it, did not, acknowledged or did not."""
    lines = [
        f"{esc(recipient.organization_label or 'Без организации')}\n"
        f"   {esc(recipient.person_name)}{_note(recipient, who, now, zone)}"
        for recipient in recipients
    ]
    return _list(announcement, who, f"Всего: {len(recipients)}.", lines, page)


def chosen(who: Who, recipients: Sequence[Recipient]) -> list[Recipient]:
    """Those of the recipients whom the list is about."""
    match who:
        case "sent":
            return [recipient for recipient in recipients if recipient.sent_at is not None]
        case "missed":
            return [recipient for recipient in recipients if recipient.sent_at is None]
        case "acknowledged":
            return [recipient for recipient in recipients if recipient.acknowledged_at is not None]
        case "silent":
            return [
                recipient
                for recipient in recipients
                if recipient.sent_at is not None and recipient.acknowledged_at is None
            ]
        case "reach":
            return list(recipients)


def why_not(recipient: Recipient) -> str:
    """Why somebody has not got it."""
    return FAILURES[recipient.failure] if recipient.failure is not None else "ещё не отправлено"


def button(announcement: Announcement, *, acknowledged: bool) -> tuple[tuple[Button, ...], ...]:
    """The row below a copy: «Ознакомлен», or that it has been pressed."""
    if not announcement.acknowledge:
        return ()
    data = Acknowledge(id=announcement.id).pack()
    if acknowledged:
        return ((Button("✅ Ознакомлен", data),),)
    return ((Button("Ознакомлен", data, style="primary"),),)


def copy(announcement: Announcement, *, acknowledged: bool) -> Copy | Screen:
    """What goes to a person: the source itself, as long as it is there and nobody has corrected its words."""
    rows = button(announcement, acknowledged=acknowledged)
    is_corrected = announcement.corrected_at is not None
    if announcement.wording is Wording.TEXT and (is_corrected or announcement.lost_at is not None):
        return Screen(announcement.text, rows)
    source = Copy(announcement.chat_id, announcement.messages)
    if announcement.is_album:
        # The correction of its words follows as a letter of its own.
        return source
    caption = announcement.text if is_corrected and announcement.wording is Wording.CAPTION else None
    return replace(source, rows=rows, caption=caption)


def below_album(announcement: Announcement) -> Screen:
    """Asks to acknowledge an album, which has no buttons of its own."""
    return Screen(
        "Просим подтвердить, что вы ознакомились с объявлением выше.", button(announcement, acknowledged=False)
    )


def _when(progress: Progress) -> list[str]:
    announcement = progress.announcement
    by = esc(announcement.by_name) if announcement.by_name else ""
    at = moment(announcement.started_at, progress.now, progress.zone) if announcement.started_at is not None else ""
    return [", ".join(filter(None, (by, at)))]


def _lost(announcement: Announcement) -> list[str]:
    lines = ["⚠️ Исходное сообщение удалено из переписки с ботом."]
    if announcement.wording is Wording.TEXT:
        return [*lines, "Текст сохранён: можно продолжить, остальные получат его без вложений."]
    return [*lines, "Остальным отправить его нельзя. Просим остановить рассылку и отправить новое объявление."]


def _time_left(progress: Progress) -> str:
    if progress.announcement.state is not AnnouncementState.SENDING or progress.pace <= 0:
        return ""
    seconds = progress.tally.waiting / progress.pace
    if seconds < 60:
        return ", меньше минуты"
    return f", около {plural(round(seconds / 60), 'минуты', 'минут', 'минут')}"


def _controls(announcement: Announcement) -> list[Button]:
    row = []
    if announcement.state is AnnouncementState.SENDING:
        row.append(Button("Пауза", _do(announcement.id, "pause")))
    elif announcement.lost_at is None or announcement.wording is Wording.TEXT:
        row.append(Button("Продолжить", _do(announcement.id, "resume"), style="success"))
    row.append(Button("Остановить", _do(announcement.id, "stopping"), style="danger"))
    return row


def _lists(announcement: Announcement, tally: Tally) -> list[list[Button]]:
    rows = [[_to_list(announcement.id, "sent", tally.sent)]]
    if tally.total > tally.sent:
        rows[0].append(_to_list(announcement.id, "missed", tally.total - tally.sent))
    if announcement.acknowledge:
        rows.append(
            [
                _to_list(announcement.id, "acknowledged", tally.acknowledged),
                _to_list(announcement.id, "silent", tally.sent - tally.acknowledged),
            ]
        )
    return rows


def _afterwards(announcement: Announcement, tally: Tally) -> list[list[Button]]:
    rows = []
    is_over = announcement.state.is_over
    if announcement.acknowledge and is_over and tally.sent > tally.acknowledged and announcement.lost_at is None:
        rows.append([Button("Ещё раз не ознакомившимся", _do(announcement.id, "repeating"))])
    last = [Button("Показать", ShowCopy(id=announcement.id).pack())] if announcement.lost_at is None else []
    if announcement.wording is not Wording.NONE:
        last.append(Button("Исправить текст", _do(announcement.id, "wording")))
    rows.append(last)
    rows.append([Button("Удалить у всех", _do(announcement.id, "deleting"))])
    return rows


def _list(announcement: Announcement, who: Who, counts: str, lines: Sequence[str], page: int) -> Screen:
    pages = max(1, -(-len(lines) // PAGE))
    page = min(page, pages - 1)
    rows = [arrows(page, pages, lambda to: Recipients(id=announcement.id, who=who, page=to).pack())]
    if lines:
        rows.append([Button("Списком в файл", RecipientsFile(id=announcement.id, who=who).pack())])
    number = [f"Страница {page + 1} из {pages}."] if pages > 1 else []
    shown = lines[page * PAGE : (page + 1) * PAGE]
    title = f"<b>{TITLES[who]}</b>"
    return screen(title, counts, *number, "", *(_fitting(shown)), rows=[*rows, back(_card(announcement.id))])


def _fitting(lines: Sequence[str]) -> list[str]:
    """The lines as they are, or cut if names are so long that a page of them is no message."""
    if length_of("\n".join(lines)) < 3500:
        return list(lines)
    return ["\n".join(shortened(part, 100) for part in line.split("\n")) for line in lines]


def _note(recipient: Recipient, who: Who, now: datetime, zone: tzinfo) -> str:
    if who == "missed":
        return f": {why_not(recipient)}"
    at = recipient.acknowledged_at if who == "acknowledged" else recipient.sent_at
    return f", {moment(at, now, zone)}" if at is not None else ""


def _by_name(addressees: Sequence[Addressee]) -> list[Addressee]:
    return sorted(
        addressees,
        key=lambda addressee: (
            natural(addressee.organization_name),
            addressee.organization_id,
            natural(addressee.person_name),
        ),
    )


def _to_list(id: int, who: Who, count: int) -> Button:
    return Button(f"{TITLES[who]}: {count}", Recipients(id=id, who=who).pack())


def _card(id: int) -> str:
    return OpenAnnouncement(id=id).pack()


def _do(id: int, do: Sending) -> str:
    return Broadcast(id=id, do=do).pack()
