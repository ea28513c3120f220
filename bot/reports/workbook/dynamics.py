"""How the district's totals and completion move from period to period, with Excel's own charts."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import cycle

from xlsxwriter.worksheet import Worksheet

from bot.domain.fields.kinds import rules
from bot.domain.ledger.report import Execution
from bot.reports import words
from bot.reports.job import Job
from bot.reports.sections import Section
from bot.reports.workbook.book import Book, footer, widths
from bot.reports.workbook.directive_sheet import Block

# A chart beside its table covers so many rows.
_CHART_ROWS = 16
_FIXED = ("Период", "Запрошено", "Представили", "Представили, %", "В срок, %")
_MOST_FIELDS = 6
# The colour-blind can tell these apart (Okabe and Ito).
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")


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
    """Writes a table and a chart for each directive, below each other."""
    widths(sheet, [30, 12, 13, 13, 12, *(16 for _ in range(_MOST_FIELDS))])
    last = len(_FIXED) + _MOST_FIELDS
    book.line(sheet, 0, last, "Динамика по периодам", book.style("title"))
    book.line(sheet, 1, last, f"{words.period(job.order)}, {words.made_on(job)}", book.style("small"))
    footer(sheet, f"Динамика по периодам, {words.short_day(job.today)}")
    row = 3
    for section in sections:
        row = _section(book, sheet, row, section, counted, blocks)
    # Charts stand to the right of the tables.
    sheet.print_area(0, 1, row, last + 9)


def _section(
    book: Book,
    sheet: Worksheet,
    row: int,
    section: Section,
    counted: Mapping[int, Execution],
    blocks: Mapping[int, Block],
) -> int:
    """Writes a directive's table and chart from `row` on; returns the row after them."""
    fields = [field for field in section.fields if field.total][:_MOST_FIELDS]
    book.line(sheet, row, len(_FIXED) + len(fields), section.title, book.style("bold"))
    head = row + 1
    sheet.set_row(head, 40)
    for column, text in enumerate([*_FIXED, *map(words.heading, fields)], start=1):
        book.text(sheet, head, column, text, book.style("head"))
    for offset, round_ in enumerate(section.rounds, start=1):
        execution, block = counted[round_.id], blocks[round_.id]
        book.text(sheet, head + offset, 1, round_.title, book.style("cell", "text"))
        sheet.write_number(head + offset, 2, execution.asked, book.style("cell", "whole"))
        sheet.write_number(head + offset, 3, execution.answered, book.style("cell", "whole"))
        for column, share in ((4, execution.completion), (5, execution.punctuality)):
            _share(book, sheet, head + offset, column, share)
        for column, field in enumerate(fields, start=len(_FIXED) + 1):
            style = book.style("cell", "right", number_format=rules(field.kind).cell_format)
            total = block.totals[field.id].total if field.id in block.totals else None
            if total is None or block.total_row is None:
                sheet.write_blank(head + offset, column, None, style)
            else:
                # A formula, so that a correction on the directive's sheet moves the curve.
                sheet.write_formula(
                    head + offset, column, f"={block.cell(field.id, section.fields)}", style, float(total)
                )
    end = head + len(section.rounds)
    # A curve needs two points; if there are no such totals, the chart shows the shares.
    totals = [blocks[round_.id].totals.values() for round_ in section.rounds]
    moving = sum(any(total.total is not None for total in of_round) for of_round in totals) > 1
    _chart(book, sheet, section, row, end, len(fields), with_totals=moving)
    return max(end + 2, row + _CHART_ROWS)


def _chart(
    book: Book, sheet: Worksheet, section: Section, row: int, end: int, fields: int, *, with_totals: bool
) -> None:
    """Puts a chart beside the table that begins at `row`: the totals as columns, or the shares as lines."""
    name, head = sheet.get_name(), row + 1
    after = len(_FIXED) + 1 + fields
    shown = range(len(_FIXED) + 1, after) if with_totals else range(4, 6)
    chart = book.chart("column" if with_totals else "line")
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
    chart.set_title({"name": section.title, "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"} if len(shown) > 1 else {"none": True})
    if not with_totals:
        chart.set_y_axis({"num_format": "0%", "min": 0, "max": 1})
    chart.show_na_as_empty_cell()
    chart.set_size({"width": 560, "height": 20 * (_CHART_ROWS - 2)})
    sheet.insert_chart(row, after, chart, {"x_offset": 10})


def _share(book: Book, sheet: Worksheet, row: int, column: int, share: Fraction | None) -> None:
    if share is None:
        sheet.write_blank(row, column, None, book.style("cell", "percent"))
    else:
        sheet.write_number(row, column, float(share), book.style("cell", "percent"))
