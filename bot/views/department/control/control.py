"""Open and finished rounds, and the organizations of one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import NamedTuple

from bot.domain.brevity import shortened
from bot.domain.ledger.control import Counts, Entry, Part, There
from bot.domain.ledger.obligation import Round
from bot.domain.people.member import Person, Right
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Pending, packed_moment
from bot.views.callbacks.control import (
    Answer,
    Due,
    Finished,
    InRound,
    InTerritory,
    RemindIn,
    RemindNow,
    Together,
    TogetherIn,
)
from bot.views.callbacks.department import Control
from bot.views.callbacks.reports import OfRound
from bot.views.department.panel import back
from bot.views.sources import begins
from bot.views.standing import of_entry
from bot.views.words import (
    button_label,
    button_labels,
    day,
    due_day,
    due_hour,
    esc,
    in_pairs,
    left,
    odd_hour,
    plural,
    screen,
)

# Rounds on a screen, and organizations of a round.
PAGE, ORGANIZATIONS = 8, 10
# So many pages the outer arrows leap.
_LEAP = 10
NOWHERE: Mapping[int, str] = MappingProxyType({})


class At(NamedTuple):
    """A page of a part of a round, of so many."""

    part: Part
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Where:
    """A territory in which a round is looked at. `again`: who owes an answer there was reminded less than a day ago."""

    there: There
    name: str
    again: bool

    @property
    def key(self) -> str:
        """What buttons call it."""
        return self.there.key

    def remind(self, round_: Round, text: str) -> Button:
        """Reminds all who owe an answer there, by this one press; asks first if they have just been reminded."""
        seen = packed_moment(self.there.reminded_at)
        return Button(
            f"{text} ещё раз" if self.again else text,
            RemindIn(round=round_.id, territory=self.key, seen=seen, sure=not self.again).pack(),
        )

    def actions(self, round_: Round, counts: Counts) -> list[list[Button]]:
        """What is done about all of the territory at once."""
        rows = []
        if counts.answered > counts.not_ours:
            accepts = TogetherIn(round=round_.id, what="accept", territory=self.key).pack()
            rows.append([Button(f"Принять все ({counts.answered - counts.not_ours})", accepts, style="success")])
        if counts.owing:
            excuses = TogetherIn(round=round_.id, what="excuse", territory=self.key).pack()
            rows += [[self.remind(round_, "Напомнить")], [Button("Снять с контроля не ответивших", excuses)]]
        return rows


def running(
    rounds: Sequence[Round],
    counts: Mapping[int, Counts],
    page: int,
    pages: int,
    pending: tuple[int, int],
    total: int,
    now: datetime,
    zone: tzinfo,
    local: Mapping[int, str] = NOWHERE,
) -> Screen:
    """Lists rounds that take answers. `pending`: registrations and missed rounds to be decided about; `local`: which of
    the rounds a document of some territories has asked for, as `sources.local` says it."""
    lines = [f"<b>Открытые запросы: {total}</b>" if total else "Открытых запросов нет."]
    rows = []
    for number, round_ in enumerate(rounds, page * PAGE + 1):
        lines += begins(rounds, number - page * PAGE - 1)
        lines += ["", *_summary(number, round_, counts.get(round_.id, Counts()), now, zone, local)]
        if round_.closes_at <= now:
            lines.append("🕓 Некоторым срок продлён")
        rows.append([Button(button_label(f"{number}. {round_.directive.title}"), InRound(round=round_.id).pack())])
    return screen(*lines, rows=[*rows, *onward(page, pages, *pending)])


def onward(page: int, pages: int, waiting: int, missed: int) -> list[list[Button]]:
    """What stands below the open rounds."""
    rows = [turn(page, pages, lambda to: Control(page=to).pack()), [Button("Завершённые", Finished().pack())]]
    if waiting:
        rows.append([Button(f"Заявки на регистрацию: {waiting}", Pending(what="registrations").pack())])
    if missed:
        rows.append([Button(f"Не открыты вовремя: {missed}", Pending(what="missed").pack())])
    return [*rows, back()]


def finished(
    rounds: Sequence[Round],
    counts: Mapping[int, Counts],
    page: int,
    pages: int,
    now: datetime,
    zone: tzinfo,
    size: int = PAGE,
    local: Mapping[int, str] = NOWHERE,
) -> Screen:
    """Lists rounds that have closed, the newest first; `size`: of a page; `local` as in `running`."""
    lines = ["<b>Завершённые запросы</b>"] if rounds else ["Завершённых запросов пока нет."]
    rows = []
    for number, round_ in enumerate(rounds, page * size + 1):
        lines += begins(rounds, number - page * size - 1)
        lines += ["", *_summary(number, round_, counts.get(round_.id, Counts()), now, zone, local)]
        rows.append([Button(button_label(f"{number}. {round_.directive.title}"), InRound(round=round_.id).pack())])
    arrows = turn(page, pages, lambda to: Finished(page=to).pack())
    return screen(*lines, rows=[*rows, arrows, back(Control().pack())])


def of_round(
    round_: Round,
    counts: Counts,
    entries: Sequence[Entry],
    part: Part,
    page: int,
    pages: int,
    now: datetime,
    zone: tzinfo,
    person: Person,
) -> Screen:
    """Shows how a round stands, and a page of its organizations, each a tap from its answer."""
    return of_place(None, round_, counts, entries, At(part, page, pages), now, zone, person)


def of_place(
    where: Where | None,
    round_: Round,
    counts: Counts,
    entries: Sequence[Entry],
    at: At,
    now: datetime,
    zone: tzinfo,
    person: Person,
) -> Screen:
    """The same of one territory; `counts` are those there. None: of all."""

    part, page, pages = at

    def to(part: Part, page: int = 0) -> str:
        if where is None:
            return InRound(round=round_.id, part=part, page=page).pack()
        return InTerritory(round=round_.id, territory=where.key, part=part, page=page).pack()

    place = [f"📍 <b>{esc(where.name)}</b>"] if where else []
    lines = [*head(round_), *place, due_line(round_, counts, now, zone), "", *counted(counts), ""]
    signs = [of_entry(entry, now) for entry in entries]
    lines += _legend(signs) if part is not Part.UNREACHED else _reasons(entries, signs)
    if not entries:
        lines.append("Здесь никого нет." if counts.asked or counts.excused else "Никому не направлено.")
    labelled = zip(signs, entries, strict=True)
    names = button_labels([f"{sign} {entry.obligation.organization_label}" for (sign, _), entry in labelled])
    rows = in_pairs(
        [
            Button(name, Answer(obligation=entry.obligation.id, part=part, page=page).pack())
            for name, entry in zip(names, entries, strict=True)
        ]
    )
    rows.append(turn(page, pages, lambda page: to(part, page)))
    rows += choices(counts, part, to)
    if where is not None:
        rows += where.actions(round_, counts) if person.may(Right.CURATE) else []
        return screen(*lines, rows=[*rows, back(InRound(round=round_.id, part=part).pack())])
    rows.append(as_table(round_))
    if person.may(Right.CURATE):
        rows += actions(round_, counts)
    return screen(*lines, rows=[*rows, back(way_back(round_, now))])


def choices(counts: Counts, part: Part, to: Callable[[Part], str]) -> list[list[Button]]:
    """The parts of a round, each with how many there are."""
    parts = {
        Part.ALL: ("Все", counts.asked + counts.excused),
        Part.OWING: ("Не ответили", counts.owing),
        Part.WAITING: ("На проверке", counts.answered),
        Part.UNREACHED: ("Не дошло", counts.unreached),
    }
    buttons = [
        Button(f"{'• ' if to_part is part else ''}{title}: {count}", to(to_part))
        for to_part, (title, count) in parts.items()
        if to_part is not Part.UNREACHED or counts.unreached or part is Part.UNREACHED
    ]
    return [buttons[:3], buttons[3:]]


def as_table(round_: Round) -> list[Button]:
    """The round's consolidated report, in the chat and as a file."""
    return [
        Button("Таблицей в чате", OfRound(round=round_.id, what="t").pack()),
        Button("Excel", OfRound(round=round_.id, what="w").pack()),
    ]


