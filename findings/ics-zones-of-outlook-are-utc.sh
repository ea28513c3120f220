#!/bin/sh
# ics 0.7.3 takes a time whose TZID is no name of the IANA's for UTC, without a word, although the same file describes the
# zone, as Outlook does: 18:00 of TZID="Russian Standard Time" (+0300 in its VTIMEZONE) is read as 18:00 UTC, three hours
# late. icalendar 7.3.2 goes by the description. Of a name that is the IANA's neither does: where a file describes Moscow as
# +0400, as servers have it that missed the change of 2014, both take +03:00 from their own tables, and the meeting is an hour
# off. RFC 5545, 3.6.5: the file's description is the zone. Times in UTC are read alike by all.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.2 ics==0.7.3
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import sys
from importlib.metadata import version

import icalendar
import ics

LINES = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//someone//calendar//EN",
    "BEGIN:VTIMEZONE",
    "TZID:{zone}",
    "BEGIN:STANDARD",
    "DTSTART:16010101T000000",
    "TZOFFSETFROM:{offset}",
    "TZOFFSETTO:{offset}",
    "END:STANDARD",
    "END:VTIMEZONE",
    "BEGIN:VEVENT",
    "UID:1@example.org",
    "DTSTAMP:20261001T000000Z",
    "SUMMARY:Meeting",
    "DTSTART;TZID={zone}:20261015T180000",
    "DURATION:PT1H",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
)
CASES = {
    ("Russian Standard Time", "+0300"): ("+03:00", "+00:00"),
    ("Customized Time Zone", "+0800"): ("+08:00", "+00:00"),
    ("Europe/Moscow", "+0300"): ("+03:00", "+03:00"),
    ("Europe/Moscow", "+0400"): ("+03:00", "+03:00"),
}


def read(zone: str, offset: str) -> tuple[str, str]:
    text = "\r\n".join(LINES).format(zone=zone, offset=offset)
    starts = (
        icalendar.Calendar.from_ical(text).walk("VEVENT")[0].decoded("DTSTART"),
        next(iter(ics.Calendar(text).events)).begin,
    )
    return tuple(start.isoformat()[-6:] for start in starts)


seen = {case: read(*case) for case in CASES}
libraries = ("icalendar", "ics")
print(*(f"{name} {version(name)}" for name in libraries))
for (zone, offset), offsets in seen.items():
    print(f"  18:00 of {zone}, described as {offset}:", dict(zip(libraries, offsets)))
sys.exit("the behaviour has changed" if seen != CASES else 0)
PYTHON
