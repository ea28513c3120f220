"""Where something belongs that was sent without saying so; `message` is the person's own."""

from aiogram.filters.callback_data import CallbackData

from bot.views.callbacks import Number


class ToRequest(CallbackData, prefix="jr"):
    """«К запросу …»."""

    message: Number
    obligation: Number


class ToDepartment(CallbackData, prefix="jd"):
    """«В управление»."""

    message: Number


class Nowhere(CallbackData, prefix="jn"):
    """«Ничего»."""

    message: Number
