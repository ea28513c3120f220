"""What an edited catalog changes, in terms that can be told."""

from dataclasses import fields, replace
from datetime import date

from bot.domain.catalog.catalog import Catalog
from bot.domain.catalog.change import ATTRIBUTES, CatalogChange, Edited, Named, Part, compare
from bot.domain.directives.directive import Directive
from bot.domain.people.organization import OrganizationType, RosterEntry
from bot.domain.timing.calendar import DateRange
from tests.domain.samples import a_calendar, a_dates_schedule, a_directive, a_field

CLUBS, CHOIR = a_directive(a_field()), replace(a_directive(a_field()), id="choir", title="Хор")
CATALOG = Catalog(
    types={"general": OrganizationType("general", "Школы")},
    tags={"upper": "Старшие классы"},
    topics={"sport": "Спорт"},
    directives={"clubs": CLUBS, "choir": CHOIR},
    calendar=a_calendar(),
    roster=(RosterEntry("one", "Первая", frozenset({"general"})), RosterEntry("two", "Вторая", frozenset({"general"}))),
    source="резолюции",
)
NOTHING = CatalogChange((), (), (), Named(), Named(), Named(), Named(), calendar=False, source=False, reordered=False)


def with_one(directive: Directive) -> Catalog:
    return CATALOG.with_directives({**CATALOG.directives, directive.id: directive})


def test_nothing() -> None:
    change = compare(CATALOG, replace(CATALOG, directives=dict(CATALOG.directives)))
    assert change == NOTHING
    assert not change


def test_directives() -> None:
    added = replace(CLUBS, id="new")
    change = compare(CATALOG, CATALOG.with_directives({"clubs": CLUBS, "new": added}))
    assert change == replace(NOTHING, added=(added,), removed=(CHOIR,))
    assert change
    reordered = compare(CATALOG, CATALOG.with_directives({"choir": CHOIR, "clubs": CLUBS}))
    assert reordered == replace(NOTHING, reordered=True)
    assert reordered


def test_parts_of_a_directive() -> None:
    after = replace(CLUBS, number="9", schedule=a_dates_schedule((11, 5), (11, 16)), fields=(a_field(field_id="y"),))
    change = compare(CATALOG, with_one(after))
    assert change.edited == (Edited(CLUBS, after, (Part.TITLE, Part.FIELDS, Part.SCHEDULE)),)
    # Whatever a directive has, a difference in it has a name.
    named = {name for names in ATTRIBUTES.values() for name in names}
    assert named | {"id"} == {field.name for field in fields(Directive)}
    assert ATTRIBUTES.keys() == set(Part)


def test_all_else() -> None:
    after = replace(
        CATALOG,
        types={"general": OrganizationType("general", "Общее"), "garden": OrganizationType("garden", "Сады")},
        tags={},
        topics={"art": "Искусство"},
        calendar=a_calendar(days_off=(DateRange(date(2026, 10, 1), date(2026, 10, 1)),)),
        roster=(RosterEntry("one", "Первая", frozenset({"garden"})), RosterEntry("new", "Новая", frozenset())),
        source="решения",
    )
    assert compare(CATALOG, after) == replace(
        NOTHING,
        types=Named(added=("Сады",), changed=("Общее",)),
        tags=Named(removed=("Старшие классы",)),
        topics=Named(added=("Искусство",), removed=("Спорт",)),
        roster=Named(added=("Новая",), removed=("Вторая",), changed=("Первая",)),
        calendar=True,
        source=True,
    )
