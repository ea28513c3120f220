import re
import time
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.fields.field import Field, FieldKind
from bot.domain.fields.kinds import Value
from bot.domain.fields.misfit import Misfit, MisfitReason
from bot.domain.fields.values import fits, may_be_zero, parse, parse_many
from bot.domain.text import clean
from tests.domain.samples import a_field

TODAY = date(2026, 11, 23)
MODERATE = settings(max_examples=200, deadline=None)

CHOICE = a_field(FieldKind.CHOICE, options=("Исполнено", "В работе", "Не начато", "Не относится", "10 и более"))
EVENTS = a_field(FieldKind.MULTI_CHOICE, options=("Бег", "Лыжи", "Да, свои", "Ёлка"))


def read(kind: FieldKind, text: str, **more: Any) -> Value:
    return parse(a_field(kind, **more), text, TODAY)


def misfit(field: Field, text: str) -> MisfitReason:
    with pytest.raises(Misfit) as caught:
        parse(field, text, TODAY)
    assert caught.value.field is field
    assert str(caught.value) == f"{field.id}: {caught.value.reason}"
    return caught.value.reason


# Whole numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("0", 0),
        ("007", 7),
        ("12 человек", 12),
        ("12 чел.", 12),
        ("12чел", 12),
        ("всего 12", 12),
        ("Всего: 12 м²", 12),
        ("итого — 12.", 12),
        ("+5", 5),
        ("1 250", 1250),
        ("1\u00a0250", 1250),
        ("1\u2009250 чел.", 1250),
        ("1\u202f250\u202f300", 1250300),
        ("12,0", 12),
        ("12.00", 12),
        ("1 250,000", 1250),
        ("１２", 12),
        ("−5", -5),
        ("–5", -5),
        ("-5 мест", -5),
        ("\u200b12\u200b", 12),
        ("12\nчеловек", 12),
        ("999999999999999", 10**15 - 1),
    ],
)
def test_whole(text: str, value: int) -> None:
    assert read(FieldKind.WHOLE, text) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  \u200b\u2800\n", "empty"),
        ("двенадцать", "unreadable"),
        ("нет", "unreadable"),
        ("-", "unreadable"),
        ("+", "unreadable"),
        ("- 12", "unclear_sign"),
        (",5", "unreadable"),
        ("СОШ12", "unreadable"),
        ("12О", "unreadable"),
        ("12½", "unreadable"),
        ("12²", "unreadable"),
        ("Ⅻ", "unreadable"),
        ("12,5", "not_whole"),
        ("0,125", "not_whole"),
        ("1.250", "ambiguous"),
        ("1,250", "ambiguous"),
        ("1.000", "ambiguous"),
        ("1.250.000", "ambiguous"),
        ("1,250.75", "ambiguous"),
        ("12 с половиной", "ambiguous"),
        ("12-15", "several_numbers"),
        ("12–15", "several_numbers"),
        ("12 и 3", "several_numbers"),
        ("12 13", "several_numbers"),
        ("12 из 24", "several_numbers"),
        ("1 25", "several_numbers"),
        ("12 3456", "several_numbers"),
        ("0 250", "several_numbers"),
        ("12\n345", "several_numbers"),
        ("05.10.2026", "several_numbers"),
        ("12:30", "several_numbers"),
        ("1e5", "several_numbers"),
        ("9" * 10_000, "above"),
        ("-" + "9" * 10_000, "below"),
    ],
)
def test_what_is_no_whole_number(text: str, reason: str) -> None:
    assert misfit(a_field(), text) == reason


