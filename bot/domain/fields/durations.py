"""How long, as people say it: «ещё неделю», «на 3 рабочих дня», «недели на две», «+ неделя», «10 дн.»."""

import re
from dataclasses import dataclass
from math import ceil

from bot.domain.fields.marks import fold

_COUNTS = {
    "один": 1, "одну": 1, "полтора": 1.5, "полторы": 1.5, "пару": 2, "два": 2, "две": 2, "три": 3, "четыре": 4,
    "пять": 5, "шесть": 6, "семь": 7, "восемь": 8, "девять": 9, "десять": 10, "четырнадцать": 14,
    "двадцать восемь": 28,
}  # fmt: skip
_COUNT = rf"(?P<count>[0-9]{{1,3}}|{'|'.join(_COUNTS)})"
_UNIT = (
    r"(?P<unit>(?:(?P<work>рабочи[йхе]+|раб\.?)\s+|(?:календарны[йхе]+|кал\.?)\s+)?"
    r"(?:день|денек|денька|дня|дней|дн\.?|сутки|суток)"
    r"|(?P<weeks>недел[яюьи]|недельк[ауи]|нед\.?)|(?P<months>месяц(?:а|ев)?|мес\.?))"
)
_DURATIONS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:{_COUNT}(?:\s+|(?<=[0-9])))?{_UNIT}",
        # «Дней на десять», «недели две».
        rf"{_UNIT}\s+(?:на\s+)?{_COUNT}",
        rf"(?P<count>пол)\s?{_UNIT}",
    )
)
# What stands around the time, or the day, that is asked for.
_BEFORE = re.compile(
    r"(?:(?:\+|(?:дайте|дать|давайте|прошу|просим|просьба|нужн[аоы]|надо|если можно|можно|хотя бы|продлите|продлить"
    r"|перенесите|перенести|отложите|отложить|еще|плюс|срок(?:ом)?|нам|мне)\b),?\s*)+"
)
_AFTER = re.compile(r"(?:,?\s+(?:пожалуйста|если можно|можно|позже))?[\s?]*$")
# Of a month that is said without a date nobody counts the days.
_WEEK, _MONTH = 7, 30


@dataclass(frozen=True, slots=True)
class Duration:
    """So many days; `is_work`: of work."""

    days: int
    is_work: bool = False


def asked_for(text: str) -> str:
    """What is asked for without the words of asking, folded: «до пятницы» of «Можно до пятницы?»."""
    said = _AFTER.sub("", fold(text))
    found = _BEFORE.match(said)
    return said[found.end() :] if found else said


def duration(text: str) -> Duration | None:
    """How long the words say; None: they say that of no time, or more."""
    said = asked_for(asked_for(text).removeprefix("на "))
    found = next(filter(None, (pattern.fullmatch(said) for pattern in _DURATIONS)), None)
    if found is None:
        return None
    count = found["count"] or "1"
    times = int(count) if count.isdecimal() else 0.5 if count == "пол" else _COUNTS[count]
    each = _WEEK if found["weeks"] else _MONTH if found["months"] else 1
    return Duration(ceil(times * each), found["work"] is not None)
