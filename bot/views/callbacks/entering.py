"""Answers from a returned workbook."""

from typing import Literal

from aiogram.filters.callback_data import CallbackData

from bot.views.callbacks import Number


class Enter(CallbackData, prefix="ne"):
    """Begin, look at a page of what would be entered, apply it, or not. `mark` is the fingerprint of what was shown."""

    step: Literal["begin", "page", "apply", "cancel"]
    mark: str = ""
    page: Number = 0
