"""Links that can be used still: whose they are, how they end, and at what moment."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from bot.domain.people.member import Invitation, Limits, Link, Role, StaffInvitation, StaffRole
from bot.storage.desk import erasure, restoring
from bot.storage.engine.database import Tx
from bot.storage.people import invitations, links, people, staff
from tests.storage.seed import ADMIN, DAY, IVAN, NOW, OLGA, Seed

EVERYTHING = Limits()
SCHOOLS = Limits(frozenset({"school"}))


@pytest.fixture
async def school(seed: Seed) -> int:
    await seed.person(ADMIN, "Администратор")
    await seed.person(OLGA)
    for person_id in (ADMIN, OLGA):
        await seed.storage.apply(partial(people.consent, person_id=person_id, now=NOW))
        await seed.storage.apply(partial(staff.make_admin, person_id=person_id, by=None, now=NOW))
    return await seed.organization("Лицей")


async def make(seed: Seed, school: int, by: int | None = OLGA, role: Role = Role.HEAD) -> str:
    return await seed.storage.apply(lambda tx: invitations.create(tx, school, role, by, NOW))


async def invite(seed: Seed, limits: Limits = EVERYTHING, by: int = OLGA) -> str:
    return await seed.storage.apply(lambda tx: staff.invite(tx, StaffRole.CURATOR, limits, by, NOW))


async def test_the_list_says_who_made_which_and_until_when(seed: Seed, school: int) -> None:
    await make(seed, school)
    await make(seed, school, None, Role.DEPUTY)
    await invite(seed, SCHOOLS)
    found = await seed.see(lambda tx: links.usable_now(tx, NOW))
    told = {(link.role, link.by_name, link.organization_name, link.limits) for link in found}
    assert told == {
        (StaffRole.CURATOR, "Ольга Сергеевна", "", SCHOOLS),
        (Role.HEAD, "Ольга Сергеевна", "Лицей", EVERYTHING),
        (Role.DEPUTY, None, "Лицей", EVERYTHING),
    }
    assert [link.expires_at for link in found] == [
        NOW + staff.LIFETIME,
        NOW + invitations.LIFETIME,
        NOW + invitations.LIFETIME,
    ]
    of_school = await seed.see(lambda tx: links.usable_now(tx, NOW, organization_id=school))
    assert {link.role for link in of_school} == {Role.HEAD, Role.DEPUTY}
    assert await seed.see(lambda tx: links.usable_now(tx, NOW + invitations.LIFETIME)) == []


async def test_what_is_recalled_serves_nobody_whatever_the_clock_says(seed: Seed, school: int) -> None:
    token, role = await make(seed, school), await invite(seed)

    async def recall(tx: Tx) -> int:
        return await links.end(tx, await links.usable_now(tx, NOW), ADMIN, NOW)

    assert await seed.storage.apply(recall) == 2
    assert await seed.storage.apply(recall) == 0
    # An update may have waited for its turn since before the recall.
    early = NOW - timedelta(minutes=5)
    await seed.person(IVAN)
    assert await seed.storage.apply(lambda tx: invitations.use(tx, token, IVAN, early)) is None
    assert await seed.storage.apply(lambda tx: staff.use_invitation(tx, role, IVAN, early)) is None


async def test_of_use_and_recall_at_once_exactly_one_happens(seed: Seed, school: int) -> None:
    await seed.person(IVAN)
    for _ in range(5):
        token, role = await make(seed, school), await invite(seed)
        open_now = await seed.see(lambda tx: links.usable_now(tx, NOW))

        async def deed(
            tx: Tx, index: int, token: str = token, role: str = role, open_now: list[Link] = open_now
        ) -> object:
            match index:
                case 0:
                    return await invitations.use(tx, token, IVAN, NOW)
                case 1:
                    return await links.end(tx, open_now, ADMIN, NOW)
                case _:
                    return await staff.use_invitation(tx, role, IVAN, NOW)

        used, ended, joined = await seed.crowd(3, deed)
        assert ended == 2 - isinstance(used, Invitation) - isinstance(joined, StaffInvitation)


@pytest.mark.parametrize("way", ["revoked", "demoted", "erased"])
async def test_links_end_with_their_makers_role(seed: Seed, school: int, way: str) -> None:
    token, role, others = await make(seed, school), await invite(seed), await make(seed, school, ADMIN)
    waiting = await make(seed, school)
    await seed.person(IVAN)
    await seed.storage.apply(lambda tx: invitations.use(tx, waiting, IVAN, NOW))

    async def go(tx: Tx) -> None:
        match way:
            case "revoked":
                await staff.revoke(tx, OLGA, ADMIN, NOW)
            case "demoted":
                await staff.change(tx, OLGA, StaffRole.CURATOR, SCHOOLS, ADMIN, NOW)
            case _:
                await erasure.erase(tx, OLGA, NOW)

    await seed.storage.apply(go)
    assert await seed.storage.apply(lambda tx: invitations.use(tx, token, IVAN, NOW)) is None
    assert await seed.storage.apply(lambda tx: staff.use_invitation(tx, role, IVAN, NOW)) is None
    assert await seed.see(lambda tx: links.successions(tx, EVERYTHING)) == []
    assert await seed.storage.apply(lambda tx: invitations.use(tx, others, IVAN, NOW)) is not None


async def test_narrowed_limits_end_what_reaches_beyond_them(seed: Seed, school: int) -> None:
    garden = await seed.organization("Садик", "preschool")
    beyond, within = await make(seed, garden), await make(seed, school)
    unlimited, limited = await invite(seed), await invite(seed, SCHOOLS)
    await seed.person(IVAN)
    await seed.storage.apply(lambda tx: staff.change(tx, OLGA, StaffRole.ADMIN, SCHOOLS, ADMIN, NOW))
    assert await seed.storage.apply(lambda tx: invitations.use(tx, beyond, IVAN, NOW)) is None
    assert await seed.storage.apply(lambda tx: staff.use_invitation(tx, unlimited, IVAN, NOW)) is None
    assert await seed.storage.apply(lambda tx: invitations.use(tx, within, IVAN, NOW)) is not None
    assert await seed.storage.apply(lambda tx: staff.use_invitation(tx, limited, IVAN, NOW)) is not None


async def test_a_restored_backup_opens_no_doors(seed: Seed, school: int) -> None:
    token, role = await make(seed, school), await invite(seed)
    await seed.storage.apply(lambda tx: restoring.settle(tx, (), (), NOW + DAY))
    await seed.person(IVAN)
    assert await seed.storage.apply(lambda tx: invitations.use(tx, token, IVAN, NOW + DAY)) is None
    assert await seed.storage.apply(lambda tx: staff.use_invitation(tx, role, IVAN, NOW + DAY)) is None


async def test_what_was_given_is_told_to_others_within_their_limits(seed: Seed, school: int) -> None:
    token = await make(seed, school, None)
    await seed.person(IVAN, "Иван")

    async def come(tx: Tx) -> None:
        used = await invitations.use(tx, token, IVAN, NOW)
        assert used is not None
        assert await invitations.give(tx, used, IVAN, NOW)
        assert not await invitations.give(tx, used, IVAN, NOW)
        assert not await invitations.refuse(tx, used, ADMIN, NOW)

    await seed.storage.apply(come)

    async def told(tx: Tx, person_id: int) -> list[str]:
        person = await people.get(tx, person_id)
        assert person is not None
        return [gift.person_name for gift in await links.gifts(tx, person, NOW)]

    assert await seed.see(lambda tx: told(tx, ADMIN)) == ["Иван"]
    assert await seed.see(lambda tx: told(tx, IVAN)) == []


async def test_of_an_administrator_limited_to_a_topic_the_wider_roles_are_recalled(seed: Seed, school: int) -> None:
    """Topics say nothing of organizations, so the links to seats stay."""
    sport = Limits(topics=frozenset({"sport"}))
    await make(seed, school)
    await invite(seed)
    await invite(seed, sport)
    assert await seed.storage.apply(lambda tx: staff.change(tx, OLGA, StaffRole.ADMIN, sport, ADMIN, NOW))
    found = await seed.see(lambda tx: links.usable_now(tx, NOW))
    assert {(link.role, link.limits) for link in found} == {(Role.HEAD, EVERYTHING), (StaffRole.CURATOR, sport)}


@pytest.mark.parametrize("to_seat", [True, False])
async def test_what_is_made_while_its_makers_role_ends_ends_with_it(seed: Seed, school: int, to_seat: bool) -> None:
    made = asyncio.Event()

    async def make(tx: Tx) -> None:
        if to_seat:
            await invitations.create(tx, school, Role.HEAD, OLGA, NOW)
        else:
            await staff.invite(tx, StaffRole.ADMIN, EVERYTHING, OLGA, NOW)
        made.set()

    async def revoke(tx: Tx) -> None:
        if not seed.storage.is_sqlite:
            # It has not seen the link, and the link is not committed yet.
            await made.wait()
        assert await staff.revoke(tx, OLGA, ADMIN, NOW)

    await seed.at_once(make, revoke)
    assert await seed.see(lambda tx: links.usable_now(tx, NOW)) == []
