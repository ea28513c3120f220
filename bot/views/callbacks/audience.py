"""Choosing an audience. `of` says what for ("a" announcement, "q" question), `id` which one."""

from typing import Literal

from aiogram.filters.callback_data import CallbackData

from bot.views.callbacks import Number

Purpose = Literal["a", "q"]
View = Literal["all", "types", "tags", "places", "rounds", "silent"]


class Audiences(CallbackData, prefix="ea"):
    """A screen of the picker; `view` "all" is its first."""

    of: Purpose
    id: Number
    view: View = "all"
    page: Number = 0


class Everyone(CallbackData, prefix="eb"):
    """All organizations, or not."""

    of: Purpose
    id: Number


class TickType(CallbackData, prefix="ec"):
    """Ticks or unticks a type of organizations."""

    of: Purpose
    id: Number
    type: str


class TickTag(CallbackData, prefix="ed"):
    """Ticks or unticks a tag."""

    of: Purpose
    id: Number
    tag: str


class TickPlace(CallbackData, prefix="ee"):
    """Ticks or unticks one organization; `page` is where it stands."""

    of: Purpose
    id: Number
    organization: Number
    page: Number = 0


class Owing(CallbackData, prefix="ef"):
    """Those who have not answered a round, instead of all else."""

    of: Purpose
    id: Number
    round: Number


class Silent(CallbackData, prefix="eg"):
    """Those who have not acknowledged an announcement, instead of all else."""

    of: Purpose
    id: Number
    announcement: Number


class FindPlaces(CallbackData, prefix="eh"):
    """Forgets what was searched: all organizations are listed again."""

    of: Purpose
    id: Number


class LeavePicker(CallbackData, prefix="ej"):
    """Back to what the audience is for, with whatever has been chosen."""

    of: Purpose
    id: Number


class Picked(CallbackData, prefix="ei"):
    """«Готово»."""

    of: Purpose
    id: Number
