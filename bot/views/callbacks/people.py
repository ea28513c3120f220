"""The department's people: organizations and who sits there, registrations, invitations, staff, imports."""

from typing import Literal

from aiogram.filters.callback_data import CallbackData

from bot.domain.people.member import StaffRole
from bot.views.callbacks import Number

# Which organizations of a list: all, without a head, those that nothing reaches.
Show = Literal["all", "vacant", "silent"]


class Listed(CallbackData, prefix="wt"):
    """A page of the organizations of a type; of all types if it is empty."""

    type: str = ""
    show: Show = "all"
    page: Number = 0


class Card(CallbackData, prefix="wc"):
    """An organization."""

    organization: Number


class Invite(CallbackData, prefix="wi"):
    """Makes a one-time link: for a head in the present one's place, a head beside them, or a deputy."""

    organization: Number
    kind: Literal["head", "beside", "deputy"]


class Vacate(CallbackData, prefix="wv"):
    """Takes a seat from its holder; asks first unless `sure`."""

    seat: Number
    sure: bool = False


class Applications(CallbackData, prefix="wa"):
    """A page of the registrations that wait for a decision."""

    page: Number = 0


class Application(CallbackData, prefix="wb"):
    """A registration that waits."""

    seat: Number


class Replace(CallbackData, prefix="wr"):
    """Confirms a head in the place of another one, whose seat is `former`."""

    seat: Number
    former: Number


class Beside(CallbackData, prefix="wh"):
    """Confirms a head beside the present one."""

    seat: Number


class Print(CallbackData, prefix="wp"):
    """Invitations for many: whom for, and, once that is chosen (`show`), whether they are really to be made."""

    type: str = ""
    show: Literal["", "all", "vacant"] = ""


class PrintNow(CallbackData, prefix="wq"):
    """Makes the invitations that have just been asked about, as messages too or only as files."""

    messages: bool


class Members(CallbackData, prefix="ws"):
    """A page of the staff."""

    page: Number = 0


class Member(CallbackData, prefix="wm"):
    """One of the staff."""

    person: Number


class Grant(CallbackData, prefix="wg"):
    """A role for a staff member, or by a link for somebody new (`person` 0)."""

    person: Number
    role: StaffRole


class Limit(CallbackData, prefix="wx"):
    """Ticks or unticks a type of organizations or a topic that a curator is limited to."""

    scope: Literal["types", "topics"]
    value: str


class Limits(CallbackData, prefix="wd"):
    """A page of what a curator can be limited to; `done`: the choice is made."""

    page: Number = 0
    done: bool = False


class Withdraw(CallbackData, prefix="wu"):
    """Takes a role away; asks first unless `sure`."""

    person: Number
    sure: bool = False


class Import(CallbackData, prefix="wf"):
    """An import of organizations: begin, read (the file that was asked about), apply, cancel.

    `mark` is the fingerprint of the change that was shown.
    """

    step: Literal["begin", "read", "apply", "cancel"]
    mark: str = ""
