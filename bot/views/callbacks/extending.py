"""More time for a request: the head's buttons, and the department's."""

from typing import Literal

from bot.views.callbacks import Callback, Number

ExtendStep = Literal["ask", "until", "send"]


class More(Callback, prefix="fx"):
    """«Ещё…»: shows what can be done about a request beside answering it."""

    obligation: Number


class Extend(Callback, prefix="fz"):
    """Takes a step of asking for more time; `day`: until when, as 20261005."""

    obligation: Number
    step: ExtendStep
    day: Number = 0


class Extensions(Callback, prefix="jl"):
    """Lists the requests for more time that wait."""

    page: Number = 0


class Extension(Callback, prefix="jc"):
    """Opens a request for more time, from that page of the list."""

    extension: Number
    page: Number = 0


class Grant(Callback, prefix="jg"):
    """Grants a request for more time, or refuses it."""

    extension: Number
    yes: bool
