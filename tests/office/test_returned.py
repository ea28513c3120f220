"""The workbook of a report goes through an office program and comes back: the preview shows what a person changed."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from tests.handlers.answering.ledger import answer
from tests.handlers.department.returned import Workbook
from tests.handlers.department.staff import chief, small_world
from tests.office.programs import PROGRAMS, Gnumeric, LibreOffice, OnlyOffice, Program, needed
from tests.office.steps import Added, Percent, Sorted, Step, Typed, Value
from tests.texts.department import Entering, ReportMenu
from tests.texts.example import Club
from tests.world import Head, World

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]

SCHOOL, OTHER, TAP = "Сосновоозёрская школа", "Белоярская школа", "Положение"
EACH = [pytest.param(program, id=program.name) for program in PROGRAMS]
EDITORS = [pytest.param(program, id=program.name) for program in (LibreOffice(), OnlyOffice())]

world, admin = small_world(), chief


@pytest.fixture
async def workbook(world: World, admin: Head, tmp_path: Path) -> Path:
    """What the department has downloaded after one school has answered about its club."""
    head = await world.person("Иванова Мария", 101)
    await head.join("Общее", SCHOOL[:10])
    await answer(world, head)
    await world.at("2026-10-06 09:00")
    await admin.send("/panel")
    await admin.press(ReportMenu.HEADING, ReportMenu.WORKBOOK)
    _, content = await admin.received_file()
    path = tmp_path / "report.xlsx"
    path.write_bytes(content)
    return path


class Hands:
    """Where a person finds things in the workbook."""

    def __init__(self, path: Path) -> None:
        self._book = Workbook(path.read_bytes())

    def typed(self, title: str, organization: str, values: dict[str, Value]) -> list[Step]:
        """Values typed into an organization's row, by heading."""
        sheet, row = self._book.sheet(title), self._book.row(title, organization)
        return [
            Typed(sheet.title, f"{get_column_letter(self._book.column(title, heading))}{row}", value)
            for heading, value in values.items()
        ]

    def sorted(self, title: str, heading: str) -> Step:
        sheet = self._book.sheet(title)
        return Sorted(sheet.title, get_column_letter(self._book.column(title, heading)), str(sheet.auto_filter.ref))

    def added(self, title: str, before: str, heading: str) -> Step:
        row = next(cell.row for cells in self._book.sheet(title).iter_rows() for cell in cells if cell.value == before)
        assert row
        return Added(self._book.sheet(title).title, get_column_letter(self._book.column(title, before)), row, heading)


async def saved_and_sent(
    world: World, admin: Head, program: Program, path: Path, steps: Sequence[Step] = ()
) -> dict[str, list[str]]:
    """What the preview says, beside its heading, of the file as the program has saved it, by format."""
    told = {}
    for made in program.use(path, _saved(path), steps, *program.formats):
        await admin.phone.send_file(made.read_bytes(), made.name)
        await world.settle()
        told[made.suffix[1:]] = [line for line in (await admin.sees()).splitlines() if line][1:]
    return told


def _saved(path: Path) -> Path:
    folder = path.parent / "saved"
    folder.mkdir(exist_ok=True)
    return folder


def rows(path: Path, title: str) -> list[list[str]]:
    """What a sheet of a saved file holds."""
    book = CalamineWorkbook.from_path(path)
    name = next(name for name in book.sheet_names if title in name)
    return [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]


@pytest.mark.parametrize("program", EACH)
async def test_opened_computed_and_saved_it_changes_nothing(
    world: World, admin: Head, workbook: Path, program: Program
) -> None:
    needed(program)
    told = await saved_and_sent(world, admin, program, workbook)
    unchanged = "Изменений нет: 5 строк как в боте. Читаются листы поручений; вписанное на других листах — нет."
    assert told == {key: [unchanged] for key in program.formats}


@pytest.mark.parametrize("program", EDITORS)
async def test_what_a_methodist_does_is_what_the_preview_shows(
    world: World, admin: Head, workbook: Path, program: Program
) -> None:
    needed(program)
    hands = Hands(workbook)
    typed: dict[str, Value] = {
        "Виды спорта": "Шахматы",
        "Занимается, чел.": 1300.0,
        "Доля, %": Percent(75.5),
        "Дата приказа": date(2026, 9, 2),
        "Примечание": "1-3",
        "Страница клуба": "school.ru/2",
    }
    steps = [
        *hands.typed(Club.TITLE, SCHOOL, typed),
        *hands.typed(TAP, SCHOOL, {"Положение утверждено": True}),
        *hands.typed(TAP, OTHER, {"Положение утверждено": "нет"}),
        hands.sorted(TAP, "Организация"),
        hands.added(TAP, "Статус", "Звонил"),
        hands.sorted(Club.TITLE, "Организация"),
    ]
    told = await saved_and_sent(world, admin, program, workbook, steps)
    shown = [
        "Новых ответов: 2, изменится: 1, без изменений: 2.",
        f"✏️ {SCHOOL}",
        f"{Club.TITLE} · Осень",
        "Виды спорта: Лыжи; Борьба → Шахматы",
        "Занимается: 120 → 1\u00a0300",
        "Доля: 12,5 → 75,5",
        "Дата приказа: 04.10.2026 → 02.09.2026",
        "Примечание: — → 1-3",
        "Страница клуба: https://school.ru/club → https://school.ru/2",
        f"➕ {SCHOOL}",
        "Положение утверждено · Осень",
        "Положение утверждено: Да",
        f"➕ {OTHER}",
        "Положение утверждено · Осень",
        "Положение утверждено: Нет",
        "ℹ️ Столбцы, которых не было в своде, не читались: «Звонил».",
    ]
    assert told == dict.fromkeys(program.formats, shown)
    for format_ in program.formats:
        names = [row[2] for row in rows(_saved(workbook) / f"report.{format_}", TAP) if row[0].startswith("o:")]
        assert names == sorted(names, reverse=True)
    await admin.press(f"{Entering.ENTER}: 3")
    assert "Внесено 3 ответа" in await admin.sees()


async def test_what_was_typed_elsewhere_comes_through_gnumeric(world: World, admin: Head, workbook: Path) -> None:
    """Its converter cannot type: the cells are changed before."""
    gnumeric = Gnumeric()
    needed(gnumeric)
    hands = Workbook(workbook.read_bytes())
    hands.write(Club.TITLE, SCHOOL, {"Занимается, чел.": 1300, "Дата приказа": date(2026, 9, 2), "Примечание": "1-3"})
    hands.write(TAP, OTHER, {"Положение утверждено": True})
    changed = workbook.with_name("changed.xlsx")
    changed.write_bytes(hands.save())
    told = await saved_and_sent(world, admin, gnumeric, changed)
    shown = [
        "Новых ответов: 1, изменится: 1, без изменений: 3.",
        f"✏️ {SCHOOL}",
        f"{Club.TITLE} · Осень",
        "Занимается: 120 → 1\u00a0300",
        "Дата приказа: 04.10.2026 → 02.09.2026",
        "Примечание: — → 1-3",
        f"➕ {OTHER}",
        "Положение утверждено · Осень",
        "Положение утверждено: Да",
    ]
    assert told == dict.fromkeys(gnumeric.formats, shown)
