#!/bin/sh
# OnlyOffice (document-builder 10.0.0.170) writes TRUE into an ODS as office:boolean-value="1", where OpenDocument 1.2
# (19.367, 18.3.2) knows "true" and "false" alone: python-calamine 0.9.1 reads False. It is silently the opposite.
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
book.add_worksheet().write_row(0, 0, [True, False])
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
from importlib.metadata import version

import python_calamine

seen = {}
for name in ("book.xlsx", "saved.ods"):
    book = python_calamine.CalamineWorkbook.from_path(f"{sys.argv[1]}/{name}")
    (seen[name],) = book.get_sheet_by_index(0).to_python()
    print("python-calamine", version("python-calamine"), name, seen[name])
content = zipfile.ZipFile(f"{sys.argv[1]}/saved.ods").read("content.xml").decode()
written = re.findall(r'office:boolean-value="(\w+)"', content)
print("document-builder", version("document-builder"), "office:boolean-value:", written)
same = written == ["1", "0"] and seen == {"book.xlsx": [True, False], "saved.ods": [False, False]}
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
