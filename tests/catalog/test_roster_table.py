"""A table of organizations, as methodists have it."""

import io
import random
import unicodedata
import zipfile
from collections.abc import Collection
from dataclasses import astuple
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.catalog.roster.reading import BY_NAME, Answers, read
from bot.catalog.tables import table
from bot.domain.people.organization import Organization, RosterEntry
from bot.domain.people.roster import compare
from bot.domain.people.roster_faults import NoteKind, RosterFault, RosterFaultKind, RosterTableError
from bot.views import roster_faults
from tests.catalog.sheets import book, comma_separated, example, old_excel, open_document, rows_of, xml_2003

CATALOG = example()
GENERAL, PRESCHOOL = frozenset({"general"}), frozenset({"preschool"})
UPPER = frozenset({"upper-secondary"})
HEADING: list[object] = ["Код", "Название", "Тип", "Метки"]
KINDS = RosterFaultKind


def entries(content: bytes | str, *present: Organization) -> tuple[RosterEntry, ...]:
    return read(content.encode() if isinstance(content, str) else content, CATALOG, present).entries


def faults(content: bytes | str, *present: Organization) -> list[tuple[str, int | None, str]]:
    with pytest.raises(RosterTableError) as raised:
        entries(content, *present)
    assert str(raised.value)
    return [(fault.kind, fault.row, fault.value) for fault in raised.value.faults]


def read_faults(content: bytes, answers: Answers | None = None) -> tuple[RosterFault, ...]:
    with pytest.raises(RosterTableError) as raised:
        read(content, CATALOG, [], answers)
    return raised.value.faults


def organization(code: str, name: str, types: Collection[str] = GENERAL, *, active: bool = True) -> Organization:
    return Organization(code, name, frozenset(types), id=hash(code), active=active)


# --- What is a table ---


@pytest.mark.parametrize("titles", [True, False], ids=["in Russian", "ids"])
@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [
        (",", "utf-8"),
        (";", "utf-8-sig"),
        (";", "cp1251"),
        (",", "cp1251"),
        ("\t", "utf-16"),
        (None, ""),
    ],
    ids=["comma", "semicolon", "Windows-1251", "Windows-1251 with commas", "Unicode text", "workbook"],
)
def test_the_roster_comes_back_as_it_went(titles: bool, delimiter: str | None, encoding: str) -> None:
    rows = rows_of(CATALOG.roster, CATALOG, titles=titles)
    content = comma_separated(rows, delimiter, encoding) if delimiter else book(rows)
    assert entries(content) == CATALOG.roster
    present = [Organization(*astuple(entry), id=number) for number, entry in enumerate(CATALOG.roster)]
    assert not compare(present, entries(content, *present))
    # Without the codes it is still the same organizations.
    bare = comma_separated([row[1:] for row in rows])
    assert not compare(present, entries(bare, *present))


@pytest.mark.parametrize("name", ["МБОУ СОШ № 1", "школа", "ШКОЛА", "Ёжик", "School 1"])
@pytest.mark.parametrize("encoding", ["cp866", "cp1251", "mac_cyrillic"])
def test_excel_saves_csv_in_three_encodings_of_one_byte(encoding: str, name: str) -> None:
    (entry,) = entries(comma_separated([["Название", "Тип"], [name, "Общее образование"]], ";", encoding))
    assert (entry.name, entry.types) == (name, GENERAL)


@pytest.mark.parametrize("name", ["Gymnasium – “Upper”", "детский сад “ромашка” – 1", "школа „заря“ — …"])
def test_dashes_and_quotation_marks_are_no_letters_of_another_encoding(name: str) -> None:
    rows = [["название", "тип", "почта"], *([f"{name} {number}", "Общее образование", "—"] for number in range(5))]
    found = entries(comma_separated(rows, ";", "cp1251"))
    assert found == entries(comma_separated(rows, ";", "utf-8"))
    assert len(found) == 5


@pytest.mark.parametrize("heading", [["название", "тип"], ["name", "types"], ["НАЗВАНИЕ", "ТИП"]])
@pytest.mark.parametrize("encoding", ["cp866", "cp1251", "mac_cyrillic"])
@pytest.mark.parametrize(
    "names",
    [
        ["Детский сад Дуравушка", "Лицей", "Средняя школа", "Улыбка", "Тополёк", "Чайка"],
        ["МБОУ СОШ № 1", "МАОУ «Лицей»", "гимназия"],
        ["детский сад «ромашка»", "центр детского творчества"],
        ["Хор", "Цветик", "Ежи"],
    ],
)
def test_names_tell_the_encoding_where_the_heading_does_not(
    heading: list[str], encoding: str, names: list[str]
) -> None:
    wanted = [name.replace("«", '"').replace("»", '"') for name in names] if encoding == "cp866" else names
    rows = [heading, *([name, "general"] for name in wanted)]
    found = entries(comma_separated(rows, ";", encoding))
    assert [entry.name for entry in found] == [entry.name for entry in entries(comma_separated(rows, ";"))]


def test_a_line_break_of_word_within_a_name_ends_no_row() -> None:
    rows: list[list[object]] = [
        ["Название", "Тип"],
        ["Школа\vимени П. И. Ключевского", "general"],
        ["Сад", "preschool"],
    ]
    text = "Название;Тип\nШкола\vимени П. И. Ключевского;general\nСад;preschool\n"
    for content in (book(rows), text.encode(), text.encode("cp1251"), text.replace("Сад", 'Сад "А" и').encode()):
        first, second = entries(content)
        assert (first.name, first.types) == ("Школа имени П. И. Ключевского", GENERAL)
        assert second.types == PRESCHOOL


def test_a_text_of_ms_dos_ends_with_ctrl_z() -> None:
    content = comma_separated([["Название", "Тип"], ["Школа 1", "Общее образование"]], ";", "cp866")
    assert [entry.name for entry in entries(content + b"\x1a")] == ["Школа 1"]


def test_a_sheet_as_a_methodist_keeps_it() -> None:
    rows: list[list[object]] = [
        ["Перечень образовательных организаций Сосновоозёрского района"],
        [],
        ["№ п/п", "  НАИМЕНОВАНИЕ\nорганизации ", "Примечание", "Тип", "Признаки", "код"],
        [1, 2, 3, 4, 5, 6],
        [1, ' МБОУ\u00a0"Школа  "Ромашка" № 1" ', "8-800", "Общее образование", "есть 10-11 КЛАССЫ", 12],
        [2, "Школа - сад", "", "Дошкольное образование,\nобщее образование", "—", "Sad-2"],
        [],
        [3, "Школа\nимени П. И. Ключевского", "", "general; preschool", "", ""],
    ]
    first, second, third = entries(book(rows))
    assert first == RosterEntry("12", "МБОУ «Школа «Ромашка» № 1»", GENERAL, UPPER)
    assert second == RosterEntry("sad-2", "Школа — сад", GENERAL | PRESCHOOL)
    assert (third.name, third.types) == ("Школа имени П. И. Ключевского", GENERAL | PRESCHOOL)
    assert third.code.startswith("org-")


