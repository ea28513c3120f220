"""From /start to a seat, as heads and administrators live through it."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.member import Role, SeatState, StaffRole
from bot.domain.organization import RosterEntry
from bot.storage import invitations, obligations, organizations, people, seats, staff
from bot.views.callbacks import Decide, PickOrganization, PickRole
from tests.handlers.department.staff import introduced
from tests.traces import traces
from tests.world import Head, World, catalog_of, living

GENERAL, PRESCHOOL, SUPPLEMENTARY = "Общее образование", "Дошкольное образование", "Дополнительное образование"
DEPARTMENT = "Управление образования"
SCHOOL = "МБОУ «Тихореченская основная общеобразовательная школа»"
OTHER_SCHOOL = "МБОУ «Малоозёрская начальная общеобразовательная школа»"
KINDERGARTEN = "МБДОУ «Детский сад «Родничок» села Степной Ключик»"
ADMIN, SECOND_ADMIN = 900, 901


async def begin(person: Head, *types: str) -> None:
    """Up to the list of organizations."""
    await person.send("/start")
    await person.press("Согласен", *types, "Готово")


async def seated_at(world: World, person: Head) -> dict[str, SeatState]:
    async with world.storage.read() as tx:
        return {seat.organization_name: seat.state for seat in await seats.of_person(tx, person.id)}


async def id_of(world: World, name: str) -> int:
    async with world.storage.read() as tx:
        found = await organizations.by_name(tx, name)
    assert found is not None
    return found.id


async def open_requests(world: World, person: Head) -> list[str]:
    async with world.storage.read() as tx:
        found = await obligations.unanswered(tx, person.id, world.now)
    return [one.round.directive.id for one in found]


# --- from a stranger to a head ---


async def test_a_stranger_is_greeted_and_asked_for_consent(world: World, head: Head) -> None:
    await head.send("/start")
    greeting, consent = await head.phone.messages()
    assert "Здравствуйте!" in greeting["text"]
    assert greeting["buttons"] == []
    assert "Согласие" in consent["text"]
    assert "/delete" in consent["text"]
    assert consent["buttons"] == ["Согласен"]


async def test_before_consent_nothing_about_the_person_is_stored(world: World) -> None:
    stranger = await world.person("Краснопёрова Дарима", 7_700_123_456)
    await stranger.send("/start")
    await stranger.send("что это?")
    await stranger.send("/tasks")
    await stranger.send("/start inv_nonsense")
    await stranger.callback("tl")
    assert await traces(world, stranger.id, "Краснопёрова", "Дарима", "что это") == {}
    await stranger.press("Согласен")
    assert set(await traces(world, stranger.id, "Краснопёрова")) == {"people", "audit"}


async def test_a_head_registers(world: World, head: Head) -> None:
    await head.send("/start")
    await head.press("Согласен")
    assert await head.buttons() == [GENERAL, PRESCHOOL, SUPPLEMENTARY, DEPARTMENT]
    await head.press(GENERAL)
    assert await head.buttons() == [f"✅ {GENERAL}", PRESCHOOL, SUPPLEMENTARY, DEPARTMENT, "Готово"]
    await head.press("Готово", SCHOOL)
    assert SCHOOL in await head.sees()
    await head.press("Руководитель")
    assert "Вы зарегистрированы" in await head.sees()
    assert f"{SCHOOL}, руководитель" in await head.sees()
    assert await seated_at(world, head) == {SCHOOL: SeatState.SEATED}
    # The greeting and one message that was edited in place.
    assert await head.count() == 2


async def test_types_can_be_unticked_and_several_chosen(world: World, head: Head) -> None:
    await head.send("/start")
    await head.press("Согласен", GENERAL, GENERAL)
    assert "Готово" not in await head.buttons()
    await head.press(PRESCHOOL, SUPPLEMENTARY, "Готово")
    shown = await head.buttons()
    assert KINDERGARTEN in shown
    assert any("центр детского творчества" in one for one in shown)
    assert SCHOOL not in shown


async def test_done_without_a_type_is_not_done(world: World, head: Head) -> None:
    await head.send("/start")
    await head.press("Согласен")
    await head.callback("rg:organizations:0")
    assert GENERAL in await head.buttons()
    await head.callback("rg:unlisted:0")
    assert GENERAL in await head.buttons()


async def test_the_way_back_to_the_types(world: World, head: Head) -> None:
    await begin(head, GENERAL)
    await head.press(SCHOOL, "К типам")
    assert f"✅ {GENERAL}" in await head.buttons()
    await head.press("Готово", OTHER_SCHOOL, "Руководитель")
    assert await seated_at(world, head) == {OTHER_SCHOOL: SeatState.SEATED}


async def test_start_in_the_middle_begins_anew(world: World, head: Head) -> None:
    await begin(head, GENERAL)
    old = await head.card("Выберите организацию")
    await head.send("/start")
    assert await head.buttons() == [GENERAL, PRESCHOOL, SUPPLEMENTARY, DEPARTMENT]
    await head.press(PRESCHOOL, "Готово")
    await head.press_at(old, SCHOOL)
    assert "устарела" in await head.toast()
    await head.press(KINDERGARTEN, "Заместитель")
    assert await seated_at(world, head) == {KINDERGARTEN: SeatState.SEATED}


# --- the list of organizations ---


@pytest.fixture
async def large(tmp_path: Path) -> AsyncIterator[World]:
    """A district with 30 schools."""
    names = [f"Средняя школа № {number}" for number in range(1, 30)] + ["Ёлкинская гимназия имени Семёнова"]
    roster = tuple(
        RosterEntry(f"school-{number}", f"МБОУ «{name}»", frozenset({"general"})) for number, name in enumerate(names)
    )
    async with living(tmp_path, catalog_of().with_roster(roster)) as world:
        yield world


@pytest.fixture
async def pupil(large: World) -> Head:
    """A head in the district with 30 schools, in front of their list."""
    head = await large.person("Иванова Мария", 101)
    await begin(head, GENERAL)
    return head


async def test_all_organizations_are_on_the_pages(large: World, pupil: Head) -> None:
    seen: list[str] = []
    for page in range(1, 5):
        assert f"Страница {page} из 4" in await pupil.sees()
        seen += [one for one in await pupil.buttons() if one.startswith("МБОУ")]
        if page < 4:
            await pupil.press("›")
    assert len(seen) == len(set(seen)) == 30
    assert "›" not in await pupil.buttons()
    await pupil.press("‹")
    assert "Страница 3 из 4" in await pupil.sees()


async def test_a_page_beyond_the_last_is_the_last(large: World, pupil: Head) -> None:
    await pupil.callback("rg:organizations:9999", await pupil.card("Выберите организацию"))
    assert "Страница 4 из 4" in await pupil.sees()


async def test_search_forgives(large: World, pupil: Head) -> None:
    for typed in ("елкинская", "ЁЛКИНСКАЯ", "Елкинскя", "гимназия семенова", "имени Семенова"):
        await pupil.send(typed)
        assert await pupil.buttons() == ["МБОУ «Ёлкинская гимназия имени Семёнова»", "Нет в списке", "‹ К типам"]
    await pupil.press("Ёлкинская", "Руководитель")
    assert list(await seated_at(large, pupil)) == ["МБОУ «Ёлкинская гимназия имени Семёнова»"]


async def test_pages_of_what_was_found(large: World, pupil: Head) -> None:
    await pupil.send("средняя школа")
    assert "29 организаций" in await pupil.sees()
    await pupil.press("›")
    assert "Страница 2 из 4" in await pupil.sees()
    assert "«средняя школа»" in await pupil.sees()


async def test_nothing_found(large: World, pupil: Head) -> None:
    await pupil.send("<b>лицей</b> & Ко 🏫")
    assert "«<b>лицей</b> & Ко 🏫» ничего не нашлось" in await pupil.sees()
    assert await pupil.buttons() == ["Нет в списке", "‹ К типам"]
    await pupil.send("№ 17")
    assert "МБОУ «Средняя школа № 17»" in await pupil.buttons()


# --- an organization that the roster lacks ---


async def test_an_organization_is_typed_in(world: World) -> None:
    names = {
        "Школа <b>&</b> сад": "Школа <b>&</b> сад",
        "Лицей\n\n  «Радуга» 🌈": "Лицей «Радуга» 🌈",
        "Школа\u202e № 5\u2066\u200b": "Школа № 5",
        "Ш" * 200: "Ш" * 200,
    }
    for id, (typed, kept) in enumerate(names.items(), 101):
        head = await world.person("Иванова Мария", id)
        await begin(head, GENERAL)
        await head.press("Нет в списке")
        await head.send(typed)
        assert kept in await head.sees()
        await head.press("Руководитель")
        assert f"{kept}, руководитель" in await head.sees()
        assert await seated_at(world, head) == {kept: SeatState.SEATED}
    await world.at("2026-09-03 09:00")
    for id in range(101, 105):
        assert any("Корректировка программ" in one["text"] for one in await world.telegram.at(id).messages())


async def test_a_name_too_short_or_too_long(world: World, head: Head) -> None:
    await begin(head, GENERAL)
    await head.press("Нет в списке")
    for typed in ("Ы", "\u200b\u200b\u200b\u200b", "12", "Ш" * 201, "🏫"):
        await head.send(typed)
        assert "от 3 до 200 знаков" in await head.sees()
    await head.send("Школа № 5")
    assert await head.buttons() == ["Руководитель", "Заместитель", "‹ К типам"]


async def test_a_typed_name_that_the_roster_has_is_that_organization(world: World, head: Head) -> None:
    await begin(head, PRESCHOOL)
    await head.press("Нет в списке")
    await head.send(f"  {KINDERGARTEN} ")
    await head.press("Руководитель")
    async with world.storage.read() as tx:
        (seat,) = await seats.of_person(tx, head.id)
    assert seat.organization_id == await id_of(world, KINDERGARTEN)


# --- several people, several organizations ---


async def test_one_person_at_several_organizations(world: World, head: Head) -> None:
    await head.join(GENERAL, SCHOOL)
    await head.send("/settings")
    await head.press("Добавить организацию", PRESCHOOL, "Готово", KINDERGARTEN, "Заместитель")
    assert await seated_at(world, head) == {SCHOOL: SeatState.SEATED, KINDERGARTEN: SeatState.SEATED}
    await world.at("2026-09-03 09:00")
    # One message for both, and it says which is whose.
    assert "2 новых запроса" in await head.sees()
    assert SCHOOL in await head.sees()
    assert KINDERGARTEN in await head.sees()


async def test_the_same_organization_twice_is_one_seat(world: World, head: Head) -> None:
    await head.join(GENERAL, SCHOOL)
    await head.send("/settings")
    await head.press("Добавить организацию", GENERAL, "Готово", SCHOOL, "Руководитель")
    assert await seated_at(world, head) == {SCHOOL: SeatState.SEATED}


async def test_several_people_at_one_organization(world: World, head: Head, deputy: Head) -> None:
    await head.join(GENERAL, SCHOOL)
    await deputy.join(GENERAL, SCHOOL, "Заместитель")
    await world.at("2026-09-03 09:00")
    assert "Корректировка программ" in await head.sees()
    # The head is asked; the deputy sees it in the list without being disturbed.
    assert "Вы зарегистрированы" in await deputy.sees()
    assert f"{SCHOOL}, заместитель" in await deputy.sees()
    await deputy.send("/tasks")
    assert "Корректировка программ" in await deputy.sees()


async def test_a_deputy_alone_is_asked(world: World, deputy: Head) -> None:
    await deputy.join(GENERAL, SCHOOL, "Заместитель")
    await world.at("2026-09-03 09:00")
    assert "Корректировка программ" in await deputy.sees()


async def test_a_late_joiner_gets_what_is_open(world: World, head: Head) -> None:
    await world.at("2026-09-03 09:00")
    await world.at("2026-09-04 11:00")
    await head.join(GENERAL, SCHOOL)
    assert "Корректировка программ" in await head.sees()


async def test_nobody_floods_the_department_with_seats(world: World, head: Head) -> None:
    await begin(head, GENERAL)

    async def sit(tx: AsyncConnection) -> None:
        for number in range(20):
            place = await organizations.add(tx, f"Школа № {number}", ["general"], None, world.now)
            await seats.take(tx, head.id, place, Role.HEAD, SeatState.SEATED, world.now)

    await world.storage.apply(sit)
    await head.press(SCHOOL, "Руководитель")
    assert "Больше организаций добавить нельзя" in await head.toast()
    assert len(await seated_at(world, head)) == 20


# --- old and forged buttons ---


async def test_old_buttons_after_the_registration_is_over(world: World, head: Head) -> None:
    await begin(head, GENERAL)
    await head.send("школа")
    first = await head.card("Выберите организацию")
    await head.press("Тихореченская", "Руководитель")
    for label in ("Малоозёрская", "Нет в списке", "К типам"):
        await head.press_at(first, label)
        assert "уже закончен" in await head.toast()
    for data in (PickRole(role="head").pack(), "ok:"):
        await head.callback(data)
        assert await head.toast() == "Этот выбор уже закончен. Добавить организацию: /settings"
    assert await seated_at(world, head) == {SCHOOL: SeatState.SEATED}


async def test_forged_presses_seat_nobody(world: World, head: Head) -> None:
    await begin(head, GENERAL)
    kindergarten = await id_of(world, KINDERGARTEN)
    for data in (
        PickOrganization(id=kindergarten).pack(),
        PickOrganization(id=2**53).pack(),
        "ro:99999999999999999999",
        "ro:x",
        PickRole(role="head").pack(),
        "rt:" + "x" * 61,
        "rg:nowhere:0",
        "rg:organizations:-1",
        "🦊",
    ):
        await head.callback(data)
    await head.press("К типам", "Готово", SCHOOL)
    await head.callback(PickRole(role="tsar").pack())
    assert await seated_at(world, head) == {}
    await head.press("Руководитель")
    assert await seated_at(world, head) == {SCHOOL: SeatState.SEATED}


async def test_a_double_press_takes_one_seat(world: World, head: Head) -> None:
    await begin(head, GENERAL)
    await head.press("Нет в списке")
    await head.send("Школа № 5")
    role = await head.card("Кто вы")
    await asyncio.gather(
        head.phone.press("Руководитель", message_id=role), head.phone.press("Руководитель", message_id=role)
    )
    await world.settle()
    assert await seated_at(world, head) == {"Школа № 5": SeatState.SEATED}


# --- approval ---


async def apply(world: World, name: str, id: int, organization: str = SCHOOL, role: str = "Руководитель") -> Head:
    """Somebody asks for a seat and waits."""
    person = await world.person(name, id)
    await begin(person, GENERAL)
    await person.press(organization, role)
    assert "Заявка отправлена" in await person.sees()
    return person


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


# --- invitations ---


@pytest.fixture
async def inviting(tmp_path: Path) -> AsyncIterator[World]:
    """Nobody registers without a link."""
    async with living(tmp_path, registration="invite", admin_ids=(ADMIN,)) as world:
        yield world


Invite = Callable[..., Awaitable[str]]


@pytest.fixture
def invite(inviting: World) -> Invite:
    """Makes a link's payload for an organization."""

    async def make(organization: str = SCHOOL, role: Role = Role.HEAD) -> str:
        place = await id_of(inviting, organization)
        token: str = await inviting.storage.apply(lambda tx: invitations.create(tx, place, role, None, inviting.now))
        return f"inv_{token}"

    return make


