#!/bin/sh
# PostgreSQL 15, ALTER DATABASE … SET timezone = 'Asia/Irkutsk': who asks «due::date» has the day of Irkutsk from then on, by psql, psycopg 3.3.9, asyncpg
# 0.32.0 and node's pg 8.23.1. The JDBC driver (42.5.5, Debian 12) says as it connects that its zone is the JVM's, and Django 5.2.19 that it is UTC,
# whatever the database, the role or its own TIME_ZONE has: a deadline of 3 o'clock on the 15th is of the 14th to them, and a trigger that keeps
# the day keeps the 14th. Worst is a migration: ALTER COLUMN … TYPE timestamptz of a column with Irkutsk's clock, said by a tool that comes by JDBC
# or Django, from a server in UTC, moves every deadline by eight hours; said by psql it was right. Nothing is raised. To JDBC the zone is
# -Duser.timezone, to Django TIME_ZONE within DATABASES; in SQL it is to be written out: due AT TIME ZONE 'Asia/Irkutsk'.
set -eu
server=/usr/lib/postgresql/15/bin
[ -x "$server/initdb" ] || { echo "the server PostgreSQL 15 is needed: apt-get install postgresql" >&2; exit 3; }
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
jar=/usr/share/java/postgresql.jar
command -v javac >/dev/null && [ -e "$jar" ] ||
    { echo "a JDK and JDBC's driver are needed: apt-get install default-jdk-headless libpostgresql-jdbc-java (Debian 12)" >&2; exit 3; }
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
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "psycopg[binary]==3.3.9" asyncpg==0.32.0 Django==5.2.19 tzdata==2026.6
echo '{"private": true}' >"$folder/package.json"
npm install --silent --no-fund --no-audit --prefix "$folder" pg@8.23.1 >/dev/null
export PGHOST=127.0.0.1 PGPORT="$port" PGUSER=someone
cat >"$folder/say.py" <<'PYTHON'
import asyncio
import os
import sys

program, database, statement = sys.argv[1:]
if program == "psycopg":
    import psycopg

    with psycopg.connect(dbname=database, autocommit=True) as connection:
        connection.execute(statement)
elif program == "asyncpg":
    import asyncpg

    async def say() -> None:
        connection = await asyncpg.connect(database=database)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(say())
else:
    import django
    from django.conf import settings

    settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": database, "HOST": os.environ["PGHOST"],
                                              "PORT": os.environ["PGPORT"], "USER": os.environ["PGUSER"]}}, TIME_ZONE="Asia/Irkutsk")
    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
PYTHON
cat >"$folder/say.mjs" <<'JAVASCRIPT'
import pg from "pg";

const client = new pg.Client({ database: process.argv[2] });
await client.connect();
await client.query(process.argv[3]);
await client.end();
JAVASCRIPT
cat >"$folder/Say.java" <<'JAVA'
import java.sql.Connection;
import java.sql.DriverManager;

public class Say {
    public static void main(String[] words) throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:" + System.getenv("PGPORT") + "/" + words[0];
        try (Connection connection = DriverManager.getConnection(url, "someone", "")) {
            connection.createStatement().execute(words[1]);
        }
    }
}
JAVA
javac -d "$folder" "$folder/Say.java"
# say PROGRAM DATABASE STATEMENT, on a machine in UTC
say() {
    case $1 in
        psql) as "$server/psql" -X -q -v ON_ERROR_STOP=1 -d "$2" -c "$3" ;;
        pg) TZ=UTC node "$folder/say.mjs" "$2" "$3" ;;
        JDBC) TZ=UTC java -cp "$folder:$jar" Say "$2" "$3" ;;
        JDBC-in-Irkutsk) TZ=UTC java -Duser.timezone=Asia/Irkutsk -cp "$folder:$jar" Say "$2" "$3" ;;
        *) TZ=UTC "$folder/venv/bin/python" "$folder/say.py" "$1" "$2" "$3" ;;
    esac
}
same=yes
number=0
for program in psql psycopg asyncpg pg JDBC Django JDBC-in-Irkutsk; do
    number=$((number + 1))
    name="bot_$number"
    as "$server/psql" -X -q -d postgres -c "CREATE DATABASE $name"
    as "$server/psql" -X -q -d postgres -c "ALTER DATABASE $name SET timezone = 'Asia/Irkutsk'"
    as "$server/psql" -X -q -d "$name" -v ON_ERROR_STOP=1 -c "
CREATE TABLE requests (school text, due timestamptz, day date);
CREATE FUNCTION keep_day() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.day := NEW.due::date; RETURN NEW; END';
CREATE TRIGGER keep_day BEFORE INSERT OR UPDATE ON requests FOR EACH ROW EXECUTE FUNCTION keep_day();
INSERT INTO requests VALUES ('№ 5', '2026-10-15 03:00');
CREATE TABLE old (due timestamp);
INSERT INTO old VALUES ('2026-10-15 18:00')"
    say "$program" "$name" "UPDATE requests SET school = 'СОШ № 5'"
    say "$program" "$name" "ALTER TABLE old ALTER COLUMN due TYPE timestamptz"
    seen=$(as "$server/psql" -X -q -At -d "$name" -c "SELECT to_char(day, 'DD.MM') || ', ' || to_char(old.due, 'DD.MM HH24:MI TZH') FROM requests, old")
    echo "  $program: the day that is kept, and what was 18:00: $seen"
    case $program in
        JDBC | Django) [ "$seen" = "14.10, 16.10 02:00 +08" ] || same=no ;;
        *) [ "$seen" = "15.10, 15.10 18:00 +08" ] || same=no ;;
    esac
done
[ "$same" = yes ] || { echo "the behaviour has changed" >&2; exit 1; }
