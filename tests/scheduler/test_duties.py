"""What is due: one thing that cannot be done keeps no other from being done, and of several one does it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.parts import tick
from bot.replica import Replica
from bot.storage.engine.database import DatabaseUnavailable
from bot.storage.engine.keeping import Keeping
from bot.storage.ledger import rounds
from scheduler.clock import Clock, do_each
from tests.world import living, local


@pytest.mark.sqlite_alone
async def test_a_digest_that_fails_costs_no_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(tick, "write_digests", fails)
    async with living(tmp_path, backups_keep=1) as world:
        with pytest.raises(ZeroDivisionError):
            await world.app.tick()
        assert list(Keeping(world.storage).folder.iterdir()) != []


async def test_without_a_database_nothing_else_is_tried() -> None:
    done = []

    async def fails() -> None:
        raise DatabaseUnavailable("locked")

    async def works() -> None:
        done.append(1)

    with pytest.raises(DatabaseUnavailable):
        await do_each(works, fails, works)
    assert done == [1]


@pytest.mark.sqlite_alone
async def test_of_several_only_the_one_that_leads_does_what_is_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks: list[Callable[[], Awaitable[None]]] = []

    class Noted(Clock):
        def __init__(self, tick: Callable[[], Awaitable[None]], seconds: float) -> None:
            ticks.append(tick)

    # The first tick is another one's.
    opened: list[int] = []
    monkeypatch.setattr("bot.app.Clock", Noted)
    monkeypatch.setattr(Replica, "leads", lambda _: bool(opened))
    async with living(tmp_path) as world:
        world.now = local("2026-09-03 09:00")
        for _ in range(2):
            await ticks[-1]()
            async with world.storage.read() as tx:
                opened.append(len(await rounds.open_now(tx, world.now)))
    assert opened == [0, 2]
