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
from bot.domain.ledger.standing import Standing
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
# Names of one list; more are in the workbook.
_NAMES = 30
_SILENT = (Standing.OPEN, Standing.SEEN, Standing.EXTENDED, Standing.OVERDUE)


@dataclass(slots=True)
class _Period:
    """What one round has come to."""

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
    found, count = await completion.executions(tx, job)
    if not found:
        return Made((), words.NOTHING)
    everything = sum((execution for _, execution in found), Execution())
    debtors = await ledger_report.debtors(
        tx, [one.id for section, _ in found for one in section.rounds], job.order.limits
    )
    counted = await ledger_report.executions(
        tx, [one.id for section, _ in found for one in section.rounds], job.order.limits, job.now
    )
    document = Document(_department(job, debtors), words.short_day(job.today))
    document.title("Справка", f"об исполнении {job.letterhead.source}" if job.letterhead.source else "")
    document.paragraph(f"Период: {words.period(job.order)}. Составлена {words.made_on(job)}.", centered=True)
    document.heading("Общие итоги", 1)
    document.paragraph(
        f"За период направлено запросов: {count} (по поручениям: {len(found)}). {answered(everything)}; "
        f"с нарушением срока — {everything.late}, не представили — {everything.missing}."
    )
    _overview(document, found)
    document.picture(_picture(job, found, folder))
    done = 0
    for title, part in _parts(job, found):
        if title:
            document.heading(title, 1)
        for section in part:
            periods = [await _read(tx, job, one, counted[one.id], debtors) for one in section.rounds]
            _directive(document, job, section, periods)
            done += len(section.rounds)
            progress("requests", done, count)
    document.signatures()
    name = words.file_name(_TITLE, job, ".docx")
    document.save(folder / name)
    return Made((name,), words.caption(_TITLE, job, everything, count))


def _department(job: Job, debtors: Iterable[Debtor]) -> str:
    """What the department is called: the organization of its types, if there is one."""
    own = [debtor.name for debtor in debtors if debtor.types & job.letterhead.staff_types]
    return own[0] if len(own) == 1 else "Управление образования"


def _parts(job: Job, found: list[tuple[Section, Execution]]) -> list[tuple[str, list[Section]]]:
    """Directives to the department and those to the organizations, if there are both."""
    own: list[Section] = []
    others: list[Section] = []
    for section, _ in found:
        audience = {part.type for part in section.directive.audience}
        (own if audience and audience <= job.letterhead.staff_types else others).append(section)
    if not own or not others:
        return [("", own or others)]
    return [("Поручения управлению образования", own), ("Поручения организациям", others)]


def _overview(document: Document, found: list[tuple[Section, Execution]]) -> None:
    rows = [
        [
            section.title,
            str(execution.asked),
            str(execution.answered),
            percent(execution.completion),
            str(execution.on_time),
        ]
        for section, execution in found
    ]
    document.table(["Поручение", "Запрошено", "Представлено", "Доля", "В срок"], rows, [7.0, 2.6, 3.2, 1.8, 1.8])


def _picture(job: Job, found: list[tuple[Section, Execution]], folder: Path) -> Path:
    path = folder / "picture.png"
    completion.draw(job, found, path)
    return path


async def _read(tx: Tx, job: Job, one: Round, execution: Execution, debtors: list[Debtor]) -> _Period:
    period = _Period(one, execution, [Total(each) for each in one.directive.fields])
    async for _, debtor, line in sections.lines(tx, [one.id], debtors):
        for total in period.totals:
            total.add(line.values)
            value = (line.values or {}).get(total.what.id)
            if value is not None and rules(total.what.kind).is_numeric:
                period.numbers[total.what.id].append(float(value))
        standing = line.standing(one, job.now)
        if line.state is ObligationState.EXCUSED:
            period.excused.append(f"{debtor.name} ({line.comment})" if line.comment else debtor.name)
        elif standing in _SILENT:
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
    rows = [row for each in section.fields if (row := _totals(each, periods))]
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
            if found := getattr(period, names):
                title = f" ({period.round.title})" if len(periods) > 1 and period.round.title else ""
                document.paragraph(f"{label}{title}: {words.names(found, _NAMES)}.")


def _totals(field: Field, periods: list[_Period]) -> list[str]:
    """The row of a field; none for one that does not add up to anything."""
    cells = [_total(field, period) for period in periods]
    return [words.heading(field), *(cell or "—" for cell in cells)] if any(cells) else []


def _total(field: Field, period: _Period) -> str:
    total = next((total for total in period.totals if total.what.id == field.id), None)
    if total is None or not total.given:
        return ""
    if total.total is not None:
        return number(total.total)
    if period.numbers.get(field.id):
        # Shares are not added up.
        return f"медиана {number(_short(median(period.numbers[field.id])))}"
    if total.options:
        return "; ".join(f"{_option(field, one)} — {count}" for one, count in total.options.most_common())
    return ""


def _option(field: Field, value: str | bool) -> str:
    return value_text(field, value) if isinstance(value, bool) else value


def _short(value: float) -> Decimal:
    return Decimal(str(round(value, 2)))
