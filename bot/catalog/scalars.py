"""What may stand in one place of a file, and how long it may be: texts, numbers, days, audiences, conditions.

What needs a look at a second place is in `rules`. Every message is a sentence for the person who edits the file.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from annotated_types import Ge, Le
from pydantic import BeforeValidator, Strict

from bot.catalog.faults import did_you_mean, one_of, unknown
from bot.domain.directives.directive import AudiencePart
from bot.domain.fields.field import Check, Condition
from bot.domain.text import INVISIBLE, LABEL, TITLE, units
from bot.domain.timing.schedule import YearDate

PERIOD_TITLE = 60
# What is said where a check does not hold stands above the answer that it is about.
CHECK_MESSAGE = 200
YEAR = 366

WEEKDAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
LAST_WORKING_DAY = "last-working-day"

_ID = re.compile(r"[a-z0-9_-]{1,40}")
_WORD = re.compile(r"[\w -]{1,40}")
_YEAR_DATE = re.compile(r"([0-9]{2})-([0-9]{2})")
_DATE = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_PLACEHOLDER = re.compile(r"[{}][^{}]*[{}]?")
_CONTROL = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff{INVISIBLE}]")
_SOFT_BREAK = re.compile(r" *[\v\f] *")
# Editors curl what is typed as "quotes"; to YAML these are letters, and a comma between them parts a list.
_CURLED, _UNCLOSED = re.compile("[«»“”„‟]"), re.compile('[“„‟][^“”„‟»"]*')

_AUDIENCE = "нужен тип организаций, при желании с метками: тип, тип:метка или тип:метка+метка"
_AUDIENCE_THERE = (
    "нужен тип организаций, при желании с метками и территориями: "
    "тип@территория, тип@территория+территория или тип:метка@территория"
)

E_ = TypeVar("E_", bound=StrEnum)


class DoesNotFit(ValueError):
    """A value that does not fit its place; the text is the fault's message."""


def kind_of(value: object) -> str:
    """What stands in the file, in the words of a message."""
    if value is None:
        return "ничего (то, что после #, — примечание)"
    if isinstance(value, bool):
        return "true или false"
    if isinstance(value, int | Decimal):
        return "число"
    if isinstance(value, list):
        return "список"
    return "ключи со значениями" if isinstance(value, dict) else "текст"


def text_of(limit: int, *, lines: bool = False) -> BeforeValidator:
    """Text of at most `limit` UTF-16 units, which is how Telegram counts; `lines`: may hold line ends."""
    return BeforeValidator(lambda value: checked(value, limit, lines=lines))


def checked(value: object, limit: int, *, lines: bool = False) -> str:
    if isinstance(value, bool):
        raise DoesNotFit("нужен текст: возьмите это слово в кавычки")
    if not isinstance(value, str | int | Decimal):
        raise DoesNotFit(f"нужен текст, а здесь {kind_of(value)}")
    # Word's line break within a paragraph comes with what is pasted; of a title it parts words.
    text = _SOFT_BREAK.sub("\n" if lines else " ", str(value).strip())
    if not text:
        raise DoesNotFit("пусто")
    if _CONTROL.search(text):
        raise DoesNotFit("есть невидимый знак: удалите его")
    if _UNCLOSED.fullmatch(text):
        raise DoesNotFit(f'кавычка {text[0]} не закрыта: текст с запятой или двоеточием берут в прямые кавычки, "так"')
    if "\n" in text and not lines:
        raise DoesNotFit("должно быть в одну строку")
    length = units(text)
    if length > limit:
        raise DoesNotFit(f"знаков {length}, а поместится не больше {limit}")
    return text


def _ordinal(value: object) -> str:
    text = checked(value, 20)
    if _CURLED.search(text):
        raise DoesNotFit('такие кавычки станут частью номера: поставьте прямые, "так", или уберите их')
    return text


def _id(value: object) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not _ID.fullmatch(text):
        raise DoesNotFit("нужно имя из знаков a-z, 0-9, - и _, от 1 до 40")
    return text


def _year_date(value: object) -> YearDate:
    match = _YEAR_DATE.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise DoesNotFit("нужны месяц и день, например 10-05")
    month, day = int(match[1]), int(match[2])
    try:
        # A leap year, so that 02-29 passes.
        date(2024, month, day)
    except ValueError:
        raise DoesNotFit(f"нет такого дня: {value} (месяц-день)") from None
    return YearDate(month, day)


def _date(value: object) -> date:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise DoesNotFit("нужна дата, например 2026-10-05")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise DoesNotFit(f"нет такого дня: {value}") from None


def _time(value: object) -> time:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise DoesNotFit("нужно время, например 10:30")
    return time(int(match[1]), int(match[2]))


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise DoesNotFit(f"нужно число, а здесь {kind_of(value)}")
    return Decimal(value)


def word_of(words: type[E_], what: str) -> BeforeValidator:
    def check(value: object) -> E_:
        known = [word.value for word in words]
        if not isinstance(value, str) or value not in known:
            raise DoesNotFit(f"нет {what} «{value}»{did_you_mean(str(value), known)}{one_of(known)}")
        return words(value)

    return BeforeValidator(check)


def _weekday(value: object) -> int:
    if not isinstance(value, str) or value not in WEEKDAYS:
        raise DoesNotFit(f"нет дня недели «{value}»{did_you_mean(str(value), WEEKDAYS)}{one_of(list(WEEKDAYS))}")
    return WEEKDAYS[value]


