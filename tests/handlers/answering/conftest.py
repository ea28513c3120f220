"""A world with a field of every kind (`every_kind.yaml`), and a head in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.handlers.answering.ledger import SCHOOL, every_kind
from tests.world import Head, World, living


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world with a field of every kind."""
    async with living(tmp_path, every_kind(tmp_path)) as world:
        yield world


@pytest.fixture
async def head(world: World) -> Head:
    """The head of the school, registered in August."""
    person = await world.person("Иванова Мария", 101)
    await person.join("Общее", SCHOOL)
    return person
