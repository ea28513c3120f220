"""Numbers as people type them: what is taken is what was meant, and of the rest it is said what to write."""

from datetime import date
from decimal import Decimal

import pytest

from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.kinds import Value
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.values import parse, parse_many

TODAY = date(2026, 11, 23)


def read(label: str, text: str, kind: FieldKind = FieldKind.WHOLE, unit: str = "", least: int | None = 0) -> Value:
    """The value, or the reason why there is none."""
    field = Field("x", kind, label, unit=unit, min=None if least is None else Decimal(least))
    try:
        return parse(field, text, TODAY)
    except Misfit as misfit:
        return str(misfit.reason)


# Below zero


@pytest.mark.parametrize(
    "text",
    [
        "-3", "−3", "–3", "—3", "− 3", "(-3)", "t=-3", "t = -3", "минус 3", "Минус: 3", "минус -3", "3 ниже нуля",
        "ниже нуля 3", "3 градуса мороза", "3° мороза", "мороз 3", "-3 градуса", "3 °С ниже нуля", "около -3",
        "3 ниже ноля", "3° холода", "холод 3",
    ],
)  # fmt: skip
def test_what_is_plainly_below_zero_is_taken_so_or_refused(text: str) -> None:
    assert read("Температура", text, least=None) == -3
    assert read("Температура", text, least=-50) == -3
    assert read("Температура", text) == "below"
    assert read("Температура", text.replace("3", "3,5"), FieldKind.DECIMAL, least=None) == "-3.5"


@pytest.mark.parametrize(
    "text",
    [
        "- 3", "– 3", "— 3", "-(3)", "- (3)", "3-", "3 -", "3 −", "±3", "упало на 3", "меньше на 3", "убыло 3",
        "стало меньше на 3", "снижение 3", "на 3 меньше", "на 3 человека меньше", "уменьшилось на 3",
        "сократилось на 3", "потеряли 3", "плюс-минус 3", "ниже на 3", "на 3 ниже", "хуже на 3", "выбывших 3",
    ],
)  # fmt: skip
def test_what_may_be_below_zero_is_asked_about(text: str) -> None:
    assert read("Изменение числа обучающихся", text, least=None) == "unclear_sign"
    assert read("Изменение числа обучающихся", text.replace("3", "3,5"), FieldKind.DECIMAL, least=-5) == "unclear_sign"
    assert read("Учеников", text) == "below"


@pytest.mark.parametrize(
    "text",
    [
        "(3)", "температура - 3", "итого – 3", "3, минус на улице", "3, снизилось", "3. Выбыл Иванов", "3 меньше",
        "3, стало меньше", "стало меньше: 3", "отчислено 3", "ушли 3", "морозильников 3", "3 холодильника",
    ],
)  # fmt: skip
def test_a_minus_in_doubt_matters_only_where_there_may_be_one(text: str) -> None:
    assert read("Температура", text, least=None) == "unclear_sign"
    assert read("Мест", text) == 3


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("На сколько снизилось", "упало на 3"),
        ("Отчислено", "отчислено 3"),
        ("Стало меньше", "меньше: 3"),
        ("Убыло учеников", "убыло 3"),
        ("Выбыло", "выбыло 3"),
        ("Дней мороза", "Дней мороза: 3"),
        ("Изменение", "выросло на 3"),
        ("Изменение", "+3"),
        ("Изменение", "+ 3"),
        ("Изменение", "плюс 3"),
        ("Изменение", "итого — 3"),
        ("Температура", "выше нуля 3"),
    ],
)
def test_what_the_question_asks_for_is_above_zero(label: str, text: str) -> None:
    assert read(label, text, least=None) == 3


@pytest.mark.parametrize("text", ["выросло на 3", "прибыло 3", "на 3 больше"])
def test_more_where_less_is_asked_for_is_no_less(text: str) -> None:
    assert read("На сколько снизилось", text) == "below"
    assert read("На сколько снизилось", text, least=None) == "unclear_sign"


