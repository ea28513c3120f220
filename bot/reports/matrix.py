"""A picture: organizations by directives in the colours of control, with a sign in each cell."""

from collections import Counter
from fractions import Fraction
from pathlib import Path

from matplotlib.patches import Rectangle

from bot.domain.ledger.report import Debtor, Execution
from bot.domain.ledger.standing import Standing
from bot.domain.progress import Progress, silent
from bot.domain.shares import whole_percent
from bot.reports import level as level_of
from bot.reports import sections, words
from bot.reports.drawing import INK, bare, figure, headline, labels, save, write
from bot.reports.job import Job, Made
from bot.reports.level import Level
from bot.reports.sections import Part
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Tx
from bot.views.words import plural

_TITLES = {False: "Матрица исполнения", True: "Разовые вопросы"}
# Organizations in a picture, and pictures in an album.
ROWS, PICTURES = 30, 10
_ROW, _HEAD, _COLUMN, _NAMES, _LEGEND = 0.42, 2.6, 0.5, 4.1, 0.22

# Letters of the legend in an inch, and what keeps its items apart.
_LETTERS, _BETWEEN = 11, "     "

_SHARES = "представлено, % от ожидавшегося к сроку;   … срок не наступил"
# From this share on a cell has that tint: those of what is done, sent back and overdue.
_STEPS = (
    (Fraction(1), words.TINTS[Standing.ACCEPTED]),
    (Fraction(3, 4), words.TINTS[Standing.ANSWERED]),
    (Fraction(1, 2), words.TINTS[Standing.RETURNED]),
    (Fraction(0), words.TINTS[Standing.OVERDUE]),
)

Cells = dict[int, dict[str, Counter[Standing]]]


async def make(tx: Tx, job: Job, folder: Path, _progress: Progress = silent) -> Made:
    """Draws as many pictures as an album takes; the caption says where the rest is."""
    order = job.order
    asked, counted = await sections.asked(tx, job)
    if not asked:
        return Made((), words.NOTHING)
    parts = sections.parts(sections.sections(asked, job.letterhead), counted)
    level, _ = await level_of.of_rounds(tx, job, [round_.id for round_ in asked])
    if level:
        return _of_territories(job, folder, parts, level)
    pages: list[tuple[Part, list[Debtor]]] = []
    rest = 0
    for part in parts:
        rounds_of = [round_.id for section in part.sections for round_ in section.rounds]
        debtors = await ledger_report.debtors(tx, rounds_of, order.limits)
        shown = debtors[: ROWS * (PICTURES - len(pages))]
        pages += [(part, page) for page in _pages(shown)]
        rest += len(debtors) - len(shown)
    cells = [await _cells(tx, job, part, page) for part, page in pages]
    names = []
    for number, ((part, page), its_cells) in enumerate(zip(pages, cells, strict=True), start=1):
        path = folder / words.file_name(_TITLES[False], job, f" {number}.png" if len(pages) > 1 else ".png")
        names.append(draw(job, part, page, its_cells, path))
    caption = words.caption(_TITLES[False], job, parts)
    if rest:
        caption += f"\nЕщё {plural(rest, 'организация', 'организации', 'организаций')} — в своде Excel."
    return Made(tuple(names), caption, pictures=True)


