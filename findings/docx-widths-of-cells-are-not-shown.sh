#!/bin/sh
# python-docx 1.2.0 and LibreOffice 7.4: `cell.width`, set for each cell of a column, is written into the file and changes nothing
# in what LibreOffice shows or prints: it goes by the widths of the table's grid, which add_table() makes all alike. A narrow
# first column (№) stays as wide as the long text beside it. `table.columns[0].width` sets the grid, and is shown;
# of the cells it says nothing. Who wants one picture everywhere sets both.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-writer" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-docx==1.2.0 pypdfium2==5.12.1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import docx
from docx.shared import Cm

WIDTHS = (Cm(2), Cm(12))
for name in ("nothing", "cells", "columns"):
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    for row in table.rows:
        row.cells[0].text, row.cells[1].text = "1", "Lyceum"
    for number, width in enumerate(WIDTHS):
        if name == "columns":
            table.columns[number].width = width
        if name == "cells":
            for row in table.rows:
                row.cells[number].width = width
    document.save(f"{sys.argv[1]}/{name}.docx")
PYTHON
for name in nothing cells columns; do
    soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to pdf --outdir "$folder" \
        "$folder/$name.docx" >/dev/null 2>&1
done
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from importlib.metadata import version

import docx
import pypdfium2


def step(name: str) -> float:
    """From where the first column's text begins to where the second's does, in centimetres."""
    page = pypdfium2.PdfDocument(f"{sys.argv[1]}/{name}.pdf")[0].get_textpage()
    second = page.get_text_range().index("L")
    return round((page.get_charbox(second)[0] - page.get_charbox(0)[0]) * 2.54 / 72, 1)


shown = {name: step(name) for name in ("nothing", "cells", "columns")}
table = docx.Document(f"{sys.argv[1]}/cells.docx").tables[0]
stored = round(table.rows[0].cells[0].width.cm, 1), round(table.columns[0].width.cm, 1)
print("python-docx", version("python-docx"))
print("  width of the first column as LibreOffice prints it, by what was set:", shown, "cm")
print(f"  where the cells were set, the file has {stored[0]} cm for the cell and {stored[1]} cm for its column")
same = shown["nothing"] == shown["cells"] > 7 and abs(shown["columns"] - 2) < 0.1 and stored[0] == 2.0
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
