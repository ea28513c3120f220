"""A catalog is loaded as a whole, or a CatalogError says why not."""

import os
import subprocess
import sys
from contextlib import suppress
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import holidays
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.catalog.build import PublicHolidays
from bot.catalog.faults import CatalogError
from bot.domain.catalog.catalog import Catalog
from bot.domain.directives.directive import AudiencePart
from bot.domain.fields.field import Check, Condition, Field, FieldKind
from bot.domain.people.organization import OrganizationType, RosterEntry
from bot.domain.timing.calendar import DateRange
from bot.domain.timing.schedule import (
    Cron,
    Daily,
    Dates,
    DayOff,
    Ladder,
    Monthly,
    Quarterly,
    Rule,
    Schedule,
    Weekly,
    YearDate,
    YearPeriod,
)
from tests.catalog.small import CALENDAR, DIRECTIVES, FILES, ORGANIZATIONS, load_here

DATES = DIRECTIVES[DIRECTIVES.index("      dates:") : DIRECTIVES.index("    remind:")]


def test_what_the_files_say(catalog: Catalog) -> None:
    assert catalog.source == "резолюции"
    assert catalog.types == {
        "school": OrganizationType("school", "Школа"),
        "garden": OrganizationType("garden", "Сад"),
    }
    assert catalog.tags == {"upper": "Старшие классы"}
    assert catalog.topics == {"sport": "Спорт"}
    assert catalog.roster == (
        RosterEntry("one", "Первая школа", frozenset({"school"}), frozenset({"upper"})),
        RosterEntry("two", "Второй сад", frozenset({"garden"})),
    )
    [directive] = catalog.directives.values()
    assert (directive.id, directive.number, directive.title) == ("clubs", "2.10", "Клуб")
    assert directive.audience == (AudiencePart("school"), AudiencePart("garden"))
    assert directive.fields == (
        Field("club", FieldKind.CHOICE, "Клуб", options=("Да", "Нет")),
        Field("done", FieldKind.WHOLE, "Выполнено", min=Decimal(0), only_if=Condition("club", ("Да",))),
        Field("planned", FieldKind.WHOLE, "План", only_in=("a",)),
    )
    assert directive.checks == (Check(("done",), ("planned",)),)
    autumn = YearPeriod("a", "Осень", YearDate(10, 5), YearDate(10, 15))
    spring = YearPeriod("b", "Весна", YearDate(4, 5), YearDate(4, 15))
    assert directive.schedule == Schedule(Dates((autumn, spring)))
    assert directive.reminders == Ladder((3,), (3,))


def test_the_calendar(catalog: Catalog) -> None:
    calendar = catalog.calendar
    assert (calendar.work_begins, calendar.work_ends) == (time(9), time(18))
    assert calendar.days_off == (DateRange(date(2027, 2, 8), date(2027, 2, 8), "Сагаалган"),)
    assert calendar.school_breaks == (DateRange(date(2026, 10, 26), date(2026, 11, 3), "Каникулы"),)
    assert (calendar.summer_first, calendar.summer_last) == (YearDate(7, 1), YearDate(8, 20))
    assert calendar.is_work_day(date(2027, 2, 20))
    assert not calendar.is_work_day(date(2027, 2, 8))
    assert not calendar.is_work_day(date(2026, 11, 4))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{every: day, due: 5}", Daily(5)),
        ("{every: week, on: mon, due: 5}", Weekly((1,), 5)),
        ("{every: week, on: [thu, mon], due: 5}", Weekly((1, 4), 5)),
        ("{every: month, on: 15, due: 5}", Monthly(15, 5)),
        ("{every: month, on: last-working-day, months: [12, 9], due: 5}", Monthly(None, 5, (9, 12))),
        ("{every: quarter, on: 5, due: 5}", Quarterly(5, 5)),
        ("{every: quarter, on: last-working-day, due: 5}", Quarterly(None, 5)),
        ("{cron: 0 9 * * 1, due: 5}", Cron("0 9 * * 1", 5)),
    ],
)
def test_rules(files: Path, text: str, rule: Rule) -> None:
    changed = DIRECTIVES.replace(DATES, f"      {text}\n").replace(", only_in: [a]", "")
    (files / "directives.yaml").write_text(changed, encoding="utf-8")
    assert load_here().directives["clubs"].schedule == Schedule(rule)


