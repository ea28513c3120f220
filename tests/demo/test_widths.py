"""The tour on a phone, on a tablet and on a desk: what it counts, what it says, and how much room it leaves."""

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.demo.conftest import HEAD, OFFICE, Demo, button, desk, opened, phone, running, write
from tests.demo.test_tour import answer, open_line_of
from tests.texts.department import Panel, ReportMenu
from tests.texts.example import Titles, Types
from tests.texts.heads import Form, Registration

SIZES = [(390, 844), (768, 1024), (1400, 860)]
BARS = "document.querySelector('.phones').getBoundingClientRect().top / innerHeight"
WIDER = "document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_the_tour(browser: Browser, width: int, height: int) -> None:
    async with running() as demo, opened(browser, demo, width, height) as page:
        head, office, now = phone(page, HEAD), phone(page, OFFICE), page.locator("#tour .now")
        await expect(now).to_have_text("1. Подписаться")
        await room_is_left(page, width)
        await head.get_by_role("button", name="Старт").click()
        for label in (Registration.AGREE, Types.GENERAL, Registration.DONE, "Сосновоозёрская СОШ", Registration.HEAD):
            await button(head, label).click()
            if label == Types.GENERAL:
                # Whoever reads the screen goes on when it is ticked.
                await expect(button(head, label)).to_contain_text("✅")
        await expect(now).to_have_text("2. Получить запрос")
        await another_answer_does_not_count(page, demo)
        await page.get_by_role("button", name="На 5 октября").click()
        await expect(now).to_have_text("3. Ответить")
        await expect(head.get_by_text(Titles.SCHOOL_SPORTS_CLUB).first).to_be_visible()
        await answer(page)
        await expect(now).to_have_text("4. Ответ в управлении")
        await room_is_left(page, width)
        await expect(office).to_be_visible()
        await desk(office)
        await button(office, Panel.CONTROL).click()
        await office.locator(".key", has_text=Titles.SCHOOL_SPORTS_CLUB).last.click()
        await expect(office.locator(".row").last).to_contain_text("Сосновоозёрская")
        await open_line_of(office, "Сосновоозёрская")
        await expect(now).to_have_text("5. Скачать свод")
        await desk(office)
        await button(office, Panel.REPORTS).click()
        await button(office, ReportMenu.WORKBOOK).click()
        await expect(page.locator("#tour")).to_contain_text("Готово")
        await a_reply_stays_in_its_bubble(page, head)


async def room_is_left(page: Page, width: int) -> None:
    """Nothing is wider than the screen; on a phone the bars take a fifth of it, on a tablet there are two phones."""
    assert await page.evaluate(WIDER) <= 0
    share: float = await page.evaluate(BARS)
    assert share <= 0.2, share
    assert await page.locator(".phone:visible").count() == {390: 1, 768: 2, 1400: 4}[width]
    brand = page.locator(".brand h1")
    assert (await brand.bounding_box() or {"height": 0})["height"] < 30


async def another_answer_does_not_count(page: Page, demo: Demo) -> None:
    """Whoever registers is asked for what is open already; only the club's answer is the tour's."""
    head = phone(page, HEAD)
    await demo.call("automatic", id=HEAD, on=True)
    await expect(head.get_by_text(Form.ACCEPTED).first).to_be_attached()
    await demo.call("automatic", id=HEAD, on=False)
    await expect(page.locator("#tour .now")).to_have_text("2. Получить запрос")


async def a_reply_stays_in_its_bubble(page: Page, head: Locator) -> None:
    """A quotation that is longer than the phone is wide is cut, not the message."""
    await page.evaluate(f"document.querySelector('#tabs [data-person=\"{HEAD}\"]').click()")
    long = head.locator(".row.theirs", has_text=Titles.SCHOOL_SPORTS_CLUB).last
    await long.hover()
    await long.get_by_role("button", name="Ответить", exact=True).click()
    await write(head, "Ремонтировали зал в ноябре")
    mine = head.locator(".row.mine", has_text="Ремонтировали зал").last
    await expect(mine.locator(".reply")).to_be_visible()
    row, bubble = await mine.bounding_box(), await mine.locator(".bubble").bounding_box()
    whole = await head.locator(".messages").bounding_box()
    assert row is not None
    assert bubble is not None
    assert whole is not None
    assert bubble["width"] <= row["width"] + 1
    assert whole["x"] <= bubble["x"]
    assert bubble["x"] + bubble["width"] <= whole["x"] + whole["width"]


@pytest.mark.parametrize(("registration", "said"), [("approval", "«Подтвердить»"), ("invite", "приглашение")])
async def test_the_first_step_says_what_else_it_takes(browser: Browser, registration: str, said: str) -> None:
    async with running("--registration", registration) as demo, opened(browser, demo) as page:
        await expect(page.locator("#tour p")).to_contain_text(said)
        # The others have joined, however heads are seated from now on.
        assert any(Form.ACCEPTED in text for text in await demo.texts(102))
        if registration == "approval":
            head, office = phone(page, HEAD), phone(page, OFFICE)
            await head.get_by_role("button", name="Старт").click()
            for label in (Registration.AGREE, Types.GENERAL, Registration.DONE, "Сосновоозёрская СОШ"):
                await button(head, label).click()
                if label == Types.GENERAL:
                    await expect(button(head, label)).to_contain_text("✅")
            await button(head, Registration.HEAD).click()
            await button(office, "Подтвердить").click()
            await expect(page.locator("#tour .now")).to_have_text("2. Получить запрос")
