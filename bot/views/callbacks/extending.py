"""More time for a request: the head's buttons, and the department's."""

from aiogram.filters.callback_data import CallbackData

from bot.views.callbacks import Number


class More(CallbackData, prefix="fx"):
    """«Ещё…»: what else can be done about a request than answering it."""

    obligation: Number


class Extend(CallbackData, prefix="fz"):
    """A step of asking for more time: ask, until (with a day: 20261005), send."""

    obligation: Number
    step: str
    day: Number = 0


class Extensions(CallbackData, prefix="jl"):
    """The requests for more time that wait."""

    page: Number = 0


class Extension(CallbackData, prefix="jc"):
    """One of them, opened from that page of the list."""

    extension: Number
    page: Number = 0


class Grant(CallbackData, prefix="jg"):
    """Grants a request for more time, or refuses it."""

    extension: Number
    yes: bool
