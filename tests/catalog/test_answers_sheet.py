"""Workbooks come back in many shapes: what the keys say is found, and nothing else is taken for an answer."""

import io
from typing import Any

import pytest
import xlsxwriter

from bot.catalog import answers_sheet
from bot.catalog.answers_sheet import NotAnswers, OtherVersion
from bot.catalog.tables.workbook import WorkbookError
from bot.domain.ledger.entered import SheetRow
from tests.catalog.sheets import book, old_excel, open_document, xml_2003

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


# --- Cells that show something else than they hold ---

SHOWN = [
    (1, "0%", "100%", "100"),
    (0.125, "0%", "13%", "12.5"),
    (2.6, "0", "3", "2.6"),
    (1500, "0,", "2", "1.5"),
    (-5, "#,##0;(#,##0)", "-5", None),
    (1500, '#,##0.00" ₽"', "1 500,00 ₽", "1500"),
    (46300, "dd.mm.yyyy", "05.10.2026", "2026-10-05 00:00:00"),
    (46300, "dd.mmm", "05.окт", "2026-10-05 00:00:00"),
    (46300, "mmm.yy", "окт.26", None),
    (0.52, "h:mm", "12:28", None),
    (1.25, "[h]:mm:ss", "30:00:00", None),
    (7, "000", "007", "7"),
    (12.5, "General", "12,5", "12.5"),
]


