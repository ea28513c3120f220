"""Reports: of what period, of what, and when they come by themselves."""

from typing import Literal

from bot.views.callbacks import Callback, Number

# School year, this month, the month before, this quarter, days of one's own.
Span = Literal["y", "m", "p", "q", "c"]
Kind = Literal["workbook", "execution", "matrix", "completion"]
Turn = Literal["", "monthly", "closings"]


class Reports(Callback, prefix="ra"):
    """The section, with its period. `first` and `last`: of span "c", as ISO dates."""

    span: Span = "y"
    first: str = ""
    last: str = ""


class Spans(Callback, prefix="rb"):
    """Which period?"""


class Make(Callback, prefix="rc"):
    """Has a report of the period made."""

    kind: Kind
    span: Span
    first: str = ""
    last: str = ""


class Curves(Callback, prefix="rd"):
    """Which directive's dynamics?"""

    page: Number = 0


class OfDirective(Callback, prefix="re"):
    """Of one directive alone and of the school year: its workbook, or the dynamics of a field, by its place + 1.

    `field` 0: which?
    """

    id: str
    what: Literal["w", "d"]
    field: Number = 0


class OfRound(Callback, prefix="rf"):
    """Of one round alone: a workbook, a table in the chat, or the same as plain text."""

    round: Number
    what: Literal["w", "t", "x"]


class OfOrganization(Callback, prefix="ri"):
    """All answers of one organization, by school years."""

    organization: Number


class OnSchedule(Callback, prefix="rh"):
    """What comes by itself; `turn` switches one of it."""

    turn: Turn = ""
