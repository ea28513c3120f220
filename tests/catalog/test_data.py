"""The files in data/: complete, true to the resolution, and asked on the proposed dates."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.catalog.loader import load
from bot.domain.catalog.catalog import Catalog
from bot.domain.directives.directive import Directive
from bot.domain.fields.field import FieldKind
from bot.domain.timing.recurrence import occurrences
from bot.domain.timing.schedule import Dates
from bot.storage.ledger.directives import digest, dump, restore
from tests.catalog.small import NOW, ZONE

DATA = Path(__file__).parents[2] / "data"
# Words that the resolution's file breaks at the end of a line.
BROKEN = {
    "противоэпи- демиологических": "противоэпидемиологических",
    "профессионально- педагогического": "профессионально-педагогического",
}

# Of each directive: its number, its audience, and when its periods open and are due.
GENERAL, ALL = "general", "general preschool supplementary"
PROPOSAL = {
    "sanitary-rules": ("1.1", "department", "09-03/09-15"),
    "municipal-programme": ("1.2", "department", "10-12/10-30 03-10/03-25"),
    "concept-roadmaps": ("1.3", "department", "11-16/11-27 04-20/04-30"),
    "national-project-targets": ("1.4", "department", "10-01/10-10 01-12/01-20 04-01/04-10 06-01/06-10"),
    "network-cooperation": ("1.5", "department", "12-01/12-10 05-25/06-05"),
    "sport-conditions": ("1.6", "department", "11-16/11-30 05-12/05-25"),
    "preschool-infrastructure": ("1.7", "department", "09-15/09-25 03-10/03-20"),
    "best-practices": ("1.8", "department", "04-13/04-27"),
    "msoko-department": ("1.9", "department", "01-18/01-29 06-01/06-15"),
    "national-project-discussion": ("2.1", ALL, "10-01/10-15"),
    "programme-correction": ("2.2", ALL, "09-03/09-18"),
    "network-programmes": ("2.3", ALL, "11-09/11-20 05-12/05-22"),
    "school-sports-clubs": ("2.4", GENERAL, "10-05/10-15 01-18/01-25 04-06/04-15"),
    "class-teachers": ("2.5", GENERAL, "09-10/09-21 01-18/01-29"),
    "fgos-upper-secondary": ("2.6", "general:upper-secondary", "09-22/10-05"),
    "olympiad": ("2.7", GENERAL, "11-05/11-12 12-21/12-28 03-02/03-12 05-12/05-20"),
    "youth-units": ("2.8", GENERAL, "10-19/10-30 04-13/04-24"),
    "children-recreation": ("2.9", "general supplementary", "02-01/02-17 04-20/04-30 09-07/09-17"),
    "msoko-org": ("2.10", ALL, "04-06/04-21 12-01/12-11"),
}


def load_data() -> Catalog:
    return load(DATA / "directives.yaml", DATA / "calendar.yaml", DATA / "organizations.example.yaml", ZONE, NOW)


CATALOG = load_data()
each_directive = pytest.mark.parametrize("directive", CATALOG.directives.values(), ids=CATALOG.directives)


def resolution_items() -> list[str]:
    """The directives of the resolution in order, without bullets and the list's final marks."""
    text = (Path(__file__).parent / "resolution.txt").read_text(encoding="utf-8")
    items = [" ".join(line[1:].split()) for line in text.splitlines() if line.startswith("·")]
    for broken, whole in BROKEN.items():
        items = [item.replace(broken, whole) for item in items]
    return [item.rstrip(";.") for item in items]


def test_all_19_are_there() -> None:
    assert list(CATALOG.directives) == list(PROPOSAL)
    assert [each.number for each in CATALOG.directives.values()] == [number for number, *_ in PROPOSAL.values()]
    assert len({each.title for each in CATALOG.directives.values()}) == 19
    assert {each.topic for each in CATALOG.directives.values()} == set(CATALOG.topics)


def test_texts_are_quoted_in_full() -> None:
    assert [directive.text for directive in CATALOG.directives.values()] == resolution_items()


@each_directive
def test_audience(directive: Directive) -> None:
    parts = [":".join([part.type, "+".join(part.tags)]).rstrip(":") for part in directive.audience]
    assert " ".join(parts) == PROPOSAL[directive.id][1]


