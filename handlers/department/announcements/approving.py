"""A second person's consent to an announcement, and whose matter it is."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.desk.announcement import Announcement, AnnouncementState
from bot.domain.letter import LetterKind
from bot.domain.people.member import Right
from bot.letters.announcement_card import author_limits
from bot.storage.desk import announcements, broadcasts
from bot.storage.people import audiences, people, staff
from bot.storage.post import dialogues, letters
from bot.views.callbacks.announcements import Agree
from bot.views.department.announcements import composing as views
from handlers.department.common import listen, shown
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, toast
from handlers.scene import Scene

KIND = "approving"
_COMMENT = range(3, 1001)


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
    """«Согласовать»: it goes, or waits for its time. Of two who decide the first does."""
    found = await _to_decide(query, callback_data, scene)
    if not isinstance(found, Announcement):
        return found
    author = await people.get(scene.tx, found.by_id) if found.by_id is not None else None
    if author is None or not author.may_curate:
        return [toast(query, views.AUTHOR_GONE, alert=True)]
    me, now = scene.person.id, scene.now
    if not await announcements.move(
        scene.tx, found.id, [AnnouncementState.APPROVAL], AnnouncementState.SCHEDULED, me, now,
        approved_by=me, approved_at=now,
    ):  # fmt: skip
        return [toast(query, views.DECIDED), edit(query, views.already_decided(found.id))]
    later = found.send_at is not None and found.send_at > now
    if not later:
        before = [AnnouncementState.SCHEDULED]
        await broadcasts.start(scene.tx, found, author.limits, me, now, before=before)
    await letters.write(scene.tx, LetterKind.PROGRESS, [author.id], now, announcement=found.id, new=True)
    return [edit(query, views.approved(found, scheduled=later))]


async def ask_comment(query: CallbackQuery, callback_data: Agree, scene: Scene) -> Sayings:
    """«Вернуть»: what is to be changed is wanted."""
    found = await _to_decide(query, callback_data, scene)
    if not isinstance(found, Announcement):
        return found
    await listen(query, scene, KIND, step="comment", id=found.id)
    return [edit(query, views.ask_comment(found))]


async def take_comment(message: Message, scene: Scene) -> Sayings:
    """The comment with which it is returned to its author."""
    found = await within(scene, scene.dialogue.data["id"])
    if found is None or found.state is not AnnouncementState.APPROVAL or found.by_id == scene.person.id:
        await dialogues.end(scene.tx, scene.person.id)
        return shown(message, scene, views.already_decided(scene.dialogue.data["id"]))
    comment = (message.text or "").strip()
    if len(comment) not in _COMMENT:
        return shown(message, scene, views.ask_comment(found, again=True))
    await dialogues.end(scene.tx, scene.person.id)
    before, me = [AnnouncementState.APPROVAL], scene.person.id
    await announcements.move(scene.tx, found.id, before, AnnouncementState.DRAFT, me, scene.now)
    if found.by_id is not None:
        author = [found.by_id]
        await letters.write(scene.tx, LetterKind.APPROVAL, author, scene.now, announcement=found.id, comment=comment)
    return shown(message, scene, views.returned(found))


async def within(scene: Scene, id: int) -> Announcement | None:
    """The announcement, if it is a matter of this staff member's; a draft is its author's alone."""
    found = await announcements.get(scene.tx, id)
    if found is None or found.by_id == scene.person.id:
        return found
    if found.state is AnnouncementState.DRAFT:
        return None
    return found if await _covers(scene, found, scene.person.id) else None


async def _covers(scene: Scene, found: Announcement, person_id: int) -> bool:
    """Whether all whom it is for are within the person's limits."""
    person = await people.get(scene.tx, person_id)
    if person is None or not person.limits.types:
        return person is not None
    limits = await author_limits(scene.tx, found)
    whole = await audiences.size(scene.tx, found.audience, limits)
    return whole == await audiences.size(scene.tx, found.audience, limits, person.limits)


async def approvers(scene: Scene, found: Announcement) -> list[int]:
    """Who may agree to it: anybody of the staff but its author, if all whom it is for are within their limits."""
    members = [one for one in await staff.members(scene.tx) if one.may_curate and one.id != found.by_id]
    return [one.id for one in members if await _covers(scene, found, one.id)]


async def _to_decide(query: CallbackQuery, asked: Agree, scene: Scene) -> Announcement | Sayings:
    """The announcement that this person may decide about now, or what they hear instead."""
    found = await within(scene, asked.id)
    if found is None or found.state is not AnnouncementState.APPROVAL:
        return [toast(query, views.DECIDED), edit(query, views.already_decided(asked.id))]
    if found.by_id == scene.person.id:
        return [toast(query, views.OWN, alert=True)]
    return found
