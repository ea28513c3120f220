"""The department brings the workbook back with answers of those who phoned."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.fields.field import Values
from bot.domain.ledger.obligation import ObligationState, Reply
from bot.domain.ledger.report import Order, ReportKind
from bot.domain.people.member import StaffRole
from bot.reports import making
from bot.reports.job import Job
from bot.reports.orders import letterhead
from bot.storage.ledger import obligations
from bot.storage.people import staff
from bot.storage.post import audit
from bot.storage.post.audit import Filter
from tests import messengers
from tests.catalog.sheets import book
from tests.handlers.answering.ledger import answer, every_kind, newest, state
from tests.handlers.department.returned import Workbook
from tests.handlers.department.staff import chief, employee, small_world
from tests.people import ADMIN, CURATOR, VIEWER
from tests.texts.department import Control, Entering, Importing, OnBehalf, Panel, People, ReportMenu
from tests.texts.example import Club, Types
from tests.texts.heads import Anywhere, Form, Misfit
from tests.world import Head, World

SCHOOL, OTHER, KINDERGARTEN = "Сосновоозёрская школа", "Белоярская школа", "Ёлочка"
TAP = "Положение"


world, admin = small_world(), chief


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """The head of a school, who has answered about the club; the other request waits."""
    head = await world.person("Иванова Мария", 101)
    await head.join("Общее", SCHOOL[:10])
    await answer(world, head)
    await world.at("2026-10-06 09:00")
    return head


@pytest.fixture
async def workbook(world: World, head: Head, tmp_path: Path) -> Workbook:
    """What the department has downloaded."""
    folder = tmp_path / "made"
    folder.mkdir()
    order = Order(ReportKind.WORKBOOK)
    async with world.storage.read() as tx:
        made = await making.make(tx, Job(order, letterhead(every_kind(tmp_path)), world.now), folder)
    return Workbook((folder / made.files[0]).read_bytes())


async def upload(world: World, person: Head, content: bytes, name: str = "Свод.xlsx") -> str:
    await person.phone.send_file(content, name)
    await world.settle()
    return await person.sees()


async def owed(world: World, organization: str, directive: str) -> int:
    """The id of an obligation, by a piece of the organization's name."""
    async with world.storage.read() as tx:
        found = await obligations.of_ids(tx, range(1, 10))
    return next(
        obligation.id
        for obligation in found
        if organization in obligation.organization_name and directive in obligation.round.directive.title
    )


async def answered(world: World, organization: str, directive: str) -> Reply:
    reply = await newest(world, await owed(world, organization, directive))
    assert reply is not None
    return reply


async def values(world: World, organization: str, directive: str) -> Values:
    """What counts as answered; empty without an answer."""
    reply = await newest(world, await owed(world, organization, directive))
    return reply.values if reply else {}


