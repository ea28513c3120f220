#!/bin/sh
# LibreOffice 7.4 writes a plain TRUE of an XLSX as the formula TRUE() with its result. Who looks for formulas (to refuse, to
# protect or to count them) finds one that nobody has typed; openpyxl 3.1.5 reads the text "=TRUE()", and a book that it saves
# anew has no result any more: python-calamine reads a blank where there was "yes". In XLS it stays a value.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 openpyxl==3.1.5 python-calamine==0.9.1
cat > "$folder/make.py" <<'PYTHON'
import sys

import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
book.add_worksheet().write_row(0, 0, ["Lyceum", True, False, 5])
book.close()
PYTHON
"$folder/venv/bin/python" "$folder/make.py" "$folder/book.xlsx"
for format in xlsx xls; do
    soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to $format --outdir "$folder/saved" \
        "$folder/book.xlsx" >/dev/null 2>&1
done
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from importlib.metadata import version

import openpyxl
import python_calamine

folder = sys.argv[1]


def calamine(path):
    return python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[0]


def openpyxls(path):
    return [cell.value for cell in openpyxl.load_workbook(path).active[1]]


openpyxl.load_workbook(f"{folder}/saved/book.xlsx").save(f"{folder}/again.xlsx")
seen = {
    "written": openpyxls(f"{folder}/book.xlsx"),
    "saved as XLSX": openpyxls(f"{folder}/saved/book.xlsx"),
    "saved as XLSX, calamine": calamine(f"{folder}/saved/book.xlsx"),
    "and again by openpyxl, calamine": calamine(f"{folder}/again.xlsx"),
    "saved as XLS, calamine": calamine(f"{folder}/saved/book.xls"),
}
print("openpyxl", version("openpyxl"), "python-calamine", version("python-calamine"))
for what, said in seen.items():
    print(f"  {what}: {said}")
plain = ["Lyceum", True, False, 5]
formulas = ["Lyceum", "=TRUE()", "=FALSE()", 5]
expected = [plain, formulas, plain, ["Lyceum", "", "", 5], plain]
sys.exit("the behaviour has changed" if list(seen.values()) != expected else 0)
PYTHON
