#!/bin/sh
# pyexcel 0.7.6 (pyexcel-io 0.6.8, pyexcel-ods3 0.6.1): a comma within a number of a CSV is taken out: «75,5» is 755, «5,10» 510 and the points
# «10,11,12» the number 101112, while «007» is left as it is: the careful first look shows a reader that leaves texts alone. In an ODS
# a time with a part of a second, as NOW() and what is computed have it, is blank: LibreOffice 7.4 writes PT02H57M41.76S for what shows
# 02:57, and of two hours that look alike one is there and the other is not. A sum of money is a text, '1234.5 RUB', where
# python-calamine 0.9.1 has the number, and the same table as XLSX has all of them. Nothing is raised. auto_detect_float=False and
# auto_detect_int=False leave the texts of a CSV alone; for ODS there is no such switch.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyexcel==0.7.6 pyexcel-io==0.6.8 pyexcel-ods3==0.6.1 pyexcel-xlsx==0.6.1 \
    openpyxl==3.1.5 python-calamine==0.9.1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from pathlib import Path

import openpyxl

book = openpyxl.Workbook()
for value, shown in ((0.125, "hh:mm"), (0.1234, "hh:mm"), (1234.5, "#,##0.00\\ [$₽-419]"), (0.755, "0.0%")):
    book.active.append((value,))
    book.active.cell(book.active.max_row, 1).number_format = shown
book.save(f"{sys.argv[1]}/book.xlsx")
Path(f"{sys.argv[1]}/answers.csv").write_text("№;Доля\n007;75,5\n012;5,10\nточки;10,11,12\nпусто;нет\n", "utf-8")
PYTHON
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to ods --outdir "$folder" "$folder/book.xlsx" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from datetime import time
from importlib.metadata import version

import pyexcel
from python_calamine import CalamineWorkbook

FOLDER = sys.argv[1]
NAMES = ("pyexcel", "pyexcel-io", "pyexcel-ods3", "openpyxl", "python-calamine")
print(*(f"{name} {version(name)}" for name in NAMES))
answers = pyexcel.get_array(file_name=f"{FOLDER}/answers.csv", delimiter=";")
told = pyexcel.get_array(
    file_name=f"{FOLDER}/answers.csv", delimiter=";", auto_detect_float=False, auto_detect_int=False
)
books = {
    "pyexcel, XLSX": pyexcel.get_array(file_name=f"{FOLDER}/book.xlsx"),
    "pyexcel, ODS": pyexcel.get_array(file_name=f"{FOLDER}/book.ods"),
    "python-calamine, ODS": CalamineWorkbook.from_path(f"{FOLDER}/book.ods").get_sheet_by_index(0).to_python(),
}
print("  the CSV:", answers)
print("  the CSV, told not to detect:", told)
seen = {}
for what, rows in books.items():
    seen[what] = [value for (value,) in rows[:4]]
    print(f"  {what}: {seen[what]}")
heading = ["№", "Доля"]
same = (
    answers == [heading, ["007", 755], ["012", 510], ["точки", 101112], ["пусто", "нет"]]
    and told == [heading, ["007", "75,5"], ["012", "5,10"], ["точки", "10,11,12"], ["пусто", "нет"]]
    and seen["pyexcel, XLSX"] == [time(3), time(2, 57, 41, 760000), 1234.5, 0.755]
    and seen["pyexcel, ODS"] == [time(3), "", "1234.5 RUB", 0.755]
    and seen["python-calamine, ODS"] == [time(3), time(2, 57, 41, 760000), 1234.5, 0.755]
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