async def test_a_link_seats_at_once(inviting: World, invite: Invite) -> None:
    await inviting.at("2026-09-03 09:00")
    head = await inviting.person("Иванова Мария", 101)
    await head.send(f"/start {await invite()}")
    assert await seated_at(inviting, head) == {}
    await head.press("Согласен")
    assert await seated_at(inviting, head) == {SCHOOL: SeatState.SEATED}
    assert any("Вы зарегистрированы" in one["text"] for one in await head.phone.messages())
    assert "Корректировка программ" in await head.sees()


async def test_the_links_of_the_command_line(inviting: World) -> None:
    links = dict(await inviting.app.invite(Role.HEAD))
    assert len(links) == 13
    address, payload = links[SCHOOL].split("?start=")
    assert address.startswith("https://t.me/")
    head = await inviting.person("Иванова Мария", 101)
    await head.send(f"/start {payload}")
    await head.press("Согласен")
    assert await seated_at(inviting, head) == {SCHOOL: SeatState.SEATED}


async def test_without_a_link_there_is_no_seat(inviting: World) -> None:
    head = await inviting.person("Иванова Мария", 101)
    await head.send("/start")
    await head.press("Согласен")
    assert "по приглашению" in await head.sees()
    for data in ("rg:again:0", "rt:general", "rg:organizations:0", "ro:1", "rr:head"):
        await head.callback(data)
    assert await seated_at(inviting, head) == {}


