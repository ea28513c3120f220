#!/bin/sh
# python-dateutil 2.9.0: parser.parse("15.10"), as Russians write the 15th of October, is the 15th of the month in which it is
# read: "15.10" is a number to it, and what is after the point is cut off. It is so with dayfirst=True, with a comma and with an
# hour behind ("15.10 18:00"); "18.30" is the 18th, "10.2026" the 10th. Only a day that this month lacks is an error: "31.10" in
# November. "15/10" and "15-10" with dayfirst=True are the 15th of October, and so is "15.10.2026". pandas 3.1.1, which asks the
# same parser, makes the year 1 of "15.10 18:00", without an error.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-dateutil==2.9.0.post0 pandas==3.1.1
"$folder/venv/bin/python" - <<'PYTHON'
import sys
import warnings
from datetime import datetime
from importlib.metadata import version

import pandas
from dateutil import parser

warnings.simplefilter("ignore")
NOVEMBER = datetime(2026, 11, 27)


def read(text: str) -> str:
    try:
        return f"{parser.parse(text, default=NOVEMBER, dayfirst=True):%d.%m.%Y %H:%M}"
    except parser.ParserError:
        return "refused"


READ = {
    "15.10": "15.11.2026 00:00",
    "15,10": "15.11.2026 00:00",
    "15.10 18:00": "15.11.2026 18:00",
    "18.30": "18.11.2026 00:00",
    "10.2026": "10.11.2026 00:00",
    "31.10": "refused",
    "15/10": "15.10.2026 00:00",
    "15-10": "15.10.2026 00:00",
    "15.10.2026": "15.10.2026 00:00",
}
print("python-dateutil", version("python-dateutil"), "in November 2026, dayfirst=True; pandas", version("pandas"))
seen = {text: read(text) for text in READ}
for text, moment in seen.items():
    print(f"  {text!r}: {moment}")
of_pandas = str(pandas.to_datetime("15.10 18:00", dayfirst=True))
print("  '15.10 18:00' to pandas:", of_pandas)
sys.exit("the behaviour has changed" if (seen, of_pandas) != (READ, "0001-01-15 18:00:00") else 0)
PYTHON
