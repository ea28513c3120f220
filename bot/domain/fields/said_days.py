"""Days as people say them: «до пятницы», «через неделю», «31 числа», «до конца ноября»; and what stands around one."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from bot.domain.text import OF_MONTHS

_AROUND = re.compile(r"^(?:до|ко?|на|по)\s+|\s+включительно\.?$")
_DAY = timedelta(days=1)

_RELATIVE = {"позавчера": -2, "вчера": -1, "сегодня": 0, "завтра": 1, "послезавтра": 2, "после завтра": 2}

_WEEKDAYS = (
    r"понедельник[ау]?|пн",
    r"вторник[ау]?|вт",
    r"сред[ауые]|ср",
    r"четверг[ау]?|чт",
    r"пятниц[ауые]|пт",
    r"суббот[ауые]|сб",
    r"воскресень[еяю]|вс",
)
_NAMED = "(?:" + "|".join(f"(?P<w{place}>{names})" for place, names in enumerate(_WEEKDAYS)) + r")\.?"
_WEEKDAY = re.compile(rf"(?:во?\s+)?(?:(?:эт[а-я]+|ближайш[а-я]+)\s+)?{_NAMED}")
# A date with its weekday, as the bot writes it itself: «9 октября, пятница».
_BEFORE_DATE = re.compile(rf"(?:во?\s+)?{_NAMED},?\s+(?=[0-9])")
_AFTER_DATE = re.compile(rf"(?<=\S)(?:,\s*|\s+)\(?{_NAMED}\)?$")

_COUNTS = ("один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять")
# «Через день» is tomorrow to some, and every second day to others.
_SPAN = (
    rf"(?:(?P<count>[0-9]{{1,3}}|две|одну|пару|{'|'.join(_COUNTS)})\s+(?:(?P<days>день|дн[яе]й?)|недел[юиь]|месяц[а-я]*)"
    r"|(?P<one>неделю|месяц))"
)
_LATER, _AGO = re.compile(rf"через\s+{_SPAN}"), re.compile(rf"{_SPAN}\s+назад")
_OF_MONTH = re.compile(
    r"(?P<day>[0-9]{1,2})(?:-?(?:го|ого|е|ое|му|ому))?\s+числ[оау]|(?P<short>[0-9]{1,2})-?(?:го|ого|е|ое)"
)
_END = re.compile(
    r"(?:в\s+)?кон(?:ец|ца|цу|це)\s+(?:этой\s+|этого\s+)?"
    rf"(?:(?P<week>(?:рабочей\s+)?недели)|(?P<month>месяца)|(?P<named>{'|'.join(OF_MONTHS)}))"
)

_MONTH = r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)[а-я]{0,5}\.?"
_YEAR = r"(?:\s[0-9]{4})?(?:\s?(?:года?|г)\.?)?"
_ONE = rf"[0-9]{{1,2}}(?:[./][0-9]{{1,2}}(?:[./](?:[0-9]{{4}}|[0-9]{{2}}))?|\s?{_MONTH})?{_YEAR}"
# «15-11» is hardly from the 15th to the 11th.
_SEVERAL = re.compile(
    rf"(?![0-9]+\s?-\s?[0-9]+$)(?:со?\s+)?{_ONE}(?:\s?-\s?|\s(?:по|до|и)\s|,\s){_ONE}(?:\s+включительно)?"
)


def bare(text: str) -> str:
    """What was said of a day without the words around it: «до 20 октября включительно»; the text is caseless."""
    return _AROUND.sub("", text.strip()).strip()


def apart(text: str) -> tuple[str, int | None]:
    """A date, and the weekday that stands beside it (0: Monday); None: none does."""
    found = _BEFORE_DATE.match(text) or _AFTER_DATE.search(text)
    if found is None:
        return text, None
    return text[: found.start()] + text[found.end() :], _weekday(found)


def meant(text: str, today: date, first: date, last: date) -> date | None:
    """The day that the words mean, as of `today`; None: they mean none, or one of two.

    A weekday or a number of a month is the next one, or the last one, whichever is `first` to `last`. Where neither is,
    it is the next one after today.
    """
    if text in _RELATIVE:
        return today + _RELATIVE[text] * _DAY
    if found := _LATER.fullmatch(text):
        return _away(found, today, 1)
    if found := _AGO.fullmatch(text):
        return _away(found, today, -1)
    if found := _WEEKDAY.fullmatch(text):
        weekday = _weekday(found)
        # Today has a word of its own.
        return _only(lambda day: day.weekday() == weekday, today, 1, first, last)
    if found := _OF_MONTH.fullmatch(text):
        number = int(found["day"] or found["short"])
        return _only(lambda day: day.day == number, today, 0, first, last)
    return None


def _weekday(found: re.Match[str]) -> int:
    return next(place for place in range(len(_WEEKDAYS)) if found[f"w{place}"])


def are_several(text: str) -> bool:
    """Whether it is more than one day: «с 1 по 30 ноября», «12.10 и 15.10»; the text is caseless, its dashes plain."""
    return _SEVERAL.fullmatch(text) is not None


def end(text: str, since: date) -> date | None:
    """The last day of the week, the month or the named month that ends on that day or later; None: none is said."""
    found = _END.fullmatch(bare(text.casefold()))
    if found is None:
        return None
    if found["week"]:
        return since + (6 - since.weekday()) * _DAY
    month = OF_MONTHS.index(found["named"]) + 1 if found["named"] else since.month
    year = since.year + (month < since.month)
    return date(year, month, monthrange(year, month)[1])


def _away(found: re.Match[str], today: date, way: int) -> date:
    """So long after today, or before it where the way is -1."""
    said = found["count"] or "1"
    count = int(said) if said.isdecimal() else {"две": 2, "пару": 2, "одну": 1}.get(said) or _COUNTS.index(said) + 1
    if found["days"]:
        return today + way * count * _DAY
    if "недел" in found[0]:
        return today + way * count * 7 * _DAY
    years, month = divmod(today.month - 1 + way * count, 12)
    year = today.year + years
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _only(fits: Callable[[date], bool], today: date, away: int, first: date, last: date) -> date | None:
    """The only day that fits, at least so many days `away` from today: ahead, or behind."""
    # Every number of a month is in two months that follow each other.
    reach = range(62)
    ahead = (max(today + away * _DAY, first) + days * _DAY for days in reach)
    behind = (min(today - away * _DAY, last) - days * _DAY for days in reach)
    nearest = {day for days in (ahead, behind) if (day := next(filter(fits, days), None)) and first <= day <= last}
    if len(nearest) == 1:
        return nearest.pop()
    return None if nearest else next(filter(fits, (today + days * _DAY for days in reach[away:])), None)
