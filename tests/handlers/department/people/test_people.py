"""The roster, invitations, registrations and seats that change hands, as the department and heads live through it."""

import asyncio
import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.people.member import Limits, StaffRole
from bot.domain.people.organization import RosterEntry
from bot.domain.people.roster import RosterChange
from bot.storage.engine.database import Tx
from bot.storage.ledger.changes import roster as rosters
from bot.storage.people import organizations, seats, staff
from bot.storage.schema import audit, metadata
from tests import messengers
from tests.people import ADMIN, SECOND_ADMIN, introduced
from tests.texts.department import Applications, Invitations, LinkList, Panel, People
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Anywhere, Form, Leaving, Preferences, Registration
from tests.world import Head, World, catalog_of, living, on_button

LINK = re.compile(r"https://(?:t\.me|max\.ru)/(\w+)\?start=((?:inv|staff)_[\w-]+)", re.ASCII)


async def applied(
    world: World, name: str, id: int, role: str = Registration.HEAD, place: str = Organizations.SCHOOL
) -> Head:
    """Somebody who asks for a seat and waits."""
    person = await world.person(name, id)
    await person.send("/start")
    await person.press(Registration.AGREE, Types.GENERAL, Registration.DONE, place, role)
    return person


async def newcomer(world: World, admin: Head, name: str, id: int, role: str = Registration.HEAD) -> Head:
    """Somebody whom the administrator seats at the school."""
    person = await applied(world, name, id, role)
    await admin.press(Applications.CONFIRM)
    return person


async def to_card(person: Head, place: str = Organizations.SCHOOL) -> None:
    """Three taps from the desk."""
    await person.send("/panel")
    await person.press(Panel.PEOPLE, Types.GENERAL)
    if place not in await person.buttons():
        await person.send(place)
    await person.press(place)


async def said(person: Head, text: str) -> str:
    """The latest message with that text."""
    return str((await person.phone.find(text))["text"])


async def payload(person: Head) -> str:
    """What the link of the last message brings to the bot."""
    found = LINK.search(await person.sees())
    assert found is not None, await person.sees()
    return found[2]


async def place_of(world: World, person: Head) -> dict[str, str]:
    async with world.storage.read() as tx:
        return {seat.organization_name: str(seat.role) for seat in await seats.of_person(tx, person.id)}


async def actions(world: World) -> list[str]:
    async with world.storage.read() as tx:
        return list((await tx.execute(sa.select(audit.c.action).order_by(audit.c.id))).scalars())


@pytest.mark.slow
async def test_the_roster_shows_who_sits_where(approving: World, admin: Head) -> None:
    head = await newcomer(approving, admin, "Иванова Мария", 101)
    deputy = await newcomer(approving, admin, "Петров <b>Олег", 102, Registration.DEPUTY)
    await approving.at("2026-09-03 09:00")
    await head.press(Titles.NOT_BEGUN, Form.SEND)
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE)
    assert f"13 организаций\n{People.VACANT}: 12" in await said(admin, Panel.PEOPLE)
    labels = await admin.buttons()
    assert f"{Types.GENERAL}: 1 из 6" in labels
    assert f"{People.VACANT}: 12" in labels
    assert not any("не доходят" in label for label in labels)
    await admin.press(Types.GENERAL)
    assert on_button(Organizations.SCHOOL) in await admin.buttons()
    assert f"○ {on_button(Organizations.OTHER_SCHOOL)}" in await admin.buttons()
    await admin.press(Organizations.SCHOOL)
    card = await said(admin, "сообщения доходят")
    assert "Мария Иванова, руководитель, с 27 августа\n✅ сообщения доходят" in card
    assert "<b>Олег Петров, заместитель, с 27 августа" in card
    assert f"{People.OPEN_REQUESTS}: 1, на все есть ответ." in card
    assert "Последний ответ: 3 сентября, Мария Иванова." in card
    await deputy.send("/stop")
    await head.send("/settings")
    await head.press(Preferences.HOLIDAY, Preferences.WEEK)
    await admin.press(Panel.BACK, Organizations.SCHOOL)
    card = await said(admin, "в отпуске")
    assert "🌴 в отпуске до 10 сентября" in card
    assert "🔕 сообщения остановлены" in card
    await head.block()
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, f"{People.UNREACHED}: 1")
    assert f"{People.ALL} — сообщения не доходят\n1 организация." in await said(admin, "не доходят")
    await admin.press(f"⚠️ {Organizations.SCHOOL}")
    assert "⚠️ сообщения не доходят" in await said(admin, "руководитель, с 27")
    await admin.press(Panel.BACK, Panel.BACK, Panel.TO_PANEL)
    assert Panel.HEADING in await said(admin, Panel.HEADING)