# The process that makes the workbook gives way to all others: on a busy machine it takes minutes to begin.
@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_answers_by_phone_are_entered_and_heads_hear_of_it(world: World, admin: Head, head: Head) -> None:
    await admin.send("/panel")
    await admin.press(ReportMenu.HEADING, ReportMenu.WORKBOOK)
    _, content = await admin.received_file()
    workbook = Workbook(content)
    workbook.write(Club.TITLE, SCHOOL, {"Занимается, чел.": 130, "Доля, %": "13,25"})
    workbook.write(TAP, KINDERGARTEN, {"Положение утверждено": "да"})
    await admin.send("/panel")
    await admin.press(ReportMenu.HEADING, Entering.ENTER_BUTTON)
    assert "Сначала бот покажет, что изменится" in await admin.sees()
    await admin.send("вот")
    assert Entering.NEEDS_FILE in await admin.sees()
    shown = await upload(world, admin, workbook.save())
    assert "Новых ответов: 1, изменится: 1, без изменений: 3." in shown
    assert f"✏️ {SCHOOL}\n{Club.TITLE} · Осень\nЗанимается: 120 → 130\nДоля: 12,5 → 13,25" in shown
    assert "➕ Детский сад «Ёлочка»\nПоложение утверждено · Осень\nПоложение утверждено: Да" in shown
    assert (await answered(world, SCHOOL, Club.TITLE)).version == 1
    await admin.press(f"{Entering.ENTER}: 2")
    assert "Внесено 2 ответа\nРуководителям уже сообщаем об этом." in await admin.sees()
    entered = await answered(world, SCHOOL, Club.TITLE)
    assert (entered.version, entered.by_id, entered.entered) == (2, admin.id, True)
    assert entered.values["members"] == 130
    assert entered.values["share"] == "13.25"
    assert [one["name"] for one in entered.values["order"]] == ["приказ 12.pdf"]
    assert await state(world, await owed(world, KINDERGARTEN, TAP)) is ObligationState.ANSWERED
    # The head sees what was entered, and can mend it.
    said = await head.sees()
    assert f"{Types.DEPARTMENT} внесло ответ за вас" in said
    assert "Занимается: 130" in said
    await head.press(Control.SHOW)
    assert "Анна Начальник · внесло управление" in await head.screen()
    await head.press(Form.CHANGE)
    async with world.storage.read() as tx:
        done = [entry.action for entry in await audit.found(tx, Filter(by=messengers.person(ADMIN)), 10)]
    assert done.count("reply.entered") == 2
    # Sent once more it says nothing new.
    assert f"{Entering.UNCHANGED}: 5 строк как в боте." in await upload(world, admin, workbook.save())
    await admin.callback("ne:apply:0123456789abcdef:0")
    assert "уже внесены или отменены" in await admin.toast()


@pytest.mark.slow
async def test_a_head_who_answered_meanwhile_is_not_overwritten(
    world: World, admin: Head, head: Head, workbook: Workbook
) -> None:
    workbook.write(Club.TITLE, SCHOOL, {"Занимается, чел.": 130})
    workbook.write(TAP, SCHOOL, {"Положение утверждено": "Нет"})
    shown = await upload(world, admin, workbook.save())
    assert "Новых ответов: 1, изменится: 1" in shown
    await head.send("/tasks")
    await head.press("Положение утверждено", Form.YES)
    await admin.press(f"{Entering.ENTER}: 2")
    assert Entering.CHANGED_MEANWHILE in await admin.toast()
    shown = await admin.screen()
    assert f"Изменится: 1, {Entering.LEFT_OUT}: 1" in shown
    assert "После скачивания свода ответ изменили: 6 октября в 09:00 · Мария Иванова." in shown
    await admin.press(f"{Entering.ENTER}: 1")
    assert (await values(world, SCHOOL, TAP)) == {"done": True}
    assert (await values(world, SCHOOL, Club.TITLE))["members"] == 130


@pytest.mark.slow
async def test_rows_that_nobody_touched_are_left_to_heads_who_answered_meanwhile(
    world: World, admin: Head, head: Head, workbook: Workbook
) -> None:
    await head.send("/tasks")
    await head.press("Положение утверждено", Form.YES)
    await head.press_at(await head.card(Club.TITLE), Form.CHANGE)
    await head.press("Занимается: 120")
    await head.send("125")
    await head.press(Form.SEND)
    assert (await values(world, SCHOOL, Club.TITLE))["members"] == 125
    workbook.write(TAP, OTHER, {"Положение утверждено": "Да"})
    shown = await upload(world, admin, workbook.save())
    assert "Новых ответов: 1, без изменений: 4." in shown
    assert SCHOOL not in shown
    await admin.press(f"{Entering.ENTER}: 1")
    assert (await values(world, SCHOOL, TAP)) == {"done": True}
    assert (await values(world, SCHOOL, Club.TITLE))["members"] == 125


