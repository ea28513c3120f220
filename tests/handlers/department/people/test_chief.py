"""A territory's chief seats people and gives roles inside it, and hears nothing of what is beyond."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.people.heirs import Heirs
from bot.domain.people.member import Limits, Person, StaffRole
from bot.domain.people.roster import RosterChange
from bot.storage.ledger.changes import roster
from bot.storage.people import links, organizations, people, staff
from bot.views import common
from bot.views.callbacks.department import Journal, Roster
from bot.views.callbacks.journal import Page
from bot.views.callbacks.people import Applications, Card, Grant, Import, Invite, Members, Place
from bot.views.callbacks.people import Member as Opened
from tests import messengers
from tests.handlers.registering import id_of
from tests.people import ADMIN, introduced
from tests.rosters import sync
from tests.territories import NORTHERN, SOUTHERN, region, without
from tests.texts.department import Applications as Confirm
from tests.texts.department import Importing, Panel, Staff
from tests.texts.example import Organizations, Types
from tests.texts.heads import Registration
from tests.world import Head, World, living

CHIEF, CURATOR, SOUTHERN_CHIEF, NEWCOMER = 801, 802, 803, 804
NORTH, SOUTH = Limits(territories=frozenset({"north"})), Limits(territories=frozenset({"south"}))
LINK = re.compile(r"https://(?:t\.me|max\.ru)/\w+\?start=(staff_[\w-]+)", re.ASCII)
SEAT = re.compile(r"start=(inv_[\w-]+)", re.ASCII)
# How the schools of the two territories are told apart.
HERE, THERE = "Тихореченская", "Сосновоозёрская"
DEPARTMENT = "Управление образования администрации Сосновоозёрского района"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A region in which heads wait for somebody's word."""
    async with living(tmp_path, region(), registration="approval", admin_ids=(ADMIN,)) as world:
        await world.app.introduction.asked()
        yield world


@pytest.fixture
async def admin(world: World) -> Head:
    """The region's administrator."""
    return await introduced(world, "Аннина", ADMIN)


async def of_staff(world: World, id: int, name: str, limits: Limits, role: StaffRole = StaffRole.ADMIN) -> Head:
    person = await introduced(world, name, id)
    await world.storage.apply(lambda tx: staff.grant(tx, person.id, role, None, world.now, limits))
    return person


@pytest.fixture
async def chief(world: World, admin: Head) -> Head:
    """The chief of the north."""
    return await of_staff(world, CHIEF, "Северов", NORTH)


async def who(world: World, id: int) -> Person:
    async with world.storage.read() as tx:
        person = await people.get(tx, messengers.person(id))
    assert person is not None
    return person


async def link_of(maker: Head) -> str:
    found = LINK.search(await maker.sees())
    assert found is not None, await maker.sees()
    return found[1]


async def joined(world: World, id: int, name: str, link: str) -> Head:
    person = await world.person(name, id)
    await person.send(f"/start {link}")
    await person.press(Registration.AGREE)
    return person


async def test_a_chief_by_a_link(world: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.STAFF, "Пригласить администратора")
    assert "Новый администратор\nОтметьте территории, которыми он занимается" in await admin.sees()
    assert Types.GENERAL not in await admin.buttons()
    await admin.press(NORTHERN, Staff.CREATE_LINK)
    assert "Приглашение в управление: администратор\nСеверный\n" in await admin.sees()
    link = await link_of(admin)
    chief = await joined(world, CHIEF, "Северов", link)
    assert (await who(world, CHIEF)).limits == NORTH
    assert (await who(world, CHIEF)).may_manage
    assert not (await who(world, CHIEF)).is_admin
    assert "Администратор территории может в ней всё" in await chief.sees()
    assert f"{Staff.LIMITS}: {NORTHERN}" in await chief.sees()
    await chief.send("/panel")
    assert {Panel.STAFF, Panel.JOURNAL} <= set(await chief.buttons())
    await chief.press(Panel.PEOPLE)
    assert Importing.UPLOAD not in await chief.buttons()
    assert "3 организации" in await chief.sees()
    # The minister's card of the chief says where.
    await admin.send("/panel")
    await admin.press(Panel.STAFF)
    await admin.press(next(button for button in await admin.buttons() if button.startswith("Северов")))
    assert f"{Staff.LIMITS}: {NORTHERN}" in await admin.sees()
    assert "Ограничить территориями" in await admin.buttons()


