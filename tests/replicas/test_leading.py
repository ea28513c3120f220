"""One of the replicas polls and speaks for all; when it cannot, another one does."""

import asyncio
import logging
from pathlib import Path

import pytest

from bot.storage.engine.database import DatabaseUnavailable
from bot.watch import Watch
from simulator import Simulator
from tests.delivery.office import BUSY, texts
from tests.replicas.offices import Station, several, unheard_of
from tests.waiting import until


def _polling(station: Station) -> asyncio.Task[None]:
    return asyncio.create_task(station.receiver.run())


async def test_only_the_one_that_leads_polls(
    telegram: Simulator, tmp_path: Path, migrated_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with several(telegram, tmp_path, migrated_url, 2) as (first, second):
        head = await first.person(101)
        polling = [_polling(station) for station in (first, second)]
        try:
            await head.send("раз")
            await head.wait_for("эхо: раз", timeout=60)
            assert "getUpdates" not in caplog.text
            assert (first.replica.leads(), second.replica.leads()) == (True, False)
            # The first one cannot say that it is alive, and hears nothing of the second one.
            await first.stop_beating()
            await unheard_of(second.storage, first.replica.id, 4)
            await until(second.replica.leads)
            # Whoever polled gives way to the one that polls now, though it still believes that it leads; neither ends.
            first.frozen_for = 3
            with caplog.at_level(logging.WARNING):
                await until(lambda: "terminated by other getUpdates" in caplog.text)
            await head.send("два")
            await head.wait_for("эхо: два", timeout=60)
            await second.dispatcher.idle()
            assert [task.done() for task in polling] == [False, False]
            assert caplog.text.count("terminated by other getUpdates") == 1
        finally:
            for task in polling:
                task.cancel()
            await asyncio.gather(*polling, return_exceptions=True)


async def test_while_the_database_is_away_people_are_told_by_the_one_that_led(
    telegram: Simulator, tmp_path: Path, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with several(telegram, tmp_path, migrated_url, 1) as (station,):
        head = await station.person(101)

        async def away(*_work: object, **_how: object) -> None:
            raise DatabaseUnavailable("the server is away")

        # No beat gets through: nobody leads, and what is in hand may be another one's by now.
        await station.stop_beating()
        station.frozen_for = 30
        assert not station.replica.leads()
        assert not station.replica.is_alive()
        monkeypatch.setattr(station.storage, "apply", away)
        await head.send("раз")
        polling = _polling(station)
        try:
            await head.wait_for(BUSY, timeout=60)
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
        assert texts(await head.messages()) == [BUSY]
        assert telegram.pending_updates() == 1


async def test_who_does_not_poll_is_not_deaf(telegram: Simulator, tmp_path: Path, migrated_url: str) -> None:
    async with several(telegram, tmp_path, migrated_url, 2) as (first, second):
        moment = 1000.0
        watches = [Watch(one.storage, one.now, 30, one.replica, lambda: moment) for one in (first, second)]
        moment += 150
        # It hears of the other one.
        await first.replica.beat()
        leads, follows = [await watch.look() for watch in watches]
        assert (leads.poll, leads.problems, leads.leads, leads.replicas) == (150.0, ("telegram",), True, 2)
        assert (follows.poll, follows.problems, follows.leads, follows.replica) == (None, (), False, second.replica.id)
        # When it begins to poll, its age begins too.
        await first.stop_beating()
        await first.replica.leave()
        await until(second.replica.leads)
        assert (await watches[1].look()).poll == 0.0


async def test_the_webhook_is_set_in_a_silence_too(telegram: Simulator, tmp_path: Path, migrated_url: str) -> None:
    async with several(telegram, tmp_path, migrated_url, 1) as (station,):
        station.pacer.pause(3600)
        assert await station.bot.set_webhook("https://example.org/hook")
        assert telegram.world.webhook.url == "https://example.org/hook"
