"""The first sheet of a region: a row for each territory, counted by formulas from the rows of its organizations."""

from fractions import Fraction

from xlsxwriter.utility import quote_sheetname, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from bot.domain.ledger.report import Execution
from bot.domain.shares import whole_percent
from bot.reports import words
from bot.reports.job import Job
from bot.reports.level import Level
from bot.reports.sections import Part
from bot.reports.workbook.book import Book, columns, footer, height, literal
from bot.reports.workbook.summary import Summary

_PERIOD, _HEADINGS = 1, 3
_COLUMNS = (
    ("№", 5.0),
    ("Территория", 34.0),
    ("Ожидалось к сроку", 12.0),
    ("Представлено", 14.0),
    ("В срок", 9.0),
    ("Срок не наступил", 12.0),
    ("Представлено, %", 14.0),
    ("В срок, %", 11.0),
)
_WANTED, _ANSWERED, _ON_TIME, _PENDING, _COMPLETION, _PUNCTUALITY = range(3, 9)
# By its column, which count of the summary it is.
_COUNTS = {_WANTED: 0, _ANSWERED: 1, _ON_TIME: 5, _PENDING: 4}


class Territories:
    """The totals of a part, written when the rows that they count have been."""

    def __init__(self, book: Book, job: Job, part: Part, level: Level, whole: str) -> None:
        self._book, self._job, self._part, self._level, self._whole = book, job, part, level, whole
        self._title = "Вопросы по территориям" if part.is_questions else "По территориям"
        self._sheet: Worksheet = book.sheet(self._title)

    def write(self, summary: Summary) -> None:
        """Fills the sheet from the rows of the summary."""
        book, sheet, level = self._book, self._sheet, self._level
        widths = [width for _, width in _COLUMNS]
        printed = columns(sheet, widths, repeated=2)
        what = "Ответы на разовые вопросы" if self._part.is_questions else "Исполнение поручений"
        book.title(sheet, f"{what} по территориям", widths)
        book.line(sheet, _PERIOD, words.about(self._job), book.style("small"))
        sheet.set_row(_HEADINGS, 44)
        for column, (text, _) in enumerate(_COLUMNS, start=1):
            book.text(sheet, _HEADINGS, column, text, book.style("head"))
        row = _HEADINGS + 1
        for number, territory in enumerate(self._shown(), start=1):
            sheet.set_row(row, height([(level.name(territory), _COLUMNS[1][1])]))
            sheet.write_number(row, 1, number, book.style("cell", "center"))
            book.text(sheet, row, 2, level.name(territory), book.style("cell", "text"))
            self._counts(
                row, level.total(self._part, territory), self._of_rows(summary, literal(level.short(territory)))
            )
            row += 1
        self._total(row)
        sheet.freeze_panes(_HEADINGS + 1, 3)
        sheet.autofilter(_HEADINGS, 1, row - 1, len(_COLUMNS))
        sheet.repeat_rows(_HEADINGS)
        book.print_area(sheet, printed, 0, row)
        footer(sheet, f"{self._title}, {words.short_day(self._job.today)}")

    def _shown(self) -> list[str]:
        return [id for id in self._level.ids if self._level.total(self._part, id) != Execution()]

    def _of_rows(self, summary: Summary, named: str) -> dict[int, str]:
        """By column, what sums the rows of the organizations."""
        formulas = {}
        for column, name in _COUNTS.items():
            sheet, first, last, of_territory, of_count = summary.counts(name)
            quoted = quote_sheetname(sheet)
            territories = f"{quoted}!{xl_range_abs(first, of_territory, last, of_territory)}"
            formulas[column] = (
                f"=SUMIFS({quoted}!{xl_range_abs(first, of_count, last, of_count)},{territories},{named})"
            )
        return formulas

    def _total(self, row: int) -> None:
        book, sheet = self._book, self._sheet
        style = book.style("cell", "bold", "total")
        sheet.write_blank(row, 1, None, style)
        book.text(sheet, row, 2, self._whole, style)
        sums = {}
        for column in _COUNTS:
            first, last = xl_rowcol_to_cell(_HEADINGS + 1, column), xl_rowcol_to_cell(row - 1, column)
            sums[column] = f"=SUM({first}:{last})"
        self._counts(row, self._part.total, sums, "bold", "total")

    def _counts(self, row: int, execution: Execution, formulas: dict[int, str], *traits: str) -> None:
        whole = self._book.style("cell", "whole", *traits)
        values = {
            _WANTED: execution.wanted,
            _ANSWERED: execution.answered,
            _ON_TIME: execution.on_time,
            _PENDING: execution.pending,
        }
        for column, formula in formulas.items():
            self._sheet.write_formula(row, column, formula, whole, values[column])
        self._share(row, _COMPLETION, _ANSWERED, execution.completion, *traits)
        self._share(row, _PUNCTUALITY, _ON_TIME, execution.punctuality, *traits)

    def _share(self, row: int, column: int, counted: int, share: Fraction | None, *traits: str) -> None:
        """A share that follows its counts, by the rules of `Execution` and of `whole_percent`."""
        count, answered, wanted, pending = (
            xl_rowcol_to_cell(row, place) for place in (counted, _ANSWERED, _WANTED, _PENDING)
        )
        rounded = f"MIN(0.99,MAX(0.01,ROUND({count}/{wanted},2)))"
        whole = f"IF(OR({count}=0,{count}={wanted}),{count}/{wanted},{rounded})"
        formula = f'=IF({wanted}=0,"",IF(AND({pending}>0,{answered}={wanted}),"",{whole}))'
        value = "" if share is None else whole_percent(share) / 100
        self._sheet.write_formula(row, column, formula, self._book.style("cell", "percent", *traits), value)
