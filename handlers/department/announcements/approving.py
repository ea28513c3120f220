"""A second person agrees to an announcement, or returns it; and whose matter an announcement is."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.desk.announcement import Announcement, AnnouncementState
from bot.domain.letter import LetterKind
from bot.domain.people.member import Right
from bot.storage.desk import announcements, broadcasts, matters
from bot.storage.people import people, staff
from bot.storage.post import dialogues, letters
from bot.views.callbacks.announcements import Agree
from bot.views.department.announcements import approving as views
from bot.views.department.control.answer import COMMENT
from handlers.department.common import listen, shown
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, toast
from handlers.scene import Scene

KIND = "approving"


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="approving")
    register(router.callback_query, agree, Agree.filter(F.agree), rights=Right.CURATE)
    register(router.callback_query, ask_comment, Agree.filter(), rights=Right.CURATE)
    register(
        router.message, take_comment, Talking(KIND, "comment"), F.text, ~F.text.startswith("/"), rights=Right.CURATE
    )
    return router


async def agree(query: CallbackQuery, callback_data: Agree, scene: Scene) -> Sayings:
    """«Согласовать»: the announcement goes, or waits for its time. The first of two who decide does."""
    announcement = await _to_decide(query, callback_data, scene)
    if not isinstance(announcement, Announcement):
        return announcement
    author = await people.get(scene.tx, announcement.by_id) if announcement.by_id is not None else None
    if author is None or not author.may_curate:
        return [toast(query, views.AUTHOR_GONE, alert=True)]
    me, now = scene.person.id, scene.now
    if not await announcements.move(
        scene.tx, announcement.id, [AnnouncementState.APPROVAL], AnnouncementState.SCHEDULED, me, now,
        approved_by=me, approved_at=now,
    ):  # fmt: skip
        return [toast(query, views.DECIDED), edit(query, views.already_decided(announcement.id))]
    later = announcement.send_at is not None and announcement.send_at > now
    if not later:
        before = [AnnouncementState.SCHEDULED]
        await broadcasts.start(scene.tx, announcement, author.limits, me, now, before=before)
    await letters.write(scene.tx, LetterKind.PROGRESS, [author.id], now, announcement=announcement.id, new=True)
    return [edit(query, views.approved(announcement, scheduled=later))]


async def ask_comment(query: CallbackQuery, callback_data: Agree, scene: Scene) -> Sayings:
    """«Вернуть» asks what is to be changed."""
    announcement = await _to_decide(query, callback_data, scene)
    if not isinstance(announcement, Announcement):
        return announcement
    await listen(query, scene, KIND, step="comment", id=announcement.id)
    return [edit(query, views.ask_comment(announcement))]


async def take_comment(message: Message, scene: Scene) -> Sayings:
    """Takes the comment, and returns the announcement to its author with it."""
    announcement = await within(scene, scene.dialogue.data["id"])
    if (
        announcement is None
        or announcement.state is not AnnouncementState.APPROVAL
        or announcement.by_id == scene.person.id
    ):
        await dialogues.end(scene.tx, scene.person.id)
        return shown(message, scene, views.already_decided(scene.dialogue.data["id"]))
    comment = (message.text or "").strip()
    if len(comment) not in COMMENT:
        return shown(message, scene, views.ask_comment(announcement, again=True))
    await dialogues.end(scene.tx, scene.person.id)
    before, me = [AnnouncementState.APPROVAL], scene.person.id
    await announcements.move(scene.tx, announcement.id, before, AnnouncementState.DRAFT, me, scene.now)
    if announcement.by_id is not None:
        author = [announcement.by_id]
        await letters.write(
            scene.tx, LetterKind.APPROVAL, author, scene.now, announcement=announcement.id, comment=comment
        )
    return shown(message, scene, views.returned())


async def within(scene: Scene, id: int) -> Announcement | None:
    """The announcement, if it is a matter of this staff member's; a draft is its author's alone."""
    announcement = await announcements.get(scene.tx, id)
    theirs = announcement is not None and await matters.is_theirs(scene.tx, announcement, scene.person)
    return announcement if theirs else None


async def approvers(scene: Scene, announcement: Announcement) -> list[int]:
    """The staff who may agree to it: all but its author whose limits cover the whole audience."""
    members = [
        person for person in await staff.members(scene.tx) if person.may_curate and person.id != announcement.by_id
    ]
    return [person.id for person in members if await matters.is_within(scene.tx, announcement, person.limits)]


async def _to_decide(query: CallbackQuery, asked: Agree, scene: Scene) -> Announcement | Sayings:
    """The announcement that this person may decide about now, or what they hear instead."""
    announcement = await within(scene, asked.id)
    if announcement is None or announcement.state is not AnnouncementState.APPROVAL:
        return [toast(query, views.DECIDED), edit(query, views.already_decided(asked.id))]
    if announcement.by_id == scene.person.id:
        return [toast(query, views.OWN, alert=True)]
    return announcement
