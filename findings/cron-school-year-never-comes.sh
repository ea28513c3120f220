#!/bin/sh
# The school year as months, September to June, «0 9 * 9-6 *», in crontabs of ten kinds. Over the end of the year go croniter 7.0.0, Celery 5.7.0 and
# Fugit 1.5.2: ten months. cronsim 2.8, APScheduler 3.11.3 and croner 11.0.1 refuse the line. The others take it and are silent: in pg_cron 1.4.2
# (PostgreSQL 15) it is scheduled, stands in cron.job and never runs, as with pycron 3.3.0, which taskiq has, and with PHP's cron-expression 3.3.1,
# which Laravel has: isValidExpression() is true and isDue() is false for ever. To @breejs/later 4.2.0 it is December alone. What goes over the end
# of a week or a month, «5-1» or «28-3», is lost by these four as well, in part or as a whole. Nobody misses what has never come. Two
# ranges, «9-12,1-6», mean one thing to all ten.
set -eu
server=/usr/lib/postgresql/15/bin
[ -x "$server/initdb" ] || { echo "the server PostgreSQL 15 is needed: apt-get install postgresql" >&2; exit 3; }
[ -e "$("$server/pg_config" --sharedir)/extension/pg_cron.control" ] ||
    { echo "pg_cron is needed: apt-get install postgresql-15-cron (Debian 12)" >&2; exit 3; }
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
command -v php >/dev/null && [ -e /usr/share/php/Cron/autoload.php ] ||
    { echo "PHP's cron-expression is needed: apt-get install php-cli php-dragonmantank-cron-expression (Debian 12)" >&2; exit 3; }
command -v ruby >/dev/null && ruby -e 'require "fugit"' 2>/dev/null ||
    { echo "Ruby and Fugit are needed: apt-get install ruby ruby-fugit (Debian 12)" >&2; exit 3; }
folder=$(mktemp -d)
as() { (cd / && if [ "$(id -u)" = 0 ]; then setpriv --reuid nobody --regid nogroup --clear-groups "$@"; else "$@"; fi); }
trap 'as "$server/pg_ctl" -D "$folder/data" -m immediate -s stop || true; rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir "$folder/data"
[ "$(id -u)" != 0 ] || chown nobody "$folder/data"
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" -o "-c listen_addresses=127.0.0.1 -c port=$port \
    -c unix_socket_directories= -c fsync=off -c shared_preload_libraries=pg_cron -c cron.host=127.0.0.1" start
sql() { as "$server/psql" -h 127.0.0.1 -p "$port" -U someone -X -q -At -v ON_ERROR_STOP=1 -d postgres -c "$1"; }
sql "CREATE EXTENSION pg_cron"
# What runs each minute to whoever goes over the end of an hour, for nobody can wait for September here.
sql "SELECT cron.schedule('school year', '0 9 * 9-6 *', 'SELECT 1'), cron.schedule('over the hour', '30-29 * * * *', 'SELECT 1'),
cron.schedule('two ranges', '30-59,0-29 * * * *', 'SELECT 1')" >/dev/null
started=$(date +%s)
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pycron==3.3.0 croniter==7.0.0 celery==5.7.0 cronsim==2.8 apscheduler==3.11.3 tzdata==2026.6
echo '{"private": true}' >"$folder/package.json"
npm install --silent --no-fund --no-audit --prefix "$folder" @breejs/later@4.2.0 croner@11.0.1 >/dev/null
cat >"$folder/months.mjs" <<'JAVASCRIPT'
import later from "@breejs/later";
import { Cron } from "croner";

