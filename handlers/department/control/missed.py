"""Rounds whose time passed while the bot was down: the department decides whether they are still asked."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.domain.people.member import Right
from bot.storage.ledger import rounds
from bot.storage.post import letters
from bot.views import callbacks, common
from bot.views.department.control import missed as views
from handlers.rights import register
from handlers.saying import Sayings, edit, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="missed")
    register(router.callback_query, missed, callbacks.Missed.filter(), rights=Right.ADMIN)
    return router


async def missed(query: CallbackQuery, callback_data: callbacks.Missed, scene: Scene) -> Sayings:
    """Opens a round whose time passed while the bot was down, or leaves it."""
    found = await rounds.get(scene.tx, callback_data.round)
    if found is None:
        return [toast(query, common.OUTDATED)]
    calendar = scene.catalog.calendar
    if callback_data.open:
        if scene.now >= found.closes_at and found.opened_at is None:
            return [edit(query, views.missed_past(found))]
        done = await rounds.open_missed(scene.tx, found, calendar, scene.person.id, scene.now)
        if done:
            await letters.ask(scene.tx, rounds.owing(found.id), calendar, scene.now)
    else:
        done = await rounds.skip_missed(scene.tx, found.id, scene.person.id, scene.now)
    if not done:
        return [edit(query, views.missed_already())]
    return [edit(query, views.missed_decided(found, opened=callback_data.open))]
