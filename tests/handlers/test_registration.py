"""From /start to a seat, as heads live through it."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.people.member import Role, SeatState
from bot.domain.people.organization import RosterEntry
from bot.storage.engine.database import Tx
from bot.storage.people import organizations, seats
from bot.views.callbacks import PickOrganization, PickRole
from tests.handlers.registering import begin, id_of, seated_at
from tests.messengers import without_messages
from tests.people import ADMIN, introduced
from tests.texts.department import Panel
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Anywhere, Form, Placing, Preferences, Registration, Request
from tests.traces import traces
from tests.world import Head, World, catalog_of, living, on_button

# --- from a stranger to a head ---


async def test_a_stranger_is_greeted_and_asked_for_consent(world: World, head: Head) -> None:
    await head.send("/start")
    greeting, consent = await head.phone.messages()
    assert Registration.GREETING in greeting["text"]
    assert greeting["buttons"] == []
    assert "Согласие" in consent["text"]
    assert "/delete" in consent["text"]
    assert consent["buttons"] == [Registration.AGREE]


async def test_before_consent_nothing_about_the_person_is_stored(world: World) -> None:
    stranger = await world.person("Краснопёрова Дарима", 7_700_123_456)
    await stranger.send("/start")
    await stranger.send("что это?")
    await stranger.send("/tasks")
    await stranger.send("/start inv_nonsense")
    await stranger.callback("tl")
    assert await traces(world, stranger.id, "Краснопёрова", "Дарима", "что это") == {}
    await stranger.press(Registration.AGREE)
    assert set(await traces(world, stranger.id, "Краснопёрова")) == {"people", "audit"}


@pytest.mark.both_messengers
async def test_a_head_registers(world: World, head: Head) -> None:
    await head.send("/start")
    await head.press(Registration.AGREE)
    assert await head.buttons() == [Types.GENERAL, Types.PRESCHOOL, Types.SUPPLEMENTARY, Types.DEPARTMENT]
    await head.press(Types.GENERAL)
    assert await head.buttons() == [
        f"✅ {Types.GENERAL}",
        Types.PRESCHOOL,
        Types.SUPPLEMENTARY,
        Types.DEPARTMENT,
        Registration.DONE,
    ]
    await head.press(Registration.DONE, Organizations.SCHOOL)
    assert Organizations.SCHOOL in await head.sees()
    await head.press(Registration.HEAD)
    assert Registration.REGISTERED in await head.sees()
    assert f"{Organizations.SCHOOL}, руководитель" in await head.sees()
    assert await seated_at(world, head) == {Organizations.SCHOOL: SeatState.SEATED}
    # The greeting and one message that was edited in place.
    assert await head.count() == 2


async def test_types_can_be_unticked_and_several_chosen(world: World, head: Head) -> None:
    await head.send("/start")
    await head.press(Registration.AGREE, Types.GENERAL, Types.GENERAL)
    assert Registration.DONE not in await head.buttons()
    await head.press(Types.PRESCHOOL, Types.SUPPLEMENTARY, Registration.DONE)
    shown = await head.buttons()
    assert on_button(Organizations.KINDERGARTEN) in shown
    assert any("ЦДТ" in one for one in shown)
    assert on_button(Organizations.SCHOOL) not in shown


async def test_done_without_a_type_is_not_done(world: World, head: Head) -> None:
    await head.send("/start")
    await head.press(Registration.AGREE)
    await head.callback("rg:organizations:0")
    assert Types.GENERAL in await head.buttons()
    await head.callback("rg:unlisted:0")
    assert Types.GENERAL in await head.buttons()


async def test_the_way_back_to_the_types(world: World, head: Head) -> None:
    await begin(head, Types.GENERAL)
    await head.press(Organizations.SCHOOL, Registration.TO_TYPES)
    assert f"✅ {Types.GENERAL}" in await head.buttons()
    await head.press(Registration.DONE, Organizations.OTHER_SCHOOL, Registration.HEAD)
    assert await seated_at(world, head) == {Organizations.OTHER_SCHOOL: SeatState.SEATED}


async def test_what_an_older_message_has_changed_is_asked_again(world: World, head: Head) -> None:
    """A list of organizations of types that are not chosen any more shows what is asked now: no button is dead."""
    await head.agree()
    older = (await head.phone.messages())[-1]["message_id"]
    await head.send("/start")
    await head.press(Types.GENERAL, Registration.DONE)
    await head.press_at(older, Types.GENERAL)
    await head.press(Organizations.SCHOOL)
    assert await head.buttons() == [Types.GENERAL, Types.PRESCHOOL, Types.SUPPLEMENTARY, Types.DEPARTMENT]
    assert await seated_at(world, head) == {}


async def test_start_in_the_middle_begins_anew(world: World, head: Head) -> None:
    await begin(head, Types.GENERAL)
    old = await head.card(Registration.CHOOSE)
    await head.send("/start")
    assert await head.buttons() == [Types.GENERAL, Types.PRESCHOOL, Types.SUPPLEMENTARY, Types.DEPARTMENT]
    await head.press(Types.PRESCHOOL, Registration.DONE)
    await head.press_at(old, Organizations.SCHOOL)
    # It shows what is asked now.
    assert await head.buttons() == next(
        one["buttons"] for one in await head.phone.messages() if one["message_id"] == old
    )
    await head.press(Organizations.KINDERGARTEN, Registration.DEPUTY)
    assert await seated_at(world, head) == {Organizations.KINDERGARTEN: SeatState.SEATED}


# --- the list of organizations ---


@pytest.fixture
async def large(tmp_path: Path) -> AsyncIterator[World]:
    """A district with 30 schools."""
    names = [f"Средняя школа № {number}" for number in range(1, 30)] + ["Ёлкинская гимназия имени Семёнова"]
    roster = tuple(
        RosterEntry(f"school-{number}", f"МБОУ «{name}»", frozenset({"general"})) for number, name in enumerate(names)
    )
    async with living(tmp_path, dataclasses.replace(catalog_of(), roster=roster)) as world:
        yield world


@pytest.fixture
async def pupil(large: World) -> Head:
    """A head in the district with 30 schools, in front of their list."""
    head = await large.person("Иванова Мария", 101)
    await begin(head, Types.GENERAL)
    return head


@pytest.mark.slow
async def test_all_organizations_are_on_the_pages(large: World, pupil: Head) -> None:
    seen: list[str] = []
    for page in range(1, 5):
        assert f"Страница {page} из 4" in await pupil.sees()
        seen += [button for button in await pupil.buttons() if "школа" in button or "гимназия" in button]
        if page < 4:
            await pupil.press("›")
    assert len(seen) == len(set(seen)) == 30
    assert not any(button.endswith("›") for button in await pupil.buttons())
    await pupil.press("‹")
    assert "Страница 3 из 4" in await pupil.sees()


async def test_a_page_beyond_the_last_is_the_last(large: World, pupil: Head) -> None:
    await pupil.callback("rg:organizations:9999", await pupil.card(Registration.CHOOSE))
    assert "Страница 4 из 4" in await pupil.sees()


async def test_search_forgives(large: World, pupil: Head) -> None:
    for typed in ("елкинская", "ЁЛКИНСКАЯ", "Елкинскя", "гимназия семенова", "имени Семенова"):
        await pupil.send(typed)
        assert await pupil.buttons() == [
            "Ёлкинская гимназия",
            Registration.NOT_LISTED,
            Registration.TO_TYPES,
        ]
    await pupil.press("Ёлкинская", Registration.HEAD)
    assert list(await seated_at(large, pupil)) == ["МБОУ «Ёлкинская гимназия имени Семёнова»"]


@pytest.mark.parametrize(
    "typed",
    [
        "№1", "N 1", "#1", "1", "школа 1", "СОШ 1", "сош№1", "1-я школа", "первая школа", "школы №001", "irjkf 1",
        "МБОУ «Средняя школа №1»", "Муниципальное учреждение\n«Средняя\nшкола № 1»", "щкола 1",
    ],
)  # fmt: skip
async def test_a_number_finds_its_school_and_no_other(large: World, pupil: Head, typed: str) -> None:
    await pupil.send(typed)
    assert await pupil.buttons() == ["Средняя школа № 1", Registration.NOT_LISTED, Registration.TO_TYPES]
    await pupil.press("№ 1", Registration.HEAD)
    assert list(await seated_at(large, pupil)) == ["МБОУ «Средняя школа № 1»"]


async def test_several_organizations_in_one_message(large: World, pupil: Head) -> None:
    await pupil.send("школы 12, 3 и Ёлкинская гимназия")
    found = [
        button for button in await pupil.buttons() if button not in (Registration.NOT_LISTED, Registration.TO_TYPES)
    ]
    assert found == [
        "Средняя школа № 12",
        "Средняя школа № 3",
        "Ёлкинская гимназия",
    ]


async def test_a_long_text_is_looked_for_and_shown_short(large: World, pupil: Head) -> None:
    await pupil.send(f"Здравствуйте! {'Прошу зарегистрировать меня, ' * 5}школа № 17")
    assert len(await pupil.sees()) < 300
    await pupil.send("Управление образования просит указать: Ёлкинская гимназия имени Семёнова, в селе Ёлкино " * 3)
    assert (await pupil.buttons())[0] == "Ёлкинская гимназия"


async def test_pages_of_what_was_found(large: World, pupil: Head) -> None:
    await pupil.send("средняя школа")
    assert "29 организаций" in await pupil.sees()
    await pupil.press("›")
    assert "Страница 2 из 4" in await pupil.sees()
    assert "«средняя школа»" in await pupil.sees()


async def test_nothing_found(large: World, pupil: Head) -> None:
    await pupil.send("<b>лицей</b> & Ко 🏫")
    assert f"«<b>лицей</b> & Ко 🏫» {Registration.NOTHING_FOUND}" in await pupil.sees()
    assert Anywhere.SHORTER in await pupil.sees()
    assert await pupil.buttons() == [Registration.NOT_LISTED, Registration.TO_TYPES]
    for typed in ("!!!", "№", "🏫🏫", "«»"):
        await pupil.send(typed)
        assert Registration.NOTHING_FOUND in await pupil.sees()
    await pupil.send("№ 17")
    assert "Средняя школа № 17" in await pupil.buttons()


# --- an organization that the roster lacks ---


@pytest.mark.slow
async def test_an_organization_is_typed_in(world: World) -> None:
    names = {
        "Школа <b>&</b> сад": "Школа <b>&</b> сад",
        "Лицей\n\n  «Радуга» 🌈": "Лицей «Радуга» 🌈",
        "Школа\u202e № 5\u2066\u200b": "Школа № 5",
        "Ш" * 200: "Ш" * 200,
    }
    for id, (typed, kept) in enumerate(names.items(), 101):
        head = await world.person("Иванова Мария", id)
        await begin(head, Types.GENERAL)
        await head.press(Registration.NOT_LISTED)
        await head.send(typed)
        assert kept in await head.sees()
        await head.press(Registration.HEAD)
        assert f"{kept}, руководитель" in await head.sees()
        assert await seated_at(world, head) == {kept: SeatState.SEATED}
    await world.at("2026-09-03 09:00")
    for id in range(101, 105):
        assert any(Titles.CORRECTION in message["text"] for message in await world.telegram.at(id).messages())


async def test_a_name_too_short_or_too_long(world: World, head: Head) -> None:
    await begin(head, Types.GENERAL)
    await head.press(Registration.NOT_LISTED)
    for typed in ("Ы", "\u200b\u200b\u200b\u200b", "12", "Ш" * 201, "🏫"):
        await head.send(typed)
        assert "от 3 до 200 знаков" in await head.sees()
    await head.send("Школа № 5")
    assert await head.buttons() == [Registration.HEAD, Registration.DEPUTY, Registration.TO_TYPES]


async def test_a_typed_name_that_the_roster_has_is_that_organization(world: World, head: Head) -> None:
    await begin(head, Types.PRESCHOOL)
    await head.press(Registration.NOT_LISTED)
    await head.send(f"  {Organizations.KINDERGARTEN} ")
    await head.press(Registration.HEAD)
    async with world.storage.read() as tx:
        (seat,) = await seats.of_person(tx, head.id)
    assert seat.organization_id == await id_of(world, Organizations.KINDERGARTEN)


async def test_a_name_that_is_nearly_listed_is_offered(large: World, pupil: Head) -> None:
    await pupil.press(Registration.NOT_LISTED)
    # The same in other quotes and capitals is that one.
    await pupil.send('мбоу "средняя школа №12"')
    assert "МБОУ «Средняя школа № 12»" in await pupil.sees()
    await pupil.press(Registration.TO_TYPES, Registration.DONE, Registration.NOT_LISTED)
    await pupil.send("Елкинская гимназия")
    assert Registration.LISTED_ALREADY in await pupil.sees()
    assert (await pupil.buttons())[:2] == ["Ёлкинская гимназия", Registration.NOT_MINE]
    offered = await pupil.card(Registration.LISTED_ALREADY)
    await pupil.send("Средняя школа № 13")
    await pupil.press("Средняя школа № 13", Registration.HEAD)
    assert list(await seated_at(large, pupil)) == ["МБОУ «Средняя школа № 13»"]
    await pupil.press_at(offered, Registration.NOT_MINE)
    assert "уже закончен" in await pupil.toast()


async def test_a_name_that_only_looks_like_a_listed_one_is_added(large: World, pupil: Head) -> None:
    await pupil.press(Registration.NOT_LISTED)
    await pupil.send("СОШ № 7")
    assert Registration.LISTED_ALREADY in await pupil.sees()
    await pupil.press(Registration.NOT_MINE)
    assert "СОШ № 7" in await pupil.sees()
    await pupil.press(Registration.HEAD)
    assert list(await seated_at(large, pupil)) == ["СОШ № 7"]


# --- several people, several organizations ---


async def test_one_person_at_several_organizations(world: World, head: Head) -> None:
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    await head.send("/settings")
    await head.press(
        Preferences.ORGANIZATIONS,
        Registration.ADD_ORGANIZATION,
        Types.PRESCHOOL,
        Registration.DONE,
        Organizations.KINDERGARTEN,
        Registration.DEPUTY,
    )
    assert await seated_at(world, head) == {
        Organizations.SCHOOL: SeatState.SEATED,
        Organizations.KINDERGARTEN: SeatState.SEATED,
    }
    await world.at("2026-09-03 09:00")
    # One message for both, and it says which is whose.
    assert f"2 {Request.NEW}" in await head.sees()
    assert on_button(Organizations.SCHOOL) in await head.sees()
    assert on_button(Organizations.KINDERGARTEN) in await head.sees()


async def test_the_same_organization_twice_is_one_seat(world: World, head: Head) -> None:
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    await head.send("/settings")
    await head.press(
        Preferences.ORGANIZATIONS,
        Registration.ADD_ORGANIZATION,
        Types.GENERAL,
        Registration.DONE,
        Organizations.SCHOOL,
        Registration.HEAD,
    )
    assert await seated_at(world, head) == {Organizations.SCHOOL: SeatState.SEATED}


async def test_several_people_at_one_organization(world: World, head: Head, deputy: Head) -> None:
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    await deputy.join(Types.GENERAL, Organizations.SCHOOL, Registration.DEPUTY)
    await world.at("2026-09-03 09:00")
    assert Titles.CORRECTION in await head.sees()
    # The head is asked; the deputy sees it in the list without being disturbed.
    assert Registration.REGISTERED in await deputy.sees()
    assert f"{Organizations.SCHOOL}, заместитель" in await deputy.sees()
    await deputy.send("/tasks")
    assert Titles.CORRECTION in await deputy.sees()


async def test_a_deputy_alone_is_asked(world: World, deputy: Head) -> None:
    await deputy.join(Types.GENERAL, Organizations.SCHOOL, Registration.DEPUTY)
    await world.at("2026-09-03 09:00")
    assert Titles.CORRECTION in await deputy.sees()


@pytest.mark.both_messengers
async def test_a_late_joiner_gets_what_is_open(world: World, head: Head) -> None:
    await world.at("2026-09-03 09:00")
    await world.at("2026-09-04 11:00")
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    assert Titles.CORRECTION in await head.sees()


async def test_nobody_floods_the_department_with_seats(world: World, head: Head) -> None:
    await begin(head, Types.GENERAL)

    async def sit(tx: Tx) -> None:
        for number in range(20):
            place = await organizations.add(tx, f"Школа № {number}", ["general"], None, world.now)
            await seats.take(tx, head.id, place, Role.HEAD, SeatState.SEATED, world.now)

    await world.storage.apply(sit)
    await head.press(Organizations.SCHOOL, Registration.HEAD)
    assert "Больше организаций добавить нельзя" in await head.toast()
    assert len(await seated_at(world, head)) == 20


# --- old and forged buttons ---


async def test_old_buttons_after_the_registration_is_over(world: World, head: Head) -> None:
    await begin(head, Types.GENERAL)
    await head.send("школа")
    first = await head.card(Registration.CHOOSE)
    await head.press("Тихореченская", Registration.HEAD)
    for label in ("Малоозёрская", Registration.NOT_LISTED, Registration.TO_TYPES):
        await head.press_at(first, label)
        assert "уже закончен" in await head.toast()
    for data in (PickRole(role="head").pack(), "ok:"):
        await head.callback(data)
        assert await head.toast() == f"Этот выбор уже закончен. {Registration.ADD_ORGANIZATION}: /settings"
    assert await seated_at(world, head) == {Organizations.SCHOOL: SeatState.SEATED}


async def test_forged_presses_seat_nobody(world: World, head: Head) -> None:
    await begin(head, Types.GENERAL)
    kindergarten = await id_of(world, Organizations.KINDERGARTEN)
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
    await head.press(Registration.TO_TYPES, Registration.DONE, Organizations.SCHOOL)
    await head.callback(PickRole(role="tsar").pack())
    assert await seated_at(world, head) == {}
    await head.press(Registration.HEAD)
    assert await seated_at(world, head) == {Organizations.SCHOOL: SeatState.SEATED}


async def test_a_double_press_takes_one_seat(world: World, head: Head) -> None:
    await begin(head, Types.GENERAL)
    await head.press(Registration.NOT_LISTED)
    await head.send("Школа № 5")
    role = await head.card("Кто вы")
    await asyncio.gather(
        head.phone.press(Registration.HEAD, message_id=role), head.phone.press(Registration.HEAD, message_id=role)
    )
    await world.settle()
    assert await seated_at(world, head) == {"Школа № 5": SeatState.SEATED}


async def test_a_registration_that_gave_way_begins_anew_where_it_is_pressed(tmp_path: Path) -> None:
    async with living(tmp_path, admin_ids=(ADMIN,)) as world:
        boss = await introduced(world, "Начальник Анна", ADMIN)
        await boss.send("/panel")
        await boss.press(Panel.STAFF)
        await boss.send("/start")
        await boss.press(Types.DEPARTMENT)
        # Something else, in a message above.
        await boss.press("Пригласить куратора")
        before = len(await boss.phone.alerts())
        await boss.press(Registration.DONE)
        assert "К какому типу" in await boss.sees()
        assert Registration.DONE not in await boss.buttons()
        assert len(await boss.phone.alerts()) == before
        await boss.press(Types.GENERAL, Registration.DONE, Organizations.SCHOOL, Registration.HEAD)
        assert await seated_at(world, boss) == {Organizations.SCHOOL: SeatState.SEATED}


# --- where the bot does not speak ---


async def test_groups_are_ignored(world: World, head: Head) -> None:
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    group = await world.telegram.group("Директора", [head.phone])
    speaker = head.phone.in_group(group)
    sent = [await speaker.send(text) for text in ("/start", "/tasks", "привет", "/delete")]
    for message_id in (sent[-1], *without_messages()):
        await speaker.callback("dd:1", message_id=message_id)
    await world.settle()
    assert [one for one in (await world.telegram.chat(group))["messages"] if one["from_bot"]] == []
    assert await seated_at(world, head) == {Organizations.SCHOOL: SeatState.SEATED}


async def test_a_roster_is_not_needed(tmp_path: Path) -> None:
    catalog = dataclasses.replace(catalog_of(), roster=())
    async with living(tmp_path, catalog) as world:
        head = await world.person("Иванова Мария", 101)
        await begin(head, Types.GENERAL)
        assert "пока пуст" in await head.sees()
        await head.press(Registration.NOT_LISTED)
        await head.send("Школа № 5")
        await head.press(Registration.HEAD)
        assert await seated_at(world, head) == {"Школа № 5": SeatState.SEATED}


# --- words and files where a button is wanted ---


@pytest.mark.slow
async def test_what_was_asked_comes_below_a_wrong_word(world: World, head: Head) -> None:
    await head.send("/start")
    await head.press(Registration.AGREE)
    for send, said in (
        (head.send("не знаю"), f"По запросу «не знаю» {Registration.NOTHING_FOUND}."),
        (head.send_file(), Form.PRESS),
        (head.send_sticker(), Form.PRESS),
    ):
        await send
        assert (await head.sees()).startswith(f"{said}\n\nК какому типу")
        assert Types.GENERAL in await head.buttons()
    await head.press(Types.GENERAL)
    await world.restart()
    await head.send("готово")
    assert (await head.sees()).startswith(Registration.CHOOSE)
    # What was ticked stays so.
    await head.press(Registration.DONE)
    await head.send_photo()
    assert (await head.sees()).startswith(Registration.CHOOSE)
    await head.send("тихореч")
    await head.send_file()
    assert "Нашлось по запросу «тихореч»" in await head.sees()
    await head.press(Registration.NOT_LISTED)
    await head.send_file()
    assert (await head.sees()).startswith("Напишите полное название")
    await head.press(Registration.TO_TYPES, Registration.DONE, Organizations.SCHOOL)
    await head.send("бухгалтер")
    assert (await head.sees()).startswith(f"{Form.PRESS}\n\n{Organizations.SCHOOL}")
    await head.press(Registration.HEAD)
    assert Registration.REGISTERED in await head.sees()


async def test_a_head_who_adds_an_organization_may_answer_meanwhile(world: World, head: Head) -> None:
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    await head.send("/settings")
    await head.press(Preferences.ORGANIZATIONS, Preferences.ADD_ORGANIZATION)
    await head.send("Когда совещание?")
    assert Placing.KEPT in await head.sees()


# --- what is written instead of pressed ---


async def test_an_organization_of_another_type_is_found_all_the_same(world: World, head: Head) -> None:
    """The head of a kindergarten has ticked «Общее образование»."""
    await begin(head, Types.GENERAL)
    await head.send("садик Родничок")
    assert Registration.OF_OTHER_TYPES in await head.sees()
    # What has been listed may be pressed, whatever is looked for after that.
    await head.send("тихореч")
    await head.press(Organizations.KINDERGARTEN, Registration.HEAD)
    assert await seated_at(world, head) == {Organizations.KINDERGARTEN: SeatState.SEATED}


async def test_what_is_of_no_type_is_not_found(world: World, head: Head) -> None:
    await begin(head, Types.GENERAL)
    await head.send("Цыренова")
    assert Registration.NOTHING_FOUND in await head.sees()


@pytest.mark.parametrize("ticked", [[], [Types.PRESCHOOL]])
async def test_whoever_names_the_organization_at_once_is_shown_it(world: World, head: Head, ticked: list[str]) -> None:
    await head.agree()
    await head.press(*ticked)
    await head.send("Тихореченская школа")
    await head.send("Родничок")
    await head.press(Organizations.SCHOOL)
    await head.send("директор")
    assert f"{Organizations.SCHOOL}, руководитель" in await head.sees()
    assert await seated_at(world, head) == {Organizations.SCHOOL: SeatState.SEATED}


async def test_a_list_of_all_schools_has_its_pages_and_its_way_out(world: World, head: Head) -> None:
    await head.agree()
    await head.send("мбоу")
    assert Registration.NOT_LISTED in await head.buttons()
    await head.callback("rg:organizations:1")
    assert Registration.NOT_LISTED in await head.buttons(), "there is one page of it"
    await head.press(Registration.NOT_LISTED)
    assert await head.buttons() == [Types.GENERAL, Types.PRESCHOOL, Types.SUPPLEMENTARY, Types.DEPARTMENT]


@pytest.mark.parametrize(
    ("typed", "role"),
    [("Директор", Role.HEAD), ("заведующая", Role.HEAD), ("зам. директора", None), ("завуч", Role.DEPUTY)],
)
async def test_a_role_is_written(approving: World, typed: str, role: Role | None) -> None:
    person = await approving.person("Иванова Мария", 101)
    await begin(person, Types.GENERAL)
    await person.press(Organizations.SCHOOL)
    await person.send(typed)
    if role is None:
        assert Form.PRESS in await person.sees()
        return
    assert Registration.APPLIED in await person.sees()
    async with approving.storage.read() as tx:
        (seat,) = await seats.of_person(tx, person.id)
    assert seat.role is role


async def test_a_new_name_is_compared_with_those_of_other_types(world: World, head: Head) -> None:
    await begin(head, Types.GENERAL)
    await head.press(Registration.NOT_LISTED)
    await head.send("Детский сад «Родничок» села Степной Ключик")
    assert Registration.LISTED_ALREADY in await head.sees()
    await head.press(Organizations.KINDERGARTEN, Registration.HEAD)
    assert await seated_at(world, head) == {Organizations.KINDERGARTEN: SeatState.SEATED}


@pytest.mark.parametrize("typed", ["???", "👍👍👍", "..."])
async def test_signs_are_no_name(world: World, head: Head, typed: str) -> None:
    await begin(head, Types.GENERAL)
    await head.press(Registration.NOT_LISTED)
    await head.send(typed)
    assert Registration.HEAD not in await head.buttons()


async def test_the_way_back_is_no_name(world: World, head: Head) -> None:
    await begin(head, Types.GENERAL)
    await head.press(Registration.NOT_LISTED)
    await head.send("отмена")
    assert f"✅ {Types.GENERAL}" in await head.buttons()
    await head.press(Registration.DONE)
    assert on_button(Organizations.SCHOOL) in await head.buttons()


async def test_a_name_that_nobody_has_is_said_to_be_none_before_a_type_is_ticked(world: World, head: Head) -> None:
    await head.agree()
    await head.send("Гадюкинская школа")
    assert Registration.NOTHING_FOUND in await head.sees()
    assert "«Гадюкинская школа»" in await head.sees()
    await head.press(Types.GENERAL, Registration.DONE)
    assert on_button(Organizations.SCHOOL) in await head.buttons()


async def test_whoever_is_not_listed_hears_that_a_type_comes_first(world: World, head: Head) -> None:
    await head.agree()
    await head.send("мбоу")
    await head.press(Registration.NOT_LISTED)
    assert Registration.TYPE_FIRST in await head.sees()
    await head.send("нет в списке")
    assert Registration.TYPE_FIRST in await head.sees(), "its words say the same"
    await head.send("дошкольное образование")
    assert f"✅ {Types.PRESCHOOL}" in await head.buttons(), "the words of a type are its button"
    await head.send("готово")
    await head.send("нашей нет в списке")
    await head.send("Детский сад «Солнышко»")
    await head.send("назад")
    assert f"✅ {Types.PRESCHOOL}" in await head.buttons()


async def test_the_words_below_names_that_are_nearly_the_same_are_no_name(large: World, pupil: Head) -> None:
    await pupil.press(Registration.NOT_LISTED)
    await pupil.send("Школа № 7")
    assert Registration.LISTED_ALREADY in await pupil.sees()
    await pupil.send("Моей здесь нет")
    await pupil.press(Registration.HEAD)
    assert await seated_at(large, pupil) == {"Школа № 7": SeatState.SEATED}


@pytest.mark.parametrize("typed", ["‹ К типам", "назад"])
async def test_the_way_back_is_no_name_that_is_looked_for(world: World, head: Head, typed: str) -> None:
    await begin(head, Types.GENERAL)
    await head.send(typed)
    assert f"✅ {Types.GENERAL}" in await head.buttons()
    await head.press(Registration.DONE, Organizations.SCHOOL)
    await head.send(typed)
    assert f"✅ {Types.GENERAL}" in await head.buttons(), "nor a role"


@pytest.mark.parametrize("step", [[], [Types.GENERAL, Registration.DONE]])
async def test_help_is_no_organization_where_none_is_called_so(world: World, head: Head, step: list[str]) -> None:
    await head.agree()
    await head.press(*step)
    await head.send("помощь")
    assert "Как это работает" in await head.sees()
    await head.send("Тихореченская")
    await head.press(Organizations.SCHOOL, Registration.HEAD)
    assert await seated_at(world, head) == {Organizations.SCHOOL: SeatState.SEATED}, "and it goes on"
