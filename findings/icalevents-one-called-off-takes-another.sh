#!/bin/sh
# icalevents 0.3.1: a meeting that is called off, EXDATE, takes others along. To it an EXDATE is a day as well as a moment: of a duty at 9:00 and
# 18:00 each day (BYHOUR=9,18), whose evening of the 13th is called off, the morning of the 13th is gone too. An EXDATE in UTC, which is as good as any,
# is the day that UTC has: of a meeting at 3 o'clock in Irkutsk, called off on the 13th, which is 19:00 UTC on the 12th, the 13th and the 12th are
# gone, and at 7:59 the same. After 8 o'clock, and with the TZID of the meeting, one meeting a day is read as it is meant, so a test with 18:00
# sees nothing. recurring-ical-events 3.8.2, vobject 0.9.9 and python-dateutil 2.9.0 take away the one moment (RFC 5545, 3.8.5.1). Nothing is
# raised. Of series with an EXDATE one of these is to be asked.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalevents==0.3.1 icalendar==7.3.2 recurring-ical-events==3.8.2 vobject==0.9.9 python-dateutil==2.9.0.post0 tzdata==2026.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import UTC, date, datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
import vobject
from dateutil.rrule import rrulestr
from icalevents import icalevents

IRKUTSK = ZoneInfo("Asia/Irkutsk")
ZONE = """BEGIN:VTIMEZONE
TZID:Asia/Irkutsk
BEGIN:STANDARD
DTSTART:20141026T020000
TZOFFSETFROM:+0900
TZOFFSETTO:+0800
END:STANDARD
END:VTIMEZONE
"""


def read(lines: str) -> dict[str, str]:
    """The meetings, by Irkutsk's clock, to each reader."""
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example//\n{ZONE}BEGIN:VEVENT\nUID:1\nDTSTAMP:20261001T000000Z\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
    text = text.replace("\n", "\r\n")
    begin, end = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    days = {
        "icalevents": [event.start for event in icalevents.events(string_content=text.encode(), start=begin, end=end)],
        "recurring-ical-events": [
            event["DTSTART"].dt for event in recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(date(2026, 10, 1), date(2026, 11, 1))
        ],
        "vobject": list(vobject.readOne(text).vevent.getrruleset()),
        "python-dateutil": list(rrulestr(lines)),
    }
    return {reader: ", ".join(f"{at.astimezone(IRKUTSK):%d %H:%M}" for at in sorted(each)) for reader, each in days.items()}


def series(begin: str, rule: str, called_off: str) -> str:
    return f"DTSTART;TZID=Asia/Irkutsk:202610{begin}\nRRULE:FREQ=DAILY;{rule}\nEXDATE{called_off}"


OF_IRKUTSK = ";TZID=Asia/Irkutsk:"
CASES = (
    (series("12T180000", "COUNT=3", OF_IRKUTSK + "20261013T180000"), "12 18:00, 14 18:00", "12 18:00, 14 18:00"),
    (series("12T180000", "COUNT=3", ":20261013T100000Z"), "12 18:00, 14 18:00", "12 18:00, 14 18:00"),
    (series("12T030000", "COUNT=3", OF_IRKUTSK + "20261013T030000"), "12 03:00, 14 03:00", "12 03:00, 14 03:00"),
    (series("12T030000", "COUNT=3", ":20261012T190000Z"), "14 03:00", "12 03:00, 14 03:00"),
    (series("12T075900", "COUNT=3", ":20261012T235900Z"), "14 07:59", "12 07:59, 14 07:59"),
    (
        series("12T090000", "BYHOUR=9,18;COUNT=6", OF_IRKUTSK + "20261013T180000"),
        "12 09:00, 12 18:00, 14 09:00, 14 18:00",
        "12 09:00, 12 18:00, 13 09:00, 14 09:00, 14 18:00",
    ),
)
print(*(f"{name} {version(name)}" for name in ("icalevents", "recurring-ical-events", "vobject", "python-dateutil")))
same = True
for lines, by_icalevents, by_others in CASES:
    seen = read(lines)
    others = set(seen.values()) - {seen["icalevents"]} or {seen["icalevents"]}
    print(f"  {lines.replace(chr(10), ' ')}\n    icalevents: {seen['icalevents']}\n    others: {' or '.join(sorted(others))}")
    same = same and list(seen.values()) == [by_icalevents, *[by_others] * 3]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
