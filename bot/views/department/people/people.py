"""The roster: types, organizations of a type, and the card of an organization with who sits there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.domain.catalog.catalog import Catalog
from bot.domain.ledger.standing import Count, Debt
from bot.domain.people.member import Person, Role, Seat, Succession
from bot.domain.people.organization import Organization
from bot.domain.screen import Button, Screen
from bot.views import leaving
from bot.views.callbacks.department import Roster
from bot.views.callbacks.people import (
    Applications,
    Card,
    Heir,
    Import,
    Invite,
    Links,
    Listed,
    Members,
    Place,
    Print,
    Show,
    Successor,
    Vacate,
)
from bot.views.callbacks.reports import OfOrganization
from bot.views.common import SHORTER
from bot.views.department.panel import back
from bot.views.roles import role_name
from bot.views.territories import name
from bot.views.words import (
    arrows,
    button_label,
    button_labels,
    day,
    esc,
    found,
    official,
    plural,
    screen,
    shorten,
    sought,
)

PAGE = 8
# Of organizations before and after one so many have buttons.
_KIN = 8

NO_SUCH = "Этой организации больше нет в списке"
LEFT_ALREADY = "Это место уже свободно"
_TO_FIND = "Чтобы найти организацию, напишите номер, часть названия или имя."

_SHOWN: dict[Show, str] = {
    "all": "",
    "vacant": "без руководителя",
    "silent": "сообщения не доходят",
    "left": "ушли из списка",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the card of an organization says."""

    organization: Organization
    holders: Sequence[tuple[Seat, Person]]
    former: Sequence[Seat]
    debt: Debt
    waiting: int
    invitations: int
    # Who would take the head's place by a link, and waits for the department's word.
    successions: Sequence[Succession] = ()
    # Organizations whose work it goes on with, and those that go on with its own.
    before: Sequence[Organization] = ()
    after: Sequence[Organization] = ()
    # What it was made out of, and what was made out of it, beside which it stays.
    wholes: Sequence[Organization] = ()
    parts: Sequence[Organization] = ()

    @property
    def has_head(self) -> bool:
        """Whether a head sits there."""
        return any(seat.role is Role.HEAD for seat, _ in self.holders)


def roster(
    person: Person, total: Count, by_type: Mapping[str, Count], waiting: int, catalog: Catalog, gone: int = 0
) -> Screen:
    """Lists the types with what is to be done about them; `waiting`: registrations; `gone`: who has left the list."""
    known = [type_id for type_id in catalog.types if type_id in by_type]
    # Organizations may still have a type that the catalog has dropped.
    ids = [*known, *sorted(set(by_type) - set(known))]
    rows = []
    for type_id in ids:
        title = shorten(type_title(type_id, catalog), 40)
        count = by_type[type_id]
        headed = f"{count.total - count.vacant} из {count.total}" if count.vacant else f"{count.total}"
        rows.append([Button(button_label(f"{title}: {headed}"), Listed(type=type_id).pack())])
    if len(ids) > 1:
        rows.append([Button(f"Все организации: {total.total}", Listed().pack())])
    if total.vacant:
        rows.append([Button(f"Без руководителя: {total.vacant}", Listed(show="vacant").pack())])
    if total.silent:
        rows.append([Button(f"Сообщения не доходят: {total.silent}", Listed(show="silent").pack())])
    if gone:
        rows.append([Button(f"Ушли из списка: {gone}", Listed(show="left").pack())])
    if person.may_manage:
        if waiting:
            rows.append([Button(f"Заявки на регистрацию: {waiting}", Applications().pack())])
        rows.append([Button("Приглашения", Print().pack())])
        if person.is_admin:
            rows[-1].append(Button("Загрузить список", Import(step="begin").pack()))
        rows.append([Button("Сотрудники", Members().pack())])
    lines = ["<b>Люди</b>", _count(total.total) if total.total else "Организаций пока нет."]
    if total.vacant:
        lines.append(f"Без руководителя: {total.vacant}")
    if total.silent:
        lines.append(f"Сообщения не доходят: {total.silent}")
    if total.vacant:
        lines.append("На кнопках: у скольких есть руководитель.")
    if sum(count.total for count in by_type.values()) > total.total:
        lines.append("Есть организации сразу нескольких типов.")
    lines += ["", _TO_FIND] if total.total else []
    return screen(*lines, rows=[*rows, back()])


