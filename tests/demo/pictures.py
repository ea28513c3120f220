"""Makes the pictures of README.md from the demo itself: python -m tests.demo.pictures."""

import asyncio

from playwright.async_api import Locator, Page, async_playwright, expect

from tests.demo.conftest import ARGUMENTS, HEAD, OFFICE, button, chromium, desk, opened, phone, running, write
from tests.demo.test_tour import subscribe_by_keyboard
from tests.texts.department import Panel, ReportMenu
from tests.texts.example import Club, Titles
from tests.texts.heads import Form
from tests.world import ROOT

_FOLDER = ROOT / "docs/pictures"
# So wide are phones in the tables of README.md.
_WIDTH, _HEIGHT = 390, 780


async def main() -> None:
    """Walks through the tour and looks at it now and then."""
    _FOLDER.mkdir(exist_ok=True)
    async with async_playwright() as playwright, running() as demo:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        async with opened(browser, demo, 1440, 900) as page:
            head, office = phone(page, HEAD), phone(page, OFFICE)
            await subscribe_by_keyboard(page)
            await page.get_by_role("button", name="На 5 октября").click()
            await expect(head.get_by_text(Titles.SCHOOL_SPORTS_CLUB).first).to_be_visible()
            await _picture(page, head, "request")
            form = head.locator(".row.theirs", has_text=Titles.SCHOOL_SPORTS_CLUB).last
            await button(form, Club.WORKS).click()
            await button(form, "Нет").click()
            await expect(form).to_contain_text("3 из 5")
            await write(head, "41")
            await expect(form).to_contain_text("4 из 5")
            await _picture(page, head, "form")
            for person_id in (HEAD, 102, 103):
                await demo.call("automatic", id=person_id, on=True)
            await expect(head.get_by_text(Form.ACCEPTED).last).to_be_visible()
            await demo.call("next_day")
            await desk(office)
            await button(office, Panel.CONTROL).click()
            await office.locator(".key", has_text=Titles.SCHOOL_SPORTS_CLUB).last.click()
            await expect(office.locator(".key", has_text="• Все")).to_be_visible()
            await page.screenshot(path=_FOLDER / "demo.png")
            await _picture(page, office, "control")
            await desk(office)
            await button(office, Panel.REPORTS).click()
            await button(office, "Матрица").click()
            await expect(office.locator(".picture img").last).to_be_visible()
            await button(office, ReportMenu.WORKBOOK).click()
            await expect(office.locator(".file").last).to_be_visible()
            await _picture(page, office, "reports")
        await browser.close()


async def _picture(page: Page, who: Locator, name: str) -> None:
    """One phone as a phone shows it."""
    before = page.viewport_size
    # What popped up goes first.
    await expect(who.locator(".toast")).to_be_hidden()
    person = await who.get_attribute("data-person")
    await page.set_viewport_size({"width": _WIDTH, "height": _HEIGHT + 220})
    await page.locator(f"#tabs [data-person='{person}']").click()
    await who.locator(".messages").evaluate("node => { node.scrollTop = node.scrollHeight; }")
    await who.screenshot(path=_FOLDER / f"{name}.png")
    assert before is not None
    await page.set_viewport_size(before)


if __name__ == "__main__":
    asyncio.run(main())