@pytest.mark.slow
async def test_registrations_go_to_the_chief_of_the_territory(world: World, admin: Head, chief: Head) -> None:
    southern = await of_staff(world, SOUTHERN_CHIEF, "Югов", SOUTH)
    before = await southern.count()
    head = await world.person("Петров", 101)
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    assert await southern.count() == before
    assert "Петров" in await chief.sees()
    assert "Петров" in await admin.sees()
    # The south's chief is not told of it whatever they press.
    await southern.callback(Applications().pack())
    assert "Петров" not in await southern.sees()
    await chief.press(Confirm.CONFIRM)
    assert Registration.REGISTERED in await head.screen()
    # Of a school of the south the north hears nothing.
    before = await chief.count()
    other = await world.person("Иванов", 102)
    await other.join(Types.GENERAL, Organizations.BIG_SCHOOL)
    assert await chief.count() == before
    await chief.callback(Applications().pack())
    assert "Иванов" not in await chief.screen()
    assert "Иванов" in await southern.sees()


@pytest.mark.slow
async def test_a_chief_gives_roles_inside_and_nothing_beyond(world: World, admin: Head, chief: Head) -> None:
    await of_staff(world, SOUTHERN_CHIEF, "Югов", SOUTH)
    await of_staff(world, NEWCOMER, "Всехов", Limits(), StaffRole.CURATOR)
    await chief.callback(Members().pack())
    assert f"{Panel.STAFF} управления: 1\n• Северов — администратор (Северный)" in await chief.sees()
    await chief.press("Пригласить куратора")
    assert f"Только ваше: {NORTHERN}." in await chief.sees()
    assert SOUTHERN not in await chief.buttons()
    await chief.press(Types.PRESCHOOL, Staff.CREATE_LINK)
    assert f"{NORTHERN}; {Types.PRESCHOOL}" in await chief.sees()
    await joined(world, CURATOR, "Верина", await link_of(chief))
    limits = Limits(frozenset({"preschool"}), territories=frozenset({"north"}))
    assert (await who(world, CURATOR)).limits == limits
    # Another administrator of the north, and an observer: of one territory there is nothing to choose.
    await chief.callback(Members().pack())
    await chief.press("Пригласить наблюдателя")
    assert "Приглашение в управление: наблюдатель\nСеверный\n" in await chief.sees()
    # The curator is theirs; whoever has to do with more is not.
    await chief.callback(Grant(person=messengers.person(CURATOR), role=StaffRole.ADMIN).pack())
    assert (await who(world, CURATOR)).limits == NORTH
    for other in (ADMIN, SOUTHERN_CHIEF, NEWCOMER):
        for button in (Opened(person=other), Grant(person=other, role=StaffRole.VIEWER)):
            await chief.callback(button.pack())
            assert await chief.toast() == "У этого человека уже нет роли в управлении"
    assert (await who(world, NEWCOMER)).staff_role is StaffRole.CURATOR
    for forbidden in (Import(step="begin"),):
        await chief.callback(forbidden.pack())
        assert await chief.toast() == common.NOT_YOURS
    await chief.send("/reload")
    assert "администратор" in await chief.sees()


