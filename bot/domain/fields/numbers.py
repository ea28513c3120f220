"""Numbers as people type them: «12 чел.», «1 250», «12,5», «-3», and how they say that there is nothing.

Each reader takes cleaned text, and raises Misfit and nothing else.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from bot.domain.fields import below_zero, labels, units
from bot.domain.fields.doubts import is_doubtful, is_of_other_scale
from bot.domain.fields.field import Field
from bot.domain.fields.marks import fold_signs, plain
from bot.domain.fields.misfit import Misfit, MisfitReason

# Digits before and after the decimal point. Fifteen survive Excel and JavaScript, which count in doubles.
WHOLE_DIGITS = 15
FRACTION_DIGITS = 10

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9])|[0-9]+)(?:[.,](?P<fraction>[0-9]+))?"
)
# 1.250.000, 1,250.75 and 1'250
_SEVERAL_SEPARATORS = re.compile(
    r"(?<![0-9.,])[0-9]{1,3}(?:(?:[.,][0-9]{3})+[.,][0-9]+(?![0-9.,])|(?:['`´’ʼ][0-9]{3})+(?![0-9]))"
)
# The exponent of «м2», «км2», which a phone cannot raise.
_METRES = re.compile(r"(?<=м)[23](?!\w)")
# «12о», «1l», «1З»: a letter typed for a digit; «5а» is a class. «0xF» is no 0.
_LOOKALIKE = re.compile(r"(?:[oоlIзб]+|[ав])(?!\w)", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)

# What stands between the numbers of a line, the plainest first.
_BETWEEN = tuple(re.compile(between, re.IGNORECASE) for between in (r"\s*[;/]\s*|,?\s+и\s+|,\s+", r"\s+", r"[\s,]+"))

_NONE = (
    r"нет|нету|не бы(?:л[оаи]?|вает)|никто|никого|ничего|нисколько|ни (?:одного|одной|одна|один)|отсутству(?:ет|ют)"
    r"|не (?:име|провод|провед|участв|прин|выявл|поступ|план|созда|вед|вел|орган|регистр|зарегистр|состо|открыт)[а-я]*"
)
_FEW_WORDS = r"(?:[,-]? [а-я]+)"
_NOTHING = re.compile(rf"-+|ноль|нуль|(?:[а-я]+ ){{0,3}}(?:{_NONE}){_FEW_WORDS}{{0,3}}")
# «Нет данных» is no number at all, «нет изменений» the last one.
_NOT_NOTHING = re.compile(r"\b(?:данны|сведени|информаци|ответ|времен|возможност|связ|интернет|доступ|измен|понятн)")


def means_nothing(text: str) -> bool:
    """Whether the words may mean the number 0: «нет», «участников не было», a dash."""
    said = fold_signs(text)
    return bool(_NOTHING.fullmatch(said)) and not _NOT_NOTHING.search(said)


def in_line(line: str) -> list[str]:
    """The numbers of a line that holds two or more and nothing else but what parts them; otherwise none.

    Thousands that are parted by spaces are one number.
    """
    said = _bare(line)
    if _NUMBER.fullmatch(said):
        return []
    ways = (between.split(said) for between in _BETWEEN)
    return next((way for way in ways if len(way) > 1 and all(map(_NUMBER.fullmatch, way))), [])


def has_nothing_beside(line: str) -> bool:
    """Whether a part of the line is a number, and another may mean that there is nothing: «нет, 5»."""
    parts = [part for part in _BETWEEN[0].split(_bare(line)) if part]
    return any(map(_NUMBER.fullmatch, parts)) and any(map(means_nothing, parts))


def groups(line: str) -> int:
    """How many groups of digits the spaces of a line part that is one number: 3 of «1 250 000»; 0: it is no number."""
    said = _bare(line)
    return len(said.split()) if _NUMBER.fullmatch(said) else 0


def is_certain(line: str, pieces: Sequence[str], *, whole: bool) -> bool:
    """Whether the numbers `in_line` can be read in no other way: no «1 200», no «3/5», no «12, 5» unless `whole` ones
    are asked for."""
    said = _bare(line)
    found = [match[0] for match in _NUMBER.finditer(said)]
    # «12 +8» is a sum, and «12 -8» perhaps a range.
    is_sum = not _BETWEEN[0].search(said) and any(piece[0] in "+-" for piece in pieces)
    if is_sum or found != list(pieces):
        return False
    values = [Decimal(piece.replace(" ", "").replace(",", ".")) for piece in pieces]
    is_part = "/" in said and any(less < more for less, more in pairwise(values))
    may_be_point = ", " in said and not whole and not any(re.search("[.,]", piece) for piece in pieces)
    return not is_part and not may_be_point


def _bare(line: str) -> str:
    return plain(line.strip()).rstrip(".;")


def whole(field: Field, text: str, _today: date) -> int:
    """A whole number, within the field's bounds."""
    sign, whole, fraction, grouped = _number(field, text)
    if len(fraction) == 3 and len(whole) <= 3 and whole != "0" and not grouped:
        raise Misfit(MisfitReason.AMBIGUOUS, field)
    _check_bounds(field, Decimal(f"{sign}{whole}.{fraction or 0}"))
    if fraction.strip("0"):
        raise Misfit(MisfitReason.NOT_WHOLE, field)
    return int(sign + whole)


