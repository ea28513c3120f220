"""A request is due on the day of whoever reads of it; a line about an organization goes by the organization's clock."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import docx
import openpyxl
import pytest
import sqlalchemy as sa

from bot.domain.ledger.report import ReportKind
from bot.domain.people.member import Limits
from bot.domain.people.territory import Known
from bot.reports.job import Job
from bot.storage import schema as t
from bot.storage.engine.database import Storage, Tx
from tests.reports import ledgers
from tests.reports.conftest import Making

NAMES = {"west": "Западный", "isles": "Островной"}
TERRITORIES = {id: Known(id, f"{short} район", short) for id, short in NAMES.items()}
# At six in the evening there it is midnight at the department; on the islands every due day is off, and moves.
ZONES = {"west": "Europe/Kaliningrad", "isles": "Asia/Irkutsk"}
LATER = {"west": timedelta(hours=6), "isles": timedelta(days=1)}
CLUB, DUE, NEXT = "2.4 Школьный спортивный клуб", "15.10.2026", "16.10.2026"
ONE, OTHER = 1, 2


def job(kind: ReportKind = ReportKind.WORKBOOK, *theirs: str, **order: Any) -> Job:
    made = ledgers.job(kind, **order)
    head = replace(made.letterhead, territories=TERRITORIES, zones=ZONES)
    return replace(made, letterhead=head, order=made.order.within(Limits(territories=frozenset(theirs))))


@pytest.fixture
async def far(autumn: Storage) -> Storage:
    """The first school is in the west, the second one on the islands; all others are in none."""

    async def placed(tx: Tx) -> None:
        homes = {ONE: "west", OTHER: "isles"}
        for organization, territory in homes.items():
            its = t.organizations.c.id == organization
            await tx.execute(sa.update(t.organizations).where(its).values(territory=territory))
            await tx.execute(
                sa.update(t.obligations)
                .where(t.obligations.c.organization_id == organization)
                .values(territory=territory)
            )
        others = t.obligations.c.organization_id.not_in(homes)
        await tx.execute(sa.update(t.obligations).where(others).values(territory=""))
        for round_ in (await tx.execute(sa.select(t.rounds))).all():
            for territory, by in {"": timedelta(), **LATER}.items():
                await tx.execute(
                    t.openings.insert().values(
                        round_id=round_.id,
                        territory=territory,
                        opens_at=round_.opens_at + (by if by < timedelta(days=1) else timedelta()),
                        due_at=round_.due_at + by,
                        closes_at=round_.closes_at + by,
                        opened_at=round_.opened_at,
                    )
                )
                if territory:
                    due_at = round_.due_at + by
                    owed = (t.obligations.c.round_id == round_.id, t.obligations.c.territory == territory)
                    await tx.execute(sa.update(t.obligations).where(*owed).values(due_at=due_at, first_due_at=due_at))

    await autumn.apply(placed)
    return autumn


async def rows(making: Making, of: Job, sheet: str) -> list[list[Any]]:
    _, files = await making(of)
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(files[0], data_only=True)[sheet].iter_rows()]


def lines(found: list[list[Any]]) -> str:
    return "\n".join(" | ".join("" if cell is None else str(cell) for cell in row) for row in found)


@pytest.mark.slow
async def test_a_workbook_says_days_where_they_are_due(far: Storage, making_of: Callable[[Storage], Making]) -> None:
    making = making_of(far)
    head, *data = await rows(making, job(), "Данные")
    place = {name: column for column, name in enumerate(head)}
    # Hours are those of each organization: it was asked at nine and had time until six.
    assert {cells[place["Срок"]].hour for cells in data} == {18}
    assert {cells[place["Открыт"]].hour for cells in data if cells[place["Территория"]] == "Западный"} == {9}
    days = {cells[place["Территория"]]: set[datetime]() for cells in data}
    for cells in data:
        if cells[place["Поручение"]] == CLUB:
            days[cells[place["Территория"]]].add(cells[place["Срок"]].date())
    assert days["Западный"] == days["Без территории"]
    assert days["Островной"] == {day + timedelta(days=1) for day in days["Западный"]}
    # The heading of all has the department's day; a territory's says its own if it is another.
    told = lines(await rows(making, job(), CLUB))
    assert f"Срок {DUE}" in told
    assert f"Островной район. Срок {NEXT}. " in told
    assert "Западный район. Представ" in told
    assert "время ответов местное" in told
    # Whoever reads of one territory is told its day, and reads by its clock.
    told = lines(await rows(making, job(ReportKind.WORKBOOK, "isles"), CLUB))
    assert f"Срок {NEXT}" in told
    assert DUE not in told
    told = lines(await rows(making, job(ReportKind.WORKBOOK, "west"), CLUB))
    assert f"Срок {DUE}" in told
    assert f"по состоянию на {ledgers.NOW:%d.%m.%Y} 04:00" in told
    assert "местное" not in told


@pytest.mark.slow
async def test_the_board_and_the_chief_s_report_say_it_too(
    far: Storage, making_of: Callable[[Storage], Making]
) -> None:
    making = making_of(far)
    _, files = await making(job(ReportKind.BOARD, directive="school-sports-clubs"))
    blocks = dict(re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', files[0].read_text()))
    board, answers = json.loads(blocks["board"]), json.loads(blocks["answers-0"])
    assert board["columns"][0]["due"] == "2026-10-15"
    assert board["made"].endswith("время ответов местное")
    moved = {
        board["territories"][board["organizations"][int(place)][-1]]: (its["due"], "extended" in its)
        for place, its in answers.items()
        if "due" in its
    }
    assert moved == {"Островной": (NEXT, False)}
    for theirs, due in ((), "15 октября"), (("isles",), "16 октября"), (("west",), "15 октября"):
        _, files = await making(job(ReportKind.EXECUTION, *theirs, directive="school-sports-clubs"))
        said = "\n".join(each.text.replace("\u00a0", " ") for each in docx.Document(str(files[0])).paragraphs)
        assert f"рок — {due}" in said, theirs
        # It is handed on, and says whose it is.
        assert [f" {short} район." in said for short in NAMES.values()] == [id in theirs for id in NAMES], theirs


async def test_own_answers_go_by_the_clock_they_were_due_by(
    far: Storage, making_of: Callable[[Storage], Making]
) -> None:
    """It is no other day when the school has moved since."""
    making = making_of(far)
    sheet = "2026-2027"
    own = job(ReportKind.OWN, organization=ONE, first=None, last=None)
    before = [row[2] for row in await rows(making, own, sheet)]
    assert DUE in before
    assert NEXT not in before
    its = t.organizations.c.id == ONE
    await far.apply(lambda tx: tx.execute(sa.update(t.organizations).where(its).values(territory="isles")))
    assert [row[2] for row in await rows(making, own, sheet)] == before


@pytest.mark.slow
async def test_a_total_says_whose_it_is(far: Storage, making_of: Callable[[Storage], Making]) -> None:
    making = making_of(far)
    gone = {"id": "west", "name": "Бывший западный район", "short": "Бывший западный", "place": 0}
    former = t.territories.insert().values(gone)
    only = sa.delete(t.obligations).where(t.obligations.c.organization_id != ONE)
    for theirs, known, total in (
        ((), TERRITORIES, "Итого по всем территориям"),
        (("west",), TERRITORIES, "Итого: Западный"),
        # What it was called stays known of one that is gone.
        (("west",), {"isles": TERRITORIES["isles"]}, "Итого: Бывший западный"),
        # Nobody else was asked.
        ((), TERRITORIES, "Итого: Западный"),
    ):
        if "Бывший" in total:
            await far.apply(lambda tx: tx.execute(former))
        elif not theirs and total != "Итого по всем территориям":
            await far.apply(lambda tx: tx.execute(only))
        of = job(ReportKind.WORKBOOK, *theirs)
        of = replace(of, letterhead=replace(of.letterhead, territories=known))
        assert f"| {total} |" in lines(await rows(making, of, CLUB)), total
        drawn = replace(of, order=replace(of.order, kind=ReportKind.DYNAMICS, directive="school-sports-clubs"))
        made, _ = await making(drawn)
        assert f"{total[0].lower()}{total[1:]}" in made.caption
