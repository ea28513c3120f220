#!/bin/sh
# python-calamine 0.9.1: a cell with an error (#N/A, #DIV/0!) is read as '', just as a blank one, and rows at the end of
# a sheet whose only cells are formulas without a stored result are not there at all. A list in which a lookup failed
# looks like a list with gaps; nothing tells which. openpyxl shows the error, and the formulas.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-calamine==0.9.1 XlsxWriter==3.3.1 openpyxl==3.1.5
"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys
from importlib.metadata import version

import openpyxl
import python_calamine
import xlsxwriter

out = io.BytesIO()
book = xlsxwriter.Workbook(out, {"in_memory": True})
sheet = book.add_worksheet()
sheet.write("A1", "before")
sheet.write_formula("A2", "=NA()", None, "#N/A")
sheet.write_formula("A3", "=1/0", None, "#DIV/0!")
sheet.write("A5", "after")
book.close()
errors = out.getvalue()

made = openpyxl.Workbook()
made.active["A1"] = "heading"
made.active["A2"] = '="a"&"b"'
made.active["A3"] = '="c"&"d"'
out = io.BytesIO()
made.save(out)
formulas = out.getvalue()


def calamine(content):
    return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def peer(content, data_only):
    rows = openpyxl.load_workbook(io.BytesIO(content), data_only=data_only).active.iter_rows(values_only=True)
    return [list(row) for row in rows]


print("python-calamine", version("python-calamine"))
print("errors in A2 and A3, A4 is blank:")
print("  calamine:", calamine(errors))
print("  openpyxl:", peer(errors, True))
print("formulas without a stored result in A2 and A3:")
print("  calamine:", calamine(formulas))
print("  openpyxl:", peer(formulas, False))
same = calamine(errors) == [["before"], [""], [""], [""], ["after"]] and calamine(formulas) == [["heading"]]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
