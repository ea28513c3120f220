#!/bin/sh
# pandas 3.1.1 writes an ODS (odfpy 1.4.1) whose dates have the type "date" and no style. LibreOffice 7.4 shows them as bare
# numbers: 15 October 2026 is 46310, 18:30 of that day 46310.77, and TRUE is 1. Saved from there as XLSX they are numbers for
# good. A time of day is a text in the file already. python-calamine 0.9.1 reads dates and TRUE from the same file, so a test
# that reads it back sees nothing. Who wants ODS writes an XLSX, of which LibreOffice shows dates and TRUE, and converts that.
set -eu
case "$(soffice --version 2>/dev/null)" in
"LibreOffice 7.4."*) ;;
*) echo "LibreOffice 7.4 (soffice) is needed: apt-get install libreoffice-calc" >&2; exit 3 ;;
esac
soffice --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pandas==3.1.1 odfpy==1.4.1 openpyxl==3.1.5 python-calamine==0.9.1
mkdir "$folder/ods" "$folder/xlsx"
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from datetime import date, datetime, time, timedelta

import pandas

ROW = {
    "day": date(2026, 10, 15),
    "moment": datetime(2026, 10, 15, 18, 30),
    "time": time(18, 30),
    "duration": timedelta(hours=30),
    "done": True,
    "share": 0.5,
}
table = pandas.DataFrame([ROW])
for kind in ("ods", "xlsx"):
    table.to_excel(f"{sys.argv[1]}/{kind}/report.{kind}", index=False)
PYTHON
show() {
    soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to "$2" --outdir "$folder/$1" \
        "$folder/$1/report.$1" >/dev/null 2>&1
}
show ods csv
show xlsx csv
show ods xlsx
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import csv
import sys
from importlib.metadata import version

from python_calamine import CalamineWorkbook


def shown(kind: str) -> list[str]:
    with open(f"{sys.argv[1]}/{kind}/report.csv", encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1]


def read(path: str) -> list[object]:
    return CalamineWorkbook.from_path(f"{sys.argv[1]}/{path}").get_sheet_by_index(0).to_python()[1]


seen = {
    "the ODS as LibreOffice shows it": shown("ods"),
    "the XLSX as LibreOffice shows it": shown("xlsx"),
    "the ODS as calamine reads it": read("ods/report.ods"),
    "saved by LibreOffice as XLSX": read("ods/report.xlsx"),
}
print("pandas", version("pandas"), "odfpy", version("odfpy"), "python-calamine", version("python-calamine"))
for what, row in seen.items():
    print(f"  {what}: {[str(cell) for cell in row]}")
ods, xlsx, calamine, saved = seen.values()
same = (
    ods[0] == "46310"
    and ods[1].startswith("46310.77")
    and ods[2:5] == ["18:30:00", "1.25", "1"]
    and xlsx[0] == "2026-10-15"
    and xlsx[4] == "TRUE"
    and [str(cell) for cell in calamine[:3]] == ["2026-10-15", "2026-10-15 18:30:00", "18:30:00"]
    and isinstance(calamine[2], str)
    and saved[0] == 46310.0
    and saved[4] == 1.0
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
