#!/bin/sh
# GDAL reads an XLSX for ogr2ogr (3.6.2, Debian 12), for PostgreSQL's ogr_fdw, and for pyogrio 0.13.0 (3.12.4), by which GeoPandas reads. Of a
# deadline, 15 October, 18:05, as openpyxl 3.1.5 writes it unless it is told otherwise (yyyy-mm-dd h:mm:ss), it has the day alone: a single h is no
# hour to it, nor is it in «dd.mm.yyyy h:mm», while with hh, as pandas writes it, the hour is there. One word in the column, «до 20.10», makes texts
# of all, without the hour as well. The headings are known by the first row below them, in which something has to be no text: where all is text, or
# where the first school's number is still blank, the columns are called Field1 and Field2, and «Школа» is the first of the schools. Nothing is
# raised; openpyxl reads the hour from the same file. OGR_XLSX_HEADERS=FORCE is for the headings; hours want a format with hh.
set -eu
command -v ogr2ogr >/dev/null || { echo "ogr2ogr is needed: apt-get install gdal-bin (Debian 12)" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyogrio==0.13.0 openpyxl==3.1.5
ogr2ogr --version
"$folder/venv/bin/python" - "$folder/answers.xlsx" <<'PYTHON'
import os
import subprocess
import sys
from datetime import datetime
from importlib.metadata import version

import openpyxl
import pyogrio

PATH = sys.argv[1]
DUE = datetime(2026, 10, 15, 18, 5)


def read(rows: list[tuple[object, ...]], number_format: str | None = None, headers: str | None = None) -> tuple[str, str]:
    """What ogr2ogr and pyogrio have of a book, as texts."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if number_format is not None:
        book.active["B2"].number_format = number_format
    book.save(PATH)
    option = {} if headers is None else {"OGR_XLSX_HEADERS": headers}
    command = ["ogr2ogr", "-f", "CSV", "/vsistdout/", PATH]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | option).stdout.splitlines()
    pyogrio.set_gdal_config_options({"OGR_XLSX_HEADERS": headers})
    meta, _, _, columns = pyogrio.raw.read(PATH)
    return "; ".join(lines).replace('"', ""), "; ".join(",".join(map(str, row)) for row in [meta["fields"], *zip(*columns, strict=True)])


SCHOOL = [("Школа", "Срок"), ("№ 5", DUE)]
CODES = [("Школа", "Код"), ("№ 5", "007")]
CASES = {
    "openpyxl's own format": ((SCHOOL,), "Школа,Срок; № 5,2026/10/15", "Школа,Срок; № 5,2026-10-15"),
    "dd.mm.yyyy h:mm": ((SCHOOL, "dd.mm.yyyy h:mm"), "Школа,Срок; № 5,2026/10/15", "Школа,Срок; № 5,2026-10-15"),
    "dd.mm.yyyy hh:mm": (
        (SCHOOL, "dd.mm.yyyy hh:mm"),
        "Школа,Срок; № 5,2026/10/15 18:05:00",
        "Школа,Срок; № 5,2026-10-15T18:05:00.000",
    ),
    "a word below": (
        ([*SCHOOL, ("№ 7", "до 20.10")],),
        "Школа,Срок; № 5,2026/10/15; № 7,до 20.10",
        "Школа,Срок; № 5,2026/10/15; № 7,до 20.10",
    ),
    "all is text": ((CODES,), "Field1,Field2; Школа,Код; № 5,007", "Field1,Field2; Школа,Код; № 5,007"),
    "the first number is blank": (
        ([("Школа", "Детей"), ("№ 5", None), ("№ 7", 12)],),
        "Field1,Field2; Школа,Детей; № 5,; № 7,12",
        "Field1,Field2; Школа,Детей; № 5,None; № 7,12",
    ),
    "the second number is blank": (
        ([("Школа", "Детей"), ("№ 5", 12), ("№ 7", None)],),
        "Школа,Детей; № 5,12; № 7,",
        "Школа,Детей; № 5,12.0; № 7,nan",
    ),
    "OGR_XLSX_HEADERS=FORCE": ((CODES, None, "FORCE"), "Школа,Код; № 5,007", "Школа,Код; № 5,007"),
}
print("pyogrio", version("pyogrio"), "with GDAL", ".".join(map(str, pyogrio.__gdal_version__)), "openpyxl", version("openpyxl"))
same = True
for name, (book, *expected) in CASES.items():
    seen = list(read(*book))
    print(f"  {name}: {seen[0]} | {seen[1]}")
    same = same and seen == expected
read(SCHOOL)
same = same and openpyxl.load_workbook(PATH).active["B2"].value == DUE
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