def excel(cells: list[tuple[float, str, str, str | None]]) -> bytes:
    """A returned workbook with these numbers in one column."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["#answers:1", "name", "field:x"])
    sheet.write_row(1, 0, ["", "Организация", "Икс"])
    for row, (number, code, *_) in enumerate(cells, 2):
        sheet.write_row(row, 0, [f"o:{row}:0", "Школа"])
        sheet.write_number(row, 2, number, workbook.add_format({"num_format": code}))
    workbook.close()
    return out.getvalue()


def test_numbers_are_what_is_seen_of_them() -> None:
    old = old_excel(
        [["#answers:1", "name", "field:x"], ["", "Организация", "Икс"]]
        + [[f"o:{row}:0", "Школа", number] for row, (number, *_) in enumerate(SHOWN)],
        {(row, 2): code for row, (_, code, *_) in enumerate(SHOWN, 2)},
    )
    for content in (excel(SHOWN), old):
        read = [(row.cells["x"], row.exact.get("x")) for row in answers_sheet.read(content).rows]
        assert read == [(seen, exact) for _, _, seen, exact in SHOWN]


def ods_cell(kind: str, seen: str | None, **values: str) -> str:
    """A cell of an ODS with what its program shows; `values` of the office namespace."""
    said = "".join(f' office:{name.replace("_", "-")}="{value}"' for name, value in values.items())
    text = "" if seen is None else f"<text:p>{seen}</text:p>"
    return f'<table:table-cell office:value-type="{kind}"{said}>{text}</table:table-cell>'


def ods(cells: list[str]) -> bytes:
    """A returned workbook with these cells in one column."""
    rows = "".join(
        f"<table:table-row>{ods_cell('string', f'o:{row}:0')}{ods_cell('string', 'Школа')}{cell}</table:table-row>"
        for row, cell in enumerate(cells)
    )
    return open_document([["#answers:1", "name", "field:x"], ["", "Организация", "Икс"]], more=rows)


@pytest.mark.parametrize(
    ("cell", "seen", "exact"),
    [
        (ods_cell("percentage", "100%", value="1"), "100%", "100"),
        (ods_cell("percentage", "100.00%", value="1"), "100,00%", "100"),
        (ods_cell("percentage", "12,3 %", value="0.12345"), "12,3 %", "12.345"),
        (ods_cell("percentage", None, value="0.5"), "50%", "50"),
        (ods_cell("float", "1,250", value="1250"), "1 250", "1250"),
        (ods_cell("float", "1.25", value="1.25"), "1,25", "1.25"),
        (ods_cell("float", "1 250,50", value="1250.5"), "1 250,50", "1250.5"),
        (ods_cell("float", "3", value="2.6"), "3", "2.6"),
        (ods_cell("float", "2", value="1500"), "2", "1.5"),
        (ods_cell("float", "(5)", value="-5"), "-5", None),
        (ods_cell("float", "5", value="-5"), "5", "-5"),
        (ods_cell("float", "2 3/5", value="2.6"), "2 3/5", "2.6"),
        (ods_cell("float", "1.25E+03", value="1250"), "1250", None),
        (ods_cell("float", "007", value="7"), "007", "7"),
        (ods_cell("currency", "1,500.00 ₽", value="1500"), "1 500,00 ₽", "1500"),
        (ods_cell("float", "TRUE", value="1"), "ИСТИНА", "1"),
        (ods_cell("boolean", "TRUE", boolean_value="true"), "ИСТИНА", "1"),
        # As OnlyOffice writes it.
        (ods_cell("boolean", "TRUE", boolean_value="TRUE"), "ИСТИНА", "1"),
        (ods_cell("boolean", None, boolean_value="1"), "ИСТИНА", "1"),
        (ods_cell("boolean", None, boolean_value="0"), "ЛОЖЬ", "0"),
        (ods_cell("percentage", "0.755", value="0.755"), "75,5%", "75.5"),
        (ods_cell("boolean", "WRONG", boolean_value="false"), "ЛОЖЬ", "0"),
        (ods_cell("date", "05.10.2026", date_value="2026-10-05"), "05.10.2026", "2026-10-05 00:00:00"),
        (ods_cell("date", "05.Oct", date_value="2026-10-05"), "05.Oct", "2026-10-05 00:00:00"),
        (ods_cell("date", "окт.26", date_value="2026-10-05"), "окт.26", None),
        (ods_cell("date", None, date_value="2026-10-05T09:30:00"), "05.10.2026", "2026-10-05 09:30:00"),
        (ods_cell("time", "30:00:00", time_value="PT30H00M00S"), "30:00:00", None),
        (ods_cell("time", None, time_value="PT30H00M00S"), "30:00:00", None),
        (ods_cell("time", "12:30", time_value="PT12H30M00S"), "12:30", None),
    ],
)
def test_an_ods_says_itself_what_is_seen(cell: str, seen: str, exact: str | None) -> None:
    (row,) = answers_sheet.read(ods([cell])).rows
    assert (row.cells["x"], row.exact.get("x"), row.spoilt) == (seen, exact, {})


def test_the_xml_of_excel_2003_as_well() -> None:
    cells = [
        ("String", "", "о"),
        ("Number", ' ss:StyleID="s2"', "0.5"),
        ("Boolean", "", "1"),
        ("DateTime", "", "2026-10-05T00:00:00.000"),
        ("Error", "", "#N/A"),
    ]
    texts = [["#answers:1", "name", "field:x"], ["", "Организация", "Икс"]]
    heading = "".join(f"<Row>{''.join(map(xml_cell, row))}</Row>" for row in texts)
    rows_of_it = "".join(
        f"<Row>{xml_cell(f'o:{number}:0')}{xml_cell('Школа')}"
        f'<Cell{style}><Data ss:Type="{kind}">{value}</Data></Cell></Row>'
        for number, (kind, style, value) in enumerate(cells)
    )
    read = answers_sheet.read(xml_2003(heading + rows_of_it)).rows
    assert [row.cells["x"] for row in read] == ["о", "50,00%", "ИСТИНА", "05.10.2026", "#N/A"]
    assert read[4].spoilt == {"x": ("error", "#N/A")}


def xml_cell(text: str) -> str:
    """A cell of text in the XML of Excel 2003."""
    return f'<Cell><Data ss:Type="String">{text}</Data></Cell>'


def test_logical_values_are_no_numbers() -> None:
    rows_of_it: list[list[object]] = [[*KEYS], [*HEADINGS], ["o:7:2", "Школа", "", True, False]]
    for content in (book(rows_of_it), old_excel(rows_of_it)):
        (row,) = answers_sheet.read(content).rows
        assert (row.cells, row.exact) == ({"done": "ИСТИНА", "count": "ЛОЖЬ"}, {"done": "1", "count": "0"})


def spoilt(content: bytes) -> list[tuple[str, ...]]:
    """Why the cells of the field `count` are no answers, row by row; empty where they are."""
    return [tuple(row.spoilt.get("count", ())) for row in answers_sheet.read(content).rows]


def test_cells_that_say_nothing_are_told_from_blank_ones() -> None:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    hidden = workbook.add_format({"num_format": "0;-0;;@"})
    sheet = workbook.add_worksheet()
    for place, row in enumerate([KEYS, HEADINGS, *([f"o:{number}:0", "Школа"] for number in range(4))]):
        sheet.write_row(place, 0, row)
    sheet.write_formula("E3", "=1/0", None, "#DIV/0!")
    sheet.write_formula("E4", "=A1+1", None, "")
    sheet.write_number("E5", 0, hidden)
    workbook.close()
    expected = [("error", "#DIV/0!"), ("uncomputed", "=A1+1"), ("hidden", "0"), ()]
    assert spoilt(out.getvalue()) == expected
    # What LibreOffice stores in an XLS of a text that it has not computed itself is a 0.
    old: list[list[object]] = [
        [*KEYS],
        [*HEADINGS],
        ["o:7:2", "Школа", "", "", "#N/A"],
        ["o:8:2", "Школа", "", "", "=0"],
    ]
    assert spoilt(old_excel(old)) == [("error", "#N/A"), ("uncomputed", "=")]


def test_cells_of_an_ods_that_say_nothing() -> None:
    formula = '<table:table-cell table:formula="of:=A1"{}</table:table-cell>'
    table = answers_sheet.read(
        ods(
            [
                formula.format(' office:value-type="string" office:string-value="#N/A"><text:p>#N/A</text:p>'),
                formula.format(">"),
                # A result that is blank.
                formula.format("><text:p/>"),
                ods_cell("float", "", value="5"),
                ods_cell("string", "#N/A"),
            ]
        )
    )
    assert [tuple(row.spoilt.get("x", ())) for row in table.rows] == [
        ("error", "#N/A"),
        ("uncomputed", "="),
        (),
        ("hidden", "5"),
        (),
    ]


def test_merged_cells_are_nobodys_answer() -> None:
    def touch(sheet: Any) -> None:
        sheet.merge_range(2, 4, 3, 4, 12)
        # One's own column beside it takes nothing away.
        sheet.merge_range(4, 4, 4, 5, 3)

    rows_of_it: list[list[object]] = [
        [*KEYS], [*HEADINGS], *([f"o:{number}:0", "Школа", "", "Да", 2] for number in range(3)),
    ]  # fmt: skip
    assert spoilt(book(rows_of_it, touch=touch)) == [("merged", "12"), ("merged", "2"), ()]


def test_notes_links_and_several_lines_are_the_text_that_is_seen() -> None:
    def touch(sheet: Any) -> None:
        sheet.write_url("D3", "https://example.ru/long", string="Наш сайт")
        sheet.write_comment("D3", "проверить")
        sheet.write_string("D4", "раз\nдва")

    content = book([KEYS, HEADINGS, ["o:7:2", "Школа"], ["o:8:2", "Школа"]], touch=touch)
    assert [row.cells["done"] for row in answers_sheet.read(content).rows] == ["Наш сайт", "раз\nдва"]


# --- Rows and columns of somebody's own ---


def test_a_column_that_is_there_twice() -> None:
    twice: list[list[object]] = [
        [*row, extra] for row, extra in ((KEYS, "field:count"), (HEADINGS, "Детей"), (SCHOOL, 12), (GARDEN, 7))
    ]
    assert spoilt(book(twice)) == [(), ("two-columns", " | 7")]


def test_headings_are_found_wherever_they_stand() -> None:
    """Rows between, a heading that was sorted in among the others, or none at all."""
    between: list[list[object]] = [[*KEYS], ["", "Всё проверила Дарима"], [*HEADINGS], SCHOOL]
    assert answers_sheet.read(book(between)).headings == {"Лист 1": {"done": "Исполнено", "count": "Детей"}}
    assert len(answers_sheet.read(book([KEYS, SCHOOL, HEADINGS, GARDEN])).rows) == 2
    removed = answers_sheet.read(book([KEYS, SCHOOL, GARDEN]))
    assert [row.name for row in removed.rows] == ["Школа", "Ёлочка"]
    assert removed.headings == {"Лист 1": {"done": "", "count": ""}}


def test_a_sheet_whose_keys_were_removed_is_named() -> None:
    """Other sheets still have theirs: its answers would be passed over without a word."""
    without_column = [row[1:] for row in (KEYS, HEADINGS, SCHOOL)]
    without_row: list[list[object]] = [[*HEADINGS], SCHOOL]
    table = answers_sheet.read(book([KEYS, HEADINGS, SCHOOL], without_column, without_row, [["Мои заметки"]]))
    assert table.lost == ("Лист 2", "Лист 3")
    assert len(table.rows) == 1


def test_filtered_rows_are_read_as_they_are() -> None:
    def touch(sheet: Any) -> None:
        sheet.set_row(2, None, None, {"hidden": True})

    assert len(rows(book([KEYS, HEADINGS, SCHOOL, GARDEN], touch=touch))) == 2


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
                ["", "", "", "", 20],
            ]
        )
    )
    assert table.rows == ()
    assert [name for _, _, name in table.strangers] == ["Новая школа", "Чужая", "Длинная", ""]


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
