"""One-off questions: lists, sending, templates. `terms` and `fields` are what a draft is made of.

A draft is in the table of questions, so that neither a restart nor another command loses it; the conversation only says
to which draft the next typed words belong.
"""

from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.domain.desk import question as domain
from bot.domain.desk.audience import Audience
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.storage.desk import questions
from bot.storage.desk.questions import Stored
from bot.storage.ledger import rounds
from bot.storage.people import audiences
from bot.storage.post import dialogues, letters
from bot.views.callbacks import packed_moment
from bot.views.callbacks.department import Questions
from bot.views.callbacks.questions import (
    Ask,
    Confirm,
    CopyQuestion,
    KeepTemplate,
    ListQuestions,
    NewQuestion,
    OpenQuestion,
    RemoveQuestion,
    Sample,
    ShowSample,
)
from bot.views.department.questions import questions as views
from handlers.department.audience import Owner
from handlers.department.common import listen
from handlers.department.questions.common import (
    KIND,
    card,
    change,
    draw,
    gone,
    home_screen,
    list_screen,
    may_remove,
    mine,
    of_others,
    show,
    topics_of,
    visible,
)
from handlers.rights import register
from handlers.saying import Sayings, edit, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="questions")
    register(router.callback_query, home, Questions.filter(), rights=Right.CURATE)
    register(router.callback_query, list_, ListQuestions.filter(), rights=Right.CURATE)
    register(router.callback_query, new, NewQuestion.filter(), rights=Right.CURATE)
    register(router.callback_query, open_, OpenQuestion.filter(), rights=Right.CURATE)
    register(router.callback_query, show_sample, ShowSample.filter(), rights=Right.CURATE)
    register(router.callback_query, sample, Sample.filter(), rights=Right.CURATE)
    register(router.callback_query, confirm, Confirm.filter(), rights=Right.CURATE)
    register(router.callback_query, ask, Ask.filter(), rights=Right.CURATE)
    register(router.callback_query, keep, KeepTemplate.filter(), rights=Right.CURATE)
    register(router.callback_query, copy, CopyQuestion.filter(), rights=Right.CURATE)
    register(router.callback_query, remove, RemoveQuestion.filter(), rights=Right.CURATE)
    return router


async def home(query: CallbackQuery, callback_data: Questions, scene: Scene) -> Sayings:
    """Shows the section's first screen; what is typed there is a new question."""
    await listen(query, scene, KIND, step="text", q=None)
    return [edit(query, await home_screen(scene, callback_data.page))]


async def list_(query: CallbackQuery, callback_data: ListQuestions, scene: Scene) -> Sayings:
    """Lists templates, or questions that were asked."""
    return [edit(query, await list_screen(scene, callback_data.what, callback_data.page))]


async def new(query: CallbackQuery, scene: Scene) -> Sayings:
    """«Новый запрос» asks for the text; a draft exists once that has come."""
    await listen(query, scene, KIND, step="text", q=None)
    return [edit(query, views.ask_text(None))]


async def open_(query: CallbackQuery, callback_data: OpenQuestion, scene: Scene) -> Sayings:
    """Shows a question as it stands; what was being typed for it is not waited for any more."""
    stored = await visible(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    if scene.dialogue.kind == KIND:
        await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await show(scene, stored))]


async def show_sample(query: CallbackQuery, callback_data: ShowSample, scene: Scene) -> Sayings:
    """«Как увидит руководитель» shows a sample of the request."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    question, calendar = stored.question, scene.catalog.calendar
    lacks = domain.lacks(question, calendar, scene.now)
    complete = domain.completed(question, calendar, scene.now)
    names = await audiences.names(scene.tx, complete.audience, scene.person.limits)
    directive, occurrence = domain.compose(
        complete,
        stored.id,
        list(scene.catalog.types),
        calendar,
        views.occasion(scene.today),
        scene.now,
    )
    organization = names[0] if names else views.ORGANIZATION
    return [edit(query, views.sample(await draw(scene, stored), directive, occurrence, organization, lacks))]


async def sample(query: CallbackQuery) -> Sayings:
    """Says that a button of the sample does nothing."""
    return [toast(query, views.SAMPLE)]


async def confirm(query: CallbackQuery, callback_data: Confirm, scene: Scene) -> Sayings:
    """«Отправить» says to whom it goes and asks."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    draft = await draw(scene, stored)
    hindrance = _hindrance(scene, draft)
    if hindrance:
        return [toast(query, hindrance, alert=True)]
    return [edit(query, await _confirm(scene, stored, draft))]


