"""«Написать в управление»: a person writes to the department, and goes on with what they wrote."""

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.delivery.sayings import Delete, Edit, React, Saying
from bot.domain.desk.thread import Note, Thread
from bot.domain.ledger.obligation import Obligation
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.storage.desk import correspondence, group, notes, threads
from bot.storage.ledger import drafts, obligations
from bot.storage.people import people, seats
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views import common
from bot.views import placing as placing_views
from bot.views.callbacks.threads import Cancel, Continue, Mine, Own, Whole, Write
from bot.views.heads import threads as views
from bot.views.heads.worded import Word, word
from handlers import noting
from handlers.answering import announced, placing, request_form, typing
from handlers.department import threads as department
from handlers.noting import Awaited, IsNote, OfThread, Written
from handlers.rights import register
from handlers.saying import Sayings, Talking, answer, edit, send, toast
from handlers.scene import Scene

KIND = "writing"


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="writing")
    register(router.message, command, Talking(KIND), F.text.startswith("/"), rights=Right.AGREED)
    register(router.message, write, Command("write", ignore_case=True), rights=Right.AGREED)
    register(router.message, swiped, OfThread(), rights=Right.AGREED)
    register(router.message, typing.reply, F.text, Awaited(KIND), _answers_form, rights=Right.AGREED)
    register(router.message, typed, Awaited(KIND), rights=Right.AGREED)
    register(router.edited_message, edited, IsNote(), rights=Right.AGREED)
    register(router.callback_query, open_, Write.filter(), rights=Right.AGREED)
    register(router.callback_query, continue_, Continue.filter(), rights=Right.AGREED)
    register(router.callback_query, cancel, Cancel.filter(), rights=Right.AGREED)
    register(router.callback_query, mine, Mine.filter(), rights=Right.AGREED)
    register(router.callback_query, own, Own.filter(), rights=Right.AGREED)
    register(router.callback_query, whole, Whole.filter(), rights=Right.AGREED)
    return router


async def _answers_form(message: Message, scene: Scene) -> bool:
    """Whether the message replies to the form of a request with what that asks for: it is no letter."""
    pointed = message.reply_to_message
    about = await drafts.about(scene.tx, scene.person.id, pointed.message_id) if pointed is not None else None
    obligation = await request_form.owned(scene, about[0]) if about is not None and about[1] is None else None
    if obligation is None or not request_form.takes_answers(obligation, scene.now):
        return False
    draft = await request_form.draft(scene, obligation)
    field = obligation.round.directive.field(draft.field) if draft.field else None
    return typing.answers(message, scene, field)


async def command(_message: Message, scene: Scene) -> Sayings:
    """Any command ends the writing: what is typed after it is meant for something else."""
    await _over(scene)
    raise SkipHandler


async def write(message: Message, scene: Scene) -> Sayings:
    """/write."""
    return [send(message, await _begin(scene))]


async def open_(query: CallbackQuery, callback_data: Write, scene: Scene) -> Sayings:
    """«Написать в управление», about a request or from an organization."""
    message = query.message.message_id if query.message is not None else None
    if callback_data.obligation:
        obligation = await obligations.of_person(scene.tx, scene.person.id, callback_data.obligation)
        if obligation is None:
            return [toast(query, common.NOT_YOURS, alert=True)]
        about = (
            f"{obligation.round.directive.title} · {obligation.round.title}"
            if obligation.round.title
            else (obligation.round.directive.title)
        )
        matter = {"obligation": obligation.id, "organization": obligation.organization_id}
        if request_form.takes_answers(obligation, scene.now):
            matter[request_form.BEHIND] = obligation.id
        await _listen(scene, message, **matter)
        return [edit(query, views.ask(obligation.organization_name, views.of_request(about), obligation.id))]
    return [edit(query, await _begin(scene, callback_data.organization, message))]


async def continue_(query: CallbackQuery, callback_data: Continue, scene: Scene) -> Sayings:
    """«Дополнить», «Ответить»: a new message below, for what it belongs to stays in sight."""
    thread = await _owned(scene, callback_data.thread)
    if thread is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    await _listen(scene, None, thread=thread.id)
    about = views.subject(thread, scene.now, scene.zone, to_reader=True)
    return [send(query, views.ask(thread.organization_name, about))]


async def cancel(query: CallbackQuery, callback_data: Cancel, scene: Scene) -> Sayings:
    """«Отмена»: nothing was sent; the request is shown again if it was about one."""
    waited = scene.dialogue.kind == KIND and scene.dialogue.data["step"] == "write"
    behind = await _over(scene) if waited else None
    obligation = await request_form.owned(scene, callback_data.obligation) if callback_data.obligation else None
    if obligation is not None:
        if request_form.takes_answers(obligation, scene.now):
            await request_form.focus_at(query, scene, obligation)
        return [edit(query, await request_form.screen(scene, obligation), obligation.id)]
    below = await request_form.below(scene, behind) if behind is not None else []
    return [edit(query, views.cancelled() if waited else views.finished()), *below]