@pytest.mark.slow
async def test_what_is_wrong_is_told_by_its_place_and_the_rest_is_entered(
    world: World, admin: Head, workbook: Workbook
) -> None:
    workbook.write(
        Club.TITLE, SCHOOL, {"Занимается, чел.": "много <b>", "Дата приказа": datetime(2026, 9, 1, tzinfo=UTC).date()}
    )
    workbook.write(Club.TITLE, OTHER, {"Клуб": "Не создан"})
    workbook.write(TAP, SCHOOL, {"Положение утверждено": "возможно"})
    workbook.write(TAP, OTHER, {"Положение утверждено": "нет"})
    row = workbook.row(Club.TITLE, SCHOOL)
    shown = await upload(world, admin, workbook.save())
    assert f"Новых ответов: 1, {Entering.LEFT_OUT}: 3, без изменений: 1." in shown
    assert f"строка {row}. {SCHOOL}" in shown
    assert f"Занимается: {Misfit.NOT_A_NUMBER}. В ячейке: «много <b>»" in shown
    assert "В реестре: нужен ответ.\nЗанимается: нужен ответ.\n" in shown
    assert "нужно «да» или «нет». В ячейке: «возможно»" in shown
    await admin.press(f"{Entering.ENTER}: 1")
    assert (await values(world, OTHER, TAP)) == {"done": False}
    assert (await answered(world, SCHOOL, Club.TITLE)).version == 1


@pytest.mark.slow
async def test_a_row_with_several_faults_is_mended_in_one_go(world: World, admin: Head, workbook: Workbook) -> None:
    """Options stand nowhere on the sheet, and no cell holds a file."""
    workbook.write(
        Club.TITLE,
        OTHER,
        {"Клуб": "Есть", "В реестре": "да", "Занимается, чел.": "10", "из них девочек, чел.": "много",
         "Доля, %": "5", "Дата приказа": "01.09.2026", "Страница клуба": "school.ru"},
    )  # fmt: skip
    shown = await upload(world, admin, workbook.save())
    assert f"{Entering.LEFT_OUT}: 1, ".capitalize() in shown
    assert f"Клуб: {Misfit.NO_OPTION}. В ячейке: «Есть». Варианты: Действует; Создаётся; Не создан.\n" in shown
    assert f"из них девочек: {Misfit.NOT_A_NUMBER}. В ячейке: «много»\n" in shown
    assert "Приказ: нужен файл, таблицей его не внести." in shown
    assert OnBehalf.ANSWER in shown


@pytest.mark.slow
async def test_what_is_not_asked_is_to_be_cleared(world: World, admin: Head, workbook: Workbook) -> None:
    workbook.write(Club.TITLE, SCHOOL, {"Клуб": "Не создан", Club.SPORTS: "Шахматы"})
    shown = await upload(world, admin, workbook.save())
    assert f"{Club.SPORTS}: при таких ответах или в этот период не спрашивается («Шахматы»). Очистите ячейку." in shown


@pytest.mark.slow
async def test_rows_in_another_order_with_columns_of_ones_own(world: World, admin: Head, workbook: Workbook) -> None:
    sheet = workbook.sheet(TAP)
    first, second = workbook.row(TAP, SCHOOL), workbook.row(TAP, OTHER)
    for column in range(1, sheet.max_column + 1):
        one, other = sheet.cell(first, column), sheet.cell(second, column)
        one.value, other.value = other.value, one.value
    workbook.write(TAP, SCHOOL, {"Положение утверждено": "Да"})
    head_row = workbook.row(TAP, "Организация")
    sheet.cell(head_row, sheet.max_column + 1).value = "Звонил"
    stranger = workbook.row(TAP, KINDERGARTEN)
    sheet.cell(stranger, 1).value = None
    workbook.write(TAP, KINDERGARTEN, {"Положение утверждено": "Да"})
    shown = await upload(world, admin, workbook.save())
    assert f"➕ {SCHOOL}" in shown
    assert "Строк без служебной пометки: 1" in shown
    assert "не читались: «Звонил»" in shown
    await admin.press(f"{Entering.ENTER}: 1")
    assert (await values(world, SCHOOL, TAP)) == {"done": True}
    assert await values(world, KINDERGARTEN, TAP) == {}