async def ask(query: CallbackQuery, callback_data: Ask, scene: Scene) -> Sayings:
    """Opens the round of the question as its author saw it last. A second press asks nothing again."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    draft = await draw(scene, stored)
    hindrance = _hindrance(scene, draft)
    if hindrance:
        return [toast(query, hindrance, alert=True), edit(query, await show(scene, stored))]
    if callback_data.seen != packed_moment(stored.updated_at):
        return [toast(query, views.CHANGED, alert=True), edit(query, await _confirm(scene, stored, draft))]
    tx, now, calendar, limits = scene.tx, scene.now, scene.catalog.calendar, scene.person.limits
    question = replace(stored.question, audience=await audiences.narrowed(tx, stored.question.audience, limits))
    title = views.occasion(scene.today)
    directive, occurrence = domain.compose(question, stored.id, list(scene.catalog.types), calendar, title, now)
    chosen = audiences.organization_ids(question.audience, limits)
    round_id = await rounds.open_round(tx, directive, occurrence, calendar, now, by=scene.person.id, chosen=chosen)
    if round_id is None or not await questions.asked(tx, stored.id, round_id, scene.person.id, now):
        raise RuntimeError(f"question {stored.id} is a draft and has a round")
    await letters.ask(tx, rounds.owing(round_id), calendar, now)
    if scene.dialogue.kind == KIND:
        await dialogues.end(tx, scene.person.id)
    asked = await questions.get(tx, stored.id)
    assert asked is not None
    return [edit(query, await show(scene, asked, views.ASKED))]


async def keep(query: CallbackQuery, callback_data: KeepTemplate, scene: Scene) -> Sayings:
    """«Сохранить как шаблон» keeps a question that was asked."""
    stored = await visible(scene, callback_data.question)
    if stored is None or stored.round_id is None:
        return await gone(query, scene, callback_data.question)
    news = await questions.keep(scene.tx, stored.question, scene.person.id, scene.now)
    return [toast(query, views.KEPT if news else views.KEPT_ALREADY)]


async def copy(query: CallbackQuery, callback_data: CopyQuestion, scene: Scene) -> Sayings:
    """Makes a new draft from a template, or from a question that was asked."""
    stored = await visible(scene, callback_data.question)
    if stored is None or stored.is_draft:
        return await gone(query, scene, callback_data.question)
    question = replace(
        stored.question,
        audience=await audiences.narrowed(scene.tx, of_others(scene, stored.question.audience), scene.person.limits),
        topic=stored.question.topic if stored.question.topic in topics_of(scene) else "",
    )
    due = domain.in_working_days(domain.USUAL_DAYS, scene.today, scene.catalog.calendar)
    draft_id = await questions.copy(scene.tx, question, due, scene.person.id, scene.now)
    return [edit(query, await card(scene, draft_id, views.COPIED))]


async def remove(query: CallbackQuery, callback_data: RemoveQuestion, scene: Scene) -> Sayings:
    """Removes a draft or a template; asks first."""
    stored = await visible(scene, callback_data.question)
    if stored is None or stored.round_id is not None:
        return await gone(query, scene, callback_data.question)
    if stored.is_template and not await may_remove(scene, stored):
        return [toast(query, views.OF_OTHERS, alert=True)]
    if not callback_data.sure:
        return [edit(query, views.remove(await draw(scene, stored), is_template=stored.is_template))]
    if not await questions.remove(scene.tx, stored, scene.person.id, scene.now):
        return await gone(query, scene, callback_data.question)
    after = await list_screen(scene, "templates", 0) if stored.is_template else await home_screen(scene, 0)
    return [toast(query, views.REMOVED), edit(query, after)]


async def _confirm(scene: Scene, stored: Stored, draft: views.Draft) -> Screen:
    audience, limits = stored.question.audience, scene.person.limits
    return views.confirm(
        draft, await audiences.reach(scene.tx, audience, limits, scene.now), packed_moment(stored.updated_at)
    )


def _hindrance(scene: Scene, draft: views.Draft) -> str:
    """Why it cannot be sent; empty: it can."""
    lacks = domain.lacks(draft.question, scene.catalog.calendar, scene.now)
    if lacks:
        return views.lacking(lacks)
    if not draft.count:
        return views.NOBODY
    if draft.question.topic and draft.question.topic not in topics_of(scene):
        return views.TOPIC_OUTSIDE
    return ""


async def _load_audience(scene: Scene, question_id: int) -> Audience | None:
    stored = await mine(scene, question_id)
    return stored.question.audience if stored is not None else None


async def _save_audience(scene: Scene, question_id: int, audience: Audience) -> bool:
    return await change(scene, question_id, audience=audience)


async def _after_audience(scene: Scene, question_id: int) -> Screen:
    return await card(scene, question_id)


AUDIENCE = Owner(_load_audience, _save_audience, _after_audience)
