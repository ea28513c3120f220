"""A region: its organizations belong to territories, by its files and by the tables that its methodists send."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.people.member import Limits, StaffRole
from bot.domain.people.territory import Known
from bot.storage import schema as t
from bot.storage.people import organizations, staff, territories
from bot.views.callbacks.people import Grant
from tests import messengers
from tests.catalog.sheets import comma_separated
from tests.catalog.small import CALENDAR, ORGANIZATIONS
from tests.catalog.test_territories import IN_NORTH, TERRITORIES
from tests.handlers.department.directives.conftest import Office
from tests.people import ADMIN, introduced
from tests.texts.department import Directives, Importing, Panel, People, Reloading, Staff
from tests.world import Head, World, living

HEADING = ["Код", "Название", "Тип", "Территория"]

pytestmark = pytest.mark.both_databases


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.calendar.write_text(CALENDAR + TERRITORIES, encoding="utf-8")
    office.organizations.write_text(IN_NORTH, encoding="utf-8")
    return office


@pytest.fixture
async def approving(tmp_path: Path, office: Office) -> AsyncIterator[World]:
    async with living(
        tmp_path, office.catalog(), registration="approval", admin_ids=(ADMIN,), **office.settings
    ) as world:
        yield world


async def territory_of(world: World, code: str) -> str:
    async with world.storage.read() as tx:
        (found,) = await organizations.where(tx, t.organizations.c.code == code)
    return found.territory


async def known(world: World) -> dict[str, Known]:
    async with world.storage.read() as tx:
        return await territories.every(tx)


async def upload(world: World, person: Head, *rows: list[str]) -> str:
    await person.send("/panel")
    await person.press(Panel.PEOPLE, Importing.UPLOAD)
    await person.phone.send_file(comma_separated([HEADING, *rows]), "список.csv")
    await world.settle()
    return await person.sees()


async def card_of(person: Head, name: str) -> str:
    await person.send("/panel")
    await person.press(Panel.PEOPLE, f"{People.ALL}: 2", f"○ {name}")
    return await person.sees()


@pytest.mark.slow
async def test_a_methodist_moves_a_kindergarten_by_a_table(approving: World, admin: Head) -> None:
    assert await territory_of(approving, "one") == "north"
    assert "Северный район" in await card_of(admin, "Первая школа")
    assert "Без территории" in await card_of(admin, "Второй сад")
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, Importing.UPLOAD)
    assert "«Метки», «Код» и «Территория»" in await admin.sees()
    school = ["one", "Первая школа", "Школа", "Север"]
    shown = await upload(approving, admin, school, ["two", "Второй сад", "Сад", "Южный"])
    assert "Территории «Южный» нет." in shown
    assert "Территории: Север; Восточный район" in shown
    shown = await upload(approving, admin, school, ["two", "Второй сад", "Сад", "ВОСТОЧНЫЙ район"])
    assert "Второй сад\n   Территория: без территории → Восточный район" in shown
    await admin.press(Importing.APPLY)
    assert await territory_of(approving, "two") == "east"
    assert "Восточный район" in await card_of(admin, "Второй сад")
    # Out of it again: the preview counts those that are in none.
    shown = await upload(approving, admin, school, ["two", "Второй сад", "Сад", ""])
    assert "Территория: Восточный район → без территории" in shown
    assert "⚠️ Без территории: 1. Для них — календарь управления." in shown


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_organizations_are_found_by_their_territory(approving: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, f"{People.ALL}: 2")
    for typed in ("Северный район", "северный", "СЕВЕР"):
        await admin.send(typed)
        assert (await admin.buttons())[0] == "○ Первая школа", typed
        assert not any("Второй сад" in button for button in await admin.buttons())
    await admin.send("восточный")
    assert People.NOTHING_FOUND in await admin.sees()


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_a_territory_goes_while_organizations_name_it_and_comes_back(
    approving: World, admin: Head, office: Office
) -> None:
    assert [each.name for each in (await known(approving)).values()] == ["Северный район", "Восточный район"]
    office.organizations.write_text(ORGANIZATIONS, encoding="utf-8")
    office.calendar.write_text(CALENDAR, encoding="utf-8")
    # The file says that the school is in none: that alone loses nobody.
    await admin.send("/reload")
    assert "Территории: убрано «Северный район», «Восточный район»" in await admin.sees()
    assert "Организации убранных территорий" not in await admin.sees()
    # A list without the school leaves it where it is. A curator of the territory is named.
    curator = await introduced(approving, "Куратор Север", 555)
    limits = Limits(territories=frozenset({"north"}))
    await approving.storage.apply(
        lambda tx: staff.grant(
            tx, messengers.person(555), StaffRole.CURATOR, messengers.person(ADMIN), approving.now, limits=limits
        )
    )
    office.organizations.write_text(
        "organizations: [{code: two, name: Второй сад, types: [garden]}]\n", encoding="utf-8"
    )
    await admin.send("/reload")
    shown = await admin.sees()
    assert "⚠️ Организации убранных территорий остаются: «Северный район» — 1." in shown
    assert "Дальше для них календарь управления; ответы и история сохраняются." in shown
    assert "⚠️ Убранные территории поручены сотрудникам: «Север Куратор»." in shown
    await admin.press(Reloading.APPLY)
    assert await territory_of(approving, "one") == "north"
    left = (await known(approving))["north"]
    assert left == Known("north", "Северный район", "Север", approving.now)
    assert f"Северный район (такой территории {Directives.GONE})" in await card_of(admin, "Первая школа")
    # Its curator is told why nothing is left.
    await curator.send("/panel")
    assert "⚠️ Больше нет территории: Север." in await curator.sees()
    # So is it found there.
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, f"{People.ALL}: 2")
    await admin.send("Северный район")
    assert (await admin.buttons())[0] == "○ Первая школа"
    assert not any("Второй сад" in button for button in await admin.buttons())
    # So is what its curator is limited to, and what can be taken back from them.
    await admin.send("/panel")
    await admin.press(Panel.STAFF)
    await admin.press(next(each for each in await admin.buttons() if each.startswith("Север Куратор")))
    assert f"{Staff.LIMITS}: Север" in await admin.sees()
    await admin.callback(Grant(person=messengers.person(555), role=StaffRole.CURATOR).pack())
    assert "✅ Север" in await admin.buttons()
    # An import that says where it is now calls the former one by its name.
    shown = await upload(approving, admin, ["one", "Первая школа", "Школа", ""], ["two", "Второй сад", "Сад", ""])
    assert "Территория" not in shown, "without territories a table says nothing of them"
    office.calendar.write_text(CALENDAR + TERRITORIES.replace("north:", "nord:"), encoding="utf-8")
    await admin.send("/reload")
    await admin.press(Reloading.APPLY)
    shown = await upload(
        approving, admin, ["one", "Первая школа", "Школа", "Восточный район"], ["two", "Второй сад", "Сад", ""]
    )
    assert "Территория: Север → Восточный район" in shown
    office.calendar.write_text(CALENDAR + TERRITORIES, encoding="utf-8")
    await admin.send("/reload")
    await admin.press(Reloading.APPLY)
    assert "Северный район\n" in await card_of(admin, "Первая школа")
    assert (await known(approving))["north"].left_at is None
    assert list(await known(approving)) == ["north", "east", "nord"]


@pytest.mark.slow_on_postgresql
async def test_another_zone_is_shown_before_it_holds(approving: World, admin: Head, office: Office) -> None:
    changed = TERRITORIES.replace("Asia/Chita", "Asia/Vladivostok").replace("short: Север", "short: Сев.")
    office.calendar.write_text(CALENDAR + changed, encoding="utf-8")
    await admin.send("/reload")
    shown = await admin.sees()
    assert "Территории: изменено «Северный район», «Восточный район»" in shown
    assert "Часовой пояс территорий: «Восточный район» — Asia/Vladivostok, было: Asia/Chita." in shown
    await admin.press(Reloading.APPLY)
    assert (await known(approving))["north"].short == "Сев."
    office.calendar.write_text(CALENDAR + changed.replace("Asia/Vladivostok", "Asia/Vladivostock"), encoding="utf-8")
    await admin.send("/reload")
    assert "нет часового пояса «Asia/Vladivostock» (может быть, Asia/Vladivostok?)" in await admin.sees()
    assert Reloading.NOTHING_CHANGED in await admin.sees()
    # Of the department's hours all territories have the same: that is said once, of none of them.
    office.calendar.write_text(CALENDAR.replace("18:00", "17:00") + changed, encoding="utf-8")
    await admin.send("/reload")
    assert "Календарь" in await admin.sees()
    assert "Территории" not in await admin.sees()


@pytest.mark.slow
async def test_a_district_without_territories_keeps_none(approving: World, admin: Head, office: Office) -> None:
    office.calendar.write_text(CALENDAR, encoding="utf-8")
    office.organizations.write_text(ORGANIZATIONS, encoding="utf-8")
    await approving.restart(office.catalog())
    async with approving.storage.read() as tx:
        assert (await tx.execute(sa.select(sa.func.count()).where(t.territories.c.left_at.is_(None)))).scalar_one() == 0
    assert "территории" not in (await card_of(admin, "Второй сад")).casefold()
    # Nor does a register's column of districts say anything to it.
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, Importing.UPLOAD)
    rows = [["Название", "Тип", "Район"], ["Первая школа", "Школа", "Дальний"], ["Второй сад", "Сад", "Юг"]]
    await admin.phone.send_file(comma_separated(rows), "реестр.csv")
    await approving.settle()
    assert Importing.NO_CHANGES in await admin.sees()