@pytest.mark.slow
async def test_keys_that_were_torn_off_their_rows_are_noticed(world: World, admin: Head, workbook: Workbook) -> None:
    """Sorted without the hidden column: each row would carry the key of another."""
    sheet = workbook.sheet(TAP)
    first, second = workbook.row(TAP, SCHOOL), workbook.row(TAP, OTHER)
    one, other = sheet.cell(first, 1), sheet.cell(second, 1)
    one.value, other.value = other.value, one.value
    workbook.write(TAP, SCHOOL, {"Положение утверждено": "Да"})
    shown = await upload(world, admin, workbook.save())
    assert f"Служебная пометка строки от другой организации: «{SCHOOL}». Скачайте свод заново." in shown
    assert Entering.ENTER not in str(await admin.buttons())
    assert await values(world, OTHER, TAP) == {}


@pytest.mark.slow
async def test_a_name_that_was_cut_short_by_hand(world: World, admin: Head, workbook: Workbook) -> None:
    """To fit a page; what may be another's name is not taken for this one's."""
    for organization, name in ((OTHER, "Белояр. шк."), (KINDERGARTEN, "Д/с «Елочка»"), (SCHOOL, "Школа")):
        workbook.write(TAP, organization, {"Положение утверждено": "Да"})
        workbook.cell(TAP, organization, "Организация").value = name
    shown = await upload(world, admin, workbook.save())
    assert f"➕ {OTHER}" in shown
    assert "➕ Детский сад «Ёлочка»" in shown
    assert "Служебная пометка строки от другой организации: «Школа»." in shown
    await admin.press(f"{Entering.ENTER}: 2")
    assert await values(world, SCHOOL, TAP) == {}
    assert await values(world, KINDERGARTEN, TAP) == {"done": True}


@pytest.mark.slow
async def test_a_percentage_is_what_its_reader_sees(world: World, admin: Head, workbook: Workbook) -> None:
    """Excel keeps 100 % as 1, and so does a head of a table who pressed the button with the sign."""
    share = workbook.cell(Club.TITLE, SCHOOL, "Доля, %")
    share.value, share.number_format = 1, "0%"
    shown = await upload(world, admin, workbook.save())
    assert "Доля: 12,5 → 100" in shown
    await admin.press(f"{Entering.ENTER}: 1")
    assert (await values(world, SCHOOL, Club.TITLE))["share"] == "100"


@pytest.mark.slow
async def test_what_programs_have_made_of_what_was_typed(world: World, admin: Head, workbook: Workbook) -> None:
    """A day in a column of text is read as it looks; in a column of numbers it is no number."""
    note, members = (workbook.cell(Club.TITLE, SCHOOL, each) for each in ("Примечание", "Занимается, чел."))
    note.value, note.number_format = datetime(2026, 10, 5, tzinfo=UTC).replace(tzinfo=None), "dd.mmm"
    assert "Примечание: — → 05.окт" in await upload(world, admin, workbook.save())
    members.value, members.number_format = 5, "dd.mm.yyyy"
    assert "В ячейке: «05.01.1900»" in await upload(world, admin, workbook.save())
    members.value, members.number_format = 2.6, "0"
    shown = await upload(world, admin, workbook.save())
    assert "Занимается: в ячейке видно «3», а записано 2,6. Впишите нужное число." in shown
    members.value = True
    assert "В ячейке: «ИСТИНА»" in await upload(world, admin, workbook.save())


@pytest.mark.slow
async def test_cells_that_nobody_can_take_for_an_answer(world: World, admin: Head, workbook: Workbook) -> None:
    members = workbook.cell(Club.TITLE, SCHOOL, "Занимается, чел.")
    members.value = "=2+2"
    shown = await upload(world, admin, workbook.save())
    assert "Занимается: формула «=2+2» не вычислена. Откройте файл в Excel и сохраните" in shown
    members.value, members.data_type = "#DIV/0!", "e"
    assert "Занимается: в ячейке ошибка #DIV/0!. Впишите значение" in await upload(world, admin, workbook.save())
    members.value, members.number_format = 7, ";;;"
    shown = await upload(world, admin, workbook.save())
    assert "Занимается: в ячейке записано «7», но этого не видно." in shown
    assert Entering.ENTER not in str(await admin.buttons())
    assert (await values(world, SCHOOL, Club.TITLE))["members"] == 120


