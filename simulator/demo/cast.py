"""Who plays: the people of the demo and how they join, in the words of the bot's own screens."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.demo.process import ROOT

ADMIN, CHIEF = 900, 901


@dataclass(frozen=True, slots=True)
class Part:
    """A person of the demo: where they sit, and whether they have joined before the curtain rises.

    `type`: the id of a type in data/directives.yaml. `days`: after so many a request is answered by itself, None:
    never. `size`: children of the organization, by which its numbers are made. `shown`: whether the page has their
    phone. `leaves`: answers only before the curtain rises. `chief_of`: the
    territory, as buttons call it, whose administrator they are; `zone`: where the clock on their phone is another.
    """

    id: int
    name: str
    role: str
    organization: str = ""
    type: str = ""
    joined: bool = True
    days: int | None = None
    size: int = 120
    shown: bool = True
    seat: str = "Руководитель"
    leaves: bool = False
    chief_of: str = ""
    zone: str = ""


def _quiet(id: int, name: str, organization: str, type: str, days: int, size: int) -> Part:
    """A head whose phone nobody looks at."""
    return Part(id, name, "Руководитель", organization, type, days=days, size=size, shown=False)


_SCHOOL, _GARDEN, _MORE = "general", "preschool", "supplementary"

# The first is left to the visitor: joining is the tour's first step. Of the others most answer, some late, one never.
CAST = (
    Part(101, "Иванова Мария", "Директор школы", joined=False, size=430),
    Part(102, "Доржиев Баир", "Директор школы", "Степноключевская", _SCHOOL, days=0, size=310),
    Part(103, "Петрова Ольга", "Заведующая детским садом", "Кедровичок", _GARDEN, size=95),
    _quiet(104, "Ефимова Наталья", "Верхнекедровская", _SCHOOL, 0, 385),
    _quiet(105, "Бадмаева Арюна", "Белояровская", _SCHOOL, 0, 240),
    _quiet(106, "Соколов Игорь", "Тихореченская", _SCHOOL, 0, 120),
    _quiet(107, "Раднаева Сэсэг", "Малоозёрская", _SCHOOL, 5, 48),
    _quiet(108, "Гомбоева Туяна", "Солнышко", _GARDEN, 0, 140),
    _quiet(109, "Кузнецова Вера", "Родничок", _GARDEN, 2, 60),
    _quiet(110, "Цыбикова Дарима", "Журавлёнок", _GARDEN, 17, 80),
    _quiet(111, "Николаев Пётр", "ЦДТ", _MORE, 1, 260),
    _quiet(112, "Жамбалов Зорикто", "ДЮСШ", _MORE, 8, 190),
    _quiet(113, "Белова Светлана", "Управление образования", "department", 1, 1900),
    # The visitor's school has not been silent all September.
    Part(
        114,
        "Попова Лидия",
        "Заместитель",
        "Сосновоозёрская СОШ",
        _SCHOOL,
        days=3,
        size=430,
        shown=False,
        seat="Заместитель",
        leaves=True,
    ),
    Part(ADMIN, "Цыренова Анна", "Управление образования"),
)
FIRST_NEW = 201


def _seen(id: int, name: str, role: str, organization: str, type: str, size: int, zone: str = "") -> Part:
    """A head of the region, left to the visitor; what September asked they have answered."""
    return Part(id, name, role, organization, type, days=1, size=size, leaves=True, zone=zone)


_OFFICE = "department"
# Three territories, the third of which lives an hour ahead. One kindergarten never answers.
_CAST_OF_THE_REGION = (
    _seen(101, "Семёнова Ирина", "Директор, Восточно-Степной (+1 час)", "Зареченская", _SCHOOL, 460, "Asia/Chita"),
    _seen(102, "Орлов Сергей", "Директор, Кедровский", "Сосновская", _SCHOOL, 380),
    _quiet(103, "Ефимова Наталья", "Таёжненская", _SCHOOL, 0, 260),
    _quiet(104, "Соколов Игорь", "Малоключевская", _SCHOOL, 4, 90),
    _quiet(105, "Гомбоева Туяна", "Белочка", _GARDEN, 0, 110),
    _quiet(106, "Кузнецова Вера", "Ёлочка", _GARDEN, 2, 60),
    _quiet(107, "Николаев Пётр", "Кедровский ЦДТ", _MORE, 1, 240),
    _quiet(108, "Белова Светлана", "УО Кедровского района", _OFFICE, 1, 1100),
    _quiet(109, "Дамбаева Арюна", "Прибрежненская СОШ", _SCHOOL, 0, 410),
    _quiet(110, "Рыбаков Антон", "Рыбацкая", _SCHOOL, 6, 170),
    _quiet(111, "Раднаева Сэсэг", "Островная", _SCHOOL, 9, 40),
    _quiet(112, "Цыбикова Дарима", "Чайка", _GARDEN, 1, 120),
    _quiet(113, "Морозова Галина", "Якорёк", _GARDEN, 17, 70),
    _quiet(114, "Жамбалов Зорикто", "Прибрежненская ДЮСШ", _MORE, 3, 200),
    _quiet(115, "Титова Елена", "УО Озёрного округа", _OFFICE, 2, 900),
    _quiet(116, "Бальжинимаев Тимур", "Ковыльнинская", _SCHOOL, 0, 220),
    _quiet(117, "Павлов Андрей", "Белокурганская", _SCHOOL, 8, 80),
    _quiet(118, "Намсараева Оюна", "Родниковская", _SCHOOL, 1, 150),
    _quiet(119, "Лаврова Нина", "Жаворонок", _GARDEN, 0, 100),
    Part(120, "Швецова Юлия", "Заведующая", "Тюльпанчик", _GARDEN, shown=False, size=55),
    _quiet(121, "Доржиев Баир", "Зареченский ДДТ", _MORE, 2, 180),
    _quiet(122, "Санжиева Баирма", "Комитет Восточно-Степного района", _OFFICE, 1, 1200),
    Part(CHIEF, "Горбунова Татьяна", "Комитет, Восточно-Степной", chief_of="Восточно-Степной", zone="Asia/Chita"),
    Part(ADMIN, "Цыренова Анна", "Министерство"),
)


@dataclass(frozen=True, slots=True)
class Play:
    """What is played: who plays and the bot's files, by the settings that name them.

    `name`: by which the page knows it. `few_hours`: hours of the day in fast motion, so that each begins its own day.
    """

    name: str
    cast: tuple[Part, ...]
    files: Mapping[str, str]
    few_hours: tuple[int, ...]
    title: str
    prefix: str = ""


def _files(directives: str, calendar: str, organizations: str) -> Mapping[str, str]:
    named = {
        "DIRECTIVES_FILE": directives,
        "CALENDAR_FILE": calendar,
        "ORGANIZATIONS_FILE": organizations,
    }
    return {setting: str(ROOT / path) for setting, path in named.items()}


DISTRICT = Play(
    "district",
    CAST,
    _files("data/directives.yaml", "data/calendar.yaml", "data/organizations.example.yaml"),
    (9, 16),
    "Поручения района",
)
REGION = Play(
    "region",
    _CAST_OF_THE_REGION,
    _files(*(f"simulator/demo/region/{name}" for name in ("directives", "calendar.yaml", "organizations.yaml"))),
    (8, 9, 16),
    "Поручения края",
    "region-",
)
