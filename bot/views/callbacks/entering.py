"""Answers from a returned workbook."""

from typing import Literal

from bot.views.callbacks import Callback, Number


class Enter(Callback, prefix="ne"):
    """Begin, look at a page of what would be entered, apply it, or not. `mark` is the fingerprint of what was shown."""

    step: Literal["begin", "page", "apply", "cancel"]
    mark: str = ""
    page: Number = 0
