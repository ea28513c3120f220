"""Where something belongs that was sent without saying so; `message` is the person's own."""

from bot.views.callbacks import Callback, Number, Numbered


class ToRequest(Callback, prefix="jr"):
    """«К запросу …»."""

    message: Numbered
    obligation: Number


class ToField(Callback, prefix="jf"):
    """«Записать» into the field that was asked when it was typed."""

    message: Numbered
    obligation: Number
    field: Number


class MorePlaces(Callback, prefix="jm"):
    """Shows another page of the requests that a message may belong to."""

    message: Numbered
    page: Number


class ToDepartment(Callback, prefix="jd"):
    """«Передать в управление»."""

    message: Numbered


class ToDepartmentAbout(Callback, prefix="jb"):
    """The same, about a request that takes no answer any more."""

    message: Numbered
    obligation: Number


class Nowhere(Callback, prefix="jn"):
    """«Ничего»."""

    message: Numbered
