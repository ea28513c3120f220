"""People who use the bot, in a world of their own for each test.

`world`: registration open, no administrator. `approving`: heads wait for an administrator. Both check at their end that
nothing went wrong unseen: an error in the log fails the test, even if the person got a polite apology.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.people import ADMIN, SECOND_ADMIN, introduced
from tests.world import Head, World, errors_logged, living


@pytest.fixture(autouse=True)
def no_incident(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No handler failed and Telegram refused nothing: both are said in the log alone."""
    yield
    assert not errors_logged(caplog)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The bot with the program's own directives and organizations; whoever registers is seated at once."""
    async with living(tmp_path) as world:
        yield world


@pytest.fixture
async def approving(tmp_path: Path) -> AsyncIterator[World]:
    """The same, but two administrators confirm each registration."""
    async with living(tmp_path, registration="approval", admin_ids=(ADMIN, SECOND_ADMIN)) as world:
        yield world


@pytest.fixture
async def head(world: World) -> Head:
    """Somebody with a phone who has not written to the bot yet."""
    return await world.person("Иванова Мария", 101)


@pytest.fixture
async def deputy(world: World) -> Head:
    """A second one."""
    return await world.person("Петров Олег", 102)


@pytest.fixture
async def admin(approving: World) -> Head:
    """The first administrator of `approving`, who has agreed to the data being kept."""
    return await introduced(approving, "Начальник Анна", ADMIN)
