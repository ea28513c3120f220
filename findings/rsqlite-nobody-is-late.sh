#!/bin/sh
# RSQLite 2.2.20 (R 4.2.2, Debian 12): a Date that is given to a query is bound as a number, the days since 1970, 20741 for 15 October 2026, and
# a POSIXct as its seconds. In a database of another program, whose days are texts, as Python's sqlite3, SQLAlchemy and Django write them, «WHERE
# due < ?» with Sys.Date() finds nothing, for to SQLite every text is above every number: nobody is late. «due >= ?» finds everybody, «due = ?»
# nobody. dbAppendTable() writes numbers between the texts: a request of next May is late to all others from its first day on, and date(due)
# is four thousand years before Christ. Nothing is raised; when R reads such a column back it warns that its types are mixed. A table
# that R itself has made has numbers alone, and all fits. format(day), and format(at, tz = "UTC"), as texts, mean one thing to both.
set -eu
command -v Rscript >/dev/null && Rscript -e 'library(RSQLite)' >/dev/null 2>&1 ||
    { echo "R and RSQLite are needed: apt-get install r-base-core r-cran-rsqlite (Debian 12)" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 - "$folder/bot.db" <<'PYTHON'
import sqlite3
import sys

with sqlite3.connect(sys.argv[1]) as database:
    database.execute("CREATE TABLE requests (school TEXT, due DATE, at TIMESTAMP)")
    rows = [("№ 1", "2026-09-15", "2026-09-15 18:00:00"), ("№ 2", "2026-10-15", "2026-10-15 18:00:00"), ("№ 3", "2026-11-15", "2026-11-15 18:00:00")]
    database.executemany("INSERT INTO requests VALUES (?, ?, ?)", rows)
PYTHON
cat >"$folder/ask.R" <<'R'
library(RSQLite)
database <- dbConnect(SQLite(), commandArgs(TRUE)[1])
day <- as.Date("2026-10-15")
at <- as.POSIXct("2026-10-15 18:00:00", tz = "UTC")
schools <- function(condition, value) {
  found <- dbGetQuery(database, paste("SELECT school FROM requests WHERE", condition, "ORDER BY school"), params = list(value))$school
  paste0(condition, ": ", paste(found, collapse = ", "))
}
cat(paste("RSQLite", packageVersion("RSQLite")), schools("due < ?", day), schools("due = ?", day), schools("due >= ?", day), schools("at <= ?", at),
    schools("due < ?", format(day)), schools("due = ?", format(day)), schools("at <= ?", format(at, tz = "UTC")), sep = "\n")
invisible(dbAppendTable(database, "requests", data.frame(school = "№ 4", due = as.Date("2027-05-15"), at = at)))
dbDisconnect(database)
R
LC_ALL=C.UTF-8 Rscript "$folder/ask.R" "$folder/bot.db" >"$folder/seen" 2>"$folder/errors" || { cat "$folder/errors" >&2; exit 3; }
python3 - "$folder/bot.db" "$folder/seen" <<'PYTHON'
import sqlite3
import sys
from pathlib import Path

database = sqlite3.connect(sys.argv[1])
by_r = Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()
late = [school for (school,) in database.execute("SELECT school FROM requests WHERE due < ? ORDER BY school", ("2026-10-15",))]
kept = database.execute("SELECT due, date(due), at FROM requests WHERE school = '№ 4'").fetchone()
print(by_r[0])
for line in by_r[1:]:
    print(f"  {line}")
print(f"  after dbAppendTable() of № 4, due on 15 May 2027: late to Python are {', '.join(late)}; it is kept as {kept}")
same = (
    by_r[1:5] == ["due < ?: ", "due = ?: ", "due >= ?: № 1, № 2, № 3", "at <= ?: "]
    and by_r[5:] == ["due < ?: № 1", "due = ?: № 2", "at <= ?: № 1, № 2"]
    and late == ["№ 1", "№ 4"]
    and (kept[0], kept[2]) == (20953, 1792087200)
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