@pytest.mark.slow
async def test_one_cell_for_two_schools(world: World, admin: Head, workbook: Workbook) -> None:
    sheet, column = workbook.sheet(TAP), workbook.column(TAP, "Положение утверждено")
    rows = sorted(workbook.row(TAP, each) for each in (SCHOOL, OTHER))
    workbook.write(TAP, SCHOOL, {"Положение утверждено": "Да"})
    workbook.write(TAP, OTHER, {"Положение утверждено": "Да"})
    sheet.merge_cells(start_row=rows[0], end_row=rows[1], start_column=column, end_column=column)
    shown = await upload(world, admin, workbook.save())
    assert "Положение утверждено: ячейка объединена с соседними. Отмените объединение" in shown
    assert Entering.ENTER not in str(await admin.buttons())


@pytest.mark.slow
async def test_columns_that_have_changed_places(world: World, admin: Head, workbook: Workbook) -> None:
    """Cut and pasted from the headings on: the hidden row of keys has stayed where it was."""
    workbook.swap(Club.TITLE, "Занимается, чел.", "Доля, %", keys=False)
    shown = await upload(world, admin, workbook.save())
    assert "Занимается: над этим столбцом теперь стоит «Доля, %». Верните столбцы и заголовки на место" in shown
    assert Entering.ENTER not in str(await admin.buttons())
    assert (await values(world, SCHOOL, Club.TITLE))["share"] == "12.5"


@pytest.mark.slow
async def test_whole_columns_that_have_changed_places_take_their_keys_along(
    world: World, admin: Head, workbook: Workbook
) -> None:
    workbook.write(Club.TITLE, SCHOOL, {"Занимается, чел.": 130})
    workbook.swap(Club.TITLE, "Занимается, чел.", "Доля, %", keys=True)
    shown = await upload(world, admin, workbook.save())
    assert "Занимается: 120 → 130" in shown
    assert "Доля" not in shown


@pytest.mark.slow
async def test_a_sheet_without_its_hidden_column(world: World, admin: Head, workbook: Workbook) -> None:
    workbook.write(TAP, SCHOOL, {"Положение утверждено": "Да"})
    sheet = workbook.sheet(TAP)
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, 1).value = None
    shown = await upload(world, admin, workbook.save())
    assert "Не читались листы без скрытого столбца A" in shown
    assert f": «{sheet.title}». Скачайте свод заново и перенесите ответы в него." in shown
    assert Entering.ENTER not in str(await admin.buttons())


@pytest.mark.slow
async def test_a_sheet_without_names_tells_nobody_whose_its_rows_are(
    world: World, admin: Head, workbook: Workbook
) -> None:
    workbook.write(TAP, SCHOOL, {"Положение утверждено": "Да"})
    workbook.sheet(TAP).delete_cols(workbook.column(TAP, "Организация"))
    shown = await upload(world, admin, workbook.save())
    assert "или столбца «Организация»: «2.2 Положение утверждено»." in shown
    assert Entering.ENTER not in str(await admin.buttons())


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "kept"), [("нeт", False), ("Дa.", True), ("V", True), ("✓", True), ("+", True)])
async def test_yes_and_no_as_people_mark_them(
    world: World, admin: Head, workbook: Workbook, *, typed: str, kept: bool
) -> None:
    """A Latin letter is seen by nobody, and lists are ticked off."""
    workbook.write(TAP, SCHOOL, {"Положение утверждено": typed})
    await upload(world, admin, workbook.save())
    await admin.press(f"{Entering.ENTER}: 1")
    assert await values(world, SCHOOL, TAP) == {"done": kept}


