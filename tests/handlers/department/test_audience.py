"""Choosing whom something is for: types, tags, organizations, those who kept silent."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.desk.audience import Audience
from bot.domain.people.member import Limits, StaffRole
from bot.storage.desk import announcements, questions
from bot.storage.engine.database import Tx
from bot.storage.people import staff
from tests import messengers
from tests.people import ADMIN, introduced
from tests.texts.department import Announcements, Applications, Control, Panel, Questions, Recipients
from tests.texts.example import Organizations, Titles, Types
from tests.texts.heads import Anywhere, Registration
from tests.world import Head, World, catalog_of, living, on_button


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
    return await introduced(world, f"Сотрудник {id}", id)


async def begin(person: Head, text: str = "Совещание") -> None:
    """A draft whose audience is being chosen."""
    await person.send("/panel")
    await person.press(Panel.ANNOUNCEMENTS, Announcements.NEW)
    await person.send(text)
    await person.press(Recipients.TO)


async def press(person: Head, *beginnings: str) -> None:
    """Presses the buttons whose labels begin so: counts follow."""
    for beginning in beginnings:
        labels = [button for button in await person.buttons() if button.startswith(beginning)]
        assert labels, (beginning, await person.buttons())
        await person.press(labels[0])


async def audience(world: World, id: int = 1) -> Audience:
    async with world.storage.read() as tx:
        announcement = await announcements.get(tx, id)
    assert announcement is not None
    return announcement.audience


@pytest.mark.slow
async def test_types_tags_and_organizations(desk: World, author: Head) -> None:
    await begin(author)
    assert "Пока никто не выбран." in await author.sees()
    await author.press(Recipients.DONE)
    assert Recipients.FITS_NONE in await author.toast()
    await author.press(Panel.BACK)
    assert f"{Announcements.HEADING} · {Announcements.IS_DRAFT}" in await author.sees()
    await author.press(Recipients.TO)
    await press(author, Recipients.BY_TYPE, f"{Types.PRESCHOOL}: ")
    text = await author.sees()
    assert f"• {Types.PRESCHOOL}\nВсего: " in text
    assert (await audience(desk)).types == ("preschool",)
    await author.press(Panel.BACK)
    assert f"✅ {Recipients.BY_TYPE}: 1" in await author.buttons()
    await press(author, "✅ По типам: 1", f"✅ {Types.PRESCHOOL}", Types.GENERAL, Panel.BACK)
    await press(author, "По меткам", "Есть 10–11 классы")
    assert f"• {Types.GENERAL}, {Recipients.TAGGED}: Есть 10–11 классы" in await author.sees()
    await author.press(Panel.BACK, Recipients.BY_HAND)
    assert "Страница 1 из 2." in await author.sees()
    await author.press("›")
    assert "Страница 2 из 2." in await author.sees()
    await author.send("родничок")
    assert "Нашлось по запросу «родничок»: 1 организация." in await author.sees()
    await author.press(Organizations.KINDERGARTEN)
    assert f"✅ {on_button(Organizations.KINDERGARTEN)}" in await author.buttons()
    await author.send("родничок, Солнышко, Ромашка")
    assert ": 2 организации.\nНе нашлось: Ромашка." in await author.sees()
    await author.send("ничего такого")
    assert Recipients.NOTHING_FOUND in await author.sees()
    await author.press("Показать все")
    await author.callback("ee:a:1:424242:0")
    assert Recipients.NOT_OFFERED in await author.toast()
    chosen = await audience(desk)
    assert (chosen.types, chosen.tags, len(chosen.organizations)) == (("general",), ("upper-secondary",), 1)
    await press(author, "Готово: ")
    assert (
        f"{Recipients.TO}: {Types.GENERAL}, {Recipients.TAGGED}: Есть 10–11 классы; {Organizations.KINDERGARTEN}"
        in await author.sees()
    )
    # All organizations are all: nothing else is chosen beside them.
    await press(author, "Кому: ", Recipients.ALL)
    assert await audience(desk) == Audience(everyone=True, but=("department",))
    await author.press(f"✅ {Recipients.ALL}")
    assert await audience(desk) == Audience()
    # What has gone off or was never there is nobody's to change.
    await author.callback("eb:a:77")
    assert Recipients.NOT_CHANGEABLE in await author.toast()
    for forged in ("eb:x:1", "ea:a:1:nowhere:0"):
        await author.callback(forged)
        assert Anywhere.OUTDATED in await author.toast()
    for gone in ("ec:a:1:nonsense", "ed:a:1:nonsense", "ef:a:1:99", "eg:a:1:99"):
        await author.callback(gone)
        assert Recipients.NOT_OFFERED in await author.toast()
    assert await audience(desk) == Audience()


async def got(person: Head) -> int:
    """How many copies stand in the chat, below who speaks."""
    return len([message for message in await person.phone.messages() if message["text"].endswith("\n\nСовещание")])


@pytest.mark.slow
async def test_those_who_kept_silent(desk: World, author: Head) -> None:
    first, second = await desk.person("Иванова Мария", 101), await desk.person("Петров Олег", 102)
    await first.join(Types.GENERAL, Organizations.SCHOOL)
    await second.join(Types.GENERAL, Organizations.OTHER_SCHOOL)
    await begin(author)
    await author.press(Recipients.UNANSWERED)
    assert f"{Recipients.NO_REQUESTS}." in await author.sees()
    await author.press(Panel.BACK, Recipients.UNACKNOWLEDGED)
    assert "Таких объявлений нет." in await author.sees()
    await author.press(
        Panel.BACK,
        Recipients.ALL,
        f"{Recipients.DONE}: 12",
        f"«{Announcements.ACKNOWLEDGE}»: нет",
        Announcements.SEND,
        f"{Announcements.SURELY_SEND}: 2",
    )
    await first.press(Announcements.ACKNOWLEDGE)
    await desk.at("2026-09-03 09:00")
    await begin(author)
    await author.press(Recipients.UNACKNOWLEDGED, "1: Совещание")
    assert "не ознакомившиеся с объявлением «Совещание»\nВсего: 1 организация" in await author.sees()
    await author.press(f"{Recipients.DONE}: 1", Announcements.SEND, f"{Announcements.SURELY_SEND}: 1")
    assert await got(second) == 2
    assert await got(first) == 1
    await begin(author)
    await press(author, Recipients.UNANSWERED, "12: Корректировка программ")
    assert f"{Recipients.UNANSWERED_LINE} «{Titles.CORRECTION} · Начало учебного года»" in await author.sees()
    assert (await audience(desk, 3)).unanswered is not None


@pytest.mark.slow
async def test_every_announcement_that_somebody_has_not_read_can_be_chosen(desk: World, author: Head) -> None:
    await (await desk.person("Иванова Мария", 101)).join(Types.GENERAL, Organizations.SCHOOL)
    for number in range(1, 11):
        await begin(author, f"Новость {number}")
        await press(author, Recipients.ALL, Recipients.DONE, f"«{Announcements.ACKNOWLEDGE}»: нет")
        await author.press(Announcements.SEND, f"{Announcements.SURELY_SEND}: 1")
    await begin(author)
    await author.press(Recipients.UNACKNOWLEDGED)
    assert (await author.buttons())[:1] == ["1: Новость 10"]
    await author.press("›", "1: Новость 1")
    assert (await audience(desk, 11)).unacknowledged == 1


@pytest.mark.slow
async def test_every_draft_can_be_opened(desk: World, author: Head) -> None:
    for number in range(1, 12):
        await begin(author, f"Черновик {number}")
    await author.send("/panel")
    await author.press(Panel.ANNOUNCEMENTS)
    first = [button for button in await author.buttons() if "Черновик" in button]
    await author.press("›")
    second = [button for button in await author.buttons() if "Черновик" in button]
    assert [len(first), len(second), len({*first, *second})] == [8, 3, 11]
    await author.press(second[-1])
    assert "Черновик 1" in await author.screen()


@pytest.mark.slow
async def test_who_kept_silent_about_what_is_beyond_the_limits(desk: World, author: Head) -> None:
    for id, type_, place, text in (
        (101, Types.GENERAL, Organizations.SCHOOL, "Педсовет"),
        (102, Types.PRESCHOOL, Organizations.KINDERGARTEN, "Утренник"),
    ):
        await (await desk.person(f"Иванова {id}", id)).join(type_, place)
        await begin(author, text)
        await press(author, Recipients.BY_TYPE, type_, Recipients.DONE, f"«{Announcements.ACKNOWLEDGE}»: нет")
        await author.press(Announcements.SEND, f"{Announcements.SURELY_SEND}: 1")
    curator = await member(desk, 902)
    limits = Limits(frozenset({"preschool"}))
    await desk.storage.apply(
        lambda tx: staff.grant(tx, messengers.person(902), StaffRole.CURATOR, None, desk.now, limits)
    )
    await begin(curator)
    await curator.press(Recipients.UNACKNOWLEDGED)
    assert "1: Утренник" in await curator.buttons()
    assert not [button for button in await curator.buttons() if "Педсовет" in button]
    # Nor by a button of the time when there were no limits.
    await curator.callback("eg:a:3:1")
    assert Recipients.NOT_OFFERED in await curator.toast()
    assert await audience(desk, 3) == Audience()
    await curator.press("1: Утренник")
    assert await audience(desk, 3) == Audience(unacknowledged=2)


async def test_within_the_limits(desk: World, author: Head) -> None:
    curator = await member(desk, 902)
    limits = Limits(frozenset({"preschool"}))
    await desk.storage.apply(
        lambda tx: staff.grant(tx, messengers.person(902), StaffRole.CURATOR, None, desk.now, limits)
    )
    await begin(curator)
    await curator.press(Recipients.ALL_MINE)
    assert await audience(desk) == Audience(types=("preschool",))
    await curator.press(f"✅ {Recipients.BY_TYPE}: 1")
    assert [button for button in await curator.buttons() if button.startswith(Types.GENERAL)] == []
    await curator.callback("ec:a:1:general")
    assert "вне ваших полномочий" in await curator.toast()
    await curator.press(Panel.BACK, Recipients.BY_HAND)
    await curator.send("Тихореченская")
    assert Recipients.NOTHING_FOUND in await curator.sees()
    await author.callback("eb:a:1")
    assert Recipients.NOT_CHANGEABLE in await author.toast()
    # The role is taken away while a name is being typed.
    await desk.storage.apply(lambda tx: staff.revoke(tx, messengers.person(902), None, desk.now))
    await curator.send("Родничок")
    assert Panel.NO_ACCESS in await curator.sees()
    assert await audience(desk) == Audience(types=("preschool",))


@pytest.mark.slow
async def test_all_organizations_are_those_that_the_department_asks(desk: World, author: Head) -> None:
    """The department itself owes itself no answer; whoever wants it among them says so by its type."""
    school, own = await desk.person("Иванова Мария", 101), await desk.person("Петрова Анна", 102)
    await school.join(Types.GENERAL, Organizations.SCHOOL)
    await own.join(Types.DEPARTMENT, Types.DEPARTMENT)
    await author.press(Applications.CONFIRM)
    await author.send("/panel")
    await author.press(Panel.REQUESTS, Questions.NEW)
    await author.send("Сколько автобусов?")
    await author.press("Число", Recipients.TO)
    await author.press(Recipients.ALL)
    assert "все организации, кроме управления" in await author.sees()
    count = len(catalog_of().roster) - 1
    await author.press(f"{Recipients.DONE}: {count}", Questions.SEND, f"{Questions.SEND}: 1")
    assert "Сколько автобусов?" in await school.sees()
    assert "автобусов" not in await own.screen()
    # Nor is whoever joins it later.
    deputy = await desk.person("Сидорова Ольга", 103)
    await deputy.join(Types.DEPARTMENT, Types.DEPARTMENT, Registration.DEPUTY)
    await author.press(Applications.CONFIRM)
    assert "автобусов" not in await deputy.screen()
    await author.send("/status")
    await author.press("Сколько автобусов?", f"{Control.UNANSWERED}: {count}", "›")
    assert Types.DEPARTMENT not in " ".join(await author.buttons())
    # An announcement goes the same way, and by type it comes there too.
    await begin(author)
    await press(author, Recipients.ALL, Recipients.DONE)
    await author.press(Announcements.SEND)
    assert "Получателей: 1." in await author.sees()
    await press(author, Announcements.SURELY_SEND)
    assert "Совещание" in await school.sees()
    assert "Совещание" not in await own.screen()
    await begin(author, "Летучка")
    await press(author, Recipients.BY_TYPE, f"{Types.DEPARTMENT}: 1", Recipients.DONE)
    await author.press(Announcements.SEND)
    await press(author, Announcements.SURELY_SEND)
    assert "Летучка" in await own.screen()


async def test_all_of_a_question_of_before(desk: World, author: Head) -> None:
    """«Все организации» that was kept by an earlier version meant the department too: asked again, it does not."""
    await author.send("/panel")
    await author.press(Panel.REQUESTS, Questions.NEW)
    await author.send("Сколько автобусов?")
    await author.press("Число", Recipients.TO, Recipients.ALL)
    await press(author, Recipients.DONE)

    async def forget(tx: Tx) -> None:
        await questions.edit(
            tx, 1, messengers.person(ADMIN), desk.now, lambda kept: replace(kept, audience=Audience(everyone=True))
        )

    await desk.storage.apply(forget)
    await author.press(Questions.SEND)
    await press(author, Questions.SEND)
    await author.press("Повторить")
    assert "все организации, кроме управления" in await author.sees()
    await author.send("/panel")
    await author.press(Panel.REQUESTS, Questions.NEW)
    await author.send("А сколько водителей?")
    assert "все организации, кроме управления" in await author.sees()


async def test_all_of_somebody_limited_to_the_department(desk: World) -> None:
    for types, meant in ((("department", "general"), ("general",)), (("department",), ("department",))):
        everyone = Audience(everyone=True, but=("department",))
        assert everyone.within(Limits(types=frozenset(types))) == Audience(types=meant)