def decimal(field: Field, text: str, _today: date) -> str:
    """A number as digits with a point, within the field's bounds."""
    sign, whole, fraction, grouped = _number(field, text)
    # Nobody writes the last nought of 1.250 for one and a quarter, unless it is 1250.
    if len(fraction) == 3 and fraction.endswith("0") and len(whole) <= 3 and whole != "0" and not grouped:
        raise Misfit(MisfitReason.AMBIGUOUS, field)
    fraction = fraction.rstrip("0")
    if len(fraction) > FRACTION_DIGITS:
        raise Misfit(MisfitReason.TOO_PRECISE, field)
    digits = f"{whole}.{fraction}" if fraction else whole
    value = digits if digits == "0" else sign + digits
    _check_bounds(field, Decimal(value))
    return value


def _number(field: Field, text: str) -> tuple[str, str, str, bool]:
    """Sign ("" or "-"), digits before and after the point, and whether the first were grouped by spaces."""
    typed, text = text, _METRES.sub(lambda found: "²³"[int(found[0]) - 2], plain(text))
    if _SEVERAL_SEPARATORS.search(text):
        raise Misfit(MisfitReason.AMBIGUOUS, field)
    if labels.is_sentence(text, field):
        raise Misfit(MisfitReason.UNREADABLE, field)
    matches = list(_NUMBER.finditer(text))
    if len(matches) > 1:
        raise Misfit(MisfitReason.SEVERAL_NUMBERS, field)
    if not matches:
        raise Misfit(MisfitReason.UNREADABLE, field)
    found = matches[0]
    before, after = text[: found.start()], text[found.end() :]
    if not _is_plain(field, before, found["sign"], after):
        raise Misfit(MisfitReason.UNREADABLE, field)
    if units.contradicts(field, before, after) or is_of_other_scale(field, text):
        raise Misfit(MisfitReason.OTHER_UNIT, field)
    grouped = " " in found["whole"]
    whole = found["whole"].replace(" ", "").lstrip("0") or "0"
    fraction = found["fraction"] or ""
    sign = below_zero.sign(field, typed, found) if (whole + fraction).strip("0") else ""
    if is_doubtful(field, text, found):
        raise Misfit(MisfitReason.AMBIGUOUS, field)
    if len(whole) > WHOLE_DIGITS:
        raise Misfit(MisfitReason.BELOW if sign else MisfitReason.ABOVE, field)
    return sign, whole, fraction, grouped


def _is_plain(field: Field, before: str, sign: str, after: str) -> bool:
    """Whether what stands around a number leaves it what it is."""
    last = before[-1:]
    if sign:
        beside = not below_zero.follows_freely(before)
    else:
        # «,5» is no 5.
        beside = last in (".", ",", "+", "-", "'", "_") and bool(last)
        beside = beside or last.isalpha()
    if beside or _LOOKALIKE.match(after) or _is_of_a_code(field, after):
        return False
    # ½ and Ⅻ are numerals too; the ² of м² is part of a word.
    around = f"{before} {after}"
    return not any(
        unicodedata.category(character) in ("No", "Nl")
        and not (character in "²³" and around[index - 1 : index].isalpha())
        for index, character in enumerate(around)
    )


def _is_of_a_code(field: Field, after: str) -> bool:
    """Whether Latin letters follow that are no unit: «0xF», «12a», «5-Oct»."""
    is_unit = units.measured(after) is not None or _LATIN.search(field.unit)
    return bool(_LATIN.match(after.removeprefix("-"))) and after[0] not in "kK" and not is_unit


def _check_bounds(field: Field, value: Decimal) -> None:
    if field.min is not None and value < field.min:
        raise Misfit(MisfitReason.BELOW, field)
    if field.max is not None and value > field.max:
        raise Misfit(MisfitReason.ABOVE, field)
