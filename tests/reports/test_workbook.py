"""The workbook as the department opens it: read back by other libraries than the one that wrote it."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from bot.domain.desk.announcement import Addressee, Reach, Vacancy
from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field, FieldKind
from bot.domain.ledger.obligation import ObligationState
from bot.domain.ledger.report import Letterhead, Order, ReportKind
from bot.domain.people.member import Limits, Role
from bot.domain.shares import whole_percent
from bot.domain.timing.schedule import Occurrence
from bot.reports.job import Job, Made
from bot.storage.desk import destinations, ledger_report
from bot.storage.desk.recipients import acknowledge
from bot.storage.engine.database import Storage, Tx
from bot.storage.ledger.replies import submit
from bot.storage.schema import announcements, obligations, recipients
from tests.reports import ledgers
from tests.reports.conftest import Making
from tests.storage.seed import DAY, NOW, OLGA, SCHOOL, Seed, directive, occurrence

LETTERHEAD = Letterhead("Asia/Irkutsk", {"school": "Общее образование"}, {"sport": "Спорт"})
LATER = NOW + 12 * DAY
CLUBS = replace(
    directive("clubs", "sport", SCHOOL),
    number="2.4",
    title="Школьный спортивный клуб",
    fields=(
        Field("done", FieldKind.YES_NO, "Создан"),
        Field("members", FieldKind.WHOLE, "Занимается", unit="чел.", total=True, required=False),
        Field("share", FieldKind.DECIMAL, "Охват", unit="%", required=False),
        Field("opened", FieldKind.DATE, "Дата открытия", required=False),
        Field("sports", FieldKind.MULTI_CHOICE, "Виды спорта", options=("Шахматы", "Самбо"), required=False),
        Field("page", FieldKind.LINK, "Страница", required=False),
        Field("order", FieldKind.FILE, "Приказ", required=False),
        Field("note", FieldKind.TEXT, "Примечание", required=False),
    ),
)


def job(**order: Any) -> Job:
    """A workbook, twelve days later."""
    return Job(Order(ReportKind.WORKBOOK, **order), LETTERHEAD, LATER)


def clock(month: int, day: int, hour: int = 0) -> datetime:
    """A moment as a cell has it: where the department is."""
    return datetime(2026, month, day, hour)  # noqa: DTZ001


async def answer(seed: Seed, what: Directive, name: str, values: dict[str, Any], when: Occurrence | None = None) -> int:
    """A school that answers a round, which is opened if it is not; the obligation's id."""
    school = await seed.organization(name)
    return await give(seed, await seed.open(what, when), school, values)


async def give(seed: Seed, found: Any, school: int, values: dict[str, Any], at: datetime = NOW) -> int:
    """A school answers a round; the obligation's id."""
    await seed.person(OLGA, "Ольга Сергеевна")
    owed = await seed.owed(found, school)
    await seed.storage.apply(lambda tx: submit(tx, owed, values, None, owed.version, OLGA, at))
    return owed.id


def sheet_of(files: list[Path], name: str = "2.4 Школьный спортивный клуб") -> Worksheet:
    """A sheet with formulas, as they stand."""
    return openpyxl.load_workbook(files[0])[name]


def texts(sheet: Worksheet) -> list[list[Any]]:
    """The cells by row."""
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def row_of(sheet: Worksheet, name: str) -> list[Any]:
    """The cells of an organization from № on."""
    return next(row[1:] for row in texts(sheet) if row[2] == name)


def cached(files: list[Path], sheet: str) -> list[list[Any]]:
    """The values that a program shows that does not calculate."""
    return CalamineWorkbook.from_path(str(files[0])).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


