#!/bin/sh
# OnlyOffice (document-builder 10.0.0.170) moves every drop-down list of an XLSX into Excel's extension for lists that
# refer to other sheets (x14:dataValidations), also one of plain words. Excel shows it as before; openpyxl 3.1.5 reads
# no list at all, warns, and a file that it saves has lost them all. Of the original it reads and keeps the list.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet document-builder==10.0.0.170 XlsxWriter==3.3.1 openpyxl==3.1.5
builder=$(echo "$folder"/venv/lib/python*/site-packages/docbuilder/lib/docbuilder)
cat > "$folder/make.py" <<'PYTHON'
import sys

import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
book.add_worksheet().data_validation("A1:A9", {"validate": "list", "source": ["yes", "no"]})
book.close()
PYTHON
"$folder/venv/bin/python" "$folder/make.py" "$folder/book.xlsx"
cat > "$folder/save.docbuilder" <<SCRIPT
builder.OpenFile("$folder/book.xlsx", "");
builder.SaveFile("xlsx", "$folder/saved.xlsx");
builder.CloseFile();
SCRIPT
# It says that it has no licence, and does its work.
"$builder" "$folder/save.docbuilder" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
import warnings
import zipfile
from importlib.metadata import version

import openpyxl

seen = {}
for name in ("book.xlsx", "saved.xlsx"):
    path = f"{sys.argv[1]}/{name}"
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        book = openpyxl.load_workbook(path)
    lists = [each.formula1 for each in book.active.data_validations.dataValidation]
    is_extension = b"x14:dataValidation" in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    seen[name] = (lists, is_extension)
    print("openpyxl", version("openpyxl"), name, "lists:", lists, "in the extension:", is_extension)
    for warning in said:
        print("  ", warning.message)
same = seen == {"book.xlsx": (['"yes,no"'], False), "saved.xlsx": ([], True)}
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
