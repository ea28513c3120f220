"""Announcements that have gone off: how far they are, who got them, and what can still be done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from fractions import Fraction

from bot.domain.desk.announcement import Announcement, AnnouncementState, Coverage, Reach, Tally, Wording
from bot.domain.people.messenger import Messenger, messenger_of
from bot.domain.screen import Button, Copy, Rendered, Screen
from bot.views.announced import first_words, named
from bot.views.callbacks.announcements import (
    Acknowledge,
    AgreeToWords,
    Broadcast,
    OpenAnnouncement,
    Recipients,
    Sending,
    ShowCopy,
    Who,
)
from bot.views.callbacks.department import Announcements
from bot.views.department.announcements.arrivals import TITLES, to_retry
from bot.views.department.announcements.composing import STATES
from bot.views.department.panel import back
from bot.views.words import corrected, due_day, esc, moment, percent, plural, screen, shorten, units, wording

_AGED = "Сообщения старше двух суток Telegram удалить не даёт: текст будет заменён, а файл может остаться."
# Characters for names of organizations: Telegram shows 200 of a toast, and a phone some 40 of a button.
_TOAST, _LABEL = 150, 40
# Of corrected words.
_SHOWN = 500

HEAD = "📣 <b>Управление образования</b>"
OVER = "Рассылка этого объявления уже закончилась"
WITHDRAWN = "Это объявление удалено у всех"
NO_WORDS = "У этого сообщения нет текста, который можно исправить"
NOBODY_SILENT = "Повторить некому: ознакомились все, кто получил, или написать остальным сейчас нельзя"
NOBODY_REACHABLE = "Отправить некому: написать остальным пока нельзя"
PAUSED = "Приостановлено"
RESUMED = "Продолжаем"
STOPPED = "Остановлено"
REPEATED = "Уже отправлено ещё раз: {at}"
BEYOND = "Оно ушло и организациям вне ваших полномочий: можно только остановить или удалить у всех"
LOST = "Исходное сообщение удалено: продолжить нельзя"
# To recipients.
ACKNOWLEDGED = "Спасибо! Отмечено, что вы ознакомлены"
ACKNOWLEDGED_FOR_NOBODY = "Спасибо! Отмечено за вас. Организаций, которым оно адресовано, за вами сейчас нет"
ALREADY = "Вы уже отметили, что ознакомлены"
NOT_A_RECIPIENT = "Это объявление адресовано не вам"
NO_LONGER = "Это объявление отозвано, отмечать ничего не нужно"
SPECIMEN = "Это образец: так кнопка выглядит у получателей"


@dataclass(frozen=True, slots=True)
class Progress:
    """What the card of an announcement that has gone off is drawn from. `pace`: copies a second.

    `reachable`: how many of the organizations that it did not reach can be reached now.
    """

    announcement: Announcement
    tally: Tally
    coverage: Coverage
    reachable: int
    pace: float
    now: datetime
    zone: tzinfo


def card(progress: Progress) -> Screen:
    """Shows how far the announcement is, or what came of it."""
    announcement, tally, coverage = progress.announcement, progress.tally, progress.coverage
    lines = [
        f"📣 <b>Объявление</b> · {STATES[announcement.state]}",
        f"<i>{esc(first_words(announcement))}</i>",
        *_when(progress),
        "",
    ]
    rows: list[list[Button]] = []
    if announcement.lost_at is not None and announcement.state is AnnouncementState.PAUSED:
        lines += [*_lost(announcement), ""]
    lines.append(f"Отправлено: <b>{tally.sent}</b> из {plural(tally.total, 'человека', 'человек', 'человек')}")
    if tally.waiting:
        lines.append(f"Осталось: {tally.waiting}{_time_left(progress)}")
    if tally.failed:
        lines.append(f"Не доставлено: {tally.failed}")
    if tally.unsent and not announcement.state.goes_out:
        lines.append(f"Не успели отправить: {tally.unsent}")
    lines.append(_covered(coverage))
    if announcement.acknowledge:
        lines.append(_read(coverage))
    if announcement.corrected_at is not None:
        lines.append(f"Исправлено: {moment(announcement.corrected_at, progress.now, progress.zone)}")
    if announcement.proposed is not None:
        lines.append("👀 Исправление ждёт согласования")
    if (until := _current_until(announcement, progress.now)) is not None:
        lines.append(f"Новым людям: до {due_day(until, progress.now, progress.zone)}")
    if announcement.state.is_under_way:
        rows.append(_controls(announcement))
    rows += _lists(announcement, tally, coverage)
    if announcement.state.is_sent_off:
        rows += _afterwards(progress)
    if announcement.proposed is not None:
        rows.append([Button("Посмотреть исправление", AgreeToWords(id=announcement.id, mark="", agree=False).pack())])
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


def ask_delete(announcement: Announcement, tally: Tally, messenger: Messenger) -> Screen:
    """Asks before all copies are deleted."""
    aged = [_AGED] if messenger is Messenger.TELEGRAM else []
    return screen(
        f"<b>Удалить у всех?</b> Получили: {tally.sent}.",
        *aged,
        rows=[[Button("Удалить у всех", _do(announcement.id, "delete"), style="danger")], back(_card(announcement.id))],
    )


def ask_resume(announcement: Announcement, tally: Tally, at_night: Sequence[str]) -> Screen:
    """Asks before the rest goes when nobody works."""
    return screen(
        f"<b>Продолжить рассылку?</b> Осталось: {tally.waiting}.",
        *at_night,
        rows=[
            [Button("Да, продолжить", _do(announcement.id, "resume_at_night"), style="success")],
            back(_card(announcement.id)),
        ],
    )


def ask_repeat(announcement: Announcement, reach: Reach, at_night: Sequence[str]) -> Screen:
    """Asks before it goes again to organizations that have not acknowledged."""
    do: Sending = "repeat_at_night" if at_night else "repeat"
    people = plural(len(reach.people), "человеку", "людям", "людям")
    places = plural(len(reach.reached), "организации", "организаций", "организаций")
    return screen(
        f"<b>Отправить ещё раз?</b> Копия придёт {people} из {places}, где не ознакомились.",
        *at_night,
        rows=[[Button("Да, отправить", _do(announcement.id, do), style="success")], back(_card(announcement.id))],
    )


def ask_wording(announcement: Announcement, fault: str = "") -> Screen:
    """Asks for the corrected words; `fault`: what is wrong with those that were typed."""
    what = "новый текст" if announcement.wording is Wording.TEXT else "новую подпись"
    return screen(
        "<b>Исправить текст</b>",
        f"Пришлите {what} целиком. Он заменит прежний во всех копиях, в конце будет указано время исправления.",
        *_waiting_words(announcement),
        *([f"⚠️ {fault}"] if fault else []),
        rows=[back(_card(announcement.id))],
    )


def _waiting_words(announcement: Announcement) -> list[str]:
    if announcement.proposed is None:
        return []
    said = esc(shorten(wording(announcement.proposed["text"]), _SHOWN))
    return [f"👀 Ждёт согласования: «{said}». Ваше исправление займёт его место."]


def words_wait(announcement: Announcement) -> Screen:
    """The corrected words wait for somebody else's consent."""
    return screen(
        "👀 <b>Исправление отправлено на согласование</b>",
        "Пока его не согласуют, у всех прежний текст.",
        rows=[[Button("К объявлению", _card(announcement.id))]],
    )


