"""The flat ledger for pivot tables: a row for each value given, and one for each organization without a value."""

from typing import Any

from xlsxwriter.worksheet import Worksheet

from bot.domain.fields.field import Field
from bot.domain.fields.kinds import rules
from bot.domain.ledger.obligation import Round
from bot.domain.ledger.report import Debtor, Line
from bot.domain.ledger.standing import Standing
from bot.reports import words
from bot.reports.job import Job
from bot.reports.sections import Section
from bot.reports.workbook.book import columns, footer
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
# So many headings fit on a page.
_PRINTED = 4


class DataSheet:
    """The flat ledger, on as many sheets as its rows take, in as many files."""

    def __init__(self, shelf: Shelf, job: Job) -> None:
        self._shelf, self._book, self._job = shelf, shelf.book, job
        self._number = 0
        self._row = 0
        self._sheet = self._begin()

    def row(self, section: Section, round_: Round, debtor: Debtor, line: Line, standing: Standing) -> None:
        """Writes the rows of an organization in a round."""
        given = [(field, value) for field in section.fields if (value := (line.values or {}).get(field.id)) is not None]
        for field, value in given:
            self._write(section, round_, debtor, line, standing, field, value)
        if not given:
            self._write(section, round_, debtor, line, standing, None, line.not_ours)

    def _write(
        self,
        section: Section,
        round_: Round,
        debtor: Debtor,
        line: Line,
        standing: Standing,
        field: Field | None,
        value: Any,
    ) -> None:
        if self._row >= self._book.rows or self._shelf.is_full:
            self._end()
            if self._shelf.is_full:
                self._shelf.turn()
                self._book = self._shelf.book
            self._sheet = self._begin()
        letterhead = self._job.letterhead
        types = ", ".join(sorted(letterhead.types.get(type_, type_) for type_ in debtor.types))
        directive = section.directive
        topic = letterhead.topics.get(directive.topic, directive.topic)
        in_time = None if line.first_at is None else "нет" if line.was_late else "да"
        kind = "Разовый вопрос" if section.is_question else "Поручение"
        before: list[Any] = [debtor.name, types, kind, section.title, topic, round_.title]
        self._texts(0, before)
        self._book.moment(self._sheet, self._row, 7, round_.opens_at)
        self._book.moment(self._sheet, self._row, 8, line.due_at)
        self._texts(8, [WORDS[standing]])
        self._book.moment(self._sheet, self._row, 10, line.at)
        self._texts(10, [in_time])
        if field is None:
            self._texts(11, [None, None, None, value])
        else:
            self._texts(11, [field.label, field.unit])
            is_number = rules(field.kind).is_numeric
            self._book.value(self._sheet, self._row, 14, field, value if is_number else None)
            self._book.value(self._sheet, self._row, 15, field, None if is_number else value)
        self._row += 1

    def _texts(self, offset: int, texts: list[Any]) -> None:
        for column, text in enumerate(texts, start=offset + 1):
            self._book.text(self._sheet, self._row, column, text, self._book.style("text") if text else None)

    def finish(self) -> None:
        """Completes the last sheet."""
        self._end()

    def _end(self) -> None:
        self._sheet.autofilter(0, 1, max(1, self._row - 1), len(_COLUMNS))

    def _begin(self) -> Worksheet:
        self._number += 1
        sheet = self._book.sheet("Данные" if self._number == 1 else f"Данные {self._number}")
        columns(sheet, [width for _, width in _COLUMNS])
        # For filters and pivot tables: on paper it would be more pages than all other sheets together, which have the
        # same answers. One page says so.
        sheet.print_area(0, 1, 0, _PRINTED)
        footer(sheet, f"Данные, {words.short_day(self._job.today)}: для фильтров и сводных таблиц, не для печати")
        for column, (heading, _) in enumerate(_COLUMNS, start=1):
            self._book.text(sheet, 0, column, heading, self._book.style("head"))
        sheet.freeze_panes(1, 2)
        self._row = 1
        return sheet
