"""People of the department, for the tests of its desk, and a small world for them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.people.member import Limits, StaffRole
from bot.storage.people import staff
from tests.handlers.answering.ledger import every_kind
from tests.people import ADMIN, introduced
from tests.world import Head, World, living


async def employee(world: World, id: int, name: str, role: StaffRole | None = None, **limits: set[str]) -> Head:
    """Somebody of the department; without a role: of ADMIN_IDS."""
    person = await introduced(world, name, id)
    if role is not None:
        frozen = Limits(**{name: frozenset(values) for name, values in limits.items()})
        await world.storage.apply(lambda tx: staff.grant(tx, person.id, role, None, world.now, frozen))
    return person


# A module takes them by name: `world, admin = small_world(), chief`.


def small_world(**settings: Any) -> Any:
    """The fixture of two schools, a kindergarten and an administrator; two requests, due on Thursday, 15 October."""

    @pytest.fixture
    async def world(tmp_path: Path) -> AsyncIterator[World]:
        async with living(tmp_path, every_kind(tmp_path), admin_ids=(ADMIN,), **settings) as small:
            yield small

    return world


@pytest.fixture
async def chief(world: World) -> Head:
    """Somebody of the department whose matter everything is."""
    return await employee(world, ADMIN, "Начальник Анна")
