"""A picture: how many answered each directive in time, late, and not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes

from bot.domain.ledger.report import Execution
from bot.domain.progress import Progress, silent
from bot.reports import level as level_of
from bot.reports import sections, words
from bot.reports.drawing import (
    FAINT,
    HATCHES,
    IN_TIME,
    INK,
    LATE,
    MISSING,
    PENDING,
    RETURNED,
    bare,
    figure,
    headline,
    labels,
    save,
)
from bot.reports.job import Job, Made
from bot.reports.level import Level
from bot.reports.sections import Part
from bot.storage.engine.database import Tx
from bot.views.words import percent

_TITLE = "Исполнение поручений"
_TITLES = {False: _TITLE, True: "Разовые вопросы"}
_TOTALS = {False: "Все поручения", True: "Все вопросы"}
_BY_TERRITORY = {False: "Исполнение по территориям", True: "Разовые вопросы по территориям"}
_ROW, _HEAD, _FOOT = 0.46, 1.3, 0.2
_ALL_TERRITORIES = "Все территории"
# Bars of one picture, and pictures of an album.
_BARS, _PICTURES = 24, 10
# Of territories one picture holds more: their names are short, and a region's are seen together.
_ROWS = 32
_LONG, _LONGER = 18, 20
# A bar narrower than this share of the whole has no room for its number.
_NARROW = 0.06
# What a bar is made of, from the left.
_PIECES = (
    ("в срок", IN_TIME, "on_time"),
    ("с опозданием", LATE, "late"),
    ("на доработке", RETURNED, "returned"),
    ("не представили", MISSING, "overdue"),
    ("срок не наступил", PENDING, "pending"),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the picture; `is_total`: that of all that follow."""

    title: str
    execution: Execution
    is_total: bool = False


async def make(tx: Tx, job: Job, folder: Path, _progress: Progress = silent) -> Made:
    """Draws a bar for each directive that asked somebody."""
    found = await parts(tx, job)
    if not found:
        return Made((), words.NOTHING)
    # Questions are a matter of their own: they begin a picture. So does each document.
    whole = sections.together(found)
    level, _ = await level_of.of_rounds(tx, job, [round_.id for part in found for round_ in part.rounds])
    undivided = [*([whole] if whole else []), *(part for part in found if not part.group)]
    pages = [
        (_BY_TERRITORY[part.is_questions], page)
        for part in undivided
        if level
        for page in _pages(rows(part, level, words.whose(job) or _ALL_TERRITORIES), _ROWS)
    ]
    pages += [(title(whole), page) for page in _pages(bars_of_sources(whole, found))] if whole else []
    pages += [(title(part), page) for part in found for page in _pages(bars(part))]
    rest = pages[_PICTURES:]
    pages = pages[:_PICTURES]
    names = []
    for number, (headed, page) in enumerate(pages, start=1):
        path = folder / words.file_name(_TITLE, job, f" {number}.png" if len(pages) > 1 else ".png")
        names.append(draw(job, headed, page, path))
    caption = words.caption(_TITLE, job, found) + ("\nОстальные поручения — в своде Excel." if rest else "")
    return Made(tuple(names), caption, pictures=True)


async def parts(tx: Tx, job: Job) -> list[Part]:
    """The directives and the questions of the order, each with what its rounds come to."""
    asked, counted = await sections.asked(tx, job)
    return sections.parts(sections.sections(asked, job.letterhead), counted)


def bars(part: Part) -> list[Bar]:
    """A bar for each section, and first the one for all of them."""
    total = [Bar(_TOTALS[part.is_questions], part.total, is_total=True)] if len(part.sections) > 1 else []
    return [*total, *(Bar(section.title, part.of(section)) for section in part.sections)]


def bars_of_sources(whole: Part, parts: Sequence[Part]) -> list[Bar]:
    """A bar for each document, and first the one for all of them."""
    apart = [Bar(part.heading, part.total) for part in parts if part.group]
    return [Bar(_TOTALS[False], whole.total, is_total=True), *apart]


def rows(part: Part, level: Level, whole: str) -> list[Bar]:
    """A bar for each territory, and first the one for all of them."""
    its = {territory: level.total(part, territory) for territory in level.ids}
    shown = [Bar(level.short(territory), total) for territory, total in its.items() if total != Execution()]
    return [Bar(whole, part.total, is_total=True), *shown]


def title(part: Part) -> str:
    """What the picture of the part is called."""
    return words.titled(_TITLES[part.is_questions], part)


def _pages(of: Sequence[Bar], most: int = _BARS) -> list[Sequence[Bar]]:
    return [of[start : start + most] for start in range(0, len(of), most)]


def draw(job: Job, title: str, shown: Sequence[Bar], path: Path) -> str:
    """Draws the bars; returns the file's name."""
    height = _HEAD + _ROW * len(shown) + _FOOT
    drawn = figure(9, height)
    headline(drawn, title, words.about(job))
    axes = bare(drawn, 0.36, _FOOT / height, 0.45, _ROW * len(shown) / height)
    _stack(axes, shown)
    for place, bar in enumerate(shown):
        weight = "bold" if bar.is_total else "normal"
        result = _result(bar.execution)
        # Four digits of a region need more room than there is for letters of that size, and five still more.
        size = 11 if len(result) < _LONG else 9.5 if len(result) < _LONGER else 8.5
        axes.text(1.03, place, result, va="center", fontsize=size, fontweight=weight, color=INK)
    axes.set_xlim(0, 1)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks(range(len(shown)), labels([bar.title for bar in shown], 31), fontsize=11)
    for bar, label in zip(shown, axes.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if bar.is_total else "normal")
    corner = (0.01, 1 - 0.8 / height)
    drawn.legend(
        loc="upper left",
        ncols=5,
        frameon=False,
        fontsize=11,
        bbox_to_anchor=corner,
        labelcolor=FAINT,
        handlelength=1.4,
        columnspacing=1.2,
    )
    return save(drawn, path)


def _stack(axes: Axes, shown: Sequence[Bar]) -> None:
    places = range(len(shown))
    start = [0.0] * len(shown)
    for label, colour, name in _PIECES:
        counts = [getattr(bar.execution, name) for bar in shown]
        if not any(counts):
            continue
        # Each bar is a share of its own directive: nine kindergartens are as readable as forty schools.
        widths = [count / (bar.execution.asked or 1) for count, bar in zip(counts, shown, strict=True)]
        axes.barh(
            places,
            widths,
            left=start,
            color=colour,
            height=0.62,
            label=label,
            hatch=HATCHES.get(colour),
            edgecolor="#8A8A8A" if colour == PENDING else "white",
            linewidth=0.6,
        )
        for place, (count, width) in enumerate(zip(counts, widths, strict=True)):
            if width >= _NARROW:
                ink = "white" if colour == IN_TIME else INK
                under = {"facecolor": colour, "edgecolor": "none", "pad": 1.5} if colour in HATCHES else None
                axes.text(
                    start[place] + width / 2,
                    place,
                    str(count),
                    ha="center",
                    va="center",
                    color=ink,
                    fontsize=11,
                    bbox=under,
                )
        start = [before + width for before, width in zip(start, widths, strict=True)]


def _result(execution: Execution) -> str:
    """«9 из 12, 75 %»; before the due date how many have come, which is a share of nothing yet."""
    if execution.completion is not None:
        return f"{execution.answered} из {execution.wanted}, {percent(execution.completion)}"
    return f"представили {execution.answered}" if execution.answered else "—"
