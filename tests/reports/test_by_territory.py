"""Reports of a region: totals by territory that add up, rows of territories, and nothing of it for whoever has none."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
import pytest
import sqlalchemy as sa

from bot.catalog.answers_sheet import read
from bot.domain.ledger.obligation import ObligationState
from bot.domain.ledger.report import Order, ReportKind
from bot.domain.people.member import Limits
from bot.domain.people.territory import Known
from bot.reports.job import Job
from bot.storage import schema as t
from bot.storage.engine.database import Storage
from tests.reports import ledgers
from tests.reports.conftest import Making

# One of them with letters that mean something in a criterion of a formula, one with those that no sheet may have.
NORTH, SOUTH, EAST = "Северный «*?» район", "Южный/Западный куст [с очень длинным именем]", "Восточный"
TERRITORIES = {
    "north": Known("north", "Северный район", NORTH),
    "south": Known("south", SOUTH, SOUTH),
    "east": Known("east", "Восточный район", EAST),
}
NONE, ALL = "Без территории", "Итого по всем территориям"
CLUB = "2.4 Школьный спортивный клуб"


def job(kind: ReportKind = ReportKind.WORKBOOK, limits: Limits | None = None, **order: Any) -> Job:
    """A report of the region's autumn."""
    made = ledgers.job(kind, **order)
    head = replace(made.letterhead, territories=TERRITORIES)
    return replace(made, letterhead=head, order=made.order.within(limits or Limits()))


@pytest.fixture
async def region(autumn: Storage) -> Storage:
    """Organizations by turns in three territories and in none; one was asked elsewhere, before it moved."""
    ids = ("north", "south", "east", "")
    own = t.organizations.c.id

    def its(column: sa.ColumnElement[int]) -> sa.ColumnElement[str]:
        return sa.case(*((column % 4 == place, territory) for place, territory in enumerate(ids[:3])), else_="")

    await autumn.apply(lambda tx: tx.execute(sa.update(t.organizations).values(territory=its(own))))
    asked = sa.update(t.obligations).values(territory=its(t.obligations.c.organization_id))
    await autumn.apply(lambda tx: tx.execute(asked))
    moved = sa.update(t.organizations).where(own == 4).values(territory="south")
    await autumn.apply(lambda tx: tx.execute(moved))
    return autumn


def rows_of(file: Path, sheet: str, *, cached: bool = True) -> list[list[Any]]:
    """The cells of a sheet, or its formulas."""
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(file, data_only=cached)[sheet].iter_rows()]


@pytest.mark.slow
async def test_the_region_is_the_sum_of_its_territories(
    region: Storage, making_of: Callable[[Storage], Making]
) -> None:
    _, files = await making_of(region)(job())
    rows = rows_of(files[0], CLUB)
    head = next(row for row in rows if "Территория" in row)
    members = next(place for place, text in enumerate(head) if str(text).startswith("Занимается"))
    totals = {row[2]: row[members] for row in rows if str(row[2]).startswith("Итого")}
    assert list(totals) == [f"Итого: {NORTH}", f"Итого: {SOUTH}", f"Итого: {EAST}", f"Итого: {NONE}", ALL]
    everywhere = Decimal(totals.pop(ALL))
    assert everywhere == sum(Decimal(total) for total in totals.values() if total not in (None, ""))
    by_row: dict[str, Decimal] = {}
    for row in rows:
        if str(row[0]).startswith("o:") and row[members] is not None:
            by_row[row[3]] = by_row.get(row[3], Decimal(0)) + Decimal(row[members])
    assert {f"Итого: {name}": total for name, total in by_row.items()} == {
        name: Decimal(total) for name, total in totals.items() if total not in (None, "")
    }
    formulas = {
        row[2]: row[members] for row in rows_of(files[0], CLUB, cached=False) if str(row[2]).startswith("Итого")
    }
    assert "SUMIFS(" in formulas[f"Итого: {NORTH}"]
    # What has a meaning in a criterion is meant as it stands.
    assert '"=Северный «~*~?» район"' in formulas[f"Итого: {NORTH}"]
    assert "SUM(" in formulas[ALL]
    # Rows of territories open and close.
    sheet = openpyxl.load_workbook(files[0])[CLUB]
    bands = [row for row in sheet.iter_rows() if str(row[1].value).startswith(("Северный район.", "Восточный район."))]
    assert len(bands) == 2
    assert all(sheet.row_dimensions[row[0].row].outlineLevel == 0 for row in bands)
    assert all(sheet.row_dimensions[row[0].row + 1].outlineLevel == 1 for row in bands)
    assert not sheet.sheet_properties.outlinePr.summaryBelow


@pytest.mark.slow
async def test_the_first_sheet_has_a_row_for_each_territory(
    region: Storage, making_of: Callable[[Storage], Making]
) -> None:
    made, files = await making_of(region)(job())
    book = openpyxl.load_workbook(files[0])
    assert book.sheetnames[:2] == ["По территориям", "Сводка"]
    rows = rows_of(files[0], "По территориям")
    totals = {row[2]: row[3:7] for row in rows if isinstance(row[3], int | float)}
    assert list(totals) == ["Северный район", SOUTH, "Восточный район", NONE, ALL]
    everywhere = totals.pop(ALL)
    assert everywhere == [sum(counts) for counts in zip(*totals.values(), strict=True)]
    # As the caption says it, which counts the region as a whole.
    wanted, answered = everywhere[:2]
    assert f"Представили {answered} из {wanted}" in made.caption
    formulas = rows_of(files[0], "По территориям", cached=False)
    assert all(str(cell).startswith("=") for row in formulas[4:] if row[2] for cell in row[3:9])
    data = rows_of(files[0], "Данные")
    assert data[0][-1] == "Территория"
    assert {row[-1] for row in data[1:]} == {NORTH, SOUTH, EAST, NONE}


