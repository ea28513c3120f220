#!/bin/sh
# Babel 2.19.0 in Russian: get_timezone_location(), and the formats «v» and «VVVV» of a time, say «летнее время», summer time, of
# every zone at any time of the year: «20:00 Россия (Иркутск), летнее время» in December, of a city whose clocks nobody has moved
# since 2014. In English it is "Russia (Irkutsk) Time". get_timezone_name() is that of a group of zones whose time is the same, by
# CLDR: Novosibirsk is «Красноярск», Sakhalin «Магадан», as it is to ICU. The city alone, return_city=True, and the offset are
# right.
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
    location, english, name, city, _offset, at = seen[zone]
    print(f"  {zone}: in Russian «{at}», in English {english!r}; its name «{name}», its city «{city}»")
    assert at.endswith(location)
same = seen == {
    zone: [summer := f"Россия ({city}), летнее время", f"Russia ({place}) Time", name, city, f"GMT+{offset}:00", f"{hour}:00 {summer}"]
    for zone, city, place, name, offset, hour in (
        ("Asia/Irkutsk", "Иркутск", "Irkutsk", "Иркутск", "08", "20"),
        ("Asia/Novosibirsk", "Новосибирск", "Novosibirsk", "Красноярск", "07", "19"),
        ("Asia/Sakhalin", "о-в Сахалин", "Sakhalin", "Магадан", "11", "23"),
    )
}
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
