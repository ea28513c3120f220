"""A world with an administrator and one school's head, in which time passes."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.texts.example import Organizations, Types
from tests.texts.heads import Registration
from tests.world import Head, World, errors_logged, living

ADMIN, HEAD = 900, 101


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
    admin = await world.person("Начальник Анна", ADMIN)
    await admin.send("/start")
    await admin.press(Registration.AGREE)
    return admin


@pytest.fixture
async def head(world: World) -> Head:
    """The head of a school, registered before the school year."""
    head = await world.person("Иванова Мария", HEAD)
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    return head
