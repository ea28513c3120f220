"""A world with an administrator and one school's head, in which time passes."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiogram.client.session.aiohttp import AiohttpSession

from tests.world import Head, World, living

ADMIN, HEAD = 900, 101
SCHOOL = "МБОУ «Тихореченская основная общеобразовательная школа»"


@pytest.fixture(autouse=True)
def quick_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """aiogram sleeps a quarter of a second on close for the sake of TLS; there is none here."""

    async def close(session: AiohttpSession) -> None:
        if session._session is not None:
            await session._session.close()

    monkeypatch.setattr(AiohttpSession, "close", close)


@pytest.fixture(autouse=True)
def no_incident(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No handler failed and Telegram refused nothing: both are said in the log alone."""
    yield
    errors = [one.getMessage() for when in ("setup", "call") for one in caplog.get_records(when) if _is_error(one)]
    assert not errors


def _is_error(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR


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
    await admin.press("Согласен")
    return admin


@pytest.fixture
async def head(world: World) -> Head:
    """The head of a school, registered before the school year."""
    head = await world.person("Иванова Мария", HEAD)
    await head.join("Общее образование", SCHOOL)
    return head