def test_bounds_are_inclusive() -> None:
    field = a_field(min=Decimal(0), max=Decimal(500))
    assert [parse(field, text, TODAY) for text in ("0", "500")] == [0, 500]
    assert misfit(field, "−5") == MisfitReason.BELOW
    assert misfit(field, "501") == MisfitReason.ABOVE


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("1500 руб.", "тыс. руб."),
        ("1 500 рублей", "тыс. руб."),
        ("1500 р.", "тыс. руб."),
        ("1500₽", "тыс. руб."),
        ("₽ 1500", "тыс. руб."),
        ("руб. 1500", "млн руб."),
        ("150 т.р.", "руб."),
        ("1500 коп.", "руб."),
        ("50 %", "чел."),
        ("50 процентов", "ед."),
        ("12 человек", "%"),
        ("1500 чел.", "тыс. чел."),
        ("2 года", "мес."),
        ("120 мин", "час."),
        ("3 га", "м²"),
        ("5 руб.", "шт."),
    ],
)
def test_another_unit_than_the_field_s_is_asked_about(text: str, unit: str) -> None:
    for kind in (FieldKind.WHOLE, FieldKind.DECIMAL):
        assert misfit(a_field(kind, unit=unit), text) == MisfitReason.OTHER_UNIT


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("12 руб.", "руб."),
        ("12 рублей 00", ""),
        ("12 р", "руб."),
        ("12 т.р.", "тыс. руб."),
        ("12 тысяч рублей", "тыс. руб."),
        ("12 млн. руб.", "млн руб."),
        ("12%", "%"),
        ("12 процентов", "%"),
        ("12 человек", "чел."),
        ("12 детей", "чел."),
        ("12 чел.", "мест"),
        ("12 мест", "мест"),
        ("12 чел. за год", "чел."),
        ("за год 12", "чел."),
        ("12 кв. м", "м²"),
        ("12 часов", "ч"),
        ("12 школ", "орг."),
    ],
)
def test_words_that_agree_with_the_unit_are_no_hindrance(text: str, unit: str) -> None:
    assert read(FieldKind.WHOLE, text.removesuffix(" 00"), unit=unit) == 12


@pytest.mark.parametrize("text", ["150к", "150 k", "2 сотни", "3 десятка", "2 дюжины"])
def test_words_that_multiply_are_asked_about(text: str) -> None:
    assert misfit(a_field(), text) == MisfitReason.AMBIGUOUS


@pytest.mark.parametrize(
    "text",
    ["более 20", "Не менее 20 чел.", "меньше 20", "больше чем 20", "свыше 20", "до 20", "от 20", "> 20", "≤20", "20+"],
)
def test_a_bound_is_no_number(text: str) -> None:
    assert misfit(a_field(unit="чел."), text) == MisfitReason.AMBIGUOUS
    assert misfit(a_field(FieldKind.DECIMAL), text) == MisfitReason.AMBIGUOUS


@pytest.mark.parametrize("text", ["около 20", "≈20", "~ 20", "20, больше не было", "20 от школы", "до сих пор 20"])
def test_words_that_bound_nothing_are_no_hindrance(text: str) -> None:
    assert read(FieldKind.WHOLE, text) == 20


@pytest.mark.parametrize("text", ["1 сентября", "с 1 Сентября", "9 мая", "1-го сентября", "05.окт", "5-Мар", "5 окт."])
def test_a_day_of_a_month_is_no_number(text: str) -> None:
    assert misfit(a_field(), text) == MisfitReason.AMBIGUOUS


