"""Choosing whom something is for: all, types, tags, organizations, those who kept silent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.announcement import Announcement
from bot.domain.desk.audience import Audience
from bot.domain.ledger.control import Counts
from bot.domain.ledger.obligation import Round
from bot.domain.people.member import NO_LIMITS, Limits
from bot.domain.people.missed import missed
from bot.domain.people.organization import Organization
from bot.domain.people.territory import Territory
from bot.domain.screen import Button, Screen
from bot.views.callbacks.audience import (
    Audiences,
    Everyone,
    FindPlaces,
    LeavePicker,
    Owing,
    Picked,
    Purpose,
    Silent,
    TickPlace,
    TickTag,
    TickTerritory,
    TickType,
    View,
)
from bot.views.common import SHORTER
from bot.views.department.panel import back
from bot.views.territories import short
from bot.views.words import (
    arrows,
    button_label,
    button_labels,
    button_titles,
    day,
    esc,
    found,
    plural,
    screen,
    shorten,
    sought,
    wording,
)

PAGE = 8
_NAMED = 5
# Where a search has found more than that, it was not by a list of names.
_COMPARED = 60
# Characters of names that are read at a glance.
_ONE_LINE = 150

NOBODY = "Под это не подходит ни одна организация. Выберите, пожалуйста, иначе"
OUTSIDE = "Эта организация вне ваших полномочий"
GONE = "Здесь уже ничего не изменить"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the picker's screens have in common. `count`: how many organizations the audience comes to."""

    of: Purpose
    id: int
    audience: Audience
    count: int
    catalog: Catalog
    # Names of the organizations chosen by hand, and of what the silent ones have kept silent about.
    chosen: Sequence[str] = ()
    about: str = ""
    # Of whoever chooses.
    limits: Limits = NO_LIMITS

    @property
    def territories(self) -> list[Territory]:
        """Those to choose from; of one alone there is nothing to choose."""
        mine = self.limits.territories
        known = [each for each in self.catalog.territories.values() if not mine or each.id in mine]
        return known if len(known) > 1 else []

    @property
    def narrowed(self) -> int:
        """How many territories are chosen, unless these are all that can be."""
        chosen = frozenset(self.audience.territories)
        return 0 if chosen == self.limits.territories else len(chosen)

    def view(self, view: View, page: int = 0) -> str:
        """The way to another screen."""
        return Audiences(of=self.of, id=self.id, view=view, page=page).pack()


def gone(name: str) -> str:
    """The name of an organization that was chosen and has left the list since."""
    return f"нет в списке: {name}"


def organizations(count: int) -> str:
    """«24 организации»."""
    return plural(count, "организация", "организации", "организаций")


def described(audience: Audience, catalog: Catalog, chosen: Sequence[str] = (), about: str = "") -> list[str]:
    """Whom the audience means, HTML, a line for each way of choosing."""
    if audience.is_nobody:
        return ["пока никто не выбран"]
    if audience.unanswered is not None:
        return [f"не ответившие на запрос{_quoted(about)}"]
    if audience.unacknowledged is not None:
        return [f"не ознакомившиеся с объявлением{_quoted(about)}"]
    if audience.unreached is not None:
        return [f"не получившие объявление{_quoted(about)}"]
    lines = []
    if audience.is_general:
        types = [catalog.types[type_id].title if type_id in catalog.types else type_id for type_id in audience.types]
        everyone = "все организации, кроме управления" if audience.but else "все организации"
        line = "; ".join(types) if types and not audience.everyone else everyone
        tags = [catalog.tags.get(tag, tag) for tag in audience.tags]
        tagged = f"{line}, с меткой: {' и '.join(tags)}" if tags else line
        lines.append(
            esc(f"{tagged} — {territories(audience.territories, catalog)}" if audience.territories else tagged)
        )
    if audience.organizations:
        # Long official names are read one by one.
        between = ";\n" if sum(map(len, chosen[:_NAMED])) > _ONE_LINE else "; "
        names = between.join(map(esc, chosen[:_NAMED]))
        rest = len(audience.organizations) - min(len(chosen), _NAMED)
        lines.append(f"{names} и ещё {rest}" if rest > 0 else names)
    return lines


def territories(ids: Collection[str], catalog: Catalog) -> str:
    """«Северный, Южный»: short names in the order of the catalog, then of those that it has no more; plain text."""
    known = catalog.known_territories
    named = [territory.short for id, territory in known.items() if id in ids]
    return ", ".join([*named, *sorted(id for id in ids if id not in known)])


