#!/bin/sh
# OnlyOffice (document-builder 10.0.0.170) writes the bare number as the text of an ODS cell, not what it shows: "7" where
# the format 000 shows 007, "0.755" where 0.0% shows 75.5%. OpenDocument 1.2, 9.1.4, has the text there as it is shown,
# and LibreOffice writes "007" and "75.5%". The digits that the format asks for stand in a data style of styles.xml alone,
# to which the style of the column leads: the zeros of a code are lost to whoever reads the text of cells.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 is needed: apt-get install libreoffice-calc-nogui (Debian 12)" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet document-builder==10.0.0.170 XlsxWriter==3.3.1 odfpy==1.4.1
builder=$(echo "$folder"/venv/lib/python*/site-packages/docbuilder/lib/docbuilder)
cat > "$folder/make.py" <<'PYTHON'
import sys

import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
sheet = book.add_worksheet()
sheet.set_column(0, 0, 9, book.add_format({"num_format": "000"}))
for row in range(3):
    sheet.write_number(row, 0, 7 + row)
sheet.write_number(0, 1, 0.755, book.add_format({"num_format": "0.0%"}))
book.close()
PYTHON
"$folder/venv/bin/python" "$folder/make.py" "$folder/book.xlsx"
cat > "$folder/save.docbuilder" <<SCRIPT
builder.OpenFile("$folder/book.xlsx", "");
builder.SaveFile("ods", "$folder/onlyoffice.ods");
builder.CloseFile();
SCRIPT
# It says that it has no licence, and does its work.
"$builder" "$folder/save.docbuilder" >/dev/null 2>&1
timeout 60 soffice --headless "-env:UserInstallation=file://$folder/profile" --convert-to ods --outdir "$folder" \
	"$folder/book.xlsx" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from importlib.metadata import version

from odf import teletype
from odf.number import Number
from odf.opendocument import load
from odf.table import TableCell, TableColumn

seen = {}
for name in ("book.ods", "onlyoffice.ods"):
    document = load(f"{sys.argv[1]}/{name}")
    cells = [cell for cell in document.spreadsheet.getElementsByType(TableCell) if cell.getAttribute("value")]
    seen[name] = [teletype.extractText(cell).replace(",", ".") for cell in cells]
    print(name, seen[name], "style of the first:", cells[0].getAttribute("stylename"))
digits = [number.getAttribute("minintegerdigits") for number in document.styles.getElementsByType(Number)]
column = document.spreadsheet.getElementsByType(TableColumn)[0].getAttribute("defaultcellstylename")
print("document-builder", version("document-builder"), "digits in its shared styles:", digits, "column:", column)
same = seen == {"book.ods": ["007", "75.5%", "008", "009"], "onlyoffice.ods": ["7", "0.755", "8", "9"]}
same = same and cells[0].getAttribute("stylename") is None and column is not None and "3" in map(str, digits)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