async def test_each_value_is_what_it_is(seed: Seed, make: Making) -> None:
    files = [{"file_id": "F", "name": "Приказ № 7.pdf", "kind": "document"}]
    given = {
        "done": True,
        "members": 1250,
        "share": "12.5",
        "opened": "2026-09-15",
        "sports": ["Шахматы", "Самбо"],
        "page": "https://vk.com/club1",
        "order": files,
        "note": "Два\nабзаца",
    }
    key = await answer(seed, CLUBS, "Школа № 1", given)
    made, paths = await make(job())
    sheet = sheet_of(paths)
    assert [cell.value for cell in sheet[6]][1:] == [
        "№", "Организация", "Статус", "Дата ответа", "Кто ответил",
        "Создан", "Занимается, чел.", "Охват, %", "Дата открытия", "Виды спорта", "Страница", "Приказ", "Примечание",
        "Комментарий организации", "Замечание управления", "Файлов",
    ]  # fmt: skip
    assert row_of(sheet, "Школа № 1") == [
        1, "Школа № 1", "Представлено", clock(10, 5, 9), "Ольга Сергеевна",
        "Да", 1250, 12.5, clock(9, 15), "Шахматы; Самбо", "https://vk.com/club1", "1: Приказ № 7.pdf",
        "Два\nабзаца", None, None, 1,
    ]  # fmt: skip
    assert "Представили 1 из 1 (100\u00a0%), в срок 1" in made.caption
    # The keys by which a corrected sheet comes back; nobody sees them.
    assert [row[0] for row in texts(sheet)][4:] == ["#answers:1", None, f"o:{key}:1", None, None]
    assert [cell.value for cell in sheet[5]][2:9] == [
        "name", None, None, None, "field:done", "field:members", "field:share",
    ]  # fmt: skip
    assert sheet.row_dimensions[5].hidden
    assert sheet.column_dimensions["A"].hidden
    # A4, landscape, with the headings on each page; letters of ten points are not made smaller than eight.
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert 80 <= (sheet.page_setup.scale or 100) <= 100
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$6:$6"
    assert sheet.freeze_panes == "D7"


async def test_totals_are_live_and_blank_is_not_zero(seed: Seed, make: Making) -> None:
    one, two, three = [await seed.organization(f"Школа № {number}") for number in (10, 2, 1)]
    found = await seed.open(CLUBS)
    await give(seed, found, one, {"done": True, "members": 30, "share": "50"})
    await give(seed, found, two, {"done": False, "members": 0, "share": "70"})
    _, files = await make(job())
    sheet = sheet_of(files)
    total = row_of(sheet, "Итого по району")
    counted = '$D$7:$D$10,"<>Возвращено на доработку",$D$7:$D$10,"<>Снято с контроля"'
    assert total[6] == f'=IF(COUNTIFS({counted},$H$7:$H$10,"<>")=0,"",SUMIFS($H$7:$H$10,{counted}))'
    # Of percentages there is no sum.
    assert total[7] is None
    shown = cached(files, sheet.title)
    assert next(row for row in shown if row[2] == "Итого по району")[7] == 30
    # As people sort: 2 before 10. Who has not answered has blanks, who answered 0 has 0.
    assert [(row[1], row[2], row[7]) for row in texts(sheet)[6:9]] == [
        (1, "Школа № 1", None),
        (2, "Школа № 2", 0),
        (3, "Школа № 10", 30),
    ]
    assert row_of(sheet, "Школа № 1")[2] == "Просрочено"
    written = "\n".join(str(cell) for row in texts(sheet) for cell in row)
    assert "Октябрь 2026" in written
    assert "Срок 15.10.2026. Представили 2 из 3 (67 %), в срок 2" in written
    assert "Не представили: Школа № 1" in written
    assert three


async def test_a_total_of_nothing_is_blank(seed: Seed, make: Making) -> None:
    await answer(seed, CLUBS, "Школа № 1", {"done": False})
    _, files = await make(job())
    assert next(row for row in cached(files, "2.4 Школьный спортивный клуб") if row[2] == "Итого по району")[7] == ""


INNOCENT = (
    "=cmd|' /C calc'!A0", "+7 999 123-45-67", "@SUM(A1)", "-1+1", "{=1}", "<b>&amp;</b>", "https://example.org", "001",
    "\U0001f3d0 Клуб \U0001f1f7\U0001f1fa", "я" * 200, "a\u0007b\u202ec", "'", '="\nx', "mailto:a@b.c",
    "internal:Лист!A1",
)  # fmt: skip


