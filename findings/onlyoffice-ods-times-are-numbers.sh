#!/bin/sh
# OnlyOffice (document-builder 10.0.0.170) writes times and durations (hh:mm, [h]:mm) into an ODS as plain numbers, parts
# of a day, with value-type "float" and the number as the text shown; dates it writes as dates. What was 12:00 is 0.5 to
# every reader that goes by the type of the value, as OpenDocument has it ("time"; LibreOffice writes that).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet document-builder==10.0.0.170 XlsxWriter==3.3.1 python-calamine==0.9.1
builder=$(echo "$folder"/venv/lib/python*/site-packages/docbuilder/lib/docbuilder)
cat > "$folder/make.py" <<'PYTHON'
import sys

import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
sheet = book.add_worksheet()
for column, (value, shape) in enumerate([(0.5, "hh:mm"), (1.25, "[h]:mm"), (46310, "dd.mm.yyyy")]):
    sheet.write_number(0, column, value, book.add_format({"num_format": shape}))
book.close()
PYTHON
"$folder/venv/bin/python" "$folder/make.py" "$folder/book.xlsx"
cat > "$folder/save.docbuilder" <<SCRIPT
builder.OpenFile("$folder/book.xlsx", "");
builder.SaveFile("ods", "$folder/saved.ods");
builder.CloseFile();
SCRIPT
# It says that it has no licence, and does its work.
"$builder" "$folder/save.docbuilder" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import re
import sys
import zipfile
from datetime import date, time, timedelta
from importlib.metadata import version

import python_calamine

seen = {}
for name in ("book.xlsx", "saved.ods"):
    book = python_calamine.CalamineWorkbook.from_path(f"{sys.argv[1]}/{name}")
    (seen[name],) = book.get_sheet_by_index(0).to_python()
    print("python-calamine", version("python-calamine"), name, seen[name])
content = zipfile.ZipFile(f"{sys.argv[1]}/saved.ods").read("content.xml").decode()
kinds = re.findall(r'office:value-type="(\w+)"', content)
print("document-builder", version("document-builder"), "office:value-type:", kinds)
day = date(2026, 10, 15)
same = seen == {"book.xlsx": [time(12), timedelta(hours=30), day], "saved.ods": [0.5, 1.25, day]}
sys.exit("the behaviour has changed" if not (same and kinds == ["float", "float", "date"]) else 0)
PYTHON
