#!/bin/sh
# icalendar 7.3.2 writes a moment with a fixed offset (as datetime.fromisoformat("2026-10-15T18:00:00+08:00") gives it) as
# local time of a zone TZID="UTC+08:00" that the file does not describe, and the offset is lost: icalendar itself and
# vobject 0.9.9 read 18:00 of no zone, which a calendar in Moscow shows at 18:00, five hours late.
# add_missing_timezones(), which describes zones by name, adds nothing for it and says nothing. Converted to UTC first, the
# moment comes back. RFC 5545, 3.2.19: a TZID needs its VTIMEZONE.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.2 vobject==0.9.9
"$folder/venv/bin/python" - <<'PYTHON'
import logging
import sys
from datetime import datetime, timezone
from importlib.metadata import version

import vobject
from icalendar import Calendar, Event

logging.disable()
DUE = datetime.fromisoformat("2026-10-15T18:00:00+08:00")


def written(moment):
    event = Event()
    event.add("uid", "1")
    event.add("dtstamp", DUE.astimezone(timezone.utc))
    event.add("dtstart", moment)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//example//EN")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical().decode()


def told(text):
    line = next(line for line in text.split("\r\n") if line.startswith("DTSTART"))
    own = Calendar.from_ical(text).walk("VEVENT")[0]["dtstart"].dt
    other = vobject.readOne(text).vevent.dtstart.value
    print(f"  {line}: icalendar reads {own}, vobject {other}; described: {'VTIMEZONE' in text}")
    return line, own, other, "VTIMEZONE" in text


print("icalendar", version("icalendar"), "vobject", version("vobject"))
line, own, other, described = told(written(DUE))
whole = told(written(DUE.astimezone(timezone.utc)))
same = (
    line == 'DTSTART;TZID="UTC+08:00":20261015T180000'
    and not described
    and {(moment.tzinfo, moment.hour) for moment in (own, other)} == {(None, 18)}
    and whole[1] == whole[2] == DUE
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
