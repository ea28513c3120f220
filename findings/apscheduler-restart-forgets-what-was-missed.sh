#!/bin/sh
# APScheduler 3.11.3 with its persistent store of jobs (SQLAlchemyJobStore) and misfire_grace_time=None, "late is better than
# never": a run that fell due while the process was down is lost if the program adds its jobs at each start with an id and
# replace_existing=True, as its guide tells. That counts the next run from now, and the one in the store is forgotten.
# Started without adding, the job is due at once. BackgroundScheduler.shutdown() forgets in another way: a job that fell
# due while the scheduler was paused is taken up after its executors are gone, an error is logged, and the next run noted.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet apscheduler==3.11.3 sqlalchemy==2.1.9
cd "$folder"
cat > work.py <<'PYTHON'
def remind() -> None:
    pass
PYTHON
cat > life.py <<'PYTHON'
"""One life of the process: begins with the store as the life before left it, and prints when the job runs next."""

import os
import sys
import time
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

adds, misses, end = (word in sys.argv for word in ("adds", "misses", "shutdown"))
scheduler = BackgroundScheduler(jobstores={"default": SQLAlchemyJobStore(url="sqlite:///jobs.db")}, timezone=UTC)
if adds:
    scheduler.add_job("work:remind", "cron", hour=3, id="remind", replace_existing=True, misfire_grace_time=None)
scheduler.start(paused=True)
print("due" if scheduler.get_job("remind").next_run_time < datetime.now(UTC) else "not due", flush=True)
if misses:
    scheduler.modify_job("remind", next_run_time=datetime.now(UTC) - timedelta(hours=30))
if end:
    time.sleep(1)  # The scheduler's thread has begun to wait by then.
    scheduler.shutdown()
else:
    os._exit(0)  # As a process that is killed.
PYTHON
python="$folder/venv/bin/python"
"$python" -c 'from importlib.metadata import version as v; print("APScheduler", v("apscheduler"), "SQLAlchemy", v("sqlalchemy"))'
"$python" life.py adds misses >first
echo "the job after a start without adding it: $("$python" life.py | tee kept)"
echo "the job after a start that adds it anew: $("$python" life.py adds | tee added)"
"$python" life.py misses shutdown >second 2>log
echo "the job after a shutdown that was paused: $("$python" life.py | tee after)"
grep "Error submitting job" log
[ "$(cat first kept added second after | tr '\n' ';')" = "not due;due;not due;not due;not due;" ] || {
    echo "the behaviour has changed" >&2
    exit 1
}
