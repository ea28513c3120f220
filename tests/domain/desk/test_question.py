"""A one-off question: what is lacking, what does not fit, and the directive that it becomes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.domain.desk.audience import Audience
from bot.domain.desk.question import (
    Fault,
    Lack,
    Question,
    Reminding,
    Unfit,
    add,
    amend,
    asked,
    compose,
    cut,
    drop,
    free_label,
    in_working_days,
    is_hasty,
    label_of,
    labelled,
    lacks,
    named,
    number_of,
    options_of,
    parts,
    raise_,
    unit_of,
)
from bot.domain.directives.directive import AudiencePart
from bot.domain.fields.field import FieldKind
from bot.domain.timing.schedule import Ladder
from tests.domain.samples import IRKUTSK, a_calendar, local

CALENDAR = a_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=IRKUTSK)


# A Friday.
MORNING, EVENING = at("2026-10-02 10:00"), at("2026-10-02 19:00")
WHOLE, YES_NO = FieldKind.WHOLE, FieldKind.YES_NO


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Горячее питание", "Горячее питание"),
        ("Просим сообщить:\nсколько детей", "Просим сообщить"),
        ("Уважаемые коллеги!\n\nСколько у вас выпускников?", "Сколько у вас выпускников?"),
        ("Уважаемые коллеги!", "Уважаемые коллеги!"),
        ("Уважаемые коллеги! Сколько у вас выпускников?", "Сколько у вас выпускников?"),
        ("Добрый день, коллеги! Сколько автобусов?\nПросим без резервных.", "Сколько автобусов?"),
        ("Добрый день! Уважаемые руководители! Нужен список.", "Нужен список."),
        ("Здравствуйте. Нужен список\nк среде.", "Нужен список"),
        ("Уважаемые директора, заведующие,\nнужен список.", "нужен список."),
        ("Коллеги, сколько у вас автобусов?\nЖдём до среды.", "Коллеги, сколько у вас автобусов?"),
        ("Уважаемые коллеги, просим сообщить!", "Уважаемые коллеги, просим сообщить!"),
        ("Просим сообщить о готовности учреждения к отопительному сезону", "Просим сообщить о готовности учреждения…"),
        ("а" * 60, "а" * 39 + "…"),
        # An emoji counts twice, as Telegram counts.
        ("🎓" * 30, "🎓" * 19 + "…"),
    ],
)
def test_the_first_line_is_the_title(text: str, title: str) -> None:
    assert Question(text).title == title
    assert Question(text, name="Питание").title == "Питание"


def test_a_line_that_fits_is_not_cut() -> None:
    assert cut("ровно десять", 12) == "ровно десять"
    assert cut("ровно десять", 11) == "ровно…"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Есть ли спортзал?", "Есть ли спортзал?"),
        ("Уважаемые коллеги!\nГотовится доклад.\nСколько выпускников?", "Сколько выпускников?"),
        ("Уважаемые коллеги! Сколько выпускников?", "Сколько выпускников?"),
        ("Количество выпускников.", "Количество выпускников"),
        ("Два вопроса:\nЕсть ли зал?\nЕсть ли бассейн?", "Ответ"),
        ("Готовится доклад.\nПросим сообщить.", "Ответ"),
        ("о" * 101, "Ответ"),
    ],
)
def test_the_first_field_asks_what_the_text_asks(text: str, label: str) -> None:
    assert label_of(Question(text), YES_NO) == label


def test_a_file_is_called_a_file() -> None:
    assert label_of(Question("о" * 101), FieldKind.FILE) == "Файл"


def test_what_does_not_fit() -> None:
    question = add(Question("Текст"), WHOLE, "Всего")
    attempts: list[tuple[Callable[[], object], Fault]] = [
        (lambda: asked(" \u200b\n"), Fault.EMPTY),
        (lambda: asked("о" * 1501), Fault.TOO_LONG),
        (lambda: named("о" * 41), Fault.TOO_LONG),
        (lambda: named("две\nстроки"), Fault.SEVERAL_LINES),
        (lambda: labelled(question, "всего "), Fault.LABEL_TAKEN),
        (lambda: labelled(question, "🎓" * 51), Fault.TOO_LONG),
        (lambda: unit_of("о" * 21), Fault.TOO_LONG),
        (lambda: options_of("одна\n\n "), Fault.TOO_FEW_OPTIONS),
        (lambda: options_of("\n".join(map(str, range(13)))), Fault.TOO_MANY_OPTIONS),
        (lambda: options_of("Да\nнет\n ДА "), Fault.OPTION_TWICE),
        (lambda: options_of("Да\n" + "о" * 61), Fault.OPTION_TOO_LONG),
    ]
    for work, fault in attempts:
        with pytest.raises(Unfit) as caught:
            work()
        assert caught.value.fault is fault
    assert asked("о" * 1500) == "о" * 1500
    assert labelled(question, "Всего", but=question.fields[0]) == "Всего"
    assert options_of(" Да \n\nНет\n") == ("Да", "Нет")
    assert free_label(question, "Всего") == "Всего 2"


@pytest.mark.parametrize(
    ("typed", "options"),
    [
        ("1) Нужен;\n2) Не нужен;\n3) Нужен, но нет ставки.", ("Нужен", "Не нужен", "Нужен, но нет ставки.")),
        ("— Да\n— Нет", ("Да", "Нет")),
        ("•  Есть\n-\tНет", ("Есть", "Нет")),
        ("9. класс\n10. класс", ("9. класс", "10. класс")),
        ("1. Да\nНет", ("1. Да", "Нет")),
        ("1)\n2)", ("1)", "2)")),
        ("да; нет; не знаю, но спрошу;", ("да", "нет", "не знаю, но спрошу")),
        ("Да, нет,не знаю", ("Да", "нет", "не знаю")),
        ("1,5 ставки, 2 ставки", ("1,5 ставки", "2 ставки")),
        ("да / нет", ("да", "нет")),
        ("да;\nнет;\nне знаем.", ("да", "нет", "не знаем.")),
        ("«да; нет»", ("да", "нет")),
        ("«Орлёнок»; «Зарница»", ("«Орлёнок»", "«Зарница»")),
    ],
)
def test_a_list_from_a_document_is_its_options(typed: str, options: tuple[str, ...]) -> None:
    """A button says «Нужен», not «1) Нужен»."""
    assert options_of(typed) == options


def test_at_most_twenty_fields() -> None:
    question = Question("Текст")
    for number in range(20):
        question = add(question, WHOLE, f"Поле {number}")
    with pytest.raises(Unfit) as caught:
        add(question, WHOLE, "Ещё")
    assert caught.value.fault is Fault.TOO_MANY_FIELDS


def test_a_number_is_never_another_field_s() -> None:
    question = add(add(Question("Текст"), WHOLE, "Один"), WHOLE, "Два")
    question = drop(question, question.fields[1])
    question = add(question, WHOLE, "Три")
    assert [number_of(field) for field in question.fields] == [1, 3]
    assert question.field(2) is None
    raised = raise_(question, question.fields[1])
    assert [field.label for field in raised.fields] == ["Три", "Один"]
    assert raise_(raised, raised.fields[0]) == raised


def test_counts_are_summed_and_percentages_are_not() -> None:
    question = add(Question("Текст"), WHOLE, "Доля")
    (field,) = question.fields
    assert field.total
    (field,) = amend(question, field, unit="%").fields
    assert not field.total
    (field,) = amend(question, field, unit="чел.").fields
    assert field.total


@pytest.mark.parametrize("label", ["Охват питанием, %", "Какой процент детей получает горячее питание?"])
def test_a_percentage_is_known_by_its_label_where_it_has_no_unit(label: str) -> None:
    (field,) = add(Question("Текст"), WHOLE, label).fields
    assert not field.total
    (field,) = amend(Question("Текст", fields=(field,)), field, unit="чел.").fields
    assert field.total


def test_what_is_lacking() -> None:
    question = Question("Текст")
    assert lacks(question, CALENDAR, MORNING) == [Lack.FIELDS, Lack.AUDIENCE, Lack.DUE]
    question = replace(add(question, YES_NO, "Да?"), audience=Audience(everyone=True), due=date(2026, 10, 2))
    assert lacks(question, CALENDAR, MORNING) == []
    # The working day is over.
    assert lacks(question, CALENDAR, EVENING) == [Lack.DUE_PAST]
    with pytest.raises(ValueError, match="cannot be asked"):
        compose(question, 7, ["school"], CALENDAR, "", EVENING)


def test_three_working_days_from_a_friday() -> None:
    assert in_working_days(3, MORNING.date(), CALENDAR) == date(2026, 10, 7)


@pytest.mark.parametrize(
    ("now", "due", "hasty"),
    [
        (MORNING, date(2026, 10, 2), True),
        # The next working day, for whoever reads it on Friday.
        (MORNING, date(2026, 10, 5), True),
        (MORNING, date(2026, 10, 6), False),
        # Asked on Friday evening it comes on Monday morning.
        (EVENING, date(2026, 10, 5), True),
        (EVENING, date(2026, 10, 6), True),
        (EVENING, date(2026, 10, 7), False),
    ],
)
def test_hasty(now: datetime, due: date, hasty: bool) -> None:
    assert is_hasty(due, CALENDAR, now) is hasty


def test_the_audience_that_later_organizations_are_compared_with() -> None:
    types = ("school", "preschool")
    assert parts(Audience(everyone=True), types) == (AudiencePart("school"), AudiencePart("preschool"))
    assert parts(Audience(types=("school",), tags=("rural",)), types) == (AudiencePart("school", ("rural",)),)
    assert parts(Audience(tags=("rural",), organizations=(5,)), types) == (
        AudiencePart("school", ("rural",)),
        AudiencePart("preschool", ("rural",)),
    )
    assert parts(Audience(organizations=(5,)), types) == ()
    assert parts(Audience(unanswered=5), types) == ()


def test_it_becomes_a_directive_of_one_period() -> None:
    question = add(Question("Есть ли зал?", reminding=Reminding.NEVER, topic="sport"), YES_NO, "Есть ли зал?")
    # A Saturday.
    question = replace(question, audience=Audience(types=("school",)), due=date(2026, 10, 10))
    directive, occurrence = compose(question, 7, ["school", "preschool"], CALENDAR, "запрос", MORNING)
    assert (directive.id, directive.number, directive.text, directive.topic) == ("question-7", "", "", "sport")
    assert (directive.title, directive.prompt) == ("Есть ли зал?", "Есть ли зал?")
    assert directive.audience == (AudiencePart("school"),)
    assert directive.reminders == Ladder(before=(), after=())
    assert (occurrence.period, occurrence.title, occurrence.opens_at) == ("once", "запрос", MORNING)
    assert local(occurrence.due_at) == "2026-10-12 18:00"
    assert local(occurrence.closes_at) == "2026-10-26 18:00"
