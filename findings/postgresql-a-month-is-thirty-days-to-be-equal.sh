#!/bin/sh
# PostgreSQL 15: interval '1 month' = interval '30 days', and '1 day' = '24 hours', although neither is the same when it is added: from 31
# January the one leads to 28 February, the other to 2 March. So a unique column has room for one of them, DISTINCT and GROUP
# BY keep whichever came first, ON CONFLICT DO NOTHING drops a rule «every 30 days» beside «every month», and the careful update that
# writes what differs, WHERE every IS DISTINCT FROM, does not change the one into the other: UPDATE 0. '1 year' is 360 days, less
# than '364 days'. Nothing is raised. every::text tells them apart, as long as one intervalstyle is set.
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
as "$server/initdb" -D "$folder/data" -A trust -U someone --no-sync >/dev/null
as "$server/pg_ctl" -D "$folder/data" -w -s -l "$folder/data/log" \
    -o "-c listen_addresses= -c unix_socket_directories=$folder/data -c fsync=off" start
ask() { as "$server/psql" -h "$folder/data" -U someone -d postgres -X -A -t -v ON_ERROR_STOP=1 -c "$1"; }
failed=0
seen() {
    answer=$(ask "$2")
    echo "  $1: $answer"
    [ "$answer" = "$3" ] || failed=1
}
ask "CREATE TABLE rules (every interval PRIMARY KEY)" >/dev/null
seen "a month is 30 days, a day 24 hours" "SELECT interval '1 month' = '30 days', interval '1 day' = '24 hours'" "t|t"
seen "added to 31 January" "SELECT (date '2026-01-31' + interval '1 month')::date, (date '2026-01-31' + interval '30 days')::date" \
    "2026-02-28|2026-03-02"
seen "a year is less than 364 days" "SELECT interval '1 year' < interval '364 days'" "t"
seen "the rule «every month»" "INSERT INTO rules VALUES ('1 month')" "INSERT 0 1"
seen "beside it «every 30 days»" "INSERT INTO rules VALUES ('30 days') ON CONFLICT DO NOTHING" "INSERT 0 0"
seen "changed to 30 days, if it differs" \
    "UPDATE rules SET every = '30 days' WHERE every IS DISTINCT FROM interval '30 days'" "UPDATE 0"
seen "the rules" "SELECT every FROM rules" "1 mon"
seen "changed to 30 days, if its text differs" \
    "UPDATE rules SET every = '30 days' WHERE every::text <> interval '30 days'::text" "UPDATE 1"
seen "different ones of a month, 30 days and 720 hours" \
    "SELECT count(DISTINCT every) FROM (VALUES (interval '1 month'), ('30 days'), ('720:00')) AS rules (every)" "1"
[ "$failed" = 0 ] || { echo "the behaviour has changed" >&2; exit 1; }
