#!/bin/sh
# PostgreSQL 15 in UTF8 and SQLite: names without quotes are one whatever their capitals, as long as they are Latin. Of Cyrillic
# names, as a table has that was made of a school's list by its headings, each capital counts, without quotes too: after CREATE
# TABLE Школы (Район text) neither «школы» nor «РАЙОН» is found. PostgreSQL keeps «Школы» as it is written, where it would make
# "schools" of Schools, and has two tables of «Школы» and «школы» side by side, and so has SQLite, which for Schools and schools
# says that the table is there.
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
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync -E UTF8 --locale=C.UTF-8 >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import sqlite3
import sys
from importlib.metadata import version

import psycopg

DONE = {
    "CREATE TABLE Schools (District text)": (True, True),
    "SELECT DISTRICT FROM SCHOOLS": (True, True),
    "CREATE TABLE schools (District text)": (False, False),
    "CREATE TABLE Школы (Район text)": (True, True),
    "SELECT Район FROM Школы": (True, True),
    "SELECT РАЙОН FROM Школы": (False, False),
    "SELECT Район FROM школы": (False, False),
    "CREATE TABLE школы (Район text)": (True, True),
}
lite = sqlite3.connect(":memory:")
post = psycopg.connect(f"host=127.0.0.1 port={sys.argv[1]} user=someone dbname=postgres", autocommit=True)


def done(connection, statement: str) -> bool:
    try:
        connection.execute(statement)
    except (psycopg.Error, sqlite3.Error):
        return False
    return True


print("psycopg", version("psycopg"), "SQLite", sqlite3.sqlite_version)
seen = {statement: (done(post, statement), done(lite, statement)) for statement in DONE}
for statement, (there, here) in seen.items():
    print(f"  {statement}: {'done' if there else 'refused'} by PostgreSQL, {'done' if here else 'refused'} by SQLite")
names = sorted(row[0] for row in post.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
print("  PostgreSQL has", names)
sys.exit("the behaviour has changed" if (seen, names) != (DONE, ["schools", "Школы", "школы"]) else 0)
PYTHON