async def test_what_people_type_stays_text(seed: Seed, make: Making) -> None:
    schools = [await seed.organization(words) for words in INNOCENT]
    found = await seed.open(CLUBS)
    for words, school in zip(INNOCENT, schools, strict=True):
        await give(seed, found, school, {"done": True, "note": words, "page": words})
    made, files = await make(job())
    with zipfile.ZipFile(files[0]) as archive:
        inside = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
    assert not any("<hyperlink" in text for text in inside)
    # The total is the only formula.
    assert sum(text.count("<f>") for text in inside) == 1
    # Controls and directions are left out; everything else is there to the letter.
    expected = {words.replace("\u0007", "").replace("\u202e", "") for words in INNOCENT}
    rows = texts(sheet_of(files))[6 : 6 + len(INNOCENT)]
    assert {row[13] for row in rows} == expected
    assert all(row[11] == row[13] for row in rows)
    # Organizations are called by their labels.
    assert len({row[2] for row in rows} & expected) == len(expected) - 1
    assert made.files == ("Свод 17.10.2026.xlsx",)


async def test_standings_and_the_departments_words(seed: Seed, make: Making) -> None:
    schools = [await seed.organization(f"Школа № {number}") for number in range(1, 7)]
    found = await seed.open(CLUBS)
    late = NOW + 11 * DAY
    keys = [await give(seed, found, school, {"done": True, "members": 5}) for school in schools[:3]]
    await give(seed, found, schools[3], {"done": True}, late)
    owed = await seed.owed(found, schools[4])
    await seed.storage.apply(lambda tx: submit(tx, owed, {}, "Нет спортзала", 0, OLGA, NOW))
    waits = await seed.owed(found, schools[5])

    async def decide(tx: Tx) -> None:
        for id, values in (
            (keys[0], {"state": ObligationState.ACCEPTED}),
            (keys[1], {"state": ObligationState.RETURNED, "comment": "Уточните состав"}),
            (waits.id, {"state": ObligationState.EXCUSED, "comment": "Ремонт"}),
            (keys[2], {"due_at": NOW - DAY}),
        ):
            await tx.execute(sa.update(obligations).where(obligations.c.id == id).values(**values))

    await seed.storage.apply(decide)
    made, files = await make(job())
    sheet = sheet_of(files)
    shown = {row[2]: (row[3], row[14], row[15]) for row in texts(sheet)[6:12]}
    assert shown == {
        "Школа № 1": ("Исполнено", None, None),
        "Школа № 2": ("Возвращено на доработку", None, "Уточните состав"),
        "Школа № 3": ("Представлено с нарушением срока", None, None),
        "Школа № 4": ("Представлено с нарушением срока", None, None),
        "Школа № 5": ("Не относится к организации", "Не относится: Нет спортзала", None),
        "Школа № 6": ("Снято с контроля", None, "Ремонт"),
    }
    # Excused ones are not asked; a returned answer is not one yet, and no total takes it in, though it is shown.
    assert "Представили 4 из 5 (80\u00a0%), в срок 2, на доработке 1." in made.caption
    assert row_of(sheet, "Школа № 2")[6] == 5
    shown_rows = cached(files, sheet.title)
    assert next(row for row in shown_rows if row[2] == "Итого по району")[7] == 10
    assert any("В итог не вошли ответы на доработке и снятых с контроля: 1" in row for row in shown_rows)


def months(number: int) -> list[Occurrence]:
    """Periods a month apart, the last of which opened a while ago."""
    return [
        replace(
            occurrence(NOW - 30 * DAY * back), title=f"месяц {number - back}", period=f"p{back}", key=str(number - back)
        )
        for back in range(number - 1, -1, -1)
    ]


