"""The department's staff: who they are, what they are limited to, links that make somebody one of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from bot.domain.catalog.catalog import Catalog
from bot.domain.people.member import Limits, Person, StaffRole
from bot.domain.screen import Button, Screen
from bot.views.callbacks import people as callbacks
from bot.views.callbacks.department import Roster
from bot.views.callbacks.people import Grant, Limit, Links, Member, Members, Withdraw
from bot.views.department.panel import back, desk
from bot.views.roles import INVITED, MAY, STAFF_ROLES, role_name
from bot.views.words import arrows, button_label, button_labels, day, esc, screen, shorten

PAGE = 8
_CHOICES = 20

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
    by_setting: bool,
    last: bool,
) -> Screen:
    """Shows a staff member. `by_setting`: ADMIN_IDS names them; `last`: there is no other administrator."""
    assert person.staff_role is not None
    lines = [f"<b>{esc(_name(person))}</b>", STAFF_ROLES[person.staff_role]]
    if since is not None:
        lines.append(f"С {day(since.astimezone(zone).date(), now.astimezone(zone).date())}")
    if person.consent_at is None:
        lines.append("Ещё не открыл(а) бота.")
    if person.staff_role is StaffRole.CURATOR:
        lines.append(f"Ограничения: {'нет' if person.limits.are_none else esc(limits(person.limits, catalog))}")
    lines += ["", MAY[person.staff_role]]
    if by_setting or last:
        lines += ["", BY_SETTING if by_setting else LAST]
        return screen(*lines, rows=[back(Members().pack())])
    rows = [
        [Button(f"Сделать: {role_name(role)}", Grant(person=person.id, role=role).pack())]
        for role in StaffRole
        if role is not person.staff_role
    ]
    if person.staff_role is StaffRole.CURATOR:
        rows.insert(0, [Button("Ограничить типами и темами", Grant(person=person.id, role=StaffRole.CURATOR).pack())])
    rows.append([Button("Отозвать роль", Withdraw(person=person.id).pack(), style="danger")])
    return screen(*lines, rows=[*rows, back(Members().pack())])


def choose(chosen: Limits, page: int, catalog: Catalog, *, name: str, is_new: bool) -> Screen:
    """Asks what a curator is limited to. `name`: of the staff member, empty for a new one."""
    items = [("types", organization_type.id, organization_type.title) for organization_type in catalog.types.values()]
    items += [("topics", topic, f"Тема: {title}") for topic, title in catalog.topics.items()]
    pages = max(1, -(-len(items) // _CHOICES))
    page = min(page, pages - 1)
    rows = []
    for scope, value, title in items[page * _CHOICES : (page + 1) * _CHOICES]:
        ticked = value in (getattr(chosen, scope))
        data = Limit(scope="types" if scope == "types" else "topics", value=value)
        rows.append([Button(button_label(f"✅ {title}" if ticked else title), data.pack())])
    rows.append(arrows(page, pages, lambda to: callbacks.Limits(page=to).pack()))
    done = "Создать ссылку" if is_new else "Сохранить"
    rows.append([Button(done, callbacks.Limits(done=True).pack(), style="success")])
    who = f"<b>Куратор: {esc(name)}</b>" if name else "<b>Новый куратор</b>"
    return screen(
        who,
        "Отметьте типы организаций и темы, которыми он занимается. Ничего не отмечено — всеми.",
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
    return "; ".join(part for part in (types, f"темы: {topics}" if topics else "") if part)


def role(person: Person, catalog: Catalog) -> Screen:
    """A role in the department was given, changed or taken: what it is now."""
    if person.staff_role is None:
        return screen("Ваша роль в управлении отозвана: рабочий стол для вас закрыт.")
    limited = f"Ограничения: {esc(limits(person.limits, catalog))}."
    return screen(
        f"🗂 <b>Ваша роль в управлении: {role_name(person.staff_role)}</b>",
        MAY[person.staff_role],
        *([] if person.limits.are_none else [limited]),
        rows=[desk()],
    )


def _name(person: Person) -> str:
    # Only the number of an administrator by the settings is known before they open the bot.
    return person.name or f"Номер {person.id}"
