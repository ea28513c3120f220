"""The directives of the catalog: what is asked of whom, when next, and how it went last time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.domain.catalog.catalog import Catalog
from bot.domain.directives.directive import AudiencePart, Directive
from bot.domain.directives.pause import Pause as Paused
from bot.domain.fields.values import NUMERIC
from bot.domain.ledger.obligation import Round
from bot.domain.people.member import Person
from bot.domain.screen import Button, Screen
from bot.domain.timing.schedule import Occurrence
from bot.views.callbacks.control import InRound
from bot.views.callbacks.department import Directives
from bot.views.callbacks.directives import Card, OpenNow, Pause, Reload, Resume, Unsend
from bot.views.callbacks.reports import OfDirective
from bot.views.department.audience import territories
from bot.views.department.panel import DIRECTIVES, back
from bot.views.sources import begins
from bot.views.territories import listed as names
from bot.views.words import arrows, button_label, day, due_day, esc, moment, plural, screen, shorten

PAGE = 8
# Coming dates on the card.
NEXT = 3

GONE = "Этого поручения больше нет в файле"
PAUSED_ALREADY = "Поручение уже приостановлено"
RESUMED_ALREADY = "Поручение уже действует"
OPENED_ALREADY = "Этот запрос уже открыт"
RESUME_FIRST = "Поручение приостановлено. Сначала возобновите его"
NOTHING_TO_OPEN = "Открывать нечего: ближайший год уже спрошен, а все вопросы привязаны к периодам"
BEYOND = "Поручение обращено и к организациям вне ваших полномочий. Открыть его раньше срока может администратор"
NOT_SENT = "Присланного файла с этим поручением уже нет"


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the card of a directive says, of its reader's organizations.

    `asked`: how many it asks now; `last`: round, answered, of how many.
    """

    directive: Directive
    coming: Sequence[Occurrence]
    asked: int
    pause: Paused | None
    sent_at: datetime | None
    last: tuple[Round, int, int] | None
    # Where departments alone are asked, how many each territory has.
    departments: Mapping[str, int] | None = None

    @property
    def is_paused(self) -> bool:
        """Whether it is not asked now."""
        return self.pause is not None and self.pause.is_on