@pytest.mark.slow
async def test_an_organization_is_found_by_its_people_too(approving: World, admin: Head) -> None:
    await newcomer(approving, admin, "Цыренова Дарима", 101)
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, f"{People.ALL}: 13")
    for typed in ("цыренова", "Дариме Цыреновой", "wsht", "Цыреонва", "тихореченская школа", "оош тихоречье"):
        await admin.send(typed)
        assert on_button(Organizations.SCHOOL) in (await admin.buttons())[0], typed
    await admin.send("цырендоржиева")
    assert Anywhere.SHORTER in await admin.sees()


async def test_an_organization_is_looked_for_without_opening_a_list(approving: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE)
    assert "Чтобы найти организацию" in await admin.sees()
    await admin.send("тихореченская")
    assert f"{People.FOUND_BY} «тихореченская»: 1 организация." in await admin.sees()
    await admin.press(f"○ {on_button('МБОУ «Тихореченская основная общеобразовательная школа»')}")
    await admin.press(Panel.BACK, Panel.BACK)
    assert f"13 организаций\n{People.VACANT}: 13" in await admin.sees()


async def test_what_a_head_has_typed_in_turns_out_to_be_listed(approving: World, admin: Head) -> None:
    """Its name was another; nobody need be asked twice, where there are no territories either."""
    head = await approving.person("Иванова Мария", 101)
    await head.send("/start")
    await head.press(Registration.AGREE, Types.GENERAL, Registration.DONE, Registration.NOT_LISTED)
    await head.send("Лицей «Радуга»")
    await head.press(Registration.HEAD)
    await admin.press(Applications.CONFIRM)
    await approving.at("2026-09-03 09:00")
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE)
    assert "14 организаций" in await admin.sees()
    await admin.send("радуга")
    await admin.press("Лицей «Радуга»", "Назвать преемника")
    await admin.send("тихореченская")
    await admin.press(Organizations.SCHOOL, Form.DONE)
    assert "• открытых запросов: 1" in await admin.sees()
    await admin.press(Applications.CONFIRM)
    assert f"Преемник: {Organizations.SCHOOL}." in await admin.sees()
    assert "её работу продолжает" in await head.sees()
    await admin.press(on_button(Organizations.SCHOOL))
    assert "Прежде: Лицей «Радуга»." in await admin.sees()
    # What the list has is taken from it by a list.
    assert "Назвать преемника" not in await admin.buttons()
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE)
    assert "13 организаций" in await admin.sees()