async def test_a_link_serves_once(inviting: World, invite: Invite) -> None:
    payload = await invite()
    first, second = await inviting.person("Иванова Мария", 101), await inviting.person("Петров Олег", 102)
    for person in (first, second):
        await person.send(f"/start {payload}")
    await asyncio.gather(first.phone.press("Согласен"), second.phone.press("Согласен"))
    await inviting.settle()
    taken = [await seated_at(inviting, one) for one in (first, second)]
    assert sorted(map(len, taken)) == [0, 1]
    loser = first if not taken[0] else second
    assert "уже использована или устарела" in await loser.sees()


async def test_opening_the_own_link_again_says_that_one_is_registered(inviting: World, invite: Invite) -> None:
    payload = await invite()
    head = await inviting.person("Иванова Мария", 101)
    await head.send(f"/start {payload}")
    await head.press("Согласен")
    await head.send(f"/start {payload}")
    assert "Вы зарегистрированы" in await head.sees()


async def test_a_link_is_not_wasted_on_somebody_who_sits_there_already(inviting: World, invite: Invite) -> None:
    first, second = await invite(), await invite()
    head = await inviting.person("Иванова Мария", 101)
    await head.send(f"/start {first}")
    await head.press("Согласен")
    await head.send(f"/start {second}")
    assert "Вы зарегистрированы" in await head.sees()
    successor = await inviting.person("Петров Олег", 102)
    await successor.send(f"/start {second}")
    await successor.press("Согласен")
    assert await seated_at(inviting, successor) == {SCHOOL: SeatState.SEATED}