BOYS = Field("boys", FieldKind.WHOLE, "Мальчики", min=Decimal(0))
GIRLS = Field("girls", FieldKind.WHOLE, "из них девочек", unit="чел.", min=Decimal(0))
TEACHERS = Field("teachers", FieldKind.DECIMAL, "Учителей", min=Decimal(0))
PEOPLE = (BOYS, GIRLS, TEACHERS)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Девочек 60\nМальчиков 40", {"girls": 60, "boys": 40}),
        ("60 - девочки\n40 - мальчики", {"girls": 60, "boys": 40}),
        ("Девочек 60 / Мальчиков 40", {"girls": 60, "boys": 40}),
        ("девочек 60, мальчиков 40", {"girls": 60, "boys": 40}),
        ("девочек 60 и мальчиков 40", {"girls": 60, "boys": 40}),
        ("дев. 60; мальч. 40; учителя 2,5", {"girls": 60, "boys": 40, "teachers": "2.5"}),
        ("40\n60", {"boys": 40, "girls": 60}),
        ("40 мальчиков\n60", {"boys": 40, "girls": 60}),
        ("40 чел.\n60 чел.", {"boys": 40, "girls": 60}),
        ("Учителей 7", {"teachers": "7"}),
        ("40 детей", {"boys": 40}),
        ("мальчиков 40 девочек 60", {"boys": 40, "girls": 60}),
        ("60 девочек 40 мальчиков", {"boys": 40, "girls": 60}),
        ("Девочек - 60. Мальчиков - 40.", {"boys": 40, "girls": 60}),
        ("девушек 60\nюношей 40", {"boys": 40, "girls": 60}),
        ("60 д.\n40 м.", {"boys": 40, "girls": 60}),
        ("Девочек:\n60\nМальчиков:\n40", {"boys": 40, "girls": 60}),
        ("1) 40\n2) 60", {"boys": 40, "girls": 60}),
        ("40\n60 чел.", {"boys": 40, "girls": 60}),
        ("40 учеников\n60 детей", {"boys": 40, "girls": 60}),
        ("40, из них 6 девочек", {"boys": 40, "girls": 6}),
        ("40 чел., в том числе девочек 6", {"boys": 40, "girls": 6}),
        ("40 в т.ч. 6 дев.", {"boys": 40, "girls": 6}),
        ("40 (из них 6 девочек)", {"boys": 40, "girls": 6}),
        ("40 детей (6 девочек)", {"boys": 40, "girls": 6}),
    ],
)
def test_words_that_name_fields_put_the_numbers_there(text: str, values: dict[str, Value]) -> None:
    assert {field.id: value for field, value in parse_many(PEOPLE, text, TODAY)} == values


@pytest.mark.parametrize(
    "text",
    [
        "Девочек 60\n40",
        "Девочек 60\nДевочек 40",
        "40\nмальчиков 60",
        "мальчиков 40\nвоспитателей 60",
        "старших 40\nмладших 60",
        "всего 100\nдевочек 60\nмальчиков 40\nучителей 3",
    ],
)
def test_words_that_name_some_fields_in_another_order_are_asked_about(text: str) -> None:
    with pytest.raises(Misfit) as caught:
        parse_many(PEOPLE, text, TODAY)
    assert caught.value.reason is MisfitReason.UNCLEAR_LABELS


@pytest.mark.parametrize("text", ["мальчиков 40", "40 юношей"])
def test_a_number_of_boys_is_none_of_girls(text: str) -> None:
    with pytest.raises(Misfit) as caught:
        parse_many((GIRLS, TEACHERS), text, TODAY)
    assert caught.value.reason is MisfitReason.UNCLEAR_LABELS


