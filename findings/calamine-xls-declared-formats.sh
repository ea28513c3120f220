#!/bin/sh
# python-calamine 0.9.1 takes the formats 50 to 58 of an XLS for dates, as they are built in for Far Eastern languages,
# although the file itself declares what they are. Gnumeric 1.12.55 numbers the formats that a user has made from 50 on:
# of a file that it has saved 75.5 % is read as 18:07:12 and the code 007 as 7 January 1900. xlrd reads the same file by
# its own declarations.
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
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 python-calamine==0.9.1 xlrd==2.0.2
cat > "$folder/make.py" <<'PYTHON'
import sys

import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
sheet = book.add_worksheet()
for column, (value, shape) in enumerate([(0.755, "0.0%"), (7, "000"), (1500, '#,##0.00 "RUB"')]):
    sheet.write_number(0, column, value, book.add_format({"num_format": shape}))
book.close()
PYTHON
"$folder/venv/bin/python" "$folder/make.py" "$folder/book.xlsx"
ssconvert -T Gnumeric_Excel:excel_biff8 "$folder/book.xlsx" "$folder/saved.xls" 2>/dev/null
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from datetime import date, datetime, time
from importlib.metadata import version

import python_calamine
import xlrd

path = f"{sys.argv[1]}/saved.xls"
(read,) = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
book = xlrd.open_workbook(path, formatting_info=True)
row = book.sheet_by_index(0).row(0)
formats = [book.format_map[book.xf_list[cell.xf_index].format_key] for cell in row]
print("python-calamine", version("python-calamine"), read)
print("xlrd", version("xlrd"), [cell.value for cell in row], [(each.format_key, each.format_str) for each in formats])
same = (
    all(isinstance(value, (date, datetime, time)) for value in read)
    and [cell.value for cell in row] == [0.755, 7, 1500]
    and all(50 <= each.format_key <= 58 for each in formats)
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
