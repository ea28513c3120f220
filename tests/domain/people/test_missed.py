"""Who lists several organizations hears which of them were not found."""

import pytest

from bot.domain.people.missed import missed
from bot.domain.people.organization import Organization
from bot.domain.people.search import find

GENERAL, PRESCHOOL = frozenset({"general"}), frozenset({"preschool"})
TITLES = {"general": "Общее образование", "preschool": "Дошкольное образование"}
LISTED = [
    Organization("s1", "МБОУ СОШ № 1", GENERAL, id=1),
    Organization("s2", "МБОУ СОШ № 2 с. Малое, филиал", GENERAL, id=2),
    Organization("k1", "МБДОУ «Детский сад «Ручеёк»", PRESCHOOL, id=3),
]


@pytest.mark.parametrize(
    ("typed", "not_found"),
    [
        ("школы 1, 2 и сад Ручеёк", []),
        ("школа 1, сад ручеек, Ромашка", ["Ромашка"]),
        ("СОШ 1\nСОШ 2\nСОШ 77\nОзёрная", ["СОШ 77", "Озёрная"]),
        ("СОШ № 2 с. Малое, филиал", []),
        ("Ромашка", []),
    ],
)
def test_what_of_a_list_is_not_found(typed: str, not_found: list[str]) -> None:
    assert missed(find(LISTED, typed, TITLES), typed, TITLES) == not_found
