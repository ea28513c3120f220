#!/bin/sh
# LibreOffice 7.4 loses every link to a host with Cyrillic letters (https://школа.рф/) when it saves a table as XLSX or as XLS:
# the text of the cell stays, in XLSX within an element hyperlink that leads nowhere, and it ends with 0. The same link stays in
# ODS, and so does in all of them one with Cyrillic letters after the host, or with the host in Punycode (xn--...).
# Who hands out tables that people open, fill in and save writes such hosts in Punycode.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet XlsxWriter==3.3.1 openpyxl==3.1.5 xlrd==2.0.2
cat > "$folder/links.py" <<'PYTHON'
LINKS = (
    "https://школа.рф/",
    "https://школа.example/",
    "https://school.example/файл.docx",
    "https://xn--80atdl2c.xn--p1ai/",
)
PYTHON
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import xlsxwriter

sys.path.insert(0, sys.argv[1])
from links import LINKS

with xlsxwriter.Workbook(f"{sys.argv[1]}/sites.xlsx") as book:
    sheet = book.add_worksheet()
    for row, link in enumerate(LINKS):
        sheet.write_url(row, 0, link, string=f"site {row}")
PYTHON
mkdir "$folder/saved"
for format in xlsx xls fods; do
    soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to "$format" --outdir "$folder/saved" \
        "$folder/sites.xlsx" >/dev/null 2>&1
done
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import re
import sys
from importlib.metadata import version
from pathlib import Path

import openpyxl
import xlrd

sys.path.insert(0, sys.argv[1])
from links import LINKS


def of_xlsx(path: Path) -> list[str | None]:
    return [cell.hyperlink and cell.hyperlink.target for cell in openpyxl.load_workbook(path).active["A"]]


def of_xls(path: Path) -> list[str | None]:
    sheet = xlrd.open_workbook(path, formatting_info=True).sheet_by_index(0)
    links = {place[0]: link.url_or_path for place, link in sheet.hyperlink_map.items()}
    return [links.get(row) for row in range(sheet.nrows)]


folder = Path(sys.argv[1])
whole = list(LINKS)
seen = {
    "the original": of_xlsx(folder / "sites.xlsx"),
    "saved as XLSX": of_xlsx(folder / "saved/sites.xlsx"),
    "saved as XLS": of_xls(folder / "saved/sites.xls"),
    "saved as flat ODS": re.findall(r'xlink:href="([^"]*)"', (folder / "saved/sites.fods").read_text("utf-8")),
}
texts = [cell.value for cell in openpyxl.load_workbook(folder / "saved/sites.xlsx").active["A"]]
print("read by openpyxl", version("openpyxl"), "and xlrd", version("xlrd"))
for what, links in seen.items():
    print(f"  {what}: {links}")
lost = [None, None, *whole[2:]]
same = (
    seen["the original"] == seen["saved as flat ODS"] == whole
    and seen["saved as XLSX"] == seen["saved as XLS"] == lost
    and texts == [f"site {row}" for row in range(len(whole))]
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