async def test_a_link_for_a_territory_takes_nothing_from_others(world: World, admin: Head, chief: Head) -> None:
    southern = await of_staff(world, SOUTHERN_CHIEF, "Югов", SOUTH)
    await chief.callback(Members().pack())
    await chief.press("Пригласить администратора")
    link = await link_of(chief)
    for person in (southern, admin):
        await person.send(f"/start {link}")
        assert "уже есть роль: администратор" in await person.sees()
    assert (await who(world, ADMIN)).is_admin
    assert (await who(world, SOUTHERN_CHIEF)).limits == SOUTH
    await joined(world, NEWCOMER, "Нинина", link)
    assert (await who(world, NEWCOMER)).limits == NORTH
    # Of links elsewhere the chief is not told, of those in the north the minister is.
    assert "Нинина" in await admin.screen()
    assert "Нинина" not in await southern.screen()


@pytest.mark.slow
async def test_a_link_to_a_school_that_goes_elsewhere(world: World, admin: Head, chief: Head) -> None:
    """It ends with whose it was; the minister's goes with the school."""
    school = await id_of(world, Organizations.SCHOOL)
    made = []
    for maker in (chief, admin):
        await maker.callback(Invite(organization=school, kind="head").pack())
        made.append(SEAT.search(await maker.sees())[1])  # type: ignore[index]
    await admin.callback(Place(organization=school, act="pick", to="south").pack())
    late, head = await joined(world, 101, "Поздняя", made[0]), await joined(world, 102, "Петров", made[1])
    assert Registration.LINK_USED in await late.screen()
    assert Registration.REGISTERED in await head.screen()


async def test_an_heir_from_beyond_is_named_and_has_no_button(world: World, admin: Head, chief: Head) -> None:
    """Its card would be refused; the minister's leads there."""
    school = await id_of(world, Organizations.SCHOOL)
    async with world.storage.read() as tx:
        former = await organizations.by_name(tx, Organizations.BIG_SCHOOL)
    assert former is not None
    heir = next(entry.code for entry in world.catalog.roster if entry.name == Organizations.SCHOOL)
    change = RosterChange(removed=(former,), heirs={former.id: Heirs((heir,), (heir,))})
    await world.storage.apply(lambda tx: roster.apply(tx, change, world.catalog, None, world.now))
    for person, buttons in ((chief, 0), (admin, 1)):
        await person.callback(Card(organization=school).pack())
        assert f"Прежде: {Organizations.BIG_SCHOOL}" in await person.sees()
        assert sum(THERE in button for button in await person.buttons()) == buttons


async def test_whose_limits_change_in_mid_dialogue(world: World, admin: Head) -> None:
    both = Limits(territories=frozenset({"north", "south"}))
    chief = await of_staff(world, CHIEF, "Двухов", both)
    await chief.callback(Members().pack())
    await chief.press("Пригласить куратора", SOUTHERN, Types.GENERAL)
    await world.storage.apply(
        lambda tx: staff.change(
            tx, messengers.person(CHIEF), StaffRole.ADMIN, NORTH, messengers.person(ADMIN), world.now
        )
    )
    await chief.press(Staff.CREATE_LINK)
    assert await chief.toast() == f"Больше не выбрать: {SOUTHERN}. Снимите, пожалуйста, эти отметки."
    # What was chosen is there still, but for what may not be.
    await chief.press(f"✅ {SOUTHERN}", Staff.CREATE_LINK)
    assert f"{NORTHERN}; {Types.GENERAL}" in await chief.sees()
    async with world.storage.read() as tx:
        (link,) = await links.usable_now(tx, world.now)
    assert link.limits == Limits(frozenset({"general"}), territories=frozenset({"north"}))