@pytest.mark.parametrize("unit", ["а ", "девочек ", "девочек 1 ", "1; ", "1) 1\n", "/", "не было "])
def test_long_lines_are_looked_through_quickly(unit: str) -> None:
    begun = time.thread_time()
    with pytest.raises(Misfit):
        parse_many(PEOPLE, unit * (4096 // len(unit)), TODAY)
    # Seconds of the processor, for what takes a tenth of one: a bound for what would never end.
    assert time.thread_time() - begun < 20


def test_a_number_in_a_sentence_is_no_answer() -> None:
    said = "Уважаемые коллеги, просим перенести совещание руководителей на 12 октября"
    assert misfit(a_field(), said) == MisfitReason.UNREADABLE
    field = Field("x", FieldKind.WHOLE, "Количество обучающихся, занимающихся в школьном спортивном клубе при школе")
    assert parse(field, f"{field.label}: всего 12 человек", TODAY) == 12


@pytest.mark.parametrize(
    "text", ["40 (из них 6)", "40 из 60 девочек", "40, 6 девочек", "40 (6 учителей)", "40 / 6 девочек"]
)
def test_of_a_number_and_another_in_one_line_nothing_is_guessed(text: str) -> None:
    with pytest.raises(Misfit) as caught:
        parse_many(PEOPLE, text, TODAY)
    assert caught.value.reason is MisfitReason.SEVERAL_NUMBERS


def test_units_between_numbers_are_not_overlooked() -> None:
    fields = (Field("sum", FieldKind.WHOLE, "Сумма", unit="тыс. руб."), Field("fee", FieldKind.WHOLE, "Взнос"))
    with pytest.raises(Misfit) as caught:
        parse_many(fields, "Сумма 1500 руб. Взнос 5", TODAY)
    assert caught.value.reason is MisfitReason.SEVERAL_NUMBERS


def test_words_may_name_a_field_that_has_been_passed() -> None:
    assert parse_many((GIRLS, TEACHERS), "мальчиков 41", TODAY, PEOPLE) == [(BOYS, 41)]


@pytest.mark.parametrize(
    "text",
    [
        "нет",
        "Нет.",
        "НЕТ",
        "нету",
        "не было",
        "не имеется",
        "отсутствуют",
        "—",
        "-",
        "–",
        "ноль",
        "ни одного",
        "участников нет",
        "нет участников",
        "никто не участвовал",
        "Не планируется.",
        "у нас не было",
    ],
)
def test_words_that_may_mean_nothing_are_no_number_but_may_be_zero(text: str) -> None:
    assert misfit(a_field(), text) == MisfitReason.UNREADABLE
    assert may_be_zero(a_field(), text)
    assert may_be_zero(a_field(FieldKind.DECIMAL), text)
    assert not may_be_zero(a_field(min=Decimal(1)), text)
    assert not may_be_zero(a_field(FieldKind.TEXT), text)


@pytest.mark.parametrize("text", ["нет данных", "не знаю", "", "нет, 5", "потом", "много", "изменений нет"])
def test_other_words_mean_no_zero(text: str) -> None:
    assert not may_be_zero(a_field(), text)


def test_thousands_are_taken_only_where_they_are_asked_for() -> None:
    assert misfit(a_field(unit="чел."), "12 тыс.") == MisfitReason.AMBIGUOUS
    assert misfit(a_field(unit="чел."), "12тыс") == MisfitReason.AMBIGUOUS
    assert read(FieldKind.WHOLE, "12 тыс. руб.", unit="тыс. руб.") == 12
    asked = Field("x", FieldKind.WHOLE, "Освоено, тыс. руб.")
    assert parse(asked, "12 тыс. руб.", TODAY) == parse(asked, "12 т.р.", TODAY) == 12
    for text in ("12 тыс. руб.", "15 т.р.", "1,2 млн"):
        assert misfit(a_field(), text) == misfit(a_field(FieldKind.DECIMAL), text) == MisfitReason.AMBIGUOUS


@pytest.mark.slow
@MODERATE
@given(
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.sampled_from([" ", "\u00a0", "\u2009", "\u202f", "\u2007", ""]),
    st.sampled_from(["-", "−", "–"]),
    st.sampled_from(["", "всего ", "Итого: ", "— всего "]),
    st.sampled_from(["", " человек", " чел.", " шт., включая новые", ",0", "."]),
)
def test_every_rendering_of_a_whole_number_is_read(
    number: int, separator: str, minus: str, before: str, after: str
) -> None:
    digits = f"{abs(number):,}".replace(",", separator)
    text = before + (minus if number < 0 else "") + digits + after
    assert read(FieldKind.WHOLE, text) == number


# Decimals


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("12.50", "12.5"),
        ("12,0", "12"),
        ("0,5 ставки", "0.5"),
        ("-0,0", "0"),
        ("−2,25", "-2.25"),
        ("1 250,75 руб.", "1250.75"),
        ("1,125", "1.125"),
        ("12 %", "12"),
        ("100%", "100"),
        ("около 98,7 %", "98.7"),
    ],
)
def test_decimal(text: str, value: str) -> None:
    assert read(FieldKind.DECIMAL, text) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12,5,6", "several_numbers"),
        ("12,5 13", "several_numbers"),
        ("1.250.000", "ambiguous"),
        ("0." + "1" * 50, "too_precise"),
        ("9" * 5000 + ",5", "above"),
        ("много", "unreadable"),
        ("100,1 %", "above"),
        ("-0,1", "below"),
    ],
)
def test_what_is_no_decimal(text: str, reason: str) -> None:
    assert misfit(a_field(FieldKind.DECIMAL, min=Decimal(0), max=Decimal(100)), text) == reason


