#!/bin/sh
# Loguru 0.7.3: add("bot.log", retention="7 days") throws old files away, and not only its own: whatever is called bot.*.log or bot.log.* in that folder.
# The log of another service beside it, bot.max.log, the errors that the same program writes to bot.errors.log, a copy that somebody has made,
# bot.audit.2026-09.log.gz, and a table bot.log.xlsx go with them once they are seven days old, or, with retention=5, as soon as five are
# newer. Without rotation it is so as well, when the program ends or is started anew: retention=1 leaves bot.log alone. What another
# sink still writes is gone from the folder, and written on into nothing. A hyphen in place of the point, bot-max.log, is safe, and so is a
# folder for each. TimedRotatingFileHandler of Python's own logging keeps to the names that it has made. Nothing is said.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet loguru==0.7.3
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import logging.handlers
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

from loguru import logger

NEIGHBOURS = ["bot.max.log", "bot.audit.2026-09.log.gz", "bot.log.xlsx", "bot-max.log", "robot.log"]
MONTH = 30 * 86400


def laid(name: str) -> Path:
    """A folder with files of others, a month old."""
    place = Path(sys.argv[1]) / name
    place.mkdir()
    for neighbour in NEIGHBOURS:
        (place / neighbour).write_text("kept\n")
        os.utime(place / neighbour, (time.time() - MONTH,) * 2)
    return place


def left(place: Path) -> list[str]:
    return [neighbour for neighbour in [*NEIGHBOURS, "bot.errors.log", "bot.log"] if (place / neighbour).exists()]


logger.remove()
print(f"loguru {version('loguru')}")
seen = {}

place = laid("days")
sink = logger.add(place / "bot.log", rotation="200 B", retention="7 days")
for number in range(5):
    logger.info(f"Школа № {number} ответила на запрос о численности")
logger.remove(sink)
seen["7 days"] = left(place)

place = laid("one")
errors = logger.add(place / "bot.errors.log", level="ERROR")
sink = logger.add(place / "bot.log", retention=1)
logger.error("Школа № 5 не ответила")
time.sleep(0.1)
logger.info("Школа № 7 ответила")
logger.remove(sink)
logger.error("Школа № 6 не ответила")
logger.remove(errors)
seen["1, with errors of its own"] = left(place)

place = laid("logging")
handler = logging.handlers.TimedRotatingFileHandler(place / "bot.log", when="S", backupCount=1)
record = logging.makeLogRecord({"msg": "Школа № 5 ответила"})
for _ in range(3):
    handler.emit(record)
    handler.doRollover()
    time.sleep(1.1)
handler.close()
seen["logging"] = left(place)

for what, names in seen.items():
    print(f"  {what}: there is still {names}")
expected = {
    "7 days": ["bot-max.log", "robot.log", "bot.log"],
    "1, with errors of its own": ["bot-max.log", "robot.log", "bot.log"],
    "logging": [*NEIGHBOURS, "bot.log"],
}
sys.exit("the behaviour has changed" if seen != expected else 0)
PYTHON
