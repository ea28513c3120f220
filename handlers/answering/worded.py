"""What the words do that people write instead of pressing the button on which they stand."""

from aiogram.types import Message

from bot.delivery.sayings import React
from bot.domain.directives import form
from bot.domain.fields.field import Field
from bot.domain.fields.kinds import Answering, rules
from bot.domain.fields.marks import fold
from bot.domain.fields.plainly import is_value
from bot.domain.fields.values import leaves_blank
from bot.domain.ledger import drafting
from bot.domain.ledger.obligation import Draft, DraftStep, Obligation
from bot.storage.ledger import obligations
from bot.views.heads.worded import OF_FORM, Word, asks_for_time, is_assent, is_thanks, press, word, word_beside
from handlers.answering import extending, request_form
from handlers.saying import Sayings
from handlers.scene import Scene


def moved(text: str, obligation: Obligation, draft: Draft, field: Field) -> Draft | None:
    """The draft where that button leads; None: the words are on no button of the question."""
    said = word_beside(text, field)
    if not field.required and (said is Word.SKIP or leaves_blank(field, text)):
        return drafting.onward(obligation, drafting.skip(draft, field))
    if said is None or field.id != draft.field:
        return None
    directive, key = obligation.round.directive, obligation.round.key
    match said:
        case Word.BACK:
            earlier = drafting.before(directive, key, draft)
            return drafting.go_to(draft, earlier) if earlier else None
        case Word.CHECK | Word.SEND if not form.missing(directive, key, draft.values):
            # Nothing is sent that has not been looked at.
            return drafting.checked(obligation, draft)
        case Word.DONE if field.id in draft.values and rules(field.kind).answering in _SEVERAL:
            return drafting.onward(obligation, draft)
        case Word.NOT_OURS if not draft.values:
            return drafting.ask_reason(draft)
        case Word.CHECK | Word.SEND | Word.DONE | Word.NOT_OURS | Word.SKIP | Word.CHANGE:
            return None


def is_of_button(field: Field, text: str) -> bool:
    """Whether words that a text would hold are meant for a button. «Готово» may be an answer."""
    if not rules(field.kind).takes_any_words:
        return False
    is_blank = not field.required and leaves_blank(field, text)
    return is_blank or word_beside(text, field) in OF_FORM


# So many characters at least say which title they begin.
_PLAIN_TITLE = 4
# Of these it is not known when it is enough.
_SEVERAL = (Answering.TICKED, Answering.ATTACHED)


async def in_reply(
    message: Message, scene: Scene, obligation: Obligation, draft: Draft, own: Field | None, *, unanswered: bool
) -> Sayings | None:
    """Does what the button does whose words were written in reply to the form, or to an older answer, `own`; None: they
    are on none, or may be what is asked. `unanswered`: the form waits for an answer."""
    text = message.text or ""
    field = obligation.round.directive.field(draft.field) if draft.field and unanswered else None
    meant = own or field
    said = word(text) if meant is None else word_beside(text, meant)
    match said:
        case Word.CHANGE | Word.BACK if own is not None:
            return await request_form.taken(message, scene, obligation, drafting.go_to(draft, own))
        case Word.CHANGE:
            return await to_change(message, scene, obligation)
        case Word.SKIP if own is not None:
            # It takes that answer away, as any other correction of it does.
            return None
        case Word.SKIP | Word.BACK | Word.CHECK | Word.SEND:
            onward = moved(text, obligation, draft, field) if field is not None else None
            if onward is not None:
                return await request_form.taken(message, scene, obligation, onward)
            return await request_form.shown(message, scene, obligation, press() if unanswered else None)
        case Word.DONE | Word.NOT_OURS | None:
            return await _beside(message, scene, obligation, draft, meant, unanswered=unanswered)


async def _beside(
    message: Message, scene: Scene, obligation: Obligation, draft: Draft, meant: Field | None, *, unanswered: bool
) -> Sayings | None:
    """The same for words that are on no button of the form; at its preview they may say that it is to be sent."""
    text = message.text or ""
    if draft.step is DraftStep.PREVIEW and unanswered and is_assent(text):
        return await request_form.shown(message, scene, obligation, press())
    if meant is not None and is_value(meant, text, scene.today):
        return None
    if asks_for_time(text):
        return await extending.by_word(message, scene, obligation)
    return [React(scene.person.id, message.message_id)] if is_thanks(text) else None


async def opened(message: Message, scene: Scene) -> Sayings | None:
    """The form of the open request whose title, or its beginning, was written; None: it is of none, or of several."""
    said = fold(message.text or "")
    waiting = await obligations.unanswered(scene.tx, scene.person.id, scene.now) if len(said) >= _PLAIN_TITLE else []
    called = [each for each in waiting if fold(each.round.directive.title).startswith(said)]
    obligation = await request_form.owned(scene, called[0].id) if len(called) == 1 else None
    if obligation is None or not request_form.takes_answers(obligation, scene.now):
        return None
    await request_form.focus_here(scene, obligation)
    return await request_form.moved_down(scene, obligation, await request_form.screen(scene, obligation))


async def sent(scene: Scene) -> Obligation | None:
    """The request in front of the person whose answer was sent and may be changed."""
    which = request_form.in_hand(scene.dialogue)
    obligation = await request_form.owned(scene, which) if which is not None else None
    return obligation if obligation is not None and request_form.takes_answers(obligation, scene.now) else None


async def to_change(message: Message, scene: Scene, obligation: Obligation) -> Sayings:
    """«Изменить», written: a draft over what was sent, or the one there is, at the list of its fields."""
    draft = await request_form.draft(scene, obligation)
    await request_form.keep(scene, draft)
    if draft.step is DraftStep.REASON or draft.not_ours is not None:
        return await request_form.shown(message, scene, obligation, press())
    below = await request_form.fields(scene, obligation, draft)
    return await request_form.placed(message, scene, obligation, below)
