#!/bin/sh
# A table that R's openxlsx 4.2.5.2 (R 4.2.2, Debian 12) has written, openpyxl 3.1.5 cannot open: KeyError, "There is no item named 'xl/drawings/drawing1.xml'",
# for openxlsx names drawings that it has not put there. read_only=True, by which drawings are left alone, opens it, and has one cell of it, «Школа»:
# openxlsx says <dimension ref="A1"/> of every sheet, and openpyxl believes it there and nowhere else. An empty report, or a table with one heading, is what
# comes of it, without an error. pandas 3.1.1 by the same openpyxl, python-calamine 0.9.1 and xlsx2csv 0.8.6 have all rows. One would have
# bet on the same rows in both ways. After opening, sheet.reset_dimensions() brings them back; it is to be said of each sheet that is read
# with read_only=True.
set -eu
case "$(Rscript -e 'cat(as.character(packageVersion("openxlsx")))' 2>/dev/null)" in
*"4.2.5.2"*) ;;
*) echo "R with openxlsx 4.2.5.2 is needed: apt-get install r-base-core r-cran-openxlsx (Debian 12)" >&2; exit 3 ;;
esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet openpyxl==3.1.5 python-calamine==0.9.1 pandas==3.1.1 xlsx2csv==0.8.6
cd "$folder"
cat >write.R <<'R'
table <- data.frame("№ 1", 5)
table[2, ] <- list("№ 2", 7)
names(table) <- c("Школа", "Детей")
openxlsx::write.xlsx(table, "table.xlsx")
R
LC_ALL=C.UTF-8 Rscript write.R
"$folder/venv/bin/python" - "$folder/venv/bin/xlsx2csv" <<'PYTHON'
import subprocess
import sys
from importlib.metadata import version

import openpyxl
import pandas
import python_calamine


def opened(*, read_only: bool, reset: bool = False) -> list | str:
    try:
        sheet = openpyxl.load_workbook("table.xlsx", read_only=read_only).active
    except KeyError as error:
        return f"KeyError: {error.args[0]}"
    if reset:
        sheet.reset_dimensions()
    return [list(row) for row in sheet.values]


seen = {
    "openpyxl": opened(read_only=False),
    "read_only=True": opened(read_only=True),
    "reset_dimensions()": opened(read_only=True, reset=True),
    "pandas": pandas.read_excel("table.xlsx", engine="openpyxl", header=None).values.tolist(),
    "python-calamine": python_calamine.load_workbook("table.xlsx").get_sheet_by_index(0).to_python(),
    "xlsx2csv": subprocess.run([sys.argv[1], "table.xlsx"], capture_output=True, text=True, check=True).stdout.split("\n"),
}
print(*(f"{name} {version(name)}" for name in ("openpyxl", "pandas", "python-calamine", "xlsx2csv")))
for name, rows in seen.items():
    print(f"  {name}: {rows}")
table = [["Школа", "Детей"], ["№ 1", 5], ["№ 2", 7]]
same = seen == {
    "openpyxl": "KeyError: There is no item named 'xl/drawings/drawing1.xml' in the archive",
    "read_only=True": [["Школа"]],
    "reset_dimensions()": table,
    "pandas": table,
    "python-calamine": table,
    "xlsx2csv": ["Школа,Детей", "№ 1,5", "№ 2,7", ""],
}
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
