"""The department's staff: who they are, what they are limited to, links that make somebody one of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Final, Literal

from bot.domain.catalog.catalog import Catalog
from bot.domain.people.member import Limits, Person, StaffRole
from bot.domain.people.messenger import account_of
from bot.domain.screen import Button, Screen
from bot.views.callbacks import people as callbacks
from bot.views.callbacks.department import Roster
from bot.views.callbacks.people import Grant, Limit, Links, Member, Members, Withdraw
from bot.views.department.audience import territories
from bot.views.department.panel import back, desk
from bot.views.roles import INVITED, STAFF_ROLES, may, role_name
from bot.views.territories import short
from bot.views.words import arrows, button_label, button_labels, day, esc, screen, shorten

PAGE = 8
_CHOICES = 20

Scope = Literal["types", "topics", "territories"]
# «Отметьте ...»
_WHAT: Final[Mapping[Scope, str]] = {"territories": "территории", "types": "типы организаций", "topics": "темы"}

BELOW = "Ссылка отправлена сообщением ниже: её можно переслать"
CHANGED = "Сохранено"
NO_CHANGE = "Ничего не изменилось"
NO_MEMBER = "У этого человека уже нет роли в управлении"
LAST = "Это единственный администратор: без него управлять будет некому. Сначала назначьте другого."
BY_SETTING = "Этот администратор задан настройкой ADMIN_IDS: отозвать или изменить его роль можно только там."


def members(
    people: Sequence[Person],
    since: Mapping[int, datetime],
    page: int,
    links: int,
    catalog: Catalog,
    now: datetime,
    zone: tzinfo,
) -> Screen:
    """Lists the staff, and offers links for new ones; `links`: how many can be used still."""
    pages = max(1, -(-len(people) // PAGE))
    page = min(page, pages - 1)
    shown, today = people[page * PAGE : (page + 1) * PAGE], now.astimezone(zone).date()
    lines = [f"<b>Сотрудники управления: {len(people)}</b>"]
    for person in shown:
        assert person.staff_role is not None
        limited = "" if person.limits.are_none else f" ({esc(shorten(limits(person.limits, catalog), 120))})"
        from_day = f", с {day(since[person.id].astimezone(zone).date(), today)}" if person.id in since else ""
        lines.append(f"• {esc(_name(person))} — {role_name(person.staff_role)}{limited}{from_day}")
    if pages > 1:
        lines.append(f"Страница {page + 1} из {pages}.")
    labels = button_labels(
        [_name(person) for person in shown],
        [role_name(person.staff_role) if person.staff_role else "" for person in shown],
    )
    rows = [[Button(label, Member(person=person.id).pack())] for label, person in zip(labels, shown, strict=True)]
    rows.append(arrows(page, pages, lambda to: Members(page=to).pack()))
    rows += [[Button(f"Пригласить {INVITED[role]}", Grant(person=0, role=role).pack())] for role in reversed(StaffRole)]
    if links:
        rows.append([Button(f"Открытые ссылки: {links}", Links().pack())])
    return screen(*lines, rows=[*rows, back(Roster().pack())])


def member(
    person: Person,
    since: datetime | None,
    catalog: Catalog,
    now: datetime,
    zone: tzinfo,
    *,
    bounds: Limits,
    by_setting: bool,
    last: bool,
) -> Screen:
    """Shows a staff member to somebody with the limits `bounds`.

    `by_setting`: ADMIN_IDS names them; `last`: there is no other administrator.
    """
    assert person.staff_role is not None
    lines = [f"<b>{esc(_name(person))}</b>", STAFF_ROLES[person.staff_role]]
    if since is not None:
        lines.append(f"С {day(since.astimezone(zone).date(), now.astimezone(zone).date())}")
    if person.consent_at is None:
        lines.append("Ещё не открыл(а) бота.")
    if person.staff_role is StaffRole.CURATOR or not person.limits.are_none:
        lines.append(f"Ограничения: {'нет' if person.limits.are_none else esc(limits(person.limits, catalog))}")
    lines += ["", may(person.staff_role, person.limits)]
    if by_setting or last:
        lines += ["", BY_SETTING if by_setting else LAST]
        return screen(*lines, rows=[back(Members().pack())])
    rows = [
        [Button(f"Сделать: {role_name(role)}", Grant(person=person.id, role=role).pack())]
        for role in StaffRole
        if role is not person.staff_role
    ]
    if offered := offers(person.staff_role, person.limits, bounds, catalog):
        scopes = {offer.scope for offer in offered}
        label = (
            "Ограничить территориями, типами и темами" if len(scopes) == len(_WHAT) else "Ограничить типами и темами"
        )
        label = "Ограничить территориями" if scopes == {"territories"} else label
        rows.insert(0, [Button(label, Grant(person=person.id, role=person.staff_role).pack())])
    rows.append([Button("Отозвать роль", Withdraw(person=person.id).pack(), style="danger")])
    return screen(*lines, rows=[*rows, back(Members().pack())])


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that somebody can be limited to."""

    scope: Scope
    id: str
    title: str


