#!/bin/sh
# frictionless 5.21.0, which looks at a table before it is taken in: numbers with the comma of Russians are places on the map to it, «4,05» and «4,5» of
# a column of average marks both 4 degrees east and 5 north, for a geopoint is a longitude and a latitude parted by a comma. So validate() finds
# no fault, and what it writes on, as CSV, XLSX or into SQLite, is «4,5» for «4,05»; in pandas 3.1.1 it is a pair of 4 and 5, and the
# code «007» is 7. A column in which one value is whole, «5», or has a latitude beyond 90, «12,95», stays as it is written, as text, by which
# the careful first look is misled. Nothing is raised. One expects a text of what is no number to it, as DuckDB 2.0.1 and pandas have it. A
# schema has to be told: NumberField(name="Балл", decimal_char=","), or StringField.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "frictionless[excel,pandas,sql]==5.21.0" pandas==3.1.1 duckdb==2.0.1 openpyxl==3.1.5
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import sqlite3
import sys
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import duckdb
import openpyxl
import pandas
from frictionless import Resource, Schema, fields, formats

MARKS = "Школа;Балл;Код\n№ 1;4,5;007\n№ 2;4,05;012\n№ 3;3,9;101\n"
Path("marks.csv").write_text(MARKS, "utf-8")
Path("whole.csv").write_text(MARKS.replace("3,9", "5"), "utf-8")
Path("beyond.csv").write_text(MARKS.replace("3,9", "12,95"), "utf-8")


def marks(resource: Resource) -> list:
    """What is read of the column: a text, a number, or the longitude and the latitude of a place."""
    read = (row["Балл"] for row in resource.read_rows())
    return [mark if isinstance(mark, str | Decimal) else [float(part) for part in mark] for mark in read]


Resource("marks.csv").write("out.csv")
Resource("marks.csv").write("out.xlsx")
Resource("marks.csv").write("sqlite:///out.sqlite", control=formats.SqlControl(table="marks"))
told = Schema(
    fields=[fields.StringField(name="Школа"), fields.NumberField(name="Балл", decimal_char=","), fields.StringField(name="Код")]
)
frame = Resource("marks.csv").to_pandas()
seen = {
    "valid": Resource("marks.csv").validate().valid,
    "read": marks(Resource("marks.csv")),
    "pandas": [*([float(part) for part in mark] for mark in frame["Балл"]), int(frame["Код"].iloc[0])],
    "CSV": Path("out.csv").read_text("utf-8").split(),
    "XLSX": [row[1] for row in openpyxl.load_workbook("out.xlsx").active.iter_rows(min_row=2, values_only=True)],
    "SQLite": [mark for (mark,) in sqlite3.connect("out.sqlite").execute('SELECT "Балл" FROM marks')],
    "one is whole": marks(Resource("whole.csv")),
    "one is beyond": marks(Resource("beyond.csv")),
    "told": marks(Resource("marks.csv", schema=told)),
    "pandas itself": list(pandas.read_csv("marks.csv", sep=";")["Балл"]),
    "DuckDB": [mark for (mark,) in duckdb.sql('SELECT "Балл" FROM \'marks.csv\'').fetchall()],
}
print(*(f"{name} {version(name)}" for name in ("frictionless", "pandas", "duckdb", "openpyxl")))
for name, value in seen.items():
    print(f"  {name}: {value}")
texts = ["4,5", "4,05", "3,9"]
same = seen == {
    "valid": True,
    "read": [[4, 5], [4, 5], [3, 9]],
    "pandas": [[4, 5], [4, 5], [3, 9], 7],
    "CSV": ["Школа,Балл,Код", "№", '1,"4,5",7', "№", '2,"4,5",12', "№", '3,"3,9",101'],
    "XLSX": ["4,5", "4,5", "3,9"],
    "SQLite": ["4,5", "4,5", "3,9"],
    "one is whole": ["4,5", "4,05", "5"],
    "one is beyond": ["4,5", "4,05", "12,95"],
    "told": [Decimal("4.5"), Decimal("4.05"), Decimal("3.9")],
    "pandas itself": texts,
    "DuckDB": texts,
}
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
