"""What people type, read as a value: numbers, days, links, options.

Each reader takes cleaned text, and raises Misfit and nothing else.
"""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from bot.domain.fields import labels, said_days
from bot.domain.fields.days import FIRST_DAY, bounds
from bot.domain.fields.field import Field, When
from bot.domain.fields.misfit import Misfit, MisfitReason
from bot.domain.spelling import spelled
from bot.domain.text import MONTHS, OF_MONTHS, folded

# Characters, the scheme included; longer links are tracking, and spoil a spreadsheet's cell.
LINK_LENGTH = 500
# Digits before and after the decimal point. Fifteen survive Excel and JavaScript, which count in doubles.
WHOLE_DIGITS = 15
FRACTION_DIGITS = 10


# Numbers


_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"), "-")
_SIGNS = _DASHES | {ord("\uff0b"): "+", ord("\uff0e"): ".", ord("\uff0c"): ","}

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9])|[0-9]+)(?:[.,](?P<fraction>[0-9]+))?"
)
# 1.250.000 and 1,250.75
_SEVERAL_SEPARATORS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:[.,][0-9]{3})+[.,][0-9]+(?![0-9.,])")
# The exponent of «м2», «км2», which a phone cannot raise.
_METRES = re.compile(r"(?<=м)[23](?!\w)")
# Words that make it another number than its digits say. Those of the second group may be the field's unit.
_ALTERING = re.compile(
    r"(?<![а-яё])(?:минус|половин|полтор|дюжин|сот(?:ня|ни|ен)\b|десят(?:ок|к)|(тыс|млн|миллион|млрд|миллиард|трлн))"
    r"|(?<=[0-9])\s?[кk]\b",
    re.IGNORECASE,
)
# «1 сентября» is a day, and no 1.
_DAY_OF_MONTH = re.compile(rf"[0-9](?:-?го)?\s?(?:{'|'.join(OF_MONTHS)})\b", re.IGNORECASE)
# «Более 20» is any number but 20; «20+» and «> 20» are the same.
_BOUND = re.compile(r"(?:\b(?:более|больше|свыше|менее|меньше|до|от)(?: чем)?|[<>≤≥])\s?\Z", re.IGNORECASE)
# «12о», «1l»: a letter typed for a digit.
_LOOKALIKE = re.compile(r"[oоlI](?!\w)", re.IGNORECASE)


# What is measured, how many of the smallest unit, and how people write it; a word of theirs goes on after the stem.
_MEASURES = (
    ("percent", 1, r"%|проц(?:ент\w*)?\b"),
    ("money", 100, r"₽|руб\w*|р\b|ru[br]\b"),
    ("money", 1, r"коп(?:е\w*)?\b"),
    ("people", 1, r"чел(?:овек\w*)?\b"),
    ("area", 1, r"кв\.?\s?м(?:етр\w*)?\b|м²|м2\b"),
    ("area", 10_000, r"га\b|гектар\w*"),
    ("time", 1, r"мин(?:ут\w*)?\b"),
    ("time", 60, r"час\w*|ч\b"),
    ("time", 1440, r"дн(?:ей|я|и)?\b|день\b|сут(?:ки|ок)?\b"),
    ("time", 10_080, r"нед(?:ел\w*)?\b"),
    ("time", 43_200, r"мес(?:яц\w*)?\b"),
    ("time", 525_600, r"год(?:а|у|ов)?\b|лет\b"),
    ("length", 1000, r"м(?:етр\w*)?\b"),
    ("length", 1_000_000, r"км\b|километр\w*"),
    ("length", 10, r"см\b"),
    ("mass", 1, r"кг\b|килограмм\w*"),
    ("mass", 1000, r"тонн\w*"),
)
_MEASURE = re.compile("|".join(f"(?P<m{place}>{stem})" for place, (_, _, stem) in enumerate(_MEASURES)))
_SCALE = re.compile(r"(?:(тыс\w*|т(?=\.?\s?р))|(млн|миллион\w*)|(млрд|миллиард\w*))?[.\s]*")
_SCALES = (1000, 10**6, 10**9)
# Those that may stand before the number too: «руб. 1500»; but «за год 12» says nothing of a unit.
_BEFORE = ("money", "percent")


def _measured(words: str) -> tuple[str, int] | None:
    """What the words measure, if they begin with a unit that is known."""
    words = words.casefold().lstrip(" .:,()-\n")
    scale = _SCALE.match(words)
    unit = _MEASURE.match(words, scale.end() if scale else 0)
    if unit is None or unit.lastgroup is None:
        return None
    measure, size, _ = _MEASURES[int(unit.lastgroup[1:])]
    grown = scale.lastindex if scale else None
    return measure, size * (_SCALES[grown - 1] if grown else 1)