async def test_a_deputy_becomes_head_by_the_heads_link(inviting: World, invite: Invite) -> None:
    person = await inviting.person("Петров Олег", 102)
    await person.send(f"/start {await invite(role=Role.DEPUTY)}")
    await person.press("Согласен")
    assert "заместитель" in await person.sees()
    await person.send(f"/start {await invite()}")
    assert "руководитель" in await person.sees()
    assert await seated_at(inviting, person) == {SCHOOL: SeatState.SEATED}
    # A link that is too old takes nothing away.
    stale = await invite(role=Role.DEPUTY)
    inviting.now += timedelta(days=61)
    await person.send(f"/start {stale}")
    assert "устарела" in await person.sees()
    assert await seated_at(inviting, person) == {SCHOOL: SeatState.SEATED}


async def test_a_link_expires(inviting: World, invite: Invite) -> None:
    payload = await invite()
    in_time, too_late = await inviting.person("Иванова Мария", 101), await inviting.person("Петров Олег", 102)
    other = await invite()
    inviting.now += timedelta(days=60) - timedelta(seconds=1)
    await in_time.send(f"/start {payload}")
    await in_time.press("Согласен")
    assert len(await seated_at(inviting, in_time)) == 1
    inviting.now += timedelta(seconds=1)
    await too_late.send(f"/start {other}")
    await too_late.press("Согласен")
    assert "устарела" in await too_late.sees()


