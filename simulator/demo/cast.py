"""Who plays: the people of the demo and how they join, in the words of the bot's own screens."""

from dataclasses import dataclass

ADMIN = 900


@dataclass(frozen=True, slots=True)
class Part:
    """A person of the demo: where they sit, and whether they have joined before the curtain rises.

    `type`: the id of a type in data/directives.yaml. `days`: after so many a request is answered by itself, None:
    never. `size`: children of the organization, by which its numbers are made. `shown`: whether the page has their
    phone. `leaves`: answers only before the curtain rises.
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