@MODERATE
@given(st.decimals(-(10**14), 10**14, places=4), st.sampled_from([".", ","]))
def test_decimals_are_kept_to_the_last_digit(number: Decimal, point: str) -> None:
    stored = read(FieldKind.DECIMAL, f"{number:f}".replace(".", point))
    assert isinstance(stored, str)
    assert Decimal(stored) == number
    # Eleven digits without spaces may be a telephone.
    assume(not re.fullmatch(r"-?[78][3-9][0-9]{9}", stored))
    assert read(FieldKind.DECIMAL, stored) == stored


def test_thousands_of_millions_are_no_telephone() -> None:
    assert read(FieldKind.DECIMAL, "73 000 000 000") == read(FieldKind.DECIMAL, "73000000000,00") == "73000000000"
    assert misfit(a_field(FieldKind.DECIMAL), "73000000000") == "ambiguous"


# Dates


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("05.10.2026", "2026-10-05"),
        ("5.10.26", "2026-10-05"),
        ("5/10/2026", "2026-10-05"),
        ("05-10-2026", "2026-10-05"),
        ("05. 10. 2026 г.", "2026-10-05"),
        ("5 10 2026", "2026-10-05"),
        ("2026-10-05", "2026-10-05"),
        ("2026.10.5", "2026-10-05"),
        ("5 октября 2026", "2026-10-05"),
        ("5 Октября 2026 года", "2026-10-05"),
        ("5 октября 26 г.", "2026-10-05"),
        ("5-го октября", "2026-10-05"),
        ("5 октября", "2026-10-05"),
        ("5 окт", "2026-10-05"),
        ("5 окт.", "2026-10-05"),
        ("1 май", "2027-05-01"),
        ("5.10", "2026-10-05"),
        ("5.10.", "2026-10-05"),
        ("５.１０.２０２６", "2026-10-05"),
        # The nearest to 23 November 2026.
        ("15.01", "2027-01-15"),
        ("24.05", "2027-05-24"),
        ("25.05", "2026-05-25"),
        ("29.02", "2028-02-29"),
        ("01.09.99", "1999-09-01"),
        ("сегодня", "2026-11-23"),
        ("Вчера", "2026-11-22"),
        ("завтра.", "2026-11-24"),
        ("от 05.10.2026 г.", "2026-10-05"),
        ("5 октября, понедельник", "2026-10-05"),
        ("05.10.2026 (пн)", "2026-10-05"),
        ("Понедельник, 5 октября", "2026-10-05"),
        ("в среду 7 октября", "2026-10-07"),
        ("завтра, вторник", "2026-11-24"),
    ],
)
def test_date(text: str, value: str) -> None:
    assert read(FieldKind.DATE, text) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("01.13.2026", "no_such_date"),
        ("31.04.2026", "no_such_date"),
        ("29.02.2027", "no_such_date"),
        ("31.02", "no_such_date"),
        ("00.10.2026", "no_such_date"),
        ("99.99.9999", "no_such_date"),
        ("0000-01-01", "no_such_date"),
        ("октябрь", "unreadable"),
        ("5 мартобря", "unreadable"),
        ("5 ию", "unreadable"),
        ("5", "unreadable"),
        ("5-10", "unreadable"),
        ("5-10 октября", "several_days"),
        ("скоро", "unreadable"),
        ("05.10.2026 06.10.2026", "unreadable"),
        ("5 октября, вторник", "no_such_date"),
        ("в пятницу", "unreadable"),
        ("пятница", "unreadable"),
        ("до 5 октября", "unreadable"),
        ("с 5 октября", "unreadable"),
        ("от 05.10.2026 № 15", "unreadable"),
        ("31.12.1989", "before_earliest"),
        ("01.01.2101", "after_latest"),
        ("9999-12-31", "after_latest"),
    ],
)
def test_what_is_no_date(text: str, reason: str) -> None:
    assert misfit(a_field(FieldKind.DATE), text) == reason


def test_dates_have_bounds() -> None:
    field = a_field(FieldKind.DATE, earliest=date(1920, 1, 1), latest=date(2026, 10, 5))
    assert parse(field, "01.01.1920", TODAY) == "1920-01-01"
    assert parse(field, "05.10.2026", TODAY) == "2026-10-05"
    assert misfit(field, "31.12.1919") == MisfitReason.BEFORE_EARLIEST
    assert misfit(field, "06.10.2026") == MisfitReason.AFTER_LATEST


MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


@MODERATE
@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_date_is_read_in_every_format(day: date) -> None:
    month = MONTHS[day.month - 1]
    texts = [
        f"{day:%d.%m.%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.isoformat()}",
        f"{day.day} {month} {day.year}",
        f"{day.day} {month[:3].upper()}. {day.year} г.",
        f"{day:%d/%m/%Y}",
    ]
    if 1990 <= day.year < 2090:
        texts += [f"{day:%d.%m.%y}", f"{day.day} {month} {day:%y}"]
    assert {read(FieldKind.DATE, text) for text in texts} == {day.isoformat()}


@MODERATE
@given(st.dates(date(1995, 1, 1), date(2090, 12, 31)), st.integers(-182, 182))
def test_a_date_without_a_year_is_the_nearest(today: date, days: int) -> None:
    day = today + timedelta(days=days)
    field = a_field(FieldKind.DATE)
    found = parse(field, f"{day.day}.{day.month}", today)
    assert found == day.isoformat() or (day.month, day.day) == (2, 29)


# Text and links


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("  Школа № 5  ", "Школа № 5"),
        ("раз\r\nдва\rтри\u2028четыре", "раз\nдва\nтри\nчетыре"),
        ("а\u202eб\u200bв\ufeffг\x00д\x1bе\u2066", "абвгде"),
        ("раз\tдва\u00a0три", "раз два три"),
        ("ко\u0438\u0306ка", "койка"),
        ("а\ud800б\ufffe", "аб"),
        ("=1+1", "=1+1"),
        ("<b>&", "<b>&"),
    ],
)
def test_text_is_cleaned(text: str, value: str) -> None:
    assert read(FieldKind.TEXT, text) == value
    assert clean(text) == value


def test_the_length_of_a_text_is_counted_after_cleaning() -> None:
    field = a_field(FieldKind.TEXT, max_length=3)
    assert parse(field, "  а\u200bбв \n", TODAY) == "абв"
    assert misfit(field, "абвг") == MisfitReason.TOO_LONG
    assert misfit(field, " \u200b ") == MisfitReason.EMPTY


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("school.ru/page", "https://school.ru/page"),
        ("сайт.рф", "https://сайт.рф"),
        ("школа-5.сайт.рф/новости?a=1&b=2#якорь", "https://школа-5.сайт.рф/новости?a=1&b=2#якорь"),
        ("http://school.ru", "http://school.ru"),
        ("HTTPS://School.ru/Page", "https://School.ru/Page"),
        ("school.ru:8080/a", "https://school.ru:8080/a"),
        (" https://school.ru/page. ", "https://school.ru/page"),
        ("school.ru/go?to=http://other.ru", "https://school.ru/go?to=http://other.ru"),
        ("https://xn--80aswg.xn--p1ai", "https://xn--80aswg.xn--p1ai"),
        ("https://disk.ru/отчёт.docx", "https://disk.ru/отчёт.docx"),
    ],
)
def test_link(text: str, value: str) -> None:
    assert read(FieldKind.LINK, text) == value
    assert read(FieldKind.LINK, value) == value


@pytest.mark.parametrize(
    "text",
    [
        "нет", "на сайте school.ru", "ftp://school.ru", "javascript:alert(1)", "javascript://school.ru/%0a",
        "mailto:a@b.ru", "a@b.ru", "https://user:pass@school.ru", "http://localhost", "http://", "https:///page",
        "//school.ru",
        "http://school.ru:99999", "school.ru:порт", "http://[::1", "12.5", "05.10.2026", "и т.д",
        "отчёт.docx", "-школа.рф", "http://192.168.0.1/", "school..ru", "https://school.ru/<b>", "a\\b.ru",
    ],
)  # fmt: skip
def test_what_is_no_link(text: str) -> None:
    assert misfit(a_field(FieldKind.LINK), text) == MisfitReason.UNREADABLE


def test_a_link_has_at_most_500_characters_with_its_scheme() -> None:
    address = "school.ru/" + "a" * 482
    assert len(str(read(FieldKind.LINK, address))) == 500
    assert misfit(a_field(FieldKind.LINK, max_length=4000), address + "a") == MisfitReason.TOO_LONG