def _audience(value: object) -> AudiencePart:
    whom, at, where = value.partition("@") if isinstance(value, str) else ("", "", "")
    words = whom.split(":")
    tags, territories = tuple(words[1].split("+")) if len(words) == 2 else (), tuple(where.split("+")) if at else ()
    # What there is no such type, tag or territory for is told by `rules`, which can offer those there are.
    if len(words) > 2 or not all(_WORD.fullmatch(word) for word in (words[0], *tags, *territories)):
        raise DoesNotFit(_AUDIENCE_THERE if at else _AUDIENCE)
    for named, what in ((tags, "метка"), (territories, "территория")):
        if len(set(named)) < len(named):
            raise DoesNotFit(f"{what} названа дважды")
    return AudiencePart(words[0], tags, territories)


def _check(value: object) -> Check:
    if not isinstance(value, dict):
        return _rule(value)
    for key in value:
        if key not in ("rule", "message"):
            raise DoesNotFit(f"лишний ключ {key}{did_you_mean(str(key), ['rule', 'message'])}")
    if "rule" not in value:
        raise DoesNotFit("не хватает ключа rule")
    check = _rule(value["rule"])
    return replace(check, message=_message(value["message"])) if "message" in value else check


def _message(value: object) -> str:
    message = _SOFT_BREAK.sub(" ", value.strip()) if isinstance(value, str) else ""
    if not message or _CONTROL.search(message) or "\n" in message:
        raise DoesNotFit("в message нужен текст в одну строку")
    if units(message) > CHECK_MESSAGE:
        raise DoesNotFit(f"в message знаков {units(message)}, а поместится не больше {CHECK_MESSAGE}")
    for placeholder in _PLACEHOLDER.findall(message):
        if placeholder not in ("{left}", "{right}"):
            raise DoesNotFit(f"в message {unknown('подстановки', placeholder, ['{left}', '{right}'])}")
    return message


def _rule(value: object) -> Check:
    sides = value.split("<=") if isinstance(value, str) else []
    names = [tuple(name.strip() for name in side.split("+")) for side in sides]
    if len(names) != 2 or not all(_ID.fullmatch(name) for side in names for name in side):
        raise DoesNotFit("проверка пишется так: done <= planned или a + b <= c + d")
    if len({*names[0], *names[1]}) < len(names[0]) + len(names[1]):
        raise DoesNotFit("поле названо дважды")
    return Check(names[0], names[1])


def _condition(value: object) -> Condition:
    if not isinstance(value, dict) or len(value) != 1:
        raise DoesNotFit("нужно поле и ответы, после которых спрашивать: {поле: [ответ, ответ]}")
    ((name, answers),) = value.items()
    answers = answers if isinstance(answers, list) else [answers]
    # A number may be an option's text: `options: [1, 2]`.
    words = tuple(str(a) if isinstance(a, int | Decimal) and not isinstance(a, bool) else a for a in answers)
    if not words or not all(isinstance(word, str | bool) for word in words):
        raise DoesNotFit("назовите хотя бы один ответ")
    if len(set(words)) < len(words):
        raise DoesNotFit("ответ назван дважды")
    return Condition(name, words)


@dataclass(frozen=True)
class On:
    """`on`: days of the week, or a day of the month, or (both empty) the last working day."""

    weekdays: tuple[int, ...] = ()
    day: int | None = None


def _on(value: object) -> On:
    if value == LAST_WORKING_DAY:
        return On()
    if isinstance(value, int) and not isinstance(value, bool):
        if not 1 <= value <= 31:
            raise DoesNotFit("день месяца: от 1 до 31")
        return On(day=value)
    days = value if isinstance(value, list) else [value]
    numbers = tuple(_weekday(day) for day in days)
    if not numbers:
        raise DoesNotFit("список пуст: впишите хотя бы одно")
    if len(set(numbers)) < len(numbers):
        raise DoesNotFit("день назван дважды")
    return On(weekdays=tuple(sorted(numbers)))


def _known_zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(value if isinstance(value, str) else "")
    except (KeyError, ValueError, OSError):
        near = did_you_mean(str(value), available_timezones()) or "; например, Asia/Irkutsk или Europe/Moscow"
        raise DoesNotFit(f"нет часового пояса «{value}»{near}") from None


Id = Annotated[str, BeforeValidator(_id)]
Name = Annotated[str, text_of(40)]
Title = Annotated[str, text_of(TITLE)]
PeriodTitle = Annotated[str, text_of(PERIOD_TITLE)]
Label = Annotated[str, text_of(LABEL)]
Flag = Annotated[bool, Strict()]
Days = Annotated[int, Strict(), Ge(0), Le(YEAR)]
DayOfYear = Annotated[YearDate, BeforeValidator(_year_date)]
Day = Annotated[date, BeforeValidator(_date)]
Clock = Annotated[time, BeforeValidator(_time)]
Number = Annotated[Decimal, BeforeValidator(_number)]
Ordinal = Annotated[str, BeforeValidator(_ordinal)]
Weekday = Annotated[int, BeforeValidator(_weekday)]
Month = Annotated[int, Strict(), Ge(1), Le(12)]
AudienceItem = Annotated[AudiencePart, BeforeValidator(_audience)]
CheckItem = Annotated[Check, BeforeValidator(_check)]
Zone = Annotated[ZoneInfo, BeforeValidator(_known_zone)]
ConditionItem = Annotated[Condition, BeforeValidator(_condition)]
OnItem = Annotated[On, BeforeValidator(_on)]