def not_words() -> str:
    """Something other than text came for a correction."""
    return "Нужен текст."


def corrected_meanwhile(announcement: Announcement) -> str:
    """Somebody else has corrected the words, or has asked for it, while these were being typed. HTML."""
    again = "Если нужен всё же ваш текст, пришлите его ещё раз."
    if announcement.proposed is not None:
        return f"Ваше исправление не отправлено: тем временем предложено другое. {again}"
    said = esc(shorten(wording(announcement.text), _SHOWN))
    return f"Ваше исправление не принято: текст тем временем исправлен. Теперь: «{said}». {again}"


def in_parts(announcement: Announcement) -> str:
    """The corrected words came in several messages."""
    most = _longest(announcement)
    return f"Текст не помещается в одно сообщение (до {most} знаков): исправление отменено, у всех прежний текст."


def _longest(announcement: Announcement) -> int:
    """UTF-16 units of its words that the messenger takes."""
    messenger = messenger_of(announcement.chat_id)
    return messenger.message if announcement.wording is Wording.TEXT else messenger.caption


def corrected_text(announcement: Announcement, html: str, now: datetime, zone: tzinfo) -> tuple[str, str]:
    """The words with the line that says when they were corrected, and what is wrong with them; empty: nothing."""
    text = corrected(html, now, zone)
    longest = _longest(announcement)
    over = units(text) - longest
    if over <= 0:
        return text, ""
    room = longest - units(text) + units(html)
    return text, f"Слишком длинно: с пометкой об исправлении не больше {room} знаков, лишних — {over}."


def acknowledged(places: Sequence[str], *, news: bool) -> str:
    """Says that «Ознакомлен» counts, and for which organizations if they are none or several; `news`: since now."""
    if news and not places:
        return ACKNOWLEDGED_FOR_NOBODY
    said = ACKNOWLEDGED if news else ALREADY
    return f"{said}: {_named(places, _TOAST)}" if len(places) > 1 else said


def button(
    announcement: Announcement, *, acknowledged: bool, places: Sequence[str] = ()
) -> tuple[tuple[Button, ...], ...]:
    """The row below a copy: «Ознакомлен», or that it has been pressed; for which `places`, if they are several."""
    if not announcement.acknowledge:
        return ()
    data = Acknowledge(id=announcement.id).pack()
    if not acknowledged:
        return ((Button("Ознакомлен", data, style="primary"),),)
    of = f": {_named(places, _LABEL)}" if len(places) > 1 else ""
    return ((Button(f"✅ Ознакомлен{of}", data),),)


