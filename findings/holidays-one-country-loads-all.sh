#!/bin/sh
# holidays 0.109: one country loads all. `holidays.RU` is a lazy loader, and `country_holidays("RU")` names one country, but
# the loader imports holidays.countries.russia, whose package imports every country there is: some 250 modules, 9 MB and
# sixty milliseconds of a processor. `list_supported_countries()` does the same for a list of codes, which
# `EntityLoader.get_country_codes()` of holidays.registry gives without loading any.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet holidays==0.109
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import holidays
from holidays.registry import EntityLoader


def countries() -> int:
    return sum(name.startswith("holidays.countries.") for name in sys.modules)


seen = {"import holidays": countries()}
codes = list(EntityLoader.get_country_codes())
seen["EntityLoader.get_country_codes()"] = countries()
loader = holidays.RU
seen["holidays.RU"] = countries()
days = holidays.country_holidays("RU", years=2026)
seen['country_holidays("RU")'] = countries()
print("holidays", version("holidays"), f"({len(codes)} codes); modules of countries that are loaded after:")
for what, number in seen.items():
    print(f"  {what}: {number}")
before, listed, lazy, after = seen.values()
same = before == listed == lazy == 0 and after > 200 and "RU" in codes and len(days) > 5
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