def test_a_type_written_once_beside_many() -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_range("B2:B4", "Общее образование")
        sheet.merge_range("A5:A6", "Сад")
        sheet.merge_range("B5:B7", "preschool")

    rows: list[list[object]] = [["Название", "Тип"], ["Первая"], ["Вторая"], ["Третья"]]
    found = entries(book(rows, touch=merge))
    assert [(entry.name, entry.types) for entry in found] == [
        ("Первая", GENERAL), ("Вторая", GENERAL), ("Третья", GENERAL), ("Сад", PRESCHOOL),
    ]  # fmt: skip


def test_only_the_sheet_with_organizations_counts_and_two_are_refused() -> None:
    rows: list[list[object]] = [["Название", "Тип"], ["Лицей", "general"]]
    (entry,) = entries(book([["Примечания"], ["Название не менять"]], rows, rows, hide=[2]))
    assert entry.name == "Лицей"
    assert faults(book(rows, [], rows)) == [(KINDS.SEVERAL_SHEETS, None, "«Лист 1», «Лист 3»")]


def test_how_excel_separates() -> None:
    assert entries("sep=;\r\nТип;Название\r\ngeneral;Лицей, первый\r\n")[0].name == "Лицей, первый"
    # Its rows are counted as Excel shows them: without the line of the separator, and a cell may hold line ends.
    broken = 'sep=;\r\nТип;Название\r\ngeneral;"Лицей\nпервый"\r\n\r\n;Сад\r\n'
    assert faults(broken) == [(KINDS.NO_TYPES, 4, "Сад")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", KINDS.EMPTY),
        (b"\xef\xbb\xbf\r\n \r\n", KINDS.EMPTY),
        (book([]), KINDS.EMPTY),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\x00", KINDS.NOT_A_TABLE),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", KINDS.NOT_A_TABLE),
        (b"PK\x03\x04 xl/ no archive", KINDS.UNREADABLE),
        (book([HEADING, ["", "Лицей", "general"]])[:-200], KINDS.UNREADABLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), KINDS.UNREADABLE),
        (b"\xff\xfeodd", KINDS.NOT_A_TABLE),
        ("Название;Тип\n" + "x" * 200_000 + ";general", KINDS.NOT_A_TABLE),
        (book([["#answers:1", "name"], ["", "Организация", "Тип"], ["o:1:0", "Лицей", "general"]]), KINDS.ANSWERS),
        (b"x" * (table.MAX_BYTES + 1), KINDS.TOO_BIG),
        ("Название;Тип\n" + "a;b\n" * table.MAX_ROWS, KINDS.TOO_BIG),
        ("Школы: 12, сады: 8", KINDS.NO_HEADING),
        ("Название;Тип\n;\n—;-\n", KINDS.NO_ROWS),
    ],
    ids=[
        "nothing", "blanks", "empty workbook", "pdf", "picture", "no zip", "broken zip", "no xls", "broken utf-16",
        "a cell without an end", "answers", "bytes", "rows", "no heading", "no rows",
    ],
)  # fmt: skip
def test_what_is_no_table_of_organizations(content: bytes | str, kind: RosterFaultKind) -> None:
    value = {b"%PDF": "pdf", b"\x89PNG": "picture"}
    said = next((word for start, word in value.items() if content[:4] == start), "") if content else ""
    assert faults(content) == [(kind, None, said)]


@pytest.mark.slow
def test_a_workbook_that_would_take_all_memory_ends_only_its_reader() -> None:
    far = book([HEADING, ["", "Лицей", "general"]], touch=lambda sheet: sheet.write("XFD1048576", " x"))
    assert len(far) < 10_000
    assert faults(far) == [(KINDS.TOO_BIG, None, "")]


@pytest.mark.slow
def test_a_workbook_that_unpacks_to_gigabytes(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    whole = tmp_path / "whole.xlsx"
    whole.write_bytes(book([HEADING, ["", "Лицей", "general"]]))
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != "xl/sharedStrings.xml":
                target.writestr(name, source.read(name))
        with target.open("xl/sharedStrings.xml", "w", force_zip64=True) as strings:
            strings.write(b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>')
            for _ in range(200):
                strings.write(bytes(1_000_000))
    assert bomb.stat().st_size < table.MAX_BYTES / 10
    assert faults(bomb.read_bytes()) == [(KINDS.TOO_BIG, None, "")]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ('"МБОУ "Лицей""', "МБОУ «Лицей»"),
        ('"МБОУ "Лицей"', "МБОУ «Лицей»"),
        ('"Ромашка" детский сад', "«Ромашка» детский сад"),
        ('"Лицей" и "Школа"', "«Лицей» и «Школа»"),
        ('"МБДОУ "Сад "Ёлка"""', "МБДОУ «Сад «Ёлка»»"),
        ('"Школа "Первая; городская""', "Школа «Первая; городская»"),
        ('""Ромашка""', "«Ромашка»"),
        ('"Сад ""Ёлка"""', "Сад «Ёлка»"),
        ('Школа "А" и "Б"', "Школа «А» и «Б»"),
    ],
)
def test_quotes_that_are_not_doubled_are_mended_where_it_is_certain(typed: str, name: str) -> None:
    content = f'№;Название;Тип\n1;{typed};general\n2;"МБУ "Последняя"";general\n'
    assert [entry.name for entry in entries(content)] == [name, "МБУ «Последняя»"]


@pytest.mark.parametrize("second", ["Школа", '"Школа"', 'МБОУ "Школа"', 'Школа"'])
def test_a_quote_that_is_never_closed_swallows_no_rows(second: str) -> None:
    content = f'№;Название;Тип\n1;"МБОУ Лицей;general\n2;{second};general\n3;Сад;preschool\n'
    known = organization("s", "Школа")
    assert faults(content, known) == [(KINDS.BROKEN, 2, '1 "МБОУ Лицей general')]


# --- Files that are not what they are called ---

