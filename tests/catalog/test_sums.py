"""A field of a department's directive sums up a field of another: what is named must exist, fit, and not go round."""

from pathlib import Path

import pytest

from bot.catalog.faults import CatalogError
from bot.catalog.loader import load
from bot.domain.fields.field import Summed
from bot.storage.ledger.directives import dump, restore
from tests.catalog.small import DIRECTIVES, NOW, ZONE, load_here

TOTAL = """\
  - id: total
    number: "2.11"
    title: Свод
    topic: sport
    audience: [school]
    text: Свести
    prompt: Просим сообщить
    fields:
      - {id: all, kind: whole, label: Всего, sums: {directive: clubs, field: done}}
    schedule: {every: quarter, on: 5, due: 10}
"""
LINE = DIRECTIVES.count("\n") + TOTAL[: TOTAL.index("sums")].count("\n") + 1


def faults(text: str) -> list[str]:
    Path("directives.yaml").write_text(text, encoding="utf-8")
    try:
        load_here()
    except CatalogError as error:
        return [str(fault) for fault in error.faults]
    return []


@pytest.mark.usefixtures("files")
def test_a_sum_is_kept_with_what_was_asked_and_nothing_else_is_stored_otherwise() -> None:
    assert faults(DIRECTIVES + TOTAL) == []
    directives = load_here().directives
    assert directives["total"].fields[0].sums == Summed("clubs", "done")
    assert restore(dump(directives["total"])).fields[0].sums == Summed("clubs", "done")
    assert "sums" not in dump(directives["clubs"])


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("directive: clubs", "directive: clabs", "нет поручения «clabs» (может быть, clubs?)"),
        ("directive: clubs", "directive: total", "это то же самое"),
        ("field: done", "field: dune", "нет поля «dune» (может быть, done?)"),
        ("field: done", "field: club", "складывают только числа"),
        ("field: done}", "field: done, by: x}", "лишний ключ"),
        ("kind: whole, label: Всего", "kind: text, label: Всего", "не сочетается с видом text"),
    ],
)
def test_a_sum_of_nothing_that_could_be_summed_up(old: str, new: str, said: str) -> None:
    (fault,) = faults(DIRECTIVES + TOTAL.replace(old, new))
    assert said in fault
    assert fault.startswith(f"directives.yaml:{LINE}: ")


@pytest.mark.usefixtures("files")
def test_what_may_be_a_fraction_is_not_summed_up_in_a_whole_number() -> None:
    (fault,) = faults(DIRECTIVES.replace("id: done, kind: whole", "id: done, kind: decimal") + TOTAL)
    assert "сумма может быть дробной" in fault


@pytest.mark.usefixtures("files")
def test_two_that_sum_up_each_other() -> None:
    both = DIRECTIVES.replace("label: Выполнено,", "label: Выполнено, sums: {directive: total, field: all},") + TOTAL
    first, second = faults(both)
    assert "по кругу: clubs.done → total.all → clubs.done" in first
    assert "по кругу: total.all → clubs.done → total.all" in second


@pytest.mark.usefixtures("files")
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
