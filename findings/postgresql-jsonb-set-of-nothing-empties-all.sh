#!/bin/sh
# PostgreSQL 15: jsonb_set(answers, '{note}', to_jsonb(note)), by which one answer of many is written, makes all of them NULL where the
# note is NULL, as a parameter of None is: UPDATE 1, and the other answers are gone. So does answers || NULL. Where the way to the
# place does not exist yet, '{building,floors}', nothing is written, and it is UPDATE 1 as well; beyond the end of an
# array, '{list,7}', the value comes to its end. answers || jsonb_build_object('note', note) keeps all and has null for the note, and
# jsonb_set_lax() too. A NOT NULL on the column makes an error of the first. What is then compared: 1 and 1.0, as one program
# and another write it, are equal as jsonb, and '1' = '1.0' is false by ->>.
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
as "$server/initdb" -D "$folder/data" -A trust -U someone -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses= -c unix_socket_directories=$folder/data -c fsync=off" start
ask() { as "$server/psql" -h "$folder/data" -U someone -d postgres -X -A -t -P null=NULL "$@"; }
ask -q -c "CREATE TABLE forms (answers jsonb)" -c "CREATE FUNCTION note() RETURNS text LANGUAGE sql RETURN NULL::text"
failed=0
updated() {
    ask -q -c "DELETE FROM forms" -c "INSERT INTO forms VALUES ('{\"pupils\": 12, \"list\": [1]}')"
    answer="$(ask -c "UPDATE forms SET answers = $1"), $(ask -c "SELECT answers FROM forms")"
    printf '  %s: %s\n' "$1" "$answer"
    [ "$answer" = "$2" ] || failed=1
}
seen() {
    answer=$(ask -c "SELECT $1")
    printf '  %s: %s\n' "$1" "$answer"
    [ "$answer" = "$2" ] || failed=1
}
updated "jsonb_set(answers, '{note}', to_jsonb('x'::text))" 'UPDATE 1, {"list": [1], "note": "x", "pupils": 12}'
updated "jsonb_set(answers, '{note}', to_jsonb(note()))" 'UPDATE 1, NULL'
updated "answers || to_jsonb(note())" 'UPDATE 1, NULL'
updated "answers || jsonb_build_object('note', note())" 'UPDATE 1, {"list": [1], "note": null, "pupils": 12}'
updated "jsonb_set_lax(answers, '{note}', to_jsonb(note()))" 'UPDATE 1, {"list": [1], "note": null, "pupils": 12}'
updated "jsonb_set(answers, '{building,floors}', '3')" 'UPDATE 1, {"list": [1], "pupils": 12}'
updated "jsonb_set(answers, '{list,7}', '3')" 'UPDATE 1, {"list": [1, 3], "pupils": 12}'
seen "'{\"pupils\": 1}'::jsonb = '{\"pupils\": 1.0}'::jsonb" t
seen "'{\"pupils\": 1}'::jsonb ->> 'pupils' = '{\"pupils\": 1.0}'::jsonb ->> 'pupils'" f
[ "$failed" = 0 ] || { echo "the behaviour has changed" >&2; exit 1; }
