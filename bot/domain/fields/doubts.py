"""Words and marks that make a number another than its digits say: «более 20», «2 десятка», «12 (тринадцать)»."""

import re
from decimal import Decimal

from bot.domain.fields import labels, said_numbers
from bot.domain.fields.field import Field
from bot.domain.text import MONTHS, OF_MONTHS

# Those of the second group may be the field's unit. «За первую половину года» and «за третью четверть» are times.
_ALTERING = re.compile(
    r"(?<![а-яё])(?:(?<!ую )(?<!ой )половин|с (?:четвертью|третью)\b|полтор|дюжин|сот(?:ня|ни|ен)\b|десят(?:ок|к)"
    r"|(тыс|тыщ|т(?=\.?\s?р\b)|млн|миллион|млрд|миллиард|трлн))"
    r"|(?<=[0-9])\s?[кk]\b(?! (?:конц|начал))",
    re.IGNORECASE,
)
_SHORT = {"т": "тыс", "тыщ": "тыс", "миллион": "млн", "миллиард": "млрд"}
# «1 сентября» is a day, and no 1, and «05.окт» what programs make of 5.10; «2026 год» and «сентябрь 2026» are no
# numbers of anything either.
_SHORT_MONTHS = tuple(dict.fromkeys(month[:3] for month in MONTHS + OF_MONTHS))
_DAY = re.compile(
    rf"[0-9](?:(?:-?го)?\s?(?:{'|'.join(OF_MONTHS)})|[ .-]?(?:{'|'.join(_SHORT_MONTHS)}))\b", re.IGNORECASE
)
_YEAR = re.compile(
    rf"\b(?:19|20)[0-9]{{2}}\s?(?:г\b|год)|\b(?:{'|'.join(MONTHS + OF_MONTHS)}) (?:19|20)[0-9]{{2}}\b", re.IGNORECASE
)
# «Более 20» is any number but 20; «20+» and «> 20» are the same.
_BOUND_WORD = r"более|больше|свыше|менее|меньше|выше|ниже|старше|младше"
_BOUND = re.compile(
    rf"(?:\b(?P<word>{_BOUND_WORD}|до|от|не|минимум|максимум|хотя бы|по меньшей мере|превыша\w+)(?: чем)?|[<>≤≥])\s?\Z",
    re.IGNORECASE,
)
_BOUND_AFTER = re.compile(
    rf"\s?(?:[+<>≤≥]|плюс\b)"
    rf"|(?:[^\d\n]{{1,20}}\s|\s)?(?:(?:и|или|либо)\s(?:{_BOUND_WORD})\b(?! н[еи])|с (?:лишн|хвост|небольш|чем-то))",
    re.IGNORECASE,
)
# The number of a school, or of each: nobody knows how many there are in all.
_OF_A_NAME, _EACH = (
    re.compile(r"(?:№|\bномер|\bn[o°]?\.?)\s?\Z", re.IGNORECASE),
    re.compile(r"\bпо\s?\Z", re.IGNORECASE),
)
_EVERY, _NUMBER_OF = re.compile(r"\bкажд", re.IGNORECASE), re.compile(r"№|номер", re.IGNORECASE)
# «1 в месяц» is six in half a year; «12 в неделю здоровья» is 12.
_PER = re.compile(r"\bв (?:день|сутки|неделю|месяц)\b(?! [а-яё])|\bеже(?:дн|нед|мес)", re.IGNORECASE)
_OF_A_PERIOD = re.compile(r"\bв (?:день|сутки|неделю|месяц)\b|\bеже(?:дн|нед|мес)", re.IGNORECASE)
# «4 класс – нет» where the label is «4 класс».
_WORD_AFTER = re.compile(r"(?:-?[а-яё]{1,2})?\s*([а-яё]{2,})", re.IGNORECASE)
_TIMES = re.compile(r"\bв\s?\Z", re.IGNORECASE), re.compile(r"\s?раза?\b", re.IGNORECASE)
# «На 3 больше» than whatever it was.
_RELATIVE = re.compile(r"\b(?:больше|вырос\w*|увелич\w*|возрос\w*) на\b|\bна [0-9].*больше", re.IGNORECASE)
_CHANGE = re.compile(r"измен|динамик|насколько|на сколько|рост|вырос|увелич|возрос|больше|прибав", re.IGNORECASE)
_PERCENT, _COUNTED = re.compile(r"\s?(?:%|проц)"), re.compile(r"сколько|числ|количеств", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_PHONE, _OF_A_PHONE = re.compile(r"[78][3-9][0-9]{9}"), re.compile(r"телефон|номер|контакт|связ", re.IGNORECASE)


def is_doubtful(field: Field, text: str, found: re.Match[str]) -> bool:
    """Whether the number found in the text may be another than its digits; `found` has groups `whole`, `fraction`."""
    before, after = text[: found.start()], text[found.end() :]
    return (
        _is_altered(field, _IN_BRACKETS.sub(_unless_said, text))
        or _is_bound(field, before, after)
        or _is_of_another_thing(field, text, before, after)
        or _is_of_label(field, found["whole"], after)
        or _is_phone(field, found)
        or _is_said_otherwise(field, text, found[0])
    )


def _is_of_label(field: Field, number: str, after: str) -> bool:
    """Whether the number is the label's own, with the word after it, and so no answer: «4 класс не участвовал»."""
    word = _WORD_AFTER.match(after)
    if word is None or _begins_alike(word[1], field.unit):
        return False
    own = re.finditer(rf"(?<![0-9]){number}(?![0-9])", field.label)
    its = (_WORD_AFTER.match(field.label, found.end()) for found in own)
    return any(match is not None and _begins_alike(word[1], match[1]) for match in its)


def _begins_alike(word: str, other: str) -> bool:
    """«кл», «классе» and «класс»."""
    length = min(len(word), len(other), 4)
    return length > 1 and word[:length].casefold() == other[:length].casefold()


def _is_phone(field: Field, found: re.Match[str]) -> bool:
    """Whether it looks like a telephone: thousands of millions have spaces, or a fraction."""
    is_one = found["fraction"] is None and _PHONE.fullmatch(found["whole"]) is not None
    return is_one and not _OF_A_PHONE.search(field.label)


def is_of_other_scale(field: Field, text: str) -> bool:
    """Whether millions are said where thousands are asked for: written in full it would be wrong, too."""
    asked = _scales(field.unit)
    return bool(asked) and not _scales(text) <= asked


def _unless_said(found: re.Match[str]) -> str:
    # «12500 (двенадцать тысяч пятьсот)» is no 12500 thousands.
    return found[0] if said_numbers.meant(found[0]) is None else ""


def _is_altered(field: Field, text: str) -> bool:
    multiplies = any(not word[1] for word in _ALTERING.finditer(text))
    return multiplies or not _scales(text) <= _scales(field.unit or field.label)


def _scales(text: str) -> set[str]:
    """«тыс», «млн», «млрд», «трлн»: those that the text has."""
    found = (word[1].casefold() for word in _ALTERING.finditer(text) if word[1])
    return {_SHORT.get(scale, scale) for scale in found}


def _is_bound(field: Field, before: str, after: str) -> bool:
    bound = _BOUND.search(before)
    is_of_label = bound is not None and bound["word"] and bound["word"].casefold() in field.label.casefold().split()
    return (bound is not None and not is_of_label) or bool(_BOUND_AFTER.match(after))


def _is_of_another_thing(field: Field, text: str, before: str, after: str) -> bool:
    label = field.label
    return (
        bool(_DAY.search(text))
        or (bool(_YEAR.search(text)) and "год" not in label.casefold())
        or (bool(_OF_A_NAME.search(before)) and not _NUMBER_OF.search(label))
        or bool(_EACH.search(before))
        or (bool(_EVERY.search(text)) and not _EVERY.search(label))
        or (bool(_PER.search(text)) and not _OF_A_PERIOD.search(f"{label} {field.unit}"))
        or bool(_TIMES[0].search(before) and _TIMES[1].match(after))
        or (bool(_RELATIVE.search(text)) and not _CHANGE.search(label))
        or _is_share(field, after)
    )


def _is_share(field: Field, after: str) -> bool:
    """Whether percent are said where things are counted."""
    counts = not field.unit and _COUNTED.search(field.label) is not None and not labels.is_percentage(field)
    return counts and _PERCENT.match(after) is not None


def _is_said_otherwise(field: Field, text: str, number: str) -> bool:
    """Whether words make another number: «12 (тринадцать)», «двадцать 5»."""
    said = said_numbers.meant(text)
    if said is None or said_numbers.meant(field.label) is not None:
        return False
    return Decimal(number.replace(" ", "").replace(",", ".").lstrip("+-")) != said
