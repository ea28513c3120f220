#!/bin/sh
# pendulum 3.3.0: from_format("среда 15.10.2026", "dddd DD.MM.YYYY", locale="ru") is the 14th: the 15th is a Thursday, and the day of
# the week, as people get it wrong when they write a deadline, moves the date within its week from Monday to Sunday, up to six days
# either way, without a word, in English and in short as well. arrow 1.4.0 and Python's strptime() go by the date; none of the
# three says that the two do not agree. For YYYY pendulum takes two digits and three: «15.10.26» is the year 26, where arrow and
# strptime() refuse. The day of the week is to be compared after the date was read alone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pendulum==3.3.0 arrow==1.4.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import datetime
from importlib.metadata import version

import arrow
import pendulum

print("pendulum", version("pendulum"), "arrow", version("arrow"))
same = True
for said, shape, locale, expected in (
    ("четверг 15.10.2026", "dddd DD.MM.YYYY", "ru", ("2026-10-15", "2026-10-15")),
    ("среда 15.10.2026", "dddd DD.MM.YYYY", "ru", ("2026-10-14", "2026-10-15")),
    ("вс, 15.10.2026", "ddd, DD.MM.YYYY", "ru", ("2026-10-18", "2026-10-15")),
    ("понедельник, 15 ноября 2026", "dddd, D MMMM YYYY", "ru", ("2026-11-09", "2026-11-15")),
    ("Wednesday 15.10.2026", "dddd DD.MM.YYYY", "en", ("2026-10-14", "2026-10-15")),
    ("15.10.26", "DD.MM.YYYY", "ru", ("0026-10-15", "refused")),
    ("15.10.26", "DD.MM.YY", "ru", ("2026-10-15", "2026-10-15")),
):
    read = []
    for reader in (pendulum.from_format, arrow.get):
        try:
            read.append(str(reader(said, shape, locale=locale).date()))
        except arrow.parser.ParserError:
            read.append("refused")
    print(f"  «{said}» by {shape}: {read[0]} to pendulum, {read[1]} to arrow")
    same = same and tuple(read) == expected
plain = datetime.strptime("Wednesday 15.10.2026", "%A %d.%m.%Y").date()
print(f"  «Wednesday 15.10.2026» by strptime: {plain}")
sys.exit("the behaviour has changed" if not same or str(plain) != "2026-10-15" else 0)
PYTHON
