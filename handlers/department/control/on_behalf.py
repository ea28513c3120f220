"""«Ответить за организацию»: an answer that was phoned in is given by the organization's own form.

Whoever has begun so has a draft of the answer, as a head has; that is what lets them into the form.
"""

from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.domain.ledger import drafting
from bot.domain.people.member import Right
from bot.storage.ledger import drafts, replies
from bot.storage.people import seats
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views.callbacks.control import OnBehalf
from bot.views.department.control import on_behalf as views
from bot.views.department.control.answer import Place
from handlers.answering import request_form
from handlers.department.common import obligation_within
from handlers.department.control.answer import screen_of, whence
from handlers.rights import denied, register
from handlers.saying import Sayings, edit, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="on-behalf")
    register(router.callback_query, answer, OnBehalf.filter(), rights=Right.CURATE)
    return router


async def answer(query: CallbackQuery, callback_data: OnBehalf, scene: Scene) -> Sayings:
    """Opens the form; or forgets what was begun there, and shows the answer as it stands."""
    obligation = await obligation_within(scene, callback_data.obligation)
    if obligation is None:
        return await denied(query, scene)
    place = whence(scene, obligation) if callback_data.leave else Place(callback_data.part, callback_data.page)
    sits = obligation.organization_id in await seats.roles(scene.tx, scene.person.id)
    if callback_data.leave:
        if not sits:
            await drafts.drop(scene.tx, scene.person.id, obligation.id)
        await dialogues.end(scene.tx, scene.person.id)
        return [edit(query, await screen_of(scene, obligation, place))]
    if sits:
        await request_form.note_seen(scene, obligation)
    theirs = obligation if sits else replace(obligation, on_behalf=True)
    if not theirs.takes_answers(scene.now):
        if not sits:
            await drafts.drop(scene.tx, scene.person.id, obligation.id)
        return [toast(query, views.NOT_TAKEN, alert=True), edit(query, await screen_of(scene, obligation, place))]
    kept = await drafts.get(scene.tx, scene.person.id, obligation.id)
    if kept is None and not sits:
        newest = await replies.newest(scene.tx, obligation.id) if obligation.version else None
        kept = drafting.begin(scene.person.id, obligation, newest)
        await drafts.put(scene.tx, kept, scene.now)
    came = {"obligation": obligation.id, request_form.CAME_FROM: [place.part, place.page]}
    scene = replace(scene, dialogue=Dialogue(request_form.KIND, came))
    await request_form.focus(query, scene, theirs, kept)
    return [edit(query, await request_form.screen_of(scene, theirs, kept), theirs.id)]
