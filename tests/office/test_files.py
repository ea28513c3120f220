"""What the bot reads of lists that office programs save, and what they make of its other files."""

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.catalog.roster import reading
from bot.catalog.tables import table
from bot.domain.ledger.report import ReportKind
from bot.storage.engine.database import Storage
from tests.catalog.sheets import book, example, rows_of
from tests.office.programs import PROGRAMS, LibreOffice, OnlyOffice, Program, needed
from tests.reports import ledgers
from tests.reports.conftest import Making, autumn, making_of
from tests.texts.department import Report

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]

EACH = [
    pytest.param(program, format_, id=f"{program.name}-{format_}")
    for program in PROGRAMS
    for format_ in program.formats
]
WRITERS = [pytest.param(program, id=program.name) for program in (LibreOffice(), OnlyOffice())]

__all__ = ["autumn", "making_of"]


@pytest.mark.parametrize(("program", "format_"), EACH)
def test_a_list_of_organizations_is_read_as_it_was(tmp_path: Path, program: Program, format_: str) -> None:
    """With codes that only their format shows whole (007)."""
    needed(program)
    catalog = example()
    entries = [entry for entry in catalog.roster if "department" not in entry.types]
    heading, *lines = rows_of(entries, catalog, titles=True)
    codes = heading.index("Код")
    for number, line in enumerate(lines, start=7):
        line[codes] = f"{number:03}"

    source = tmp_path / "roster.xlsx"
    document = openpyxl.load_workbook(io.BytesIO(book([heading, *lines])))
    for number, _ in enumerate(lines, start=7):
        cell = document.active.cell(number - 5, codes + 1)
        cell.value, cell.number_format = number, "000"
    document.save(source)
    before = reading.read(source.read_bytes(), catalog, ()).entries
    (saved,) = program.use(source, _folder(tmp_path), (), format_)
    assert reading.read(saved.read_bytes(), catalog, ()).entries == before
    assert [entry.code for entry in before] == [f"{number:03}" for number in range(7, 7 + len(lines))]


@pytest.mark.parametrize(("program", "format_"), EACH)
async def test_the_answers_of_a_school_stay_as_they_were(
    autumn: Storage, making_of: Any, tmp_path: Path, program: Program, format_: str
) -> None:
    needed(program)
    make: Making = making_of(autumn)
    _, (source,) = await make(ledgers.job(ReportKind.OWN, organization=3))
    plain = source.rename(tmp_path / "own.xlsx")
    (saved,) = program.use(plain, _folder(tmp_path), (), format_)
    assert len(texts(plain)) > 20
    assert texts(saved) == texts(plain)


@pytest.mark.parametrize("program", WRITERS)
async def test_the_execution_report_can_be_printed(
    autumn: Storage, making_of: Any, tmp_path: Path, program: Program
) -> None:
    needed(program)
    make: Making = making_of(autumn)
    _, files = await make(ledgers.job(ReportKind.EXECUTION))
    source = next(file for file in files if file.suffix == ".docx").rename(tmp_path / "execution.docx")
    printed, text = program.use(source, _folder(tmp_path), (), "pdf", "txt")
    words = text.read_text(encoding="utf-8-sig")
    assert Report.REPORTED in words
    assert "2.4 Школьный спортивный клуб" in words
    assert printed.read_bytes().startswith(b"%PDF")
    assert 3 < len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) < 40


def texts(path: Path) -> Sequence[str]:
    """What the sheets of a workbook hold, cell by cell."""
    sheets = table.read(path.read_bytes(), lambda _: False)
    return [cell for sheet in sheets for _, cells in sheet.rows for cell in cells if cell]


def _folder(within: Path) -> Path:
    folder = within / "saved"
    folder.mkdir()
    return folder
