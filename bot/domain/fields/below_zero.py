"""Whether a number is below zero, by the signs and words beside it: «-3», «3 ниже нуля», «упало на 3».

A number is never taken with the opposite sign of what was meant: where only its writer knows, it is asked.
"""

import re

from bot.domain.fields.field import Field
from bot.domain.fields.marks import MINUS
from bot.domain.fields.misfit import Misfit, MisfitReason

_BELOW = r"ниже н[уо]ля|мороз(?:а|ец)?|холод(?:а|ок)?"
_MINUS_BEFORE = re.compile(rf"\b(минус\w{{0,2}}|{_BELOW}):?(?: -)?\s*\Z", re.IGNORECASE)
_BELOW_AFTER = re.compile(rf"[^\w]*(?:град\w*\.?|гр\b\.?|[cс]\b)?[^\w]*\b({_BELOW})\b", re.IGNORECASE)
_MINUS = re.compile(r"\bминус|\bниже н[уо]ля|\bмороз|\bхолод", re.IGNORECASE)
# «±3», «плюс-минус 3»
_EITHER = re.compile(r"(?:±|\bплюс[\s/-]*минус)\s*\Z", re.IGNORECASE)
_FALL = r"\b(?:упал|упад|паден|спад|сниз|сниж|уменьш|сократ|сокращ|убыл|убыт|убав|выбы[лв]|потеря|отриц)\w*"
_BY = r"\b(?:меньше|ниже|хуже) на\b|\bна [\d-].*(?:меньше|ниже|хуже)"
# Of those who have left, and of what has become less, where either may be asked for.
_LEFT = r"\b(?:меньше(?! \d)|ниже|хуже|ухудш|просел|отчисл|ушл|уш[её]л|перевелись|перевел(?:ся|ась))\w*"
_LESS = re.compile(rf"{_FALL}|{_BY}|{_LEFT}", re.IGNORECASE)
# Where nothing is below zero, «12, снизилось» is 12 all the same.
_LESS_BESIDE = re.compile(rf"{_FALL}(?: на)?[\s:-]*(?=[+-]?\d)|{_BY}", re.IGNORECASE)
_MORE = re.compile(
    r"\b(?:вырос|рост|прирост|увелич|возрос|прибыл|прибав|повыс|повыш|поднял|больше на\b|на [\d-].*больше)",
    re.IGNORECASE,
)
_DASHES = "-‐‑‒–—―−"
# «-(3)», «- 3»
_DASH_BEFORE = re.compile(rf"[\s(]*[{_DASHES}][{_DASHES}\s(]*")
# What a minus may follow without a space: «t=-3», «(-3)».
_OPENING = "=:([«\"„“'"


def allowed(field: Field) -> bool:
    """Whether a number below zero can be the field's."""
    return field.min is None or field.min < 0


def sign(field: Field, said: str, found: re.Match[str]) -> str:
    """The sign of the number that was found in what was `said`, "" or "-"; its group `sign` stands right before it.

    `said` has its dashes as they were typed. Raises Misfit: UNCLEAR_SIGN where it may be below zero and may not, BELOW
    where the field takes nothing below zero.
    """
    before, after = said[: found.start()], said[found.end() :]
    words = _MINUS_BEFORE.search(before) or _BELOW_AFTER.match(after)
    is_said = words is not None and words[1].casefold() not in field.label.casefold() and not _EITHER.search(before)
    if is_said or found["sign"] == "-" or before.strip() == MINUS:
        return "-"
    if _is_unclear(field, said, before, after):
        raise Misfit(MisfitReason.UNCLEAR_SIGN if allowed(field) else MisfitReason.BELOW, field)
    return ""


def follows_freely(before: str) -> bool:
    """Whether a sign that stands right after it, and right before digits, is the sign of a number: no «12-15»."""
    return not before or before[-1].isspace() or before[-1] in _OPENING


def _is_unclear(field: Field, said: str, before: str, after: str) -> bool:
    label = field.label
    if _DASH_BEFORE.fullmatch(before) or after.strip() in tuple(_DASHES) or _EITHER.search(before):
        return True
    # Words of which the label has the like are about what it asks.
    asks_less, asks_more = bool(_LESS.search(label)), bool(_MORE.search(label))
    less = _LESS if allowed(field) else _LESS_BESIDE
    if less.search(said) and not (asks_less and not asks_more):
        return True
    if asks_less and not asks_more and _MORE.search(said):
        return True
    if not allowed(field):
        return False
    # «Итого — 12» has a dash of the sentence, «температура - 3» perhaps a minus; «(3)» is a loss to an accountant.
    is_dash = bool(before.strip()) and before.rstrip().endswith(("-", "–", "−"))
    is_loss = before.strip() == "(" and after.strip().startswith(")")
    return is_dash or is_loss or (bool(_MINUS.search(said)) and not _MINUS.search(label))
