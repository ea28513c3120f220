"""Finds the handler that takes an update, and holds the person to the right that it declares."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters.callback_data import CallbackQueryFilter
from aiogram.types import CallbackQuery, Update

from bot.domain.people.member import Right
from handlers.rights import Rights, declared
from handlers.saying import Sayings
from handlers.scene import Scene


@dataclass(frozen=True, slots=True)
class _Guarded:
    handler: HandlerObject
    rights: Rights


class Routing:
    """Asks the handlers of all conversations, in the order of their routers. Raises Undeclared at a missing right.

    No router has middlewares or filters of its own: a handler's right is all that is asked before it.

    aiogram asks handler after handler, and each parses the button's data anew: a millisecond for the last of a hundred
    and thirty. A button is asked here of the handlers of its prefix, and of those that take any button, in the same
    order.
    """

    def __init__(self, *routers: Router) -> None:
        self._by_type: dict[str, list[_Guarded]] = defaultdict(list)
        self._any: list[_Guarded] = []
        self._by_prefix: dict[str, list[_Guarded]] = defaultdict(lambda: list(self._any))
        for root in routers:
            for router in root.chain_tail:
                for event_type, observer in router.observers.items():
                    for handler in observer.handlers:
                        self._add(event_type, _Guarded(handler, declared(handler)))

    def _add(self, event_type: str, guarded: _Guarded) -> None:
        if event_type != "callback_query":
            self._by_type[event_type].append(guarded)
            return
        filters = [asked.callback for asked in guarded.handler.filters or ()]
        buttons = [asked for asked in filters if isinstance(asked, CallbackQueryFilter)]
        if buttons:
            self._by_prefix[buttons[0].callback_data.__prefix__].append(guarded)
            return
        self._any.append(guarded)
        for handlers in self._by_prefix.values():
            handlers.append(guarded)

    async def handle(self, update: Update, scene: Scene, *, agreed: bool, **given: Any) -> Sayings | None:
        """Returns what the handler says, or what it says to somebody without its right; None if none takes the update.

        `agreed` False: only handlers for anybody are asked. `given` is what handlers may have as arguments.
        """
        event = update.event
        for guarded in self._asked(update):
            rights = guarded.rights
            if not agreed and rights.right is not Right.ANYBODY:
                continue
            may = scene.person.may(rights.right)
            if not may and rights.refusal is None:
                continue
            fits, values = await guarded.handler.check(event, scene=scene, **given)
            if not fits:
                continue
            if not may and rights.refusal is not None:
                return await rights.refusal(event, scene)
            try:
                said: Sayings = await guarded.handler.call(event, **values)
            except SkipHandler:
                continue
            return said
        return None

    def _asked(self, update: Update) -> list[_Guarded]:
        event = update.event
        if isinstance(event, CallbackQuery):
            return self._by_prefix.get((event.data or "").partition(":")[0], self._any)
        return self._by_type.get(update.event_type, [])
