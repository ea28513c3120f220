#!/bin/sh
# humanize 4.17.0, activate("ru_RU"): words and days are Russian and the numbers are not. intcomma(1234) is «1,234», which to a Russian is one and
# a quarter, 1234.5 is «1,234.5», and of what is written in Russian, "75,5", it makes 755, for the comma is taken out as one of
# thousands; in German and French, whose separators it knows, "1234,5" is 1.234,5. Beside «30 минут», right, stands «через 21 минута»: in
# naturaltime() the form of the word is that of a span alone. ordinal(3) is «3ий», of a class, gender="female", «3ий» too, and 40 «40ой».
# naturalday() of a day that is not today, tomorrow or yesterday is English, "Oct 20", and a list is «а, б and в». Nothing is raised. Babel
# 2.19.0 has «1 234», and «через 21 минуту». What people read is to be made by that.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet humanize==4.17.0 babel==2.19.0 time-machine==3.6.0
LC_ALL=C.UTF-8 "$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import date, datetime, timedelta
from importlib.metadata import version

import humanize
import time_machine
from babel.dates import format_timedelta
from babel.numbers import format_decimal

print(*(f"{name} {version(name)}" for name in ("humanize", "Babel")))
humanize.i18n.activate("ru_RU")
soon = timedelta(minutes=21)
with time_machine.travel(datetime(2026, 10, 15, 12), tick=False):
    seen = {
        "1234": humanize.intcomma(1234),
        "1234.5": humanize.intcomma(1234.5),
        "75,5": humanize.intcomma("75,5"),
        "in 21 minutes": humanize.naturaltime(-soon),
        "in a minute": humanize.naturaltime(timedelta(minutes=-1)),
        "third": humanize.ordinal(3),
        "third, of a class": humanize.ordinal(3, gender="female"),
        "fortieth": humanize.ordinal(40),
        "tomorrow": humanize.naturalday(date(2026, 10, 16)),
        "on the 20th": humanize.naturalday(date(2026, 10, 20)),
        "list": humanize.natural_list(["а", "б", "в"]),
    }
humanize.i18n.activate("de_DE")
seen["1234,5, in German"] = humanize.intcomma("1234,5")
seen["1234, by Babel"] = format_decimal(1234, locale="ru")
seen["in 21 minutes, by Babel"] = format_timedelta(soon, add_direction=True, locale="ru")
for what, words in seen.items():
    print(f"  {what}: {words}")
expected = {
    "1234": "1,234",
    "1234.5": "1,234.5",
    "75,5": "755",
    "in 21 minutes": "через 21 минута",
    "in a minute": "через минуту",
    "third": "3ий",
    "third, of a class": "3ий",
    "fortieth": "40ой",
    "tomorrow": "завтра",
    "on the 20th": "Oct 20",
    "list": "а, б and в",
    "1234,5, in German": "1.234,5",
    "1234, by Babel": "1\xa0234",
    "in 21 minutes, by Babel": "через 21 минуту",
}
sys.exit("the behaviour has changed" if seen != expected else 0)
PYTHON
