#!/bin/sh
# openpyxl 3.1.5 leaves the escapes of XLSX in a text as they are: what was pasted from a web form with CR LF between the lines
# is read as "Lyceum_x000D_\nnamed after". ECMA-376, 22.9.2.19 (ST_Xstring): _xHHHH_ stands for a character. python-calamine
# reads the CR. Yet it takes off the guard of a text that only looks like one (_x005F_x000D_), so that both
# are read alike, and nobody can tell them apart. Gnumeric 1.12.55 does neither: as XLS both escapes are words of the text.
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
book.add_worksheet().write_row(0, 0, ["Lyceum\r\nnamed after", "a_x000D_b"])
book.close()
PYTHON
"$folder/venv/bin/python" "$folder/make.py" "$folder/book.xlsx"
ssconvert -T Gnumeric_Excel:excel_biff8 "$folder/book.xlsx" "$folder/saved.xls" 2>/dev/null
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
import zipfile
from importlib.metadata import version

import openpyxl
import python_calamine

path = f"{sys.argv[1]}/book.xlsx"
strings = zipfile.ZipFile(path).read("xl/sharedStrings.xml")


def calamine(path):
    (row,) = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return row


read = [cell.value for cell in openpyxl.load_workbook(path).active[1]]
print("written:", strings[strings.index(b"<si>") :].decode())
print("openpyxl", version("openpyxl"), read)
print("python-calamine", version("python-calamine"), calamine(path))
saved = calamine(f"{sys.argv[1]}/saved.xls")
print("XLS of Gnumeric, python-calamine:", saved)
same = (
    read == ["Lyceum_x000D_\nnamed after", "a_x000D_b"]
    and calamine(path) == ["Lyceum\r\nnamed after", "a_x000D_b"]
    and saved == ["Lyceum_x000D_\nnamed after", "a_x005F_x000D_b"]
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
