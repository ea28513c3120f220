"""A territory's department is asked for what its schools were asked: the sum of their answers is proposed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.ledger.control import Part
from bot.domain.ledger.obligation import ObligationState
from bot.domain.people.member import Limits, StaffRole
from bot.storage import schema as t
from bot.storage.people import staff
from bot.views.callbacks.control import Answer
from bot.views.callbacks.directives import Card
from tests import messengers
from tests.handlers.test_district import seated
from tests.people import ADMIN, introduced
from tests.texts.department import Applications, Control, Directives, Summed
from tests.texts.heads import Form
from tests.world import ROOT, Head, World, catalog_of, living

pytestmark = pytest.mark.both_databases

_TERRITORIES = "territories: {north: {name: Северный район, short: Север}, south: {name: Южный район, short: Юг}}\n"
_DIRECTIVES = """\
source: резолюции
organization_types:
  general: {title: Общее образование}
  department: {title: Управление образования, staff: true}
topics: {sport: Спорт}
directives:
  - id: clubs
    number: "1"
    title: Кружки
    topic: sport
    audience: [general]
    text: Создать кружки
    prompt: Сколько кружков?
    fields: [{id: count, kind: whole, label: Кружков, total: true}]
    schedule: {dates: [{key: autumn, title: Осень, open: 10-05, due: 10-15}]}
  - id: total
    number: "2"
    title: Свод по кружкам
    topic: sport
    audience: [department]
    text: Свести
    prompt: Сколько кружков в районе?
    fields:
      - {id: all, kind: whole, label: Всего кружков, max: 90, sums: {directive: clubs, field: count}}
      - {id: words, kind: text, label: Примечание, required: false}
    schedule: {dates: [{key: autumn, title: Осень, open: 10-05, due: 10-25}]}
"""
_PLANS = """  - id: plans
    number: "3"
    title: Планы
    topic: sport
    audience: [general]
    text: Составить планы
    prompt: Что в плане?
    fields:
      - {id: what, kind: text, label: Главное в плане}
      - {id: ready, kind: yes-no, label: План утверждён}
      - {id: on, kind: date, label: Когда утверждён}
      - {id: scan, kind: file, label: План}
    schedule: {dates: [{key: autumn, title: Осень, open: 10-05, due: 10-15}]}
  - id: planned
    number: "4"
    title: Свод планов
    topic: sport
    audience: [department]
    text: Свести планы
    prompt: Что в планах?
    fields:
      - {id: what, kind: text, label: Главное в планах, sums: {directive: plans, field: what}}
      - {id: many, kind: whole, label: Сколько утверждено, sums: {directive: plans, field: ready}}
      - {id: ready, kind: yes-no, label: Все ли утверждены, sums: {directive: plans, field: ready}}
      - {id: on, kind: date, label: Когда утверждены, sums: {directive: plans, field: on}}
      - {id: scans, kind: file, label: Планы школ, sums: {directive: plans, field: scan}}
      - {id: later, kind: text, label: Что весной, required: false, sums: {directive: plans-spring, field: what}}
    schedule: {dates: [{key: autumn, title: Осень, open: 10-05, due: 10-25}]}
  - id: plans-spring
    number: "5"
    title: Планы на весну
    topic: sport
    audience: [general]
    text: Составить планы
    prompt: Что весной?
    fields: [{id: what, kind: text, label: Что весной}]
    schedule: {dates: [{key: spring, title: Весна, open: 04-05, due: 04-15}]}
"""


@pytest.fixture
def directives() -> str:
    return _DIRECTIVES


@pytest.fixture
async def world(tmp_path: Path, directives: str) -> AsyncIterator[World]:
    """Five schools and a department in the north, a school in the south, and a ministry; asked on 5 October."""
    rows = [f"{{code: s{n}, name: Школа {n}, types: [general], territory: north}}" for n in (1, 2, 3, 4, 10)]
    rows += ["{code: s6, name: Школа 6, types: [general], territory: south}"]
    rows += ["{code: dn, name: Управление Севера, types: [department], territory: north}"]
    rows += ["{code: min, name: Министерство, types: [department]}"]
    (tmp_path / "organizations.yaml").write_text("organizations:\n" + "".join(f"  - {row}\n" for row in rows))
    (tmp_path / "directives.yaml").write_text(directives)
    (tmp_path / "calendar.yaml").write_text((ROOT / "data/calendar.yaml").read_text() + _TERRITORIES)
    catalog = catalog_of(*(tmp_path / f"{name}.yaml" for name in ("directives", "organizations", "calendar")))
    async with living(tmp_path, catalog, admin_ids=(ADMIN,)) as region:
        yield region


async def official(world: World, organization: str, id: int, admin: Head | None = None) -> Head:
    """The head of that department, whom the region's administrator has confirmed."""
    admin = admin or await introduced(world, "Аннина", ADMIN)
    head = await world.person("Начальник", id)
    await head.join("Управление образования", organization)
    await admin.press(Applications.CONFIRM)
    return head


