"""An import of organizations: what it would change, what it has changed."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.domain.brevity import told_apart
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.heirs import Heirs
from bot.domain.people.leaving import Loss
from bot.domain.people.organization import COLUMNS, Id, Ids, Organization, RosterEntry
from bot.domain.people.proposal import Proposal
from bot.domain.people.renaming import Renaming
from bot.domain.people.roster import Changed, RosterChange
from bot.domain.screen import Button, Screen
from bot.domain.text import MESSAGE
from bot.views.leaving import cost, total
from bot.views.words import esc, plural, screen, shorten, units

# A phone shows about 25 lines at once; what does not fit is counted.
_LISTED = 12

_BEFORE = ("добавится", "изменится", "отключится")
_AFTER = ("добавлено", "изменено", "отключено")
_REMOVAL = (
    "Отключённым запросы больше не приходят, открытые снимаются с контроля. Ответы сохраняются. "
    "Людям мы сообщим в рабочее время."
)
# Pairs, and organizations that leave, on a page.
PAIRS, LEAVING = 5, 8
_SAID = {None: "❓", True: "✅", False: "✖️"}
WITHOUT_TERRITORY = "без территории"
_ONE = "«Та же» — люди, запросы и ответы остаются за ней."
# What the command line says.
QUESTION = "Внести изменения? Напишите «да»:"
OUTDATED = "Список организаций тем временем изменился. Просим проверить изменения ещё раз."


def change(
    proposal: Proposal,
    catalog: Catalog,
    rows: list[list[Button]] | None = None,
    left_out: Sequence[str] = (),
    *,
    page: int = 0,
) -> Screen:
    """What the table would change and what that costs, before it is done; `left_out`: by `notes`.

    `page`: of the pairs that may be one.
    """
    roster_change = proposal.change
    if not roster_change:
        return screen(_nothing(roster_change), *map(esc, left_out), rows=rows)
    lines: list[str] = []
    # As many of each kind as one message holds.
    for most in (_LISTED, 8, 5, 3):
        lines = [
            "📋 <b>Список организаций</b>",
            _counts(roster_change, _BEFORE),
            *_without(roster_change, catalog),
            *_moving(proposal),
            *map(esc, _parts(proposal)),
            *_pairs(proposal, page),
            *_sections(proposal, catalog, most),
            *map(esc, left_out),
        ]
        if units("\n".join(lines)) <= MESSAGE:
            break
    return screen(*lines, rows=rows)


def _sections(proposal: Proposal, catalog: Catalog, most: int) -> list[str]:
    roster_change, lines = proposal.change, []
    added = [
        f"• {name}\n   <i>{esc(_kinds(entry, catalog))}</i>"
        for name, entry in zip(_called(roster_change.added), roster_change.added, strict=True)
    ]
    befores = _called([each.before for each in roster_change.changed])
    changed = [
        "\n   ".join((f"• {name}", *map(esc, _all_news(each, proposal, catalog))))
        for name, each in zip(befores, roster_change.changed, strict=True)
    ]
    removed = _removed(_dearest(proposal), proposal)
    for title, items in (("Отключаются", removed), ("Добавляются", added), ("Изменяются", changed)):
        if items:
            rest = len(items) - most
            lines += ["", f"<b>{title}: {len(items)}</b>"]
            lines += _costs(proposal) if items is removed else []
            lines += items[:most]
            lines += [f"… и ещё {rest}"] if rest > 0 else []
            lines += [_REMOVAL] if items is removed else []
    return lines


def _pairs(proposal: Proposal, page: int) -> list[str]:
    """The pairs of the page that may be one, and what has been said of them."""
    if not proposal.renamings:
        return []
    lines = ["", f"<b>Возможно, переименованы: {len(proposal.renamings)}</b>"]
    # Together: what two names have in common is not what their reader looks for.
    both = _called([side for renaming in proposal.renamings for side in (renaming.before, renaming.after)])
    befores, afters = both[::2], both[1::2]
    for number, renaming in on_page(proposal, page):
        doubt = " ⚠️ похожих несколько" if renaming.rivals else ""
        lines.append(
            f"{number}. {_SAID[proposal.is_one(renaming)]} {befores[number - 1]}\n   → {afters[number - 1]}{doubt}"
        )
    if proposal.undecided:
        lines.append(f"Это та же организация? Осталось ответить: {len(proposal.undecided)}. {_ONE}")
    return lines


def on_page(proposal: Proposal, page: int) -> list[tuple[int, Renaming]]:
    """The pairs of the page, counted from 1 over all pages."""
    return list(enumerate(proposal.renamings, 1))[page * PAIRS : (page + 1) * PAIRS]


def leaving(proposal: Proposal, page: int, rows: list[list[Button]]) -> Screen:
    """A page of the organizations that would be switched off, with what each leaves behind."""
    dearest = _dearest(proposal)
    pages = max(1, -(-len(dearest) // LEAVING))
    here = on_leaving_page(proposal, page)
    return screen(
        f"<b>Отключаются: {len(dearest)}</b>",
        *_costs(proposal),
        "",
        *_removed(here, proposal),
        *([f"Страница {page + 1} из {pages}."] if pages > 1 else []),
        rows=rows,
    )


def on_leaving_page(proposal: Proposal, page: int) -> list[Organization]:
    """The organizations of the page."""
    return _dearest(proposal)[page * LEAVING : (page + 1) * LEAVING]


def _dearest(proposal: Proposal) -> list[Organization]:
    """Those that would be switched off; those first that leave most behind."""

    def weight(organization: Organization) -> tuple[int, int]:
        loss = proposal.losses.get(organization.id, Loss())
        return -len(loss.obligations) - len(loss.drafts), -len(loss.people) - len(loss.applicants)

    return sorted(proposal.change.removed, key=weight)


def _costs(proposal: Proposal) -> list[str]:
    removed = [proposal.losses[each.id] for each in proposal.change.removed if each.id in proposal.losses]
    whole = total(removed)
    return [f"Там {whole}."] if whole else ["Там никого нет, открытых запросов нет."] if proposal.change.removed else []


def _removed(organizations: Sequence[Organization], proposal: Proposal) -> list[str]:
    """Each of them with what it leaves behind."""
    return [
        "\n   ".join((f"• {name}", *map(esc, (*_cost(organization, proposal), *heirs(organization.id, proposal)))))
        for name, organization in zip(_called(organizations), organizations, strict=True)
    ]


def _cost(organization: Organization, proposal: Proposal) -> list[str]:
    return cost(proposal.losses.get(organization.id, Loss()))


def heirs(organization_id: int, proposal: Proposal) -> list[str]:
    """Who goes on with the work of an organization that leaves, and what becomes of its open requests; plain."""
    named = proposal.change.heirs.get(organization_id)
    if named is None:
        return []
    return heirs_of(named, {code: entry.name for code, entry in proposal.after.items()})


def heirs_of(named: Heirs, names: Mapping[str, str]) -> list[str]:
    """The same; `names` by code."""
    told = ", ".join(f"«{shorten(names.get(code, code), 60)}»" for code in named.codes)
    takers = ", ".join(f"«{shorten(names.get(code, code), 40)}»" for code in named.takers)
    is_one = len(named.codes) == 1
    lines = [f"Преемник: {told}" if is_one else f"Преемники: {told}"]
    if not takers:
        return [*lines, "Открытые запросы снимаются с контроля"]
    whom = ("преемнику" if is_one else "преемникам") if named.takers == named.codes else takers
    return [*lines, f"Открытые запросы переходят: {whom}"]


def parts_of(named: Heirs, names: Mapping[str, str]) -> list[str]:
    """What was made out of a part of an organization that stays, and where its open requests go; plain."""
    told, is_one = ", ".join(f"«{shorten(names.get(code, code), 60)}»" for code in named.codes), len(named.codes) == 1
    fate = "остаются у прежней"
    if named.takers:
        fate = "у обеих" if is_one else "у всех"
        if not named.keeps:
            fate = "переходят выделенной" if is_one else "переходят выделенным"
    return [f"Выделена: {told}" if is_one else f"Выделены: {told}", f"Открытые запросы {fate}"]


def _parts(proposal: Proposal) -> list[str]:
    """Those that stay and have parts that are organizations of their own now; plain."""
    names = {code: entry.name for code, entry in proposal.after.items()}
    wholes = {each.id: each.name for each in proposal.after.values() if isinstance(each, Organization)}
    wholes |= {each.before.id: each.after.name for each in proposal.change.changed}
    lines = []
    for its, parts in proposal.change.parts.items():
        made, fate = parts_of(parts, names)
        owed = len(proposal.heritage.get(its, ()))
        lines.append(f"{made} из «{shorten(wholes[its], 60)}». {fate if owed else 'Открытых запросов нет'}.")
    return lines


def _left(proposal: Proposal) -> list[str]:
    """Those that left before, and who goes on with their work; plain."""
    lines = []
    for its, name in proposal.gone.items():
        whose, fate = heirs(its, proposal)
        owed = len(proposal.heritage.get(its, ()))
        lines.append(f"Раньше ушла: «{shorten(name, 60)}». {whose}.")
        lines.append(f"{fate}." if owed else "Передать нечего: срок её запросов прошёл, или они уже у других.")
    return lines


def _moving(proposal: Proposal) -> list[str]:
    """What becomes of what is owed by those that leave a territory."""
    if not proposal.moving:
        return []
    fate = "остаются за прежними территориями" if proposal.change.stays else "переходят в новые территории"
    return [f"Открытые запросы переведённых организаций ({proposal.moving}) {fate}. Отправленные ответы остаются."]


def _all_news(changed: Changed, proposal: Proposal, catalog: Catalog) -> list[str]:
    """What is new about an organization, and what it is no longer asked."""
    lost = cost(proposal.losses.get(changed.before.id, Loss()))
    return [*_news(changed, catalog, proposal.territories), *([f"Снимаются: {'; '.join(lost)}"] if lost else [])]


def change_text(proposal: Proposal, catalog: Catalog) -> str:
    """The same for a terminal: every organization, with its code."""
    roster_change = proposal.change
    if not roster_change:
        return _nothing(roster_change)
    lines = [_counts(roster_change, _BEFORE), *_without(roster_change, catalog), *_moving(proposal)]
    lines += [*_left(proposal), *_parts(proposal)]
    if proposal.renamings:
        lines += ["", f"Возможно, переименованы: {len(proposal.renamings)}"]
        lines += [f"  {_SAID[proposal.is_one(renaming)]} {pair_text(renaming)}" for renaming in proposal.renamings]
    if roster_change.removed:
        lines += ["", f"Отключаются: {len(roster_change.removed)}", *_costs(proposal)]
        for organization in roster_change.removed:
            lost = [*_cost(organization, proposal), *heirs(organization.id, proposal)]
            lines += [f"  - {_coded(organization)}", *(f"      {line}" for line in lost)]
        lines.append(_REMOVAL)
    if roster_change.added:
        lines += ["", f"Добавляются: {len(roster_change.added)}"]
        lines += [f"  + {_coded(entry)}: {_kinds(entry, catalog)}" for entry in roster_change.added]
    if roster_change.changed:
        lines += ["", f"Изменяются: {len(roster_change.changed)}"]
        for changed in roster_change.changed:
            news = _all_news(changed, proposal, catalog)
            lines += [f"  * {_coded(changed.before)}", *(f"      {line}" for line in news)]
    return "\n".join(lines)


def pair_text(renaming: Renaming) -> str:
    """A pair that may be one, plain."""
    doubt = " (похожих несколько)" if renaming.rivals else ""
    return f"{_coded(renaming.before)} → {_coded(renaming.after)}{doubt}"


def pair_question(renaming: Renaming) -> str:
    """Asks at a terminal whether the two are one."""
    return f"{pair_text(renaming)}: это та же организация? Напишите «да» или «нет»:"


def undecided_text(proposal: Proposal) -> str:
    """How the command line is told which of the pairs are one."""
    pairs = [f"  {renaming.before.code}={renaming.after.code}" for renaming in proposal.undecided]
    return "\n".join(
        (
            "Неясно, переименованы ли организации. Добавьте --renamed и пары через запятую, "
            "или all (все, где похожая одна), или none (ни одной):",
            *pairs,
        )
    )


def done(roster_change: RosterChange, rows: list[list[Button]] | None = None) -> Screen:
    """The import is done."""
    return screen("✅ <b>Список организаций обновлён</b>", _counts(roster_change, _AFTER), rows=rows)


def done_text(roster_change: RosterChange) -> str:
    """The same for a terminal."""
    return f"Список организаций обновлён. {_counts(roster_change, _AFTER)}"


def outdated(rows: list[list[Button]] | None = None) -> Screen:
    """The organizations are others than when the change was shown."""
    return screen(OUTDATED, rows=rows)


def _nothing(roster_change: RosterChange) -> str:
    return f"Изменений нет, в списке {plural(roster_change.kept, 'организация', 'организации', 'организаций')}."


def _counts(roster_change: RosterChange, words: Sequence[str]) -> str:
    """«Добавится: 2, изменится: 1, отключится: 3, без изменений: 20.»"""
    counts = (len(roster_change.added), len(roster_change.changed), len(roster_change.removed), roster_change.kept)
    parts = [f"{word}: {count}" for word, count in zip((*words, "без изменений"), counts, strict=True) if count]
    return ", ".join(parts).capitalize() + "."


def _news(changed: Changed, catalog: Catalog, once: Mapping[str, str]) -> list[str]:
    """What is new about an organization, a line each, plain; `once`: what territories were called that are gone."""
    before, after = changed.before, changed.after
    lines = []
    if changed.is_taken_over:
        lines.append("Была введена вручную, теперь в списке")
    elif before.code != after.code:
        lines.append(f"Код: {before.code} → {after.code}")
    if changed.returns:
        lines.append("Ждала подтверждения, подтверждается" if before.is_typed_in else "Возвращается в список")
    for name, column in COLUMNS.items():
        if name == "code" or getattr(before, name) == getattr(after, name):
            continue
        if isinstance(column, Id):
            was = f"{_territory(before.territory, catalog, once)} → "
        else:
            was = f"{_said(before, name, catalog)} → " if isinstance(column, Ids) else ""
        lines.append(f"{column.headings[0].capitalize()}: {was}{_said(after, name, catalog)}")
    return lines


def _kinds(entry: RosterEntry, catalog: Catalog) -> str:
    """Its types, tags and territory, those that it has."""
    return "; ".join(_said(entry, name, catalog) for name in ("types", "tags", "territory") if getattr(entry, name))


def _said(entry: RosterEntry, name: str, catalog: Catalog) -> str:
    """The field of that name: a text as it is, the titles of ids."""
    value = getattr(entry, name)
    if isinstance(COLUMNS[name], Id):
        return _territory(value, catalog)
    if isinstance(value, frozenset):
        types = {id: type_.title for id, type_ in catalog.types.items()}
        titles = catalog.tags if name == "tags" else types
        value = ", ".join(titles.get(id, id) for id in sorted(value))
    return value or "нет"


def _territory(id: str, catalog: Catalog, once: Mapping[str, str] = MappingProxyType({})) -> str:
    return catalog.territories[id].short if id in catalog.territories else once.get(id, id) or WITHOUT_TERRITORY


def _without(roster_change: RosterChange, catalog: Catalog) -> list[str]:
    """How many of those that are new or change belong to no territory, where there are any."""
    entries = [*roster_change.added, *(changed.after for changed in roster_change.changed)]
    count = sum(not entry.territory for entry in entries) if catalog.territories else 0
    return [f"⚠️ Без территории: {count}. Для них — календарь управления."] if count else []


def _coded(entry: RosterEntry) -> str:
    return f"{entry.name} ({entry.code})"


def _called(entries: Sequence[RosterEntry]) -> list[str]:
    """Names that are told apart, by their codes if need be; HTML."""
    return [*map(esc, told_apart([entry.name for entry in entries], 90, [entry.code for entry in entries]))]
