#!/bin/sh
# APScheduler 3.11.3: end_date, "latest possible date/time to trigger on (inclusive)", given as a day, date(2026, 10, 17) or
# "2026-10-17", is the midnight with which that day begins: a reminder at 9:00 daily until the 17th runs last on the 16th, and one
# from the 17th to the 17th never, without a word. It is so with "cron" and "interval"; in "calendarinterval", whose dates are
# days, the last one counts. Whoever takes a day from people adds the end of it: "2026-10-17 23:59:59".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet APScheduler==3.11.3 tzdata==2026.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import date, datetime, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.calendarinterval import CalendarIntervalTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

IRKUTSK = ZoneInfo("Asia/Irkutsk")
LAST = date(2026, 10, 17)


def days(trigger: BaseTrigger) -> list[int]:
    """The days of October on which it runs."""
    seen, before, now = [], None, datetime(2026, 10, 15, tzinfo=IRKUTSK)
    while (at := trigger.get_next_fire_time(before, now)) is not None:
        seen.append(at.day)
        before, now = at, at + timedelta(microseconds=1)
    return seen


zone = {"timezone": IRKUTSK}
begin = datetime(2026, 10, 15, 9, tzinfo=IRKUTSK)
seen = {
    "cron, a day": days(CronTrigger(hour=9, end_date=LAST, **zone)),
    "cron, a text": days(CronTrigger(hour=9, end_date=str(LAST), **zone)),
    "cron, from that day": days(CronTrigger(hour=9, start_date=LAST, end_date=LAST, **zone)),
    "cron, 23:59:59": days(CronTrigger(hour=9, end_date=f"{LAST} 23:59:59", **zone)),
    "interval": days(IntervalTrigger(days=1, start_date=begin, end_date=LAST, **zone)),
    "calendarinterval": days(CalendarIntervalTrigger(days=1, hour=9, start_date=begin.date(), end_date=LAST, **zone)),
}
print("APScheduler", version("APScheduler"), "at 9:00 from 15 October, until", LAST)
for what, said in seen.items():
    print(f"  {what}: {said}")
same = list(seen.values()) == [[15, 16], [15, 16], [], [15, 16, 17], [15, 16], [15, 16, 17]]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
