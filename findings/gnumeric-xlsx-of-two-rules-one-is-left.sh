#!/bin/sh
# Gnumeric 1.12.55 keeps one rule of conditional format for a cell: where ranges overlap, the one that is told later takes the cells over
# from the other when it saves an XLSX. A deadline that becomes red when it is past, in C2:C8, and the whole row that becomes grey
# when it was answered, A2:D8, are one rule, the grey one; told the other way round the red one has C2:C8 and the grey
# one the rest. Of duplicates, data bars, icons and colour scales nothing is left. The filter is kept, yet not what it asks for, while the rows that
# it has hidden stay hidden: nobody sees why. Rows that are repeated on every page are no more: the name has lost its _xlnm. It
# ends with 0 and says nothing. LibreOffice 7.4 keeps all of it.
set -eu
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
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import xlsxwriter

for name in ("red-first", "grey-first"):
    with xlsxwriter.Workbook(f"{sys.argv[1]}/{name}.xlsx") as book:
        sheet = book.add_worksheet("Свод")
        sheet.write_row(0, 0, ("Школа", "Ответ", "Дней", "Доля"))
        for row in range(1, 8):
            sheet.write_row(row, 0, (f"СОШ № {row}", "Да" if row % 2 else "Нет", row - 4, row / 10))
        red, grey = book.add_format({"bg_color": "#FF0000"}), book.add_format({"bg_color": "#CCCCCC"})
        rules = [
            ("C2:C8", {"type": "cell", "criteria": "<", "value": 0, "format": red}),
            ("A2:D8", {"type": "formula", "criteria": '=$B2="Да"', "format": grey}),
        ]
        for where, rule in rules if name == "red-first" else reversed(rules):
            sheet.conditional_format(where, rule)
        sheet.conditional_format("E2:E8", {"type": "duplicate", "format": red})
        sheet.conditional_format("F2:F8", {"type": "data_bar"})
        sheet.autofilter(0, 0, 7, 3)
        sheet.filter_column_list("B", ["Да"])
        for row in (2, 4, 6):
            sheet.set_row(row, None, None, {"hidden": True})
        sheet.repeat_rows(0)
PYTHON
for name in red-first grey-first; do
    HOME=$folder ssconvert -T Gnumeric_Excel:xlsx2 "$folder/$name.xlsx" "$folder/$name-gnumeric.xlsx" 2>/dev/null
done
soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to xlsx --outdir "$folder/saved" \
    "$folder/red-first.xlsx" >/dev/null 2>&1
mv "$folder/saved/red-first.xlsx" "$folder/red-first-libreoffice.xlsx"
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
import warnings
from importlib.metadata import version

import openpyxl

warnings.simplefilter("ignore")
print(*(f"{name} {version(name)}" for name in ("XlsxWriter", "openpyxl")))
seen = {}
for name in ("red-first", "red-first-libreoffice", "red-first-gnumeric", "grey-first-gnumeric"):
    sheet = openpyxl.load_workbook(f"{sys.argv[1]}/{name}.xlsx").active
    rules = sorted((str(one.sqref), rule.type) for one in sheet.conditional_formatting for rule in one.rules)
    asked = [column.filters.filter for column in sheet.auto_filter.filterColumn]
    hidden = [row for row, dimension in sheet.row_dimensions.items() if dimension.hidden]
    seen[name] = (rules, sheet.auto_filter.ref, asked, hidden, sheet.print_title_rows)
    print(f"  {name}: rules {rules}")
    print(f"    filter of {sheet.auto_filter.ref} for {asked}, hidden rows {hidden}, repeated {sheet.print_title_rows}")
whole = [("A2:D8", "expression"), ("C2:C8", "cellIs"), ("E2:E8", "duplicateValues"), ("F2:F8", "dataBar")]
kept = (whole, "A1:D8", [["Да"]], [3, 5, 7], "$1:$1")
later = [("A2:B8", "expression"), ("C2:C8", "cellIs"), ("D2:D8", "expression")]
same = seen == {
    "red-first": kept,
    "red-first-libreoffice": kept,
    "red-first-gnumeric": ([("A2:D8", "expression")], "A1:D8", [], [3, 5, 7], None),
    "grey-first-gnumeric": (later, "A1:D8", [], [3, 5, 7], None),
}
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
