#!/bin/sh
# pgloader (Debian 12's 3.6.9, which calls itself 3.6.7~devel) from SQLite to PostgreSQL 15, "all of it by one command": all rows are there, it ends
# with 0 and says nothing, and the tables are others. NOT NULL is gone from every column but the key, and CHECKs and COLLATE NOCASE with it, so
# that a request without a school is let in from then on. A unique index of the open rows alone, «WHERE done IS NULL», is one of all rows: a school whose
# first request is settled may have no second. An INTEGER PRIMARY KEY, which numbers by itself in SQLite, has no default, while one with
# AUTOINCREMENT has its sequence. Defaults and foreign keys are kept. Tables are better made by the program's own migrations, on the empty
# database, and filled by pgloader WITH data only, reset sequences, which leaves them as they are.
set -eu
server=/usr/lib/postgresql/15/bin
[ -x "$server/initdb" ] || { echo "the server PostgreSQL 15 is needed: apt-get install postgresql" >&2; exit 3; }
command -v pgloader >/dev/null || { echo "pgloader is needed: apt-get install pgloader (Debian 12)" >&2; exit 3; }
"$server/postgres" --version
pgloader --version
folder=$(mktemp -d)
as() { (cd / && if [ "$(id -u)" = 0 ]; then setpriv --reuid nobody --regid nogroup --clear-groups "$@"; else "$@"; fi); }
trap 'as "$server/pg_ctl" -D "$folder/data" -m immediate -s stop || true; rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir "$folder/data"
[ "$(id -u)" != 0 ] || chown nobody "$folder/data"
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$server/initdb" -D "$folder/data" -A trust -U someone --locale=C.UTF-8 --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
sql() { as "$server/psql" -h 127.0.0.1 -p "$port" -U someone -X -q -At -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }
cat >"$folder/tables.sql" <<'SQL'
CREATE TABLE schools (id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, code TEXT CHECK (length(code) = 3), active BOOLEAN DEFAULT TRUE);
CREATE TABLE requests (id INTEGER PRIMARY KEY AUTOINCREMENT, school INTEGER NOT NULL REFERENCES schools (id), due TIMESTAMP NOT NULL, done TIMESTAMP);
CREATE UNIQUE INDEX one_open ON requests (school) WHERE done IS NULL;
SQL
cat >"$folder/rows.sql" <<'SQL'
INSERT INTO schools (name, code) VALUES ('School 5', '005');
INSERT INTO requests (school, due, done) VALUES (1, '2026-10-15 18:00:00', '2026-10-14 12:00:00');
SQL
python3 -c 'import sqlite3, sys; [sqlite3.connect(sys.argv[1]).executescript(open(name).read()) for name in sys.argv[2:]]' \
    "$folder/bot.db" "$folder/tables.sql" "$folder/rows.sql"
cat >"$folder/try.py" <<'PYTHON'
import sqlite3
import sys

database = sqlite3.connect(sys.argv[1])
for statement in sys.argv[2:]:
    try:
        with database:
            database.execute(statement)
        print("done")
    except sqlite3.IntegrityError:
        print("refused")
PYTHON
same=yes
# attempt WHAT STATEMENT EXPECTED: by SQLite, by what pgloader has made, and by tables that were there before
attempt() {
    seen=$(python3 "$folder/try.py" "$folder/bot.db" "$2")
    for database in loaded filled; do
        if sql "$database" "$2" 2>/dev/null; then seen="$seen done"; else seen="$seen refused"; fi
    done
    echo "  $1: $seen"
    [ "$seen" = "$3" ] || same=no
}
sql postgres "CREATE DATABASE loaded"
sql postgres "CREATE DATABASE filled"
sql filled "$(sed 's/INTEGER PRIMARY KEY AUTOINCREMENT/serial PRIMARY KEY/; s/INTEGER PRIMARY KEY/serial PRIMARY KEY/; s/ COLLATE NOCASE//' "$folder/tables.sql")"
pgloader "sqlite://$folder/bot.db" "pgsql://someone@127.0.0.1:$port/loaded" >"$folder/loaded.log" 2>&1
pgloader --with "data only" --with "reset sequences" "sqlite://$folder/bot.db" "pgsql://someone@127.0.0.1:$port/filled" >"$folder/filled.log" 2>&1
echo "  rows: $(sql loaded "SELECT (SELECT count(*) FROM schools) || ' ' || (SELECT count(*) FROM requests)"), errors told: $(grep -c ERROR "$folder/loaded.log" || true)"
echo "  (SQLite, PostgreSQL by pgloader, PostgreSQL by tables that were there)"
attempt "a request without a school" "INSERT INTO requests (school, due) VALUES (NULL, '2026-10-15 18:00:00')" "refused done refused"
attempt "a second request" "INSERT INTO requests (school, due) VALUES (1, '2026-10-20 18:00:00')" "done refused done"
attempt "a code of two digits" "INSERT INTO schools (id, name, code) VALUES (7, 'School 7', '07')" "refused done refused"
attempt "a school without a name" "INSERT INTO schools (id, name) VALUES (8, NULL)" "refused done refused"
attempt "a school without a number" "INSERT INTO schools (name, code) VALUES ('School 9', '009')" "done refused done"
[ "$same" = yes ] || { echo "the behaviour has changed" >&2; exit 1; }
