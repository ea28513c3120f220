"""The workbook as the department opens it: read back by other libraries than the one that wrote it."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field, FieldKind
from bot.domain.ledger.obligation import ObligationState
from bot.domain.ledger.report import Letterhead, Order, ReportKind
from bot.domain.people.member import Limits
from bot.domain.timing.schedule import Occurrence
from bot.reports.job import Job, Made
from bot.storage.desk import ledger_report
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
    assert [cell.value for cell in sheet[5]][1:] == [
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
    assert [row[0] for row in texts(sheet)][3:] == ["#answers:1", None, None, f"o:{key}:1", None]
    assert [cell.value for cell in sheet[4]][2:9] == [
        "name", None, None, None, "field:done", "field:members", "field:share",
    ]  # fmt: skip
    assert sheet.row_dimensions[4].hidden
    assert sheet.column_dimensions["A"].hidden
    # A4, landscape, one page wide, with the headings on each page.
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$5:$5"
    assert sheet.freeze_panes == "D6"


async def test_totals_are_live_and_blank_is_not_zero(seed: Seed, make: Making) -> None:
    one, two, three = [await seed.organization(f"Школа № {number}") for number in (10, 2, 1)]
    found = await seed.open(CLUBS)
    await give(seed, found, one, {"done": True, "members": 30, "share": "50"})
    await give(seed, found, two, {"done": False, "members": 0, "share": "70"})
    _, files = await make(job())
    sheet = sheet_of(files)
    total = row_of(sheet, "Итого по району")
    assert total[6] == '=IF(COUNT(H7:H9)=0,"",SUM(H7:H9))'
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
    written = "\n".join(str(row[1]) for row in texts(sheet))
    assert "Октябрь 2026: срок 15.10.2026. Представили 2 из 3 (66 %), в срок 2" in written
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
    assert {row[2] for row in rows} == expected
    assert all((row[11], row[13]) == (row[2], row[2]) for row in rows)
    assert made.files == ("2026-10-17 Свод.xlsx",)


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
    # Excused ones are not asked; a returned answer is not one yet.
    assert "Представили 4 из 5 (80\u00a0%), в срок 3" in made.caption


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
    bands = [str(row[1]).split(":")[0] for row in texts(book["2.4 Школьный спортивный клуб"]) if "срок" in str(row[1])]
    assert bands == ["Месяц 3", "Месяц 2", "Месяц 1"]
    curve = book["Динамика"]
    rows = [row[1:] for row in texts(curve) if str(row[1]).startswith("месяц")]
    assert [row[5] for row in rows] == [
        "='2.4 Школьный спортивный клуб'!H16", None, "='2.4 Школьный спортивный клуб'!H8",
    ]  # fmt: skip
    assert [row[6] for row in cached(files, "Динамика") if str(row[1]).startswith("месяц")] == [10, "", 30]
    assert [row[1:3] for row in rows] == [[1, 1]] * 3
    assert [name for name in zipfile.ZipFile(files[0]).namelist() if name.startswith("xl/charts/")] == [
        "xl/charts/chart1.xml"
    ]
    # Several rounds of a directive in one cell of the summary.
    assert [cell.value for cell in book["Сводка"][5]][1:7] == [1, "Школа № 1", "+ 3/3", 3, 3, 1]


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
    assert [cell.value for cell in sheet[5]][6:9] == ["Создан", "Весной", "Тренер"]
    assert [(row[6], row[7], row[8]) for row in texts(sheet) if row[2] == "Школа № 1"] == [
        ("Нет", None, None),
        ("Да", None, "Иванов"),
    ]


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
    organizations = {row[2] for row in texts(book["Сводка"])[4:] if row[1]}
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
    headings = rows[3]
    organizations = [row for row in rows[4:] if isinstance(row[1], int)]
    asked, answered = headings.index("Запрошено"), headings.index("Представлено")
    assert [row[1] for row in organizations] == list(range(1, 14))
    last = rows[4 + len(organizations)]
    assert last[2] == "Представили"
    assert (last[asked], last[answered]) == (
        sum(row[asked] for row in organizations),
        sum(row[answered] for row in organizations),
    )
    async with autumn.read() as tx:
        order = ledgers.job().order
        rounds = await ledger_report.of_order(tx, order, ledgers.ZONE)
        counted = await ledger_report.executions(tx, [one.id for one in rounds], order.limits, ledgers.NOW)
    assert last[asked] == sum(execution.asked for execution in counted.values())
    assert last[answered] == sum(execution.answered for execution in counted.values())
    shares = {one.directive.title: counted[one.id].completion for one in rounds if one.directive.number != "2.9"}
    for place, text in enumerate(headings):
        title = str(text).partition(" ")[2]
        if title in shares:
            assert last[place] == pytest.approx(float(shares[title] or 0)), title


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
    school = await seed.organization("Школа № 1")
    sad = await seed.organization("Детский сад № 1", "preschool")
    for id, name in ((1, "=Анна"), (2, "Борис"), (3, "Вера")):
        await seed.person(id, name)

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
        for person, where, more in (
            (1, school, {"sent_at": NOW, "acknowledged_at": NOW + timedelta(hours=1)}),
            (2, sad, {"failure": "unreachable"}),
        ):
            values = {"announcement_id": id, "person_id": person, "organization_id": where, "added_at": NOW} | more
            await tx.execute(recipients.insert().values(**values))

    await seed.storage.apply(announce)
    made, files = await make(job(first=date(2026, 10, 1), last=date(2026, 10, 31)))
    book = openpyxl.load_workbook(files[0])
    assert [cell.value for cell in book["Объявления"][4]][1:] == [
        1, clock(10, 5, 9), "Совещание в 10:00", "Вера", 2, 1, 1, 1,
    ]  # fmt: skip
    assert [row[1:] for row in texts(book["Ознакомление"])[1:]] == [
        [1, "Детский сад № 1", "Борис", None, None, "Бот заблокирован или аккаунт удалён"],
        [1, "Школа № 1", "=Анна", clock(10, 5, 9), clock(10, 5, 10), None],
    ]
    assert made.files
    # A curator of schools sees the copies of schools; another month has none.
    limited = job(limits=Limits(frozenset({"school"})), first=date(2026, 10, 1), last=date(2026, 10, 31))
    _, files = await make(limited)
    assert len(texts(openpyxl.load_workbook(files[0])["Ознакомление"])) == 2
    made, _ = await make(job(first=date(2026, 11, 1), last=date(2026, 11, 30)))
    assert made == Made((), "За этот период запросов не было.")
