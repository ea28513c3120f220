"""A world with an administrator and one school's head, in which time passes."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.people import ADMIN, HEAD, introduced
from tests.texts.example import Organizations, Types
from tests.world import Head, World, errors_logged, living


@pytest.fixture(autouse=True)
def no_incident(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No handler failed and Telegram refused nothing: both are said in the log alone."""
    yield
    assert not errors_logged(caplog)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The bot with the program's own directives and organizations; whoever registers is seated at once."""
    async with living(tmp_path, admin_ids=(ADMIN,)) as world:
        yield world


@pytest.fixture
async def admin(world: World) -> Head:
    """The administrator."""
    return await introduced(world, "Начальник Анна", ADMIN)


@pytest.fixture
async def head(world: World) -> Head:
    """The head of a school, registered before the school year."""
    head = await world.person("Иванова Мария", HEAD)
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    return head
