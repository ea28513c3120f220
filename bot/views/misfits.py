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
    field, reasons = misfit.field, MisfitReason
    unit = f" {field.unit}" if field.unit else ""
    match misfit.reason:
        case reasons.EMPTY:
            return "пусто."
        case reasons.NOT_A_NUMBER:
            return "это не похоже на число."
        case reasons.NOT_WHOLE:
            return "нужно целое число."
        case reasons.AMBIGUOUS:
            return "непонятно, целое это число или дробь. Напишите его цифрами без точек."
        case reasons.SEVERAL_NUMBERS:
            return "нужно одно число."
        case reasons.TOO_PRECISE:
            return "слишком много цифр."
        case reasons.BELOW:
            return f"не меньше {field.min}{unit}." if field.min is not None else "слишком мало."
        case reasons.ABOVE:
            return f"не больше {field.max}{unit}." if field.max is not None else "слишком много."
        case reasons.NOT_A_DATE:
            return "это не похоже на дату."
        case reasons.NO_SUCH_DATE:
            return "такой даты нет."
        case reasons.BEFORE_EARLIEST:
            return f"не раньше {day(field.earliest)} года." if field.earliest else "слишком ранняя дата."
        case reasons.AFTER_LATEST:
            return f"не позже {day(field.latest)} года." if field.latest else "слишком поздняя дата."
        case reasons.NOT_A_LINK:
            return "это не похоже на ссылку."
        case reasons.TOO_LONG:
            return f"слишком длинно, нужно до {field.max_length} знаков."
        case reasons.NOT_AN_OPTION:
            return "такого варианта нет."
        case reasons.NOT_YES_OR_NO:
            return "нужно «да» или «нет»."
        case reasons.FILE_EXPECTED:
            return "нужен файл."
