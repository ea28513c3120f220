"""One-off questions: lists, terms, sending, templates. Their fields are in question_fields.

A draft is in the table of questions, so that neither a restart nor another command loses it; the conversation only
says which one the next typed words belong to.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.desk import question as domain
from bot.domain.desk.audience import Audience
from bot.domain.desk.question import Question, Reminding, Unfit
from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.values import parse
from bot.domain.people.member import Right
from bot.domain.screen import Screen
from bot.storage.desk import questions
from bot.storage.desk.questions import Stored
from bot.storage.ledger import rounds
from bot.storage.people import audiences
from bot.storage.post import dialogues, letters
from bot.views.callbacks.department import Questions
from bot.views.callbacks.questions import (
    Ask,
    Confirm,
    CopyQuestion,
    KeepTemplate,
    ListQuestions,
    NewQuestion,
    NextReminding,
    OpenQuestion,
    PickDue,
    PickTopic,
    RemoveQuestion,
    Sample,
    ShowSample,
    Write,
)
from bot.views.department.questions import fields as field_views
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
    mine,
    proceed,
    refused,
    show,
    vanished,
    visible,
)
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, toast
from handlers.scene import Scene

_ABOUT_WEEKS = {"7": 7, "14": 14}


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="questions")
    register(router.callback_query, home, Questions.filter(), rights=Right.CURATE)
    register(router.callback_query, list_, ListQuestions.filter(), rights=Right.CURATE)
    register(router.callback_query, new, NewQuestion.filter(), rights=Right.CURATE)
    register(router.callback_query, open_, OpenQuestion.filter(), rights=Right.CURATE)
    register(router.callback_query, write, Write.filter(), rights=Right.CURATE)
    register(router.callback_query, due, PickDue.filter(), rights=Right.CURATE)
    register(router.callback_query, reminding, NextReminding.filter(), rights=Right.CURATE)
    register(router.callback_query, topic, PickTopic.filter(), rights=Right.CURATE)
    register(router.callback_query, show_sample, ShowSample.filter(), rights=Right.CURATE)
    register(router.callback_query, sample, Sample.filter(), rights=Right.CURATE)
    register(router.callback_query, confirm, Confirm.filter(), rights=Right.CURATE)
    register(router.callback_query, ask, Ask.filter(), rights=Right.CURATE)
    register(router.callback_query, keep, KeepTemplate.filter(), rights=Right.CURATE)
    register(router.callback_query, copy, CopyQuestion.filter(), rights=Right.CURATE)
    register(router.callback_query, remove, RemoveQuestion.filter(), rights=Right.CURATE)
    register(
        router.message,
        typed,
        Talking(KIND, "text", "name", "due"),
        F.text,
        ~F.text.startswith("/"),
        rights=Right.CURATE,
    )
    return router


async def home(query: CallbackQuery, callback_data: Questions, scene: Scene) -> Sayings:
    """The section's first screen."""
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await home_screen(scene, callback_data.page))]


async def list_(query: CallbackQuery, callback_data: ListQuestions, scene: Scene) -> Sayings:
    """Templates, or questions that were asked."""
    return [edit(query, await list_screen(scene, callback_data.what, callback_data.page))]


async def new(query: CallbackQuery, scene: Scene) -> Sayings:
    """«Новый запрос»: a draft comes to be when its text has come."""
    await listen(query, scene, KIND, step="text", q=None)
    return [edit(query, views.ask_text(None))]


async def open_(query: CallbackQuery, callback_data: OpenQuestion, scene: Scene) -> Sayings:
    """A question as it stands; what was being typed for it is not waited for any more."""
    stored = await visible(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    if scene.dialogue.kind == KIND:
        await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await show(scene, stored))]


async def write(query: CallbackQuery, callback_data: Write, scene: Scene) -> Sayings:
    """Another text, title or due date is to be typed."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    await listen(query, scene, KIND, step=callback_data.what, q=stored.id)
    if callback_data.what == "text":
        return [edit(query, views.ask_text(stored.id))]
    draft = await draw(scene, stored)
    if callback_data.what == "name":
        return [edit(query, views.ask_name(draft))]
    return [edit(query, views.due_dates(draft, _due_days(scene)))]


async def typed(message: Message, scene: Scene) -> Sayings:
    """The text, the title or the due date."""
    said, text = scene.dialogue.data, message.text or ""
    note = ""
    try:
        if said["step"] == "text":
            wording = domain.asked(text)
            if said["q"] is None:
                created = await questions.create(scene.tx, Question(wording), scene.person.id, scene.now)
                return await proceed(message, scene, created)
            changes: dict[str, Any] = {"text": wording}
        elif said["step"] == "name":
            changes = {"name": domain.named(text)}
        else:
            day = date.fromisoformat(str(parse(_due_field(scene), text, scene.today)))
            changes, note = _due(scene, day)
    except Unfit as unfit:
        return await refused(message, scene, field_views.unfit(unfit))
    except Misfit as misfit:
        return await refused(message, scene, field_views.unfit_due(misfit))
    if not await change(scene, said["q"], **changes):
        return await vanished(message, scene)
    return await proceed(message, scene, said["q"], note)


async def due(query: CallbackQuery, callback_data: PickDue, scene: Scene) -> Sayings:
    """Due dates to choose from, or one of them."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    if not callback_data.after:
        await listen(query, scene, KIND, step="due", q=stored.id)
        return [edit(query, views.due_dates(await draw(scene, stored), _due_days(scene)))]
    changes, note = _due(scene, _due_day(scene, callback_data.after))
    await change(scene, stored.id, **changes)
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await card(scene, stored.id, note))]


