"""Reports: of what period, of what, and when they come by themselves."""

from typing import Literal

from bot.views.callbacks import Callback, Number

# School year, this month, the month before, this quarter, days that were typed.
Span = Literal["y", "m", "p", "q", "c"]
Kind = Literal["workbook", "board", "execution", "matrix", "completion"]
# Kinds, and "apart": the workbook with a sheet for each territory.
Choice = Literal[Kind, "apart"]
Turn = Literal["", "monthly", "closings"]


class Reports(Callback, prefix="ra"):
    """Opens the section for a period. `first` and `last`: of span "c", as ISO dates."""

    span: Span = "y"
    first: str = ""
    last: str = ""


class Spans(Callback, prefix="rb"):
    """Asks for the period."""


class Make(Callback, prefix="rc"):
    """Has a report of the period made."""

    kind: Choice
    span: Span
    first: str = ""
    last: str = ""


class Curves(Callback, prefix="rd"):
    """Asks for the directive of the dynamics."""

    page: Number = 0


class OfDirective(Callback, prefix="re"):
    """Has a report of one directive and the school year made: its workbook, or the dynamics of a field.

    `field`: its place + 1; 0: asks for it.
    """

    id: str
    what: Literal["w", "d"]
    field: Number = 0


class OfRound(Callback, prefix="rf"):
    """Has a report of one round made: a workbook, a table in the chat, or the same as plain text.

    `a`: the workbook with a sheet for each territory.
    """

    round: Number
    what: Literal["w", "a", "t", "x"]


class OfOrganization(Callback, prefix="ri"):
    """Has all answers of one organization made into a file, by school years."""

    organization: Number


class OnSchedule(Callback, prefix="rh"):
    """Shows what comes by itself; `turn` switches some of it."""

    turn: Turn = ""
