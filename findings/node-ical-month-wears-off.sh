#!/bin/sh
# node-ical 0.26.1: a meeting that is monthly from 31 October on, RRULE:FREQ=MONTHLY, is on 30 November, 30 December, and from
# February on the 28th of each month for good; what is yearly from 29 February on is on the 28th, in leap years as well. RFC 5545,
# 3.3.10: a day that a month does not have is ignored, and not counted. rrule.js 2.8.1, recurring-ical-events 3.8.2 and dateutil
# 2.9.0 have the next meetings on 31 December and in 2028; ical.js 2.2.1 has 31 December as well, yet 1 March of the other years.
# Nothing is raised, and the first one is right. With the day said in the rule, BYMONTHDAY=31, or -1 for the last, all agree.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.2 recurring-ical-events==3.8.2 python-dateutil==2.9.0.post0 tzdata==2026.6
echo '{"private": true}' >"$folder/package.json"
npm install --silent --no-fund --no-audit --prefix "$folder" ical.js@2.2.1 node-ical@0.26.1 rrule@2.8.1 >/dev/null
cat >"$folder/read.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";
import rrule from "rrule";

const text = readFileSync(process.argv[2], "utf8");
const days = { "node-ical": [], "ical.js": [], rrule: [] };
const range = { from: new Date("2020-01-01T00:00:00Z"), to: new Date("2050-01-01T00:00:00Z") };
const event = Object.values(ical.sync.parseICS(text)).find((one) => one.type === "VEVENT");
for (const { start } of ical.expandRecurringEvent(event, range)) days["node-ical"].push(start.toISOString().slice(0, 10));
const steps = new ICAL.Event(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent")).iterator();
for (let at = steps.next(); at; at = steps.next()) days["ical.js"].push(at.toString().slice(0, 10));
const lines = text.split("\r\n").filter((line) => line.startsWith("DTSTART") || line.startsWith("RRULE"));
for (const at of rrule.rrulestr(lines.join("\n")).all()) days.rrule.push(at.toISOString().slice(0, 10));
console.log(JSON.stringify(days));
JAVASCRIPT
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import subprocess
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import icalendar
import recurring_ical_events
from dateutil.rrule import rrulestr

FOLDER = Path(sys.argv[1])


def read(begin: str, rule: str) -> dict[str, list[str]]:
    """The days of the meetings, to each reader."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20240101T000000Z"]
    text = "\r\n".join([*lines, f"DTSTART:{begin}T100000Z", f"RRULE:{rule}", "END:VEVENT", "END:VCALENDAR", ""])
    (FOLDER / "meeting.ics").write_bytes(text.encode())
    script = subprocess.run(["node", FOLDER / "read.mjs", FOLDER / "meeting.ics"], capture_output=True, text=True, check=True)
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((2020, 1, 1), (2050, 1, 1))
    return json.loads(script.stdout) | {
        "recurring-ical-events": sorted(str(event["DTSTART"].dt.date()) for event in found),
        "dateutil": [str(at.date()) for at in rrulestr(rule, dtstart=datetime.strptime(begin, "%Y%m%d"))],
    }


print(*(f"{name} {json.loads((FOLDER / 'node_modules' / name / 'package.json').read_text())['version']}" for name in ("node-ical", "ical.js", "rrule")))
print(*(f"{name} {version(name)}" for name in ("recurring-ical-events", "python-dateutil")))
same = True
for begin, rule, expected in (
    (
        "20261031",
        "FREQ=MONTHLY;COUNT=6",
        [
            ["2026-10-31", "2026-11-30", "2026-12-30", "2027-01-30", "2027-02-28", "2027-03-28"],
            *[["2026-10-31", "2026-12-31", "2027-01-31", "2027-03-31", "2027-05-31", "2027-07-31"]] * 4,
        ],
    ),
    (
        "20240229",
        "FREQ=YEARLY;COUNT=5",
        [
            ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-28"],
            ["2024-02-29", "2025-03-01", "2026-03-01", "2027-03-01", "2028-02-29"],
            *[["2024-02-29", "2028-02-29", "2032-02-29", "2036-02-29", "2040-02-29"]] * 3,
        ],
    ),
    ("20261031", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", [["2026-10-31", "2026-11-30", "2026-12-31"]] * 5),
    ("20261031", "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", [["2026-10-31", "2026-12-31", "2027-01-31"]] * 5),
):
    days = read(begin, rule)
    print(f"  {rule} from {begin}:")
    print(*(f"    {' '.join(each)} to {reader}" for reader, each in days.items()), sep="\n")
    same = same and list(days.values()) == expected
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