def offers(role: StaffRole, chosen: Limits, bounds: Limits, catalog: Catalog) -> list[Offer]:
    """What somebody within the `bounds` can limit a role to: a curator's to anything, others to territories alone.

    What is `chosen` and is none of that, or is gone, can be taken back. Of one territory there is nothing to choose.
    """
    mine, is_curator = bounds.territories, role is StaffRole.CURATOR
    where = {id: each.short for id, each in catalog.territories.items() if not mine or id in mine}
    titles: dict[Scope, Mapping[str, str]] = {
        "territories": {} if len(mine) == 1 else where,
        "types": {type_.id: type_.title for type_ in catalog.types.values()} if is_curator else {},
        "topics": {topic: f"Тема: {title}" for topic, title in catalog.topics.items()} if is_curator else {},
    }
    return [
        Offer(scope, id, title)
        for scope, known in titles.items()
        for id, title in [*known.items(), *_others(scope, known, chosen, bounds, catalog)]
    ]


def _others(
    scope: Scope, known: Mapping[str, str], chosen: Limits, bounds: Limits, catalog: Catalog
) -> list[tuple[str, str]]:
    """What is chosen beyond what can be chosen now."""
    ids = getattr(chosen, scope) - known.keys() - (bounds.territories if scope == "territories" else frozenset())
    return [(id, _title(scope, id, catalog)) for id in sorted(ids)]


def _title(scope: Scope, id: str, catalog: Catalog) -> str:
    match scope:
        case "types":
            return catalog.types[id].title if id in catalog.types else id
        case "topics":
            return catalog.topics.get(id, id)
        case "territories":
            return short(id, catalog.known_territories)


