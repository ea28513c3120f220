"""Addresses of calendars: worthless to whoever reads the database, and one a person."""

import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.people.member import Role
from bot.storage.people import addresses, people, seats
from bot.storage.people.addresses import Address
from bot.storage.schema import metadata
from tests.storage.seed import NOW, Seed


@pytest.fixture
async def head(seed: Seed) -> int:
    """Somebody with a seat."""
    return (await seed.seat(1, await seed.organization("Лицей"))).person_id


async def look(seed: Seed, token: str) -> Address | None:
    """What is found at the address."""
    token_hash = hashlib.sha256(token.encode()).hexdigest()
    return await seed.see(lambda tx: addresses.of_hash(tx, token_hash))


async def make(seed: Seed, person: int) -> str:
    """A new address."""
    return await seed.storage.apply(lambda tx: addresses.make(tx, person, NOW))


async def test_one_a_person_and_the_last_one_counts(seed: Seed, head: int) -> None:
    first = await make(seed, head)
    assert await look(seed, first) == Address(head, NOW, None, None)
    second = await make(seed, head)
    assert await look(seed, first) is None
    assert await look(seed, second) is not None
    assert len({first, second}) == 2
    assert await seed.storage.apply(lambda tx: addresses.end(tx, head))
    assert not await seed.storage.apply(lambda tx: addresses.end(tx, head))
    assert await look(seed, second) is None


async def test_the_database_has_no_token(seed: Seed, head: int) -> None:
    token = await make(seed, head)
    for table in metadata.sorted_tables:
        rows = await seed.see(lambda tx, table=table: tx.execute(sa.select(table)))  # type: ignore[misc]
        assert token not in str(rows.all()), table.name


async def test_since_when_it_says_what_it_says(seed: Seed, head: int) -> None:
    token = await make(seed, head)
    since = []
    # Within one second, and then by a clock that was set back.
    for content, later in (("a", 0.2), ("b", 0.4), ("c", -5.0), ("d", 60.0)):
        address = await look(seed, token)
        assert address is not None
        at = NOW + timedelta(seconds=later)
        since.append(await seed.storage.apply(lambda tx: addresses.said(tx, address, content, at)))  # noqa: B023
        noted = await look(seed, token)
        assert noted is not None
        assert (noted.content_hash, noted.changed_at) == (content, since[-1])
    assert since == sorted(set(since))
    assert all(moment.microsecond == 0 for moment in since)
    # Another address has said nothing yet.
    assert await look(seed, await make(seed, head)) == Address(head, NOW, None, None)


async def test_it_is_nobodys_without_a_seat(seed: Seed, head: int) -> None:
    token = await make(seed, head)
    other = await seed.organization("Школа")
    await seed.seat(head, other, Role.DEPUTY)
    held = await seed.see(lambda tx: seats.of_person(tx, head))
    await seed.storage.apply(lambda tx: seats.leave(tx, held[0].id, head, NOW))
    # One seat of two is enough.
    assert await look(seed, token) is not None
    await seed.storage.apply(lambda tx: seats.leave(tx, held[1].id, head, NOW))
    assert await look(seed, token) is None
    await seed.seat(head, other, Role.DEPUTY)
    assert await look(seed, token) is None


async def test_whoever_wants_no_messages_has_none(seed: Seed, head: int) -> None:
    token = await make(seed, head)
    await seed.storage.apply(lambda tx: people.stop(tx, head, NOW))
    await seed.storage.apply(lambda tx: people.resume(tx, head, NOW))
    assert await look(seed, token) is None
