"""What is called how: MAX's people, chats, messages and events, and the numbers by which everybody else knows them."""

import hashlib
from typing import TypeGuard

from bot.domain.people.messenger import Messenger, account_of, messenger_of

# An event's place among those of the same millisecond, and a part of its place: so many bits each.
_HASHED, _PART = 17, 4
PARTS = 2**_PART
# What a column holds of chats' numbers, and of messages'.
CHATS, MESSAGES = range(-(2**63), 2**63), range(1, 2**63)
_INT64, _SIGN = 2**64 - 1, 2**63
_PREFIX, _DIGITS = "mid.", 16


def person_of(user_id: object) -> int | None:
    """The number of the person; None for what is no user's number, or fits nowhere."""
    try:
        return Messenger.MAX.person(user_id) if type(user_id) is int else None
    except ValueError:
        return None


def user_of(person_id: int) -> int | None:
    """MAX's number of the person; None: the person is none of MAX's."""
    return account_of(person_id) if person_id > 0 and messenger_of(person_id) is Messenger.MAX else None


def mid_of(chat_id: int, seq: int) -> str:
    """What the message is called by a rule that MAX does not promise, and that every message seen so far has kept."""
    return f"{_PREFIX}{chat_id & _INT64:016x}{seq & _INT64:016x}"


def is_name(mid: object) -> TypeGuard[str]:
    """Whether a message may be called so: it goes into addresses and columns."""
    return isinstance(mid, str) and mid.isascii() and mid.isprintable()


def seq_of(mid: str) -> int | None:
    """The message's number by its name, if the name is of the known form."""
    numbers = _numbers_of(mid)
    return numbers[1] if numbers is not None else None


def chat_of(mid: str) -> int | None:
    """The number of the message's chat by its name, if the name is of the known form."""
    numbers = _numbers_of(mid)
    # A group's is negative.
    return (numbers[0] ^ _SIGN) - _SIGN if numbers is not None else None


def _numbers_of(mid: str) -> tuple[int, int] | None:
    digits = mid.removeprefix(_PREFIX)
    if len(digits) != 2 * _DIGITS or digits == mid:
        return None
    try:
        return int(digits[:_DIGITS], 16), int(digits[_DIGITS:], 16)
    except ValueError:
        return None


def update_id(at: int, part: int, *what: object) -> int:
    """A number for an event of that moment, in milliseconds: the same when it comes again, greater for what is later.

    MAX numbers no events. `what` tells it from others of the same millisecond; `part`: its place in a message of which
    several are made.
    """
    digest = hashlib.sha256("\n".join(map(str, what)).encode()).digest()
    place = int.from_bytes(digest[:8]) >> (64 - _HASHED)
    return (at << (_HASHED + _PART)) | place << _PART | part


def moment_id(at: int, what: str) -> int:
    """A number, in the manner of messages' own, for what is told as a message and was none."""
    return at << 16 | int.from_bytes(hashlib.sha256(what.encode()).digest()[:2])