@pytest.mark.slow
async def test_a_copy_of_a_sheet_with_other_answers(world: World, admin: Head, workbook: Workbook) -> None:
    workbook.write(TAP, SCHOOL, {"Положение утверждено": "Да"})
    copy = workbook.book.copy_worksheet(workbook.sheet(TAP))
    copy.title = "Копия"
    row = workbook.row(TAP, SCHOOL)
    copy.cell(row, workbook.column(TAP, "Положение утверждено")).value = "Нет"
    shown = await upload(world, admin, workbook.save())
    assert f"Та же организация есть в строке {row} листа «" in shown
    assert Entering.ENTER not in str(await admin.buttons())


@pytest.mark.slow
async def test_what_is_typed_where_the_bot_writes_is_said_to_be_left_out(
    world: World, admin: Head, workbook: Workbook
) -> None:
    """Somebody accepts an answer, sends another back and notes a call, in the workbook."""
    assert Entering.BY_THE_BOT not in await upload(world, admin, workbook.save())
    workbook.write(Club.TITLE, SCHOOL, {"Статус": "Исполнено"})
    workbook.write(TAP, SCHOOL, {"Замечание управления": "Исправьте дату", "Комментарий организации": "Обещали завтра"})
    workbook.write(TAP, KINDERGARTEN, {"Положение утверждено": "Да", "Кто ответил": "Заведующая"})
    shown = await upload(world, admin, workbook.save())
    columns = "«Статус», «Кто ответил», «Комментарий организации», «Замечание управления»"
    place = f"строка {workbook.row(Club.TITLE, SCHOOL)}: {SCHOOL}, всего строк: 3"
    assert f"{Entering.BY_THE_BOT}: {columns} (лист «2.1 {Club.TITLE}», {place})" in shown
    # What is an answer is taken all the same.
    await admin.press(f"{Entering.ENTER}: 1")
    assert (await values(world, KINDERGARTEN, TAP)) == {"done": True}


@pytest.mark.slow
async def test_whoever_fills_in_a_sheet_that_is_not_read_hears_which_are(
    world: World, admin: Head, workbook: Workbook
) -> None:
    sheet = workbook.sheet("Сводка")
    sheet.cell(sheet.max_row, sheet.max_column).value = "Да"
    shown = await upload(world, admin, workbook.save())
    assert f"{Entering.UNCHANGED}: 5 строк как в боте. Читаются листы поручений; вписанное на других" in shown


@pytest.mark.slow
async def test_what_the_bot_wrote_itself_is_nobodys_typing(
    world: World, admin: Head, head: Head, workbook: Workbook
) -> None:
    """Since the workbook was made time has passed, an answer has been sent back, and another has come."""
    await admin.send("/panel")
    await admin.press(Panel.CONTROL, Club.TITLE, SCHOOL, Control.RETURN)
    await admin.send("Проверьте число")
    await admin.press(Control.THREE_DAYS)
    await world.at("2026-11-20 10:00")
    assert Entering.BY_THE_BOT not in await upload(world, admin, workbook.save())


@pytest.mark.slow
async def test_forged_and_foreign_keys_reach_nothing(world: World, head: Head, admin: Head) -> None:
    mine = await owed(world, KINDERGARTEN, TAP)
    theirs = await owed(world, SCHOOL, TAP)
    curator = await employee(world, CURATOR, "Куратор Олег", StaffRole.CURATOR, types={"preschool"})
    await curator.send("/panel")
    rows = [
        ["#answers:1", "name", "field:done", "field:nonsense"],
        ["", "Организация", "Положение утверждено", "Ещё"],
        [f"o:{mine}:0", "Детский сад «Ёлочка»", "да", "x"],
        [f"o:{theirs}:0", SCHOOL, "да", ""],
        ["o:9999999999:7", "Школа", "да", ""],
        ["o:-1:0", "Школа без ключа", "да", ""],
        [f"o:{mine}:0", "Детский сад «Ёлочка»", "да", "x"],
    ]
    shown = await upload(world, curator, book(rows))
    assert f"Новых ответов: 1, {Entering.LEFT_OUT}: 2." in shown
    # One line for all of them, however many: a workbook of the whole district has hundreds.
    assert f"Строк: 2. Таких {Entering.NOT_YOURS}. Первая: лист «" in shown
    assert shown.count("❗️") == 1
    await curator.press(f"{Entering.ENTER}: 1")
    assert await values(world, SCHOOL, TAP) == {}
    assert (await values(world, KINDERGARTEN, TAP)) == {"done": True}
    rows[2][2], rows[6][2] = "нет", "да"
    rows[2][0] = rows[6][0] = f"o:{mine}:1"
    assert "та же организация есть в строке 3" in (await upload(world, curator, book(rows))).lower()


