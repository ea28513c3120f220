"""Nobody is met with silence: what no conversation understood is answered here. Included last."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.domain.people.member import Right
from bot.storage.ledger import obligations
from bot.storage.people import seats
from bot.views import common
from bot.views.department import panel
from bot.views.heads import tasks
from handlers.answering import request_form
from handlers.rights import register
from handlers.saying import Sayings, send, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of last resort."""
    router = Router(name="fallback")
    register(router.message, message_, rights=Right.AGREED)
    register(router.callback_query, press, rights=Right.AGREED)
    return router


async def message_(message: Message, scene: Scene) -> Sayings:
    """An unknown command, a sticker, a place on the map."""
    if not await seats.of_person(scene.tx, scene.person.id):
        said = [send(message, panel.astray() if scene.person.is_staff else tasks.unseated())]
    else:
        waiting = await obligations.unanswered(scene.tx, scene.person.id, scene.now)
        said = [send(message, tasks.unknown(len(waiting)) if message.text else tasks.unkept(len(waiting)))]
    # A command leads away from the form; whatever else came is followed by the question that waits.
    return said if (message.text or "").startswith("/") else [*said, *await request_form.below(scene)]


async def press(query: CallbackQuery, scene: Scene) -> Sayings:
    """A button of another version, or forged data."""
    said = common.OUTDATED_AT_DESK if scene.person.is_staff else common.OUTDATED
    return [toast(query, said, alert=True)]
