#!/bin/sh
# python-telegram-bot 22.8 (JobQueue, by APScheduler 3.11.3): run_once(remind, when) of a moment that has passed, as after a start at which reminders
# are set anew from the database, never runs: more than a second late is missed, of which only a warning of apscheduler tells. So it is with
# timedelta(seconds=-5), where asyncio's call_later(-5) runs at once. run_repeating(remind, hour, first=time(9), last=time(18)), said after 18:00,
# is a job that never runs: jobs() has it, its next_t is None, and nothing is raised nor logged, although of a time that has passed
# the docs say "tomorrow". Said at 10:00 it runs today alone, and tomorrow no more. With first alone, said at 19:00, it begins
# at 20:00, not at 9:00 of tomorrow. job_kwargs={"misfire_grace_time": None} runs what is late; a day's window is to be looked at by the job itself.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'python-telegram-bot[job-queue]==22.8' APScheduler==3.11.3 time-machine==3.6.0 tzdata==2026.6
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import logging
import sys
from datetime import datetime, time, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

import time_machine
from telegram.ext import Application, Defaults

IRKUTSK = ZoneInfo("Asia/Irkutsk")
HOUR = timedelta(hours=1)
said, ran = [], []
logging.getLogger("apscheduler").addHandler(type("Kept", (logging.Handler,), {"emit": lambda self, record: said.append(record.getMessage())})())


async def remind(context) -> None:
    ran.append(context.job.name)


def made() -> Application:
    return Application.builder().token("1:a").defaults(Defaults(tzinfo=IRKUTSK)).build()


async def late() -> None:
    application = made()
    jobs = application.job_queue
    await jobs.start()
    past = datetime.now(IRKUTSK) - HOUR
    jobs.run_once(remind, past, name="an hour ago")
    jobs.run_once(remind, timedelta(seconds=-5), name="minus five seconds")
    jobs.run_once(remind, past, name="an hour ago, told", job_kwargs={"misfire_grace_time": None})
    await asyncio.sleep(1)
    await jobs.stop()


async def window(hour: int, last: time | None) -> tuple[str | None, str | None, int]:
    """When a job of every hour from 9:00 on runs next and last, and how many jobs there are, said at that hour."""
    with time_machine.travel(datetime(2026, 10, 15, hour, 30, tzinfo=IRKUTSK), tick=False):
        application = made()
        jobs = application.job_queue
        await jobs.start()
        job = jobs.run_repeating(remind, HOUR, first=time(9), last=last)
        found = [moment and f"{moment:%d.%m %H:%M}" for moment in (job.next_t, job.job.trigger.end_date)]
        count = len(jobs.jobs())
        await jobs.stop(wait=False)
    return *found, count


print(*(f"{name} {version(name)}" for name in ("python-telegram-bot", "APScheduler")))
asyncio.run(late())
missed = sum("was missed" in line for line in said)
print(f"  of three that are late these ran: {ran}; missed, by the log: {missed}")
said.clear()
windows = {
    "10:30, until 18:00": asyncio.run(window(10, time(18))),
    "19:30, until 18:00": asyncio.run(window(19, time(18))),
    "19:30": asyncio.run(window(19, None)),
}
warned = [line for line in said if "missed" in line]
for when, (next_run, end, count) in windows.items():
    print(f"  said at {when}: runs next {next_run}, ends {end}, jobs {count}")
expected = {
    "10:30, until 18:00": ("15.10 11:00", "15.10 18:00", 1),
    "19:30, until 18:00": (None, "15.10 18:00", 1),
    "19:30": ("15.10 20:00", None, 1),
}
same = ran == ["an hour ago, told"] and missed == 2 and windows == expected and not warned
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
