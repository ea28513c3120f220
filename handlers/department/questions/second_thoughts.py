"""A question that was asked is corrected, ended early, or taken back, by those whose matter all of it is."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.desk import question as domain
from bot.domain.desk.question import Question, Unfit
from bot.domain.ledger.control import Counts
from bot.domain.ledger.obligation import Round
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.storage.desk import questions, second_thoughts
from bot.storage.desk.questions import Stored
from bot.storage.ledger import rounds
from bot.storage.ledger.control import control
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views.callbacks.questions import CloseQuestion, Reword, Reworded, TakeBack
from bot.views.department.questions import fields as field_views
from bot.views.department.questions import questions as question_views
from bot.views.department.questions import second_thoughts as views
from handlers.department.common import listen, shown
from handlers.department.questions.common import KIND, gone, may_end, refused, show, vanished, visible
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="question-second-thoughts")
    register(router.callback_query, reword, Reword.filter(), rights=Right.CURATE)
    register(router.callback_query, reworded, Reworded.filter(), rights=Right.CURATE)
    register(router.callback_query, close, CloseQuestion.filter(), rights=Right.CURATE)
    register(router.callback_query, take_back, TakeBack.filter(), rights=Right.CURATE)
    register(
        router.message,
        typed,
        Talking(KIND, "reword"),
        F.text,
        ~F.text.startswith("/"),
        rights=Right.CURATE,
    )
    return router


async def reword(query: CallbackQuery, callback_data: Reword, scene: Scene) -> Sayings:
    """«Исправить текст» asks for the words."""
    found = await _theirs(query, scene, callback_data.question, running=True)
    if isinstance(found, list):
        return found
    stored, _ = found
    await listen(query, scene, KIND, step="reword", q=stored.id)
    return [edit(query, views.ask_words(stored.question, stored.id))]


async def typed(message: Message, scene: Scene) -> Sayings:
    """Takes the words and shows what would change; they are kept with the conversation until that is confirmed."""
    stored = await questions.get(scene.tx, scene.dialogue.data["q"])
    opened = await _round(scene, stored)
    if stored is None or opened is None or not await may_end(scene, opened):
        return await vanished(message, scene)
    if not await second_thoughts.is_running(scene.tx, opened, scene.now):
        return await vanished(message, scene)
    try:
        after = domain.corrected(stored.question, message.text or "")
    except Unfit as unfit:
        return await refused(message, scene, field_views.unfit(unfit))
    said = {**scene.dialogue.data, "text": after.text, "before": stored.question.text}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, said), scene.now)
    return shown(message, scene, await _confirm(scene, stored, opened, after))


async def reworded(query: CallbackQuery, callback_data: Reworded, scene: Scene) -> Sayings:
    """Gives it the words that were shown. A second press finds that done."""
    found = await _theirs(query, scene, callback_data.question, running=True)
    if isinstance(found, list):
        return found
    stored, opened = found
    said = scene.dialogue.data
    if scene.dialogue.kind != KIND or said.get("q") != stored.id or "text" not in said:
        return [toast(query, views.LOST, alert=True), edit(query, await show(scene, stored))]
    after = domain.corrected(stored.question, said["text"])
    if said["before"] != stored.question.text:
        # A colleague has corrected it since: what would change is something else.
        kept = {**said, "before": stored.question.text}
        await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, kept), scene.now)
        screen = await _confirm(scene, stored, opened, after)
        return [toast(query, question_views.CHANGED, alert=True), edit(query, screen)]
    await dialogues.end(scene.tx, scene.person.id)
    if after == stored.question:
        return [toast(query, views.SAME), edit(query, await show(scene, stored))]
    if not await second_thoughts.reword(scene.tx, opened, after, scene.person.id, scene.now):
        return [toast(query, question_views.ENDED, alert=True), edit(query, await show(scene, stored))]
    await questions.reword(scene.tx, stored.id, after)
    if callback_data.tell:
        await second_thoughts.tell(scene.tx, opened, scene.catalog.calendar, scene.now)
    return await _done(query, scene, stored.id, views.TOLD if callback_data.tell else views.CORRECTED)


async def close(query: CallbackQuery, callback_data: CloseQuestion, scene: Scene) -> Sayings:
    """«Закрыть приём» ends it now; asks first."""
    found = await _theirs(query, scene, callback_data.question, running=True)
    if isinstance(found, list):
        return found
    stored, opened = found
    if not callback_data.sure:
        return [edit(query, views.close(opened, stored.id, await _counts(scene, opened)))]
    await second_thoughts.close(scene.tx, opened, views.CLOSED_FOR_HEADS, scene.person.id, scene.now)
    return await _done(query, scene, stored.id, views.CLOSED)


async def take_back(query: CallbackQuery, callback_data: TakeBack, scene: Scene) -> Sayings:
    """«Отозвать» takes it back from everybody; asks first, and again if somebody has answered meanwhile."""
    found = await _theirs(query, scene, callback_data.question, running=False)
    if isinstance(found, list):
        return found
    stored, opened = found
    answers = (await _counts(scene, opened)).done
    screen = views.take_back(opened, stored.id, answers)
    if not callback_data.sure:
        return [edit(query, screen)]
    if answers > callback_data.answers:
        return [toast(query, views.ONCE_MORE, alert=True), edit(query, screen)]
    await second_thoughts.take_back(scene.tx, opened, views.TAKEN_BACK_FOR_HEADS, scene.person.id, scene.now)
    return await _done(query, scene, stored.id, views.TAKEN_BACK)


async def _theirs(
    query: CallbackQuery, scene: Scene, question_id: int, *, running: bool
) -> tuple[Stored, Round] | Sayings:
    """The question and its round; or why nothing can be done to it. `running`: as long as it takes answers."""
    stored = await visible(scene, question_id)
    opened = await _round(scene, stored)
    if stored is None or opened is None:
        return await gone(query, scene, question_id)
    if not await may_end(scene, opened):
        return [toast(query, question_views.BEYOND, alert=True)]
    if not opened.is_open:
        return [toast(query, question_views.TAKEN_BACK_ALREADY, alert=True), edit(query, await show(scene, stored))]
    if running and not await second_thoughts.is_running(scene.tx, opened, scene.now):
        return [toast(query, question_views.ENDED, alert=True), edit(query, await show(scene, stored))]
    return stored, opened


async def _round(scene: Scene, stored: Stored | None) -> Round | None:
    if stored is None or stored.round_id is None:
        return None
    return await rounds.get(scene.tx, stored.round_id)


async def _counts(scene: Scene, opened: Round) -> Counts:
    counts = await control.counts(scene.tx, [opened.id], scene.person.limits, scene.now)
    return counts.get(opened.id, Counts())


async def _confirm(scene: Scene, stored: Stored, opened: Round, after: Question) -> Screen:
    counts = await _counts(scene, opened)
    people = await second_thoughts.told(scene.tx, opened)
    return views.confirm_words(stored.question, after, stored.id, counts.done, people)


async def _done(query: CallbackQuery, scene: Scene, question_id: int, word: str) -> Sayings:
    stored = await questions.get(scene.tx, question_id)
    assert stored is not None
    return [edit(query, await show(scene, stored, word))]
