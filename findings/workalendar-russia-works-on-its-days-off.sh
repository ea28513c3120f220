#!/bin/sh
# workalendar 17.0.0: its calendar of Russia is right for 2021, for which it has what the government moved, and for no year after
# it. In 2025 it works on 2 and 8 May, 13 June, 3 November and 31 December, which were days off (Resolution № 1335 of 4 October
# 2024), and is off on 24 February and 10 March, which were working days: it moves every holiday of a weekend to Monday. It
# knows no working Saturday (1 November). A term of ten working days ends two days early. holidays 0.109 has them all.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet workalendar==17.0.0 holidays==0.109
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import date, timedelta
from importlib.metadata import version

import holidays
from workalendar.europe import Russia

YEARS = range(2021, 2027)
one, other = Russia(), holidays.RU(years=YEARS)


def differences(year: int) -> dict[str, list[str]]:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    works = [(day, one.is_working_day(day), other.is_working_day(day)) for day in days]
    return {
        "works on a day off": [f"{day:%d.%m}" for day, here, there in works if here and not there],
        "is off on a working day": [f"{day:%d.%m}" for day, here, there in works if there and not here],
    }


seen = {year: differences(year) for year in YEARS}
print("workalendar", version("workalendar"), "beside holidays", version("holidays"))
for year, found in seen.items():
    print(f"  {year}: {found}")
term = date(2025, 4, 25)
print("  ten working days from 25.04.2025:", one.add_working_days(term, 10), other.get_nth_working_day(term, 10))
same = (
    not any(seen[2021].values())
    and seen[2025]["works on a day off"] == ["02.05", "08.05", "13.06", "03.11", "31.12"]
    and seen[2025]["is off on a working day"] == ["24.02", "10.03", "01.11"]
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
