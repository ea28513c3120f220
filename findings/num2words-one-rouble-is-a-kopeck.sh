#!/bin/sh
# num2words 0.5.14: of a sum of money an int is kopecks, while a float, a Decimal and a text are roubles: to="currency" makes «сто
# рублей» of 100.0, Decimal(100) and "100", and «один рубль» of 100, in English too. A sum without kopecks that becomes an int
# on its way (a cell of a table, JSON, a JavaScript number) is a hundredth in words, and stands beside the right digits. As a plain
# number a whole float is a fraction, «сто целых ноль десятых» of 100.0, and Decimal("100.00") too, and from a million on the
# words do not agree: «одна миллион целых», «две миллиона целых пять десятых». A Russian year, to="year", is not the ordinal with
# which it is read: «две тысячи двадцать шесть». Decimal for sums, int for all else.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet num2words==0.5.14
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from decimal import Decimal
from importlib.metadata import version

from num2words import num2words

print("num2words", version("num2words"))
same = True
for number, kinds, expected in (
    (100, {"to": "currency", "currency": "RUB"}, "один рубль, ноль копеек"),
    (100.0, {"to": "currency", "currency": "RUB"}, "сто рублей, ноль копеек"),
    (Decimal(100), {"to": "currency", "currency": "RUB"}, "сто рублей, ноль копеек"),
    ("100", {"to": "currency", "currency": "RUB"}, "сто рублей, ноль копеек"),
    (100, {}, "сто"),
    (100.0, {}, "сто целых ноль десятых"),
    (Decimal("100.00"), {}, "сто целых ноль сотых"),
    (1_000_000, {}, "один миллион"),
    (1_000_000.0, {}, "одна миллион целых ноль десятых"),
    (2_000_000.5, {}, "две миллиона целых пять десятых"),
    (2026, {"to": "year"}, "две тысячи двадцать шесть"),
    (2026, {"to": "ordinal"}, "две тысячи двадцать шестой"),
):
    words = num2words(number, lang="ru", **kinds)
    print(f"  {number!r} {kinds.get('to', '')}: {words}")
    same = same and words == expected
english = [num2words(number, lang="en", to="currency", currency="USD") for number in (1, 1.0)]
print("  in English, 1 and 1.0 dollars:", "; ".join(english))
same = same and english == ["zero dollars, one cent", "one dollar, zero cents"]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
