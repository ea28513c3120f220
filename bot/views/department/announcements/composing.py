"""Announcements until they go off: the list, and composing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.announcement import (
    Announcement,
    AnnouncementState,
    Reach,
    at_morning,
    at_tomorrow,
    in_office_hours,
)
from bot.domain.desk.audience import Audience
from bot.domain.fields.moments import MomentFault
from bot.domain.people.member import Limits
from bot.domain.screen import Button, Screen
from bot.domain.timing.calendar import WorkCalendar
from bot.views.announced import FIRST_WORDS, first_words
from bot.views.callbacks.announcements import (
    Agree,
    AgreeTo,
    Compose,
    Composing,
    NewAnnouncement,
    OpenAnnouncement,
    Recipients,
    ShowCopy,
)
from bot.views.callbacks.audience import Audiences
from bot.views.callbacks.department import Announcements
from bot.views.department.audience import described
from bot.views.department.panel import back
from bot.views.words import (
    arrows,
    button_label,
    button_titles,
    due_day,
    esc,
    moment,
    plain,
    plural,
    screen,
    shorten,
)

PAGE = 8

GONE = "Этого объявления больше нет, или оно уже отправлено"
NOT_NOW = "Состояние объявления уже изменилось"
NOBODY_CHOSEN = "Выберите, пожалуйста, кому отправить"
NOBODY = "Отправить некому: из выбранных никто не может получить сообщение. Подробнее — «Получатели»"
LOST = "Исходное сообщение удалено, отправить нечего. Пришлите его заново: «Заменить сообщение»"
NO_APPROVER = "Согласовать некому: нет другого сотрудника, чьи полномочия охватывают всех получателей"
PREVIEW_SENT = "Отправил копию ниже"
RECALLED = "Отправка отменена, автору сообщим"
PAST = "Назначенное время прошло. Выберите, пожалуйста, другое"
DISCARDED = "Черновик удалён"

STATES = {
    AnnouncementState.DRAFT: "черновик",
    AnnouncementState.APPROVAL: "на согласовании",
    AnnouncementState.SCHEDULED: "запланировано",
    AnnouncementState.SENDING: "отправляется",
    AnnouncementState.PAUSED: "приостановлено",
    AnnouncementState.DONE: "отправлено",
    AnnouncementState.STOPPED: "остановлено",
    AnnouncementState.CANCELLED: "отменено",
    AnnouncementState.WITHDRAWN: "удалено у всех",
}
_MARKS = {
    AnnouncementState.DRAFT: "✏️",
    AnnouncementState.APPROVAL: "👀",
    AnnouncementState.SCHEDULED: "🕓",
    AnnouncementState.SENDING: "📤",
    AnnouncementState.PAUSED: "⏸",
    AnnouncementState.DONE: "✅",
    AnnouncementState.STOPPED: "⏹",
    AnnouncementState.WITHDRAWN: "🗑",
    AnnouncementState.CANCELLED: "",
}
_BAD_MOMENTS = {
    MomentFault.UNREADABLE: "Не получилось понять. Напишите, например: {example}.",
    MomentFault.PAST: "Это время уже прошло. Напишите, пожалуйста, другое.",
    MomentFault.TOO_FAR: "Это больше чем через год. Напишите, пожалуйста, более близкое время.",
}


@dataclass(frozen=True, slots=True)
class Composed:
    """All that the screens of one announcement are drawn from before it goes off.

    `count`: organizations of its audience; `mine`: whoever looks is its author; `needs_consent`: its author cannot
    send it alone; `limits`: the author's; `before`: what was sent to be agreed to the time before, and `was_for` whom.
    """

    announcement: Announcement
    catalog: Catalog
    now: datetime
    count: int
    reach: Reach
    chosen: Sequence[str]
    about: str
    mine: bool
    needs_consent: bool
    limits: Limits
    before: dict[str, Any] | None
    was_for: tuple[Audience, Sequence[str], str]

    @property
    def mark(self) -> str:
        """Stands in a button for all that the card shows."""
        return self.announcement.mark(self.limits)

    @property
    def zone(self) -> tzinfo:
        """The department's time zone."""
        return self.catalog.calendar.zone