@pytest.mark.slow
async def test_a_list_is_searched_filtered_and_paged(tmp_path: Path) -> None:
    names = [f"Средняя школа № {number}" for number in range(1, 21)] + ["Ш" * 200]
    roster = [RosterEntry(f"s-{n}", name, frozenset({"general"})) for n, name in enumerate(names)]
    roster.append(RosterEntry("k", "Детский сад «Ёлочка» <b>", frozenset({"preschool"})))
    async with living(tmp_path, replace(catalog_of(), roster=tuple(roster)), admin_ids=(ADMIN,)) as world:
        admin = await introduced(world, "Начальник Анна", ADMIN)
        await admin.send("/panel")
        await admin.press(Panel.PEOPLE, Types.GENERAL)
        assert "21 организация.\nСтраница 1 из 3." in await said(admin, "Страница")
        await admin.press("›", "›")
        assert "Страница 3 из 3" in await said(admin, "Страница")
        await admin.send("школа № 7")
        assert f"{People.FOUND_BY} «школа № 7»: 1 организация." in await said(admin, People.FOUND_BY)
        await admin.press("○ Средняя школа № 7")
        assert "Руководителя нет." in await said(admin, "Средняя школа")
        await admin.press(Panel.BACK)
        assert f"{People.FOUND_BY} «школа № 7»" in await said(admin, People.FOUND_BY)
        await admin.send("<b>&")
        assert f"{People.FOUND_BY} «<b>&»: {People.NOTHING_FOUND}." in await said(admin, People.FOUND_BY)
        # A command is no search, and what is typed after it is none either.
        await admin.send("/panel")
        await admin.send("школа")
        assert f"{People.FOUND_BY} «школа»" not in await admin.sees()
        await admin.press(Panel.PEOPLE, f"{People.ALL}: 22")
        await admin.send("елочка")
        await admin.press("○ Детский сад «Ёлочка»")
        assert f"Детский сад «Ёлочка» <b>\n{Types.PRESCHOOL}" in await said(admin, "Ёлочка")
        for data in (
            "wt:nowhere:all:0",
            "wt:general:all:9999",
            "wt::silent:5",
            "wc:424242",
            "wt:general:odd:0",
            "wc:x",
        ):
            await admin.callback(data)
        assert People.GONE in (await admin.phone.alerts())[-3]
        await admin.send("/panel")
        await admin.press(Panel.PEOPLE, Types.GENERAL, Invitations.HEADING)
        assert "Всем: 21" in await admin.buttons()


@pytest.mark.slow
async def test_a_card_counts_what_is_asked_within_the_limits_of_who_looks(approving: World, admin: Head) -> None:
    head = await newcomer(approving, admin, "Иванова Мария", 101)
    elsewhere = await approving.person("Куратор Вера", 301)
    await elsewhere.send("/start")
    await elsewhere.press(Registration.AGREE)
    limits = Limits(topics=frozenset({"olympiad"}))
    await approving.storage.apply(
        lambda tx: staff.grant(
            tx, messengers.person(301), StaffRole.CURATOR, messengers.person(ADMIN), approving.now, limits
        )
    )
    await approving.at("2026-09-03 09:00")
    await head.press(Titles.NOT_BEGUN, Form.SEND)
    await to_card(admin)
    card = await admin.sees()
    assert People.OPEN_REQUESTS in card
    assert messengers.without_labels(card).count("Мария Иванова") == 2
    # Of the same school, but of no topic of theirs: neither how many there are nor who has answered last.
    await to_card(elsewhere)
    card = await elsewhere.sees()
    assert People.OPEN_REQUESTS not in card
    assert card.count("Мария Иванова") == 1


