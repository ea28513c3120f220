"""Announcements whose time has come; and who joins while one is current."""

import pytest

from bot.domain.people.member import StaffRole
from bot.storage.desk import announcements
from bot.storage.people import staff
from tests.people import introduced
from tests.texts.department import Announcements, Panel, Recipients
from tests.texts.example import Organizations, Types
from tests.world import Head, World

TEXT = "Совещание в среду"


async def schedule(author: Head, moment: str) -> None:
    """An announcement to all heads at that moment."""
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await author.send(TEXT)
    await author.press(Announcements.TO, Recipients.ALL, f"{Recipients.DONE}: 12", Announcements.WHEN)
    await author.send(moment)
    await author.press(Announcements.SEND, Announcements.SURELY_PLAN)


async def got(person: Head) -> int:
    """How many copies stand in the chat."""
    return len([message for message in await person.phone.messages() if message["text"].endswith(TEXT)])


async def state(world: World) -> str:
    async with world.storage.read() as tx:
        announcement = await announcements.get(tx, 1)
    assert announcement is not None
    return announcement.state


@pytest.mark.slow
async def test_at_its_time_and_once(world: World, admin: Head, head: Head) -> None:
    await schedule(admin, "28.08 11:00")
    await world.at("2026-08-28 10:59")
    assert await got(head) == 0
    await world.restart()
    await world.at("2026-08-28 11:00")
    await world.at("2026-08-28 11:01")
    assert await got(head) == 1
    assert f"{Announcements.HEADING} · {Announcements.IS_SENT}" in await admin.sees()


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_after_a_downtime(world: World, admin: Head, head: Head) -> None:
    await schedule(admin, "28.08 11:00")
    await world.at("2026-08-28 13:00")
    assert await got(head) == 1


@pytest.mark.slow
async def test_what_a_downtime_passed_waits_for_working_hours(world: World, admin: Head, head: Head) -> None:
    await schedule(admin, "28.08 11:00")
    await world.restart()
    # A Saturday, the night to Monday, and Monday morning.
    for moment in ("2026-08-29 12:00", "2026-08-31 02:00", "2026-08-31 08:59"):
        await world.at(moment)
        assert await got(head) == 0
        assert await state(world) == "scheduled"
    await world.at("2026-08-31 09:00")
    await world.at("2026-08-31 09:01")
    assert await got(head) == 1
    assert f"{Announcements.HEADING} · {Announcements.IS_SENT}" in await admin.sees()


async def test_an_hour_that_was_chosen_is_kept_also_on_a_sunday(world: World, admin: Head, head: Head) -> None:
    await schedule(admin, "30.08 20:00")
    await world.at("2026-08-30 19:59")
    assert await got(head) == 0
    # A start that took some minutes is no downtime.
    await world.at("2026-08-30 20:40")
    assert await got(head) == 1


@pytest.mark.slow
async def test_whoever_was_away_gets_it_on_return(world: World, admin: Head, head: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await admin.send(TEXT)
    await admin.press(
        Announcements.TO, Recipients.ALL, f"{Recipients.DONE}: 12", Announcements.NEWCOMERS, Announcements.FOR_A_WEEK
    )
    deputy = await world.person("Петров Олег", 102)
    await deputy.join(Types.GENERAL, Organizations.OTHER_SCHOOL)
    await deputy.block()
    await admin.press(Announcements.SEND, f"{Announcements.SURELY_SEND}: 1")
    assert await got(head) == 1
    await deputy.unblock()
    assert await got(deputy) == 1
    await world.at("2026-08-28 10:00")
    assert (await got(head), await got(deputy)) == (1, 1)


@pytest.mark.slow
async def test_its_author_may_announce_no_more(world: World, admin: Head, head: Head) -> None:
    curator = await introduced(world, "Куратор Ольга", 902)
    await world.storage.apply(lambda tx: staff.grant(tx, curator.id, StaffRole.CURATOR, None, world.now))
    await schedule(curator, "28.08 11:00")
    await world.storage.apply(lambda tx: staff.revoke(tx, curator.id, None, world.now))
    await world.at("2026-08-28 11:00")
    assert await got(head) == 0
    assert await state(world) == "cancelled"
    assert "Запланированное объявление отменено" in await admin.sees()
    assert "Ольга Куратор" in await admin.sees()


@pytest.mark.slow
async def test_its_author_hears_that_it_went_to_nobody(world: World, admin: Head, head: Head) -> None:
    """Sent at once it would have been refused; a card that changes by itself nobody looks at."""
    await schedule(admin, "28.08 11:00")
    await head.block()
    before = await admin.count()
    await world.at("2026-08-28 11:00")
    assert f"{Announcements.HEADING} {Announcements.WENT_TO_NOBODY}\n{TEXT}\n" in await admin.sees()
    # The alarm about the head is the other one.
    assert await admin.count() <= before + 2
    await world.at("2026-08-28 11:01")
    await admin.press(Announcements.TO_ANNOUNCEMENT)
    assert "0 из 12" in await admin.sees()
    await head.unblock()
    await admin.send("/panel")
    await admin.press(Panel.ANNOUNCEMENTS, TEXT, f"{Announcements.RETRY}: 1", Announcements.SURELY_SEND)
    assert await got(head) == 1
