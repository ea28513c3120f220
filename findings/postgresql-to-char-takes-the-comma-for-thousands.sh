#!/bin/sh
# PostgreSQL 15: in to_char() a comma parts thousands, whatever the language, so a picture as Russians write numbers, '999 999
# 999,99', is one of whole numbers: 1234567.5 is «12 345,68», a hundredth of it, and 75.5 in '990,99' is «0,76». Nothing is
# raised. lc_numeric counts for G and D alone: '990D99'. to_number() with the first picture makes 12356750 of '1 234 567,50': a
# hundred times as much, and the spaces have swallowed a 4. An interval of 1 day 2 hours is «02:00» in 'HH24:MI', while one of 26
# hours is «26:00».
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
"$folder/venv/bin/pip" install --quiet 'psycopg[binary]==3.3.9'
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync --locale=C -E UTF8 >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import sys
from importlib.metadata import version

import psycopg

WRITTEN = {
    "to_char(1234567.5, '999 999 999,99')": "12 345,68",
    "to_char(75.5, '990,99')": "0,76",
    "to_char(75.5, '990D99')": "75.50",
    "to_number('1 234 567,50', '999 999 999,99')::text": "12356750",
    "to_char(interval '1 day 2 hours', 'HH24:MI')": "02:00",
    "to_char(interval '26 hours', 'HH24:MI')": "26:00",
}
with psycopg.connect(f"host=127.0.0.1 port={sys.argv[1]} user=someone dbname=postgres") as connection:
    seen = {asked: connection.execute(f"SELECT {asked}").fetchone()[0].strip() for asked in WRITTEN}
print("psycopg", version("psycopg"))
for asked, said in seen.items():
    print(f"  {asked}: {said}")
sys.exit("the behaviour has changed" if seen != WRITTEN else 0)
PYTHON
