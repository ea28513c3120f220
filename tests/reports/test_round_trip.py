"""A workbook of a whole autumn comes back."""

import io
import random
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from bot.catalog import answers_sheet
from bot.domain.fields.field import FieldKind, When
from bot.domain.ledger.entered import Entered, compare
from bot.domain.ledger.obligation import ObligationState
from bot.domain.ledger.report import ReportKind
from bot.domain.people.member import Limits
from bot.storage.engine.database import Storage
from bot.storage.ledger import entering
from bot.views.values import Style, value_text
from tests.reports import ledgers
from tests.reports.conftest import Making

# What is typed over, so that no rule between fields is broken.
_TYPED = {
    FieldKind.TEXT: "Исправлено № {}",
    FieldKind.LINK: "https://vk.com/club{}",
    FieldKind.DATE: "2026-10-{}",
}


@pytest.fixture
def made_of(making_of: Any, autumn: Storage) -> Making:
    made: Making = making_of(autumn)
    return made


async def read_back(storage: Storage, content: bytes, limits: Limits = Limits()) -> Entered:  # noqa: B008
    table = answers_sheet.read(content)
    async with storage.read() as tx:
        found, newest = await entering.enterable(tx, [sheet_row.obligation_id for sheet_row in table.rows], limits)
    today = ledgers.NOW.astimezone(ledgers.ZONE).date()
    return compare(table.rows, found, newest, today, lambda field, value: value_text(field, value, Style.CELL))


@pytest.mark.slow
async def test_what_nobody_touched_changes_nothing(autumn: Storage, made_of: Making) -> None:
    _, files = await made_of(ledgers.job())
    content = files[0].read_bytes()
    table = answers_sheet.read(content)
    entered = await read_back(autumn, content)
    assert (entered.changes, entered.conflicts, entered.faults) == ((), (), ())
    assert entered.unchanged == len(table.rows) > 70
    assert (table.strangers, table.foreign) == ((), ())
    # Rows of the same sheet for somebody whose matter they are not.
    foreign = await read_back(autumn, content, Limits(types=frozenset({"preschool"})))
    assert 0 < len(foreign.faults) < len(table.rows)


@pytest.mark.slow
async def test_each_cell_that_is_typed_over_is_found(autumn: Storage, made_of: Making) -> None:
    _, files = await made_of(ledgers.job(ReportKind.WORKBOOK))
    before = answers_sheet.read(files[0].read_bytes()).rows
    async with autumn.read() as tx:
        obligations, newest = await entering.enterable(tx, [sheet_row.obligation_id for sheet_row in before], Limits())
    book = openpyxl.load_workbook(files[0])
    die = random.Random(3)
    typed: dict[int, str] = {}
    for row in before:
        reply = newest.get(row.obligation_id)
        obligation = obligations[row.obligation_id]
        fields = [each for each in obligation.round.directive.fields if each.kind in _TYPED]
        if reply is None or reply.not_ours or obligation.state is not ObligationState.ANSWERED:
            continue
        field = next((each for each in fields if each.id in reply.values), None)
        if field is None or die.random() < 0.3:
            continue
        sheet = book[row.sheet]
        keys = next(cells for cells in sheet.iter_rows() if cells[0].value == "#answers:1")
        column = next(cell.column for cell in keys if cell.value == f"field:{field.id}")
        format_ = "2027-03-{}" if field.when is When.FUTURE else _TYPED[field.kind]
        typed[row.obligation_id] = format_.format(die.randrange(10, 28))
        sheet.cell(row.row, column).value = typed[row.obligation_id]
    out = io.BytesIO()
    book.save(out)
    entered = await read_back(autumn, out.getvalue())
    assert len(typed) > 3
    assert {change.obligation.id: change.differences[0][2] for change in entered.changes} == typed
    assert all(len(change.differences) == 1 for change in entered.changes)
    assert (entered.conflicts, entered.faults) == ((), ())


@pytest.mark.slow
async def test_the_filter_keeps_keys_and_rows_together(made_of: Making) -> None:
    """Who sorts by the filter's arrows sorts the hidden column of keys along."""
    _, files = await made_of(ledgers.job())
    book = openpyxl.load_workbook(files[0])
    filters = [sheet.auto_filter.ref for sheet in book if sheet["A5"].value == "#answers:1"]
    assert filters
    assert all(one.startswith("A6:") for one in filters)
    assert len(CalamineWorkbook.from_path(files[0]).sheet_names) == len(book.sheetnames)
