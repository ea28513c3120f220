#!/bin/sh
# icalendar 7.3.2 and vobject 0.9.9 keep the zones that a calendar describes, by their names, for the whole process, and the first
# description of a name stays. Outlook calls different zones "Customized Time Zone": of three calendars that describe it as
# +0400, +0300 and +0800 each meeting at 18:00 is read at +04:00, and so is one of a calendar that describes no zone. What
# was read first decides what all the others mean; each alone is read rightly. To vobject even Europe/Moscow is what the
# first file says. icalendar forgets by icalendar.use_zoneinfo(), to be called before each file; vobject needs a process each.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.2 vobject==0.9.9
cat > "$folder/read.py" <<'PYTHON'
"""Reads calendars whose zones are told as NAME=OFFSET, one after the other, and prints at which offset each has 18:00."""

import logging
import sys

import icalendar
import vobject

logging.disable(logging.CRITICAL)
ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:{name}",
    "BEGIN:STANDARD",
    "DTSTART:16010101T000000",
    "TZOFFSETFROM:{offset}",
    "TZOFFSETTO:{offset}",
    "END:STANDARD",
    "END:VTIMEZONE",
)
EVENT = (
    "BEGIN:VEVENT",
    "UID:1@example.org",
    "DTSTAMP:20261001T000000Z",
    "SUMMARY:Meeting",
    "DTSTART;TZID={name}:20261015T180000",
    "DURATION:PT1H",
    "END:VEVENT",
)


def calendar(name: str, offset: str) -> str:
    zone = ZONE if offset else ()
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//someone//calendar//EN", *zone, *EVENT, "END:VCALENDAR", "")
    return "\r\n".join(lines).format(name=name, offset=offset)


def by_icalendar(text: str) -> str:
    return icalendar.Calendar.from_ical(text).walk("VEVENT")[0].decoded("DTSTART").isoformat()[19:]


def forgetting(text: str) -> str:
    icalendar.use_zoneinfo()
    return by_icalendar(text)


def by_vobject(text: str) -> str:
    return vobject.readOne(text).vevent.dtstart.value.isoformat()[19:]


read = {"icalendar": by_icalendar, "forgetting": forgetting, "vobject": by_vobject}[sys.argv[1]]
print(*(read(calendar(*one.split("="))) or "none" for one in sys.argv[2:]))
PYTHON
python="$folder/venv/bin/python"
"$python" -c 'from importlib.metadata import version as v; print("icalendar", v("icalendar"), "vobject", v("vobject"))'
say() { echo "by $*: $("$python" -W ignore "$folder/read.py" "$@" | tee -a "$folder/seen")"; }
office="Customized Time Zone"
for who in icalendar vobject forgetting; do
    say "$who" "$office=+0400" "$office=+0300" "$office=+0800" "$office="
done
for who in icalendar vobject; do
    say "$who" "$office=+0800" "$office=+0400"
    say "$who" "$office=+0300"
    say "$who" "Europe/Moscow=+0400" "Europe/Moscow=+0300"
done
cat > "$folder/expected" <<'TEXT'
+04:00 +04:00 +04:00 +04:00
+04:00 +04:00 +04:00 +04:00
+04:00 +03:00 +08:00 none
+08:00 +08:00
+03:00
+03:00 +03:00
+08:00 +08:00
+03:00
+04:00 +04:00
TEXT
cmp -s "$folder/seen" "$folder/expected" || { echo "the behaviour has changed" >&2; exit 1; }
