"""Why a typed value does not fit, with an example that would."""

from bot.domain.fields.misfit import Misfit, MisfitReason
from bot.views.kinds import looks
from bot.views.words import day, esc


def explain(misfit: Misfit) -> str:
    """One or two sentences for the person who typed it, Telegram's HTML."""
    field = misfit.field
    return f"<b>{esc(field.label)}</b>: {reason(misfit)} {looks(field.kind).example}"


def reason(misfit: Misfit) -> str:  # noqa: PLR0912
    """Why it does not fit, without an example; Telegram's HTML."""
    field = misfit.field
    # The sentence ends after it, and «чел.» brings a full stop of its own.
    unit = f" {field.unit.removesuffix('.')}" if field.unit else ""
    match misfit.reason:
        case MisfitReason.EMPTY:
            return "пусто."
        case MisfitReason.UNREADABLE:
            return looks(field.kind).unreadable
        case MisfitReason.NOT_WHOLE:
            return "нужно целое число."
        case MisfitReason.AMBIGUOUS:
            return "непонятно, какое это число. Напишите его одними цифрами."
        case MisfitReason.SEVERAL_NUMBERS:
            return "нужно одно число."
        case MisfitReason.OTHER_UNIT:
            return f"указаны другие единицы, нужно:{esc(unit)}. Пересчитайте, пожалуйста."
        case MisfitReason.UNCLEAR_LABELS:
            return "непонятно, какое число к какому вопросу. Напишите их по одному, без слов."
        case MisfitReason.TOO_PRECISE:
            return "слишком много цифр."
        case MisfitReason.BELOW:
            return f"не меньше {field.min}{unit}".rstrip(".") + "." if field.min is not None else "слишком мало."
        case MisfitReason.ABOVE:
            return f"не больше {field.max}{unit}".rstrip(".") + "." if field.max is not None else "слишком много."
        case MisfitReason.NO_SUCH_DATE:
            return "такой даты нет."
        case MisfitReason.BEFORE_EARLIEST:
            return f"не раньше {day(field.earliest)} года." if field.earliest else "слишком ранняя дата."
        case MisfitReason.AFTER_LATEST:
            return f"не позже {day(field.latest)} года." if field.latest else "слишком поздняя дата."
        case MisfitReason.TOO_LONG:
            return f"слишком длинно, нужно до {field.max_length} знаков."
