"""Takes the message that an announcement copies: a new message, another one instead, an album's parts, an edit."""

from typing import Any

from aiogram import F, Router
from aiogram.enums import ContentType
from aiogram.filters import BaseFilter
from aiogram.types import CallbackQuery, Message

from bot.delivery.sayings import Delete, Edit, Saying
from bot.domain.desk.announcement import Announcement, AnnouncementState, Source, Wording
from bot.domain.people.member import Right
from bot.domain.people.messenger import messenger_of
from bot.domain.screen import Screen
from bot.storage.desk import announcements, broadcasts
from bot.storage.desk.correspondence import LONG_TEXT
from bot.storage.post import dialogues, strays
from bot.storage.post.dialogues import Dialogue
from bot.storage.post.strays import Stray
from bot.views import common
from bot.views.callbacks.announcements import FromReply, NewAnnouncement
from bot.views.department.announcements import source as views
from bot.views.department.announcements.composing import GONE
from bot.views.placing import PLACED
from handlers.department.announcements import approving
from handlers.department.announcements.draft import KIND, card, listen_to_draft, own_draft
from handlers.department.common import listen, shown
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, formatted, send, toast
from handlers.scene import Scene

# The kinds of message that Telegram copies as they are, and where their words are. A die would be thrown anew; a quiz
# hides its answer.
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


class _PartOfDraft(BaseFilter):
    """Passes another message of the album that the person's draft is: they arrive one by one."""

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
    """Passes an edited message that an announcement of the person's copies."""

    async def __call__(self, message: Message, scene: Scene, **_: Any) -> bool | dict[str, Announcement]:
        announcement = await announcements.of_message(scene.tx, scene.person.id, message.message_id)
        return {"announcement": announcement} if announcement is not None else False


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="source")
    register(router.callback_query, new, NewAnnouncement.filter(), rights=Right.CURATE)
    register(router.callback_query, from_reply, FromReply.filter(), rights=Right.CURATE)
    register(router.message, take_part, _PartOfDraft(), rights=Right.CURATE, refusal=None)
    register(router.message, take, Talking(KIND, "message"), ~F.text.startswith("/"), rights=Right.CURATE)
    register(router.message, one_message, Talking(KIND, "draft"), ~F.text.startswith("/"), rights=Right.CURATE)
    # Whoever has no role any more still has the message in their chat.
    register(router.edited_message, source_edited, _IsSource(), rights=Right.ANYBODY)
    return router


async def new(query: CallbackQuery, scene: Scene) -> Sayings:
    """«Новое объявление» asks for the message."""
    await listen(query, scene, KIND, step="message")
    return [edit(query, views.ask_message())]


async def take(message: Message, scene: Scene) -> Sayings:
    """Takes the message that is to be announced."""
    source = source_of(message)
    if source is None:
        return [send(message, views.cannot_be_copied(messenger_of(scene.person.id)))]
    said = scene.dialogue.data
    replaced: int | None = said.get("id")
    before = await own_draft(scene, replaced) if replaced is not None else None
    if replaced is None:
        made = await announcements.create(scene.tx, scene.person.id, source, scene.now)
    elif before is None or not await announcements.replace(scene.tx, replaced, source):
        await dialogues.end(scene.tx, scene.person.id)
        return shown(message, scene, Screen(GONE))
    else:
        made = replaced
    stands: int | None = said.get("screen") if source.album is not None else None
    # Later messages are no part of it, unless they are of the same album.
    values = {"step": "draft", "id": made, "screen": stands}
    if before is not None:
        # Of a text that turns out to be too long nothing stays.
        values["was"] = before.source
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, values), scene.now)
    screen = await card(scene, made)
    if stands is not None:
        return [Edit(message.chat.id, stands, screen)]
    old = said.get("screen")
    # The card goes below the message, however much of the phone that takes.
    return [*([Delete(message.chat.id, old)] if old is not None else []), send(message, screen)]


async def from_reply(query: CallbackQuery, callback_data: FromReply, scene: Scene) -> Sayings:
    """«Это новое объявление»: what was said to another one, in place of the draft's message if that was asked for."""
    kept = await strays.of(scene.tx, scene.person.id, callback_data.message)
    parts = [_of_stray(scene, stray) for stray in kept if stray.html is not None]
    if not parts:
        return [toast(query, PLACED, alert=True)]
    if (kept[0].album or "").startswith(LONG_TEXT):
        return [send(query, views.too_long(messenger_of(scene.person.id)))]
    said = scene.dialogue.data if scene.dialogue.kind == KIND and scene.dialogue.data["step"] == "message" else {}
    made: int | None = said.get("id")
    mine = made is not None and await own_draft(scene, made) is not None
    if made is None or not mine or not await announcements.replace(scene.tx, made, parts[0]):
        made = await announcements.create(scene.tx, scene.person.id, parts[0], scene.now)
    for part in parts[1:]:
        await announcements.add_part(scene.tx, made, part.message_id, part.text)
    await strays.forget(scene.tx, scene.person.id, kept)
    await listen_to_draft(query, scene, made)
    return [edit(query, await card(scene, made)), *_gone(query, said.get("screen"))]