async def reminding(query: CallbackQuery, callback_data: NextReminding, scene: Scene) -> Sayings:
    """Usual, more often, none, usual again."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    ways = list(Reminding)
    following = ways[(ways.index(stored.question.reminding) + 1) % len(ways)]
    await change(scene, stored.id, reminding=following)
    return [edit(query, await card(scene, stored.id))]


async def topic(query: CallbackQuery, callback_data: PickTopic, scene: Scene) -> Sayings:
    """Topics to choose from, or one of them."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    offered = _topics(scene)
    if not callback_data.set:
        return [edit(query, views.topics(await draw(scene, stored), offered))]
    if callback_data.topic and callback_data.topic not in offered:
        return [toast(query, views.TOPIC_OUTSIDE, alert=True)]
    await change(scene, stored.id, topic=callback_data.topic)
    return [edit(query, await card(scene, stored.id))]


async def show_sample(query: CallbackQuery, callback_data: ShowSample, scene: Scene) -> Sayings:
    """«Как увидит руководитель»."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    question, calendar = stored.question, scene.catalog.calendar
    # What is not said yet does not stand on the sample, but the due date does, and the preview needs a field.
    lacks = domain.lacks(question, calendar, scene.now)
    if set(lacks) - {domain.Lack.AUDIENCE}:
        return [toast(query, views.lacking(lacks), alert=True)]
    audience = Audience(everyone=True) if question.audience.is_nobody else question.audience
    names = await audiences.names(scene.tx, audience, scene.person.limits)
    directive, occurrence = domain.compose(
        replace(question, audience=audience),
        stored.id,
        list(scene.catalog.types),
        calendar,
        views.occasion(scene.today),
        scene.now,
    )
    organization = names[0] if names else "Название организации"
    return [edit(query, views.sample(await draw(scene, stored), directive, occurrence, organization))]


async def sample(query: CallbackQuery) -> Sayings:
    """A button of the sample does nothing."""
    return [toast(query, views.SAMPLE)]


async def confirm(query: CallbackQuery, callback_data: Confirm, scene: Scene) -> Sayings:
    """«Отправить»: says to whom it goes and asks."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    draft = await draw(scene, stored)
    hindrance = _hindrance(scene, draft)
    if hindrance:
        return [toast(query, hindrance, alert=True)]
    return [edit(query, await _confirm(scene, stored, draft))]


async def ask(query: CallbackQuery, callback_data: Ask, scene: Scene) -> Sayings:
    """Opens the round of the question as its author saw it last. However often it is pressed, it is asked once."""
    found = await mine(scene, callback_data.question)
    if found is None:
        return await gone(query, scene, callback_data.question)
    draft = await draw(scene, found)
    hindrance = _hindrance(scene, draft)
    if hindrance:
        return [toast(query, hindrance, alert=True), edit(query, await show(scene, found))]
    if callback_data.seen != _moment(found):
        return [toast(query, views.CHANGED, alert=True), edit(query, await _confirm(scene, found, draft))]
    tx, now, calendar, limits = scene.tx, scene.now, scene.catalog.calendar, scene.person.limits
    question = replace(found.question, audience=found.question.audience.within(limits))
    title = views.occasion(scene.today)
    directive, occurrence = domain.compose(question, found.id, list(scene.catalog.types), calendar, title, now)
    chosen = audiences.organization_ids(question.audience, limits)
    round_id = await rounds.open_round(tx, directive, occurrence, calendar, now, by=scene.person.id, chosen=chosen)
    if round_id is None or not await questions.asked(tx, found.id, round_id, scene.person.id, now):
        raise RuntimeError(f"question {found.id} is a draft and has a round")
    await letters.ask(tx, rounds.owing(round_id), calendar, now)
    if scene.dialogue.kind == KIND:
        await dialogues.end(tx, scene.person.id)
    stored = await questions.get(tx, found.id)
    assert stored is not None
    return [edit(query, await show(scene, stored, views.ASKED))]


