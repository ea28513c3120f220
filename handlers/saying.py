"""Makes the sayings that handlers return."""

from html import escape
from typing import Any

from aiogram.filters import BaseFilter
from aiogram.types import CallbackQuery, Message

from bot.delivery.sayings import Delete, Edit, Saying, Send, Toast
from bot.domain.screen import Screen
from handlers.scene import Scene

Sayings = list[Saying]


def send(event: Message | CallbackQuery, screen: Screen, about: int | None = None) -> Saying:
    """A new message to the person."""
    return Send(_person(event), screen, about)


def answer(message: Message, screen: Screen) -> Saying:
    """A new message that points at the person's."""
    return Send(_person(message), screen, reply_to=message.message_id)


def edit(query: CallbackQuery, screen: Screen, about: int | None = None) -> Saying:
    """Another content for the button's message; if nobody can change it any more, a new message follows from that."""
    message = query.message
    if message is None:
        return Send(query.from_user.id, screen, about)
    return Edit(message.chat.id, message.message_id, screen, about)


def anew(query: CallbackQuery, screen: Screen) -> Sayings:
    """A new message in place of the button's: only a new one can bring or take the words below."""
    message = query.message
    said = send(query, screen)
    return [said] if message is None else [said, Delete(message.chat.id, message.message_id)]


def toast(query: CallbackQuery, text: str, *, alert: bool = False) -> Saying:
    """A word over the chat; as an alert it has to be tapped away."""
    return Toast(query.id, text, alert)


def formatted(message: Message) -> str:
    """Text or caption as Telegram's HTML; without its formatting, if that cannot be understood."""
    try:
        return message.html_text
    except (AttributeError, ValueError, IndexError, TypeError):
        # The library fails over a broken entity: a mention without its person, half of a character.
        return escape(message.text or message.caption or "", quote=False)


def _person(event: Message | CallbackQuery) -> int:
    # In a private chat the chat's id is the person's.
    return event.chat.id if isinstance(event, Message) else event.from_user.id


class Talking(BaseFilter):
    """Passes a person who is in a conversation of that kind, at any of the steps that are named."""

    def __init__(self, kind: str, *steps: str) -> None:
        self._kind = kind
        self._steps = steps

    async def __call__(self, _event: Message, scene: Scene, **_: Any) -> bool:
        if scene.dialogue.kind != self._kind:
            return False
        return not self._steps or scene.dialogue.data.get("step") in self._steps
