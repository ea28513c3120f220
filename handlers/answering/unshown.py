"""What was typed while a press had not been answered yet: the screen still asked what had been asked before the press.

Telegram or the network was slow, or a rate limit held. Somebody who has pressed «Пропустить» and sees the same question
for a minute may answer it after all; somebody who knows the form may answer the next. Where only one of the two can be
meant it is that one, otherwise they are asked.
"""

from aiogram.types import Message

from bot.domain.fields.field import Field
from bot.domain.fields.kinds import Answering, rules
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.values import parse_many
from bot.domain.ledger.obligation import Draft, DraftStep, Obligation
from bot.storage.ledger import drafts
from bot.storage.post import strays
from bot.storage.post.strays import Stray
from bot.views import placing as views
from handlers.answering import late, placing, request_form, typing
from handlers.attachments import attachment
from handlers.order import Asked
from handlers.saying import Sayings, answer
from handlers.scene import Scene


async def message(message: Message, scene: Scene, shown: Asked) -> Sayings | None:
    """Takes a message that may be for the question that was on the screen; None: it is for what is asked now."""
    present = scene.dialogue
    if present.kind != request_form.KIND or shown.kind not in ("", request_form.KIND):
        return None
    if (message.text or "").startswith("/"):
        return None
    if shown.kind and shown["obligation"] != present.data["obligation"]:
        return None
    pointed = message.reply_to_message
    about = await drafts.about(scene.tx, scene.person.id, pointed.message_id) if pointed is not None else None
    if pointed is not None and (about is None or about[0] != present.data["obligation"]):
        # It points at something else.
        return None
    meant = await typing.addressed(scene)
    obligation = await request_form.owned(scene, present.data["obligation"])
    if obligation is None or not request_form.takes_answers(obligation, scene.now):
        return None
    if meant is None or meant.id != obligation.id:
        # The press has sent the answer off; what was typed is not for another request that happens to be open.
        return await placing.ask(message, scene, [views.UNSHOWN])
    draft = await request_form.draft(scene, obligation)
    field = late.asked_then(obligation, draft, shown)
    if field is None or field.id == draft.field or draft.step is DraftStep.REASON or draft.not_ours is not None:
        return None
    if pointed is not None and not typing.answers(message, scene, field):
        return None
    asked_now = obligation.round.directive.field(draft.field) if draft.field else None
    if typing.is_attached(field):
        if attachment(message) is None or (asked_now is not None and typing.is_attached(asked_now)):
            return None
        return await late.file(message, scene, obligation, draft, field)
    if message.text is None:
        return None
    return await _value(message, scene, obligation, draft, field, asked_now)


async def _value(
    message: Message, scene: Scene, obligation: Obligation, draft: Draft, field: Field, present: Field | None
) -> Sayings | None:
    """What fits the question that was on the screen, and was not answered by typing."""
    then = _read(scene, obligation, draft, field, message)
    stands = draft.values.get(field.id)
    if not then or (
        stands is not None and rules(field.kind).answering is Answering.TYPED and not rules(field.kind).is_day
    ):
        # A number after a number answers the next question: people type ahead.
        return None
    if present is None or not _read(scene, obligation, draft, present, message):
        return await late.value(message, scene, obligation, draft, field, views.other_than_pressed)
    await strays.keep(scene.tx, scene.person.id, Stray(message.message_id, message.text or ""), scene.now)
    return [answer(message, views.which_question(obligation, (field, present), message.message_id, message.text or ""))]


def _read(scene: Scene, obligation: Obligation, draft: Draft, field: Field, message: Message) -> bool:
    """Whether the text can be the field's value."""
    asked = late.applicable(obligation, draft)
    if field not in asked:
        return False
    try:
        parse_many(asked[asked.index(field) :], message.text or "", scene.today, asked)
    except Misfit:
        return False
    return True
