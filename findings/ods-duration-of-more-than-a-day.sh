#!/bin/sh
# One cell with a duration of more than 24 hours makes pandas 3.1.1 (its engine odf) and tablib 3.10.0 refuse the whole
# ODS, and python-calamine 0.9.1 gives a text for it ('PT30H15M00S'), though for 8 h 30 min it gives a time. OpenDocument
# 1.2, 19.392: office:time-value is a duration of XML Schema, of any length; LibreOffice writes it for cells in [h]:mm.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pandas==3.1.1 python-calamine==0.9.1 'tablib[ods]==3.10.0' odfpy==1.4.1
"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys
from importlib.metadata import version

import pandas
import python_calamine
import tablib
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P


def document(shown, value):
    cell = TableCell(valuetype="time", timevalue=value)
    cell.addElement(P(text=shown))
    row = TableRow()
    row.addElement(cell)
    table = Table(name="Sheet1")
    table.addElement(row)
    whole = OpenDocumentSpreadsheet()
    whole.spreadsheet.addElement(table)
    out = io.BytesIO()
    whole.write(out)
    return out.getvalue()


def tried(read):
    try:
        return repr(read())
    except ValueError as error:
        return f"{type(error).__name__}: {error}"


readers = {
    "pandas": lambda content: pandas.read_excel(io.BytesIO(content), engine="odf", header=None).iat[0, 0],
    "tablib": lambda content: tablib.Dataset().load(io.BytesIO(content), format="ods", headers=False)[0][0],
    "python-calamine": lambda content: python_calamine.load_workbook(io.BytesIO(content))
    .get_sheet_by_index(0)
    .to_python()[0][0],
}
seen = {}
for name, read in readers.items():
    for shown, value in (("08:30:00", "PT08H30M00S"), ("30:15:00", "PT30H15M00S")):
        seen[name, shown] = tried(lambda: read(document(shown, value)))
        print(name, version(name), shown, "->", seen[name, shown])
same = (
    all(seen[name, "08:30:00"] == "datetime.time(8, 30)" for name in readers)
    and all("Error" in seen[name, "30:15:00"] for name in ("pandas", "tablib"))
    and seen["python-calamine", "30:15:00"] == "'PT30H15M00S'"
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
