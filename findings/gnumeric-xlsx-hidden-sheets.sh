#!/bin/sh
# Gnumeric 1.12.55 shows hidden sheets when it saves as XLSX: neither "hidden" nor "very hidden" reaches the file,
# while as XLS (and as ODS) they stay hidden. What a program kept on such a sheet stands before everybody's eyes, and
# readers that take the visible sheets find one more.
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
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 python-calamine==0.9.1
cat > "$folder/make.py" <<'PYTHON'
import sys

import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
for name in ("Shown", "Hidden", "Very hidden"):
    book.add_worksheet(name).write(0, 0, name)
book.get_worksheet_by_name("Hidden").hide()
book.get_worksheet_by_name("Very hidden").very_hidden()
book.close()
PYTHON
"$folder/venv/bin/python" "$folder/make.py" "$folder/book.xlsx"
ssconvert -T Gnumeric_Excel:xlsx2 "$folder/book.xlsx" "$folder/saved.xlsx" 2>/dev/null
ssconvert -T Gnumeric_Excel:excel_biff8 "$folder/book.xlsx" "$folder/saved.xls" 2>/dev/null
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import python_calamine

seen = {}
for name in ("book.xlsx", "saved.xlsx", "saved.xls"):
    sheets = python_calamine.CalamineWorkbook.from_path(f"{sys.argv[1]}/{name}").sheets_metadata
    seen[name] = [str(sheet.visible).rpartition(".")[2] for sheet in sheets]
    print(name, seen[name])
hidden = ["Visible", "Hidden", "VeryHidden"]
same = seen["book.xlsx"] == seen["saved.xls"] == hidden and seen["saved.xlsx"] == ["Visible"] * 3
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
