#!/bin/sh
# Babel 2.19.0 picks the form of a word by the digits that the number has, and not by those that it shows: five days as
# Decimal("5.00"), as PostgreSQL's numeric and Django's DecimalField give them, are «5 дня», a hundred hours «100 часа», one year
# «1 года», and "1 days" in English, for format_unit() drops the zeros after it has picked the form of a fraction. With
# format_currency(..., format_type="name"), which adds the zeros, it is the other way round: 2 is «2,00 российских рубля», by
# CLDR «2,00 российского рубля», as it is for Decimal("2.00"). int and float are right for units, Decimals by normalize().
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet babel==2.19.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from decimal import Decimal
from importlib.metadata import version

from babel import Locale
from babel.numbers import format_currency
from babel.units import format_unit

print("Babel", version("Babel"))
same = True
for number, expected in (
    (5, "5 дней, 5 часов, 5 лет, 5 days"),
    (5.0, "5 дней, 5 часов, 5 лет, 5 days"),
    (Decimal("5"), "5 дней, 5 часов, 5 лет, 5 days"),
    (Decimal("5.00"), "5 дня, 5 часа, 5 года, 5 days"),
    (Decimal("5.00").normalize(), "5 дней, 5 часов, 5 лет, 5 days"),
    (Decimal("100.00"), "100 дня, 100 часа, 100 года, 100 days"),
    (Decimal("1.00"), "1 дня, 1 часа, 1 года, 1 days"),
    (Decimal("2.50"), "2,5 дня, 2,5 часа, 2,5 года, 2.5 days"),
):
    units = [format_unit(number, f"duration-{unit}", locale="ru") for unit in ("day", "hour", "year")]
    shown = ", ".join([*units, format_unit(number, "duration-day", locale="en")])
    print(f"  {number!r} ({Locale('ru').plural_form(number)}): {shown}")
    same = same and shown == expected
sums = [format_currency(number, "RUB", format_type="name", locale="ru") for number in (2, 2.0, Decimal("2.00"))]
print("  2, 2.0 and Decimal('2.00') roubles:", ", ".join(sums))
same = same and sums == ["2,00 российских рубля", "2,00 российских рубля", "2,00 российского рубля"]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
