"""Requests of one round are looked up together: a round of thousands takes few looks, and one fault is one letter's."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.directives.directive import AudiencePart
from bot.domain.letter import Letter, LetterKind
from bot.domain.people.member import Role
from bot.domain.screen import Rendered, Screen
from bot.letters.batches import Rendering
from bot.letters.render import render
from bot.storage.engine.database import Storage
from bot.storage.people import people, seats
from bot.storage.post import claims, letters
from bot.storage.schema import directive_versions, rounds
from tests.catalog.sheets import example
from tests.databases import make_database, quick
from tests.storage.plans import statements
from tests.storage.seed import DAY, NOW, SPORT, Seed, directive, occurrence
from tests.threadless import threadless

FIRST = 1001


@pytest.fixture
async def seed(tmp_path: Path) -> AsyncIterator[Seed]:
    await make_database(tmp_path / "bot.db")
    storage = threadless(quick(Storage(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")))
    yield Seed(storage, storage)
    await storage.close()


async def asked(seed: Seed, heads: int) -> list[Letter]:
    """A round of that many schools with a head each; what the courier claims."""
    for number in range(FIRST, FIRST + heads):
        await seed.person(number, f"Директор {number}")
        await seed.seat(number, await seed.organization(f"Школа № {number}"))
    await seed.open()
    return await claimed(seed, range(FIRST, FIRST + heads))


async def claimed(seed: Seed, whom: range) -> list[Letter]:
    await seed.storage.apply(lambda tx: letters.write(tx, LetterKind.REQUESTS, whom, NOW))
    return await seed.storage.apply(lambda tx: claims.claim(tx, NOW, 100))


def text(rendered: object) -> str:
    assert isinstance(rendered, Rendered)
    assert isinstance(rendered.content, Screen)
    return rendered.content.text


@pytest.mark.slow
async def test_so_many_looks_however_many_letters(seed: Seed) -> None:
    due = await asked(seed, 25)
    counts = []
    for some in (due[:2], due):
        async with seed.storage.read() as tx:
            with statements() as seen:
                worded = [each async for each in render(tx, some, example(), NOW)]
        for letter, rendered in zip(some, worded, strict=True):
            assert f"Школа № {letter.person_id}" in text(rendered)
        counts.append(len(seen))
    # People, what they are asked, and what stands beside it.
    assert counts == [3, 3]


@pytest.mark.slow
async def test_each_is_worded_as_if_alone(seed: Seed) -> None:
    due = await asked(seed, 4)
    first, second, third, _ = range(FIRST, FIRST + 4)
    # One has two requests, one is on vacation, one has a deputy who is asked in their place.
    await seed.storage.apply(lambda tx: people.pause(tx, second, NOW + DAY, NOW))
    deputy = await seed.person(FIRST + 4, "Заместитель")
    (seat,) = await seed.see(lambda tx: seats.of_person(tx, second))
    await seed.seat(deputy, seat.organization_id, Role.DEPUTY)
    await seed.open(SPORT, occurrence())
    due += await claimed(seed, range(deputy, deputy + 1))
    async with seed.storage.read() as tx:
        together = [each async for each in render(tx, due, example(), NOW)]
        alone = [each for letter in due async for each in render(tx, [letter], example(), NOW)]
    assert together == alone
    assert [each is None for each in together] == [letter.person_id == second for letter in due]
    assert {first, third, deputy} <= {letter.person_id for letter in due}


async def test_a_fault_in_what_one_is_asked_is_the_fault_of_that_letter(seed: Seed) -> None:
    due = await asked(seed, 3)
    stray = FIRST + 3
    await seed.person(stray)
    await seed.seat(stray, await seed.organization("Школа без запроса", "gymnasium"))
    opened = await seed.open(directive("clubs", "sport", AudiencePart("gymnasium")), occurrence())
    due += await claimed(seed, range(stray, stray + 1))
    async with seed.storage.write() as tx:
        its = sa.select(rounds.c.directive_version_id).where(rounds.c.id == opened.id)
        await tx.execute(
            sa.update(directive_versions).where(directive_versions.c.id == its.scalar_subquery()).values(body="{}")
        )
    rendering = Rendering(seed.storage, lambda tx, some, now: render(tx, some, example(), now))
    # All wait for the same transaction.
    results = await asyncio.gather(*(rendering.render(letter, NOW) for letter in due), return_exceptions=True)
    assert [isinstance(result, ValueError) for result in results] == [letter.person_id == stray for letter in due]
