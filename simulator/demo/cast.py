"""Who plays: the people of the demo and how they join, in the words of the bot's own screens."""

from dataclasses import dataclass

TOKEN = "42:DEMO"
ADMIN = 900


@dataclass(frozen=True, slots=True)
class Part:
    """A person of the demo: where they sit, and whether they have joined before the curtain rises."""

    id: int
    name: str
    role: str
    organization: str = ""
    type: str = ""
    joined: bool = True


# The first is left to the visitor: joining is the tour's first step.
CAST = (
    Part(101, "Иванова Мария", "Директор школы", joined=False),
    Part(102, "Доржиев Баир", "Директор школы", "Степноключевская", "Общее"),
    Part(103, "Петрова Ольга", "Заведующая детским садом", "Кедровичок", "Дошкольное"),
    Part(ADMIN, "Цыренова Анна", "Управление образования"),
)
FIRST_NEW = 201
