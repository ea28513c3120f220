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
from tests.office.programs import PROGRAMS, Gnumeric, Program, needed
from tests.office.steps import Added, Percent, Sorted, Step, Typed, Value
from tests.texts.department import Entering, ReportMenu
from tests.texts.example import Club
from tests.world import Head, World

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]

SCHOOL, OTHER, TAP = "Сосновоозёрская школа", "Белоярская школа", "Положение"
EACH = [
    pytest.param(program, format_, id=f"{program.name}-{format_}")
    for program in PROGRAMS
    for format_ in program.formats
]
EDITORS = [param for param in EACH if param.values[0].name != "Gnumeric"]

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
        return Sorted(self._book.sheet(title).title, get_column_letter(self._book.column(title, heading)))

    def added(self, title: str, before: str, heading: str) -> Step:
        row = next(cell.row for cells in self._book.sheet(title).iter_rows() for cell in cells if cell.value == before)
        assert row
        return Added(self._book.sheet(title).title, get_column_letter(self._book.column(title, before)), row, heading)


async def saved_and_sent(
    world: World, admin: Head, program: Program, format_: str, path: Path, steps: Sequence[Step] = ()
) -> tuple[str, Path]:
    """What the bot says of the file as the program has saved it, and the file."""
    folder = path.parent / "saved"
    folder.mkdir(exist_ok=True)
    (made,) = program.use(path, folder, steps, format_)
    await admin.phone.send_file(made.read_bytes(), made.name)
    await world.settle()
    return await admin.sees(), made


def rows(path: Path, title: str) -> list[list[str]]:
    """What a sheet of a saved file holds."""
    book = CalamineWorkbook.from_path(path)
    name = next(name for name in book.sheet_names if title in name)
    return [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]


def told(shown: str) -> list[str]:
    """What the preview says beside its heading."""
    return [line for line in shown.splitlines() if line][1:]


@pytest.mark.parametrize(("program", "format_"), EACH)
async def test_opened_computed_and_saved_it_changes_nothing(
    world: World, admin: Head, workbook: Path, program: Program, format_: str
) -> None:
    needed(program)
    shown, _ = await saved_and_sent(world, admin, program, format_, workbook)
    assert [line[:14] for line in told(shown)] == ["Изменений нет:"]


@pytest.mark.parametrize(("program", "format_"), EDITORS)
async def test_what_a_methodist_does_is_what_the_preview_shows(
    world: World, admin: Head, workbook: Path, program: Program, format_: str
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
    shown, saved = await saved_and_sent(world, admin, program, format_, workbook, steps)
    names = [row[2] for row in rows(saved, TAP) if row[0].startswith("o:")]
    assert names == sorted(names, reverse=True)
    assert told(shown) == [
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
        "Столбцы, которые бот не знает, не читались: «Звонил».",
    ]
    await admin.press(f"{Entering.ENTER}: 3")
    assert "Внесено 3 ответа" in await admin.sees()


@pytest.mark.parametrize("format_", Gnumeric.formats)
async def test_what_was_typed_elsewhere_comes_through_gnumeric(
    world: World, admin: Head, workbook: Path, format_: str
) -> None:
    """Its converter cannot type: the cells are changed before."""
    gnumeric = Gnumeric()
    needed(gnumeric)
    hands = Workbook(workbook.read_bytes())
    hands.write(Club.TITLE, SCHOOL, {"Занимается, чел.": 1300, "Дата приказа": date(2026, 9, 2), "Примечание": "1-3"})
    hands.write(TAP, OTHER, {"Положение утверждено": True})
    changed = workbook.with_name("changed.xlsx")
    changed.write_bytes(hands.save())
    shown, _ = await saved_and_sent(world, admin, gnumeric, format_, changed)
    assert told(shown) == [
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
