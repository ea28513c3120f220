#!/bin/sh
# IceCube 0.16.4 (Ruby, Debian 12), Schedule.from_ical(): the last working day of each month, BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1, is every working day:
# BYSETPOS is read and left out. What is monthly from the 31st comes on the 30th of November, and on the 28th of February. INTERVAL=2;BYDAY=TU,SU
# has another Sunday, for the week begins with Sunday unless WKST says otherwise, where RFC 5545, 3.3.10, has Monday. TZID is left out as well:
# 18:00 of Asia/Irkutsk is 18:00 of the machine, so that on a server in UTC an EXDATE and an UNTIL in UTC fit no meeting: the one that was called off
# is there, and the last one is not. Nothing is raised. python-dateutil 2.9.0 reads all of it by the RFC. On a machine in Irkutsk the
# hours are right; WKST=MO helps the weeks, BYMONTHDAY=31 and BYMONTHDAY=-1 say what is meant, and there is no word for the last working day.
set -eu
command -v ruby >/dev/null && ruby -e 'require "ice_cube"' 2>/dev/null ||
    { echo "Ruby and IceCube are needed: apt-get install ruby ruby-ice-cube (Debian 12)" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-dateutil==2.9.0.post0 tzdata==2026.6
cat >"$folder/read.rb" <<'RUBY'
require "ice_cube"
days = IceCube::Schedule.from_ical($stdin.read).first(4).map { |at| at.utc.strftime("%d.%m %H:%M") }
puts IceCube::VERSION, days.join(", ")
RUBY
"$folder/venv/bin/python" - "$folder/read.rb" <<'PYTHON'
import os
import subprocess
import sys
from datetime import UTC
from importlib.metadata import version
from itertools import islice

from dateutil.rrule import rrulestr

WORKDAYS = "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
IRKUTSK = "DTSTART;TZID=Asia/Irkutsk:20261012T180000\n"


def by_ice_cube(text: str, machine: str) -> list[str]:
    run = subprocess.run(["ruby", sys.argv[1]], input=text, capture_output=True, text=True, check=True, env=os.environ | {"TZ": machine})
    return run.stdout.splitlines()


CASES = (
    ("UTC", "DTSTART:20261030T100000Z\n" + WORKDAYS, "30.10 10:00, 02.11 10:00, 03.11 10:00, 04.11 10:00", False),
    ("UTC", "DTSTART:20261031T100000Z\nRRULE:FREQ=MONTHLY", "31.10 10:00, 30.11 10:00, 31.12 10:00, 31.01 10:00", False),
    ("UTC", "DTSTART:20261031T100000Z\nRRULE:FREQ=MONTHLY;BYMONTHDAY=31", "31.10 10:00, 31.12 10:00, 31.01 10:00, 31.03 10:00", True),
    ("UTC", "DTSTART:20261013T100000Z\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", "13.10 10:00, 25.10 10:00, 27.10 10:00, 08.11 10:00", False),
    ("UTC", "DTSTART:20261013T100000Z\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", "13.10 10:00, 18.10 10:00, 27.10 10:00, 01.11 10:00", True),
    ("UTC", IRKUTSK + "RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261013T100000Z", "12.10 18:00, 13.10 18:00, 14.10 18:00", False),
    ("Asia/Irkutsk", IRKUTSK + "RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261013T100000Z", "12.10 10:00, 14.10 10:00", True),
    ("UTC", IRKUTSK + "RRULE:FREQ=DAILY;UNTIL=20261014T100000Z", "12.10 18:00, 13.10 18:00", False),
    ("Asia/Irkutsk", IRKUTSK + "RRULE:FREQ=DAILY;UNTIL=20261014T100000Z", "12.10 10:00, 13.10 10:00, 14.10 10:00", True),
)
print("ice_cube", by_ice_cube(CASES[0][1], "UTC")[0], "python-dateutil", version("python-dateutil"))
same = True
for machine, text, expected, by_the_rfc in CASES:
    days = by_ice_cube(text, machine)[1]
    rfc = ", ".join(f"{at.astimezone(UTC):%d.%m %H:%M}" for at in islice(rrulestr(text), 4))
    print(f"  {text.replace(chr(10), ' ')}\n    IceCube in {machine}: {days}\n    dateutil: {rfc}")
    same = same and days == expected and (days == rfc) is by_the_rfc
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
