"""«Ознакомлен» says that somebody has read an announcement."""

from collections.abc import Sequence

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.delivery.sayings import EditButtons, Saying
from bot.domain.desk.announcement import Announcement, AnnouncementState
from bot.domain.people.member import Right
from bot.storage.desk import announcements, destinations, recipients
from bot.views import common
from bot.views.callbacks.announcements import Acknowledge
from bot.views.department.announcements import broadcast
from handlers.rights import register
from handlers.saying import Sayings, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="acknowledging")
    register(router.callback_query, acknowledge, Acknowledge.filter(), rights=Right.AGREED)
    return router


async def acknowledge(query: CallbackQuery, callback_data: Acknowledge, scene: Scene) -> Sayings:
    """Records «Ознакомлен», pressed below a copy or below an album, for all organizations of the person's."""
    announcement = await announcements.get(scene.tx, callback_data.id)
    if announcement is None:
        return [toast(query, common.OUTDATED, alert=True)]
    if announcement.state is AnnouncementState.WITHDRAWN:
        was_for_them = await recipients.get(scene.tx, announcement.id, scene.person.id) is not None
        return [toast(query, broadcast.NO_LONGER, alert=True)] if was_for_them else _not_for(query, scene)
    news = await recipients.acknowledge(scene.tx, announcement.id, scene.person.id, scene.now)
    if news is None:
        return _not_for(query, scene)
    places = await destinations.acknowledged(scene.tx, announcement.id, scene.person.id)
    copy = await recipients.get(scene.tx, announcement.id, scene.person.id)
    return [
        toast(query, broadcast.acknowledged(places, news=news)),
        *_marked(query, announcement, places, copy.messages if copy is not None else ()),
    ]


def _not_for(query: CallbackQuery, scene: Scene) -> list[Saying]:
    looks = scene.person.is_staff
    return [toast(query, broadcast.SPECIMEN if looks else broadcast.NOT_A_RECIPIENT, alert=True)]


def _marked(query: CallbackQuery, announcement: Announcement, places: list[str], copy: Sequence[int]) -> list[Saying]:
    """The button says that it was pressed, wherever it stands: where it came once more, below the `copy` too."""
    message = query.message
    if message is None:
        return []
    rows = broadcast.button(announcement, acknowledged=True, places=places)
    marked = dict.fromkeys([message.message_id, *copy[-1:]])
    return [EditButtons(message.chat.id, its, rows) for its in marked]
