"""What is done about many organizations of a round at once: a reminder, another due date, a decision."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from typing import Literal, NamedTuple

from bot.domain.ledger.control import Part
from bot.domain.ledger.obligation import Obligation, Round
from bot.domain.screen import Button, Screen
from bot.views.callbacks import packed, packed_moment
from bot.views.callbacks.control import Answer, Due, InRound, InTerritory, RemindIn, RemindNow, Together, TogetherIn
from bot.views.department.control.control import head
from bot.views.words import due_day, esc, moment, odd_hour, official, plural, screen, typed_day

NOTHING_TO_ACCEPT = "Принимать больше нечего: ответы уже проверены"
NOBODY = "Никого: все уже ответили или сняты с контроля"
# The label of the date that is asked for.
DUE_LABEL = "Новый срок"
# A territory in which alone something is done: what buttons call it, and its name.
Where = tuple[str, str]


class Heard(NamedTuple):
    """How many people a reminder would reach, of how many organizations, and when."""

    people: int
    reached: int
    when: datetime


def remind(
    round_: Round,
    owing: int,
    reached: int,
    people: int,
    last_by: str | None,
    when: datetime,
    now: datetime,
    zone: tzinfo,
    *,
    again: bool,
) -> Screen:
    """Asks before a reminder: whom it would reach and when. `again`: they were reminded less than a day ago."""
    return remind_in(None, round_, owing, Heard(people, reached, when), last_by, now, zone, again=again)


def remind_in(
    where: Where | None,
    round_: Round,
    owing: int,
    heard: Heard,
    last_by: str | None,
    now: datetime,
    zone: tzinfo,
    *,
    again: bool,
) -> Screen:
    """The same in one territory; `round_` was last reminded of when those there were."""
    people, reached, when = heard
    lines = [
        "<b>Напомнить не ответившим?</b>",
        *head(round_),
        *_at(where),
        "",
        f"Не ответили: {_organizations(owing)}.",
    ]
    if people:
        who = plural(people, "человеку", "людям", "людям")
        lines.append(f"Напоминание уйдёт {who}: {_organizations(reached)}.")
    if reached < owing:
        lines.append(f"Некому писать: {_organizations(owing - reached)}.")
    if again and round_.reminded_at:
        by = f" · {esc(last_by)}" if last_by else ""
        lines += ["", f"⚠️ Уже напоминали {moment(round_.reminded_at, now, zone)}{by}. Напомнить ещё раз?"]
    if when > now:
        lines += ["", f"Сейчас нерабочее время: напоминание уйдёт {moment(when, now, zone)}."]
    seen = packed_moment(round_.reminded_at)
    sure = (
        RemindIn(round=round_.id, seen=seen, sure=True, territory=where[0])
        if where
        else RemindNow(round=round_.id, seen=seen, sure=True)
    )
    rows = [[Button("Напомнить ещё раз" if again else "Напомнить", sure.pack())]] if people else []
    return screen(*lines, rows=[*rows, _cancel(round_, where)])


def reminded(people: int, when: datetime, now: datetime, zone: tzinfo) -> str:
    """The reminder is on its way."""
    if when > now:
        return f"Напоминание уйдёт {moment(when, now, zone)}. Получателей: {people}"
    return f"Напоминание отправляется {plural(people, 'человеку', 'людям', 'людям')}"


def accept_all(round_: Round, count: int, not_ours: int, now: datetime, where: Where | None = None) -> Screen:
    """Asks before all answers that wait are accepted."""
    lines = ["<b>Принять все ответы?</b>", *head(round_), *_at(where), "", f"На проверке: {_organizations(count)}."]
    if not_ours:
        lines.append(f"«Не относится к нам» ({not_ours}) останутся: решите по каждой.")
    sure = _sure(round_, "accept", now, where)
    return screen(*lines, rows=[[Button(f"Принять все ({count})", sure, style="success")], _cancel(round_, where)])


def excuse_all(round_: Round, count: int, now: datetime, where: Where | None = None) -> Screen:
    """Asks before all that have not answered are taken off control."""
    sure = _sure(round_, "excuse", now, where)
    return screen(
        "<b>Снять с контроля?</b>",
        *head(round_),
        *_at(where),
        "",
        f"Не ответили: {_organizations(count)}. Отвечать будет не нужно.",
        rows=[[Button(f"Снять ({count})", sure, style="danger")], _cancel(round_, where)],
    )


def accepted(count: int, waited: int) -> str:
    """How many were accepted; the others were answered anew while the person looked."""
    return f"Принято: {count}" if count == waited else f"Принято {count} из {waited}: остальные изменились"


def excused(count: int) -> str:
    """How many were taken off control."""
    return f"Снято с контроля: {count}"


def choose_due(
    round_: Round,
    obligation: Obligation | None,
    offers: Sequence[tuple[str, date]],
    usual: tuple[datetime, bool],
    now: datetime,
    zone: tzinfo,
    part: Part,
    page: int,
    problem: str = "",
) -> Screen:
    """Asks for another due date, of one organization or of all that have not answered.

    `usual`: the present one, and whether some have another.
    """
    due_at, varies = usual
    rows = [
        [Button(f"{text}: {_on(on, now, zone)}", _due(round_, obligation, on, part, page, sure=False))]
        for text, on in offers
    ]
    others = ", у некоторых другой" if varies else ""
    return screen(
        "<b>Продлить срок</b>",
        *head(round_),
        official(obligation) if obligation else "Всем, кто не ответил",
        f"Сейчас: {due_day(due_at, now, zone)}{odd_hour(due_at, (obligation or round_).closes_at, zone)}{others}",
        "",
        *([f"❗️ {problem}", ""] if problem else []),
        f"Выберите новый срок или напишите: {typed_day(offers[-1][1])}.",
        rows=[*rows, _leave(round_, obligation, part, page)],
    )


def confirm_due(
    round_: Round,
    obligation: Obligation | None,
    on: date,
    moved_from: date | None,
    counted: tuple[int, int],
    now: datetime,
    zone: tzinfo,
    part: Part,
    page: int,
) -> Screen:
    """Shows the new due date before anybody hears of it. `moved_from`: the day off that was asked for.

    `counted`: how many have an earlier one, of how many.
    """
    lines = [
        "<b>Продлить срок?</b>",
        *head(round_),
        official(obligation) if obligation else _moved(*counted),
        "",
    ]
    if moved_from:
        lines.append(f"{_on(moved_from, now, zone)} — нерабочий день, срок переносится.")
    lines.append(f"Новый срок: <b>{_on(on, now, zone)}</b>")
    sure = Button("Продлить", _due(round_, obligation, on, part, page, sure=True), style="success")
    return screen(*lines, rows=[[sure], _leave(round_, obligation, part, page)])


def extended(count: int) -> str:
    """How many due dates were moved."""
    return f"Срок продлён: {_organizations(count)}" if count else "Срок не изменён: уже ответили или срок и так позже"


def past(on: date, now: datetime, zone: tzinfo) -> str:
    """The date that was typed has passed."""
    return f"Эта дата уже прошла: {_on(on, now, zone)}."


def not_later(due_at: datetime, now: datetime, zone: tzinfo) -> str:
    """The date that was typed is no extension."""
    return f"Новый срок должен быть позже нынешнего: {due_day(due_at, now, zone)}."


def too_far() -> str:
    """The date that was typed is more than a year away."""
    return "Слишком поздно: не больше года вперёд."


def no_date() -> str:
    """What was typed is no date; the screen has an example."""
    return "Это не похоже на дату."


def offers(dates: Sequence[date]) -> list[tuple[str, date]]:
    """Words for each date that is offered."""
    return list(zip(("3 рабочих дня", "7 дней", "14 дней"), dates, strict=True))


def rework_offers(dates: Sequence[date]) -> list[tuple[str, date]]:
    """Words for each date that is offered for rework."""
    return list(zip(("1 рабочий день", "3 рабочих дня", "7 дней"), dates, strict=True))


def _on(on: date, now: datetime, zone: tzinfo) -> str:
    return due_day(datetime(on.year, on.month, on.day, 12, tzinfo=zone), now, zone)


def _moved(count: int, owing: int) -> str:
    return _organizations(count) + (f" из {owing}: у остальных срок не раньше" if count < owing else "")


def _organizations(count: int) -> str:
    return plural(count, "организация", "организации", "организаций")


def _due(round_: Round, obligation: Obligation | None, on: date, part: Part, page: int, *, sure: bool) -> str:
    return Due(
        round=round_.id,
        obligation=obligation.id if obligation else 0,
        day=packed(on),
        sure=sure,
        part=part,
        page=page,
    ).pack()


def _leave(round_: Round, obligation: Obligation | None, part: Part, page: int) -> list[Button]:
    return (
        [Button("‹ Не продлевать", Answer(obligation=obligation.id, part=part, page=page).pack())]
        if obligation
        else _cancel(round_)
    )


def _cancel(round_: Round, where: Where | None = None) -> list[Button]:
    to = InTerritory(round=round_.id, territory=where[0]) if where else InRound(round=round_.id)
    return [Button("‹ Отмена", to.pack())]


def _at(where: Where | None) -> list[str]:
    return [f"📍 {esc(where[1])}"] if where else []


def _sure(round_: Round, what: Literal["accept", "excuse"], now: datetime, where: Where | None) -> str:
    at = packed_moment(now)
    if where:
        return TogetherIn(round=round_.id, what=what, at=at, territory=where[0]).pack()
    return Together(round=round_.id, what=what, at=at).pack()
