#!/bin/sh
# arq 0.28.0: cron(remind, hour=9) runs sixty times, at each minute from 9:00 to 9:59, and with day=1 alone 1440 times; weekday="mon"
# the same. What is not said is "any", as for minutes, but for seconds and below, which are 0 unless told. APScheduler 3.11.3, whose
# arguments have the same names, takes for all that is smaller than what was said the least: CronTrigger(hour=9), CronTrigger(day=1)
# and CronTrigger(day_of_week="mon") fire once. A test that asks when the job is next due sees 9:00 of both. In arq hour and minute
# are both to be told, each time.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet arq==0.28.0 APScheduler==3.11.3
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from apscheduler.triggers.cron import CronTrigger
from arq.cron import next_cron

START = datetime(2026, 11, 29, 12, tzinfo=UTC)
END = START + timedelta(days=7)


def of_arq(**when: object) -> list[datetime]:
    runs, moment = [], next_cron(START, **when)
    while moment < END:
        runs.append(moment)
        moment = next_cron(moment, **when)
    return runs


def of_apscheduler(**when: object) -> list[datetime]:
    trigger = CronTrigger(timezone=UTC, **when)
    runs, moment = [], trigger.get_next_fire_time(None, START)
    while moment and moment < END:
        runs.append(moment)
        moment = trigger.get_next_fire_time(moment, moment)
    return runs


print(*(f"{name} {version(name)}" for name in ("arq", "apscheduler")))
print(f"  in the week from {START:%d.%m.%Y %H:%M} on")
same = True
for of_one, of_other, expected in (
    ({"hour": 9}, {"hour": 9}, (420, 7)),
    ({"day": 1}, {"day": 1}, (1440, 1)),
    ({"weekday": "mon"}, {"day_of_week": "mon"}, (1440, 1)),
    ({"hour": 9, "minute": 0}, {"hour": 9, "minute": 0}, (7, 7)),
):
    one, other = of_arq(**of_one), of_apscheduler(**of_other)
    print(f"  {of_one}: {len(one)} runs of arq, {len(other)} of APScheduler, the first {one[0]:%d.%m. %H:%M}, {other[0]:%d.%m. %H:%M}")
    same = same and (len(one), len(other)) == expected and f"{one[0]:%d %H %M}" == f"{other[0]:%d %H %M}"
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
