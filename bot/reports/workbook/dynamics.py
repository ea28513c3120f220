"""How the district's totals and completion move from period to period, with Excel's own charts."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import cycle

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from bot.domain.fields.kinds import rules
from bot.domain.ledger.obligation import Round
from bot.domain.ledger.report import Execution
from bot.domain.shares import whole_percent
from bot.reports import words
from bot.reports.job import Job
from bot.reports.sections import Section
from bot.reports.workbook.book import Book, columns, footer, height
from bot.reports.workbook.directive_sheet import Block

_COLUMNS = (
    ("Период", 26),
    ("Ожидалось", 11),
    ("Представили", 13),
    ("В срок", 9),
    ("Представили, %", 13),
    ("В срок, %", 9),
)
_WANTED, _ANSWERED, _ON_TIME, _COMPLETION, _PUNCTUALITY = range(2, 7)
_MOST_FIELDS = 6
# The colour-blind can tell these apart (Okabe and Ito).
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
# Two charts stand side by side below their table: their size in points of the screen, and the rows that they cover.
_CHART = {"width": 560, "height": 280}
_CHART_ROWS, _ROW, _HEAD = 15, 15.0, 60.0


def worth_showing(sections: list[Section]) -> list[Section]:
    """The sections with at least two periods."""
    return [section for section in sections if len(section.rounds) > 1]


def write(
    book: Book,
    sheet: Worksheet,
    job: Job,
    sections: list[Section],
    counted: Mapping[int, Execution],
    blocks: Mapping[int, Block],
) -> None:
    """Writes a table and its charts for each directive, below each other."""
    widths = [*(width for _, width in _COLUMNS), *(14 for _ in range(_MOST_FIELDS))]
    printed = columns(sheet, widths, repeated=1)
    book.title(sheet, "Динамика по периодам", widths[: len(_COLUMNS)])
    book.line(sheet, 1, words.about(job), book.style("small"))
    footer(sheet, f"Динамика по периодам, {words.short_day(job.today)}")
    row = 3
    used, breaks = row * _ROW, list[int]()
    for section in sections:
        table = _Table(book, sheet, section, counted, blocks)
        used += table.height
        # A chart that a page ends in is of no use.
        if used > printed.height and row > 3:
            breaks.append(row)
            used = table.height
        row = table.write(row)
    sheet.set_h_pagebreaks(breaks)
    book.print_area(sheet, printed, 0, row - 1)


class _Table:
    """A directive's table with its charts."""

    def __init__(
        self,
        book: Book,
        sheet: Worksheet,
        section: Section,
        counted: Mapping[int, Execution],
        blocks: Mapping[int, Block],
    ) -> None:
        self._book, self._sheet, self._section = book, sheet, section
        self._counted, self._blocks = counted, blocks
        self._fields = [field for field in section.fields if field.total][:_MOST_FIELDS]
        self._charts = self._columns()

    @property
    def height(self) -> float:
        """Its height on paper with its charts, in points."""
        lines = sum(self._line(round_) for round_ in self._section.rounds)
        return _HEAD + lines + _ROW * (3 + _CHART_ROWS * self._lines_of_charts)

    @property
    def _lines_of_charts(self) -> int:
        return -(-len(self._charts) // 2)

    @staticmethod
    def _line(round_: Round) -> float:
        return height([(round_.title, _COLUMNS[0][1])])

    def write(self, row: int) -> int:
        """Writes it from `row` on; returns the row after it."""
        book, sheet, section = self._book, self._sheet, self._section
        book.line(sheet, row, section.title, book.style("bold"))
        head = row + 1
        sheet.set_row(head, _HEAD)
        headings = [*(heading for heading, _ in _COLUMNS), *map(words.heading, self._fields)]
        for column, text in enumerate(headings, start=1):
            book.text(sheet, head, column, text, book.style("head"))
        for at, round_ in enumerate(section.rounds, start=head + 1):
            sheet.set_row(at, self._line(round_))
            self._round(at, round_)
        below = head + len(section.rounds) + 2
        for place, shown in enumerate(self._charts):
            where = below + _CHART_ROWS * (place // 2), 1 if place % 2 == 0 else len(_COLUMNS) + 1
            self._chart(shown, head, where)
        return below + _CHART_ROWS * self._lines_of_charts

    def _round(self, row: int, round_: Round) -> None:
        book, sheet = self._book, self._sheet
        execution, block = self._counted[round_.id], self._blocks[round_.id]
        book.text(sheet, row, 1, words.period_title(round_), book.style("cell", "text"))
        for column, count in (
            (_WANTED, execution.wanted),
            (_ANSWERED, execution.answered),
            (_ON_TIME, execution.on_time),
        ):
            sheet.write_number(row, column, count, book.style("cell", "whole"))
        self._share(row, _COMPLETION, _ANSWERED, execution.completion)
        self._share(row, _PUNCTUALITY, _ON_TIME, execution.punctuality)
        for column, field in enumerate(self._fields, start=len(_COLUMNS) + 1):
            style = book.style("cell", "right", number_format=rules(field.kind).cell_format)
            total = block.totals[field.id].total if field.id in block.totals else None
            if total is None or block.total_row is None:
                sheet.write_blank(row, column, None, style)
            elif block.book is not book:
                # Formulas that lead into other files ask whoever opens this one for them.
                sheet.write_number(row, column, float(total), style)
            else:
                # A formula, so that a correction on the directive's sheet moves the curve.
                sheet.write_formula(row, column, f"={block.cell(field.id, self._section.fields)}", style, float(total))

    def _share(self, row: int, column: int, counted: int, share: Fraction | None) -> None:
        """Writes a share of the wanted answers that follows its counts, by the rule of `whole_percent`."""
        style = self._book.style("cell", "percent")
        if share is None:
            self._sheet.write_blank(row, column, None, style)
            return
        count, wanted = xl_rowcol_to_cell(row, counted), xl_rowcol_to_cell(row, _WANTED)
        rounded = f"MIN(0.99,MAX(0.01,ROUND({count}/{wanted},2)))"
        formula = f'=IF({wanted}=0,"",IF(OR({count}=0,{count}={wanted}),{count}/{wanted},{rounded}))'
        self._sheet.write_formula(row, column, formula, style, whole_percent(share) / 100)

    def _columns(self) -> list[list[int]]:
        """The columns of each chart: totals of one unit, because an axis has one; or the shares, if no total moves."""
        # A curve needs two points.
        of_rounds = [self._blocks[round_.id].totals for round_ in self._section.rounds]
        by_unit: dict[str, list[int]] = {}
        for column, field in enumerate(self._fields, start=len(_COLUMNS) + 1):
            known = [totals[field.id] for totals in of_rounds if field.id in totals]
            if sum(total.total is not None for total in known) > 1:
                by_unit.setdefault(field.unit, []).append(column)
        return list(by_unit.values()) or [[_COMPLETION, _PUNCTUALITY]]

    def _falls_below_nought(self) -> bool:
        of_rounds = [self._blocks[round_.id].totals for round_ in self._section.rounds]
        return any((total.total or 0) < 0 for totals in of_rounds for total in totals.values())

    def _chart(self, shown: Sequence[int], head: int, where: tuple[int, int]) -> None:
        """Puts a chart of these columns there: totals as columns, shares as lines."""
        name, end = self._sheet.get_name(), head + len(self._section.rounds)
        of_shares = shown[0] == _COMPLETION
        chart = self._book.chart("line" if of_shares else "column")
        for colour, column in zip(cycle(_COLOURS), shown):
            chart.add_series(
                {
                    "name": [name, head, column],
                    "categories": [name, head + 1, 1, end, 1],
                    "values": [name, head + 1, column, end, column],
                    "data_labels": {"value": len(shown) == 1},
                    "fill": {"color": colour},
                    "line": {"color": colour, "width": 2},
                    "marker": {"type": "circle", "fill": {"color": colour}, "border": {"color": colour}},
                }
            )
        chart.set_title({"name": self._section.title, "name_font": {"size": 11}})
        chart.set_legend({"position": "bottom"} if len(shown) > 1 else {"none": True})
        if of_shares:
            chart.set_y_axis({"num_format": "0%", "min": 0, "max": 1})
        else:
            field = self._fields[shown[0] - len(_COLUMNS) - 1]
            what = words.heading(field) if len(shown) == 1 else field.unit
            # A column that does not begin at nought makes much of little.
            named = {"name": what, "name_font": {"size": 10, "bold": False}} if what else {}
            chart.set_y_axis(named | ({} if self._falls_below_nought() else {"min": 0}))
        chart.show_na_as_empty_cell()
        chart.set_size(_CHART)
        self._sheet.insert_chart(*where, chart, {"x_offset": 4, "y_offset": 4})
