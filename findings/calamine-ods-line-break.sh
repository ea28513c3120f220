#!/bin/sh
# python-calamine 0.9.1: <text:line-break/> and <text:tab/> within a paragraph of an ODS cell are dropped, so that the
# words beside them become one: "Lyceum<text:line-break/>named after" is read as "Lyceumnamed after". Spaces
# (<text:s/>) and separate paragraphs are kept. OpenDocument 1.2, 6.1.4 and 6.1.5: a tab and a line break stand there.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-calamine==0.9.1 odfpy==1.4.1
"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys
from importlib.metadata import version

import python_calamine
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import LineBreak, P, S, Tab

row = TableRow()
for between in (LineBreak, Tab, S):
    paragraph = P(text="Lyceum")
    paragraph.addElement(between())
    paragraph.addText("named after")
    cell = TableCell(valuetype="string")
    cell.addElement(paragraph)
    row.addElement(cell)
cell = TableCell(valuetype="string")
cell.addElement(P(text="Lyceum"))
cell.addElement(P(text="named after"))
row.addElement(cell)
table = Table(name="Sheet1")
table.addElement(row)
document = OpenDocumentSpreadsheet()
document.spreadsheet.addElement(table)
out = io.BytesIO()
document.write(out)

(cells,) = python_calamine.load_workbook(io.BytesIO(out.getvalue())).get_sheet_by_index(0).to_python()
print("python-calamine", version("python-calamine"))
for what, text in zip(("line break", "tab", "space", "two paragraphs"), cells):
    print(f"  {what}: {text!r}")
same = cells == ["Lyceumnamed after", "Lyceumnamed after", "Lyceum named after", "Lyceum\nnamed after"]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
