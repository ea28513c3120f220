#!/bin/sh
# Who has not said «да» yet, COUNTIF(A1:A6,"<>да") of «да», «Да», «нет», «не все», 5 and a blank? 4 by Excel's help, for all but the two are something
# else, and large letters are as small ones; so it is to LibreOffice 7.4, HyperFormula 3.5.0, formulas 1.3.4 and pycel 1.0b30. IronCalc 0.9.1 has 2, for it
# leaves out the number and the blank, and Gnumeric 1.12.55 has 5, for there «Да» is not «да», while to COUNTIF(A1:A6,"да") it is, 2 to all of
# them. With masks, "*№ 1" counts № 12 too to formulas, and "СОШ*" not «сош № 3»; "<>СОШ*" is no mask to formulas, Gnumeric and pycel, so
# that all five schools are other than СОШ; "СОШ № ??" takes a single digit too to HyperFormula, and the brackets of "*(*)" are
# none to pycel, which counts all. Nothing is raised. LibreOffice alone has all of them right. Who is missing is to be counted by the
# program, or as ROWS(A1:A6)-COUNTIF(A1:A6,"да"), which is one to all but pycel, which has no ROWS().
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
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 ironcalc==0.9.1 formulas==1.3.4 pycel==1.0b30 openpyxl==3.1.5
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund hyperformula@3.5.0 >/dev/null 2>&1
"$folder/venv/bin/python" - <<'PYTHON'
import json
from pathlib import Path

import xlsxwriter

ANSWERS = ["да", "Да", "нет", "не все", 5, None]
NAMES = ["СОШ № 1", "СОШ № 12", "сош № 3", "Лицей № 1", "СОШ № 4 (вечерняя)"]
ASKED = [f'COUNTIF(A1:A6,"{what}")' for what in ("да", "<>да")]
ASKED += [f'COUNTIF(B1:B5,"{what}")' for what in ("*№ 1", "СОШ*", "<>СОШ*", "СОШ № ??", "*(*)")]
ASKED += ['ROWS(A1:A6)-COUNTIF(A1:A6,"да")']
with xlsxwriter.Workbook("counts.xlsx") as book:
    sheet = book.add_worksheet("S")
    sheet.write_column(0, 0, ANSWERS)
    sheet.write_column(0, 1, NAMES)
    for row, formula in enumerate(ASKED):
        sheet.write_formula(row, 2, f"={formula}", value="")
table = [[answer, name] for answer, name in zip(ANSWERS, [*NAMES, None])]
Path("asked.json").write_text(json.dumps({"asked": ASKED, "table": table}), "utf-8")
PYTHON
cat >compute.js <<'JS'
const { HyperFormula } = require("hyperformula");
const { asked, table } = require("./asked.json");
const engine = HyperFormula.buildFromArray(table, { licenseKey: "gpl-v3" });
console.log(JSON.stringify(asked.map((formula) => engine.calculateFormula(`=${formula}`, 0))));
JS
node compute.js >hyperformula.json
ssconvert --recalc counts.xlsx gnumeric.xlsx >/dev/null 2>&1
mkdir office
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to xlsx --outdir office counts.xlsx >/dev/null 2>&1
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
from pycel import ExcelCompiler

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
ASKED = json.loads(Path("asked.json").read_text("utf-8"))["asked"]
ROWS = range(1, len(ASKED) + 1)


def stored(place: str) -> list[int | None]:
    sheet = openpyxl.load_workbook(place, data_only=True).active
    return [sheet.cell(row, 3).value for row in ROWS]


def by_ironcalc() -> list[int]:
    model = ironcalc.load_from_xlsx("counts.xlsx", "en", "UTC", "en")
    model.evaluate()
    return [int(model.get_formatted_cell_value(0, row, 3)) for row in ROWS]


def by_formulas() -> list[int]:
    found = formulas.ExcelModel().loads("counts.xlsx").finish().calculate()
    ends = {name.rpartition("!")[2]: cells for name, cells in found.items()}
    return [int(ends[f"C{row}"].value[0, 0]) for row in ROWS]


def by_pycel() -> list[int | None]:
    """Without ROWS(), which it does not know, and says so."""
    compiled = ExcelCompiler("counts.xlsx")
    return [int(compiled.evaluate(f"S!C{row}")) for row in ROWS[:-1]]


seen = {
    "LibreOffice": stored("office/counts.xlsx"),
    "Gnumeric": stored("gnumeric.xlsx"),
    "HyperFormula": json.loads(Path("hyperformula.json").read_text("utf-8")),
    "IronCalc": by_ironcalc(),
    "formulas": by_formulas(),
    "pycel": by_pycel(),
}
print(*(f"{name} {version(name)}" for name in ("ironcalc", "formulas", "pycel")))
for number, formula in enumerate(ASKED):
    print(f"  {formula}:", *(f"{who} {values[number]}" for who, values in seen.items() if number < len(values)), sep="  ")
same = seen == {
    "LibreOffice": [2, 4, 2, 4, 1, 1, 1, 4],
    "Gnumeric": [2, 5, 2, 4, 5, 1, 1, 4],
    "HyperFormula": [2, 4, 2, 4, 1, 3, 1, 4],
    "IronCalc": [2, 2, 2, 4, 1, 1, 1, 4],
    "formulas": [2, 4, 3, 3, 5, 3, 1, 4],
    "pycel": [2, 4, 2, 4, 5, 1, 5],
}
if not same:
    print("the behaviour has changed", file=sys.stderr)
sys.exit(0 if same else 1)
PYTHON
