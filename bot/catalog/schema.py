"""The shape of the files, key by key: what may stand where, and how long it may be.

What needs a look at a second place (a tag that is declared, a field that exists, a date after another one)
is in `rules`. Every message is a sentence for the person who edits the file.
"""

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel, BeforeValidator, ConfigDict, Strict, create_model

from bot.catalog.scalars import (
    AudienceItem,
    CheckItem,
    Clock,
    ConditionItem,
    Day,
    DayOfYear,
    Days,
    Flag,
    Id,
    Label,
    Month,
    Name,
    Number,
    On,
    OnItem,
    Ordinal,
    PeriodTitle,
    Title,
    Weekday,
    Zone,
    checked,
    text_of,
    word_of,
)
from bot.domain.fields.field import FieldKind, When
from bot.domain.people.organization import COLUMNS, Ids, RosterEntry
from bot.domain.people.organization import Id as OneId
from bot.domain.spelling import spelled
from bot.domain.text import LABEL, NAME, OPTION, PROMPT, TEXT, UNIT
from bot.domain.timing.schedule import DayOff

SOURCE = 200
# 25 fields are more than anyone answers in a chat; 20 options fill the screen of a phone twice.
MAX_FIELDS, MAX_OPTIONS = 25, 20
# A text that is answered must fit a message as well, together with the other answers.
MAX_ANSWER = 1000


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
    kind: Annotated[FieldKind, word_of(FieldKind, "вида")]
    label: Label
    options: Annotated[list[Annotated[str, text_of(OPTION)]], MinLen(1), MaxLen(MAX_OPTIONS)] | None = None
    unit: Annotated[str, text_of(UNIT)] | None = None
    required: Flag = True
    min: Number | None = None
    max: Number | None = None
    earliest: Day | None = None
    latest: Day | None = None
    when: Annotated[When, word_of(When, "значения")] | None = None
    max_length: Annotated[int, Strict(), Ge(1), Le(MAX_ANSWER)] | None = None
    total: Flag = False
    only_in: Annotated[list[Annotated[str, text_of(40)]], MinLen(1)] | None = None
    only_if: ConditionItem | None = None
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
    on: OnItem | None = None
    months: Annotated[list[Month], MinLen(1)] | None = None
    cron: Annotated[str, text_of(100)] | None = None
    at: Clock | None = None
    due: Days | None = None
    day_off: Annotated[DayOff, word_of(DayOff, "правила")] | None = None
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
    number: Ordinal
    title: Title
    topic: Id
    audience: Annotated[list[AudienceItem], MinLen(1)]
    text: Annotated[str, text_of(TEXT, lines=True)]
    prompt: Annotated[str, text_of(PROMPT, lines=True)]
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

    title: Annotated[str, text_of(SOURCE)]
    number: Ordinal | None = None
    date: Day | None = None
    territories: Annotated[list[Name], MinLen(1)] | None = None


def _source(value: object) -> object:
    """`source: резолюции ...` is short for its title."""
    return value if isinstance(value, dict) else {"title": checked(value, SOURCE)}


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


class TerritoryItem(Shape):
    """`territories.*`"""

    name: Annotated[str, text_of(NAME)]
    short: Annotated[str, text_of(LABEL)] | None = None
    timezone: Zone | None = None
    days_off: list[RangeItem] = []


class CalendarFile(Shape):
    """calendar.yaml"""

    year_begins: DayOfYear
    work: WorkItem
    public_holidays: Annotated[str, text_of(10)] | None = None
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
            kind = Id if field.name == "code" else Annotated[str, BeforeValidator(spelled), text_of(column.longest)]
            keys[field.name] = (kind, ... if field.default is MISSING else field.default)
    return keys


if TYPE_CHECKING:
    OrganizationItem = Shape
else:
    OrganizationItem = create_model("OrganizationItem", __base__=Shape, **_organization_keys())


class OrganizationsFile(Shape):
    """organizations.yaml"""

    organizations: Annotated[list[OrganizationItem], MinLen(1)]
