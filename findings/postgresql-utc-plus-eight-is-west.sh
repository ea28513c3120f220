#!/bin/sh
# PostgreSQL 15: «UTC+8», as Irkutsk's time is written in Russia, is west of Greenwich where a zone is asked for (AT TIME
# ZONE, SET TIME ZONE), by POSIX: sixteen hours off. So is '+08:00' there, although +08:00 at the end of a timestamptz is
# east, and '+8' after SET TIME ZONE is east as well. Any letters will do: 'Irkutsk+8' is no error but a zone of that name,
# west. python-dateutil 2.9.0 has both signs itself: tz.gettz("UTC+8") is east, parser.parse("... UTC+8") is west. Names of
# places, Asia/Irkutsk, mean one thing to all.
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
"$folder/venv/bin/pip" install --quiet 'psycopg[binary]==3.3.9' python-dateutil==2.9.0.post0
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import sys
from datetime import datetime
from importlib.metadata import version

import psycopg
from dateutil import parser, tz

# What is written; the hour at 10:00 UTC by AT TIME ZONE and by SET TIME ZONE; the hour in UTC of 18:00 with it.
WANTED = {
    "UTC+8": ("02", "02", "02"),
    "+08:00": ("02", "02", "10"),
    "+8": ("02", "18", "10"),
    "Irkutsk+8": ("02", "02", "02"),
    "Asia/Irkutsk": ("18", "18", "10"),
}


def hours(connection: psycopg.Connection, zone: str) -> tuple[str, ...]:
    at = "SELECT to_char(timestamptz '2026-10-15 10:00Z' AT TIME ZONE %s, 'HH24')"
    of = "SELECT to_char(%s::timestamptz AT TIME ZONE 'UTC', 'HH24')"
    with connection.transaction():
        one = connection.execute(at, [zone]).fetchone()[0]
        other = connection.execute(of, [f"2026-10-15 18:00 {zone}"]).fetchone()[0]
        connection.execute("SELECT set_config('TimeZone', %s, true)", [zone])
        session = connection.execute("SELECT to_char(timestamptz '2026-10-15 10:00Z', 'HH24')").fetchone()[0]
    return one, session, other


with psycopg.connect(host="127.0.0.1", port=int(sys.argv[1]), user="someone", dbname="postgres") as connection:
    seen = {zone: hours(connection, zone) for zone in WANTED}
for zone, (at, session, of) in seen.items():
    print(f"  {zone}: 10:00 UTC is {at}:00 AT TIME ZONE, {session}:00 by SET TIME ZONE; 18:00 {zone} is {of}:00 UTC")
moment = datetime(2026, 10, 15, 18, tzinfo=tz.gettz("UTC+8")).isoformat()
parsed = parser.parse("2026-10-15 18:00 UTC+8").isoformat()
print("python-dateutil", version("python-dateutil"), "18:00 of gettz:", moment, "parsed:", parsed)
same = seen == WANTED and moment.endswith("18:00:00+08:00") and parsed.endswith("18:00:00-08:00")
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
