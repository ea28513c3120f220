#!/bin/sh
# xlsx2csv 0.8.6: of a day with an hour, as openpyxl 3.1.5 writes it unless it is told otherwise (yyyy-mm-dd h:mm:ss), the evening is the
# morning: 18:05 is 06:05, and five past midnight 12:05. To it a single h is the clock of twelve hours, and nothing says which half of the
# day it is; Excel's own format of a moment (m/d/yy h:mm, number 22) goes the same way. In a cell with the hour alone it is
# right, yet without its seconds: 18:05 for 18:05:09, and 00:05 for the five minutes of mm:ss. With hh, as pandas writes it, it is right.
# A code of three digits, 007, is 7, and a span of thirty hours, [h]:mm, 1.25. LibreOffice 7.4 writes all as the cell shows it. Nothing
# is said; --dateformat '%Y-%m-%d %H:%M:%S' has the day with its hour right.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet xlsx2csv==0.8.6 openpyxl==3.1.5
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from datetime import datetime, time, timedelta

import openpyxl

CELLS = (
    ("as it is", datetime(2026, 10, 15, 18, 5, 9), None),
    ("midnight", datetime(2026, 10, 15, 0, 5, 9), None),
    ("number 22", datetime(2026, 10, 15, 18, 5, 9), "m/d/yy h:mm"),
    ("with hh", datetime(2026, 10, 15, 18, 5, 9), "yyyy-mm-dd hh:mm:ss"),
    ("hour", time(18, 5, 9), None),
    ("minutes", time(0, 5, 9), "mm:ss"),
    ("code", 7, "000"),
    ("span", timedelta(hours=30), "[h]:mm"),
)
book = openpyxl.Workbook()
for name, value, shown in CELLS:
    book.active.append((name, value))
    if shown:
        book.active.cell(book.active.max_row, 2).number_format = shown
book.save(f"{sys.argv[1]}/moments.xlsx")
PYTHON
"$folder/venv/bin/xlsx2csv" "$folder/moments.xlsx" "$folder/xlsx2csv.csv"
"$folder/venv/bin/xlsx2csv" --dateformat '%Y-%m-%d %H:%M:%S' "$folder/moments.xlsx" "$folder/told.csv"
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to csv:"Text - txt - csv (StarCalc)":44,34,76 \
    --outdir "$folder" "$folder/moments.xlsx" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import csv
import sys
from importlib.metadata import version
from pathlib import Path

seen = {}
for name in ("moments", "xlsx2csv", "told"):
    with (Path(sys.argv[1]) / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        seen[name] = dict(csv.reader(file))
print(*(f"{name} {version(name)}" for name in ("xlsx2csv", "openpyxl")))
for what, shown in seen["moments"].items():
    print(f"  {what}: LibreOffice {shown}, xlsx2csv {seen['xlsx2csv'][what]}, told --dateformat {seen['told'][what]}")
same = (
    list(seen["moments"].values())
    == ["2026-10-15 18:05:09", "2026-10-15 0:05:09", "10/15/2026 18:05", "2026-10-15 18:05:09", "18:05:09", "05:09", "007", "30:00"]
    and list(seen["xlsx2csv"].values())
    == ["2026-10-15 06:05:09", "2026-10-15 12:05:09", "10/15/26 06:05", "2026-10-15 18:05:09", "18:05", "00:05", "7", "1.25"]
    and list(seen["told"].values())[:4]
    == ["2026-10-15 18:05:09", "2026-10-15 00:05:09", "2026-10-15 18:05:09", "2026-10-15 18:05:09"]
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