WEB_PAGE = """<html><head><meta charset="{charset}"><style>td {{color: red}}</style></head><body>
<table><tr><td>Меню<td>Выход</table>
<table border=1>
<tr><th rowspan=2>Код</th><th colspan=2>Организация</th></tr><tr><th>Наименование</th><th>Тип</th></tr>
<tr><td style='mso-number-format:"000"'>007</td><td>МБОУ &laquo;Лицей&raquo;<br>имени&nbsp;А. Б.</td><td>general
<tr style="display: none"><td>008<td>Старая школа<td>general
<tr><td>009<td>Сад &amp; ясли<td rowspan=2>preschool<tr><td>010<td>Ясли
</table></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "utf-16"])
def test_a_web_page_that_is_called_xls(charset: str) -> None:
    content = WEB_PAGE.format(charset=charset).encode(charset)
    with pytest.raises(RosterTableError) as raised:
        read(content, CATALOG, [])
    assert [(fault.kind, fault.value, fault.hint) for fault in raised.value.faults] == [
        (KINDS.HIDDEN_ROWS, "1", "Старая школа")
    ]
    found = read(content, CATALOG, [], Answers(hidden=False)).entries
    assert [(entry.code, entry.name, entry.types) for entry in found] == [
        ("007", "МБОУ «Лицей» имени А. Б.", GENERAL), ("009", "Сад & ясли", PRESCHOOL), ("010", "Ясли", PRESCHOOL),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
def test_xml_of_excel_2003(encoding: str) -> None:
    rows = (
        '<Row ss:Index="2"><Cell><Data ss:Type="String">Код</Data></Cell><Cell><Data ss:Type="String">Название</Data>'
        '</Cell><Cell ss:Index="4"><Data ss:Type="String">Тип</Data></Cell></Row>'
        '<Row><Cell ss:StyleID="s1"><Data ss:Type="Number">7</Data></Cell><Cell ss:MergeAcross="1">'
        '<Data ss:Type="String">Лицей <B>«Новый»</B></Data></Cell><Cell><Data ss:Type="String">general</Data></Cell>'
        "</Row>"
        '<Row ss:Hidden="1"><Cell/><Cell><Data ss:Type="String">Старая</Data></Cell></Row>'
    )
    assert faults(xml_2003(rows, encoding)) == [(KINDS.HIDDEN_ROWS, None, "1")]
    (entry,) = read(xml_2003(rows, encoding), CATALOG, [], Answers(hidden=False)).entries
    assert (entry.code, entry.name, entry.types) == ("007", "Лицей «Новый»", GENERAL)


def test_a_web_archive_that_is_called_xls() -> None:
    page = "<html><table><tr><td>Название<td>Тип<tr><td>Лицей<td>general</table></html>"
    message = EmailMessage()
    message["MIME-Version"] = "1.0"
    message["X-Document-Type"] = "Workbook"
    message.add_related(page, subtype="html", charset="windows-1251", cte="quoted-printable")
    assert [entry.name for entry in entries(message.as_bytes())] == ["Лицей"]


def test_an_open_document_that_the_library_refuses() -> None:
    rows = [["Код", "Название", "Тип"], ["a", "Лицей  № 1", "general"]]
    hidden = (
        '<table:table-row table:visibility="filter"><table:table-cell/><table:table-cell office:value-type="string">'
        "<text:p>Старая</text:p></table:table-cell></table:table-row>"
        '<table:table-row><table:table-cell office:value-type="float" office:value="7"><text:p>007</text:p>'
        '</table:table-cell><table:table-cell office:value-type="string"><text:p>Школа</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>general</text:p></table:table-cell></table:table-row>'
    )
    for breaks in (False, True):
        content = open_document(rows, breaks=breaks, more=hidden)
        assert faults(content) == [(KINDS.HIDDEN_ROWS, None, "1")]
        found = read(content, CATALOG, [], Answers(hidden=False)).entries
        assert [(entry.code, entry.name) for entry in found] == [("a", "Лицей № 1"), ("007", "Школа")]


def test_zeros_that_an_open_document_has_only_in_its_styles() -> None:
    """OnlyOffice writes 7 where it shows 007, and what it shows only into the style of the cell or of the column."""
    styles = (
        '<number:number-style style:name="N3"><number:number number:min-integer-digits="3"/></number:number-style>'
        '<number:number-style style:name="N1"><number:number number:min-integer-digits="1"/></number:number-style>'
        '<style:style style:name="Codes" style:family="table-cell" style:data-style-name="N3"/>'
        '<style:style style:name="Bold" style:family="table-cell" style:parent-style-name="Codes"/>'
        '<style:style style:name="Plain" style:family="table-cell" style:data-style-name="N1"/>'
    )

    def row(number: int, name: str, style: str = "", shown: str = "") -> str:
        own = f'table:style-name="{style}"' if style else ""
        cells = {
            name: 'office:value-type="string"',
            shown or number: f'{own} office:value-type="float" office:value="{number}"',
            "general": 'office:value-type="string"',
        }
        said = "".join(
            f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>" for text, kind in cells.items()
        )
        return f"<table:table-row>{said}</table:table-row>"

    more = row(7, "Школа") + row(7, "Лицей", "Plain") + row(70, "Гимназия", "Bold") + row(1234, "Ещё школа", "Codes")
    more += row(8, "Школа в горах", "Codes", "008")
    repeated = 'table:number-columns-repeated="9" table:default-cell-style-name="Codes"'
    columns = f"<table:table-column/><table:table-column {repeated}/>"
    content = open_document([["Название", "Код", "Тип"]], more=more, columns=columns, styles=styles)
    assert [entry.code for entry in entries(content)] == ["007", "7", "070", "1234", "008"]


CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)


def test_a_broken_line_in_an_open_document_is_two_words() -> None:
    more = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>Лицей<text:line-break/>имени А.</text:p>'
        '</table:table-cell><table:table-cell office:value-type="string"><text:p>general</text:p></table:table-cell>'
        "</table:table-row>"
    )
    assert entries(open_document([["Название", "Тип"]], more=more))[0].name == "Лицей имени А."


def encrypted_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(open_document([["a"]]))) as source, zipfile.ZipFile(out, "w") as target:
        target.writestr("content.xml", random.Random(1).randbytes(500))
        manifest = source.read("META-INF/manifest.xml").replace(
            b"</manifest:manifest>",
            b'<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
            b"</manifest:manifest>",
        )
        target.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "value"),
    [
        (CONTAINER + "EncryptedPackage".encode("utf-16-le"), KINDS.PROTECTED, ""),
        (encrypted_document(), KINDS.PROTECTED, ""),
        (CONTAINER + "WordDocument".encode("utf-16-le"), KINDS.NOT_A_TABLE, "document"),
        (b"PK\x03\x04" + bytes(30) + b"word/document.xml", KINDS.NOT_A_TABLE, "document"),
        (b"PK\x03\x04" + bytes(30) + b"photo.jpg", KINDS.NOT_A_TABLE, "archive"),
        (b"Rar!\x1a\x07\x00", KINDS.NOT_A_TABLE, "archive"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", KINDS.NOT_A_TABLE, "picture"),
        (b"{\\rtf1 \\ansi Spisok}", KINDS.NOT_A_TABLE, "document"),
        (b"<!DOCTYPE html><html><body>Error 502</body></html>", KINDS.NOT_A_TABLE, "web-page"),
        (b'<?xml version="1.0"?><list><school>1</school></list>', KINDS.NOT_A_TABLE, "web-page"),
    ],
    ids=["xlsx", "ods", "doc", "docx", "zip", "rar", "jpeg", "rtf", "page", "xml"],
)  # fmt: skip
def test_a_file_is_called_what_it_is(content: bytes, kind: RosterFaultKind, value: str) -> None:
    assert faults(content) == [(kind, None, value)]


def test_what_a_formula_leaves_without_a_value_is_named_by_row() -> None:
    def touch(sheet: Any) -> None:
        sheet.write_formula("A3", "=VLOOKUP(1,Z1:Z2,1,0)", None, "#N/A")
        sheet.write_formula("B4", '=C4&" школа"', None, "")
        sheet.write_formula("D5", "=NA()", None, "#N/A")

    rows: list[list[object]] = [
        ["Код", "Название", "Тип", "Метки"],
        ["", "Лицей", "general"], ["", "Гимназия", "general"], ["", "", "general"], ["", "Школа", "general"],
    ]  # fmt: skip
    assert faults(book(rows, touch=touch)) == [
        (KINDS.BAD_CODE, 3, "#N/A"), (KINDS.NOT_A_NAME, 4, '=C4&" школа"'), (KINDS.UNKNOWN_TAG, 5, "#N/A"),
    ]  # fmt: skip

    def below(sheet: Any) -> None:
        # A row that has nothing else, which the library does not give at all.
        sheet.write_formula("B3", '=A1&" школа"', None, "")

    assert faults(book([["Код", "Название", "Тип"], ["", "Лицей", "general"]], touch=below)) == [
        (KINDS.NOT_A_NAME, 3, '=A1&" школа"'), (KINDS.NO_TYPES, 3, '=А1&" школа"'),
    ]  # fmt: skip


def test_zeros_before_a_code_that_only_its_format_shows() -> None:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["Код", "Название", "Тип"])
    sheet.write_row(1, 1, ["Лицей", "general"])
    sheet.write_number(1, 0, 7, workbook.add_format({"num_format": "000"}))
    workbook.close()
    assert entries(out.getvalue())[0].code == "007"
    (entry,) = entries(book([["Код", "Название", "Тип"], ["007", "Лицей", "general"]]))
    assert entry.code == "007"


def test_an_old_workbook_shows_zeros_and_errors_as_well() -> None:
    rows: list[list[object]] = [["Код", "Название", "Тип"], [7, "Лицей", "general"]]
    assert entries(old_excel(rows, {(1, 0): "000"}))[0].code == "007"
    assert faults(old_excel([*rows, ["#N/A", "Школа", "general"]])) == [(KINDS.BAD_CODE, 3, "#N/A")]


def test_hidden_and_filtered_rows_are_asked_about_once() -> None:
    def hide(sheet: Any) -> None:
        sheet.set_row(2, None, None, {"hidden": True})

    content = book([["Название", "Тип"], ["Лицей", "general"], ["Школа", "general"]], touch=hide)
    assert faults(content) == [(KINDS.HIDDEN_ROWS, None, "1")]
    assert [entry.name for entry in read(content, CATALOG, [], Answers(hidden=True)).entries] == ["Лицей", "Школа"]
    skipped = read(content, CATALOG, [], Answers(hidden=False))
    assert [entry.name for entry in skipped.entries] == ["Лицей"]
    assert [(note.kind, note.row, note.value) for note in skipped.notes] == [(NoteKind.HIDDEN, 3, "Школа")]


# --- Headings ---


def test_headings_that_are_missing_or_twice() -> None:
    assert faults("Список\nНазвание;Телефон\nЛицей;1\n") == [(KINDS.NO_COLUMN, 2, "types")]
    assert faults("Код;Тип\n1;general\n") == [(KINDS.NO_COLUMN, 1, "name")]
    assert faults("Название;Наименование;Тип\nа;б;general\n") == [(KINDS.SAME_COLUMN, 1, "Наименование")]


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("Наименование образовательной организации", "Тип образовательной организации"),
        ("Полное наименование", "Вид"),
        ("Наименование ОУ", "Вид ОУ"),
        ("Название школы", "Тип/вид учреждения"),
        ("Организация", "Тип ОО"),
        ("Наимено-\nвание ОО", "Тип\nорганизации"),
        ("Haимeнoвaниe", "Tип"),
        ("Полное наименование образовательного учреждения (по Уставу)", "ТИП (ВИД)"),
        ("Наименование юридического лица", "Типы организаций"),
        ("ДОУ", "Вид ДОУ"),
    ],
)
def test_headings_as_registers_word_them(name: str, types: str) -> None:
    content = book([["№", "Тип собственности", name, "Код ОКПО", types], [1, "мун.", "Лицей", 77, "general"]])
    assert [(entry.name, entry.types) for entry in entries(content)] == [("Лицей", GENERAL)]


def test_of_two_names_the_full_one_counts_and_of_type_and_kind_the_type() -> None:
    (entry,) = entries("Краткое наименование;Полное наименование;Вид;Тип\nСОШ;Средняя школа;лицей;general\n")
    assert (entry.name, entry.short, entry.types) == ("Средняя школа", "СОШ", GENERAL)
    assert entries("Сокращённое наименование;Тип\nСОШ № 1;general\n")[0].name == "СОШ № 1"


@pytest.mark.parametrize(
    "heading",
    [
        "Краткое наименование", "Сокращённое наименование", "СОКРАЩЕННОЕ НАЗВАНИЕ", "Кратко", "Краткое название ОО",
        "short", "Наименование учреждения (сокращенное)", "Сокр. наименование по уставу", "Крaткое наименoвание",
    ],
)  # fmt: skip
def test_a_short_name_beside_a_name(heading: str) -> None:
    for name in ("Наименование", "Полное наименование", "Организация"):
        (entry,) = entries(f"{name};{heading};Тип\nСредняя школа № 1;СОШ № 1;general\n")
        assert (entry.name, entry.short) == ("Средняя школа № 1", "СОШ № 1")
    # Without a name beside it is the name.
    (entry,) = entries(f"{heading};Тип\nСОШ № 1;general\n")
    assert (entry.name, entry.short) == ("СОШ № 1", "")


def test_full_and_short_over_two_rows_of_heading() -> None:
    (entry,) = entries("№;Наименование;;Тип\n;полное;краткое;\n1;Средняя школа № 1;СОШ № 1;general\n")
    assert (entry.name, entry.short) == ("Средняя школа № 1", "СОШ № 1")


def test_short_names_that_are_no_help() -> None:
    heading = "Код;Название;Кратко;Тип\n"
    same = heading + "a;Школа № 1;Наша;general\nb;Школа № 2;«наша»;general\n"
    assert faults(same) == [(KINDS.SAME_SHORT, 3, "«наша»")]
    # What another would be called by.
    derived = heading + "a;МБОУ «Школа № 1»;;general\nb;Школа № 2;Школа №1;general\n"
    assert faults(derived) == [(KINDS.SAME_SHORT, 3, "Школа №1")]
    own = heading + "a;МБОУ «Школа № 1»;Школа № 1;general\nb;Школа № 2;-;general\n"
    assert [entry.short for entry in entries(own)] == ["Школа № 1", ""]
    assert faults(heading + f"a;Школа № 1;{'я' * 121};general\n") == [(KINDS.LONG, 2, "я" * 121)]


def test_a_list_without_short_names_and_tags_takes_none_away() -> None:
    upper = frozenset({"upper-secondary"})
    present = Organization("a", "Школа № 1", GENERAL, upper, short="Первая", id=1)
    (kept,) = entries("Код;Название;Тип\na;Школа № 1;general\n", present)
    assert (kept.short, kept.tags) == ("Первая", upper)
    (taken,) = entries("Код;Название;Кратко;Тип;Метки\na;Школа № 1;;general;\n", present)
    assert (taken.short, taken.tags) == ("", frozenset())


def two_rows_of_heading(sheet: Any) -> None:
    sheet.merge_range("A1:A2", "№")
    sheet.merge_range("B1:C1", "Образовательная организация")
    sheet.merge_range("D1:E1", "Контакты")


def test_two_rows_of_headings() -> None:
    below: list[list[object]] = [
        ["", "наименование", "тип", "телефон", "сайт"],
        [1, "Лицей", "general", "8-800", "a.ru"],
    ]
    for content in (
        book([[""], *below], touch=two_rows_of_heading),
        # The same saved as CSV: nothing is merged there.
        "№;Образовательная организация;;Контакты;\n;наименование;тип;телефон;сайт\n1;Лицей;general;8-800;a.ru\n",
        "№;Наименование;;Тип;Контакты\n;полное;краткое;;телефон\n1;Лицей;Л.;general;8-800\n",
        # What is merged downwards is read once, and the rest of the heading is no organization.
        "№;Наименование ОО;Тип;Контакты;\n;;;телефон;сайт\n1;Лицей;general;8-800;a.ru\n",
    ):
        assert [(entry.name, entry.types) for entry in entries(content)] == [("Лицей", GENERAL)]


def test_a_title_is_no_part_of_the_heading() -> None:
    with pytest.raises(RosterTableError) as raised:
        entries("Перечень организаций;\nНаименование организации;Адрес\nЛицей;Сосновое\n")
    assert [(fault.row, [column.heading for column in fault.candidates]) for fault in raised.value.faults] == [
        (2, ["Адрес"])
    ]
    table_read = read("№;Название;Тип\nРаздел I. Школы;;\n1;А;general\n2;Б;general\n".encode(), CATALOG, [])
    assert [(note.kind, note.row) for note in table_read.notes] == [(NoteKind.SECTION, 2)]


def test_two_rows_of_headings_without_types() -> None:
    """As most registers come: the second row says which name it is, and is no organization."""

    def merge(sheet: Any) -> None:
        sheet.merge_range("B2:C2", "Наименование образовательной организации")
        sheet.merge_range("A2:A3", "№ п/п")
        sheet.merge_range("D2:E2", "Руководитель")

    lines: list[list[object]] = [
        ["Реестр на 01.09.2026"],
        [],
        ["", "полное (по уставу)", "сокращённое", "ФИО", "телефон"],
        [1, "Лицей имени А. Б.", "Лицей", "Иванова", "2-11-12"],
        [2, "Детский сад", "Сад", "Петрова", ""],
    ]
    below = "полное;кратко\nЛицей имени А. Б.;Лицей\nДетский сад;Сад\n"
    for content in (book(lines, touch=merge), f"Наименование организации;\n{below}".encode()):
        (found,) = read_faults(content)
        assert found.proposed == (("general", 1), ("preschool", 1))
        told = read(content, CATALOG, [], Answers(types=BY_NAME)).entries
        assert [(entry.name, entry.short) for entry in told] == [("Лицей имени А. Б.", "Лицей"), ("Детский сад", "Сад")]
    # What is called like a heading is an organization where nothing more is said of its name.
    (found,) = read_faults("Наименование организации;Адрес\nДетский сад;Луг\nЛицей;Сосновое\n".encode())
    assert found.proposed == (("preschool", 1), ("general", 1))


def test_a_code_and_a_name_under_one_heading() -> None:
    page = (
        "<table><tr><th rowspan=2>№<th colspan=2>Организация<th rowspan=2>Тип<tr><th>Код<th>Наименование"
        "<tr><td>1<td>007<td>Лицей<td>general<tr><td>2<td>008<td>Школа<td>general<tr><td colspan=3>Итого:<td>2</table>"
    )
    for content in (page, "№;Организация;;Тип\n;Код;Наименование;\n1;007;Лицей;general\n2;008;Школа;general\n"):
        assert [(entry.code, entry.name) for entry in entries(content)] == [("007", "Лицей"), ("008", "Школа")]
    (found,) = read_faults("Код;Сведения\n;Наименование\n007;Лицей\n".encode())
    told = read("Код;Сведения\n;Наименование\n007;Лицей\n".encode(), CATALOG, [], Answers(types="general")).entries
    assert (found.row, told[0].code) == (2, "007")


def test_a_name_of_two_lines_that_a_program_has_made_two_rows_of() -> None:
    """Excel and LibreOffice do so with a cell of a web page; a branch in a row of its own is something else."""
    rows: list[list[object]] = [["№", "Код", "Название", "Тип"], ["", "", ""], ["", "", "«Ручеёк»"], ["", "", "Лицей"]]

    def merge(sheet: Any) -> None:
        for place, text in ((0, "1"), (1, "007"), (3, "preschool")):
            sheet.merge_range(1, place, 2, place, text)
        sheet.write_row(1, 2, ["Детский сад"])
        sheet.write_row(3, 0, ["2", "008", "Лицей", "general"])

    assert [(entry.code, entry.name) for entry in entries(book(rows, touch=merge))] == [
        ("007", "Детский сад «Ручеёк»"), ("008", "Лицей"),
    ]  # fmt: skip

    def branch(sheet: Any) -> None:
        merge(sheet)
        sheet.write(2, 4, "ул. Луговая")

    assert [entry.name for entry in entries(book([[*rows[0], "Адрес"], *rows[1:]], touch=branch))] == [
        "Детский сад", "«Ручеёк»", "Лицей",
    ]  # fmt: skip


def test_a_code_that_is_shown_rounded_has_all_its_digits() -> None:
    """A register number of 13 digits in a narrow column, and as Gnumeric writes it."""
    wide = old_excel(
        [["Название", "Тип", "Код"], ["Лицей", "general", 1023800000001], ["Школа", "general", 1023800000002]],
        {(1, 2): "0.00E+00", (2, 2): "0.00E+00"},
    )
    assert [entry.code for entry in entries(wide)] == ["1023800000001", "1023800000002"]
    more = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>Лицей</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>general</text:p></table:table-cell><table:table-cell '
        'office:value-type="float" office:value="1023800000001"><text:p>1.02E+12</text:p></table:table-cell>'
        "</table:table-row>"
    )
    assert entries(open_document([["Название", "Тип", "Код"]], more=more))[0].code == "1023800000001"


def test_a_list_without_any_heading_loses_no_organization() -> None:
    plain = "1;МБОУ СОШ № 1;школа\n2;Лицей;школа\n3;МБДОУ № 3;сад\n".encode()
    (found,) = read_faults(plain)
    assert [(column.heading, column.near) for column in found.candidates] == [
        ("МБОУ СОШ № 1", "name"), ("1", ""), ("школа", ""),
    ]  # fmt: skip
    for place in (1, "МБОУ СОШ № 1"):
        (asked,) = read_faults(plain, Answers({"name": place}))
        assert (asked.kind, asked.row) == (KINDS.NO_COLUMN, None)
        told = read(plain, CATALOG, [], Answers({"name": place}, types=BY_NAME)).entries
        assert [entry.name for entry in told] == ["МБОУ СОШ № 1", "Лицей", "МБДОУ № 3"]
    told = read(plain, CATALOG, [], Answers({"name": 1, "types": 2}, hints=True)).entries
    assert [entry.types for entry in told] == [GENERAL, GENERAL, PRESCHOOL]
    # As Word numbers them; a title above is none of them.
    numbered = "Список школ № 1–3\n1. МБОУ СОШ № 5\n2. Лицей\n3) 2-я школа\n".encode()
    told = read(numbered, CATALOG, [], Answers({"name": 0}, types="general")).entries
    assert [entry.name for entry in told] == ["МБОУ СОШ № 5", "Лицей", "2-я школа"]


def test_types_that_law_means_are_none() -> None:
    """«Бюджетное» says nothing of what is taught: it is as if there were no such column."""
    content = "Название;Тип учреждения\nШкола;казенное\nЛицей;муниципальное бюджетное учреждение\nСад;автономное\n"
    (found,) = read_faults(content.encode())
    assert (found.kind, found.hint, found.candidates) == (KINDS.NO_COLUMN, "Тип учреждения", ())
    told = read(content.encode(), CATALOG, [], Answers(types=BY_NAME)).entries
    assert [entry.types for entry in told] == [GENERAL, GENERAL, PRESCHOOL]
    mixed = "Название;Тип учреждения\nШкола;казенное\nЛицей;general\n"
    assert faults(mixed) == [(KINDS.UNKNOWN_TYPE, 2, "казенное")]
    (first, second) = read_faults("Название;Тип\nПервая;МБОУ\nВторая;МБДОУ\n".encode())
    assert (first.hint, second.hint) == ("Общее образование", "Дошкольное образование")
    parted = book([["Название", "Тип"], ["Третья", "дошколь-\nное образование"]])
    assert entries(parted)[0].types == PRESCHOOL


def test_an_empty_type_is_proposed_from_the_name() -> None:
    content = "Название;Тип\nШкола № 1;general\nСад № 2;\nШкола — детский сад № 3;\n".encode()
    assert [(fault.row, fault.value, fault.hint) for fault in read_faults(content)] == [
        (3, "Сад № 2", "Дошкольное образование"),
        (4, "Школа — детский сад № 3", "Общее образование, Дошкольное образование"),
    ]
    told = read(content, CATALOG, [], Answers(hints=True)).entries
    assert [entry.types for entry in told] == [GENERAL, PRESCHOOL, GENERAL | PRESCHOOL]
    # Of which nothing is known is named, whatever has been answered.
    for answers in (Answers(hints=True), Answers(types=BY_NAME)):
        (found,) = read_faults("Название;Тип\nРомашка;\n".encode(), answers)
        assert (found.kind, found.value, found.is_mended_by_hint) == (KINDS.NO_TYPES, "Ромашка", False)


def test_many_rows_without_a_name_are_one_line() -> None:
    faults = read_faults(book([["Название", "Тип"], ["Школа", "general"], *([["", "general"]] * 30)]))
    assert len(faults) == 30
    assert roster_faults.faults_text(faults, CATALOG).startswith("Строка 3 и ещё 29. Нет названия.")
    assert roster_faults.faults_text(faults, CATALOG).count("Нет названия") == 1


def test_one_organization_in_several_spellings_is_pointed_out_and_taken_as_it_stands() -> None:
    spelled = (
        "МБОУ «СОШ № 5»",
        "МОУ СОШ №5",
        "МБОУ СОШ-5",
        "СОШ № 05",
        "Муниципальное бюджетное общеобразовательное учреждение «Средняя общеобразовательная школа № 5»",
    )
    others = ("МБОУ СОШ № 15", "ООШ № 5", "МБОУ «СОШ № 5» с. Сосново", "Вечерняя школа № 5")
    table_read = read(book([["Название", "Тип"], *([name, "general"] for name in (*spelled, *others))]), CATALOG, [])
    assert len(table_read.entries) == len(spelled) + len(others)
    assert [(note.kind, note.row, note.other) for note in table_read.notes] == [
        (NoteKind.TWIN, row, 2) for row in range(3, 2 + len(spelled))
    ]
    told = "\n".join(roster_faults.notes(table_read.notes))
    assert (
        "Учтено, но проверьте: 4\n• строка 3, «МОУ СОШ №5»: не та же ли, что в строке 2? Если та же, оставьте" in told
    )
    assert "Не учтено" not in told


def test_what_people_have_told_apart_is_pointed_out_no_more() -> None:
    rows = [["Название", "Тип"], ["МБОУ СОШ № 5", "general"], ["МОУ СОШ № 5", "general"], ["МАОУ СОШ № 5", "preschool"]]
    first, second, _ = read(book(rows), CATALOG, []).entries
    known = [organization(first.code, first.name), organization(second.code, second.name)]
    assert read(book(rows), CATALOG, known).notes == ()
    coded = [["Название", "Тип", "Код"], ["МБОУ СОШ № 5", "general", "a"], ["МОУ СОШ № 5", "general", "b"]]
    assert read(book(coded), CATALOG, []).notes == ()


@pytest.mark.parametrize(
    ("name", "remark", "is_doubted"),
    [
        ("Школа № 1", "закрыта с 01.09.2026", True),
        ("Школа № 1", "Ликвидирована, приказ № 5", True),
        ("Школа № 1 (присоединена к № 2)", "", True),
        ("Специальная школа закрытого типа", "закрытая спортивная площадка", False),
    ],
)
def test_a_row_that_says_that_there_is_no_such_organization_any_more(
    name: str, remark: str, *, is_doubted: bool
) -> None:
    table_read = read(book([["Название", "Тип", "Примечание"], [name, "general", remark]]), CATALOG, [])
    assert [entry.name for entry in table_read.entries] == [name]
    assert [note.kind for note in table_read.notes] == [NoteKind.CLOSED] * is_doubted


def test_a_total_that_stands_among_the_codes() -> None:
    content = "Название;Тип;Код\nШкола;general;a\nВсего;;1\n"
    (note,) = read(content.encode(), CATALOG, []).notes
    assert (note.kind, note.row) == (NoteKind.TOTAL, 3)


def test_what_no_heading_says_is_asked_with_what_was_found() -> None:
    content = "№;Полное имя;Адрес;Наименвание;Категория\n1;Лицей;Сосновое;Лицей № 1;general\n"
    with pytest.raises(RosterTableError) as raised:
        entries(content)
    (fault,) = raised.value.faults
    assert fault.kind is KINDS.NO_HEADING
    assert [(column.heading, column.near) for column in fault.candidates] == [
        ("Наименвание", "name"), ("Категория", "types"), ("№", ""), ("Полное имя", ""), ("Адрес", ""),
    ]  # fmt: skip
    with pytest.raises(RosterTableError) as raised:
        read(content.encode(), CATALOG, [], Answers({"name": 3}))
    assert [(fault.kind, fault.row, fault.value) for fault in raised.value.faults] == [(KINDS.NO_COLUMN, 1, "types")]
    (entry,) = read(content.encode(), CATALOG, [], Answers({"name": 3, "types": "категория"})).entries
    assert (entry.name, entry.types) == ("Лицей № 1", GENERAL)
    # An organization whose name is made of such words alone is no heading.
    assert faults("Полное имя;Телефон\nМБДОУ «Сад»;8\nДетский сад;9\n") == [(KINDS.NO_HEADING, None, "")]
    # Of two that are as good, one is picked.
    (entry,) = read("Название;Наименование;Тип\nа;Лицей;general\n".encode(), CATALOG, [], Answers({"name": 1})).entries
    assert entry.name == "Лицей"


# --- No column of types ---

REGISTER = (
    "№;Наименование\n1;МБОУ «Сосновская СОШ»\n2;МБДОУ Детский сад «Ручеёк»\n3;МБУ ДО «ДЮСШ»\n"
    "4;Начальная школа — детский сад\n5;Управление образования\n"
)


def test_types_are_proposed_from_the_names() -> None:
    with pytest.raises(RosterTableError) as raised:
        entries(REGISTER + "6;МБУ «Ромашка»\n")
    (fault,) = raised.value.faults
    assert (fault.kind, fault.value) == (KINDS.NO_COLUMN, "types")
    assert dict(fault.proposed) == {"general": 2, "preschool": 2, "supplementary": 1, "department": 1, "": 1}
    found = read(REGISTER.encode(), CATALOG, [], Answers(types=BY_NAME)).entries
    assert [sorted(entry.types) for entry in found] == [
        ["general"], ["preschool"], ["supplementary"], ["general", "preschool"], ["department"],
    ]  # fmt: skip
    # What its name does not say is asked for by row, unless the organization is known already or stands in a section.
    flower = "6;МБУ «Ромашка»\n"
    with pytest.raises(RosterTableError) as raised:
        read((REGISTER + flower).encode(), CATALOG, [], Answers(types=BY_NAME))
    assert [(fault.kind, fault.row) for fault in raised.value.faults] == [(KINDS.NO_TYPES, 7)]
    known = organization("r", "МБУ «Ромашка»", PRESCHOOL)
    assert read((REGISTER + flower).encode(), CATALOG, [known], Answers(types=BY_NAME)).entries[-1].types == PRESCHOOL
    sectioned = REGISTER + ";Дошкольные организации\n" + flower
    assert read(sectioned.encode(), CATALOG, [], Answers(types=BY_NAME)).entries[-1].types == PRESCHOOL


def test_one_type_is_given_for_the_whole_file() -> None:
    found = read(REGISTER.encode(), CATALOG, [], Answers(types="general")).entries
    assert {entry.types for entry in found} == {GENERAL}


def test_hints_are_what_was_meant_and_can_be_accepted() -> None:
    content = "Название;Тип\nА;доп. образование\nБ;Общее/Дошкольное\nВ;СОШ\nГ;Дошкольная образовательная организация\n"
    with pytest.raises(RosterTableError) as raised:
        entries(content + "Д;ДО\nЕ;колледж\n")
    assert [(fault.row, fault.value, fault.hint, fault.other_hints) for fault in raised.value.faults] == [
        (2, "доп. образование", "Дополнительное образование", ()),
        (3, "Общее", "Общее образование", ()),
        (3, "Дошкольное", "Дошкольное образование", ()),
        (4, "СОШ", "Общее образование", ()),
        (5, "Дошкольная образовательная организация", "Дошкольное образование", ()),
        (6, "ДО", "Дошкольное образование", ("Дополнительное образование",)),
        (7, "колледж", "", ()),
    ]
    found = read(content.encode(), CATALOG, [], Answers(hints=True)).entries
    assert [sorted(entry.types) for entry in found] == [
        ["supplementary"], ["general", "preschool"], ["general"], ["preschool"],
    ]  # fmt: skip


def test_words_that_all_types_share_hint_at_none() -> None:
    words = ["допобразование", "Отдел образования", "Высшее образование", "Профессиональное образование", "образование"]
    found = read_faults(book([["Название", "Тип"], *([f"Лицей № {row}", word] for row, word in enumerate(words))]))
    assert [fault.hint for fault in found] == ["Дополнительное образование", "Управление образования", "", "", ""]
    misspelt = read_faults(book([["Название", "Тип"], ["А", "дошкльное образованее"], ["Б", "общеее образование"]]))
    assert [fault.hint for fault in misspelt] == ["Дошкольное образование", "Общее образование"]


def test_two_types_that_are_joined_by_a_word() -> None:
    content = "Название;Тип\nА;Общее образование и дошкольное образование\nБ;школа и детский сад\nВ;школа и что-то\n"
    found = read_faults(content.encode())
    assert [(fault.row, fault.value, fault.hint) for fault in found] == [
        (3, "школа", "Общее образование"),
        (3, "детский сад", "Дошкольное образование"),
        (4, "школа и что-то", "Общее образование"),
    ]
    first, second, _ = read(content.encode(), CATALOG, [], Answers(hints=True)).entries
    assert first.types == second.types == {"general", "preschool"}


# --- Rows that are not organizations ---


def test_rows_that_are_no_organizations_are_named() -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_range("A3:D3", "Городские образовательные организации")

    rows: list[list[object]] = [
        ["№", "Наименование", "Тип", "Телефон"],
        [1, 2, 3, 4],
        [],
        [1, "Лицей № 1", "general", "8-800"],
        ["", "Детские сады", "", ""],
        [2, "Детский сад «Ромашка»", "preschool", ""],
        ["", "Итого по детским садам:", "", 1],
        ["№", "Наименование", "Тип", "Телефон"],
        [1, 2, 3, 4],
        [3, "Гимназия", "general", ""],
        [4, "", "", ""],
        ["Всего", "", 3, ""],
        [],
        ["Начальник управления", "", "________", "И. И. Иванова"],
        ["Исп. Петрова, тел. 8-800", "", "", ""],
    ]
    table_read = read(book(rows, touch=merge), CATALOG, [])
    assert [entry.name for entry in table_read.entries] == ["Лицей № 1", "Детский сад «Ромашка»", "Гимназия"]
    notes = NoteKind
    assert [(note.kind, note.row) for note in table_read.notes] == [
        (notes.SECTION, 3), (notes.SECTION, 5), (notes.TOTAL, 7), (notes.HEADING, 8), (notes.NUMBERS, 9),
        (notes.ONLY_A_NUMBER, 11), (notes.TOTAL, 12), (notes.SIGNATURE, 14), (notes.SIGNATURE, 15),
    ]  # fmt: skip


def test_an_organization_is_never_taken_for_something_else() -> None:
    content = (
        "№;Название;Тип;Телефон\n1;Лицей;general;8\n;Детский сад «Новый»;;\n3;;;8-800\n4;Главная школа;general;\n"
        ";МБОУ «Центры»;general;\n;Директорская гимназия;general;\n"
    )
    assert faults(content) == [(KINDS.NO_TYPES, 3, "Детский сад «Новый»"), (KINDS.NO_NAME, 4, "")]


def test_two_of_one_name_with_different_codes_are_two() -> None:
    twins = "Код;Название;Тип\nsad-1;Детский сад «Ручеёк»;preschool\nsad-2;Детский сад «Ручеек»;preschool\n"
    assert [entry.code for entry in entries(twins)] == ["sad-1", "sad-2"]
    assert faults(twins.replace("sad-2", "")) == [(KINDS.SAME_NAME, 3, "Детский сад «Ручеек»")]
    first = organization("sad-1", "Детский сад «Ручеёк»", PRESCHOOL)
    second = organization("sad-2", "Детский сад «Ручеёк»", PRESCHOOL)
    assert not compare([first, second], entries(twins.replace("Ручеек", "Ручеёк"), first, second))
    # Without a code it may be either.
    bare = "Название;Тип\nДетский сад «Ручеёк»;preschool\n"
    assert faults(bare, first, second) == [(KINDS.NAME_OF_SEVERAL, 2, "Детский сад «Ручеёк»")]


# --- Rows ---


def test_a_school_that_stands_among_kindergartens_too() -> None:
    table = [
        ["Название", "Тип"],
        ["СОШ № 1", "Общее образование"],
        ["СОШ №1", "Дошкольное образование"],
        ["СОШ № 1", ""],
    ]
    found = read_faults(book(table))
    assert [(fault.kind, fault.row, fault.other, fault.hint) for fault in found] == [
        (KINDS.OTHER_TYPES, 3, 2, "Общее образование, Дошкольное образование"),
        (KINDS.NO_TYPES, 4, None, "Общее образование"),
        (KINDS.SAME_NAME, 4, 2, ""),
    ]
    by_sections = [["Название"], ["Школы"], ["СОШ № 1"], ["Детские сады"], ["СОШ № 1"]]
    assert [fault.kind for fault in read_faults(book(by_sections), Answers(types=BY_NAME))] == [KINDS.SAME_NAME]


def test_all_faults_at_once_with_the_rows_that_excel_shows() -> None:
    rows: list[list[object]] = [
        ["Список на 1 сентября"],
        HEADING,
        ["ok", "Лицей", "general", "Есть 10–11 классы"],
        [],
        ["плохой код", "Школа", "general"],
        ["own-1", "Сад", "preschool"],
        ["", "", "general"],
        ["", 2026, "general"],
        ["OK", "Гимназия", "обшее образование", "сельская"],
        ["", "лицей ", ""],
        ["", "Ш" * 251, "general"],
        ["", "#Н/Д", "колледж"],
    ]
    assert faults(book(rows)) == [
        (KINDS.BAD_CODE, 5, "плохой код"),
        (KINDS.BAD_CODE, 6, "own-1"),
        (KINDS.NO_NAME, 7, ""),
        (KINDS.NOT_A_NAME, 8, "2026"),
        (KINDS.UNKNOWN_TYPE, 9, "обшее образование"),
        (KINDS.UNKNOWN_TAG, 9, "сельская"),
        (KINDS.SAME_CODE, 9, "ok"),
        (KINDS.NO_TYPES, 10, "лицей"),
        (KINDS.SAME_NAME, 10, "лицей"),
        (KINDS.LONG, 11, "Ш" * 251),
        (KINDS.NOT_A_NAME, 12, "#Н/Д"),
        (KINDS.UNKNOWN_TYPE, 12, "колледж"),
    ]


def test_what_was_meant_is_said() -> None:
    with pytest.raises(RosterTableError) as raised:
        entries("Название;Тип\nЛицей;genral, обшее образование, дошкольное, колледж\n")
    assert [fault.hint for fault in raised.value.faults] == [
        "Общее образование", "Общее образование", "Дошкольное образование", "",
    ]  # fmt: skip


def test_a_formula_counts_by_its_value() -> None:
    def formulas(sheet: Any) -> None:
        sheet.write_formula("A2", '="Ли"&"цей"', None, "Лицей")
        sheet.write_formula("A3", "=NA()", None, "#N/A")

    assert faults(book([["Название", "Тип"], ["", "general"], ["", "general"]], touch=formulas)) == [
        (KINDS.NOT_A_NAME, 3, "#N/A")
    ]
    assert faults("Название;Тип\n=А2&А3;general\n") == [(KINDS.NOT_A_NAME, 2, "=А2&А3")]


# --- Codes ---


def test_a_row_without_a_code_has_that_of_the_organization_of_its_name() -> None:
    lyceum = organization("s1", "Лицей «Ёлочка» — сад")
    gone = organization("s2", "Школа № 2", active=False)
    found = entries('Название;Тип\nлицей "елочка" - сад;general\nШкола №2;general\nНовая;general\n', lyceum, gone)
    assert [entry.code for entry in found[:2]] == ["s1", "s2"]
    # Capitals are a change, quotes and spaces are not.
    assert found[0].name == "лицей «елочка» — сад"
    assert entries('Название;Тип\nЛицей "Ёлочка"  –  сад;general\n', lyceum)[0].name == lyceum.name
    # A new one gets a code that it has again next time, and never another's.
    code = found[2].code
    assert entries("Тип;Название\ngeneral;Новая\n")[0].code == code
    taken = organization(code, "Переименованная")
    assert entries("Тип;Название\ngeneral;Новая\n", taken)[0].code not in (code, "")
    # Another row says which organization has the code.
    renamed = entries("Код;Название;Тип\ns2;Школа № 22;general\n;Школа № 2;general\n", gone)
    assert renamed[0].code == "s2"
    assert renamed[1].code.startswith("org-")


def test_a_name_that_looks_alike_is_no_other_organization() -> None:
    sad = organization("sad", "Детский сад «Журавлёнок» № 3")
    for typed in (
        unicodedata.normalize("NFD", sad.name),
        "Дeтcкий caд «Жypaвлёнoк» № 3",
        "Детский\u200b сад «Жура­влёнок» N 3",
    ):
        (entry,) = entries(f"Название;Тип\n{typed};general\n", sad)
        assert entry.code == "sad"
    # What is new is kept in the letters that were meant, and found again.
    (entry,) = entries("Название;Тип\nMБОУ «Cocнoвская школа»;general\n")
    assert entry.name == "МБОУ «Сосновская школа»"
    assert entries("Название;Тип\nМБОУ «Сосновская школа»;general\n") == (entry,)
    # A code is Latin, whatever the keyboard was set to; types and headings are read as they look.
    (entry,) = entries("Kод;Hазвание;Tип\nсоре-1;Лицей;Oбщее обрaзование\n")
    assert (entry.code, entry.types) == ("cope-1", GENERAL)


def test_what_a_head_typed_in_becomes_the_roster_s() -> None:
    typed_in = organization("own-1", "Новая")
    (entry,) = entries("Название;Тип\nНовая;general\n", typed_in)
    assert entry.code.startswith("org-")
    # A list that was taken out of the program names it by its code.
    assert entries("Код;Название;Тип\nown-1;Новая школа;general\n", typed_in)[0].code == "own-1"


# --- Anything ---


def found_or_refused(content: bytes) -> None:
    """Any other error is the test's failure."""
    found: tuple[object, ...] = ()
    try:
        found = entries(content)
    except RosterTableError as error:
        found = error.faults
    assert found


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(str.encode),
        st.lists(
            st.lists(st.sampled_from(["Название", "Тип", "Код", '"', "general", "1", ",", "#REF!", "\x00", "—", "ё"]))
        ).map(lambda rows: "\n".join(";".join(row) for row in rows).encode()),
    )
)
def test_any_bytes_are_a_roster_or_faults(content: bytes) -> None:
    found_or_refused(content)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.integers(1, 60))
def test_a_damaged_workbook_is_a_roster_or_faults(seed: int, damages: int) -> None:
    chance = random.Random(seed)
    content = bytearray(book([HEADING, ["a", "Лицей", "general", ""]]))
    for _ in range(damages):
        content[chance.randrange(4, len(content))] = chance.randrange(256)
    found_or_refused(bytes(content))