def listed(
    person: Person,
    shown: Sequence[Directive],
    coming: Mapping[str, Occurrence],
    total: int,
    page: int,
    paused: Mapping[str, Paused],
    now: datetime,
    zone: tzinfo,
) -> Screen:
    """Lists a page of directives, `shown` out of `total`, each with its next request: `coming` by its id."""
    today = now.astimezone(zone).date()
    count = plural(total, "поручение", "поручения", "поручений")
    lines = [f"<b>{DIRECTIVES}</b>", f"{count}. Ближайшие запросы:" if total else "Поручений нет."]
    rows = []
    for place, directive in enumerate(shown):
        lines += begins(shown, place) or ([] if place else [""])
        is_paused = directive.id in paused and paused[directive.id].is_on
        when = "приостановлено" if is_paused else _opens(coming.get(directive.id), today, zone)
        lines.append(f"<b>{esc(directive.number)}</b> — {when}")
        label = f"{'⏸ ' if is_paused else ''}{directive.number}. {directive.title}"
        rows.append([Button(button_label(label), Card(id=directive.id).pack())])
    rows.append(arrows(page, -(-total // PAGE), lambda to: Directives(page=to).pack()))
    if person.is_admin:
        lines += ["", "Чтобы изменить поручения, пришлите сюда файл с ними."]
        rows.append([Button("Обновить с сервера", Reload().pack())])
    return screen(*lines, rows=[*rows, back()])


def card(person: Person, standing: Standing, catalog: Catalog, now: datetime) -> Screen:
    """Shows what a directive asks of whom, when next, and how it went last time."""
    directive, zone = standing.directive, catalog.calendar.zone
    source = f" {esc(named)}" if (named := catalog.source_of(directive)) else ""
    lines = [f"<b>{esc(directive.number)}. {esc(directive.title)}</b>", *_marks(standing, now, zone)]
    if directive.text:
        text = " ".join(shorten(directive.text, 1500).split())
        lines.append(f"<blockquote expandable>Поручение {esc(directive.number)}{source}: «{esc(text)}»</blockquote>")
    lines += [
        f"Тема: {esc(catalog.topics.get(directive.topic, directive.topic))}",
        f"Кого спрашиваем: {esc(audience(directive.audience, catalog))} — "
        f"{plural(standing.asked, 'организация', 'организации', 'организаций')}",
        *_departments(person, standing, catalog),
        "",
        "<b>Вопросы</b>",
        _fields(directive),
        "",
        *_dates(standing, now, zone),
        *_last(standing.last, now, zone),
    ]
    return screen(*lines, rows=_buttons(person, standing))


def _departments(person: Person, standing: Standing, catalog: Catalog) -> list[str]:
    """The territories where no department can answer, and those where each of several would answer for all of it."""
    # The «кусты» of a district have no departments of their own.
    its = standing.departments
    if its is None or not (any(its) or standing.directive.sums_up):
        return []
    parts = [part.territories for part in standing.directive.audience]
    meant = catalog.territories.keys() if () in parts else {territory for part in parts for territory in part}
    theirs = person.limits.territories or catalog.territories.keys()
    counts = {territory: its.get(territory, 0) for territory in meant if territory in theirs}
    none = [territory for territory, count in counts.items() if not count]
    several = [territory for territory, count in counts.items() if count > 1 and standing.directive.sums_up]
    return [
        *([f"⚠️ Управления нет: {esc(names(none, catalog.territories))}"] if none else []),
        *([f"⚠️ Управлений несколько, свод повторится: {esc(names(several, catalog.territories))}"] if several else []),
    ]


def ask_pause(directive: Directive) -> Screen:
    """Asks before a directive is paused."""
    return screen(
        f"<b>Приостановить поручение {esc(directive.number)}?</b>",
        esc(directive.title),
        "",
        "Пока оно приостановлено, новые запросы не открываются и позже не навёрстываются. "
        "Уже открытые остаются как есть.",
        rows=[
            [
                Button("Приостановить", Pause(id=directive.id, sure=True).pack(), style="danger"),
                Button("Отмена", Card(id=directive.id).pack()),
            ]
        ],
    )


def ask_open(
    directive: Directive,
    opening: Occurrence,
    planned: Occurrence | None,
    asked: int,
    mark: str,
    now: datetime,
    zone: tzinfo,
) -> Screen:
    """Asks before a request is opened by hand. `planned`: the same period as the schedule has it."""
    lines = [
        "<b>Открыть запрос сейчас?</b>",
        f"{esc(directive.number)}. {esc(directive.title)} · {esc(opening.title)}",
        "",
    ]
    lines.append(f"Получат: {plural(asked, 'организация', 'организации', 'организаций')}")
    lines.append(f"Срок: {due_day(opening.due_at, now, zone)}")
    if planned is not None:
        opens = moment(planned.opens_at, now, zone)
        lines.append(f"По графику он открылся бы {opens}; второй раз не откроется.")
    return screen(
        *lines,
        rows=[
            [
                Button("Открыть", OpenNow(id=directive.id, mark=mark).pack(), style="primary"),
                Button("Отмена", Card(id=directive.id).pack()),
            ]
        ],
    )


def audience(parts: Sequence[AudiencePart], catalog: Catalog) -> str:
    """«Общее образование (есть 10–11 классы), Дошкольное образование»; plain text."""
    return ", ".join(_part(part, catalog) for part in parts)


def _part(part: AudiencePart, catalog: Catalog) -> str:
    title = catalog.types[part.type].title if part.type in catalog.types else part.type
    tags = ", ".join(catalog.tags.get(tag, tag) for tag in part.tags).lower()
    narrowed = "; ".join(filter(None, (tags, territories(part.territories, catalog))))
    return f"{title} ({narrowed})" if narrowed else title


def _opens(coming: Occurrence | None, today: date, zone: tzinfo) -> str:
    if coming is None:
        return "в ближайший год не спрашивается"
    title = f" · {esc(coming.title)}" if coming.title else ""
    return f"{day(coming.opens_at.astimezone(zone).date(), today)}{title}"


def _marks(standing: Standing, now: datetime, zone: tzinfo) -> list[str]:
    today = now.astimezone(zone).date()
    marks = []
    if standing.pause is not None and standing.is_paused:
        marks.append(f"⏸ Приостановлено {day(standing.pause.paused_at.astimezone(zone).date(), today)}")
    if standing.sent_at is not None:
        marks.append(f"📄 Из файла, присланного {day(standing.sent_at.astimezone(zone).date(), today)}")
    return marks


def _fields(directive: Directive) -> str:
    shown = [f"{number}. {esc(shorten(field.label, 60))}" for number, field in enumerate(directive.fields, 1)]
    return "<blockquote expandable>{}</blockquote>".format("\n".join(shown))


def _dates(standing: Standing, now: datetime, zone: tzinfo) -> list[str]:
    if standing.is_paused:
        return []
    if not standing.coming:
        return ["В ближайший год запросов по графику нет."]
    today = now.astimezone(zone).date()
    lines = ["<b>Ближайшие запросы</b>"]
    for occurrence in standing.coming[:NEXT]:
        opens, due = occurrence.opens_at.astimezone(zone).date(), occurrence.due_at.astimezone(zone).date()
        title = f" · {esc(occurrence.title)}" if occurrence.title else ""
        lines.append(f"• {day(opens, today)}{title}, срок {day(due, today)}")
    return lines


def _last(last: tuple[Round, int, int] | None, now: datetime, zone: tzinfo) -> list[str]:
    if last is None:
        return []
    round_, done, total = last
    title = f"{esc(round_.title)}, " if round_.title else ""
    opened = day((round_.opened_at or round_.opens_at).astimezone(zone).date(), now.astimezone(zone).date())
    return ["", f"<b>Последний запрос:</b> {title}{opened}. Ответили {done} из {total}."]


def _buttons(person: Person, standing: Standing) -> list[list[Button]]:
    directive = standing.directive
    rows = []
    if standing.last is not None:
        rows.append([Button("Ответы на последний запрос", InRound(round=standing.last[0].id).pack())])
        reports = [Button("Свод в Excel", OfDirective(id=directive.id, what="w").pack())]
        if any(field.kind in NUMERIC for field in directive.fields):
            reports.append(Button("Динамика", OfDirective(id=directive.id, what="d").pack()))
        rows.append(reports)
    if person.may_curate and not standing.is_paused and person.limits.covers_all_of(directive):
        rows.append([Button("Открыть сейчас", OpenNow(id=directive.id).pack())])
    if person.is_admin:
        if standing.is_paused:
            rows.append([Button("Возобновить", Resume(id=directive.id).pack())])
        else:
            rows.append([Button("Приостановить", Pause(id=directive.id).pack())])
        if standing.sent_at is not None:
            rows.append([Button("Убрать присланный файл", Unsend(id=directive.id).pack())])
    return [*rows, back(Directives().pack())]
