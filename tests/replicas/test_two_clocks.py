"""Two replicas that both believe for a while that they lead: whatever both do at once is done once."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa

from bot.domain.letter import LetterKind, LetterState
from bot.storage import schema as t
from bot.storage.engine.database import Storage, Tx
from scheduler.unsent import tell_unsent
from tests.handlers.answering.ledger import answer, every_kind, fill
from tests.people import ADMIN, HEAD, introduced
from tests.texts.example import Types
from tests.texts.heads import Form
from tests.world import World, living, local

T = TypeVar("T")

# Opening and digest; reminders; the last days; the closing, with its report; and the first of a month.
MOMENTS = ["10-05 09:00", "10-06 10:00", "10-14 10:00", "10-16 12:00", "10-20 10:00", "10-23 10:00"]
MOMENTS += ["10-26 10:00", "10-28 10:00", "10-30 10:00", "11-02 10:00", "11-05 10:00", "11-10 10:00", "12-01 10:00"]

CLOSING_SOON = "2026-10-28 10:00"


async def _both(first: World, second: World, moment: str) -> None:
    for world in (first, second):
        world.now = local(f"2026-{moment}")
    await asyncio.gather(first.app.tick(), second.app.tick())
    await first.settle()


@pytest.mark.slow
async def test_nothing_is_asked_told_or_ordered_twice(tmp_path: Path, migrated_url: str) -> None:
    async with living(tmp_path, every_kind(tmp_path), database_url=migrated_url, admin_ids=(ADMIN,)) as first:
        await introduced(first, "Начальник Анна", ADMIN)
        head, late = await first.person("Иванова Мария", HEAD), await first.person("Петров Олег", HEAD + 1)
        await head.join(Types.GENERAL, "Сосновоозёрская школа")
        await late.join(Types.GENERAL, "Белоярская школа")
        second = World(first.telegram, first.catalog, first.settings)
        await second.begin()
        try:
            async with first.storage.write() as tx:
                await tx.execute(sa.update(t.staff).values(monthly=True, closings=True, since=first.now))
            await _both(first, second, MOMENTS[0])
            await fill(head)
            await head.press(Form.SEND)
            # A correction that is begun and never sent.
            await head.press(Form.CHANGE, "Занимается")
            await head.send("121")
            for moment in MOMENTS[1:]:
                await _both(first, second, moment)
        finally:
            await second.end()
        async with first.storage.read() as tx:
            written = (
                await tx.execute(
                    sa.select(
                        t.letters.c.kind,
                        t.letters.c.created_at,
                        t.letters.c.person_id,
                        sa.cast(t.letters.c.data, sa.Text),
                    )
                )
            ).all()
            opened = (await tx.execute(sa.select(t.rounds.c.directive_id, t.rounds.c.period))).all()
        assert sorted(map(tuple, written)) == sorted(set(map(tuple, written)))
        assert len(opened) == len(set(opened))
        told = {row.kind for row in written}
        assert told >= {
            LetterKind.REQUESTS,
            LetterKind.REMINDER,
            LetterKind.DIGEST,
            LetterKind.REPORT,
            LetterKind.UNSENT,
        }


class _Late(Storage):
    """What it does begins with what the database is, goes on when that is so no more, and says how often it began."""

    def __init__(self, url: str, meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__(url)
        self._meanwhile = meanwhile
        self.begun = 0

    async def apply(self, work: Callable[[Tx], Awaitable[T]], *, snapshot: bool = True) -> T:
        async def late(tx: Tx) -> T:
            await tx.execute(sa.select(1))
            self.begun += 1
            if self.begun == 1:
                await self._meanwhile()
            return await work(tx)

        return await super().apply(late, snapshot=snapshot)


async def test_who_has_looked_before_the_other_told_tells_nobody(tmp_path: Path, migrated_url: str) -> None:
    async with living(tmp_path, every_kind(tmp_path), database_url=migrated_url) as world:
        head = await world.person("Иванова Мария", HEAD)
        await head.join(Types.GENERAL, "Сосновоозёрская школа")
        await answer(world, head)
        await head.press(Form.CHANGE, "Занимается")
        await head.send("121")

        async def told() -> None:
            # And the letter is gone: nothing waits that a second one could be the same as.
            await world.at(CLOSING_SOON)
            assert await states() == [LetterState.SENT]

        async def states() -> list[str]:
            async with world.storage.read() as tx:
                query = sa.select(t.letters.c.state).where(t.letters.c.kind == LetterKind.UNSENT)
                return list((await tx.execute(query)).scalars())

        late = _Late(migrated_url, told)
        try:
            assert await tell_unsent(late, world.catalog.calendar, local(CLOSING_SOON)) == 0
        finally:
            await late.close()
        assert await states() == [LetterState.SENT]
        assert late.begun == 2
