"""What people have written to the department: the list, a thread, an answer."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.delivery.sayings import React
from bot.domain.desk.thread import Note, Thread
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.letters.threads import matter
from bot.storage.desk import correspondence, notes, threads
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views import common
from bot.views.callbacks.department import Threads
from bot.views.callbacks.threads import Answer, Done, Drop, View
from bot.views.department import threads as views
from bot.views.heads import threads as common_views
from handlers import noting
from handlers.department.common import shown
from handlers.noting import Awaited, Written
from handlers.rights import register
from handlers.saying import Sayings, answer, edit, send, toast
from handlers.scene import Scene

KIND = "answering"


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="threads")
    register(router.message, typed, Awaited(KIND), rights=Right.CURATE, refusal=_may_not)
    register(router.callback_query, listed, Threads.filter(), rights=Right.CURATE)
    register(router.callback_query, view, View.filter(), rights=Right.CURATE)
    register(router.callback_query, ask, Answer.filter(), rights=Right.CURATE)
    register(router.callback_query, drop, Drop.filter(), rights=Right.CURATE)
    register(router.callback_query, done, Done.filter(), rights=Right.CURATE)
    return router


async def may_answer(scene: Scene, thread: Thread) -> bool:
    """Whether the person answers for the department in this matter."""
    return scene.person.may_curate and await threads.covered(scene.tx, thread.id, scene.person.limits)


def refusal(scene: Scene) -> Screen:
    """Why the person does not."""
    return views.not_within() if scene.person.may_curate else views.may_not()


async def hindrance(scene: Scene, thread: Thread) -> Screen | None:
    """Why nothing of this person's is passed on there; None: nothing stands against it."""
    if not await may_answer(scene, thread):
        return refusal(scene)
    return None if await threads.speaks_there(scene.tx, thread) else views.has_left(thread)


async def listed(query: CallbackQuery, callback_data: Threads, scene: Scene) -> Sayings:
    """Who has written, first what waits for an answer."""
    await _end(scene)
    page, limits = min(callback_data.page, 10_000), scene.person.limits
    found, total = await threads.listed(scene.tx, limits, common_views.PAGE, page * common_views.PAGE)
    return [edit(query, views.listed(found, total, await threads.waiting(scene.tx, limits), page, scene.zone))]


async def view(query: CallbackQuery, callback_data: View, scene: Scene) -> Sayings:
    """A thread, its latest notes first."""
    thread = await _within(query, scene, callback_data.thread)
    if not isinstance(thread, Thread):
        return thread
    await _end(scene)
    return [edit(query, await _thread(scene, thread, min(callback_data.page, 10_000), callback_data.back))]


async def ask(query: CallbackQuery, callback_data: Answer, scene: Scene) -> Sayings:
    """«Ответить»: what is typed next goes to the person."""
    thread = await _within(query, scene, callback_data.thread)
    if not isinstance(thread, Thread):
        return thread
    if thread.person_id == scene.person.id:
        return [toast(query, common.NOT_YOURS, alert=True)]
    here = query.message.message_id if callback_data.here and query.message is not None else None
    dialogue = Dialogue(KIND, {"step": "write", "thread": thread.id, "screen": here})
    await dialogues.put(scene.tx, scene.person.id, dialogue, scene.now)
    screen = views.ask_answer(thread, scene.zone, here=callback_data.here)
    return [edit(query, screen) if callback_data.here else send(query, screen)]


async def drop(query: CallbackQuery, callback_data: Drop, scene: Scene) -> Sayings:
    """«Отмена» of an answer."""
    await _end(scene)
    thread = await threads.get(scene.tx, callback_data.thread) if callback_data.here else None
    if thread is None or not await may_answer(scene, thread):
        return [edit(query, views.dropped())]
    return [edit(query, await _thread(scene, thread))]