async def test_periods_stand_below_each_other_and_make_a_curve(seed: Seed, make: Making) -> None:
    school = await seed.organization("Школа № 1")
    for members, period in zip((10, None, 30), months(3), strict=True):
        found = await seed.open(CLUBS, period)
        given = {"done": True} if members is None else {"done": True, "members": members}
        await give(seed, found, school, given, period.opens_at)
    _, files = await make(job())
    book = openpyxl.load_workbook(files[0])
    assert book.sheetnames == ["Сводка", "2.4 Школьный спортивный клуб", "Динамика", "Данные"]
    bands = [row[1] for row in texts(book["2.4 Школьный спортивный клуб"]) if str(row[3]).startswith("Срок ")]
    assert bands == ["Месяц 3", "Месяц 2", "Месяц 1"]
    curve = book["Динамика"]
    rows = [row[1:] for row in texts(curve) if str(row[1]).startswith("Месяц")]
    assert [row[6] for row in rows] == [
        "='2.4 Школьный спортивный клуб'!H19", None, "='2.4 Школьный спортивный клуб'!H9",
    ]  # fmt: skip
    assert [row[7] for row in cached(files, "Динамика") if str(row[1]).startswith("Месяц")] == [10, "", 30]
    assert [row[1:4] for row in rows] == [[1, 1, 1]] * 3
    assert [row[5] for row in cached(files, "Динамика") if str(row[1]).startswith("Месяц")] == [1, 1, 1]
    assert [name for name in zipfile.ZipFile(files[0]).namelist() if name.startswith("xl/charts/")] == [
        "xl/charts/chart1.xml"
    ]
    # Several rounds of a directive in one cell of the summary.
    assert [cell.value for cell in book["Сводка"][8]][1:9] == [1, "Школа № 1", "+ 3/3", 3, 3, 1, 1, 0]


async def test_a_field_that_has_gone_stays_readable(seed: Seed, make: Making) -> None:
    school = await seed.organization("Школа № 1")
    first, second = months(2)
    old = replace(
        CLUBS, fields=(Field("done", FieldKind.YES_NO, "Есть клуб"), Field("coach", FieldKind.TEXT, "Тренер"))
    )
    await give(seed, await seed.open(old, first), school, {"done": True, "coach": "Иванов"}, first.opens_at)
    new = replace(
        CLUBS,
        fields=(
            Field("done", FieldKind.YES_NO, "Создан"),
            Field("spring", FieldKind.WHOLE, "Весной", only_in=("1",), total=True),
        ),
    )
    await give(seed, await seed.open(new, second), school, {"done": False})
    _, files = await make(job())
    sheet = sheet_of(files)
    assert [cell.value for cell in sheet[6]][6:9] == ["Создан", "Весной", "Тренер"]
    assert [(row[6], row[7], row[8]) for row in texts(sheet) if row[2] == "Школа № 1"] == [
        ("Нет", None, None),
        ("Да", None, "Иванов"),
    ]


async def test_what_is_typed_into_a_cell_stays_what_it_is(seed: Seed, make: Making) -> None:
    """Programs make «1/2» a day and «007» a number where a cell is not of text; blank cells are typed into most."""
    school, _ = await seed.organization("Школа № 1"), await seed.organization("Школа № 2")
    await give(seed, await seed.open(CLUBS), school, {"done": True, "members": 5, "note": "1/2"})
    _, files = await make(job())
    sheet = sheet_of(files)
    headings = [cell.value for cell in sheet[6]]
    for row in range(7, 9):
        formats = {heading: cell.number_format for heading, cell in zip(headings, sheet[row], strict=True)}
        assert {formats[each] for each in ("Создан", "Виды спорта", "Страница", "Примечание", "Организация")} == {"@"}
        assert (formats["Занимается, чел."], formats["Охват, %"]) == ("#,##0", "General")
        assert formats["Дата открытия"] == "dd.mm.yyyy"


async def test_a_filter_has_no_merged_row_and_no_total_in_its_range(seed: Seed, make: Making) -> None:
    """LibreOffice sorts nothing if a row within is merged, and takes in what touches the range."""
    schools = [await seed.organization(f"Школа № {number}") for number in (1, 2)]
    for period in months(2):
        found = await seed.open(CLUBS, period)
        for school in schools:
            await give(seed, found, school, {"done": True, "members": 5}, period.opens_at)
    _, files = await make(job())
    book = openpyxl.load_workbook(files[0])
    for sheet in book:
        if not sheet.auto_filter.ref:
            continue
        _, first, _, last = range_boundaries(sheet.auto_filter.ref)
        merged = [each.coord for each in sheet.merged_cells.ranges if each.min_row <= last and each.max_row >= first]
        assert merged == [], sheet.title
    clubs = sheet_of(files)
    assert clubs.auto_filter.ref == "A6:Q8"
    assert all(cell.value is None for cell in clubs[9])
    assert clubs["C10"].value == "Итого по району"


