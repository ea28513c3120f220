#!/bin/sh
# A meeting of three days that follow no rule, DTSTART and an RDATE of two more, of five readers of calendars has the three for
# one alone, recurring-ical-events 3.8.2. vobject 0.9.9 (getrruleset()) and ical.js 2.2.1 leave out the first day, icalevents 0.3.1
# and node-ical 0.26.1 have nothing but it: they do not read RDATE. Nothing is raised. RFC 5545, 3.8.5.2 and 3.8.5.3: DTSTART is the
# first of the set, with or without a rule, and an RDATE adds to it. The same three days as three events with a UID each are read
# alike by all, and so are those of a rule that begins with DTSTART. vobject has an addRDate=True that adds the first day.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.2 recurring-ical-events==3.8.2 vobject==0.9.9 icalevents==0.3.1 tzdata==2026.6
echo '{"private": true}' >"$folder/package.json"
npm install --silent --no-fund --no-audit --prefix "$folder" ical.js@2.2.1 node-ical@0.26.1 >/dev/null
cat >"$folder/read.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";

const text = readFileSync(process.argv[2], "utf8");
const days = { "ical.js": [], "node-ical": [] };
for (const part of new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent")) {
  const event = new ICAL.Event(part);
  const steps = event.iterator();
  for (let at = steps.next(); at; at = steps.next()) days["ical.js"].push(at.day);
}
const range = { from: new Date("2026-10-01T00:00:00Z"), to: new Date("2026-11-01T00:00:00Z") };
for (const event of Object.values(ical.sync.parseICS(text)).filter((one) => one.type === "VEVENT")) {
  for (const { start } of ical.expandRecurringEvent(event, range)) days["node-ical"].push(start.getUTCDate());
}
console.log(JSON.stringify(days));
JAVASCRIPT
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import subprocess
import sys
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

import icalendar
import recurring_ical_events
import vobject
from icalevents import icalevents

FOLDER = Path(sys.argv[1])
RULE = "RRULE:FREQ=DAILY;COUNT=3"


def text(*events: tuple[str, ...]) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//"]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}", "DTSTAMP:20261001T000000Z", *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def read(calendar: str) -> dict[str, list[int]]:
    """The days of October 2026 on which the meeting is, to each reader."""
    begin, end = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    of_vobject = []
    for event in vobject.readOne(calendar).vevent_list:
        rules = event.getrruleset()
        of_vobject += [at.day for at in rules] if rules is not None else [event.dtstart.value.day]
    (FOLDER / "meeting.ics").write_bytes(calendar.encode())
    script = subprocess.run(["node", FOLDER / "read.mjs", FOLDER / "meeting.ics"], capture_output=True, text=True, check=True)
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(calendar)).between(date(2026, 10, 1), date(2026, 11, 1))
    days = {
        "recurring-ical-events": [event["DTSTART"].dt.day for event in found],
        "vobject": of_vobject,
        "icalevents": [event.start.day for event in icalevents.events(string_content=calendar.encode(), start=begin, end=end)],
        **json.loads(script.stdout),
    }
    return {reader: sorted(each) for reader, each in days.items()}


print(*(f"{name} {version(name)}" for name in ("recurring-ical-events", "vobject", "icalevents")))
print(*(f"{name} {json.loads((FOLDER / 'node_modules' / name / 'package.json').read_text())['version']}" for name in ("ical.js", "node-ical")))
listed = read(text(("DTSTART:20261015T100000Z", "RDATE:20261019T100000Z,20261027T100000Z")))
apart = read(text(*((f"DTSTART:202610{day}T100000Z",) for day in (15, 19, 27))))
by_rule = read(text(("DTSTART:20261015T100000Z", RULE)))
for what, days in (("DTSTART and RDATE", listed), ("three events", apart), (RULE, by_rule)):
    print(f"  {what}:", ", ".join(f"{each} to {reader}" for reader, each in days.items()))
same = (
    list(listed.values()) == [[15, 19, 27], [19, 27], [15], [19, 27], [15]]
    and list(apart.values()) == [[15, 19, 27]] * 5
    and list(by_rule.values()) == [[15, 16, 17]] * 5
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