@pytest.mark.slow
async def test_who_may_not_and_who_may_no_longer(world: World, admin: Head, workbook: Workbook) -> None:
    workbook.write(TAP, SCHOOL, {"Положение утверждено": "Да"})
    viewer = await employee(world, VIEWER, "Зритель Яна", StaffRole.VIEWER)
    assert Entering.HEADING not in await upload(world, viewer, workbook.save())
    await viewer.callback("ne:begin::0")
    assert Anywhere.NOT_YOURS in await viewer.toast()
    curator = await employee(world, CURATOR, "Куратор Олег", StaffRole.CURATOR)
    await curator.send("/panel")
    assert "Новых ответов: 1" in await upload(world, curator, workbook.save())
    await world.storage.apply(
        lambda tx: staff.revoke(tx, messengers.person(CURATOR), messengers.person(ADMIN), world.now)
    )
    await curator.press(f"{Entering.ENTER}: 1")
    assert Anywhere.NOT_YOURS in await curator.toast()
    assert await values(world, SCHOOL, TAP) == {}


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_two_at_once_and_a_restart_between(world: World, admin: Head, workbook: Workbook) -> None:
    workbook.write(TAP, SCHOOL, {"Положение утверждено": "Да"})
    curator = await employee(world, CURATOR, "Куратор Олег", StaffRole.CURATOR)
    await curator.send("/panel")
    await upload(world, curator, workbook.save())
    await upload(world, admin, workbook.save())
    await world.restart()
    await admin.press(f"{Entering.ENTER}: 1")
    assert "Внесён 1 ответ" in await admin.screen()
    await curator.press(f"{Entering.ENTER}: 1")
    assert Entering.CHANGED_MEANWHILE in await curator.toast()
    assert Entering.UNCHANGED in await curator.screen()
    reply = await answered(world, SCHOOL, TAP)
    assert (reply.version, reply.by_id) == (1, admin.id)


@pytest.mark.slow
async def test_what_the_department_has_decided_stays(world: World, admin: Head, head: Head, workbook: Workbook) -> None:
    await admin.send("/panel")
    await admin.press(Panel.CONTROL, Club.TITLE, SCHOOL, Control.ACCEPT)
    workbook.write(Club.TITLE, SCHOOL, {"Занимается, чел.": 130})
    shown = await upload(world, admin, workbook.save())
    assert "Ответ уже принят" in shown
    assert Entering.ENTER not in str(await admin.buttons())
    workbook.write(Club.TITLE, SCHOOL, dict.fromkeys(("Клуб", Club.SPORTS, "В реестре", "Занимается, чел."), ""))
    assert "принят" in await upload(world, admin, workbook.save())


@pytest.mark.slow
async def test_other_files(world: World, admin: Head, workbook: Workbook) -> None:
    await admin.send("/panel")
    await admin.press(ReportMenu.HEADING, Entering.ENTER_BUTTON)
    assert Entering.NO_MARKS in await upload(world, admin, book([["Организация", "Ответ"], ["Школа", "да"]]))
    assert Entering.NO_MARKS in await upload(world, admin, "Организация;Ответ\n".encode(), "ответы.csv")
    assert Entering.DAMAGED in await upload(world, admin, b"PK\x03\x04" + bytes(500))
    assert Entering.DAMAGED in await upload(world, admin, b"")
    assert "другой версией" in await upload(world, admin, book([["#answers:2"], ["o:1:0"]]))
    assert "до 5 МБ" in await upload(world, admin, bytes(5_000_001))
    # In the end the right one.
    workbook.write(TAP, SCHOOL, {"Положение утверждено": "Да"})
    await upload(world, admin, workbook.save())
    await admin.press(Entering.CANCEL)
    assert "ответы не изменены" in await admin.sees()
    assert await values(world, SCHOOL, TAP) == {}


