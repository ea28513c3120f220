#!/bin/sh
# ical-generator 10.2.0 (Node.js): a meeting at 10:00 UTC, new Date("2026-10-15T10:00:00Z"), with timezone: "Asia/Irkutsk", is at 18:00 on a machine in
# Irkutsk, and from the same line on a server in UTC it is DTSTART;TZID=Asia/Irkutsk:20261015T100000, eight hours early: of a Date, or a text,
# the machine's own clock is written, and the zone's name put before it. Of luxon 3.7.2 the same moment is 18:00 on any machine. A whole
# day, allDay, from the midnight of Irkutsk with which the 15th begins, is the 14th then as well, and without a timezone it is the 14th
# on every machine, in Irkutsk too. The end of a repetition is written as a local time, UNTIL=20261020T180000, beside a TZID, where
# RFC 5545, 3.3.10, wants UTC; python-dateutil 2.9.0 refuses the rule. Nothing is raised. Objects of luxon, and a count in place of an
# end, mean one thing everywhere.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.2 python-dateutil==2.9.0.post0 tzdata==2026.6
echo '{"private": true}' >"$folder/package.json"
npm install --silent --no-fund --no-audit --prefix "$folder" ical-generator@10.2.0 luxon@3.7.2 >/dev/null
cat >"$folder/write.mjs" <<'JAVASCRIPT'
import ical from "ical-generator";
import { DateTime } from "luxon";

const [make, timezone] = { Date: [(at) => new Date(at)], luxon: [(at) => DateTime.fromISO(at)] }[process.argv[2]].concat(process.argv[3]);
const calendar = ical({ timezone });
calendar.createEvent({
  id: "meeting",
  timezone,
  start: make("2026-10-15T10:00:00Z"),
  repeating: { freq: "DAILY", until: make("2026-10-20T10:00:00Z") },
});
calendar.createEvent({ id: "day", allDay: true, start: make("2026-10-14T16:00:00Z") });
console.log(calendar.toString());
JAVASCRIPT
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import os
import subprocess
import sys
from datetime import UTC
from pathlib import Path

from dateutil.rrule import rrulestr
from icalendar import Calendar

FOLDER = Path(sys.argv[1])


def written(machine: str, kind: str, *zone: str) -> tuple[str, str, str]:
    """The moment of the meeting in UTC, the whole day, and what dateutil says of the repetition."""
    command = ["node", FOLDER / "write.mjs", kind, *zone]
    text = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | {"TZ": machine}).stdout
    meeting, day = Calendar.from_ical(text).walk("VEVENT")
    start = meeting.decoded("dtstart")
    try:
        rrulestr(meeting["rrule"].to_ical().decode(), dtstart=start)
        rule = "read"
    except ValueError:
        rule = "refused"
    return f"{start.astimezone(UTC):%d.%m %H:%M}", f"{day.decoded('dtstart'):%d.%m}", rule


packages = {name: FOLDER / "node_modules" / name / "package.json" for name in ("ical-generator", "luxon")}
print(*(f"{name} {json.loads(path.read_text())['version']}" for name, path in packages.items()))
EXPECTED = {
    ("Asia/Irkutsk", "Date", "Asia/Irkutsk"): ("15.10 10:00", "15.10", "refused"),
    ("UTC", "Date", "Asia/Irkutsk"): ("15.10 02:00", "14.10", "refused"),
    ("Europe/Moscow", "Date", "Asia/Irkutsk"): ("15.10 05:00", "14.10", "refused"),
    ("UTC", "luxon", "Asia/Irkutsk"): ("15.10 10:00", "15.10", "refused"),
    ("Asia/Irkutsk", "luxon", "Asia/Irkutsk"): ("15.10 10:00", "15.10", "refused"),
    ("Asia/Irkutsk", "Date"): ("15.10 10:00", "14.10", "read"),
    ("UTC", "Date"): ("15.10 10:00", "14.10", "read"),
}
seen = {}
for case in EXPECTED:
    seen[case] = written(*case)
    print(f"  on a machine in {case[0]}, {' in '.join(case[1:])}: the meeting is {seen[case][0]} UTC, the day {seen[case][1]}, the rule is {seen[case][2]}")
sys.exit("the behaviour has changed" if seen != EXPECTED else 0)
PYTHON
