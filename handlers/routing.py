"""Which handler takes an update: the routers' order, with the way to a button's handler shortened."""

from collections import defaultdict
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters.callback_data import CallbackQueryFilter
from aiogram.types import CallbackQuery, Update


class Routing:
    """Of all conversations. No router of theirs has middlewares or filters of its own: handlers check what they need.

    aiogram asks one handler after another, and each reads what the button brings back anew: a millisecond for the
    last of a hundred and thirty. Here those alone are asked whose prefix it has, and those that take any button, in the
    same order.
    """

    def __init__(self, *routers: Router) -> None:
        self._root = Router(name="all")
        self._root.include_routers(*routers)
        self._any: list[HandlerObject] = []
        self._by_prefix: dict[str, list[HandlerObject]] = defaultdict(lambda: list(self._any))
        for router in self._root.chain_tail:
            for handler in router.callback_query.handlers:
                self._add(handler)

    def _add(self, handler: HandlerObject) -> None:
        found = [one.callback for one in handler.filters or () if isinstance(one.callback, CallbackQueryFilter)]
        if found:
            self._by_prefix[found[0].callback_data.__prefix__].append(handler)
            return
        self._any.append(handler)
        for handlers in self._by_prefix.values():
            handlers.append(handler)

    async def handle(self, update: Update, **given: Any) -> Any:
        """What the handler returns; None if nobody takes the update. `given`: what handlers may ask for."""
        event = update.event
        if not isinstance(event, CallbackQuery):
            said = await self._root.propagate_event(update_type=update.event_type, event=event, **given)
            return None if said is UNHANDLED else said
        for handler in self._by_prefix.get((event.data or "").partition(":")[0], self._any):
            fits, values = await handler.check(event, **given)
            if fits:
                return await handler.call(event, **values)
        return None
