"""Registrations that wait for a decision, and people whom nothing reaches."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from bot.domain.member import Person, Seat
from bot.domain.organization import Organization, OrganizationType
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Decide
from bot.views.registration import ROLES
from bot.views.words import day, esc, screen

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
