"""What one does for all: the clock and the menus are those of the replica that leads, and of the next when it goes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.screen import Screen
from bot.following import CatalogTooNew
from bot.parts.introduction import Introduction
from bot.replica import EVERY
from bot.storage import schema as t
from bot.storage.ledger import adopted_files
from bot.storage.people import people, staff
from bot.storage.post import unheard
from bot.watch import Problem
from scheduler.clock import Clock
from tests.live import AT_WORK
from tests.people import ADMIN, HEAD, introduced
from tests.texts.example import Types
from tests.waiting import until
from tests.world import World, living, local

Tick = Callable[[], Awaitable[None]]
# How long the one that leads does so without a beat.
_LONG = "interval '1 hour'"


class Ticks(list[Tick]):
    """What the clock of each bot calls, in the order in which the bots were made."""

    def __call__(self, tick: Tick, seconds: float) -> Clock:
        self.append(tick)
        return Clock(tick, seconds)  # type: ignore[arg-type]


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> Ticks:
    noted = Ticks()
    monkeypatch.setattr("bot.app.Clock", noted)
    return noted


@asynccontextmanager
async def two(folder: Path, url: str) -> AsyncIterator[tuple[World, World]]:
    """The first one leads, for as long as it is there."""
    async with living(folder, database_url=url, admin_ids=(ADMIN,)) as first:
        second = World(first.telegram, first.catalog, first.settings)
        await second.begin()
        try:
            await first.app.replica.join()
            async with first.storage.write() as tx:
                then = sa.func.now() + sa.text(_LONG)
                await tx.execute(sa.update(t.replicas).values(seen_at=then))
                await tx.execute(sa.update(t.leader).values(until=then))
            yield first, second
        finally:
            await second.end()


async def _opened(world: World) -> int:
    async with world.storage.read() as tx:
        return int((await tx.execute(sa.select(sa.func.count()).select_from(t.rounds))).scalar_one())


async def test_time_acts_by_the_one_that_leads(tmp_path: Path, migrated_url: str, ticks: Ticks) -> None:
    async with two(tmp_path, migrated_url) as (first, second):
        head = await first.person("Иванова Мария", HEAD)
        await head.join(Types.GENERAL, "Сосновоозёрская")
        await second.app.replica.join()
        await first.at(first.now)
        first.now = second.now = local("2026-10-05 09:00")
        _, follows = ticks
        asked = await head.count()
        await follows()
        await first.settle()
        assert (await _opened(first), await head.count()) == (0, asked)
        # The one that leads ends in order: the next one takes its clock over.
        await first.app.replica.leave()
        await second.app.replica.beat()
        await follows()
        await first.settle()
        assert await _opened(first) > 0
        assert await head.count() > asked


async def test_who_follows_knows_whom_to_warn_and_tells_what_it_alone_has_heard(
    tmp_path: Path, migrated_url: str, ticks: Ticks
) -> None:
    async with two(tmp_path, migrated_url) as (first, second):
        await introduced(first, "Начальник Анна", ADMIN)
        deputy = await introduced(first, "Заместитель Борис", ADMIN + 1)
        await second.app.replica.join()
        async with first.storage.write() as tx:
            await people.ensure(tx, deputy.id, "Заместитель Борис", first.now)
            await staff.make_admin(tx, deputy.id, None, first.now)
        # Telegram says something that nobody has heard before, to this one alone.
        await first.telegram.order_fault("400", method="sendMessage", count=1, description="the moon is full")
        await second.app.speaker.send(deputy.id, Screen("Слово"))
        _, follows = ticks
        await follows()
        async with first.storage.write() as tx:
            await unheard.turn(tx)
            assert [known.text for known in await unheard.told(tx)]
        # The server is lost, and this one has to speak for all.
        before = await deputy.count()
        await second.app.alarms.tell((Problem.DATABASE,))
        assert await deputy.count() == before + 1


async def test_menus_are_brought_by_the_one_that_leads(
    tmp_path: Path, migrated_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.parts.serving")
    bring, brought = Introduction.menus, asyncio.Event()

    async def noted(introduction: Introduction) -> None:
        brought.set()
        await bring(introduction)

    monkeypatch.setattr(Introduction, "menus", noted)
    async with two(tmp_path, migrated_url) as (first, second):
        head, stop = await first.person("Иванова Мария", HEAD), asyncio.Event()
        serving = asyncio.create_task(second.app.run(stop))
        try:
            await until(lambda: AT_WORK in caplog.text)
            # What it does at its start has begun.
            for _ in range(50):
                await asyncio.sleep(0)
            assert not brought.is_set()
            assert await head.phone.commands() == []
            await first.app.replica.leave()
            await brought.wait()
            await until(lambda: first.telegram.record.count("setMyCommands", 200) > 0)
            assert await head.phone.commands()
        finally:
            stop.set()
            await serving


async def test_who_ends_leaves_leading_to_the_next_before_all_that_it_has_is_done(
    tmp_path: Path, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.parts.serving.SHUTDOWN_TIMEOUT", 60.0)
    async with living(tmp_path, database_url=migrated_url) as first:
        second = World(first.telegram, first.catalog, first.settings)
        await second.begin()
        stop, done = asyncio.Event(), asyncio.Event()
        serving = asyncio.create_task(first.app.run(stop))
        try:
            await until(first.app.replica.leads)
            await second.app.replica.join()
            # Somebody's answer takes long to be said.
            monkeypatch.setattr(first.app.dispatcher, "idle", done.wait)
            stop.set()
            async with asyncio.timeout(60):
                while not second.app.replica.leads():
                    await asyncio.sleep(EVERY)
                    await second.app.replica.beat()
            assert not serving.done()
        finally:
            done.set()
            await serving
            await second.end()


async def test_who_cannot_read_what_has_been_adopted_ends_and_leaves_it_to_the_others(
    tmp_path: Path, migrated_url: str
) -> None:
    async with two(tmp_path, migrated_url) as (first, second):
        stop = asyncio.Event()
        serving = asyncio.create_task(second.app.run(stop))
        try:
            await until(lambda: second.app.replica.alive == 2)
            # A newer version has adopted what this one has no words for.
            async with first.storage.write() as tx:
                written = replace(first.catalog.written, directives="directives: {newer: words}")
                await adopted_files.adopt(tx, written, first.now)
            await until(serving.done)
        finally:
            stop.set()
            with pytest.raises(CatalogTooNew):
                await serving
