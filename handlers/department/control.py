"""How the open rounds stand, and who has not answered."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.domain.letter import LetterKind
from bot.domain.screen import Screen
from bot.storage import letters, obligations, rounds, seats
from bot.views import callbacks, common
from bot.views.department import control as views
from bot.views.department.panel import staff_only
from handlers.registration import show_waiting
from handlers.saying import Sayings, edit, send, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="department")
    router.message.register(status, Command("status"))
    router.callback_query.register(show_status, callbacks.Status.filter())
    router.callback_query.register(pending, callbacks.Pending.filter())
    return router


async def status(message: Message, scene: Scene) -> Sayings:
    """/status: open rounds, answered of all."""
    if scene.person.staff_role is None:
        return [send(message, staff_only())]
    return [send(message, await _status(scene))]


async def show_status(query: CallbackQuery, callback_data: callbacks.Status, scene: Scene) -> Sayings:
    """Who has not answered a round, or back to all of them."""
    if scene.person.staff_role is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    found = await rounds.get(scene.tx, callback_data.round) if callback_data.round else None
    if found is None:
        return [edit(query, await _status(scene))]
    who = await obligations.missing(scene.tx, found.id)
    return [edit(query, views.missing(found, who, scene.now, scene.zone))]


async def pending(query: CallbackQuery, callback_data: callbacks.Pending, scene: Scene) -> Sayings:
    """Sends the cards of what waits for a decision once more: the first may have been lost in the chat."""
    if not scene.person.is_admin:
        return [toast(query, common.NOT_YOURS, alert=True)]
    if callback_data.what == "registrations":
        await show_waiting(scene)
    elif callback_data.what == "missed":
        for found in await rounds.missed(scene.tx):
            await letters.write(scene.tx, LetterKind.MISSED, [scene.person.id], scene.now, round=found.id)
    return []


async def _status(scene: Scene) -> Screen:
    found = await rounds.open_now(scene.tx, scene.now)
    tally = await rounds.tally(scene.tx, [one.id for one in found])
    waiting, missed = len(await seats.waiting(scene.tx)), len(await rounds.missed(scene.tx))
    return views.status(found, tally, waiting, missed, scene.now, scene.zone)
