"""What the department's people see."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from bot.domain.member import Person, Seat
from bot.domain.obligation import Obligation, Round
from bot.domain.organization import Organization, OrganizationType
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Decide, Missed, Pending, Status
from bot.views.registration import ROLES
from bot.views.words import button_label, day, due_day, esc, left, screen, shorten

_LISTED = 60
# A missed round opened after all gets its full term (bot.storage.rounds.open_missed).
_LATER = "Если открыть сейчас, срок сдвинется на столько же."
_PAST = "Приём ответов по нему уже завершился бы: открыть нельзя."
ALREADY_DECIDED = "Эта заявка уже рассмотрена или отозвана"


def registration(
    seat: Seat,
    organization: Organization,
    types: Mapping[str, OrganizationType],
    holders: Sequence[Seat],
    now: datetime,
    zone: tzinfo,
    *,
    typed_in: bool,
) -> Screen:
    """Somebody asks for a seat; who holds it already is shown. `typed_in`: the roster lacks the organization."""
    titles = ", ".join(types[one].title if one in types else one for one in sorted(organization.types))
    lines = [
        "👤 <b>Заявка на регистрацию</b>",
        f"{esc(seat.person_name)}, {ROLES[seat.role].lower()}",
        f"🏫 {esc(organization.name)}",
        esc(titles),
    ]
    if typed_in:
        lines.append("⚠️ Название введено вручную: в списке его нет.")
    lines.append("")
    if holders:
        lines.append("Сейчас в этой организации:")
        today = now.astimezone(zone).date()
        for one in holders:
            since = f", с {day(one.since.astimezone(zone).date(), today)}" if one.since else ""
            lines.append(f"• {esc(one.person_name)}, {ROLES[one.role].lower()}{since}")
    else:
        lines.append("В этой организации пока никого нет.")
    return screen(
        *lines,
        rows=[
            [
                Button("Подтвердить", Decide(seat=seat.id, accept=True).pack(), style="success"),
                Button("Отклонить", Decide(seat=seat.id, accept=False).pack(), style="danger"),
            ]
        ],
    )


def decided(seat: Seat, *, accepted: bool) -> Screen:
    """What was decided about a seat."""
    mark = "✅ Подтверждено" if accepted else "🚫 Отклонено"
    return screen(f"{mark}: {esc(seat.person_name)}, {ROLES[seat.role].lower()}", f"🏫 {esc(seat.organization_name)}")


def already_decided() -> Screen:
    """Somebody else has decided, or the person has withdrawn."""
    return screen("Эта заявка уже рассмотрена или отозвана.")


def unreachable(person: Person, seats: Sequence[Seat]) -> Screen:
    """A head cannot be written to."""
    places = [f"🏫 {esc(one.organization_name)}, {ROLES[one.role].lower()}" for one in seats]
    return screen(
        f"⚠️ <b>Сообщения не доходят:</b> {esc(person.name)}",
        *places,
        "",
        "Бот заблокирован или учётная запись удалена. Запросы ждут; они придут, когда бот снова будет доступен.",
    )


def missed(found: Round, now: datetime, zone: tzinfo) -> Screen:
    """A round whose time passed while the bot was down, for longer than it may be caught up."""
    answerable = now < found.closes_at
    return screen(
        "⏳ <b>Запрос не был открыт вовремя</b>: бот не работал.",
        f"{esc(found.directive.title)} · {esc(found.title)}",
        f"Должен был открыться {day(found.opens_at.astimezone(zone).date(), now.astimezone(zone).date())}, "
        f"срок: {due_day(found.due_at, now, zone)} ({left(found.due_at, now, zone)}).",
        _LATER if answerable else _PAST,
        rows=[
            [
                *([Button("Открыть сейчас", Missed(round=found.id, open=True).pack())] if answerable else []),
                Button("Не открывать", Missed(round=found.id, open=False).pack()),
            ]
        ],
    )


def missed_past(found: Round) -> Screen:
    """Answers to the missed round would no longer be taken: there is nothing to open."""
    return screen(f"{esc(found.directive.title)} · {esc(found.title)}", _PAST)


def missed_decided(found: Round, *, opened: bool) -> Screen:
    """What was decided about a missed round."""
    done = "✅ Запрос открыт" if opened else "Запрос не открывается"
    return screen(f"{done}: {esc(found.directive.title)} · {esc(found.title)}")


def missed_already() -> Screen:
    """Somebody else has decided about the missed round."""
    return screen("По этому запросу уже принято решение.")


def status(
    rounds: Sequence[Round],
    tally: Mapping[int, tuple[int, int]],
    waiting: int,
    missed: int,
    now: datetime,
    zone: tzinfo,
) -> Screen:
    """Open rounds: answered of all. `waiting` and `missed`: registrations and rounds that wait for a decision."""
    lines = [f"<b>Открытые запросы: {len(rounds)}</b>" if rounds else "Открытых запросов нет."]
    rows = []
    for number, one in enumerate(rounds[:_LISTED], 1):
        done, total = tally.get(one.id, (0, 0))
        lines += [
            "",
            f"{number}. <b>{esc(one.directive.title)}</b> · {esc(one.title)}",
            f"Ответили {done} из {total}, срок: {due_day(one.due_at, now, zone)}",
        ]
        if done < total:
            text = button_label(f"{number}. Не ответили: {total - done}")
            rows.append([Button(text, Status(round=one.id).pack())])
    if waiting:
        rows.append([Button(f"Заявки на регистрацию: {waiting}", Pending(what="registrations").pack())])
    if missed:
        rows.append([Button(f"Не открыты вовремя: {missed}", Pending(what="missed").pack())])
    return screen(*lines, rows=rows)


def missing(found: Round, who: Sequence[Obligation], now: datetime, zone: tzinfo) -> Screen:
    """Who has not answered a round."""
    lines = [
        f"<b>{esc(found.directive.title)}</b> · {esc(found.title)}",
        f"Срок: {due_day(found.due_at, now, zone)}",
        "",
    ]
    if who:
        lines.append(f"<b>Не ответили ({len(who)}):</b>")
        lines += [f"• {esc(shorten(one.organization_name, 90))}" for one in who[:_LISTED]]
        if len(who) > _LISTED:
            lines.append(f"… и ещё {len(who) - _LISTED}")
    else:
        lines.append("Ответили все.")
    return screen(*lines, rows=[[Button("‹ Все запросы", Status().pack())]])


def staff_only() -> Screen:
    """A command of the department from somebody else."""
    return screen("Эта команда — для сотрудников управления образования.")
