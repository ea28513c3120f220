"""The execution report for the chief (Справка об исполнении резолюции) as a Word document, ready to be signed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from statistics import median

from bot.domain.fields.field import Field
from bot.domain.fields.kinds import rules
from bot.domain.ledger.obligation import Round
from bot.domain.ledger.report import Debtor, Execution, Line, Outcome, Total
from bot.domain.progress import Progress, silent
from bot.reports import completion, sections, words
from bot.reports import level as level_of
from bot.reports.completion import Bar
from bot.reports.document import Document
from bot.reports.job import Job, Made
from bot.reports.level import Level
from bot.reports.local import Local
from bot.reports.sections import Part, Section, together
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Tx
from bot.views.reports import answered
from bot.views.values import value_text
from bot.views.words import day, number, percent

_TITLE = "Справка об исполнении резолюции"
# Where there are several documents.
_OF_ALL = "Справка об исполнении поручений"
# A list has so many names; the workbook has all. Where there are territories, a longer one says how many each has.
_NAMES, _NAMES_OF_ALL = 30, 10
# Of a territory, in a list of all; and sums beside each other in its row.
_NAMES_THERE, _SUMS = 3, 3
# So many territories are named where the rest may be counted together.
_PLACES = 6
# Periods beside each other in a table; more go into another one.
_COLUMNS = 4
_OVERVIEW = ("Ожидалось", "Представлено", "Доля", "В срок", "Срок не наступил")
# In cm.
_WIDTHS = (5.5, 2.6, 3.2, 1.7, 1.8, 2.2)


@dataclass(slots=True)
class _Period:
    """A round's answers, and the organizations by what became of theirs."""

    round: Round
    execution: Execution
    totals: list[Total]
    totals_in: dict[str, list[Total]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    reported: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    silent_in: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    returned: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    not_ours: list[str] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)
    # How many of each of these lists are in each territory, by the list's name.
    there: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def put(self, name: str, text: str, territory: str) -> None:
        """Adds to the list of that name."""
        getattr(self, name).append(text)
        self.there[name][territory] += 1


async def make(tx: Tx, job: Job, folder: Path, progress: Progress = silent) -> Made:
    """The report of the order's period."""
    parts = await completion.parts(tx, job)
    if not parts:
        return Made((), words.NOTHING)
    asked = [round_.id for part in parts for section in part.sections for round_ in section.rounds]
    debtors = await ledger_report.debtors(tx, asked, job.order.limits)
    level, local = await level_of.of_rounds(tx, job, asked)
    document = Document(_department(job, debtors), words.short_day(job.today))
    whole = together(parts)
    document.title("Справка", _about(job, parts))
    place = f" {whose}." if (whose := words.whose(job)) else ""
    document.paragraph(f"Период: {words.period(job.order)}.{place} Составлена {words.made_on(job)}.", centered=True)
    done = 0
    if whole is not None:
        document.heading("Общие итоги", 1)
        document.paragraph(_summed(whole))
        _by_source(document, whole, [part for part in parts if part.group])
        if level:
            _by_territory(document, whole, level, local)
        document.picture(_picture(job, whole, folder, completion.bars_of_sources(whole, parts)))
    for part in parts:
        document.heading(part.heading or ("Разовые вопросы" if part.is_questions else "Общие итоги"), 1)
        document.paragraph(_summed(part))
        if level:
            _by_territory(document, part, level, local)
        _overview(document, part)
        if part is parts[0] and whole is None:
            document.picture(_picture(job, part, folder, completion.bars(part)))
        for title, of_title in _grouped(job, part):
            if title:
                document.heading(title, 2 if part.group else 1)
            for section in of_title:
                periods = [
                    await _read(tx, job, round_, part.counted[round_.id], debtors, level) for round_ in section.rounds
                ]
                _directive(document, section, periods, level, local, 3 if part.group else 2)
                done += len(section.rounds)
                progress("requests", done, len(asked))
    document.signatures()
    title = _TITLE if whole is None else _OF_ALL
    name = words.file_name(title, job, ".docx")
    document.save(folder / name)
    return Made((name,), words.caption(title, job, parts))


def _about(job: Job, parts: Sequence[Part]) -> str:
    if all(part.is_questions for part in parts):
        return "об ответах на разовые вопросы"
    if any(part.group for part in parts):
        return "об исполнении поручений"
    # The only document in the report, or that of the only file.
    source = parts[0].sections[0].source or job.letterhead.source
    return f"об исполнении {source}" if source else ""


def _summed(part: Part) -> str:
    """What the requests of a part come to, in a sentence or two."""
    total = part.total
    if part.is_questions:
        asked = f"Разовых вопросов: {part.requests}"
    else:
        asked = f"По поручениям направлено запросов: {part.requests} (поручений: {len(part.sections)})"
    counts = [
        f"{text} — {count}"
        for text, count in (("с нарушением срока", total.late), ("не представили", total.overdue))
        if count or total.wanted
    ]
    return "; ".join([f"{asked}. {answered(total)}", *counts]) + "."