def test_less_where_either_may_be_asked_for_is_asked_about() -> None:
    assert read("Увеличилось или уменьшилось", "уменьшилось на 3", least=None) == "unclear_sign"
    assert read("Изменение", "упало на 0", least=None) == 0
    assert read("Изменение", "-0") == 0


def test_below_zero_is_said_before_that_it_is_not_whole() -> None:
    assert read("Мест", "-3,5") == read("Мест", "-1 250") == "below"
    assert read("Мест", "3,5") == "not_whole"


# Other numbers than their digits


@pytest.mark.parametrize(
    "text",
    [
        "20 и более", "20 человек и более", "20 или больше", "20 с лишним", "20 с небольшим", "20 плюс", "минимум 20",
        "максимум 20", "хотя бы 20", "не 20", "не превышает 20", "не выше 20", "20>", "20 с четвертью", "15 т.р.",
        "15 тыс. руб.", "1,2 млн", "сентябрь 2026", "2026 год", "2026 г.", "№ 12", "школа № 12", "номер 12", "по 3",
        "по 3 на каждого", "3 на каждого", "в 2 раза", "на 3 больше", "увеличилось на 3", "12 (тринадцать)",
        "двадцать 5", "сто 20", "12, один болен", "1'200", "1’200", "1.200", "1,200", "1.200.000", "89021234567",
        "+79021234567", "100 %", "50 процентов", "50 проц.", "15 тыщ", "20 и больше", "20 с третью",
        "20 с половиной лет",
    ],
)  # fmt: skip
def test_what_makes_it_another_number_is_asked_about(text: str) -> None:
    assert read("Число учеников", text) == "ambiguous"
    assert read("Число учеников", text, FieldKind.DECIMAL) == "ambiguous"


@pytest.mark.parametrize(
    ("label", "text", "value"),
    [
        ("Учеников", "12 (двенадцать)", 12),
        ("Учеников", "двадцать пять (25) чел.", 25),
        ("Учеников", "12500 (двенадцать тысяч пятьсот)", 12500),
        ("Учеников", "0 (ноль)", 0),
        ("Номер школы", "№ 12", 12),
        ("Телефон ответственного", "89021234567", 89021234567),
        ("Год постройки", "2026 год", 2026),
        ("Сколько на каждого", "3 на каждого", 3),
        ("На сколько больше", "на 3 больше", 3),
        ("Минимум баллов", "минимум 20", 20),
        ("Число процентов", "100 %", 100),
        ("Охват", "100 %", 100),
        ("Учеников", "12-ти", 12),
        ("Учеников", "12 школ, одной нет", 12),
        ("Учеников", "12 за третью четверть", 12),
        ("Учеников", "12 за первую половину года", 12),
        ("Учеников", "12, во второй половине дня", 12),
        ("Учеников", "12 к концу года", 12),
        ("Учеников", "12 и больше никого", 12),
        ("Учеников", "12, и больше не будет", 12),
        ("Победителей двух олимпиад", "12", 12),
    ],
)
def test_words_of_the_question_and_the_same_number_are_no_hindrance(label: str, text: str, value: int) -> None:
    assert read(label, text) == value


@pytest.mark.parametrize(
    "text",
    [
        "1ОО",
        "1З",
        "12б",
        "5а",
        "5А класс",
        "0xF",
        "12a",
        "5-Oct",
        "l2",
        "12О",
        "XII",
        "½",
        "12½",
        "12²",
        "полтора",
        "пять процентов",
    ],
)
def test_what_is_no_number_is_taken_for_none(text: str) -> None:
    assert read("Учеников", text) == "unreadable"