def _of_territories(job: Job, folder: Path, parts: list[Part], level: Level) -> Made:
    """Draws territories by directives: what share of each has answered."""
    pages = []
    for part in parts:
        ids = [territory for territory in level.ids if level.total(part, territory) != Execution()]
        size = -(-len(ids) // -(-len(ids) // ROWS))
        pages += [(part, ids[start : start + size]) for start in range(0, len(ids), size)]
    names = []
    for number, (part, ids) in enumerate(pages[:PICTURES], start=1):
        path = folder / words.file_name(_TITLES[False], job, f" {number}.png" if len(pages) > 1 else ".png")
        names.append(draw_territories(job, part, ids, level, path))
    caption = words.caption(_TITLES[False], job, parts)
    if rest := sum(len(ids) for _, ids in pages[PICTURES:]):
        caption += f"\nЕщё {plural(rest, 'территория', 'территории', 'территорий')} — в своде Excel."
    return Made(tuple(names), caption, pictures=True)


def draw_territories(job: Job, part: Part, ids: list[str], level: Level, path: Path) -> str:
    """Draws a page of territories; returns the file's name."""
    width, below = max(8.0, _NAMES + _COLUMN * len(part.sections) + 0.3), 0.2 + _LEGEND
    height = _HEAD + _ROW * len(ids) + below
    drawn = figure(width, height)
    headline(drawn, f"{_TITLES[part.is_questions]}: территории", words.about(job))
    count = len(part.sections)
    axes = bare(drawn, _NAMES / width, below / height, _COLUMN * count / width, _ROW * len(ids) / height)
    axes.set_xlim(0, count)
    axes.set_ylim(len(ids), 0)
    for row, territory in enumerate(ids):
        for column, section in enumerate(part.sections):
            execution = level.total(Part(part.is_questions, (section,), {}), territory)
            axes.add_patch(Rectangle((column, row), 1, 1, facecolor=_tint(execution), edgecolor="white", linewidth=1.5))
            axes.text(column + 0.5, row + 0.5, _percent(execution), ha="center", va="center", fontsize=9, color=INK)
    axes.set_yticks([row + 0.5 for row in range(len(ids))], labels(list(map(level.short, ids)), 42), fontsize=9)
    axes.xaxis.tick_top()
    axes.set_xticks(
        [column + 0.5 for column in range(count)],
        labels([section.title for section in part.sections], 24),
        fontsize=8.5,
        rotation=90,
        va="bottom",
    )
    write(drawn, 0.2, below - 0.05 - _LEGEND, _SHARES, size=9.5)
    return save(drawn, path)


def _tint(execution: Execution) -> str:
    if execution.completion is None:
        return words.TINTS[Standing.OPEN] if execution.asked else "#FAFAFA"
    return next(tint for least, tint in _STEPS if execution.completion >= least)


def _percent(execution: Execution) -> str:
    if execution.completion is not None:
        return str(whole_percent(execution.completion))
    return words.SIGNS[Standing.OPEN] if execution.asked else ""


def _pages(debtors: list[Debtor]) -> list[list[Debtor]]:
    """Of one size: thirty-one organizations take two pages of sixteen, not one of thirty and one of one."""
    size = -(-len(debtors) // -(-len(debtors) // ROWS)) if debtors else 1
    return [debtors[start : start + size] for start in range(0, len(debtors), size)]


async def _cells(tx: Tx, job: Job, part: Part, debtors: list[Debtor]) -> Cells:
    cells: Cells = {debtor.id: {} for debtor in debtors}
    by_round = {round_.id: (section.directive.id, round_) for section in part.sections for round_ in section.rounds}
    async for _, debtor, line in sections.lines(tx, list(by_round), debtors, job.order.limits):
        directive_id, round_ = by_round[line.round_id]
        cells[debtor.id].setdefault(directive_id, Counter())[line.standing(round_, job.now)] += 1
    return cells


def draw(job: Job, part: Part, debtors: list[Debtor], cells: Cells, path: Path) -> str:
    """Draws a page; returns the file's name."""
    # A directive that asks nobody on this page would be a blank column.
    asked = {directive_id for debtor in debtors for directive_id in cells[debtor.id]}
    directives = [section for section in part.sections if section.directive.id in asked]
    present = {standing for debtor in debtors for standings in cells[debtor.id].values() for standing in standings}
    width = max(8.0, _NAMES + _COLUMN * len(directives) + 0.3)
    legend = _lines(words.present(present), int(width * _LETTERS))
    below = 0.2 + _LEGEND * len(legend)
    height = _HEAD + _ROW * len(debtors) + below
    drawn = figure(width, height)
    headline(drawn, words.titled(_TITLES[part.is_questions], part), words.about(job))
    axes = bare(
        drawn,
        _NAMES / width,
        below / height,
        _COLUMN * len(directives) / width,
        _ROW * len(debtors) / height,
    )
    axes.set_xlim(0, len(directives))
    axes.set_ylim(len(debtors), 0)
    for row, debtor in enumerate(debtors):
        for column, section in enumerate(directives):
            standings = cells[debtor.id].get(section.directive.id)
            tint = words.TINTS[words.worst(standings)] if standings else "#FAFAFA"
            axes.add_patch(Rectangle((column, row), 1, 1, facecolor=tint, edgecolor="white", linewidth=1.5))
            if standings:
                text, size = _text(standings)
                axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=size, color=INK)
    axes.set_yticks(
        [row + 0.5 for row in range(len(debtors))], labels([debtor.label for debtor in debtors], 42), fontsize=8.5
    )
    axes.xaxis.tick_top()
    # Titles stand upright, so that titles of two lines do not lie on each other.
    axes.set_xticks(
        [column + 0.5 for column in range(len(directives))],
        labels([section.title for section in directives], 24),
        fontsize=8.5,
        rotation=90,
        va="bottom",
    )
    for number, line in enumerate(legend, start=1):
        write(drawn, 0.2, below - 0.05 - _LEGEND * number, line, size=9.5)
    return save(drawn, path)


def _lines(legend: list[str], letters: int) -> list[str]:
    """The legend in as few lines as it takes."""
    lines = [""]
    for item in legend:
        longer = f"{lines[-1]}{_BETWEEN if lines[-1] else ''}{item}"
        if len(longer) > letters and lines[-1]:
            lines.append(item)
        else:
            lines[-1] = longer
    return lines


def _text(standings: Counter[Standing]) -> tuple[str, float]:
    """The sign of the worst standing, with how many of several rounds are answered; and the size of its letters."""
    sign = words.SIGNS[words.worst(standings)]
    asked = sum(standings.values()) - standings[Standing.EXCUSED]
    if asked < 2:
        return sign, 13
    answered = sum(count for standing, count in standings.items() if standing.is_answered)
    return f"{sign} {answered}/{asked}", 8.5
