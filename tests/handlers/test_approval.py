"""An administrator confirms who sits where; a seat in the department itself always needs one."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.people.member import SeatState, StaffRole
from bot.storage.people import organizations, people, seats
from bot.views.callbacks import Decide
from tests.handlers.registering import (
    ADMIN,
    DEPARTMENT,
    GENERAL,
    OTHER_SCHOOL,
    SCHOOL,
    SECOND_ADMIN,
    apply,
    begin,
    open_requests,
    seated_at,
)
from tests.world import Head, World, living


async def test_an_administrator_confirms(approving: World, admin: Head) -> None:
    head = await apply(approving, "Иванова Мария", 101)
    card = await admin.sees()
    assert "Заявка на регистрацию" in card
    assert "Мария Иванова, руководитель" in card
    assert SCHOOL in card
    assert GENERAL in card
    assert "пока никого нет" in card
    assert await admin.buttons() == ["Подтвердить", "Отклонить"]
    await admin.press("Подтвердить")
    assert "Подтверждено: Мария Иванова" in await admin.sees()
    assert "Вы зарегистрированы" in await head.sees()
    await approving.at("2026-09-03 09:00")
    assert "Корректировка программ" in await head.sees()


async def test_nobody_is_asked_before_being_seated(approving: World, admin: Head) -> None:
    head = await apply(approving, "Иванова Мария", 101)
    await approving.at("2026-09-03 09:00")
    assert "Заявка отправлена" in await head.sees()
    await head.send("/tasks")
    assert "Корректировка" not in await head.sees()
    await head.send("/start")
    assert "Заявка отправлена" in await head.sees()
    await admin.press("Подтвердить")
    # Both at once, since it is a working hour: the news, and what is open.
    assert "Корректировка программ" in await head.sees()
    assert await open_requests(approving, head) == ["programme-correction"]


async def test_a_seat_confirmed_at_night_gets_its_requests_in_the_morning(approving: World, admin: Head) -> None:
    await approving.at("2026-09-03 09:00")
    head = await apply(approving, "Иванова Мария", 101)
    await approving.at("2026-09-04 23:10")
    await admin.press("Подтвердить")
    assert "Вы зарегистрированы" in await head.sees()
    await approving.at("2026-09-07 08:59")
    assert "Вы зарегистрированы" in await head.sees()
    await approving.at("2026-09-07 09:00")
    assert "новых запроса" in await head.sees()


async def test_the_card_shows_who_holds_the_seat(approving: World, admin: Head) -> None:
    await apply(approving, "Иванова Мария", 101)
    await admin.press("Подтвердить")
    await approving.at("2026-11-12 10:00")
    await apply(approving, "Петров <b>Олег", 102)
    assert "Сейчас в этой организации:\n• Мария Иванова, руководитель, с 27 августа" in await admin.sees()
    assert "<b>Олег Петров" in await admin.sees()


async def test_an_administrator_refuses(approving: World, admin: Head) -> None:
    head = await apply(approving, "Иванова Мария", 101)
    await admin.press("Отклонить")
    assert "Отклонено: Мария Иванова" in await admin.sees()
    assert "отклонило заявку" in await head.sees()
    assert await seated_at(approving, head) == {}
    await approving.at("2026-09-03 09:00")
    assert "отклонило заявку" in await head.sees()
    # And may try again, correctly this time.
    await head.send("/start")
    await head.press(GENERAL, "Готово", OTHER_SCHOOL, "Руководитель")
    await admin.press("Подтвердить")
    assert await seated_at(approving, head) == {OTHER_SCHOOL: SeatState.SEATED}


async def test_of_two_administrators_the_first_decides(approving: World, admin: Head) -> None:
    second = await approving.person("Второй Борис", SECOND_ADMIN)
    await second.send("/start")
    await second.press("Согласен")
    head = await apply(approving, "Иванова Мария", 101)
    await asyncio.gather(admin.phone.press("Подтвердить"), second.phone.press("Отклонить"))
    await approving.settle()
    screens = sorted([await admin.sees(), await second.sees()], key=lambda text: "уже рассмотрена" in text)
    assert "уже рассмотрена" in screens[1]
    if "Подтверждено" in screens[0]:
        assert await seated_at(approving, head) == {SCHOOL: SeatState.SEATED}
    else:
        assert await seated_at(approving, head) == {}
    assert len([one for one in await head.phone.messages() if "зарегистрированы" in one["text"]]) <= 1


async def test_a_forwarded_card_serves_no_stranger_and_no_head(approving: World, admin: Head) -> None:
    head = await apply(approving, "Иванова Мария", 101)
    (button,) = [
        one["callback_data"]
        for row in (await admin.phone.last_message())["markup"]["inline_keyboard"]
        for one in row
        if one["text"] == "Подтвердить"
    ]
    stranger = await approving.person("Чужой Иван", 103)
    await stranger.callback(button)
    assert "не для вас" in await stranger.toast()
    await head.callback(button)
    assert "не для вас" in await head.toast()
    assert await seated_at(approving, head) == {SCHOOL: SeatState.WAITING}


async def test_decisions_about_nothing(approving: World, admin: Head) -> None:
    await admin.callback(Decide(seat=424242, accept=True).pack())
    assert "уже рассмотрена" in await admin.toast()


async def test_two_who_type_the_same_organization_in_mean_one(approving: World, admin: Head) -> None:
    for id, typed in ((101, "Лицей «Новый»"), (102, "ЛИЦЕЙ «новый»")):
        head = await approving.person("Иванова Мария", id)
        await begin(head, GENERAL)
        await head.press("Нет в списке")
        await head.send(typed)
        await head.press("Руководитель")
        assert "Заявка отправлена" in await head.sees()
    await admin.press("Подтвердить")
    async with approving.storage.read() as tx:
        places = {seat.organization_id for id in (101, 102) for seat in await seats.of_person(tx, id)}
    assert len(places) == 1


async def test_a_typed_in_organization_is_active_once_confirmed(approving: World, admin: Head) -> None:
    head = await approving.person("Иванова Мария", 101)
    await begin(head, GENERAL)
    await head.press("Нет в списке")
    await head.send("Лицей «Новый»")
    await head.press("Руководитель")
    assert "введено вручную" in await admin.sees()
    async with approving.storage.read() as tx:
        assert await organizations.by_name(tx, "Лицей «Новый»") is None
    await approving.at("2026-09-03 09:00")
    await admin.press("Подтвердить")
    assert await open_requests(approving, head) == ["programme-correction"]
    other = await approving.person("Петров Олег", 102)
    await begin(other, GENERAL)
    await other.send("лицей новый")
    assert "Лицей «Новый»" in await other.buttons()


async def test_an_application_is_withdrawn(approving: World, admin: Head) -> None:
    head = await apply(approving, "Иванова Мария", 101)
    await head.send("/settings")
    assert "ждёт подтверждения" in await head.sees()
    await head.press("Уйти из организации", SCHOOL, "Уйти")
    assert "Заявка отозвана" in await head.sees()
    await admin.press("Подтвердить")
    assert "отозвана" in await admin.sees()
    assert await seated_at(approving, head) == {}


async def test_an_administrator_who_comes_late_gets_the_waiting_cards(approving: World, admin: Head) -> None:
    await apply(approving, "Иванова Мария", 101)
    second = await approving.person("Второй Борис", SECOND_ADMIN)
    await second.send("/start")
    await second.press("Согласен")
    assert "Мария Иванова" in await second.sees()
    assert await second.buttons() == ["Подтвердить", "Отклонить"]


async def test_an_administrator_who_blocked_the_bot_gets_the_waiting_cards(approving: World, admin: Head) -> None:
    await admin.block()
    await apply(approving, "Иванова Мария", 101)
    await admin.unblock()
    assert "Мария Иванова" in await admin.sees()


async def test_an_administrator_is_seated_at_once(approving: World, admin: Head) -> None:
    await admin.send("/start")
    await admin.press(DEPARTMENT, "Готово", "Управление образования администрации", "Руководитель")
    assert "Вы зарегистрированы" in await admin.sees()
    async with approving.storage.read() as tx:
        person = await people.get(tx, ADMIN)
    assert person is not None
    assert person.staff_role is StaffRole.ADMIN


# --- the department itself ---


@pytest.mark.parametrize("mode", ["open", "approval"])
async def test_a_seat_in_the_department_needs_an_administrator(tmp_path: Path, mode: str) -> None:
    async with living(tmp_path, registration=mode, admin_ids=(ADMIN,)) as world:
        admin = await world.person("Начальник Анна", ADMIN)
        await admin.send("/start")
        await admin.press("Согласен")
        worker = await world.person("Методист Сэсэг", 101)
        await begin(worker, DEPARTMENT)
        await worker.press("Управление образования администрации", "Заместитель")
        assert "Заявка отправлена" in await worker.sees()
        await worker.send("/status")
        assert "для сотрудников управления" in await worker.sees()
        await admin.press("Подтвердить")
        await worker.send("/status")
        assert "Открытых запросов нет" in await worker.sees()
        async with world.storage.read() as tx:
            person = await people.get(tx, worker.id)
        assert person is not None
        assert person.staff_role is StaffRole.CURATOR
        await world.at("2026-09-03 09:00")
        assert "Санитарные правила" in await worker.sees()
        # Whoever leaves the department leaves its doors too, even while asking for another seat there.
        await worker.send("/settings")
        await worker.press("Добавить организацию", DEPARTMENT, "Готово", "Нет в списке")
        await worker.send("Другое управление")
        await worker.press("Руководитель")
        assert "Заявка отправлена" in await worker.sees()
        await worker.send("/settings")
        await worker.press("Уйти из организации", "Управление образования администрации", "Уйти")
        await worker.send("/status")
        assert "для сотрудников управления" in await worker.sees()


async def test_no_way_around_for_a_typed_in_department(world: World, head: Head) -> None:
    await begin(head, GENERAL, DEPARTMENT)
    await head.press("Нет в списке")
    await head.send("Моё управление образования")
    await head.press("Руководитель")
    assert "Заявка отправлена" in await head.sees()
    await head.send("/start")
    await head.send("/settings")
    await head.press("Добавить организацию", GENERAL, "Готово", "Нет в списке")
    await head.send("Управление образования администрации Сосновоозёрского района")
    await head.press("Руководитель")
    assert "Заявка отправлена" in await head.sees()
    assert set((await seated_at(world, head)).values()) == {SeatState.WAITING}
