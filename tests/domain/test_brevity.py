"""Names and titles that are longer than their place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.brevity import NAME, TITLE, shortened, told_apart

LONG = "Муниципальное бюджетное дошкольное образовательное учреждение «Детский сад «Ручеёк» села"
ALPHABET = "аб «(2)…·"


@pytest.mark.parametrize("places", [("Большое", "Малое"), ("Верхнее Сосново", "Нижнее Сосново", "Среднее Сосново")])
def test_what_differs_at_its_end_shows_its_end(places: tuple[str, ...]) -> None:
    for made, place in zip(told_apart([f"{LONG} {place}»" for place in places], 44), places, strict=True):
        assert made.startswith("Муниципальное")
        assert f"{place}»" in made
        assert len(made) <= 44


def test_what_differs_in_the_middle_shows_its_middle() -> None:
    texts = [f"{LONG} № {number} общеразвивающего вида с приоритетным развитием детей»" for number in range(1, 40)]
    for number, made in enumerate(told_apart(texts, 44), 1):
        assert f"№ {number} " in made


def test_titles_keep_their_beginning_as_far_as_that_tells_them_apart() -> None:
    first, second, third = told_apart(
        ["Уважаемые коллеги! Совещание в среду", "Уважаемые коллеги! Совещание в четверг", "Отчёт о подготовке к зиме"],
        30,
        kept=TITLE,
    )
    assert third == "Отчёт о подготовке к зиме"
    assert first.endswith("среду")
    assert second.endswith("четверг")
    assert told_apart(["Уважаемые коллеги! Совещание в среду"], 30, kept=TITLE) == ["Уважаемые коллеги! Совещание…"]
    # A word is left out rather than cut, unless that would leave little.
    assert told_apart(["Школьный спортивный клуб (сведения)"], 28, kept=TITLE) == ["Школьный спортивный клуб…"]
    assert told_apart(["Провести мониторинг"], 15, kept=TITLE) == ["Провести монит…"]


def test_equal_ones_are_told_apart_by_their_details_or_a_number() -> None:
    people = ["Иванова Мария", "Иванова Мария", "Петров Олег", "Иванова Мария"]
    places = ["Лицей", "Гимназия", "Школа", "Лицей"]
    assert told_apart(people, 44, places) == [
        "Иванова Мария · Лицей",
        "Иванова Мария · Гимназия",
        "Петров Олег",
        "Иванова Мария · Лицей (2)",
    ]
    assert told_apart(["Лицей", "Лицей", "Лицей (2)"], 44) == ["Лицей", "Лицей (3)", "Лицей (2)"]
    # A detail is what is left of a long text, not what is cut off.
    assert [made[-8:] for made in told_apart(["а" * 100] * 2, 20, ["утро", "вечер"])] == ["а · утро", " · вечер"]


def test_details_that_differ_in_what_would_be_cut_off_are_told_apart() -> None:
    gardens = ["Детский сад «Ручеёк» с. Верхний Кедр", "Детский сад «Ручеёк» с. Нижний Кедр"]
    upper, lower = told_apart(["Положение утверждено"] * 2, 60, gardens)
    assert upper.endswith("Верхний Кедр")
    assert lower.endswith("Нижний Кедр")


def test_what_fits_stays_as_it_is() -> None:
    assert shortened("Школа № 1", 9) == "Школа № 1"
    assert told_apart(["Школа № 1", "Школа № 2"], 9) == ["Школа № 1", "Школа № 2"]
    assert told_apart([], 9) == []


@given(
    st.lists(st.text(ALPHABET, max_size=40), max_size=12),
    st.integers(14, 30),
    st.lists(st.text(ALPHABET, max_size=9), min_size=12, max_size=12),
    st.sampled_from([NAME, TITLE]),
)
def test_no_two_are_ever_alike_nor_too_long(texts: list[str], width: int, details: list[str], kept: float) -> None:
    made = told_apart(texts, width, details[: len(texts)], kept=kept)
    assert len(set(made)) == len(texts)
    assert all(len(text) <= width for text in made)
