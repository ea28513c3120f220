"""Reads the ledger once and fills all sheets on the way."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path

from bot.domain.ledger.obligation import Round
from bot.domain.ledger.report import Debtor, Execution, Line
from bot.domain.progress import Progress, silent
from bot.reports import level as level_of
from bot.reports import sections, words
from bot.reports.job import Job, Made
from bot.reports.level import Level
from bot.reports.local import Local
from bot.reports.sections import Part, Section
from bot.reports.workbook import announcements, dynamics
from bot.reports.workbook.book import ROWS, Book
from bot.reports.workbook.data_sheet import DataSheet
from bot.reports.workbook.directive_sheet import Block, DirectiveSheet
from bot.reports.workbook.summary import Summary
from bot.reports.workbook.territories import Territories
from bot.reports.workbook.volumes import Shelf, TooLarge, Volumes
from bot.storage.desk import ledger_report
from bot.storage.desk.announcement_report import Sent
from bot.storage.engine.database import Tx

# How much of a file is filled by weight, which is known but roughly; how often one that grew too large is made anew.
_FILLED, _TRIES = 0.85, 5
# What would be this much too large for one file is not tried in one.
_HOPELESS = 2
# Bytes of an organization's row in one request, by the fields that it is asked: on the directive's sheet and in the
# flat ledger.
_ROW, _FIELD = 80, 70


@dataclass(frozen=True, slots=True)
class _Content:
    """What the workbook is about. `whole`: a period, instead of one directive or some requests."""

    sections: list[Section]
    parts: list[Part]
    counted: Mapping[int, Execution]
    debtors: list[Debtor]
    announcements: list[Sent]
    whole: bool
    level: Level | None
    local: Local

    @property
    def bytes(self) -> int:
        """About how large it is in one file."""
        return sum(
            self.counted[round_.id].asked * (_ROW + _FIELD * len(section.fields))
            for section in self.sections
            for round_ in section.rounds
        )

    @property
    def has_summary(self) -> bool:
        """Whether a sheet has all directives."""
        return self.whole or len(self.sections) > 1


async def make(tx: Tx, job: Job, folder: Path, progress: Progress = silent, *, rows: int = ROWS) -> Made:
    """Makes the workbook of the order's rounds, with a sheet for each directive. `rows`: what a sheet holds.

    A whole period also gets a summary, its announcements and the flat ledger; a directive with several rounds gets its
    dynamics. What is too large for one file becomes several: what is about all of it, then the directives, then the
    flat ledger.
    """
    order = job.order
    asked, counted = await sections.asked(tx, job)
    whole = not order.rounds and order.directive is None
    told = await announcements.of_period(tx, job) if whole else []
    if not asked and not told:
        return Made((), words.NOTHING)
    directives = sections.sections(asked, job.letterhead)
    parts = sections.parts(directives, counted)
    debtors = await ledger_report.debtors(tx, [round_.id for round_ in asked], order.limits)
    level, local = await level_of.of_rounds(tx, job, [round_.id for round_ in asked])
    content = _Content(directives, parts, counted, debtors, told, whole, level, local)
    books = await _books(tx, job, folder, content, progress, rows)
    title = "Свод" if whole or len(directives) != 1 else f"Свод {directives[0].number or 'по вопросу'}"
    names, notes = _named(books, title, job)
    return Made(names, words.caption(_heading(title, directives, whole), job, parts), notes=notes)


async def _books(tx: Tx, job: Job, folder: Path, content: _Content, progress: Progress, rows: int) -> list[Book]:
    """The finished files, in the order in which they are read."""
    largest = inf if job.largest is None else float(job.largest)
    budget = _FILLED * largest
    divided = content.bytes > _HOPELESS * largest
    for attempt in range(1, _TRIES + 1):
        volumes = Volumes(
            lambda path: Book(path, job.zone, rows),
            folder,
            largest if attempt < _TRIES else inf,
            budget if divided else inf,
        )
        try:
            return await _write(tx, job, volumes, content, progress, divided=divided)
        except TooLarge as error:
            volumes.drop()
            # What people typed is packed worse than was thought.
            budget, divided = _FILLED * largest / error.bytes_a_weight, True
    raise AssertionError("the last attempt takes any size")


async def _write(
    tx: Tx, job: Job, volumes: Volumes, content: _Content, progress: Progress, *, divided: bool
) -> list[Book]:
    directives, debtors, level, local = content.sections, content.debtors, content.level, content.local
    main = volumes.begin()
    # Sheets stand in the order in which they are begun: in one file, all of them are begun here.
    shown = _shown(content) if content.has_summary else []
    # A document has no totals by territory of its own: they are in its lines.
    undivided = [part for part, _ in shown if not part.group]
    totals = [Territories(main, job, part, level, local.whole) for part in undivided] if level else []
    summaries = [Summary(main, job, part, debtors, level, number=number) for part, number in shown]
    shelf = Shelf(volumes, main)
    sheets = [] if divided else [DirectiveSheet(shelf, job, section, level, local) for section in directives]
    apart = level.ids if level and job.order.apart else ()
    of_one = [Summary(main, job, part, debtors, level, its) for its in apart for part in undivided]
    moving = dynamics.worth_showing(directives)
    curves = main.sheet("Динамика") if moving else None
    if content.announcements:
        await announcements.write(tx, job, main, content.announcements)
    if divided and main.sheets and directives:
        shelf = Shelf(volumes, volumes.begin())
    flat = Shelf(volumes, volumes.begin() if divided else main) if not job.order.rounds else None
    data = DataSheet(flat, job, level, local) if flat else None
    pairs = (
        ((section, DirectiveSheet(shelf, job, section, level, local)) for section in directives)
        if divided
        else zip(directives, sheets, strict=True)
    )
    blocks = await _fill(tx, job, pairs, [*summaries, *of_one], data, content, progress)
    if level and not content.has_summary:
        for territory in apart:
            await _fill_one(tx, job, shelf, content, level, territory)
    progress("writing the file", 0, 0)
    if data:
        data.finish()
    for summary in [*summaries, *of_one]:
        summary.write()
    of_totals = [summary for summary, (part, _) in zip(summaries, shown, strict=True) if not part.group]
    for sheet, summary in zip(totals, of_totals, strict=False):
        sheet.write(summary)
    if curves:
        dynamics.write(main, curves, job, moving, content.counted, blocks)
    volumes.close()
    of_all = [main, *shelf.books, *(flat.books if flat else [])]
    return list(dict.fromkeys(of_all))


def _shown(content: _Content) -> list[tuple[Part, int]]:
    """All directives, then those of each document where there are several, and questions; with their numbers."""
    whole = sections.together(content.parts)
    return [*([(whole, 0)] if whole else []), *((part, n) for n, part in enumerate(content.parts, start=1))]


async def _fill(
    tx: Tx,
    job: Job,
    sheets: Iterable[tuple[Section, DirectiveSheet]],
    summaries: Sequence[Summary],
    data: DataSheet | None,
    content: _Content,
    progress: Progress,
) -> dict[int, Block]:
    """Writes each line of the ledger to all sheets that have it; returns their blocks by round."""
    counted = content.counted
    done, rows = 0, sum(counted[round_.id].asked for section in content.sections for round_ in section.rounds)
    blocks: dict[int, Block] = {}
    for section, sheet in sheets:
        # The newest period is on top.
        for round_ in reversed(section.rounds):
            sheet.begin(round_, counted[round_.id])
            async for place, debtor, line, territory in _lines(tx, job, round_, sheet, content):
                standing = line.standing(round_, job.now)
                sheet.row(debtor, line, standing, territory)
                for summary in summaries:
                    if summary.is_about(section, territory):
                        summary.count(section, place, line, standing, job.now, territory)
                if data:
                    data.row(section, round_, debtor, line, standing, territory)
                done += 1
                progress("rows", done, rows)
            blocks[round_.id] = sheet.end()
        sheet.finish()
    return blocks


async def _lines(
    tx: Tx, job: Job, round_: Round, sheet: DirectiveSheet, content: _Content
) -> AsyncIterator[tuple[int, Debtor, Line, str]]:
    """The rows of the round, as `sections.lines` has them, with their territories, which begin on the sheet."""
    debtors, limits = content.debtors, job.order.limits
    if content.level is None:
        async for place, debtor, line in sections.lines(tx, [round_.id], debtors, limits):
            yield place, debtor, line, ""
        return
    for territory, places in content.level.places(round_.id, debtors).items():
        sheet.begin_territory(territory)
        async for place, debtor, line in sections.lines(tx, [round_.id], debtors, limits, places):
            yield place, debtor, line, territory


async def _fill_one(tx: Tx, job: Job, shelf: Shelf, content: _Content, level: Level, territory: str) -> None:
    """Writes a sheet of the rows of one territory."""
    for section in content.sections:
        sheet = DirectiveSheet(shelf, job, section, level, content.local, territory)
        for round_ in reversed(section.rounds):
            places = level.places(round_.id, content.debtors).get(territory)
            if not places:
                continue
            sheet.begin(round_, level.counted[round_.id][territory])
            async for _, debtor, line in sections.lines(tx, [round_.id], content.debtors, job.order.limits, places):
                sheet.row(debtor, line, line.standing(round_, job.now))
            sheet.end()
        sheet.finish()


def _named(books: list[Book], title: str, job: Job) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Gives the files the names that their readers see; returns these, and captions of all but the first."""
    names, notes = [], []
    for number, book in enumerate(books, start=1):
        part = f", часть {number} из {len(books)}" if len(books) > 1 else ""
        names.append(words.file_name(f"{title}{part}", job, ".xlsx"))
        notes.append(words.volume(number, len(books), book.sheets[0], book.sheets[-1]))
        book.path.rename(book.path.with_name(names[-1]))
    return tuple(names), tuple(notes[1:])


def _heading(title: str, directives: list[Section], whole: bool) -> str:
    if not whole and len(directives) == 1:
        return f"{title}. {directives[0].directive.title}"
    only_questions = directives and all(section.is_question for section in directives)
    return "Свод по разовым вопросам" if only_questions else "Свод по поручениям"
