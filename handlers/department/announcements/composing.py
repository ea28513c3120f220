"""An announcement before it goes off: the message, whom for, when."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aiogram import F, Router
from aiogram.enums import ContentType
from aiogram.filters import BaseFilter
from aiogram.types import CallbackQuery, Message

from bot.delivery.sayings import Delete, Edit
from bot.domain.desk.announcement import NOT_SENT, Announcement, AnnouncementState, Source, Wording
from bot.domain.desk.audience import Audience
from bot.domain.fields.moments import BadMoment, MomentFault, end_of_day, read_last_day, read_moment
from bot.domain.letter import LetterKind
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.letters.announcement_card import composed, draw
from bot.storage.desk import announcements, broadcasts
from bot.storage.post import dialogues, letters
from bot.storage.post.dialogues import Dialogue
from bot.views import common
from bot.views.callbacks.announcements import Compose, NewAnnouncement, ShowCopy
from bot.views.department.announcements import composing as views
from handlers.department.announcements import approving
from handlers.department.audience import Owner
from handlers.department.common import listen, shown
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, formatted, send, toast
from handlers.scene import Scene

KIND = "announcement"
# What Telegram copies as it is, and where its words are. A die would be thrown anew; a quiz hides its answer.
_WORDINGS = {
    ContentType.TEXT: Wording.TEXT,
    ContentType.PHOTO: Wording.CAPTION,
    ContentType.VIDEO: Wording.CAPTION,
    ContentType.DOCUMENT: Wording.CAPTION,
    ContentType.ANIMATION: Wording.CAPTION,
    ContentType.AUDIO: Wording.CAPTION,
    ContentType.VOICE: Wording.CAPTION,
    ContentType.VIDEO_NOTE: Wording.NONE,
    ContentType.STICKER: Wording.NONE,
    ContentType.LOCATION: Wording.NONE,
    ContentType.VENUE: Wording.NONE,
    ContentType.CONTACT: Wording.NONE,
    ContentType.POLL: Wording.NONE,
}
# Days that «Неделя» and «Месяц» mean.
_WEEK, _MONTH = 7, 30


class _PartOfDraft(BaseFilter):
    """Another message of the album that the person's draft is: they arrive one by one."""

    async def __call__(self, message: Message, scene: Scene, **_: Any) -> bool | dict[str, Announcement]:
        if message.media_group_id is None:
            return False
        announcement = await announcements.draft_of_album(scene.tx, scene.person.id, message.media_group_id)
        return (
            {"draft": announcement}
            if announcement is not None and announcement.state is AnnouncementState.DRAFT
            else False
        )


class _IsSource(BaseFilter):
    """The edited message is what an announcement of the person's copies."""

    async def __call__(self, message: Message, scene: Scene, **_: Any) -> bool | dict[str, Announcement]:
        announcement = await announcements.of_message(scene.tx, scene.person.id, message.message_id)
        return {"announcement": announcement} if announcement is not None else False


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="composing")
    router.include_router(approving.setup())
    register(router.callback_query, new, NewAnnouncement.filter(), rights=Right.CURATE)
    register(router.callback_query, preview, ShowCopy.filter(), rights=Right.CURATE)
    register(router.callback_query, compose, Compose.filter(), rights=Right.CURATE)
    typed = (F.text, ~F.text.startswith("/"))
    register(router.message, take_part, _PartOfDraft(), rights=Right.CURATE, refusal=None)
    register(router.message, take, Talking(KIND, "message"), ~F.text.startswith("/"), rights=Right.CURATE)
    register(router.message, take_when, Talking(KIND, "when"), *typed, rights=Right.CURATE)
    register(router.message, take_current, Talking(KIND, "current"), *typed, rights=Right.CURATE)
    register(router.message, one_message, Talking(KIND, "draft"), ~F.text.startswith("/"), rights=Right.CURATE)
    register(router.edited_message, source_edited, _IsSource(), rights=Right.VIEW, refusal=None)
    return router


async def new(query: CallbackQuery, scene: Scene) -> Sayings:
    """«Новое объявление»: the message is wanted."""
    await listen(query, scene, KIND, step="message")
    return [edit(query, views.ask_message())]


