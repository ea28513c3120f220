"""Fixtures that every package of tests shares."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.postgres import fresh_database, postgres_missing, postgres_server

# --- PostgreSQL ---


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """One server for the whole run, started by the first test that asks for it."""
    if reason := postgres_missing():
        if os.environ.get("TESTS_REQUIRE_POSTGRES"):
            pytest.fail(reason)
        pytest.skip(reason)
    with postgres_server() as url:
        yield url


@pytest.fixture
async def postgres_url(postgres_server_url: str) -> AsyncIterator[str]:
    """SQLAlchemy URL of an empty database that is this test's own."""
    async with fresh_database(postgres_server_url) as url:
        yield url


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A skip is easily overlooked: say at the end of the run what was not tested."""
    if postgres_missing():
        terminalreporter.section("POSTGRESQL IS NOT INSTALLED", red=True, bold=True)
        terminalreporter.line("POSTGRESQL IS NOT INSTALLED: storage was tested on SQLite only", red=True)
