"""Every key of directives.yaml comes to the domain: a field that a file can set is not lost on the way."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from bot.domain.directives.directive import Directive
from tests.catalog.small import CALENDAR, load_here
from tests.storage.filling import default_of

# Nothing of it is what the file may leave out; what does not go together stands in several fields.
DIRECTIVES = """\
source: резолюции
organization_types: {school: {title: Школа, staff: true}}
tags: {}
topics: {sport: Спорт}
directives:
  - id: clubs
    number: "2.10"
    title: Клуб
    topic: sport
    audience: [school]
    text: Создать клуб
    prompt: Просим сообщить
    fields:
      - {id: club, kind: choice, label: Клуб, options: [Да, Нет]}
      - {id: done, kind: whole, label: Выполнено, unit: шт., min: 0, max: 9, total: true, only_if: {club: Да}}
      - {id: day, kind: date, label: Когда, earliest: 2026-09-01, latest: 2027-05-31, when: past, only_in: [a]}
      - {id: planned, kind: whole, label: План, sums: {directive: plans, field: plan}}
      - {id: words, kind: text, label: Слова, required: false, max_length: 100}
    check: [{rule: done <= planned, message: "Сделано {left}, а в плане {right}"}]
    schedule:
      dates: [{key: a, title: Осень, open: 10-05, due: 10-15}]
      at: 10:30
      day_off: previous
      closes: 5
      catch_up: 3
      in_summer: true
      in_breaks: false
    remind: {before: [7], after: [2]}
  - id: plans
    number: "2.11"
    title: Планы
    topic: sport
    audience: [school]
    text: Составить план
    prompt: Просим сообщить
    fields: [{id: plan, kind: whole, label: План}]
    schedule: {every: quarter, on: 5, due: 10}
"""


USUAL = """\
year_begins: 09-01
work: {begins: 09:00, ends: 18:00, days: [mon, tue, wed, thu, fri]}
"""
UNUSUAL = """\
year_begins: 08-25
work: {begins: 08:30, ends: 17:15, days: [mon, tue, wed, thu, fri, sat]}
"""
assert CALENDAR.startswith(USUAL)


@pytest.fixture
def directive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Directive:
    monkeypatch.chdir(tmp_path)
    Path("directives.yaml").write_text(DIRECTIVES)
    Path("calendar.yaml").write_text(CALENDAR.replace(USUAL, UNUSUAL) + "territories: {north: {name: Северный}}\n")
    return load_here(None).directives["clubs"]


def left_out(objects: Sequence[Any]) -> list[str]:
    """Fields that have their default in all of the objects."""
    return [
        field.name
        for field in fields(objects[0])
        if all(getattr(each, field.name) == default_of(field) for each in objects)
    ]


def test_no_key_is_lost(directive: Directive) -> None:
    assert left_out([directive]) == []
    assert left_out(directive.fields) == []
    assert left_out(directive.checks) == []
    assert left_out([directive.schedule]) == []
    assert left_out([directive.reminders]) == []


@pytest.mark.usefixtures("directive")
def test_no_key_of_a_type_or_of_the_calendar_is_lost() -> None:
    catalog = load_here(None)
    assert left_out([catalog.types["school"]]) == []
    # The calendars of territories, which are keys of their own.
    assert left_out([catalog.calendar]) == ["others"]
    assert left_out(catalog.calendar.days_off + catalog.calendar.school_breaks) == []
