"""What was sent before something that the bot has handled already: it goes to what was asked when it was sent."""

from collections.abc import Callable
from dataclasses import replace

from aiogram.types import Message

from bot.delivery.sayings import React
from bot.domain.directives import form
from bot.domain.fields.field import Field
from bot.domain.fields.kinds import FILES_AT_MOST
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.values import parse_many
from bot.domain.ledger import drafting
from bot.domain.ledger.obligation import Draft, DraftStep, Obligation
from bot.domain.screen import Screen
from bot.storage.desk import threads
from bot.storage.ledger import drafts
from bot.storage.people import seats
from bot.storage.post import strays
from bot.storage.post.dialogues import Dialogue
from bot.storage.post.strays import Stray
from bot.views import placing as views
from bot.views.heads import misfits
from bot.views.values import Style, value_text
from handlers import order
from handlers.answering import announced, placing, request_form, typing, worded
from handlers.attachments import attachment
from handlers.order import Asked
from handlers.saying import Sayings, answer
from handlers.scene import Scene


async def message(message: Message, scene: Scene) -> Sayings | None:
    """Takes a message that comes late; None if it means the same now as then."""
    then, pointed = scene.then, message.reply_to_message
    if then is None or (message.text or "").startswith("/"):
        return None
    if pointed is not None and await threads.of_message(scene.tx, message.chat.id, pointed.message_id) is not None:
        return None
    announcement = await announced.pointed_at(message, scene)
    said = await announced.taken(message, scene, announcement) if announcement is not None else None
    if said is not None or then == order.asked(scene.dialogue):
        return said
    about = await drafts.about(scene.tx, scene.person.id, pointed.message_id) if pointed is not None else None
    swiped = about is not None and then.known and then.kind in ("", request_form.KIND)
    obligation = await request_form.owned(scene, about[0]) if about and swiped else await _meant(scene, then)
    if obligation is None or not request_form.takes_answers(obligation, scene.now):
        return await _astray(message, scene)
    if pointed is not None and about is None:
        # A reply to what is about no request, or about several, says nothing of what a form asked.
        return await placing.ask(message, scene, [views.LATE], obligation)
    draft = await request_form.draft(scene, obligation)
    field = _asked(obligation, draft, then, about if swiped else None)
    for_reason = then[request_form.ASKED] == [DraftStep.REASON.value, None]
    is_remark = swiped and not for_reason and not typing.answers(message, scene, field)
    if is_remark and (message.text or attachment(message)):
        # By a swipe, and no answer: a comment or an enclosure of the request, whatever was asked.
        return await typing.remark(message, scene, obligation, field)
    if field is None:
        if for_reason and draft.step is DraftStep.REASON:
            return await typing.reason(message, scene, obligation, draft)
        return await placing.ask(message, scene, [views.LATE], obligation)
    if typing.is_attached(field):
        return await file(message, scene, obligation, draft, field)
    if message.text is None:
        return await placing.ask(message, scene, [views.LATE], obligation)
    return await value(message, scene, obligation, draft, field)


def _asked(obligation: Obligation, draft: Draft, then: Asked, about: tuple[int, str | None] | None) -> Field | None:
    """The field that the message is for; `about`: what the message that it replies to is about."""
    if then.kind and then["obligation"] != obligation.id:
        # It points at another request than the one whose form was open: that one has not moved since.
        field = obligation.round.directive.field(draft.field) if draft.field else None
    else:
        field = asked_then(obligation, draft, then)
    # In reply to an answer of one's own that is corrected.
    return field and (request_form.answered_by(about, obligation, draft) or field)


async def _meant(scene: Scene, then: Asked) -> Obligation | None:
    """The request that the message was for: the one whose form was open, or the only one."""
    if not then.known:
        return None
    if then.kind == request_form.KIND:
        return await request_form.owned(scene, then["obligation"])
    if then.kind:
        return None
    return await typing.addressed(replace(scene, dialogue=Dialogue()))


def applicable(obligation: Obligation, draft: Draft) -> tuple[Field, ...]:
    """The fields that are asked as the draft stands."""
    return tuple(form.applicable(obligation.round.directive, obligation.round.key, draft.values))


def asked_then(obligation: Obligation, draft: Draft, then: Asked) -> Field | None:
    """The field that was asked then; without a draft that was the first."""
    step, field_id = then[request_form.ASKED] or (None, None)
    if step is None:
        field_id = drafting.over_nothing(draft.person_id, obligation).field
    return next((field for field in applicable(obligation, draft) if field.id == field_id), None)


async def value(
    message: Message,
    scene: Scene,
    obligation: Obligation,
    draft: Draft,
    field: Field,
    differs: Callable[[Obligation, Field, tuple[str, str], int], Screen] = views.late_value,
) -> Sayings:
    """Puts the value where it was asked for; the form stays where it has come to since. `differs` asks which of two
    values counts: the one that was typed, and the one that stands there."""
    person_id, text = scene.person.id, message.text or ""
    asked = applicable(obligation, draft)
    if worded.is_of_button(field, text):
        # The button that was meant belongs to a form that has gone on.
        return await placing.ask(message, scene, [views.LATE], obligation)
    try:
        given = parse_many(asked[asked.index(field) :], text, scene.today, asked)
    except Misfit as misfit:
        # A correction of the message is a correction of the value.
        await drafts.remember_message(scene.tx, person_id, message.message_id, obligation.id, field.id)
        notice = views.late_misfit(obligation, field, misfits.explain(misfit, scene.today))
        return await request_form.shown(message, scene, obligation, notice)
    for its, value in given:
        if draft.values.get(its.id, value) != value:
            # Both were meant, and which of them counts is theirs to say.
            await strays.keep(scene.tx, person_id, Stray(message.message_id, text), scene.now)
            both = (value_text(its, value, Style.FORM), value_text(its, draft.values[its.id], Style.FORM))
            return [answer(message, differs(obligation, its, both, message.message_id))]
    await drafts.remember_message(scene.tx, person_id, message.message_id, obligation.id, field.id)
    await _keep(scene, drafting.fill(obligation, draft, given))
    return [React(person_id, message.message_id), *await request_form.shown(message, scene, obligation)]


async def file(message: Message, scene: Scene, obligation: Obligation, draft: Draft, field: Field) -> Sayings:
    """Adds the file to the field that asked for one."""
    file_id, name = attachment(message) or (None, None)
    files = [*draft.values.get(field.id, ()), {"file_id": file_id, "name": name, "kind": message.content_type}]
    if file_id is None or len(files) > FILES_AT_MOST:
        return await placing.ask(message, scene, [views.LATE], obligation)
    await _keep(scene, drafting.fill(obligation, draft, [(field, files)]))
    return [React(scene.person.id, message.message_id), *await request_form.shown(message, scene, obligation)]


async def _keep(scene: Scene, filled: Draft) -> None:
    """Keeps the draft; another conversation that was begun since goes on."""
    present = scene.dialogue
    if present.kind == request_form.KIND and present.data["obligation"] == filled.obligation_id:
        await request_form.keep(scene, filled)
        return
    await drafts.put(scene.tx, filled, scene.now)


async def _astray(message: Message, scene: Scene) -> Sayings:
    """The conversation that it was for has gone on without it: nothing is done by guess."""
    if await seats.of_person(scene.tx, scene.person.id):
        return await placing.ask(message, scene, [views.LATE])
    return [answer(message, views.late())]
