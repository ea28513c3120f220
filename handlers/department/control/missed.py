"""Has the department decide whether rounds are still asked whose time passed while the bot was down."""

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
    round_ = await rounds.get(scene.tx, callback_data.round)
    if round_ is None:
        return [toast(query, common.OUTDATED_AT_DESK, alert=True)]
    calendar = scene.catalog.calendar
    if callback_data.open:
        if scene.now >= round_.closes_at and round_.opened_at is None:
            return [edit(query, views.missed_past(round_))]
        done = await rounds.open_missed(scene.tx, round_, calendar, scene.person.id, scene.now)
        if done:
            await letters.ask(scene.tx, rounds.owing(round_.id), calendar, scene.now)
    else:
        done = await rounds.skip_missed(scene.tx, round_.id, scene.person.id, scene.now)
    if not done:
        return [edit(query, views.missed_already())]
    return [edit(query, views.missed_decided(round_, opened=callback_data.open))]
