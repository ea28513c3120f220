"""What is said to an update that nobody could read: whoever waits for an answer gets one."""

from bot.delivery.incoming.intake import Raw
from bot.delivery.sayings import Saying, Send, Toast
from bot.domain.screen import Screen

_SPOKEN = ("message", "edited_message")


def answers(update: Raw, person_id: int, words: Screen) -> list[Saying]:
    """The words, and the end of a button's waiting. In a group, whose number is negative, nobody waits."""
    if person_id < 0:
        return []
    press = update.get("callback_query")
    if isinstance(press, dict):
        id = press.get("id")
        return [*([Toast(id)] if isinstance(id, str) else []), Send(person_id, words)]
    return [Send(person_id, words)] if any(kind in update for kind in _SPOKEN) else []
