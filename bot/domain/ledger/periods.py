"""Periods of reports as people type them."""

import re
from datetime import date, timedelta

from bot.domain.text import MONTHS, OF_MONTHS
from bot.domain.timing.schedule import YearDate

_DAYS = re.compile(r"\D*(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?(?!\d)\D+?(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?\D*")
# «1 сентября», «30 нояб. 2026», and «октябрь 2026» alone.
_NAMED_DAY = re.compile(r"(\d{1,2})\s?([а-я]{3,})\b\.?(?:\s(\d{4}))?", re.IGNORECASE)
_NAMED_MONTH = re.compile(r"(?:за |в )?([а-я]{3,})\.?(?: (\d{4})(?: ?г\w*\.?)?)?", re.IGNORECASE)
_YEARS = range(2000, 2101)


def typed_period(text: str, today: date, year_begins: YearDate) -> tuple[date, date] | None:
    """«01.09–30.11», «1 сентября 2026 — 30 ноября», «октябрь»: first and last day; None if it is no period.

    What has no year belongs to the present school year.
    """
    begins = year_begins.latest(today)
    said = " ".join(text.split())
    if (found := _NAMED_MONTH.fullmatch(said)) and (named_month := _month(found[1])):
        named = int(found[2]) if found[2] else begins.year + (_ends(begins.year, named_month) < begins)
        return (date(named, named_month, 1), _ends(named, named_month)) if named in _YEARS else None
    typed = _DAYS.fullmatch(_NAMED_DAY.sub(_by_number, said))
    if typed is None:
        return None
    parts = typed.groups()
    days = []
    for day, month, year in (parts[:3], parts[3:]):
        try:
            dated = date(_year(year) if year else begins.year, int(month), int(day))
            days.append(dated if year or dated >= begins else dated.replace(year=begins.year + 1))
        except ValueError:
            return None
    return _within(*days)


def _within(first: date, last: date) -> tuple[date, date] | None:
    return (first, last) if first <= last and {first.year, last.year} <= {*_YEARS} else None


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _ends(year: int, month: int) -> date:
    """The last day of the month."""
    return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _month(word: str) -> int:
    """1 to 12 for a name, or its beginning of three letters or more; 0 for no name."""
    # «Октябрь», «октября», «в октябре».
    names = enumerate(((each, of, f"{of[:-1]}е") for each, of in zip(MONTHS, OF_MONTHS, strict=True)), start=1)
    return next((number for number, forms in names if any(each.startswith(word.casefold()) for each in forms)), 0)


def _by_number(found: re.Match[str]) -> str:
    month = _month(found[2])
    return f"{found[1]}.{month}{f'.{found[3]}' if found[3] else ''}" if month else found[0]
