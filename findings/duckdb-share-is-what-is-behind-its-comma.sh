#!/bin/sh
# Who guesses by what a CSV is parted, of Russian tables with «;». A heading «Школа;Доля, %» above «№ 1;75,5» has a comma and a semicolon in each
# line, and DuckDB 2.0.1, PapaParse 5.7.1, SheetJS 0.18.5, csv.Sniffer of Python 3.11 and, by it, pandas 3.1.1 (sep=None) take the comma: the school
# is «№ 1;75» and the share 5. DuckDB and SheetJS take it even where commas do not come out even and semicolons do, «Школа;Адрес;Доля» above
# «№ 1;Энск, Мира, 5;75,5»: to DuckDB these are four columns without headings, of which the last is a number, 5. PapaParse takes it too for any
# table of two columns with less than ten lines, each with its end, as in a test, unless told skipEmptyLines; it says so only in a list of errors.
# clevercsv 0.8.5 has all of them right. None of it is an exception. One would have bet on the mark by which each line has as many
# fields. It is to be told: delim=';' and decimal_separator=',' in DuckDB, delimiter in PapaParse, FS in SheetJS, sep in pandas.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet duckdb==2.0.1 clevercsv==0.8.5 pandas==3.1.1
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund papaparse@5.7.1 xlsx@0.18.5 >/dev/null 2>&1
cat >share.csv <<'CSV'
Школа;Доля, %
№ 1;75,5
№ 2;80,2
№ 3;12,5
CSV
cat >address.csv <<'CSV'
Школа;Адрес;Доля
№ 1;Энск, Мира, 5;75,5
№ 2;Энск, Ленина, 8;80,2
CSV
cat >plain.csv <<'CSV'
Школа;Доля
№ 1;75,5
№ 2;80,2
№ 3;12,5
CSV
cat >rows.js <<'JS'
const fs = require("node:fs");
const Papa = require("papaparse");
const XLSX = require("xlsx");
const seen = { PapaParse: {}, "PapaParse skipEmptyLines": {}, SheetJS: {}, "SheetJS told FS": {} };
for (const name of ["share", "address", "plain"]) {
  const text = fs.readFileSync(`${name}.csv`, "utf8");
  const bySheet = (told) => XLSX.utils.sheet_to_json(XLSX.read(text, { type: "string", raw: true, ...told }).Sheets.Sheet1, { header: 1 });
  seen.PapaParse[name] = Papa.parse(text).data[1];
  seen["PapaParse skipEmptyLines"][name] = Papa.parse(text, { skipEmptyLines: true }).data[1];
  seen.SheetJS[name] = bySheet({})[1];
  seen["SheetJS told FS"][name] = bySheet({ FS: ";" })[1];
}
console.log(JSON.stringify(seen));
JS
node rows.js >rows.json
"$folder/venv/bin/python" - <<'PYTHON'
import csv
import json
import sys
from importlib.metadata import version
from pathlib import Path

import clevercsv
import duckdb
import pandas

NAMES = ("share", "address", "plain")


def by_sniffer(sniffer, name: str) -> list[str]:
    text = Path(f"{name}.csv").read_text("utf-8")
    return text.splitlines()[1].split(sniffer.sniff(text).delimiter)


def by_duckdb(name: str, told: str = "") -> list:
    return list(duckdb.sql(f"FROM read_csv('{name}.csv'{told})").fetchall()[0])


def by_pandas(name: str) -> list[str]:
    frame = pandas.read_csv(f"{name}.csv", sep=None, engine="python", dtype=str)
    return [str(value) for value in frame.reset_index().drop(columns="index").iloc[0]]


seen = json.loads(Path("rows.json").read_text("utf-8")) | {
    "DuckDB": {name: by_duckdb(name) for name in NAMES},
    "DuckDB told delim": {name: by_duckdb(name, ", delim=';', decimal_separator=','") for name in NAMES},
    "csv.Sniffer": {name: by_sniffer(csv.Sniffer(), name) for name in NAMES},
    "pandas": {name: by_pandas(name) for name in ("share", "plain")},
    "clevercsv": {name: by_sniffer(clevercsv.Sniffer(), name) for name in NAMES},
}
headings = duckdb.sql("FROM 'address.csv'").columns
print("Python", sys.version.split()[0], *(f"{name} {version(name)}" for name in ("duckdb", "clevercsv", "pandas")))
for who, rows in seen.items():
    print(f"  {who}: {rows}")
print(f"  headings of the addresses by DuckDB: {headings}")
right = {"share": ["№ 1", "75,5"], "address": ["№ 1", "Энск, Мира, 5", "75,5"], "plain": ["№ 1", "75,5"]}
torn = {"share": ["№ 1;75", "5"], "address": ["№ 1;Энск", " Мира", " 5;75", "5"], "plain": ["№ 1;75", "5"]}
expected = {
    "DuckDB": {"share": ["№ 1;75", 5], "address": ["№ 1;Энск", " Мира", " 5;75", 5], "plain": right["plain"]},
    "DuckDB told delim": {"share": ["№ 1", 75.5], "address": ["№ 1", "Энск, Мира, 5", 75.5], "plain": ["№ 1", 75.5]},
    "PapaParse": torn | {"address": right["address"]},
    "PapaParse skipEmptyLines": right | {"share": torn["share"]},
    "SheetJS": torn | {"plain": right["plain"]},
    "SheetJS told FS": right,
    "csv.Sniffer": right | {"share": torn["share"]},
    "pandas": {"share": torn["share"], "plain": right["plain"]},
    "clevercsv": right,
}
same = seen == expected and headings == ["column0", "column1", "column2", "column3"]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
