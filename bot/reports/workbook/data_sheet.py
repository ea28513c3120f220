"""The flat ledger for pivot tables: a row for each value given, and one for each organization without a value."""

from xlsxwriter.worksheet import Worksheet

from bot.domain.fields.kinds import rules
from bot.domain.ledger.obligation import Round
from bot.domain.ledger.report import Debtor, Line
from bot.domain.ledger.standing import Standing
from bot.reports import words
from bot.reports.job import Job
from bot.reports.level import Level
from bot.reports.local import Local
from bot.reports.sections import Section
from bot.reports.workbook.book import Cell, columns, footer, text_cell
from bot.reports.workbook.volumes import Shelf
from bot.views.standing import WORDS

_COLUMNS = (
    ("Организация", 40),
    ("Тип", 24),
    ("Вид", 16),
    ("Поручение", 28),
    ("Тема", 22),
    ("Период", 20),
    ("Открыт", 16),
    ("Срок", 16),
    ("Статус", 20),
    ("Дата ответа", 16),
    ("В срок", 9),
    ("Показатель", 34),
    ("Ед.", 9),
    ("Число", 12),
    ("Значение", 40),
)
# Where directives come from several documents.
_SOURCE = ("Источник", 40)
# Where there are territories.
_TERRITORY = ("Территория", 18)
# So many headings fit on a page.
_PRINTED = 4


class DataSheet:
    """The flat ledger, on as many sheets as its rows take, in as many files."""

    def __init__(self, shelf: Shelf, job: Job, level: Level | None, local: Local) -> None:
        self._shelf, self._book, self._job, self._level, self._local = shelf, shelf.book, job, level, local
        extra = [*([_SOURCE] if job.letterhead.sources else []), *([_TERRITORY] if level else [])]
        self._columns = (*_COLUMNS, *extra)
        self._number = 0
        self._row = 0
        # What all rows of a round have.
        self._round: Round | None = None
        self._request: list[Cell] = []
        self._sheet = self._begin()

    def row(
        self, section: Section, round_: Round, debtor: Debtor, line: Line, standing: Standing, territory: str = ""
    ) -> None:
        """Writes the rows of an organization in a round, which has asked it in that territory."""
        values = line.values or {}
        given = [(field, value) for field in section.fields if (value := values.get(field.id)) is not None]
        self._make_room(max(1, len(given)))
        if self._round is not round_:
            self._round, self._request = round_, self._of_round(section, round_)
        place = [self._text(len(self._columns), self._level.short(territory))] if self._level else []
        cells = [
            *self._of_organization(debtor),
            *self._request,
            *self._of_answer(round_, line, standing, territory),
            *place,
        ]
        for field, value in given:
            what, unit = self._text(12, field.label), self._text(13, field.unit)
            column = 14 if rules(field.kind).is_numeric else 15
            self._write([*cells, what, unit, self._book.value_cell(column, field, value)])
        if not given:
            self._write([*cells, self._text(15, line.not_ours)])

    def _of_organization(self, debtor: Debtor) -> list[Cell]:
        types = self._job.letterhead.types
        return [
            self._text(1, debtor.name),
            self._text(2, ", ".join(sorted(types.get(one, one) for one in debtor.types))),
        ]

    def _of_round(self, section: Section, round_: Round) -> list[Cell]:
        topic = self._job.letterhead.topics.get(section.directive.topic, section.directive.topic)
        kind = "Разовый вопрос" if section.is_question else "Поручение"
        texts = enumerate((kind, section.title, topic, round_.title), start=3)
        cells = [self._text(*text) for text in texts]
        if self._job.letterhead.sources:
            cells.append(self._text(len(_COLUMNS) + 1, section.source))
        return cells

    def _of_answer(self, round_: Round, line: Line, standing: Standing, territory: str) -> list[Cell]:
        opened = self._local.opened(round_, line, territory)
        zone = opened.tzinfo
        in_time = None if line.first_at is None else "нет" if line.was_late else "да"
        return [
            self._book.moment_cell(7, opened, zone=zone),
            self._book.moment_cell(8, line.due_at, zone=zone),
            self._text(9, WORDS[standing]),
            self._book.moment_cell(10, line.at, zone=zone),
            self._text(11, in_time),
        ]

    def _text(self, column: int, text: str | None) -> Cell:
        return text_cell(column, text, self._book.style("text") if text else None)

    def _write(self, cells: list[Cell]) -> None:
        self._book.write(self._sheet, self._row, cells)
        self._row += 1

    def _make_room(self, rows: int) -> None:
        if self._row + rows > self._book.rows or self._shelf.is_full:
            self._end()
            if self._shelf.is_full:
                self._shelf.turn()
                # Formats belong to their file.
                self._book, self._round = self._shelf.book, None
            self._sheet = self._begin()

    def finish(self) -> None:
        """Completes the last sheet."""
        self._end()

    def _end(self) -> None:
        self._sheet.autofilter(0, 1, max(1, self._row - 1), len(self._columns))

    def _begin(self) -> Worksheet:
        self._number += 1
        sheet = self._book.sheet("Данные" if self._number == 1 else f"Данные {self._number}")
        columns(sheet, [width for _, width in self._columns])
        # For filters and pivot tables: on paper it would be more pages than all other sheets together, which have the
        # same answers. One page says so.
        sheet.print_area(0, 1, 0, _PRINTED)
        footer(sheet, f"Данные, {words.short_day(self._job.today)}: для фильтров и сводных таблиц, не для печати")
        for column, (heading, _) in enumerate(self._columns, start=1):
            self._book.text(sheet, 0, column, heading, self._book.style("head"))
        sheet.freeze_panes(1, 2)
        self._row = 1
        return sheet
