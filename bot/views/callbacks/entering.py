"""Answers from a returned workbook."""

from typing import Literal

from bot.views.callbacks import Callback, Number


class Enter(Callback, prefix="ne"):
    """Begins, shows a page of what would be entered, applies it, or cancels. `mark`: fingerprint of what was shown."""

    step: Literal["begin", "page", "apply", "cancel"]
    mark: str = ""
    page: Number = 0
