#!/bin/sh
# How many working days are left, NETWORKDAYS(today, due)? Of a deadline that has passed, asked on 15 October and due on the 12th, Excel's answer is negative,
# -4, both days counted, and so is that of LibreOffice 7.4, HyperFormula 3.5.0, IronCalc 0.9.1 and formulas 1.3.4. Gnumeric 1.12.55 has 4: what is overdue
# looks as if there were days left, a rule of conditional format for less than 0 never comes, and a table sorted by it has the late among the
# early. In calendar days, INT(due - now), it is HyperFormula that loses the minus: of twelve hours ago, -0.5, INT() is 0, «today», where
# the others have -1, and -5 of -5.5, for it cuts off what Excel rounds down. Nothing is raised, and of days to come all of them have
# one answer. Whether the deadline has passed is to be asked by itself, due < now; x - MOD(x, 1) rounds down in all of them.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
case "$(ssconvert --version 2>&1)" in
*"1.12.55"*) ;;
*) echo "Gnumeric 1.12.55 (ssconvert) is needed: apt-get install gnumeric (Debian 12)" >&2; exit 3 ;;
esac
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 ironcalc==0.9.1 formulas==1.3.4 openpyxl==3.1.5
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund hyperformula@3.5.0 >/dev/null 2>&1
"$folder/venv/bin/python" - <<'PYTHON'
import json
from pathlib import Path

import xlsxwriter

ASKED = [
    "NETWORKDAYS(DATE(2026,10,12),DATE(2026,10,15))",
    "NETWORKDAYS(DATE(2026,10,15),DATE(2026,10,12))",
    "NETWORKDAYS(DATE(2026,10,16),DATE(2026,10,15))",
    "INT(DATE(2026,10,15)-DATE(2026,10,15)-0.5)",
    "INT(-5.5)",
    "-5.5-MOD(-5.5,1)",
]
with xlsxwriter.Workbook("days.xlsx") as book:
    sheet = book.add_worksheet("S")
    for row, formula in enumerate(ASKED):
        sheet.write_formula(row, 0, f"={formula}", value="")
Path("asked.json").write_text(json.dumps(ASKED), "utf-8")
PYTHON
cat >compute.js <<'JS'
const { HyperFormula } = require("hyperformula");
const engine = HyperFormula.buildFromArray([[0]], { licenseKey: "gpl-v3" });
console.log(JSON.stringify(require("./asked.json").map((formula) => engine.calculateFormula(`=${formula}`, 0))));
JS
node compute.js >hyperformula.json
ssconvert --recalc days.xlsx gnumeric.xlsx >/dev/null 2>&1
mkdir office
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to xlsx --outdir office days.xlsx >/dev/null 2>&1
"$folder/venv/bin/python" - 2>progress <<'PYTHON' || { cat progress >&2; exit 1; }
import json
import logging
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import formulas
import ironcalc
import openpyxl

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
ASKED = json.loads(Path("asked.json").read_text("utf-8"))
ROWS = range(1, len(ASKED) + 1)


def stored(place: str) -> list[int]:
    sheet = openpyxl.load_workbook(place, data_only=True).active
    return [sheet.cell(row, 1).value for row in ROWS]


def by_ironcalc() -> list[int]:
    model = ironcalc.load_from_xlsx("days.xlsx", "en", "UTC", "en")
    model.evaluate()
    return [int(model.get_formatted_cell_value(0, row, 1)) for row in ROWS]


def by_formulas() -> list[int]:
    found = formulas.ExcelModel().loads("days.xlsx").finish().calculate()
    ends = {name.rpartition("!")[2]: cells for name, cells in found.items()}
    return [int(ends[f"A{row}"].value[0, 0]) for row in ROWS]


seen = {
    "LibreOffice": stored("office/days.xlsx"),
    "Gnumeric": stored("gnumeric.xlsx"),
    "HyperFormula": json.loads(Path("hyperformula.json").read_text("utf-8")),
    "IronCalc": by_ironcalc(),
    "formulas": by_formulas(),
}
print(*(f"{name} {version(name)}" for name in ("ironcalc", "formulas")))
for number, formula in enumerate(ASKED):
    print(f"  {formula}:", *(f"{who} {values[number]}" for who, values in seen.items()), sep="  ")
right = [4, -4, -2, -1, -6, -6]
same = seen == {
    "LibreOffice": right,
    "Gnumeric": [4, 4, 2, -1, -6, -6],
    "HyperFormula": [4, -4, -2, 0, -5, -6],
    "IronCalc": right,
    "formulas": right,
}
if not same:
    print("the behaviour has changed", file=sys.stderr)
sys.exit(0 if same else 1)
PYTHON
