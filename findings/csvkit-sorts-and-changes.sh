#!/bin/sh
# csvkit 2.2.0 (agate 1.14.2): csvsort, which only puts rows in order, writes other values than it has read. It guesses the type of
# each column, in English: of a Russian file with «;» the share «75,5» becomes 755 and «12,5%» 125, an hour «18:30» becomes
# 0:18:30, eighteen minutes and a half, «9/10», nine answered of ten, the day 2001-09-10, «05.11.26» the 11th of May, «007» 7. So
# do csvjson, csvlook, csvstat and csvjoin, while csvcut and csvgrep leave all as it is. Nothing is said. A single «нет» in
# the column keeps it whole. -L ru_RU helps the share alone; -I (--no-inference) keeps all.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet csvkit==2.2.0 agate==1.14.2 parsedatetime==2.6
PYTHONIOENCODING=utf-8 "$folder/venv/bin/python" - <<'PYTHON'
import csv
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

CSVSORT = Path(sys.executable).with_name("csvsort")
TABLE = """\
Школа;Доля;Процент;Час;Ответили;Срок;Код;С пропуском
№ 2;75,5;12,5%;18:30;9/10;05.11.26;007;75,5
№ 1;3,25;5%;9:05;5/7;06.11.26;012;нет
"""


def sorted_by_school(*options: str) -> list[list[str]]:
    done = subprocess.run([CSVSORT, "-d", ";", *options], input=TABLE, capture_output=True, text=True, check=True)
    print(f"  csvsort -d ';' {' '.join(options)}")
    print(*(f"    {line}" for line in done.stdout.splitlines()), sep="\n")
    print(f"    says {done.stderr!r}")
    return list(csv.reader(done.stdout.splitlines()))[1:]


print(*(f"{name} {version(name)}" for name in ("csvkit", "agate", "parsedatetime")))
given = [line.split(";") for line in TABLE.splitlines()[1:]][::-1]
as_told = sorted_by_school("-c", "Школа")
in_russian = sorted_by_school("-c", "Школа", "-L", "ru_RU")
untouched = sorted_by_school("-c", "Школа", "-I")
same = (
    as_told == [
        ["№ 1", "325", "5", "0:09:05", "2001-05-07", "2026-06-11", "12", "нет"],
        ["№ 2", "755", "125", "0:18:30", "2001-09-10", "2026-05-11", "7", "75,5"],
    ]
    and [row[1:6] for row in in_russian] == [
        ["3.25", "5", "0:09:05", "2001-05-07", "2026-06-11"],
        ["75.5", "12.5", "0:18:30", "2001-09-10", "2026-05-11"],
    ]
    and untouched == given
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
