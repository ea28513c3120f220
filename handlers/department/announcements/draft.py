"""A draft of an announcement: whose it is, and its card."""

from aiogram.types import CallbackQuery

from bot.domain.desk.announcement import Announcement, AnnouncementState
from bot.domain.screen import Screen
from bot.letters.announcement_card import draw
from bot.storage.desk import announcements
from bot.views.department.announcements import composing as views
from handlers.department.common import listen
from handlers.scene import Scene

KIND = "announcement"


async def own_draft(scene: Scene, id: int) -> Announcement | None:
    """The announcement, if it is a draft of this person's."""
    announcement = await announcements.get(scene.tx, id)
    mine = (
        announcement is not None
        and announcement.by_id == scene.person.id
        and announcement.state is AnnouncementState.DRAFT
    )
    return announcement if mine else None


async def home(scene: Scene, page: int = 0) -> Screen:
    """A page of the person's drafts and of what has been sent; a curator sees their own."""
    by = scene.person.id if scene.person.limits.are_of_places else None
    drafts = await announcements.drafts(scene.tx, scene.person.id)
    first, size = page * views.PAGE, views.PAGE
    shown = drafts[first : first + size]
    sent, total = await announcements.newest(scene.tx, size - len(shown), max(0, first - len(drafts)), by=by)
    return views.home([*shown, *sent], total, page, -(-(len(drafts) + total) // size), scene.zone)


async def card(scene: Scene, id: int) -> Screen:
    """The card of the announcement as it stands."""
    announcement = await announcements.get(scene.tx, id)
    if announcement is None:
        return Screen(views.GONE)
    consent = scene.installation.announcement_approval
    return await draw(scene.tx, announcement, scene.catalog, scene.now, scene.person.id, needs_consent=consent)


async def listen_to_draft(query: CallbackQuery, scene: Scene, id: int) -> None:
    """Has the next message belong to the draft in the pressed message."""
    await listen(query, scene, KIND, step="draft", id=id)
