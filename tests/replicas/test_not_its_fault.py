"""What a server does to connections that nobody uses, and a process that has stood still, are no outage to people."""

import asyncio
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot.storage.engine.database import DatabaseUnavailable
from bot.storage.post.inbox import Incoming
from simulator import Simulator
from tests.delivery.office import BUSY, texts
from tests.postgres import execute
from tests.replicas.offices import several, update

# Returns when they have ended.
_END = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def _end_all(url: str) -> None:
    """The server ends all sessions. The event loop is held meanwhile: nobody here has heard of it yet."""
    ending = Thread(target=lambda: asyncio.run(execute(url, _END)))
    ending.start()
    ending.join()


async def test_connections_that_the_server_has_ended_while_idle_are_replaced_without_a_word(
    telegram: Simulator, tmp_path: Path, migrated_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with several(telegram, tmp_path, migrated_url, 1) as (station,):
        head = await station.person(101)
        await station.stop_beating()
        await head.send("раз")
        await station.settle()

        def ended(batch: list[Incoming]) -> None:
            # What has been stored is to be decided by one of the connections that have ended.
            _end_all(migrated_url)
            station.dispatcher.submit(batch)

        station.submit = ended
        await head.send("два")
        await station.settle()
        assert texts(await head.messages()) == ["эхо: раз", "эхо: два"]
        assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_who_has_stood_still_tells_nobody_that_nothing_can_be_saved(
    telegram: Simulator, tmp_path: Path, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with several(telegram, tmp_path, migrated_url, 2) as (sleeper, other):
        head = await other.person(101)
        stands_still_for = 30.0

        async def in_vain(*_work: Any, **_how: Any) -> Any:
            # The server ends what stands still in the midst of a transaction.
            sleeper.frozen_for += stands_still_for
            raise DatabaseUnavailable("connection was closed in the middle of operation")

        with monkeypatch.context() as frozen:
            frozen.setattr(sleeper.storage, "apply", in_vain)
            with pytest.raises(DatabaseUnavailable):
                await sleeper.intake.take([update(1, head.id, "раз")])
            # Telegram has handed it to another one in the meantime.
            await other.intake.take([update(1, head.id, "раз")])
            await other.dispatcher.idle()
            # In an outage everybody is told.
            stands_still_for = 0.0
            with pytest.raises(DatabaseUnavailable):
                await sleeper.intake.take([update(2, head.id, "два")])
            await head.wait_for(BUSY, timeout=60)
        assert texts(await head.messages()) == ["эхо: раз", BUSY]
