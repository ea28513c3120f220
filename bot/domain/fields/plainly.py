"""Whether words that may be a comment are rather the answer to a field."""

from datetime import date

from bot.domain.fields.field import Field
from bot.domain.fields.kinds import Answering, rules
from bot.domain.fields.misfit import Misfit, MisfitReason
from bot.domain.fields.values import NUMERIC, first_number, may_be_zero, parse

# So many words at most are no comment.
BRIEF = 2
# Why a value does not fit that is plainly meant for the field.
_ATTEMPTS = (
    MisfitReason.BELOW,
    MisfitReason.ABOVE,
    MisfitReason.UNCLEAR_SIGN,
    MisfitReason.NOT_WHOLE,
    MisfitReason.TOO_PRECISE,
    MisfitReason.SEVERAL_DAYS,
    MisfitReason.NO_SUCH_DATE,
    MisfitReason.OTHER_UNIT,
)


def is_answer(field: Field, text: str, today: date) -> bool:
    """Whether the text is so plainly the answer that it is no comment. `today` is the local day."""
    if rules(field.kind).answering in (Answering.TAPPED, Answering.TICKED):
        return is_value(field, text, today)
    if not rules(field.kind).is_unmistakable:
        return False
    if field.kind in NUMERIC:
        text = first_number(text)
    try:
        parse(field, text, today)
    except Misfit as misfit:
        # A number out of bounds is still an attempt at an answer: the person must hear why it does not fit.
        # «Нет», but not «у нас пока нет кружка», which is a comment. Digits without a word are no comment either.
        is_bare = field.kind in NUMERIC and any(map(str.isdecimal, text)) and not any(map(str.isalpha, text))
        return misfit.reason in _ATTEMPTS or is_bare or (len(text.split()) <= BRIEF and may_be_zero(field, text))
    return True


def is_value(field: Field, text: str, today: date) -> bool:
    """Whether the text can be read as the field's value."""
    try:
        parse(field, text, today)
    except Misfit:
        return False
    return True
