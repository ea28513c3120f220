"""A slip is corrected in words below the next question: «ой, 13» after «12» is hardly what that asks."""

from datetime import date

from aiogram.types import Message

from bot.domain.directives import form
from bot.domain.fields.field import Field
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.values import NUMERIC, parse_many
from bot.domain.ledger import drafting
from bot.domain.ledger.obligation import Draft, Obligation
from bot.storage.post import strays
from bot.storage.post.strays import Stray
from bot.views import placing as views
from bot.views.heads.worded import is_correction
from handlers.answering import request_form
from handlers.saying import Sayings, answer
from handlers.scene import Scene


async def corrected(
    message: Message, scene: Scene, obligation: Obligation, draft: Draft, field: Field
) -> Sayings | None:
    """Asks whether it is for the number before, which was just typed, or for the field; None: it is for the field."""
    text = message.text or ""
    if field.id != draft.field or message.edit_date is not None or not is_correction(text, field):
        return None
    before = drafting.before(obligation.round.directive, obligation.round.key, draft)
    if before is None or before.kind not in NUMERIC or before.id not in draft.values:
        return None
    meant = [each for each in (before, field) if _takes(each, text, scene.today, obligation, draft)]
    if before not in meant:
        return None
    await strays.keep(scene.tx, scene.person.id, Stray(message.message_id, text), scene.now)
    asked = views.which_question(obligation, meant, message.message_id, text, corrects=True)
    return [answer(message, asked), *await request_form.below(scene, obligation)]


def _takes(field: Field, text: str, today: date, obligation: Obligation, draft: Draft) -> bool:
    asked = form.applicable(obligation.round.directive, obligation.round.key, draft.values)
    try:
        given = parse_many(asked[asked.index(field) :], text, today, asked)
    except Misfit:
        return False
    return [each.id for each, _ in given] == [field.id]
