"""The tour on a phone, on a tablet and on a desk: what it counts, what it says, and how much room it leaves."""

import re
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.demo.conftest import HEAD, OFFICE, Demo, button, desk, opened, phone, running, write
from tests.demo.test_tour import line_of
from tests.texts.department import Panel, ReportMenu
from tests.texts.example import Club, Titles, Types
from tests.texts.heads import Form, Registration

# Whichever comes first plays the month before, on a machine that does more than that.
pytestmark = pytest.mark.timeout(600)

# A phone, a tablet, a desk.
SIZES = [(390, 844), (768, 1024), (1400, 860)]
BARS = "document.querySelector('.phones').getBoundingClientRect().top / innerHeight"
WIDER = "document.documentElement.scrollWidth - innerWidth"


class Hands:
    """Presses what all the pages of one demo show: in turns, after the others could have done it as well."""

    def __init__(self, pages: list[Page]) -> None:
        self.pages = pages
        self._turn = 0

    async def press(self, find: Callable[[Page], Locator]) -> None:
        """Where it is this page's turn; elsewhere everything is done but the press itself."""
        self._turn += 1
        mine = self.pages[self._turn % len(self.pages)]
        for page in self.pages:
            if page is not mine:
                await find(page).click(trial=True)
        await find(mine).click()

    async def press_in(self, person_id: int, label: str) -> None:
        """The newest such button of somebody's phone."""
        await self.press(lambda page: button(phone(page, person_id), label))

    async def write(self, person_id: int, text: str) -> None:
        """Types it where it is a page's turn."""
        self._turn += 1
        await write(phone(self.pages[self._turn % len(self.pages)], person_id), text)

    async def see(self, person_id: int, words: str) -> None:
        """All see it in the newest message."""
        for page in self.pages:
            await expect(phone(page, person_id).locator(".row").last).to_contain_text(words)

    async def now(self, step: str) -> None:
        """The tour has come to that step, wherever it is shown."""
        for page in self.pages:
            await expect(page.locator("#tour .now")).to_have_text(step)


@pytest.mark.soak
async def test_the_tour(browser: Browser) -> None:
    async with running() as demo, AsyncExitStack() as stack:
        hands = Hands([await stack.enter_async_context(opened(browser, demo, *size)) for size in SIZES])
        await hands.now("1. Подписаться")
        await room_is_left(hands.pages)
        await hands.press(lambda page: phone(page, HEAD).get_by_role("button", name="Старт"))
        for label in (Registration.AGREE, Types.GENERAL, Registration.DONE, "Сосновоозёрская СОШ", Registration.HEAD):
            await hands.press_in(HEAD, label)
            if label == Types.GENERAL:
                # Whoever reads the screen goes on when it is ticked.
                await hands.see(HEAD, "✅")
        await hands.now("2. Получить запрос")
        await another_answer_does_not_count(hands, demo)
        await hands.press(lambda page: page.get_by_role("button", name="На 5 октября"))
        await hands.now("3. Ответить")
        await hands.see(HEAD, Titles.SCHOOL_SPORTS_CLUB)
        await hands.press_in(HEAD, Club.WORKS)
        await hands.press_in(HEAD, "Нет")
        await hands.see(HEAD, "3 из 5")
        await hands.write(HEAD, "41\n3\n2")
        await hands.press_in(HEAD, Form.SEND)
        await hands.now("4. Ответ в управлении")
        await room_is_left(hands.pages)
        await hands.press(lambda page: page.locator("#tour").get_by_role("button", name="Рабочий стол"))
        await hands.see(OFFICE, Panel.HEADING)
        await hands.press_in(OFFICE, Panel.CONTROL)
        club = Titles.SCHOOL_SPORTS_CLUB
        await hands.press(lambda page: phone(page, OFFICE).locator(".key", has_text=club).last)
        await hands.see(OFFICE, "Сосновоозёрская")
        line = await line_of(phone(hands.pages[0], OFFICE), "Сосновоозёрская")
        await hands.press_in(OFFICE, line)
        await hands.now("5. Скачать свод")
        await loaded_again(hands.pages[0])
        await hands.now("5. Скачать свод")
        await expect(phone(hands.pages[0], OFFICE)).to_be_visible()
        await hands.press(lambda page: page.locator("#tour").get_by_role("button", name="Рабочий стол"))
        await hands.see(OFFICE, Panel.HEADING)
        await hands.press_in(OFFICE, Panel.REPORTS)
        await hands.press_in(OFFICE, ReportMenu.WORKBOOK)
        for page in hands.pages:
            await expect(page.locator("#tour")).to_contain_text("Готово")
        await hands.pages[1].get_by_role("button", name="Закрыть").click()
        await loaded_again(hands.pages[1])
        await expect(hands.pages[1].locator("#tour")).to_be_hidden()
        await a_reply_stays_in_its_bubble(hands.pages)