def way_back(round_: Round, now: datetime) -> str:
    """To the list that the round stands in."""
    return Finished().pack() if round_.closes_at <= now else Control().pack()


def _legend(signs: Sequence[tuple[str, str]]) -> list[str]:
    """What the signs on the buttons mean, as far as they stand there."""
    words: dict[str, str] = {}
    for sign, word in signs:
        words[sign] = min(words.get(sign, word), word.partition(":")[0], key=len)
    return [" · ".join(f"{sign} {esc(word.lower())}" for sign, word in words.items())] if words else []


def _reasons(entries: Sequence[Entry], signs: Sequence[tuple[str, str]]) -> list[str]:
    """Why it has reached nobody, organization by organization."""
    return [
        f"{sign} {esc(shortened(entry.obligation.organization_label, 90))} — <i>{esc(word.lower())}</i>"
        for entry, (sign, word) in zip(entries, signs, strict=True)
    ]


def head(round_: Round) -> list[str]:
    """The first line of every screen about the round."""
    title = f"<b>{esc(round_.directive.title)}</b>"
    return [f"{title} · {esc(round_.title)}" if round_.title else title]


def actions(round_: Round, counts: Counts) -> list[list[Button]]:
    """What is done about all of the round at once."""
    rows = []
    if counts.answered > counts.not_ours:
        accepts = Together(round=round_.id, what="accept").pack()
        rows.append([Button(f"Принять все ({counts.answered - counts.not_ours})", accepts, style="success")])
    if counts.owing:
        rows += [
            [
                Button("Напомнить", RemindNow(round=round_.id).pack()),
                Button("Продлить срок всем", Due(round=round_.id).pack()),
            ],
            [Button("Снять с контроля не ответивших", Together(round=round_.id, what="excuse").pack())],
        ]
    return rows