@pytest.mark.slow
async def test_a_sheet_for_each_territory_comes_on_demand(
    region: Storage, making_of: Callable[[Storage], Making]
) -> None:
    _, files = await making_of(region)(job(apart=True))
    names = openpyxl.load_workbook(files[0]).sheetnames
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)
    north = next(name for name in names if name.startswith("Северный"))
    assert EAST in names
    organizations = {row[2] for row in rows_of(files[0], north)[7:] if row[2]}
    everywhere = {row[2] for row in rows_of(files[0], "Сводка")[7:] if row[2]}
    assert organizations
    assert organizations < everywhere
    # Of one directive it has its rows, and no keys: answers come back on the directive's own sheet.
    _, files = await making_of(region)(job(apart=True, directive="school-sports-clubs"))
    rows = rows_of(files[0], EAST)
    assert any(row[2] == f"Итого: {EAST}" for row in rows)
    assert not any(str(row[0]).startswith(("o:", "#")) for row in rows)
    assert any("Ответы вносят на листе поручения" in str(row[1]) for row in rows)
    table = read(files[0].read_bytes())
    assert {row.sheet for row in table.rows} == {CLUB}
    assert (table.strangers, table.foreign, table.lost) == ((), (), ())


@pytest.mark.slow
async def test_who_has_one_territory_or_none_gets_what_everybody_gets(
    region: Storage, making_of: Callable[[Storage], Making]
) -> None:
    """To whoever has to do with one territory the level says nothing but whose it is, and whose the total."""

    async def content(of: Job, total: str = "Итого по району", whose: str = "") -> dict[str, bytes]:
        _, files = await making_of(region)(of)
        with ZipFile(files[0]) as made:
            inside = {name: made.read(name) for name in made.namelist() if not name.startswith("docProps")}
        assert any(total.encode() in sheet for sheet in inside.values())
        of_whom = f"{whose}, с ".encode() if whose else "с ".encode()
        assert any(of_whom in sheet for sheet in inside.values())
        return {
            name: sheet.replace(total.encode(), b"Total").replace(of_whom, "с ".encode())
            for name, sheet in inside.items()
        }

    without = replace(job(), letterhead=ledgers.head())
    # XlsxWriter says something else of the font in the first file that a process makes.
    await content(without)
    one = Limits(territories=frozenset({"north"}))
    assert await content(replace(without, order=without.order.within(one))) == await content(
        job(limits=one), f"Итого: {NORTH}", "Северный район"
    )
    both = Limits(territories=frozenset({"north", "east"}))
    assert await content(replace(without, order=without.order.within(both))) != await content(
        job(limits=both), f"Итого: {NORTH}, {EAST}", f"{NORTH}, {EAST}"
    )
    await region.apply(lambda tx: tx.execute(sa.update(t.obligations).values(territory="")))
    assert await content(without) == await content(job(apart=True), ALL)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [ReportKind.MATRIX, ReportKind.COMPLETION])
async def test_pictures_have_rows_of_territories(
    region: Storage, making_of: Callable[[Storage], Making], kind: ReportKind
) -> None:
    made, files = await making_of(region)(job(kind))
    assert made.pictures
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)


@pytest.mark.slow
async def test_the_report_for_the_chief_goes_by_territory(
    region: Storage, making_of: Callable[[Storage], Making]
) -> None:
    _, files = await making_of(region)(job(ReportKind.EXECUTION))
    document = docx.Document(str(files[0]))
    table = document.tables[0]
    cells = [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows]
    assert [row[0] for row in cells] == ["Территория", "Северный район", SOUTH, "Восточный район", NONE, ALL]
    for column in (1, 2, 4, 5):
        assert int(cells[-1][column]) == sum(int(row[column]) for row in cells[1:-1])
    said = "\n".join(paragraph.text.replace("\u00a0", " ") for paragraph in document.paragraphs)
    assert re.search(r"Не представили.*: (Северный|Южный|Восточный|Без территории).* — \d+ \(", said)


@pytest.mark.slow
async def test_a_ministry_prints_numbers_where_there_are_many(
    tmp_path: Path, making_of: Callable[[Storage], Making]
) -> None:
    storage = await ledgers.filled(tmp_path, 40)
    its = t.obligations.c.organization_id % 4
    territory = sa.case((its == 0, "north"), (its == 1, "east"), else_="south")
    silent = sa.update(t.obligations).values(territory=territory, state=ObligationState.OPEN, version=0)
    await storage.apply(lambda tx: tx.execute(silent))
    await storage.apply(lambda tx: tx.execute(sa.delete(t.replies)))
    _, files = await making_of(storage)(job(ReportKind.EXECUTION))
    await storage.close()
    said = "\n".join(each.text.replace("\u00a0", " ") for each in docx.Document(str(files[0])).paragraphs)
    found = re.search(rf"Не представили: (\d+), из них: {re.escape(SOUTH)} — (\d+), (.+) — (\d+), (.+) — (\d+)\.", said)
    assert found is not None
    whole, first, _, second, _, third = found.groups()
    assert int(whole) == int(first) + int(second) + int(third) > 30
    assert int(first) >= int(second) >= int(third)
    # Few of the silent are named still: those of the department itself.
    assert re.search(r"Не представили: [^—]+ — 1 \(", said)


async def test_an_order_remembers_that_sheets_are_apart() -> None:
    order = Order(ReportKind.WORKBOOK, apart=True)
    assert Order.of(order.data).apart
    assert "apart" not in Order(ReportKind.WORKBOOK).data