@each_directive
def test_prompt(directive: Directive) -> None:
    assert directive.prompt.startswith("Просим ")
    assert "СП 3.1" not in directive.prompt
    assert "нажмите" not in directive.prompt
    assert ("РДШ" in directive.prompt) == ("(ныне — первичное отделение «Движения Первых»)" in directive.prompt)


@each_directive
def test_periods_open_and_are_due_as_proposed(directive: Directive) -> None:
    """Over the year's plan, with days off moved to the next working day."""
    calendar = CATALOG.calendar
    since, until = datetime(2026, 8, 31, tzinfo=UTC), datetime(2027, 8, 31, tzinfo=UTC)
    plan = occurrences(directive.schedule, calendar, since, until)

    def day(text: str) -> date:
        month, number = map(int, text.split("-"))
        return calendar.work_day(date(2026 if month >= 9 else 2027, month, number))

    expected = [tuple(map(day, pair.split("/"))) for pair in PROPOSAL[directive.id][2].split()]
    found = [(each.opens_at.astimezone(ZONE).date(), each.due_at.astimezone(ZONE).date()) for each in plan]
    assert found == sorted(expected)
    assert all(each.key and re.search("[А-Яа-я]", each.title) for each in plan)


@each_directive
def test_fields(directive: Directive) -> None:
    for field in directive.fields:
        assert field.total <= (field.kind in (FieldKind.WHOLE, FieldKind.DECIMAL))
        assert not (field.total and field.unit == "%")
        assert "Не относится к организации" not in field.options


def test_what_is_asked_only_sometimes() -> None:
    def asked(directive_id: str, key: str) -> list[str]:
        fields = CATALOG.directives[directive_id].fields
        return [field.id for field in fields if not field.only_in or key in field.only_in]

    common = ["winners", "prize", "other"]
    assert asked("olympiad", "school") == ["g4", "g56", "g78", "g911", *common]
    assert asked("olympiad", "municipal") == ["g78", "g911", *common]
    assert asked("olympiad", "regional") == asked("olympiad", "final") == ["g911", *common]
    assert "sez_date" not in asked("children-recreation", "plan")


def test_one_directive_costs_few_presses() -> None:
    """The longest form of one period, conditions or not."""
    for directive in CATALOG.directives.values():
        assert isinstance(directive.schedule.rule, Dates)
        assert len(directive.fields) <= 7


def test_the_example_roster() -> None:
    types = [entry.types for entry in CATALOG.roster]
    assert len(types) == 13
    assert sum("general" in each for each in types) == 6
    assert sum(each == {"preschool"} for each in types) == 4
    assert sum("supplementary" in each for each in types) == 2
    assert types.count(frozenset({"general", "preschool"})) == 1
    assert types.count(frozenset({"department"})) == 1
    assert sum("upper-secondary" in entry.tags for entry in CATALOG.roster) == 4
    assert CATALOG.types["department"].staff
    assert all(entry.name.count("«") - entry.name.count("»") in (0, 1) for entry in CATALOG.roster)


def test_everyone_in_the_roster_is_asked_something() -> None:
    for entry in CATALOG.roster:
        parts = [part for directive in CATALOG.directives.values() for part in directive.audience]
        assert any(part.type in entry.types and entry.tags.issuperset(part.tags) for part in parts), entry.name


@each_directive
def test_a_stored_version_is_the_same_directive(directive: Directive) -> None:
    text = dump(directive)
    assert restore(text) == directive
    assert dump(restore(text)) == text
    assert digest(text) == digest(dump(load_data().directives[directive.id]))


@pytest.mark.parametrize("year", [2027, 2030])
def test_later_years_have_a_plan_too(year: int) -> None:
    since, until = datetime(year, 8, 31, tzinfo=UTC), datetime(year + 1, 8, 31, tzinfo=UTC)
    plans = [occurrences(each.schedule, CATALOG.calendar, since, until) for each in CATALOG.directives.values()]
    assert [len(plan) for plan in plans] == [len(dates.split()) for *_, dates in PROPOSAL.values()]
