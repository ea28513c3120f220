"""Sets the terms of a one-off question: its text and title, its due date, its reminders, its topic."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.desk import question as domain
from bot.domain.desk.audience import Audience
from bot.domain.desk.question import Question, Reminding, Unfit
from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.moments import hour_of, last_work_day
from bot.domain.fields.values import parse
from bot.domain.people.member import Right
from bot.storage.desk import questions
from bot.storage.people import audiences
from bot.storage.post import dialogues
from bot.views.callbacks.questions import DueChoice, More, NextReminding, PickDue, PickTopic, Write
from bot.views.department.questions import fields as field_views
from bot.views.department.questions import questions as views
from handlers.department.common import listen
from handlers.department.questions.common import (
    KIND,
    card,
    change,
    draw,
    gone,
    mine,
    of_others,
    proceed,
    refused,
    topics_of,
    vanished,
)
from handlers.rights import register
from handlers.saying import Sayings, Talking, edit, toast
from handlers.scene import Scene

# Due dates of today: until the afternoon while that is ahead, then until the end of the day.
_TODAY: tuple[DueChoice, ...] = ("15", "0")
_AFTERNOON, _ENOUGH = time(15), timedelta(hours=1)


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="question-terms")
    register(router.callback_query, write, Write.filter(), rights=Right.CURATE)
    register(router.callback_query, due, PickDue.filter(), rights=Right.CURATE)
    register(router.callback_query, more, More.filter(), rights=Right.CURATE)
    register(router.callback_query, reminding, NextReminding.filter(), rights=Right.CURATE)
    register(router.callback_query, topic, PickTopic.filter(), rights=Right.CURATE)
    register(
        router.message,
        typed,
        Talking(KIND, "text", "name", "due"),
        F.text,
        ~F.text.startswith("/"),
        rights=Right.CURATE,
    )
    return router


async def write(query: CallbackQuery, callback_data: Write, scene: Scene) -> Sayings:
    """Asks for another text, title or due date."""
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
    """Takes the text, the title or the due date."""
    said, text = scene.dialogue.data, message.text or ""
    note = ""
    try:
        if said["step"] == "text":
            wording = domain.asked(text)
            if said["q"] is None:
                audience = await _last_audience(scene)
                draft = domain.begun(text, audience, scene.today, scene.catalog.calendar)
                created = await questions.create(scene.tx, draft, scene.person.id, scene.now)
                return await proceed(message, scene, created)
            changes: dict[str, Any] = {"text": wording}
        elif said["step"] == "name":
            changes = {"name": domain.named(text)}
        else:
            named, until = hour_of(text)
            day = scene.today
            if (last := last_work_day(named, day, scene.catalog.calendar)) is not None:
                named = last.isoformat()
            if named or until is None:
                day = date.fromisoformat(str(parse(_due_field(scene, until), named, scene.today)))
            elif not _is_ahead(scene, day, until):
                return await refused(message, scene, field_views.past_hour(until))
            changes, note = _due(scene, day, until)
    except Unfit as unfit:
        return await refused(message, scene, field_views.unfit(unfit))
    except Misfit as misfit:
        return await refused(message, scene, field_views.unfit_due(misfit, scene.today))
    if not await change(scene, said["q"], **changes):
        return await vanished(message, scene)
    return await proceed(message, scene, said["q"], note)


async def due(query: CallbackQuery, callback_data: PickDue, scene: Scene) -> Sayings:
    """Offers due dates, or takes the chosen one."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    if not callback_data.after:
        await listen(query, scene, KIND, step="due", q=stored.id)
        return [edit(query, views.due_dates(await draw(scene, stored), _due_days(scene)))]
    day, until = _due_day(scene, callback_data.after)
    if not _is_ahead(scene, day, until):
        # The screen has stood since the morning.
        return [toast(query, views.lacking([domain.Lack.DUE_PAST]), alert=True)]
    changes, note = _due(scene, day, until)
    await change(scene, stored.id, **changes)
    await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, await card(scene, stored.id, note))]


async def more(query: CallbackQuery, callback_data: More, scene: Scene) -> Sayings:
    """«Ещё…»: what is seldom changed."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    return [edit(query, views.more(await draw(scene, stored)))]


async def reminding(query: CallbackQuery, callback_data: NextReminding, scene: Scene) -> Sayings:
    """Goes to the next way of reminding: usual, more often, none, usual again."""
    which, ways = callback_data.question, list(Reminding)

    def following(question: Question) -> Question:
        return replace(question, reminding=ways[(ways.index(question.reminding) + 1) % len(ways)])

    await questions.edit(scene.tx, which, scene.person.id, scene.now, following)
    return await more(query, More(question=which), scene)


async def topic(query: CallbackQuery, callback_data: PickTopic, scene: Scene) -> Sayings:
    """Offers topics, or takes the chosen one."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    offered = topics_of(scene)
    if not callback_data.set:
        return [edit(query, views.topics(await draw(scene, stored), offered))]
    if callback_data.topic and callback_data.topic not in offered:
        return [toast(query, views.TOPIC_OUTSIDE, alert=True)]
    await change(scene, stored.id, topic=callback_data.topic)
    return [edit(query, await card(scene, stored.id))]


async def _last_audience(scene: Scene) -> Audience:
    """For whom this person's last question was, as far as that is still theirs; nobody, if they have asked none."""
    last = await questions.last_audience(scene.tx, scene.person.id)
    return await audiences.narrowed(scene.tx, of_others(scene, last), scene.person.limits)


def _due_field(scene: Scene, until: time | None) -> Field:
    today = scene.today
    return Field(
        "due",
        FieldKind.DATE,
        views.DUE_LABEL,
        earliest=today if _is_ahead(scene, today, until) else today + timedelta(days=1),
        latest=today + timedelta(days=domain.LATEST),
    )


def _is_ahead(scene: Scene, day: date, until: time | None) -> bool:
    return scene.now < domain.due_at(day, scene.catalog.calendar, until)


def _due_days(scene: Scene) -> list[tuple[DueChoice, str, datetime]]:
    """What is offered: nothing that is over in an hour, nor twice the same."""
    calendar, offered = scene.catalog.calendar, list[tuple[DueChoice, str, datetime]]()
    for after, title in views.DUE.items():
        day, until = _due_day(scene, after)
        at = domain.due_at(day, calendar, until)
        is_today = after in _TODAY
        if is_today and (calendar.work_day(day) != day or at - max(scene.now, calendar.begins(day)) < _ENOUGH):
            continue
        if is_today and any(choice in _TODAY for choice, _, _ in offered):
            continue
        if at not in [known for _, _, known in offered]:
            offered.append((after, title, at))
    return offered


def _due_day(scene: Scene, after: DueChoice) -> tuple[date, time | None]:
    calendar, today = scene.catalog.calendar, scene.today
    match after:
        case "15":
            return today, _AFTERNOON
        case "0":
            return today, None
        case "next":
            return domain.in_working_days(1, today, calendar), None
        case "work3":
            return domain.in_working_days(domain.USUAL_DAYS, today, calendar), None
        case "7" | "14":
            return calendar.work_day(today + timedelta(days=int(after))), None


def _due(scene: Scene, day: date, until: time | None) -> tuple[dict[str, Any], str]:
    """The due date, and what is to be said if it is another day than was named."""
    work_day = scene.catalog.calendar.work_day(day)
    return {"due": work_day, "until": until}, views.moved(day, work_day) if work_day != day else ""
