#!/bin/sh
# LibreOffice 7.4: WEEKNUM() of the last days of December is 1, from the day on with which the week of 1 January begins: from 27 December
# 2026 on with weeks from Sunday, which is what is taken if nothing is said, from 28 December on from Monday (mode 2). Gnumeric 1.12.55
# and HyperFormula 3.5.0 have 53 there, and 1 from 1 January on, as Excel's help has it, «the week containing January 1 is the
# first week of the year». So a book that is opened in LibreOffice and saved counts the answers of the end of December into
# the year's first week, beside January's of the same year; what it writes into the XLSX is that 1, which openpyxl 3.1.5 reads. Nothing is
# said. Mode 21 and ISOWEEKNUM() are one to all, and are what Russians call the number of a week.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
case "$(ssconvert --version 2>/dev/null)" in
*"'1.12.55'"*) ;;
*) echo "Gnumeric 1.12.55 (ssconvert) is needed: apt-get install gnumeric" >&2; exit 3 ;;
esac
echo "Gnumeric 1.12.55"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 openpyxl==3.1.5
(cd "$folder" && echo '{"private": true}' >package.json && npm install --silent --no-audit --no-fund hyperformula@3.5.0 >/dev/null 2>&1)
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import sys
from pathlib import Path

import xlsxwriter

DAYS = ("2026,12,26", "2026,12,27", "2026,12,28", "2026,12,31", "2027,1,1", "2027,1,4")
ASKED = [[f"{how.format(f'DATE({day})')}" for how in ("WEEKNUM({})", "WEEKNUM({},2)", "WEEKNUM({},21)")] for day in DAYS]
with xlsxwriter.Workbook(f"{sys.argv[1]}/weeks.xlsx") as book:
    sheet = book.add_worksheet()
    for row, formulas in enumerate(ASKED):
        for column, formula in enumerate(formulas):
            sheet.write_formula(row, column, f"={formula}", value="")
Path(f"{sys.argv[1]}/asked.json").write_text(json.dumps(ASKED), "utf-8")
PYTHON
cat >"$folder/compute.js" <<'JS'
const { HyperFormula } = require("hyperformula");
const engine = HyperFormula.buildFromArray([[0]], { licenseKey: "gpl-v3" });
const asked = require("./asked.json");
console.log(JSON.stringify(asked.map((row) => row.map((formula) => engine.calculateFormula(`=${formula}`, 0)))));
JS
node "$folder/compute.js" >"$folder/hyperformula.json"
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to xlsx --outdir "$folder/saved" \
    "$folder/weeks.xlsx" >/dev/null 2>&1
HOME=$folder ssconvert --recalc "$folder/weeks.xlsx" "$folder/gnumeric.csv" 2>/dev/null
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import csv
import json
import sys
from importlib.metadata import version
from pathlib import Path

import openpyxl

FOLDER = Path(sys.argv[1])
ASKED = json.loads((FOLDER / "asked.json").read_text("utf-8"))
saved = openpyxl.load_workbook(FOLDER / "saved/weeks.xlsx", data_only=True).active
seen = {
    "LibreOffice": [list(row) for row in saved.iter_rows(values_only=True)],
    "Gnumeric": [[int(cell) for cell in row] for row in csv.reader((FOLDER / "gnumeric.csv").open())],
    "HyperFormula": json.loads((FOLDER / "hyperformula.json").read_text("utf-8")),
}
print(*(f"{name} {version(name)}" for name in ("XlsxWriter", "openpyxl")))
for number, formulas in enumerate(ASKED):
    print(f"  {', '.join(formulas)}:", *(f"{who} {rows[number]}" for who, rows in seen.items()), sep="  ")
others = [[52, 52, 52], [53, 52, 52], [53, 53, 53], [53, 53, 53], [1, 1, 53], [2, 2, 1]]
same = seen == {
    "LibreOffice": [[52, 52, 52], [1, 52, 52], [1, 1, 53], [1, 1, 53], [1, 1, 53], [2, 2, 1]],
    "Gnumeric": others,
    "HyperFormula": others,
}
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
