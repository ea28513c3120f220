#!/bin/sh
# Polars 2.1.0, read_excel() with its default engine (fastexcel 0.21.0): the type of a column is that of its first hundred rows,
# and what does not fit it further down is null, without an error: «уточняется» among numbers, «до 15.10» among days. If nothing
# else stands in that row, the row is gone, and the ones below move up. fastexcel alone does so after a thousand rows. read_csv()
# of the same words raises. infer_schema_length=None keeps them, as texts; pandas 3.1.1 keeps both numbers and words. A time of
# day, 08:30, is a moment of the day before 1 January 1900 to Polars. The short book of a test shows nothing of it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet polars==2.1.0 fastexcel==0.21.0 pandas==3.1.1 python-calamine==0.9.1 XlsxWriter==3.3.1 openpyxl==3.1.5
"$folder/venv/bin/python" - "$folder/schools.xlsx" <<'PYTHON'
import io
import logging
import sys
from datetime import date, datetime, time
from importlib.metadata import version

import fastexcel
import pandas
import polars
import xlsxwriter

ROWS, ODD = 1200, 1100
book = xlsxwriter.Workbook(sys.argv[1])
sheet = book.add_worksheet()
day, hour = book.add_format({"num_format": "dd.mm.yyyy"}), book.add_format({"num_format": "hh:mm"})
sheet.write_row(0, 0, ["Pupils", "Due", "Time"])
for row in range(1, ROWS + 1):
    if row == ODD - 1:
        sheet.write_string(row, 0, "уточняется")
    elif row == ODD:
        sheet.write_number(row, 0, 540)
        sheet.write_string(row, 1, "до 15.10")
    else:
        sheet.write_number(row, 0, row)
        sheet.write_datetime(row, 1, date(2026, 10, 15), day)
        sheet.write_datetime(row, 2, time(8, 30), hour)
book.close()

logging.disable()
default = polars.read_excel(sys.argv[1])
looked = polars.read_excel(sys.argv[1], infer_schema_length=None)
bare = fastexcel.read_excel(sys.argv[1]).load_sheet(0).to_polars()
of_pandas = pandas.read_excel(sys.argv[1], engine="calamine")
try:
    of_csv = polars.read_csv(io.StringIO("Pupils\n" + "5\n" * ROWS + "уточняется\n")).height
except polars.exceptions.ComputeError:
    of_csv = "refused"

seen = {
    "rows of Polars": default.height,
    "  pupils": default["Pupils"][ODD - 3 : ODD].to_list(),
    "  due": default["Due"][ODD - 3 : ODD].to_list(),
    "  time of the first": default["Time"][0],
    "with infer_schema_length=None, rows": looked.height,
    "  pupils ": looked["Pupils"][ODD - 3 : ODD].to_list(),
    "  due ": looked["Due"][ODD - 3 : ODD].to_list(),
    "fastexcel's pupils": bare["Pupils"][ODD - 3 : ODD].to_list(),
    "pandas' pupils": of_pandas["Pupils"][ODD - 3 : ODD].to_list(),
    "a CSV": of_csv,
}
print("Polars", version("polars"), "fastexcel", version("fastexcel"), "pandas", version("pandas"))
for what, said in seen.items():
    print(f"  {what}: {said}")
the_day = date(2026, 10, 15)
same = list(seen.values()) == [
    ROWS - 1,
    [ODD - 2, 540, ODD + 1],
    [the_day, None, the_day],
    datetime(1899, 12, 31, 8, 30),
    ROWS,
    [str(ODD - 2), "уточняется", "540"],
    ["2026-10-15 00:00:00", None, "до 15.10"],
    [ODD - 2, None, 540],
    [ODD - 2, "уточняется", 540],
    "refused",
]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