async def moved_to(world: World, state: ObligationState, *organizations: str) -> None:
    """What these organizations were asked is in that state."""
    theirs = sa.select(t.organizations.c.id).where(t.organizations.c.name.in_(organizations))
    moved = sa.update(t.obligations).where(t.obligations.c.organization_id.in_(theirs)).values(state=state)
    await world.storage.apply(lambda tx: tx.execute(moved))


async def answered(head: Head, number: str) -> None:
    await head.send(number)
    await head.press(Form.SEND)


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_the_sum_of_those_who_answered_is_taken_by_one_press(world: World) -> None:
    schools = [await seated(world, number) for number in (1, 2, 6)]
    chief = await official(world, "Управление Севера", 201)
    await world.at("2026-10-05 09:00")
    assert Summed.NONE in await chief.sees()
    for school, number in zip(schools, ("12", "30", "7"), strict=True):
        await answered(school, number)
    await chief.send("/tasks")
    await chief.press("Свод по кружкам")
    seen = await chief.sees()
    assert "Итого по 2 организациям: 42." in seen
    assert f"{Control.UNANSWERED} 3: Школа 3, Школа 4, Школа 10." in seen
    await chief.press(f"{Control.ACCEPT} 42", Form.SKIP)
    assert "Всего кружков: 42" in await chief.sees()
    await chief.press(Form.SEND)
    assert Form.ACCEPTED in await chief.sees()


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_a_button_with_an_old_sum_shows_the_new_one_and_takes_nothing(world: World) -> None:
    schools = [await seated(world, number) for number in (1, 2)]
    chief = await official(world, "Управление Севера", 201)
    await world.at("2026-10-05 09:00")
    await answered(schools[0], "12")
    await chief.send("/tasks")
    await chief.press("Свод по кружкам")
    await answered(schools[1], "30")
    await chief.press(f"{Control.ACCEPT} 12")
    assert "Итого по 2 организациям: 42." in await chief.sees()
    assert f"{Control.ACCEPT} 42" in await chief.buttons()
    # Whoever knows better types another number.
    await chief.send("45")
    await chief.press(Form.SKIP)
    assert "Всего кружков: 45" in await chief.sees()


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_who_is_excused_is_not_missing_and_what_does_not_fit_is_not_offered(world: World) -> None:
    school = await seated(world, 1)
    chief = await official(world, "Управление Севера", 201)
    await world.at("2026-10-05 09:00")
    await answered(school, "91")
    await moved_to(world, ObligationState.EXCUSED, "Школа 2", "Школа 3", "Школа 4")
    await chief.send("/tasks")
    await chief.press("Свод по кружкам")
    assert "Итого по 1 организации: 91." in await chief.sees()
    assert f"{Control.UNANSWERED} 1: Школа 10." in await chief.sees()
    # The department said that there are 90 at most.
    assert not any(button.startswith(Control.ACCEPT) for button in await chief.buttons())
    await moved_to(world, ObligationState.EXCUSED, "Школа 1", "Школа 10")
    await chief.send("/tasks")
    await chief.press("Свод по кружкам")
    assert Summed.NONE in await chief.sees()
    # What was asked of schools that were of another territory then.
    moved = sa.update(t.obligations).where(t.obligations.c.round_id == 1).values(territory="south")
    await world.storage.apply(lambda tx: tx.execute(moved))
    await chief.send("/tasks")
    await chief.press("Свод по кружкам")
    assert Summed.NOBODY in await chief.sees()


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.parametrize("directives", [_DIRECTIVES[: _DIRECTIVES.index("  - id: clubs")] + _PLANS])
async def test_lists_days_and_files_of_those_whose_answers_hold(world: World) -> None:
    schools = [await seated(world, number) for number in (1, 2, 3)]
    chief = await official(world, "Управление Севера", 201)
    await world.at("2026-10-05 09:00")
    for school, plan, is_ready, on in zip(
        schools, ("Ремонт зала", "Кружки", "Походы"), (Form.YES, Form.NO, Form.YES), (1, 3, 2), strict=True
    ):
        await school.send(plan)
        await school.press(is_ready)
        await school.send(f"0{on}.10.2026")
        await school.send_file(f"план-{on}.pdf")
        await school.press(Form.DONE, Form.SEND)
    await moved_to(world, ObligationState.RETURNED, "Школа 3")
    await chief.send("/tasks")
    await chief.press("Свод планов")
    seen = await chief.sees()
    assert f"{Control.ANSWERED} 2 организации:\nШкола 1 — Ремонт зала\nШкола 2 — Кружки\n" in seen
    assert f"{Control.UNANSWERED} 2: Школа 4, Школа 10.\n{Summed.RETURNED} 1: Школа 3." in seen
    await chief.press(f"{Control.ACCEPT} список")
    assert "да — 1 (Школа 1)\nнет — 1 (Школа 2)\n" in await chief.sees()
    await chief.press(f"{Control.ACCEPT} 1")
    # They do not all say the same: that is for the department to say.
    assert not any(button.startswith(Control.ACCEPT) for button in await chief.buttons())
    await chief.press(Form.NO)
    assert "1 октября 2026 – 3 октября 2026" in await chief.sees()
    await chief.press(f"{Control.ACCEPT} 3 октября 2026")
    assert "2 файла" in await chief.sees()
    await chief.press(f"{Control.ACCEPT} файлы (2)")
    assert Summed.NOT_ASKED_YET in await chief.sees()
    await chief.press(Form.SKIP, Form.SEND)
    assert "Планы школ: Школа 1 · план-1.pdf, Школа 2 · план-3.pdf" in await chief.sees()


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_nothing_is_proposed_to_whoever_is_of_no_territory(world: World) -> None:
    school = await seated(world, 1)
    minister = await official(world, "Министерство", 202)
    await world.at("2026-10-05 09:00")
    await answered(school, "12")
    await minister.send("/tasks")
    await minister.press("Свод по кружкам")
    assert "Итого" not in await minister.sees()
    assert f"{Control.ACCEPT} 12" not in await minister.buttons()


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_the_ministry_sees_that_the_sum_is_another_by_now(world: World) -> None:
    schools = [await seated(world, number) for number in (1, 2)]
    admin = await introduced(world, "Аннина", ADMIN)
    chief = await official(world, "Управление Севера", 201, admin)
    await world.at("2026-10-05 09:00")
    await answered(schools[0], "12")
    await chief.send("/tasks")
    await chief.press("Свод по кружкам", f"{Control.ACCEPT} 12", Form.SKIP, Form.SEND)
    await opened(world, admin)
    assert "сейчас сумма другая" not in await admin.sees()
    await answered(schools[1], "30")
    await opened(world, admin)
    seen = await admin.sees()
    assert "Всего кружков: 12" in seen
    assert "Всего кружков: сейчас сумма другая." in seen
    assert "Итого по 2 организациям: 42." in seen


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_what_is_proposed_is_what_the_departments_table_comes_to(world: World) -> None:
    schools = [await seated(world, number) for number in (1, 2)]
    admin = await introduced(world, "Аннина", ADMIN)
    chief = await official(world, "Управление Севера", 201, admin)
    await world.at("2026-10-05 09:00")
    for school, number in zip(schools, ("12", "30"), strict=True):
        await answered(school, number)
    # What is being mended counts in neither.
    await moved_to(world, ObligationState.RETURNED, "Школа 2")
    # Who has gone to another territory since counts where it answered.
    gone = sa.update(t.organizations).where(t.organizations.c.name == "Школа 1").values(territory="south")
    await world.storage.apply(lambda tx: tx.execute(gone))
    await chief.send("/tasks")
    await chief.press("Свод по кружкам")
    assert f"{Control.ACCEPT} 12" in await chief.buttons()
    await admin.send("/status")
    await admin.press("Кружки", Control.AS_TABLE)
    if messengers.draws_tables():
        await admin.press("Текстом")
    seen = await admin.sees()
    assert "Кружков: 12" in seen
    assert f"{Summed.UNCOUNTED}: 1" in seen


