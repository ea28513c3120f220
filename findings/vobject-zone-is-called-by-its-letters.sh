#!/bin/sh
# vobject 0.9.9 calls a zone that is given by zoneinfo or dateutil by its letters of the moment, not by its name: Asia/Irkutsk is written as
# TZID=+08, Moscow as MSK, Kaliningrad as EET, each with its right description (VTIMEZONE). ical.js 2.2.1 and vobject itself go by that.
# ics 0.7.3 and node-ical 0.26.1 know no +08 and no MSK and take 18:00 for UTC, eight and three hours late; icalendar 7.3.2, ics
# and node-ical know an EET of their own, which has summer time, so Kaliningrad's 18:00 in July is an hour early. Two zones of
# one calendar with the same letters are one: Kyiv's 18:00 in July, beside Kaliningrad's, is Kaliningrad's, to all readers. Nothing
# is raised. Times in UTC are read alike by all, and so is a zone of pytz 2026.2, which vobject calls by its name.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet vobject==0.9.9 icalendar==7.3.2 ics==0.7.3 pytz==2026.2
(cd "$folder" && echo '{"private": true}' >package.json &&
    npm install --silent --no-audit --no-fund ical.js@2.2.1 node-ical@0.26.1 >/dev/null 2>&1)
cat >"$folder/write.py" <<'PYTHON'
"""Writes calendars with a meeting at 18:00 on 15 July 2026 in each zone."""
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import pytz
import vobject

MEETINGS = {
    "Irkutsk": ["Asia/Irkutsk"],
    "Moscow": ["Europe/Moscow"],
    "Kaliningrad": ["Europe/Kaliningrad"],
    "both": ["Europe/Kaliningrad", "Europe/Kyiv"],
    "pytz": ["Asia/Irkutsk"],
}
name = sys.argv[1]
calendar = vobject.iCalendar()
for number, zone in enumerate(MEETINGS[name]):
    event = calendar.add("vevent")
    event.add("uid").value = f"{number}@example.org"
    start = datetime(2026, 7, 15, 18)
    aware = pytz.timezone(zone).localize(start) if name == "pytz" else start.replace(tzinfo=ZoneInfo(zone))
    event.add("dtstart").value = aware
sys.stdout.write(calendar.serialize())
PYTHON
cat >"$folder/read.py" <<'PYTHON'
import json
import sys
from datetime import UTC
from pathlib import Path

import ics
from icalendar import Calendar

text = Path(sys.argv[1]).read_text("utf-8")
found = {
    "icalendar": [event.decoded("dtstart") for event in Calendar.from_ical(text).walk("VEVENT")],
    "ics": [event.begin.datetime for event in sorted(ics.Calendar(text).events, key=lambda event: event.uid)],
}
print(json.dumps({who: [f"{at.astimezone(UTC):%H:%M}" for at in moments] for who, moments in found.items()}))
PYTHON
cat >"$folder/read.mjs" <<'JS'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
const text = readFileSync(process.argv[2], "utf8");
const component = new ICAL.Component(ICAL.parse(text));
component.getAllSubcomponents("vtimezone").forEach((zone) => ICAL.TimezoneService.register(zone));
const short = (moment) => moment.toISOString().slice(11, 16);
const events = Object.values(nodeIcal.sync.parseICS(text)).filter((one) => one.type === "VEVENT");
console.log(
  JSON.stringify({
    "ical.js": component.getAllSubcomponents("vevent").map((one) => short(new ICAL.Event(one).startDate.toJSDate())),
    "node-ical": events.map((one) => short(one.start)),
  }),
);
JS
# Each calendar is written and read by processes of their own: what they have read of zones would stay with them.
for name in Irkutsk Moscow Kaliningrad both pytz; do
    "$folder/venv/bin/python" "$folder/write.py" "$name" >"$folder/$name.ics"
    "$folder/venv/bin/python" "$folder/read.py" "$folder/$name.ics" >"$folder/$name.python"
    TZ=UTC node "$folder/read.mjs" "$folder/$name.ics" >"$folder/$name.node"
done
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import re
import sys
from importlib.metadata import version
from pathlib import Path

EXPECTED = {
    "Irkutsk": (["+08"], {"icalendar": ["10:00"], "ics": ["18:00"], "ical.js": ["10:00"], "node-ical": ["18:00"]}),
    "Moscow": (["MSK"], {"icalendar": ["15:00"], "ics": ["18:00"], "ical.js": ["15:00"], "node-ical": ["18:00"]}),
    "Kaliningrad": (["EET"], {"icalendar": ["15:00"], "ics": ["15:00"], "ical.js": ["16:00"], "node-ical": ["15:00"]}),
    "both": (["EET"], {"icalendar": ["15:00"] * 2, "ics": ["15:00"] * 2, "ical.js": ["16:00"] * 2, "node-ical": ["15:00"] * 2}),
    "pytz": (["Asia/Irkutsk"], dict.fromkeys(("icalendar", "ics", "ical.js", "node-ical"), ["10:00"])),
}
print(*(f"{name} {version(name)}" for name in ("vobject", "icalendar", "ics", "pytz")))
seen = {}
for name in EXPECTED:
    place = Path(sys.argv[1])
    zones = re.findall(r"^TZID:(\S+)", (place / f"{name}.ics").read_text("utf-8"), re.MULTILINE)
    times = {}
    for kind in ("python", "node"):
        times |= json.loads((place / f"{name}.{kind}").read_text("utf-8"))
    seen[name] = zones, times
    print(f"  {name}: the zone is called {zones}; 18:00 is, in UTC, {times}")
sys.exit("the behaviour has changed" if seen != EXPECTED else 0)
PYTHON
