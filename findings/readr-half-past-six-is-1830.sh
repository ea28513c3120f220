#!/bin/sh
# readr 2.1.4 (R 4.2.2, Debian 12): one Russian table, two functions. read_delim(file, delim = ";") has 755 of the share «75,5», for the comma parts
# thousands to it wherever it stands. read_csv2(), made for «;» and the decimal comma, has 75.5, and there the point parts thousands: an hour
# «18.30» is the number 1830, «9.05» 905, and the points of an order «1.1» and «1.10» are 11 and 110. A date, «15.10.2026», stays a text,
# and so do codes, «007», which both leave alone. Nothing is raised, and read_csv2() says in a line that is usual which marks it takes. R's own
# read.csv2() has 75.5 and 18.3, and 7 of «007»; data.table 1.14.8, fread(dec = ","), has 75.5 and leaves «18.30», as text. With col_types =
# cols(.default = "c") all is as it is written, and numbers by parse_number(share, locale = locale(decimal_mark = ",")).
set -eu
case "$(Rscript --version 2>&1)" in
*"4.2.2"*) ;;
*) echo "R 4.2.2 is needed: apt-get install r-base-core r-cran-readr r-cran-data.table (Debian 12)" >&2; exit 3 ;;
esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/schools.csv" <<'CSV'
Школа;Код;Доля;Час;Пункт;Срок
№ 1;007;75,5;18.30;1.10;15.10.2026
№ 2;012;80,0;9.05;1.1;05.11.2026
CSV
cat >"$folder/read.R" <<'R'
suppressMessages({
  library(readr)
  library(data.table)
})
file <- commandArgs(trailingOnly = TRUE)[1]
cat(R.version.string, "readr", as.character(packageVersion("readr")), "data.table", as.character(packageVersion("data.table")), "\n")
told <- function(table) paste(vapply(as.data.frame(table)[1, -1], function(value) {
  paste0(if (is.character(value)) "text " else "", as.character(value))
}, ""), collapse = " | ")
seen <- c(
  read_delim = told(suppressMessages(read_delim(file, delim = ";", show_col_types = FALSE))),
  read_csv2 = told(suppressMessages(read_csv2(file, show_col_types = FALSE))),
  read.csv2 = told(read.csv2(file, encoding = "UTF-8")),
  fread = told(fread(file, dec = ",", encoding = "UTF-8")),
  texts = told(suppressMessages(read_delim(file, delim = ";", col_types = cols(.default = "c"))))
)
for (name in names(seen)) cat(" ", name, ":", seen[[name]], "\n")
share <- parse_number("75,5", locale = locale(decimal_mark = ","))
expected <- c(
  read_delim = "text 007 | 755 | 18.3 | 1.1 | text 15.10.2026",
  read_csv2 = "text 007 | 75.5 | 1830 | 110 | text 15.10.2026",
  read.csv2 = "7 | 75.5 | text 18.30 | text 1.10 | text 15.10.2026",
  fread = "7 | 75.5 | text 18.30 | text 1.10 | text 15.10.2026",
  texts = "text 007 | text 75,5 | text 18.30 | text 1.10 | text 15.10.2026"
)
if (!identical(seen, expected) || share != 75.5) {
  message("the behaviour has changed")
  quit(status = 1)
}
R
LC_ALL=C.UTF-8 Rscript "$folder/read.R" "$folder/schools.csv"
