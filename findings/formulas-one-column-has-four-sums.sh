#!/bin/sh
# One column of answers, 7, «12» typed as a text, TRUE, «нет», a blank, 12, has four sums by those who compute an XLSX without Excel. Excel
# leaves out texts and truths that stand in a range, and so do Gnumeric 1.12.55, HyperFormula 3.5.0 and pycel 1.0b30: 19, on
# average 9.5. LibreOffice 7.4 counts TRUE as 1: 20, on average 6.67, the least is 1. formulas 1.3.4 has 31 and xlcalculator 0.5.0 has 32:
# they add the text «12» too, and of the average both say #VALUE!. Of the answers above five, COUNTIF(..., ">5"), there are 2, to
# formulas 3, with the text, and to xlcalculator 4. Nothing is raised. Of numbers alone all six have one sum (and xlcalculator no average
# for a blank among them): answers are to be made numbers before a program is let to add them.
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
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 formulas==1.3.4 pycel==1.0b30 xlcalculator==0.5.0 openpyxl==3.1.5
(cd "$folder" && echo '{"private": true}' >package.json && npm install --silent --no-audit --no-fund hyperformula@3.5.0 >/dev/null 2>&1)
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import sys
from pathlib import Path

import xlsxwriter

FORMULAS = ("SUM({})", "AVERAGE({})", "MIN({})", 'COUNTIF({},">5")')
COLUMNS = {"A": [7, "12", True, "нет", None, 12], "B": [7, 12, 1, None, None, 12]}
with xlsxwriter.Workbook(f"{sys.argv[1]}/answers.xlsx") as book:
    sheet = book.add_worksheet("S")
    for number, values in enumerate(COLUMNS.values()):
        for row, value in enumerate(values):
            (sheet.write_string if isinstance(value, str) else sheet.write)(row, number, value)
    asked = [one.format(f"{column}1:{column}6") for column in COLUMNS for one in FORMULAS]
    for row, formula in enumerate(asked):
        sheet.write_formula(row, 2, f"={formula}", value="")
rows = [[f"'{value}" if value == "12" else value for value in pair] for pair in zip(*COLUMNS.values(), strict=True)]
Path(f"{sys.argv[1]}/asked.json").write_text(json.dumps({"rows": rows, "asked": asked}), "utf-8")
PYTHON
cat >"$folder/compute.js" <<'JS'
const { HyperFormula } = require("hyperformula");
const { rows, asked } = require("./asked.json");
const engine = HyperFormula.buildFromArray(rows, { licenseKey: "gpl-v3" });
console.log(JSON.stringify(asked.map((formula) => engine.calculateFormula(`=${formula}`, 0))));
JS
node "$folder/compute.js" >"$folder/hyperformula.json"
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to csv:"Text - txt - csv (StarCalc)":59,34,76 \
    --outdir "$folder" "$folder/answers.xlsx" >/dev/null 2>&1
HOME=$folder ssconvert --recalc "$folder/answers.xlsx" "$folder/gnumeric.csv" 2>/dev/null
"$folder/venv/bin/python" - "$folder" 2>"$folder/progress" <<'PYTHON' || { cat "$folder/progress" >&2; exit 1; }
import csv
import json
import logging
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import formulas
from pycel import ExcelCompiler
from xlcalculator import Evaluator, ModelCompiler

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
FOLDER = Path(sys.argv[1])
BOOK = str(FOLDER / "answers.xlsx")
ASKED = json.loads((FOLDER / "asked.json").read_text("utf-8"))["asked"]


def plain(value: object) -> object:
    try:
        return round(float(value), 2)
    except ValueError:
        return str(value)


def by_csv(path: Path, comma: str) -> list[str]:
    return [row[2] for row in csv.reader(path.open(encoding="utf-8"), delimiter=comma)][: len(ASKED)]


def by_formulas() -> list[object]:
    found = formulas.ExcelModel().loads(BOOK).finish().calculate()
    ends = {name.rpartition("!")[2]: cells for name, cells in found.items()}
    return [ends[f"C{row}"].value[0, 0] for row in range(1, len(ASKED) + 1)]


compiled = ExcelCompiler(BOOK)
evaluator = Evaluator(ModelCompiler().read_and_parse_archive(BOOK))
answers = {
    "Gnumeric": by_csv(FOLDER / "gnumeric.csv", ","),
    "HyperFormula": json.loads((FOLDER / "hyperformula.json").read_text("utf-8")),
    "pycel": [compiled.evaluate(f"S!C{row}") for row in range(1, len(ASKED) + 1)],
    "LibreOffice": by_csv(FOLDER / "answers.csv", ";"),
    "formulas": by_formulas(),
    "xlcalculator": [getattr(evaluator.evaluate(f"S!C{row}"), "value", None) for row in range(1, len(ASKED) + 1)],
}
print(*(f"{name} {version(name)}" for name in ("XlsxWriter", "pycel", "formulas", "xlcalculator")))
print("  asked:", *ASKED, sep="  ")
seen = {who: [plain(value) for value in values] for who, values in answers.items()}
for who, values in seen.items():
    print(f"  {who}: {values}")
numbers = [32.0, 8.0, 1.0, 3.0]
same = seen == {
    "Gnumeric": [19.0, 9.5, 7.0, 2.0, *numbers],
    "HyperFormula": [19.0, 9.5, 7.0, 2.0, *numbers],
    "pycel": [19.0, 9.5, 7.0, 2.0, *numbers],
    "LibreOffice": [20.0, 6.67, 1.0, 2.0, *numbers],
    "formulas": [31.0, "#VALUE!", "#VALUE!", 3.0, *numbers],
    "xlcalculator": [32.0, "#VALUE!", 7.0, 4.0, 32.0, "#VALUE!", 1.0, 3.0],
}
if not same:
    print("the behaviour has changed", file=sys.stderr)
sys.exit(0 if same else 1)
PYTHON