def type_title(type_id: str, catalog: Catalog) -> str:
    """The title of the type, or its id if the catalog has dropped it; of an empty id: of all types."""
    if type_id in catalog.types:
        return catalog.types[type_id].title
    return type_id or "Все организации"


def shown(organizations: Sequence[Organization], wanted: Listed) -> Sequence[Organization]:
    """The organizations of the page that is wanted, or of the last one."""
    page = _page(organizations, wanted)
    return organizations[page * PAGE : (page + 1) * PAGE]


def _page(organizations: Sequence[Organization], wanted: Listed) -> int:
    return max(0, min(wanted.page, -(-len(organizations) // PAGE) - 1))


def listed(
    person: Person,
    organizations: Sequence[Organization],
    wanted: Listed,
    query: str,
    marks: Mapping[int, str],
    catalog: Catalog,
) -> Screen:
    """Lists organizations; `marks` by id, of those of the page: what is wrong there."""
    pages = max(1, -(-len(organizations) // PAGE))
    page, here = _page(organizations, wanted), shown(organizations, wanted)
    labels = button_labels([marks.get(organization.id, "") + organization.label for organization in here])
    rows = [
        [Button(label, Card(organization=organization.id).pack())]
        for organization, label in zip(here, labels, strict=True)
    ]
    rows.append(arrows(page, pages, lambda to: wanted.but(page=to).pack()))
    rows.append(_filters(wanted))
    if person.may_manage and wanted.type:
        rows.append([Button("Приглашения", Print(type=wanted.type).pack())])
    title = type_title(wanted.type, catalog)
    narrowed = f" — {_SHOWN[wanted.show]}" if _SHOWN[wanted.show] else ""
    lines = [f"<b>{esc(title)}{narrowed}</b>"]
    if query:
        lines.append(f"По запросу «{sought(query)}»: {found(organizations) if organizations else 'ничего не нашлось'}.")
    else:
        lines.append(f"{_count(len(organizations)) if organizations else 'Таких организаций нет'}.")
    if pages > 1:
        lines.append(f"Страница {page + 1} из {pages}.")
    if any(marks.get(organization.id) for organization in here):
        lines.append("○ нет руководителя, ⚠️ сообщения не доходят")
    if organizations or query:
        lines += ["", SHORTER if query and not organizations else _TO_FIND]
    return screen(*lines, rows=[*rows, back(Roster().pack())])


def mark(*, vacant: bool, silent: bool) -> str:
    """What stands before the name of an organization in a list."""
    if silent:
        return "⚠️ "
    return "○ " if vacant else ""


def card(person: Person, standing: Standing, catalog: Catalog, now: datetime, zone: tzinfo, to: str) -> Screen:
    """Shows an organization; `to` is where «‹ Назад» leads."""
    organization, today = standing.organization, now.astimezone(zone).date()
    titles = [catalog.types[type_].title if type_ in catalog.types else type_ for type_ in sorted(organization.types)]
    titles += [catalog.tags.get(tag, tag) for tag in sorted(organization.tags)]
    lines = [f"🏫 <b>{esc(organization.name)}</b>"]
    brief = organization.short or organization.label
    if brief != organization.name:
        lines.append(f"Кратко: {esc(brief)}")
    lines += [esc(" · ".join(titles)), *_territory(standing, catalog), ""]
    if organization.left_at is not None:
        away = leaving.since(organization.left_at, now, zone).capitalize()
        lines.append(f"🚫 {away}: запросы не приходят. Вернуть её: загрузите список, в котором она есть.")
    elif not organization.active:
        lines.append("Ждёт подтверждения: запросы не приходят.")
    if not standing.has_head:
        lines.append("Руководителя нет.")
    its = catalog.calendar.of(organization.territory).zone
    for seat, holder in standing.holders:
        since = f", с {day(seat.since.astimezone(zone).date(), today)}" if seat.since else ""
        lines += [f"<b>{esc(seat.person_name)}</b>, {role_name(seat.role)}{since}", reach(holder, now, its)]
    if standing.waiting:
        lines.append(f"Ждут подтверждения: {standing.waiting}.")
    if standing.invitations:
        lines.append(f"Неиспользованных приглашений: {standing.invitations}.")
    for waiting in standing.successions:
        lines.append(f"По ссылке место руководителя просит {esc(waiting.person_name)}.")
    lines += ["", *_debt(standing.debt, now, zone)]
    if standing.former:
        lines += ["", "<b>Прежде</b>"]
        lines += [f"• {_once(seat, zone, now)}" for seat in standing.former]
    lines += _kin(standing)
    rows = _actions(standing) if person.may_manage and organization.active else []
    rows += _links(person, standing)
    rows += _moves(person, standing, catalog)
    answers = [Button("Ответы файлом", OfOrganization(organization=organization.id).pack())]
    return screen(*lines, rows=[*rows, answers, back(to)])


def _territory(standing: Standing, catalog: Catalog) -> list[str]:
    id = standing.organization.territory
    if not id:
        return ["Без территории"] if catalog.territories else []
    if id in catalog.territories:
        return [esc(catalog.territories[id].name)]
    return [f"{esc(name(id, catalog.known_territories))} (такой территории больше нет)"]


def _kin(standing: Standing) -> list[str]:
    told = (
        ("Преемники" if len(standing.after) > 1 else "Преемник", standing.after),
        ("Прежде", standing.before),
        ("Выделена из", standing.wholes),
        ("Выделены" if len(standing.parts) > 1 else "Выделена", standing.parts),
    )
    return [f"{word}: {esc(', '.join(shorten(each.name, 80) for each in them))}." for word, them in told if them]


def _moves(person: Person, standing: Standing, catalog: Catalog) -> list[list[Button]]:
    """Where it belongs, and who goes on with its work; those whose work it goes on with are found nowhere else."""
    every = (*standing.after, *standing.before, *standing.wholes, *standing.parts)
    # Whose card is beyond somebody's limits has no button: it would be refused.
    kin = list({each.id: each for each in every if person.limits.covers_place(each)}.values())[:_KIN]
    labels = button_labels([each.label or each.name for each in kin], [each.code for each in kin])
    rows = [[Button(label, Card(organization=each.id).pack())] for each, label in zip(kin, labels, strict=True)]
    its = standing.organization
    if not person.is_admin:
        return rows
    if not catalog.territories:
        # No list takes away what a head has typed in, though it was there under another name.
        is_twin = its.is_typed_in and its.active
        return [*rows, [Button("Назвать преемника", Heir(organization=its.id).pack())]] if is_twin else rows
    if its.active:
        rows.append([Button("Сменить территорию", Place(organization=its.id).pack())])
    if its.active or its.left_at is not None:
        rows.append([Button("Назвать преемника", Heir(organization=its.id).pack())])
    if its.active:
        rows[-1].append(Button("Выделить другую", Heir(organization=its.id, act="part").pack()))
    return rows


def _links(person: Person, standing: Standing) -> list[list[Button]]:
    """What can be done about links: the department decides about successors, who seats people recalls the others."""
    rows = []
    if person.may_curate:
        labels = button_labels([f"Ждёт решения: {each.person_name}" for each in standing.successions])
        rows += [
            [Button(label, Successor(invitation=each.id).pack())]
            for label, each in zip(labels, standing.successions, strict=True)
        ]
    if person.may_manage and standing.invitations:
        to = Links(organization=standing.organization.id).pack()
        rows.append([Button(f"Открытые ссылки: {standing.invitations}", to)])
    return rows


def reach(person: Person, now: datetime, zone: tzinfo) -> str:
    """Whether messages come to the person."""
    if person.unreachable_at is not None:
        return "⚠️ сообщения не доходят"
    if person.stopped_at is not None:
        return "🔕 сообщения остановлены"
    if person.is_quiet(now) and person.paused_until is not None:
        return f"🌴 в отпуске до {day(person.paused_until.astimezone(zone).date(), now.astimezone(zone).date())}"
    return "✅ сообщения доходят"


def vacate(seat: Seat, *, others: bool) -> Screen:
    """Asks before taking a seat away; `others` remain at the organization."""
    rest = "Открытые запросы получат оставшиеся." if others else "Больше там никого нет: запросы не получит никто."
    return screen(
        "<b>Освободить место?</b>",
        f"{esc(seat.person_name)}, {role_name(seat.role)}",
        f"🏫 {official(seat)}",
        "",
        f"Мы сообщим об этом. Отправленные ответы сохранятся. {rest}",
        rows=[
            [Button("Освободить", Vacate(seat=seat.id, sure=True).pack(), style="danger")],
            back(Card(organization=seat.organization_id).pack()),
        ],
    )


def _filters(wanted: Listed) -> list[Button]:
    labels: dict[Show, str] = {"all": "Все", "vacant": "Без руководителя", "silent": "Не доходят", "left": ""}
    return [
        Button(label, Listed(type=wanted.type, show=show).pack())
        for show, label in labels.items()
        if label and show != wanted.show
    ]


def _actions(standing: Standing) -> list[list[Button]]:
    place = standing.organization.id
    if standing.has_head:
        rows = [
            [Button("Сменить руководителя", Invite(organization=place, kind="head").pack())],
            [Button("Пригласить второго руководителя", Invite(organization=place, kind="beside").pack())],
        ]
    else:
        rows = [[Button("Пригласить руководителя", Invite(organization=place, kind="head").pack())]]
    rows.append([Button("Пригласить заместителя", Invite(organization=place, kind="deputy").pack())])
    labels = button_labels(
        [f"Освободить место: {seat.person_name}" for seat, _ in standing.holders],
        [role_name(seat.role) for seat, _ in standing.holders],
    )
    seats = zip(labels, standing.holders, strict=True)
    return [*rows, *([Button(label, Vacate(seat=seat.id).pack())] for label, (seat, _) in seats)]


def _debt(debt: Debt, now: datetime, zone: tzinfo) -> list[str]:
    if debt.open:
        owed = f"без ответа {debt.owed}" if debt.owed else "на все есть ответ"
        lines = [f"Открытые запросы: {debt.open}, {owed}."]
    else:
        lines = ["Открытых запросов нет."]
    if debt.last_at is None:
        return [*lines, "Ответов ещё не было."]
    on = day(debt.last_at.astimezone(zone).date(), now.astimezone(zone).date())
    by = f", {esc(debt.last_by)}" if debt.last_by else ""
    return [*lines, f"Последний ответ: {on}{by}."]


def _once(seat: Seat, zone: tzinfo, now: datetime) -> str:
    """«Олег Петров, руководитель, 1 сентября — 5 октября»."""
    today = now.astimezone(zone).date()
    days = [day(at.astimezone(zone).date(), today) for at in (seat.since, seat.until) if at is not None]
    return f"{esc(seat.person_name)}, {role_name(seat.role)}, {' — '.join(dict.fromkeys(days))}"


def _count(number: int) -> str:
    return plural(number, "организация", "организации", "организаций")
