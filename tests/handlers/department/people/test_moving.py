"""Organizations of a region move: to another territory, two into one, one into two. Their ledger stays what it was."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.people.member import StaffRole
from bot.storage import schema as t
from bot.storage.people import organizations, staff
from bot.views.callbacks.people import Heir
from tests import messengers
from tests.catalog.small import CALENDAR
from tests.catalog.test_territories import TERRITORIES
from tests.handlers.department.directives.conftest import Office
from tests.handlers.department.people.test_territories import territory_of, upload
from tests.people import ADMIN, introduced
from tests.texts.department import Applications, Importing, Panel, People
from tests.texts.heads import Form, Registration
from tests.world import Head, World, living

pytestmark = pytest.mark.both_databases

ORGANIZATIONS = """\
organizations:
  - {code: one, name: Первая школа, types: [school], territory: north}
  - {code: two, name: Вторая школа, types: [school], territory: north}
  - {code: three, name: Третья школа, types: [school], territory: east}
"""
ROWS = [["one", "Первая школа", "Школа", "Север"], ["two", "Вторая школа", "Школа", "Север"]]
THIRD = ["three", "Третья школа", "Школа", "Восточный район"]
NEW = ["new", "Новая школа", "Школа", "Восточный район"]


@pytest.fixture
async def approving(tmp_path: Path) -> AsyncIterator[World]:
    office = Office(tmp_path)
    office.calendar.write_text(CALENDAR + TERRITORIES, encoding="utf-8")
    office.organizations.write_text(ORGANIZATIONS, encoding="utf-8")
    async with living(
        tmp_path, office.catalog(), registration="approval", admin_ids=(ADMIN,), **office.settings
    ) as world:
        yield world


async def seated(world: World, admin: Head, id: int, school: str) -> Head:
    head = await introduced(world, f"Глава {school}", id)
    await head.send("/start")
    await head.press("Школа", Registration.DONE, school, Registration.HEAD)
    await admin.press(Applications.CONFIRM)
    return head


async def ledger(world: World, code: str) -> list[tuple[str, str | None]]:
    """How what the organization was asked stands, and of which territory it is."""
    query = (
        sa.select(t.obligations.c.state, t.obligations.c.territory)
        .join(t.organizations)
        .where(t.organizations.c.code == code)
        .order_by(t.obligations.c.id)
    )
    async with world.storage.read() as tx:
        return [(row.state, row.territory) for row in await tx.execute(query)]


async def open_card(person: Head, name: str) -> None:
    await person.send("/panel")
    await person.press(Panel.PEOPLE, "Школа: ", name)


@pytest.mark.slow
async def test_a_school_goes_to_another_territory_with_what_is_open(approving: World, admin: Head) -> None:
    await approving.at("2026-10-05 10:00")
    await open_card(admin, "Первая школа")
    await admin.press("Сменить территорию")
    assert "итоги прошлых периодов останутся за прежней территорией" in await admin.sees()
    await admin.press("Восточный район")
    shown = await admin.sees()
    assert "Северный район → Восточный район" in shown
    assert f"{People.OPEN_REQUESTS}: 1. Перевести их вместе с организацией" in shown
    assert await territory_of(approving, "one") == "north"
    await admin.press("Перевести вместе с запросами")
    assert "Восточный район" in await admin.sees()
    assert await ledger(approving, "one") == [("open", "east")]
    # Another leaves it behind.
    await open_card(admin, "Вторая школа")
    await admin.press("Сменить территорию", "Восточный район", "Запросы оставить")
    assert await territory_of(approving, "two") == "east"
    assert await ledger(approving, "two") == [("open", "north")]
    # Where nothing is open nobody is asked.
    await approving.at("2027-07-20 10:00")
    await open_card(admin, "Третья школа")
    await admin.press("Сменить территорию", "Без территории")
    assert await territory_of(approving, "three") == ""
    assert await ledger(approving, "three") == [("open", "east")]


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_a_button_of_a_territory_that_has_gone_meanwhile_changes_nothing(
    approving: World, admin: Head, tmp_path: Path
) -> None:
    await open_card(admin, "Первая школа")
    await admin.press("Сменить территорию")
    card = await admin.card("В какую территорию")
    office = Office(tmp_path)
    office.calendar.write_text(CALENDAR + TERRITORIES.replace("  east:", "  west:"), encoding="utf-8")
    office.organizations.write_text(
        "organizations: [{code: one, name: Первая школа, types: [school], territory: north}]"
    )
    await approving.restart(office.catalog())
    await admin.press_at(card, "Восточный район")
    assert await territory_of(approving, "one") == "north"
    assert "Северный район" in await admin.sees()


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_a_table_moves_schools_and_somebody_decides_about_their_requests(approving: World, admin: Head) -> None:
    await approving.at("2026-10-05 10:00")
    moved = [[*ROWS[0][:3], "Восточный район"], ROWS[1], THIRD]
    shown = await upload(approving, admin, *moved)
    assert "Территория: Север → Восточный район" in shown
    assert f"{People.OPEN_REQUESTS} переведённых организаций (1) переходят в новые территории." in shown
    await admin.press("Запросы оставить за прежними")
    assert "(1) остаются за прежними территориями." in await admin.sees()
    await admin.press(Importing.APPLY)
    assert await territory_of(approving, "one") == "east"
    assert await ledger(approving, "one") == [("open", "north")]


@pytest.mark.slow
async def test_two_schools_become_one(approving: World, admin: Head) -> None:
    first = await seated(approving, admin, 101, "Первая школа")
    second = await seated(approving, admin, 102, "Вторая школа")
    third = await seated(approving, admin, 103, "Третья школа")
    await approving.at("2026-10-05 10:00")
    await first.press(Form.YES)
    await first.send("1")
    while Form.SEND not in await first.buttons():
        await first.send("2")
    await first.press(Form.SEND)
    assert await ledger(approving, "one") == [("answered", "north")]
    # «Новая школа» of the table goes on with the work of both.
    shown = await upload(approving, admin, THIRD, NEW)
    assert f"{Importing.REMOVED}: 2" in shown
    await admin.press("Преемник: Первая школа")
    assert "Кто продолжит работу организации?" in await admin.sees()
    # New ones come first.
    assert (await admin.buttons())[0] == "Новая школа"
    await admin.press("Новая школа")
    assert "Преемник: «Новая школа»" in await admin.sees()
    await admin.press(Form.DONE, "Преемник: Вторая школа")
    # By name, as anywhere.
    await admin.send("новая")
    await admin.press("Новая школа", Form.DONE)
    shown = await admin.sees()
    assert shown.count("Преемник: «Новая школа»") == 2
    assert shown.count(f"{People.OPEN_REQUESTS} переходят: преемнику") == 2
    await admin.press(Importing.APPLY)
    assert await ledger(approving, "one") == [("answered", "north")]
    assert await ledger(approving, "two") == [("excused", "north")]
    assert await ledger(approving, "new") == [("open", "east")]
    # Both heads hear who goes on, and what was not answered is not theirs any more.
    await approving.at("2026-10-05 12:00")
    assert "её работу продолжает Новая школа" in await second.sees()
    assert "открытые запросы (1) переданы туда же" in await second.sees()
    assert "её работу продолжает Новая школа" in await first.sees()
    assert "переданы" not in await first.sees()
    assert "Новая" not in await third.sees()
    # The card leads to those before it, under their old names.
    await open_card(admin, "○ Новая школа")
    assert "Прежде: Вторая школа, Первая школа." in await admin.sees()
    await admin.press("Первая школа")
    assert "Преемник: Новая школа." in await admin.sees()
    assert People.ANSWERS_FILE in await admin.buttons()


@pytest.mark.slow
async def test_one_school_is_split_by_a_button_of_its_card(approving: World, admin: Head) -> None:
    head = await seated(approving, admin, 101, "Первая школа")
    await approving.at("2026-10-05 10:00")
    other = await seated(approving, admin, 102, "Вторая школа")
    await open_card(admin, "Первая школа")
    await admin.press("Назвать преемника")
    await admin.press("Вторая школа")
    assert f"{People.OPEN_REQUESTS} переходят: преемнику" in await admin.sees()
    await admin.send("третья")
    await admin.press("Третья школа", "Запросы: Третья школа")
    assert "Преемники: «Вторая школа», «Третья школа»" in await admin.sees()
    assert f"{People.OPEN_REQUESTS} переходят: «Третья школа»" in await admin.sees()
    await admin.press(Form.DONE)
    shown = await admin.sees()
    assert "Назвать преемника?" in shown
    assert "Она уйдёт из списка" in shown
    assert "открытых запросов: 1" in shown
    # What stands has changed before it is confirmed: it is shown once more.
    card = await admin.card("Назвать преемника?")
    await head.press(Form.YES)
    await admin.press_at(card, Applications.CONFIRM)
    assert "начатых ответов: 1" in await admin.sees()
    await admin.press_at(card, Applications.CONFIRM)
    assert "Преемники: " in await admin.sees()
    async with approving.storage.read() as tx:
        assert {each.code for each in await organizations.all_active(tx)} == {"two", "three"}
    assert await ledger(approving, "one") == [("excused", "north")]
    # Both owed the same themselves, and answer it once.
    assert await ledger(approving, "two") == [("open", "north")]
    assert await ledger(approving, "three") == [("open", "east")]
    assert "продолжает" not in await other.sees()


@pytest.mark.slow
async def test_a_new_school_is_made_out_of_a_part_of_one_that_stays(approving: World, admin: Head) -> None:
    first = await seated(approving, admin, 101, "Первая школа")
    await approving.at("2026-10-05 10:00")
    await first.press(Form.YES)
    shown = await upload(approving, admin, *ROWS, THIRD, NEW)
    assert "Добавляются: 1" in shown
    await admin.press("Новая выделена из прежней")
    # Those nearby come first, and it is found by name as anywhere.
    assert (await admin.buttons())[0] == "Третья школа"
    await admin.send("первая")
    await admin.press("Первая школа")
    shown = await admin.sees()
    assert "Выделена: «Новая школа»." in shown
    assert f"{People.OPEN_REQUESTS} остаются у прежней." in shown
    await admin.press("Запросы переходят")
    assert f"{People.OPEN_REQUESTS} переходят выделенной." in await admin.sees()
    await admin.press("✅ Новая школа")
    assert "Выделена: " not in await admin.sees()
    await admin.press("Новая школа", Form.DONE)
    shown = await admin.sees()
    assert f"Выделена: «Новая школа» из «Первая школа». {People.OPEN_REQUESTS} остаются у прежней." in shown
    await admin.press("✅ Новая выделена из прежней", "Первая школа", "Запросы у обеих", Form.DONE, Importing.APPLY)
    assert await ledger(approving, "one") == [("open", "north")]
    assert await ledger(approving, "new") == [("open", "east")]
    await open_card(admin, "○ Новая школа")
    assert "Выделена из: Первая школа." in await admin.sees()
    await admin.press("Первая школа")
    assert "Выделена: Новая школа." in await admin.sees()


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_a_part_is_named_in_the_card_and_its_whole_is_asked_no_more(approving: World, admin: Head) -> None:
    head = await seated(approving, admin, 101, "Первая школа")
    await approving.at("2026-10-05 10:00")
    await head.press(Form.YES)
    await open_card(admin, "Первая школа")
    await admin.press("Выделить другую", "Третья школа", "Запросы переходят", Form.DONE)
    shown = await admin.sees()
    assert "Записать выделение?" in shown
    assert "Снимаются:\n• Первая школа — открытых запросов: 1, начатых ответов: 1" in shown
    card = await admin.card("Записать выделение?")
    await admin.press(Applications.CONFIRM)
    assert "Выделена: Третья школа." in await admin.sees()
    # The same press once more does nothing.
    async with approving.storage.read() as tx:
        (school,) = await organizations.of_codes(tx, ["one"])
    await admin.callback(Heir(organization=school.id, act="sure").pack(), card)
    assert await ledger(approving, "one") == [("excused", "north")]
    # It owed the same itself, as a school that had been there before, and answers once.
    assert await ledger(approving, "three") == [("open", "east")]
    await approving.at("2026-10-05 12:00")
    told = await head.sees()
    assert "На этот запрос теперь отвечает «Третья школа»." in told


@pytest.mark.slow
async def test_two_schools_name_each_other_at_once(approving: World, admin: Head) -> None:
    """The first to confirm has it; the other is told, and chooses anew."""
    other = await introduced(approving, "Борисова", 777)
    await approving.storage.apply(
        lambda tx: staff.grant(tx, other.id, StaffRole.ADMIN, messengers.person(ADMIN), approving.now)
    )
    for person, school, heir in ((admin, "Первая школа", "Вторая школа"), (other, "Вторая школа", "Первая школа")):
        await open_card(person, f"○ {school}")
        await person.press("Назвать преемника", heir, Form.DONE)
    await other.press(Applications.CONFIRM)
    await admin.press(Applications.CONFIRM)
    assert "тем временем ушла из списка" in await admin.toast()
    await admin.press("Третья школа", Form.DONE, Applications.CONFIRM)
    async with approving.storage.read() as tx:
        assert {each.code for each in await organizations.all_active(tx)} == {"three"}


@pytest.mark.slow
async def test_an_heir_is_named_after_the_school_has_left(approving: World, admin: Head) -> None:
    await approving.at("2026-10-05 10:00")
    await upload(approving, admin, ROWS[1], THIRD)
    await admin.press(Importing.APPLY)
    assert await ledger(approving, "one") == [("excused", "north")]
    await upload(approving, admin, ROWS[1], THIRD, NEW)
    await admin.press("Новая выделена из прежней", "Вторая школа", Form.DONE, Importing.APPLY)
    assert await ledger(approving, "new") == []
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, "Ушли из списка: 1", "○ Первая школа", "Назвать преемника", "Новая школа")
    shown = await admin.sees()
    assert "Когда она ушла, без ответа остались запросы: 1." in shown
    assert f"{People.OPEN_REQUESTS} переходят: преемнику" in shown
    await admin.press(Form.DONE, Applications.CONFIRM)
    assert await ledger(approving, "new") == [("open", "east")]
    await admin.press("Назвать преемника", "Третья школа")
    assert "Не передаются: уже переданы другой: 1." in await admin.sees()
    assert not [label for label in await admin.buttons() if label.startswith("Запросы")]
