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
from bot.reports.level import Level
from bot.reports.sections import Part, Section
from bot.reports.workbook.book import Book, columns, footer, height, narrowed, share
from bot.views.reports import answered
from bot.views.sources import heading as source_heading

# The totals stand above the headings: on the first page, and out of the rows that a filter hides and sorts.
_PERIOD, _LEGEND, _COMPLETION, _PUNCTUALITY, _PENDING, _HEADINGS = range(1, 7)
_FIRST = 3
_NONE = 255
_NAME, _SIGN, _COUNT, _TERRITORY = 36.0, 6.5, 6.5, 16.0
_REPORTED = "Итого: представлено, %"
_ON_TIME = "В срок"
_COUNTS = ("Ожидалось к сроку", "Представлено", "Представлено, %", "В срок, %", "Срок не наступил")


class Summary:
    """A summary, which counts rows as they are read and is written at the end."""

    def __init__(
        self,
        book: Book,
        job: Job,
        part: Part,
        debtors: list[Debtor],
        level: Level | None = None,
        only: str | None = None,
        number: int = 0,
    ) -> None:
        """`number`: which of several documents the part is about; 0: it has all directives, or questions."""
        self._book, self._job, self._part = book, job, part
        self._level, self._only = level, only
        # An organization that has moved has a row in each territory.
        self._rows = level.rows(debtors, only) if level else [(place, "") for place in range(len(debtors))]
        self._places = {row: place for place, row in enumerate(self._rows)}
        self._debtors = [debtors[place] for place, _ in self._rows]
        title = "Разовые вопросы" if part.is_questions else "Сводка"
        if level and only is not None:
            self._name_of_only = level.name(only)
            self._title = f"{level.short(only)}: вопросы" if part.is_questions else level.short(only)
        else:
            # What the number means stands in the legend of the summary of all.
            self._title = f"{title} {number}" if part.group else title
        self._is_by_territory = level is not None and only is None
        self._first = _FIRST + self._is_by_territory
        # Where directives of several documents stand side by side, how many columns each has.
        columns_of = Counter(section.source for section in part.sections)
        self._sources = columns_of if len(columns_of.keys() - {""}) > 1 else Counter()
        self._headings_row = _HEADINGS + bool(self._sources)
        self._sheet: Worksheet = book.sheet(self._title)
        size = len(self._rows)
        # Arrays instead of objects: a region has a million cells, and each takes some bytes.
        self._worst = {section.directive.id: array("B", [_NONE]) * size for section in part.sections}
        self._asked = {section.directive.id: array("H", [0]) * size for section in part.sections}
        self._answered = {section.directive.id: array("H", [0]) * size for section in part.sections}
        self._on_time, self._pending = array("L", [0]) * size, array("L", [0]) * size

    def is_about(self, section: Section, territory: str = "") -> bool:
        """Whether the section is a column of it, and it has the organizations of the territory."""
        return section.directive.id in self._worst and self._only in (None, territory)

    def count(
        self, section: Section, place: int, line: Line, standing: Standing, now: datetime, territory: str = ""
    ) -> None:
        """Counts a row in; `place` is that of its organization among all."""
        place = self._places[place, territory]
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
        after = self._first + len(self._part.sections)
        last = after + len(self._counts_of) - 1
        longest = max([len(_REPORTED), *(len(debtor.label) for debtor in self._debtors)])
        self._name = narrowed("Организация", _NAME, longest)
        place = [_TERRITORY] if self._is_by_territory else []
        widths = [5, self._name, *place, *(_SIGN for _ in self._part.sections), *(_COUNT for _ in self._counts_of)]
        printed = columns(sheet, widths, repeated=2, rows=len(self._debtors))
        # All are of one document, or that of the only file.
        source = "" if self._sources else self._part.sections[0].source or job.letterhead.source
        of_source = f" {source}" if source else ""
        title = "Ответы на разовые вопросы" if self._part.is_questions else f"Сводка исполнения поручений{of_source}"
        if self._only is not None:
            title = f"{self._name_of_only}. {title}"
        across = widths[: printed.columns[0][1]]
        book.title(sheet, title, across)
        book.line(sheet, _PERIOD, words.about(job), book.style("small"))
        legend = ";   ".join(words.present(words.SIGNS))
        if any(len(section.rounds) > 1 for section in self._part.sections):
            legend += ". Если запросов несколько: представлено из запрошенных и знак худшего"
        legend += "".join(f".   {number}. {heading}" for number, heading, _ in self._bands())
        book.lines(sheet, _LEGEND, f"{legend}.", book.style("small", "wrapped"), across)
        self._totals(after)
        self._headings(after)
        row = self._write_rows(after)
        sheet.freeze_panes(self._headings_row + 1, _FIRST)
        sheet.autofilter(self._headings_row, 1, max(self._headings_row + 1, row - 1), last)
        sheet.repeat_rows(self._headings_row)
        # The totals belong to the columns below them, on each page that these stand on.
        book.print_area(sheet, printed, _COMPLETION, row - 1)
        footer(sheet, f"{self._title}, {words.short_day(job.today)}")

    @property
    def _counts_of(self) -> tuple[str, ...]:
        # Of a share no sum can be made: where rows are summed up, the count stands beside it.
        return (*_COUNTS, _ON_TIME) if self._is_by_territory else _COUNTS

    def _write_rows(self, after: int) -> int:
        """Writes the rows, territories below lines that open and close them; returns the row after the last."""
        row, begun = self._headings_row + 1, None
        self._number = 0
        if self._is_by_territory:
            self._sheet.outline_settings(True, False, True, False)
        for place, (_, territory) in enumerate(self._rows):
            # An organization that was asked directives only has no place among the questions.
            if all(worst[place] == _NONE for worst in self._worst.values()):
                continue
            if self._level and self._is_by_territory and territory != begun:
                begun = territory
                total = answered(self._level.total(self._part, territory))
                texts = {1: f"{self._level.name(territory)}. {total}"}
                for column in range(1, after + len(self._counts_of)):
                    self._book.text(self._sheet, row, column, texts.get(column), self._book.style("territory"))
                row += 1
            self._row(row, place, after, territory)
            row += 1
        self.last = row - 1
        return row

    def counts(self, name: int) -> tuple[str, int, int, int, int]:
        """Where a count stands: the sheet, the first and last row, the column of territories and that of the count.

        `name`: 0 for the wanted, 1 for the answered, 4 for those not due, 5 for those in time.
        """
        column = self._first + len(self._part.sections) + name
        return self._sheet.get_name(), self._headings_row + 1, self.last, _FIRST, column

    def _headings(self, after: int) -> None:
        book, sheet = self._book, self._sheet
        first = self._first
        for number, heading, count in self._bands():
            # What does not fit above its columns stands in the legend.
            told = f"{number}. {heading}"
            texts = [told if len(told) < count * _SIGN else f"{number}.", *[None] * (count - 1)]
            for column, text in enumerate(texts, start=first):
                book.text(sheet, _HEADINGS, column, text, book.style("band"))
            first += count
        row = self._headings_row
        sheet.set_row(row, 145)
        book.text(sheet, row, 1, "№", book.style("head"))
        book.text(sheet, row, 2, "Организация", book.style("head"))
        if self._is_by_territory:
            book.text(sheet, row, _FIRST, "Территория", book.style("head"))
        for column, section in enumerate(self._part.sections, start=self._first):
            book.text(sheet, row, column, section.title, book.style("head", "upright"))
        for column, text in enumerate(self._counts_of, start=after):
            book.text(sheet, row, column, text, book.style("head", "upright"))

    def _bands(self) -> Iterator[tuple[int, str, int]]:
        """The documents, each with its number, its heading and how many columns it has."""
        for number, (source, count) in enumerate(self._sources.items(), start=1):
            yield number, source_heading(Group(source)), count

    def _row(self, row: int, place: int, after: int, territory: str) -> None:
        book, sheet, cell = self._book, self._sheet, self._book.style("cell")
        self._number += 1
        tall = height([(self._debtors[place].label, self._name)])
        sheet.set_row(row, tall, None, {"level": 1} if self._is_by_territory else {})
        sheet.write_number(row, 1, self._number, book.style("cell", "center"))
        book.text(sheet, row, 2, self._debtors[place].label, book.style("cell", "text"))
        if self._level and self._is_by_territory:
            book.text(sheet, row, _FIRST, self._level.short(territory), book.style("cell", "text"))
        asked = reported = 0
        for column, section in enumerate(self._part.sections, start=self._first):
            directive_id = section.directive.id
            asked += self._asked[directive_id][place]
            reported += self._answered[directive_id][place]
            if self._worst[directive_id][place] == _NONE:
                sheet.write_blank(row, column, None, cell)
                continue
            standing = words.WORST_FIRST[self._worst[directive_id][place]]
            several = self._asked[directive_id][place] > 1
            of_asked = f" {self._answered[directive_id][place]}/{self._asked[directive_id][place]}" if several else ""
            style = book.style("cell", "center", "text", tint=words.TINTS[standing])
            book.text(sheet, row, column, f"{words.SIGNS[standing]}{of_asked}", style)
        pending = self._pending[place]
        self._counts(row, after, Execution(asked, reported, on_time=self._on_time[place], pending=pending))

    def _counts(self, row: int, after: int, execution: Execution, *traits: str) -> None:
        book, sheet, whole = self._book, self._sheet, self._book.style("cell", "whole", *traits)
        sheet.write_number(row, after, execution.wanted, whole)
        sheet.write_number(row, after + 1, execution.answered, whole)
        share(book, sheet, row, after + 2, execution.completion, *traits)
        share(book, sheet, row, after + 3, execution.punctuality, *traits)
        sheet.write_number(row, after + 4, execution.pending, whole)
        if self._is_by_territory:
            sheet.write_number(row, after + 5, execution.on_time, whole)

    def _totals(self, after: int) -> None:
        """Writes how each directive stands, and all of them together."""
        self._shares(_COMPLETION, _REPORTED, lambda execution: execution.completion)
        self._counts(_COMPLETION, after, self._total, "bold")
        self._shares(_PUNCTUALITY, "в срок, %", lambda execution: execution.punctuality)
        book, sheet = self._book, self._sheet
        self._label(_PENDING, "срок не наступил")
        for column, section in enumerate(self._part.sections, start=self._first):
            pending = self._of(section).pending
            if pending:
                sheet.write_number(_PENDING, column, pending, book.style("cell", "whole", "bold"))
            else:
                sheet.write_blank(_PENDING, column, None, book.style("cell"))

    def _shares(self, row: int, label: str, of: Callable[[Execution], Fraction | None]) -> None:
        self._label(row, label)
        for column, section in enumerate(self._part.sections, start=self._first):
            share(self._book, self._sheet, row, column, of(self._of(section)), "bold")

    @property
    def _total(self) -> Execution:
        return (
            self._part.total if self._level is None or self._only is None else self._level.total(self._part, self._only)
        )

    def _of(self, section: Section) -> Execution:
        """What a directive comes to on this sheet."""
        if self._level is None or self._only is None:
            return self._part.of(section)
        return self._level.total(Part(self._part.is_questions, (section,), {}), self._only)

    def _label(self, row: int, text: str) -> None:
        self._sheet.write_blank(row, 1, None, self._book.style("cell"))
        self._book.text(self._sheet, row, 2, text, self._book.style("cell", "bold", "text", "right"))

        if self._is_by_territory:
            self._sheet.write_blank(row, _FIRST, None, self._book.style("cell"))
