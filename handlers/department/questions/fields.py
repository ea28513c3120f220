"""Adds fields to a one-off question, changes them, puts them in order."""

from collections.abc import Callable
from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.desk import question as domain
from bot.domain.desk.question import MAX_FIELDS, Question, Unfit
from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.kinds import rules
from bot.domain.people.member import Right
from bot.storage.desk import questions
from bot.storage.desk.questions import Stored
from bot.storage.post import dialogues
from bot.storage.post.dialogues import Dialogue
from bot.views.callbacks.questions import AddField, AtOnce, ChangeField, Kinds, OpenField
from bot.views.department.questions import fields as views
from bot.views.department.questions.questions import GONE_FIELD
from handlers.department.common import listen
from handlers.department.questions.common import KIND, card, gone, mine, onward, proceed, refused, vanished
from handlers.rights import register
from handlers.saying import Sayings, Talking, answer, edit, toast
from handlers.scene import Scene


def setup() -> Router:
    """The router of this conversation."""
    router = Router(name="question-fields")
    register(router.callback_query, kinds, Kinds.filter(), rights=Right.CURATE)
    register(router.callback_query, add, AddField.filter(), rights=Right.CURATE)
    register(router.callback_query, open_, OpenField.filter(), rights=Right.CURATE)
    register(router.callback_query, change, ChangeField.filter(), rights=Right.CURATE)
    register(
        router.message,
        typed,
        Talking(KIND, "label", "options", "amend"),
        F.text,
        ~F.text.startswith("/"),
        rights=Right.CURATE,
    )
    # After everything that takes words, here and in terms: nobody waits for a photo or a sticker.
    register(router.message, no_words, Talking(KIND), ~F.text, rights=Right.CURATE)
    return router


async def kinds(query: CallbackQuery, callback_data: Kinds, scene: Scene) -> Sayings:
    """«Добавить поле» asks for the kind of field."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    if len(stored.question.fields) >= MAX_FIELDS:
        return [toast(query, views.FULL, alert=True)]
    return [edit(query, views.kinds(stored.question, stored.id))]


async def add(query: CallbackQuery, callback_data: AddField, scene: Scene) -> Sayings:
    """Takes the kind of a new field. The first field asks what the text asks; others get labels of their own."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    question, kind = stored.question, FieldKind(callback_data.kind)
    if len(question.fields) >= MAX_FIELDS:
        return [toast(query, views.FULL, alert=True)]
    if question.fields:
        await listen(query, scene, KIND, step="label", q=stored.id, field=kind)
        return [edit(query, views.ask_label(stored.id, kind))]
    label = domain.label_of(question, kind)
    if rules(kind).needs_options:
        await listen(query, scene, KIND, step="options", q=stored.id, label=label)
        return [edit(query, views.ask_options(stored.id, label))]
    await _edit(scene, stored.id, lambda current: domain.add(current, kind, label))
    return [edit(query, await card(scene, stored.id))]