async def take(message: Message, scene: Scene) -> Sayings:
    """The message that is to be announced."""
    source = _source(message)
    if source is None:
        return [send(message, views.cannot_be_copied())]
    said = scene.dialogue.data
    replaced: int | None = said.get("id")
    if replaced is None:
        made = await announcements.create(scene.tx, scene.person.id, source, scene.now)
    elif await _own_draft(scene, replaced) is None or not await announcements.replace(scene.tx, replaced, source):
        await dialogues.end(scene.tx, scene.person.id)
        return shown(message, scene, Screen(views.GONE))
    else:
        made = replaced
    stands: int | None = said.get("screen") if source.album is not None else None
    # What else arrives is no part of it, unless it is of the same album.
    values = {"step": "draft", "id": made, "screen": stands}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, values), scene.now)
    screen = await _card(scene, made)
    if stands is not None:
        return [Edit(message.chat.id, stands, screen)]
    old = said.get("screen")
    # Below what was sent, however much of the phone that takes.
    return [*([Delete(message.chat.id, old)] if old is not None else []), send(message, screen)]


async def take_part(message: Message, scene: Scene, draft: Announcement) -> Sayings:
    """Another message of the draft's album."""
    source = _source(message)
    if source is None or not await announcements.add_part(scene.tx, draft.id, message.message_id, source.text):
        return []
    stands = scene.dialogue.data.get("screen") if scene.dialogue.data.get("id") == draft.id else None
    return [Edit(message.chat.id, stands, await _card(scene, draft.id))] if stands is not None else []


async def one_message(message: Message, scene: Scene) -> Sayings:
    """Something else was sent while the draft stands there."""
    if await _own_draft(scene, scene.dialogue.data["id"]) is None:
        await dialogues.end(scene.tx, scene.person.id)
        return [send(message, Screen(views.GONE))]
    return [send(message, views.one_message(scene.dialogue.data["id"]))]


async def preview(query: CallbackQuery, callback_data: ShowCopy, scene: Scene) -> Sayings:
    """«Проверить на себе», «Показать»: a copy as recipients will see it."""
    announcement = await approving.within(scene, callback_data.id)
    if announcement is None or announcement.state in (AnnouncementState.CANCELLED, AnnouncementState.WITHDRAWN):
        return [toast(query, views.GONE, alert=True)]
    me = [scene.person.id]
    await letters.write(scene.tx, LetterKind.PREVIEW, me, scene.now, announcement=announcement.id)
    if announcement.is_album and announcement.acknowledge:
        await letters.write(scene.tx, LetterKind.PREVIEW, me, scene.now, announcement=announcement.id, button=True)
    return [toast(query, views.PREVIEW_SENT)]


async def compose(query: CallbackQuery, callback_data: Compose, scene: Scene) -> Sayings:
    """What a draft's card offers, and taking back what waits."""
    if callback_data.do == "recall":
        return await _recall(query, callback_data.id, scene)
    announcement = await _own_draft(scene, callback_data.id)
    if announcement is None:
        return [toast(query, views.GONE, alert=True)]
    match callback_data.do:
        case "acknowledge":
            await announcements.change(scene.tx, announcement.id, acknowledge=not announcement.acknowledge)
        case "when" | "current" | "replace" | "forget":
            return await _ask(query, callback_data, scene, announcement)
        case "now" | "tomorrow" | "morning" | "office":
            await announcements.change(scene.tx, announcement.id, send_at=_send_at(callback_data, scene, announcement))
        case "none" | "week" | "month":
            await announcements.change(scene.tx, announcement.id, current_until=_until(callback_data, scene))
        case "discard":
            before = [AnnouncementState.DRAFT]
            me = scene.person.id
            await announcements.move(scene.tx, announcement.id, before, AnnouncementState.CANCELLED, me, scene.now)
            await dialogues.end(scene.tx, scene.person.id)
            return [toast(query, views.DISCARDED), edit(query, await _home(scene))]
        case _:
            return await _send_off(query, callback_data, scene, announcement)
    await _listen_to_draft(query, scene, announcement.id)
    return [edit(query, await _card(scene, announcement.id))]


async def take_when(message: Message, scene: Scene) -> Sayings:
    """A typed moment at which it is to go."""
    calendar = scene.catalog.calendar

    def read() -> dict[str, datetime]:
        return {"send_at": read_moment(message.text or "", scene.now, scene.zone, calendar.work_begins)}

    return await _take_moment(message, scene, read, views.when)