def _department(job: Job, debtors: Iterable[Debtor]) -> str:
    """The department's name: that of the organization of its types, if there is just one."""
    own = [debtor.name for debtor in debtors if debtor.types & job.letterhead.staff_types]
    return own[0] if len(own) == 1 else "Управление образования"


def _grouped(job: Job, part: Part) -> list[tuple[str, list[Section]]]:
    """Directives to the department and directives to organizations, under titles only if there are both."""
    own: list[Section] = []
    others: list[Section] = []
    for section in part.sections:
        (own if section.is_own(job.letterhead.staff_types) else others).append(section)
    if not own or not others:
        return [("", own or others)]
    return [("Поручения управлению образования", own), ("Поручения организациям", others)]


def _by_source(document: Document, whole: Part, parts: Sequence[Part]) -> None:
    rows = [_row(part.heading, part.total) for part in parts]
    document.table(["Источник", *_OVERVIEW], [*rows, _row("Итого", whole.total)], _WIDTHS, totals=True)


def _overview(document: Document, part: Part) -> None:
    rows = [_row(section.title, part.of(section)) for section in part.sections]
    several = len(rows) > 1
    headings = ["Вопрос" if part.is_questions else "Поручение", *_OVERVIEW]
    document.table(headings, [*rows, *([_row("Итого", part.total)] if several else [])], _WIDTHS, totals=several)


def _by_territory(document: Document, part: Part, level: Level, local: Local) -> None:
    counted = {territory: level.total(part, territory) for territory in level.ids}
    rows = [_row(level.name(territory), total) for territory, total in counted.items() if total != Execution()]
    total = _row(local.whole, part.total)
    document.table(["Территория", *_OVERVIEW], [*rows, total], _WIDTHS, totals=True)


def _row(title: str, execution: Execution) -> list[str]:
    counts = (execution.wanted, execution.answered, execution.on_time, execution.pending)
    wanted, reported, on_time, pending = map(str, counts)
    return [title, wanted, reported, percent(execution.completion), on_time, pending]


def _picture(job: Job, part: Part, folder: Path, shown: Sequence[Bar]) -> Path:
    path = folder / "picture.png"
    completion.draw(job, completion.title(part), shown, path)
    return path


async def _read(
    tx: Tx, job: Job, round_: Round, execution: Execution, debtors: list[Debtor], level: Level | None
) -> _Period:
    period = _Period(round_, execution, [Total(field) for field in round_.directive.fields])
    async for _, debtor, line in sections.lines(tx, [round_.id], debtors, job.order.limits):
        there = level.of(round_.id, debtor.id) if level else ""
        if level:
            _add_there(period, there, debtor, line, job)
        for total in period.totals:
            total.add(line.counted)
            value = (line.counted or {}).get(total.what.id)
            if value is not None and rules(total.what.kind).is_numeric:
                period.numbers[total.what.id].append(float(value))
        match line.outcome(job.now):
            case Outcome.EXCUSED:
                said = f"{debtor.label} ({line.comment})" if line.comment else debtor.label
                period.put("excused", said, there)
            case Outcome.OVERDUE:
                period.put("silent", debtor.label, there)
            case Outcome.RETURNED:
                period.put("returned", debtor.label, there)
            case Outcome.LATE:
                period.put("late", debtor.label, there)
                period.reported.append(debtor.label)
            case Outcome.ON_TIME:
                period.reported.append(debtor.label)
            case Outcome.PENDING:
                pass
        if line.not_ours:
            period.put("not_ours", f"{debtor.label} ({line.not_ours})", there)
    return period


def _add_there(period: _Period, territory: str, debtor: Debtor, line: Line, job: Job) -> None:
    totals = period.totals_in[territory]
    totals.extend(Total(asked) for asked in period.round.directive.fields[len(totals) :])
    for total in totals:
        total.add(line.counted)
    if line.outcome(job.now) is Outcome.OVERDUE:
        period.silent_in[territory].append(debtor.label)


