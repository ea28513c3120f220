#!/bin/sh
# PostgreSQL 15, the extension unaccent, by which ё and е become one: it also makes «№» the Latin letters "No", and of «СОШ №7», as
# most people type it, «СОШ No7», a single word. to_tsvector('russian', unaccent(name)) has 'no7', and the search «СОШ 7» finds it no
# more; it finds «СОШ № 7», with a space. To pg_trgm «СОШ №7» and «СОШ 7», the same without unaccent, are less alike (0.40) than
# «СОШ №7» and «СОШ №17» (0.55). For the search it is of no use anyhow: the configuration russian takes ё for е by itself. As a dictionary
# of a configuration, to which the words come one by one, unaccent does no harm; replace(name, 'ё', 'е') is enough elsewhere.
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
ask() { as "$server/psql" -h "$folder/data" -U someone -d postgres -X -A -t -q -v ON_ERROR_STOP=1 "$@"; }
ask -c "CREATE EXTENSION unaccent" -c "CREATE EXTENSION pg_trgm" \
    -c "CREATE TEXT SEARCH CONFIGURATION ours (COPY = russian)" \
    -c "ALTER TEXT SEARCH CONFIGURATION ours ALTER MAPPING FOR word, hword, hword_part WITH unaccent, russian_stem"
failed=0
seen() {
    answer=$(ask -c "SELECT $2")
    echo "  $1: $answer"
    [ "$answer" = "$3" ] || failed=1
}
seen "unaccent of a name" "unaccent('СОШ №7 имени Королёва')" "СОШ No7 имени Королева"
seen "its words in the search, without" "to_tsvector('russian', 'СОШ №7')" "'7':2 'сош':1"
seen "its words in the search, with unaccent" "to_tsvector('russian', unaccent('СОШ №7'))" "'no7':2 'сош':1"
seen "«СОШ 7» finds it without, and with" \
    "to_tsvector('russian', 'СОШ №7') @@ plainto_tsquery('russian', 'СОШ 7'),
        to_tsvector('russian', unaccent('СОШ №7')) @@ plainto_tsquery('russian', unaccent('СОШ 7'))" "t|f"
seen "«СОШ 7» finds «СОШ № 7» with unaccent" \
    "to_tsvector('russian', unaccent('СОШ № 7')) @@ plainto_tsquery('russian', unaccent('СОШ 7'))" "t"
seen "«СОШ №7» and «СОШ 7» are alike without" "similarity('СОШ №7', 'СОШ 7')" "1"
seen "«СОШ №7» and «СОШ 7», with" "round(similarity(unaccent('СОШ №7'), unaccent('СОШ 7'))::numeric, 2)" "0.40"
seen "«СОШ №7» and «СОШ №17», with" "round(similarity(unaccent('СОШ №7'), unaccent('СОШ №17'))::numeric, 2)" "0.55"
seen "the configuration russian, of «отчёт» and «отчет»" "to_tsvector('russian', 'отчёт отчет')" "'отчет':1,2"
seen "unaccent as a dictionary" "to_tsvector('ours', 'СОШ №7 Ёлки')" "'7':2 'елк':3 'сош':1"
[ "$failed" = 0 ] || { echo "the behaviour has changed" >&2; exit 1; }
