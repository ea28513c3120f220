#!/bin/sh
# PostgreSQL 15, full text search in Russian: a number after a hyphen is taken for a negative one. «Школа-5» and «Лицей №-36», as
# many are called, have the words '-5' and '-36', so neither «школа 5» nor «5» finds them, while «Школа №5» and «Школа № 5» are
# found. «7-8 классы» is 7 and -8; «10/11» is the name of a file, which neither 10 nor 11 finds. SQLite's FTS5 takes a hyphen
# and a slash for what stands between words. Whoever looks for names by number replaces both by spaces first, in what is
# stored and in what is asked.
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
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync --encoding=UTF8 --locale=C.UTF-8 >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import sqlite3
import sys

import psycopg

# The name, what is asked, and whether PostgreSQL and SQLite find it.
CASES = (
    ("Школа № 5", "школа 5", True, True),
    ("Школа №5", "школа 5", True, True),
    ("Школа-5", "школа 5", False, True),
    ("Школа-5", "школа-5", True, True),
    ("Школа № 5", "школа-5", False, True),
    ("Лицей №-36", "36", False, True),
    ("Классы 7-8", "8", False, True),
    ("Классы 10/11", "10", False, True),
    ("Школа-интернат", "интернат", True, True),
)
FOUND = "SELECT to_tsvector('russian', %(name)s)::text, to_tsvector('russian', %(name)s) @@ plainto_tsquery('russian', %(asked)s)"


def by_sqlite(name: str, asked: str) -> bool:
    words = " ".join(f'"{word}"' for word in asked.split())
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE names USING fts5(name)")
        connection.execute("INSERT INTO names VALUES (?)", [name])
        return bool(connection.execute("SELECT count(*) FROM names WHERE names MATCH ?", [words]).fetchone()[0])


same = True
print("SQLite", sqlite3.sqlite_version)
with psycopg.connect(host="127.0.0.1", port=int(sys.argv[1]), user="someone", dbname="postgres") as connection:
    for name, asked, on_postgresql, on_sqlite in CASES:
        words, found = connection.execute(FOUND, {"name": name, "asked": asked}).fetchone()
        there = by_sqlite(name, asked)
        print(f"  «{name}» {words} by «{asked}»: {found}, by FTS5: {there}")
        same = same and (found, there) == (on_postgresql, on_sqlite)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
