"""What the words do that people write instead of pressing the button on which they stand."""

from bot.domain.directives import form
from bot.domain.fields.field import Field
from bot.domain.fields.kinds import Answering, rules
from bot.domain.fields.values import leaves_blank
from bot.domain.ledger import drafting
from bot.domain.ledger.obligation import Draft, Obligation
from bot.views.heads.worded import OF_FORM, Word, word


def moved(text: str, obligation: Obligation, draft: Draft, field: Field) -> Draft | None:
    """The draft where that button leads; None: the words are on no button of the question."""
    said = word(text)
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
        case Word.CHECK | Word.SEND | Word.DONE | Word.NOT_OURS | Word.SKIP:
            return None


def is_of_button(field: Field, text: str) -> bool:
    """Whether words that a text would hold are meant for a button. «Готово» may be an answer."""
    if not rules(field.kind).takes_any_words:
        return False
    is_blank = not field.required and leaves_blank(field, text)
    return is_blank or word(text) in OF_FORM


# Of these it is not known when it is enough.
_SEVERAL = (Answering.TICKED, Answering.ATTACHED)
