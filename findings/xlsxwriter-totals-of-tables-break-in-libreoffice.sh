#!/bin/sh
# XlsxWriter 3.3.1: the total row of a table, {"total_function": "sum"}, and a column's "=[@Учеников]*2" are written without the
# name of the table, SUBTOTAL(109,[Учеников]), which LibreOffice 7.4 does not understand: it takes that for words, in small
# letters. Saved from there as XLSX both are broken for good, SUBTOTAL(109,[учеников])) with its 0 and a bracket too many, «#N/A»
# in the column; the table knows no total functions any more, and its filter has taken in the total row as one of the rows. It
# ends with 0. With the name, Answers[Учеников], outside of the table as well as in the total row, the formula stays as it was.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 openpyxl==3.1.5
"$folder/venv/bin/python" - "$folder/answers.xlsx" <<'PYTHON'
import sys
from importlib.metadata import version

import xlsxwriter

with xlsxwriter.Workbook(sys.argv[1]) as book:
    sheet = book.add_worksheet()
    columns = [
        {"header": "School", "total_string": "Total"},
        {"header": "Учеников", "total_function": "sum"},
        {"header": "Twice", "formula": "=[@Учеников]*2"},
        {"header": "Places", "total_function": "sum"},
    ]
    data = [["№ 1", 10, None, 5], ["№ 2", 20, None, 6]]
    sheet.add_table("A1:D4", {"name": "Answers", "data": data, "total_row": True, "columns": columns})
    sheet.write_formula("D4", "=SUBTOTAL(109,Answers[Places])", None, 11)
    sheet.write_formula("F1", "=SUM(Answers[Учеников])", None, 30)
print("XlsxWriter", version("XlsxWriter"))
PYTHON
mkdir "$folder/saved"
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to xlsx --outdir "$folder/saved" \
    "$folder/answers.xlsx" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder/answers.xlsx" "$folder/saved/answers.xlsx" <<'PYTHON'
import sys

import openpyxl

CELLS = ("C2", "B4", "D4", "F1")


def read(path: str) -> tuple[list[tuple[str, object]], list[str | None], str]:
    """The formulas and results, the total functions that the table knows, and what its filter is of."""
    formulas, results = openpyxl.load_workbook(path).active, openpyxl.load_workbook(path, data_only=True).active
    table = formulas.tables["Answers"]
    functions = [column.totalsRowFunction for column in table.tableColumns]
    return [(formulas[cell].value, results[cell].value) for cell in CELLS], functions, table.autoFilter.ref


before, after = (read(path) for path in sys.argv[1:])
for what, (cells, functions, filtered) in (("XlsxWriter", before), ("LibreOffice", after)):
    print(f"  by {what}: {dict(zip(CELLS, cells, strict=True))}; totals {functions}; the filter is of {filtered}")
named = [("=SUBTOTAL(109,Answers[Places])", 11), ("=SUM(Answers[Учеников])", 30)]
same = before == (
    [("=[[#This Row],Учеников]*2", 0), ("=SUBTOTAL(109,[Учеников])", 0), *named],
    [None, "sum", None, "sum"],
    "A1:D3",
) and after == ([("=[[#this row],учеников]*2", "#N/A"), ("=SUBTOTAL(109,[учеников]))", 0), *named], [None] * 4, "A1:D4")
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
