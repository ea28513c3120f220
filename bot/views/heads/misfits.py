"""Why a typed value does not fit, with an example that would; and why several do not fit each other."""

from collections.abc import Sequence
from datetime import date

from bot.domain.directives.form import Broken
from bot.domain.fields.field import Field
from bot.domain.fields.misfit import Misfit, MisfitReason
from bot.views.heads.kinds import looks
from bot.views.values import unit_beside
from bot.views.words import day, esc, number, subject

# Their reason names what would fit, or what to do.
_TELLING = (
    MisfitReason.BELOW,
    MisfitReason.ABOVE,
    MisfitReason.TOO_LONG,
    MisfitReason.UNCLEAR_LABELS,
    MisfitReason.SEVERAL_IN_LINE,
    MisfitReason.TOO_MANY_NUMBERS,
)


def explain(misfit: Misfit, today: date, asked: str | None = None) -> str:
    """One or two sentences for the person who typed it, Telegram's HTML.

    `asked`: the id of the field that the form asks right below, of which the example is not said twice; "" if it asks
    none. What is written there would not be taken for another field.
    """
    field = misfit.field
    said = f"{subject(field.label)} {reason(misfit)}"
    if asked is not None and asked != field.id:
        return f"{said} Исправьте своё сообщение."
    is_below = field.id == asked and looks(field.kind).instructs
    return said if is_below or misfit.reason in _TELLING else f"{said} {looks(field.kind).example(field, today)}"


def broken(found: Broken) -> str:
    """Two numbers, or sums, that cannot both be true: both are named. Telegram's HTML."""
    left, right = number(found.left.sum), number(found.right.sum)
    if found.check.message:
        return esc(found.check.message.replace("{left}", left).replace("{right}", right))
    return f"{_side(found.left.fields)} — {left}, а {_side(found.right.fields)} — только {right}. Проверьте числа."


def _side(fields: Sequence[Field]) -> str:
    """«Победителей» и «Призёров» вместе."""
    names = [f"«{esc(field.label)}»" for field in fields]
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} и {names[-1]} вместе"


def reason(misfit: Misfit) -> str:  # noqa: PLR0912
    """Why it does not fit, without an example; Telegram's HTML."""
    field = misfit.field
    # The sentence ends after it, and «чел.» brings a full stop of its own.
    beside = unit_beside(field).removesuffix(".")
    unit = f" {esc(beside)}" if beside else ""
    match misfit.reason:
        case MisfitReason.EMPTY:
            return "пусто."
        case MisfitReason.UNREADABLE:
            return looks(field.kind).unreadable
        case MisfitReason.NOT_WHOLE:
            return "нужно целое число."
        case MisfitReason.AMBIGUOUS:
            return "непонятно, какое это число: напишите его полностью, одними цифрами."
        case MisfitReason.UNCLEAR_SIGN:
            return "больше нуля или меньше? Минус пишите сразу перед числом."
        case MisfitReason.SEVERAL_NUMBERS:
            return "нужно одно число."
        case MisfitReason.SEVERAL_IN_LINE:
            return "в строке несколько чисел. Напишите каждое с новой строки."
        case MisfitReason.TOO_MANY_NUMBERS:
            return "написано больше, чем спрошено. Напишите числа по одному."
        case MisfitReason.OTHER_UNIT:
            return f"указаны другие единицы, нужно: {esc(field.unit.removesuffix('.'))}. Пересчитайте, пожалуйста."
        case MisfitReason.UNCLEAR_LABELS:
            return "непонятно, какое число к какому вопросу. Напишите их по одному, без слов."
        case MisfitReason.TOO_PRECISE:
            return "слишком много цифр."
        case MisfitReason.BELOW:
            return f"не меньше {number(field.min)}{unit}." if field.min is not None else "слишком мало."
        case MisfitReason.ABOVE:
            return f"не больше {number(field.max)}{unit}." if field.max is not None else "слишком много."
        case MisfitReason.SEVERAL_DAYS:
            return "нужна одна дата."
        case MisfitReason.NO_SUCH_DATE:
            return "такой даты нет."
        case MisfitReason.BEFORE_EARLIEST:
            return f"не раньше {day(field.earliest)} года." if field.earliest else "слишком ранняя дата."
        case MisfitReason.AFTER_LATEST:
            return f"не позже {day(field.latest)} года." if field.latest else "слишком поздняя дата."
        case MisfitReason.TO_COME:
            return "этот день ещё не наступил."
        case MisfitReason.PASSED:
            return "этот день уже прошёл."
        case MisfitReason.TOO_LONG:
            return f"слишком длинно, нужно до {field.max_length} знаков."
