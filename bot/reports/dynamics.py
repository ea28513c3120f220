"""A picture: one number of a directive from period to period, for the district."""

from decimal import Decimal
from pathlib import Path
from statistics import median

from bot.domain.fields.field import Field
from bot.domain.fields.values import NUMERIC
from bot.domain.ledger.obligation import Round
from bot.domain.ledger.report import Execution, Total
from bot.domain.progress import Progress, silent
from bot.reports import level as level_of
from bot.reports import sections, words
from bot.reports.drawing import CURVE, FAINT, INK, bare, figure, headline, lines, literal, save, write
from bot.reports.job import Job, Made
from bot.reports.sections import Section
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Tx
from bot.views.words import esc, number

# A picture shows this many of the last periods.
_PERIODS = 12
_FEW = "Показатель спрошен один раз: динамика появится со второго запроса."


async def make(tx: Tx, job: Job, folder: Path, _progress: Progress = silent) -> Made:
    """Draws the field's totals; where a total means nothing, its medians."""
    asked, counted = await sections.asked(tx, job)
    directives = sections.sections(asked, job.letterhead)
    field = _field(directives[0], job.order.field) if directives else None
    if not directives or field is None:
        return Made((), words.NOTHING)
    asking = [round_ for round_ in directives[0].rounds if _asks(round_, field)][-_PERIODS:]
    points = [(round_, await _value(tx, job, round_, field)) for round_ in asking]
    path = folder / words.file_name(f"Динамика {directives[0].number}", job, ".png")
    whole = (await level_of.local_of(tx, job, [round_.id for round_ in asking])).whole
    whole = whole[0].lower() + whole[1:]
    name = _draw(job, directives[0], field, points, counted, whole, path)
    what = whole if field.total else "медиана по организациям"
    lines_of = [f"<b>{esc(directives[0].title)}</b>", f"{esc(words.heading(field))}: {esc(what)}"]
    if len(points) < 2:
        lines_of.append(_FEW)
    return Made((name,), "\n".join(lines_of), pictures=True)


def _field(section: Section, wanted: str | None) -> Field | None:
    """The field of that id; if none is named, the first number with a total."""
    numbers = [field for field in section.fields if field.kind in NUMERIC]
    if wanted is not None:
        return next((field for field in numbers if field.id == wanted), None)
    return next((field for field in numbers if field.total), numbers[0] if numbers else None)


def _asks(round_: Round, field: Field) -> bool:
    asked = next((own for own in round_.directive.fields if own.id == field.id), None)
    return asked is not None and (not asked.only_in or round_.key in asked.only_in)


async def _value(tx: Tx, job: Job, round_: Round, field: Field) -> Decimal | None:
    """The district's value in that round; None: nobody has given any."""
    total, given = Total(field), []
    debtors = await ledger_report.debtors(tx, [round_.id], job.order.limits)
    async for _, _debtor, line in sections.lines(tx, [round_.id], debtors, job.order.limits):
        total.add(line.counted)
        if (value := (line.counted or {}).get(field.id)) is not None:
            given.append(Decimal(value))
    if field.total:
        return total.total
    return median(given) if given else None


def _draw(
    job: Job,
    section: Section,
    field: Field,
    points: list[tuple[Round, Decimal | None]],
    counted: dict[int, Execution],
    whole: str,
    path: Path,
) -> str:
    drawn = figure(8, 5.6)
    headline(drawn, lines(section.title, 60, 1), words.about(job))
    unit = f", {field.unit}" if field.unit else ""
    what = whole if field.total else "медиана"
    write(drawn, 0.2, 4.5, f"{field.label}{unit} ({what})", size=12)
    axes = bare(drawn, 0.06, 0.2, 0.88, 0.55)
    places = range(len(points))
    values = [float(value) if value is not None else 0.0 for _, value in points]
    axes.bar(places, values, color=CURVE, width=0.6)
    for place, (_, value) in enumerate(points):
        text = "нет данных" if value is None else number(value)
        bold = "normal" if value is None else "bold"
        axes.annotate(
            text,
            (place, max(values[place], 0)),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            fontsize=11,
            fontweight=bold,
            color=FAINT if value is None else INK,
        )
    top = max([*values, 1.0 if not any(values) else 0.0])
    axes.set_ylim(min([0.0, *values]), top * 1.15 or 1)
    axes.set_xlim(-0.6, max(len(points) - 0.4, 1.6))
    # A total of few answers must not look like a fall: below each stands how many answered.
    labels = [
        f"{lines(round_.title, max(9, 72 // len(points)), 2)}\n{literal(_answered(counted[round_.id]))}"
        for round_, _ in points
    ]
    axes.set_xticks(list(places), labels, fontsize=9)
    axes.set_yticks([])
    return save(drawn, path)


def _answered(execution: Execution) -> str:
    return f"ответили {execution.answered}\nиз {execution.asked}"