@pytest.mark.slow
async def test_curators_and_viewers_look_within_their_limits(approving: World, admin: Head) -> None:
    curator = await approving.person("Куратор Вера", 301)
    viewer = await approving.person("Зритель Глеб", 302)
    for one in (curator, viewer):
        await one.send("/start")
        await one.press(Registration.AGREE)

    async def work(tx: Tx) -> None:
        await staff.grant(
            tx,
            messengers.person(301),
            StaffRole.CURATOR,
            messengers.person(ADMIN),
            approving.now,
            Limits(frozenset({"preschool"})),
        )
        await staff.grant(tx, messengers.person(302), StaffRole.VIEWER, messengers.person(ADMIN), approving.now)

    await approving.storage.apply(work)
    async with approving.storage.read() as tx:
        school = await organizations.by_name(tx, Organizations.SCHOOL)
    assert school is not None
    await curator.send("/panel")
    await curator.press(Panel.PEOPLE)
    assert not [
        button
        for button in await curator.buttons()
        if Types.GENERAL in button or Invitations.HEADING in button or People.STAFF in button
    ]
    await curator.callback("wt:general:all:0", await curator.card(Panel.PEOPLE))
    assert Organizations.SCHOOL not in " ".join(await curator.buttons())
    await curator.callback(f"wc:{school.id}")
    assert People.GONE in await curator.toast()
    await to_card(viewer)
    assert await viewer.buttons() == [People.ANSWERS_FILE, Panel.BACK]
    before = await actions(approving)
    head = await newcomer(approving, admin, "Иванова Мария", 101)
    async with approving.storage.read() as tx:
        (seat,) = await seats.of_person(tx, head.id)
    forged = [f"wi:{school.id}:head", f"wv:{seat.id}:1", "wp::all", "wq:1", "wa:0", f"wb:{seat.id}", f"wr:{seat.id}:1"]
    forged += [
        f"wh:{seat.id}",
        "ws:0",
        f"wm:{messengers.person(ADMIN)}",
        "wg:302:admin",
        "wx:types:general",
        "wd:0:1",
        f"wu:{messengers.person(ADMIN)}:1",
    ]
    forged += ["wf:begin:", "wf:apply:x", f"sd:{seat.id}:0"]
    after = await actions(approving)
    for person in (viewer, head):
        for data in forged:
            await person.callback(data)
            assert Anywhere.NOT_YOURS in await person.toast()
    await head.callback("wl")
    assert Anywhere.NOT_YOURS in await head.toast()
    assert await actions(approving) == after
    assert len(after) > len(before)
    # A role that is withdrawn in the middle of a search.
    await viewer.send("/panel")
    await viewer.press(Panel.PEOPLE, Types.GENERAL)
    await approving.storage.apply(
        lambda tx: staff.revoke(tx, messengers.person(302), messengers.person(ADMIN), approving.now)
    )
    await viewer.send("школа")
    assert Panel.NO_ACCESS in await viewer.sees()


@pytest.mark.slow
async def test_an_invitation_replaces_the_head(approving: World, admin: Head) -> None:
    await approving.app.introduction.asked()
    former = await newcomer(approving, admin, "Иванова Мария", 101)
    await approving.at("2026-09-03 09:00")
    question = await former.card(Titles.CORRECTION)
    await to_card(admin)
    assert await admin.buttons() == [
        People.CHANGE_HEAD, "Пригласить второго руководителя", "Пригласить заместителя",
        f"{People.VACATE} место: Мария Иванова", People.ANSWERS_FILE, Panel.BACK,
    ]  # fmt: skip
    await admin.press(People.CHANGE_HEAD)
    assert "место освободит Мария Иванова" in await admin.toast()
    forwarded = await admin.sees()
    assert forwarded.startswith(f"✉️ Приглашение для руководителя\n{Organizations.SCHOOL}\n")
    assert "действует до 2 ноября." in forwarded
    assert (await admin.phone.last_message())["buttons"] == []
    link = await payload(admin)
    await former.send(f"/start {link}")
    assert Registration.REGISTERED in await former.sees()
    await approving.at("2026-10-05 10:00")
    successor = await approving.person("Сидорова Анна", 103)
    await successor.send(f"/start {link}")
    assert await place_of(approving, former) == {Organizations.SCHOOL: "head"}
    await successor.press(Registration.AGREE)
    # Nobody loses a place by a link alone.
    assert await place_of(approving, former) == {Organizations.SCHOOL: "head"}
    await admin.press_at(await admin.card(LinkList.ASKED), LinkList.CONFIRM)
    assert await place_of(approving, former) == {}
    assert await place_of(approving, successor) == {Organizations.SCHOOL: "head"}
    assert (
        "Ваше место (руководитель) теперь занимает другой человек:\n🏫 " + Organizations.SCHOOL in await former.sees()
    )
    # What was open is the successor's now, and the old message does nothing any more.
    assert "новых запрос" in await successor.sees()
    await former.press_at(question, Titles.NOT_BEGUN)
    assert Anywhere.NOT_YOURS in await former.toast()
    await successor.send(f"/start {link}")
    assert Registration.REGISTERED in await successor.sees()
    stranger = await approving.person("Чужой Иван", 104)
    await stranger.send(f"/start {link}")
    await stranger.press(Registration.AGREE)
    assert Registration.LINK_USED in await stranger.sees()
    await to_card(admin)
    card = await said(admin, "Прежде")
    assert "Анна Сидорова, руководитель, с 5 октября" in card
    assert "Прежде\n• Мария Иванова, руководитель, 27 августа — 5 октября" in card
    assert "seat.replaced" in await actions(approving)
    # A second head on purpose ousts nobody; nor does a deputy.
    for label, id, role in (("второго", 105, "head"), ("заместителя", 106, "deputy")):
        await to_card(admin)
        await admin.press(f"Пригласить {label}")
        head = await approving.person("Новый Пётр", id)
        await head.send(f"/start {await payload(admin)}")
        await head.press(Registration.AGREE)
        assert await place_of(approving, head) == {Organizations.SCHOOL: role}
    assert await place_of(approving, successor) == {Organizations.SCHOOL: "head"}