async def typed(message: Message, scene: Scene) -> Sayings:
    """The message for the department."""
    if noting.continues(message, scene) and scene.dialogue.data.get("refused") == message.media_group_id:
        # The rest of an album whose first part was told to wait.
        return []
    said = noting.written(message)
    if said is None or said.is_empty:
        return [answer(message, views.unsupported() if said is None else views.empty())]
    if scene.dialogue.data["step"] == "write" and word(message.text or "") is Word.BACK:
        await _over(scene)
        return [answer(message, views.cancelled()), *await _tidied(scene)]
    thread = await _thread(message, scene)
    if thread is None:
        await _over(scene)
        if "thread" in scene.dialogue.data:
            return [answer(message, views.gone())]
        # They do not sit any more where they were writing from: what they have written is kept, whatever becomes of it.
        return await placing.ask(message, scene, [placing_views.WROTE_FROM_ELSEWHERE])
    first = scene.dialogue.data["step"] == "write"
    note = await _pass_on(message, scene, thread, said)
    if isinstance(note, Screen):
        if said.album is not None:
            data = {**scene.dialogue.data, "at": scene.now.isoformat(), "refused": said.album}
            await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, data), scene.now)
        return [answer(message, note)]
    if not first:
        return [React(scene.person.id, message.message_id)]
    if said.album is None:
        await _over(scene)
    else:
        await noting.settled(scene, said, KIND, thread=thread.id, **_left(scene))
    return [answer(message, await noting.passed(scene, thread)), *await _tidied(scene)]


async def swiped(message: Message, scene: Scene, thread_id: int) -> Sayings:
    """A reply to anything of a thread goes on with it: its person's, or the department's answer."""
    thread = await threads.get(scene.tx, thread_id)
    if thread is None:
        return [answer(message, views.gone())]
    if thread.person_id != scene.person.id:
        return await department.swiped(message, scene, thread)
    said = noting.written(message)
    if said is None or said.is_empty:
        return [answer(message, views.unsupported() if said is None else views.empty())]
    note = await _pass_on(message, scene, thread, said)
    if isinstance(note, Screen):
        return [answer(message, note)]
    if said.album:
        # It is several messages: the mark says that each was taken.
        return [React(scene.person.id, message.message_id)]
    return [answer(message, await noting.passed(scene, thread)), *await request_form.below(scene)]


async def edited(message: Message, scene: Scene, note: Note) -> Sayings:
    """Somebody corrects what was passed on: whoever got it gets it as it is now."""
    thread = await threads.get(scene.tx, note.thread_id)
    said = noting.written(message)
    if thread is None or said is None or said.is_empty:
        return [answer(message, views.gone() if thread is None else views.empty())]
    hindered = await department.hindrance(scene, thread) if note.from_staff else None
    if hindered is not None:
        return [answer(message, hindered)]
    if scene.rest is not None:
        return await _go_on(scene.rest.message, scene, thread, note)
    if not note.from_staff and await noting.is_flood(scene, goes_on=True):
        return [answer(message, _too_many())]
    if not await notes.correct(scene.tx, thread, note, said.text, said.file_name, scene.person.id, scene.now):
        return []
    chat = await group.serving(scene.tx, scene.installation.department_chat, scene.now)
    await correspondence.corrected(scene.tx, thread, note, chat, scene.now)
    return [answer(message, views.correction_passed())]


async def _go_on(message: Message, scene: Scene, thread: Thread, note: Note) -> Sayings:
    """The rest of a long text is a note of its own, and goes in the letter of its beginning."""
    said = noting.written(message, note.message_id)
    if said is not None and not said.is_empty:
        if note.from_staff:
            await department.reply(message, scene, thread, said)
        elif await noting.is_flood(scene, goes_on=True):
            return [answer(message, _too_many())]
        else:
            await _passed_on(message, scene, thread, said)
    return [React(message.chat.id, message.message_id)]


async def mine(query: CallbackQuery, callback_data: Mine, scene: Scene) -> Sayings:
    """«Мои обращения»."""
    await _end(scene)
    page = min(callback_data.page, 10_000)
    own_threads, total = await threads.of_person(scene.tx, scene.person.id, views.PAGE, page * views.PAGE)
    return [edit(query, views.mine(own_threads, total, page, scene.now, scene.zone))]


async def own(query: CallbackQuery, callback_data: Own, scene: Scene) -> Sayings:
    """One of them."""
    thread = await _owned(scene, callback_data.thread)
    if thread is None:
        return [toast(query, common.NOT_YOURS, alert=True)]
    await _end(scene)
    page = min(callback_data.page, 10_000)
    written, total = await notes.page(scene.tx, thread.id, views.NOTES, page * views.NOTES)
    return [edit(query, views.own(thread, written, total, page, scene.now, scene.zone))]


async def whole(query: CallbackQuery, callback_data: Whole, scene: Scene) -> Sayings:
    """A file, or a long text: for its person, or for the department's people whose matter it is."""
    note = await notes.get(scene.tx, callback_data.note)
    thread = await threads.get(scene.tx, note.thread_id) if note is not None else None
    allowed = thread is not None and (thread.person_id == scene.person.id or await department.may_answer(scene, thread))
    if note is None or not allowed:
        return [toast(query, common.NOT_YOURS, alert=True)]
    await correspondence.hand_out(scene.tx, note, scene.person.id, scene.now)
    return []


