"""Directives: a card, a pause, opening by hand; another catalog."""

from bot.views.callbacks import Callback, Number


class Card(Callback, prefix="vd"):
    """Opens the card of a directive."""

    id: str


class Pause(Callback, prefix="vp"):
    """Pauses a directive; asks first unless `sure`."""

    id: str
    sure: bool = False


class Resume(Callback, prefix="vr"):
    """Ends the pause of a directive."""

    id: str


class OpenNow(Callback, prefix="vo"):
    """Opens the next round at once. `mark`: of the period that was shown; empty: asks first."""

    id: str
    mark: str = ""


class Unsend(Callback, prefix="vu"):
    """Takes a directive back that was sent as a file; asks first unless `sure`."""

    id: str
    sure: bool = False


class Reload(Callback, prefix="vg"):
    """Reads the files again, and applies them if `mark` and `edition` are still those that were shown."""

    mark: str = ""
    edition: Number = 0


class AdoptSent(Callback, prefix="va"):
    """Applies the sent file if `mark` and `edition` are still those that were shown; cancels without a mark."""

    mark: str = ""
    edition: Number = 0
