"""A directive's sheet: its periods below each other, the newest on top, with a row for each organization.

The sheet can come back with answers that the department has added: the hidden column A and the hidden row above the
headings say what belongs where, however the rows are sorted. docs/reports.md has their contract.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from textwrap import wrap

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from bot.domain.desk.sources import Group
from bot.domain.fields.field import Field
from bot.domain.fields.kinds import rules
from bot.domain.ledger.obligation import Round
from bot.domain.ledger.report import Debtor, Execution, Line, Total
from bot.domain.ledger.standing import Standing
from bot.reports import words
from bot.reports.job import Job
from bot.reports.level import Level
from bot.reports.local import Local
from bot.reports.sections import Section
from bot.reports.workbook.book import Book, Cell, columns, footer, height, literal, narrowed, text_cell
from bot.reports.workbook.volumes import Shelf
from bot.views.reports import answered, uncounted
from bot.views.sources import heading as source_heading
from bot.views.standing import WORDS
from bot.views.territories import total_of
from bot.views.values import value_text

KEYS = "#answers:1"
# Columns before and after those of the fields, with their widths.
_BEFORE = {"№": 4.0, "Организация": 26.0, "Статус": 15.0, "Дата ответа": 15.5, "Кто ответил": 17.0}
# Where there are territories, it stands behind the organization.
_TERRITORY = {"Территория": 14.0}
_AFTER = {"Комментарий организации": 24.0, "Замечание управления": 22.0, "Файлов": 8.0}
# Number and organization stand on each page.
_REPEATED = 2
# A list has so many names; the rows show the rest. No row is high enough for more letters than a piece has.
_NAMES, _PIECE = 60, 1200
# The newest period's band is above the headings: a filter sorts nothing if a merged row is within its range.
_PERIOD, _QUOTED, _BAND, _KEYS, _HEADINGS = range(1, 6)
# Rows that may follow those of organizations.
_BELOW = 6
# As in `Line.counted`.
_UNCOUNTED = (Standing.RETURNED, Standing.EXCUSED)
# Points. The row that keeps the totals out of what programs take for the filter's rows.
_APART = 4


@dataclass(slots=True)
class Block:
    """One period: where its totals stand, by field. `is_torn`: its rows go over several sheets, none sums them all."""

    round: Round
    execution: Execution
    book: Book
    sheet: str
    first: int
    is_torn: bool = False
    # Answers that are shown and that no total takes in.
    uncounted: int = 0
    reported: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    totals: dict[str, Total] = field(default_factory=dict)
    # The number of the row with the totals, from 0; None: there is none.
    total_row: int | None = None
    # The column of the first field.
    first_field: int = 1 + len(_BEFORE)
    parts: dict[str, "Portion"] = field(default_factory=dict)

    def cell(self, field_id: str, fields: list[Field]) -> str:
        """The address of a field's total, for a formula."""
        assert self.total_row is not None
        column = xl_col_to_name(self.first_field + [field.id for field in fields].index(field_id))
        quoted = self.sheet.replace("'", "''")
        return f"'{quoted}'!{column}{self.total_row + 1}"


@dataclass(slots=True)
class Portion:
    """What of a period is one territory's."""

    execution: Execution
    reported: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    totals: dict[str, Total] = field(default_factory=dict)


