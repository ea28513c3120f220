#!/bin/sh
# LibreOffice 7.4: a hidden sheet is not in the PDF that `soffice --convert-to pdf` makes of a book, as one expects, unless it has a print
# area: then it is printed with the others, hidden or "very hidden", in XLSX and in ODS. A template whose working sheet was given a print
# area once, and hidden afterwards, or of which a program sets the print area of every sheet, hands out what nobody was to see. It
# ends with 0. Excel prints no hidden sheet. Whoever converts takes hidden sheets out of the book before, or their print
# areas (openpyxl 3.1.5: sheet.print_area = None), which is enough.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 openpyxl==3.1.5 pypdf==7.1.1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import openpyxl
import xlsxwriter

for name in ("plain", "area"):
    with xlsxwriter.Workbook(f"{sys.argv[1]}/{name}.xlsx") as book:
        for title in ("Report", "Hidden", "VeryHidden"):
            sheet = book.add_worksheet(title)
            sheet.write(0, 0, f"{title} is here")
            if name == "area":
                sheet.print_area("A1:B5")
            if title == "Hidden":
                sheet.hide()
            elif title == "VeryHidden":
                sheet.very_hidden()
book = openpyxl.load_workbook(f"{sys.argv[1]}/area.xlsx")
for sheet in book:
    if sheet.sheet_state != "visible":
        sheet.print_area = None
book.save(f"{sys.argv[1]}/taken-away.xlsx")
PYTHON
to() {
    soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to "$1" --outdir "$2" "$3" >/dev/null 2>&1
}
for name in plain area taken-away; do
    to pdf "$folder" "$folder/$name.xlsx"
done
to ods "$folder/ods" "$folder/area.xlsx"
to pdf "$folder/ods" "$folder/ods/area.ods"
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from importlib.metadata import version

from pypdf import PdfReader

ALL = ["Report is here", "Hidden is here", "VeryHidden is here"]
EXPECTED = {"plain": ALL[:1], "area": ALL, "ods/area": ALL, "taken-away": ALL[:1]}
print(*(f"{name} {version(name)}" for name in ("XlsxWriter", "openpyxl", "pypdf")))
seen = {}
for name in EXPECTED:
    seen[name] = [page.extract_text().strip() for page in PdfReader(f"{sys.argv[1]}/{name}.pdf").pages]
    print(f"  {name}: {seen[name]}")
sys.exit("the behaviour has changed" if seen != EXPECTED else 0)
PYTHON