def _contradicts(field: Field, before: str, after: str) -> bool:
    """Whether the words beside a number are another unit than the field's."""
    if not field.unit:
        return False
    said = _measured(after)
    if said is None:
        words = before.split()
        said = _measured(words[-1]) if words else None
        if said is None or said[0] not in _BEFORE:
            return False
    asked = _measured(field.unit)
    # «12 чел.» are pupils, places or whatever else is counted.
    return said != asked and not (asked is None and said[0] == "people")


_NONE = (
    r"нет|нету|не бы(?:л[оаи]?|вает)|никто|никого|ничего|нисколько|ни (?:одного|одной|одна|один)|отсутству(?:ет|ют)"
    r"|не (?:име|провод|провед|участв|прин|выявл|поступ|план|созда|вед|вел|орган|регистр|зарегистр|состо|открыт)[а-я]*"
)
_FEW_WORDS = r"(?:[,-]? [а-я]+)"
_NOTHING = re.compile(rf"-+|ноль|нуль|(?:[а-я]+ ){{0,3}}(?:{_NONE}){_FEW_WORDS}{{0,3}}")
# «Нет данных» is no number at all, «нет изменений» the last one.
_NOT_NOTHING = re.compile(r"\b(?:данны|сведени|информаци|ответ|времен|возможност|связ|интернет|доступ|измен|понятн)")


def means_nothing(text: str) -> bool:
    """Whether the words may mean the number 0: «нет», «участников не было», a dash."""
    said = _fold(text).translate(_SIGNS)
    return bool(_NOTHING.fullmatch(said)) and not _NOT_NOTHING.search(said)


def _plain_digits(text: str) -> str:
    """Dashes, signs and the digits of any script as in ASCII."""
    text = text.translate(_SIGNS)
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(each)) if each.isdecimal() else each for each in text)


def _number(field: Field, text: str) -> tuple[str, str, str, bool]:
    """Sign ("" or "-"), digits before and after the point, and whether the first were grouped by spaces."""
    text = _METRES.sub(lambda found: "²³"[int(found[0]) - 2], _plain_digits(text))
    if _SEVERAL_SEPARATORS.search(text):
        raise Misfit(MisfitReason.AMBIGUOUS, field)
    if labels.is_sentence(text, field):
        raise Misfit(MisfitReason.UNREADABLE, field)
    matches = list(_NUMBER.finditer(text))
    if len(matches) > 1:
        raise Misfit(MisfitReason.SEVERAL_NUMBERS, field)
    if not matches or not _is_plain(text[: matches[0].start()], matches[0]["sign"], text[matches[0].end() :]):
        raise Misfit(MisfitReason.UNREADABLE, field)
    for word in _ALTERING.finditer(text):
        # Where no unit is declared, nothing says that «тыс. руб.» is not it.
        if not word[1] or (field.unit and word[1].casefold() not in field.unit.casefold()):
            raise Misfit(MisfitReason.AMBIGUOUS, field)
    before, after = text[: matches[0].start()], text[matches[0].end() :]
    if _DAY_OF_MONTH.search(text) or _BOUND.search(before) or after.startswith("+"):
        raise Misfit(MisfitReason.AMBIGUOUS, field)
    if _contradicts(field, before, after):
        raise Misfit(MisfitReason.OTHER_UNIT, field)
    grouped = " " in matches[0]["whole"]
    whole = matches[0]["whole"].replace(" ", "").lstrip("0") or "0"
    sign = "-" if matches[0]["sign"] == "-" else ""
    if len(whole) > WHOLE_DIGITS:
        raise Misfit(MisfitReason.BELOW if sign else MisfitReason.ABOVE, field)
    return sign, whole, matches[0]["fraction"] or "", grouped


def _is_plain(before: str, sign: str, after: str) -> bool:
    """Whether what stands around a number leaves it what it is."""
    last = before[-1:]
    if sign:
        beside = bool(last) and not last.isspace()
    else:
        # «,5» is no 5, and whether «- 5» is negative only the writer knows.
        beside = last in (".", ",", "+", "-", "'", "_") and bool(last)
        beside = beside or last.isalpha() or before.strip() in ("-", "+")
    if beside or _LOOKALIKE.match(after):
        return False
    # ½ and Ⅻ are numerals too; the ² of м² is part of a word.
    around = f"{before} {after}"
    return not any(
        unicodedata.category(character) in ("No", "Nl")
        and not (character in "²³" and around[index - 1 : index].isalpha())
        for index, character in enumerate(around)
    )


def whole(field: Field, text: str, _today: date) -> int:
    """A whole number, within the field's bounds."""
    sign, whole, fraction, grouped = _number(field, text)
    if len(fraction) == 3 and len(whole) <= 3 and whole != "0" and not grouped:
        raise Misfit(MisfitReason.AMBIGUOUS, field)
    if fraction.strip("0"):
        raise Misfit(MisfitReason.NOT_WHOLE, field)
    value = int(sign + whole)
    _check_bounds(field, Decimal(value))
    return value


