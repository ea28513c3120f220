"""Fixtures that every package of tests shares."""

import signal
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from bot.domain.people.messenger import Messenger
from bot.reports import workshop
from bot.storage.engine.database import Storage
from tests.databases import migrated, on_server, own
from tests.forge import Forge, forging
from tests.lacking import lacks
from tests.messengers import in_messenger
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


@pytest.fixture
async def migrated_url(postgres_server_url: str) -> AsyncIterator[str]:
    """URL of a database of the present schema, without a row, that is this test's own. Its schema stays as it is."""
    async with migrated(postgres_server_url) as url:
        yield url


@pytest.fixture
async def own_url(postgres_server_url: str) -> AsyncIterator[str]:
    """URL of a database of the present schema, without a row, whose schema this test may change."""
    async with own(postgres_server_url) as url:
        yield url


@pytest.fixture
async def server(migrated_url: str) -> AsyncIterator[Storage]:
    """The database of `migrated_url`, as a test sees it."""
    storage = Storage(migrated_url)
    try:
        yield storage
    finally:
        await storage.close()


# --- worlds on either ---


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make soak` has the worlds of all tests on PostgreSQL."""
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="where the worlds of tests are; those marked both_databases are on PostgreSQL in any case",
    )
    parser.addoption(
        "--messenger",
        choices=[*Messenger],
        default=Messenger.TELEGRAM,
        help="in which messenger the worlds of tests are; those marked both_messengers are in MAX in any case",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked so runs on each database, and in each messenger."""
    if metafunc.definition.get_closest_marker("both_databases"):
        chosen: str = metafunc.config.getoption("database")
        is_slow = metafunc.definition.get_closest_marker("slow_on_postgresql")
        server = pytest.param("postgresql", marks=[pytest.mark.slow] if is_slow else [])
        databases = ["sqlite", server] if chosen == "sqlite" else [server]
        metafunc.parametrize("worlds_on", databases, indirect=True)
    if metafunc.definition.get_closest_marker("both_messengers"):
        wanted: str = metafunc.config.getoption("messenger")
        everywhere = [*Messenger] if wanted == Messenger.TELEGRAM else [wanted]
        metafunc.parametrize("worlds_in", everywhere, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is SQLite's own is not asked of PostgreSQL, nor what is Telegram's of MAX."""
    if config.getoption("database") == "postgresql":
        left_out = [item for item in items if item.get_closest_marker("sqlite_alone")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    if config.getoption("messenger") == Messenger.MAX:
        left_out = [item for item in items if item.get_closest_marker("telegram_alone")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(autouse=True)
def worlds_on(request: pytest.FixtureRequest) -> str:
    """Where the test's worlds are."""
    chosen: str = getattr(request, "param", request.config.getoption("database"))
    if chosen == "postgresql":
        request.getfixturevalue("worlds_on_postgresql")
    return chosen


@pytest.fixture(autouse=True)
def worlds_in(request: pytest.FixtureRequest) -> Iterator[Messenger]:
    """In which messenger the test's worlds are."""
    messenger = Messenger(getattr(request, "param", request.config.getoption("messenger")))
    with in_messenger(messenger):
        yield messenger


@pytest.fixture
async def worlds_on_postgresql(postgres_server_url: str) -> AsyncIterator[None]:
    """Each of the test's worlds has a database of its own there, and leaves no session in it."""
    async with on_server(postgres_server_url):
        yield


# --- workers, and bots that start at once ---

_RUNNING = pytest.StashKey[tuple[ExitStack, str]]()


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than there are processors: a third of a run is waiting for bots that are processes, and for clocks."""
    return (yield) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """All workers of a run have one forge, which belongs to whoever started them."""
    stash = node.config.stash
    if _RUNNING not in stash:
        stack = ExitStack()
        stash[_RUNNING] = stack, stack.enter_context(forging())
    node.workerinput["forge"] = stash[_RUNNING][1]


def pytest_configure() -> None:
    """Whatever runs in the background of a shell is deaf to Ctrl+C, and so would be what tests start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


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
