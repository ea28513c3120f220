"""Reads the ledger once and fills all sheets on the way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path

from bot.domain.ledger.report import Debtor, Execution
from bot.domain.progress import Progress, silent
from bot.reports import sections, words
from bot.reports.job import Job, Made
from bot.reports.sections import Part, Section
from bot.reports.workbook import announcements, dynamics
from bot.reports.workbook.book import ROWS, Book
from bot.reports.workbook.data_sheet import DataSheet
from bot.reports.workbook.directive_sheet import Block, DirectiveSheet
from bot.reports.workbook.summary import Summary
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
    content = _Content(directives, parts, counted, debtors, told, whole)
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
    directives = content.sections
    main = volumes.begin()
    # Sheets stand in the order in which they are begun: in one file, all of them are begun here.
    summaries = _summaries(main, job, content) if content.has_summary else []
    shelf = Shelf(volumes, main)
    sheets = [] if divided else [DirectiveSheet(shelf, job, section) for section in directives]
    moving = dynamics.worth_showing(directives)
    curves = main.sheet("Динамика") if moving else None
    if content.announcements:
        await announcements.write(tx, job, main, content.announcements)
    if divided and main.sheets and directives:
        shelf = Shelf(volumes, volumes.begin())
    flat = Shelf(volumes, volumes.begin() if divided else main) if not job.order.rounds else None
    data = DataSheet(flat, job) if flat else None
    pairs = (
        ((section, DirectiveSheet(shelf, job, section)) for section in directives)
        if divided
        else zip(directives, sheets, strict=True)
    )
    blocks = await _fill(tx, job, pairs, summaries, data, content, progress)
    progress("writing the file", 0, 0)
    if data:
        data.finish()
    for summary in summaries:
        summary.write()
    if curves:
        dynamics.write(main, curves, job, moving, content.counted, blocks)
    volumes.close()
    of_all = [main, *shelf.books, *(flat.books if flat else [])]
    return list(dict.fromkeys(of_all))


def _summaries(main: Book, job: Job, content: _Content) -> list[Summary]:
    """One of all directives, then one of each document where there are several, and one of questions."""
    whole = sections.together(content.parts)
    of_all = [Summary(main, job, whole, content.debtors)] if whole else []
    return [*of_all, *(Summary(main, job, part, content.debtors, n) for n, part in enumerate(content.parts, start=1))]


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
        its_summaries = [each for each in summaries if each.is_about(section)]
        # The newest period is on top.
        for round_ in reversed(section.rounds):
            sheet.begin(round_, counted[round_.id])
            async for place, debtor, line in sections.lines(tx, [round_.id], content.debtors, job.order.limits):
                standing = line.standing(round_, job.now)
                sheet.row(debtor, line, standing)
                for summary in its_summaries:
                    summary.count(section, place, line, standing, job.now)
                if data:
                    data.row(section, round_, debtor, line, standing)
                done += 1
                progress("rows", done, rows)
            blocks[round_.id] = sheet.end()
        sheet.finish()
    return blocks


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
