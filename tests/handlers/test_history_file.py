"""/history as a file: all answers of one's own organization, and of no other."""

import io
from typing import Any

import openpyxl
import pytest

from bot.domain.letter import LetterKind
from bot.domain.people.member import StaffRole
from bot.storage.post import letters
from bot.views.callbacks import HistoryFile
from tests.handlers.answering.ledger import answer
from tests.handlers.department.staff import chief, employee, small_world
from tests.texts.department import Applications, Report
from tests.texts.heads import Request
from tests.world import Head, World

SCHOOL, OTHER = "Сосновоозёрская", "Белоярская"


world, admin = small_world(registration="approval"), chief


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """The head of a school, who has answered."""
    head = await world.person("Иванова Мария", 101)
    await head.join("Общее", SCHOOL)
    await admin.press(Applications.CONFIRM)
    await answer(world, head)
    return head


def rows(content: bytes) -> list[list[Any]]:
    """The cells of the only sheet, from column B on."""
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content))
    assert sheet.page_setup.orientation != "landscape"
    return [list(row[1:]) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.slow
async def test_a_head_gets_all_answers_of_the_school(head: Head) -> None:
    await head.send("/history")
    await head.press(Request.DOWNLOAD)
    assert "Готовим файл" in await head.toast()
    name, content = await head.received_file()
    assert name == "Ответы Сосновоозёрская школа 05.10.2026.xlsx"
    cells = rows(content)
    assert "Сосновоозёрская школа" in cells[0][0]
    assert "2026/2027 учебный год" in cells[1][0]
    values = {row[3]: row[4] for row in cells[4:]}
    # Numbers are numbers, and links are words.
    assert 120 in values.values()
    assert 12.5 in values.values()
    assert "https://school.ru/club" in values.values()
    assert any(label == Report.SENT and "Мария Иванова" in value for label, value in values.items())
    assert "1 ответ" in await head.screen()


async def ordered(world: World, *people: int) -> None:
    """A letter about the school, whoever wrote it, to each of them."""
    await world.storage.apply(
        lambda tx: letters.write(tx, LetterKind.REPORT, people, world.now, what="own", organization=1)
    )
    await world.settle()


@pytest.mark.slow
async def test_who_has_only_asked_for_the_seat_gets_nothing(world: World, head: Head) -> None:
    stranger = await world.person("Чужой Человек", 666)
    await stranger.join("Общее", SCHOOL)
    await stranger.callback(HistoryFile().pack())
    assert "не закреплена" in await stranger.toast()
    before = await stranger.count()
    await ordered(world, stranger.id, head.id)
    assert await stranger.count() == before
    assert (await head.received_file())[0].endswith(" 05.10.2026.xlsx")


@pytest.mark.slow
@pytest.mark.usefixtures("head")
async def test_staff_within_their_limits(world: World) -> None:
    near = await employee(world, 910, "Свой", StaffRole.VIEWER, types={"general"})
    far = await employee(world, 911, "Дальний", StaffRole.VIEWER, types={"preschool"})
    before = await far.count()
    await ordered(world, near.id, far.id)
    assert await far.count() == before
    assert (await near.received_file())[0].endswith(" 05.10.2026.xlsx")