async def test_garbage_links_seat_nobody(inviting: World) -> None:
    payloads = ["inv_", "inv_x", "inv_" + "A" * 22, "claim_", "claim_guess", "inv_💥", "что-то", "x" * 64]
    for id, payload in enumerate(payloads, 101):
        head = await inviting.person("Иванова Мария", id)
        await head.send(f"/start {payload}")
        await head.press("Согласен")
        await head.send(f"/start {payload}")
        assert await seated_at(inviting, head) == {}
    async with inviting.storage.read() as tx:
        assert await staff.admins(tx) == [ADMIN]


# --- the first administrator ---


async def test_the_claim_link_makes_one_administrator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with living(tmp_path, registration="approval") as world:
        await apply(world, "Иванова Мария", 101)
        await world.app.introduction.claim_link()
        printed = capsys.readouterr().out
        payload = printed.strip().split("?start=")[1]
        guesser = await world.person("Чужой Иван", 103)
        await guesser.send("/start claim_" + "A" * 22)
        await guesser.press("Согласен")
        assert "не подходит" in await guesser.sees()
        boss = await world.person("Начальник Анна", ADMIN)
        await boss.send(f"/start {payload}")
        await boss.press("Согласен")
        screens = [one["text"] for one in await boss.phone.messages()]
        assert any("Вы — администратор" in one for one in screens)
        # Who came before the administrator waits no longer.
        assert "Мария Иванова" in screens[-1]
        await guesser.send(f"/start {payload}")
        assert "не подходит" in await guesser.sees()
        async with world.storage.read() as tx:
            assert await staff.admins(tx) == [ADMIN]
        await world.app.introduction.claim_link()
        assert capsys.readouterr().out == ""


