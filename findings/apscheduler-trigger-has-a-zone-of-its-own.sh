#!/bin/sh
# APScheduler 3.11.3: a scheduler with timezone="Asia/Irkutsk" and add_job(f, CronTrigger(hour=9)): the job runs at 9 of the
# machine's own zone, in a container of UTC at 17:00 of Irkutsk, although the docs of CronTrigger say of its timezone "defaults to
# scheduler timezone". So it is with CronTrigger.from_crontab(), IntervalTrigger and DateTrigger: made before the scheduler knows
# of them, they take tzlocal. add_job(f, "cron", hour=9) takes the scheduler's. Both look alike, and agree on a machine in
# Irkutsk. Every trigger that is made by hand has to be told its zone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet APScheduler==3.11.3 tzdata==2026.6
TZ=UTC "$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger

IRKUTSK = "Asia/Irkutsk"
scheduler = BackgroundScheduler(timezone=IRKUTSK)
scheduler.start(paused=True)
jobs = {
    'add_job(f, "cron", hour=9)': scheduler.add_job(print, "cron", hour=9),
    "add_job(f, CronTrigger(hour=9))": scheduler.add_job(print, CronTrigger(hour=9)),
    'add_job(f, CronTrigger.from_crontab("0 9 * * *"))': scheduler.add_job(print, CronTrigger.from_crontab("0 9 * * *")),
    "add_job(f, CronTrigger(hour=9, timezone=...))": scheduler.add_job(print, CronTrigger(hour=9, timezone=IRKUTSK)),
    'add_job(f, "date", run_date="2036-10-15 09:00:00")': scheduler.add_job(print, "date", run_date="2036-10-15 09:00:00"),
    'add_job(f, DateTrigger("2036-10-15 09:00:00"))': scheduler.add_job(print, DateTrigger("2036-10-15 09:00:00")),
}
seen = {what: f"{job.next_run_time.astimezone(scheduler.timezone):%H:%M}" for what, job in jobs.items()}
scheduler.shutdown()
print("APScheduler", version("APScheduler"), "of a scheduler of", IRKUTSK, "on a machine of UTC:")
for what, hour in seen.items():
    print(f"  {what} runs at {hour} of Irkutsk")
same = list(seen.values()) == ["09:00", "17:00", "17:00", "09:00", "09:00", "17:00"]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
