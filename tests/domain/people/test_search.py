"""What is meant by typed words comes first."""

import random
import string
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.people.names import natural
from bot.domain.people.organization import Organization
from bot.domain.people.search import find, nearly, rank

TITLES = {"general": "Общее образование", "preschool": "Дошкольное образование", "upper": "Есть 10–11 классы"}
PAGE = 8


def listed(*names: str, codes: Sequence[str] = ()) -> list[Organization]:
    """Organizations of these names, in the order of lists; kindergartens are what their names say."""
    entries = sorted(enumerate(names), key=lambda pair: natural(pair[1]))
    return [
        Organization(
            codes[number] if codes else f"code-{number}",
            name,
            frozenset({"preschool" if "ад" in name or "ДОУ" in name else "general"}),
            id=number + 1,
        )
        for number, name in entries
    ]


def names(found: Sequence[Organization]) -> list[str]:
    return [organization.name for organization in found]


NUMBERED = listed(
    *(f"МБОУ «СОШ № {number}»" for number in range(1, 31)),
    *(f"МБДОУ «Детский сад № {number}»" for number in range(1, 31)),
)

DISTRICT = listed(
    "МБОУ «Средняя общеобразовательная школа № 1»",
    "МБОУ «Основная общеобразовательная школа № 1» с. Верхнее",
    "МАОУ «Лицей № 1»",
    "МБОУ «Школа № 1 имени А. С. Пушкина»",
    "МБОУ «Школа № 2, корпус 1»",
    "МБОУ «СОШ № 10»",
    "МБОУ «СОШ № 21»",
    "Муниципальное бюджетное дошкольное образовательное учреждение «Детский сад «Ручеёк» села Ивановка»",
    "МБДОУ «Детский сад «Родничок» села Степной Ключик»",
    "МАДОУ № 40 «Ромашка»",
    "МАДОУ «Центр развития ребёнка — детский сад «Солнышко»",
    "МБДОУ «Детский сад «Семь гномов»",
    "МБОУ «Начальная школа — детский сад № 3»",
    "МБОУ «Начальная общеобразовательная школа» улуса Үбэр-Һонин",
    "МБУ ДО «Детско-юношеская спортивная школа № 1»",
    "МБУ ДО «Центр детского творчества»",
    "МБУ ДО «Дом детского творчества села Верхнее»",
    "МБУ ДО «ДШИ»",
    "МБОУ «Сосновская СОШ имени 60-летия Октября»",
    "МБОУ «Сосновоозёрская СОШ»",
    "МБОУ «СОШ имени XX съезда»",
    "МКОУ «Вечерняя (сменная) школа»",
    "Управление образования администрации Сосновского района",
)


