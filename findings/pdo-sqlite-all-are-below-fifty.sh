#!/bin/sh
# PHP 8.2, PDO with SQLite: what execute([…]) is given is bound as a text, a number too, and what a query computes is compared with it as it is: to
# SQLite every number is below every text. «HAVING count(*) >= ?» with [2] finds no school of those that have answered twice, «100 * done / total < ?»
# with [50] finds all of them, also the one that has done all, and of «at + 3600 <= ?» with the present second everybody is to be reminded now.
# DBD::SQLite 1.72 (Perl, Debian 12) does the same in execute(2). A column by itself, «done > ?», is compared as a number, for the column's type counts, and so
# is every query on PostgreSQL, so what was tried there, or with a column, is right. Python's sqlite3 binds numbers as numbers. Nothing is
# raised. bindValue(1, 2, PDO::PARAM_INT), in Perl bind_param(1, 2, SQL_INTEGER), or CAST(? AS INTEGER) in the query, are right.
set -eu
command -v php >/dev/null && php -m | grep -qx pdo_sqlite || { echo "PHP and its SQLite are needed: apt-get install php-cli php-sqlite3" >&2; exit 3; }
perl -MDBD::SQLite -e 1 2>/dev/null || { echo "DBD::SQLite is needed: apt-get install libdbd-sqlite3-perl (Debian 12)" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
php --version | head -n 1
perl -MDBD::SQLite -e 'print "DBD::SQLite $DBD::SQLite::VERSION\n"'
cat >"$folder/ask.php" <<'PHP'
<?php
[, $path, $sql, $value, $how] = $argv;
$statement = (new PDO("sqlite:$path"))->prepare($sql);
if ($how === "told") {
    $statement->bindValue(1, (int) $value, PDO::PARAM_INT);
    $statement->execute();
} else {
    $statement->execute([(int) $value]);
}
echo implode(" ", $statement->fetchAll(PDO::FETCH_COLUMN));
PHP
cat >"$folder/ask.pl" <<'PERL'
use strict;
use warnings;
use DBI qw(:sql_types);

my ($path, $sql, $value, $how) = @ARGV;
my $statement = DBI->connect("dbi:SQLite:dbname=$path", "", "", {RaiseError => 1})->prepare($sql);
if ($how eq "told") {
    $statement->bind_param(1, $value + 0, SQL_INTEGER);
    $statement->execute;
} else {
    $statement->execute($value + 0);
}
print join " ", map { $_->[0] } @{$statement->fetchall_arrayref};
PERL
python3 - "$folder" <<'PYTHON'
import sqlite3
import subprocess
import sys

FOLDER = sys.argv[1]
PATH = f"{FOLDER}/bot.db"
NOW = 1792058400  # 15 October 2026, 18:00 in Irkutsk
database = sqlite3.connect(PATH)
with database:
    database.execute("CREATE TABLE requests (school INTEGER, done INTEGER, total INTEGER, at INTEGER)")
    database.executemany("INSERT INTO requests VALUES (?, ?, ?, ?)", [(5, 10, 10, NOW - 7200), (5, 4, 4, NOW + 7200), (7, 1, 10, NOW + 86400)])
CASES = (
    ("SELECT school FROM requests GROUP BY school HAVING count(*) >= ?", 2, "5", ""),
    ("SELECT school FROM requests WHERE 100 * done / total < ?", 50, "7", "5 5 7"),
    ("SELECT school FROM requests WHERE at + 3600 <= ?", NOW, "5", "5 5 7"),
    ("SELECT school FROM requests WHERE done > ?", 3, "5 5", "5 5"),
    ("SELECT school FROM requests GROUP BY school HAVING count(*) >= CAST(? AS INTEGER)", 2, "5", "5"),
)


def ask(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


same = True
for sql, value, right, as_texts in CASES:
    by_python = " ".join(str(school) for (school,) in database.execute(sql, (value,)))
    seen = {
        "Python": by_python,
        "PHP": ask("php", f"{FOLDER}/ask.php", PATH, sql, str(value), "plain"),
        "Perl": ask("perl", f"{FOLDER}/ask.pl", PATH, sql, str(value), "plain"),
        "PHP, told": ask("php", f"{FOLDER}/ask.php", PATH, sql, str(value), "told"),
        "Perl, told": ask("perl", f"{FOLDER}/ask.pl", PATH, sql, str(value), "told"),
    }
    print(f"  {sql} [{value}]\n    " + ", ".join(f"{program}: {schools or 'none'}" for program, schools in seen.items()))
    same = same and list(seen.values()) == [right, as_texts, as_texts, right, right]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
