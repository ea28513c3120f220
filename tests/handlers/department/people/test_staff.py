"""Roles in the department: given by a link, limited, changed and withdrawn."""

import asyncio
import re

import pytest

from bot.domain.people.member import Limits, Person, StaffRole
from bot.storage.people import people, staff
from tests import messengers
from tests.people import ADMIN
from tests.texts.department import Applications, Panel, Staff
from tests.texts.example import Types
from tests.texts.heads import Anywhere, Preferences, Registration
from tests.world import Head, World

PLACE = "Управление образования"
LINK = re.compile(r"https://(?:t\.me|max\.ru)/\w+\?start=(staff_[\w-]+)", re.ASCII)


async def to_staff(admin: Head) -> None:
    """Two taps from the desk."""
    await admin.send("/panel")
    await admin.press(Panel.STAFF)


async def link_of(admin: Head) -> str:
    """What the link of the last message brings to the bot."""
    found = LINK.search(await admin.sees())
    assert found is not None, await admin.sees()
    return found[1]


async def joined(world: World, name: str, id: int, link: str) -> Head:
    """Somebody who opens the link for the first time."""
    person = await world.person(name, id)
    await person.send(f"/start {link}")
    await person.press(Registration.AGREE)
    return person


async def who(world: World, id: int) -> Person:
    async with world.storage.read() as tx:
        person = await people.get(tx, messengers.person(id))
    assert person is not None
    return person


async def promote(world: World, id: int) -> None:
    await world.storage.apply(lambda tx: staff.make_admin(tx, id, None, world.now))


async def menu(person: Head) -> list[str]:
    return [command["command"] for command in await person.phone.commands()]


async def said(person: Head, text: str) -> str:
    return str((await person.phone.find(text))["text"])


@pytest.mark.slow
async def test_a_curator_by_a_link_with_limits(approving: World, admin: Head) -> None:
    await approving.app.introduction.asked()
    await to_staff(admin)
    assert "Анна Начальник — администратор, с 27 августа" in await said(admin, "Сотрудники управления: 2")
    # Who is named in the settings and has not come yet has no name.
    assert "Номер 901" in await admin.buttons()
    await admin.press("Пригласить куратора", Types.PRESCHOOL, Types.GENERAL)
    assert f"✅ {Types.GENERAL}" in await admin.buttons()
    topic = next(button for button in await admin.buttons() if button.startswith("Тема: "))
    await admin.press(f"✅ {Types.GENERAL}", topic, Staff.CREATE_LINK)
    forwarded = await admin.sees()
    assert forwarded.startswith("✉️ Приглашение в управление: куратор\nДошкольное образование; темы: ")
    assert "действует до 3 сентября 2026" in forwarded
    link = await link_of(admin)
    curator = await approving.person("Куратор Вера", 301)
    await curator.send(f"/start {link}")
    assert "Согласие на обработку данных" in await curator.sees()
    assert "panel" not in await menu(curator)
    await curator.press(Registration.AGREE)
    person = await who(approving, 301)
    assert person.staff_role is StaffRole.CURATOR
    assert person.limits.types == {"preschool"}
    assert len(person.limits.topics) == 1
    assert await said(curator, "Ссылка принята")
    assert "Ваша роль в управлении: куратор" in await curator.sees()
    assert f"{Staff.LIMITS}: {Types.PRESCHOOL}; темы:" in await curator.sees()
    assert ("panel" in await menu(curator)) is messengers.menus_by_role()
    # Opened again it says so; for others it is used up, as is one that is too old or made up.
    await curator.send(f"/start {link}")
    assert "уже есть роль: куратор" in await curator.sees()
    other = await joined(approving, "Чужой Иван", 399, link)
    assert Registration.LINK_USED in await other.sees()
    await to_staff(admin)
    await admin.press("Пригласить наблюдателя")
    stale = await link_of(admin)
    # A link for less than one has takes nothing away, and is not used up.
    await curator.send(f"/start {stale}")
    assert "уже есть роль: куратор" in await curator.sees()
    approving.now += staff.LIFETIME
    for payload in (stale, "staff_", "staff_" + "A" * 22, "staff_💥"):
        await other.send(f"/start {payload}")
        assert "panel" not in await menu(other)
    assert (await who(approving, 399)).staff_role is None


