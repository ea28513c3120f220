#!/bin/sh
# PyExcelerate 0.13.0: new_sheet(name, data=rows), the quick way for which it is known, writes dates and times as bare numbers,
# without the format of a day: 15 October 2026 is 46310 to whoever opens the book, in LibreOffice 7.4 as to openpyxl 3.1.5 and
# python-calamine 0.9.1. A span is an English text, '1 day, 6:00:00'. The same values set cell by cell, set_cell_value(), are
# shown as days. Whoever gives them all at once sets the format of their range as well.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet PyExcelerate==0.13.0 openpyxl==3.1.5 python-calamine==0.9.1
"$folder/venv/bin/python" - "$folder/answers.xlsx" <<'PYTHON'
import sys
from datetime import date, datetime, time, timedelta
from importlib.metadata import version

import pyexcelerate

ROW = [datetime(2026, 10, 15, 18), date(2026, 10, 15), time(8, 30), timedelta(hours=30)]
print("PyExcelerate", version("PyExcelerate"), "is given", *ROW)
book = pyexcelerate.Workbook()
book.new_sheet("at once", data=[ROW])
sheet = book.new_sheet("by cells")
for column, value in enumerate(ROW, start=1):
    sheet.set_cell_value(1, column, value)
sheet = book.new_sheet("with a format", data=[ROW])
sheet.range("A1", "B1").style.format.format = "dd.mm.yyyy"
book.save(sys.argv[1])
PYTHON
soffice -env:UserInstallation="file://$folder/profile" --headless \
    --convert-to 'csv:Text - txt - csv (StarCalc):59,34,76,1,,1033,false,true,false,false,false,-1' --outdir "$folder" \
    "$folder/answers.xlsx" >/dev/null 2>&1
"$folder/venv/bin/python" -W ignore - "$folder" <<'PYTHON'
import sys
from datetime import date, datetime
from pathlib import Path

import openpyxl
import python_calamine

folder = Path(sys.argv[1])
sheets = openpyxl.load_workbook(folder / "answers.xlsx")
of_openpyxl = {sheet.title: [cell.value for cell in sheet[1]] for sheet in sheets}
shown = {title: (folder / f"answers-{title}.csv").read_text("utf-8").strip().split(";") for title in sheets.sheetnames}
for title, cells in shown.items():
    print(f"  {title}: LibreOffice shows {cells}")
book = python_calamine.CalamineWorkbook.from_path(str(folder / "answers.xlsx"))
of_calamine = book.get_sheet_by_name("at once").to_python()[0]
print("  at once, to python-calamine:", of_calamine)
same = (
    shown["at once"] == ["46310.75", "46310", "0.354166666666667", "1 day, 6:00:00"]
    and shown["by cells"][:2] == ["2026-10-15 18:00:00", "2026-10-15"]
    and of_openpyxl["at once"][:2] == of_calamine[:2] == [46310.75, 46310]
    and of_openpyxl["with a format"][:2] == [datetime(2026, 10, 15, 18), datetime(2026, 10, 15)]
    and of_openpyxl["by cells"][1].date() == date(2026, 10, 15)
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
