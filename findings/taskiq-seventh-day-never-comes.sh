#!/bin/sh
# taskiq 0.13.0 (its scheduler, by pycron 3.3.0): Sunday as 7, as any crontab has it, never comes. {"cron": "0 9 * * 7"} does not run at all,
# «6,7», the days off, is Saturdays alone, «5-7» has no Sunday. A month by its name, «jan», never comes either, while days may be
# called by theirs, «sun», as long as the range does not go over the end of the week: «sat-mon» is Saturday. croniter 7.0.0 runs all of
# them. Nothing is raised when the task is set nor when it does not run: a letter that is not sent is not in any log. 0, or «sun», is
# Sunday to both. A test that asks pycron.is_now() for each day of a week sees what will be.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet taskiq==0.13.0 pycron==3.3.0 croniter==7.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import pycron
from croniter import croniter
from taskiq.cli.scheduler.run import is_cron_task_now

DAYS = [datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=number) for number in range(365)]
# How often each runs in 2026, by taskiq and by croniter.
EXPECTED = {
    "0 9 * * sun": (52, 52),
    "0 9 * * 0": (52, 52),
    "0 9 * * 7": (0, 52),
    "0 9 * * 6,7": (52, 104),
    "0 9 * * 5-7": (104, 156),
    "0 9 * * sat-mon": (52, 156),
    "0 9 * jan *": (0, 31),
    "0 9 * 1 *": (31, 31),
}
print(*(f"{name} {version(name)}" for name in ("taskiq", "pycron", "croniter")))
seen = {}
for line in EXPECTED:
    runs = [day for day in DAYS if is_cron_task_now(line, day)]
    alike = runs == [day for day in DAYS if pycron.is_now(line, day)]
    seen[line] = (len(runs) if alike else None, sum(croniter.match(line, day) for day in DAYS))
    print(f"  {line}: {seen[line][0]} times in 2026 by taskiq, {seen[line][1]} by croniter")
sys.exit("the behaviour has changed" if seen != EXPECTED else 0)
PYTHON
