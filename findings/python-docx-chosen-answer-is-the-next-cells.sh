#!/bin/sh
# A form in Word, a table with a drop-down list for a cell, or with rows that repeat, has content controls around cells and rows (w:sdt with a w:tc
# or w:tr in it). python-docx 1.2.0 does not see what is in them: of «№ 1 | да | 5», where «да» was chosen from the list, row.cells is «№ 1 | 5»,
# so the answer is 5, table.cell(1, 2) is «№ 3», another school, and the row of № 2 is not there. officeparser 7.8.0 (Node.js) loses the same cell
# and row. A year that Word has marked, «2026 г» (a smart tag, by which it takes it for grams), is missing in python-docx: «до 15 октября .».
# docx2python 3.7.1, Mammoth 1.13.0, word-extractor 1.0.4 and LibreOffice 7.4 have all of it; yet «5‑Б», whose hyphen does not break, is «5Б» to
# docx2python, word-extractor and officeparser. Nothing is raised. One would have bet that a row has its three cells. With
# python-docx the cells of a form are to be looked for at any depth: table._tbl.iter(qn("w:tr")), row.iter(qn("w:tc")) and its w:t.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-writer" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-docx==1.2.0 docx2python==3.7.1 mammoth==1.13.0
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts officeparser@7.8.0 word-extractor@1.0.4 >/dev/null 2>&1
"$folder/venv/bin/python" - <<'PYTHON'
import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

NAMES = nsdecls("w")
LIST = '<w:dropDownList><w:listItem w:displayText="да" w:value="да"/><w:listItem w:displayText="нет" w:value="нет"/></w:dropDownList>'


def wrap(element, number: int, kind: str) -> None:
    control = parse_xml(f'<w:sdt {NAMES}><w:sdtPr><w:id w:val="{number}"/>{kind}</w:sdtPr><w:sdtContent/></w:sdt>')
    element.addprevious(control)
    control[1].append(element)


form = docx.Document()
term = form.add_paragraph("до 15 октября ")
year = f'<w:r {NAMES}><w:t>2026 г</w:t></w:r>'
tag = f'<w:smartTag {NAMES} w:uri="urn:schemas-microsoft-com:office:smarttags" w:element="metricconverter">{year}</w:smartTag>'
term._p.append(parse_xml(tag))
term.add_run(".")
school_class = form.add_paragraph("5")
school_class.add_run()._r.append(parse_xml(f"<w:noBreakHyphen {NAMES}/>"))
school_class.add_run("Б")
rows = (("Школа", "Ответ", "Детей"), ("№ 1", "да", "5"), ("№ 2", "нет", "7"), ("№ 3", "да", "9"))
table = form.add_table(len(rows), 3)
for row, texts in zip(table.rows, rows):
    for cell, text in zip(row.cells, texts):
        cell.text = text
wrap(table.rows[1]._tr.tc_lst[1], 1, LIST)
wrap(table.rows[2]._tr, 2, "")
form.save("form.docx")
PYTHON
cat >read.js <<'JS'
const fs = require("node:fs");
const { parseOffice } = require("officeparser");
const WordExtractor = require("word-extractor");
(async () => {
  fs.writeFileSync("officeparser.txt", (await parseOffice("form.docx")).toText());
  fs.writeFileSync("word-extractor.txt", (await new WordExtractor().extract("form.docx")).getBody());
})();
JS
node read.js
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to txt:Text --outdir "$folder" "$folder/form.docx" >/dev/null 2>&1
"$folder/venv/bin/python" - <<'PYTHON'
import re
import sys
from importlib.metadata import version
from pathlib import Path

import docx
import mammoth
from docx.oxml.ns import qn
from docx2python import docx2python

form = docx.Document("form.docx")
table = form.tables[0]


def words(text: str) -> list[str]:
    """What is in the document, a line or a cell each, with the hyphen that does not break as a plain one."""
    parts = re.split(r"[\n\t]+", text.replace("\ufeff", "").replace("\u2011", "-"))
    return [part.strip() for part in parts if part.strip()]


with open("form.docx", "rb") as file:
    by_mammoth = mammoth.extract_raw_text(file).value
seen = {
    "LibreOffice": words(Path("form.txt").read_text("utf-8")),
    "Mammoth": words(by_mammoth),
    "docx2python": words(docx2python("form.docx").text),
    "word-extractor": words(Path("word-extractor.txt").read_text("utf-8")),
    "officeparser": words(Path("officeparser.txt").read_text("utf-8")),
    "python-docx": [paragraph.text for paragraph in form.paragraphs] + [cell.text for row in table.rows for cell in row.cells],
}
print(*(f"{name} {version(name)}" for name in ("python-docx", "docx2python", "mammoth")))
for name, texts in seen.items():
    print(f"  {name}: {' | '.join(texts)}")
print(f"  python-docx: the cell beside «{table.cell(1, 0).text}», {table.cell(1, 1).text}, {table.cell(1, 2).text}")
deep = [["".join(text.text for text in cell.iter(qn("w:t"))) for cell in row.iter(qn("w:tc"))] for row in table._tbl.iter(qn("w:tr"))]
heading, first, second, third = ["Школа", "Ответ", "Детей"], ["№ 1", "да", "5"], ["№ 2", "нет", "7"], ["№ 3", "да", "9"]
cells = [*heading, *first, *second, *third]
fewer = [*heading, "№ 1", "5", *third]
same = (
    seen
    == {
        "LibreOffice": ["до 15 октября 2026 г.", "5-Б", *cells],
        "Mammoth": ["до 15 октября 2026 г.", "5-Б", *cells],
        "docx2python": ["до 15 октября 2026 г.", "5Б", *cells],
        "word-extractor": ["до 15 октября 2026 г.", "5Б", *cells],
        "officeparser": ["до 15 октября 2026 г.", "5Б", *fewer],
        "python-docx": ["до 15 октября .", "5-Б", *fewer],
    }
    and [table.cell(1, column).text for column in range(3)] == ["№ 1", "5", "№ 3"]
    and deep == [heading, first, second, third]
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
