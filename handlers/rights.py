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

# Words for somebody without the right.
Refusal = Callable[[Any, Scene], Awaitable[Sayings]]
# aiogram keeps the declaration as this flag of the handler.
_FLAG = "rights"


class Undeclared(Exception):
    """A handler is registered without the right that it takes. Register it with handlers.rights.register."""


@dataclass(frozen=True, slots=True)
class Rights:
    """A handler's declaration. `refusal` None: for people without the right the next handler is asked."""

    right: Right
    refusal: Refusal | None


async def denied(event: CallbackQuery | Message, scene: Scene) -> Sayings:
    """Refuses what the person may not do, or may not do any more; ends the conversation that was going on."""
    if isinstance(event, CallbackQuery):
        return [toast(event, common.NOT_YOURS, alert=True)]
    if scene.dialogue.kind:
        await dialogues.end(scene.tx, scene.person.id)
        return [send(event, views.no_longer_staff())]
    return [send(event, views.staff_only())]


def told(screen: Callable[[], Screen]) -> Refusal:
    """Makes a refusal that only shows the screen: the person's conversation goes on."""

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
    """The declaration of the handler. Raises Undeclared."""
    rights = handler.flags.get(_FLAG)
    if not isinstance(rights, Rights):
        callback = handler.callback
        raise Undeclared(f"{callback.__module__}.{callback.__qualname__}: {Undeclared.__doc__}")
    return rights
