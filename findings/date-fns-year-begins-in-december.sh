#!/bin/sh
# The week of 28 December 2026 is the 53rd of its year in Russia, by ISO 8601 and by CLDR, and so it is to ICU (in Node.js), luxon 3.7.2 and
# dayjs 1.11.23 in Russian. To date-fns 4.4.0 with its locale ru it is the first: getWeek() and the format "w" count the week in which
# 1 January is, as in America, although from Monday, and each week of 2027 is one too many. To Babel 2.19.0 it depends on two letters:
# format_date(day, "w", locale="ru") is 1, with "ru_RU" it is 53, for the language alone has no territory, and "YYYY" is 2027 already. In
# 2025 and 2026, but for the last days, all agree, as 1 January is a Wednesday or a Thursday. Nothing is raised. getISOWeek() and "I" of
# date-fns are right, and so is ru_RU.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet babel==2.19.0
echo '{"private": true}' >"$folder/package.json"
npm install --silent --no-fund --no-audit --prefix "$folder" date-fns@4.4.0 luxon@3.7.2 dayjs@1.11.23 >/dev/null
cat >"$folder/weeks.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import { format, getISOWeek, getWeek, getWeekYear } from "date-fns";
import { ru } from "date-fns/locale";
import dayjs from "dayjs";
import "dayjs/locale/ru.js";
import weekOfYear from "dayjs/plugin/weekOfYear.js";
import { DateTime } from "luxon";

dayjs.extend(weekOfYear);
dayjs.locale("ru");
const weeks = {};
for (const day of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const at = new Date(`${day}T12:00:00`);
  weeks[day] = {
    "date-fns": [getWeek(at, { locale: ru }), getWeekYear(at, { locale: ru }), +format(at, "w", { locale: ru })],
    "date-fns, ISO": getISOWeek(at),
    luxon: DateTime.fromJSDate(at).setLocale("ru").localWeekNumber,
    dayjs: dayjs(at).week(),
  };
}
const locale = new Intl.Locale("ru");
console.log(JSON.stringify({ weeks, minimum: (locale.getWeekInfo?.() ?? locale.weekInfo).minimalDays }));
JAVASCRIPT
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import subprocess
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

from babel.dates import format_date

FOLDER = Path(sys.argv[1])
DAYS = [date(2025, 10, 15), date(2026, 10, 15), date(2026, 12, 27), date(2026, 12, 28), date(2027, 1, 4), date(2027, 10, 15)]

(FOLDER / "days.json").write_text(json.dumps([str(day) for day in DAYS]))
script = subprocess.run(["node", FOLDER / "weeks.mjs", FOLDER / "days.json"], capture_output=True, text=True, check=True)
answer = json.loads(script.stdout)
packages = {name: FOLDER / "node_modules" / name / "package.json" for name in ("date-fns", "luxon", "dayjs")}
print(*(f"{name} {json.loads(path.read_text())['version']}" for name, path in packages.items()), f"Babel {version('babel')}")
seen = {}
for day in DAYS:
    found = answer["weeks"][str(day)]
    found["Babel, ru"] = format_date(day, "w YYYY", locale="ru")
    found["Babel, ru_RU"] = format_date(day, "w YYYY", locale="ru_RU")
    print(f"  {day}: {found}, by the standard {day.isocalendar().week}")
    seen[str(day)] = found["date-fns"], found["Babel, ru"]
    week, year = day.isocalendar().week, day.isocalendar().year
    if [found[who] for who in ("date-fns, ISO", "luxon", "dayjs")] != [week] * 3 or found["Babel, ru_RU"] != f"{week} {year}":
        sys.exit("the behaviour has changed")
expected = {
    "2025-10-15": ([42, 2025, 42], "42 2025"),
    "2026-10-15": ([42, 2026, 42], "42 2026"),
    "2026-12-27": ([52, 2026, 52], "52 2026"),
    "2026-12-28": ([1, 2027, 1], "1 2027"),
    "2027-01-04": ([2, 2027, 2], "2 2027"),
    "2027-10-15": ([42, 2027, 42], "42 2027"),
}
print(f"  days of a first week, by ICU: {answer['minimum']}")
sys.exit("the behaviour has changed" if seen != expected or answer["minimum"] != 4 else 0)
PYTHON