@pytest.mark.parametrize(
    "text", ["12+8", "12 + 8 = 20", "3 из 5", "12:30", "1/2", "1e3", "0x1F", "10–15", "3 шт по 5", "5.10.2026", "3×5"]
)
def test_two_numbers_are_not_one(text: str) -> None:
    assert read("Учеников", text) == "several_numbers"


def test_thousands_beside_another_unit_are_told_as_another_unit() -> None:
    assert read("Освоено", "15 тыс. руб.", unit="руб.") == "other_unit"
    assert read("Освоено", "15 т.р.", unit="руб.") == "other_unit"
    assert read("Освоено", "1,2 млн", FieldKind.DECIMAL, unit="тыс. руб.") == "other_unit"
    assert read("Освоено", "15 т.р.", unit="тыс. руб.") == read("Освоено", "15 тысяч", unit="тыс. руб.") == 15
    assert read("Охвачено", "12 тыс.", unit="чел.") == "ambiguous"
    assert read("Освоено", "1,2 млн руб.", FieldKind.DECIMAL, unit="млн руб.") == "1.2"
    assert read("Освоено", "1,2 миллиона рублей", FieldKind.DECIMAL, unit="млн руб.") == "1.2"


def test_a_last_nought_after_three_digits_may_be_of_thousands() -> None:
    assert read("Площадь", "1.250", FieldKind.DECIMAL) == "ambiguous"
    assert read("Площадь", "12,500", FieldKind.DECIMAL) == "ambiguous"
    assert read("Площадь", "12,525", FieldKind.DECIMAL) == "12.525"
    assert read("Площадь", "0,500", FieldKind.DECIMAL) == "0.5"


# Several in a line


PUPILS = Field("pupils", FieldKind.WHOLE, "Учеников", min=Decimal(0))
CLASSES = Field("classes", FieldKind.WHOLE, "Классов", min=Decimal(0))
AREA = Field("area", FieldKind.DECIMAL, "Площадь")


def read_many(fields: tuple[Field, ...], text: str) -> list[Value] | str:
    """The values in the order of the fields, or the reason why there are none."""
    try:
        return [value for _, value in parse_many(fields, text, TODAY)]
    except Misfit as misfit:
        return str(misfit.reason)


@pytest.mark.parametrize(
    "text",
    [
        "120, 60",
        "120 60",
        "120; 60",
        "120;60",
        "120 и 60",
        "120/60",
        "120 / 60",
        " 120,  60.",
        "120\u00a060",
        "120, и 60",
    ],
)
def test_bare_numbers_in_a_line_fill_the_questions_in_turn(text: str) -> None:
    assert read_many((PUPILS, CLASSES), text) == [120, 60]


@pytest.mark.parametrize(
    ("fields", "text", "values"),
    [
        ((PUPILS, CLASSES), "1 200; 60", [1200, 60]),
        ((PUPILS, CLASSES), "0 250", [0, 250]),
        ((PUPILS, AREA), "120, 60,5", [120, "60.5"]),
        ((AREA, AREA), "12,5 13,5", ["12.5", "13.5"]),
        ((AREA, AREA), "-3; -5", ["-3", "-5"]),
        ((PUPILS, CLASSES, AREA), "120, 60, 5", [120, 60, "5"]),
        ((PUPILS, CLASSES), "1 200", [1200]),
        ((PUPILS, CLASSES), "120 600", [120600]),
        ((PUPILS, CLASSES), "12", [12]),
    ],
)
def test_what_is_one_number_is_taken_for_one(fields: tuple[Field, ...], text: str, values: list[Value]) -> None:
    assert read_many(fields, text) == values


@pytest.mark.parametrize("text", ["120,60,5", "3/5", "12 +8", "12 -8", "120 600 5", "1 200 300 40"])
def test_numbers_in_a_line_that_may_be_others_are_to_be_written_in_lines(text: str) -> None:
    assert read_many((PUPILS, CLASSES, AREA, AREA), text) == "several_in_line"