async def take_current(message: Message, scene: Scene) -> Sayings:
    """A typed day until which it is current."""

    def read() -> dict[str, datetime]:
        return {"current_until": read_last_day(message.text or "", scene.now, scene.zone)}

    return await _take_moment(message, scene, read, views.current)


async def source_edited(message: Message, scene: Scene, announcement: Announcement) -> Sayings:
    """The author has edited the message itself: nobody has agreed to what it says now."""
    source = _source(message)
    if source is None:
        return []
    if announcement.wording is not Wording.NONE and not announcement.is_album:
        await announcements.reword(scene.tx, announcement.id, source.text)
    agreed = announcement.state is AnnouncementState.APPROVAL or announcement.approved_by is not None
    again = announcement.state in NOT_SENT and agreed
    if again:
        before, me = (AnnouncementState.APPROVAL, AnnouncementState.SCHEDULED), scene.person.id
        again = await announcements.move(
            scene.tx,
            announcement.id,
            before,
            AnnouncementState.DRAFT,
            me,
            scene.now,
            approved_by=None,
            approved_at=None,
        )
    return [send(message, views.source_edited(announcement, needs_consent=again))]


async def _own_draft(scene: Scene, id: int) -> Announcement | None:
    announcement = await announcements.get(scene.tx, id)
    mine = (
        announcement is not None
        and announcement.by_id == scene.person.id
        and announcement.state is AnnouncementState.DRAFT
    )
    return announcement if mine else None


async def _card(scene: Scene, id: int) -> Screen:
    announcement = await announcements.get(scene.tx, id)
    if announcement is None:
        return Screen(views.GONE)
    consent = scene.installation.announcement_approval
    return await draw(scene.tx, announcement, scene.catalog, scene.now, scene.person.id, needs_consent=consent)


async def _composed(scene: Scene, announcement: Announcement) -> views.Composed:
    consent = scene.installation.announcement_approval
    return await composed(scene.tx, announcement, scene.catalog, scene.now, scene.person.id, needs_consent=consent)


async def _home(scene: Scene) -> Screen:
    by = scene.person.id if scene.person.limits.types else None
    drafts = await announcements.drafts(scene.tx, scene.person.id, 3)
    found, total = await announcements.newest(scene.tx, views.PAGE, by=by)
    return views.home(drafts, found, total, 0)


async def _listen_to_draft(query: CallbackQuery, scene: Scene, id: int) -> None:
    await listen(query, scene, KIND, step="draft", id=id)


def _source(message: Message) -> Source | None:
    """The message as something to be copied; None if Telegram copies no such message."""
    wording = _WORDINGS.get(ContentType(message.content_type))
    if wording is None or (message.poll is not None and message.poll.type != "regular"):
        return None
    text = formatted(message) if wording is not Wording.NONE else ""
    return Source(message.chat.id, message.message_id, wording, text, message.media_group_id)


async def _ask(query: CallbackQuery, asked: Compose, scene: Scene, announcement: Announcement) -> Sayings:
    """A screen on which something is chosen or typed."""
    step = {"replace": "message", "forget": "draft"}.get(asked.do, asked.do)
    await listen(query, scene, KIND, step=step, id=announcement.id)
    if asked.do == "replace":
        return [edit(query, views.ask_message(instead=announcement.id))]
    if asked.do == "forget":
        return [edit(query, views.discard(announcement))]
    draw = views.when if asked.do == "when" else views.current
    return [edit(query, draw(await _composed(scene, announcement)))]


def _send_at(asked: Compose, scene: Scene, announcement: Announcement) -> datetime | None:
    calendar = scene.catalog.calendar
    match asked.do:
        case "tomorrow":
            return views.at_tomorrow(calendar, scene.now)
        case "morning":
            return views.at_morning(calendar, scene.now)
        case "office":
            return views.in_office_hours(announcement, calendar, scene.now) or announcement.send_at
        case _:
            return None


def _until(asked: Compose, scene: Scene) -> datetime | None:
    days = {"week": _WEEK, "month": _MONTH}.get(asked.do)
    return end_of_day(scene.today + timedelta(days=days), scene.zone).astimezone(UTC) if days else None


