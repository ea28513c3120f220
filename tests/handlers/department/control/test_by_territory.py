"""A region's control: totals by territory first, then the list of one; one press reminds one territory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.ledger.control import key
from bot.domain.people.member import StaffRole
from bot.storage import schema as t
from bot.storage.ledger import sent_directives
from bot.views.callbacks.control import InRound, InTerritory, RemindIn, Shares, TogetherIn
from tests import messengers
from tests.handlers.answering.ledger import EVERY_KIND, fill
from tests.handlers.department.control.test_control import seated
from tests.handlers.department.staff import chief, employee
from tests.people import ADMIN, CURATOR, VIEWER
from tests.texts.department import Control, Panel, Report
from tests.texts.heads import Form, Reminder
from tests.world import ROOT, Head, World, catalog_of, living

pytestmark = pytest.mark.both_databases

_ROSTER = """organizations:
  - {code: s1, name: Сосновоозёрская школа, types: [general], territory: north}
  - {code: s2, name: Белоярская школа, types: [general], territory: south}
  - {code: s3, name: Кедровская школа, types: [general], territory: south}
  - {code: s4, name: Ничейная школа, types: [general]}
"""
_LONG = "a-territory-with-an-id-of-forty-letters-x"
_TERRITORIES = f"""territories:
  north: {{name: Северный район, short: Северный}}
  south: {{name: Южный район, short: Южный}}
  {_LONG[:40]}: {{name: Дальний район}}
