#!/bin/sh
# dateparser 1.5.0, in Russian: «15.10», as people write the 15th of October, is 15:10 of the day on which it is read, and so is
# «5.10»; only with the year is it a day. With PREFER_DATES_FROM="future", as for a deadline, a day of the past whose year has
# two digits goes a hundred years on: «05.10.26» in November 2026 is the year 2126. «2 часа дня» (two in the afternoon) is
# "two hours ago". In a text «школа № 5, 10 класс» has a date, the 10th of May: month first, although it is Russian.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet dateparser==1.5.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import sys
from datetime import datetime
from importlib.metadata import version

import dateparser
from dateparser.search import search_dates

NOW = datetime(2026, 11, 28, 12, 0)
SETTINGS = {"RELATIVE_BASE": NOW}
FUTURE = {**SETTINGS, "PREFER_DATES_FROM": "future"}
WANTED = {
    "15.10": ("2026-11-28 15:10", "2026-11-28 15:10"),
    "5.10": ("2026-11-28 05:10", "2026-11-29 05:10"),
    "15.10.2026": ("2026-10-15 00:00", "2026-10-15 00:00"),
    "15 октября": ("2026-10-15 00:00", "2027-10-15 00:00"),
    "05.10.26": ("2026-10-05 00:00", "2126-10-05 00:00"),
    "05.10.2026": ("2026-10-05 00:00", "2026-10-05 00:00"),
    "2 часа дня": ("2026-11-28 10:00", "2026-11-28 14:00"),
}
seen = {
    text: tuple(f"{dateparser.parse(text, languages=['ru'], settings=how):%Y-%m-%d %H:%M}" for how in (SETTINGS, FUTURE))
    for text in WANTED
}
TEXT = "Школа № 5, 10 класс"
found = search_dates(TEXT, languages=["ru"], settings=SETTINGS)
print("dateparser", version("dateparser"), "on", NOW)
for text, (plain, future) in seen.items():
    print(f"  {text}: {plain}; of the future: {future}")
print(f"  in the text «{TEXT}»: {found}")
same = seen == WANTED and found == [("5, 10", datetime(2026, 5, 10))]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