class DirectiveSheet:
    """The sheet of one directive, which grows row by row.

    `level`: its rows come by territory, each territory below a line of its own. `only`: it has the rows of that
    territory alone, to be read: its rows have no keys.
    """

    def __init__(
        self, shelf: Shelf, job: Job, section: Section, level: Level | None, local: Local, only: str | None = None
    ) -> None:
        self._shelf, self._book, self._job, self._section, self._local = shelf, shelf.book, job, section, local
        self._level: Level | None = level if only is None else None
        self._only: tuple[Level, str] | None = (level, only) if level and only is not None else None
        self._fields = section.fields
        before = dict(_BEFORE)
        if self._level:
            number, organization, *others = before.items()
            before = dict([number, organization, *_TERRITORY.items(), *others])
        # Columns behind the organization have moved by so many.
        self._moved = len(before) - len(_BEFORE)
        self._first = 1 + len(before)
        self._remarks = self._first + len(self._fields)
        self._last = self._remarks + 2
        self._headings = [*before, *map(words.heading, self._fields), *_AFTER]
        self._widths = [
            *before.values(),
            *(float(rules(field.kind).width) for field in self._fields),
            *_AFTER.values(),
        ]
        # Texts that may need several lines stand across the first columns, which no page tears apart.
        self._across = list(before.values())
        self._longest = [0] * (self._last + 1)
        self._row = 0
        self._filtered = False
        self._sheet = self._begin_sheet()
        self._block: Block | None = None
        self._number = 0
        self._asked: list[bool] = []

    def begin(self, round_: Round, execution: Execution) -> None:
        """Begins a period with its band."""
        rows = execution.asked + execution.excused
        if self._level:
            # A line above and a subtotal below for each territory.
            rows += 2 * len(self._level.in_round(round_.id))
        if self._row > _BAND and (self._row + rows + _BELOW > self._book.rows or self._shelf.is_full):
            # A region's weekly directive is longer than a sheet.
            self._turn()
        self._write_band(round_, execution)
        self._number = 0
        self._block = Block(round_, execution, self._book, self._sheet.get_name(), self._row, first_field=self._first)
        asked = {field.id for field in round_.directive.fields if not field.only_in or round_.key in field.only_in}
        self._asked = [field.id in asked for field in self._fields]
        self._block.totals = {field.id: Total(field) for field in self._fields if field.id in asked and field.total}

    def begin_territory(self, territory: str) -> None:
        """The rows that follow are that territory's, below a line of its own, which opens and closes them."""
        assert self._block is not None
        assert self._level is not None
        if self._number and (self._row + _BELOW > self._book.rows or self._shelf.is_full):
            self._tear(self._block)
        execution = self._level.counted[self._block.round.id][territory]
        totals = {id: Total(total.what) for id, total in self._block.totals.items()}
        self._block.parts[territory] = Portion(execution, totals=totals)
        style = self._book.style("territory")
        # In the column of numbers: lists of what a filter may show have nothing of it.
        due = self._local.due(self._block.round, territory)
        until = "" if due == self._local.due(self._block.round) else f" Срок {words.short_day(due)}."
        texts = {1: f"{self._level.name(territory)}.{until} {answered(execution)}"}
        for column in range(1, self._last + 1):
            self._book.text(self._sheet, self._row, column, texts.get(column), style)
        self._row += 1

    def row(self, debtor: Debtor, line: Line, standing: Standing, territory: str = "") -> None:
        """Writes an organization's row in the period that was begun last, and in the territory."""
        assert self._block is not None
        if self._number and (self._row + _BELOW > self._book.rows or self._shelf.is_full):
            self._tear(self._block)
        book, row = self._book, self._row
        cell, center = book.style("cell", "text"), book.style("cell", "center")
        self._number += 1
        texts = dict(self._texts(debtor, line, standing))
        for column, text in texts.items():
            self._longest[column] = max(self._longest[column], len(text))
        tall = height((text, self._widths[column - 1]) for column, text in texts.items())
        moved, key = self._moved, f"o:{line.obligation_id}:{line.version}"
        self._sheet.set_row(row, tall, None, {"level": 1} if self._level else {})
        cells: list[Cell] = [
            (0, key if self._only is None else None, book.style("text")),
            (1, float(self._number), center),
            text_cell(2, debtor.label, cell),
            *([text_cell(3, self._level.short(territory), cell)] if self._level else []),
            text_cell(3 + moved, WORDS[standing], book.style("cell", "text", tint=words.TINTS[standing])),
            book.moment_cell(4 + moved, line.at, "cell", zone=self._local.zone(self._block.round, line)),
            text_cell(5 + moved, words.author(line) if line.at else None, cell),
            text_cell(self._remarks, self._said(line), cell),
            text_cell(self._remarks + 1, line.comment, cell),
            (self._remarks + 2, float(line.files), center) if line.files else (self._remarks + 2, None, cell),
        ]
        if line.files:
            self._longest[self._remarks + 2] = 1
        values = line.values or {}
        for column, (asked, in_period) in enumerate(zip(self._fields, self._asked, strict=True), start=self._first):
            if in_period or values.get(asked.id) is not None:
                cells.append(book.value_cell(column, asked, values.get(asked.id), "cell"))
            else:
                cells.append((column, None, book.style("cell", tint="#F2F2F2")))
        book.write(self._sheet, row, cells)
        self._block.uncounted += bool(line.counted is None and values.keys() & self._block.totals.keys())
        both: list[Block | Portion] = [self._block, *([self._block.parts[territory]] if self._level else [])]
        for counts in both:
            for total in counts.totals.values():
                total.add(line.counted)
            if standing is Standing.OVERDUE:
                counts.silent.append(debtor.label)
            elif standing.is_answered:
                counts.reported.append(debtor.label)
        self._row += 1

    def _texts(self, debtor: Debtor, line: Line, standing: Standing) -> Iterator[tuple[int, str]]:
        """The texts that may need several lines, each with its column."""
        values = line.values or {}
        yield 2, debtor.label
        yield 3 + self._moved, WORDS[standing]
        yield 5 + self._moved, words.author(line)
        for column, asked in enumerate(self._fields, start=self._first):
            if asked.id in values:
                yield column, value_text(asked, values[asked.id])
        yield self._remarks, self._said(line)
        yield self._remarks + 1, line.comment or ""

    @staticmethod
    def _said(line: Line) -> str:
        return "; ".join([*([f"Не относится: {line.not_ours}"] if line.not_ours else []), *line.remarks])

    def end(self) -> Block:
        """Ends the period with its totals and the names of those that have not answered."""
        assert self._block is not None
        block, self._block = self._block, None
        last = self._row - 1
        self._sheet.set_row(self._row, _APART)
        # Of a row without any cell its height would be lost.
        self._sheet.write_blank(self._row, 1, None, self._book.style("plain"))
        self._row += 1
        if block.totals and last >= block.first:
            # With the row that keeps them apart: who puts one in at the end has it summed too.
            self._write_all_totals(block, last + 1)
            if block.uncounted:
                self._write_below(uncounted(block.uncounted))
        for piece in self._silence(block):
            self._write_below(piece)
        self._filter(last)
        self._row += 1
        return block

    def _write_below(self, text: str) -> None:
        # Not across columns that stand on each page: of those beside the first it would be a piece.
        across = self._across[_REPEATED:]
        self._book.lines(self._sheet, self._row, text, self._book.style("wrapped"), across, _REPEATED + 1)
        self._row += 1

    def _silence(self, block: Block) -> Iterator[str]:
        """Who has not answered, by territory where there are several."""
        if self._level is None:
            yield from wrap(words.silence(block.execution, block.reported, block.silent, _NAMES), _PIECE)
            return
        for territory, part in block.parts.items():
            if part.silent:
                names = words.silence(part.execution, part.reported, part.silent, _NAMES)
                yield from wrap(f"{self._level.short(territory)} ({len(part.silent)}). {names}", _PIECE)

    def _write_all_totals(self, block: Block, last: int) -> None:
        """Writes the totals of the territories, which are summed from the rows, and the sum of these."""
        if self._level is None:
            block.total_row = self._row
            label = self._local.whole if self._only is None else total_of(self._called())
            self._write_totals(block, block.totals, label, last, "bold", "total")
            self._row += 1
            return
        first = self._row
        for territory, part in block.parts.items():
            name = self._level.short(territory)
            self._write_totals(block, part.totals, total_of(name), last, "bold", of=name)
            self._row += 1
        block.total_row = self._row
        self._write_sums(block, first)
        self._row += 1

    def _filter(self, last: int) -> None:
        if not self._filtered:
            # Excel allows one filter a sheet: it serves the newest period.
            self._filtered = True
            # The filter takes in the column of keys: rows sorted without it would carry the keys of others.
            self._sheet.autofilter(_HEADINGS, 0, max(_HEADINGS, last), self._last)

    def _turn(self) -> None:
        """Goes on with another sheet, of another file if this one is full."""
        self.finish()
        if self._shelf.is_full:
            self._shelf.turn()
            self._book = self._shelf.book
        self._sheet = self._begin_sheet()

    def _tear(self, block: Block) -> None:
        """The period's next rows stand on another sheet, below its band and its headings."""
        self._filter(self._row - 1)
        self._turn()
        self._write_band(block.round, block.execution, continued=True)
        block.book, block.sheet, block.first, block.is_torn = self._book, self._sheet.get_name(), self._row, True

    def finish(self) -> None:
        """Completes the sheet: its columns are as wide as what is in them needs."""
        widths = self._widths[: self._first - 1]
        for column, heading in enumerate(self._headings[len(widths) :], start=self._first):
            # Nothing has been remarked, or sent: the column only takes room.
            needless = column >= self._remarks and not self._longest[column]
            widths.append(0 if needless else narrowed(heading, self._widths[column - 1], self._longest[column]))
        printed = columns(self._sheet, widths, repeated=_REPEATED, rows=self._row)
        self._book.print_area(self._sheet, printed, _HEADINGS, max(self._row - 1, _HEADINGS))

    def _write_label(self, text: str, *traits: str) -> None:
        book, sheet, row = self._book, self._sheet, self._row
        style = book.style("cell", *traits)
        sheet.write_blank(row, 1, None, style)
        book.text(sheet, row, 2, text, style)
        for column in range(3, self._last + 1):
            sheet.write_blank(row, column, None, style)

    def _write_totals(
        self, block: Block, totals: dict[str, Total], label: str, last: int, *traits: str, of: str | None = None
    ) -> None:
        """Sums the rows up to `last`, or those that name the territory `of`, wherever a reader has sorted them to."""
        self._write_label(label, *traits)
        standings = xl_range_abs(block.first, 3 + self._moved, last, 3 + self._moved)
        criteria = [f'{standings},"<>{WORDS[standing]}"' for standing in _UNCOUNTED]
        if of is not None:
            criteria.append(f"{xl_range_abs(block.first, 3, last, 3)},{literal(of)}")
        which = ",".join(criteria)
        for column, asked in self._summed(block):
            cells = xl_range_abs(block.first, column, last, column)
            # A total of blanks is blank, not 0.
            formula = f'=IF(COUNTIFS({which},{cells},"<>")=0,"",SUMIFS({cells},{which}))'
            self._write_sum(block, column, formula, self._style_of_total(asked, *traits), totals[asked.id].total)

    def _write_sums(self, block: Block, first: int) -> None:
        """Sums the territories: the total of all is what they come to."""
        self._write_label(self._local.whole, "bold", "total")
        for column, asked in self._summed(block):
            total, style = block.totals[asked.id].total, self._style_of_total(asked, "bold", "total")
            letter = xl_col_to_name(column)
            cells = f"{letter}{first + 1}:{letter}{self._row}"
            self._write_sum(block, column, f'=IF(COUNT({cells})=0,"",SUM({cells}))', style, total)

    def _write_sum(self, block: Block, column: int, formula: str, style: Format, total: Decimal | None) -> None:
        """A formula, with what it comes to; where its rows go over several sheets, that alone."""
        if not block.is_torn:
            self._sheet.write_formula(self._row, column, formula, style, "" if total is None else float(total))
        elif total is not None:
            self._sheet.write_number(self._row, column, float(total), style)

    def _summed(self, block: Block) -> Iterator[tuple[int, Field]]:
        for column, asked in enumerate(self._fields, start=self._first):
            if asked.id in block.totals:
                yield column, asked

    def _style_of_total(self, asked: Field, *traits: str) -> Format:
        return self._book.style("cell", *traits, "right", number_format=rules(asked.kind).cell_format)

    def _begin_sheet(self) -> Worksheet:
        book, job, directive = self._book, self._job, self._section.directive
        title = self._section.title
        sheet = book.sheet(title if self._only is None else self._called())
        if self._level:
            # The line that opens and closes rows stands above them.
            sheet.outline_settings(True, False, True, False)
        self._filtered = False
        book.title(sheet, title if self._only is None else f"{self._name_of_only()}. {title}", self._across)
        about = words.about(job)
        if self._only is None and self._local.is_mixed:
            about += f"; {words.LOCAL}"
        if self._only is not None:
            # What is typed here comes back to nobody.
            about += ". Ответы вносят на листе поручения"
        book.line(sheet, _PERIOD, about, book.style("small"))
        text = f"«{directive.text}»" if directive.text else directive.prompt
        if job.letterhead.sources and self._section.source:
            text = f"{source_heading(Group(self._section.source))}: {text}"
        book.lines(sheet, _QUOTED, text, book.style("wrapped", "small"), self._across)
        sheet.freeze_panes(_HEADINGS + 1, 3)
        sheet.repeat_rows(_HEADINGS)
        footer(sheet, f"{self._section.title}, {words.short_day(job.today)}")
        self._row = _BAND
        return sheet

    def _name_of_only(self) -> str:
        assert self._only is not None
        level, territory = self._only
        return level.name(territory)

    def _called(self) -> str:
        assert self._only is not None
        level, territory = self._only
        return level.short(territory)

    def _write_band(self, round_: Round, execution: Execution, *, continued: bool = False) -> None:
        period = words.continued(words.period_title(round_)) if continued else words.period_title(round_)
        due = self._local.due(round_, self._only and self._only[1])
        text = f"срок {words.short_day(due)}. {answered(execution)}"
        band = self._book.style("band")
        # The period's title stands on each page, whole if it can; the rest is for the first.
        apart = len(period) <= sum(self._across[:_REPEATED])
        texts = {1: period, _REPEATED + 1: f"{text[:1].upper()}{text[1:]}"} if apart else {1: f"{period}: {text}"}
        for column in range(1, self._last + 1):
            self._book.text(self._sheet, self._row, column, texts.get(column), band)
        self._row += 1
        if self._row == _KEYS:
            self._write_headings()

    def _write_headings(self) -> None:
        """Writes the keys and the headings, for the rows of all periods of the sheet."""
        book, sheet = self._book, self._sheet
        if self._only is None:
            self._write_keys()
        sheet.set_row(_HEADINGS, 66)
        for column, heading in enumerate(self._headings, start=1):
            book.text(sheet, _HEADINGS, column, heading, book.style("head"))
        self._row = _HEADINGS + 1

    def _write_keys(self) -> None:
        sheet, style = self._sheet, self._book.style("text")
        sheet.set_row(_KEYS, None, None, {"hidden": True})
        sheet.write_string(_KEYS, 0, KEYS, style)
        sheet.write_string(_KEYS, 2, "name", style)
        for column, asked in enumerate(self._fields, start=self._first):
            sheet.write_string(_KEYS, column, f"field:{asked.id}", style)
