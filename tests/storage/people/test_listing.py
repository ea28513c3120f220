"""Lists and searches of a region: what is found by few rows is what would be found by all of them."""

from collections.abc import Sequence
from functools import partial

import pytest
import sqlalchemy as sa

from bot.domain.people.member import Limits
from bot.domain.people.organization import Organization, RosterEntry
from bot.domain.people.search import find, nearly
from bot.domain.people.sought import findable
from bot.domain.window import Window
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.people import listing, organizations
from bot.storage.people.listing import Which
from tests.rosters import sync
from tests.storage.plans import indexes_of, statements
from tests.storage.seed import NOW, OLGA, Seed

_PLACES = ("Сосновка", "Кижинга", "Усть-Эгита", "Красный Бор", "Загустай", "Новый Уоян")
_TITLES = {"school": "Школа", "preschool": "Детский сад"}


def _roster() -> list[RosterEntry]:
    """Some 400, more than are all loaded."""
    entries = []
    for number in range(1, 361):
        place = _PLACES[number % len(_PLACES)]
        if number % 3:
            name = f"МБОУ «{place}: средняя общеобразовательная школа № {number // 6}»"
            entries.append(RosterEntry(f"03{number:08}", name, frozenset({"school"})))
        else:
            name = f"МАДОУ «Детский сад № {number // 6} «Ручеёк» ({place})»"
            entries.append(RosterEntry(f"k{number}", name, frozenset({"preschool"})))
    entries.append(RosterEntry("lyceum", "Лицей имени Н. Г. Чернышевского", frozenset({"school"})))
    return entries


@pytest.fixture
async def region(seed: Seed) -> Seed:
    """A region with a head at one school."""
    await seed.storage.apply(lambda tx: sync(tx, _roster(), NOW))
    (school,) = await seed.see(lambda tx: organizations.where(tx, t.organizations.c.code == "0300000001"))
    await seed.person(OLGA, "Дашима Цыренова")
    await seed.seat(OLGA, school.id)
    return seed


def names(found: Sequence[Organization]) -> list[str]:
    return [organization.name for organization in found]


@pytest.mark.slow
@pytest.mark.parametrize(
    "typed",
    [
        "сосновка школа 12",
        "СОШ № 12 кижинга",
        "кижинга 12",
        "красныйбор 24",
        "чернышевского",
        "чернышевсково",
        "сад ручейка 5 загустай",
        "kbwtq",
        "0300000001",
        "сосновка 12, кижинга 13",
        "ничего похожего",
        "школа 359",
        "уоян новый 7",
        "сосновска школа 12",
        "ингаижк сад 7",
        "крас ныйбор 24",
        "первая школа эгита",
        "мбоу",
        "школа 1",
        "№ 5",
        "ручеёк",
        "загустай бор 12 лицей",
        "🙂",
    ],
)
async def test_what_is_found_is_what_all_would_have_given(region: Seed, typed: str) -> None:
    among = await region.see(organizations.all_active)
    found = await region.see(lambda tx: listing.find(tx, Which(), typed, _TITLES))
    assert names(found[:10]) == names(find(among, typed, _TITLES)[:10])


@pytest.mark.slow
async def test_of_too_many_the_first_are_found_and_it_is_said(region: Seed) -> None:
    found = await region.see(lambda tx: listing.find(tx, Which(), "школа", _TITLES))
    among = await region.see(organizations.all_active)
    assert found.is_cut
    assert names(found[:10]) == names(find(among, "школа", _TITLES)[:10])


async def test_by_whom_sits_there(region: Seed) -> None:
    found = await region.see(lambda tx: listing.find(tx, Which(), "цыренова", by_people=True))
    assert [organization.code for organization in found] == ["0300000001"]
    assert len(await region.see(lambda tx: listing.find(tx, Which(), "цыренова"))) == 0


@pytest.mark.slow_on_postgresql
async def test_only_what_is_asked_for_is_looked_through(region: Seed) -> None:
    gardens = Which(limits=Limits(frozenset({"preschool"})))
    for typed in ("кижинга", "ручеек 3"):
        found = await region.see(lambda tx, typed=typed: listing.find(tx, gardens, typed))  # type: ignore[misc]
        assert all(organization.types == {"preschool"} for organization in found)
    vacant = await region.see(lambda tx: listing.find(tx, Which(vacant=True), "0300000001"))
    assert len(vacant) == 0


