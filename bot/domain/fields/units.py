"""Which unit the words beside a number are of: «1500 руб.» where thousands are asked for."""

import re

from bot.domain.fields.field import Field

# What is measured, how many of the smallest unit, and how people write it; a word of theirs goes on after the stem.
_MEASURES = (
    ("percent", 1, r"%|проц(?:ент\w*)?\b"),
    ("money", 100, r"₽|руб\w*|р\b|ru[br]\b"),
    ("money", 1, r"коп(?:е\w*)?\b"),
    ("people", 1, r"чел(?:овек\w*)?\b"),
    ("area", 1, r"кв\.?\s?м(?:етр\w*)?\b|м²|м2\b"),
    ("area", 10_000, r"га\b|гектар\w*"),
    ("time", 1, r"мин(?:ут\w*)?\b"),
    ("time", 60, r"час\w*|ч\b"),
    ("time", 1440, r"дн(?:ей|я|и)?\b|день\b|сут(?:ки|ок)?\b"),
    ("time", 10_080, r"нед(?:ел\w*)?\b"),
    ("time", 43_200, r"мес(?:яц\w*)?\b"),
    ("time", 525_600, r"год(?:а|у|ов)?\b|лет\b"),
    ("length", 1000, r"м(?:етр\w*)?\b"),
    ("length", 1_000_000, r"км\b|километр\w*"),
    ("length", 10, r"см\b"),
    ("mass", 1, r"кг\b|килограмм\w*"),
    ("mass", 1000, r"тонн\w*"),
)
_MEASURE = re.compile("|".join(f"(?P<m{place}>{stem})" for place, (_, _, stem) in enumerate(_MEASURES)))
_SCALE = re.compile(r"(?:(ты[сщ]\w*|т(?=\.?\s?р))|(млн|миллион\w*)|(млрд|миллиард\w*))?[.\s]*")
_SCALES = (1000, 10**6, 10**9)
# Those that may stand before the number too: «руб. 1500»; but «за год 12» says nothing of a unit.
_BEFORE = ("money", "percent")


def measured(words: str) -> tuple[str, int] | None:
    """What the words measure, and in how many of the smallest unit, if they begin with a unit that is known."""
    words = words.casefold().lstrip(" .:,()-\n")
    scale = _SCALE.match(words)
    unit = _MEASURE.match(words, scale.end() if scale else 0)
    if unit is None or unit.lastgroup is None:
        return None
    measure, size, _ = _MEASURES[int(unit.lastgroup[1:])]
    grown = scale.lastindex if scale else None
    return measure, size * (_SCALES[grown - 1] if grown else 1)


def contradicts(field: Field, before: str, after: str) -> bool:
    """Whether the words beside a number are another unit than the field's."""
    if not field.unit:
        return False
    said = measured(after)
    if said is None:
        words = before.split()
        said = measured(words[-1]) if words else None
        if said is None or said[0] not in _BEFORE:
            return False
    asked = measured(field.unit)
    # «12 чел.» are pupils, places or whatever else is counted.
    return said != asked and not (asked is None and said[0] == "people")
