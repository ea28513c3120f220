#!/bin/sh
# PostgreSQL 15, a cluster made with --locale=C (or where no LANG was set) and UTF8: sorting by bytes is what one expects of it,
# and it knows no letters but the English ones either. lower() leaves «ШКОЛА» as it is, ILIKE and ~* tell «Школа» from «школа», \w
# is no Cyrillic letter. Full text search in Russian does not find «Школы» by «школа»: the stem keeps its capital. pg_trgm has no
# trigrams at all: «Школа» is not similar to «Школа». Nothing is raised, and all English tests pass. With --locale=C.UTF-8, which
# sorts in the same way, all of it is right; in a cluster that is as it is, COLLATE "ru-x-icu" helps lower(), ILIKE and ~*, but
# not the search.
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
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync -E UTF8 --locale=C >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import sys
from importlib.metadata import version

import psycopg

ASKED = {
    "lower('ШКОЛА') = 'школа'": "lower('ШКОЛА') = 'школа'",
    "ILIKE": "'Школа' ILIKE 'школа'",
    "~*": "'Школа' ~* 'школа'",
    r"\w": r"'Школа' ~ '^\w+$'",
    "the search": "to_tsvector('russian', 'Школы района') @@ to_tsquery('russian', 'школа')",
    "similarity()": "similarity('Школа', 'Школа') = 1",
    "lower() by ru-x-icu": """lower('ШКОЛА' COLLATE "ru-x-icu") = 'школа'""",
    "ILIKE by ru-x-icu": """'Школа' COLLATE "ru-x-icu" ILIKE 'школа'""",
    "~* by ru-x-icu": """'Школа' COLLATE "ru-x-icu" ~* 'школа'""",
    "Latin, lower()": "lower('SCHOOL') = 'school'",
    "Latin, ILIKE": "'School' ILIKE 'school'",
    "Latin, similarity()": "similarity('School', 'School') = 1",
}
server = f"host=127.0.0.1 port={sys.argv[1]} user=someone"


def answers(database: str) -> list[bool]:
    with psycopg.connect(f"{server} dbname={database}", autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        return [connection.execute(f"SELECT {expression}").fetchone()[0] for expression in ASKED.values()]


with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
    connection.execute("CREATE DATABASE letters TEMPLATE template0 LOCALE 'C.UTF-8'")
of_c, of_utf8 = answers("postgres"), answers("letters")
print("psycopg", version("psycopg"), "in a database of the locale C, and in one of C.UTF-8")
for what, one, other in zip(ASKED, of_c, of_utf8, strict=True):
    print(f"  {what}: {one}, {other}")
same = of_c == [False] * 6 + [True] * 6 and of_utf8 == [True] * 12
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
