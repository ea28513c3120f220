"""Registrations that wait for a decision, and people whom nothing reaches."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from bot.domain.brevity import shortened
from bot.domain.people.member import Person, Role, Seat
from bot.domain.people.organization import Organization, OrganizationType
from bot.domain.screen import Button, Screen
from bot.domain.text import mixes_alphabets
from bot.views.callbacks import Decide
from bot.views.callbacks.department import Roster
from bot.views.callbacks.people import Application, Applications, Beside, Replace
from bot.views.department.panel import back
from bot.views.roles import role_name
from bot.views.words import account, arrows, button_labels, day, esc, official, screen

PAGE = 8
ALREADY_DECIDED = "Эта заявка уже рассмотрена или отозвана"
CHANGED = "Тем временем руководитель там сменился. Просим проверить ещё раз"


def registration(
    seat: Seat,
    organization: Organization,
    types: Mapping[str, OrganizationType],
    holders: Sequence[Seat],
    now: datetime,
    zone: tzinfo,
    *,
    typed_in: bool,
    listed: bool = False,
) -> Screen:
    """Asks whether somebody gets a seat; shows who holds it. `typed_in`: the roster lacks the organization.

    `listed`: it was opened from the list and leads back there.
    """
    titles = ", ".join(types[type_id].title if type_id in types else type_id for type_id in sorted(organization.types))
    lines = [
        "👤 <b>Заявка на регистрацию</b>",
        f"{esc(seat.person_name)}, {role_name(seat.role)}",
        # Anybody may call themselves anything; the number is the messenger's.
        f"Номер {account(seat.person_id)}",
        f"🏫 {official(seat)}",
        esc(titles),
    ]
    if mixes_alphabets(seat.person_name) or (typed_in and mixes_alphabets(organization.name)):
        lines.append("⚠️ В имени или названии среди русских букв есть чужие: проверьте, кто это.")
    if typed_in:
        lines.append("⚠️ Название введено вручную: в списке его нет.")
    lines.append("")
    if holders:
        lines.append("Сейчас в этой организации:")
        today = now.astimezone(zone).date()
        for holder in holders:
            since = f", с {day(holder.since.astimezone(zone).date(), today)}" if holder.since else ""
            lines.append(f"• {esc(holder.person_name)}, {role_name(holder.role)}{since}")
    else:
        lines.append("В этой организации пока никого нет.")
    rows = [*_choice(seat, holders), back(Applications().pack()) if listed else []]
    return screen(*lines, rows=rows)


def _choice(seat: Seat, holders: Sequence[Seat]) -> list[list[Button]]:
    refuse = Button("Отклонить", Decide(seat=seat.id, accept=False).pack(), style="danger")
    heads = [holder for holder in holders if holder.role is Role.HEAD and seat.role is Role.HEAD]
    if not heads:
        return [[Button("Подтвердить", Decide(seat=seat.id, accept=True).pack(), style="success"), refuse]]
    labels = button_labels([f"Подтвердить вместо: {head.person_name}" for head in heads])
    rows = [
        [Button(label, Replace(seat=seat.id, former=head.id).pack(), style="success")]
        for label, head in zip(labels, heads, strict=True)
    ]
    return [*rows, [Button("Подтвердить вторым руководителем", Beside(seat=seat.id).pack())], [refuse]]


def applications(seats: Sequence[Seat], page: int) -> Screen:
    """Lists the registrations that wait."""
    pages = max(1, -(-len(seats) // PAGE))
    page = min(page, pages - 1)
    shown = seats[page * PAGE : (page + 1) * PAGE]
    labels = button_labels([f"{shortened(seat.person_name, 18)} · {seat.organization_label}" for seat in shown])
    rows = [[Button(label, Application(seat=seat.id).pack())] for label, seat in zip(labels, shown, strict=True)]
    rows.append(arrows(page, pages, lambda to: Applications(page=to).pack()))
    head = f"<b>Заявки на регистрацию: {len(seats)}</b>" if seats else "Заявок на регистрацию нет."
    lines = [head, *([f"Страница {page + 1} из {pages}."] if pages > 1 else [])]
    return screen(*lines, rows=[*rows, back(Roster().pack())])


def decided(seat: Seat, others: int, *, accepted: bool, instead_of: Seat | None = None) -> Screen:
    """What was decided about a seat; `others` still wait."""
    mark = "✅ Подтверждено" if accepted else "🚫 Отклонено"
    lines = [f"{mark}: {esc(seat.person_name)}, {role_name(seat.role)}", f"🏫 {official(seat)}"]
    if instead_of is not None:
        lines.append(f"Прежний руководитель: {esc(instead_of.person_name)}")
    return screen(*lines, rows=[_onward(others)])


def already_decided(others: int) -> Screen:
    """Somebody else has decided, or the person has withdrawn."""
    return screen("Эта заявка уже рассмотрена или отозвана.", rows=[_onward(others)])


def _onward(others: int) -> list[Button]:
    if others:
        return [Button(f"Другие заявки: {others}", Applications().pack())]
    return back(Roster().pack())


def unreachable(person: Person, seats: Sequence[Seat]) -> Screen:
    """Messages do not reach a head any more."""
    places = [f"🏫 {official(seat)}, {role_name(seat.role)}" for seat in seats]
    return screen(
        f"⚠️ <b>Сообщения не доходят:</b> {esc(person.name)}",
        *places,
        "",
        "Бот заблокирован или учётная запись удалена. Запросы ждут; они придут, когда бот снова будет доступен.",
    )
