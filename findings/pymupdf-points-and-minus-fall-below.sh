#!/bin/sh
# PyMuPDF 2.0: of a table in a PDF, page.find_tables() and extract(), the points, commas and minus signs stand in a line of their own
# below the rest of the cell: '-5' is '5\n-', five, '75,5' is '75 5\n,', and '15.10.2026' '15 10 2026\n. .'; where the letters are
# narrow, as in Times, even '755\n,' and '15102026\n. .'. It is so in any font of a PDF that LibreOffice 7.4 has written: the letters count
# by the height that each of them has, and what is small and low is taken for another line, from 3 points of distance on. Nothing is
# raised, and letters alone, «№ 1» and whole numbers are right, as is page.get_text(). pdfplumber 0.11.10, whose algorithm it is,
# has '-5', '75,5' and '15.10.2026'. extract(y_tolerance=8) helps while no cell has two lines.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 pymupdf==2.0 pdfplumber==0.11.10
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import xlsxwriter

ROWS = (("Школа", "Учеников", "Доля", "Срок"), ("№ 1", "-5", "75,5", "15.10.2026"), ("№ 2", "12", "3.5", "завтра"))
with xlsxwriter.Workbook(f"{sys.argv[1]}/report.xlsx") as book:
    sheet = book.add_worksheet()
    framed = book.add_format({"border": 1, "font_name": "DejaVu Sans"})
    sheet.set_column(0, 3, 15)
    for row, values in enumerate(ROWS):
        for column, value in enumerate(values):
            sheet.write_string(row, column, value, framed)
PYTHON
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to pdf --outdir "$folder" \
    "$folder/report.xlsx" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder/report.pdf" <<'PYTHON'
import sys
from importlib.metadata import version

import pdfplumber
import pymupdf

page = pymupdf.open(sys.argv[1])[0]
table = page.find_tables().tables[0]
with pdfplumber.open(sys.argv[1]) as other:
    seen = {
        "PyMuPDF": table.extract(),
        "PyMuPDF, y_tolerance=8": table.extract(y_tolerance=8),
        "pdfplumber": other.pages[0].extract_tables()[0],
    }
print(*(f"{name} {version(name)}" for name in ("XlsxWriter", "pymupdf", "pdfplumber")))
for who, rows in seen.items():
    print(f"  {who}: {rows}")
words = page.get_text().split()
print("  get_text():", *words)
heading, second = ["Школа", "Учеников", "Доля", "Срок"], ["№ 2", "12", "3.5", "завтра"]
right = [heading, ["№ 1", "-5", "75,5", "15.10.2026"], second]
same = seen == {
    "PyMuPDF": [heading, ["№ 1", "5\n-", "75 5\n,", "15 10 2026\n. ."], ["№ 2", "12", "3 5\n.", "завтра"]],
    "PyMuPDF, y_tolerance=8": right,
    "pdfplumber": right,
}
sys.exit("the behaviour has changed" if not same or not {"-5", "75,5", "15.10.2026"} <= set(words) else 0)
PYTHON
