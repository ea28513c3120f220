"""Shares and counts in words, alike in messages and files; plain text."""

from fractions import Fraction

from bot.domain.ledger.report import Execution


def percent(share: Fraction | None) -> str:
    """«71 %». Rounded down, so that 100 % means all; without a share a dash."""
    return "—" if share is None else f"{int(share * 100)}\u00a0%"


def answered(execution: Execution) -> str:
    """«Представили 17 из 24 (70 %), в срок 15»."""
    share = percent(execution.completion)
    return f"Представили {execution.answered} из {execution.asked} ({share}), в срок {execution.on_time}"
