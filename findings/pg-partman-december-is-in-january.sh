#!/bin/sh
# pg_partman 4.7.2 (Debian 12) with PostgreSQL 15: a table by months whose bounds were made in Irkutsk's time, and run_maintenance() said once from
# a session in UTC, as cron or pg_cron has it. To it the last partition begins on 31 October, 16:00, and from there it goes on by months and past a
# whole one: the partition called 2030_12 is from 31 December to 31 January, and all answers of December go into the default partition. Nothing
# is raised and no answer is lost, so it is seen when old months are dropped: with 2030_12 it is January that goes. Once rows lie in the
# default partition the right month cannot be attached any more, an error at last. Said in Irkutsk's time as well, every month is right. The
# zone is to be set for the role that says it, ALTER ROLE … SET timezone, or all of it, create_parent() first, is to be in UTC.
set -eu
server=/usr/lib/postgresql/15/bin
[ -x "$server/initdb" ] || { echo "the server PostgreSQL 15 is needed: apt-get install postgresql" >&2; exit 3; }
[ -e "$("$server/pg_config" --sharedir)/extension/pg_partman--4.7.2.sql" ] ||
    { echo "pg_partman 4.7.2 is needed: apt-get install postgresql-15-partman (Debian 12)" >&2; exit 3; }
"$server/postgres" --version
folder=$(mktemp -d)
as() { (cd / && if [ "$(id -u)" = 0 ]; then setpriv --reuid nobody --regid nogroup --clear-groups "$@"; else "$@"; fi); }
trap 'as "$server/pg_ctl" -D "$folder/data" -m immediate -s stop || true; rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir "$folder/data"
[ "$(id -u)" != 0 ] || chown nobody "$folder/data"
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off -c timezone=UTC" start
# in_zone ZONE DATABASE STATEMENT
in_zone() {
    as "$server/psql" -h 127.0.0.1 -p "$port" -U someone -X -q -At -v ON_ERROR_STOP=1 -d "$2" -c "SET timezone = '$1'" -c "$3"
}
bounds="SELECT inhrelid::regclass || ' ' || pg_get_expr(relpartbound, inhrelid) FROM pg_inherits
JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'answers'::regclass ORDER BY 1"
rows="SELECT tableoid::regclass || ': ' || to_char(min(at), 'DD.MM') || '-' || to_char(max(at), 'DD.MM') FROM answers GROUP BY tableoid ORDER BY 1"
for zone in Asia/Irkutsk UTC; do
    name=$(basename "$zone" | tr 'A-Z' 'a-z')
    in_zone UTC postgres "CREATE DATABASE $name"
    in_zone Asia/Irkutsk "$name" "CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman;
CREATE TABLE answers (at timestamptz NOT NULL) PARTITION BY RANGE (at)"
    in_zone Asia/Irkutsk "$name" "SELECT partman.create_parent('public.answers', 'at', 'native', 'monthly', p_premake => 2,
p_start_partition => '2030-11-01')" >/dev/null
    in_zone Asia/Irkutsk "$name" "INSERT INTO answers VALUES ('2030-11-15 12:00')"
    in_zone "$zone" "$name" "SELECT partman.run_maintenance('public.answers')" >/dev/null
    in_zone Asia/Irkutsk "$name" "INSERT INTO answers SELECT day FROM
generate_series(timestamptz '2030-12-01 12:00', '2031-01-25 12:00', '1 day') AS day"
    echo "  maintenance in $zone:"
    in_zone Asia/Irkutsk "$name" "$bounds" | sed 's/^/    /'
    in_zone Asia/Irkutsk "$name" "$rows" | sed 's/^answers_//' | tr '\n' ' ' >"$folder/$name"
    echo "    days: $(cat "$folder/$name")"
done
[ "$(cat "$folder/irkutsk")" = "p2030_11: 15.11-15.11 p2030_12: 01.12-31.12 p2031_01: 01.01-25.01 " ] &&
    [ "$(cat "$folder/utc")" = "default: 01.12-30.12 p2030_11: 15.11-15.11 p2030_12: 31.12-25.01 " ] ||
    { echo "the behaviour has changed" >&2; exit 1; }
