#!/bin/sh
# PostgreSQL 15, psql --single-transaction (-1) -f load.sql, "all or nothing": what psql itself cannot do, a \copy whose file is not there
# or an \i of one, is no error to the server, the transaction goes on and is committed. DELETE and then \copy leave an empty table,
# for good, and the exit status is 0. An error of the server, a wrong line of the same \copy, does take all back, and ends with 0
# as well. With -v ON_ERROR_STOP=1 both are taken back and the status is 3, so -1 is worth something only beside it. A file that
# says COMMIT itself is half done even so.
set -eu
server=/usr/lib/postgresql/15/bin
[ -x "$server/initdb" ] || { echo "the server PostgreSQL 15 is needed: apt-get install postgresql" >&2; exit 3; }
"$server/psql" --version
folder=$(mktemp -d)
as() { (cd / && if [ "$(id -u)" = 0 ]; then setpriv --reuid nobody --regid nogroup --clear-groups "$@"; else "$@"; fi); }
trap 'as "$server/pg_ctl" -D "$folder/data" -m immediate -s stop || true; rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir "$folder/data"
[ "$(id -u)" != 0 ] || chown nobody "$folder/data"
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses= -c unix_socket_directories=$folder/data -c fsync=off" start
ask() { as "$server/psql" -h "$folder/data" -U someone -d postgres -X -A -t -q "$@"; }
printf 'one\n' >"$folder/wrong.csv"
failed=0
seen() {
    what=$1 expected=$2 lines=$3
    shift 3
    ask -c "DROP TABLE IF EXISTS schools" -c "CREATE TABLE schools (number int)" -c "INSERT INTO schools VALUES (1), (2)" 2>/dev/null
    printf 'DELETE FROM schools;\n%s\n' "$lines" >"$folder/load.sql"
    status=0
    ask -1 -f "$folder/load.sql" "$@" >/dev/null 2>&1 || status=$?
    answer="$(ask -c "SELECT count(*) FROM schools") rows of 2 are left, status $status"
    printf '  %s\n' "$what: $answer"
    [ "$answer" = "$expected" ] || failed=1
}
missing="\\copy schools FROM '$folder/missing.csv'"
wrong="\\copy schools FROM '$folder/wrong.csv'"
seen "no file for \\copy" "0 rows of 2 are left, status 0" "$missing"
seen "no file for \\i" "0 rows of 2 are left, status 0" "\\i '$folder/missing.sql'"
seen "a wrong line in the file" "2 rows of 2 are left, status 0" "$wrong"
seen "no file, ON_ERROR_STOP" "2 rows of 2 are left, status 3" "$missing" -v ON_ERROR_STOP=1
seen "a wrong line, ON_ERROR_STOP" "2 rows of 2 are left, status 3" "$wrong" -v ON_ERROR_STOP=1
seen "COMMIT and a wrong line, ON_ERROR_STOP" "0 rows of 2 are left, status 3" "COMMIT;
$wrong" -v ON_ERROR_STOP=1
[ "$failed" = 0 ] || { echo "the behaviour has changed" >&2; exit 1; }
