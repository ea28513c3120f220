"""The department asks for reports, and gets them: at a press, as a table in the chat, and by themselves."""

import io

import openpyxl
import pytest

from bot.domain.letter import LetterKind
from bot.domain.people.member import StaffRole
from bot.storage.people import staff
from bot.storage.post import letters
from bot.storage.schema import letters as letter_rows
from bot.views.callbacks.reports import Make, OfDirective, OfOrganization, OfRound, OnSchedule, Reports
from tests import messengers
from tests.handlers.answering.ledger import answer
from tests.handlers.department.staff import chief, employee, small_world
from tests.people import ADMIN, CURATOR, VIEWER
from tests.texts.department import Control, Panel, People, Report, ReportMenu
from tests.texts.example import Club
from tests.texts.heads import Anywhere, Form
from tests.world import Head, World

pytestmark = pytest.mark.usefixtures("admin", "head")

SCHOOL = "Сосновоозёрская"


world, admin = small_world(), chief


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """The head of a school, who has answered about the club."""
    head = await world.person("Иванова Мария", 101)
    await head.join("Общее", SCHOOL)
    await answer(world, head)
    return head


async def ordered(world: World) -> int:
    """Reports that wait to be made."""
    async with world.storage.read() as tx:
        rows = await tx.execute(letter_rows.select().where(letter_rows.c.kind == LetterKind.REPORT))
        return len(rows.all())


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_the_workbook_of_a_period_in_three_taps(world: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(ReportMenu.HEADING)
    assert f"{ReportMenu.SPAN}: 1 сентября — 5 октября (учебный год)" in await admin.sees()
    await admin.press(ReportMenu.WORKBOOK)
    assert await admin.toast() == "Готовим. Пришлём сюда отдельным сообщением"
    name, content = await admin.received_file()
    assert name == "Свод 01.09.2026-05.10.2026.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[0] == Report.SUMMARY
    assert "Свод по поручениям" in await admin.screen()
    # Nobody is late yet, so there is no share of anything.
    assert f"{Report.REPORTED} 1; {Report.PENDING}: " in await admin.screen()


@pytest.mark.slow
async def test_the_board_comes_as_a_file_that_opens_by_itself(world: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(ReportMenu.HEADING, ReportMenu.BOARD)
    name, content = await admin.received_file()
    assert name.endswith(".html")
    assert ReportMenu.BOARD in name
    page = content.decode()
    assert page.startswith("<!doctype html>")
    assert SCHOOL in page
    assert Club.TITLE.partition(" ")[2] in page


@pytest.mark.slow
async def test_a_curator_gets_a_board_of_their_own_matters(world: World, admin: Head) -> None:
    # Only schools have been asked.
    curator = await employee(world, CURATOR, "Куратор", StaffRole.CURATOR, types={"preschool"})
    await curator.send("/panel")
    await curator.press(ReportMenu.HEADING, ReportMenu.BOARD)
    assert Report.NOTHING_ASKED in await curator.screen()


@pytest.mark.slow
async def test_a_period_of_ones_own(world: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(ReportMenu.HEADING, ReportMenu.CHANGE_SPAN, "Прошлый месяц")
    assert f"{ReportMenu.SPAN}: 1 сентября — 30 сентября (прошлый месяц)" in await admin.sees()
    await admin.press(ReportMenu.CHANGE_SPAN)
    for nonsense in ("вчера", "31.09–01.10", "05.10–01.10", "1.1.0001 - 2.2.9999", "9" * 500):
        await admin.send(nonsense)
        assert "Не удалось понять период" in await admin.sees()
        assert "Прошлый месяц" in await admin.buttons()
    # What a button says may be typed, too.
    await admin.send("за прошлый месяц")
    assert f"{ReportMenu.SPAN}: 1 сентября — 30 сентября (прошлый месяц)" in await admin.sees()
    await admin.press(ReportMenu.CHANGE_SPAN)
    await admin.send("с 28.09 по 04.10.2026")
    assert f"{ReportMenu.SPAN}: 28 сентября — 4 октября\n" in await admin.sees()
    await admin.press(ReportMenu.WORKBOOK)
    # Nothing was asked then: words instead of an empty file.
    assert Report.NOTHING_ASKED in await admin.screen()
    # What is typed now is no period any more.
    await admin.send("01.10–05.10")
    assert f"{ReportMenu.SPAN}: 1 октября" not in await admin.sees()


@pytest.mark.slow
@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
async def test_a_round_as_a_table_in_the_chat(world: World, admin: Head) -> None:
    await admin.send("/status")
    await admin.press(Club.TITLE)
    await admin.press(Control.AS_TABLE)
    seen = await admin.sees()
    assert f"{Report.REPORTED} 1; {Report.PENDING}: 1" in seen
    # The other school still has time.
    assert Report.NOT_REPORTED not in seen
    if messengers.draws_tables():
        heading, *rows = await admin.table()
        assert heading[:3] == ["№", "Организация", "Статус"]
        assert rows[0][0] == "1"
        assert any(SCHOOL in row[1] and Report.REPORTED_COLUMN in row[2] for row in rows)
        # For a telephone that does not.
        await admin.press("Текстом")
    seen = await admin.sees()
    assert Report.TOTAL in seen
    assert SCHOOL in seen
    await admin.press("Excel")
    name, content = await admin.received_file()
    assert name.endswith(".xlsx")
    assert Report.SUMMARY not in openpyxl.load_workbook(io.BytesIO(content)).sheetnames


@pytest.mark.slow
async def test_after_the_due_date_the_silent_are_named(world: World, admin: Head) -> None:
    await world.at("2026-10-16 09:00")
    await admin.send("/status")
    await admin.press(Club.TITLE)
    await admin.press(Control.AS_TABLE)
    seen = await admin.sees()
    assert f"{Report.REPORTED} 1 из 2 (50\u00a0%), в срок 1" in seen
    assert Report.NOT_REPORTED in seen


@pytest.mark.slow
async def test_where_tables_are_refused_the_text_comes(world: World, admin: Head) -> None:
    await admin.send("/status")
    await admin.press(Club.TITLE)
    await world.telegram.order_fault("400", method="sendRichMessage")
    await admin.press(Control.AS_TABLE)
    seen = await admin.sees()
    assert f"{Report.REPORTED} 1; {Report.PENDING}: 1" in seen
    assert SCHOOL in seen
    assert await admin.buttons() == ["Excel", "К запросу"]


@pytest.mark.slow
@pytest.mark.telegram_alone
async def test_a_file_that_the_server_does_not_take_is_told_of_and_holds_up_no_other(
    world: World, admin: Head, caplog: pytest.LogCaptureFixture
) -> None:
    """A proxy before an own server takes a megabyte: no other try helps, and other reports wait behind this one."""
    await world.telegram.order_fault("413", method="sendDocument", count=1)
    await admin.send("/panel")
    await admin.press(ReportMenu.HEADING, ReportMenu.WORKBOOK)
    assert ReportMenu.NOT_TAKEN in await admin.sees()
    assert "Request Entity Too Large" in caplog.text
    await admin.send("/panel")
    await admin.press(ReportMenu.HEADING, ReportMenu.WORKBOOK)
    assert (await admin.received_file())[0].endswith(".xlsx")


@pytest.mark.slow
async def test_from_a_directives_card(world: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.DIRECTIVES)
    await admin.press(next(label for label in await admin.buttons() if Club.TITLE in label))
    await admin.press(ReportMenu.WORKBOOK)
    _, content = await admin.received_file()
    assert Report.SUMMARY not in openpyxl.load_workbook(io.BytesIO(content)).sheetnames


@pytest.mark.slow
async def test_the_answers_of_one_organization(world: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(Panel.PEOPLE, "Общее", SCHOOL, People.ANSWERS_FILE)
    name, content = await admin.received_file()
    assert name.endswith(".xlsx")
    texts = [cell.value for sheet in openpyxl.load_workbook(io.BytesIO(content)) for row in sheet for cell in row]
    assert any(SCHOOL in str(text) for text in texts)
    limited = await employee(world, CURATOR, "Куратор", StaffRole.CURATOR, types={"preschool"})
    await limited.callback(OfOrganization(organization=1).pack())
    assert Anywhere.NOT_YOURS in await limited.toast()


@pytest.mark.slow
async def test_what_is_forged_or_not_theirs(world: World, head: Head) -> None:
    for data in (
        Reports().pack(),
        Make(kind="workbook", span="y").pack(),
        OfRound(round=1, what="t").pack(),
        OfDirective(id="club", what="w").pack(),
        OnSchedule(turn="monthly").pack(),
    ):
        await head.callback(data)
        assert Anywhere.NOT_YOURS in await head.toast()
    viewer = await employee(world, VIEWER, "Наблюдатель", StaffRole.VIEWER, topics={"none"})
    for data, said in (
        (OfRound(round=1, what="w").pack(), Control.NO_ROUND),
        (OfRound(round=99_999, what="t").pack(), Control.NO_ROUND),
        (Make(kind="workbook", span="c", first="no", last="date").pack(), Anywhere.OUTDATED),
    ):
        await viewer.callback(data)
        assert said in await viewer.toast()
    await viewer.callback(OfDirective(id="none", what="d").pack())
    assert "запросов ещё не было" in await viewer.toast()
    assert await ordered(world) == 0


@pytest.mark.slow
async def test_a_role_taken_away_before_the_report_is_made(world: World) -> None:
    curator = await employee(world, CURATOR, "Куратор", StaffRole.CURATOR)
    before = await curator.count()
    await world.storage.apply(
        lambda tx: letters.write(tx, LetterKind.REPORT, [messengers.person(CURATOR)], world.now, what="workbook")
    )
    await world.storage.apply(
        lambda tx: staff.revoke(tx, messengers.person(CURATOR), messengers.person(ADMIN), world.now)
    )
    await world.settle()
    assert await curator.count() == before


@pytest.mark.slow
async def test_reports_that_come_by_themselves(world: World, admin: Head) -> None:
    await admin.send("/panel")
    await admin.press(ReportMenu.HEADING, "По расписанию")
    assert await admin.buttons() == [f"{ReportMenu.MONTHLY}: нет", f"{ReportMenu.PER_REQUEST}: нет", Panel.BACK]
    await admin.press(f"{ReportMenu.MONTHLY}: нет")
    await admin.press(f"{ReportMenu.PER_REQUEST}: нет")
    assert await admin.buttons() == [f"{ReportMenu.MONTHLY}: да", f"{ReportMenu.PER_REQUEST}: да", Panel.BACK]
    # The 1st of November is a Sunday, and the 4th a holiday that moves no other.
    await world.at("2026-10-30 17:00")
    files = len(await admin.phone.files())
    await world.at("2026-11-02 08:30")
    assert len(await admin.phone.files()) == files
    await world.at("2026-11-02 09:00")
    received = (await admin.phone.files())[files:]
    assert "Свод 01.10.2026-31.10.2026.xlsx" in [name for name, _ in received]
    # Once: neither the next tick nor the next day brings it again.
    await world.at("2026-11-02 09:01")
    await world.at("2026-11-03 09:00")
    assert len(await admin.phone.files()) == files + len(received)
    assert Form.CLOSED in "\n".join(message["text"] for message in await admin.phone.messages())
