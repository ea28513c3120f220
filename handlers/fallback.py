"""Nobody is met with silence: what no conversation understood is answered here. Included last."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.storage.ledger import obligations
from bot.storage.people import seats
from bot.views import common, tasks
from handlers.saying import Sayings, send, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of last resort."""
    router = Router(name="fallback")
    router.message.register(message_)
    router.callback_query.register(press)
    return router


async def message_(message: Message, scene: Scene) -> Sayings:
    """An unknown command, a sticker, a place on the map."""
    if not await seats.of_person(scene.tx, scene.person.id):
        return [send(message, tasks.unseated())]
    waiting = await obligations.unanswered(scene.tx, scene.person.id, scene.now)
    return [send(message, tasks.unknown(len(waiting)))]


async def press(query: CallbackQuery) -> Sayings:
    """A button of another version, or forged data."""
    return [toast(query, common.OUTDATED, alert=True)]
