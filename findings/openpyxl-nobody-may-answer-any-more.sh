#!/bin/sh
# openpyxl 3.1.5: a form whose sheet is protected, but for the cells that are to be filled in, is closed altogether once openpyxl has
# opened and saved it. A range that people may edit (Excel's «Allow Users to Edit Ranges», XlsxWriter's unprotect_range()) is not among
# what it reads: <protectedRanges> is dropped without a warning, while the protection of the sheet stays, so a school that has got
# the form, with its name filled in by a program, can write no answer. LibreOffice 7.4 keeps the range in an XLSX. Cells that are
# unlocked by their own format (locked: False) stay open by way of openpyxl too: a form is better made so.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 openpyxl==3.1.5
"$folder/venv/bin/python" -W error - "$folder" <<'PYTHON'
import sys

import openpyxl
import xlsxwriter

with xlsxwriter.Workbook(f"{sys.argv[1]}/form.xlsx") as book:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("Школа", "Учеников", "Учителей"))
    sheet.write(1, 2, 0, book.add_format({"locked": False}))
    sheet.protect()
    sheet.unprotect_range("B2:B8", "answers")
other = openpyxl.load_workbook(f"{sys.argv[1]}/form.xlsx")
other.active["A2"] = "СОШ № 1"
other.save(f"{sys.argv[1]}/openpyxl.xlsx")
PYTHON
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to xlsx --outdir "$folder/saved" \
    "$folder/form.xlsx" >/dev/null 2>&1
mv "$folder/saved/form.xlsx" "$folder/libreoffice.xlsx"
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import re
import sys
import zipfile
from importlib.metadata import version

import openpyxl

print(*(f"{name} {version(name)}" for name in ("XlsxWriter", "openpyxl")))
seen = {}
for name in ("form", "libreoffice", "openpyxl"):
    path = f"{sys.argv[1]}/{name}.xlsx"
    with zipfile.ZipFile(path) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode("utf-8")
    ranges = re.findall(r'<protectedRange [^>]*sqref="([^"]*)"', text)
    sheet = openpyxl.load_workbook(path).active
    seen[name] = (sheet.protection.sheet, ranges, sheet["C2"].protection.locked)
    print(f"  {name}: protected {seen[name][0]}, ranges that may be edited {ranges}, C2 is locked {seen[name][2]}")
open_form = (True, ["B2:B8"], False)
same = seen == {"form": open_form, "libreoffice": open_form, "openpyxl": (True, [], False)}
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
