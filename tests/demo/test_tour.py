"""The walk of five steps, by the buttons of the page; then the faults, and the same page on a phone and in the dark."""

import io
from urllib.parse import unquote

import aiohttp
import openpyxl
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.demo.conftest import HEAD, OFFICE, Demo, button, desk, opened, phone, running, write
from tests.forge import Forge
from tests.texts.department import Panel, ReportMenu
from tests.texts.example import Club, Titles, Types
from tests.texts.heads import Form, Registration, Request

# Whichever comes first plays the month before, on a machine that does more than that.
pytestmark = pytest.mark.timeout(600)


@pytest.mark.slow
async def test_the_tour_and_then_the_faults(browser: Browser, forge: Forge) -> None:
    async with running(forge=forge) as demo, opened(browser, demo) as page:
        await subscribe_by_keyboard(page)
        await page.get_by_role("button", name="На 5 октября").click()
        await expect(phone(page, HEAD).get_by_text(Titles.SCHOOL_SPORTS_CLUB).first).to_be_visible()
        await answer(page)
        await see_it_in_the_department(page)
        await download(page, demo)
        await expect(page.locator("#tour")).to_contain_text("Готово")
        await nothing_is_lost(page, demo)
        await on_a_phone_in_the_dark(page)


async def subscribe_by_keyboard(page: Page) -> None:
    """Without a mouse: each button is reached by focus and pressed by Enter."""
    head = phone(page, HEAD)
    await head.get_by_role("button", name="Старт").press("Enter")
    for label in (Registration.AGREE, Types.GENERAL, Registration.DONE, "Сосновоозёрская СОШ", Registration.HEAD):
        await button(head, label).press("Enter")
        if label == Types.GENERAL:
            # Whoever reads the screen goes on when it is ticked.
            await expect(button(head, label)).to_contain_text("✅")
            await expect(button(head, label)).to_be_focused()
    await expect(head.get_by_text(Registration.REGISTERED)).to_be_visible()
    await expect(page.locator("#tour li.done")).to_have_count(1)


async def answer(page: Page) -> None:
    """The club works, with its numbers."""
    head = phone(page, HEAD)
    form = head.locator(".row.theirs", has_text=Titles.SCHOOL_SPORTS_CLUB).last
    await button(form, Club.WORKS).click()
    await button(form, "Нет").click()
    for number, place in (("41", "3 из 5"), ("3", "4 из 5"), ("2", "5 из 5")):
        await expect(form).to_contain_text(place)
        await write(head, number)
    await button(form, Form.SEND).click()
    await expect(head.get_by_text(Form.ACCEPTED).last).to_be_visible()


async def see_it_in_the_department(page: Page) -> None:
    """Control, the request, the organization."""
    office = phone(page, OFFICE)
    await page.locator("#tour").get_by_role("button", name="Рабочий стол").click()
    await expect(office.locator(".row").last).to_contain_text(Panel.HEADING)
    await button(office, Panel.CONTROL).click()
    await office.locator(".key", has_text=Titles.SCHOOL_SPORTS_CLUB).last.click()
    # Four schools have answered by themselves.
    await button(office, "На проверке: 5").click()
    await expect(office.locator(".key", has_text="• На проверке: 5")).to_be_visible()
    await expect(office.locator(".row").last).to_contain_text("Сосновоозёрская")
    await expect(page.locator("#tour .now")).to_have_text("4. Ответ в управлении")
    await button(office.locator(".row").last, await line_of(office, "Сосновоозёрская")).click()
    await expect(office.get_by_text("Занимается обучающихся: 41 чел.")).to_be_visible()


async def line_of(office: Locator, school: str) -> str:
    """What its button says in the newest message: its name, or the number of its line."""
    if await office.locator(".row").last.locator(".key", has_text=school).count():
        return school
    shown = await office.locator(".text").last.text_content() or ""
    return next(line for line in shown.splitlines() if school in line).partition(".")[0]


async def download(page: Page, demo: Demo) -> None:
    """The workbook is a workbook."""
    office = phone(page, OFFICE)
    await desk(office)
    await button(office, Panel.REPORTS).click()
    await button(office, ReportMenu.WORKBOOK).click()
    file = office.locator(".file").last
    await expect(file).to_be_visible()
    address = await file.get_attribute("href")
    async with aiohttp.ClientSession() as session, session.get(demo.url.rstrip("/") + str(address)) as response:
        assert "Свод" in unquote(response.headers["Content-Disposition"])
        book = openpyxl.load_workbook(io.BytesIO(await response.read()))
    assert 41 in [cell.value for row in book[book.sheetnames[-1]] for cell in row]


async def nothing_is_lost(page: Page, demo: Demo) -> None:
    """Telegram is down, the bot is killed: what was sent meanwhile is answered once, and nothing twice."""
    head = phone(page, HEAD)
    await page.get_by_text("Неполадки").click()
    await page.get_by_label("Telegram недоступен").check()
    await expect(page.locator("#bot")).to_have_text("Telegram недоступен")
    await write(head, "/tasks")
    await expect(page.locator("#waiting")).to_contain_text("Ждут бота: 1")
    await page.get_by_role("button", name="Остановить бота внезапно").click()
    await page.get_by_label("Telegram недоступен").uncheck()
    await expect(page.locator("#waiting")).to_contain_text("Ничего не ждёт")
    await expect(page.locator("#bot")).to_have_text("Бот работает")
    await expect(head.get_by_text(Request.OPEN).last).to_be_visible()
    await page.keyboard.press("Escape")
    texts = await demo.texts(HEAD)
    assert sum(Form.ACCEPTED in text for text in texts) == 1
    assert (await demo.state())["bot"]["starts"] == 2


async def on_a_phone_in_the_dark(page: Page) -> None:
    """One chat at a time, nothing wider than the screen, and text that is light on dark."""
    await page.set_viewport_size({"width": 390, "height": 800})
    await page.emulate_media(color_scheme="dark")
    await page.locator("#tabs").get_by_text("Доржиев").click()
    await expect(phone(page, 102)).to_be_visible()
    await expect(phone(page, HEAD)).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in dark.removeprefix("rgb(").removesuffix(")").split(",")) < 150
