"""A field of a department's directive sums up a field of another: there must be departments of territories, and what is
named must exist, fit, be asked in the same territories, and not go round."""

from pathlib import Path

import pytest

from bot.catalog.faults import CatalogError
from bot.catalog.loader import load
from bot.domain.fields.field import Summed
from bot.storage.ledger.directives import dump, restore
from tests.catalog.small import CALENDAR, NOW, ZONE, load_here
from tests.catalog.small import DIRECTIVES as PLAIN

DIRECTIVES = PLAIN.replace("tags:", "  office: {title: Управление, staff: true}\ntags:", 1)
TERRITORIES = "territories: {north: {name: Северный}, south: {name: Южный}}\n"
TOTAL = """\
  - id: total
    number: "2.11"
    title: Свод
    topic: sport
    audience: [office]
    text: Свести
    prompt: Просим сообщить
    fields:
      - {id: all, kind: whole, label: Всего, sums: {directive: clubs, field: done}}
    schedule: {every: quarter, on: 5, due: 10}
"""
LINE = DIRECTIVES.count("\n") + TOTAL[: TOTAL.index("sums")].count("\n") + 1


@pytest.fixture(autouse=True)
def territories(files: None) -> None:
    Path("calendar.yaml").write_text(CALENDAR + TERRITORIES, encoding="utf-8")


def faults(text: str) -> list[str]:
    Path("directives.yaml").write_text(text, encoding="utf-8")
    try:
        load_here()
    except CatalogError as error:
        return [str(fault) for fault in error.faults]
    return []


def test_a_sum_is_kept_with_what_was_asked_and_nothing_else_is_stored_otherwise() -> None:
    assert faults(DIRECTIVES + TOTAL) == []
    directives = load_here().directives
    assert directives["total"].fields[0].sums == Summed("clubs", "done")
    assert restore(dump(directives["total"])).fields[0].sums == Summed("clubs", "done")
    assert "sums" not in dump(directives["clubs"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("directive: clubs", "directive: clabs", "нет поручения «clabs» (может быть, clubs?)"),
        ("directive: clubs", "directive: total", "это то же самое"),
        ("field: done", "field: dune", "нет поля «dune» (может быть, done?)"),
        ("field: done", "field: club", "поле club вида choice, а для вида whole собирают whole, yes-no"),
        ("kind: whole, label: Всего", "kind: choice, options: [Да], label: Всего", "собирают choice"),
        (
            "kind: whole, label: Всего, sums: {directive: clubs, field: done}",
            "kind: choice, options: [Да], label: Всего, sums: {directive: clubs, field: club}",
            "у поля all нет варианта «Нет», а его выбирают в поле club",
        ),
        ("field: done}", "field: done, by: x}", "лишний ключ"),
        ("kind: whole, label: Всего", "kind: link, label: Всего", "не сочетается с видом link"),
        ("audience: [office]", "audience: [school]", "в audience нет управлений"),
    ],
)
def test_a_sum_of_nothing_that_could_be_summed_up(old: str, new: str, said: str) -> None:
    (fault,) = faults(DIRECTIVES + TOTAL.replace(old, new))
    assert said in fault
    assert fault.startswith(f"directives.yaml:{LINE}: ")


def test_what_may_be_a_fraction_is_not_summed_up_in_a_whole_number() -> None:
    (fault,) = faults(DIRECTIVES.replace("id: done, kind: whole", "id: done, kind: decimal") + TOTAL)
    assert "сумма может быть дробной" in fault


def test_where_nothing_could_ever_be_summed_up() -> None:
    asked = DIRECTIVES.replace("[school, garden]", "[school@north, garden@north]")
    assert faults(asked + TOTAL) == []
    (apart,) = faults(asked + TOTAL.replace("[office]", "[office@south]"))
    assert apart.startswith(f"directives.yaml:{LINE}: ")
    assert "поручение clubs спрашивают в других территориях. Есть: north" in apart
    Path("calendar.yaml").write_text(CALENDAR, encoding="utf-8")
    (nowhere,) = faults(DIRECTIVES + TOTAL)
    assert nowhere.startswith(f"directives.yaml:{LINE}: ")
    assert "в calendar.yaml их нет" in nowhere


def test_two_that_sum_up_each_other() -> None:
    both = (
        DIRECTIVES.replace("[school, garden]", "[school, office]").replace(
            "label: Выполнено,", "label: Выполнено, sums: {directive: total, field: all},"
        )
        + TOTAL
    )
    first, second = faults(both)
    assert "по кругу: clubs.done → total.all → clubs.done" in first
    assert "по кругу: total.all → clubs.done → total.all" in second


def test_a_sum_in_another_file_of_the_folder() -> None:
    folder = Path("many")
    folder.mkdir()
    (folder / "1.yaml").write_text(DIRECTIVES, encoding="utf-8")
    other = "source: приказа\ndirectives:\n" + TOTAL
    (folder / "2.yaml").write_text(other, encoding="utf-8")
    assert load(folder, Path("calendar.yaml"), None, ZONE, NOW).directives["total"].fields[0].sums == Summed(
        "clubs", "done"
    )
    (folder / "2.yaml").write_text(other.replace("field: done", "field: dune"), encoding="utf-8")
    with pytest.raises(CatalogError, match=r"2\.yaml.*dune"):
        load(folder, Path("calendar.yaml"), None, ZONE, NOW)
