#!/bin/sh
# holidays 0.109: a calendar of Russia, country_holidays("RU"), reads a day that is given as a text with the month first, as in America:
# "04.11.2026", the Day of Unity, is 11 April and no holiday, "05.11.2026", a working day, is 11 May and one, and from the 13th of a
# month on, where that cannot be, all is right: "23.02.2026". It is so in `in`, get(), is_working_day(), get_nth_working_day()
# and slices, which take texts alike: three working days after "01.10.2026", a Thursday, are 14 January. A moment as a number,
# datetime.timestamp(), is the day of UTC: 3 o'clock on 4 November in Irkutsk is the 3rd, while the datetime itself is the 4th.
# Nothing is raised. "2026-11-04", or a date, means one thing to all.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet holidays==0.109
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import date, datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

import holidays

russia = holidays.country_holidays("RU", language="en_US")
early = datetime(2026, 11, 4, 3, tzinfo=ZoneInfo("Asia/Irkutsk"))
print("holidays", version("holidays"))
days = {
    "04.11.2026": None,
    "05.11.2026": "Victory Day (observed)",
    "23.02.2026": "Defender of the Fatherland Day",
    "2026-11-04": "Unity Day",
    date(2026, 11, 4): "Unity Day",
    early: "Unity Day",
    early.timestamp(): None,
}
seen = {day: russia.get(day) for day in days}
for day, name in seen.items():
    print(f"  {day!r}: {name}")
working = russia.is_working_day("05.11.2026"), russia.is_working_day(date(2026, 11, 5))
print("  5 November is a working day, asked by the text and by the date:", working)
third = russia.get_nth_working_day("01.10.2026", 3), russia.get_nth_working_day(date(2026, 10, 1), 3)
print("  the third working day after 1 October, the same:", *third)
sliced = [str(day) for day in russia["01.11.2026":"05.11.2026"]]
print("  holidays from 1 to 5 November, by texts:", sliced)
same = seen == days and working == (False, True) and third == (date(2026, 1, 14), date(2026, 10, 6))
sys.exit("the behaviour has changed" if not same or "2026-11-04" in sliced or len(sliced) != 5 else 0)
PYTHON
