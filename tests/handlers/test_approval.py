"""An administrator confirms who sits where; a seat in the department itself always needs one."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.people.member import Role, SeatState, StaffRole
from bot.storage.engine.database import Tx
from bot.storage.people import organizations, people, seats
from bot.views.callbacks import Decide
from tests.handlers.registering import apply, begin, id_of, open_requests, seated_at
from tests.people import ADMIN, SECOND_ADMIN, introduced
from tests.texts.department import Applications, Panel
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Anywhere, Preferences, Registration, Request
from tests.world import Head, World, living


async def test_an_administrator_confirms(approving: World, admin: Head) -> None:
    head = await apply(approving, "Иванова Мария", 101)
    card = await admin.sees()
    assert Applications.HEADING in card
    assert "Мария Иванова, руководитель" in card
    assert Organizations.SCHOOL in card
    assert Types.GENERAL in card
    assert "пока никого нет" in card
    assert await admin.buttons() == [Applications.CONFIRM, Applications.REFUSE]
    await admin.press(Applications.CONFIRM)
    assert "Подтверждено: Мария Иванова" in await admin.sees()
    assert Registration.REGISTERED in await head.sees()
    await approving.at("2026-09-03 09:00")
    assert Titles.CORRECTION in await head.sees()


async def test_nobody_is_asked_before_being_seated(approving: World, admin: Head) -> None:
    head = await apply(approving, "Иванова Мария", 101)
    await approving.at("2026-09-03 09:00")
    assert Registration.APPLIED in await head.sees()
    await head.send("/tasks")
    assert Titles.CORRECTION not in await head.sees()
    await head.send("/start")
    assert Registration.APPLIED in await head.sees()
    await admin.press(Applications.CONFIRM)
    # Both at once, since it is a working hour: the news, and what is open.
    assert Titles.CORRECTION in await head.sees()
    assert await open_requests(approving, head) == ["programme-correction"]


@pytest.mark.slow
async def test_a_seat_confirmed_at_night_gets_its_requests_in_the_morning(approving: World, admin: Head) -> None:
    await approving.at("2026-09-03 09:00")
    head = await apply(approving, "Иванова Мария", 101)
    await approving.at("2026-09-04 23:10")
    await admin.press(Applications.CONFIRM)
    assert Registration.REGISTERED in await head.sees()
    await approving.at("2026-09-07 08:59")
    assert Registration.REGISTERED in await head.sees()
    await approving.at("2026-09-07 09:00")
    assert Request.NEW in await head.sees()


@pytest.mark.slow
async def test_the_card_shows_who_holds_the_seat(approving: World, admin: Head) -> None:
    await apply(approving, "Иванова Мария", 101)
    await admin.press(Applications.CONFIRM)
    await approving.at("2026-11-12 10:00")
    await apply(approving, "Петров <b>Олег", 102)
    assert "Сейчас в этой организации:\n• Мария Иванова, руководитель, с 27 августа" in await admin.sees()
    assert "<b>Олег Петров" in await admin.sees()


@pytest.mark.slow
async def test_an_administrator_refuses(approving: World, admin: Head) -> None:
    head = await apply(approving, "Иванова Мария", 101)
    await admin.press(Applications.REFUSE)
    assert "Отклонено: Мария Иванова" in await admin.sees()
    assert Registration.REFUSED in await head.sees()
    assert await seated_at(approving, head) == {}
    await approving.at("2026-09-03 09:00")
    assert Registration.REFUSED in await head.sees()
    # And may try again, correctly this time.
    await head.send("/start")
    await head.press(Types.GENERAL, Registration.DONE, Organizations.OTHER_SCHOOL, Registration.HEAD)
    await admin.press(Applications.CONFIRM)
    assert await seated_at(approving, head) == {Organizations.OTHER_SCHOOL: SeatState.SEATED}


async def test_of_two_administrators_the_first_decides(approving: World, admin: Head) -> None:
    second = await introduced(approving, "Второй Борис", SECOND_ADMIN)
    head = await apply(approving, "Иванова Мария", 101)
    await asyncio.gather(admin.phone.press(Applications.CONFIRM), second.phone.press(Applications.REFUSE))
    await approving.settle()
    screens = sorted([await admin.sees(), await second.sees()], key=lambda text: Applications.DECIDED in text)
    assert Applications.DECIDED in screens[1]
    if "Подтверждено" in screens[0]:
        assert await seated_at(approving, head) == {Organizations.SCHOOL: SeatState.SEATED}
    else:
        assert await seated_at(approving, head) == {}
    assert len([message for message in await head.phone.messages() if "зарегистрированы" in message["text"]]) <= 1


async def test_a_forwarded_card_serves_no_stranger_and_no_head(approving: World, admin: Head) -> None:
    head = await apply(approving, "Иванова Мария", 101)
    (button,) = [
        one["callback_data"]
        for row in (await admin.phone.last_message())["markup"]["inline_keyboard"]
        for one in row
        if one["text"] == Applications.CONFIRM
    ]
    stranger = await approving.person("Чужой Иван", 103)
    await stranger.callback(button)
    assert Anywhere.NOT_YOURS in await stranger.toast()
    await head.callback(button)
    assert Anywhere.NOT_YOURS in await head.toast()
    assert await seated_at(approving, head) == {Organizations.SCHOOL: SeatState.WAITING}


async def test_decisions_about_nothing(approving: World, admin: Head) -> None:
    await admin.callback(Decide(seat=424242, accept=True).pack())
    assert Applications.DECIDED in await admin.toast()


async def test_two_who_type_the_same_organization_in_mean_one(approving: World, admin: Head) -> None:
    heads = [await approving.person("Иванова Мария", id) for id in (101, 102)]
    for head, typed in zip(heads, ("Лицей «Новый»", "ЛИЦЕЙ «новый»"), strict=True):
        await begin(head, Types.GENERAL)
        await head.press(Registration.NOT_LISTED)
        await head.send(typed)
        await head.press(Registration.HEAD)
        assert Registration.APPLIED in await head.sees()
    await admin.press(Applications.CONFIRM)
    async with approving.storage.read() as tx:
        places = {seat.organization_id for head in heads for seat in await seats.of_person(tx, head.id)}
    assert len(places) == 1


@pytest.mark.slow
async def test_a_typed_in_organization_is_active_once_confirmed(approving: World, admin: Head) -> None:
    head = await approving.person("Иванова Мария", 101)
    await begin(head, Types.GENERAL)
    await head.press(Registration.NOT_LISTED)
    await head.send("Лицей «Новый»")
    await head.press(Registration.HEAD)
    assert "введено вручную" in await admin.sees()
    async with approving.storage.read() as tx:
        assert await organizations.by_name(tx, "Лицей «Новый»") is None
    await approving.at("2026-09-03 09:00")
    await admin.press(Applications.CONFIRM)
    assert await open_requests(approving, head) == ["programme-correction"]
    other = await approving.person("Петров Олег", 102)
    await begin(other, Types.GENERAL)
    await other.send("лицей новый")
    assert "Лицей «Новый»" in await other.buttons()


async def test_an_application_is_withdrawn(approving: World, admin: Head) -> None:
    head = await apply(approving, "Иванова Мария", 101)
    assert f"/settings → «{Preferences.ORGANIZATIONS}»" in await head.sees()
    await head.send("/settings")
    assert "ждёт подтверждения" in await head.sees()
    await head.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, Organizations.SCHOOL, Preferences.SURELY_LEAVE)
    assert "Заявка отозвана" in await head.sees()
    await admin.press(Applications.CONFIRM)
    assert Applications.REVOKED in await admin.sees()
    assert await seated_at(approving, head) == {}


async def test_nobody_floods_the_department_with_applications(approving: World, admin: Head) -> None:
    """Withdrawn and made again, each of them was a card to every administrator."""
    await approving.at("2026-09-03 09:00")
    head = await apply(approving, "Иванова Мария", 101)
    school = await id_of(approving, Organizations.SCHOOL)

    async def withdraw_and_apply(tx: Tx) -> None:
        for _ in range(29):
            (seat,) = await seats.of_person(tx, head.id)
            await seats.leave(tx, seat.id, head.id, approving.now)
            await seats.take(tx, head.id, school, Role.HEAD, SeatState.WAITING, approving.now)

    await approving.storage.apply(withdraw_and_apply)
    heard = await admin.count()
    await head.send("/settings")
    await head.press(Preferences.ORGANIZATIONS, Registration.ADD_ORGANIZATION, Types.GENERAL, Registration.DONE)
    await head.press(Organizations.OTHER_SCHOOL, Registration.HEAD)
    assert Registration.ASKED_OFTEN in await head.toast()
    assert await admin.count() == heard
    await approving.at("2026-09-04 09:30")
    await head.press(Registration.HEAD)
    assert Registration.APPLIED in await head.sees()
    assert Applications.HEADING in await admin.sees()


async def test_nor_by_beginning_as_somebody_new(approving: World, admin: Head) -> None:
    """With their data went what they had written and asked for, and all of it could be done once more."""
    head = await apply(approving, "Иванова Мария", 101)
    for _ in range(3):
        approving.now += timedelta(minutes=1)
        await head.send("/delete")
        await head.press(Preferences.DELETE)
        await head.send("/start")
        await head.press(Registration.AGREE)
    assert Registration.ERASED_OFTEN in await head.toast()
    async with approving.storage.read() as tx:
        assert await people.get(tx, head.id) is None
    other = await apply(approving, "Петров Олег", 102)
    assert await seated_at(approving, other)
    approving.now += timedelta(days=1)
    await head.press(Registration.AGREE)
    assert Types.GENERAL in await head.buttons()


async def test_an_administrator_who_comes_late_gets_the_waiting_cards(approving: World, admin: Head) -> None:
    await apply(approving, "Иванова Мария", 101)
    second = await introduced(approving, "Второй Борис", SECOND_ADMIN)
    assert "Мария Иванова" in await second.sees()
    assert await second.buttons() == [Applications.CONFIRM, Applications.REFUSE]


async def test_an_administrator_who_blocked_the_bot_gets_the_waiting_cards(approving: World, admin: Head) -> None:
    await admin.block()
    await apply(approving, "Иванова Мария", 101)
    await admin.unblock()
    assert await admin.card("Мария Иванова")


async def test_an_administrator_is_seated_at_once(approving: World, admin: Head) -> None:
    await admin.send("/start")
    await admin.press(Types.DEPARTMENT, Registration.DONE, Types.DEPARTMENT, Registration.HEAD)
    assert Registration.REGISTERED in await admin.sees()
    async with approving.storage.read() as tx:
        person = await people.get(tx, admin.id)
    assert person is not None
    assert person.staff_role is StaffRole.ADMIN


# --- the department itself ---


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["open", "approval"])
async def test_a_seat_in_the_department_needs_an_administrator(tmp_path: Path, mode: str) -> None:
    async with living(tmp_path, registration=mode, admin_ids=(ADMIN,)) as world:
        admin = await introduced(world, "Начальник Анна", ADMIN)
        worker = await world.person("Методист Сэсэг", 101)
        await begin(worker, Types.DEPARTMENT)
        await worker.press(Types.DEPARTMENT, Registration.DEPUTY)
        assert Registration.APPLIED in await worker.sees()
        await worker.send("/status")
        assert Panel.STAFF_ONLY in await worker.sees()
        await admin.press(Applications.CONFIRM)
        await worker.send("/status")
        assert Request.NONE_OPEN in await worker.sees()
        async with world.storage.read() as tx:
            person = await people.get(tx, worker.id)
        assert person is not None
        assert person.staff_role is StaffRole.CURATOR
        await world.at("2026-09-03 09:00")
        assert Titles.SANITARY_RULES in await worker.sees()
        # Whoever leaves the department leaves its doors too, even while asking for another seat there.
        await worker.send("/settings")
        await worker.press(
            Preferences.ORGANIZATIONS,
            Preferences.ADD_ORGANIZATION,
            Types.DEPARTMENT,
            Registration.DONE,
            Registration.NOT_LISTED,
        )
        await worker.send("Другое управление")
        await worker.press(Registration.HEAD)
        assert Registration.APPLIED in await worker.sees()
        await worker.send("/settings")
        await worker.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, Types.DEPARTMENT, Preferences.SURELY_LEAVE)
        await worker.send("/status")
        assert Panel.STAFF_ONLY in await worker.sees()


async def test_no_way_around_for_a_typed_in_department(world: World, head: Head) -> None:
    await begin(head, Types.GENERAL, Types.DEPARTMENT)
    await head.press(Registration.NOT_LISTED)
    await head.send("Моё управление образования")
    await head.press(Registration.HEAD)
    assert Registration.APPLIED in await head.sees()
    await head.send("/start")
    await head.send("/settings")
    await head.press(
        Preferences.ORGANIZATIONS,
        Preferences.ADD_ORGANIZATION,
        Types.GENERAL,
        Registration.DONE,
        Registration.NOT_LISTED,
    )
    await head.send("Управление образования администрации Сосновоозёрского района")
    await head.press(Registration.HEAD)
    assert Registration.APPLIED in await head.sees()
    assert set((await seated_at(world, head)).values()) == {SeatState.WAITING}