@pytest.mark.parametrize("number", [1, 2, 3, 10, 21, 30])
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("{}", "both"),
        ("№{}", "both"),
        ("№ {}", "both"),
        ("N{}", "both"),
        ("No. {}", "both"),
        ("#{}", "both"),
        ("00{}", "both"),
        ("номер {}", "both"),
        ("школа {}", "school"),
        ("школа№{}", "school"),
        ("Школы № {}", "school"),
        ("{} школа", "school"),
        ("{}-я школа", "school"),
        ("в {}-й школе", "school"),
        ("СОШ {}", "school"),
        ("сош№{}", "school"),
        ("МОУ СОШ N{}", "school"),
        ("COШ {}", "school"),
        ("средняя школа {}", "school"),
        ("Муниципальное общеобразовательное учреждение\n«Средняя общеобразовательная школа № {}»", "school"),
        ("irjkf {}", "school"),
        ("cji {}", "school"),
        ("шклоа {}", "school"),
        ("щкола {}", "school"),
        ("сад {}", "kindergarten"),
        ("д/с {}", "kindergarten"),
        ("д.с. {}", "kindergarten"),
        ("дс{}", "kindergarten"),
        ("детсад № {}", "kindergarten"),
        ("садик {}", "kindergarten"),
        ("ДОУ {}", "kindergarten"),
        ("МБДОУ «Детский сад №{}»", "kindergarten"),
        ("МБДОУ {}", "kindergarten"),
        ("детский сад {} 🏫", "kindergarten"),
        ("дошкольное образовательное учреждение детский сад {}", "kindergarten"),
        ("ltncrbq cfl {}", "kindergarten"),
    ],
)
def test_a_number_is_that_number_and_no_other(typed: str, found: str, number: int) -> None:
    school, kindergarten = f"МБОУ «СОШ № {number}»", f"МБДОУ «Детский сад № {number}»"
    expected = {"both": [kindergarten, school], "school": [school], "kindergarten": [kindergarten]}[found]
    assert names(find(NUMBERED, typed.format(number), TITLES)) == expected


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("лицей 1", ["Лицей № 1"]),
        ("школа №1 им. Пушкина", ["имени А. С. Пушкина"]),
        ("пушкин", ["имени А. С. Пушкина"]),
        ("основная школа 1", ["Основная"]),
        ("ООШ 1", ["Основная"]),
        ("оош верхнее", ["Основная"]),
        ("СОШ 1", ["Средняя общеобразовательная школа № 1"]),
        ("сш 1", ["Средняя общеобразовательная школа № 1", "спортивная школа № 1"]),
        ("школа 1", ["Основная", "Средняя", "Пушкина", "спортивная"]),
        ("первая школа", ["Основная", "Средняя", "Пушкина", "спортивная"]),
        ("школа номер один", ["Основная", "Средняя", "Пушкина", "спортивная"]),
        ("двадцать первая школа", ["СОШ № 21"]),
        ("школа 2 корпус 1", ["корпус 1"]),
        ("ДЮСШ", ["спортивная"]),
        ("спортшкола", ["спортивная"]),
        ("спортивная", ["спортивная"]),
        ("ЦДТ", ["Центр детского творчества"]),
        ("центр творчества", ["Центр детского творчества"]),
        ("ДДТ", ["Дом детского"]),
        ("школа искусств", ["ДШИ"]),
        ("НШДС", ["Начальная школа — детский сад"]),
        ("нш-дс 3", ["Начальная школа — детский сад"]),
        ("НШ/ДС №3", ["Начальная школа — детский сад"]),
        ("ЦРР", ["Центр развития"]),
        ("садик солнышко", ["Солнышко"]),
        ("Ручеёк", ["Ручеёк"]),
        ("ручейка", ["Ручеёк"]),
        (unicodedata.normalize("NFD", "Ручеёк"), ["Ручеёк"]),
        ("в Ивановке", ["Ручеёк"]),
        ("сад в ивановке", ["Ручеёк"]),
        ("рчуеек", ["Ручеёк"]),
        ("ручек", ["Ручеёк"]),
        ("hexttr", ["Ручеёк"]),
        ("Pyчeeк", ["Ручеёк"]),
        ("родничке", ["Родничок"]),
        ("степного ключика", ["Родничок"]),
        ("степнойключик", ["Родничок"]),
        ("ромашка", ["Ромашка"]),
        ("детский сад ромашка", ["Ромашка"]),
        ("40 сад", ["Ромашка"]),
        ("семь гномов", ["Семь гномов"]),
        ("7 гномов", ["Семь гномов"]),
        ("20 съезда", ["XX съезда"]),
        ("ХХ съезда", ["XX съезда"]),
        ("60 лет октября", ["60-летия"]),
        ("60", ["60-летия"]),
        ("Убэр Хонин", ["Үбэр-Һонин"]),
        ("сосновская", ["Сосновская СОШ", "Управление"]),
        ("сосново", ["Сосновоозёрская"]),
        ("соснво", ["Сосновоозёрская", "Сосновская"]),
        ("вечерняя школа", ["Вечерняя"]),
        ("уо", ["Управление"]),
        ("школа 10 Иванова Мария Петровна", ["СОШ № 10"]),
        ("директор школы 10", ["СОШ № 10"]),
        ("школа 99", []),
        ("№ 99", []),
        ("ничего такого", []),
        ("", []),
        ("   \n", []),
        ("!!! № «» ...", []),
        ("🏫🙂", []),
        ("\u200b", []),
    ],
)
def test_what_is_typed_and_what_comes_first(typed: str, first: list[str]) -> None:
    found = names(find(DISTRICT, typed, TITLES))
    assert len(found) >= len(first)
    assert all(part in name for part, name in zip(first, found, strict=False)), found
    assert found or not first
    assert bool(found) == bool(first), found


def test_the_very_name_stands_on_top_and_relatives_below() -> None:
    schools = listed("МБОУ «Школа № 1 имени Героя»", "Школа № 1", "МБОУ «Гимназия № 1»", "Школа № 11")
    assert names(find(schools, "школа №1")) == ["Школа № 1", "МБОУ «Школа № 1 имени Героя»", "МБОУ «Гимназия № 1»"]


def test_whole_words_come_before_parts_and_parts_before_typos() -> None:
    sads = listed("Сад «Ёлочка»", "Сад «Ёлочкины сказки»", "Сад «Ёлкино»", "Сад «Солнышко»", "Сад «Волнышко»")
    assert names(find(sads, "елочка")) == ["Сад «Ёлочка»", "Сад «Ёлочкины сказки»"]
    assert names(find(sads, "солны")) == ["Сад «Солнышко»", "Сад «Волнышко»"]
    assert names(find(sads, "елка")) == ["Сад «Ёлкино»"]


