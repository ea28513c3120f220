#!/bin/sh
# icalendar 7.3.2 writes an alarm at a moment as TRIGGER:20261014T010000Z, without VALUE=DATE-TIME, both by
# add("trigger", ...) and by the property TRIGGER. RFC 5545, 3.8.6.3: the default is a duration, a moment has to say
# VALUE=DATE-TIME. It reads its own line as a moment, and so does vobject 0.9.9; ics 0.7.3 refuses the whole calendar.
# With parameters={"VALUE": "DATE-TIME"}, or for a span before the event, all three agree.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.2 vobject==0.9.9 ics==0.7.3
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import datetime, timedelta, timezone
from importlib.metadata import version

import ics
import vobject
from icalendar import Alarm, Calendar, Event

DUE = datetime(2026, 10, 15, 10, tzinfo=timezone.utc)
AT = datetime(2026, 10, 14, 1, tzinfo=timezone.utc)


def written(set_trigger):
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Report")
    set_trigger(alarm)
    event = Event()
    event.add("uid", "1")
    event.add("dtstamp", AT)
    event.add("dtstart", DUE)
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//example//EN")
    calendar.add_component(event)
    return calendar.to_ical().decode()


def line(text):
    return next(line for line in text.split("\r\n") if line.startswith("TRIGGER"))


def by_icalendar(text):
    return Calendar.from_ical(text).walk("VALARM")[0]["trigger"].dt


def by_vobject(text):
    return vobject.readOne(text).vevent.valarm.trigger.value


def by_ics(text):
    try:
        return next(iter(ics.Calendar(text).events)).alarms[0].trigger
    except Exception as error:
        return type(error).__name__


print(*(f"{name} {version(name)}" for name in ("icalendar", "vobject", "ics")), sep=", ")
added = written(lambda alarm: alarm.add("trigger", AT))
assigned = written(lambda alarm: setattr(alarm, "TRIGGER", AT))
told = written(lambda alarm: alarm.add("trigger", AT, parameters={"VALUE": "DATE-TIME"}))
span = written(lambda alarm: alarm.add("trigger", AT - DUE))
read = {}
for name, text in (("added", added), ("assigned", assigned), ("told", told), ("span", span)):
    read[name] = (line(text), by_icalendar(text), by_vobject(text), by_ics(text))
    print(" ", name, *read[name])
bare = "TRIGGER:20261014T010000Z"
same = (
    read["added"] == read["assigned"] == (bare, AT, AT, "ParseError")
    and read["told"][0] == "TRIGGER;VALUE=DATE-TIME:20261014T010000Z"
    and all(moment == AT for moment in read["told"][1:])
    and set(read["span"][1:]) == {AT - DUE}
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