@pytest.mark.parametrize(
    ("schedule", "key"),
    [
        ("{every: week, on: [mon, thu], due: 5}", "1"),
        ("{every: month, on: 15, due: 5}", "10"),
        ("{every: month, on: 15, due: 5}", "09"),
        ("{every: quarter, on: 5, due: 5}", "Q4"),
    ],
)
def test_only_in_names_the_keys_of_every_rule(files: Path, schedule: str, key: str) -> None:
    changed = DIRECTIVES.replace(DATES, f"      {schedule}\n").replace("[a]", f"[{key}]")
    (files / "directives.yaml").write_text(changed, encoding="utf-8")
    assert load_here().directives["clubs"].field("planned").only_in == (key,)


def test_everything_about_a_schedule(files: Path) -> None:
    schedule = (
        "{every: day, due: 1, at: 9:30, day_off: previous, closes: 4, catch_up: 2, in_summer: true, in_breaks: false}"
    )
    changed = DIRECTIVES.replace(DATES, f"      {schedule}\n").replace(", only_in: [a]", "")
    changed = changed.replace("{before: [3], after: [3]}", "{before: [], after: [3, 1]}")
    (files / "directives.yaml").write_text(changed, encoding="utf-8")
    directive = load_here().directives["clubs"]
    assert directive.schedule == Schedule(Daily(1), time(9, 30), DayOff.PREVIOUS, 4, 2, True, False)
    assert directive.reminders == Ladder((), (1, 3))


def test_an_empty_list_is_no_reminder(files: Path) -> None:
    changed = DIRECTIVES.replace("remind: {before: [3], after: [3]}", "remind: []")
    (files / "directives.yaml").write_text(changed, encoding="utf-8")
    assert load_here().directives["clubs"].reminders == Ladder((), ())


@pytest.mark.parametrize(("text", "left"), [("before: []", Ladder((), (1, 3))), ("after: []", Ladder((3, 1), ()))])
def test_one_side_of_the_reminders_alone(files: Path, text: str, left: Ladder) -> None:
    changed = DIRECTIVES.replace("remind: {before: [3], after: [3]}", f"remind: {{{text}}}")
    (files / "directives.yaml").write_text(changed, encoding="utf-8")
    assert load_here().directives["clubs"].reminders == left


def test_saturdays_that_the_country_works_need_not_be_typed(files: Path) -> None:
    without = CALENDAR.replace("extra_work_days: [2027-02-20]\n", "")
    (files / "calendar.yaml").write_text(without, encoding="utf-8")
    calendar = load_here().calendar
    assert calendar.is_work_day(date(2025, 11, 1))
    assert calendar.is_work_day(date(2027, 2, 20))
    assert not calendar.is_work_day(date(2027, 2, 22))
    assert not calendar.is_work_day(date(2027, 2, 27))
    assert calendar.known_in_part(date(2026, 9, 1), date(2029, 5, 31)) == [2028, 2029]
    # Loaded twice it is the same calendar: a reload says what has changed.
    assert load_here().calendar == calendar
    (files / "calendar.yaml").write_text(without.replace("public_holidays: RU\n", ""), encoding="utf-8")
    calendar = load_here().calendar
    assert not calendar.is_work_day(date(2027, 2, 20))
    assert calendar.known_in_part(date(2026, 9, 1), date(2029, 5, 31)) == []


def test_a_period_may_run_over_the_beginning_of_the_school_year(files: Path) -> None:
    changed = DIRECTIVES.replace("open: 10-05, due: 10-15", "open: 08-24, due: 09-05")
    (files / "directives.yaml").write_text(changed, encoding="utf-8")
    assert list(load_here().directives) == ["clubs"]


def test_a_name_is_kept_in_the_letters_that_were_meant(files: Path) -> None:
    changed = ORGANIZATIONS.replace("Первая школа", "MБОУ «Ро\u00adмашка» и\u0306од шкoла")
    (files / "organizations.yaml").write_text(changed, encoding="utf-8")
    assert load_here().roster[0].name == "МБОУ «Ромашка» йод школа"


def test_no_organizations(files: Path) -> None:
    assert load_here(None).roster == ()
    assert load_here(Path("none.yaml")).roster == ()


@pytest.mark.parametrize("name", ["directives.yaml", "calendar.yaml"])
def test_a_missing_file(files: Path, name: str) -> None:
    (files / name).unlink()
    with pytest.raises(CatalogError, match=f"^{name}: файла нет$"):
        load_here()


@pytest.mark.parametrize("name", ["directives.yaml", "calendar.yaml", "organizations.yaml"])
def test_a_pipe_in_the_place_of_a_file_keeps_nobody_waiting(files: Path, name: str) -> None:
    (files / name).unlink()
    os.mkfifo(files / name)
    with pytest.raises(CatalogError, match=f"^{name}: это не файл$"):
        load_here()


