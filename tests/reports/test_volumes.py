"""A workbook that is too large for one sheet, or for what Telegram takes, is divided, and nothing is lost."""

import gc
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path
from typing import Any
from weakref import WeakSet

import openpyxl
import pytest
import sqlalchemy as sa
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from bot.catalog import answers_sheet
from bot.reports import workbook
from bot.reports.workbook.book import Book
from bot.reports.workbook.directive_sheet import KEYS
from bot.storage.engine.database import Storage
from bot.storage.schema import replies
from tests.reports import ledgers
from tests.reports.conftest import Making

LARGEST = 60_000


def keys(sheets: list[Worksheet]) -> Counter[str]:
    """The rows of organizations on directives' sheets, as they can be read back."""
    return Counter(
        str(row[0].value)
        for sheet in sheets
        for row in sheet.iter_rows(max_col=1)
        if str(row[0].value).startswith("o:")
    )


def flat(sheets: list[Worksheet]) -> Counter[tuple[Any, ...]]:
    """The rows of the flat ledger."""
    return Counter(
        row
        for sheet in sheets
        if sheet.title.startswith("Данные")
        for row in sheet.iter_rows(min_row=2, min_col=2, values_only=True)
    )


def totals(sheets: list[Worksheet]) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in the rows of totals, by directive, blanks left out."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for sheet in sheets:
        number = sheet.title.split()[0]
        for row in sheet.iter_rows(values_only=True):
            if "Итого по району" in row:
                found.setdefault(number, []).append(tuple(cell for cell in row[3:] if cell not in (None, "")))
    return found


def sheets_of(files: list[Path]) -> list[Worksheet]:
    """The sheets of all files with the values that the bot has written beside formulas."""
    return [sheet for path in files for sheet in openpyxl.load_workbook(path, data_only=True)]


@pytest.fixture
async def year(tmp_path: Path) -> AsyncIterator[Storage]:
    """A ledger in which some directives have several periods."""
    (folder := tmp_path / "year").mkdir()
    storage = await ledgers.filled(folder, 5, last=date(2027, 2, 28))
    yield storage
    await storage.close()


@pytest.fixture
async def whole(autumn: Storage, making_of: Callable[[Storage], Making]) -> list[Worksheet]:
    """The sheets of the workbook in one file."""
    _, files = await making_of(autumn)(ledgers.job())
    assert len(files) == 1
    return sheets_of(files)


@pytest.mark.slow
async def test_a_workbook_too_large_for_telegram_comes_in_parts(
    year: Storage, making_of: Callable[[Storage], Making]
) -> None:
    order = ledgers.job(last=date(2027, 2, 28))
    _, (file,) = await making_of(year)(order)
    whole = sheets_of([file])
    made, files = await making_of(year)(replace(order, largest=LARGEST))
    assert len(files) > 2
    assert all(path.stat().st_size <= LARGEST for path in files)
    assert made.files[1] == f"Свод, часть 2 из {len(files)} 01.09.2026-28.02.2027.xlsx"
    assert len(made.notes) == len(files) - 1
    assert made.notes[0].startswith(f"Часть 2 из {len(files)}: с «2.1 Рассмотрение нацпроекта в коллективе» по «")
    parts = sheets_of(files)
    assert keys(parts) == keys(whole)
    assert max(keys(parts).values()) == 1
    assert flat(parts) == flat(whole)
    assert totals(parts) == totals(whole)
    # What is about all of it stands in the first, and says the same.
    assert [sheet.title for sheet in openpyxl.load_workbook(files[0])] == ["Сводка", "Динамика"]
    for title in ("Сводка", "Динамика"):
        one, other = (next(sheet for sheet in sheets if sheet.title == title) for sheets in (parts, whole))
        assert list(one.values) == list(other.values)
    # No formula asks for another file.
    formulas = [
        cell.value
        for path in files
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if str(cell.value).startswith("=")
    ]
    assert formulas
    assert not any("[" in formula or "#REF" in formula for formula in formulas)


