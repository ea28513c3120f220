"""What the department sees: its digest, who has answered, a question, an announcement, an invitation, reports."""

import base64
import tempfile
from pathlib import Path
from urllib.parse import unquote

import aiohttp
from playwright.async_api import Browser, Locator, Page, expect

from tests.demo.conftest import OFFICE, Demo, button, desk, phone, write
from tests.demo.pictures.camera import FOLDER, Camera, shrink
from tests.handlers.department.returned import Workbook
from tests.texts.department import (
    Announcements,
    Control,
    Digest,
    Entering,
    Panel,
    Questions,
    Recipients,
    ReportMenu,
)
from tests.texts.example import Club, Titles, Types
from tests.texts.heads import Form

# Milliseconds: a report is made by a process that lets everything else go first.
_PATIENCE = 300_000
# Whose answer is given by telephone.
_SCHOOL = "Степноключевская"


async def who_has_answered(page: Page, camera: Camera) -> None:
    """The request with its organizations, and one answer; the whole page with it."""
    office = phone(page, OFFICE)
    await desk(office)
    await button(office, Panel.CONTROL).click()
    await office.locator(".key", has_text=Titles.SCHOOL_SPORTS_CLUB).last.click()
    await expect(office.locator(".key", has_text="• Все")).to_be_visible()
    await camera.phone(office, "control")
    await expect(page.locator("#bot")).to_have_class("bot well")
    await camera.page("demo")
    await button(office, Control.TO_REVIEW).click()
    await expect(office.locator(".key", has_text=f"• {Control.TO_REVIEW}")).to_be_visible()
    await button(office, "Белояровская").click()
    await expect(button(office, Control.RETURN)).to_be_visible()
    await camera.phone(office, "answer")


async def asking_and_telling(page: Page, camera: Camera) -> None:
    """A question with yes or no, and an announcement that is acknowledged; neither is sent."""
    office = phone(page, OFFICE)
    await desk(office)
    await button(office, Panel.REQUESTS).click()
    await expect(button(office, Questions.NEW)).to_be_visible()
    await write(office, "Исправны ли школьные автобусы?")
    await expect(_newest(office)).to_contain_text(Questions.IS_DRAFT)
    await button(office, "Да / Нет").click()
    await expect(button(office, Questions.ADD_FIELD)).to_be_visible()
    await _to_all(office)
    await camera.phone(office, "question")
    await desk(office)
    await button(office, Panel.ANNOUNCEMENTS).click()
    await button(office, Announcements.NEW).click()
    await write(office, "Коллеги! Совещание директоров — 9 октября в 14:00, зал управления.")
    await expect(_newest(office)).to_contain_text(Announcements.IS_DRAFT)
    await _to_all(office)
    await button(office, f"«{Announcements.ACKNOWLEDGE}»").click()
    await expect(button(office, f"«{Announcements.ACKNOWLEDGE}»: {Form.YES.lower()}")).to_be_visible()
    await camera.phone(office, "announcement")


async def _to_all(office: Locator) -> None:
    await button(office, Recipients.TO).click()
    await button(office, Recipients.ALL).click()
    await expect(_newest(office).locator(".key", has_text=f"✅ {Recipients.ALL}")).to_be_visible()
    await button(office, Recipients.DONE).click()
    await expect(button(office, f"{Recipients.TO}: 1")).to_be_visible()


async def an_invitation(page: Page, camera: Camera) -> None:
    """A deputy's: it is a message to pass on."""
    office = phone(page, OFFICE)
    await desk(office)
    await button(office, Panel.PEOPLE).click()
    await button(office, Types.GENERAL).click()
    await button(office, "Тихореченская").click()
    await button(office, "Пригласить заместителя").click()
    await expect(_newest(office)).to_contain_text("start=")
    await camera.phone(office, "invitation")


async def the_digest(page: Page, demo: Demo, camera: Camera) -> None:
    """The morning after the clubs were due."""
    year = (await demo.state())["now"][:4]
    await demo.call("move", to=f"{year}-10-16")
    digest = phone(page, OFFICE).locator(".row.theirs", has_text=Digest.HEADING).last
    await expect(digest).to_contain_text("16 октября")
    await camera.phone(phone(page, OFFICE), "digest", digest)


async def reports(page: Page, demo: Demo, browser: Browser, camera: Camera) -> None:
    """The matrix and the workbook; the workbook comes back with an answer; the board in a browser."""
    office = phone(page, OFFICE)
    await desk(office)
    await button(office, Panel.REPORTS).click()
    await expect(button(office, ReportMenu.BOARD)).to_be_visible()
    await button(office, "Матрица").click()
    matrix = office.locator(".row.theirs", has=page.locator(".picture img")).last
    await expect(matrix).to_be_visible(timeout=_PATIENCE)
    _, content = await _made(office, demo, ReportMenu.WORKBOOK, ".xlsx")
    await camera.phone(office, "reports", matrix, _newest(office))
    await demo.call(
        "send_file", person_id=OFFICE, name="Свод.xlsx", content_base64=base64.b64encode(_filled_in(content)).decode()
    )
    await expect(_newest(office)).to_contain_text(Entering.HEADING)
    await camera.phone(office, "entering")
    await desk(office)
    await button(office, Panel.REPORTS).click()
    name, content = await _made(office, demo, ReportMenu.BOARD, ".html")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        board = await browser.new_page(viewport={"width": 1100, "height": 760}, locale="ru-RU")
        await board.goto(path.as_uri())
        await expect(board.locator("#grid tbody th").first).to_be_visible()
        await board.screenshot(path=FOLDER / "board.png")
        shrink(FOLDER / "board.png")
        await board.close()


def _newest(office: Locator) -> Locator:
    # A card stays where it is: what was typed for it may stand below.
    return office.locator(".row.theirs").last


async def _made(office: Locator, demo: Demo, report: str, ending: str) -> tuple[str, bytes]:
    """Name and content of the report, once it has come."""
    files = office.locator(f".file[download$='{ending}']")
    before = await files.count()
    await button(office, report).click()
    await expect(files).to_have_count(before + 1, timeout=_PATIENCE)
    address = await files.last.get_attribute("href")
    name = unquote(str(await files.last.get_attribute("download")))
    async with aiohttp.ClientSession() as session, session.get(demo.url.rstrip("/") + str(address)) as response:
        return name, await response.read()


def _filled_in(content: bytes) -> bytes:
    """The workbook with what the school has said by telephone."""
    workbook = Workbook(content)
    sheet = next(name for name in workbook.book.sheetnames if name.startswith("2.4"))
    row = workbook.row(sheet, _SCHOOL)
    keys = next(
        row for row in workbook.book[sheet].iter_rows() if any(str(cell.value).startswith("field:") for cell in row)
    )
    columns = {str(cell.value).removeprefix("field:"): int(cell.column or 0) for cell in keys}
    said = {"club": Club.WORKS, "registered": Form.NO, "members": 36, "sections": 2, "events": 4}
    for field, value in said.items():
        workbook.book[sheet].cell(row, columns[field]).value = value
    return workbook.save()
