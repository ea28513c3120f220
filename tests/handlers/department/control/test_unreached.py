"""A request that has reached nobody at an organization is told apart from one that nobody answers."""

import pytest

from bot.domain.people.member import StaffRole
from bot.storage.ledger.control import control
from tests.handlers.department.control.test_control import SCHOOL, TAP, seated
from tests.handlers.department.staff import chief, employee, small_world
from tests.people import CURATOR
from tests.texts.department import Control, Panel
from tests.world import Head, World

world, admin = small_world(), chief


async def round_of(person: Head) -> str:
    """The screen of the round, from the desk."""
    await person.send("/panel")
    await person.press(Panel.CONTROL, TAP)
    return await person.sees()


@pytest.mark.slow
async def test_whom_a_request_did_not_reach_and_why(world: World, admin: Head) -> None:
    await seated(world, 101, "Иванова Мария", SCHOOL)
    other = await seated(world, 102, "Петров Пётр", "Белоярская")
    await other.block()
    await world.at("2026-10-06 09:00")
    text = await round_of(admin)
    assert f"{Control.NOT_REACHED}: 2" in text
    assert "📭 не дошло · ⏳ на контроле" in text
    assert (await admin.buttons())[::2][:2] == ["📭 Белоярская школа", "⏳ Сосновоозёрская школа"]
    await admin.press(f"{Control.NOT_REACHED}: 2")
    text = await admin.sees()
    assert f"📭 Белоярская школа — {Control.NOT_REACHED.lower()}: бот заблокирован" in text
    assert f"📭 Детский сад «Ёлочка» — {Control.NOT_REACHED.lower()}: никто не зарегистрирован" in text
    assert "Сосновоозёрская" not in text
    await admin.press("Ёлочка")
    assert f"📭 {Control.NOT_REACHED}: никто не зарегистрирован" in await admin.sees()
    # Once somebody is there, it reaches them by itself.
    await seated(world, 103, "Сидорова Ольга", "Ёлочка", "Дошкольное")
    await other.unblock()
    text = await round_of(admin)
    assert Control.NOT_REACHED.lower() not in text.lower()
    assert len([button for button in await admin.buttons() if button.startswith("⏳")]) == 3


async def test_many_are_shown_as_few_are(world: World, admin: Head, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.at("2026-10-06 09:00")
    await round_of(admin)
    await admin.press(f"{Control.NOT_REACHED}: 3")
    few = await admin.sees()
    monkeypatch.setattr(control, "FEW", 2)
    await admin.press(f"{Control.NOT_REACHED}: 3")
    assert few == await admin.sees()


async def test_what_is_overdue_stays_so(world: World, admin: Head) -> None:
    await world.at("2026-10-06 09:00")
    await world.at("2026-10-16 09:00")
    text = await round_of(admin)
    assert f"❗️ просрочено, {Control.NOT_REACHED.lower()}" in text
    assert f"{Control.NOT_REACHED}: 3" in await admin.buttons()


async def test_a_curator_counts_within_the_limits(world: World, admin: Head) -> None:
    curator = await employee(world, CURATOR, "Куратор Ольга", StaffRole.CURATOR, types={"preschool"})
    await world.at("2026-10-06 09:00")
    text = await round_of(curator)
    assert "Белоярская" not in text
    assert f"{Control.NOT_REACHED}: 1" in await curator.buttons()
