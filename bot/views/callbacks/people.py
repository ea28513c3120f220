"""The department's people: organizations and who sits there, registrations, invitations, staff, imports."""

from typing import Literal

from bot.domain.people.member import StaffRole
from bot.views.callbacks import Callback, Number

# Which organizations of a list: all, without a head, those that nothing reaches; or those that have left the list.
Show = Literal["all", "vacant", "silent", "left"]


class Listed(Callback, prefix="wt"):
    """Lists the organizations of a type, or of all types if it is empty."""

    type: str = ""
    show: Show = "all"
    page: Number = 0


class Card(Callback, prefix="wc"):
    """Opens the card of an organization."""

    organization: Number


class Invite(Callback, prefix="wi"):
    """Makes a one-time link: for a head in the present one's place, a head beside them, or a deputy."""

    organization: Number
    kind: Literal["head", "beside", "deputy"]


class Vacate(Callback, prefix="wv"):
    """Takes a seat from its holder; asks first unless `sure`."""

    seat: Number
    sure: bool = False


class Applications(Callback, prefix="wa"):
    """Lists the registrations that wait for a decision."""

    page: Number = 0


class Application(Callback, prefix="wb"):
    """Opens a registration that waits."""

    seat: Number


class Replace(Callback, prefix="wr"):
    """Confirms a head in the place of another one, whose seat is `former`."""

    seat: Number
    former: Number


class Beside(Callback, prefix="wh"):
    """Confirms a head beside the present one."""

    seat: Number


class Print(Callback, prefix="wp"):
    """Asks whom invitations are for, and, once that is chosen (`show`), whether they are really to be made."""

    type: str = ""
    show: Literal["", "all", "vacant"] = ""


class PrintNow(Callback, prefix="wq"):
    """Makes the invitations that have just been asked about, as messages too or only as files."""

    messages: bool


class Members(Callback, prefix="ws"):
    """Lists the department's staff."""

    page: Number = 0


class Member(Callback, prefix="wm"):
    """Opens a staff member."""

    person: Number


class Grant(Callback, prefix="wg"):
    """Gives a staff member a role, or makes a link to it for somebody new (`person` 0)."""

    person: Number
    role: StaffRole


class Limit(Callback, prefix="wx"):
    """Ticks or unticks a type of organizations, a topic or a territory that a staff member is limited to."""

    scope: Literal["types", "topics", "territories"]
    value: str


class Limits(Callback, prefix="wd"):
    """Lists what a staff member can be limited to; `done`: the choice is made."""

    page: Number = 0
    done: bool = False


class Withdraw(Callback, prefix="wu"):
    """Takes a role away; asks first unless `sure`."""

    person: Number
    sure: bool = False


class Links(Callback, prefix="wn"):
    """Lists the links that can be used still: all of them, or those of an organization."""

    organization: Number = 0
    page: Number = 0


class EndLink(Callback, prefix="wo"):
    """Recalls a link to a seat or to a role, and leads back to the list (`organization`, `page`) that it stood in."""

    to: Literal["seat", "role"]
    id: Number
    organization: Number = 0
    page: Number = 0


class EndLinks(Callback, prefix="wz"):
    """Recalls all links of the list, which had so many (`count`) when it was asked; 0: asks first."""

    organization: Number = 0
    count: Number = 0


class Successor(Callback, prefix="wy"):
    """Opens the card of somebody who waits to take another's place by a link."""

    invitation: Number


class Succeed(Callback, prefix="we"):
    """Has them take it or refuses. `mark`: of the heads that the card named."""

    invitation: Number
    accept: bool
    mark: str = ""


class Import(Callback, prefix="wf"):
    """Takes a step of an import of organizations.

    Begin, read (the file that was asked about), answer (a question), stay (or not: see `Wishes`), apply, cancel.

    `mark` is the fingerprint of the change that was shown; of an answer which file it is about, and what is said.
    """

    step: Literal["begin", "read", "answer", "stay", "apply", "cancel"]
    mark: str = ""


class Pair(Callback, prefix="wj"):
    """Says whether two organizations of an import are one: those of that number, or `all` that are not in doubt.

    `mark` tells the pairs of one table, as things stand, from those of another; without `said` a page is shown.
    """

    mark: str
    said: Literal["", "one", "two"] = ""
    number: Number = 0
    all: bool = False
    page: Number = 0


class Leaving(Callback, prefix="wk"):
    """Shows a page of the organizations that an import would switch off; `back`: the whole change again."""

    mark: str
    page: Number = 0
    back: bool = False


class Place(Callback, prefix="ot"):
    """Takes an organization to another territory, or out of all.

    Asks which (`ask`), asks about it (`pick`), does it with what is open (`go`) or without (`stay`).
    """

    organization: Number
    act: Literal["ask", "pick", "go", "stay"] = "ask"
    to: str = ""


class Heir(Callback, prefix="oh"):
    """Names who goes on with the work of an organization, in its card or in the preview of an import.

    Opens the list, a page of it, picks one or takes it away again (`code`), says `who` takes what is open (a code, `*`
    for all heirs, or nobody), is `done`, and is `sure` after being asked.

    `part` opens the list for an organization that stays, of what was made out of a part of it: then what is open stays
    (nobody), goes to its parts (`*`), or both (`+`). In an import it is chosen before, of the list of the `whole`.
    """

    organization: Number
    act: Literal["open", "page", "pick", "who", "done", "sure", "part", "whole"] = "open"
    code: str = ""
    page: Number = 0