async def keep(query: CallbackQuery, callback_data: KeepTemplate, scene: Scene) -> Sayings:
    """«Сохранить как шаблон»."""
    stored = await visible(scene, callback_data.question)
    if stored is None or stored.round_id is None:
        return await gone(query, scene, callback_data.question)
    news = await questions.keep(scene.tx, stored.question, scene.person.id, scene.now)
    return [toast(query, views.KEPT if news else views.KEPT_ALREADY)]


async def copy(query: CallbackQuery, callback_data: CopyQuestion, scene: Scene) -> Sayings:
    """A new draft from a template, or from a question that was asked."""
    stored = await visible(scene, callback_data.question)
    if stored is None or stored.is_draft:
        return await gone(query, scene, callback_data.question)
    question = replace(
        stored.question,
        audience=stored.question.audience.within(scene.person.limits),
        topic=stored.question.topic if stored.question.topic in _topics(scene) else "",
    )
    draft_id = await questions.copy(scene.tx, question, scene.person.id, scene.now)
    return [edit(query, await card(scene, draft_id, views.COPIED))]


async def remove(query: CallbackQuery, callback_data: RemoveQuestion, scene: Scene) -> Sayings:
    """Removes a draft or a template; asks first."""
    stored = await visible(scene, callback_data.question)
    if stored is None or stored.round_id is not None:
        return await gone(query, scene, callback_data.question)
    if not callback_data.sure:
        return [edit(query, views.remove(await draw(scene, stored), is_template=stored.is_template))]
    if not await questions.remove(scene.tx, stored, scene.person.id, scene.now):
        return await gone(query, scene, callback_data.question)
    after = await list_screen(scene, "templates", 0) if stored.is_template else await home_screen(scene, 0)
    return [toast(query, views.REMOVED), edit(query, after)]


async def _confirm(scene: Scene, stored: Stored, draft: views.Draft) -> Screen:
    audience, limits = stored.question.audience, scene.person.limits
    return views.confirm(draft, await audiences.reach(scene.tx, audience, limits, scene.now), _moment(stored))


def _hindrance(scene: Scene, draft: views.Draft) -> str:
    """Why it cannot be sent; empty: it can."""
    lacks = domain.lacks(draft.question, scene.catalog.calendar, scene.now)
    if lacks:
        return views.lacking(lacks)
    if not draft.count:
        return views.NOBODY
    if draft.question.topic and draft.question.topic not in _topics(scene):
        return views.TOPIC_OUTSIDE
    return ""


def _moment(stored: Stored) -> int:
    return int(stored.updated_at.timestamp() * 1000)


def _topics(scene: Scene) -> list[str]:
    """Topics that this person has to do with."""
    limits = scene.person.limits.topics
    return [one for one in scene.catalog.topics if not limits or one in limits]


def _due_field(scene: Scene) -> Field:
    calendar, today = scene.catalog.calendar, scene.today
    over = scene.now >= domain.due_at(today, calendar)
    return Field(
        "due",
        FieldKind.DATE,
        "Срок",
        earliest=today + timedelta(days=1) if over else today,
        latest=today + timedelta(days=domain.LATEST),
    )


def _due_days(scene: Scene) -> list[tuple[str, str, date]]:
    titles = {"work3": "Через 3 рабочих дня", "7": "Через неделю", "14": "Через две недели"}
    work_day = scene.catalog.calendar.work_day
    return [(after, title, work_day(_due_day(scene, after))) for after, title in titles.items()]


def _due_day(scene: Scene, after: str) -> date:
    if after in _ABOUT_WEEKS:
        return scene.today + timedelta(days=_ABOUT_WEEKS[after])
    return domain.in_working_days(3, scene.today, scene.catalog.calendar)


def _due(scene: Scene, day: date) -> tuple[dict[str, Any], str]:
    """The due date, and what is to be said if it is another day than was named."""
    work_day = scene.catalog.calendar.work_day(day)
    return {"due": work_day}, views.moved(day, work_day) if work_day != day else ""


async def _load_audience(scene: Scene, question_id: int) -> Audience | None:
    stored = await mine(scene, question_id)
    return stored.question.audience if stored is not None else None


async def _save_audience(scene: Scene, question_id: int, audience: Audience) -> bool:
    return await change(scene, question_id, audience=audience)


async def _after_audience(scene: Scene, question_id: int) -> Screen:
    return await card(scene, question_id)


AUDIENCE = Owner(_load_audience, _save_audience, _after_audience)