const [, , name, line] = process.argv;
const start = new Date("2026-01-01T00:00:00Z");
const days = (number) => (name === "later" ? later.schedule(later.parse.cron(line)).next(number, start) : new Cron(line, { timezone: "UTC" }).nextRuns(number, start));
try {
  const months = days(400).filter((at) => at.getUTCFullYear() === 2026).map((at) => at.getUTCMonth() + 1);
  console.log([...new Set(months)].join(" "));
} catch {
  console.log("refused");
}
JAVASCRIPT
cat >"$folder/months.php" <<'PHP'
<?php
require "/usr/share/php/Cron/autoload.php";
$line = $argv[1];
if (!Cron\CronExpression::isValidExpression($line)) {
    exit("refused\n");
}
$cron = new Cron\CronExpression($line);
echo implode(" ", array_filter(range(1, 12), fn ($month) => $cron->isDue(new DateTime("2026-$month-15 09:00", new DateTimeZone("UTC"))))), "\n";
PHP
cat >"$folder/months.rb" <<'RUBY'
require "fugit"
cron = Fugit::Cron.parse(ARGV[0])
puts cron.nil? ? "refused" : (1..12).select { |month| cron.match?(EtOrbi.parse(format("2026-%02d-15 09:00:00 UTC", month))) }.join(" ")
RUBY
TZ=UTC "$folder/venv/bin/python" - "$folder" <<'PYTHON'
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pycron
from apscheduler.triggers.cron import CronTrigger
from celery.schedules import ParseException, crontab
from croniter import croniter
from cronsim import CronSim, CronSimError

FOLDER = sys.argv[1]
DAYS = [datetime(2026, month, 15, 9) for month in range(1, 13)]


def by_cronsim(line: str, day: datetime) -> bool:
    return next(CronSim(line, day - timedelta(minutes=1))) == day


def by_apscheduler(line: str, day: datetime) -> bool:
    return CronTrigger.from_crontab(line, timezone=UTC).get_next_fire_time(None, day.replace(tzinfo=UTC)) == day.replace(tzinfo=UTC)


def months(due: Callable[[str, datetime], bool], line: str) -> str:
    try:
        return " ".join(str(day.month) for day in DAYS if due(line, day))
    except (ValueError, CronSimError, ParseException):
        return "refused"


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


PROGRAMS = {
    "croniter": lambda line: months(croniter.match, line),
    "Celery": lambda line: months(lambda line, day: day.month in crontab.from_string(line).month_of_year, line),
    "Fugit": lambda line: run("ruby", f"{FOLDER}/months.rb", line),
    "cronsim": lambda line: months(by_cronsim, line),
    "APScheduler": lambda line: months(by_apscheduler, line),
    "croner": lambda line: run("node", f"{FOLDER}/months.mjs", "croner", line),
    "pycron": lambda line: months(pycron.is_now, line),
    "cron-expression": lambda line: run("php", f"{FOLDER}/months.php", line),
    "later": lambda line: run("node", f"{FOLDER}/months.mjs", "later", line),
}
TEN = "1 2 3 4 5 6 9 10 11 12"
EXPECTED = [TEN] * 3 + ["refused"] * 3 + ["", "", "12"]
seen = {name: program("0 9 * 9-6 *") for name, program in PROGRAMS.items()}
for name, found in seen.items():
    print(f"  {name}: {found or 'never'}")
two = {program("0 9 * 9-12,1-6 *") for program in PROGRAMS.values()}
print("  with two ranges:", two)
sys.exit("the behaviour has changed" if list(seen.values()) != EXPECTED or two != {TEN} else 0)
PYTHON
# A whole minute has to have begun since, and its job to have ended.
while [ $(($(date +%s) - started)) -lt 75 ]; do sleep 1; done
seen=$(sql "SELECT jobname || ': ' || count(runid) FILTER (WHERE status = 'succeeded') FROM cron.job LEFT JOIN cron.job_run_details USING (jobid)
GROUP BY jobname ORDER BY jobname" | sed 's/: [1-9]$/: runs/' | tr '\n' ' ')
echo "  pg_cron $(sql "SELECT extversion FROM pg_extension WHERE extname = 'pg_cron'"): $seen"
[ "$seen" = "over the hour: 0 school year: 0 two ranges: runs " ] || { echo "the behaviour has changed" >&2; exit 1; }