def home(announcements: Sequence[Announcement], total: int, page: int, pages: int, zone: tzinfo) -> Screen:
    """A page of the person's drafts, then of what has been sent or waits for it, of which there is that `total`."""
    rows = [[Button("Новое объявление", NewAnnouncement().pack(), style="primary")]]
    labels = button_titles(
        [f"{_MARKS[each.state]} {first_words(each, 50)}".strip() for each in announcements],
        [
            f"{(each.send_at or each.started_at or each.created_at).astimezone(zone):%d.%m %H:%M}"
            for each in announcements
        ],
    )
    rows += [[Button(label, _card(each.id))] for label, each in zip(labels, announcements, strict=True)]
    turn = arrows(page, pages, lambda to: Announcements(page=to).pack())
    lines = ["<b>Объявления</b>", "Чтобы объявить, пришлите сообщение сюда."]
    if total:
        lines.append(f"Всего: {total}.")
    return screen(*lines, rows=[*rows, turn, back()])


def draft(card: Composed) -> Screen:
    """Shows what is composed, and what can still be said about it."""
    announcement = card.announcement
    rows = [
        [
            Button("Кому" if announcement.audience.is_nobody else f"Кому: {card.count}", _audience(announcement.id)),
            Button("Когда", _do(announcement.id, "when")),
        ],
        [
            Button(f"«Ознакомлен»: {'да' if announcement.acknowledge else 'нет'}", _do(announcement.id, "acknowledge")),
            Button("Новым людям", _do(announcement.id, "current")),
        ],
        [Button("Проверить на себе", ShowCopy(id=announcement.id).pack()), recipients(announcement.id)],
    ]
    office = _office(card)
    if office is not None:
        rows.append([Button(f"Отложить: {moment(office, card.now, card.zone)}", _do(announcement.id, "office"))])
    send = "На согласование" if card.needs_consent else "Отправить"
    rows += [
        [Button(send, _do(announcement.id, "ask"), style="success")],
        [
            Button("Заменить сообщение", _do(announcement.id, "replace")),
            Button("Удалить", _do(announcement.id, "forget"), style="danger"),
        ],
        back(Announcements().pack()),
    ]
    return screen(*_head(card), *details(card), rows=rows)


def waiting(card: Composed) -> Screen:
    """Shows an announcement that waits for consent, or for its time."""
    announcement = card.announcement
    rows = [[Button("Показать", ShowCopy(id=announcement.id).pack()), recipients(announcement.id)]]
    if announcement.state is AnnouncementState.APPROVAL and not card.mine:
        rows.append(decision(card))
    elif announcement.state is AnnouncementState.APPROVAL:
        rows.append([Button("Отозвать", _do(announcement.id, "recall"))])
    else:
        rows.append([Button("Отменить отправку", _do(announcement.id, "recall"), style="danger")])
    by = [f"<b>Автор:</b> {esc(announcement.by_name)}"] if announcement.by_name and not card.mine else []
    return screen(*_head(card), *by, *details(card), rows=[*rows, back(Announcements().pack())])


def cancelled(announcement: Announcement) -> Screen:
    """The announcement was cancelled before it was sent."""
    return screen("Это объявление отменено и не будет отправлено.", rows=[back(Announcements().pack())])


def discard(announcement: Announcement) -> Screen:
    """Asks before a draft is deleted."""
    return screen(
        "<b>Удалить черновик?</b>",
        rows=[[Button("Удалить", _do(announcement.id, "discard"), style="danger")], back(_card(announcement.id))],
    )


def when(card: Composed, fault: MomentFault | None = None) -> Screen:
    """Asks when the announcement goes; `fault`: what is wrong with the time that was typed."""
    announcement, calendar = card.announcement, card.catalog.calendar
    today = card.now.astimezone(card.zone).date()
    tomorrow, morning = at_tomorrow(calendar, card.now), at_morning(calendar, card.now)
    rows = [
        [Button("Сейчас", _do(announcement.id, "now"))],
        [Button(f"Завтра в {tomorrow.astimezone(card.zone):%H:%M}", _do(announcement.id, "tomorrow"))],
    ]
    if morning != tomorrow:
        label = f"{due_day(morning, card.now, card.zone)}, {morning.astimezone(card.zone):%H:%M}"
        rows.append([Button(button_label(label.capitalize()), _do(announcement.id, "morning"))])
    example = f"{today + timedelta(days=3):%d.%m} 14:30"
    return screen(
        "<b>Когда отправить</b>",
        f"Выберите или напишите: {example}",
        *_bad(fault, example),
        rows=[*rows, back(_card(announcement.id))],
    )


