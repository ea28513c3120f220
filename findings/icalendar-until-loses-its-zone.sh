#!/bin/sh
# icalendar 7.3.2 writes the UNTIL of a rule that is a moment with a zone as local time without one: add("rrule", {"until":
# 18:00 in Asia/Irkutsk}) becomes UNTIL=20261015T180000. RFC 5545, 3.3.10: beside a DTSTART with a zone UNTIL must be in UTC.
# dateutil 2.9.0 refuses the rule, and whoever takes it for UTC has eight hours too many. A moment in UTC keeps its Z, and so
# does every DTSTAMP, which icalendar converts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.2 python-dateutil==2.9.0.post0
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Event

START = datetime(2026, 10, 1, 18, 0, tzinfo=ZoneInfo("Asia/Irkutsk"))
UNTIL = START.replace(day=15)


def written(until):
    """The lines of DTSTAMP and RRULE, and how many times dateutil has."""
    event = Event()
    event.add("dtstart", START)
    event.add("dtstamp", until)
    event.add("rrule", {"freq": "weekly", "until": until})
    lines = dict(line.split(":", 1) for line in event.to_ical().decode().splitlines())
    try:
        times = len(list(rrulestr(lines["RRULE"], dtstart=START)))
    except ValueError as error:
        times = str(error).split(" (")[0]
    return lines["DTSTAMP"], lines["RRULE"], times


print("icalendar", version("icalendar"), "dateutil", version("python-dateutil"))
local, utc = written(UNTIL), written(UNTIL.astimezone(UTC))
for what, (stamp, rule, times) in (("Asia/Irkutsk", local), ("UTC", utc)):
    print(f"  {what}: DTSTAMP:{stamp} RRULE:{rule}, dateutil: {times}")
same = (
    local[:2] == ("20261015T100000Z", "FREQ=WEEKLY;UNTIL=20261015T180000")
    and "must be specified in UTC" in str(local[2])
    and utc == ("20261015T100000Z", "FREQ=WEEKLY;UNTIL=20261015T100000Z", 3)
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