def _summary(
    number: int, round_: Round, counts: Counts, now: datetime, zone: tzinfo, local: Mapping[int, str]
) -> list[str]:
    late = f", не ответили в срок: {counts.overdue}" if counts.overdue else ""
    occasion = f" · {esc(round_.title)}" if round_.title else ""
    occasion += f" · <i>{esc(local[round_.id])}</i>" if round_.id in local else ""
    return [
        f"{number}. <b>{esc(round_.directive.title)}</b>{occasion}",
        f"Ответили {counts.done} из {counts.asked}{late}" if counts.asked or counts.excused else "Никому не направлено",
        due_line(round_, counts, now, zone),
    ]


def due_line(round_: Round, counts: Counts, now: datetime, zone: tzinfo) -> str:
    """Until when it is answered; nothing is overdue where nobody owes an answer."""
    today = now.astimezone(zone).date()
    if round_.closes_at <= now:
        return f"Приём ответов завершён {day(round_.closes_at.astimezone(zone).date(), today)}"
    is_over = now > round_.due_at and not counts.late
    # On its day the hour is told by what is left.
    hour = odd_hour(round_.due_at, round_.closes_at, zone) if due_hour(round_.due_at, now, zone) else ""
    remains = "прошёл" if is_over else left(round_.due_at, now, zone)
    return f"Срок: {due_day(round_.due_at, now, zone)}{hour} ({remains})"


def counted(counts: Counts) -> list[str]:
    """How many have answered, and how the others stand."""
    lines = [f"Ответили <b>{counts.done} из {counts.asked}</b>"]
    more = [
        f"{word}: {count}"
        for word, count in (
            ("на проверке", counts.answered),
            ("исполнено", counts.accepted),
            ("возвращено", counts.returned),
            ("снято с контроля", counts.excused),
            ("просрочено", counts.overdue),
            ("не дошло", counts.unreached),
        )
        if count
    ]
    if more:
        lines.append(" · ".join(more).capitalize())
    if counts.not_ours:
        said = plural(counts.not_ours, "организация пишет", "организации пишут", "организаций пишут")
        lines.append(f"🚫 {said}: «Не относится к нам». Решите по каждой.")
    return lines


def turn(page: int, pages: int, to: Callable[[int], str]) -> list[Button]:
    """Arrows; with many pages the outer ones leap."""
    if pages < 2:
        return []
    row = [Button("‹", to(page - 1))] if page else []
    row.append(Button(f"{page + 1} / {pages}", to(page)))
    if page + 1 < pages:
        row.append(Button("›", to(page + 1)))
    if pages > _LEAP:
        row.insert(0, Button("«", to(max(0, page - _LEAP))))
        row.append(Button("»", to(min(pages - 1, page + _LEAP))))
    return row
