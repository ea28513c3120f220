"""Whoever holds one report against another, with a calculator, finds the same numbers in all of them."""

import io
import re
from typing import Any

import docx
import openpyxl
import pytest

from bot.domain.ledger.report import Execution, Outcome
from bot.domain.people.member import Limits
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Tx
from bot.storage.ledger import decisions, obligations
from bot.storage.schema import rounds
from tests.handlers.department.staff import chief, small_world
from tests.reports.boards import data_of
from tests.texts.department import Control, Digest, Report, ReportMenu
from tests.texts.example import Club
from tests.texts.heads import Form
from tests.world import Head, World

TAP = "Положение утверждено"
# Answered, of how many, in per cent, in time.
Numbers = tuple[int, int, int, int]
_TOLD = re.compile(rf"{Report.REPORTED} (\d+) из (\d+) \((\d+)\s%\), в срок (\d+)")

# Six reports are made, each by a process of its own.
pytestmark = pytest.mark.timeout(300)

world, admin = small_world(), chief


@pytest.fixture
async def heads(world: World, admin: Head) -> None:
    """Two of three have answered one request in time, nobody the other; both are overdue."""
    people = []
    for id, name, type_, organization in (
        (101, "Иванова Мария", "Общее", "Сосновоозёрская"),
        (102, "Петров Олег", "Общее", "Белоярская"),
        (103, "Сидорова Ольга", "Дошкольное", "Ёлочка"),
    ):
        person = await world.person(name, id)
        await person.join(type_, organization)
        people.append(person)
    await world.at("2026-10-06 09:00")
    first, _, garden = people
    await first.press(TAP, Form.YES)
    await garden.press(Form.YES)
    await world.at("2026-10-16 09:00")


def told(text: str) -> Numbers:
    """The numbers of a sentence that all reports share."""
    found = _TOLD.search(text)
    assert found, text
    answered, wanted, percent, on_time = map(int, found.groups())
    return answered, wanted, percent, on_time


async def ledger(world: World) -> dict[str, Execution]:
    """What the database counts, by directive."""
    async with world.storage.read() as tx:
        of_round = {row.id: row.directive_id for row in await tx.execute(rounds.select())}
        counted = await ledger_report.executions(tx, list(of_round), Limits(), world.now)
    return {of_round[id]: execution for id, execution in counted.items()}


def numbers(execution: Execution) -> Numbers:
    """The execution as it is told."""
    percent = (200 * execution.answered + execution.wanted) // (2 * execution.wanted)
    return execution.answered, execution.wanted, percent, execution.on_time


async def ordered(admin: Head, kind: str) -> str:
    """Orders a report from the desk; what its message says."""
    await admin.send("/panel")
    await admin.press(ReportMenu.HEADING, kind)
    return await admin.sees()


