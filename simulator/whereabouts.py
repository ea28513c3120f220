"""Who acts, and in which chat: the same in each messenger."""

from collections.abc import Collection, Mapping
from typing import Protocol, TypeVar

from simulator.errors import PersonError


class _Account(Protocol):
    id: int
    first_name: str
    deactivated: bool
    blocked: bool


class _Place(Protocol):
    @property
    def members(self) -> Collection[int]:
        """Of a group."""


P = TypeVar("P")
C = TypeVar("C", bound=_Place)


def person_of(people: Mapping[int, P], person_id: int) -> P:
    """The person, or LookupError."""
    person = people.get(person_id)
    if person is None:
        raise LookupError(f"nobody with id {person_id}")
    return person


def place_of(chats: Mapping[int, C], person: _Account, chat_id: int | None, blocked: str) -> C:
    """The chat where the person acts: their own with the bot, or a group they are in. `blocked`: what is said of
    whoever has turned the bot away."""
    if person.deactivated:
        raise PersonError(f"{person.first_name} has deleted the account")
    if chat_id is None or chat_id == person.id:
        if person.blocked:
            raise PersonError(f"{person.first_name} {blocked}")
        return chats[person.id]
    chat = chats.get(chat_id)
    if chat is None or person.id not in chat.members:
        raise LookupError(f"{person.first_name} is in no chat {chat_id}")
    return chat