async def opened(world: World, admin: Head) -> None:
    """Opens the answer of the north's department."""
    its = sa.select(t.obligations.c.id).join(t.organizations).where(t.organizations.c.name == "Управление Севера")
    async with world.storage.read() as tx:
        obligation = (await tx.execute(its)).scalar_one()
    await admin.callback(Answer(obligation=obligation, part=Part.ALL, page=0).pack())


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
async def test_the_ministry_sees_where_no_department_can_answer_and_where_two_would(world: World) -> None:
    admin = await introduced(world, "Аннина", ADMIN)
    await admin.callback(Card(id="total").pack())
    assert "Управления нет: Юг" in await admin.sees()
    await world.at("2026-10-05 09:00")
    await admin.callback(Card(id="total").pack())
    assert f"{Directives.LAST}: Осень" in await admin.sees()
    assert "Управлений несколько" not in await admin.sees()
    both = t.organizations.c.name == "Министерство"
    await world.storage.apply(lambda tx: tx.execute(sa.update(t.organizations).where(both).values(territory="north")))
    await admin.callback(Card(id="total").pack())
    assert "Управлений несколько, свод повторится: Север" in await admin.sees()
    # Whoever looks after the south sees what is asked there.
    curator = await introduced(world, "Южная Ольга", 301)
    south = Limits(territories=frozenset({"south"}))
    await world.storage.apply(lambda tx: staff.grant(tx, curator.id, StaffRole.CURATOR, None, world.now, south))
    await curator.send("/status")
    assert "Кружки" in await curator.sees()
    assert "Свод по кружкам" not in await curator.sees()
    await curator.callback(Card(id="total").pack())
    assert Directives.LAST not in await curator.sees()
    # Of what schools are asked there is nothing to say.
    await admin.callback(Card(id="clubs").pack())
    assert "Управлени" not in await admin.sees()
