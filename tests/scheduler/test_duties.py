"""One thing that cannot be done keeps no other from being done."""

from pathlib import Path

import pytest

from bot.parts import tick
from bot.storage.engine.database import DatabaseUnavailable
from bot.storage.engine.keeping import Keeping
from scheduler.clock import do_each
from tests.world import living


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
