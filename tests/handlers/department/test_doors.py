"""A rule holds at every door to the deed that it guards: the ways round that were found, tried as people would."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.people.member import Limits, SeatState, StaffRole
from bot.storage.people import seats, staff
from bot.views.callbacks import Delete
from bot.views.callbacks.people import Grant, Withdraw
from bot.views.department.people.staff import LAST
from tests import messengers
from tests.handlers.registering import apply, id_of, seated_at
from tests.people import ADMIN, SECOND_ADMIN, introduced
from tests.texts.department import Applications
from tests.texts.example import Organizations, Types
from tests.texts.heads import Registration
from tests.world import Head, World, living


async def test_an_administrator_who_registers_where_a_head_sits_is_asked_which_of_them_stays(
    approving: World, admin: Head
) -> None:
    head = await apply(approving, "Иванова Мария", 101)
    await admin.press(Applications.CONFIRM)
    await admin.send("/start")
    await admin.press(Types.GENERAL, Registration.DONE, Organizations.SCHOOL, Registration.HEAD)
    assert await seated_at(approving, admin) == {Organizations.SCHOOL: SeatState.WAITING}
    await admin.press(Applications.CONFIRM_SECOND)
    assert await seated_at(approving, admin) == {Organizations.SCHOOL: SeatState.SEATED}
    assert await seated_at(approving, head) == {Organizations.SCHOOL: SeatState.SEATED}


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_two_administrators_who_confirm_two_heads_at_once_get_one(approving: World, admin: Head) -> None:
    second = await introduced(approving, "Второй Борис", SECOND_ADMIN)
    first_head = await apply(approving, "Иванова Мария", 101)
    card = await admin.card(Applications.HEADING)
    other_head = await apply(approving, "Петров Олег", 102)
    assert card != await second.card(Applications.HEADING)
    await asyncio.gather(
        admin.phone.press(Applications.CONFIRM, message_id=card), second.phone.press(Applications.CONFIRM)
    )
    await approving.settle()
    states = [(await seated_at(approving, each))[Organizations.SCHOOL] for each in (first_head, other_head)]
    assert sorted(states) == [SeatState.SEATED, SeatState.WAITING]


async def test_the_claim_link_is_void_once_the_settings_name_an_administrator(tmp_path: Path) -> None:
    async with living(tmp_path) as world:
        payload = (await world.app.claim_link()).split("?start=")[1]
        world.settings = world.settings.model_copy(update={"admin_ids": (ADMIN,)})
        await world.restart()
        late = await world.person("Чужой Иван", 399)
        await late.send(f"/start {payload}")
        await late.press(Registration.AGREE)
        assert Registration.LINK_DOES_NOT_FIT in await late.sees()
        async with world.storage.read() as tx:
            assert await staff.admins(tx) == [messengers.person(ADMIN)]


async def test_no_link_makes_less_of_the_last_administrator(approving: World, admin: Head) -> None:
    await approving.storage.apply(lambda tx: staff.revoke(tx, messengers.person(SECOND_ADMIN), None, approving.now))
    for role in (StaffRole.CURATOR, StaffRole.VIEWER, StaffRole.ADMIN):
        token = await approving.storage.apply(
            lambda tx, role=role: staff.invite(tx, role, Limits(), messengers.person(ADMIN), approving.now)
        )
        await admin.send(f"/start staff_{token}")
        assert "уже есть роль: администратор" in await admin.sees()
    async with approving.storage.read() as tx:
        assert await staff.admins(tx) == [messengers.person(ADMIN)]


async def test_a_seat_that_nobody_has_confirmed_takes_no_other_by_a_second_request(
    approving: World, admin: Head
) -> None:
    head = await apply(approving, "Иванова Мария", 101)
    place = await id_of(approving, Organizations.SCHOOL)
    # The same request again, by an old button, is still one that waits.
    await head.callback(f"ro:{place}")
    await head.callback("rr:head")
    async with approving.storage.read() as tx:
        assert [seat.state for seat in await seats.waiting(tx)] == [SeatState.WAITING]


async def test_an_administrator_of_the_settings_who_has_never_come_is_no_other(tmp_path: Path) -> None:
    """Neither by a button nor by /delete does the only one go who can do anything."""
    async with living(tmp_path, registration="approval", admin_ids=(SECOND_ADMIN,)) as world:
        anna = await introduced(world, "Начальник Анна", ADMIN)
        await world.storage.apply(
            lambda tx: staff.grant(tx, messengers.person(ADMIN), StaffRole.ADMIN, None, world.now)
        )
        await anna.callback(Withdraw(person=messengers.person(ADMIN), sure=True).pack())
        assert LAST in await anna.toast()
        await anna.callback(Grant(person=messengers.person(ADMIN), role=StaffRole.VIEWER).pack())
        assert LAST in await anna.toast()
        await anna.callback(Delete(sure=True).pack())
        async with world.storage.read() as tx:
            assert await staff.admins(tx) == [messengers.person(ADMIN), messengers.person(SECOND_ADMIN)]
        # Whoever is named there and has limits, however they came to them, cannot do everything either.
        await introduced(world, "Второй Борис", SECOND_ADMIN)
        async with world.storage.read() as tx:
            assert not await staff.is_last_admin(tx, messengers.person(ADMIN))
        await world.storage.apply(
            lambda tx: staff.change(
                tx, messengers.person(SECOND_ADMIN), StaffRole.ADMIN, Limits(frozenset({"general"})), None, world.now
            )
        )
        async with world.storage.read() as tx:
            assert await staff.is_last_admin(tx, messengers.person(ADMIN))
