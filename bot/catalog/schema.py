"""The shape of the files, key by key: what may stand where, and how long it may be.

What needs a look at a second place (a tag that is declared, a field that exists, a date after another one)
is in `rules`. Every message is a sentence for the person who edits the file.
"""

import re
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel, BeforeValidator, ConfigDict, Strict, create_model

from bot.catalog.faults import did_you_mean, one_of, unknown
from bot.domain.directives.directive import AudiencePart
from bot.domain.fields.field import Check, Condition, FieldKind, When
from bot.domain.people.organization import COLUMNS, Ids, RosterEntry
from bot.domain.people.organization import Id as OneId
from bot.domain.spelling import spelled
from bot.domain.text import INVISIBLE, LABEL, NAME, OPTION, PROMPT, TEXT, TITLE, UNIT, units
from bot.domain.timing.schedule import DayOff, YearDate

SOURCE, PERIOD_TITLE = 200, 60
# 25 fields are more than anyone answers in a chat; 20 options fill the screen of a phone twice.
MAX_FIELDS, MAX_OPTIONS = 25, 20
# A text that is answered must fit a message as well, together with the other answers.
MAX_ANSWER = 1000
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


def _text(limit: int, *, lines: bool = False) -> BeforeValidator:
    """Text of at most `limit` UTF-16 units, which is how Telegram counts; `lines`: may hold line ends."""
    return BeforeValidator(lambda value: _checked(value, limit, lines=lines))


def _checked(value: object, limit: int, *, lines: bool = False) -> str:
    if isinstance(value, bool):
        raise DoesNotFit("нужен текст: возьмите это слово в кавычки")
    if not isinstance(value, str | int | Decimal):
        raise DoesNotFit(f"нужен текст, а здесь {kind_of(value)}")
    text = str(value).strip()
    if not text:
        raise DoesNotFit("пусто")
    if _CONTROL.search(text):
        raise DoesNotFit("есть невидимый знак: удалите его")
    if "\n" in text and not lines:
        raise DoesNotFit("должно быть в одну строку")
    length = units(text)
    if length > limit:
        raise DoesNotFit(f"знаков {length}, а поместится не больше {limit}")
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


def _one_of(words: type[E_], what: str) -> BeforeValidator:
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
    message = value.strip() if isinstance(value, str) else ""
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


Id = Annotated[str, BeforeValidator(_id)]
Name = Annotated[str, _text(40)]
Title = Annotated[str, _text(TITLE)]
PeriodTitle = Annotated[str, _text(PERIOD_TITLE)]
Label = Annotated[str, _text(LABEL)]
Flag = Annotated[bool, Strict()]
Days = Annotated[int, Strict(), Ge(0), Le(YEAR)]
DayOfYear = Annotated[YearDate, BeforeValidator(_year_date)]
Day = Annotated[date, BeforeValidator(_date)]
Clock = Annotated[time, BeforeValidator(_time)]
Number = Annotated[Decimal, BeforeValidator(_number)]
Weekday = Annotated[int, BeforeValidator(_weekday)]
Month = Annotated[int, Strict(), Ge(1), Le(12)]
AudienceItem = Annotated[AudiencePart, BeforeValidator(_audience)]
CheckItem = Annotated[Check, BeforeValidator(_check)]


