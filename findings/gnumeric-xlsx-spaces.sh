#!/bin/sh
# Gnumeric 1.12.55 writes no xml:space="preserve" into an XLSX, and python-calamine 0.9.1 drops the spaces at both ends of
# a text, and of each part of a text with several fonts, where that is missing: of "Lyceum " and a bold "named" becomes
# one word. openpyxl keeps them in the same file, and as XLS nothing is lost.
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
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 python-calamine==0.9.1 openpyxl==3.1.5
cat > "$folder/make.py" <<'PYTHON'
import sys

import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
sheet = book.add_worksheet()
sheet.write_rich_string(0, 0, "Lyceum ", book.add_format({"bold": True}), "named", " after")
sheet.write_string(0, 1, "  indented")
book.close()
PYTHON
"$folder/venv/bin/python" "$folder/make.py" "$folder/book.xlsx"
ssconvert -T Gnumeric_Excel:xlsx2 "$folder/book.xlsx" "$folder/saved.xlsx" 2>/dev/null
ssconvert -T Gnumeric_Excel:excel_biff8 "$folder/book.xlsx" "$folder/saved.xls" 2>/dev/null
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
import warnings

import openpyxl
import python_calamine

warnings.simplefilter("ignore")
seen = {}
for name in ("book.xlsx", "saved.xlsx", "saved.xls"):
    path = f"{sys.argv[1]}/{name}"
    (seen[name],) = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    print(name, "calamine:", seen[name])
(peer,) = openpyxl.load_workbook(f"{sys.argv[1]}/saved.xlsx").active.iter_rows(values_only=True)
print("saved.xlsx", "openpyxl:", list(peer))
whole = ["Lyceum named after", "  indented"]
same = list(peer) == seen["book.xlsx"] == seen["saved.xls"] == whole
same = same and seen["saved.xlsx"] == ["Lyceumnamedafter", "indented"]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
