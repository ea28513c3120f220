#!/bin/sh
# pandas 3.1.1, read_excel(): a cell of an XLSX says of itself whether it is a text, and pandas does not go by it. A column whose
# texts all look like numbers becomes one: the codes «007» and «012» are 7 and 12, the points «1.10» and «1.1» of an order are one
# and the same, a telephone has lost its plus, the code «1E3» is 1000.0, and «TRUE» is True. A single other word in the column,
# «нет», keeps all as they are, so what is right while one school has no code is wrong once all have. It is so with openpyxl 3.1.5
# and with python-calamine 0.9.1, which themselves read texts. dtype=str for such columns keeps them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pandas==3.1.1 python-calamine==0.9.1 openpyxl==3.1.5 XlsxWriter==3.3.1
"$folder/venv/bin/python" - "$folder/answers.xlsx" <<'PYTHON'
import sys
from importlib.metadata import version

import pandas
import python_calamine
import xlsxwriter

COLUMNS = {
    "codes": ["007", "012"],
    "codes, one missing": ["007", "нет"],
    "points": ["1.10", "1.1"],
    "telephones": ["+79991234567", "89991234567"],
    "forms": ["1E3", "2E3"],
    "words": ["TRUE", "FALSE"],
}
book = xlsxwriter.Workbook(sys.argv[1])
sheet = book.add_worksheet()
for column, (heading, texts) in enumerate(COLUMNS.items()):
    for row, text in enumerate([heading, *texts]):
        sheet.write_string(row, column, text)
book.close()

by_engine = {engine: pandas.read_excel(sys.argv[1], engine=engine).to_dict("list") for engine in ("openpyxl", "calamine")}
told = pandas.read_excel(sys.argv[1], dtype=str, engine="calamine").to_dict("list")
cells = python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
print("pandas", version("pandas"), "openpyxl", version("openpyxl"), "python-calamine", version("python-calamine"))
for heading, texts in COLUMNS.items():
    print(f"  {heading}: {texts} is {by_engine['calamine'][heading]}")
read = {
    "codes": [7, 12],
    "codes, one missing": ["007", "нет"],
    "points": [1.1, 1.1],
    "telephones": [79991234567, 89991234567],
    "forms": [1000.0, 2000.0],
    "words": [True, False],
}
same = (
    by_engine["openpyxl"] == by_engine["calamine"] == read
    and told == COLUMNS
    and cells == [list(COLUMNS), *(list(row) for row in zip(*COLUMNS.values(), strict=True))]
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
