"""A Word document as offices of the state want it: Times New Roman 14, margins of ГОСТ Р 7.0.97-2016, page numbers."""

import re
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table

from bot.domain.text import clean

_FONT = "Times New Roman"
# A space after a number, before one that ends a part of a sentence, and after short words and «№».
_TIES = re.compile(
    r"(?<=\d) (?=[%а-яё\d])|(?<=[\w:]) (?=\d+(?:[;,.)]|$))|(?<=№) (?=\d)|(?<=\b[А-Яа-яё]) (?=\S)| (?=[—–] )"
)
# Left, right, top, bottom, in cm.
_MARGINS = (3.0, 1.0, 2.0, 2.0)
_WIDTH = 21.0 - _MARGINS[0] - _MARGINS[1]
# So many rows of a table are not worth a page's end among them.
_SHORT = 8


class Document:
    """A document that grows from top to bottom. Whatever people typed is plain text in it."""

    def __init__(self, department: str, date: str) -> None:
        self._file = docx.Document()
        self._date = date
        self._styles()
        page = self._file.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = map(Cm, _MARGINS)
        self._number_pages()
        self._file.core_properties.author = clean(department)
        self.paragraph(department, centered=True)

    def title(self, text: str, about: str) -> None:
        """The document's title and what it is about, centred."""
        self._file.core_properties.title = clean(f"{text} {about}")
        self._file.add_paragraph(clean(text), style="Title")
        if about:
            self.paragraph(about, centered=True)

    def heading(self, text: str, level: int) -> None:
        """A heading that Word's navigation shows."""
        self._file.add_heading(clean(text), level)

    def paragraph(self, text: str, *, centered: bool = False, leads: bool = False) -> None:
        """Plain text. Names and numbers do not come apart at the end of a line. `leads`: to what comes next."""
        paragraph = self._file.add_paragraph(_tied(clean(text)))
        paragraph.paragraph_format.keep_with_next = leads or None
        if centered:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.first_line_indent = Cm(0)

    def quote(self, text: str) -> None:
        """A quotation from the resolution."""
        self._file.add_paragraph(clean(text), style="Quote")

    def table(
        self, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, totals: bool = False
    ) -> None:
        """A table whose first column is text and the others figures; widths in cm. Each page repeats the headings.

        A short one stays on one page. `totals`: the last row is what the others come to.
        """
        table = self._file.add_table(rows=1, cols=len(headings), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        # LibreOffice goes by the columns, Word by the cells.
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        _fill(table.rows[0], headings, widths, "w:tblHeader", bold=True)
        for number, texts in enumerate(rows, start=1):
            _fill(table.add_row(), texts, widths, "w:cantSplit", bold=totals and number == len(rows))
        if len(rows) <= _SHORT:
            for row in table.rows[:-1]:
                row.cells[0].paragraphs[0].paragraph_format.keep_with_next = True
        self._file.add_paragraph().paragraph_format.space_after = Pt(0)

    def picture(self, path: Path) -> None:
        """A picture as wide as the text."""
        paragraph = self._file.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.first_line_indent = Cm(0)
        paragraph.add_run().add_picture(str(path), width=Cm(_WIDTH))

    def signatures(self) -> None:
        """Lines for the chief's and the author's signatures, and the date; on the page of the last that is signed."""
        self._lead_to_signatures()
        for text in ("", "Начальник управления образования", "", "Исполнитель"):
            paragraph = self._file.add_paragraph(f"{text}\t____________\t/________________/" if text else "")
            paragraph.paragraph_format.first_line_indent = Cm(0)
            # The date does not go onto a page alone.
            paragraph.paragraph_format.keep_together = paragraph.paragraph_format.keep_with_next = True
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(8.5))
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(12.5))
        self.paragraph(self._date)

    def _lead_to_signatures(self) -> None:
        for last in deque(self._file.iter_inner_content(), maxlen=2):
            paragraph = last.rows[-1].cells[0].paragraphs[0] if isinstance(last, Table) else last
            paragraph.paragraph_format.keep_with_next = True

    def save(self, path: Path) -> None:
        """Writes the document to the path."""
        self._file.save(str(path))

    def _styles(self) -> None:
        for name, size, bold in (
            ("Normal", 14, False),
            ("Title", 16, True),
            ("Heading 1", 14, True),
            ("Heading 2", 14, True),
            ("Heading 3", 14, True),
            ("Quote", 12, False),
        ):
            style = self._file.styles[name]
            style.font.name, style.font.size, style.font.bold = _FONT, Pt(size), bold
            style.font.color.rgb = RGBColor(0, 0, 0)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for attribute in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
                fonts.set(qn(attribute), _FONT)
            for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
                fonts.attrib.pop(qn(attribute), None)
            style.paragraph_format.space_after = Pt(6)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "ru-RU")
        normal = self._file.styles["Normal"]
        normal.element.get_or_add_rPr().append(language)
        normal.paragraph_format.first_line_indent = Cm(1.25)
        # To both margins, long names would tear lines apart.
        normal.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
        self._file.styles["Quote"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        title = self._file.styles["Title"]
        title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
            self._file.styles[name].paragraph_format.first_line_indent = Cm(0)
        for name in ("Title", "Heading 1", "Heading 2", "Heading 3", "Quote"):
            self._file.styles[name].paragraph_format.keep_with_next = True
        for border in title.element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)

    def _number_pages(self) -> None:
        paragraph = self._file.sections[0].footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.first_line_indent = Cm(0)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        # Of what makes up a paragraph the library shows the runs.
        run = paragraph.add_run().element
        run.getparent().replace(run, field)


def _fill(row: Any, texts: Sequence[str], widths: Sequence[float], mark: str, *, bold: bool) -> None:
    for place, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
        cell.width = Cm(width)
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(_tied(clean(text)))
        run.font.size, run.font.bold = Pt(11), bold
        paragraph.paragraph_format.first_line_indent = Cm(0)
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if place else WD_ALIGN_PARAGRAPH.LEFT
        if not place:
            next(run.element.iterancestors(qn("w:tr"))).get_or_add_trPr().append(OxmlElement(mark))


def _tied(text: str) -> str:
    """The text with spaces that do not break where a line must not end: «(71 %)», «№ 1», «в срок 15», «5 октября»."""
    return _TIES.sub("\N{NO-BREAK SPACE}", text)
