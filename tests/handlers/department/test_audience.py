"""Choosing whom something is for: types, tags, organizations, those who kept silent."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.desk.audience import Audience
from bot.domain.people.member import Limits, StaffRole
from bot.storage.desk import announcements
from bot.storage.people import staff
from tests.world import Head, World, living

ADMIN = 900
GENERAL, PRESCHOOL = "Общее образование", "Дошкольное образование"
SCHOOL = "МБОУ «Тихореченская основная общеобразовательная школа»"
SMALL_SCHOOL = "МБОУ «Малоозёрская начальная общеобразовательная школа»"
GARDEN = "МБДОУ «Детский сад «Родничок» села Степной Ключик»"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[World]:
    """An administrator; heads are seated at once."""
    async with living(tmp_path, admin_ids=(ADMIN,)) as world:
        yield world


@pytest.fixture
async def author(desk: World) -> Head:
    """Whose announcement it is."""
    return await member(desk, ADMIN)


async def member(world: World, id: int) -> Head:
    person = await world.person(f"Сотрудник {id}", id)
    await person.send("/start")
    await person.press("Согласен")
    return person


async def begin(person: Head) -> None:
    """A draft whose audience is being chosen."""
    await person.send("/panel")
    await person.press("Объявления", "Новое объявление")
    await person.send("Совещание")
    await person.press("Кому")


async def press(person: Head, *beginnings: str) -> None:
    """Presses the buttons whose labels begin so: counts follow."""
    for beginning in beginnings:
        labels = [one for one in await person.buttons() if one.startswith(beginning)]
        assert labels, (beginning, await person.buttons())
        await person.press(labels[0])


async def audience(world: World, id: int = 1) -> Audience:
    async with world.storage.read() as tx:
        found = await announcements.get(tx, id)
    assert found is not None
    return found.audience


async def test_types_tags_and_organizations(desk: World, author: Head) -> None:
    await begin(author)
    assert "Пока никто не выбран." in await author.sees()
    await author.press("Готово")
    assert "не подходит ни одна" in await author.toast()
    await author.press("‹ Назад")
    assert "Объявление · черновик" in await author.sees()
    await author.press("Кому")
    await press(author, "По типам", f"{PRESCHOOL}: ")
    text = await author.sees()
    assert f"• {PRESCHOOL}\nВсего: " in text
    assert (await audience(desk)).types == ("preschool",)
    await author.press("‹ Назад")
    assert "✅ По типам: 1" in await author.buttons()
    await press(author, "✅ По типам: 1", f"✅ {PRESCHOOL}", GENERAL, "‹ Назад")
    await press(author, "По меткам", "Есть 10–11 классы")
    assert f"• {GENERAL}, с меткой: Есть 10–11 классы" in await author.sees()
    await author.press("‹ Назад", "Выбрать организации")
    assert "Страница 1 из 2." in await author.sees()
    await author.press("›")
    assert "Страница 2 из 2." in await author.sees()
    await author.send("родничок")
    assert "Нашлось по запросу «родничок»: 1 организация." in await author.sees()
    await author.press(GARDEN)
    assert f"✅ {GARDEN}" in await author.buttons()
    await author.send("ничего такого")
    assert "ничего не нашлось" in await author.sees()
    await author.press("Показать все")
    await author.callback("ee:a:1:424242:0")
    assert "устарела" in await author.toast()
    chosen = await audience(desk)
    assert (chosen.types, chosen.tags, len(chosen.organizations)) == (("general",), ("upper-secondary",), 1)
    await press(author, "Готово: ")
    assert f"Кому: {GENERAL}, с меткой: Есть 10–11 классы; {GARDEN}" in await author.sees()
    # All organizations are all: nothing else is chosen beside them.
    await press(author, "Кому: ", "Все организации")
    assert await audience(desk) == Audience(everyone=True)
    await author.press("✅ Все организации")
    assert await audience(desk) == Audience()
    # What has gone off or was never there is nobody's to change.
    await author.callback("eb:a:77")
    assert "ничего не изменить" in await author.toast()
    for forged in ("eb:x:1", "ec:a:1:nonsense", "ed:a:1:nonsense", "ef:a:1:99", "eg:a:1:99", "ea:a:1:nowhere:0"):
        await author.callback(forged)
        assert "устарела" in await author.toast()
    assert await audience(desk) == Audience()


async def test_those_who_kept_silent(desk: World, author: Head) -> None:
    first, second = await desk.person("Иванова Мария", 101), await desk.person("Петров Олег", 102)
    await first.join(GENERAL, SCHOOL)
    await second.join(GENERAL, SMALL_SCHOOL)
    await begin(author)
    await author.press("Не ответившие на запрос")
    assert "Открытых запросов нет." in await author.sees()
    await author.press("‹ Назад", "Не ознакомившиеся с объявлением")
    assert "Таких объявлений нет." in await author.sees()
    await author.press("‹ Назад", "Все организации", "Готово: 13", "«Ознакомлен»: нет", "Отправить", "Да, отправить: 2")
    await first.press("Ознакомлен")
    await desk.at("2026-09-03 09:00")
    await begin(author)
    await author.press("Не ознакомившиеся с объявлением", "1: Совещание")
    assert "не ознакомившиеся с объявлением «Совещание»\nВсего: 1 организация" in await author.sees()
    await author.press("Готово: 1", "Отправить", "Да, отправить: 1")
    assert [one["text"] for one in await second.phone.messages()].count("Совещание") == 2
    assert [one["text"] for one in await first.phone.messages()].count("Совещание") == 1
    await begin(author)
    await press(author, "Не ответившие на запрос", "12: Корректировка программ")
    assert "не ответившие на запрос «Корректировка программ · Начало учебного года»" in await author.sees()
    assert (await audience(desk, 3)).unanswered is not None


async def test_within_the_limits(desk: World, author: Head) -> None:
    curator = await member(desk, 902)
    limits = Limits(frozenset({"preschool"}))
    await desk.storage.apply(lambda tx: staff.grant(tx, 902, StaffRole.CURATOR, None, desk.now, limits))
    await begin(curator)
    await curator.press("Все мои организации")
    assert await audience(desk) == Audience(types=("preschool",))
    await curator.press("✅ По типам: 1")
    assert [one for one in await curator.buttons() if one.startswith(GENERAL)] == []
    await curator.callback("ec:a:1:general")
    assert "вне ваших полномочий" in await curator.toast()
    await curator.press("‹ Назад", "Выбрать организации")
    await curator.send("Тихореченская")
    assert "ничего не нашлось" in await curator.sees()
    await author.callback("eb:a:1")
    assert "ничего не изменить" in await author.toast()
    # The role is taken away while a name is being typed.
    await desk.storage.apply(lambda tx: staff.revoke(tx, 902, None, desk.now))
    await curator.send("Родничок")
    assert "больше нет доступа" in await curator.sees()
    assert await audience(desk) == Audience(types=("preschool",))
