#!/bin/sh
# aiogram-calendar 0.6.0: start_calendar() without arguments opens not at the present month but at that in which the program was
# started: the defaults of its arguments are the clock at import. A bot that runs since September asks in November for a day
# of September. set_dates_range(datetime.now(), ...) takes today off: a day is compared as its midnight, before now. Of a
# calendar in Russian the refusal is English as well. Year and month are to be told each time, and the range by midnights.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet aiogram_calendar==0.6.0 aiogram==3.31.0 time-machine==3.6.0
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import sys
from datetime import datetime
from importlib.metadata import version
from types import SimpleNamespace

import time_machine

STARTED, NOW = datetime(2026, 9, 15, 12), datetime(2026, 11, 27, 12)
with time_machine.travel(STARTED, tick=False):
    from aiogram_calendar import SimpleCalendar, SimpleCalendarCallback
    from aiogram_calendar.schemas import SimpleCalAct


async def opened(**when: int) -> str:
    rows = (await SimpleCalendar().start_calendar(**when)).inline_keyboard
    return f"{rows[1][1].text} {rows[0][1].text}"


async def today(least: datetime) -> tuple[bool, list[str]]:
    """Whether today is taken, and what the person who presses it is told."""
    told: list[str] = []

    async def answer(text: str, show_alert: bool) -> None:
        told.append(text)

    async def forget() -> None:
        pass

    query = SimpleNamespace(answer=answer, message=SimpleNamespace(delete_reply_markup=forget))
    calendar = SimpleCalendar()
    calendar.set_dates_range(least, datetime(2027, 1, 1))
    button = SimpleCalendarCallback(act=SimpleCalAct.day, year=NOW.year, month=NOW.month, day=NOW.day)
    return (await calendar.process_selection(query, button))[0], told


async def main() -> dict[str, object]:
    return {
        "opened without a month": await opened(),
        "opened with a month": await opened(year=NOW.year, month=NOW.month),
        "today, from now on": await today(NOW),
        "today, from midnight on": await today(NOW.replace(hour=0)),
    }


with time_machine.travel(NOW, tick=False):
    seen = asyncio.run(main())
print("aiogram-calendar", version("aiogram_calendar"), "started", STARTED, "now", NOW)
for what, how in seen.items():
    print(f"  {what}: {how}")
same = list(seen.values()) == [
    "Sep [2026]",
    "[Nov] [2026]",
    (False, ["The date have to be later 27/11/2026"]),
    (True, []),
]
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
