"""Names that look alike are alike."""

import unicodedata

import pytest

from bot.domain.people.names import same
from bot.domain.spelling import spelled


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Детский сад «Журавлёнок» № 3, й", unicodedata.normalize("NFD", "Детский сад «Журавленок» №3, й")),
        ("МАОУ СОШ", "MAOY COШ"),
        ("Сёстры", "Cëcтры"),
        ("ВЕРХНЯЯ КОМНАТА", "BEPXНЯЯ КOMHATA"),
        ("Ромашка", "Ро\u00adма\u200bш\u034fка\ufe0f"),
        ("Многоборье", "Много\u0301бо\u0301рье"),
        ("Школа № 1", "Школа N 1"),
        ("Школа № 1", "школа №\u00a01"),
        ("Школа № 1", "Школа No.1"),
        ("Школа № 1", "Школа #1"),
        ("«Сад «Ручеёк»", '<<Сад "Ручеек"'),
        ("Школа — сад", "Школа \u2011 сад"),
        ("Школа II ступени", "Школа Ⅱ ступени"),
    ],
)
def test_names_that_look_alike_are_the_same(name: str, other: str) -> None:
    assert same(name) == same(other)


@pytest.mark.parametrize(
    ("name", "other"),
    [("Школа № 1", "Школа № 11"), ("Иволга", "Йволга"), ("Школа № 1", "Школа 1"), ("Начальная", "Начальный")],
)
def test_names_that_look_different_are_different(name: str, other: str) -> None:
    assert same(name) != same(other)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (unicodedata.normalize("NFD", "Сад «Йод и ёлка»"), "Сад «Йод и ёлка»"),
        ("MБОУ СOШ имени A. C. Пушкинa", "МБОУ СОШ имени А. С. Пушкина"),
        ("MAOY СОШ c. Верхнее", "МАОУ СОШ с. Верхнее"),
        ("Школа имени XX съезда", "Школа имени XX съезда"),
        ("Лицей IT-Cube", "Лицей IT-Cube"),
        ("School No. 1", "School No. 1"),
        ("Ро\u00adза\u200b ветров", "Роза ветров"),
    ],
)
def test_a_name_is_spelled_in_the_letters_that_were_meant(typed: str, meant: str) -> None:
    assert spelled(typed) == meant
    assert same(typed) == same(meant)
