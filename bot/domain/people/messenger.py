"""The messengers in which the bot serves, and whose number is whose.

A person's number in the database says in which messenger their account is: those of MAX stand above all of Telegram's,
so that no two people are ever one.
"""

from enum import StrEnum

from bot.domain.text import CAPTION, MESSAGE

# Telegram promises ids of at most 52 significant bits. Above them is as much room for MAX's, which are some 3·10^8 now,
# and still every number of a person is one that JSON and a float hold exactly.
_ROOM = 1 << 52


class Messenger(StrEnum):
    """Where people talk to the bot."""

    TELEGRAM = "telegram"
    MAX = "max"

    @property
    def called(self) -> str:
        """What it is called in a sentence, in Russian as in English; Russian does not decline it."""
        match self:
            case Messenger.TELEGRAM:
                return "Telegram"
            case Messenger.MAX:
                return "MAX"

    @property
    def folds(self) -> bool:
        """Whether a long quotation can stand folded until somebody taps it."""
        return self is Messenger.TELEGRAM

    @property
    def message(self) -> int:
        """UTF-16 units of text that people can send there in one message: their clients cut what is longer."""
        match self:
            case Messenger.TELEGRAM:
                return MESSAGE
            case Messenger.MAX:
                return 4000

    @property
    def caption(self) -> int:
        """The same of the text below a file; in MAX a file is attached to a message."""
        match self:
            case Messenger.TELEGRAM:
                return CAPTION
            case Messenger.MAX:
                return self.message

    def link(self, bot_name: str, payload: str) -> str:
        """What opens a chat with the bot, to which it brings the payload: 64 characters, of MAX 128."""
        match self:
            case Messenger.TELEGRAM:
                return f"https://t.me/{bot_name}?start={payload}"
            case Messenger.MAX:
                return f"https://max.ru/{bot_name}?start={payload}"

    def person(self, account: int) -> int:
        """The person's number whose account has that number there. Raises ValueError for none of its numbers."""
        if not 0 < account < _ROOM:
            raise ValueError("is no number of an account")
        return account + _ROOM if self is Messenger.MAX else account


def messenger_of(person_id: int) -> Messenger:
    """In which messenger that person's account is."""
    return Messenger.MAX if person_id > _ROOM else Messenger.TELEGRAM


def account_of(person_id: int) -> int:
    """The number of that person's account in its messenger, as the person finds it there."""
    return person_id - _ROOM if person_id > _ROOM else person_id
