"""The first sheet: organizations by directives, with a sign and a colour in each cell."""

from array import array
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from xlsxwriter.worksheet import Worksheet

from bot.domain.ledger.obligation import UNANSWERED, ObligationState
from bot.domain.ledger.report import Debtor, Execution, Line
from bot.domain.ledger.standing import Standing
from bot.reports import words
from bot.reports.job import Job
from bot.reports.sections import Section
from bot.reports.workbook.book import Book, footer, height, widths

_TITLE, _PERIOD, _LEGEND, _HEADINGS = range(4)
_FIRST = 3
_NONE = 255
_NAME = 44


class Summary:
    """The summary, which counts rows as they are read and is written at the end."""

    def __init__(self, book: Book, job: Job, sections: list[Section], debtors: list[Debtor]) -> None:
        self._book, self._job, self._sections, self._debtors = book, job, sections, debtors
        self._sheet: Worksheet = book.sheet("Сводка")
        size = len(debtors)
        # Arrays instead of objects: a region has a million cells, and each takes some bytes.
        self._worst = {section.directive.id: array("B", [_NONE]) * size for section in sections}
        self._asked = {section.directive.id: array("H", [0]) * size for section in sections}
        self._answered = {section.directive.id: array("H", [0]) * size for section in sections}
        self._on_time, self._due = array("L", [0]) * size, array("L", [0]) * size

    def count(self, section: Section, place: int, line: Line, standing: Standing, now: datetime) -> None:
        """Counts a row in; `place` is that of its organization among all."""
        directive_id = section.directive.id
        self._worst[directive_id][place] = min(self._worst[directive_id][place], words.WORST_FIRST.index(standing))
        if line.state is ObligationState.EXCUSED:
            return
        self._asked[directive_id][place] += 1
        self._answered[directive_id][place] += line.state not in UNANSWERED
        in_time = line.first_at is not None and not line.was_late
        self._on_time[place] += in_time
        self._due[place] += in_time or line.was_late or now > line.due_at

    def write(self, counted: Mapping[int, Execution]) -> None:
        """Fills the sheet."""
        book, sheet, job = self._book, self._sheet, self._job
        after = _FIRST + len(self._sections)
        last = after + 2
        widths(sheet, [5, _NAME, *(7.5 for _ in self._sections), 8, 8, 8])
        source = f" {job.letterhead.source}" if job.letterhead.source else ""
        book.line(sheet, _TITLE, last, f"Сводка исполнения поручений{source}", book.style("title"))
        book.line(sheet, _PERIOD, last, f"{words.period(job.order)}, {words.made_on(job)}", book.style("small"))
        legend = ";   ".join(f"{words.SIGNS[standing]} {text}" for standing, text in words.LEGEND)
        book.line(
            sheet,
            _LEGEND,
            last,
            f"{legend}. Если запросов несколько: представлено из запрошенных и знак худшего.",
            book.style("small", "wrapped"),
            width=5 + _NAME + 7.5 * (last - 2),
        )
        self._headings(after)
        for place in range(len(self._debtors)):
            self._row(_HEADINGS + 1 + place, place, after)
        row = _HEADINGS + 1 + len(self._debtors)
        self._shares(row, after, counted)
        sheet.freeze_panes(_HEADINGS + 1, _FIRST)
        sheet.autofilter(_HEADINGS, 1, max(_HEADINGS + 1, row - 1), last)
        sheet.repeat_rows(_HEADINGS)
        sheet.print_area(0, 1, row + 1, last)
        footer(sheet, f"Сводка исполнения поручений, {words.short_day(job.today)}")

    def _headings(self, after: int) -> None:
        book, sheet = self._book, self._sheet
        sheet.set_row(_HEADINGS, 170)
        book.text(sheet, _HEADINGS, 1, "№", book.style("head"))
        book.text(sheet, _HEADINGS, 2, "Организация", book.style("head"))
        for column, section in enumerate(self._sections, start=_FIRST):
            book.text(sheet, _HEADINGS, column, section.title, book.style("head", "upright"))
        for column, text in enumerate(("Запрошено", "Представлено", "В срок"), start=after):
            book.text(sheet, _HEADINGS, column, text, book.style("head", "upright"))

    def _row(self, row: int, place: int, after: int) -> None:
        book, sheet, cell = self._book, self._sheet, self._book.style("cell")
        sheet.set_row(row, height([(self._debtors[place].name, _NAME)]))
        sheet.write_number(row, 1, place + 1, book.style("cell", "center"))
        book.text(sheet, row, 2, self._debtors[place].name, book.style("cell", "text"))
        asked = answered = 0
        for column, section in enumerate(self._sections, start=_FIRST):
            directive_id = section.directive.id
            asked += self._asked[directive_id][place]
            answered += self._answered[directive_id][place]
            if self._worst[directive_id][place] == _NONE:
                sheet.write_blank(row, column, None, cell)
                continue
            standing = words.WORST_FIRST[self._worst[directive_id][place]]
            several = self._asked[directive_id][place] > 1
            share = f" {self._answered[directive_id][place]}/{self._asked[directive_id][place]}" if several else ""
            style = book.style("cell", "center", "text", tint=words.TINTS[standing])
            book.text(sheet, row, column, f"{words.SIGNS[standing]}{share}", style)
        sheet.write_number(row, after, asked, book.style("cell", "whole"))
        sheet.write_number(row, after + 1, answered, book.style("cell", "whole"))
        due = self._due[place]
        self._share(row, after + 2, Fraction(self._on_time[place], due) if due else None)

    def _shares(self, row: int, after: int, counted: Mapping[int, Execution]) -> None:
        """Writes the last rows: how each directive stands, and all of them together."""
        book, sheet = self._book, self._sheet
        head = book.style("cell", "bold", "total")
        by_section: dict[int, Execution] = defaultdict(Execution)
        for column, section in enumerate(self._sections, start=_FIRST):
            for round_ in section.rounds:
                by_section[column] += counted[round_.id]
        everything = sum(by_section.values(), Execution())
        # Rows are streamed: each is complete before the next one begins.
        for offset, label in enumerate(("Представили", "В срок")):
            sheet.write_blank(row + offset, 1, None, head)
            book.text(sheet, row + offset, 2, label, head)
            for column, execution in by_section.items():
                self._share(row + offset, column, execution.punctuality if offset else execution.completion)
            if offset:
                sheet.write_blank(row + offset, after, None, head)
                sheet.write_blank(row + offset, after + 1, None, head)
                self._share(row + offset, after + 2, everything.punctuality)
            else:
                whole = book.style("cell", "whole", "bold", "total")
                sheet.write_number(row, after, everything.asked, whole)
                sheet.write_number(row, after + 1, everything.answered, whole)
                sheet.write_blank(row, after + 2, None, head)

    def _share(self, row: int, column: int, share: Fraction | None) -> None:
        style = self._book.style("cell", "percent")
        if share is None:
            self._sheet.write_blank(row, column, None, style)
        else:
            self._sheet.write_number(row, column, float(share), style)
