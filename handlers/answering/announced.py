"""A reply to an announcement belongs to that, whatever else the person was asked; so does one to a request."""

from typing import Any

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import BaseFilter
from aiogram.types import Message

from bot.domain.people.member import Right
from bot.storage.desk import announcements, recipients, showings
from bot.storage.people import seats
from bot.storage.post import dialogues
from bot.views import placing as views
from bot.views.department.announcements import broadcast, source
from bot.views.heads.worded import is_acknowledgement
from handlers import order
from handlers.answering import extending, placing, request_form, typing
from handlers.department.announcements import announcements as sent
from handlers.department.announcements import approving, draft
from handlers.noting import written
from handlers.rights import register
from handlers.saying import Sayings, answer, send
from handlers.scene import Scene

# Conversations in which a reply to a request has a meaning of its own, or the one that it has without any.
_OF_HEADS = ("", dialogues.FORM, extending.KIND)
# Conversations about one announcement, which their `id` names.
_ABOUT_ONE = (draft.KIND, sent.KIND, approving.KIND)


class OfAnnouncement(BaseFilter):
    """The message is a reply to one that shows an announcement to its sender."""

    async def __call__(self, message: Message, scene: Scene, **_: Any) -> bool | dict[str, int]:
        announcement_id = await pointed_at(message, scene)
        return False if announcement_id is None else {"announcement_id": announcement_id}


class OfRequest(BaseFilter):
    """The message is a reply to a request of its sender's, who has been asked for something else: a day, as staff."""

    async def __call__(self, message: Message, scene: Scene, **_: Any) -> bool:
        return scene.dialogue.kind not in _OF_HEADS and await typing.is_about_requests(message, scene)


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="announced")
    said = F.text | F.document | F.photo | F.video | F.audio | F.voice
    register(router.message, typing.reply, said, ~F.text.startswith("/"), OfRequest(), rights=Right.AGREED)
    register(router.message, swiped, ~F.text.startswith("/"), OfAnnouncement(), rights=Right.AGREED)
    return router


async def pointed_at(message: Message, scene: Scene) -> int | None:
    """The announcement that the message replies to."""
    pointed = message.reply_to_message
    if pointed is None:
        return None
    person = scene.person
    return await showings.of_message(scene.tx, person.id, pointed.message_id, is_staff=person.is_staff)


async def swiped(message: Message, scene: Scene, announcement_id: int) -> Sayings:
    """It is asked about, unless it is plain what it is for."""
    said = await taken(message, scene, announcement_id)
    if said is None:
        raise SkipHandler
    return said


async def taken(message: Message, scene: Scene, announcement_id: int) -> Sayings | None:
    """What is said to somebody who replies to the announcement; None: it is for what was asked when it was sent."""
    asked = scene.then or order.asked(scene.dialogue)
    if asked.kind in _ABOUT_ONE and asked["id"] == announcement_id:
        return None
    if message.media_group_id is not None and await _is_of_draft(message, scene):
        return None
    own = await draft.own_draft(scene, announcement_id)
    is_seated = bool(await seats.of_person(scene.tx, scene.person.id))
    # Whoever has been asked for a new announcement may mean one that continues an old one.
    announces = asked.kind == draft.KIND and asked["step"] == "message" and scene.person.may(Right.CURATE)
    if not announces:
        if own is not None:
            return [send(message, source.one_message(own.id))]
        if not is_seated:
            # Whoever was at a form of an organization that they have left since is asked for nothing there.
            is_asked = asked.kind and (scene.person.is_staff or asked.kind not in _OF_HEADS)
            return [answer(message, views.not_by_reply())] if is_asked else None
    if written(message) is None:
        # A sticker is no words to anybody.
        return [answer(message, views.not_by_reply())] if announces else None
    if not announces and (read := await _read(message, scene, announcement_id)) is not None:
        return read
    why = [views.NOT_ANNOUNCED if announces else views.TO_ANNOUNCEMENT]
    if await _is_to_be_acknowledged(scene, announcement_id):
        why.append(views.BY_BUTTON)
    return await placing.ask(message, scene, why, announcement=announcement_id, announces=announces)


async def _read(message: Message, scene: Scene, announcement_id: int) -> Sayings | None:
    """Whoever writes «Ознакомлены» has not pressed the button that says so: it comes once more, and the form below."""
    waits = is_acknowledgement(message.text or "") and await _is_to_be_acknowledged(scene, announcement_id)
    announcement = await announcements.get(scene.tx, announcement_id) if waits else None
    if announcement is None:
        return None
    screen = broadcast.by_button(announcement, scene.now, scene.zone)
    return [answer(message, screen), *await request_form.below(scene)]


async def _is_to_be_acknowledged(scene: Scene, announcement_id: int) -> bool:
    announcement = await announcements.get(scene.tx, announcement_id)
    if announcement is None or not announcement.acknowledge or not announcement.state.is_sent_off:
        return False
    theirs = await recipients.get(scene.tx, announcement_id, scene.person.id)
    return theirs is not None and theirs.acknowledged_at is None


async def _is_of_draft(message: Message, scene: Scene) -> bool:
    album = message.media_group_id or ""
    return await announcements.draft_of_album(scene.tx, scene.person.id, album) is not None
