"""Roles in the department: given by a link, limited, changed and withdrawn."""

import asyncio
import re

from bot.domain.people.member import Limits, Person, StaffRole
from bot.storage.people import people, staff
from tests.world import Head, World

DEPARTMENT = "Управление образования"
PLACE = "Управление образования администрации"
ADMIN, SECOND_ADMIN = 900, 901
LINK = re.compile(r"https://t\.me/\w+\?start=(staff_[\w-]+)", re.ASCII)


async def to_staff(admin: Head) -> None:
    """Two taps from the desk."""
    await admin.send("/panel")
    await admin.press("Сотрудники")


async def link_of(admin: Head) -> str:
    """What the link of the last message brings to the bot."""
    found = LINK.search(await admin.sees())
    assert found is not None, await admin.sees()
    return found[1]


async def joined(world: World, name: str, id: int, link: str) -> Head:
    """Somebody who opens the link for the first time."""
    person = await world.person(name, id)
    await person.send(f"/start {link}")
    await person.press("Согласен")
    return person


async def who(world: World, id: int) -> Person:
    async with world.storage.read() as tx:
        found = await people.get(tx, id)
    assert found is not None
    return found


async def promote(world: World, id: int) -> None:
    await world.storage.apply(lambda tx: staff.make_admin(tx, id, None, world.now))


async def menu(person: Head) -> list[str]:
    return [one["command"] for one in await person.phone.commands()]


async def said(person: Head, text: str) -> str:
    return str((await person.phone.find(text))["text"])


async def test_a_curator_by_a_link_with_limits(approving: World, admin: Head) -> None:
    await approving.app.introduction.asked()
    await to_staff(admin)
    assert "Анна Начальник — администратор, с 27 августа" in await said(admin, "Сотрудники управления: 2")
    # Who is named in the settings and has not come yet has no name.
    assert "Номер 901" in await admin.buttons()
    await admin.press("Пригласить куратора", "Дошкольное образование", "Общее образование")
    assert "✅ Общее образование" in await admin.buttons()
    topic = next(one for one in await admin.buttons() if one.startswith("Тема: "))
    await admin.press("✅ Общее образование", topic, "Создать ссылку")
    forwarded = await admin.sees()
    assert forwarded.startswith("✉️ Приглашение в управление: куратор\nДошкольное образование; темы: ")
    assert "действует до 3 сентября 2026" in forwarded
    link = await link_of(admin)
    curator = await approving.person("Куратор Вера", 301)
    await curator.send(f"/start {link}")
    assert "Согласие на обработку данных" in await curator.sees()
    assert "panel" not in await menu(curator)
    await curator.press("Согласен")
    found = await who(approving, 301)
    assert found.staff_role is StaffRole.CURATOR
    assert found.limits.types == {"preschool"}
    assert len(found.limits.topics) == 1
    assert await said(curator, "Ссылка принята")
    assert "Ваша роль в управлении: куратор" in await curator.sees()
    assert "Ограничения: Дошкольное образование; темы:" in await curator.sees()
    assert "panel" in await menu(curator)
    # Opened again it says so; for others it is used up, as is one that is too old or made up.
    await curator.send(f"/start {link}")
    assert "уже есть роль: куратор" in await curator.sees()
    other = await joined(approving, "Чужой Иван", 399, link)
    assert "уже использована или устарела" in await other.sees()
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
    assert await partner.buttons() == ["‹ Назад"]
    for data in (f"wu:{ADMIN}:1", f"wg:{ADMIN}:viewer"):
        await partner.callback(data, await partner.card("ADMIN_IDS"))
        assert "ADMIN_IDS" in await partner.toast()
    assert (await who(approving, ADMIN)).is_admin
    await to_staff(admin)
    await admin.press("Ольга Партнёр", "Сделать: куратор", "Дополнительное образование", "Сохранить")
    assert (await who(approving, 301)).limits == Limits(frozenset({"supplementary"}))
    assert "Ограничения: Дополнительное образование." in await partner.sees()
    await partner.callback("ws:0")
    assert "не для вас" in await partner.toast()
    await admin.press("Ограничить типами и темами", "✅ Дополнительное образование", "Сохранить")
    assert (await who(approving, 301)).limits == Limits()
    await admin.press("Ограничить типами и темами", "Сохранить")
    assert "Ничего не изменилось" in await admin.toast()
    old = await admin.card("Ольга Партнёр")
    await admin.press("Отозвать роль")
    assert "Рабочий стол управления закроется сразу" in await said(admin, "Отозвать роль?")
    await admin.press("Отозвать")
    assert "Ольга" not in await said(admin, "Сотрудники управления: 2")
    assert (await who(approving, 301)).staff_role is None
    assert "отозвана" in await partner.sees()
    assert "panel" not in await menu(partner)
    await partner.send("/panel")
    assert "для сотрудников управления" in await partner.sees()
    for data in (f"wu:{301}:1", "wg:301:viewer", "wm:301", "wm:424242"):
        await admin.callback(data, old)
        assert "нет роли" in await admin.toast()
    for data in ("wg:301:tsar", "wx:types:nowhere", "wd:0:1", "wx:types:general"):
        await admin.callback(data)
        assert "устарела" in await admin.toast()


async def test_there_is_always_an_administrator(world: World) -> None:
    first, second = await world.person("Первый Иван", 401), await world.person("Вторая Анна", 402)
    for one in (first, second):
        await one.send("/start")
        await one.press("Согласен")
        await promote(world, one.id)
    for one, other in ((first, "Анна Вторая"), (second, "Иван Первый")):
        await to_staff(one)
        await one.press(other, "Отозвать роль")
    await asyncio.gather(first.phone.press("Отозвать"), second.phone.press("Отозвать"))
    await world.settle()
    async with world.storage.read() as tx:
        (left,) = await staff.admins(tx)
    winner = first if left == first.id else second
    await to_staff(winner)
    await winner.press("Иван Первый" if winner is first else "Анна Вторая")
    assert "единственный администратор" in await said(winner, "Администратор может всё")
    assert await winner.buttons() == ["‹ Назад"]
    for data in (f"wu:{left}:1", f"wg:{left}:curator", f"wg:{left}:viewer"):
        await winner.callback(data)
        assert "единственный администратор" in await winner.toast()
    # With another one there, they may go.
    loser = second if winner is first else first
    await promote(world, loser.id)
    await to_staff(winner)
    await winner.press("Иван Первый" if winner is first else "Анна Вторая", "Отозвать роль", "Отозвать")
    assert "отозвана" in await winner.sees()
    assert not (await who(world, winner.id)).is_staff


async def test_a_role_by_link_survives_leaving_a_seat(approving: World, admin: Head) -> None:
    await approving.app.introduction.asked()
    by_link, by_seat = await approving.person("Куратор Вера", 301), await approving.person("Методист Сэсэг", 302)
    for one in (by_link, by_seat):
        await one.send("/start")
        await one.press("Согласен", DEPARTMENT, "Готово", PLACE, "Заместитель")
        await admin.press("Подтвердить")
        assert "panel" in await menu(one)
    await to_staff(admin)
    await admin.press("Пригласить куратора", "Общее образование", "Создать ссылку")
    await by_link.send(f"/start {await link_of(admin)}")
    for one in (by_link, by_seat):
        await one.send("/settings")
        await one.press("Уйти из организации", PLACE, "Уйти")
    assert (await who(approving, 301)).limits == Limits(frozenset({"general"}))
    assert (await who(approving, 302)).staff_role is None
    assert "panel" not in await menu(by_seat)