def test_a_word_that_stands_in_a_label_itself_names_it_rather_than_a_like_one() -> None:
    teachers = Field("teachers", FieldKind.WHOLE, "Классных руководителей", min=Decimal(0))
    paid = Field("paid", FieldKind.WHOLE, "Получают вознаграждение", min=Decimal(0))
    assert read_many((CLASSES, teachers, paid), "Классов 12\nРуководителей 15\nПолучают 14") == [12, 15, 14]
    assert read_many((CLASSES, teachers, paid), "Классных руководителей 15\nКлассов 12\nПолучают 14") == [15, 12, 14]
    assert read_many((CLASSES, teachers), "Класс 12\nКлассный 15") == "unclear_labels"


def test_as_many_groups_of_digits_as_questions_may_be_a_number_of_each() -> None:
    assert read_many((PUPILS, CLASSES, AREA), "25 120 130") == "several_in_line"
    assert read_many((PUPILS, CLASSES), "1 250 000") == [1250000]
    assert read_many((AREA, PUPILS, CLASSES, PUPILS), "1 250 000") == ["1250000"]


def test_numbers_in_a_line_are_to_be_written_in_lines_where_they_may_be_others() -> None:
    assert read_many((PUPILS, CLASSES), "3/5") == "several_in_line"
    assert read_many((AREA, AREA), "12, 5") == "several_in_line"
    assert read_many((PUPILS, CLASSES, AREA), "120; 60") == "several_in_line"
    assert read_many((PUPILS, CLASSES), "120, 60, 5") == "too_many_numbers"
    assert read_many((PUPILS, CLASSES), "нет, 5") == read_many((PUPILS, CLASSES), "5; не было") == "several_in_line"
    assert read_many((PUPILS,), "нет, 5") == [5]
    assert read_many((PUPILS,), "120; 60") == "several_numbers"
    assert read_many((PUPILS, CLASSES), "12,5") == "not_whole"
    assert read_many((PUPILS, CLASSES), "10-15") == "several_numbers"


@pytest.mark.parametrize("text", ["- 120\n- 60", "— 120;\n— 60.", "• 120\n• 60", "* 120\n* 60"])
def test_marks_of_a_list_are_no_signs(text: str) -> None:
    assert read_many((PUPILS, CLASSES), text) == [120, 60]
    assert read_many((PUPILS, CLASSES), "- 120\n60") == "below"
    assert read_many((AREA, AREA), "- 120\n- 60") == "unclear_sign"


@pytest.mark.parametrize(
    "text",
    ["4 класс – нет", "4-й класс не участвовал", "в 4 классе никого", "нет 4 класса", "4 кл нет"],
)
def test_the_number_of_a_class_is_not_how_many_take_part(text: str) -> None:
    assert read("4 класс", text, unit="чел.") == "ambiguous"
    assert read("4 класс", "4 чел.", unit="чел.") == 4
    assert read("4 класс", "4 четвероклассника", unit="чел.") == 4
    assert read("Классов", "4 класса", unit="кл.") == 4


def test_nor_are_the_classes_that_are_asked_about() -> None:
    classes, students = (Field(label, FieldKind.WHOLE, label) for label in ("Классов 10–11", "Обучающихся 10–11"))
    for text in ("10 и 11", "10, 11", "10 11"):
        with pytest.raises(Misfit):
            parse_many([classes, students], text, TODAY)
    assert parse_many([classes, students], "2 и 34", TODAY) == [(classes, 2), (students, 34)]


@pytest.mark.parametrize("text", ["1 в месяц", "2 раза в неделю", "12 мероприятий в месяц", "1 ежемесячно"])
def test_so_many_in_each_month_are_not_how_many_in_all(text: str) -> None:
    assert read("Мероприятий за полугодие", text) == "ambiguous"
    assert read("Мероприятий за полугодие", "12 в неделю здоровья") == 12
    assert read("Часов в неделю всего", "2 в неделю") == 2