def test_a_roster_that_cannot_be_reached_is_not_one_that_is_missing() -> None:
    with pytest.raises(CatalogError, match="файл не читается: File name too long"):
        load_here(Path("х" * 300))


def test_public_holidays_load_at_the_first_question_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    original = holidays.HolidayBase.__init__

    def counted(days: holidays.HolidayBase, *arguments: Any, **options: Any) -> None:
        calls.append(days.country)
        original(days, *arguments, **options)

    monkeypatch.setattr(holidays.HolidayBase, "__init__", counted)
    test = PublicHolidays("RU")
    assert calls == []
    assert test(date(2026, 11, 4))
    assert test(date(2027, 2, 22)), "transferred"
    assert test(date(2040, 1, 1)), "fixed, though nobody knows the transfers yet"
    assert not test(date(2040, 1, 16))
    assert calls == ["RU"]
    assert not PublicHolidays(None)(date(2026, 1, 1))


@pytest.mark.parametrize("country", ["RU", "RUS", "KZ", "DE", "US"])
def test_a_country_has_the_days_that_the_library_gives_it(country: str) -> None:
    ours, theirs = PublicHolidays(country), holidays.country_holidays(country)
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(730)]
    assert [day for day in days if ours(day)] == [day for day in days if day in theirs]


@pytest.mark.slow
def test_with_one_country_the_others_are_not_loaded() -> None:
    """In a process of its own: whoever else has asked here has all of them."""
    program = (
        "import sys; from datetime import date; from bot.catalog.build import PublicHolidays\n"
        "assert PublicHolidays('RU')(date(2026, 1, 1)) and not PublicHolidays('RU')(date(2026, 3, 3))\n"
        "print(*(name for name in sys.modules if name.startswith('holidays.countries')))\n"
        "import holidays; assert len(holidays.country_holidays('KZ', years=2026)) > 5"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["holidays.countries.russia"]


# --- garbage raises CatalogError and nothing else ---


def load_or_refuse() -> None:
    """Any other exception fails the test."""
    with suppress(CatalogError):
        load_here()


anywhere = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@anywhere
@given(name=st.sampled_from(sorted(FILES)), raw=st.binary(max_size=200))
def test_random_bytes(files: Path, name: str, raw: bytes) -> None:
    (files / name).write_bytes(raw)
    load_or_refuse()


@anywhere
@given(
    name=st.sampled_from(sorted(FILES)),
    start=st.integers(0, 900),
    length=st.integers(0, 30),
    new=st.text(alphabet="ab:-[]{},&*!|>?'\"#%@ \n\t09", max_size=8),
)
def test_random_edits(files: Path, name: str, start: int, length: int, new: str) -> None:
    text = FILES[name]
    at = start % len(text)
    (files / name).write_text(text[:at] + new + text[at + length :], encoding="utf-8")
    load_or_refuse()


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**20),
    st.floats(allow_nan=False),
    st.sampled_from(["", "a", "school", "club", "10-05", "2026-10-05", "dates", "💩", "a <= b", "x" * 2000]),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    max_leaves=4,
)


def places(data: Any, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [way, *(place for step, inner in steps for place in places(inner, (*way, step)))]


@pytest.mark.slow
@anywhere
@given(data=st.data())
def test_any_value_in_any_place(files: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FILES)))
    tree: Any = {"root": yaml.load(FILES[name], Loader=yaml.BaseLoader)}
    way = ("root", *data.draw(st.sampled_from(places(tree["root"]))))
    inner = tree
    for step in way[:-1]:
        inner = inner[step]
    inner[way[-1]] = data.draw(values)
    (files / name).write_text(yaml.safe_dump(tree["root"], allow_unicode=True), encoding="utf-8")
    load_or_refuse()


@pytest.mark.parametrize("mark", ["\v", "\f"])
def test_a_line_break_of_word_is_a_line_break(catalog: Catalog, mark: str) -> None:
    told = DIRECTIVES.replace("Создать клуб", f"Создать{mark}клуб # так{mark}в Word")
    told = told.replace("title: Клуб", f'title: "Наш{mark}клуб"').replace("План", f"План{mark}на год")
    Path("directives.yaml").write_text(told, encoding="utf-8")
    [directive] = load_here().directives.values()
    assert (directive.text, directive.title) == ("Создать\nклуб", "Наш клуб")
    assert directive.fields[2].label == "План на год"