def test_the_legal_form_tells_apart_only_what_is_alike_otherwise() -> None:
    schools = listed("МАОУ «СОШ № 1»", "МБОУ «СОШ № 1»", "МКОУ «СОШ № 1»")
    assert names(find(schools, "МБОУ СОШ № 1")) == ["МБОУ «СОШ № 1»", "МАОУ «СОШ № 1»", "МКОУ «СОШ № 1»"]
    assert names(find(schools, "мкоу 1"))[0] == "МКОУ «СОШ № 1»"
    assert names(find(schools, "сош 1")) == ["МАОУ «СОШ № 1»", "МБОУ «СОШ № 1»", "МКОУ «СОШ № 1»"]


def test_a_latin_name_is_found_in_the_wrong_layout_too() -> None:
    assert names(find(listed("Lyceum № 3", "Школа № 3"), "дн")) == ["Lyceum № 3"]


def test_a_number_that_nobody_has_is_the_beginning_of_others() -> None:
    assert names(find(listed("Школа № 10", "Школа № 12", "Школа № 21"), "1")) == ["Школа № 10", "Школа № 12"]


def test_a_word_that_begins_like_a_numeral_is_none() -> None:
    assert find(NUMBERED, "семья") == find(NUMBERED, "сорока") == []


def test_those_alike_are_in_the_order_of_lists_however_they_come() -> None:
    found = find(NUMBERED, "школа")
    assert names(found) == [f"МБОУ «СОШ № {number}»" for number in range(1, 31)]
    shuffled = random.Random(1).sample(NUMBERED, len(NUMBERED))
    assert find(shuffled, "школа") == found
    twins = listed("МБОУ «СОШ № 1»", "МБОУ «СОШ №1»")
    assert [organization.id for organization in find(reversed(twins), "сош 1")] == [1, 2]


def test_a_code_is_found_by_the_whole_of_it() -> None:
    coded = listed("Школа № 7", "Лицей № 2", "Гимназия", codes=("school-2", "0312000777", "7"))
    assert names(find(coded, "SCHOOL-2")) == ["Школа № 7"]
    assert names(find(coded, "sсhооl-2")) == ["Школа № 7"]
    assert names(find(coded, "ИНН 0312000777")) == names(find(coded, " 0312000777 ")) == ["Лицей № 2"]
    assert names(find(coded, "0312")) == []
    # A short one is rather the number of a school.
    assert names(find(coded, "7"))[0] == "Школа № 7"


def test_a_type_and_a_tag_are_found_below_names() -> None:
    assert names(find(DISTRICT, "дошкольное", TITLES))[0].startswith("Муниципальное бюджетное дошкольное")
    assert "Ромашка" in " ".join(names(find(DISTRICT, "дошкольное образование", TITLES)))
    assert find(DISTRICT, "общее", TITLES)


def test_several_organizations_in_one_message_are_found_in_its_order() -> None:
    schools = [f"МБОУ «СОШ № {number}»" for number in (5, 1, 2)]
    for typed in ("школа 5, школа 1 и школа 2", "СОШ №5\nСОШ №1\nСОШ №2", "школы 5, 1, 2", "школы № 5; 1 и 2"):
        assert names(find(NUMBERED, typed)) == schools
    assert names(find(DISTRICT, "ручеек и ромашка"))[1] == "МАДОУ № 40 «Ромашка»"


def test_further_names_count_as_much() -> None:
    schools = listed("МБОУ «СОШ № 1»", "МБОУ «СОШ № 2»")
    also = {schools[1].id: ["Вторая Ключевская", "Иванова Мария"]}
    for typed in ("ключевская", "иванову", "Мария Иванова", "вторая"):
        assert names(find(schools, typed, also=also)) == ["МБОУ «СОШ № 2»"]


def test_people_are_found_by_any_part_of_the_name() -> None:
    people = ["Анна Начальник", "Мария Иванова", "Иван Марьин", "Дарима Цыренова", "Артём Ёлкин"]

    def found(typed: str) -> list[str]:
        return rank(people, typed, lambda name: (name,))

    assert found("иванова") == ["Мария Иванова"]
    assert found("Ивановой Марии") == found("bdfyjdf") == ["Мария Иванова"]
    assert found("елкин") == found("Елкина Артема") == ["Артём Ёлкин"]
    assert found("цыреонва") == ["Дарима Цыренова"]
    assert found("иван") == ["Иван Марьин", "Мария Иванова"]
    assert found("никто") == []


