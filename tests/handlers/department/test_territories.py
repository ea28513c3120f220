"""Whoever looks after a territory asks and tells it alone, by the same screens; the region chooses where."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.desk.audience import Audience
from bot.domain.people.member import Limits, StaffRole
from bot.storage.desk import announcements
from bot.storage.people import staff
from bot.views.callbacks.announcements import NewAnnouncement
from bot.views.callbacks.audience import TickTerritory
from tests import messengers
from tests.people import ADMIN, introduced
from tests.rosters import sync
from tests.territories import NORTHERN, SOUTHERN, region, without
from tests.texts.department import Announcements, Panel, Recipients
from tests.texts.example import Organizations, Types
from tests.world import Head, World, living

NORTH = Limits(territories=frozenset({"north"}))
CURATOR = 801
OWN = ("department",)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A region; whoever registers is seated at once."""
    async with living(tmp_path, region(), admin_ids=(ADMIN,)) as world:
        yield world


@pytest.fixture
async def admin(world: World) -> Head:
    """The region's administrator."""
    return await introduced(world, "Аннина", ADMIN)


@pytest.fixture
async def curator(world: World) -> Head:
    """A curator of the north."""
    person = await introduced(world, "Северова", CURATOR)
    await world.storage.apply(
        lambda tx: staff.grant(tx, messengers.person(CURATOR), StaffRole.CURATOR, None, world.now, NORTH)
    )
    return person


async def drafted(author: Head) -> None:
    """A draft, up to «Кому»."""
    await author.callback(NewAnnouncement().pack())
    await author.send("Совещание в среду в 15:00")
    await author.press(Recipients.TO)


async def chosen(world: World, author: Head) -> Audience:
    async with world.storage.read() as tx:
        (draft,) = await announcements.drafts(tx, author.id)
    return draft.audience


@pytest.mark.slow
async def test_the_region_chooses_territories(world: World, admin: Head) -> None:
    await drafted(admin)
    await admin.press("По территориям")
    assert {f"{NORTHERN}: 3", f"{SOUTHERN}: 10"} <= set(await admin.buttons())
    await admin.press(f"{NORTHERN}: 3")
    assert "• все организации, кроме управления — Северный\nВсего: 2 организации" in await admin.sees()
    assert await chosen(world, admin) == Audience(everyone=True, but=OWN, territories=("north",))
    await admin.press(Panel.BACK)
    assert "✅ По территориям: 1" in await admin.buttons()
    assert Recipients.ALL in await admin.buttons()
    # Types of that territory; and of both.
    await admin.press(Recipients.BY_TYPE, f"{Types.GENERAL}: 6")
    assert f"• {Types.GENERAL} — Северный\nВсего: 1 организация" in await admin.sees()
    await admin.press(Panel.BACK, "✅ По территориям: 1", f"{SOUTHERN}: 10")
    assert f"• {Types.GENERAL} — Северный, Южный\nВсего: 6 организаций" in await admin.sees()
    await admin.press(Panel.BACK, Recipients.ALL)
    assert await chosen(world, admin) == Audience(everyone=True, but=OWN)
    # A territory that is taken away again leaves nobody, not everybody.
    await admin.press(f"✅ {Recipients.ALL}", "По территориям", f"{NORTHERN}: 3", f"✅ {NORTHERN}: 3")
    assert (await chosen(world, admin)).is_nobody


@pytest.mark.slow
async def test_a_curator_of_a_territory_tells_it_alone(world: World, admin: Head, curator: Head) -> None:
    north, south = await world.person("Петров", 101), await world.person("Иванов", 102)
    await north.join(Types.GENERAL, Organizations.SCHOOL)
    await south.join(Types.GENERAL, Organizations.BIG_SCHOOL)
    await drafted(curator)
    # Where is no choice: it is fixed, and said.
    assert "По территориям" not in await curator.buttons()
    await curator.press(Recipients.BY_TYPE, f"{Types.GENERAL}: 1")
    assert f"• {Types.GENERAL} — Северный\nВсего: 1 организация" in await curator.sees()
    await curator.press(Panel.BACK, Recipients.ALL_MINE)
    assert f"✅ {Recipients.ALL_MINE}" in await curator.buttons()
    assert await chosen(world, curator) == Audience(everyone=True, but=OWN, territories=("north",))
    # Nor by a button that nobody gave.
    async with world.storage.read() as tx:
        (draft,) = await announcements.drafts(tx, messengers.person(CURATOR))
    await curator.callback(TickTerritory(of="a", id=draft.id, territory="south").pack())
    assert await curator.toast() == "Эта организация вне ваших полномочий"
    await curator.press(f"{Recipients.DONE}: 2", Announcements.SEND, Announcements.SURELY_SEND)
    assert "Совещание в среду" in await north.screen()
    assert "Совещание в среду" not in await south.screen()


async def test_a_territory_that_was_merged_in_mid_dialogue(world: World, admin: Head) -> None:
    await drafted(admin)
    await admin.press("По территориям", f"{SOUTHERN}: 10")
    await world.restart(without(world.catalog, "south", "north"))
    await world.storage.apply(lambda tx: sync(tx, world.catalog.roster, world.now))
    await admin.press(f"{NORTHERN}: 3")
    # What is left stays, what is gone can be taken back.
    await admin.press("✅ south: 0")
    assert (await chosen(world, admin)).territories == ("north",)