@pytest.mark.slow
async def test_a_finished_part_is_held_in_memory_no_longer(
    year: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive, held, begin = WeakSet[xlsxwriter.Workbook](), list[int](), xlsxwriter.Workbook.__init__

    def noted(self: xlsxwriter.Workbook, *arguments: Any, **options: Any) -> None:
        gc.collect()
        alive.add(self)
        held.append(len(alive))
        begin(self, *arguments, **options)

    monkeypatch.setattr(xlsxwriter.Workbook, "__init__", noted)
    (folder := tmp_path / "parts").mkdir()
    async with year.read() as tx:
        order = replace(ledgers.job(last=date(2027, 2, 28)), largest=LARGEST // 2)
        made = await workbook.make(tx, order, folder)
    assert len(made.files) > 4
    # The summary's, the directives', the flat ledger's, and the one that ends when another begins.
    assert max(held) == 4 < len(held)


@pytest.mark.slow
async def test_each_part_comes_back_by_itself(autumn: Storage, making_of: Callable[[Storage], Making]) -> None:
    _, files = await making_of(autumn)(replace(ledgers.job(), largest=LARGEST))
    read = [
        row
        for path in files
        if any(sheet["A5"].value == KEYS for sheet in openpyxl.load_workbook(path))
        for row in answers_sheet.read(path.read_bytes()).rows
    ]
    _, (file,) = await making_of(autumn)(ledgers.job())
    together = answers_sheet.read(file.read_bytes()).rows
    assert {row.obligation_id: row.cells for row in read} == {row.obligation_id: row.cells for row in together}


@pytest.mark.slow
async def test_what_cannot_be_packed_is_divided_anew(autumn: Storage, making_of: Callable[[Storage], Making]) -> None:
    """Long texts that repeat nothing are larger in the file than anybody could know before it is finished."""
    async with autumn.write() as tx:
        for row in (await tx.execute(sa.select(replies.c.id, replies.c["values"]))).all():
            given = {
                name: secrets.token_hex(700) if "занятия" in str(value) else value for name, value in row[1].items()
            }
            await tx.execute(sa.update(replies).where(replies.c.id == row.id).values(values=given))
    made, files = await making_of(autumn)(replace(ledgers.job(), largest=LARGEST))
    assert len(files) > 2
    assert all(path.stat().st_size <= LARGEST for path in files)
    assert {path.name for path in files[0].parent.iterdir()} == set(made.files)


@pytest.mark.slow
async def test_a_sheet_that_is_full_goes_on_in_another(
    autumn: Storage, making_of: Callable[[Storage], Making], whole: list[Worksheet], tmp_path: Path
) -> None:
    (folder := tmp_path / "short").mkdir()
    async with autumn.read() as tx:
        made = await workbook.make(tx, ledgers.job(), folder, rows=16)
    book = openpyxl.load_workbook(folder / made.files[0], data_only=True)
    assert {"Данные", "Данные 2", "Данные 3"} <= set(book.sheetnames)
    directives = [sheet for sheet in book if sheet["A5"].value == KEYS]
    assert all(sheet.max_row <= 16 for sheet in [*directives, book["Данные"], book["Данные 2"]])
    assert keys(list(book)) == keys(whole)
    assert flat(list(book)) == flat(whole)
    assert totals(list(book)) == totals(whole)
    assert any("(продолжение)" in str(sheet["B4"].value) for sheet in directives)
    rows = answers_sheet.read((folder / made.files[0]).read_bytes())
    assert len(rows.rows) == len(keys(whole))
    assert (rows.strangers, rows.foreign) == ((), ())


def test_a_file_that_cannot_be_completed_is_the_disk_s_fault(tmp_path: Path) -> None:
    """The library has an error of its own for it, which would pass for a fault of the program."""
    book = Book(tmp_path / "r.xlsx", UTC)
    (tmp_path / "r.xlsx").mkdir()
    with pytest.raises(OSError, match="Is a directory"):
        book.close()