async def open_(query: CallbackQuery, callback_data: OpenField, scene: Scene) -> Sayings:
    """Shows a field."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    field = stored.question.field(callback_data.field)
    if field is None:
        return await _field_gone(query, scene, stored)
    if scene.dialogue.kind == KIND:
        await dialogues.end(scene.tx, scene.person.id)
    return [edit(query, views.field(stored.question, stored.id, field))]


async def change(query: CallbackQuery, callback_data: ChangeField, scene: Scene) -> Sayings:
    """Changes a field at once, or asks for what is to be typed."""
    stored = await mine(scene, callback_data.question)
    if stored is None:
        return await gone(query, scene, callback_data.question)
    field, step = stored.question.field(callback_data.field), callback_data.step
    if field is None:
        return await _field_gone(query, scene, stored)
    match step:
        case "label" | "options" | "unit":
            await listen(query, scene, KIND, step="amend", q=stored.id, f=callback_data.field, what=step)
            return [edit(query, views.change(stored.id, field, step))]
        case at_once:
            edited = await _edit(scene, stored.id, _changes(field, at_once))
    if edited is None:
        return await gone(query, scene, stored.id)
    if scene.dialogue.kind == KIND:
        await dialogues.end(scene.tx, scene.person.id)
    after = edited.field(callback_data.field)
    if step in ("remove", "up") or after is None:
        return [edit(query, await card(scene, stored.id))]
    return [edit(query, views.field(edited, stored.id, after))]


async def typed(message: Message, scene: Scene) -> Sayings:
    """Takes the label or the options of a new field, or a change of a field."""
    said = scene.dialogue.data
    stored = await mine(scene, said["q"])
    if stored is None:
        return await vanished(message, scene)
    try:
        if said["step"] == "label" and rules(FieldKind(said["field"])).needs_options:
            return await _then_options(message, scene, stored)
        if await _edit(scene, stored.id, _typed(stored.question, said, message.text or "")) is None:
            return await vanished(message, scene)
    except Unfit as unfit:
        return await refused(message, scene, views.unfit(unfit))
    return await proceed(message, scene, stored.id)


async def no_words(message: Message, scene: Scene) -> Sayings:
    """Asks for words, since a photo, a sticker or a file came; of an album the first part is answered."""
    said, album = scene.dialogue.data, message.media_group_id
    if album is not None and said.get("album") == album:
        return []
    known = {**said, "refused": True, "album": album}
    await dialogues.put(scene.tx, scene.person.id, Dialogue(KIND, known), scene.now)
    return [answer(message, views.words_wanted())]


async def _then_options(message: Message, scene: Scene, stored: Stored) -> Sayings:
    """Keeps the label of a choice, and asks for its options on the same screen."""
    label = domain.labelled(stored.question, message.text or "")
    said = onward(message, scene, views.ask_options(stored.id, label))
    # The number of a screen that has moved below is not known yet: the next screen stands in a message of its own.
    stands = scene.dialogue.data.get("screen") if len(said) == 1 else None
    going_on = Dialogue(KIND, {"step": "options", "q": stored.id, "label": label, "screen": stands})
    await dialogues.put(scene.tx, scene.person.id, going_on, scene.now)
    return said


def _typed(question: Question, said: dict[str, Any], text: str) -> Callable[[Question], Question]:
    """The change that the typed words make. Raises Unfit."""
    if said["step"] == "label":
        label = domain.labelled(question, text)
        return lambda current: domain.add(current, FieldKind(said["field"]), label)
    if said["step"] == "options":
        options = domain.options_of(text)
        return lambda current: domain.add(current, FieldKind.CHOICE, domain.free_label(current, said["label"]), options)
    field = question.field(said["f"])
    if field is None:
        # The field was removed on another device: there is nothing to change.
        return lambda current: current
    if said["what"] == "label":
        changes: dict[str, Any] = {"label": domain.labelled(question, text, but=field)}
    elif said["what"] == "options":
        changes = {"options": domain.options_of(text)}
    else:
        changes = {"unit": domain.unit_of(text)}
    return lambda current: domain.amend(current, field, **changes)


def _changes(field: Field, step: AtOnce) -> Callable[[Question], Question]:
    match step:
        case "unitless":
            return lambda question: domain.amend(question, field, unit="")
        case "required":
            return lambda question: domain.amend(question, field, required=not field.required)
        case "fraction":
            if not rules(field.kind).is_numeric:
                return lambda question: question
            other = FieldKind.DECIMAL if rules(field.kind).is_count else FieldKind.WHOLE
            return lambda question: domain.amend(question, field, kind=other)
        case "negative":
            if not rules(field.kind).is_numeric:
                return lambda question: question
            least = domain.LEAST if field.min is None else None
            return lambda question: domain.amend(question, field, min=least)
        case "up":
            return lambda question: domain.raise_(question, field)
        case "remove":
            return lambda question: domain.drop(question, field)


async def _edit(scene: Scene, question_id: int, work: Callable[[Question], Question]) -> Question | None:
    return await questions.edit(scene.tx, question_id, scene.person.id, scene.now, work)


async def _field_gone(query: CallbackQuery, scene: Scene, stored: Stored) -> Sayings:
    return [toast(query, GONE_FIELD, alert=True), edit(query, await card(scene, stored.id))]
