"""Fixtures that every package of tests shares."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from bot.reports import workshop
from tests.forge import Forge, forging
from tests.lacking import lacks
from tests.postgres import fresh_database, postgres_missing, postgres_server

# --- PostgreSQL ---


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """One server for the whole run, started by the first test that asks for it."""
    if reason := postgres_missing():
        lacks("POSTGRES", reason)
    with postgres_server() as url:
        yield url


@pytest.fixture
async def postgres_url(postgres_server_url: str) -> AsyncIterator[str]:
    """SQLAlchemy URL of an empty database that is this test's own."""
    async with fresh_database(postgres_server_url) as url:
        yield url


# --- bots that start at once ---

_RUNNING = pytest.StashKey[tuple[ExitStack, str]]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """All workers of a run have one forge, which belongs to whoever started them."""
    stash = node.config.stash
    if _RUNNING not in stash:
        stack = ExitStack()
        stash[_RUNNING] = stack, stack.enter_context(forging())
    node.workerinput["forge"] = stash[_RUNNING][1]


def pytest_unconfigure(config: pytest.Config) -> None:
    """It ends with them."""
    if _RUNNING in config.stash:
        config.stash[_RUNNING][0].close()


@pytest.fixture(scope="session")
def forge(request: pytest.FixtureRequest) -> Iterator[Forge]:
    """Starts bots within milliseconds."""
    workerinput = getattr(request.config, "workerinput", None)
    if workerinput is not None:
        yield Forge(workerinput["forge"])
        return
    with forging() as address:
        yield Forge(address)


@pytest.fixture(scope="session", autouse=True)
def _makers_that_start_at_once(forge: Forge) -> Iterator[None]:
    """Importing what reports need takes longer than making one; `tests/reports/test_workshop.py` does it."""
    maker, workshop.MAKER = workshop.MAKER, forge.maker
    yield
    workshop.MAKER = maker


# --- what was not tested ---


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A skip is easily overlooked: say at the end of the run what was not tested."""
    if postgres_missing():
        terminalreporter.section("POSTGRESQL IS NOT INSTALLED", red=True, bold=True)
        terminalreporter.line("POSTGRESQL IS NOT INSTALLED: storage was tested on SQLite only", red=True)