@pytest.mark.slow
async def test_roles_are_changed_and_withdrawn(approving: World, admin: Head) -> None:
    await approving.app.introduction.asked()
    await to_staff(admin)
    await admin.press("Пригласить администратора")
    partner = await joined(approving, "Партнёр Ольга", 301, await link_of(admin))
    assert (await who(approving, 301)).is_admin
    # Each of them is in the settings or not; those who are cannot be touched here.
    await to_staff(partner)
    await partner.press("Анна Начальник")
    assert "ADMIN_IDS" in await said(partner, "С 27 августа")
    assert await partner.buttons() == [Panel.BACK]
    for data in (f"wu:{messengers.person(ADMIN)}:1", f"wg:{messengers.person(ADMIN)}:viewer"):
        await partner.callback(data, await partner.card("ADMIN_IDS"))
        assert "ADMIN_IDS" in await partner.toast()
    assert (await who(approving, ADMIN)).is_admin
    await to_staff(admin)
    await admin.press("Ольга Партнёр", "Сделать: куратор", Types.SUPPLEMENTARY, Staff.SAVE)
    assert (await who(approving, 301)).limits == Limits(frozenset({"supplementary"}))
    assert f"{Staff.LIMITS}: {Types.SUPPLEMENTARY}." in await partner.sees()
    await partner.callback("ws:0")
    assert Anywhere.NOT_YOURS in await partner.toast()
    await admin.press(Staff.LIMIT, f"✅ {Types.SUPPLEMENTARY}", Staff.SAVE)
    assert (await who(approving, 301)).limits == Limits()
    await admin.press(Staff.LIMIT, Staff.SAVE)
    assert Staff.NOTHING_CHANGED in await admin.toast()
    old = await admin.card("Ольга Партнёр")
    await admin.press(Staff.REVOKE_ROLE)
    assert f"{Panel.HEADING} закроется сразу" in await said(admin, "Отозвать роль?")
    await admin.press(Staff.REVOKE)
    assert "Ольга" not in await said(admin, "Сотрудники управления: 2")
    assert (await who(approving, 301)).staff_role is None
    assert Staff.REVOKED in await partner.sees()
    assert "panel" not in await menu(partner)
    await partner.send("/panel")
    assert Panel.STAFF_ONLY in await partner.sees()
    for data in (f"wu:{301}:1", "wg:301:viewer", "wm:301", "wm:424242"):
        await admin.callback(data, old)
        assert "нет роли" in await admin.toast()
    await admin.callback("wg:301:tsar")
    assert Anywhere.OUTDATED in await admin.toast()
    for data in ("wx:types:nowhere", "wd:0:1", "wx:types:general"):
        await admin.callback(data)
        assert await admin.toast() == "Выбор прервался. Начните его, пожалуйста, сначала"


@pytest.mark.slow
async def test_there_is_always_an_administrator(world: World) -> None:
    first, second = await world.person("Первый Иван", 401), await world.person("Вторая Анна", 402)
    for head in (first, second):
        await head.send("/start")
        await head.press(Registration.AGREE)
        await promote(world, head.id)
    for head, other in ((first, "Анна Вторая"), (second, "Иван Первый")):
        await to_staff(head)
        await head.press(other, Staff.REVOKE_ROLE)
    await asyncio.gather(first.phone.press(Staff.REVOKE), second.phone.press(Staff.REVOKE))
    await world.settle()
    async with world.storage.read() as tx:
        (left,) = await staff.admins(tx)
    winner = first if left == first.id else second
    await to_staff(winner)
    await winner.press("Иван Первый" if winner is first else "Анна Вторая")
    assert Staff.LAST_ADMINISTRATOR in await said(winner, "Администратор может всё")
    assert await winner.buttons() == [Panel.BACK]
    for data in (f"wu:{left}:1", f"wg:{left}:curator", f"wg:{left}:viewer"):
        await winner.callback(data)
        assert Staff.LAST_ADMINISTRATOR in await winner.toast()
    # With another one there, they may go.
    loser = second if winner is first else first
    await promote(world, loser.id)
    await to_staff(winner)
    await winner.press("Иван Первый" if winner is first else "Анна Вторая", Staff.REVOKE_ROLE, Staff.REVOKE)
    assert Staff.REVOKED in await winner.sees()
    assert not (await who(world, winner.phone.id)).is_staff


@pytest.mark.slow
async def test_a_role_by_link_survives_leaving_a_seat(approving: World, admin: Head) -> None:
    await approving.app.introduction.asked()
    by_link, by_seat = await approving.person("Куратор Вера", 301), await approving.person("Методист Сэсэг", 302)
    for head in (by_link, by_seat):
        await head.send("/start")
        await head.press(Registration.AGREE, Types.DEPARTMENT, Registration.DONE, PLACE, Registration.DEPUTY)
        await admin.press(Applications.CONFIRM)
        assert ("panel" in await menu(head)) is messengers.menus_by_role()
    await to_staff(admin)
    await admin.press("Пригласить куратора", Types.GENERAL, Staff.CREATE_LINK)
    await by_link.send(f"/start {await link_of(admin)}")
    for head in (by_link, by_seat):
        await head.send("/settings")
        await head.press(Preferences.ORGANIZATIONS, Preferences.LEAVE, PLACE, Preferences.SURELY_LEAVE)
    assert (await who(approving, 301)).limits == Limits(frozenset({"general"}))
    assert (await who(approving, 302)).staff_role is None
    assert "panel" not in await menu(by_seat)