def _directive(
    document: Document, section: Section, periods: list[_Period], level: Level | None, local: Local, depth: int
) -> None:
    directive = section.directive
    document.heading(section.title, depth)
    if directive.text:
        document.quote(f"«{directive.text}»")
    for period in periods:
        due = day(local.due(period.round))
        title = f"{words.period_title(period.round)}: с" if period.round.title else "С"
        document.paragraph(f"{title}рок — {due}. {answered(period.execution)}.", leads=True)
    for start in range(0, len(periods), _COLUMNS):
        _table_of_totals(document, section, periods[start : start + _COLUMNS])
    if level:
        _table_of_territories(document, periods[-1], level, local)
    for period in periods:
        of_period = f" ({period.round.title})" if len(periods) > 1 and period.round.title else ""
        if level and period.silent:
            told = _silence(period, level) if len(period.silent) <= _NAMES_OF_ALL else _counted(period, "silent", level)
            document.paragraph(f"Не представили{of_period}: {told}.")
        elif who := words.silence(period.execution, period.reported, period.silent, _NAMES):
            document.paragraph(f"{words.period_title(period.round)}. {who}." if of_period else f"{who}.")
        for label, name, listed in (
            ("На доработке", "returned", period.returned),
            ("Представили с нарушением срока", "late", period.late),
            ("Сообщили, что поручение к ним не относится", "not_ours", period.not_ours),
            ("Сняты с контроля", "excused", period.excused),
        ):
            if listed:
                is_long = len(listed) > _NAMES_OF_ALL
                told = _counted(period, name, level) if level and is_long else words.names(listed, _NAMES)
                document.paragraph(f"{label}{of_period}: {told}.")


def _silence(period: _Period, level: Level) -> str:
    """«Северный — 2 (Школа № 1, Школа № 2); Южный — 1 (Школа № 7)»."""
    silent = [(territory, period.silent_in[territory]) for territory in level.ids if territory in period.silent_in]
    return "; ".join(
        f"{level.short(territory)} — {len(listed)} ({words.names(listed, _NAMES_THERE)})"
        for territory, listed in silent
    )


def _counted(period: _Period, name: str, level: Level) -> str:
    """«263, из них: Южный — 16, Северный — 15, в остальных — 232»: those with the most come first.

    Who is silent is told of everywhere.
    """
    there = period.there[name]
    # Of as many each, in the order of territories.
    most = sorted((each for each in level.ids if there[each]), key=lambda each: -there[each])
    shown = most if name == "silent" else most[:_PLACES]
    counts = [f"{level.short(each)} — {there[each]}" for each in shown]
    rest = there.total() - sum(there[each] for each in shown)
    return f"{there.total()}, из них: {', '.join([*counts, *([f'в остальных — {rest}'] if rest else [])])}"


def _table_of_territories(document: Document, period: _Period, level: Level, local: Local) -> None:
    """How the newest period stands in each territory, with the sums of its first numbers."""
    counted = level.counted[period.round.id]
    summed = [total.what for total in period.totals if total.total is not None][:_SUMS]
    if len(counted) < 2:
        return
    rows = []
    for territory in level.in_round(period.round.id):
        sums = {total.what.id: total.total for total in period.totals_in[territory]}
        its = counted[territory]
        values = [sums.get(field.id) for field in summed]
        rows.append(
            [level.short(territory), *_counts(its), *("—" if value is None else number(value) for value in values)]
        )
    totals = [total.total for total in period.totals if total.what in summed and total.total is not None]
    rows.append([local.whole, *_counts(period.execution), *map(number, totals)])
    headings = ["Территория", "Ожидалось", "Представлено", *map(words.heading, summed)]
    width = 7.8 / max(len(summed), 1)
    widths = [3.6, 2.5, 3.1, *(min(width, 3.8) for _ in summed)]
    if period.round.title:
        document.paragraph(f"{words.period_title(period.round)}, по территориям:", leads=True)
    document.table(headings, rows, widths, totals=True)


def _counts(execution: Execution) -> list[str]:
    return [str(execution.wanted), str(execution.answered)]


def _table_of_totals(document: Document, section: Section, periods: list[_Period]) -> None:
    rows = [row for field in section.fields if (row := _totals(field, periods))]
    if rows:
        headings = ["Показатель", *(words.period_title(period.round) or "Значение" for period in periods)]
        width = 10.4 / len(periods)
        document.table(headings, rows, [6.0, *(width for _ in periods)])


def _totals(field: Field, periods: list[_Period]) -> list[str]:
    """The row of a field; empty for a field that adds up to nothing."""
    cells = [_total(field, period) for period in periods]
    return [words.heading(field), *(cell or "—" for cell in cells)] if any(cells) else []


def _total(field: Field, period: _Period) -> str:
    total = next((total for total in period.totals if total.what.id == field.id), None)
    if total is None or not total.given:
        return ""
    if total.total is not None:
        return number(total.total)
    if period.numbers.get(field.id):
        # Shares are not summed.
        return f"медиана {number(_short(median(period.numbers[field.id])))}"
    if total.options:
        return "; ".join(f"{_option(field, option)} — {count}" for option, count in total.options.most_common())
    return ""


def _option(field: Field, value: str | bool) -> str:
    return value_text(field, value) if isinstance(value, bool) else value


def _short(value: float) -> Decimal:
    return Decimal(str(round(value, 2)))