@pytest.mark.slow
async def test_links_of_what_is_gone(approving: World, admin: Head) -> None:
    await approving.app.introduction.asked()
    links = []
    for _ in range(2):
        await to_card(admin)
        await admin.press("Пригласить руководителя")
        links.append(await payload(admin))
    assert links[0] != links[1]
    await to_card(admin)
    assert "Неиспользованных приглашений: 2." in await said(admin, "Неиспользованных")
    async with approving.storage.read() as tx:
        school = await organizations.by_name(tx, Organizations.SCHOOL)
    assert school is not None
    gone = RosterChange(removed=(school,))
    await approving.storage.apply(
        lambda tx: rosters.apply(tx, gone, approving.catalog, messengers.person(ADMIN), approving.now)
    )
    head = await approving.person("Иванова Мария", 101)
    await head.send(f"/start {links[0]}")
    await head.press(Registration.AGREE)
    assert Leaving.NOT_LISTED in await head.sees()
    assert await place_of(approving, head) == {}
    await admin.callback(f"wi:{school.id}:head")
    assert People.GONE in await admin.toast()
    await admin.callback(f"wc:{school.id}")
    assert "запросы не приходят" in await admin.sees()
    assert await admin.buttons() == [People.ANSWERS_FILE, Panel.BACK]


@pytest.mark.slow
async def test_a_seat_is_vacated(approving: World, admin: Head) -> None:
    second = await introduced(approving, "Второй Борис", SECOND_ADMIN)
    head = await newcomer(approving, admin, "Иванова Мария", 101)
    deputy = await newcomer(approving, admin, "Петров Олег", 102, Registration.DEPUTY)
    await approving.at("2026-09-03 09:00")
    for one in (admin, second):
        await to_card(one)
        await one.press(f"{People.VACATE} место: Мария Иванова")
        assert f"{People.OPEN_REQUESTS} получат оставшиеся." in await said(one, People.SURELY_VACATE)
    await asyncio.gather(admin.phone.press(People.VACATE), second.phone.press(People.VACATE))
    await approving.settle()
    assert (await actions(approving)).count("seat.vacated") == 1
    assert "это место уже свободно" in " ".join([*await admin.phone.alerts(), *await second.phone.alerts()]).lower()
    assert "освобождено управлением образования" in await head.sees()
    assert await place_of(approving, head) == {}
    assert Titles.CORRECTION in await deputy.sees()
    # Everything left to them; the last one out is asked about.
    await to_card(admin)
    await admin.press(f"{People.VACATE} место: Олег Петров")
    assert "запросы не получит никто" in await said(admin, People.SURELY_VACATE)
    await admin.press(Panel.BACK)
    assert await place_of(approving, deputy) == {Organizations.SCHOOL: "deputy"}
    # An administrator's own seat, and a forged one.
    await admin.send("/start")
    await admin.press(Types.DEPARTMENT, Registration.DONE, Types.DEPARTMENT, Registration.HEAD)
    async with approving.storage.read() as tx:
        (seat,) = await seats.of_person(tx, messengers.person(ADMIN))
    before = await admin.count()
    await admin.callback(f"wv:{seat.id}:1", await admin.card(Registration.GREETING))
    assert await place_of(approving, admin) == {}
    assert await admin.count() == before
    await admin.send("/panel")
    assert Panel.HEADING in await admin.sees()
    await admin.callback("wv:424242:1")
    assert People.GONE in await admin.toast()


