#!/bin/sh
# LibreOffice 7.4: a report whose texts are wrapped, made by XlsxWriter 3.3.1 or openpyxl 3.1.5, has all its rows one line high in the
# PDF that `soffice --convert-to pdf` makes of it. The heights are not in the file, for a program does not know them; Excel makes rows
# high enough when it opens the book, and LibreOffice, which notes them as "optimal", does not when it converts. What has no room
# goes up over the row above, and out of the page from the first row: of «СОШ № 1 имени А. С. Пушкина города Энска» the number is not
# in the PDF. It ends with 0. Two steps, to ODS and from there to PDF, make the rows as high as they have to be, XLSX in between
# does not. set_row() with a height does as well.
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
from openpyxl.styles import Alignment

NAME = "СОШ № 1 имени А. С. Пушкина города Энска"
for name, height in (("xlsxwriter", None), ("told", 60)):
    with xlsxwriter.Workbook(f"{sys.argv[1]}/{name}.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.set_column(0, 0, 18)
        sheet.set_row(0, height)
        sheet.write(0, 0, NAME, book.add_format({"text_wrap": True}))
        sheet.write(1, 0, "Лицей")
book = openpyxl.Workbook()
sheet = book.active
sheet.column_dimensions["A"].width = 18
sheet["A1"], sheet["A2"] = NAME, "Лицей"
sheet["A1"].alignment = Alignment(wrap_text=True)
book.save(f"{sys.argv[1]}/openpyxl.xlsx")
PYTHON
to() {
    soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to "$1" --outdir "$2" "$3" >/dev/null 2>&1
}
for name in xlsxwriter openpyxl told; do
    to pdf "$folder" "$folder/$name.xlsx"
done
for between in ods xlsx; do
    to "$between" "$folder/$between" "$folder/xlsxwriter.xlsx"
    to pdf "$folder/$between" "$folder/$between/xlsxwriter.$between"
done
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from importlib.metadata import version
from pathlib import Path

from pypdf import PdfReader

EXPECTED = {
    "xlsxwriter.pdf": False,
    "openpyxl.pdf": False,
    "xlsx/xlsxwriter.pdf": False,
    "ods/xlsxwriter.pdf": True,
    "told.pdf": True,
}
print(*(f"{name} {version(name)}" for name in ("XlsxWriter", "openpyxl", "pypdf")))
seen = {}
for name in EXPECTED:
    text = PdfReader(Path(sys.argv[1]) / name).pages[0].extract_text()
    seen[name] = "СОШ № 1" in text and "Энска" in text
    print(f"  {name}: {' | '.join(text.split(chr(10)))}")
sys.exit("the behaviour has changed" if seen != EXPECTED else 0)
PYTHON