# Choices


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Исполнено", "Исполнено"),
        ("ИСПОЛНЕНО.", "Исполнено"),
        (" в   работе ", "В работе"),
        ("исп", "Исполнено"),
        ("не нач", "Не начато"),
        ("10 и", "10 и более"),
    ],
)
def test_choice(text: str, value: str) -> None:
    assert parse(CHOICE, text, TODAY) == value


@pytest.mark.parametrize("text", ["не", "1", "10", "Исполнено частично", "готово", ".", "«»"])
def test_what_is_no_option(text: str) -> None:
    assert misfit(CHOICE, text) == MisfitReason.UNREADABLE


@pytest.mark.parametrize("text", ["и", "в", "н", "не", "а", "Да"])
def test_a_letter_or_a_particle_says_no_option(text: str) -> None:
    """It is the beginning of one alone, and yet nobody has said that."""
    states = a_field(FieldKind.CHOICE, options=("Исполнено", "В работе", "Не начато", "Агротехнологический"))
    assert misfit(states, text) == MisfitReason.UNREADABLE
    several = a_field(FieldKind.MULTI_CHOICE, options=states.options)
    assert misfit(several, text) == MisfitReason.UNREADABLE
    partly = a_field(FieldKind.CHOICE, options=("Да, полностью", "Нет"))
    assert parse(partly, "да", TODAY) == "Да, полностью"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("лыжи, бег", ["Бег", "Лыжи"]),
        ("Бег\nлыж\n", ["Бег", "Лыжи"]),
        ("бег; бег", ["Бег"]),
        ("Да, свои, елка,", ["Да, свои", "Ёлка"]),
        ("елка,да , свои", ["Да, свои", "Ёлка"]),
        ("лыжи и бег", ["Бег", "Лыжи"]),
        ("Лыжи, и елка, И Да, свои", ["Лыжи", "Да, свои", "Ёлка"]),
    ],
)
def test_multi_choice(text: str, value: list[str]) -> None:
    assert parse(EVENTS, text, TODAY) == value


@pytest.mark.parametrize("text", ["все", "Всё.", "все перечисленное"])
def test_all_of_them(text: str) -> None:
    assert parse(EVENTS, text, TODAY) == list(EVENTS.options)
    named = a_field(FieldKind.MULTI_CHOICE, options=("Все классы", "Начальные классы"))
    assert misfit(named, "все перечисленное") == MisfitReason.UNREADABLE
    assert parse(named, "все", TODAY) == ["Все классы"]


def test_an_option_may_have_an_and_of_its_own() -> None:
    options = ("Буфет", "Столовая и буфет", "Столовая, буфет и раздача")
    meals = a_field(FieldKind.MULTI_CHOICE, options=options)
    assert parse(meals, "столовая и буфет", TODAY) == ["Столовая и буфет"]
    assert parse(meals, "столовая, буфет и раздача и буфет", TODAY) == ["Буфет", "Столовая, буфет и раздача"]


def test_what_are_no_options() -> None:
    assert misfit(EVENTS, "бег, плавание") == MisfitReason.UNREADABLE
    assert misfit(EVENTS, ",;\n,") == MisfitReason.EMPTY


@pytest.mark.parametrize(
    "text",
    ["да", "Да.", "ДА!", "+", "есть", "Да, имеется", "yes", "Ага", "угу", "да, конечно", "Конечно!", "так точно"],
)
def test_yes(text: str) -> None:
    assert read(FieldKind.YES_NO, text) is True


@pytest.mark.parametrize(
    "text",
    [
        "нет",
        "Нет.",
        "-",
        "−",
        "—",
        "нет, не имеется",
        "отсутствует",
        "неа",
        "нет конечно",
        "Нет, конечно",
        "Пока нет",
        "ещё нет",
    ],
)
def test_no(text: str) -> None:
    assert read(FieldKind.YES_NO, text) is False


@pytest.mark.parametrize(
    "text", ["да, нет", "возможно", "не знаю", "1", ".", "конечно, не знаю", "нет, ага", "нет данных"]
)
def test_neither_yes_nor_no(text: str) -> None:
    assert misfit(a_field(FieldKind.YES_NO), text) == MisfitReason.UNREADABLE