@pytest.mark.slow
async def test_registrations_are_decided_in_the_list(approving: World, admin: Head) -> None:
    former = await newcomer(approving, admin, "Иванова Мария", 101)
    successor = await applied(approving, "Сидорова Анна", 103)
    assert await admin.buttons() == [
        f"{Applications.CONFIRM_INSTEAD}: Мария Иванова", Applications.CONFIRM_SECOND, Applications.REFUSE
    ]  # fmt: skip
    deputy = await applied(approving, "Петров Олег", 102, Registration.DEPUTY)
    assert await admin.buttons() == [Applications.CONFIRM, Applications.REFUSE]
    await admin.send("/panel")
    await admin.press(f"{Applications.LIST}: 2")
    assert await admin.buttons() == [
        f"Анна Сидорова · {on_button(Organizations.SCHOOL)}",
        f"Олег Петров · {on_button(Organizations.SCHOOL)}",
        Panel.BACK,
    ]
    await admin.press("Анна Сидорова", f"{Applications.CONFIRM_INSTEAD}: Мария Иванова")
    assert "Подтверждено: Анна Сидорова, руководитель" in await said(admin, "Прежний руководитель: Мария Иванова")
    assert await place_of(approving, former) == {}
    assert await place_of(approving, successor) == {Organizations.SCHOOL: "head"}
    assert "теперь занимает другой человек" in await former.sees()
    await admin.press("Другие заявки: 1", "Олег Петров", Applications.CONFIRM)
    assert await place_of(approving, deputy) == {Organizations.SCHOOL: "deputy"}
    assert await admin.buttons() == [Panel.BACK]
    # A card from before somebody took the head's seat does not seat a second one silently.
    rival = await applied(approving, "Чужой Иван", 104, place=Organizations.OTHER_SCHOOL)
    rival_card = await admin.card("Иван Чужой")
    await applied(approving, "Орлова Нина", 105, place=Organizations.OTHER_SCHOOL)
    await admin.press(Applications.CONFIRM)
    await admin.press_at(rival_card, Applications.CONFIRM)
    assert Applications.HEAD_CHANGED in await admin.toast()
    async with approving.storage.read() as tx:
        (waiting,) = await seats.waiting(tx)
        (former_seat,) = await seats.of_person(tx, successor.id)
    # The head of another organization cannot be ousted with it.
    await admin.callback(f"wr:{waiting.id}:{former_seat.id}")
    assert Applications.HEAD_CHANGED in await admin.toast()
    assert await place_of(approving, successor) == {Organizations.SCHOOL: "head"}
    await admin.press_at(rival_card, Applications.CONFIRM_SECOND)
    assert await place_of(approving, rival) == {Organizations.OTHER_SCHOOL: "head"}
    for data in ("wb:424242", f"wh:{waiting.id}", f"wr:{waiting.id}:1", f"sd:{waiting.id}:0"):
        await admin.callback(data)
        assert Applications.DECIDED in await admin.toast()
    await admin.callback("wa:7")
    assert "Заявок на регистрацию нет." in await admin.sees()


