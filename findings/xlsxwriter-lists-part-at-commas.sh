#!/bin/sh
# XlsxWriter 3.3.1: the words of a drop-down list, a Python list, are joined by commas as they are, and Excel's file has nothing
# that would tell a comma within a word from one between words: ["Да", "Да, частично"] and ["Да", "Да", "частично"] are two and
# three words to Python, and three to LibreOffice 7.4 either way; ["1,5", "2"], as Russians write one and a half, are 1, 5
# and 2. Nothing is raised, although there is a warning for a list of over 255 characters. Words that may have commas
# go into cells, and the range of these into "source".
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1
"$folder/venv/bin/python" -W error - "$folder" <<'PYTHON'
import sys
from importlib.metadata import version

import xlsxwriter

with xlsxwriter.Workbook(f"{sys.argv[1]}/form.xlsx") as book:
    sheet = book.add_worksheet()
    for row, words in enumerate((["Да", "Да, частично"], ["Да", "Да", "частично"], ["1,5", "2"], ["Да", "Нет"])):
        accepted = sheet.data_validation(row, 0, row, 0, {"validate": "list", "source": words})
        print(f"  XlsxWriter {version('xlsxwriter')} is given {words} and answers {accepted}")
PYTHON
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to fods --outdir "$folder" \
    "$folder/form.xlsx" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import re
import sys
from html import unescape
from pathlib import Path

text = Path(f"{sys.argv[1]}/form.fods").read_text("utf-8")
conditions = [unescape(one) for one in re.findall(r'table:condition="([^"]*)"', text)]
offered = [re.findall(r'"([^"]*)"', one) for one in conditions]
for words in offered:
    print("  LibreOffice offers", words)
# LibreOffice keeps equal lists once.
parts = [["Да", "Да", "частично"], ["1", "5", "2"], ["Да", "Нет"]]
same = [words for number, words in enumerate(offered) if words not in offered[:number]] == parts
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