async def test_names_of_sheets_are_what_excel_takes(seed: Seed, make: Making) -> None:
    await seed.organization("Школа № 1")
    for number, title in enumerate(
        ("История", "А/Б: [в] *?\\" + "д" * 60, "А/Б: [в] *?\\" + "д" * 60, "'кавычки'", "\U0001f600" * 30, "history")
    ):
        await seed.open(replace(CLUBS, id=f"d{number}", number="", title=title))
    _, files = await make(job())
    names = openpyxl.load_workbook(files[0]).sheetnames
    assert len({name.casefold() for name in names}) == len(names) == 8
    for name in names:
        assert len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name.strip("'") == name
        assert name.casefold() not in ("history", "история")


async def test_a_date_that_excel_does_not_know_is_text(seed: Seed, make: Making) -> None:
    what = replace(CLUBS, fields=(Field("opened", FieldKind.DATE, "Основан", earliest=date(1700, 1, 1)),))
    await answer(seed, what, "Школа № 1", {"opened": "1875-03-01"})
    _, files = await make(job())
    assert row_of(sheet_of(files), "Школа № 1")[5] == "01.03.1875"


async def test_what_a_limited_curator_may_see(autumn: Storage, making_of: Callable[[Storage], Making]) -> None:
    make = making_of(autumn)
    _, files = await make(ledgers.job(limits=Limits(frozenset({"preschool"}))))
    book = openpyxl.load_workbook(files[0])
    organizations = {row[2] for row in texts(book["Сводка"])[7:] if row[1]}
    assert organizations
    assert all("сад" in name for name in organizations)
    everywhere = {cell for sheet in book for row in texts(sheet) for cell in row if isinstance(cell, str)}
    assert not any("общеобразовательная школа»" in text for text in everywhere)
    _, files = await make(ledgers.job(limits=Limits(topics=frozenset({"olympiad"}))))
    assert openpyxl.load_workbook(files[0]).sheetnames == ["Сводка", "2.7 Олимпиада школьников", "Данные"]
    made, files = await make(ledgers.job(limits=Limits(topics=frozenset({"none"}))))
    assert (made.files, made.caption) == ((), "За этот период запросов не было.")


async def test_periods_and_orders_without_anything(autumn: Storage, making_of: Callable[[Storage], Making]) -> None:
    make = making_of(autumn)
    for order in (
        {"first": date(2020, 1, 1), "last": date(2020, 12, 31)},
        {"directive": "none"},
        {"rounds": (999_999,)},
    ):
        made, _ = await make(ledgers.job(**order))
        assert made.files == ()


async def test_the_summary_adds_up(autumn: Storage, making_of: Callable[[Storage], Making]) -> None:
    _, files = await making_of(autumn)(ledgers.job())
    sheet = openpyxl.load_workbook(files[0])["Сводка"]
    rows = texts(sheet)
    headings, organizations, last = rows[6], rows[7:], rows[3]
    asked, answered = headings.index("Ожидалось к сроку"), headings.index("Представлено")
    assert [row[1] for row in organizations] == list(range(1, 14))
    # The totals stand on the first page, above the rows that a filter hides.
    assert last[2] == "Итого: представлено, %"
    assert (last[asked], last[answered]) == (
        sum(row[asked] for row in organizations),
        sum(row[answered] for row in organizations),
    )
    async with autumn.read() as tx:
        order = ledgers.job().order
        rounds = await ledger_report.of_order(tx, order, ledgers.ZONE)
        counted = await ledger_report.executions(tx, [one.id for one in rounds], order.limits, ledgers.NOW)
    assert last[asked] == sum(execution.wanted for execution in counted.values())
    assert last[answered] == sum(execution.answered for execution in counted.values())
    shares = {one.directive.title: counted[one.id].completion for one in rounds if one.directive.number != "2.9"}
    for place, text in enumerate(headings):
        title = str(text).partition(" ")[2]
        if title in shares:
            assert last[place] == whole_percent(shares[title] or Fraction(0)) / 100, title


async def test_labels_of_totals_are_whole_beside_short_names(seed: Seed, make: Making) -> None:
    await answer(seed, CLUBS, "Лицей", {"done": True})
    _, files = await make(job())
    sheet = openpyxl.load_workbook(files[0])["Сводка"]
    assert sheet.column_dimensions["C"].width > len(str(sheet["C4"].value)) == len("Итого: представлено, %")


