"""The way of the department's people to their desk: from their first message, and from any stray word."""

import pytest

from bot.domain.people.member import StaffRole
from tests import messengers
from tests.handlers.department.staff import chief, employee, small_world
from tests.people import ADMIN, CURATOR, VIEWER
from tests.texts.department import Digest, Panel
from tests.texts.heads import Registration
from tests.world import Head, World

world, admin = small_world(registration="approval"), chief


async def test_the_first_message_leads_to_the_desk(world: World, admin: Head) -> None:
    assert Registration.ADMINISTRATOR in await admin.sees()
    assert len((await admin.sees()).split()) <= 40
    assert await admin.buttons() == [Digest.PANEL]
    await admin.press(Digest.PANEL)
    assert Panel.HEADING in await admin.sees()
    assert {Panel.CONTROL, Panel.REQUESTS, Panel.DIRECTIVES} <= set(await admin.buttons())


@pytest.mark.parametrize("role", [StaffRole.CURATOR, StaffRole.VIEWER])
async def test_a_new_role_leads_to_the_desk(world: World, admin: Head, role: StaffRole) -> None:
    person = await employee(world, CURATOR if role is StaffRole.CURATOR else VIEWER, "Дарья", role)
    await person.send("здравствуйте")
    await person.press(Digest.PANEL)
    assert Panel.HEADING in await person.sees()


async def test_stray_words_of_the_staff_are_answered_for_staff(world: World, admin: Head) -> None:
    for deed in (
        admin.send("проверка"), admin.send_sticker(), admin.send("/tasks"), admin.send_file(), admin.send("/gibberish"),
        admin.send("/history"),
    ):  # fmt: skip
        await deed
        assert "/panel" in await admin.sees() or "/status" in await admin.sees()
        assert (await admin.buttons())[0] == Digest.PANEL


async def test_help_is_theirs(world: World, admin: Head) -> None:
    viewer = await employee(world, VIEWER, "Наблюдатель Ия", StaffRole.VIEWER)
    await admin.send("/help")
    assert "объявления, вопросы" in await admin.sees()
    assert "Таблицу" in await admin.sees()
    assert f"Ваш номер в {messengers.chosen().called}: {ADMIN}" in await admin.sees()
    assert await admin.buttons() == [Digest.PANEL]
    await viewer.send("/help")
    assert "объявления" not in await viewer.sees()
    assert "Таблицу" not in await viewer.sees()


async def test_nothing_speaks_of_yaml(world: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.DIRECTIVES)
    assert Panel.DIRECTIVES in await admin.sees()
    assert "YAML" not in await admin.sees()
    assert "›" not in await admin.buttons()
