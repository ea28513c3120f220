"""Nobody is met with silence: what no conversation understood is answered here. Included last."""

from datetime import datetime

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.domain.member import Person
from bot.storage import obligations, seats
from bot.storage.engine import Tx
from bot.views import common, tasks
from handlers.saying import Sayings, send, toast


def setup() -> Router:
    """The router of last resort."""
    router = Router(name="fallback")
    router.message.register(message_)
    router.callback_query.register(press)
    return router


async def message_(message: Message, tx: Tx, now: datetime, person: Person) -> Sayings:
    """An unknown command, a sticker, a place on the map."""
    if not await seats.of_person(tx, person.id):
        return [send(message, tasks.unseated())]
    waiting = await obligations.unanswered(tx, person.id, now)
    return [send(message, tasks.unknown(len(waiting)))]


async def press(query: CallbackQuery) -> Sayings:
    """A button of another version, or forged data."""
    return [toast(query, common.OUTDATED, alert=True)]
