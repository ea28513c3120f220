"""The department at whose desk announcements are made."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.people import ADMIN, SECOND_ADMIN, introduced
from tests.world import Head, World, living


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[World]:
    """Two administrators; heads are seated at once."""
    async with living(tmp_path, admin_ids=(ADMIN, SECOND_ADMIN)) as world:
        yield world


@pytest.fixture
async def author(desk: World) -> Head:
    """Whose announcements they are."""
    return await introduced(desk, "Начальник Анна", ADMIN)