@pytest.mark.slow
async def test_the_flat_ledger_can_be_pivoted(autumn: Storage, making_of: Callable[[Storage], Making]) -> None:
    _, files = await making_of(autumn)(ledgers.job())
    sheet = openpyxl.load_workbook(files[0])["Данные"]
    headings, *rows = [row[1:] for row in texts(sheet)]
    assert all(len(row) == len(headings) for row in rows)
    column = {text: place for place, text in enumerate(headings)}
    places = [row for row in rows if row[column["Показатель"]] == "Занимается обучающихся"]
    assert places
    for row in places:
        assert isinstance(row[column["Число"]], int)
        assert (row[column["Ед."]], row[column["Значение"]]) == ("чел.", None)
        assert isinstance(row[column["Срок"]], datetime)
    sums = [row[9] for row in cached(files, "2.4 Школьный спортивный клуб") if row[2] == "Итого по району"]
    assert sum(row[column["Число"]] for row in places) == sum(sums)
    silent = [row for row in rows if row[column["Статус"]] == "Просрочено"]
    assert silent
    assert all(row[column["Показатель"]] is None for row in silent)


async def test_announcements_and_who_has_read_them(seed: Seed, make: Making) -> None:
    school, branch = await seed.organization("Школа № 1"), await seed.organization("Школа № 2")
    empty = await seed.organization("Школа № 3")
    sad = await seed.organization("Детский сад № 1", "preschool")
    for id, name in ((1, "=Анна"), (2, "Борис"), (3, "Вера")):
        await seed.person(id, name)
    await seed.seat(1, school)
    await seed.seat(1, branch)

    async def announce(tx: Tx) -> None:
        row = await tx.execute(
            announcements.insert().values(
                by_id=3,
                created_at=NOW,
                state="done",
                chat_id=3,
                messages=[1],
                wording="text",
                acknowledge=True,
                text="<b>Совещание</b> в 10:00",
                audience={},
                started_at=NOW,
            )
        )
        id = row.inserted_primary_key[0]  # type: ignore[index]
        reach = Reach(
            tuple(
                Addressee(person, "", where, "", "", Role.HEAD)
                for person, where in ((1, school), (1, branch), (2, sad))
            ),
            vacancies=(Vacancy(empty, "", ""),),
        )
        await destinations.add(tx, id, reach, NOW)
        for person, where, more in ((1, school, {"sent_at": NOW}), (2, sad, {"failure": "blocked"})):
            values = {"announcement_id": id, "person_id": person, "organization_id": where, "added_at": NOW} | more
            await tx.execute(recipients.insert().values(**values))
        await destinations.reached(tx, id, [1], NOW)
        await acknowledge(tx, id, 1, NOW + timedelta(hours=1))

    await seed.storage.apply(announce)
    made, files = await make(job(first=date(2026, 10, 1), last=date(2026, 10, 31)))
    book = openpyxl.load_workbook(files[0])
    assert [cell.value for cell in book["Объявления"][4]][1:] == [
        1, clock(10, 5, 9), "Совещание в 10:00", "Вера", 4, 2, 2, 0, 2, 0.5, 1,
    ]  # fmt: skip
    nine, ten = clock(10, 5, 9), clock(10, 5, 10)
    assert [row[1:] for row in texts(book["Ознакомление"])[1:]] == [
        [1, "Детский сад № 1", "нет", None, "Борис", None, None, "бот заблокирован"],
        [1, "Школа № 1", nine, ten, "=Анна", nine, ten, None],
        [1, "Школа № 2", nine, ten, "=Анна", nine, ten, None],
        [1, "Школа № 3", "нет", None, None, None, None, "никто не зарегистрирован"],
    ]
    assert made.files
    # A curator of schools sees schools; another month has none.
    limited = job(limits=Limits(frozenset({"school"})), first=date(2026, 10, 1), last=date(2026, 10, 31))
    _, files = await make(limited)
    book = openpyxl.load_workbook(files[0])
    assert len(texts(book["Ознакомление"])) == 4
    assert [cell.value for cell in book["Объявления"][4]][5:9] == [3, 2, 1, 0]
    made, _ = await make(job(first=date(2026, 11, 1), last=date(2026, 11, 30)))
    assert made == Made((), "За этот период запросов не было.")
