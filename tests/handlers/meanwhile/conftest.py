"""A world with a field of every kind, and the two heads of its school."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.handlers.answering.ledger import SCHOOL, every_kind
from tests.people import ADMIN, DEPUTY, HEAD
from tests.world import Head, World, living


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world with a field of every kind."""
    async with living(tmp_path, every_kind(tmp_path), admin_ids=(ADMIN,)) as world:
        yield world


@pytest.fixture
async def head(world: World) -> Head:
    """The head of the school."""
    person = await world.person("Иванова Мария", HEAD)
    await person.join("Общее", SCHOOL)
    return person


@pytest.fixture
async def colleague(world: World, head: Head) -> Head:
    """The other head of the school, who answers too."""
    person = await world.person("Петров Олег", DEPUTY)
    await person.join("Общее", SCHOOL)
    return person
