#!/bin/sh
# procrastinate 3.10.0 (a queue of jobs on PostgreSQL 15): of the jobs with one lock=, by which it is told that they shall not run
# side by side, one that is put off, schedule_at in 2030, holds the lock from when it is deferred: a job of the same lock that is
# due now waits until 2030, without a word. So does one behind a job that failed and is to be tried again in an hour. A lock per
# school, and a reminder for next week keeps all of the school's other letters. With a higher priority it runs at once.
# max_attempts=3, and retry=3, run a job four times: it is the first try and three more. queueing_lock says AlreadyEnqueued of
# both, the put off and the due. Jobs that are put off want a lock of their own, or are deferred when they are due.
set -eu
server=/usr/lib/postgresql/15/bin
[ -x "$server/initdb" ] || { echo "the server PostgreSQL 15 is needed: apt-get install postgresql" >&2; exit 3; }
"$server/postgres" --version
folder=$(mktemp -d)
as() { (cd / && if [ "$(id -u)" = 0 ]; then setpriv --reuid nobody --regid nogroup --clear-groups "$@"; else "$@"; fi); }
trap 'as "$server/pg_ctl" -D "$folder/data" -m immediate -s stop || true; rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir "$folder/data"
[ "$(id -u)" != 0 ] || chown nobody "$folder/data"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet procrastinate==3.10.0 'psycopg[binary,pool]==3.3.9'
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import asyncio
import logging
import sys
from datetime import UTC, datetime
from importlib.metadata import version

import procrastinate

LATER = datetime(2030, 1, 1, tzinfo=UTC)
PLACE = {"host": "127.0.0.1", "port": int(sys.argv[1]), "user": "someone", "dbname": "postgres"}
app = procrastinate.App(connector=procrastinate.PsycopgConnector(kwargs=PLACE))
ran: list[str] = []


@app.task(name="send")
async def send(what: str) -> None:
    ran.append(what)


@app.task(name="at most three", retry=procrastinate.RetryStrategy(max_attempts=3))
async def at_most_three() -> None:
    ran.append("three attempts")
    raise ConnectionError


@app.task(name="retry three", retry=3)
async def retry_three() -> None:
    ran.append("three retries")
    raise ConnectionError


@app.task(name="in an hour", retry=procrastinate.RetryStrategy(max_attempts=3, wait=3600))
async def in_an_hour() -> None:
    ran.append("to be tried again in an hour")
    raise ConnectionError


async def main() -> tuple[dict[str, str], bool]:
    """The states of the jobs by what they say, after a worker did all that it would; was a second one refused?"""
    await app.schema_manager.apply_schema_async()
    await send.configure(lock="school 1", schedule_at=LATER).defer_async(what="2030")
    await send.configure(lock="school 1").defer_async(what="due, behind the one of 2030")
    await send.configure(lock="school 2").defer_async(what="due, of another lock")
    await send.configure(lock="school 3", schedule_at=LATER).defer_async(what="2030, too")
    await send.configure(lock="school 3", priority=1).defer_async(what="due, behind one of 2030, priority 1")
    await in_an_hour.configure(lock="school 4").defer_async()
    await send.configure(lock="school 4").defer_async(what="due, behind the failed one")
    await at_most_three.defer_async()
    await retry_three.defer_async()
    await send.configure(queueing_lock="school 5", schedule_at=LATER).defer_async(what="2030, queueing lock")
    try:
        await send.configure(queueing_lock="school 5").defer_async(what="due, queueing lock")
        is_refused = False
    except procrastinate.exceptions.AlreadyEnqueued:
        is_refused = True
    await app.run_worker_async(wait=False, install_signal_handlers=False)
    jobs = await app.job_manager.list_jobs_async()
    return {job.task_kwargs.get("what", job.task_name): job.status for job in jobs}, is_refused


async def opened() -> tuple[dict[str, str], bool]:
    async with app.open_async():
        return await main()


logging.disable(logging.CRITICAL)
states, is_refused = asyncio.run(opened())
print("procrastinate", version("procrastinate"))
for what, state in states.items():
    print(f"  {what}: {state}")
counts = {what: ran.count(what) for what in ("three attempts", "three retries", "to be tried again in an hour")}
print("  ran:", ", ".join(f"{what} {count}" for what, count in counts.items()))
print("  a second job of the queueing lock:", "AlreadyEnqueued" if is_refused else "taken")
same = (
    states["due, behind the one of 2030"] == states["due, behind the failed one"] == "todo"
    and states["due, of another lock"] == states["due, behind one of 2030, priority 1"] == "succeeded"
    and list(counts.values()) == [4, 4, 1]
    and is_refused
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
