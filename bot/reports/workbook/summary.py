"""The first sheets: organizations by directives, and by questions, with a sign and a colour in each cell."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from fractions import Fraction

from xlsxwriter.worksheet import Worksheet

from bot.domain.desk.sources import Group
from bot.domain.ledger.report import Debtor, Execution, Line, Outcome
from bot.domain.ledger.standing import Standing
from bot.reports import words
from bot.reports.job import Job
from bot.reports.sections import Part, Section
from bot.reports.workbook.book import Book, columns, footer, height, narrowed, share
from bot.views.sources import heading as source_heading

# The totals stand above the headings: on the first page, and out of the rows that a filter hides and sorts.
_PERIOD, _LEGEND, _COMPLETION, _PUNCTUALITY, _PENDING, _HEADINGS = range(1, 7)
_FIRST = 3
_NONE = 255
_NAME, _SIGN, _COUNT = 36.0, 6.5, 6.5
_COUNTS = ("Ожидалось к сроку", "Представлено", "Представлено, %", "В срок, %", "Срок не наступил")


class Summary:
    """A summary, which counts rows as they are read and is written at the end."""

    def __init__(self, book: Book, job: Job, part: Part, debtors: list[Debtor], number: int = 0) -> None:
        """`number`: which of several documents the part is about; 0: it has all directives, or questions."""
        self._book, self._job, self._part, self._debtors = book, job, part, debtors
        self._title = "Разовые вопросы" if part.is_questions else "Сводка"
        if part.group:
            # What the number means stands in the legend of the summary of all.
            self._title = f"{self._title} {number}"
        # Where directives of several documents stand side by side, how many columns each has.
        columns_of = Counter(section.source for section in part.sections)
        self._sources = columns_of if len(columns_of.keys() - {""}) > 1 else Counter()
        self._headings_row = _HEADINGS + bool(self._sources)
        self._sheet: Worksheet = book.sheet(self._title)
        size = len(debtors)
        # Arrays instead of objects: a region has a million cells, and each takes some bytes.
        self._worst = {section.directive.id: array("B", [_NONE]) * size for section in part.sections}
        self._asked = {section.directive.id: array("H", [0]) * size for section in part.sections}
        self._answered = {section.directive.id: array("H", [0]) * size for section in part.sections}
        self._on_time, self._pending = array("L", [0]) * size, array("L", [0]) * size

    def is_about(self, section: Section) -> bool:
        """Whether the section is a column of it."""
        return section.directive.id in self._worst

    def count(self, section: Section, place: int, line: Line, standing: Standing, now: datetime) -> None:
        """Counts a row in; `place` is that of its organization among all."""
        directive_id = section.directive.id
        self._worst[directive_id][place] = min(self._worst[directive_id][place], words.WORST_FIRST.index(standing))
        outcome = line.outcome(now)
        if outcome is Outcome.EXCUSED:
            return
        self._asked[directive_id][place] += 1
        self._answered[directive_id][place] += standing.is_answered
        self._on_time[place] += outcome is Outcome.ON_TIME
        self._pending[place] += outcome is Outcome.PENDING

    def write(self) -> None:
        """Fills the sheet."""
        book, sheet, job = self._book, self._sheet, self._job
        after = _FIRST + len(self._part.sections)
        last = after + len(_COUNTS) - 1
        longest = max((len(debtor.label) for debtor in self._debtors), default=0)
        self._name = narrowed("Организация", _NAME, longest)
        widths = [5, self._name, *(_SIGN for _ in self._part.sections), *(_COUNT for _ in _COUNTS)]
        printed = columns(sheet, widths, repeated=2, rows=len(self._debtors))
        # All are of one document, or that of the only file.
        source = "" if self._sources else self._part.sections[0].source or job.letterhead.source
        of_source = f" {source}" if source else ""
        title = "Ответы на разовые вопросы" if self._part.is_questions else f"Сводка исполнения поручений{of_source}"
        across = widths[: printed.columns[0][1]]
        book.title(sheet, title, across)
        book.line(sheet, _PERIOD, f"{words.period(job.order)}, {words.made_on(job)}", book.style("small"))
        legend = ";   ".join(words.present(words.SIGNS))
        if any(len(section.rounds) > 1 for section in self._part.sections):
            legend += ". Если запросов несколько: представлено из запрошенных и знак худшего"
        legend += "".join(f".   {number}. {heading}" for number, heading, _ in self._bands())
        book.lines(sheet, _LEGEND, f"{legend}.", book.style("small", "wrapped"), across)
        self._totals(after)
        self._headings(after)
        row = self._headings_row + 1
        for place in range(len(self._debtors)):
            # An organization that was asked directives only has no place among the questions.
            if any(worst[place] != _NONE for worst in self._worst.values()):
                self._row(row, place, after)
                row += 1
        sheet.freeze_panes(self._headings_row + 1, _FIRST)
        sheet.autofilter(self._headings_row, 1, max(self._headings_row + 1, row - 1), last)
        sheet.repeat_rows(self._headings_row)
        # The totals belong to the columns below them, on each page that these stand on.
        book.print_area(sheet, printed, _COMPLETION, row - 1)
        footer(sheet, f"{self._title}, {words.short_day(job.today)}")

    def _headings(self, after: int) -> None:
        book, sheet = self._book, self._sheet
        first = _FIRST
        for number, heading, count in self._bands():
            # What does not fit above its columns stands in the legend.
            told = f"{number}. {heading}"
            texts = [told if len(told) < count * _SIGN else f"{number}.", *[None] * (count - 1)]
            for column, text in enumerate(texts, start=first):
                book.text(sheet, _HEADINGS, column, text, book.style("band"))
            first += count
        sheet.set_row(self._headings_row, 145)
        book.text(sheet, self._headings_row, 1, "№", book.style("head"))
        book.text(sheet, self._headings_row, 2, "Организация", book.style("head"))
        for column, section in enumerate(self._part.sections, start=_FIRST):
            book.text(sheet, self._headings_row, column, section.title, book.style("head", "upright"))
        for column, text in enumerate(_COUNTS, start=after):
            book.text(sheet, self._headings_row, column, text, book.style("head", "upright"))

    def _bands(self) -> Iterator[tuple[int, str, int]]:
        """The documents, each with its number, its heading and how many columns it has."""
        for number, (source, count) in enumerate(self._sources.items(), start=1):
            yield number, source_heading(Group(source)), count

    def _row(self, row: int, place: int, after: int) -> None:
        book, sheet, cell = self._book, self._sheet, self._book.style("cell")
        sheet.set_row(row, height([(self._debtors[place].label, self._name)]))
        sheet.write_number(row, 1, row - self._headings_row, book.style("cell", "center"))
        book.text(sheet, row, 2, self._debtors[place].label, book.style("cell", "text"))
        asked = answered = 0
        for column, section in enumerate(self._part.sections, start=_FIRST):
            directive_id = section.directive.id
            asked += self._asked[directive_id][place]
            answered += self._answered[directive_id][place]
            if self._worst[directive_id][place] == _NONE:
                sheet.write_blank(row, column, None, cell)
                continue
            standing = words.WORST_FIRST[self._worst[directive_id][place]]
            several = self._asked[directive_id][place] > 1
            of_asked = f" {self._answered[directive_id][place]}/{self._asked[directive_id][place]}" if several else ""
            style = book.style("cell", "center", "text", tint=words.TINTS[standing])
            book.text(sheet, row, column, f"{words.SIGNS[standing]}{of_asked}", style)
        pending = self._pending[place]
        self._counts(row, after, Execution(asked, answered, on_time=self._on_time[place], pending=pending))

    def _counts(self, row: int, after: int, execution: Execution, *traits: str) -> None:
        book, sheet, whole = self._book, self._sheet, self._book.style("cell", "whole", *traits)
        sheet.write_number(row, after, execution.wanted, whole)
        sheet.write_number(row, after + 1, execution.answered, whole)
        share(book, sheet, row, after + 2, execution.completion, *traits)
        share(book, sheet, row, after + 3, execution.punctuality, *traits)
        sheet.write_number(row, after + 4, execution.pending, whole)

    def _totals(self, after: int) -> None:
        """Writes how each directive stands, and all of them together."""
        self._shares(_COMPLETION, "Итого: представлено, %", lambda execution: execution.completion)
        self._counts(_COMPLETION, after, self._part.total, "bold")
        self._shares(_PUNCTUALITY, "в срок, %", lambda execution: execution.punctuality)
        book, sheet = self._book, self._sheet
        self._label(_PENDING, "срок не наступил")
        for column, section in enumerate(self._part.sections, start=_FIRST):
            pending = self._part.of(section).pending
            if pending:
                sheet.write_number(_PENDING, column, pending, book.style("cell", "whole", "bold"))
            else:
                sheet.write_blank(_PENDING, column, None, book.style("cell"))

    def _shares(self, row: int, label: str, of: Callable[[Execution], Fraction | None]) -> None:
        self._label(row, label)
        for column, section in enumerate(self._part.sections, start=_FIRST):
            share(self._book, self._sheet, row, column, of(self._part.of(section)), "bold")

    def _label(self, row: int, text: str) -> None:
        self._sheet.write_blank(row, 1, None, self._book.style("cell"))
        self._book.text(self._sheet, row, 2, text, self._book.style("cell", "bold", "text", "right"))
