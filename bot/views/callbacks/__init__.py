"""What a button brings back: at most 64 bytes, ids only, never trusted.

A class whose fields change gets a new prefix, so that a button of an older version still says which it was;
a button that nothing here understands is answered by the last handler.
"""

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

# Any id or number that a database and a calendar can hold; a forged one beyond that is no button of ours.
Number = Annotated[int, Field(ge=0, le=2**53)]


class Consent(CallbackData, prefix="ok"):
    """Agrees to the data being kept; `token` of the invitation that the person came with, or empty."""

    token: str = ""


class PickType(CallbackData, prefix="rt"):
    """Ticks or unticks an organization type at registration."""

    type: str


class PickOrganization(CallbackData, prefix="ro"):
    """Chooses an organization of the list."""

    id: Number


class PickRole(CallbackData, prefix="rr"):
    """Chooses head or deputy, which asks for the seat."""

    role: str


class Registration(CallbackData, prefix="rg"):
    """Other steps of the registration: types (done), page N, unlisted, again."""

    step: str
    page: Number = 0


class Decide(CallbackData, prefix="sd"):
    """The department confirms or refuses a seat."""

    seat: Number
    accept: bool


class Tasks(CallbackData, prefix="tl"):
    """The list of what is open."""


class History(CallbackData, prefix="hl"):
    """A page of what was answered."""

    page: Number = 0


class InDistrict(CallbackData, prefix="kd"):
    """How the district stands on the question that was answered."""

    obligation: Number


class HistoryFile(CallbackData, prefix="hf"):
    """Everything that was answered, as a file."""


class Open(CallbackData, prefix="fo"):
    """Opens the form of an obligation; or shows it as it is now."""

    obligation: Number


class Choose(CallbackData, prefix="fc"):
    """An option of a choice or multi-choice, 1 or 0 for yes and no. `field` and `option` count from 0."""

    obligation: Number
    field: Number
    option: Number


class Day(CallbackData, prefix="fd"):
    """A day for a date field: 20261005."""

    obligation: Number
    field: Number
    day: Number


class Month(CallbackData, prefix="fm"):
    """Another month of the calendar: 202610."""

    obligation: Number
    field: Number
    month: Number


class Step(CallbackData, prefix="fs"):
    """A step in a form: done, skip, zero, go (to `field`), back, fields, check."""

    obligation: Number
    field: Number
    step: str


class Same(CallbackData, prefix="fe"):
    """«Без изменений»."""

    obligation: Number


class Send(CallbackData, prefix="fy"):
    """«Отправить», over the version of the answer that the person saw; 0: there was none."""

    obligation: Number
    version: Number


class Edit(CallbackData, prefix="fi"):
    """«Изменить» an answer that was sent."""

    obligation: Number


class NotOurs(CallbackData, prefix="fn"):
    """«Не относится к нам»; `undo` goes back to the fields."""

    obligation: Number
    undo: bool = False


class Versions(CallbackData, prefix="fv"):
    """All versions of an answer."""

    obligation: Number


class Settings(CallbackData, prefix="st"):
    """A screen of the settings: main, types, topics, pause, seats."""

    screen: str


class Mute(CallbackData, prefix="sm"):
    """Switches a subscription: scope `type` or `topic`."""

    scope: str
    value: str


class Pause(CallbackData, prefix="sp"):
    """A vacation for that many days; 0 ends it."""

    days: Number


class Leave(CallbackData, prefix="sl"):
    """Gives up a seat; asks first unless `sure`."""

    seat: Number
    sure: bool = False


class Delete(CallbackData, prefix="dd"):
    """Erases the person's data, or does not."""

    sure: bool


class Pending(CallbackData, prefix="up"):
    """Sends once more what waits for a decision: registrations or missed rounds."""

    what: str


class Missed(CallbackData, prefix="um"):
    """What to do about a round whose time passed while the bot was down."""

    round: Number
    open: bool