def current(card: Composed, fault: MomentFault | None = None) -> Screen:
    """Asks until when those who join later get it too; `fault`: what is wrong with the day that was typed."""
    announcement = card.announcement
    today = card.now.astimezone(card.zone).date()
    example = f"{today + timedelta(days=10):%d.%m}"
    return screen(
        "<b>Актуально до</b>",
        "Кто зарегистрируется или вернётся раньше этого дня, тоже получит объявление.",
        f"Выберите или напишите день: {example}",
        *_bad(fault, example),
        rows=[
            [Button("Нет", _do(announcement.id, "none"))],
            [Button("Неделя", _do(announcement.id, "week")), Button("Месяц", _do(announcement.id, "month"))],
            back(_card(announcement.id)),
        ],
    )


def confirm(card: Composed) -> Screen:
    """Asks before the announcement goes, with the number of people."""
    announcement, people = card.announcement, f"Получателей: {len(card.reach.people)}."
    if card.needs_consent:
        lines = [f"<b>Отправить на согласование?</b> {people}"]
        button = Button("На согласование", _do(announcement.id, "submit"), style="success")
    elif announcement.send_at is None:
        lines = [f"<b>Отправить сейчас?</b> {people}"]
        # Outside of working hours it is another yes: a screen of the day does not do.
        yes = _do(announcement.id, "night" if _night(card) else "send")
        button = Button(f"Да, отправить: {len(card.reach.people)}", yes, style="success")
    else:
        at = moment(announcement.send_at, card.now, card.zone)
        lines = [f"<b>Запланировать на {at}?</b> {people}"]
        button = Button("Да, запланировать", _do(announcement.id, "send"), style="success")
    whom = f"<b>Кому:</b> {'; '.join(described(announcement.audience, card.catalog, card.chosen, card.about))}"
    return screen(*lines, whom, *_night(card), rows=[[button], back(_card(announcement.id))])


def author_gone(announcement: Announcement) -> Screen:
    """Administrators hear that a scheduled announcement was cancelled, as its author may send none any more."""
    by = f" ({esc(announcement.by_name)})" if announcement.by_name else ""
    return screen(
        "⚠️ <b>Запланированное объявление отменено</b>",
        f"<i>{esc(first_words(announcement))}</i>",
        "",
        f"Автор{by} больше не может рассылать объявления. Если оно нужно, просим отправить его от своего имени.",
    )


def _office(card: Composed) -> datetime | None:
    return in_office_hours(card.announcement, card.catalog.calendar, card.now)


def _head(card: Composed) -> list[str]:
    announcement = card.announcement
    lines = [f"📣 <b>Объявление</b> · {STATES[announcement.state]}", f"<i>{esc(first_words(announcement))}</i>"]
    if announcement.lost_at is not None:
        lines.append("⚠️ Исходное сообщение удалено из переписки с ботом: просим прислать его заново.")
    return [*lines, ""]


