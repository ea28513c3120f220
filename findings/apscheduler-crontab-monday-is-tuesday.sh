#!/bin/sh
# APScheduler 3.11.3: CronTrigger.from_crontab("0 9 * * 1"), "from a standard crontab expression", fires on Tuesdays: it counts
# the days of the week from Monday, 0, where a crontab, croniter 7.0.0 and cronsim 2.8 have Sunday. «1-5», the working days, are
# Tuesday to Saturday, 7 is an error. Names, mon-fri, mean one thing to all. Of a line with both days, «13 * 5», a crontab means
# the 13th or any Friday, from_crontab() a Friday the 13th: 3 runs in 2026 of 61. The other two part where a day begins with a star,
# «*/2 * 1»: both have to fit to cronsim, one is enough to croniter. A line that is known from a crontab has to be read anew.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet APScheduler==3.11.3 croniter==7.0.0 cronsim==2.8 tzdata==2026.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from collections import Counter
from datetime import datetime, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from croniter import croniter
from cronsim import CronSim

ZONE = ZoneInfo("Asia/Irkutsk")
BEGIN, END = datetime(2026, 1, 1, tzinfo=ZONE), datetime(2027, 1, 1, tzinfo=ZONE)


def of_apscheduler(line: str) -> list[datetime]:
    trigger, moments, after = CronTrigger.from_crontab(line, ZONE), [], BEGIN
    while (at := trigger.get_next_fire_time(None, after)) < END:
        moments.append(at)
        after = at + timedelta(seconds=1)
    return moments


def of_croniter(line: str) -> list[datetime]:
    steps, moments = croniter(line, BEGIN), []
    while (at := steps.get_next(datetime)) < END:
        moments.append(at)
    return moments


def of_cronsim(line: str) -> list[datetime]:
    steps, moments = CronSim(line, BEGIN), []
    while (at := next(steps)) < END:
        moments.append(at)
    return moments


def told(reader, line: str) -> str:
    """How many times in 2026, and on which days of the week."""
    try:
        moments = reader(line)
    except ValueError:
        return "refused"
    days = Counter(at.weekday() for at in moments)
    return f"{len(moments)}: " + " ".join('Mo Tu We Th Fr Sa Su'.split()[day] for day in sorted(days))


EXPECTED = {
    "0 9 * * 1": ("52: Tu", "52: Mo", "52: Mo"),
    "0 9 * * 1-5": ("261: Tu We Th Fr Sa", "261: Mo Tu We Th Fr", "261: Mo Tu We Th Fr"),
    "0 9 * * 7": ("refused", "52: Su", "52: Su"),
    "0 9 * * mon-fri": ("261: Mo Tu We Th Fr",) * 3,
    "0 9 13 * fri": ("3: Fr", "61: Mo Tu We Th Fr Sa Su", "61: Mo Tu We Th Fr Sa Su"),
    "0 9 */2 * mon": ("26: Mo", "212: Mo Tu We Th Fr Sa Su", "26: Mo"),
}
print("APScheduler", version("APScheduler"), "croniter", version("croniter"), "cronsim", version("cronsim"))
same = True
for line, expected in EXPECTED.items():
    seen = tuple(told(reader, line) for reader in (of_apscheduler, of_croniter, of_cronsim))
    print(f"  {line}: APScheduler {seen[0]}; croniter {seen[1]}; cronsim {seen[2]}")
    same = same and seen == expected
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
