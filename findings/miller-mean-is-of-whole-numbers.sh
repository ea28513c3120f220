#!/bin/sh
# Miller 6.6.0 (Debian 12): what is no number to it, mlr stats1 leaves out of the sum and of the mean without a word, and counts it. Of a Russian
# column of shares, 75,5; 80; 12,5; 40, the sum is 120, the mean 60, which is of the two without a comma, the count 4, the most «75,5»
# and the median «12,5», for a text is above every number. «+50» and «1 000» children and the code 007 are texts as well; an answer
# «нет» looks no different. merge-fields, within a row, does the same, and filter '$Доля > 9', which compares texts as texts, keeps 80 and
# 40 alone. An expression, $Доля + 1 or @sum += $Доля, is "(error)", by which one sees it. int("012"), to make a number of the code,
# is 10, by eight, while float("012") is 12. The comma has to become a point before: float(sub($Доля, ",", ".")).
set -eu
case "$(mlr --version 2>/dev/null)" in
*" 6.6.0"*) ;;
*) echo "Miller 6.6.0 (mlr) is needed: apt-get install miller (Debian 12)" >&2; exit 3 ;;
esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/schools.csv" <<'CSV'
Школа;Доля;Детей;Код
№ 1;75,5;100;001
№ 2;80;+50;002
№ 3;12,5;1 000;003
№ 4;40;30;4
CSV
mlr --version
python3 - "$folder/schools.csv" <<'PYTHON'
import json
import subprocess
import sys

TABLE = sys.argv[1]


def miller(*words: str) -> list[dict]:
    command = ["mlr", "--icsv", "--ifs", ";", "--ojson", *words, TABLE]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    print(f"  {words}: {found}")
    return found


(totals,) = miller("stats1", "-a", "sum,mean,count,max,p50", "-f", "Доля")
(children,) = miller("stats1", "-a", "sum,count", "-f", "Детей")
(codes,) = miller("stats1", "-a", "sum,count", "-f", "Код")
rows = miller("merge-fields", "-a", "sum,count", "-f", "Доля,Детей", "-o", "all")
most = [row["Школа"] for row in miller("filter", "$Доля > 9")]
expression = subprocess.run(
    ["mlr", "--icsv", "--ifs", ";", "--onidx", "put", "-q", "@sum += $Доля; end {emit @sum}", TABLE],
    capture_output=True, text=True, check=True,
).stdout.strip()
print(f"  @sum += $Доля: {expression}")
numbers = miller("head", "-n", "1", "then", "put", '$int = int("012"); $float = float("012"); $share = float(sub($Доля, ",", "."))')
seen = [
    totals == {"Доля_sum": 120, "Доля_mean": 60, "Доля_count": 4, "Доля_max": "75,5", "Доля_p50": "12,5"},
    children == {"Детей_sum": 130, "Детей_count": 4},
    codes == {"Код_sum": 4, "Код_count": 4},
    [(row["all_sum"], row["all_count"]) for row in rows] == [(100, 2), (80, 2), (0, 2), (70, 2)],
    most == ["№ 2", "№ 4"],
    expression == "(error)",
    (numbers[0]["int"], numbers[0]["float"], numbers[0]["share"]) == (10, 12, 75.5),
]
print(f"  as expected: {seen}")
sys.exit("the behaviour has changed" if not all(seen) else 0)
PYTHON
