"""What people type, read as a value: days, links, options; numbers are in `numbers`.

Each reader takes cleaned text, and raises Misfit and nothing else.
"""

import re
from datetime import date, timedelta
from urllib.parse import urlsplit

from bot.domain.fields import said_days
from bot.domain.fields.days import FIRST_DAY, bounds
from bot.domain.fields.field import Field, When
from bot.domain.fields.marks import fold, fold_signs, plain
from bot.domain.fields.misfit import Misfit, MisfitReason
from bot.domain.text import MONTHS, OF_MONTHS

# Characters, the scheme included; longer links are tracking, and spoil a spreadsheet's cell.
LINK_LENGTH = 500


# Dates


# Of a day without a year: its own year is meant.
_CLOSE = timedelta(days=60)

_YEAR_WORD = r"(?:\s?(?:года?|г)\.?)?"
_DATE_FORMATS = tuple(
    re.compile(pattern + _YEAR_WORD + r"\.?")
    for pattern in (
        r"(?P<year>[0-9]{4})[-./](?P<month>[0-9]{1,2})[-./](?P<day>[0-9]{1,2})",
        r"(?P<day>[0-9]{1,2})\s?[./,-]\s?(?P<month>[0-9]{1,2})\s?[./,-]\s?(?P<year>[0-9]{4}|[0-9]{2})",
        r"(?P<day>[0-9]{1,2}) (?P<month>[0-9]{1,2}) (?P<year>[0-9]{4})",
        r"(?P<day>[0-9]{1,2}) (?P<month>0[1-9]|1[0-2])(?P<year>)",
        r"(?P<day>[0-9]{1,2})[./]\s?(?P<month>[0-9]{1,2})(?P<year>)",
        r"(?P<day>[0-9]{1,2})(?:-?(?:ого|го|ое|е))?\s?(?P<month>[а-я]{3,8})\.?,?\s?(?P<year>[0-9]{4}|[0-9]{2}|)",
    )
)
# «Приказ от 01.09.2026»; «с» and «до» say of what it is the beginning or the end, which may not be asked.
_OF = re.compile(r"^от\s")


def day(field: Field, text: str, today: date) -> str:
    """A date in ISO format, within the field's bounds."""
    text = _OF.sub("", plain(text).casefold())
    first, last = within = bounds(field, today)
    day = said_days.meant(text.rstrip("."), today, first, last) or _written(field, text, today, within)
    match field.when:
        case When.PAST if day > today:
            raise Misfit(MisfitReason.TO_COME, field)
        case When.FUTURE if day < today:
            raise Misfit(MisfitReason.PASSED, field)
        case When.PAST | When.FUTURE | When.ANY:
            pass
    if day < first:
        raise Misfit(MisfitReason.BEFORE_EARLIEST, field)
    if day > last:
        raise Misfit(MisfitReason.AFTER_LATEST, field)
    return day.isoformat()


def _written(field: Field, text: str, today: date, within: tuple[date, date]) -> date:
    """A date in digits, or with the name of its month; a weekday beside it is to be the right one."""
    text, weekday = said_days.apart(text)
    if weekday is not None and (day := said_days.meant(text, today, *within)) is not None:
        return _checked(field, day, weekday)
    match = next(filter(None, (pattern.fullmatch(text) for pattern in _DATE_FORMATS)), None)
    month = _month(match["month"]) if match else None
    if said_days.are_several(text):
        raise Misfit(MisfitReason.SEVERAL_DAYS, field)
    if match is None or month is None:
        raise Misfit(MisfitReason.UNREADABLE, field)
    return _checked(field, _calendar_day(match["year"], month, int(match["day"]), today, within), weekday)


def _checked(field: Field, day: date | None, weekday: int | None) -> date:
    """The day, if there is one and it is that weekday. Raises Misfit."""
    if day is None or weekday not in (None, day.weekday()):
        raise Misfit(MisfitReason.NO_SUCH_DATE, field)
    return day


def _month(text: str) -> int | None:
    """1 to 12 for a name or its beginning; a number as it stands, which may be no month; None for no name."""
    if text.isdecimal():
        return int(text)
    names = enumerate(zip(MONTHS, OF_MONTHS, strict=True), start=1)
    return next((number for number, forms in names if any(form.startswith(text) for form in forms)), None)


def _calendar_day(year: str, month: int, day: int, today: date, within: tuple[date, date]) -> date | None:
    """That day; without a year the nearest to `today`, of two the past one.

    Where that is far and not `within` what the field takes, the nearest that is: in October «15 мая» is planned for the
    next year. Where it is close to today it is meant, and refused.
    """
    if year:
        number = int(year)
        if len(year) == 2:
            number += 1900 if number >= FIRST_DAY.year % 100 else 2000
        return _day_of(number, month, day)
    # 29 February may be four years away, eight around 2100.
    near = list(filter(None, (_day_of(number, month, day) for number in range(today.year - 8, today.year + 9))))
    near.sort(key=lambda each: abs((each - today).days))
    if not near or abs(near[0] - today) <= _CLOSE:
        return near[0] if near else None
    return next((each for each in near if within[0] <= each <= within[1]), near[0])


