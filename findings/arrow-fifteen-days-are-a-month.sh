#!/bin/sh
# arrow 1.4.0, humanize(): what is due in fifteen days is due «через месяц», in a month, as is all up to 45 days; «2 недели» is one
# single day, the fourteenth, three weeks are never told, and thirteen days are «через неделю», in a week. 47 hours are «через
# день», "every other day" to many. pytils 0.4.4, distance_of_time_in_words(), calls those 47 hours, of which the calendar
# says the day after tomorrow, «завтра», tomorrow: it divides by 24 hours. Babel 2.19.0 says «через 2 недели» of 11 days to
# 17, and «через 3 недели» of 20. A date and an hour, told as such, leave no doubt.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet arrow==1.4.0 pytils==0.4.4 babel==2.19.0 time-machine==3.6.0
TZ=UTC "$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import datetime, timedelta
from importlib.metadata import version

import arrow
import time_machine
from babel.dates import format_timedelta
from pytils import dt

NOW = datetime(2026, 10, 5, 12)
EXPECTED = {
    timedelta(hours=47): ("через день", "завтра", "через 2 дня"),
    timedelta(days=13): ("через неделю", "через 13 дней", "через 2 недели"),
    timedelta(days=14): ("через 2 недели", "через 14 дней", "через 2 недели"),
    timedelta(days=15): ("через месяц", "через 15 дней", "через 2 недели"),
    timedelta(days=20): ("через месяц", "через 20 дней", "через 3 недели"),
    timedelta(days=45): ("через месяц", "через 45 дней", "через 2 месяца"),
}
print(*(f"{name} {version(name)}" for name in ("arrow", "pytils", "Babel")))
same = True
for ahead, expected in EXPECTED.items():
    with time_machine.travel(NOW, tick=False):
        of_pytils = dt.distance_of_time_in_words(datetime.now() + ahead)
    of_arrow = arrow.get(NOW + ahead).humanize(arrow.get(NOW), locale="ru")
    seen = of_arrow, of_pytils, format_timedelta(ahead, add_direction=True, locale="ru")
    print(f"  from {NOW:%d.%m %H:%M} to {NOW + ahead:%d.%m %H:%M}: «{seen[0]}» by arrow, «{seen[1]}» by pytils, «{seen[2]}» by Babel")
    same = same and seen == expected
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
