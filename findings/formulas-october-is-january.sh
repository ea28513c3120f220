#!/bin/sh
# TEXT() of a day or a share, with which letters and headings are put together in a table, is another by each of those who compute an
# XLSX without Excel. formulas 1.3.4 has «5.1.2026» of 5 October 2026 in "d.m.yyyy", and so of each day of October, and of no other month,
# and «12» of 12.5 in "0" (pycel 1.0b30 too). pycel says #VALUE! of any day that has a point after the month, "dd.mm.yyyy" first of
# all, while "dd/mm/yyyy" is right. HyperFormula 3.5.0 has «1%» of a half in "0%", «1000» of October in "mmmm", and puts the minutes
# in place of the month where the hour stands first, "hh:mm dd.mm": «12:00 15.00». None of it is an error but pycel's. LibreOffice
# 7.4 has all of them as Excel does. Days and shares are to go out as numbers, and to be made texts by the program itself.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 formulas==1.3.4 pycel==1.0b30 openpyxl==3.1.5
(cd "$folder" && echo '{"private": true}' >package.json && npm install --silent --no-audit --no-fund hyperformula@3.5.0 >/dev/null 2>&1)
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import sys
from pathlib import Path

import xlsxwriter

ASKED = [
    'TEXT(DATE(2026,9,5),"d.m.yyyy")',
    'TEXT(DATE(2026,10,5),"d.m.yyyy")',
    'TEXT(DATE(2026,11,5),"d.m.yyyy")',
    'TEXT(DATE(2026,10,15),"dd.mm.yyyy")',
    'TEXT(DATE(2026,10,15),"dd/mm/yyyy")',
    'TEXT(DATE(2026,10,15)+0.5,"hh:mm dd.mm")',
    'TEXT(DATE(2026,10,15),"mmmm")',
    'TEXT(0.5,"0%")',
    'TEXT(12.5,"0")',
]
with xlsxwriter.Workbook(f"{sys.argv[1]}/texts.xlsx") as book:
    sheet = book.add_worksheet("S")
    for row, formula in enumerate(ASKED):
        sheet.write_formula(row, 0, f"={formula}", value="")
Path(f"{sys.argv[1]}/asked.json").write_text(json.dumps(ASKED), "utf-8")
PYTHON
cat >"$folder/compute.js" <<'JS'
const { HyperFormula } = require("hyperformula");
const engine = HyperFormula.buildFromArray([[0]], { licenseKey: "gpl-v3" });
console.log(JSON.stringify(require("./asked.json").map((formula) => engine.calculateFormula(`=${formula}`, 0))));
JS
node "$folder/compute.js" >"$folder/hyperformula.json"
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to csv:"Text - txt - csv (StarCalc)":59,34,76 \
    --outdir "$folder" "$folder/texts.xlsx" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder" 2>"$folder/progress" <<'PYTHON' || { cat "$folder/progress" >&2; exit 1; }
import json
import logging
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import formulas
from pycel import ExcelCompiler

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
FOLDER = Path(sys.argv[1])
BOOK = str(FOLDER / "texts.xlsx")
ASKED = json.loads((FOLDER / "asked.json").read_text("utf-8"))


def by_formulas() -> list[str]:
    found = formulas.ExcelModel().loads(BOOK).finish().calculate()
    ends = {name.rpartition("!")[2]: cells for name, cells in found.items()}
    return [str(ends[f"A{row}"].value[0, 0]) for row in range(1, len(ASKED) + 1)]


compiled = ExcelCompiler(BOOK)
seen = {
    "LibreOffice": (FOLDER / "texts.csv").read_text("utf-8").split("\n")[: len(ASKED)],
    "formulas": by_formulas(),
    "pycel": [str(compiled.evaluate(f"S!A{row}")) for row in range(1, len(ASKED) + 1)],
    "HyperFormula": json.loads((FOLDER / "hyperformula.json").read_text("utf-8")),
}
print(*(f"{name} {version(name)}" for name in ("XlsxWriter", "formulas", "pycel")))
for number, formula in enumerate(ASKED):
    print(f"  {formula}:", *(f"{who} {values[number]}" for who, values in seen.items()), sep="  ")
days = ["15.10.2026", "15/10/2026"]
same = seen == {
    "LibreOffice": ["5.9.2026", "5.10.2026", "5.11.2026", *days, "12:00 15.10", "October", "50%", "13"],
    "formulas": ["5.9.2026", "5.1.2026", "5.11.2026", *days, "12:00 15.10", "October", "50%", "12"],
    "pycel": ["#VALUE!"] * 4 + ["15/10/2026", "#VALUE!", "October", "50%", "12"],
    "HyperFormula": ["5.9.2026", "5.10.2026", "5.11.2026", *days, "12:00 15.00", "1000", "1%", "13"],
}
if not same:
    print("the behaviour has changed", file=sys.stderr)
sys.exit(0 if same else 1)
PYTHON
