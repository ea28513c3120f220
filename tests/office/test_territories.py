"""The sums of a region, as an office program computes them: those that the file came with, sorted or not."""

import re
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
import sqlalchemy as sa

from bot.reports import making
from bot.storage import schema as t
from tests.office.programs import LibreOffice, needed
from tests.reports import ledgers
from tests.reports.test_by_territory import job

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]


def without_results(file: Path, blank: Path) -> Path:
    """The file with formulas that nobody has computed yet."""
    with ZipFile(file) as made, ZipFile(blank, "w", ZIP_DEFLATED) as stripped:
        for name in made.namelist():
            content = made.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content).replace(b' t="str"', b"")
            stripped.writestr(name, content)
    return blank


def results(file: Path, like: Path) -> dict[tuple[str, str], Any]:
    """What the formulas of the file `like` come to in the other one, by sheet and cell."""
    computed = openpyxl.load_workbook(file, data_only=True)
    return {
        (sheet.title, cell.coordinate): computed[sheet.title][cell.coordinate].value or ""
        for sheet in openpyxl.load_workbook(like)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


async def test_computed_anew_the_sums_are_the_same(tmp_path: Path) -> None:
    needed(LibreOffice())
    storage = await ledgers.filled(tmp_path, 40)
    own = t.obligations.c.organization_id
    territory = sa.case(*((own % 4 == place, id) for place, id in enumerate(("north", "south", "east"))), else_="")
    await storage.apply(lambda tx: tx.execute(sa.update(t.obligations).values(territory=territory)))
    async with storage.read() as tx:
        made = await making.make(tx, job(apart=True), tmp_path)
    await storage.close()
    (file,) = (tmp_path / name for name in made.files)
    blank = without_results(file, tmp_path / "blank.xlsx")
    (computed,) = LibreOffice().use(blank, tmp_path / "computed", [], "xlsx")
    expected, found = results(file, file), results(computed, file)
    assert len(expected) > 100
    assert {key: value for key, value in found.items() if value != pytest.approx(expected[key])} == {}
