#!/bin/sh
# Months, by those who compute an XLSX without Excel. pycel 1.0b30: EDATE() of 31 January and one month is 3 March, of 31 August 1 October,
# where LibreOffice 7.4, as Excel, has the last day of the month, 28 February and 30 September; EOMONTH() is right. xlcalculator 0.5.0 has
# DATEDIF() wrong, by which one counts months and years of service: from 31 January to 15 October there are 4 months to it, not
# 8, from 29 February 2024 to 15 October 2026 no whole year, not 2; from 1 September to 1 March "ym" is -1, not 6. From the 1st of a
# month "m" and "y" are right, which is what a test begins with. Nothing is raised. pycel has no DATEDIF(), which it says. Months
# are to be counted by the program, python-dateutil's relativedelta, and not by the table.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 pycel==1.0b30 xlcalculator==0.5.0 openpyxl==3.1.5
cat >"$folder/asked.py" <<'PYTHON'
EDATES = ["EDATE(DATE(2026,1,31),1)", "EDATE(DATE(2026,8,31),1)", "EDATE(DATE(2026,1,15),1)", "EOMONTH(DATE(2026,1,31),1)"]
SPANS = [
    'DATEDIF(DATE(2026,1,31),DATE(2026,10,15),"m")',
    'DATEDIF(DATE(2024,2,29),DATE(2026,10,15),"y")',
    'DATEDIF(DATE(2026,9,1),DATE(2027,3,1),"ym")',
    'DATEDIF(DATE(2016,9,1),DATE(2026,10,15),"y")',
    'DATEDIF(DATE(2016,9,1),DATE(2026,10,15),"m")',
]
PYTHON
cat >"$folder/write.py" <<'PYTHON'
import sys

import xlsxwriter
from asked import EDATES, SPANS

with xlsxwriter.Workbook(f"{sys.argv[1]}/months.xlsx") as book:
    sheet = book.add_worksheet("S")
    for row, formula in enumerate(EDATES + SPANS):
        sheet.write_formula(row, 0, f"={formula}", value="")
PYTHON
"$folder/venv/bin/python" "$folder/write.py" "$folder"
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to xlsx --outdir "$folder/saved" \
    "$folder/months.xlsx" >/dev/null 2>&1
cat >"$folder/read.py" <<'PYTHON'
import logging
import sys
import warnings
from datetime import date, datetime, timedelta
from importlib.metadata import version

import openpyxl
from asked import EDATES, SPANS
from pycel import ExcelCompiler
from xlcalculator import Evaluator, ModelCompiler

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
BOOK = f"{sys.argv[1]}/months.xlsx"


def day(value: object) -> str:
    """What a program says for a day, be it a day or its number."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return (date(1899, 12, 30) + timedelta(days=int(value))).isoformat()


saved = openpyxl.load_workbook(f"{sys.argv[1]}/saved/months.xlsx", data_only=True).active
compiled = ExcelCompiler(BOOK)
evaluator = Evaluator(ModelCompiler().read_and_parse_archive(BOOK))
print(*(f"{name} {version(name)}" for name in ("XlsxWriter", "pycel", "xlcalculator", "openpyxl")))
seen = {}
for row, formula in enumerate(EDATES + SPANS, 1):
    right, other = saved.cell(row, 1).value, evaluator.evaluate(f"S!A{row}").value
    if formula in EDATES:
        seen[formula] = day(right), day(compiled.evaluate(f"S!A{row}")), day(other)
        print(f"  {formula}: LibreOffice {seen[formula][0]}, pycel {seen[formula][1]}, xlcalculator {seen[formula][2]}")
    else:
        seen[formula] = right, int(other)
        print(f"  {formula}: LibreOffice {right}, xlcalculator {other}")
same = list(seen.values()) == [
    ("2026-02-28", "2026-03-03", "2026-02-28"),
    ("2026-09-30", "2026-10-01", "2026-09-30"),
    ("2026-02-15",) * 3,
    ("2026-02-28",) * 3,
    (8, 4),
    (2, 0),
    (6, -1),
    (10, 10),
    (121, 121),
]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
"$folder/venv/bin/python" "$folder/read.py" "$folder"
