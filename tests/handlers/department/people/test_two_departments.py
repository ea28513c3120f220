"""Who sits in the departments of several territories looks after those, and of one that they leave no more."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.people.member import Limits
from bot.domain.people.organization import RosterEntry
from bot.storage.people import people
from tests.people import ADMIN, introduced
from tests.territories import MINISTRY, NORTHERN, SOUTHERN, region
from tests.texts.department import Applications, Staff
from tests.texts.example import Types
from tests.texts.heads import Preferences, Registration
from tests.world import Head, World, living

pytestmark = pytest.mark.both_databases

NORTHERN_ONE = "Управление образования администрации Сосновоозёрского района"
SOUTHERN_ONE = "Отдел образования Юга"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A region with a department in each territory, and a ministry; an administrator confirms seats."""
    catalog = region()
    south = RosterEntry("south", SOUTHERN_ONE, frozenset({"department"}), territory="south")
    catalog = replace(catalog, roster=(*catalog.roster, south))
    async with living(tmp_path, catalog, registration="approval", admin_ids=(ADMIN,)) as world:
        yield world


async def limits(world: World, person: Head) -> Limits:
    async with world.storage.read() as tx:
        its = await people.get(tx, person.id)
    assert its is not None
    assert its.may_curate
    return its.limits


async def also_at(person: Head, organization: str, admin: Head) -> None:
    await person.send("/settings")
    await person.press(
        Preferences.ORGANIZATIONS,
        Preferences.ADD_ORGANIZATION,
        Types.DEPARTMENT,
        Registration.DONE,
        organization,
        Registration.HEAD,
    )
    await admin.press(Applications.CONFIRM)


async def leaves(person: Head, organization: str) -> None:
    await person.send("/settings")
    await person.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, organization, Preferences.SURELY_LEAVE)


@pytest.mark.slow
async def test_territories_follow_the_seats(world: World) -> None:
    admin = await introduced(world, "Аннина", ADMIN)
    person = await world.person("Двинская", 901)
    await person.join(Types.DEPARTMENT, NORTHERN_ONE)
    await admin.press(Applications.CONFIRM)
    assert await limits(world, person) == Limits(territories=frozenset({"north"}))
    await also_at(person, SOUTHERN_ONE, admin)
    assert await limits(world, person) == Limits(territories=frozenset({"north", "south"}))
    # They are told what has become of their role.
    assert f"{Staff.LIMITS}: {NORTHERN}, {SOUTHERN}" in await person.sees()
    await leaves(person, NORTHERN_ONE)
    assert await limits(world, person) == Limits(territories=frozenset({"south"}))
    # The ministry looks after all; whoever leaves it, after the territories that are left to them.
    await also_at(person, MINISTRY.name, admin)
    assert (await limits(world, person)).are_none
    await leaves(person, MINISTRY.name)
    assert await limits(world, person) == Limits(territories=frozenset({"south"}))