def _of_stray(scene: Scene, stray: Stray) -> Source:
    wording = _WORDINGS[ContentType(stray.file_kind or ContentType.TEXT)]
    return Source(scene.person.id, stray.message_id, wording, stray.html or "", stray.album)


def _gone(query: CallbackQuery, screen: int | None) -> list[Saying]:
    """What asked for the message goes, once the card stands elsewhere."""
    return [Delete(query.from_user.id, screen)] if screen is not None else []


async def take_part(message: Message, scene: Scene, draft: Announcement) -> Sayings:
    """Takes another message of the draft's album."""
    source = source_of(message)
    if source is None or not await announcements.add_part(scene.tx, draft.id, message.message_id, source.text):
        return []
    stands = scene.dialogue.data.get("screen") if scene.dialogue.data.get("id") == draft.id else None
    return [Edit(message.chat.id, stands, await card(scene, draft.id))] if stands is not None else []


async def one_message(message: Message, scene: Scene) -> Sayings:
    """Says that a draft has a single message: something else was sent while it stands there."""
    if await own_draft(scene, scene.dialogue.data["id"]) is None:
        await dialogues.end(scene.tx, scene.person.id)
        return [send(message, Screen(GONE))]
    return [send(message, views.one_message(scene.dialogue.data["id"]))]


async def source_edited(message: Message, scene: Scene, announcement: Announcement) -> Sayings:
    """Takes an edit of the message: nobody has agreed to what it says now."""
    source = source_of(message)
    if source is None:
        return []
    if scene.rest is not None:
        return await _too_long(scene.rest.message, scene, announcement)
    if announcement.is_album:
        await announcements.reword_part(scene.tx, announcement, message.message_id, source.text)
    elif announcement.wording is not Wording.NONE:
        await announcements.reword(scene.tx, announcement.id, source.text)
    if announcement.state.is_sent_off:
        return await _edited_later(message, scene, announcement, source)
    agreed = announcement.state is AnnouncementState.APPROVAL or announcement.approved_at is not None
    again = announcement.state.is_not_sent and agreed
    if again:
        before, me = (AnnouncementState.APPROVAL, AnnouncementState.SCHEDULED), scene.person.id
        again = await announcements.move(scene.tx, announcement.id, before, AnnouncementState.DRAFT, me, scene.now)
        await announcements.asked_no_more(scene.tx, announcement.id, me, scene.now)
    return [send(message, views.edited(announcement, needs_consent=again))]


async def _edited_later(message: Message, scene: Scene, announcement: Announcement, source: Source) -> Sayings:
    """The message was edited after it had been sent off: what somebody has agreed to is all that goes, and what was
    said by somebody who may not say anything to all of its readers any more."""
    theirs = await approving.may_say(scene, announcement, scene.person)
    if theirs and announcement.approved_at is None and not scene.installation.announcement_approval:
        if announcement.speaks_for_itself:
            # Telegram tells of edits, too, that change no word.
            is_same = announcement.wording is Wording.TEXT and source.text == announcement.text
            return [] if is_same else [send(message, views.words_stay(announcement))]
        under_way = announcement.state.is_under_way
        return [send(message, views.edited(announcement, needs_consent=False))] if under_way else []
    if announcement.wording is not Wording.TEXT or announcement.approved_at is None:
        # Its words are given with each copy, but the files are copied as they are now.
        await broadcasts.interrupt(scene.tx, announcement.id, scene.now)
        await announcements.lose_source(scene.tx, announcement.id, scene.now)
    kept = theirs or announcement.approved_at is not None
    return [send(message, views.kept(announcement) if kept else views.not_theirs())]


async def _too_long(message: Message, scene: Scene, announcement: Announcement) -> Sayings:
    """The text goes on in another message, and an announcement is one: no part of it goes out alone."""
    if announcement.state is not AnnouncementState.DRAFT:
        return [send(message, common.tail())]
    before, me, said = [AnnouncementState.DRAFT], scene.person.id, scene.dialogue.data
    if "was" in said and said.get("id") == announcement.id:
        await announcements.put_back(scene.tx, announcement.id, said["was"])
        asked = Dialogue(KIND, {"step": "message", "id": announcement.id})
        await dialogues.put(scene.tx, me, asked, scene.now)
        return [send(message, views.too_long(messenger_of(me), instead=announcement.id))]
    await announcements.move(scene.tx, announcement.id, before, AnnouncementState.CANCELLED, me, scene.now)
    await dialogues.put(scene.tx, me, Dialogue(KIND, {"step": "message"}), scene.now)
    return [send(message, views.too_long(messenger_of(me)))]


def source_of(message: Message) -> Source | None:
    """The message as a source of copies; None if Telegram copies no such message."""
    wording = _WORDINGS.get(ContentType(message.content_type))
    if wording is None or (message.poll is not None and message.poll.type != "regular"):
        return None
    text = formatted(message) if wording is not Wording.NONE else _called(message)
    return Source(message.chat.id, message.message_id, wording, text, message.media_group_id)


def _called(message: Message) -> str:
    """What it is called, as it has no words; a contact is somebody's, and not kept."""
    detail = ""
    if message.poll is not None:
        detail = message.poll.question
    elif message.sticker is not None:
        detail = message.sticker.emoji or ""
    elif message.venue is not None:
        detail = message.venue.title
    return views.without_words(message.content_type, detail)
