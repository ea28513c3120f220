"""What organizations are called where there is little room: official names as registers have them."""

import random
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.people.labels import Named, another, clashes, labels, official
from bot.domain.people.names import same

KINDERGARTEN = "Муниципальное бюджетное дошкольное образовательное учреждение «Детский сад «Ручеёк» "
SCHOOL = "Муниципальное казённое общеобразовательное учреждение «Средняя общеобразовательная школа"


def listed(*names: str) -> list[str]:
    return labels([Named(f"s-{place}", name) for place, name in enumerate(names)])


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("МБОУ «Сосновоозёрская средняя общеобразовательная школа»", "Сосновоозёрская СОШ"),
        ("МБОУ «Ключевская средняя общеобразовательная школа имени Героя Труда П. И. Ключевского»", "Ключевская СОШ"),
        ("МБДОУ «Детский сад «Солнышко» комбинированного вида села Верхнекедрово»", "Детский сад «Солнышко»"),
        (f"{KINDERGARTEN}села Малое»", "Детский сад «Ручеёк»"),
        (f"{SCHOOL} № 3» города Кяхты", "СОШ № 3"),
        ('Муниципальное автономное общеобразовательное учреждение "Гимназия №33 г. Улан-Удэ"', "Гимназия № 33"),
        ("МУНИЦИПАЛЬНОЕ БЮДЖЕТНОЕ ДОШКОЛЬНОЕ ОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ \"ДЕТСКИЙ САД № 7\"", "ДЕТСКИЙ САД № 7"),
        ("Муниципальное бюджетное учреждение дополнительного образования «Центр «Радуга»", "Центр «Радуга»"),
        ("МБУ ДО «Детско-юношеская спортивная школа села Верхнекедрово»", "ДЮСШ с. Верхнекедрово"),
        ("МБОУ СОШ имени Г. Н. Трубецкого", "СОШ им. Трубецкого"),
        ("МБОУ СОШ № 1 р.п. Наушки", "СОШ № 1"),
        ("МБОУ «СОШ № 5 имени Героя Советского Союза, лётчика-космонавта А. А. Леонова»", "СОШ № 5"),
        ("МБОУ «СОШ имени Героя России, гвардии майора О. Н. Долгова»", "СОШ им. Долгова"),
        ("МБОУ «Лицей имени почётного гражданина города П. П. Сидорова»", "Лицей им. Сидорова"),
        ("МБОУ «СОШ № 1 имени А. С. Пушкина, филиал»", "СОШ № 1, филиал"),
        ("МБОУ СОШ с. Б. Куналей", "СОШ с. Б. Куналей"),
        ("МБОУ «СОШ села М. Горький имени П. Иванова»", "СОШ с. М. Горький"),
        ("Управление образования администрации Сосновоозёрского района", "Управление образования"),
        ("Детский сад № 2 «Теремок» общеразвивающего вида с приоритетным развитием детей", "Детский сад № 2 «Теремок»"),
        ("МБДОУ № 5", "МБДОУ № 5"),
        ("Лицей", "Лицей"),
        # Nothing is known of it, and nothing is left out.
        ("=cmd()", "=cmd()"),
        ("Кванториум (центральный)", "Кванториум (центральный)"),
        ("я" * 250, "я" * 250),
    ],
)  # fmt: skip
def test_a_name_without_what_is_not_needed(name: str, label: str) -> None:
    assert listed(name) == [label]


def test_what_is_needed_to_tell_them_apart_stays() -> None:
    assert listed(f"{KINDERGARTEN}села Малое»", f"{KINDERGARTEN}села Большое»") == [
        "Детский сад «Ручеёк» с. Малое",
        "Детский сад «Ручеёк» с. Большое",
    ]
    ivolga = ["МБОУ «Иволгинская СОШ имени Намсараева» с. Иволгинск", "МБОУ «Иволгинская СОШ» с. Верхняя Иволга"]
    assert listed(*ivolga) == ["Иволгинская СОШ с. Иволгинск", "Иволгинская СОШ с. Верхняя Иволга"]
    assert official(ivolga[0], "Иволгинская СОШ  с. Иволгинск") == ivolga[0]
    assert listed("МБОУ «Берёзка»", "МАДОУ «Берёзка»") == ["МБОУ «Берёзка»", "МАДОУ «Берёзка»"]
    assert listed("МБОУ «Лицей № 2»", "МАОУ «Лицей № 2»") == ["МБОУ Лицей № 2", "МАОУ Лицей № 2"]
    first, second = listed(f"{SCHOOL} имени А. Иванова»", f"{SCHOOL} имени Б. Иванова»")
    assert (first, second) == ("СОШ им. А. Иванова", "СОШ им. Б. Иванова")
    assert listed("Филиал МБОУ «Сосновская СОШ» в с. Малое", "МБОУ «Сосновская СОШ»") == [
        "Филиал Сосновская СОШ",
        "Сосновская СОШ",
    ]


