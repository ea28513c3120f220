#!/bin/sh
# pylightxl 1.61 (a reader of XLSX that needs nothing but Python): of a span of more than a day, [h]:mm, as a timesheet adds it up, the days are gone: 24
# hours are '00:00:00', 30 are '06:00:00', and a week of work, 40, is '16:00:00'. Up to 23:59 all is right, and so is a test with the hours of a
# day. A number whose format begins with [Red], as few answers are marked, [Red][<5]0;0, is a day, for there are as many d as 0 in it: three children
# are '1900/01/02'; so it is with 0" days", and not with [Blue]0 nor with 0" дн.". Nothing is raised. openpyxl 3.1.5, python-calamine 0.9.1 and pandas
# 3.1.1 have a timedelta of 1 day and 6 hours, and 3; LibreOffice and Excel show 30:00. One expects a span to be as long as it is shown.
# Hours are to be kept as a plain number in the table, or to be read by one of these three.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pylightxl==1.61 XlsxWriter==3.3.1 openpyxl==3.1.5 python-calamine==0.9.1 pandas==3.1.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import datetime, timedelta
from importlib.metadata import version

import openpyxl
import pandas
import pylightxl
import python_calamine
import xlsxwriter

HOURS = (6, 23, 24, 30, 40)
with xlsxwriter.Workbook("hours.xlsx") as book:
    sheet = book.add_worksheet("S")
    for row, hours in enumerate(HOURS):
        sheet.write_datetime(row, 0, timedelta(hours=hours), book.add_format({"num_format": "[h]:mm"}))
        sheet.write_number(row, 1, 3, book.add_format({"num_format": "[Red][<5]0;0"}))
        sheet.write_datetime(row, 2, datetime(2026, 10, 15), book.add_format({"num_format": "dd.mm.yyyy"}))
spans = [timedelta(hours=hours) for hours in HOURS]
frame = pandas.read_excel("hours.xlsx", header=None, engine="openpyxl")


def spelled(rows: list) -> list[tuple]:
    """Spans as timedeltas, whether they came as such or as a time of day, which has no more than a day."""
    return [(row[0] if isinstance(row[0], timedelta) else timedelta(hours=row[0].hour), float(row[1])) for row in rows]


seen = {
    "pylightxl": [tuple(row) for row in pylightxl.readxl("hours.xlsx").ws("S").rows],
    "openpyxl": spelled(list(openpyxl.load_workbook("hours.xlsx").active.iter_rows(values_only=True))),
    "python-calamine": spelled(python_calamine.load_workbook("hours.xlsx").get_sheet_by_index(0).to_python()),
    "pandas": [(span.to_pytimedelta(), float(number)) for span, number in zip(frame[0], frame[1])],
}
for name, rows in seen.items():
    print(f"  {name} {version(name)}:", *(f"{row[0]} and {row[1]}" for row in rows), sep="  ")
clock = ("06:00:00", "23:00:00", "00:00:00", "06:00:00", "16:00:00")
right = [(span, 3.0) for span in spans]
same = seen == {
    "pylightxl": [(text, "1900/01/02", "2026/10/15") for text in clock],
    "openpyxl": right,
    "python-calamine": right,
    "pandas": right,
}
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