async def _take_moment(message: Message, scene: Scene, read: Any, draw: Any) -> Sayings:
    announcement = await _own_draft(scene, scene.dialogue.data["id"])
    if announcement is None:
        await dialogues.end(scene.tx, scene.person.id)
        return shown(message, scene, Screen(views.GONE))
    try:
        moments = read()
    except BadMoment as bad:
        return shown(message, scene, draw(await _composed(scene, announcement), bad.fault))
    await announcements.change(scene.tx, announcement.id, **moments)
    values = {"step": "draft", "id": announcement.id}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, values), scene.now)
    return shown(message, scene, await _card(scene, announcement.id))


async def _send_off(query: CallbackQuery, asked: Compose, scene: Scene, announcement: Announcement) -> Sayings:
    """«Отправить»: asks once; then it goes, waits for its time, or for somebody's consent."""
    if announcement.audience.is_nobody:
        return [toast(query, views.NOBODY_CHOSEN, alert=True)]
    shown_ = await _composed(scene, announcement)
    if not shown_.reach.addressees:
        return [toast(query, views.NOBODY, alert=True)]
    if announcement.send_at is not None and announcement.send_at <= scene.now:
        await _ask(query, Compose(id=announcement.id, do="when"), scene, announcement)
        return [toast(query, views.PAST, alert=True), edit(query, views.when(shown_, MomentFault.PAST))]
    approvers = await approving.approvers(scene, announcement) if scene.installation.announcement_approval else []
    if scene.installation.announcement_approval and not approvers:
        return [toast(query, views.NO_APPROVER, alert=True)]
    if asked.do == "ask":
        return [edit(query, views.confirm(shown_))]
    tx, me, now, draft = scene.tx, scene.person.id, scene.now, [AnnouncementState.DRAFT]
    message = query.message.message_id if query.message is not None else None
    # The setting decides, not the button: it may be of the time before a restart.
    if scene.installation.announcement_approval:
        moved = await announcements.move(tx, announcement.id, draft, AnnouncementState.APPROVAL, me, now)
        if moved:
            await letters.write(tx, LetterKind.APPROVAL, approvers, now, announcement=announcement.id)
    elif announcement.send_at is not None:
        moved = await announcements.move(tx, announcement.id, draft, AnnouncementState.SCHEDULED, me, now)
    else:
        moved = await broadcasts.start(tx, announcement, scene.person.limits, me, now, before=draft) is not None
    if not moved:
        return [toast(query, views.GONE, alert=True)]
    await dialogues.end(tx, me)
    if message is not None:
        await announcements.follow(tx, announcement.id, message)
    return [edit(query, await _card(scene, announcement.id))]


async def _recall(query: CallbackQuery, id: int, scene: Scene) -> Sayings:
    """Back to a draft, before anybody got it."""
    announcement = await approving.within(scene, id)
    before = (AnnouncementState.APPROVAL, AnnouncementState.SCHEDULED)
    if announcement is None or (
        announcement.state is AnnouncementState.APPROVAL and announcement.by_id != scene.person.id
    ):
        return [toast(query, common.OUTDATED, alert=True)]
    if not await announcements.move(
        scene.tx, announcement.id, before, AnnouncementState.DRAFT, scene.person.id, scene.now,
        approved_by=None, approved_at=None,
    ):  # fmt: skip
        return [toast(query, views.NOT_NOW, alert=True)]
    if announcement.by_id != scene.person.id:
        # A draft is its author's alone: somebody else hears that it will not go.
        return [edit(query, await _home(scene))]
    await _listen_to_draft(query, scene, announcement.id)
    return [edit(query, await _card(scene, announcement.id))]


async def _audience(scene: Scene, id: int) -> Audience | None:
    announcement = await _own_draft(scene, id)
    return announcement.audience if announcement is not None else None


async def _save_audience(scene: Scene, id: int, chosen: Audience) -> bool:
    return await announcements.change(scene.tx, id, audience=chosen)


async def _after_audience(scene: Scene, id: int) -> Screen:
    values = {"step": "draft", "id": id}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, values), scene.now)
    return await _card(scene, id)


AUDIENCE = Owner(_audience, _save_audience, _after_audience)
