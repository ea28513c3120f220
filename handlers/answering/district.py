"""«Как в районе» shows a head what they get back for an answer."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.domain.ledger.district import figures
from bot.domain.people.member import Right
from bot.storage.ledger import district, replies
from bot.views import callbacks, common
from bot.views.heads import district as views
from handlers.answering import request_form
from handlers.rights import register
from handlers.saying import Sayings, edit, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="district")
    register(router.callback_query, show, callbacks.InDistrict.filter(), rights=Right.AGREED)
    return router


async def show(query: CallbackQuery, callback_data: callbacks.InDistrict, scene: Scene) -> Sayings:
    """Shows shares and totals of the round to those who have answered it."""
    # It counts all organizations: whoever answers for one of theirs may have to do with a part of them.
    obligation = await request_form.own(scene, callback_data.obligation)
    if obligation is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    own = await replies.newest(scene.tx, obligation.id) if obligation.version else None
    if own is None:
        return [toast(query, common.OUTDATED, alert=True)]
    # Where there are territories, those of one are compared: the head's, when it was asked.
    territory = obligation.territory if scene.catalog.territories else ""
    answers = await district.answers(scene.tx, obligation.round.id, territory or None)
    known = scene.catalog.known_territories if scene.catalog.territories else {}
    key = obligation.round.key
    asked = [field for field in obligation.round.directive.fields if not field.only_in or key in field.only_in]
    return [
        edit(
            query,
            views.district(
                views.compared(known, territory),
                obligation,
                answers.asked,
                answers.answered,
                figures(asked, answers.values),
                own.values,
            ),
        )
    ]