def test_a_file_cannot_be_typed() -> None:
    assert misfit(a_field(FieldKind.FILE), "план.pdf") == MisfitReason.UNREADABLE
    assert misfit(a_field(FieldKind.FILE), "") == MisfitReason.UNREADABLE


# Several at once


def test_lines_fill_numbers_that_follow_each_other() -> None:
    first, second = a_field(field_id="a"), a_field(FieldKind.DECIMAL, "b")
    note, last = a_field(FieldKind.TEXT, "note"), a_field(field_id="c")
    fields = (first, second, note, last)
    assert parse_many(fields, "12\n", TODAY) == [(first, 12)]
    assert parse_many(fields, "12 чел.\n\n0,5\n", TODAY) == [(first, 12), (second, "0.5")]
    assert parse_many((note, last), "раз\nдва", TODAY) == [(note, "раз\nдва")]

    with pytest.raises(Misfit) as caught:
        parse_many(fields, "12\n0,5\n7", TODAY)
    assert (caught.value.reason, caught.value.field) == (MisfitReason.TOO_MANY_NUMBERS, first)
    with pytest.raises(Misfit) as caught:
        parse_many((first, note), "12\n7", TODAY)
    assert (caught.value.reason, caught.value.field) == (MisfitReason.SEVERAL_NUMBERS, first)
    with pytest.raises(Misfit) as caught:
        parse_many(fields, "12\nмного", TODAY)
    assert (caught.value.reason, caught.value.field) == (MisfitReason.UNREADABLE, second)
    with pytest.raises(Misfit) as caught:
        parse_many(fields, "12 из 13", TODAY)
    assert (caught.value.reason, caught.value.field) == (MisfitReason.SEVERAL_NUMBERS, first)
    with pytest.raises(Misfit) as caught:
        parse_many(fields, " \n ", TODAY)
    assert caught.value.reason == MisfitReason.EMPTY
    with pytest.raises(ValueError, match="no field"):
        parse_many((), "12", TODAY)


# Anything


nasty = st.text(max_size=200) | st.text(alphabet="0123456789 .,-+−/\n\u00a0абдегкнтояё№%²½٣:;@hтps", max_size=60)
all_kinds = st.sampled_from(FieldKind).map(
    lambda kind: a_field(kind, options=CHOICE.options + EVENTS.options, min=Decimal(-5), max=Decimal(10**9))
)


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(all_kinds, nasty)
def test_arbitrary_text_is_a_value_that_fits_or_a_misfit(field: Field, text: str) -> None:
    try:
        value = parse(field, text, TODAY)
    except Misfit:
        return
    assert fits(field, value)


@pytest.mark.slow
@MODERATE
@given(st.lists(all_kinds, min_size=1, max_size=4), nasty)
def test_arbitrary_lines_are_values_or_a_misfit(fields: list[Field], text: str) -> None:
    try:
        found = parse_many(fields, text, TODAY)
    except Misfit:
        return
    assert [field for field, _ in found] == fields[: len(found)]


@MODERATE
@given(nasty)
def test_cleaning_leaves_nothing_invisible_and_nothing_to_clean(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    cleaned.encode()
    assert not {unicodedata.category(each) for each in cleaned.replace("\n", "")} & {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
    }


@pytest.mark.parametrize("kind", FieldKind)
@pytest.mark.parametrize(
    "unit",
    [
        "9",
        "1 ",
        "1.",
        "111.",
        "111 ",
        ",",
        "-",
        "а",
        "а.",
        "Да,",
        " ",
        "\u200b",
        "²",
        "٣",
        "\n",
        "5 октября ",
        "и\u0306",
    ],
)
def test_reading_a_long_text_ends(kind: FieldKind, unit: str) -> None:
    field = a_field(kind, options=CHOICE.options + EVENTS.options, max_length=4000)
    text = unit * (8_000 // len(unit))
    begun = time.thread_time()
    for each in (text, text + "!", "x" + text):
        try:
            parse(field, each, TODAY)
        except Misfit:
            continue
    # Seconds of the processor, for what takes a fraction of one: a bound for what would never end.
    assert time.thread_time() - begun < 20
