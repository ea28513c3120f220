"""Which buttons a messenger shows by a number, which people may type instead of pressing."""

from bot.delivery.max import layout
from bot.delivery.max.text import spoken
from bot.delivery.outgoing.attempts import keyboard
from bot.domain.people.messenger import Messenger
from bot.domain.screen import Screen


def numbered(screen: Screen, messenger: Messenger, brief: layout.Brief) -> dict[int, str]:
    """The data of those buttons by that number. `brief`: what a label is called in so many characters there."""
    match messenger:
        case Messenger.TELEGRAM:
            return {}
        case Messenger.MAX:
            return layout.numbered(spoken(screen.text), keyboard(screen.rows), brief)
