"""Directives: one of them, its pause, opening it by hand; another catalog."""

from bot.views.callbacks import Callback, Number


class Card(Callback, prefix="vd"):
    """One directive."""

    id: str


class Pause(Callback, prefix="vp"):
    """Is not asked for the time being; asks first unless `sure`."""

    id: str
    sure: bool = False


class Resume(Callback, prefix="vr"):
    """Is asked again."""

    id: str


class OpenNow(Callback, prefix="vo"):
    """Opens the next round at once. `mark`: of the period that was shown; empty: asks first."""

    id: str
    mark: str = ""


class Unsend(Callback, prefix="vu"):
    """Back to what the main file says; asks first unless `sure`."""

    id: str
    sure: bool = False


class Reload(Callback, prefix="vg"):
    """Reads the files again; applies them if they are those with the `mark` that were shown beside that edition."""

    mark: str = ""
    edition: Number = 0


class AdoptSent(Callback, prefix="va"):
    """Applies the file that was sent, if it is the one with the `mark`, shown beside that edition; or cancels."""

    mark: str = ""
    edition: Number = 0