async def _begin(scene: Scene, organization_id: int = 0, message: int | None = None) -> Screen:
    """Asks for the message; first from which organization, if the person sits at several."""
    held = await seats.of_person(scene.tx, scene.person.id)
    has_threads = (await threads.of_person(scene.tx, scene.person.id, 1, 0))[1] > 0
    chosen = [seat for seat in held if seat.organization_id == organization_id] or held
    if len(chosen) > 1:
        await _end(scene)
        return views.which(chosen, has_threads=has_threads)
    organization = chosen[0] if chosen else None
    await _listen(scene, message, organization=organization.organization_id if organization else None)
    return views.ask(organization.organization_name if organization else None, has_threads=has_threads)


async def _listen(scene: Scene, message: int | None, **matter: int | None) -> None:
    """What is typed next goes to the department; `message` is the screen that asks for it."""
    dialogue = Dialogue(KIND, {"step": "write", "screen": message, **_left(scene), **matter})
    await dialogues.put(scene.tx, scene.person.id, dialogue, scene.now)


def _left(scene: Scene) -> dict[str, int]:
    """What the writing remembers of the form that was left for it."""
    which = _behind(scene)
    return {request_form.BEHIND: which} if which else {}


def _behind(scene: Scene) -> int | None:
    """The obligation whose form was being filled in when the writing began."""
    if scene.dialogue.kind == KIND:
        form: int | None = scene.dialogue.data.get(request_form.BEHIND)
        return form
    return request_form.in_hand(scene.dialogue)


async def _over(scene: Scene) -> Obligation | None:
    """Ends the writing: what is typed next belongs to the form that was left for it, if that still takes answers."""
    await dialogues.end(scene.tx, scene.person.id)
    which = _behind(scene)
    obligation = await request_form.owned(scene, which) if which else None
    if obligation is None or not request_form.takes_answers(obligation, scene.now):
        return None
    await request_form.focus_here(scene, obligation)
    return obligation


async def _end(scene: Scene) -> None:
    if scene.dialogue.kind == KIND:
        await _over(scene)


async def _owned(scene: Scene, thread_id: int) -> Thread | None:
    thread = await threads.get(scene.tx, thread_id)
    return thread if thread is not None and thread.person_id == scene.person.id else None


async def _thread(message: Message, scene: Scene) -> Thread | None:
    """The thread that the conversation is about, begun if need be; None if the person has lost it meanwhile.

    What is written to the department as a reply to an announcement is about that.
    """
    data, person_id = scene.dialogue.data, scene.person.id
    if "thread" in data:
        return await _owned(scene, data["thread"])
    organization_id, obligation_id = data.get("organization"), data.get("obligation")
    if obligation_id is not None:
        if await obligations.of_person(scene.tx, person_id, obligation_id) is None:
            return None
    elif organization_id is not None:
        held = await seats.of_person(scene.tx, person_id)
        if organization_id not in {seat.organization_id for seat in held}:
            return None
    if await people.get(scene.tx, person_id) is None:
        return None
    announcement_id = await announced.pointed_at(message, scene) if obligation_id is None else None
    if announcement_id is not None:
        return await placing.in_reply(scene, announcement_id, organization_id)
    return await threads.begin(scene.tx, person_id, organization_id, obligation_id, scene.now)


async def _pass_on(message: Message, scene: Scene, thread: Thread, said: Written) -> Note | Screen | None:
    """Passes the message on; a screen if it has to wait, None if it was passed on before."""
    is_rest = noting.continues(message, scene) and scene.dialogue.data["step"] == "rest"
    if await noting.is_flood(scene, goes_on=is_rest):
        return _too_many()
    return await _passed_on(message, scene, thread, said)


def _too_many() -> Screen:
    return views.too_many(int(noting.WITHIN.total_seconds() // 60))


async def _passed_on(message: Message, scene: Scene, thread: Thread, said: Written) -> Note | None:
    note = await noting.keep(message, scene, thread, said, from_staff=False)
    if note is not None:
        chat = await group.serving(scene.tx, scene.installation.department_chat, scene.now)
        await correspondence.to_department(scene.tx, thread, note, said.gathers, chat, scene.now)
    return note


async def _tidied(scene: Scene) -> list[Saying]:
    """The screen that asked for the message goes; the form that was left for it stands below what was said."""
    data, chat = scene.dialogue.data, scene.person.id
    screen, obligation_id, which = data.get("screen"), data.get("obligation"), _behind(scene)
    form = await request_form.owned(scene, which) if which else None
    below = await request_form.below(scene, form) if form is not None else []
    if screen is None or Delete(chat, screen) in below:
        return below
    obligation = await request_form.owned(scene, obligation_id) if obligation_id is not None else None
    if obligation is None:
        return [Delete(chat, screen), *below]
    return [Edit(chat, screen, await request_form.screen(scene, obligation), obligation.id), *below]