class Shape(BaseModel):
    """A mapping of the file: no other keys than these."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class SumsItem(Shape):
    """`fields[].sums`"""

    directive: Id
    field: Id


class FieldItem(Shape):
    """`fields[]`"""

    id: Id
    kind: Annotated[FieldKind, _one_of(FieldKind, "вида")]
    label: Label
    options: Annotated[list[Annotated[str, _text(OPTION)]], MinLen(1), MaxLen(MAX_OPTIONS)] | None = None
    unit: Annotated[str, _text(UNIT)] | None = None
    required: Flag = True
    min: Number | None = None
    max: Number | None = None
    earliest: Day | None = None
    latest: Day | None = None
    when: Annotated[When, _one_of(When, "значения")] | None = None
    max_length: Annotated[int, Strict(), Ge(1), Le(MAX_ANSWER)] | None = None
    total: Flag = False
    only_in: Annotated[list[Annotated[str, _text(40)]], MinLen(1)] | None = None
    only_if: Annotated[Condition, BeforeValidator(_condition)] | None = None
    sums: SumsItem | None = None


class PeriodItem(Shape):
    """`schedule.dates[]`"""

    key: Id
    title: PeriodTitle
    open: DayOfYear
    due: DayOfYear


class ScheduleItem(Shape):
    """`schedule`: exactly one of `dates`, `every`, `cron`; `rules` says which keys go with which."""

    dates: Annotated[list[PeriodItem], MinLen(1)] | None = None
    every: Literal["day", "week", "month", "quarter"] | None = None
    on: Annotated[On, BeforeValidator(_on)] | None = None
    months: Annotated[list[Month], MinLen(1)] | None = None
    cron: Annotated[str, _text(100)] | None = None
    at: Clock | None = None
    due: Days | None = None
    day_off: Annotated[DayOff, _one_of(DayOff, "правила")] | None = None
    closes: Days | None = None
    catch_up: Days | None = None
    in_summer: Flag | None = None
    in_breaks: Flag | None = None

    def period_keys(self) -> list[str]:
        """What `only_in` may name: the keys that `occurrences` gives to the periods of this rule."""
        on = self.on or On()
        keys = {
            None: [period.key for period in self.dates or []],
            "day": [],
            "week": [str(day) for day in on.weekdays],
            "month": [f"{month:02}" for month in self.months or range(1, 13)],
            "quarter": ["Q1", "Q2", "Q3", "Q4"],
        }
        return keys[self.every]


class RemindItem(Shape):
    """`remind`: days before and after the due date; an empty list for none."""

    before: list[Annotated[int, Strict(), Ge(0), Le(60)]] | None = None
    after: list[Annotated[int, Strict(), Ge(1), Le(60)]] | None = None


def _remind(value: object) -> object:
    """`remind: []` is short for two empty lists."""
    return {"before": [], "after": []} if value == [] else value


class DirectiveItem(Shape):
    """`directives[]`"""

    id: Id
    number: Annotated[str, _text(20)]
    title: Title
    topic: Id
    audience: Annotated[list[AudienceItem], MinLen(1)]
    text: Annotated[str, _text(TEXT, lines=True)]
    prompt: Annotated[str, _text(PROMPT, lines=True)]
    fields: Annotated[list[FieldItem], MinLen(1), MaxLen(MAX_FIELDS)]
    check: Annotated[list[CheckItem], MinLen(1)] | None = None
    schedule: ScheduleItem
    remind: Annotated[RemindItem | None, BeforeValidator(_remind)] = None


class TypeItem(Shape):
    """`organization_types.*`"""

    title: Title
    staff: Flag = False


class SourceItem(Shape):
    """`source`"""

    title: Annotated[str, _text(SOURCE)]
    number: Annotated[str, _text(20)] | None = None
    date: Day | None = None
    territories: Annotated[list[Name], MinLen(1)] | None = None


def _source(value: object) -> object:
    """`source: резолюции ...` is short for its title."""
    return value if isinstance(value, dict) else {"title": _checked(value, SOURCE)}


Source = Annotated[SourceItem, BeforeValidator(_source)]


class DirectivesFile(Shape):
    """directives.yaml"""

    source: Source
    organization_types: Annotated[dict[Id, TypeItem], MinLen(1)]
    tags: dict[Id, Title] = {}
    topics: Annotated[dict[Id, Title], MinLen(1)]
    directives: Annotated[list[DirectiveItem], MinLen(1)]


class DirectivesPart(Shape):
    """One of several files of directives: a source with its directives, what all of them share, or both."""

    source: Source | None = None
    organization_types: Annotated[dict[Id, TypeItem], MinLen(1)] | None = None
    tags: dict[Id, Title] | None = None
    topics: Annotated[dict[Id, Title], MinLen(1)] | None = None
    directives: Annotated[list[DirectiveItem], MinLen(1)] | None = None


class RangeItem(Shape):
    """Days off, a school break: `date`, or `first` with `last`."""

    title: PeriodTitle
    date: Day | None = None
    first: Day | None = None
    last: Day | None = None


class WorkItem(Shape):
    """`work`"""

    begins: Clock
    ends: Clock
    days: Annotated[list[Weekday], MinLen(1)]


class SummerItem(Shape):
    """`summer`"""

    first: DayOfYear
    last: DayOfYear


def _known_zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(value if isinstance(value, str) else "")
    except (KeyError, ValueError, OSError):
        near = did_you_mean(str(value), available_timezones()) or "; например, Asia/Irkutsk или Europe/Moscow"
        raise DoesNotFit(f"нет часового пояса «{value}»{near}") from None


class TerritoryItem(Shape):
    """`territories.*`"""

    name: Annotated[str, _text(NAME)]
    short: Annotated[str, _text(LABEL)] | None = None
    timezone: Annotated[ZoneInfo, BeforeValidator(_known_zone)] | None = None
    days_off: list[RangeItem] = []


class CalendarFile(Shape):
    """calendar.yaml"""

    year_begins: DayOfYear
    work: WorkItem
    public_holidays: Annotated[str, _text(10)] | None = None
    summer: SummerItem | None = None
    days_off: list[RangeItem] = []
    extra_work_days: list[Day] = []
    school_breaks: list[RangeItem] = []
    territories: dict[Id, TerritoryItem] = {}


def _organization_keys() -> dict[str, Any]:
    """The keys of `organizations[]`: the fields of RosterEntry, of which those without a default are required."""
    keys: dict[str, Any] = {}
    for field in fields(RosterEntry):
        column = COLUMNS[field.name]
        if isinstance(column, Ids):
            # Which there are is told by `rules`, which can offer them.
            keys[field.name] = (Annotated[list[Name], MinLen(1)], ...) if field.default is MISSING else (list[Name], [])
        elif isinstance(column, OneId):
            # Which there are is told by `rules`, too.
            keys[field.name] = (Name, "")
        else:
            # As `spelled`, once it is known that it fits: pydantic takes the last validator first.
            kind = Id if field.name == "code" else Annotated[str, BeforeValidator(spelled), _text(column.longest)]
            keys[field.name] = (kind, ... if field.default is MISSING else field.default)
    return keys


if TYPE_CHECKING:
    OrganizationItem = Shape
else:
    OrganizationItem = create_model("OrganizationItem", __base__=Shape, **_organization_keys())


class OrganizationsFile(Shape):
    """organizations.yaml"""

    organizations: Annotated[list[OrganizationItem], MinLen(1)]