async def test_a_registration_that_gave_way_begins_anew_where_it_is_pressed(tmp_path: Path) -> None:
    async with living(tmp_path, admin_ids=(ADMIN,)) as world:
        boss = await introduced(world, "Начальник Анна", ADMIN)
        await boss.send("/panel")
        await boss.press("Сотрудники")
        await boss.send("/start")
        await boss.press("Управление образования")
        # Something else, in a message above.
        await boss.press("Пригласить куратора")
        before = len(await boss.phone.alerts())
        await boss.press("Готово")
        assert "К какому типу" in await boss.sees()
        assert "Готово" not in await boss.buttons()
        assert len(await boss.phone.alerts()) == before
        await boss.press(GENERAL, "Готово", SCHOOL, "Руководитель")
        assert await seated_at(world, boss) == {SCHOOL: SeatState.SEATED}


async def test_a_newer_claim_link_voids_the_older(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with living(tmp_path) as world:
        await world.app.introduction.claim_link()
        await world.app.introduction.claim_link()
        older, newer = [line.split("?start=")[1] for line in capsys.readouterr().out.splitlines()]
        boss = await world.person("Начальник Анна", ADMIN)
        await boss.send(f"/start {older}")
        await boss.press("Согласен")
        assert "не подходит" in await boss.sees()
        await boss.send(f"/start {newer}")
        assert await boss.card("Вы — администратор")


# --- where the bot does not speak ---


async def test_groups_are_ignored(world: World, head: Head) -> None:
    await head.join(GENERAL, SCHOOL)
    group = await world.telegram.group("Директора", [head.phone])
    speaker = head.phone.in_group(group)
    for text in ("/start", "/tasks", "привет", "/delete"):
        await speaker.send(text)
    await speaker.callback("dd:1")
    await world.settle()
    assert [one for one in (await world.telegram.chat(group))["messages"] if one["from_bot"]] == []
    assert await seated_at(world, head) == {SCHOOL: SeatState.SEATED}


async def test_a_roster_is_not_needed(tmp_path: Path) -> None:
    catalog = dataclasses.replace(catalog_of(), roster=())
    async with living(tmp_path, catalog) as world:
        head = await world.person("Иванова Мария", 101)
        await begin(head, GENERAL)
        assert "пока пуст" in await head.sees()
        await head.press("Нет в списке")
        await head.send("Школа № 5")
        await head.press("Руководитель")
        assert await seated_at(world, head) == {"Школа № 5": SeatState.SEATED}