def decimal(field: Field, text: str, _today: date) -> str:
    """A number as digits with a point, within the field's bounds."""
    sign, whole, fraction, _ = _number(field, text)
    fraction = fraction.rstrip("0")
    if len(fraction) > FRACTION_DIGITS:
        raise Misfit(MisfitReason.TOO_PRECISE, field)
    digits = f"{whole}.{fraction}" if fraction else whole
    value = digits if digits == "0" else sign + digits
    _check_bounds(field, Decimal(value))
    return value


def _check_bounds(field: Field, value: Decimal) -> None:
    if field.min is not None and value < field.min:
        raise Misfit(MisfitReason.BELOW, field)
    if field.max is not None and value > field.max:
        raise Misfit(MisfitReason.ABOVE, field)


# Dates


# Of a day without a year: its own year is meant.
_CLOSE = timedelta(days=60)

_YEAR_WORD = r"(?:\s?(?:года?|г)\.?)?"
_DATE_FORMATS = tuple(
    re.compile(pattern + _YEAR_WORD + r"\.?")
    for pattern in (
        r"(?P<year>[0-9]{4})[-./](?P<month>[0-9]{1,2})[-./](?P<day>[0-9]{1,2})",
        r"(?P<day>[0-9]{1,2})[./,-]\s?(?P<month>[0-9]{1,2})[./,-]\s?(?P<year>[0-9]{4}|[0-9]{2})",
        r"(?P<day>[0-9]{1,2}) (?P<month>[0-9]{1,2}) (?P<year>[0-9]{4})",
        r"(?P<day>[0-9]{1,2})[./]\s?(?P<month>[0-9]{1,2})(?P<year>)",
        r"(?P<day>[0-9]{1,2})(?:-?(?:ого|го|ое|е))?\s?(?P<month>[а-я]{3,8})\.?,?\s?(?P<year>[0-9]{4}|[0-9]{2}|)",
    )
)
# «Приказ от 01.09.2026»; «с» and «до» say of what it is the beginning or the end, which may not be asked.
_OF = re.compile(r"^от\s")


def day(field: Field, text: str, today: date) -> str:
    """A date in ISO format, within the field's bounds."""
    text = _OF.sub("", _plain_digits(text).casefold())
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


def _fold(text: str) -> str:
    """For comparing what people type: case, ё, kinds of dashes, quotes, spaces, a last full stop aside.

    Nor does a Latin letter in a Cyrillic word count, which nobody sees: «нeт».
    """
    text = folded(spelled(text).translate(_DASHES))
    words = re.sub('[«»„“”"]', "", text).replace(",", ", ").split()
    return " ".join(words).replace(" ,", ",").rstrip(" .!;,")


def _option(options: dict[str, str], text: str) -> str | None:
    """The option of that text, or the only one that begins with it; `options` by folded text."""
    wanted = _fold(text)
    if wanted in options:
        return options[wanted]
    # «1» could be the first option as well as the beginning of «10 и более».
    if not wanted or wanted.isdecimal():
        return None
    beginning = [option for each, option in options.items() if each.startswith(wanted)]
    return beginning[0] if len(beginning) == 1 else None


def choice(field: Field, text: str, _today: date) -> str:
    """One of the field's options."""
    if text in field.options:
        return text
    option = _option({_fold(each): each for each in field.options}, text)
    if option is None:
        raise Misfit(MisfitReason.UNREADABLE, field)
    return option


_BETWEEN_OPTIONS = re.compile(r"(,|\sи\s)", re.IGNORECASE)


def multi_choice(field: Field, text: str, _today: date) -> list[str]:
    """The named options in the field's order. An option may itself contain commas, and «и»."""
    options = {_fold(each): each for each in field.options}
    longest = 1 + max((len(_BETWEEN_OPTIONS.findall(option)) for option in options), default=0)
    chosen: set[str] = set()
    for line in re.split(r"[\n;]", text):
        pieces = _BETWEEN_OPTIONS.split(line)
        # Each with what stands before it.
        parts = [part for part in zip(["", *pieces[1::2]], pieces[::2], strict=True) if _fold(part[1])]
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


_YES = frozenset({"да", "есть", "имеется", "имеются", "+", "v", "✓", "✔", "√", "yes", "y", "верно"})
_NO = frozenset({"нет", "-", "no", "n", "отсутствует", "отсутствуют", "не имеется", "не имеются", "нету"})


def yes_no(field: Field, text: str, _today: date) -> bool:
    """Yes or no, in the words that people use."""
    words = [word.strip() for word in _fold(text).translate(_SIGNS).split(",")]
    if all(word in _YES for word in words):
        return True
    if all(word in _NO for word in words):
        return False
    raise Misfit(MisfitReason.UNREADABLE, field)