@pytest.mark.parametrize("typed", ["ш" * 5000, "школа " * 1000, "№" * 4000, "1" * 4000, "и, " * 2000, "\x00" * 10])
def test_a_huge_text_is_an_answer_too(typed: str) -> None:
    assert len(find(NUMBERED, typed, TITLES)) <= len(NUMBERED)


@pytest.mark.parametrize(
    ("typed", "listed_already"),
    [
        ("МБОУ «Средняя общеобразовательная школа №1»", ["Средняя"]),
        ("СОШ № 1", ["Средняя"]),
        ("Детский сад Ручеек", ["Ручеёк"]),
        ("Детский сад Рчуеёк", ["Ручеёк"]),
        ("Школа № 99", []),
        ("Лицей № 2", []),
        ("Школа", []),
        ("МБОУ", []),
        ("Гимназия", []),
        ("Иван", []),
    ],
)
def test_a_name_to_be_added_is_nearly_one_that_is_there(typed: str, listed_already: list[str]) -> None:
    found = names(nearly(DISTRICT, typed))
    assert len(found) == len(listed_already)
    assert all(part in name for part, name in zip(listed_already, found, strict=True))


# --- whatever a register holds ---

FORMS = st.sampled_from(
    ["МБОУ", "МАОУ", "Муниципальное казённое общеобразовательное учреждение", "МБДОУ", "МБУ ДО", ""]
)
KINDS = st.sampled_from(
    (
        "СОШ", "Средняя школа", "Основная общеобразовательная школа", "НШДС", "Лицей", "Гимназия", "Детский сад",
        "ДЮСШ", "Центр развития ребёнка — детский сад", "Центр детского творчества", "ДДТ", "Школа-интернат",
    )
)  # fmt: skip
PROPER = st.sampled_from(
    ["Ручеёк", "Солнышко", "Звёздочка", "Журавлёнок", "Огонёк", "Сказка", "имени Героя Ключевского", ""]
)
PLACES = st.sampled_from(["села Иваново", "с. Верхнее", "улуса Усть-Орот", "п. Степной Ключик", "г. Сосновск", ""])
NUMBERS = st.one_of(st.just(""), st.integers(1, 200).map(lambda number: f"№ {number}"))
NAMES = st.tuples(FORMS, KINDS, NUMBERS, PROPER, PLACES).map(lambda parts: " ".join(filter(None, parts)))
REGISTERS = st.lists(NAMES, min_size=1, max_size=40, unique_by=lambda name: name.casefold())


@settings(max_examples=60, deadline=None)
@given(REGISTERS, st.data())
def test_the_full_name_finds_its_organization_first(register: list[str], data: st.DataObject) -> None:
    organizations = listed(*register)
    meant = data.draw(st.sampled_from(organizations))
    spellings = [meant.name, meant.name.upper(), meant.name.lower(), unicodedata.normalize("NFD", meant.name)]
    typed = data.draw(st.sampled_from(spellings)).replace(" ", data.draw(st.sampled_from([" ", "\n", "  "])))
    assert find(organizations, typed)[0] == meant


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(REGISTERS, st.data())
def test_the_number_with_the_kind_finds_it_before_every_other_number(register: list[str], data: st.DataObject) -> None:
    kind, number = data.draw(KINDS), data.draw(st.integers(1, 200))
    name = f"{kind} № {number} города"
    organizations = listed(*{name, *register})
    first = names(find(organizations, f"{kind} {number}"))
    assert name in first
    others = [each for each in first[: first.index(name)] if f"№ {number}" not in each]
    assert others == []


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(REGISTERS, st.data())
def test_with_one_slip_of_a_finger_it_is_on_the_first_page(register: list[str], data: st.DataObject) -> None:
    organizations = listed(*register)
    meant = data.draw(st.sampled_from(organizations))
    words = meant.name.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if not long:
        return
    place = data.draw(st.sampled_from(long))
    word = words[place]
    at = data.draw(st.integers(0, len(word) - 2))
    slips = [
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + "ж" + word[at + 1 :],
    ]
    typed = " ".join([*words[:place], data.draw(st.sampled_from(slips)), *words[place + 1 :]])
    assert meant in find(organizations, typed)[:PAGE]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.sampled_from(string.punctuation))
def test_nothing_that_is_typed_is_too_much(typed: str, mark: str) -> None:
    found = find(DISTRICT, typed + mark, TITLES)
    assert len({organization.id for organization in found}) == len(found)
