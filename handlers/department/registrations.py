"""Registrations wait for an administrator's decision."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.domain.letter import LetterKind
from bot.storage import letters, seats
from bot.views import callbacks, common
from bot.views.department import registrations as views
from handlers.registration import seated
from handlers.saying import Sayings, edit, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="registrations")
    router.callback_query.register(decide, callbacks.Decide.filter())
    return router


async def decide(query: CallbackQuery, callback_data: callbacks.Decide, scene: Scene) -> Sayings:
    """«Подтвердить» or «Отклонить» a registration. Of two administrators the first decides."""
    if not scene.person.is_admin:
        return [toast(query, common.NOT_YOURS, alert=True)]
    seat = await seats.decide(scene.tx, callback_data.seat, callback_data.accept, scene.person.id, scene.now)
    if seat is None:
        return [toast(query, views.ALREADY_DECIDED), edit(query, views.already_decided())]
    if callback_data.accept:
        await letters.write(scene.tx, LetterKind.SEATED, [seat.person_id], scene.now, seat=seat.id)
        # The answer to the registration comes at once; requests keep to working hours.
        await seated(scene, seat, scene.catalog.calendar.next_work_moment(scene.now))
    else:
        await letters.write(scene.tx, LetterKind.REJECTED, [seat.person_id], scene.now, seat=seat.id)
    return [edit(query, views.decided(seat, accepted=callback_data.accept))]