async def done(query: CallbackQuery, callback_data: Done, scene: Scene) -> Sayings:
    """«Не требует ответа». Of two people the second hears that nothing is waited for."""
    thread = await _within(query, scene, callback_data.thread)
    if not isinstance(thread, Thread):
        return thread
    closed = await threads.close(scene.tx, thread, scene.person.id, scene.now)
    await correspondence.amend_cards(scene.tx, thread, scene.now)
    word = toast(query, views.CLOSED if closed else views.NO_ANSWER_WAITED)
    fresh = await threads.get(scene.tx, thread.id)
    return [word, edit(query, await _thread(scene, fresh))] if callback_data.here and fresh is not None else [word]


async def _may_not(message: Message, scene: Scene) -> Sayings:
    """The role was taken away while the person was answering."""
    await dialogues.end(scene.tx, scene.person.id)
    return [answer(message, views.may_not())]


async def typed(message: Message, scene: Scene) -> Sayings:
    """The answer."""
    thread = await threads.get(scene.tx, scene.dialogue.data["thread"])
    if thread is None:
        await dialogues.end(scene.tx, scene.person.id)
        return [answer(message, views.gone())]
    first, here = scene.dialogue.data["step"] == "write", scene.dialogue.data.get("screen")
    said = noting.written(message)
    hindered = await hindrance(scene, thread)
    if hindered is not None:
        await dialogues.end(scene.tx, scene.person.id)
        return [answer(message, hindered)]
    if said is None or said.is_empty:
        return [answer(message, common_views.unsupported() if said is None else common_views.empty())]
    others = await reply(message, scene, thread, said)
    if not first:
        return [React(message.chat.id, message.message_id)]
    await noting.settled(scene, said, KIND, thread=thread.id)
    sayings: Sayings = [answer(message, views.passed(thread, others))]
    if here is not None:
        fresh = await threads.get(scene.tx, thread.id)
        assert fresh is not None
        sayings += shown(message, scene, await _thread(scene, fresh))
    return sayings


async def swiped(message: Message, scene: Scene, thread: Thread) -> Sayings:
    """A reply to a card, or to anything else of somebody's thread, is an answer."""
    hindered = await hindrance(scene, thread)
    if hindered is not None:
        return [answer(message, hindered)]
    said = noting.written(message)
    if said is None or said.is_empty:
        return [answer(message, common_views.unsupported() if said is None else common_views.empty())]
    others = await reply(message, scene, thread, said)
    if said.album is not None:
        return [React(message.chat.id, message.message_id)]
    return [answer(message, views.passed(thread, others))]


async def reply(message: Message, scene: Scene, thread: Thread, said: Written) -> list[Note]:
    """Passes the answer on; what others had answered the same before."""
    asked = await notes.asked(scene.tx, thread.id)
    latest = await notes.get(scene.tx, max(asked)) if asked else None
    before = await notes.answers_to(scene.tx, latest) if latest is not None else []
    note = await noting.keep(message, scene, thread, said, from_staff=True)
    if note is not None:
        await correspondence.to_person(scene.tx, thread, note, said.gathers, scene.now)
    return [note for note in before if note.by_id != scene.person.id]


async def _within(query: CallbackQuery, scene: Scene, thread_id: int) -> Thread | Sayings:
    """The thread if it is this staff member's matter; otherwise what they hear."""
    thread = await threads.get(scene.tx, thread_id)
    if thread is None:
        return [toast(query, common_views.gone().text, alert=True)]
    if not await may_answer(scene, thread):
        return [toast(query, views.NOT_WITHIN, alert=True)]
    return thread


async def _end(scene: Scene) -> None:
    if scene.dialogue.kind == KIND:
        await dialogues.end(scene.tx, scene.person.id)


async def _thread(scene: Scene, thread: Thread, page: int = 0, back: int = 0) -> Screen:
    found, total = await notes.page(scene.tx, thread.id, common_views.NOTES, page * common_views.NOTES)
    about = await matter(scene.tx, thread, scene.catalog.calendar)
    return views.thread(about, found, total, page, back, scene.now, scene.zone)