@pytest.mark.slow
async def test_nobody_ousts_anybody_by_registering(world: World, head: Head, deputy: Head) -> None:
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    await deputy.join(Types.GENERAL, Organizations.SCHOOL)
    assert await place_of(world, head) == {Organizations.SCHOOL: "head"}


@pytest.mark.slow
async def test_invitations_for_all(approving: World, admin: Head) -> None:
    await approving.app.introduction.asked()
    former = await newcomer(approving, admin, "Иванова Мария", 101)
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, Invitations.HEADING)
    assert await admin.buttons() == [f"{Invitations.WHERE_VACANT}: 12", "Всем: 13", Panel.BACK]
    await admin.press("Всем: 13")
    asked = await said(admin, "Создать 13 приглашений?")
    assert "одноразовые, действуют до 26 октября" in asked
    assert "В 1 организации руководитель уже есть: открывший ссылку займёт его место." in asked
    await admin.press(Panel.BACK, f"{Invitations.WHERE_VACANT}: 12")
    assert "уже есть" not in await said(admin, "Создать 12 приглашений?")
    question = await admin.card("Создать 12")
    make = "Создать файлы и сообщения для пересылки"
    await asyncio.gather(*(admin.phone.press(make, message_id=question) for _ in range(2)))
    await approving.settle()
    assert "уже созданы" in " ".join(await admin.phone.alerts())
    files = [message for message in await admin.phone.messages() if message["kind"] == "document"]
    assert [str(file["media"]["name"]).partition(" ")[0] + str(file["media"]["name"])[22:] for file in files] == [
        "приглашения.html",
        "приглашения.csv",
    ]
    html = (await admin.phone.download(files[0])).decode()
    table = (await admin.phone.download(files[1])).decode("utf-8-sig")
    assert (await admin.phone.download(files[1])).startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(table), delimiter=";"))
    assert rows[0] == ["Организация", "Ссылка", "Действует до"]
    links = {row[0]: row[1] for row in rows[1:]}
    assert len(links) == len(set(links.values())) == html.count('class="cut"') == 12
    assert Organizations.SCHOOL not in links
    assert not re.search(r"(src|href)=|@import|url\(", html)
    messages = [
        message["text"] for message in await admin.phone.messages() if message["text"].startswith("✉️ Приглашение")
    ]
    assert len(messages) == 12
    for name, url in links.items():
        assert html.count(url) == 1
        assert any(name in text and url in text for text in messages)
    # The database holds neither a link nor, after a while, what it could be made of.
    link = links[Organizations.OTHER_SCHOOL].split("?start=")[1]

    async def stored() -> str:
        async with approving.storage.read() as tx:
            return "".join(
                [repr((await tx.execute(sa.select(sorted_table))).all()) for sorted_table in metadata.sorted_tables]
            )

    assert link.removeprefix("inv_") not in await stored()
    assert "invitation_seed" in await stored()
    await approving.at("2026-08-30 11:00")
    assert "invitation_seed" not in await stored()
    head = await approving.person("Орлова Нина", 105)
    await head.send(f"/start {link}")
    await head.press(Registration.AGREE)
    assert await place_of(approving, head) == {Organizations.OTHER_SCHOOL: "head"}
    assert await place_of(approving, former) == {Organizations.SCHOOL: "head"}
    # Of a type, and only as files.
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, Types.GENERAL, Invitations.HEADING, "Всем: 6", "Создать файлы")
    assert len([message for message in await admin.phone.messages() if message["kind"] == "document"]) == 4
    await admin.callback("wp:nowhere:all")
    assert "приглашать некого" in await admin.sees()
    await admin.callback("wq:0")
    assert Invitations.CHANGED_MEANWHILE in await admin.toast()
