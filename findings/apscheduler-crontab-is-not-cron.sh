#!/bin/sh
# APScheduler 3.11.3: CronTrigger.from_crontab() takes a line of crontab, and the numbers of its weekdays from Monday = 0, where
# cron has Sunday = 0: «0 9 * * 1-5», by which cron reminds from Monday to Friday, is Tuesday to Saturday. A Sunday as 7 is
# refused. A day of the month and a weekday together are both asked for («0 9 1 * mon»: Mondays that are the 1st), where cron
# takes either. Names (mon-fri) mean the same to both. croniter 6.2.2 reads the lines as cron does.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet apscheduler==3.11.3 croniter==6.2.2
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from apscheduler.triggers.cron import CronTrigger
from croniter import croniter

START = datetime(2026, 10, 4, tzinfo=UTC)  # A Sunday.
LINES = ("0 9 * * 1-5", "0 9 * * mon-fri", "0 9 * * 0", "0 9 * * 7", "0 9 1 * mon")
COUNT = 5


def by_apscheduler(line: str) -> list[str] | str:
    try:
        trigger = CronTrigger.from_crontab(line, timezone=UTC)
    except ValueError:
        return "refused"
    days, moment = [], START
    for _ in range(COUNT):
        fire = trigger.get_next_fire_time(None, moment)
        days.append(f"{fire:%a %d.%m.%y}")
        moment = fire + timedelta(seconds=1)
    return days


def by_cron(line: str) -> list[str]:
    times = croniter(line, START - timedelta(seconds=1))
    return [f"{times.get_next(datetime):%a %d.%m.%y}" for _ in range(COUNT)]


seen = {line: (by_apscheduler(line), by_cron(line)) for line in LINES}
print("APScheduler", version("apscheduler"), "croniter", version("croniter"))
for line, (one, other) in seen.items():
    print(f"  {line}\n    APScheduler: {one}\n    cron:        {other}")
weekdays = [[day[:3] for day in days] for days in seen["0 9 * * 1-5"]]
same = (
    weekdays == [["Tue", "Wed", "Thu", "Fri", "Sat"], ["Mon", "Tue", "Wed", "Thu", "Fri"]]
    and seen["0 9 * * mon-fri"][0] == seen["0 9 * * mon-fri"][1]
    and seen["0 9 * * 0"][0][0] == "Mon 05.10.26"
    and seen["0 9 * * 0"][1][0] == "Sun 04.10.26"
    and seen["0 9 * * 7"][0] == "refused"
    and all(day.startswith("Mon 01.") for day in seen["0 9 1 * mon"][0])
    and seen["0 9 1 * mon"][1][0] == "Mon 05.10.26"
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
