#!/bin/sh
# Babel 2.19.0: get_timezone("Asia/Irkutsk") is a ZoneInfo, unless pytz is installed, for whatever other package: then it is
# pytz's, and datetime(2026, 10, 15, 18, tzinfo=...) is 18:00+06:57, the local mean time of 1880, an hour and three minutes
# off. The same program is right on one machine and wrong on another. zoneinfo.ZoneInfo itself, which Babel takes as well, is
# always right.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet babel==2.19.0 tzdata==2026.2
cat > "$folder/deadline.py" <<'PYTHON'
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_timezone

for zone in (get_timezone("Asia/Irkutsk"), ZoneInfo("Asia/Irkutsk")):
    due = datetime(2026, 10, 15, 18, tzinfo=zone)
    said = format_datetime(due, "d MMMM HH:mm", tzinfo=UTC, locale="ru")
    print(type(zone).__module__.split(".")[0], due.isoformat(), "in UTC", said, sep="|")
PYTHON
echo "Babel 2.19.0 alone:"
"$folder/venv/bin/python" "$folder/deadline.py" | tee "$folder/alone"
"$folder/venv/bin/pip" install --quiet pytz==2026.2
echo "with pytz 2026.2 beside it:"
"$folder/venv/bin/python" "$folder/deadline.py" | tee "$folder/beside"
cat > "$folder/expected" <<'TEXT'
zoneinfo|2026-10-15T18:00:00+08:00|in UTC|15 октября 10:00
zoneinfo|2026-10-15T18:00:00+08:00|in UTC|15 октября 10:00
pytz|2026-10-15T18:00:00+06:57|in UTC|15 октября 11:03
zoneinfo|2026-10-15T18:00:00+08:00|in UTC|15 октября 10:00
TEXT
cat "$folder/alone" "$folder/beside" | cmp -s - "$folder/expected" || { echo "the behaviour has changed" >&2; exit 1; }
