"""Links that can be used still, whom they would unseat, and what they have given."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Literal

from bot.domain.catalog.catalog import Catalog
from bot.domain.people.labels import official as whole_name
from bot.domain.people.member import Gift, Link, StaffRole, Succession
from bot.domain.screen import Button, Screen
from bot.views.callbacks.department import Roster
from bot.views.callbacks.people import Card, EndLink, EndLinks, Links, Members, Succeed, Successor
from bot.views.department.panel import back
from bot.views.department.people.staff import limits
from bot.views.roles import role_name
from bot.views.words import account, arrows, button_labels, day, esc, moment, official, plural, screen, shorten

PAGE = 8
_IN_A_ROW = 4
# Lines of a letter about what links have given; the rest is counted.
_LINES = 15

ENDED = "Ссылка отозвана: по ней больше никто не войдёт"
USED = "Этой ссылкой уже воспользовались, или её уже отозвали"
GONE = "Этой ссылки больше нет в списке"
NONE_LEFT = "Открытых ссылок уже нет"
DECIDED = "Уже решено, или ссылку отозвали"
OWN = "Это вы пришли по ссылке: решает другой сотрудник"
CHANGED = "Тем временем руководитель там сменился. Просим проверить ещё раз"


def listed(
    links: Sequence[Link],
    waiting: Sequence[Succession],
    organization: int,
    page: int,
    catalog: Catalog,
    now: datetime,
    zone: tzinfo,
) -> Screen:
    """Lists the links, all or those of an organization, and who waits to take another's place by one."""
    pages = max(1, -(-len(links) // PAGE))
    page = min(page, pages - 1)
    first = page * PAGE
    shown = list(enumerate(links[first : first + PAGE], first + 1))
    lines = [f"<b>Открытые ссылки: {len(links)}</b>"]
    for number, link in shown:
        until = day(link.expires_at.astimezone(zone).date(), now.astimezone(zone).date())
        lines.append(f"{number}. {_what(link, catalog)} — {_maker(link.by_name)}, до {until}")
    if pages > 1:
        lines.append(f"Страница {page + 1} из {pages}.")
    if not links:
        lines.append("Приглашений, которыми ещё можно воспользоваться, нет.")
    buttons = [_end(number, link, organization, page) for number, link in shown]
    rows = [buttons[start : start + _IN_A_ROW] for start in range(0, len(buttons), _IN_A_ROW)]
    rows.append(arrows(page, pages, lambda to: Links(organization=organization, page=to).pack()))
    if len(links) > 1:
        everything = EndLinks(organization=organization).pack()
        rows.append([Button(f"Отозвать все: {len(links)}", everything, style="danger")])
    labels = button_labels([f"Ждёт решения: {each.person_name}" for each in waiting])
    rows += [[Button(label, Successor(invitation=each.id).pack())] for label, each in zip(labels, waiting, strict=True)]
    return screen(*lines, rows=[*rows, back(_from(organization))])


def ask_all(count: int, organization: int) -> Screen:
    """Asks before all of them are recalled."""
    links = plural(count, "ссылку", "ссылки", "ссылок")
    return screen(
        f"<b>Отозвать {links}?</b>",
        "По ним больше никто не войдёт. Кто уже вошёл, останется.",
        rows=[
            [Button("Отозвать", EndLinks(organization=organization, count=count).pack(), style="danger")],
            back(Links(organization=organization).pack()),
        ],
    )


def ended(count: int) -> str:
    """A word about how many were recalled."""
    return f"Отозвано: {plural(count, 'ссылка', 'ссылки', 'ссылок')}"


def mark(waiting: Succession) -> str:
    """Stands in a button for the heads that the card names."""
    return hashlib.sha256(repr([head.id for head in waiting.heads]).encode()).hexdigest()[:8]


def succession(waiting: Succession) -> Screen:
    """Asks whether the bearer of a link takes the place of the present heads."""
    lines = ["🔗 <b>По ссылке просят место руководителя</b>", f"🏫 {official(waiting)}", ""]
    if waiting.heads:
        heads = ", ".join(esc(head.person_name) for head in waiting.heads)
        lines.append(f"По ссылке <b>{esc(waiting.person_name)}</b> займёт место: {heads}")
    else:
        lines.append(f"По ссылке <b>{esc(waiting.person_name)}</b> станет руководителем: место уже свободно")
    lines += [
        f"Номер {account(waiting.person_id)}",
        f"Ссылку создал(а): {_maker(waiting.by_name)}",
    ]
    accept = Succeed(invitation=waiting.id, accept=True, mark=mark(waiting)).pack()
    refuse = Succeed(invitation=waiting.id, accept=False).pack()
    return screen(
        *lines,
        rows=[[Button("Подтвердить", accept, style="success"), Button("Отказать", refuse, style="danger")]],
    )


def decided(waiting: Succession, *, accepted: bool) -> Screen:
    """What was decided."""
    if not accepted:
        return screen(
            f"🚫 Отказано: {esc(waiting.person_name)}", f"🏫 {official(waiting)}", "Прежний руководитель остаётся.",
            rows=[back(Roster().pack())],
        )  # fmt: skip
    lines = [f"✅ Подтверждено: {esc(waiting.person_name)}, руководитель", f"🏫 {official(waiting)}"]
    lines += [f"Прежний руководитель: {esc(head.person_name)}" for head in waiting.heads]
    return screen(*lines, rows=[back(Roster().pack())])


def over() -> Screen:
    """Somebody else has decided, or the link was recalled."""
    return screen(f"{DECIDED}.", rows=[back(Roster().pack())])


def given(gifts: Sequence[Gift], now: datetime, zone: tzinfo) -> Screen:
    """Tells administrators what links have given."""
    lines = ["🔗 <b>Вошли по ссылке</b>"]
    for gift in gifts[:_LINES]:
        who = f"{esc(gift.person_name)} — {_given(gift)}"
        lines.append(f"• {who} ({moment(gift.at, now, zone)}; ссылка: {_maker(gift.by_name)})")
    if len(gifts) > _LINES:
        lines.append(f"… и ещё {len(gifts) - _LINES}")
    return screen(*lines, "", "Если это ошибка: /panel → «Люди» или «Сотрудники».")


def _given(gift: Gift) -> str:
    role = role_name(gift.role)
    if gift.organization_id is None:
        return f"роль в управлении: {role}"
    return f"{role}, {esc(whole_name(gift.organization_name, gift.organization_label))}"


def _what(link: Link, catalog: Catalog) -> str:
    if isinstance(link.role, StaffRole):
        limited = "" if link.limits.are_none else f" ({esc(shorten(limits(link.limits, catalog), 80))})"
        return f"<b>роль в управлении: {role_name(link.role)}</b>{limited}"
    beside = ", вторым" if link.beside else ""
    return f"{esc(link.organization_label)}: {role_name(link.role)}{beside}"


def _maker(name: str | None) -> str:
    return esc(name) if name else "из командной строки"


def _end(number: int, link: Link, organization: int, page: int) -> Button:
    to: Literal["seat", "role"] = "seat" if link.organization_id is not None else "role"
    return Button(f"Отозвать {number}", EndLink(to=to, id=link.id, organization=organization, page=page).pack())


def _from(organization: int) -> str:
    return Card(organization=organization).pack() if organization else Members().pack()
