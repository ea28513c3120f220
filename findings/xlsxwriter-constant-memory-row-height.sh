#!/bin/sh
# XlsxWriter 3.3.1: with constant_memory, set_row() of a row in which no cell is written is lost without a word: neither
# its height nor that it is hidden reaches the file. Without that option, and in a row with a single blank cell that has
# a format, both do. Its documentation says that rows are to be written in order, which they are here.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 openpyxl==3.1.5
"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys
from importlib.metadata import version

import openpyxl
import xlsxwriter


def heights(constant_memory, blank):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": constant_memory})
    sheet, plain = book.add_worksheet(), book.add_format()
    sheet.write("A1", "above")
    sheet.set_row(1, 6)
    if blank:
        sheet.write_blank("A2", None, plain)
    sheet.write("A3", "between")
    sheet.set_row(3, 30, None, {"hidden": True})
    if blank:
        sheet.write_blank("A4", None, plain)
    sheet.write("A5", "below")
    book.close()
    rows = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active.row_dimensions
    return {row: (rows[row].height, rows[row].hidden) for row in (2, 4)}


print("XlsxWriter", version("XlsxWriter"))
set_ = {2: (6.0, False), 4: (30.0, True)}
lost = {2: (None, False), 4: (None, False)}
same = True
for constant_memory, blank, expected in ((False, False, set_), (True, False, lost), (True, True, set_)):
    found = heights(constant_memory, blank)
    what = "a blank cell in each row" if blank else "no cells in these rows"
    print(f"  constant_memory={constant_memory}, {what}: {found}")
    same = same and found == expected
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
