"""A right is declared where a handler is registered; `handlers.routing` holds everybody to it.

What depends on the object (is the request theirs, do their limits cover it) is no right: handlers ask the database.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.dispatcher.event.telegram import TelegramEventObserver
from aiogram.types import CallbackQuery, Message

from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.storage.post import dialogues
from bot.views import common
from bot.views.department import panel as views
from handlers.saying import Sayings, send, toast
from handlers.scene import Scene

# What somebody without the right hears.
Refusal = Callable[[Any, Scene], Awaitable[Sayings]]
# The flag of aiogram's handlers that holds the declaration.
_FLAG = "rights"


class Undeclared(Exception):
    """A handler is registered without the right that it takes. Register it with handlers.rights.register."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a handler takes. `refusal` None: it passes over who has no right, and the next handler is asked."""

    right: Right
    refusal: Refusal | None


async def denied(event: CallbackQuery | Message, scene: Scene) -> Sayings:
    """The person may not do this, or may not any more: a conversation that was going on ends."""
    if isinstance(event, CallbackQuery):
        return [toast(event, common.NOT_YOURS, alert=True)]
    if scene.dialogue.kind:
        await dialogues.end(scene.tx, scene.person.id)
        return [send(event, views.no_longer_staff())]
    return [send(event, views.staff_only())]


def told(screen: Callable[[], Screen]) -> Refusal:
    """A refusal that only says so: what the person is in the middle of goes on."""

    async def refuse(message: Message, _scene: Scene) -> Sayings:
        return [send(message, screen())]

    return refuse


def register(
    observer: TelegramEventObserver,
    handler: Callable[..., Awaitable[Sayings]],
    *filters: Callable[..., Any],
    rights: Right,
    refusal: Refusal | None = denied,
) -> None:
    """Registers a handler with the right that it takes."""
    observer.register(handler, *filters, flags={_FLAG: Rights(rights, refusal)})


def declared(handler: HandlerObject) -> Rights:
    """What the handler takes. Raises Undeclared."""
    rights = handler.flags.get(_FLAG)
    if not isinstance(rights, Rights):
        callback = handler.callback
        raise Undeclared(f"{callback.__module__}.{callback.__qualname__}: {Undeclared.__doc__}")
    return rights
