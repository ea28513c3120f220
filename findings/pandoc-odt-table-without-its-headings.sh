#!/bin/sh
# pandoc 2.17.1.1 (Debian 12): of a table in an ODT the row that is repeated on every page, its headings, is gone, and the rows beside a cell that was
# merged downwards move to the left: «Северный | № 1 | 5» and, below it, «№ 2 | 17», so № 2 is a district and 17 a school. It is so of
# what LibreOffice 7.4 has saved and of what pandoc itself writes: DOCX to ODT and back is another table, though from DOCX alone all is read
# rightly. Without a repeated row the headings are there. It ends with 0 and says nothing. pandoc 3.9, as pypandoc-binary 1.17 has it,
# reads both. What comes as ODT is better saved as DOCX by LibreOffice, and read from there.
set -eu
case "$(pandoc --version 2>/dev/null)" in
"pandoc 2.17.1.1"*) ;;
*) echo "pandoc 2.17.1.1 is needed: apt-get install pandoc (Debian 12)" >&2; exit 3 ;;
esac
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-writer" >&2; exit 3 ;;
esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-docx==1.2.0 pypandoc-binary==1.17
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import subprocess
import sys
from pathlib import Path

import docx
import pypandoc
from docx.oxml import OxmlElement

FOLDER = Path(sys.argv[1])
NEWER = pypandoc.get_pandoc_path()
ROWS = [("Округ", "Школа", "Детей"), ("Северный", "№ 1", "5"), ("", "№ 2", "17"), ("Южный", "№ 3", "7")]


def write(place: Path, repeated: bool) -> None:
    document = docx.Document()
    table = document.add_table(len(ROWS), 3)
    for row, texts in zip(table.rows, ROWS):
        for cell, text in zip(row.cells, texts):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0)).text = "Северный"
    if repeated:
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.save(place)


def read(pandoc: str, place: Path) -> list[str]:
    """The rows of the table as HTML has them, cells parted by a bar."""
    page = subprocess.run([pandoc, place, "-t", "html"], capture_output=True, text=True, check=True).stdout
    rows = page.replace("<th", "<td").replace("</th>", "</td>").split("<tr")[1:]
    cells = [[cell.split("</td>")[0].split(">", 1)[1] for cell in row.split("<td")[1:]] for row in rows]
    return [" | ".join(row).replace("<p>", "").replace("</p>", "") for row in cells]


print(subprocess.run(["pandoc", "--version"], capture_output=True, text=True).stdout.splitlines()[0])
print("beside it", subprocess.run([NEWER, "--version"], capture_output=True, text=True).stdout.splitlines()[0])
profile = f"-env:UserInstallation=file://{FOLDER}/profile"
seen = {}
for name, repeated in (("plain", False), ("repeated", True)):
    place = FOLDER / f"{name}.docx"
    write(place, repeated)
    command = ["soffice", profile, "--headless", "--convert-to", "odt", "--outdir", FOLDER, place]
    subprocess.run(command, capture_output=True, check=True)
    seen[f"{name}, DOCX"] = read("pandoc", place)
    seen[f"{name}, ODT"] = read("pandoc", FOLDER / f"{name}.odt")
    seen[f"{name}, ODT, newer"] = read(NEWER, FOLDER / f"{name}.odt")
subprocess.run(["pandoc", FOLDER / "repeated.docx", "-o", FOLDER / "own.odt"], check=True)
seen["ODT of its own"] = read("pandoc", FOLDER / "own.odt")
for name, rows in seen.items():
    print(f"  {name}: {rows}")
right = ["Округ | Школа | Детей", "Северный | № 1 | 5", "№ 2 | 17", "Южный | № 3 | 7"]
moved = ["Северный | № 1 | 5", "№ 2 | 17 | ", "Южный | № 3 | 7"]
expected = {
    "plain, DOCX": right,
    "plain, ODT": [right[0], *moved],
    "plain, ODT, newer": right,
    "repeated, DOCX": right,
    "repeated, ODT": moved,
    "repeated, ODT, newer": right,
    "ODT of its own": moved,
}
sys.exit("the behaviour has changed" if seen != expected else 0)
PYTHON
