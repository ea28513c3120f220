#!/bin/sh
# python-calamine 0.9.1 refuses an ODS that has white space between the elements of a row, which XML allows there and
# which Gnumeric writes in every file. The same document without it is read, and odfpy reads both alike.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-calamine==0.9.1 odfpy==1.4.1
"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys
import zipfile
from importlib.metadata import version

import python_calamine
from odf.opendocument import OpenDocumentSpreadsheet, load
from odf.table import Table, TableCell, TableRow
from odf.text import P

table = Table(name="Sheet1")
row = TableRow()
for text in ("Lyceum", "general"):
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=text))
    row.addElement(cell)
table.addElement(row)
document = OpenDocumentSpreadsheet()
document.spreadsheet.addElement(table)
out = io.BytesIO()
document.write(out)
plain = out.getvalue()

out = io.BytesIO()
with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(out, "w") as target:
    for name in source.namelist():
        content = source.read(name)
        if name == "content.xml":
            content = content.replace(b"</table:table-cell><table:table-cell", b"</table:table-cell>\n<table:table-cell")
        target.writestr(name, content)
spaced = out.getvalue()


def calamine(content):
    try:
        return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except python_calamine.CalamineError as error:
        return f"{type(error).__name__}: {error}"


def peer(content):
    return [str(cell) for cell in load(io.BytesIO(content)).spreadsheet.getElementsByType(TableCell)]


print("python-calamine", version("python-calamine"))
print("  without white space:", calamine(plain))
print("  with a line feed between two cells:", calamine(spaced))
print("  odfpy of both:", peer(plain), peer(spaced))
same = calamine(plain) == [["Lyceum", "general"]] and isinstance(calamine(spaced), str) and peer(plain) == peer(spaced)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
