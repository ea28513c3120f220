"""Periods of reports as people type them."""

import re
from datetime import date, timedelta

from bot.domain.fields.marks import plain
from bot.domain.text import MONTHS, OF_MONTHS
from bot.domain.timing.schedule import YearDate

_DAYS = re.compile(r"\D*(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?(?!\d)\D+?(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?\D*")
# «1 сентября», «30 нояб. 2026», and «октябрь 2026» alone.
_NAMED_DAY = re.compile(r"(\d{1,2})\s?([а-я]{3,})\b\.?(?:\s(\d{4}))?", re.IGNORECASE)
_MONTH = r"([а-я]{3,})\.?(?: (\d{4})(?: ?г\w*\.?)?)?"
_NAMED_MONTH = re.compile(rf"(?:за |в )?{_MONTH}", re.IGNORECASE)
# «Сентябрь–ноябрь», «с сентября по май 2026».
_NAMED_MONTHS = re.compile(rf"(?:за |со? )?{_MONTH} ?(?:-|по|до) ?{_MONTH}", re.IGNORECASE)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
# «1–30 ноября», «с 1 по 30.11»: the month is said once.
_MONTH_ONCE = re.compile(r"(?<![\d.])(\d{1,2}) ?(-|по) ?(?=\d{1,2}((?:\.| ?[а-я]{3}).*))", re.IGNORECASE)
_YEARS = range(2000, 2101)


def typed_period(text: str, today: date, year_begins: YearDate) -> tuple[date, date] | None:
    """«01.09–30.11», «1 сентября 2026 — 30 ноября», «октябрь»: first and last day; None if it is no period.

    What has no year belongs to the present school year.
    """
    begins = year_begins.latest(today)
    said = _ISO.sub(r"\3.\2.\1", plain(" ".join(text.split())))
    if found := _NAMED_MONTH.fullmatch(said):
        return _of_months(found[1], found[2], found[1], found[2], begins)
    if found := _NAMED_MONTHS.fullmatch(said):
        return _of_months(found[1], found[2], found[3], found[4], begins)
    said = _MONTH_ONCE.sub(r"\1\3 \2 ", said)
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


def _of_months(first: str, year: str | None, last: str, its_year: str | None, begins: date) -> tuple[date, date] | None:
    """From the first day of one month to the last day of the other; None if they are none, or in another order."""
    months = _month(first), _month(last)
    if not all(months):
        return None
    ends = int(its_year) if its_year else begins.year + (_ends(begins.year, months[1]) < begins)
    if year or its_year:
        # The year is said once.
        starts = int(year) if year else ends - (months[0] > months[1])
        ends = ends if its_year else starts + (months[0] > months[1])
    else:
        starts = begins.year + (_ends(begins.year, months[0]) < begins)
    if not {starts, ends} <= {*_YEARS}:
        return None
    return _within(date(starts, months[0], 1), _ends(ends, months[1]))


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