def choose(
    role: StaffRole, chosen: Limits, page: int, bounds: Limits, catalog: Catalog, *, name: str, is_new: bool
) -> Screen:
    """Asks what a staff member is limited to. `name`: of the member, empty for a new one; `bounds`: of who limits."""
    items = offers(role, chosen, bounds, catalog)
    pages = max(1, -(-len(items) // _CHOICES))
    page = min(page, pages - 1)
    rows: list[list[Button]] = []
    shown = items[page * _CHOICES : (page + 1) * _CHOICES]
    for scope, of_scope in groupby(shown, key=lambda offer: offer.scope):
        buttons = [
            Button(
                button_label(f"✅ {offer.title}" if offer.id in getattr(chosen, scope) else offer.title),
                Limit(scope=scope, value=offer.id).pack(),
            )
            for offer in of_scope
        ]
        # Short names, of which a region has two dozens.
        side = 2 if scope == "territories" else 1
        rows += [buttons[place : place + side] for place in range(0, len(buttons), side)]
    rows.append(arrows(page, pages, lambda to: callbacks.Limits(page=to).pack()))
    done = "Создать ссылку" if is_new else "Сохранить"
    rows.append([Button(done, callbacks.Limits(done=True).pack(), style="success")])
    who = f"<b>{STAFF_ROLES[role]}: {esc(name)}</b>" if name else f"<b>Новый {role_name(role)}</b>"
    what = [_WHAT[scope] for scope in _WHAT if any(offer.scope == scope for offer in items)]
    listed = f"{', '.join(what[:-1])} и {what[-1]}" if len(what) > 1 else "".join(what)
    own = [] if not bounds.territories else [f"Только ваше: {esc(territories(bounds.territories, catalog))}."]
    return screen(
        who,
        *own,
        f"Отметьте {listed}, которыми он занимается. Ничего не отмечено — всеми.",
        rows=[*rows, back(Members().pack())],
    )


def invitation(role: StaffRole, limited: Limits, url: str, until: datetime, catalog: Catalog, zone: tzinfo) -> Screen:
    """The message that is forwarded as it is."""
    lines = [f"✉️ <b>Приглашение в управление: {role_name(role)}</b>"]
    if not limited.are_none:
        lines.append(esc(limits(limited, catalog)))
    return screen(
        *lines,
        "",
        "Просим открыть ссылку, нажать «Начать» и «Согласен»:",
        esc(url),
        "",
        f"Ссылка одноразовая и действует до {day(until.astimezone(zone).date())}. Передавайте её лично.",
    )


def withdraw(person: Person) -> Screen:
    """Asks before taking a role away."""
    assert person.staff_role is not None
    return screen(
        "<b>Отозвать роль?</b>",
        f"{esc(_name(person))}, {role_name(person.staff_role)}",
        "",
        "Рабочий стол управления закроется сразу, ссылки, созданные этим человеком, перестанут действовать. "
        "Сделанное сохранится, места в организациях останутся.",
        rows=[
            [Button("Отозвать", Withdraw(person=person.id, sure=True).pack(), style="danger")],
            back(Member(person=person.id).pack()),
        ],
    )


def resigned() -> Screen:
    """An administrator has taken their own role away."""
    return screen("Ваша роль в управлении отозвана по вашему решению.")


def demoted(role: StaffRole) -> Screen:
    """An administrator has given themselves a lesser role."""
    return screen(f"Теперь ваша роль: {role_name(role)}.", rows=[back()])


def limits(limited: Limits, catalog: Catalog) -> str:
    """«Дошкольное образование; темы: ВсОШ, Спорт», plain text."""
    types = ", ".join(
        catalog.types[type_id].title if type_id in catalog.types else type_id for type_id in sorted(limited.types)
    )
    topics = ", ".join(catalog.topics.get(topic, topic) for topic in sorted(limited.topics))
    where = territories(limited.territories, catalog)
    return "; ".join(part for part in (where, types, f"темы: {topics}" if topics else "") if part)


def not_there(chosen: Limits, bounds: Limits, catalog: Catalog) -> str:
    """What of the chosen nobody can be limited to any more, or not by somebody within the bounds; empty: nothing."""
    there: Mapping[Scope, Collection[str]] = {
        "types": catalog.types,
        "topics": catalog.topics,
        "territories": bounds.territories or catalog.territories,
    }
    gone = [
        _title(scope, id, catalog)
        for scope, known in there.items()
        for id in sorted(getattr(chosen, scope))
        if id not in known
    ]
    return f"Больше не выбрать: {', '.join(gone)}. Снимите, пожалуйста, эти отметки." if gone else ""


def role(person: Person, catalog: Catalog) -> Screen:
    """A role in the department was given, changed or taken: what it is now."""
    if person.staff_role is None:
        return screen("Ваша роль в управлении отозвана: рабочий стол для вас закрыт.")
    limited = f"Ограничения: {esc(limits(person.limits, catalog))}."
    return screen(
        f"🗂 <b>Ваша роль в управлении: {role_name(person.staff_role)}</b>",
        may(person.staff_role, person.limits),
        *([] if person.limits.are_none else [limited]),
        rows=[desk()],
    )


def _name(person: Person) -> str:
    # Only the number of an administrator by the settings is known before they open the bot.
    return person.name or f"Номер {account_of(person.id)}"
