"""How long, as people say it: «ещё неделю», «на 3 рабочих дня», «2 недели, пожалуйста»."""

import re
from dataclasses import dataclass

from bot.domain.fields.marks import fold

_COUNTS = {
    "один": 1, "одну": 1, "пару": 2, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7,
    "восемь": 8, "девять": 9, "десять": 10,
}  # fmt: skip
_BEFORE = r"дайте|дать|прошу|просим|нужн[аоы]|надо|можно|хотя бы|продлите|продлить|перенесите|перенести|еще|на|срок|нам"
_DURATION = re.compile(
    rf"(?:(?:{_BEFORE})\s+)*(?:(?P<count>[0-9]{{1,3}}|{'|'.join(_COUNTS)})\s+)?"
    r"(?:(?:(?P<work>рабочи[йхе]+)\s+|календарны[йхе]+\s+)?(?:день|дня|дней|денька)"
    r"|(?P<weeks>недел[яюьи]|недельк[ауи])|(?P<months>месяц(?:а|ев)?))"
    r"(?:,?\s+пожалуйста)?"
)
# Of a month that is said without a date nobody counts the days.
_MONTH = 30


@dataclass(frozen=True, slots=True)
class Duration:
    """So many days; `is_work`: of work."""

    days: int
    is_work: bool = False


def duration(text: str) -> Duration | None:
    """How long the words say; None: they say that of no time, or more."""
    found = _DURATION.fullmatch(fold(text))
    if found is None:
        return None
    said = found["count"] or "1"
    count = int(said) if said.isdecimal() else _COUNTS[said]
    each = 7 if found["weeks"] else _MONTH if found["months"] else 1
    return Duration(count * each, found["work"] is not None)
