#!/bin/sh
# PostgreSQL 15, pg_restore -t schools of a whole dump, as one brings back the table that somebody has dropped: the rows are there, it ends
# with 0, and the table is another one. Its primary key, unique constraint, foreign keys and indexes are gone, and so
# is what gives the next number: an identity, or the default of a serial. «NOT NULL» is still there, so the next INSERT fails, and
# one that has a number of its own may have one that is taken. CHECKs, other defaults and generated columns stay. pg_dump -t has it
# all, under the same letter. A list (pg_restore -l, of which the table's lines are kept, and -L) brings all of it back.
set -eu
server=/usr/lib/postgresql/15/bin
[ -x "$server/initdb" ] || { echo "the server PostgreSQL 15 is needed: apt-get install postgresql" >&2; exit 3; }
"$server/pg_restore" --version
folder=$(mktemp -d)
as() { (cd / && if [ "$(id -u)" = 0 ]; then setpriv --reuid nobody --regid nogroup --clear-groups "$@"; else "$@"; fi); }
trap 'as "$server/pg_ctl" -D "$folder/data" -m immediate -s stop || true; rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir "$folder/data"
[ "$(id -u)" != 0 ] || chown nobody "$folder/data"
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses= -c unix_socket_directories=$folder/data -c fsync=off" start
on() { program=$1; shift; as "$server/$program" -h "$folder/data" -U someone "$@"; }
ask() { on psql -d postgres -X -A -t -q -c "$1" 2>&1; }
ask "CREATE TABLE districts (id int PRIMARY KEY);
    CREATE TABLE schools (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, row serial, name text NOT NULL UNIQUE,
        district int REFERENCES districts, at timestamptz NOT NULL DEFAULT now(), pupils int CHECK (pupils >= 0),
        twice int GENERATED ALWAYS AS (pupils * 2) STORED);
    CREATE INDEX ON schools (district);
    INSERT INTO schools (name, pupils) VALUES ('one', 100), ('two', 7)"
on pg_dump -d postgres -Fc -f "$folder/data/whole.dump"
on pg_dump -d postgres -Fc -t schools -f "$folder/data/table.dump"
on pg_restore -l "$folder/data/whole.dump" | grep schools >"$folder/list"
KINDS="SELECT string_agg(kind, ' ' ORDER BY kind) FROM (
    SELECT 'constraint ' || contype::text FROM pg_constraint WHERE conrelid = 'schools'::regclass
    UNION ALL SELECT 'indexes ' || count(*) FROM pg_index WHERE indrelid = 'schools'::regclass
    UNION ALL SELECT 'next ' || attname FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = 'schools'::regclass AND (attidentity <> '' OR pg_get_expr(adbin, adrelid) LIKE 'nextval%')
    UNION ALL SELECT 'value ' || attname FROM pg_attribute JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = 'schools'::regclass AND pg_get_expr(adbin, adrelid) NOT LIKE 'nextval%') AS all_of (kind)"
failed=0
seen() {
    echo "  $1: $2"
    [ "$2" = "$3" ] || failed=1
}
whole="constraint c constraint f constraint p constraint u indexes 3 next id next row value at value twice"
seen "the table" "$(ask "$KINDS")" "$whole"
ask "DROP TABLE schools"
status=0
on pg_restore -d postgres -t schools "$folder/data/whole.dump" || status=$?
seen "pg_restore -t, status $status" "$(ask "SELECT count(*) FROM schools") rows, $(ask "$KINDS")" "2 rows, constraint c indexes 0 value at value twice"
seen "the next school" "$(ask "INSERT INTO schools (name) VALUES ('three')" | head -1)" \
    "ERROR:  null value in column \"id\" of relation \"schools\" violates not-null constraint"
seen "another one of the same number and name" "$(ask "INSERT INTO schools (id, row, name) VALUES (1, 1, 'one') RETURNING id")" "1"
ask "DROP TABLE schools"
on pg_restore -d postgres "$folder/data/table.dump" || failed=1
seen "a dump by pg_dump -t" "$(ask "SELECT count(*) FROM schools") rows, $(ask "$KINDS")" "2 rows, $whole"
ask "DROP TABLE schools"
cp "$folder/list" "$folder/data/list" && chmod 644 "$folder/data/list"
on pg_restore -d postgres -L "$folder/data/list" "$folder/data/whole.dump" || failed=1
seen "by a list" "$(ask "SELECT count(*) FROM schools") rows, $(ask "$KINDS")" "2 rows, $whole"
seen "the next school" "$(ask "INSERT INTO schools (name) VALUES ('three') RETURNING id, row")" "3|3"
[ "$failed" = 0 ] && [ "$status" = 0 ] || { echo "the behaviour has changed" >&2; exit 1; }