def first(choice: Choice) -> Screen:
    """Offers the ways to choose, and shows what has been chosen."""
    audience, of, id = choice.audience, choice.of, choice.id
    everyone = "Все мои организации" if choice.limits.are_of_places else "Все организации"
    rows = [
        [Button(_ticked(everyone, on=audience.everyone and not choice.narrowed), Everyone(of=of, id=id).pack())],
        [
            Button(_counted("По типам", len(audience.types)), choice.view("types")),
            Button(_counted("По меткам", len(audience.tags)), choice.view("tags")),
        ],
        [Button(_counted("Выбрать организации", len(audience.organizations)), choice.view("places"))],
        [Button(_ticked("Не ответившие на запрос", on=audience.unanswered is not None), choice.view("rounds"))],
    ]
    if not choice.catalog.tags:
        del rows[1][1]
    if choice.territories or choice.narrowed:
        rows.insert(1, [Button(_counted("По территориям", choice.narrowed), choice.view("territories"))])
    if of == "a":
        silent = audience.unacknowledged is not None
        rows.append([Button(_ticked("Не ознакомившиеся с объявлением", on=silent), choice.view("silent"))])
    rows.append([*back(LeavePicker(of=of, id=id).pack()), _done(choice)])
    return screen("<b>Кому</b>", "", *_summary(choice), rows=rows)


def types(choice: Choice, counts: Mapping[str, int]) -> Screen:
    """Lists types with how many organizations are of each."""
    rows = [
        [
            Button(
                button_label(
                    _ticked(
                        f"{organization_type.title}: {counts.get(organization_type.id, 0)}",
                        on=organization_type.id in choice.audience.types,
                    )
                ),
                TickType(of=choice.of, id=choice.id, type=organization_type.id).pack(),
            )
        ]
        for organization_type in choice.catalog.types.values()
        if organization_type.id in counts or organization_type.id in choice.audience.types
    ]
    empty = [] if rows else ["Организаций пока нет."]
    return screen("<b>Кому: по типам</b>", *empty, "", *_summary(choice), rows=[*rows, *_ways(choice)])


def in_territories(choice: Choice, counts: Mapping[str, int]) -> Screen:
    """Lists territories with how many organizations each has; those that are gone as long as they are chosen."""
    chosen = choice.audience.territories
    listed = [(territory.id, territory.short) for territory in choice.territories]
    listed += [
        (id, short(id, choice.catalog.known_territories)) for id in chosen if id not in choice.catalog.territories
    ]
    buttons = [
        Button(
            button_label(_ticked(f"{title}: {counts.get(id, 0)}", on=id in chosen)),
            TickTerritory(of=choice.of, id=choice.id, territory=id).pack(),
        )
        for id, title in listed
    ]
    # Short names, of which a region has two dozens.
    rows = [buttons[place : place + 2] for place in range(0, len(buttons), 2)]
    lines = ["<b>Кому: по территориям</b>", "Вместе с типами и метками — только эти организации территорий."]
    return screen(*lines, "", *_summary(choice), rows=[*rows, *_ways(choice)])


def tags(choice: Choice, counts: Mapping[str, int]) -> Screen:
    """Lists tags with how many organizations carry each; an organization needs all that are ticked."""
    rows = [
        [
            Button(
                button_label(_ticked(f"{title}: {counts.get(tag, 0)}", on=tag in choice.audience.tags)),
                TickTag(of=choice.of, id=choice.id, tag=tag).pack(),
            )
        ]
        for tag, title in choice.catalog.tags.items()
    ]
    lines = ["<b>Кому: по меткам</b>", "Нужны все отмеченные. Вместе с типами — только организации этих типов."]
    return screen(*lines, "", *_summary(choice), rows=[*rows, *_ways(choice)])


