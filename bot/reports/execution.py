"""The execution report for the chief (Справка об исполнении резолюции) as a Word document, ready to be signed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from statistics import median

from bot.domain.fields.field import Field
from bot.domain.fields.kinds import rules
from bot.domain.ledger.obligation import ObligationState, Round
from bot.domain.ledger.report import Debtor, Execution, Total
from bot.domain.progress import Progress, silent
from bot.reports import completion, sections, words
from bot.reports.document import Document
from bot.reports.job import Job, Made
from bot.reports.sections import Section
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Tx
from bot.views.kinds import value_text
from bot.views.reports import answered
from bot.views.words import day, number, percent

_TITLE = "Справка об исполнении резолюции"
# A list has so many names; the workbook has all.
_NAMES = 30


@dataclass(slots=True)
class _Period:
    """A round's answers, and the organizations by what became of theirs."""

    round: Round
    execution: Execution
    totals: list[Total]
    numbers: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    silent: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    not_ours: list[str] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)


async def make(tx: Tx, job: Job, folder: Path, progress: Progress = silent) -> Made:
    """The report of the order's period."""
    by_section, count = await completion.executions(tx, job)
    if not by_section:
        return Made((), words.NOTHING)
    everything = sum((execution for _, execution in by_section), Execution())
    debtors = await ledger_report.debtors(
        tx, [round_.id for section, _ in by_section for round_ in section.rounds], job.order.limits
    )
    counted = await ledger_report.executions(
        tx, [round_.id for section, _ in by_section for round_ in section.rounds], job.order.limits, job.now
    )
    document = Document(_department(job, debtors), words.short_day(job.today))
    document.title("Справка", f"об исполнении {job.letterhead.source}" if job.letterhead.source else "")
    document.paragraph(f"Период: {words.period(job.order)}. Составлена {words.made_on(job)}.", centered=True)
    document.heading("Общие итоги", 1)
    document.paragraph(
        f"За период направлено запросов: {count} (по поручениям: {len(by_section)}). {answered(everything)}; "
        f"с нарушением срока — {everything.late}, не представили — {everything.missing}."
    )
    _overview(document, by_section)
    document.picture(_picture(job, by_section, folder))
    done = 0
    for title, part in _parts(job, by_section):
        if title:
            document.heading(title, 1)
        for section in part:
            periods = [await _read(tx, job, round_, counted[round_.id], debtors) for round_ in section.rounds]
            _directive(document, job, section, periods)
            done += len(section.rounds)
            progress("requests", done, count)
    document.signatures()
    name = words.file_name(_TITLE, job, ".docx")
    document.save(folder / name)
    return Made((name,), words.caption(_TITLE, job, everything, count))


def _department(job: Job, debtors: Iterable[Debtor]) -> str:
    """The department's name: that of the organization of its types, if there is just one."""
    own = [debtor.name for debtor in debtors if debtor.types & job.letterhead.staff_types]
    return own[0] if len(own) == 1 else "Управление образования"


def _parts(job: Job, by_section: list[tuple[Section, Execution]]) -> list[tuple[str, list[Section]]]:
    """Directives to the department and directives to organizations, under titles only if there are both."""
    own: list[Section] = []
    others: list[Section] = []
    for section, _ in by_section:
        audience = {part.type for part in section.directive.audience}
        (own if audience and audience <= job.letterhead.staff_types else others).append(section)
    if not own or not others:
        return [("", own or others)]
    return [("Поручения управлению образования", own), ("Поручения организациям", others)]


def _overview(document: Document, by_section: list[tuple[Section, Execution]]) -> None:
    rows = [
        [
            section.title,
            str(execution.asked),
            str(execution.answered),
            percent(execution.completion),
            str(execution.on_time),
        ]
        for section, execution in by_section
    ]
    document.table(["Поручение", "Запрошено", "Представлено", "Доля", "В срок"], rows, [7.0, 2.6, 3.2, 1.8, 1.8])


def _picture(job: Job, by_section: list[tuple[Section, Execution]], folder: Path) -> Path:
    path = folder / "picture.png"
    completion.draw(job, by_section, path)
    return path


async def _read(tx: Tx, job: Job, round_: Round, execution: Execution, debtors: list[Debtor]) -> _Period:
    period = _Period(round_, execution, [Total(field) for field in round_.directive.fields])
    async for _, debtor, line in sections.lines(tx, [round_.id], debtors, job.order.limits):
        for total in period.totals:
            total.add(line.values)
            value = (line.values or {}).get(total.what.id)
            if value is not None and rules(total.what.kind).is_numeric:
                period.numbers[total.what.id].append(float(value))
        if line.state is ObligationState.EXCUSED:
            period.excused.append(f"{debtor.name} ({line.comment})" if line.comment else debtor.name)
        elif line.standing(round_, job.now).has_no_answer:
            period.silent.append(debtor.name)
        elif line.was_late:
            period.late.append(debtor.name)
        if line.not_ours:
            period.not_ours.append(f"{debtor.name} ({line.not_ours})")
    return period


def _directive(document: Document, job: Job, section: Section, periods: list[_Period]) -> None:
    directive = section.directive
    document.heading(section.title, 2)
    if directive.text:
        document.quote(f"«{directive.text}»")
    for period in periods:
        due = day(period.round.due_at.astimezone(job.zone).date())
        title = f"{period.round.title[:1].upper()}{period.round.title[1:]}: с" if period.round.title else "С"
        document.paragraph(f"{title}рок — {due}. {answered(period.execution)}.")
    rows = [row for field in section.fields if (row := _totals(field, periods))]
    if rows:
        headings = ["Показатель", *(period.round.title or "Значение" for period in periods)]
        width = 10.4 / len(periods)
        document.table(headings, rows, [6.0, *(width for _ in periods)])
    for label, names in (
        ("Не представили", "silent"),
        ("Представили с нарушением срока", "late"),
        ("Сообщили, что поручение к ним не относится", "not_ours"),
        ("Сняты с контроля", "excused"),
    ):
        for period in periods:
            if listed := getattr(period, names):
                title = f" ({period.round.title})" if len(periods) > 1 and period.round.title else ""
                document.paragraph(f"{label}{title}: {words.names(listed, _NAMES)}.")


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
