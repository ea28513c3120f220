"""A directive says in which territories it asks, and is refused if it names what there is not."""

from pathlib import Path

import pytest

from bot.catalog import sent
from bot.catalog.faults import CatalogError
from bot.domain.directives.directive import AudiencePart
from bot.domain.people.organization import is_of
from bot.views import plan
from bot.views.department.directives.directives import audience
from tests.catalog.small import CALENDAR, DIRECTIVES, NOW, ORGANIZATIONS, load_here
from tests.catalog.test_territories import TERRITORIES

D = "directives.yaml:12: 2.10 Клуб, audience"


def faults(files: Path, whom: str, calendar: str = CALENDAR + TERRITORIES) -> list[str]:
    (files / "calendar.yaml").write_text(calendar, encoding="utf-8")
    (files / "directives.yaml").write_text(DIRECTIVES.replace("[school, garden]", whom), encoding="utf-8")
    (files / "organizations.yaml").write_text(ORGANIZATIONS.replace("[upper]", "[upper], territory: north"))
    try:
        load_here()
    except CatalogError as error:
        return [str(fault) for fault in error.faults]
    return []


def test_an_audience_in_territories(files: Path) -> None:
    assert faults(files, "[school:upper@north+east, garden@east, garden@north]") == []
    catalog = load_here()
    directive = catalog.directives["clubs"]
    assert directive.audience == (
        AudiencePart("school", ("upper",), ("north", "east")),
        AudiencePart("garden", (), ("east",)),
        AudiencePart("garden", (), ("north",)),
    )
    # The garden belongs to no territory.
    assert [is_of(directive.audience, entry) for entry in catalog.roster] == [True, False]
    assert audience(directive.audience, catalog) == (
        "Школа (старшие классы; Север, Восточный район), Сад (Восточный район), Сад (Север)"
    )
    assert "(только: Старшие классы, Север, Восточный район)" in plan.plan(
        catalog, NOW.date(), NOW.date().replace(year=2027)
    )


@pytest.mark.parametrize(
    ("whom", "said"),
    [
        ("[school@nroth]", f"{D} № 1: нет территории «nroth» (может быть, north?)"),
        ("[garden, school@north+zzz]", f"{D} № 2: нет территории «zzz». Есть: north (Северный район), east"),
        ("[school@north+north]", f"{D} № 1: территория названа дважды"),
        ("[school@north, school@north]", f"{D} № 2: «school@north» повторяется"),
        ("[school@]", f"{D} № 1: нужен тип организаций, при желании с метками и территориями: тип@территория"),
        ("[school@north@east]", f"{D} № 1: нужен тип организаций, при желании с метками и территориями"),
        ("['@north']", f"{D} № 1: нужен тип организаций, при желании с метками и территориями"),
        ("[scool@north]", f"{D} № 1: нет типа организаций «scool» (может быть, school?)"),
    ],
)
def test_what_is_wrong_is_said_by_its_line(files: Path, whom: str, said: str) -> None:
    (fault,) = faults(files, whom)
    assert fault.startswith(said)


def test_where_there_are_no_territories_it_says_where_they_are_named(files: Path) -> None:
    (fault,) = faults(files, "[school@north]", CALENDAR)[:1]
    assert fault == f"{D} № 1: нет территории «north»: их перечисляют в calendar.yaml (territories)"


def test_a_file_that_is_sent_is_held_to_the_same(files: Path) -> None:
    assert faults(files, "[school@north]") == []
    item = DIRECTIVES[DIRECTIVES.index("directives:") :]
    (directive,) = sent.read(item.replace("[school, garden]", "[school@east]").encode(), "f.yaml", load_here(), NOW)
    assert directive.audience == (AudiencePart("school", (), ("east",)),)
    with pytest.raises(CatalogError) as refused:
        sent.read(item.replace("[school, garden]", "[school@west]").encode(), "f.yaml", load_here(), NOW)
    assert "нет территории «west»" in str(refused.value.faults[0])
