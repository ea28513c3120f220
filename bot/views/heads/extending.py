"""What a head can do about a request beside answering it: ask for more time."""

from datetime import date, datetime, tzinfo

from bot.domain.ledger.extension import REASON_LENGTH, Asking
from bot.domain.ledger.obligation import Extension, Obligation
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Open, packed
from bot.views.callbacks.extending import Extend, ExtendStep, More
from bot.views.common import OTHER_REASON
from bot.views.heads.card import Card, heading, unfolded
from bot.views.heads.threads import about_request
from bot.views.words import day, due_day, due_hour, esc, left, moment, screen, typed_day

SENT = "Просьба отправлена в управление"
ALREADY_ASKED = "Просьба уже отправлена: ждём решения"
# Whoever presses a button of an older day, or of a conversation that is over, is asked anew.
CHOOSE_AGAIN = "Выберите, пожалуйста, срок ещё раз"


def more(card: Card) -> Screen:
    """What else can be done about the request."""
    return screen(
        *heading(card),
        *unfolded(card),
        "",
        "Что нужно сделать?",
        rows=[
            [Button("Попросить продлить срок", _step(card, "ask"))],
            about_request(card.obligation.id),
            _back(card),
        ],
    )


def as_it_stands(card: Card, offers: tuple[date, date], asking: Asking) -> Screen:
    """What is asked next of a head who has said that; a request that waits already, if there is one."""
    if card.extension is not None:
        return waits(card, card.extension)
    if asking.until is None or not asking.has_date(card.obligation.due_at, card.now):
        return until(card, offers, asking)
    return preview(card, asking.until, asking.reason) if asking.reason else reason(card, asking.until)


def until(card: Card, offers: tuple[date, date], asking: Asking | None = None) -> Screen:
    """Asks until when: two buttons, or a date that is typed. `asking`: what has been said, which is kept."""
    near, far = offers
    labels = [("+ 3 рабочих дня", near), ("+ неделя", far)]
    return screen(
        *heading(card),
        *(_kept(card, asking) if asking is not None else []),
        "",
        "<b>До какого дня продлить срок?</b>",
        f"Выберите или напишите: {typed_day(far)}.",
        rows=[
            *([Button(f"{text}: до {day(on, card.today)}", _step(card, "until", packed(on)))] for text, on in labels),
            [Button("‹ Назад", More(obligation=card.obligation.id).pack())],
        ],
    )


def _kept(card: Card, asking: Asking) -> list[str]:
    """Why another date is asked for, and the reason that need not be written again."""
    said: list[str] = []
    if asking.until is not None:
        wished = day(asking.until.astimezone(card.zone).date(), card.today)
        if asking.until <= card.obligation.due_at:
            said = ["", f"❗️ Управление образования перенесло срок: просить продлить его до {wished} больше не нужно."]
        else:
            said = ["", f"❗️ Продлить срок до {wished} уже нельзя: этот день прошёл."]
    return [*said, *([f"Причина: <i>{esc(asking.reason)}</i>"] if asking.reason else [])]


def reason(card: Card, wished: datetime) -> Screen:
    """Asks why; the answer is typed."""
    return screen(
        *heading(card),
        f"Новый срок: <b>{due_day(wished, card.now, card.zone)}</b>",
        "",
        "<b>Почему нужно больше времени?</b>",
        "Напишите причину одним сообщением.",
        rows=[[Button("‹ Другой срок", _step(card, "ask"))]],
    )


def preview(card: Card, wished: datetime, why: str) -> Screen:
    """The request for more time before it is sent."""
    return screen(
        "<b>Проверьте просьбу</b>",
        *heading(card),
        f"Новый срок: <b>{due_day(wished, card.now, card.zone)}</b>",
        f"Причина: <i>{esc(why)}</i>",
        "",
        OTHER_REASON,
        rows=[
            [Button("Отправить просьбу", _step(card, "send"), style="success")],
            [Button("Другой срок", _step(card, "ask"))],
            _back(card),
        ],
    )


def waits(card: Card, extension: Extension) -> Screen:
    """The organization has asked for more time already."""
    by = f" · {esc(extension.asked_by_name)}" if extension.asked_by_name else ""
    return screen(
        *heading(card),
        "",
        f"Отправлено {moment(extension.asked_at, card.now, card.zone)}{by}",
        f"Причина: <i>{esc(extension.reason)}</i>",
        "",
        "О решении сообщим здесь. Ответ на запрос можно прислать и до него.",
        rows=[_back(card)],
    )


def bad_reason() -> Screen:
    """The reason is too short, too long, or no words at all."""
    return screen(f"Напишите причину словами: от {REASON_LENGTH.start} до {REASON_LENGTH.stop - 1} знаков.")


def outdated() -> Screen:
    """The request cannot be asked about any more, by this person or by anybody."""
    return screen("Срок этого запроса сейчас продлить нельзя. Открытые запросы: /tasks.")


def extended(obligation: Obligation, now: datetime, zone: tzinfo) -> Screen:
    """The department has moved the due date."""
    hour = due_hour(obligation.due_at, now, zone)
    until = f", {hour}" if hour else ""
    return _term(f"✅ <b>Срок продлён: до {due_day(obligation.due_at, now, zone)}{until}</b>", obligation)


def refused(obligation: Obligation, now: datetime, zone: tzinfo) -> Screen:
    """The department has not moved the due date, though it was asked to."""
    due = due_day(obligation.due_at, now, zone)
    return _term(f"🗓 <b>Срок остался прежним: {due}</b> ({left(obligation.due_at, now, zone)})", obligation)


def _term(said: str, obligation: Obligation) -> Screen:
    occasion = f" · {esc(obligation.round.title)}" if obligation.round.title else ""
    return screen(
        said,
        f"{esc(obligation.round.directive.title)}{occasion}",
        esc(obligation.organization_name),
        rows=[[Button("Открыть запрос", Open(obligation=obligation.id).pack())]],
    )


def _back(card: Card) -> list[Button]:
    return [Button("‹ К запросу", Open(obligation=card.obligation.id).pack())]


def _step(card: Card, step: ExtendStep, on: int = 0) -> str:
    return Extend(obligation=card.obligation.id, step=step, day=on).pack()
