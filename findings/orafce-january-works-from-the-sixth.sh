#!/bin/sh
# orafce 4.1.1 (Debian 12) with PostgreSQL 15, the functions of Oracle. plvdate knows working days, and default_holidays('Russia') for them: it has the
# holidays of before 2013, so 6 and 8 January are working days to it, which they are not by the Labour Code (article 112), and nothing is moved: 9
# March and 11 May 2026, Mondays after a holiday on a weekend, work as well, and so does 9 January, to which the government has moved one. Ten working
# days from 30 December 2025 end on 19 January 2026; to holidays 0.109, which has them all, on the 23rd. oracle.sysdate(), which in Oracle is the
# server's own clock, is that of GMT, whatever timezone the session or the database has: until 8 in the morning it is yesterday in Irkutsk. Nothing
# is raised. plvdate.set_nonbizday() is to be said of each day, in each session, and SET orafce.timezone = 'Asia/Irkutsk'.
set -eu
server=/usr/lib/postgresql/15/bin
[ -x "$server/initdb" ] || { echo "the server PostgreSQL 15 is needed: apt-get install postgresql" >&2; exit 3; }
[ -e "$("$server/pg_config" --sharedir)/extension/orafce.control" ] ||
    { echo "orafce is needed: apt-get install postgresql-15-orafce (Debian 12)" >&2; exit 3; }
"$server/postgres" --version
folder=$(mktemp -d)
as() { (cd / && if [ "$(id -u)" = 0 ]; then setpriv --reuid nobody --regid nogroup --clear-groups "$@"; else "$@"; fi); }
trap 'as "$server/pg_ctl" -D "$folder/data" -m immediate -s stop || true; rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir "$folder/data"
[ "$(id -u)" != 0 ] || chown nobody "$folder/data"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet holidays==0.109
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
sql() { as "$server/psql" -h 127.0.0.1 -p "$port" -U someone -X -q -At -v ON_ERROR_STOP=1 -d postgres -c "$1" | grep . | tr '\n' ' '; }
sql "CREATE EXTENSION orafce" || true
echo "  orafce $(sql "SELECT extversion FROM pg_extension WHERE extname = 'orafce'")"
working=$(sql "SELECT plvdate.default_holidays('Russia'); SELECT to_char(day, 'DD.MM') FROM generate_series(date '2026-01-01', date '2026-05-15', '1 day') AS day
WHERE plvdate.isbizday(day::date)")
due=$(sql "SELECT plvdate.default_holidays('Russia'); SELECT plvdate.add_bizdays(date '2025-12-30', 10)")
off=$("$folder/venv/bin/python" -c '
import sys
from datetime import date, timedelta
from holidays import country_holidays
russia = country_holidays("RU", years=(2025, 2026))
days = [date(2026, 1, 1) + timedelta(days) for days in range(135)]
print(*(f"{day:%d.%m}" for day in days if not russia.is_working_day(day)))
print(russia.get_nth_working_day(date(2025, 12, 30), 10))')
both=$(for day in $working; do echo "$off" | head -n 1 | tr ' ' '\n' | grep -Fx "$day" || true; done | tr '\n' ' ')
hours=$(sql "SET timezone = 'Asia/Irkutsk'; SELECT round(extract(epoch FROM localtimestamp(0) - oracle.sysdate()) / 3600);
SET orafce.timezone = 'Asia/Irkutsk'; SELECT round(extract(epoch FROM localtimestamp(0) - oracle.sysdate()) / 3600)")
echo "  working days to plvdate, and days off to holidays: $both"
echo "  ten working days from 30 December 2025: $due to plvdate, $(echo "$off" | tail -n 1) to holidays"
echo "  hours by which sysdate() is behind Irkutsk, and with orafce.timezone: $hours"
[ "$both" = "06.01 08.01 09.01 09.03 11.05 " ] && [ "$due" = "2026-01-19 " ] && [ "$(echo "$off" | tail -n 1)" = 2026-01-23 ] && [ "$hours" = "8 0 " ] ||
    { echo "the behaviour has changed" >&2; exit 1; }
