"""Why a typed value does not fit, with an example that would."""

from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.misfit import Misfit, MisfitReason
from bot.views.words import day, esc


def explain(misfit: Misfit) -> str:
    """One or two sentences for the person who typed it, Telegram's HTML."""
    field = misfit.field
    return f"<b>{esc(field.label)}</b>: {reason(misfit)} {example(field)}"


def reason(misfit: Misfit) -> str:
    """Why it does not fit, without an example; Telegram's HTML."""
    field, reasons = misfit.field, MisfitReason
    unit = f" {field.unit}" if field.unit else ""
    match misfit.reason:
        case reasons.BELOW:
            return f"не меньше {field.min}{unit}."
        case reasons.ABOVE:
            return f"не больше {field.max}{unit}."
        case reasons.BEFORE_EARLIEST if field.earliest:
            return f"не раньше {day(field.earliest)} года."
        case reasons.AFTER_LATEST if field.latest:
            return f"не позже {day(field.latest)} года."
        case reasons.TOO_LONG:
            return f"слишком длинно, нужно до {field.max_length} знаков."
    return _PLAIN[misfit.reason]


_PLAIN = {
    MisfitReason.EMPTY: "пусто.",
    MisfitReason.NOT_A_NUMBER: "это не похоже на число.",
    MisfitReason.NOT_WHOLE: "нужно целое число.",
    MisfitReason.AMBIGUOUS: "непонятно, целое это число или дробь. Напишите его цифрами без точек.",
    MisfitReason.SEVERAL_NUMBERS: "нужно одно число.",
    MisfitReason.TOO_PRECISE: "слишком много цифр.",
    MisfitReason.BELOW: "слишком мало.",
    MisfitReason.ABOVE: "слишком много.",
    MisfitReason.NOT_A_DATE: "это не похоже на дату.",
    MisfitReason.NO_SUCH_DATE: "такой даты нет.",
    MisfitReason.BEFORE_EARLIEST: "слишком ранняя дата.",
    MisfitReason.AFTER_LATEST: "слишком поздняя дата.",
    MisfitReason.NOT_A_LINK: "это не похоже на ссылку.",
    MisfitReason.TOO_LONG: "слишком длинно.",
    MisfitReason.NOT_AN_OPTION: "такого варианта нет.",
    MisfitReason.NOT_YES_OR_NO: "нужно «да» или «нет».",
    MisfitReason.FILE_EXPECTED: "нужен файл.",
}


def example(field: Field) -> str:
    """How an answer to the field may look."""
    match field.kind:
        case FieldKind.WHOLE:
            return "Например: <code>12</code>"
        case FieldKind.DECIMAL:
            return "Например: <code>12,5</code>"
        case FieldKind.DATE:
            return "Например: <code>05.10.2026</code>"
        case FieldKind.LINK:
            return "Например: <code>https://school.ru/page</code>"
        case FieldKind.TEXT:
            return "Отправьте текст ещё раз, пожалуйста."
        case FieldKind.FILE:
            return "Прикрепите файл или фото."
        case _:
            return "Выберите вариант кнопкой."
