"""A picture: how many answered each directive in time, late, and not at all."""

from pathlib import Path

from bot.domain.ledger.report import Execution
from bot.domain.progress import Progress, silent
from bot.reports import sections, words
from bot.reports.drawing import FAINT, IN_TIME, INK, LATE, MISSING, bare, figure, headline, labels, save
from bot.reports.job import Job, Made
from bot.reports.sections import Section
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Tx
from bot.views.words import percent

_TITLE = "Исполнение поручений"
_ROW, _HEAD, _FOOT = 0.46, 1.3, 0.2
# Bars of one picture, and pictures of an album.
_BARS, _PICTURES = 24, 10
# A bar narrower than this share of the whole has no room for its number.
_NARROW = 0.06


async def make(tx: Tx, job: Job, folder: Path, _progress: Progress = silent) -> Made:
    """Draws a bar for each directive that asked somebody."""
    by_section, counted = await executions(tx, job)
    if not by_section:
        return Made((), words.NOTHING)
    pages = [by_section[start : start + _BARS] for start in range(0, len(by_section), _BARS)][:_PICTURES]
    names = []
    for number, page in enumerate(pages, start=1):
        path = folder / words.file_name(_TITLE, job, f" {number}.png" if len(pages) > 1 else ".png")
        names.append(draw(job, page, path))
    total = sum((execution for _, execution in by_section), Execution())
    return Made(tuple(names), words.caption(_TITLE, job, total, counted), pictures=True)


async def executions(tx: Tx, job: Job) -> tuple[list[tuple[Section, Execution]], int]:
    """The directives of the order by number, each with what its rounds come to; and how many rounds those are."""
    rounds = await ledger_report.of_order(tx, job.order, job.zone)
    counted = await ledger_report.executions(tx, [round_.id for round_ in rounds], job.order.limits, job.now)
    asked = [round_ for round_ in rounds if round_.id in counted]
    by_section = [
        (section, sum((counted[round_.id] for round_ in section.rounds), Execution()))
        for section in sections.sections(asked, job.letterhead)
    ]
    return by_section, len(asked)


def draw(job: Job, by_section: list[tuple[Section, Execution]], path: Path) -> str:
    """Draws the bars; returns the file's name."""
    height = _HEAD + _ROW * len(by_section) + _FOOT
    drawn = figure(9, height)
    headline(drawn, _TITLE, f"{words.period(job.order)}, {words.made_on(job)}")
    axes = bare(drawn, 0.37, _FOOT / height, 0.47, _ROW * len(by_section) / height)
    places = range(len(by_section))
    start = [0.0] * len(by_section)
    for label, colour, counts in (
        ("в срок", IN_TIME, [execution.on_time for _, execution in by_section]),
        ("с опозданием", LATE, [execution.late for _, execution in by_section]),
        (
            "не представили",
            MISSING,
            [max(0, execution.asked - execution.on_time - execution.late) for _, execution in by_section],
        ),
    ):
        # Each bar is a share of its own directive: nine kindergartens are as readable as forty schools.
        widths = [count / (execution.asked or 1) for count, (_, execution) in zip(counts, by_section, strict=True)]
        axes.barh(places, widths, left=start, color=colour, height=0.62, label=label)
        for place, (count, width) in enumerate(zip(counts, widths, strict=True)):
            if width >= _NARROW:
                ink = "white" if colour == IN_TIME else INK
                axes.text(start[place] + width / 2, place, str(count), ha="center", va="center", color=ink, fontsize=10)
        start = [before + width for before, width in zip(start, widths, strict=True)]
    for place, (_, execution) in enumerate(by_section):
        text = f"{execution.answered} из {execution.asked}, {percent(execution.completion)}"
        axes.text(1.03, place, text, va="center", fontsize=10, color=INK)
    axes.set_xlim(0, 1)
    axes.set_ylim(len(by_section) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks(list(places), labels([section.title for section, _ in by_section], 34), fontsize=10)
    corner = (0.01, 1 - 0.8 / height)
    drawn.legend(loc="upper left", ncols=3, frameon=False, fontsize=10, bbox_to_anchor=corner, labelcolor=FAINT)
    return save(drawn, path)