def details(card: Composed) -> list[str]:
    """Whom the announcement is for, when it goes and what comes with it; HTML."""
    announcement = card.announcement
    audience = described(announcement.audience, card.catalog, card.chosen, card.about)
    lines = [f"<b>Кому:</b> {'; '.join(audience)}"]
    if not announcement.audience.is_nobody:
        reach = card.reach
        lines.append(
            f"<b>Получат:</b> {_people(len(reach.people))} (организации: {len(reach.reached)} из {card.count})"
        )
        missed = []
        if reach.cut_off:
            missed.append(f"недоступны: {len(reach.cut_off)}")
        if reach.vacancies:
            missed.append(f"никто не зарегистрирован: {len(reach.vacancies)}")
        if missed:
            count = plural(len(reach.cut_off) + len(reach.vacancies), "организации", "организаций", "организаций")
            lines.append(f"⚠️ Не дойдёт до {count} ({', '.join(missed)})")
    at = "сразу" if announcement.send_at is None else moment(announcement.send_at, card.now, card.zone)
    lines += [f"<b>Когда:</b> {at}", *_night(card)]
    if announcement.acknowledge:
        lines.append("<b>«Ознакомлен»:</b> кнопка под сообщением")
    if announcement.current_until is not None:
        until = due_day(announcement.current_until, card.now, card.zone)
        lines.append(f"<b>Новым людям:</b> до {until}")
        if announcement.audience.is_of_its_moment:
            lines.append("⚠️ Новым людям оно не придёт: оно только тем, кто чего-то не сделал")
        elif announcement.current_until <= max(announcement.send_at or card.now, card.now):
            lines.append("⚠️ Это раньше отправки: новым людям оно не придёт")
    return lines


def _night(card: Composed) -> list[str]:
    return night(card.catalog.calendar, max(card.announcement.send_at or card.now, card.now), card.now)


def _bad(fault: MomentFault | None, example: str) -> list[str]:
    return [] if fault is None else ["", "⚠️ " + _BAD_MOMENTS[fault].format(example=example)]


def _people(count: int) -> str:
    return plural(count, "человек", "человека", "человек")


def decision(card: Composed) -> list[Button]:
    """Consent to what the card shows, or back to the author."""
    id = card.announcement.id
    return [
        Button("Согласовать", AgreeTo(id=id, mark=card.mark).pack(), style="success"),
        Button("Вернуть", Agree(id=id, agree=False).pack()),
    ]


def changed(card: Composed) -> list[str]:
    """What is other than when consent to it was asked the time before; HTML."""
    before, now = card.before, card.announcement.matter(card.limits)
    if before is None or before == now:
        return []
    lines = ["<b>Изменено с прошлого раза</b>"]
    if before["text"] != now["text"]:
        lines.append(f"Было: <i>{esc(shorten(plain(before['text']), FIRST_WORDS * 4))}</i>")
    if before["messages"] != now["messages"]:
        lines.append("Другое сообщение или другой состав альбома")
    if before["audience"] != now["audience"]:
        audience, chosen, about = card.was_for
        lines.append(f"Было кому: {'; '.join(described(audience, card.catalog, chosen, about))}")
    if before["limits"] != now["limits"]:
        lines.append("Полномочия автора")
    if before["acknowledge"] != now["acknowledge"]:
        lines.append(f"Кнопка «Ознакомлен»: было «{'да' if before['acknowledge'] else 'нет'}»")
    for name, title in (("send_at", "Когда"), ("current_until", "Новым людям")):
        if before[name] != now[name]:
            was = before[name]
            at = moment(datetime.fromisoformat(was), card.now, card.zone) if was else "не указано"
            lines.append(f"{title}: было — {at}")
    return [*lines, ""]


def night(calendar: WorkCalendar, at: datetime, now: datetime) -> list[str]:
    """The line that warns of a time at which nobody works, or not everybody; HTML."""
    if calendar.next_work_moment(at) <= at:
        resting = {
            f"{at.astimezone(its.zone):%H:%M}": None for its in calendar.all_of_them if its.next_work_moment(at) > at
        }
        return [f"🌙 Не везде рабочее время: местами {', '.join(sorted(resting))}"] if resting else []
    local = at.astimezone(calendar.zone)
    off = "нерабочее время" if calendar.is_work_day(local.date()) else "нерабочий день"
    return [f"🌙 Уйдёт в {off}: {due_day(at, now, calendar.zone)}, {local:%H:%M}"]


def recipients(id: int) -> Button:
    """Who would get it."""
    return Button("Получатели", Recipients(id=id, who="reach").pack())


def to_card(id: int) -> Button:
    """The way to the announcement."""
    return Button("К объявлению", _card(id))


def _card(id: int) -> str:
    return OpenAnnouncement(id=id).pack()


def _do(id: int, do: Composing) -> str:
    return Compose(id=id, do=do).pack()


def _audience(id: int) -> str:
    return Audiences(of="a", id=id).pack()
