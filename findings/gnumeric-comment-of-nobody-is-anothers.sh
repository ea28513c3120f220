#!/bin/sh
# Who said what in the comments of an XLSX does not outlive an office. Gnumeric 1.12.55 leaves the number of the author out of a comment
# that has none (ECMA-376, 18.7.3: authorId is required), and openpyxl 3.1.5 takes the first of the list for it: of three comments
# that XlsxWriter 3.3.1 made, one of nobody, one of Ivanova, one of Petrov, nobody's «не сдано» is Petrov's. With no author
# at all in the book the list is empty, and openpyxl cannot open the book: IndexError; python-calamine 0.9.1 reads its cells. LibreOffice
# 7.4 writes the author " " for all of them, in XLSX as in ODS, so such a book, saved by Gnumeric after LibreOffice, is one
# that openpyxl cannot open either. Whose a comment is belongs into its text, as Excel puts it there by itself.
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
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 openpyxl==3.1.5 python-calamine==0.9.1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import xlsxwriter

SAID = {"three": ((None, "не сдано"), ("Иванова", "сдано"), ("Петров", "проверено")), "nobody": ((None, "не сдано"),)}
for name, comments in SAID.items():
    with xlsxwriter.Workbook(f"{sys.argv[1]}/{name}.xlsx") as book:
        sheet = book.add_worksheet()
        for row, (author, text) in enumerate(comments):
            sheet.write_string(row, 0, f"№ {row + 1}")
            sheet.write_comment(row, 0, text, {"author": author} if author else {})
PYTHON
for name in three nobody; do
    HOME=$folder ssconvert -T Gnumeric_Excel:xlsx2 "$folder/$name.xlsx" "$folder/$name-gnumeric.xlsx" 2>/dev/null
done
for kind in xlsx ods; do
    soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to "$kind" --outdir "$folder/saved" \
        "$folder/three.xlsx" >/dev/null 2>&1
done
mv "$folder/saved/three.xlsx" "$folder/three-libreoffice.xlsx"
HOME=$folder ssconvert -T Gnumeric_Excel:xlsx2 "$folder/saved/three.ods" "$folder/three-both.xlsx" 2>/dev/null
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
import warnings
from importlib.metadata import version

import openpyxl
import python_calamine

warnings.simplefilter("ignore")


def comments(path: str) -> dict[str, str] | str:
    try:
        cells = [row[0] for row in openpyxl.load_workbook(path).active]
    except IndexError as error:
        return f"IndexError: {error}"
    return {cell.comment.text: cell.comment.author for cell in cells}


print(*(f"{name} {version(name)}" for name in ("XlsxWriter", "openpyxl", "python-calamine")))
NAMES = ("three", "three-gnumeric", "three-libreoffice", "three-both", "nobody", "nobody-gnumeric")
seen = {name: comments(f"{sys.argv[1]}/{name}.xlsx") for name in NAMES}
for name, said in seen.items():
    print(f"  {name}, by openpyxl: {said}")
cells = python_calamine.CalamineWorkbook.from_path(f"{sys.argv[1]}/nobody-gnumeric.xlsx").get_sheet_by_index(0).to_python()
print("  nobody-gnumeric, by python-calamine:", cells)
same = cells == [["№ 1"]] and seen == {
    "three": {"не сдано": "None", "сдано": "Иванова", "проверено": "Петров"},
    "three-gnumeric": {"не сдано": "Петров", "сдано": "Иванова", "проверено": "Петров"},
    "three-libreoffice": {"не сдано": " ", "сдано": " ", "проверено": " "},
    "three-both": "IndexError: list index out of range",
    "nobody": {"не сдано": "None"},
    "nobody-gnumeric": "IndexError: list index out of range",
}
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
