#!/bin/sh
# ics 0.7.3 reads a calendar that says nothing of its scale and writes it with CALSCALE:GEORGIAN: RFC 5545, 3.7.1, knows
# GREGORIAN alone, which is the default. It folds no line either: RFC 5545, 3.1, has at most 75 octets, and a Russian
# title of six words comes to 283. icalendar 7.3.2 adds no scale and folds the same title by octets, never within a letter.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.2 ics==0.7.3
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import ics
from icalendar import Calendar

TITLE = " ".join(["Муниципальное бюджетное"] * 6)
lines = [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//EN",
    "BEGIN:VEVENT", "UID:1", "DTSTAMP:20261001T000000Z", "DTSTART:20261015T100000Z", "SUMMARY:" + TITLE[:20],
    " " + TITLE[20:50], " " + TITLE[50:80], " " + TITLE[80:110], " " + TITLE[110:],
    "END:VEVENT", "END:VCALENDAR", "",
]
text = "\r\n".join(lines)
assert max(len(line.encode()) for line in lines) <= 75


def told(name, content):
    """The scales that it writes, and the octets of its longest line."""
    written = content.split(b"\r\n")
    assert all(line.decode() is not None for line in written)
    scale = [line.decode() for line in written if line.startswith(b"CALSCALE")]
    longest = max(map(len, written))
    print(f"{name} {version(name)}: {scale or 'no scale'}, longest line {longest} octets")
    return scale, longest


own = told("ics", ics.Calendar(text).serialize().encode())
peer = told("icalendar", Calendar.from_ical(text).to_ical())
same = own == (["CALSCALE:GEORGIAN"], len(f"SUMMARY:{TITLE}".encode())) and peer[0] == [] and peer[1] <= 75
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