def of_workbook(content: bytes) -> tuple[Numbers, dict[str, int]]:
    """The totals of the summary, and what the rows of the directives' sheets add up to."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    headings, totals = ([cell.value for cell in book[Report.SUMMARY][row]] for row in (7, 4))
    at = {text: totals[place] for place, text in enumerate(headings) if text}
    statuses: dict[str, int] = {}
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            if str(row[0]).startswith("o:"):
                statuses[str(row[3])] = statuses.get(str(row[3]), 0) + 1
    organizations = [row for row in book[Report.SUMMARY].iter_rows(min_row=8, values_only=True) if row[2]]
    for text in ("Ожидалось к сроку", Control.REPORTED):
        assert sum(row[headings.index(text)] for row in organizations) == at[text]
    share = round(100 * at["Представлено, %"])
    on_time = sum(
        round(row[headings.index("В срок, %")] * row[headings.index("Ожидалось к сроку")]) for row in organizations
    )
    return (at[Control.REPORTED], at["Ожидалось к сроку"], share, on_time), statuses


def of_document(content: bytes) -> Numbers:
    """The last row of the table of the execution report."""
    tables = [
        table for table in docx.Document(io.BytesIO(content)).tables if table.rows[0].cells[1].text == "Ожидалось"
    ]
    _, wanted, answered, share, on_time, *_ = (cell.text for cell in tables[0].rows[-1].cells)
    return int(answered), int(wanted), int(share.removesuffix("\u00a0%").removesuffix(" %")), int(on_time)


def of_board(content: bytes) -> dict[str, int]:
    """What the cells of the board count as."""
    board = data_of(content.decode())["board"]
    looks = dict(zip(board["letters"], board["looks"], strict=False))
    counted: dict[str, int] = {}
    for column in board["columns"]:
        for letter in column["cells"]:
            if letter != ".":
                outcome = looks[letter]["outcome"]
                counted[outcome] = counted.get(outcome, 0) + 1
    return counted


async def agree(world: World, admin: Head) -> dict[str, Execution]:
    """Holds every file and screen against the ledger, which it returns."""
    of = await ledger(world)
    total = sum(of.values(), Execution())
    assert told(await ordered(admin, ReportMenu.WORKBOOK)) == numbers(total)
    sums, statuses = of_workbook((await admin.received_file())[1])
    assert sums == numbers(total)
    assert statuses.get("Просрочено", 0) == total.overdue
    for kind in ("Справка (Word)", ReportMenu.BOARD):
        assert told(await ordered(admin, kind)) == numbers(total)
        content = (await admin.received_file())[1]
        if kind == ReportMenu.BOARD:
            counted: dict[str, Any] = {outcome: getattr(total, outcome) for outcome in Outcome}
            assert of_board(content) == {str(outcome): count for outcome, count in counted.items() if count}
        else:
            assert of_document(content) == numbers(total)
    for kind in ("Матрица", "Исполнение"):
        assert told(await ordered(admin, kind)) == numbers(total)
    # One request: «Кто ответил», and its table in the chat.
    for title, execution in ((Club.TITLE, of["everything"]), (TAP, of["tap"])):
        await admin.send("/status")
        listed = re.search(
            rf"{title}.*\n{Control.ANSWERED} (\d+) из (\d+), не ответили в срок: (\d+)", await admin.sees()
        )
        assert listed, await admin.sees()
        assert tuple(map(int, listed.groups())) == (execution.answered, execution.asked, execution.overdue)
        await admin.press(title)
        seen = (await admin.sees()).lower()
        assert f"{Control.ANSWERED.lower()} {execution.answered} из {execution.asked}" in seen
        assert f"просрочено: {execution.overdue}" in seen
        assert execution.returned == (int(found[1]) if (found := re.search(r"возвращено: (\d+)", seen)) else 0)
        await admin.press(Control.AS_TABLE)
        if execution.wanted:
            assert told(await admin.sees()) == numbers(execution)
    return of


@pytest.mark.slow
@pytest.mark.usefixtures("heads")
async def test_every_file_and_screen_has_the_same_numbers(world: World, admin: Head) -> None:
    morning = next(
        str(message["text"])
        for message in reversed(await admin.phone.messages())
        if f"{Digest.HEADING}:" in message["text"]
    )
    of = await agree(world, admin)
    assert numbers(of["tap"]) == (2, 3, 67, 2)
    assert f"• {TAP} · Осень: {of['tap'].overdue}\n" in morning
    assert f"• {Club.TITLE} · Осень: {of['everything'].overdue}\n" in morning


@pytest.mark.slow
@pytest.mark.usefixtures("heads")
async def test_an_answer_to_be_mended_is_none_yet_and_its_school_is_not_silent(world: World, admin: Head) -> None:
    async def back(tx: Tx) -> None:
        every = [await obligations.get(tx, id) for id in range(1, 6)]
        current = next(obligation for obligation in every if obligation and obligation.version)
        await decisions.give_back(
            tx, current, current.version, "Уточните", None, world.catalog.calendar, admin.id, world.now
        )

    await world.storage.apply(back)
    await world.at("2026-10-26 12:00")
    of = await agree(world, admin)
    assert (of["tap"].answered, of["tap"].overdue, of["tap"].returned) == (1, 1, 1)
