#!/bin/sh
# LibreOffice 7.4 counts days from 30 December 1899 without the 29 February 1900 that XLSX counts: a cell that shows
# 01.01.1900 in Excel (serial number 1) becomes 31.12.1899 in an ODS, 28.02.1900 becomes 27.02.1900. From 1 March on, and
# back in an XLSX, the days agree. openpyxl and python-calamine read the XLSX as Excel shows it.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 is needed: apt-get install libreoffice-calc-nogui (Debian 12)" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 python-calamine==0.9.1
cat > "$folder/make.py" <<'PYTHON'
import sys

import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
day = book.add_format({"num_format": "dd.mm.yyyy"})
sheet = book.add_worksheet()
for column, number in enumerate((1, 59, 61)):
    sheet.write_number(0, column, number, day)
book.close()
PYTHON
"$folder/venv/bin/python" "$folder/make.py" "$folder/book.xlsx"
timeout 60 soffice --headless "-env:UserInstallation=file://$folder/profile" --convert-to ods --outdir "$folder" \
	"$folder/book.xlsx" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import python_calamine

seen = {}
for name in ("book.xlsx", "book.ods"):
    book = python_calamine.CalamineWorkbook.from_path(f"{sys.argv[1]}/{name}")
    (row,) = book.get_sheet_by_index(0).to_python()
    seen[name] = [str(day)[:10] for day in row]
    print(name, seen[name])
same = seen["book.xlsx"] == ["1900-01-01", "1900-02-28", "1900-03-01"]
same = same and seen["book.ods"] == ["1899-12-31", "1900-02-27", "1900-03-01"]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
