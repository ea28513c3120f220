#!/bin/sh
# Gnumeric 1.12.55 does not understand a reference to a sheet whose name has an apostrophe, which an XLSX doubles within
# its quotes ('O''Henry'!$A$1): a formula is replaced by an error that quotes it, a defined name by ERROR("..."), and
# the print area is gone. The converter complains on stderr and ends with 0.
set -eu
case "$(ssconvert --version 2>/dev/null)" in
*"'1.12.55'"*) ;;
*) echo "Gnumeric 1.12.55 (ssconvert) is needed: apt-get install gnumeric" >&2; exit 3 ;;
esac
echo "Gnumeric 1.12.55"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME="$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 openpyxl==3.1.5
cat > "$folder/make.py" <<'PYTHON'
import sys

import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
sheet = book.add_worksheet("O'Henry")
sheet.write_row(0, 0, [3, 4])
sheet.print_area(0, 0, 0, 1)
book.define_name("marks", "='O''Henry'!$A$1:$B$1")
book.add_worksheet("Sum").write_formula(0, 0, "=SUM('O''Henry'!$A$1:$B$1)", None, 0)
book.close()
PYTHON
"$folder/venv/bin/python" "$folder/make.py" "$folder/book.xlsx"
ssconvert --recalc -T Gnumeric_Excel:xlsx2 "$folder/book.xlsx" "$folder/saved.xlsx" 2>&1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
import warnings

import openpyxl

warnings.simplefilter("ignore")

seen = {}
for name in ("book.xlsx", "saved.xlsx"):
    book = openpyxl.load_workbook(f"{sys.argv[1]}/{name}", data_only=True)
    seen[name] = (book.defined_names["marks"].attr_text, book["O'Henry"].print_area or None, book["Sum"]["A1"].value)
    print(name, seen[name])
same = seen["book.xlsx"][:2] == ("'O''Henry'!$A$1:$B$1", "'O''Henry'!$A$1:$B$1")
name, area, total = seen["saved.xlsx"]
same = same and "ERROR(" in name and area is None and "Henry" in str(total)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
