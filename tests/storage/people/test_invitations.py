"""Invitations: one-time, for a while, and worthless to whoever reads the database."""

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.people.member import Invitation, Role
from bot.storage.engine.database import Tx
from bot.storage.people import invitations
from bot.storage.schema import metadata
from tests.storage.seed import DAY, NOW, Seed


@pytest.fixture
async def school(seed: Seed) -> int:
    return await seed.organization("Лицей")


@pytest.fixture
async def token(seed: Seed, school: int) -> str:
    return await seed.storage.apply(lambda tx: invitations.create(tx, school, Role.DEPUTY, None, NOW))


async def test_an_invitation_is_found_and_used(seed: Seed, school: int, token: str) -> None:
    invitation = await seed.see(lambda tx: invitations.find(tx, token))
    assert invitation is not None
    assert invitation == Invitation(invitation.id, school, "Лицей", Role.DEPUTY, NOW + invitations.LIFETIME, None)
    person = await seed.person(1)
    used = await seed.storage.apply(lambda tx: invitations.use(tx, token, person, NOW + DAY))
    assert used is not None
    assert used.used_at == NOW + DAY
    assert await seed.see(lambda tx: invitations.find(tx, token)) == used


async def test_of_ten_who_use_it_at_once_exactly_one_does(seed: Seed, token: str) -> None:
    for index in range(10):
        await seed.person(index + 1)
    found = await seed.crowd(10, lambda tx, index: invitations.use(tx, token, index + 1, NOW))
    assert sum(isinstance(one, Invitation) for one in found) == 1
    assert found.count(None) == 9


async def test_an_expired_one_is_found_but_not_used(seed: Seed, token: str) -> None:
    person = await seed.person(1)
    end = NOW + invitations.LIFETIME
    assert await seed.storage.apply(lambda tx: invitations.use(tx, token, person, end)) is None
    assert await seed.see(lambda tx: invitations.find(tx, token)) is not None
    last = end - timedelta(seconds=1)
    assert await seed.storage.apply(lambda tx: invitations.use(tx, token, person, last)) is not None


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("unknown", ["", "AAAAAAAAAAAAAAAAAAAAAA", "' OR 1=1 --", "Лицей"])
async def test_an_unknown_token_is_nothing(seed: Seed, unknown: str) -> None:
    person = await seed.person(1)
    assert await seed.see(lambda tx: invitations.find(tx, unknown)) is None
    assert await seed.storage.apply(lambda tx: invitations.use(tx, unknown, person, NOW)) is None


async def test_the_database_knows_no_token(seed: Seed, token: str) -> None:
    assert re.fullmatch(r"[\w-]{22}", token, re.ASCII)
    stored = ""
    async with seed.storage.read() as tx:
        for table in metadata.tables.values():
            stored += "".join(repr(row) for row in await tx.execute(sa.select(table)))
    assert invitations.digest(token) in stored
    assert token not in stored


async def test_two_invitations_are_two(seed: Seed, school: int, token: str) -> None:
    other = await seed.storage.apply(lambda tx: invitations.create(tx, school, Role.HEAD, None, NOW))
    person = await seed.person(1)
    await seed.storage.apply(lambda tx: invitations.use(tx, token, person, NOW))
    left = await seed.see(lambda tx: invitations.find(tx, other))
    assert left is not None
    assert (left.used_at, left.role) == (None, Role.HEAD)


async def test_of_a_head_beside_the_present_one(seed: Seed, school: int) -> None:
    token = await seed.storage.apply(lambda tx: invitations.create(tx, school, Role.HEAD, None, NOW, beside=True))
    invitation = await seed.see(lambda tx: invitations.find(tx, token))
    assert invitation is not None
    assert (invitation.role, invitation.beside) == (Role.HEAD, True)


async def test_a_batch_is_worded_from_a_secret_that_is_forgotten(seed: Seed, school: int) -> None:
    ids = [school, await seed.organization("Гимназия")]
    person = await seed.person(1)

    async def make(tx: Tx) -> str:
        return await invitations.create_batch(tx, ids, Role.HEAD, person, NOW)

    batch, other = await seed.storage.apply(make), await seed.storage.apply(make)

    async def tokens(name: str, at: datetime = NOW) -> dict[int, str] | None:
        return await seed.see(lambda tx: invitations.batch_tokens(tx, name, ids, at))

    made, more = await tokens(batch), await tokens(other)
    assert made is not None
    assert more is not None
    assert len({*made.values(), *more.values()}) == 4
    used = await seed.storage.apply(lambda tx: invitations.use(tx, made[school], person, NOW))
    assert used is not None
    assert used.organization_id == school
    # What is used or too old is no use to anybody.
    assert await tokens(batch) == {ids[1]: made[ids[1]]}
    assert await tokens(batch, NOW + invitations.LIFETIME) == {}
    assert await seed.see(lambda tx: invitations.pending(tx, school, NOW)) == 1
    assert await tokens("unknown") is None
    await seed.storage.apply(lambda tx: invitations.forget_seeds(tx, NOW + DAY))
    assert await tokens(other) == more
    await seed.storage.apply(lambda tx: invitations.forget_seeds(tx, NOW + invitations.WORDED_WITHIN))
    assert await tokens(other) is None
    assert await seed.storage.apply(lambda tx: invitations.use(tx, more[school], person, NOW)) is not None
