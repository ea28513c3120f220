"""A world with a field of every kind, and the two heads of its school."""

import pytest

from tests.handlers.answering.ledger import SCHOOL
from tests.handlers.department.staff import small_world
from tests.people import DEPUTY, HEAD
from tests.world import Head, World

world = small_world()


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
