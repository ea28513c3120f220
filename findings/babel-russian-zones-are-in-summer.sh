#!/bin/sh
# Babel 2.19.0 in Russian: get_timezone_location(), and the formats «v» and «VVVV» of a time, say «летнее время», summer time, of every
# zone at any time of the year: «20:00 Россия (Иркутск), летнее время» in December, of a city whose clocks nobody has moved since 2014. In
# English it is "Russia (Irkutsk) Time". get_timezone_name() is that of a group of zones whose time is the same, by CLDR:
# Novosibirsk is «Красноярск», Sakhalin «Магадан», as it is to ICU. The city alone, return_city=True, and the offset are right.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet babel==2.19.0 tzdata==2026.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import UTC, datetime
from importlib.metadata import version

from babel.dates import format_time, get_timezone, get_timezone_gmt, get_timezone_location, get_timezone_name

WINTER = datetime(2026, 12, 1, 12, tzinfo=UTC)
print("Babel", version("babel"))
seen = {}
for zone in ("Asia/Irkutsk", "Asia/Novosibirsk", "Asia/Sakhalin"):
    seen[zone] = [
        get_timezone_location(zone, locale="ru"),
        get_timezone_location(zone, locale="en"),
        get_timezone_name(get_timezone(zone), locale="ru"),
        get_timezone_location(zone, locale="ru", return_city=True),
        get_timezone_gmt(WINTER.astimezone(get_timezone(zone)), locale="ru"),
        format_time(WINTER, "HH:mm v", tzinfo=get_timezone(zone), locale="ru"),
    ]
    print(f"  {zone}: in Russian «{seen[zone][5]}», in English {seen[zone][1]!r}; its name «{seen[zone][2]}», its city «{seen[zone][3]}»")
same = seen == {
    "Asia/Irkutsk": ["Россия (Иркутск), летнее время", "Russia (Irkutsk) Time", "Иркутск", "Иркутск", "GMT+08:00", "20:00 Россия (Иркутск), летнее время"],
    "Asia/Novosibirsk": ["Россия (Новосибирск), летнее время", "Russia (Novosibirsk) Time", "Красноярск", "Новосибирск", "GMT+07:00", "19:00 Россия (Новосибирск), летнее время"],
    "Asia/Sakhalin": ["Россия (о-в Сахалин), летнее время", "Russia (Sakhalin) Time", "Магадан", "о-в Сахалин", "GMT+11:00", "23:00 Россия (о-в Сахалин), летнее время"],
}
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
