#!/bin/sh
# DuckDB 2.0.1, reading a CSV: days as Russians write them in short, «15.10.26», are days to it, with the year in front: the 26th of
# October 2015. «05.11.26» is the 26th of November 2005, and what was due last comes before what was due first. Nothing is said, for
# every such day of a month has a meaning either way. Beside a single day with a full year, «05.11.2026», the order is right and
# the year is 26 after Christ. So it is to Polars 2.1.0 (try_parse_dates), which has the day and the month right: 15 October 26. An
# hour behind it, or one word in the column, leaves all as it is written in DuckDB, and '15.10.26'::date is refused. Told
# dateformat='%d.%m.%y' it reads the short ones rightly; in Polars str.to_date("%d.%m.%y") does.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet duckdb==2.0.1 polars==2.1.0
"$folder/venv/bin/python" - "$folder/answers.csv" <<'PYTHON'
import sys
from importlib.metadata import version
from pathlib import Path

import duckdb
import polars

FILE = Path(sys.argv[1])
ROWS = {
    ("15.10.26", "05.11.26"): ["2015-10-26", "2005-11-26"],
    ("15.10.26", "31.12.26"): ["2015-10-26", "2031-12-26"],
    ("15/10/26", "05/11/26"): ["2015-10-26", "2005-11-26"],
    ("15.10.26", "05.11.2026"): ["0026-10-15", "2026-11-05"],
    ("15.10.2026", "05.11.2026"): ["2026-10-15", "2026-11-05"],
    ("15.10.26 18:30", "05.11.26 09:00"): ["15.10.26 18:30", "05.11.26 09:00"],
    ("15.10.26", "05.11.26", "уточняется"): ["15.10.26", "05.11.26", "уточняется"],
}


def read(rows: tuple[str, ...], how: str = "") -> list[str]:
    lines = ["Школа;Срок", *(f"СОШ № {number};{row}" for number, row in enumerate(rows, 1))]
    FILE.write_text("\n".join(lines) + "\n", "utf-8")
    return [str(day) for (day,) in duckdb.sql(f"SELECT Срок FROM read_csv('{FILE}'{how})").fetchall()]


print(*(f"{name} {version(name)}" for name in ("duckdb", "polars")))
same = True
for rows, expected in ROWS.items():
    days = read(rows)
    print(f"  {', '.join(rows)} is read as {', '.join(days)}")
    same = same and days == expected
told = read(("15.10.26", "05.11.26"), ", dateformat='%d.%m.%y'")
of_polars = polars.read_csv(FILE, separator=";", try_parse_dates=True)["Срок"].to_list()
told_polars = polars.read_csv(FILE, separator=";")["Срок"].str.to_date("%d.%m.%y").to_list()
first = duckdb.sql(f"SELECT Школа FROM '{FILE}' ORDER BY Срок LIMIT 1").fetchall()[0][0]
try:
    cast = str(duckdb.sql("SELECT '15.10.26'::date").fetchall()[0][0])
except duckdb.ConversionException:
    cast = "refused"
print(f"  with dateformat: {', '.join(told)}; of 15.10 and 05.11 the first is that of {first}")
print(f"  '15.10.26'::date: {cast}; Polars: {', '.join(map(str, of_polars))}, told {', '.join(map(str, told_polars))}")
same = (
    same
    and [str(day) for day in told_polars] == told
    and told == ["2026-10-15", "2026-11-05"]
    and [str(day) for day in of_polars] == ["0026-10-15", "0026-11-05"]
    and (cast, first) == ("refused", "СОШ № 2")
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
