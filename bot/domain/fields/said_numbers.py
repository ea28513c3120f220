"""Numbers in words, as far as they stand beside digits: «12 (двенадцать)»."""

import re

from bot.domain.text import folded

_TENS = ("двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто")
_HUNDREDS = (
    "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот",
)  # fmt: skip
_TO_NINETEEN = (
    "ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать",
    "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать",
    "девятнадцать",
)  # fmt: skip
_NUMBERS = (
    {word: number for number, word in enumerate(_TO_NINETEEN)}
    | {word: 20 + 10 * place for place, word in enumerate(_TENS)}
    | {word: 100 + 100 * place for place, word in enumerate(_HUNDREDS)}
    | {"нуль": 0, "одна": 1, "одно": 1, "две": 2}
)
_WORD = re.compile(r"[^\W\d_]+")


def meant(text: str) -> int | None:
    """The number that the words of the text make, of whatever case; None: no word of it is a number."""
    total = part = 0
    is_said = False
    for word in _WORD.findall(folded(text)):
        if word in _NUMBERS:
            part += _NUMBERS[word]
            is_said = True
        elif is_said and word.startswith("тысяч"):
            total, part = total + part * 1000, 0
    return total + part if is_said else None
