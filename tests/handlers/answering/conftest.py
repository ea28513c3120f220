"""A world with a field of every kind (`every_kind.yaml`), and a head in it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.handlers.answering.ledger import SCHOOL, every_kind
from tests.postgres import fresh_database
from tests.world import Head, World, living


@pytest.fixture
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """A world with a field of every kind; with BOTH_ENGINES once on SQLite and once on PostgreSQL."""
    async with AsyncExitStack() as stack:
        settings = {}
        if getattr(request, "param", "sqlite") == "postgresql":
            server = request.getfixturevalue("postgres_server_url")
            settings["database_url"] = await stack.enter_async_context(fresh_database(server))
        yield await stack.enter_async_context(living(tmp_path, every_kind(tmp_path), **settings))


@pytest.fixture
async def head(world: World) -> Head:
    """The head of the school, registered in August."""
    person = await world.person("Иванова Мария", 101)
    await person.join("Общее", SCHOOL)
    return person