def test_two_of_one_name_have_their_codes() -> None:
    twins = [Named("k-1", "МБДОУ «Детский сад № 1»"), Named("k-2", "МБДОУ Детский сад №1")]
    assert labels(twins) == ["Детский сад № 1 (k-1)", "Детский сад № 1 (k-2)"]
    # The whole name alone would not say which of them.
    assert official(twins[0].name, "Детский сад № 1 (k-1)") == "МБДОУ «Детский сад № 1» — Детский сад № 1 (k-1)"
    assert official(twins[0].name, "Детский сад № 1") == twins[0].name


def test_what_a_table_has_twice_ends_all_the_same() -> None:
    assert len(set(labels([Named("k", "МБДОУ «Сад»")] * 3, [Named("k", "Лицей", "Сад")] * 2))) == 5
    assert len(set(labels([Named("", "")] * 3))) == 3


def test_what_was_given_counts_and_others_give_way() -> None:
    given, derived = Named("a", "МБОУ «Лицей № 1»", "Школа № 7"), Named("b", "МБОУ «Школа № 7» села Малое")
    assert labels([given, derived]) == ["Школа № 7", "Школа № 7 с. Малое"]
    assert clashes([given, derived]) == [(0, 1)]
    assert clashes([given, Named("b", "МБОУ «Школа № 8»")]) == []
    assert clashes([given, Named("b", "Гимназия", "школа №7")]) == [(1, 0)]
    # What the roster has no more takes nothing from what it has.
    assert labels([derived], [given]) == ["Школа № 7", "Школа № 7 (a)"]
    assert another(Named("own-1", "школа № 7 села Малое"), ["Школа № 7"]) == "Школа № 7 с. Малое"


FORMS = ["МБОУ", "МБДОУ", "МКОУ", "Муниципальное казённое общеобразовательное учреждение", "Филиал МБОУ", ""]
KINDS = [
    "средняя общеобразовательная школа", "основная общеобразовательная школа", "Детский сад", "Детский сад «Ручеёк»",
    "Центр детского творчества", "Сосновская средняя общеобразовательная школа", "Лицей", "Детский сад «Берёзка»",
]  # fmt: skip
OWN = [
    "",
    " № 1",
    " №2",
    " № 21",
    " имени А. С. Пушкина",
    " имени Героя Труда П. Пушкина",
    " общеразвивающего вида",
]
PLACES = ["", " села Малое", " с. Большое", " города Кяхты", " посёлка Степной Ключик", " Сосновского района"]
DISTRICT = [f"{form} «{kind}{own}»{place}".strip() for form, kind, own, place in product(FORMS, KINDS, OWN, PLACES)]


@pytest.mark.parametrize("size", [60, pytest.param(2000, marks=pytest.mark.slow)])
def test_a_list_of_real_size_has_no_two_alike(size: int) -> None:
    names = random.Random(size).sample(DISTRICT, size)
    made = listed(*names)
    assert len({same(label) for label in made}) == size
    assert sum(map(len, made)) < sum(map(len, names))
    # The same list has the same labels in whatever order.
    places = list(range(size))
    random.Random(1).shuffle(places)
    again = labels([Named(f"s-{place}", names[place]) for place in places])
    assert again == [made[place] for place in places]


names = st.one_of(
    st.sampled_from(DISTRICT), st.text('Школа №1«»" села', min_size=1, max_size=30), st.text(min_size=1, max_size=40)
)
given_names = st.one_of(st.just(""), st.sampled_from(["Школа № 1", "Лицей", "Детский сад «Ручеёк»"]))


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(names, given_names), max_size=12), st.integers(0, 12))
def test_no_two_of_any_list_are_alike(rows: list[tuple[str, str]], present: int) -> None:
    organizations = [Named(f"s-{place}", *row) for place, row in enumerate(rows)]
    made = labels(organizations[:present], organizations[present:])
    assert len({same(label) for label in made}) == len(rows)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.lists(names, min_size=2, max_size=12))
def test_one_more_makes_labels_longer_and_swaps_none(rows: list[str]) -> None:
    organizations = [Named(f"s-{place}", name) for place, name in enumerate(rows)]
    before, after = labels(organizations[:-1]), labels(organizations)
    for first, second in combinations(range(len(before)), 2):
        assert same(after[first]) != same(before[second])
        assert same(after[second]) != same(before[first])
    assert same(after[-1]) not in map(same, before)