async def test_what_an_older_version_has_added_is_found_too(region: Seed) -> None:
    chosen = t.organizations.c.code == "lyceum"
    await region.storage.apply(lambda tx: tx.execute(sa.update(t.organizations).where(chosen).values(words="")))
    found = await region.see(lambda tx: listing.find(tx, Which(), "чернышевского"))
    assert names(found) == ["Лицей имени Н. Г. Чернышевского"]


@pytest.mark.slow_on_postgresql
async def test_a_renamed_one_is_found_by_its_new_name(region: Seed) -> None:
    entries = [entry for entry in _roster() if entry.code != "lyceum"]
    renamed = RosterEntry("lyceum", "Лицей «Байкал»", frozenset({"school"}))
    await region.storage.apply(lambda tx: sync(tx, [*entries, renamed], NOW))
    assert names(await region.see(lambda tx: listing.find(tx, Which(), "байкл"))) == ["Лицей «Байкал»"]
    assert len(await region.see(lambda tx: listing.find(tx, Which(), "чернышевского"))) == 0


@pytest.mark.slow_on_postgresql
async def test_one_that_an_older_version_has_renamed_is_found_by_either_name_until_it_is_learned(region: Seed) -> None:
    chosen = t.organizations.c.code == "lyceum"
    words = findable("lyceum", ["Лицей «Байкал»"])

    async def rename(tx: Tx) -> None:
        await tx.execute(sa.update(t.organizations).where(chosen).values(name="Лицей «Байкал»", words=words))

    async def found(typed: str) -> list[str]:
        return names(await region.see(lambda tx: listing.find(tx, Which(), typed)))

    await region.storage.apply(rename)
    assert await found("байкал") == ["Лицей «Байкал»"]
    await region.storage.apply(organizations.learn)
    assert await found("байкал") == await found("байкл") == ["Лицей «Байкал»"]
    own = t.organization_words.c
    lyceum = await region.see(lambda tx: organizations.where(tx, chosen))
    query = sa.select(own.word).where(own.organization_id == lyceum[0].id)
    said = await region.see(lambda tx: tx.execute(query))
    assert set(said.scalars()) == set(words.split())


@pytest.mark.slow_on_postgresql
async def test_names_are_not_read_through(region: Seed) -> None:
    for typed in ("сосновка 12", "сосновска школа 12", "щщщъъъ"):
        indexes = await indexes_of(region.storage, partial(listing.find, which=Which(), typed=typed))
        assert "ix_organizations_unlearned" in indexes or typed == "сосновка 12"
    async with region.storage.read() as tx:
        with statements() as seen:
            await listing.find(tx, Which(), "сосновска школа 12")
    assert not [sql for sql, _ in seen if "instr" in sql or "LIKE" in sql]


@pytest.mark.slow
async def test_a_new_name_may_be_a_known_one(region: Seed) -> None:
    for typed in ("лицей им. Чернышевского", "Лицей имени Чернышевсково"):
        among = await region.see(lambda tx, typed=typed: listing.alike(tx, Which(["school"]), typed))  # type: ignore[misc]
        every = [place for place in await region.see(organizations.all_active) if "school" in place.types]
        assert names(nearly(among, typed)) == names(nearly(every, typed)) != []


@pytest.mark.slow_on_postgresql
async def test_pages_are_those_of_the_whole_list(region: Seed) -> None:
    every = await region.see(organizations.all_active)
    for page, first in ((0, 0), (3, 30), (36, 360), (999, 360)):
        listed = await region.see(lambda tx, page=page: listing.page(tx, Which(), page, 10))  # type: ignore[misc]
        assert len(listed) == len(every) == 361
        assert names(listed[first : first + 10]) == names(every[first : first + 10])
        if first:
            with pytest.raises(LookupError):
                listed[0]
    nothing = await region.see(lambda tx: listing.page(tx, Which(["none"]), 5, 10))
    assert (len(nothing), list(nothing)) == (0, [])


def test_a_window_has_what_is_at_hand() -> None:
    window = Window("cd", 2, 6)
    assert (len(window), list(window[2:4]), window[3]) == (6, ["c", "d"], "d")
    with pytest.raises(IndexError):
        window[6]


@pytest.mark.slow
async def test_a_page_reads_organizations_in_order_and_ends_with_itself(region: Seed) -> None:
    for which in (Which(), Which(["school"])):
        assert "ix_organizations_sort_key_id" in await indexes_of(
            region.storage, partial(listing.page, which=which, page=0, size=8)
        )
    assert "ix_seats_held" in await indexes_of(region.storage, lambda tx: listing.count(tx, Which(vacant=True)))
    assert "ix_people_cut_off" in await indexes_of(region.storage, lambda tx: listing.every(tx, Which(silent=True)))
