"""An organization moves: to another territory, or others go on with its work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.catalog.catalog import Catalog
from bot.domain.people.heirs import Heirs
from bot.domain.people.leaving import Loss
from bot.domain.people.organization import Organization, RosterEntry
from bot.domain.screen import Button, Screen
from bot.views.callbacks.people import Card, Heir, Place
from bot.views.department.panel import back
from bot.views.leaving import cost, matters
from bot.views.roster import WITHOUT_TERRITORY, heirs_of, parts_of
from bot.views.territories import name
from bot.views.words import arrows, button_label, button_labels, esc, found, in_pairs, screen, shorten, sought

PAGE = 8
# Who takes what is open: all heirs; or both the parts of an organization and itself.
ALL, BOTH = "*", "+"

MOVED = "Организация переведена"
NO_TERRITORY = "Этой территории больше нет"
THERE_ALREADY = "Организация уже там"
SUCCEEDED, DIVIDED = "Преемник назван", "Организация выделена"
NOBODY = "Сначала выберите организацию"
LEFT = "Выбранная организация тем временем ушла из списка. Выберите, пожалуйста, другую"
# So many buttons Telegram takes beside the others.
_TERRITORIES = 90


@dataclass(frozen=True, slots=True)
class Naming:
    """Who is to go on with the work of an organization, as far as it is said; `owed`: how much is open there.

    `candidates` are those of the page, `total` how many there are; `names` those of the heirs by code. `is_part`: they
    are parts of it, which stays. Of one that has left `owed` may be asked again: not what is `handed` or `closed`.
    """

    organization: Organization
    heirs: Heirs
    names: Mapping[str, str]
    candidates: Sequence[RosterEntry]
    total: int
    page: int
    owed: int
    query: str = ""
    is_part: bool = False
    handed: int = 0
    closed: int = 0


def territories(organization: Organization, catalog: Catalog) -> Screen:
    """Asks where the organization is to go."""
    others = [each for each in catalog.territories.values() if each.id != organization.territory][:_TERRITORIES]
    labels = button_labels([each.short for each in others], [each.id for each in others])
    its = organization.id
    buttons = [
        Button(label, Place(organization=its, act="pick", to=each.id).pack())
        for label, each in zip(labels, others, strict=True)
    ]
    none = [[Button("Без территории", Place(organization=its, act="pick").pack())]] if organization.territory else []
    return screen(
        "<b>В какую территорию перевести?</b>",
        f"🏫 {esc(organization.name)}",
        "Отправленные ответы и итоги прошлых периодов останутся за прежней территорией.",
        rows=[*in_pairs(buttons), *none, back(Card(organization=its).pack())],
    )


def ask_move(organization: Organization, to: str, open_: int, loss: Loss, catalog: Catalog) -> Screen:
    """Asks what becomes of open requests. `loss`: what ends if they go along."""
    its, known = organization.id, catalog.known_territories
    there = name(to, known) if to else WITHOUT_TERRITORY
    lines = [f"<b>{esc(name(organization.territory, known))} → {esc(there)}</b>", f"🏫 {esc(organization.name)}", ""]
    if open_:
        lines.append(
            f"Открытые запросы: {open_}. Перевести их вместе с организацией или оставить за прежней территорией?"
        )
    if loss:
        lines.append(f"Если перевести, снимутся запросы, которые были только для неё: {esc('; '.join(cost(loss)))}.")
    rows = [[Button("Перевести вместе с запросами", Place(organization=its, act="go", to=to).pack())]]
    rows += [[Button("Запросы оставить", Place(organization=its, act="stay", to=to).pack())]]
    return screen(*lines, rows=[*rows, back(Card(organization=its).pack())])


def heirs(naming: Naming) -> Screen:
    """Asks who goes on with the work of the organization, and who takes what is open."""
    its, chosen = naming.organization.id, naming.heirs
    question, hint = "Кто продолжит работу организации?", "Выберите одну организацию, а при разделении — несколько."
    if naming.is_part:
        question, hint = "Кого из неё выделили?", "Сама она остаётся в списке, её ответы и итоги — за ней."
    lines = [f"<b>{question}</b>", f"🏫 {esc(naming.organization.name)}"]
    if chosen.codes:
        lines += ["", *(f"{esc(line)}." for line in _told(naming))]
    else:
        lines.append(hint)
    lines += _lost(naming)
    if naming.query:
        count = found(naming.candidates) if naming.total else "ничего не нашлось"
        lines += ["", f"По запросу «{sought(naming.query)}»: {count}."]
    lines += ["", "Чтобы найти организацию, напишите часть названия."]
    codes = [each.code for each in naming.candidates]
    labels = button_labels([_label(each) for each in naming.candidates], codes)
    rows = [
        [Button(f"{'✅ ' if code in chosen.codes else ''}{label}", _heir(its, "pick", code, naming.page))]
        for code, label in zip(codes, labels, strict=True)
    ]
    rows.append(arrows(naming.page, max(1, -(-naming.total // PAGE)), lambda to: _heir(its, "page", "", to)))
    rows += _takers(naming)
    if chosen.codes:
        rows.append([Button("Готово", Heir(organization=its, act="done").pack(), style="success")])
    return screen(*lines, rows=[*rows, back(Heir(organization=its, act="done", code=ALL).pack())])


def wholes(candidates: Sequence[tuple[int, RosterEntry]], total: int, page: int, query: str) -> Screen:
    """Asks out of which of those that stay a new one was made, in the preview of an import; by id."""
    labels = button_labels([_label(each) for _, each in candidates], [each.code for _, each in candidates])
    rows = [[Button(label, _heir(its, "part", "", 0))] for (its, _), label in zip(candidates, labels, strict=True)]
    rows.append(arrows(page, max(1, -(-total // PAGE)), lambda to: _heir(0, "whole", "", to)))
    lines = ["<b>Из какой организации выделена новая?</b>", "Она остаётся в списке, её ответы и итоги — за ней."]
    if query:
        count = found([each for _, each in candidates]) if total else "ничего не нашлось"
        lines += ["", f"По запросу «{sought(query)}»: {count}."]
    lines += ["", "Чтобы найти организацию, напишите часть названия."]
    return screen(*lines, rows=[*rows, back(Heir(organization=0, act="done", code=ALL).pack())])


def _lost(naming: Naming) -> list[str]:
    """Why some of what had ended when the organization left is asked of nobody who goes on with its work now."""
    total = naming.owed + naming.handed + naming.closed
    if naming.organization.active or not total:
        return []
    why = [f"срок ответа прошёл: {naming.closed}"] if naming.closed else []
    why += [f"уже переданы другой: {naming.handed}"] if naming.handed else []
    told = f"Когда она ушла, без ответа остались запросы: {total}."
    return ["", told, *([f"Не передаются: {', '.join(why)}."] if why else [])]


def _label(entry: RosterEntry) -> str:
    return getattr(entry, "label", "") or entry.short or entry.name


def _heir(organization: int, act: str, code: str, page: int) -> str:
    return Heir.model_validate({"organization": organization, "act": act, "code": code, "page": page}).pack()


def _told(naming: Naming) -> list[str]:
    lines = (parts_of if naming.is_part else heirs_of)(naming.heirs, naming.names)
    return lines if naming.owed else lines[:1]


def _takers(naming: Naming) -> list[list[Button]]:
    """Who takes what is open: all heirs, one of them, or nobody."""
    chosen, its = naming.heirs, naming.organization.id
    if not chosen.codes or not naming.owed:
        return []
    if naming.is_part:
        shares = (("остаются", "", (False, True)), ("переходят", ALL, (True, False)), ("у обеих", BOTH, (True, True)))
        now = bool(chosen.takers), chosen.keeps
        return [
            [Button(f"{'✅ ' if now == so else ''}Запросы {word}", _heir(its, "who", code, naming.page))]
            for word, code, so in shares
        ]
    told = [("Запросы: преемнику" if len(chosen.codes) == 1 else "Запросы: всем", ALL, chosen.takers == chosen.codes)]
    if len(chosen.codes) > 1:
        told += [(f"Запросы: {naming.names.get(code, code)}", code, chosen.takers == (code,)) for code in chosen.codes]
    told.append(("Запросы: снять", "", not chosen.takers))
    return [
        [Button(button_label(f"{'✅ ' if is_so else ''}{label}"), _heir(its, "who", code, naming.page))]
        for label, code, is_so in told
    ]


def ask_succeed(naming: Naming, loss: Loss) -> Screen:
    """Asks before the organization leaves the list for its heirs."""
    organization = naming.organization
    lost = [f"• {esc(line)}" for line in cost(loss)]
    leaves = (
        [
            "",
            *lost,
            "",
            "Она уйдёт из списка: запросы ей больше не придут, её люди узнают об этом в рабочее время. "
            "Ответы и итоги останутся под прежним названием.",
        ]
        if organization.active
        else []
    )
    return screen(
        "<b>Назвать преемника?</b>",
        f"🏫 {esc(organization.name)}",
        *(f"{esc(line)}." for line in _told(naming)),
        *leaves,
        rows=[
            [Button("Подтвердить", Heir(organization=organization.id, act="sure").pack(), style="danger")],
            [Button("‹ Назад", Heir(organization=organization.id, act="page").pack())],
        ],
    )


def ask_divide(naming: Naming, losses: Mapping[str, Loss]) -> Screen:
    """Asks before parts of an organization are organizations of their own. `losses`: what ends, by whose name."""
    ends = [
        f"• {esc(shorten(name, 60))} — {esc(counted)}" for name, loss in losses.items() if (counted := matters(loss))
    ]
    return screen(
        "<b>Записать выделение?</b>",
        f"🏫 {esc(naming.organization.name)}",
        *(f"{esc(line)}." for line in _told(naming)),
        *(["", "Снимаются:", *ends, "Людям бот сообщит об этом в рабочее время."] if ends else []),
        "",
        "Отправленные ответы и итоги прошлых периодов не меняются.",
        rows=[
            [Button("Подтвердить", Heir(organization=naming.organization.id, act="sure").pack(), style="success")],
            [Button("‹ Назад", Heir(organization=naming.organization.id, act="page").pack())],
        ],
    )
