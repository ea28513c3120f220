#!/bin/sh
# LibreOffice 7.4 writes the filter "not empty" of a column, as people set it to see who has answered, from one XLSX into the next as
# <customFilter operator="**none**" val=""/>, which is no operator of ECMA-376 (18.18.31, ST_FilterOperator): openpyxl 3.1.5 cannot open
# the book, "could not read worksheets", and pandas by it neither. Over an ODS in between, in which it is "!empty", the XLSX says
# <filters blank="1">, the opposite: only the empty ones, as soon as Excel applies it again. It ends with 0. The filters "empty" and
# "contains" are right. openpyxl's read_only=True, and python-calamine 0.9.1, read the cells: who takes tables that people send
# is to have one of them at hand.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 openpyxl==3.1.5 python-calamine==0.9.1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import xlsxwriter

FILTERS = {"not-empty": "x == NonBlanks", "empty": "x == Blanks", "contains": "x == *нет*"}
for name, condition in FILTERS.items():
    with xlsxwriter.Workbook(f"{sys.argv[1]}/{name}.xlsx") as book:
        sheet = book.add_worksheet()
        for row, values in enumerate((("Школа", "Ответ"), ("№ 1", "нет"), ("№ 2", ""), ("№ 3", "12"))):
            sheet.write_row(row, 0, values)
        sheet.autofilter("A1:B4")
        sheet.filter_column("B", condition)
PYTHON
to() {
    soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to "$1" --outdir "$2" "$3" >/dev/null 2>&1
}
for name in not-empty empty contains; do
    to xlsx "$folder/saved" "$folder/$name.xlsx"
done
to ods "$folder/ods" "$folder/not-empty.xlsx"
to xlsx "$folder/ods" "$folder/ods/not-empty.ods"
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import re
import sys
import zipfile
from importlib.metadata import version

import openpyxl
from python_calamine import CalamineWorkbook


def of_openpyxl(path: str, read_only: bool = False) -> str:
    try:
        return str(openpyxl.load_workbook(path, read_only=read_only).active["B2"].value)
    except ValueError as error:
        return f"ValueError: {str(error).splitlines()[0].split(' from')[0]}"


print(*(f"{name} {version(name)}" for name in ("XlsxWriter", "openpyxl", "python-calamine")))
seen = {}
for name in ("not-empty", "saved/not-empty", "ods/not-empty", "saved/empty", "saved/contains"):
    path = f"{sys.argv[1]}/{name}.xlsx"
    with zipfile.ZipFile(path) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode("utf-8")
    told = re.findall(r"<customFilter [^>]*>|<filters [^>]*>", text)
    cells = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    seen[name] = of_openpyxl(path), of_openpyxl(path, read_only=True), cells[1][1], told
    print(f"  {name}: {told}; by openpyxl {seen[name][0]}; read_only {seen[name][1]}; by python-calamine {cells[1][1]}")
refused = "ValueError: Unable to read workbook: could not read worksheets"
same = seen == {
    "not-empty": ("нет", "нет", "нет", ['<customFilter operator="notEqual" val=" "/>']),
    "saved/not-empty": (refused, "нет", "нет", ['<customFilter operator="**none**" val=""/>']),
    "ods/not-empty": ("нет", "нет", "нет", ['<filters blank="1">']),
    "saved/empty": ("нет", "нет", "нет", ['<filters blank="1"/>']),
    "saved/contains": ("нет", "нет", "нет", ['<customFilter operator="equal" val="*нет*"/>']),
}
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