"""
NORTH, SOUTH, NONE = "Северный", "Южный", "Без территории"

admin = chief


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    (tmp_path / "organizations.yaml").write_text(_ROSTER, encoding="utf-8")
    calendar = (ROOT / "data/calendar.yaml").read_text(encoding="utf-8")
    (tmp_path / "calendar.yaml").write_text(calendar + _TERRITORIES, encoding="utf-8")
    catalog = catalog_of(EVERY_KIND, tmp_path / "organizations.yaml", tmp_path / "calendar.yaml")
    async with living(tmp_path, catalog, admin_ids=(ADMIN,)) as region:
        yield region


@pytest.fixture
async def heads(world: World, admin: Head) -> dict[str, Head]:
    """The heads of three schools; the requests have come."""
    north = await seated(world, 101, "Иванова Мария", "Сосновоозёрская")
    south = await seated(world, 102, "Петрова Анна", "Белоярская")
    another = await seated(world, 103, "Сидорова Ольга", "Кедровская")
    await world.at("2026-10-05 09:00")
    return {"north": north, "south": south, "another": another}


async def like(person: Head, beginning: str) -> str:
    return next(button for button in await person.buttons() if button.startswith(beginning))


async def to_round(person: Head) -> None:
    await person.send("/status")
    await person.press(await like(person, "1. "))


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_totals_come_first_then_the_list_of_one(world: World, admin: Head, heads: dict[str, Head]) -> None:
    await admin.send("/panel")
    assert [f"{NORTH}: 0/1", f"{SOUTH}: 0/2", f"{NONE}: 0/1"] == (await admin.sees()).splitlines()[-3:]
    await to_round(admin)
    buttons = await admin.buttons()
    assert buttons[:3] == [f"{NORTH}: 0/1", f"{SOUTH}: 0/2", f"{NONE}: 0/1"]
    assert "Белоярская" not in " ".join(buttons)
    await admin.press(f"{SOUTH}: 0/2")
    assert "Южный район" in await admin.sees()
    listed = " ".join(await admin.buttons())
    assert "Белоярская" in listed
    assert "Кедровская" in listed
    assert "Сосновоозёрская" not in listed
    # From an answer the way back leads to the list of the territory.
    await admin.press(next(button for button in await admin.buttons() if "Белоярская" in button))
    await admin.press(Panel.BACK)
    assert "Южный район" in await admin.sees()
    await admin.press(Panel.BACK)
    assert f"{NONE}: 0/1" in await admin.buttons()
    # Shares are a screen of their own: no row has both.
    await admin.press("Показать доли, %")
    assert f"{NORTH}: —" in await admin.buttons()
    assert not [button for button in await admin.buttons() if "/" in button]


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_one_press_reminds_one_territory(world: World, admin: Head, heads: dict[str, Head]) -> None:
    await world.at("2026-10-08 10:00")
    before = {name: await head.count() for name, head in heads.items()}
    await to_round(admin)
    await admin.press(await like(admin, Control.UNANSWERED))
    buttons = await admin.buttons()
    # Each territory with its reminder beside it.
    north, south = f"{NORTH}: 1", f"{SOUTH}: 2"
    remind = messengers.beside(south, f"{Control.REMIND} (2)")
    assert buttons[:4] == [north, messengers.beside(north, Control.REMIND), south, remind]
    await admin.press(remind)
    assert "2 людям" in await admin.toast()
    assert Reminder.HEADING in await heads["south"].sees()
    assert Reminder.HEADING in await heads["another"].sees()
    assert await heads["north"].count() == before["north"]
    # Whoever has just been reminded is reminded again only by somebody who is asked; the north is not concerned.
    assert (await admin.buttons())[:4] == [
        north, messengers.beside(north, Control.REMIND), south, Control.REMIND_AGAIN
    ]  # fmt: skip
    await admin.press(Control.REMIND_AGAIN)
    assert Control.ALREADY_REMINDED in await admin.sees()
    assert "Южный район" in await admin.sees()
    await admin.press(Control.REMIND_AGAIN)
    assert "2 людям" in await admin.toast()
    assert await heads["north"].count() == before["north"]
    # A button that was drawn before somebody else reminded them asks, too.
    await admin.callback(RemindIn(round=1, territory="south", seen=0, sure=True).pack())
    assert Control.ALREADY_REMINDED in await admin.sees()


@pytest.mark.slow_on_postgresql
async def test_a_territory_is_taken_off_control_and_accepted_alone(
    world: World, admin: Head, heads: dict[str, Head]
) -> None:
    await admin.callback(InTerritory(round=1, territory="south").pack())
    await admin.press(Control.EXCUSE_UNANSWERED)
    assert "Южный район" in await admin.sees()
    await admin.press("Снять (2)")
    async with world.storage.read() as tx:
        rows = (await tx.execute(sa.select(t.obligations.c.territory, t.obligations.c.state))).all()
    assert sorted(tuple(row) for row in rows if row.state == "excused") == [("south", "excused")] * 2
    # Nobody there has answered: there is nothing to accept.
    await admin.callback(TogetherIn(round=1, what="accept", territory="south").pack())
    assert f"{SOUTH}: 0/0" in await admin.buttons()


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_the_table_in_the_chat_has_territories(world: World, admin: Head, heads: dict[str, Head]) -> None:
    await fill(heads["south"])
    await heads["south"].press(Form.SEND)
    await world.at("2026-10-16 10:00")
    await to_round(admin)
    await admin.press(Control.AS_TABLE)
    seen = await admin.sees()
    assert SOUTH in seen
    assert "Белоярская" not in seen
    assert f"{Report.NOT_REPORTED}{NORTH} — 1, {SOUTH} — 1, {NONE} — 1" in seen
    if messengers.draws_tables():
        await admin.press("Текстом")
    seen = await admin.sees()
    assert f"{SOUTH}: {Report.REPORTED} 1 из 2" in seen
    assert "Занимается: 120" in seen
    assert "Итого по всем территориям" in seen
    # A table of one territory says whose its total is.
    south = await employee(world, CURATOR, "Куратор Ольга", StaffRole.CURATOR, territories={"south"})
    await to_round(south)
    await south.press(Control.AS_TABLE)
    if messengers.draws_tables():
        assert [row[1] for row in await south.table()][-1] == f"Итого: {SOUTH}"
        await south.press("Текстом")
    assert f"Итого: {SOUTH}" in await south.sees()


@pytest.mark.slow_on_postgresql
async def test_the_north_sees_its_list_at_once(world: World, admin: Head, heads: dict[str, Head]) -> None:
    north = await employee(world, CURATOR, "Куратор Ольга", StaffRole.CURATOR, territories={"north"})
    await north.send("/panel")
    assert SOUTH not in await north.sees()
    await to_round(north)
    buttons = " ".join(await north.buttons())
    assert "Сосновоозёрская" in buttons
    assert "Белоярская" not in buttons
    assert SOUTH not in buttons
    for button in (InTerritory(round=1, territory="south"), RemindIn(round=1, territory="south", sure=True)):
        before = await heads["south"].count()
        await north.callback(button.pack())
        assert "Белоярская" not in " ".join(await north.buttons())
        assert await heads["south"].count() == before


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_totals_of_the_past_stay(world: World, admin: Head, heads: dict[str, Head]) -> None:
    """A school that moves counts where it was asked; a territory that is gone is still called by its name."""
    await world.storage.apply(
        lambda tx: tx.execute(
            sa.update(t.organizations).where(t.organizations.c.name == "Кедровская школа").values(territory="north")
        )
    )
    await to_round(admin)
    assert f"{SOUTH}: 0/2" in await admin.buttons()
    await world.storage.apply(
        lambda tx: tx.execute(
            t.territories.insert().values(id="gone", name="Прежний район", short="Прежний", place=9, left_at=world.now)
        )
    )
    await world.storage.apply(
        lambda tx: tx.execute(
            sa.update(t.obligations).where(t.obligations.c.territory == "south").values(territory="gone")
        )
    )
    await world.storage.apply(sent_directives.adopt)
    await to_round(admin)
    assert (await admin.buttons())[:3] == [f"{NORTH}: 0/1", "Прежний: 0/2", f"{NONE}: 0/1"]
    await admin.press("Прежний: 0/2")
    assert "Прежний район" in await admin.sees()


@pytest.mark.slow_on_postgresql
async def test_what_no_longer_fits_is_answered(world: World, admin: Head, heads: dict[str, Head]) -> None:
    viewer = await employee(world, VIEWER, "Наблюдатель", StaffRole.VIEWER)
    await viewer.callback(InTerritory(round=1, territory="south").pack())
    assert Control.REMIND not in " ".join(await viewer.buttons())
    await viewer.callback(RemindIn(round=1, territory="south", sure=True).pack())
    assert await viewer.toast()
    for button in (
        InTerritory(round=1, territory="nowhere"),
        InTerritory(round=99, territory="south"),
        Shares(round=99),
        InRound(round=1, page=99),
    ):
        await admin.callback(button.pack())
    assert f"{NORTH}: 0/1" in await admin.buttons()


def test_a_button_says_any_territory() -> None:
    long = TogetherIn(round=2**31, what="accept", at=10**13, territory=key(_LONG[:40])).pack()
    assert len(long) <= 64
    assert key("north") == "north"
    assert key(_LONG) != key(_LONG[:40])
