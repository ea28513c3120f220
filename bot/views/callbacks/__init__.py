"""What a button brings back: at most 64 bytes, ids only, never trusted.

A class whose fields change gets a new prefix, so that a button of an older version still says which it was; the last
handler answers a button that nothing here understands.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self

from aiogram.filters.callback_data import CallbackData
from pydantic import ConfigDict, Field

# Any id or number that a database and a calendar can hold; what is beyond that is forged.
Number = Annotated[int, Field(ge=0, le=2**53)]
# A message's number: those of MAX are far longer than what else is numbered.
Numbered = Annotated[int, Field(ge=0, lt=2**63)]
# Steps in a form; `go` leads to a field. `skip` and `zero` stand on a card on which the field has no value, and take
# none away; `blank` and `nought` are the same where it has one.
FormStep = Literal["done", "skip", "blank", "zero", "nought", "clear", "go", "back", "fields", "check", "drop"]
# `types` and `topics` stand on older cards: both are `wanted` now.
SettingsScreen = Literal["main", "wanted", "types", "topics", "pause", "organizations", "seats"]
MuteScope = Literal["type", "topic"]
# What waits for a decision of an administrator's.
Affair = Literal["registrations", "missed"]


class Callback(CallbackData, prefix=""):
    """What every button's class derives from: a field that the class lacks is refused, where aiogram would drop it."""

    model_config = ConfigDict(extra="forbid")

    def but(self, **changed: object) -> Self:
        """The same button with other values in these fields; they are checked, where `model_copy` would not look."""
        return type(self)(**{**dict(self), **changed})


def packed(on: date) -> int:
    """The day as a button brings it back: 20261005."""
    return int(f"{on:%Y%m%d}")


def unpacked(number: int) -> date | None:
    """The day of `packed`; None if there is no such day."""
    try:
        return date(number // 10_000, number // 100 % 100, number % 100)
    except (ValueError, OverflowError):
        # The second is a year that no machine counts: a forged button may say any number.
        return None


def packed_moment(at: datetime | None) -> int:
    """The moment in milliseconds, as a button brings it back; 0 for none."""
    return int(at.timestamp() * 1000) if at else 0


def unpacked_moment(number: int) -> datetime:
    """The moment of `packed_moment`. A forged button may say any number, even one beyond what a date can be."""
    return datetime.fromtimestamp(min(number, 10**14) / 1000, UTC)


class Consent(Callback, prefix="ok"):
    """The person agrees that data is kept. `token`: of the invitation that they came with; empty: they came without."""

    token: str = ""


class PickType(Callback, prefix="rt"):
    """Ticks or unticks an organization type at registration."""

    type: str


class PickOrganization(Callback, prefix="ro"):
    """Chooses an organization from the list."""

    id: Number


class PickRole(Callback, prefix="rr"):
    """Chooses head or deputy, which asks for the seat."""

    role: str


class Registration(Callback, prefix="rg"):
    """Leads to another step of the registration, or to a page of the organizations."""

    step: Literal["types", "organizations", "unlisted", "new", "again"]
    page: Number = 0


class Decide(Callback, prefix="sd"):
    """Confirms or refuses a seat, for the department."""

    seat: Number
    accept: bool


class Tasks(Callback, prefix="tl"):
    """Lists the open requests."""


class MoreTasks(Callback, prefix="tm"):
    """Shows another page of the open requests."""

    page: Number


class InCalendar(Callback, prefix="tc"):
    """Orders the deadlines of what is open as a file for one's own calendar."""


class Subscription(Callback, prefix="ts"):
    """Shows the subscription of one's own calendar, makes its address anew, ends it; or orders the file."""

    step: Literal["show", "make", "end", "file"]


class History(Callback, prefix="hl"):
    """Lists what was answered."""

    page: Number = 0


class InDistrict(Callback, prefix="kd"):
    """Shows how the district stands on the question that was answered."""

    obligation: Number


class HistoryFile(Callback, prefix="hf"):
    """Orders all that was answered as a file."""


class Open(Callback, prefix="fo"):
    """Opens the form of an obligation; or shows it as it is now."""

    obligation: Number


class Choose(Callback, prefix="fc"):
    """Chooses an option of a choice or multi-choice; 1 or 0 for yes and no. `field` and `option` count from 0."""

    obligation: Number
    field: Number
    option: Number


class Day(Callback, prefix="fd"):
    """Chooses a day for a date field: 20261005."""

    obligation: Number
    field: Number
    day: Number


class Month(Callback, prefix="fm"):
    """Opens the calendar at a month: 202610."""

    obligation: Number
    field: Number
    month: Number


class Step(Callback, prefix="fs"):
    """Takes a step in a form."""

    obligation: Number
    field: Number
    step: FormStep


class Same(Callback, prefix="fe"):
    """«Без изменений»: takes the values of the answer before."""

    obligation: Number


class Send(Callback, prefix="fy"):
    """«Отправить», over the version of the answer that the person saw; 0: there was none."""

    obligation: Number
    version: Number


class Edit(Callback, prefix="fi"):
    """«Изменить» an answer that was sent."""

    obligation: Number


class NotOurs(Callback, prefix="fn"):
    """«Не относится к нам»; `undo` goes back to the fields."""

    obligation: Number
    undo: bool = False


class Versions(Callback, prefix="fv"):
    """Shows all versions of an answer."""

    obligation: Number


class Settings(Callback, prefix="st"):
    """Opens a screen of the settings."""

    screen: SettingsScreen


class Mute(Callback, prefix="sm"):
    """Switches a subscription to a type or a topic, as `scope` says."""

    scope: MuteScope
    value: str


class Pause(Callback, prefix="sp"):
    """Begins a vacation of that many days; 0 ends it."""

    days: Number


class GiveUp(Callback, prefix="su"):
    """Whoever waits for another's place by a link waits no more."""

    invitation: Number


class Leave(Callback, prefix="sl"):
    """Gives up a seat; asks first unless `sure`."""

    seat: Number
    sure: bool = False


class Delete(Callback, prefix="dd"):
    """Erases the person's data, or does not."""

    sure: bool


class Pending(Callback, prefix="up"):
    """Sends once more what waits for a decision: registrations or missed rounds."""

    what: Affair


class Missed(Callback, prefix="um"):
    """Opens a round whose time passed while the bot was down, or leaves it unopened."""

    round: Number
    open: bool


class TakeSum(Callback, prefix="fu"):
    """Takes what is proposed of others' answers, if it still is that: the sum, or what tells a longer value apart."""

    obligation: Number
    field: Number
    sum: Annotated[str, Field(pattern=r"^(-?[0-9]{1,24}(\.[0-9]{1,6})?|[0-9a-f]{12})$")]


_OF_FORM = {kind.__prefix__ for kind in (Open, Choose, Day, Month, Step, Same, NotOurs, Send, TakeSum)}


def of_form(packed: str) -> int | None:
    """The obligation whose form the button belongs to, or opens; None: it is none of a form's, or none of ours."""
    prefix, _, rest = packed.partition(":")
    number = rest.partition(":")[0]
    return int(number) if prefix in _OF_FORM and number.isascii() and number.isdecimal() and len(number) < 19 else None
