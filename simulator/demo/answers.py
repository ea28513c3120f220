"""What a head of the demo answers: numbers that fit one another, the organization's size and last year's.

A number is made of the size of the organization, the field's label and the date alone, so whoever is asked again says
nearly the same, and the parts of a whole are never more than it. The labels are those of data/directives.yaml; what is
not known here is answered by a small number.
"""

import hashlib
import math
import re
from datetime import datetime

# By words of the label: so many of a hundred children, or so many at least, and how both are rounded. Above stand the
# words that others contain. Whatever a check of the form compares is rounded so that it holds.
_SHARES: tuple[tuple[str, float, int, bool], ...] = (
    # label, of a hundred, at least, the lesser side of a check
    ("победител", 1.4, 0, True),
    ("призёр", 4.0, 0, True),
    ("иных олимпиад", 18, 2, False),
    ("4 класс", 6, 0, False),
    ("5–6 класс", 11, 0, False),
    ("7–8 класс", 12, 0, False),
    ("9–11 класс", 14, 0, False),
    ("занимается", 27, 8, False),
    ("секци", 1.0, 2, False),
    ("по плану", 1.2, 3, False),
    ("нок", 0, 86, False),
    ("выполнено", 1.1, 3, True),
    ("мероприят", 1.5, 3, False),
    ("классов 10", 0.6, 1, False),
    ("обучающихся 10", 9, 4, False),
    ("индивидуальных учебных", 5, 2, True),
    ("классных руководител", 4.5, 4, False),
    ("вознагражд", 4.5, 4, True),
    ("классов", 4.5, 4, False),
    ("юнармейц", 6, 6, False),
    ("рдш", 24, 9, False),
    ("охвачено", 34, 9, False),
    ("детей", 20, 12, False),
    ("партнёр", 0.4, 1, False),
    ("договор", 0.9, 1, False),
    ("программ", 2.2, 4, False),
    ("участников", 7, 5, False),
    ("предписан", 0.1, 1, False),
    ("всего мест", 45, 20, False),
    ("до 3 лет", 9, 4, True),
    ("ожидают", 2, 3, False),
    ("организаци", 0.3, 4, False),
    ("консультац", 0.6, 2, False),
    ("спортзал", 0.05, 1, False),
    ("площад", 0.1, 1, False),
    ("средств", 85, 100, False),
    ("выявлено", 0.2, 2, False),
    ("опубликовано", 0.1, 1, True),
)
# Fewer go on to the later stages of the olympiad.
_STAGES = (("муниципальный", 0.3), ("региональный", 0.06), ("заключительный", 0.02))
_BOUNDS = re.compile(r"от (-?[\d\s]+) до (-?[\d\s]+)")
_WITHIN_A_CHECK = re.compile("победител|призёр|класс|плану|выполнено|10|учебных|вознагр|мест|лет|опублик|выявл")


def chance(*about: object) -> float:
    """From 0 to 1, always the same for the same things."""
    digest = hashlib.sha256("\0".join(map(str, about)).encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32


def number(size: int, who: int, label: str, screen: str, now: datetime) -> int | None:
    """The number that is asked for; None where the label is not known. `screen`: all that the form shows."""
    label, screen = label.casefold(), screen.casefold()
    share = next(((per, least, lesser) for words, per, least, lesser in _SHARES if words in label), None)
    if share is None:
        return None
    per, least, lesser = share
    # A year is a few children more, or fewer.
    children = size * (1 + (chance(who, "grows") - 0.35) * 0.06 * (now.year - 2020 + now.month / 12))
    if not _WITHIN_A_CHECK.search(label):
        children *= 0.85 + 0.3 * chance(who, label)
    children *= next((part for stage, part in _STAGES if stage in screen.partition("\n")[0]), 1)
    value = children * per / 100 if per else least + 12 * chance(who, label)
    return within(max(math.floor(value) if lesser else math.ceil(value), least), screen)


def within(value: int, screen: str) -> int:
    """The number, brought between the bounds that the form names."""
    bounds = _BOUNDS.search(screen.rsplit("\n", 1)[-1])
    if bounds is None:
        return value
    low, high = (int(re.sub(r"\s", "", bound)) for bound in bounds.groups())
    return min(max(value, low), high)


def words(who: int, label: str, now: datetime) -> str:
    """What is written where words are asked for."""
    label = label.casefold()
    if "протокол" in label:
        return f"№ {1 + int(chance(who, label) * 6)} от {now:%d.%m.%Y}"
    if "номер" in label:
        return f"№ {100 + int(chance(who, label) * 300)}"
    if "отклонен" in label:
        return "Одно мероприятие перенесено на следующий квартал"
    return "Проведено по плану"
