#!/bin/sh
# openpyxl 3.1.5 cannot open an XLSX in which Gnumeric 1.12.55 has saved a comment without an author: its list of authors
# is empty and the comment names none, and openpyxl ends with IndexError. python-calamine reads the cells of the same file.
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
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 openpyxl==3.1.5 python-calamine==0.9.1
cat > "$folder/make.py" <<'PYTHON'
import sys

import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
sheet = book.add_worksheet()
sheet.write_string(0, 0, "Lyceum")
sheet.write_comment(0, 0, "ask again")
book.close()
PYTHON
"$folder/venv/bin/python" "$folder/make.py" "$folder/book.xlsx"
ssconvert -T Gnumeric_Excel:xlsx2 "$folder/book.xlsx" "$folder/saved.xlsx" 2>/dev/null
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
import warnings

import openpyxl
import python_calamine

warnings.simplefilter("ignore")


def opened(path):
    try:
        return openpyxl.load_workbook(path).active["A1"].value
    except IndexError as error:
        return f"IndexError: {error}"


seen = {}
for name in ("book.xlsx", "saved.xlsx"):
    path = f"{sys.argv[1]}/{name}"
    peer = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    seen[name] = opened(path)
    print(name, "openpyxl:", seen[name], "calamine:", peer)
same = seen == {"book.xlsx": "Lyceum", "saved.xlsx": "IndexError: list index out of range"}
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