def places(choice: Choice, listed: Sequence[Organization], page: int, query: str) -> Screen:
    """Lists organizations, or with a `query` those that a search has found."""
    pages = max(1, -(-len(listed) // PAGE))
    page = min(page, pages - 1)
    shown = listed[page * PAGE : (page + 1) * PAGE]
    labels = button_labels(
        [_ticked(organization.label, on=organization.id in choice.audience.organizations) for organization in shown]
    )
    rows = [
        [Button(label, TickPlace(of=choice.of, id=choice.id, organization=organization.id, page=page).pack())]
        for label, organization in zip(labels, shown, strict=True)
    ]
    rows.append(arrows(page, pages, lambda to: choice.view("places", to)))
    if query:
        rows.append([Button("Показать все", FindPlaces(of=choice.of, id=choice.id).pack())])
    lines = ["<b>Кому: выбрать организации</b>"]
    if query and listed:
        lines.append(f"Нашлось по запросу «{sought(query)}»: {found(listed)}.")
        not_found = [] if len(listed) > _COMPARED else missed(listed, query, choice.catalog.kinds)
        if not_found:
            lines.append(f"Не нашлось: {esc(shorten(', '.join(not_found), 200))}.")
    elif query:
        lines.append(f"По запросу «{sought(query)}» ничего не нашлось. {SHORTER}")
    else:
        lines.append("Отметьте в списке или напишите номер или часть названия.")
    if pages > 1:
        lines.append(f"Страница {page + 1} из {pages}.")
    return screen(*lines, "", *_summary(choice), rows=[*rows, *_ways(choice)])


def rounds(choice: Choice, open_rounds: Sequence[Round], counts: Mapping[int, Counts], page: int) -> Screen:
    """Lists open rounds with how many have not answered each."""
    pages = max(1, -(-len(open_rounds) // PAGE))
    page = min(page, pages - 1)
    shown = open_rounds[page * PAGE : (page + 1) * PAGE]
    labels = button_titles(
        [
            _ticked(
                f"{counts[round_.id].owing if round_.id in counts else 0}: {round_title(round_)}",
                on=choice.audience.unanswered == round_.id,
            )
            for round_ in shown
        ],
        [f"до {day(round_.due_at.astimezone(choice.catalog.calendar.zone).date())}" for round_ in shown],
    )
    rows = [
        [Button(label, Owing(of=choice.of, id=choice.id, round=round_.id).pack())]
        for label, round_ in zip(labels, shown, strict=True)
    ]
    line = "Число — сколько организаций не ответили." if open_rounds else "Открытых запросов нет."
    rows.append(arrows(page, pages, lambda to: choice.view("rounds", to)))
    return screen("<b>Кому: не ответившие на запрос</b>", line, "", *_summary(choice), rows=[*rows, *_ways(choice)])


def silent(choice: Choice, unacknowledged: Sequence[tuple[Announcement, int]], page: int, pages: int) -> Screen:
    """A page of announcements with how many organizations have got each and not acknowledged it."""
    zone = choice.catalog.calendar.zone
    labels = button_titles(
        [
            _ticked(
                f"{count}: {wording(announcement.text) or 'без текста'}",
                on=choice.audience.unacknowledged == announcement.id,
            )
            for announcement, count in unacknowledged
        ],
        [
            f"{announcement.started_at.astimezone(zone):%d.%m %H:%M}" if announcement.started_at else ""
            for announcement, _ in unacknowledged
        ],
    )
    rows = [
        [Button(label, Silent(of=choice.of, id=choice.id, announcement=announcement.id).pack())]
        for label, (announcement, _) in zip(labels, unacknowledged, strict=True)
    ]
    line = "Число — сколько организаций получили и не ознакомились." if unacknowledged else "Таких объявлений нет."
    rows.append(arrows(page, pages, lambda to: choice.view("silent", to)))
    title = "<b>Кому: не ознакомившиеся с объявлением</b>"
    return screen(title, line, "", *_summary(choice), rows=[*rows, *_ways(choice)])


def round_title(round_: Round) -> str:
    """Names the round in the description of its silent organizations."""
    return f"{round_.directive.title} · {round_.title}" if round_.title else round_.directive.title


def announcement_title(announcement: Announcement) -> str:
    """Names the announcement in the description of those who have not acknowledged it."""
    return shorten(wording(announcement.text), 60)


def _summary(choice: Choice) -> list[str]:
    lines = described(choice.audience, choice.catalog, choice.chosen, choice.about)
    if choice.audience.is_nobody:
        return ["Пока никто не выбран."]
    return [*(f"• {line}" for line in lines), f"Всего: <b>{organizations(choice.count)}</b>"]


def _ways(choice: Choice) -> list[list[Button]]:
    return [[*back(choice.view("all")), _done(choice)]]


def _done(choice: Choice) -> Button:
    label = f"Готово: {choice.count}" if choice.count else "Готово"
    return Button(label, Picked(of=choice.of, id=choice.id).pack(), style="success" if choice.count else "")


def _ticked(label: str, *, on: bool) -> str:
    return f"✅ {label}" if on else label


def _counted(label: str, count: int) -> str:
    return f"✅ {label}: {count}" if count else label


def _quoted(about: str) -> str:
    return f" «{esc(about)}»" if about else ""
