"""Processes that serve one database on a server: who is alive, and which of them leads."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from bot import replica as beating
from bot.replica import Replica
from bot.storage import schema as t
from bot.storage.engine.database import DatabaseUnavailable, Storage
from bot.storage.post import replicas
from tests.waiting import until


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


async def _silent_for(storage: Storage, replica: Replica, seconds: int) -> None:
    """The server has not seen it for so long."""
    async with storage.write() as tx:
        ago = sa.func.now() - sa.text(f"interval '{seconds} seconds'")
        await tx.execute(sa.update(t.replicas).where(t.replicas.c.id == replica.id).values(seen_at=ago))
        await tx.execute(sa.update(t.leader).where(t.leader.c.replica_id == replica.id).values(until=ago))


@asynccontextmanager
async def serving(storage: Storage, clock: Clock | None = None) -> AsyncIterator[Replica]:
    """A replica that has joined and beaten once."""
    replica = Replica(storage, "0019", clock or Clock())
    await replica.join()
    await replica.beat()
    try:
        yield replica
    finally:
        await replica.leave()


async def test_the_first_leads_and_the_second_follows_when_it_ends(server: Storage) -> None:
    async with serving(server) as second_to_be:
        assert (second_to_be.alive, second_to_be.leads()) == (1, True)
    async with serving(server) as first, serving(server) as second:
        assert first.id != second.id
        await first.beat()
        assert (first.alive, first.leads(), second.alive, second.leads()) == (2, True, 2, False)
        await first.leave()
        await second.beat()
        assert (second.alive, second.leads()) == (1, True)


async def test_who_is_silent_for_three_seconds_leads_no_more_but_keeps_what_it_has(server: Storage) -> None:
    async with serving(server) as first, serving(server) as second:
        await _silent_for(server, first, 4)
        await second.beat()
        assert second.leads()
        await first.beat()
        assert (first.alive, first.leads()) == (2, False)


async def test_who_is_silent_for_longer_is_buried_and_told_so(server: Storage) -> None:
    lost = []

    async def forget() -> None:
        lost.append(first.id)

    async with serving(server) as first, serving(server) as second:
        first.lost_by(forget)
        before = first.id
        await _silent_for(server, first, 9)
        await second.beat()
        assert second.alive == 1
        await first.beat()
        assert lost == [before]
        assert first.id not in (before, second.id)
        await first.beat()
        assert (first.alive, lost) == (2, [before])


async def test_who_cannot_beat_stops_by_itself_before_the_others_bury_it(server: Storage) -> None:
    clock = Clock()
    async with serving(server, clock) as replica:
        assert replica.is_alive()
        assert replica.leads()
        clock.at += 2.6
        assert replica.is_alive()
        assert not replica.leads()
        clock.at += 3.5
        assert not replica.is_alive()
        await replica.beat()
        assert replica.is_alive()
        assert replica.leads()


async def test_a_beat_that_took_long_counts_from_its_beginning(
    server: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    async with serving(server, clock) as replica:
        apply = server.apply

        async def slowly(*work: Any, **how: Any) -> object:
            heard = await apply(*work, **how)
            clock.at += 5
            return heard

        monkeypatch.setattr(server, "apply", slowly)
        await replica.beat()
        assert replica.is_alive()
        # The server may have seen it when the beat began, and the others count from then.
        clock.at += 1.5
        assert not replica.is_alive()
        monkeypatch.undo()


async def test_a_beat_that_the_server_does_not_answer_is_given_up_for_the_next(
    server: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_work: object, **_how: object) -> None:
        await asyncio.Event().wait()

    async with serving(server) as replica:
        with monkeypatch.context() as patched:
            patched.setattr(server, "apply", silent)
            patched.setattr(beating, "SURE_FOR", 0.05)
            with pytest.raises(DatabaseUnavailable, match="does not answer"):
                await asyncio.wait_for(replica.beat(), 20)
        await replica.beat()
        assert replica.alive == 1


async def test_a_command_sees_whether_anybody_serves(server: Storage) -> None:
    async with serving(server) as replica:
        async with server.read() as tx:
            assert await replicas.anybody(tx)
        await _silent_for(server, replica, 9)
        async with server.read() as tx:
            assert not await replicas.anybody(tx)


async def test_who_was_out_of_touch_itself_buries_nobody_at_once(server: Storage) -> None:
    clock = Clock()
    async with serving(server, clock) as first, serving(server, clock) as second:
        # The server was away for both, or its standby has another clock.
        clock.at += 12
        await _silent_for(server, first, 12)
        await _silent_for(server, second, 12)
        await first.beat()
        assert first.alive == 2
        await second.beat()
        assert (second.alive, second.is_alive()) == (2, True)
        # In touch again for long enough to know.
        await _silent_for(server, second, 12)
        for _ in range(9):
            clock.at += 1
            await first.beat()
        assert first.alive == 1


async def test_who_is_about_to_end_leaves_leading_to_another_one(server: Storage) -> None:
    async with serving(server) as ending, serving(server) as other:
        assert ending.leads()
        ending.retire()
        await ending.beat()
        assert (ending.leads(), ending.alive) == (False, 2)
        await other.beat()
        await ending.beat()
        assert (ending.leads(), other.leads()) == (False, True)


async def test_the_log_tells_once_of_a_server_that_is_away_and_of_its_return(
    server: Storage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(beating, "EVERY", 0.01)
    asked = []

    async def away(*_work: object, **_how: object) -> None:
        asked.append(1)
        raise DatabaseUnavailable("the server is away")

    with caplog.at_level(logging.INFO):
        async with serving(server) as replica:
            assert f"replica {replica.id} leads, of 1" in caplog.text
            with monkeypatch.context() as patched:
                patched.setattr(server, "apply", away)
                running = asyncio.create_task(replica.run())
                await until(lambda: len(asked) > 4)
            await until(lambda: "can say again that it is alive" in caplog.text)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    assert caplog.text.count("cannot say that it is alive: the server is away") == 1
    assert caplog.text.count("leads, of 1") == 1
