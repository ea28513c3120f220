"""The roster: the file brings organizations up to date and takes nothing away."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.domain.directives.directive import AudiencePart
from bot.domain.ledger.obligation import UNANSWERED
from bot.domain.people.organization import Organization, RosterEntry
from bot.storage.engine.database import Tx
from bot.storage.ledger import obligations
from bot.storage.people import belonging, organizations
from bot.storage.schema import organizations as rows
from tests import rosters
from tests.storage.seed import ADMIN, NOW, Seed

LYCEUM = RosterEntry("s1", "Лицей", frozenset({"school"}), frozenset({"upper"}))
COMPLEX = RosterEntry("s2", "Школа-сад", frozenset({"school", "preschool"}))
GARDEN = RosterEntry("d1", "Детский сад «Ёлочка»", frozenset({"preschool"}))


async def sync(seed: Seed, *roster: RosterEntry) -> list[int]:
    return await seed.storage.apply(lambda tx: rosters.sync(tx, roster, NOW))


async def names(seed: Seed, audience: Iterable[AudiencePart]) -> set[str]:
    condition = belonging.in_audience(audience)
    return set(await seed.see(lambda tx: _names(tx, condition)))


async def _names(tx: Tx, condition: sa.ColumnElement[bool]) -> list[str]:
    return list((await tx.execute(sa.select(rows.c.name).where(condition))).scalars())


async def test_the_first_sync_adds_all(seed: Seed) -> None:
    ids = await sync(seed, LYCEUM, COMPLEX, GARDEN)
    assert len(set(ids)) == 3
    found = await seed.see(organizations.all_active)
    # By name, whatever order the engine has for Cyrillic.
    assert found == [
        Organization("d1", "Детский сад «Ёлочка»", frozenset({"preschool"}), id=ids[2]),
        Organization("s1", "Лицей", frozenset({"school"}), frozenset({"upper"}), id=ids[0]),
        Organization("s2", "Школа-сад", frozenset({"school", "preschool"}), id=ids[1]),
    ]


async def test_the_same_roster_again_changes_nothing(seed: Seed) -> None:
    await sync(seed, LYCEUM, COMPLEX)
    before = await seed.see(organizations.all_active)
    assert await sync(seed, COMPLEX, LYCEUM) == []
    assert await seed.see(organizations.all_active) == before


@pytest.mark.parametrize(
    "entry",
    [
        RosterEntry("s1", "Лицей № 1", LYCEUM.types, LYCEUM.tags),
        RosterEntry("s1", "Лицей", frozenset({"preschool"}), LYCEUM.tags),
        RosterEntry("s1", "Лицей", frozenset({"school", "preschool"}), LYCEUM.tags),
        RosterEntry("s1", "Лицей", LYCEUM.types, frozenset({"rural"})),
        RosterEntry("s1", "Лицей", LYCEUM.types),
    ],
    ids=["name", "type", "one type more", "tag", "no tag"],
)
async def test_a_changed_entry_changes_its_organization(seed: Seed, entry: RosterEntry) -> None:
    lyceum, _ = await sync(seed, LYCEUM, GARDEN)
    assert await sync(seed, entry, GARDEN) == [lyceum]
    expected = Organization("s1", entry.name, entry.types, entry.tags, id=lyceum)
    assert await seed.see(lambda tx: organizations.get(tx, lyceum)) == expected


async def test_what_the_roster_does_not_name_stays(seed: Seed) -> None:
    await sync(seed, LYCEUM)
    typed_in = await seed.storage.apply(lambda tx: organizations.add(tx, "Новая школа", ["school"], None, NOW))
    assert len(await sync(seed, GARDEN)) == 1
    assert {organization.name for organization in await seed.see(organizations.all_active)} == {
        "Лицей",
        "Новая школа",
        "Детский сад «Ёлочка»",
    }
    organization = await seed.see(lambda tx: organizations.get(tx, typed_in))
    assert organization is not None
    assert organization.is_typed_in
    named = await seed.see(lambda tx: organizations.by_name(tx, "Лицей"))
    assert named is not None
    assert not named.is_typed_in


async def test_an_audience_is_any_of_its_parts_and_a_part_is_all_of_its_tags(seed: Seed) -> None:
    await sync(
        seed,
        LYCEUM,
        COMPLEX,
        GARDEN,
        RosterEntry("s3", "Сельская", frozenset({"school"}), frozenset({"upper", "rural"})),
        RosterEntry("d2", "Сельский сад", frozenset({"preschool"}), frozenset({"rural"})),
    )
    assert await names(seed, [AudiencePart("school")]) == {"Лицей", "Школа-сад", "Сельская"}
    assert await names(seed, [AudiencePart("school", ("upper",))]) == {"Лицей", "Сельская"}
    assert await names(seed, [AudiencePart("school", ("upper", "rural"))]) == {"Сельская"}
    assert await names(seed, [AudiencePart("school", ("rural",)), AudiencePart("preschool")]) == {
        "Сельская", "Школа-сад", "Детский сад «Ёлочка»", "Сельский сад",
    }  # fmt: skip
    assert await names(seed, [AudiencePart("college")]) == set()
    assert await names(seed, []) == set()


async def test_an_inactive_organization_is_asked_nothing_until_it_is_confirmed(seed: Seed) -> None:
    new = await seed.storage.apply(lambda tx: organizations.add(tx, "Новая", ["school"], None, NOW, active=False))
    await sync(seed, LYCEUM)
    found = await seed.open()
    assert [
        obligation.organization_name
        for obligation in await seed.see(lambda tx: obligations.of_round(tx, found.id, UNANSWERED))
    ] == ["Лицей"]
    assert await seed.see(lambda tx: organizations.by_name(tx, "Новая")) is None
    assert [organization.name for organization in await seed.see(organizations.all_active)] == ["Лицей"]
    await seed.person(ADMIN)
    news = await seed.crowd(4, lambda tx, _: organizations.activate(tx, new, ADMIN, NOW))
    assert sorted(news, key=str) == [False, False, False, True]
    assert await names(seed, [AudiencePart("school")]) == {"Лицей", "Новая"}
    assert {organization.name for organization in await seed.see(organizations.all_active)} == {"Лицей", "Новая"}


async def labels_of(seed: Seed) -> dict[str, str]:
    return {organization.code: organization.label for organization in await seed.see(organizations.every)}


async def test_the_list_has_labels_as_it_is(seed: Seed) -> None:
    first = RosterEntry("k1", "МБДОУ «Детский сад «Ручеёк» села Малое»", GARDEN.types)
    second = RosterEntry("k2", "МБДОУ «Детский сад «Ручеёк» села Большое»", GARDEN.types)
    await sync(seed, first)
    assert await labels_of(seed) == {"k1": "Детский сад «Ручеёк»"}
    await sync(seed, second)
    both = {"k1": "Детский сад «Ручеёк» с. Малое", "k2": "Детский сад «Ручеёк» с. Большое"}
    assert await labels_of(seed) == both
    # A name that a head has typed in gives way, and so does what the list has no more.
    await seed.storage.apply(lambda tx: organizations.add(tx, second.name, ["preschool"], None, NOW, code="own-1"))
    assert await labels_of(seed) == both | {"own-1": "МБДОУ Детский сад «Ручеёк» с. Большое"}

    async def remove(tx: Tx) -> None:
        (gone,) = [each for each in await organizations.every(tx) if each.code == "k1"]
        await organizations.remove(tx, gone.id, NOW)
        await organizations.label(tx)

    await seed.storage.apply(remove)
    labels = await labels_of(seed)
    assert len(set(labels.values())) == 3
    await sync(seed, replace(second, short="Ручеёк-2"))
    assert (await labels_of(seed))["k2"] == "Ручеёк-2"


async def test_there_is_no_such_organization(seed: Seed) -> None:
    assert await seed.see(lambda tx: organizations.get(tx, 404)) is None
    assert await seed.see(lambda tx: organizations.by_name(tx, "Лицей")) is None
    assert not await seed.storage.apply(lambda tx: organizations.activate(tx, 404, ADMIN, NOW))
