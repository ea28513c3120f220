#!/bin/sh
# icalendar 7.3.2 writes the day until which a meeting is held, add("rrule", {"freq": "daily", "until": date(2026, 10, 17)}), as
# UNTIL=20261017 beside a DTSTART of 18:00, without a word. RFC 5545, 3.3.10: beside a time UNTIL has to be a moment. Its readers
# do not agree on what it is: recurring-ical-events 3.8.2 and dateutil 2.9.0 take it for the midnight at which that day begins, so
# the meeting of the 17th is gone; vobject 0.9.9 has it. The last moment, in UTC, of the last meeting is read alike by all.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.2 recurring-ical-events==3.8.2 vobject==0.9.9 python-dateutil==2.9.0.post0
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import UTC, date, datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
import vobject
from dateutil.rrule import rrulestr

BEGIN = datetime(2026, 10, 15, 18, tzinfo=ZoneInfo("Asia/Irkutsk"))


def read(until: date) -> tuple[str, list[list[int]]]:
    """The rule that icalendar writes, and the days of October on which the meeting is, to each reader."""
    calendar, event = icalendar.Calendar(), icalendar.Event()
    for name, value in {"uid": "1", "dtstamp": BEGIN, "dtstart": BEGIN, "rrule": {"freq": "daily", "until": until}}.items():
        event.add(name, value)
    calendar.add_component(event)
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//example//")
    text = calendar.to_ical().decode()
    rule = next(line for line in text.splitlines() if line.startswith("RRULE:"))
    seen = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(date(2026, 10, 1), date(2026, 11, 1))
    of_dateutil = rrulestr(rule, dtstart=BEGIN if "Z" in rule else BEGIN.replace(tzinfo=None))
    of_vobject = vobject.readOne(text).vevent.getrruleset()
    return rule, [sorted(each["DTSTART"].dt.day for each in seen), *([at.day for at in rule] for rule in (of_dateutil, of_vobject))]


print(*(f"{name} {version(name)}" for name in ("icalendar", "recurring-ical-events", "python-dateutil", "vobject")))
by_day = read(date(2026, 10, 17))
by_moment = read(datetime(2026, 10, 17, 18, tzinfo=BEGIN.tzinfo).astimezone(UTC))
for rule, (recurring, dateutil, of_vobject) in (by_day, by_moment):
    print(f"  {rule}: {recurring} to recurring-ical-events, {dateutil} to dateutil, {of_vobject} to vobject")
same = by_day == ("RRULE:FREQ=DAILY;UNTIL=20261017", [[15, 16], [15, 16], [15, 16, 17]]) and by_moment == (
    "RRULE:FREQ=DAILY;UNTIL=20261017T100000Z",
    [[15, 16, 17]] * 3,
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