@pytest.mark.slow
async def test_answers_that_come_where_a_list_of_organizations_is_waited_for(
    world: World, admin: Head, workbook: Workbook
) -> None:
    """The organizations of one request would be all that there are."""
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, Importing.UPLOAD)
    shown = await upload(world, admin, workbook.save())
    assert "Это свод с ответами" in shown
    assert Importing.UNCHANGED in shown
    assert await admin.buttons() == [Panel.BACK]


async def test_answers_that_come_where_words_are_waited_for(world: World, admin: Head, workbook: Workbook) -> None:
    workbook.write(TAP, OTHER, {"Положение утверждено": "Да"})
    for opened in (
        [Panel.PEOPLE],
        [Panel.PEOPLE, People.ALL],
        [Panel.JOURNAL, "Организация: все"],
        [Panel.REPORTS, ReportMenu.CHANGE_SPAN],
    ):
        await admin.send("/panel")
        await admin.press(*opened)
        assert "Новых ответов: 1" in await upload(world, admin, workbook.save())
    # It is no list of organizations, as which another file has been offered.
    await admin.press(Entering.CANCEL)
    for name in ("список.xlsx", "список исправленный.xlsx"):
        assert f"«{name}» — это {Importing.IS_IT_A_LIST}" in await upload(
            world, admin, book([["Название", "Тип"]]), name
        )
    assert "Новых ответов: 1" in await upload(world, admin, workbook.save())


@pytest.mark.slow
async def test_many_rows_come_by_pages(world: World, admin: Head, workbook: Workbook) -> None:
    for one in (SCHOOL, OTHER, KINDERGARTEN):
        workbook.write(TAP, one, {"Положение утверждено": "Да"})
    workbook.write(Club.TITLE, SCHOOL, {"Занимается, чел.": 1})
    workbook.write(Club.TITLE, OTHER, {"Клуб": "Да"})
    sheet = workbook.sheet(TAP)
    for row in (workbook.row(TAP, SCHOOL), workbook.row(TAP, OTHER)):
        values = [sheet.cell(row, column).value for column in range(1, 8)]
        sheet.append(["o:77777:0", *values[1:6], "Нет"])
    shown = await upload(world, admin, workbook.save())
    assert "Страница 1 из 2" in shown
    assert Entering.NOT_YOURS not in shown
    await admin.press("›")
    assert "Страница 2 из 2" in await admin.screen()
    assert Entering.NOT_YOURS in await admin.screen()
    await admin.press("‹", f"{Entering.ENTER}: 3")
    assert "Внесено 3 ответа" in await admin.screen()


@pytest.mark.slow
async def test_pages_are_not_shown_to_who_may_no_longer(world: World, admin: Head, workbook: Workbook) -> None:
    sheet = workbook.sheet(TAP)
    row = workbook.row(TAP, SCHOOL)
    for _ in range(8):
        sheet.append([*(sheet.cell(row, column).value for column in range(1, 7)), "Нет"])
    curator = await employee(world, CURATOR, "Куратор Олег", StaffRole.CURATOR)
    await curator.send("/panel")
    assert "Страница 1 из" in await upload(world, curator, workbook.save())
    before = await curator.sees()
    await world.storage.apply(
        lambda tx: staff.revoke(tx, messengers.person(CURATOR), messengers.person(ADMIN), world.now)
    )
    await curator.press("›")
    assert Anywhere.NOT_YOURS in await curator.toast()
    assert await curator.sees() == before
