"""Workbooks come back in many shapes: what the keys say is found, and nothing else is taken for an answer."""

import io
from typing import Any

import openpyxl
import pytest

from bot.catalog import answers_sheet
from bot.catalog.answers_sheet import NotAnswers, OtherVersion
from bot.catalog.workbook import WorkbookError
from bot.domain.ledger.entered import SheetRow
from tests.catalog.sheets import book

KEYS = ["#answers:1", "name", "", "field:done", "field:count"]
HEADINGS = ["", "Организация", "Статус", "Исполнено", "Детей"]
SCHOOL = ["o:7:2", "Школа", "Ответ получен", "Да", 12]
GARDEN = ["o:8:0", "Ёлочка", "Нет ответа", "", ""]


def rows(content: bytes) -> list[tuple[int, int, str, dict[str, str]]]:
    """What each row is about, and its cells."""
    return [
        (sheet_row.obligation_id, sheet_row.version, sheet_row.name, sheet_row.cells)
        for sheet_row in answers_sheet.read(content).rows
    ]


def test_rows_as_they_were_made() -> None:
    table = answers_sheet.read(book([KEYS, HEADINGS, SCHOOL, GARDEN]))
    assert table.rows == (
        SheetRow("Лист 1", 3, 7, 2, "Школа", {"done": "Да", "count": "12"}),
        SheetRow("Лист 1", 4, 8, 0, "Ёлочка", {"done": "", "count": ""}),
    )
    assert table.strangers == ()
    assert table.foreign == ()


def test_rows_above_and_columns_before_and_between() -> None:
    moved: list[list[object]] = [
        ["Для совещания 12 октября"],
        [],
        ["", "моё", *KEYS[:3], "", *KEYS[3:]],
        ["", "Отметка", *HEADINGS[:3], "Телефон", *HEADINGS[3:]],
        ["", "!", *SCHOOL[:3], "нет", *SCHOOL[3:]],
    ]
    table = answers_sheet.read(book(moved))
    assert rows(book(moved)) == [(7, 2, "Школа", {"done": "Да", "count": "12"})]
    assert table.foreign == ("Отметка", "Телефон")


def test_a_column_that_was_removed_is_missing_and_not_empty() -> None:
    without = [[row[place] for place in (0, 1, 3)] for row in (KEYS, HEADINGS, SCHOOL)]
    assert rows(book(without)) == [(7, 2, "Школа", {"done": "Да"})]


def test_sheets_of_ones_own_and_sheets_that_somebody_has_hidden() -> None:
    """What cannot be seen is not entered: whoever confirms would not have looked at it."""
    table = answers_sheet.read(book([["Мои заметки"]], [KEYS, HEADINGS, SCHOOL], [KEYS, HEADINGS, GARDEN], hide=[2]))
    assert [(sheet_row.sheet, sheet_row.name) for sheet_row in table.rows] == [("Лист 2", "Школа")]
    with pytest.raises(NotAnswers):
        answers_sheet.read(book([["Мои заметки"]], [KEYS, HEADINGS, SCHOOL], hide=[1]))


def test_merged_cells_say_what_their_first_one_does() -> None:
    def touch(sheet: Any) -> None:
        sheet.merge_range(2, 3, 3, 3, "Да")

    merged = rows(book([KEYS, HEADINGS, ["o:7:2", "Школа", "", "", 1], ["o:8:0", "Ёлочка", "", "", 2]], touch=touch))
    assert [one[3] for one in merged] == [{"done": "Да", "count": "1"}, {"done": "", "count": "2"}]


def test_error_cells_are_blank() -> None:
    document = openpyxl.Workbook()
    sheet = document.active
    for row in (KEYS, HEADINGS, ["o:7:2", "Школа", "", "Да", "#DIV/0!"]):
        sheet.append(row)
    sheet.cell(3, 5).data_type = "e"
    out = io.BytesIO()
    document.save(out)
    assert rows(out.getvalue()) == [(7, 2, "Школа", {"done": "Да", "count": ""})]


def test_rows_without_a_key_that_look_like_answers_are_named() -> None:
    table = answers_sheet.read(
        book(
            [
                KEYS,
                HEADINGS,
                ["", "Новая школа", "", "Да", 3],
                ["o:x:1", "Чужая", "", "Да", 1],
                ["", "Итого по району", "", "", 15],
                ["", "Молчащая", "", "", ""],
                ["o:12345678901:0", "Длинная", "", "1", 1],
            ]
        )
    )
    assert table.rows == ()
    assert [name for _, _, name in table.strangers] == ["Новая школа", "Чужая", "Длинная"]


@pytest.mark.parametrize("first", [["Организация"], ["#answers"], ["#answers:x"], []])
def test_without_keys_it_is_no_workbook_of_the_bots(first: list[str]) -> None:
    with pytest.raises(NotAnswers):
        answers_sheet.read(book([first, SCHOOL]))


def test_of_another_version() -> None:
    with pytest.raises(OtherVersion):
        answers_sheet.read(book([["#answers:2"], HEADINGS, SCHOOL]))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", bytes(3000), "Организация;Ответ".encode()])
def test_what_is_no_workbook(content: bytes) -> None:
    with pytest.raises((WorkbookError, NotAnswers)):
        answers_sheet.read(content)
