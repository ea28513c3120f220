#!/bin/sh
# LibreOffice 7.4: `soffice --convert-to` loads a book without a window, and with it goes what belongs to the window: frozen
# heading rows and the zoom, of every sheet, in XLSX and in XLS. Which sheet is open, the colours of the tabs, the rows that
# are repeated in print, the filter and hidden columns stay. It ends with 0.
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
cat > "$folder/make.py" <<'PYTHON'
import sys

import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
sheets = [book.add_worksheet(), book.add_worksheet()]
for sheet in sheets:
    sheet.write_column(0, 0, ["heading", "Lyceum"])
    sheet.freeze_panes(1, 0)
    sheet.set_zoom(85)
    sheet.set_tab_color("#FF0000")
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, 1, 0)
    sheet.set_column("D:D", None, None, {"hidden": True})
sheets[1].activate()
book.close()
PYTHON
"$folder/venv/bin/python" "$folder/make.py" "$folder/book.xlsx"
convert() {
    soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to "$1" --outdir "$2" "$3" >/dev/null 2>&1
}
convert xlsx "$folder/xlsx" "$folder/book.xlsx"
convert xls "$folder/xls" "$folder/book.xlsx"
convert xlsx "$folder/xls" "$folder/xls/book.xls"
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import openpyxl


def look(path):
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    color = sheet.sheet_properties.tabColor
    window = [sheet.freeze_panes, sheet.sheet_view.zoomScale, book.active.title, color and color.rgb]
    return window, [sheet.print_title_rows, sheet.auto_filter.ref, sheet.column_dimensions["D"].hidden]


kept = ["$1:$1", "A1:A2", True]
same = True
for name, window in (
    ("book.xlsx", ["A2", 85, "Sheet2", "FFFF0000"]),
    ("xlsx/book.xlsx", [None, 100, "Sheet2", "FFFF0000"]),
    ("xls/book.xlsx", [None, 100, "Sheet2", "FFFF0000"]),
):
    found = look(f"{sys.argv[1]}/{name}")
    print(f"  {name}: frozen at, zoom, open sheet, tab: {found[0]}; repeated, filter, hidden: {found[1]}")
    same = same and found == (window, kept)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