async def loaded_again(page: Page) -> None:
    """The browser's own button."""
    await page.reload(wait_until="commit")
    await page.wait_for_selector("html[data-ready]")


async def room_is_left(pages: list[Page]) -> None:
    """Nothing is wider than the screen; on a phone the bars take a fifth of it, on a tablet there are two phones."""
    for page, phones in zip(pages, (1, 2, 4), strict=True):
        assert await page.evaluate(WIDER) <= 0
        share: float = await page.evaluate(BARS)
        assert share <= 0.2, share
        assert await page.locator(".phone:visible").count() == phones
        brand = page.locator(".brand h1")
        assert (await brand.bounding_box() or {"height": 0})["height"] < 30


async def another_answer_does_not_count(hands: Hands, demo: Demo) -> None:
    """Whoever registers is asked for what is open already; only the club's answer is the tour's."""
    await demo.call("automatic", id=HEAD, on=True)
    for page in hands.pages:
        await expect(phone(page, HEAD).get_by_text(Form.ACCEPTED).first).to_be_attached()
    await demo.call("automatic", id=HEAD, on=False)
    await hands.now("2. Получить запрос")


async def a_reply_stays_in_its_bubble(pages: list[Page]) -> None:
    """A quotation that is longer than the phone is wide is cut, not the message."""
    for page in pages:
        await page.evaluate(f"document.querySelector('#tabs [data-person=\"{HEAD}\"]').click()")
    long = phone(pages[0], HEAD).locator(".row.theirs", has_text=Titles.SCHOOL_SPORTS_CLUB).last
    await long.hover()
    await long.get_by_role("button", name="Ответить", exact=True).click()
    await write(phone(pages[0], HEAD), "Ремонтировали зал в ноябре")
    for page in pages:
        head = phone(page, HEAD)
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


async def joined(page: Page) -> None:
    """From the consent to the seat."""
    head = phone(page, HEAD)
    for label in (Registration.AGREE, Types.GENERAL, Registration.DONE, "Сосновоозёрская СОШ", Registration.HEAD):
        await button(head, label).click()
        if label == Types.GENERAL:
            await expect(button(head, label)).to_contain_text("✅")


@pytest.mark.slow
async def test_the_first_step_says_whom_it_waits_for(browser: Browser) -> None:
    async with running("--registration", "approval") as demo, opened(browser, demo, *SIZES[0]) as page:
        await expect(page.locator("#tour p")).to_contain_text("«Подтвердить»")
        # The others have joined, however heads are seated from now on.
        assert any(Form.ACCEPTED in text for text in await demo.texts(102))
        await phone(page, HEAD).get_by_role("button", name="Старт").click()
        await joined(page)
        await page.locator(f"#tabs [data-person='{OFFICE}']").click()
        await button(phone(page, OFFICE), "Подтвердить").click()
        await expect(page.locator("#tour .now")).to_have_text("2. Получить запрос")
        assert await page.evaluate(BARS) <= 0.2


@pytest.mark.soak
async def test_who_is_invited_is_handed_the_link(browser: Browser) -> None:
    async with running("--registration", "invite") as demo, opened(browser, demo, *SIZES[1]) as page:
        head, office = phone(page, HEAD), phone(page, OFFICE)
        await expect(page.locator("#tour p")).to_contain_text("приглашение")
        assert await page.evaluate(BARS) <= 0.2
        await desk(office)
        for label in (Panel.PEOPLE, "Без руководителя", "Сосновоозёрская СОШ", "Пригласить руководителя"):
            await button(office, label).click()
        link = re.compile(r"https://t\.me/\S+start=inv_\S+")
        await expect(office.locator(".row").last).to_contain_text(link)
        found = link.search(await office.locator(".row .text").last.inner_text())
        assert found is not None
        await write(head, found[0])
        await button(head, Registration.AGREE).click()
        await expect(page.locator("#tour .now")).to_have_text("2. Получить запрос")