def _day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# Words


def words(field: Field, text: str, _today: date) -> str:
    """Any text that is not too long."""
    if len(text) > field.max_length:
        raise Misfit(MisfitReason.TOO_LONG, field)
    return text


_HOST = re.compile(r"(?!-)(?:[\w-]{1,63}(?<!-)\.(?!-))+(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{1,59})\.?", re.IGNORECASE)
_NOT_IN_LINK = re.compile(r"[\s<>\"\\^`{|}]")
# «отчёт.docx» is a file that the person has, not an address.
_FILE_NAME = re.compile(r"[^/]+\.(?:docx?|xlsx?|pptx?|pdf|odt|ods|rtf|txt|csv|jpe?g|png|zip|rar|7z)", re.IGNORECASE)


def link(field: Field, text: str, _today: date) -> str:
    """A whole address of the web; the scheme may be left out."""
    text = text.rstrip(".,;!")
    scheme, separator, rest = text.partition("://")
    if not separator or "/" in scheme or "?" in scheme:
        scheme, rest = "https", text
    if scheme.lower() not in ("http", "https") or _NOT_IN_LINK.search(rest):
        raise Misfit(MisfitReason.UNREADABLE, field)
    link = f"{scheme.lower()}://{rest}"
    if len(link) > min(LINK_LENGTH, field.max_length):
        raise Misfit(MisfitReason.TOO_LONG, field)
    try:
        parts = urlsplit(link)
        # Reading the port checks it.
        well_formed = bool(_HOST.fullmatch(parts.hostname or "")) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        well_formed = False
    if not well_formed or (not separator and _FILE_NAME.fullmatch(text)):
        raise Misfit(MisfitReason.UNREADABLE, field)
    return link


# So many characters at least say which option they begin.
_PLAIN_BEGINNING = 3


def _option(options: dict[str, str], text: str) -> str | None:
    """The option of that text, or the only one that begins with it; `options` by folded text."""
    wanted = fold(text)
    if wanted in options:
        return options[wanted]
    # «1» could be the first option as well as the beginning of «10 и более», and «в» or «не» is the beginning of much.
    if wanted.isdecimal() or (len(wanted) < _PLAIN_BEGINNING and wanted not in _YES):
        return None
    beginning = [option for each, option in options.items() if each.startswith(wanted)]
    return beginning[0] if len(beginning) == 1 else None


def choice(field: Field, text: str, _today: date) -> str:
    """One of the field's options."""
    if text in field.options:
        return text
    option = _option({fold(each): each for each in field.options}, text)
    if option is None:
        raise Misfit(MisfitReason.UNREADABLE, field)
    return option


_ALL = frozenset({"все", "все перечисленное", "все варианты", "все сразу"})
_BETWEEN_OPTIONS = re.compile(r"(,|\sи\s)", re.IGNORECASE)


def multi_choice(field: Field, text: str, _today: date) -> list[str]:
    """The named options in the field's order. An option may itself contain commas, and «и»."""
    options = {fold(each): each for each in field.options}
    if fold(text) in _ALL and not any(each.startswith("все") for each in options):
        return list(field.options)
    longest = 1 + max((len(_BETWEEN_OPTIONS.findall(option)) for option in options), default=0)
    chosen: set[str] = set()
    for line in re.split(r"[\n;]", text):
        pieces = _BETWEEN_OPTIONS.split(line)
        # Each with what stands before it.
        parts = [part for part in zip(["", *pieces[1::2]], pieces[::2], strict=True) if fold(part[1])]
        position = 0
        while position < len(parts):
            for length in range(longest, 0, -1):
                named = "".join(sign + part for sign, part in parts[position : position + length])
                option = _option(options, named.removeprefix(parts[position][0]))
                if option is not None:
                    break
            else:
                raise Misfit(MisfitReason.UNREADABLE, field)
            chosen.add(option)
            position += length
    if not chosen:
        raise Misfit(MisfitReason.EMPTY, field)
    return [option for option in field.options if option in chosen]


_YES = frozenset({
    "да", "есть", "имеется", "имеются", "+", "v", "✓", "✔", "√", "yes", "y", "верно", "ага", "угу", "конечно",
    "да конечно", "конечно да", "разумеется", "так точно",
})  # fmt: skip
_NO = frozenset({
    "нет", "-", "no", "n", "отсутствует", "отсутствуют", "не имеется", "не имеются", "нету", "неа", "нет конечно",
    "конечно нет", "пока нет", "нет пока", "еще нет", "нет еще", "пока еще нет",
})  # fmt: skip


def yes_no(field: Field, text: str, _today: date) -> bool:
    """Yes or no, in the words that people use."""
    words = [word.strip() for word in fold_signs(text).split(",")]
    for said, answer in ((_YES, True), (_NO, False)):
        # «Нет, конечно» is a no, whatever its words are by themselves.
        if " ".join(words) in said or all(word in said for word in words):
            return answer
    raise Misfit(MisfitReason.UNREADABLE, field)
