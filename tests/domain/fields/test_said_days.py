"""Days as people say them, in the fields that take only some of them."""

from datetime import date, timedelta

import pytest

from bot.domain.fields.field import Field, FieldKind, When
from bot.domain.fields.misfit import Misfit
from bot.domain.fields.moments import last_day
from bot.domain.fields.said_days import end
from bot.domain.fields.values import parse

# A Wednesday.
TODAY = date(2026, 10, 7)


def read(text: str, when: When = When.FUTURE, earliest: date | None = None, latest: date | None = None) -> str:
    """The day that the field takes, or why it takes none."""
    field = Field("day", FieldKind.DATE, "День", when=when, earliest=earliest, latest=latest)
    try:
        return str(parse(field, text, TODAY))
    except Misfit as misfit:
        return misfit.reason


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("В пятницу", "2026-10-09"),
        ("пт.", "2026-10-09"),
        ("в эту субботу", "2026-10-10"),
        # Today is called so.
        ("в среду", "2026-10-14"),
        ("через неделю", "2026-10-14"),
        ("через 2 недели", "2026-10-21"),
        ("через две недели", "2026-10-21"),
        ("через 1 день", "2026-10-08"),
        ("через три дня", "2026-10-10"),
        ("через десять дней", "2026-10-17"),
        ("через месяц", "2026-11-07"),
        ("через 2 месяца", "2026-12-07"),
        ("через пару недель", "2026-10-21"),
        ("после завтра", "2026-10-09"),
        ("31 числа", "2026-10-31"),
        ("20-го", "2026-10-20"),
        ("20-е", "2026-10-20"),
        ("15 11", "2026-11-15"),
        ("15 . 11 . 2026", "2026-11-15"),
        # As the bot writes it itself.
        ("9 октября, пятница", "2026-10-09"),
        ("9 октября 2026 (пт)", "2026-10-09"),
        ("пятница, 09.10", "2026-10-09"),
        ("завтра, четверг", "2026-10-08"),
        ("9 октября, вторник", "no_such_date"),
        ("завтра, вторник", "no_such_date"),
        ("в следующую пятницу", "unreadable"),
        ("через день", "unreadable"),
        ("через", "unreadable"),
        ("через одну пятницу", "unreadable"),
        ("31", "unreadable"),
        ("32 числа", "unreadable"),
        ("15-11", "unreadable"),
        ("5 6", "unreadable"),
        ("в конце ноября", "unreadable"),
        ("с 1 по 30 ноября", "several_days"),
        ("1–30 ноября", "several_days"),
        ("01.11-30.11", "several_days"),
        ("с 12.10.2026 до 26.10.2026 г.", "several_days"),
        ("12 и 15 октября", "several_days"),
        ("5-6 классы", "unreadable"),
        ("пятница или суббота", "unreadable"),
        # By then, or that day: of a due date it is the same, of what a field asks it is not.
        ("до пятницы", "unreadable"),
        ("к 20 октября", "unreadable"),
    ],
)
def test_a_day_to_come(text: str, value: str) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("До пятницы", "2026-10-09"),
        ("к пятнице", "2026-10-09"),
        ("ко вторнику", "2026-10-13"),
        ("во вторник включительно", "2026-10-13"),
        ("до 5-го числа", "2026-11-05"),
        ("к 7 числу", "2026-10-07"),
        ("к 20 октября", "2026-10-20"),
        ("20 октября включительно", "2026-10-20"),
        ("до 15", "2026-10-15"),
        ("по 15 включительно", "2026-10-15"),
    ],
)
def test_a_day_until_which_there_is_time(text: str, value: str) -> None:
    assert read(last_day(text)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("в пятницу", "2026-10-02"), ("5 числа", "2026-10-05"), ("31 числа", "2026-08-31"), ("через неделю", "to_come"),
        ("3 дня назад", "2026-10-04"), ("неделю назад", "2026-09-30"), ("два месяца назад", "2026-08-07"),
    ],
)  # fmt: skip
def test_a_day_of_what_is_done(text: str, value: str) -> None:
    assert read(text, When.PAST) == value


@pytest.mark.parametrize("text", ["в пятницу", "5 числа"])
def test_of_two_days_nobody_knows_which_is_meant(text: str) -> None:
    assert read(text, When.ANY) == "unreadable"
    assert read("7 числа", When.ANY) == "2026-10-07"


def test_a_weekday_is_the_first_one_that_the_field_takes() -> None:
    due = date(2026, 10, 12)
    assert read("в пятницу", When.ANY, earliest=due + timedelta(days=1)) == "2026-10-16"
    assert read("в понедельник", When.ANY, earliest=due, latest=due + timedelta(days=3)) == "2026-10-12"
    assert read("в пятницу", When.ANY, earliest=due, latest=due + timedelta(days=3)) == "before_earliest"


def test_a_month_later_is_a_day_of_that_month() -> None:
    assert parse(Field("day", FieldKind.DATE, ""), "через месяц", date(2027, 1, 31)) == "2027-02-28"


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("До конца недели", date(2026, 10, 11)),
        ("к концу рабочей недели", date(2026, 10, 11)),
        ("до конца месяца", date(2026, 10, 31)),
        ("к концу ноября", date(2026, 11, 30)),
        ("конец октября", date(2026, 10, 31)),
        ("до конца февраля", date(2027, 2, 28)),
        ("до конца сентября", date(2027, 9, 30)),
        ("до конца", None),
        ("до конца каникул", None),
    ],
)
def test_until_the_end_of_a_week_or_a_month(text: str, last: date | None) -> None:
    assert end(text, TODAY) == last
