#!/bin/sh
# LibreOffice Calc 7.4.7 (Debian's libreoffice-calc; needs soffice): of a workbook that another program has computed, the
# results of formulas that are texts become the number 0 in XLS. It trusts the stored results and computes nothing anew
# on loading; in ODS and XLSX the texts stay, and numbers stay in all three. The FORMULA record has no flag that would
# tell such a 0 from any other ([MS-XLS] 2.4.127: fAlwaysCalc is 0), so a reader of the file cannot know.
set -eu
command -v soffice >/dev/null || { echo "soffice is needed: apt-get install libreoffice-calc" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 xlrd==2.0.2 python-calamine==0.9.1 openpyxl==3.1.5
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import xlsxwriter

book = xlsxwriter.Workbook(f"{sys.argv[1]}/made.xlsx")
sheet = book.add_worksheet()
sheet.write_formula("A1", '="a"&"b"', None, "ab")
sheet.write_formula("A2", "=2+3", None, 5)
sheet.write_formula("A3", '=IF(A2>1,"yes","no")', None, "yes")
book.close()
PYTHON
for type in xls ods xlsx; do
    timeout 120 soffice "-env:UserInstallation=file://$folder/profile" --headless --convert-to "$type" \
        --outdir "$folder/$type" "$folder/made.xlsx" >/dev/null 2>&1
done
soffice --version
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from importlib.metadata import version

import openpyxl
import python_calamine
import xlrd

folder = sys.argv[1]
made = [cell.value for (cell,) in openpyxl.load_workbook(f"{folder}/made.xlsx", data_only=True).active.iter_rows()]
read = {
    f"{type} (python-calamine)": [
        value for (value,) in python_calamine.load_workbook(f"{folder}/{type}/made.{type}").get_sheet_by_index(0).to_python()
    ]
    for type in ("xls", "ods", "xlsx")
}
sheet = xlrd.open_workbook(f"{folder}/xls/made.xls").sheet_by_index(0)
read["xls (xlrd)"] = [sheet.cell_value(row, 0) for row in range(sheet.nrows)]
print("python-calamine", version("python-calamine"), "xlrd", version("xlrd"))
print("  as made:", made)
for what, values in read.items():
    print(f"  {what}: {values}")
same = (
    made == read["ods (python-calamine)"] == read["xlsx (python-calamine)"] == ["ab", 5, "yes"]
    and read["xls (python-calamine)"] == read["xls (xlrd)"] == [0, 5, 0]
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
