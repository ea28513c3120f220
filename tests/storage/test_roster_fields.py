"""Whatever the roster says of an organization comes through every door and back: each field of the class, by its name.

A field that is added to RosterEntry is walked here without a change of this file. It fails where a door loses it.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any

import pytest

from bot.catalog.roster import reading
from bot.domain.catalog.catalog import Catalog
from bot.domain.catalog.change import compare as compare_catalogs
from bot.domain.ledger.standing import Debt
from bot.domain.people.member import Person
from bot.domain.people.organization import COLUMNS, Id, Ids, Organization, RosterEntry
from bot.domain.people.proposal import Proposal
from bot.domain.people.roster import compare
from bot.domain.people.territory import Territory
from bot.storage.ledger.changes import roster
from bot.storage.people import organizations
from bot.storage.post import meta
from bot.views import roster as roster_views
from bot.views.department.people import people as people_views
from tests.catalog.sheets import book, comma_separated, example, rows_of
from tests.catalog.small import CALENDAR, DIRECTIVES, load_here
from tests.rosters import sync
from tests.storage.seed import NOW, Seed

TERRITORIES = "territories: {north: {name: Северный район}, south: {name: Южный район}}\n"
CATALOG = replace(
    example(),
    tags={**example().tags, "walked": "Пройденная"},
    territories={
        "north": Territory("north", "Северный район", "Северный район", example().calendar),
        "south": Territory("south", "Южный район", "Южный район", example().calendar),
    },
)
EMPTY = RosterEntry("walked", "Значение", frozenset({"general"}))
each_field = pytest.mark.parametrize("name", [field.name for field in fields(RosterEntry)])


def ids_of(name: str, catalog: Catalog) -> list[str]:
    known: dict[str, Iterable[str]] = {
        "types": catalog.types,
        "tags": catalog.tags,
        "territory": catalog.territories,
    }
    return sorted(known[name])


def full(catalog: Catalog = CATALOG) -> RosterEntry:
    """Nothing of it is a default."""
    return RosterEntry(**{name: filled(name, catalog) for name in COLUMNS})


def filled(name: str, catalog: Catalog) -> Any:
    if isinstance(COLUMNS[name], Ids):
        return frozenset(ids_of(name, catalog)[:1])
    if isinstance(COLUMNS[name], Id):
        return ids_of(name, catalog)[0]
    return "walked" if name == "code" else f"Значение {name}"


def changed(entry: RosterEntry, name: str) -> RosterEntry:
    """Another entry in that field alone."""
    value = getattr(entry, name)
    other: Any = f"{value}-2"
    if isinstance(COLUMNS[name], Ids):
        other = frozenset(sorted({*ids_of(name, CATALOG)} - value)[-1:])
    if isinstance(COLUMNS[name], Id):
        other = next(id for id in ids_of(name, CATALOG) if id != value)
    return replace(entry, **{name: other})


def present(entry: RosterEntry) -> Organization:
    return Organization(**{name: getattr(entry, name) for name in COLUMNS}, id=1)


def test_no_field_of_a_full_entry_is_its_default() -> None:
    assert [field.name for field in fields(RosterEntry) if getattr(full(), field.name) == field.default] == []
    # What was kept before a field was added is read as if it had been left empty.
    required = [field.name for field in fields(RosterEntry) if field.default is MISSING]
    assert required == ["code", "name", "types"]


# --- Files ---


@each_field
def test_the_yaml_says_it(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("directives.yaml").write_text(DIRECTIVES)
    Path("calendar.yaml").write_text(CALENDAR + TERRITORIES)
    entry = full(load_here(None))
    keys = {key: sorted(value) if isinstance(value, frozenset) else value for key, value in said(entry)}
    Path("organizations.yaml").write_text(f"organizations:\n  - {json.dumps(keys, ensure_ascii=False)}\n")
    assert getattr(load_here().roster[0], name) == getattr(entry, name)


def said(entry: RosterEntry) -> Iterable[tuple[str, Any]]:
    return [(field.name, getattr(entry, field.name)) for field in fields(RosterEntry)]


@each_field
@pytest.mark.parametrize("titles", [False, True], ids=["ids", "titles"])
def test_a_table_says_it(name: str, titles: bool) -> None:
    entry = full()
    rows = rows_of([entry], CATALOG, titles=titles)
    for content in (comma_separated(rows), book(rows)):
        assert getattr(reading.read(content, CATALOG, []).entries[0], name) == getattr(entry, name)


# --- Differences ---


@each_field
@pytest.mark.parametrize("entry", [EMPTY, full()], ids=["empty", "full"])
def test_a_change_of_it_alone_is_a_difference(name: str, entry: RosterEntry) -> None:
    new = changed(entry, name)
    change = compare([present(entry)], [new])
    assert [(one.before, one.after) for one in change.changed] == [(present(entry), new)]
    others = {compare([present(entry)], [changed(entry, other)]).fingerprint for other in COLUMNS if other != name}
    assert change.fingerprint not in others
    before, after = replace(CATALOG, roster=(entry,)), replace(CATALOG, roster=(new,))
    assert compare_catalogs(before, after).roster


@each_field
def test_the_preview_says_what_is_new(name: str) -> None:
    entry = full()
    text = roster_views.change_text(Proposal(compare([present(entry)], [changed(entry, name)]), {}), CATALOG)
    assert worded(getattr(changed(entry, name), name)) in text


def worded(value: Any) -> str:
    """As people read it: the title of an id, any other text as it is."""
    titles = {**CATALOG.kinds, **{territory.id: territory.name for territory in CATALOG.territories.values()}}
    word = value if isinstance(value, str) else next(iter(value))
    return titles.get(word, word)


# It names the organization in files alone.
NOT_ON_THE_CARD = {"code"}


@pytest.mark.parametrize("name", sorted(COLUMNS.keys() - NOT_ON_THE_CARD))
def test_the_card_says_it(name: str) -> None:
    about = people_views.Standing(present(full()), (), (), Debt(0, 0, None, None), 0, 0)
    text = people_views.card(Person(1, "Анна"), about, CATALOG, NOW, CATALOG.calendar.zone, "").text
    assert worded(getattr(full(), name)) in text


# --- What is kept ---


@each_field
def test_a_staged_import_keeps_it(name: str) -> None:
    kept = json.loads(json.dumps([full().dump(), EMPTY.dump()]))
    assert [getattr(RosterEntry.load(stored), name) for stored in kept] == [
        getattr(full(), name),
        getattr(EMPTY, name),
    ]


def test_what_older_versions_have_kept_is_read_and_its_digest_stays() -> None:
    entry = RosterEntry("s1", "Лицей", frozenset({"general"}), frozenset({"rural"}))
    assert entry.dump() == ["s1", "Лицей", ["general"], ["rural"]]
    assert RosterEntry.load(["s1", "Лицей", ["general"], ["rural"]]) == entry
    assert EMPTY.dump() == ["walked", "Значение", ["general"], []]


@each_field
async def test_the_database_keeps_it(name: str, seed: Seed) -> None:
    async def after(entry: RosterEntry) -> list[Organization]:
        await seed.storage.apply(lambda tx: sync(tx, [entry], NOW))
        return await seed.see(organizations.every)

    added = await after(full())
    assert getattr(added[0], name) == getattr(full(), name)
    # Under its code it is the same organization; under another, another one.
    new = changed(full(), name)
    assert getattr(
        next(organization for organization in await after(new) if organization.code == new.code), name
    ) == getattr(new, name)


@each_field
async def test_the_file_is_taken_in_again_for_it(name: str, seed: Seed) -> None:
    async def digest(entry: RosterEntry) -> str | None:
        catalog = replace(CATALOG, roster=(entry,))
        await seed.storage.apply(lambda tx: roster.take_in_file(tx, catalog, NOW))
        return await seed.see(lambda tx: meta.get(tx, meta.ROSTER_DIGEST))

    before = await digest(EMPTY)
    # As the version before has it: a file that says the same is not taken in after an upgrade.
    assert before == hashlib.sha256(json.dumps([["walked", "Значение", ["general"], []]]).encode()).hexdigest()
    assert await digest(changed(EMPTY, name)) != before
