"""The department's group: what staff write in a topic, or as a reply to a note, answers its person."""

from aiogram import Router
from aiogram.enums import ChatMemberStatus
from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, Message

from bot.delivery.sayings import React
from bot.domain.desk.thread import Thread
from bot.domain.people.member import Right
from bot.storage.desk import correspondence, group, notes, threads
from bot.views.callbacks.threads import Done
from bot.views.department import threads as desk_views
from bot.views.department.threads import CLOSED, NO_ANSWER_WAITED, NOT_WITHIN
from bot.views.heads import threads as views
from handlers import noting
from handlers.department.threads import hindrance, may_answer, reply
from handlers.rights import denied, register
from handlers.saying import Sayings, answer, toast
from handlers.scene import Scene

_OUT = (ChatMemberStatus.LEFT, ChatMemberStatus.KICKED)
# What people send that is no service message and cannot be passed on.
_THINGS = ("sticker", "location", "venue", "contact", "poll", "dice", "video_note", "story", "game")


def chat_of(event: object) -> Chat | None:
    """The group that the update comes from; None: it is of a private chat."""
    message = event.message if isinstance(event, CallbackQuery) else event
    chat = message.chat if isinstance(message, Message | ChatMemberUpdated) else None
    return chat if chat is not None and chat.type != "private" else None


def setup() -> Router:
    """The router of the group, beside those of private chats."""
    router = Router(name="group")
    register(router.my_chat_member, membership, rights=Right.ANYBODY)
    register(router.callback_query, done, Done.filter(), rights=Right.CURATE)
    # What others talk about there is none of the bot's business.
    register(router.message, said, rights=Right.CURATE, refusal=unnamed)
    register(router.edited_message, corrected, rights=Right.CURATE, refusal=None)
    return router


async def is_ours(event: object, chat: Chat, scene: Scene) -> bool:
    """Whether it is the department's group; where somebody speaks, the bot is in it."""
    if chat.id != await group.current(scene.tx, scene.installation.department_chat):
        return False
    if not isinstance(event, ChatMemberUpdated):
        await group.heard(scene.tx, chat.id)
    return True


async def membership(event: ChatMemberUpdated, scene: Scene) -> Sayings:
    """The bot is taken in, thrown out, or may do more or less than before."""
    if event.new_chat_member.status in _OUT:
        await group.lost(scene.tx, event.chat.id, scene.now)
    else:
        await group.found(scene.tx, event.chat.id)
        await group.may_have_topics(scene.tx, event.chat.id)
    return []


async def said(message: Message, scene: Scene) -> Sayings:
    """What staff write as a reply or in a topic is passed on."""
    thread = await _thread(message, scene)
    # Nobody answers themselves: whoever of the staff has written to the department goes on in their own chat.
    if thread is None or thread.person_id == scene.person.id or (message.text or "").startswith("/"):
        return []
    hindered = await hindrance(scene, thread)
    if hindered is not None:
        return [answer(message, hindered)]
    note = noting.written(message)
    if note is None or note.is_empty:
        is_thing = any(getattr(message, name) is not None for name in _THINGS)
        return [answer(message, views.unsupported())] if is_thing else []
    await reply(message, scene, thread, note)
    return [React(message.chat.id, message.message_id)]


async def unnamed(message: Message, scene: Scene) -> Sayings:
    """Of an administrator who hides behind the group's name nobody can tell who they are: they hear that it went
    nowhere."""
    if message.sender_chat is None or (message.text or "").startswith("/") or noting.written(message) is None:
        return []
    return [answer(message, desk_views.nameless())] if await _thread(message, scene) is not None else []


async def _thread(message: Message, scene: Scene) -> Thread | None:
    """The thread of the note that is replied to, or of the topic."""
    for number in (
        message.reply_to_message.message_id if message.reply_to_message is not None else None,
        message.message_thread_id if message.is_topic_message else None,
    ):
        found = await threads.of_message(scene.tx, message.chat.id, number) if number is not None else None
        if found is not None:
            return await threads.get(scene.tx, found)
    return None


async def corrected(message: Message, scene: Scene) -> Sayings:
    """An answer that its author has edited."""
    note = await notes.of_message(scene.tx, message.chat.id, message.message_id)
    thread = await threads.get(scene.tx, note.thread_id) if note is not None else None
    now_says = noting.written(message)
    if note is None or thread is None or note.by_id != scene.person.id or now_says is None or now_says.is_empty:
        return []
    hindered = await hindrance(scene, thread)
    if hindered is not None:
        return [answer(message, hindered)]
    if scene.rest is not None:
        rest = noting.written(scene.rest.message, note.message_id)
        if rest is not None and not rest.is_empty:
            await reply(scene.rest.message, scene, thread, rest)
        return [React(message.chat.id, scene.rest.message.message_id)]
    if await notes.correct(scene.tx, thread, note, now_says.text, now_says.file_name, scene.person.id, scene.now):
        await correspondence.corrected(scene.tx, thread, note, None, scene.now)
    return [React(message.chat.id, message.message_id, "✍")]


async def done(query: CallbackQuery, callback_data: Done, scene: Scene) -> Sayings:
    """«Не требует ответа»."""
    thread = await threads.get(scene.tx, callback_data.thread)
    if thread is None:
        return await denied(query, scene)
    if not await may_answer(scene, thread):
        return [toast(query, NOT_WITHIN, alert=True)]
    closed = await threads.close(scene.tx, thread, scene.person.id, scene.now)
    await correspondence.amend_cards(scene.tx, thread, scene.now)
    return [toast(query, CLOSED if closed else NO_ANSWER_WAITED)]