@pytest.mark.slow
async def test_a_territory_that_is_gone(world: World, admin: Head) -> None:
    southern = await of_staff(world, CURATOR, "Кураторов", SOUTH, StaffRole.CURATOR)
    await admin.callback(Members().pack())
    await admin.press("Пригласить администратора", SOUTHERN, Staff.CREATE_LINK)
    link = await link_of(admin)
    await admin.callback(Members().pack())
    await admin.press("Пригласить куратора", SOUTHERN, Types.GENERAL)
    await world.restart(without(world.catalog, "south", "north"))
    await world.app.introduction.asked()
    await world.storage.apply(lambda tx: sync(tx, world.catalog.roster, world.now))
    # Who was choosing hears of it and goes on.
    await admin.press(Staff.CREATE_LINK)
    assert await admin.toast() == "Больше не выбрать: south. Снимите, пожалуйста, эти отметки."
    await admin.press("✅ south", NORTHERN, Staff.CREATE_LINK)
    assert f"{NORTHERN}; {Types.GENERAL}" in await admin.sees()
    # The link of before gives nothing, and is not used up.
    late = await joined(world, NEWCOMER, "Олегов", link)
    assert "Территории, для которой создана эта ссылка" in await late.sees()
    assert (await who(world, NEWCOMER)).staff_role is None
    # Its curator has nothing left, and everything still works.
    await southern.callback(Roster().pack())
    assert "Организаций пока нет." in await southern.sees()
    await southern.send("/status")
    # Whoever widens the limits does so knowingly: what is gone is ticked until it is taken back.
    await admin.callback(Grant(person=messengers.person(CURATOR), role=StaffRole.CURATOR).pack())
    assert "✅ south" in await admin.buttons()
    await admin.press("✅ south", NORTHERN, Staff.SAVE)
    assert (await who(world, CURATOR)).limits == NORTH
    await southern.callback(Roster().pack())
    assert "Организаций пока нет." not in await southern.sees()


@pytest.mark.slow
async def test_the_department_of_a_territory_looks_after_its_own(world: World, admin: Head, chief: Head) -> None:
    methodist = await world.person("Ольгина", NEWCOMER)
    await methodist.join(Types.DEPARTMENT, DEPARTMENT)
    assert "Ольгина" in await chief.sees()
    await chief.press(Confirm.CONFIRM)
    person = await who(world, NEWCOMER)
    assert (person.staff_role, person.limits) == (StaffRole.CURATOR, NORTH)
    # The ministry is above all of them: the north's chief has no say there.
    minister = await world.person("Львов", CURATOR)
    before = await chief.count()
    await minister.join(Types.DEPARTMENT, "Министерство образования")
    assert await chief.count() == before
    await admin.press(Confirm.CONFIRM)
    assert (await who(world, CURATOR)).limits == Limits()


@pytest.mark.slow
async def test_the_journal_of_a_territory(world: World, admin: Head, chief: Head) -> None:
    for id, name, place in (
        (101, "Петров", Organizations.SCHOOL),
        (102, "Иванов", Organizations.BIG_SCHOOL),
    ):
        head = await world.person(name, id)
        await head.join(Types.GENERAL, place)
        await admin.press(Confirm.CONFIRM)
    await admin.callback(Journal().pack())
    assert THERE in await admin.sees()
    await chief.callback(Journal().pack())
    seen = await chief.sees()
    assert HERE in seen
    assert THERE not in seen
    assert "Иванов" not in seen
    # Nor by naming them: whoever has done nothing here is nobody.
    await chief.callback(Page(by=102).pack())
    assert "Иванов" not in await chief.sees()
    await chief.callback(Page(to="p").pack())
    assert "Иванов" not in " ".join([await chief.sees(), *await chief.buttons()])
    await chief.callback(Page(to="f").pack())
    _, content = await chief.received_file()
    assert HERE in content.decode("utf-8-sig")
    assert THERE not in content.decode("utf-8-sig")


async def test_the_last_administrator_of_the_region_stays_one(world: World, chief: Head) -> None:
    other = await of_staff(world, SOUTHERN_CHIEF, "Югов", SOUTH)
    assert other.id
    changed = await world.storage.apply(
        lambda tx: staff.change(
            tx, messengers.person(ADMIN), StaffRole.ADMIN, NORTH, messengers.person(ADMIN), world.now
        )
    )
    assert not changed
    assert (await who(world, ADMIN)).is_admin
