"""Choosing an audience. `of` says what it is for ("a" announcement, "q" question), `id` which of them."""

from typing import Literal

from bot.views.callbacks import Callback, Number

Purpose = Literal["a", "q"]
View = Literal["all", "types", "tags", "places", "rounds", "silent", "territories"]


class Audiences(Callback, prefix="ea"):
    """Opens a screen of the picker; `view` "all" is its first."""

    of: Purpose
    id: Number
    view: View = "all"
    page: Number = 0


class Everyone(Callback, prefix="eb"):
    """Ticks or unticks all organizations."""

    of: Purpose
    id: Number


class TickType(Callback, prefix="ec"):
    """Ticks or unticks a type of organizations."""

    of: Purpose
    id: Number
    type: str


class TickTag(Callback, prefix="ed"):
    """Ticks or unticks a tag."""

    of: Purpose
    id: Number
    tag: str


class TickTerritory(Callback, prefix="ek"):
    """Ticks or unticks a territory."""

    of: Purpose
    id: Number
    territory: str


class TickPlace(Callback, prefix="ee"):
    """Ticks or unticks one organization; `page` is where it stands."""

    of: Purpose
    id: Number
    organization: Number
    page: Number = 0


class Owing(Callback, prefix="ef"):
    """Chooses those who have not answered a round, instead of all else."""

    of: Purpose
    id: Number
    round: Number


class Silent(Callback, prefix="eg"):
    """Chooses those who have not acknowledged an announcement, instead of all else."""

    of: Purpose
    id: Number
    announcement: Number


class FindPlaces(Callback, prefix="eh"):
    """Forgets what was searched, so that all organizations are listed again."""

    of: Purpose
    id: Number


class LeavePicker(Callback, prefix="ej"):
    """Leads back to what the audience is for, with whatever has been chosen."""

    of: Purpose
    id: Number


class Picked(Callback, prefix="ei"):
    """«Готово»: the audience is chosen."""

    of: Purpose
    id: Number