def by_button(announcement: Announcement, now: datetime, zone: tzinfo) -> Screen:
    """Whoever has written that they have read it says so by the button, which comes once more."""
    return screen(
        f"Чтобы отметить, что вы ознакомлены, нажмите кнопку. {esc(named(announcement, now, zone, to_reader=True))}",
        rows=[list(row) for row in button(announcement, acknowledged=False)],
    )


def copy(announcement: Announcement, *, acknowledged: bool) -> Rendered:
    """What goes to a person: who speaks, and the words; where there are files, the source itself."""
    rows = button(announcement, acknowledged=acknowledged)
    is_corrected = announcement.corrected_at is not None
    # What was agreed to is what goes, even if its author has edited the source since.
    agreed = announcement.approved_at is not None
    ours = announcement.headed or is_corrected or agreed
    if announcement.wording is Wording.TEXT and (ours or announcement.lost_at is not None):
        return Rendered(worded(announcement, rows))
    source = Copy(announcement.chat_id, announcement.messages)
    before = screen(HEAD) if announcement.is_introduced else None
    if announcement.is_album:
        # The correction of its words follows as a letter of its own.
        return Rendered(source, before=before)
    caption = worded(announcement).text if ours and announcement.wording is Wording.CAPTION else None
    return Rendered(replace(source, rows=rows, caption=caption), before=before)


def worded(announcement: Announcement, rows: tuple[tuple[Button, ...], ...] = ()) -> Screen:
    """Its words under the name of who speaks, unless that makes them too long."""
    text = f"{HEAD}\n\n{announcement.text}" if announcement.text else HEAD
    headed = announcement.headed and not announcement.is_album and units(text) <= _longest(announcement)
    return Screen(text if headed else announcement.text, rows, preview=announcement.headed)


def below_album(announcement: Announcement) -> Screen:
    """Asks to acknowledge an album, which has no buttons of its own."""
    return Screen(
        "Просим подтвердить, что вы ознакомились с объявлением выше.", button(announcement, acknowledged=False)
    )


def _current_until(announcement: Announcement, now: datetime) -> datetime | None:
    """Until when who joins gets it too; None: they do not. What was stopped goes to nobody any more, and nobody joins
    an audience of its moment."""
    until = announcement.current_until
    goes = announcement.state.goes_out and not announcement.audience.is_of_its_moment
    return until if goes and until is not None and until > now else None


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
    elif announcement.can_be_copied:
        row.append(Button("Продолжить", _do(announcement.id, "resume"), style="success"))
    row.append(Button("Остановить", _do(announcement.id, "stopping"), style="danger"))
    return row


def _covered(coverage: Coverage) -> str:
    parts = [f"дошло до <b>{coverage.reached}</b> из {coverage.total}"]
    if coverage.missed:
        parts.append(f"не дошло до {coverage.missed}")
    if coverage.waiting:
        parts.append(f"ещё не отправлено {coverage.waiting}")
    return f"Организации: {', '.join(parts)}"


def _read(coverage: Coverage) -> str:
    total = plural(coverage.total, "организации", "организаций", "организаций")
    share = Fraction(coverage.acknowledged, coverage.total) if coverage.total else None
    return f"Ознакомились: <b>{coverage.acknowledged}</b> из {total} ({percent(share)})"


def _named(places: Sequence[str], length: int) -> str:
    """The names if there is room for all of them, otherwise how many they are: none may pass for another."""
    names = "; ".join(places)
    return names if len(names) <= length else plural(len(places), "организация", "организации", "организаций")


def _lists(announcement: Announcement, tally: Tally, coverage: Coverage) -> list[list[Button]]:
    rows = [[_to_list(announcement.id, "sent", coverage.reached)]]
    if coverage.reached < coverage.total or tally.failed:
        rows[0].append(_to_list(announcement.id, "missed", coverage.missed))
    if announcement.acknowledge:
        rows.append(
            [
                _to_list(announcement.id, "acknowledged", coverage.acknowledged),
                _to_list(announcement.id, "silent", coverage.silent),
            ]
        )
    return rows


def _afterwards(progress: Progress) -> list[list[Button]]:
    announcement = progress.announcement
    rows = to_retry(announcement.id, progress.reachable)
    is_over = announcement.state.is_over
    if announcement.acknowledge and is_over and progress.coverage.silent and announcement.can_be_copied:
        rows.append([Button("Ещё раз не ознакомившимся", _do(announcement.id, "repeating"))])
    last = [Button("Показать", ShowCopy(id=announcement.id).pack())] if announcement.can_be_copied else []
    if announcement.wording is not Wording.NONE:
        last.append(Button("Исправить текст", _do(announcement.id, "wording")))
    rows.append(last)
    rows.append([Button("Удалить у всех", _do(announcement.id, "deleting"), style="danger")])
    return rows


def _to_list(id: int, who: Who, count: int) -> Button:
    return Button(f"{TITLES[who]}: {count}", Recipients(id=id, who=who).pack())


def _card(id: int) -> str:
    return OpenAnnouncement(id=id).pack()


def _do(id: int, do: Sending) -> str:
    return Broadcast(id=id, do=do).pack()
