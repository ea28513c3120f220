#!/bin/sh
# PostgreSQL 15, postgres_fdw: both databases have their zone, ALTER DATABASE … SET timezone = 'Asia/Irkutsk', and what the far one computes for
# the near one is of UTC all the same, for postgres_fdw sets the zone of its session there. A view with due::date has 14 October of a deadline of
# 3 o'clock on the 15th, and to_char() 14.10 19:00, where the far database itself, and dblink, have 15.10 03:00: of the deadlines of the 15th one is
# missing. Worse is a trigger that keeps such a day beside the moment: an UPDATE of nothing but the school's name, said by way of the
# foreign table, writes the 14th over the 15th. What the near one computes from the moment itself is right. Nothing is raised. The zone is to
# be said where the day is made: (due AT TIME ZONE 'Asia/Irkutsk')::date.
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
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
sql() { as "$server/psql" -h 127.0.0.1 -p "$port" -U someone -X -q -At -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }
for name in far near; do
    sql postgres "CREATE DATABASE $name"
    sql postgres "ALTER DATABASE $name SET timezone = 'Asia/Irkutsk'"
done
sql far "
CREATE TABLE requests (id integer PRIMARY KEY, school text, due timestamptz, day date);
CREATE FUNCTION keep_day() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.day := NEW.due::date; RETURN NEW; END';
CREATE TRIGGER keep_day BEFORE INSERT OR UPDATE ON requests FOR EACH ROW EXECUTE FUNCTION keep_day();
CREATE VIEW days AS SELECT school, due::date AS day, to_char(due, 'DD.MM HH24:MI') AS told,
    (due AT TIME ZONE 'Asia/Irkutsk')::date AS said FROM requests;
INSERT INTO requests VALUES (5, '№ 5', '2026-10-15 03:00'), (6, '№ 6', '2026-10-15 18:00')"
sql near "
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION dblink;
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '$port', dbname 'far');
CREATE USER MAPPING FOR someone SERVER far OPTIONS (user 'someone');
IMPORT FOREIGN SCHEMA public FROM SERVER far INTO public"
same=yes
check() {
    seen=$(sql "$2" "$3" | tr '\n' ' ' | sed 's/ $//')
    echo "  $1: $seen"
    [ "$seen" = "$4" ] || same=no
}
view="SELECT school, day, told, said FROM days ORDER BY school"
check "the view in the far database" far "$view" \
    "№ 5|2026-10-15|15.10 03:00|2026-10-15 № 6|2026-10-15|15.10 18:00|2026-10-15"
check "by dblink" near "SELECT * FROM dblink('host=127.0.0.1 port=$port dbname=far user=someone', '$view') AS found (school text, day date, told text, said date)" \
    "№ 5|2026-10-15|15.10 03:00|2026-10-15 № 6|2026-10-15|15.10 18:00|2026-10-15"
check "by postgres_fdw" near "$view" \
    "№ 5|2026-10-14|14.10 19:00|2026-10-15 № 6|2026-10-15|15.10 10:00|2026-10-15"
check "due on the 15th, by the view" near "SELECT school FROM days WHERE day = '2026-10-15'" "№ 6"
check "due on the 15th, by the moment" near "SELECT school FROM requests WHERE due::date = '2026-10-15' ORDER BY school" "№ 5 № 6"
sql near "UPDATE requests SET school = 'СОШ № 5' WHERE id = 5"
check "what is kept after the new name" far "SELECT school, day, due FROM requests WHERE id = 5" \
    "СОШ № 5|2026-10-14|2026-10-15 03:00:00+08"
[ "$same" = yes ] || { echo "the behaviour has changed" >&2; exit 1; }
