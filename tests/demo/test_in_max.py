"""The demo in MAX: the same five steps on a phone, by what is read there; then the bot is stopped and taken back."""

import os
import re
import subprocess
import sys

import pytest
from playwright.async_api import Browser, Page, expect

from tests.demo.conftest import HEAD, OFFICE, button, desk, opened, phone, running, write
from tests.forge import Forge
from tests.texts.department import Panel, ReportMenu
from tests.texts.example import Club, Titles
from tests.texts.heads import Form, Registration
from tests.world import ROOT

# Whoever comes first plays the month before, on a machine that does more than that.
pytestmark = pytest.mark.timeout(600)


async def press_line(page: Page, person_id: int, words: str) -> None:
    """Presses what the newest message calls so: a button itself, or the line that its number stands for."""
    row = phone(page, person_id).locator(".row.theirs").last
    if not await row.locator(".key", has_text=words).count():
        shown = await row.locator(".text").text_content() or ""
        numbers = [line.split()[0] for line in shown.splitlines() if words in line and line[0].isdecimal()]
        assert numbers, (shown, await row.locator(".key").all_text_contents())
        await row.locator(".key", has_text=re.compile(f"^{re.escape(numbers[-1])} ")).click()
        return
    await row.locator(".key", has_text=words).last.click()


@pytest.mark.slow
async def test_the_tour(browser: Browser, forge: Forge) -> None:
    async with running("--messenger", "max", forge=forge) as demo, opened(browser, demo, 390, 844) as page:
        head, office = phone(page, HEAD), phone(page, OFFICE)
        await expect(page.locator("#tour p")).to_contain_text("«Начать»")
        await head.get_by_role("button", name="Начать").click()
        await button(head, Registration.AGREE).click()
        await button(head, "Общее образование").click()
        await expect(button(head, "Общее образование")).to_contain_text("✅")
        await button(head, Registration.DONE).click()
        await button(head, "Сосновоозёрская СОШ").click()
        await button(head, Registration.HEAD).click()
        await page.get_by_role("button", name="На 5 октября").click()
        form = head.locator(".row.theirs", has_text=Titles.SCHOOL_SPORTS_CLUB).last
        await button(form, Club.WORKS).click()
        await button(form, "Нет").click()
        for number, place in (("41", "3 из 5"), ("3", "4 из 5"), ("2", "5 из 5")):
            await expect(form).to_contain_text(place)
            await write(head, number)
        await button(form, Form.SEND).click()
        await expect(page.locator("#tour .now")).to_have_text("4. Ответ в управлении")
        await labels_have_room(page)
        await page.locator("#tour").get_by_role("button", name="Рабочий стол").click()
        await expect(office.locator(".row").last).to_contain_text(Panel.HEADING)
        await button(office, Panel.CONTROL).click()
        await expect(office.locator(".row").last).to_contain_text(Titles.SCHOOL_SPORTS_CLUB)
        await press_line(page, OFFICE, Titles.SCHOOL_SPORTS_CLUB)
        # Four schools have answered by themselves.
        await button(office, "На проверке: 5").click()
        await expect(office.locator(".key", has_text="• На проверке: 5")).to_be_visible()
        await press_line(page, OFFICE, "Сосновоозёрская")
        await expect(page.locator("#tour .now")).to_have_text("5. Скачать свод")
        await desk(office)
        await button(office, Panel.REPORTS).click()
        await button(office, ReportMenu.WORKBOOK).click()
        await expect(page.locator("#tour")).to_contain_text("Готово")
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        await stopped_and_taken_back(page)


async def labels_have_room(page: Page) -> None:
    """No label of a head is cut by the width of a phone."""
    cut = "row => [...row.querySelectorAll('.key')].filter(key => key.scrollWidth > key.clientWidth).length"
    for row in await phone(page, HEAD).locator(".row.theirs").all():
        assert await row.evaluate(cut) == 0


async def stopped_and_taken_back(page: Page) -> None:
    """In MAX a bot is stopped, and started again: it greets at once."""
    await page.locator(f"#tabs [data-person='{HEAD}']").click()
    head = phone(page, HEAD)
    before = await head.locator(".row.theirs").count()
    await head.locator(".menu summary").click()
    await head.get_by_role("button", name="Остановить бота").click()
    await expect(head.locator(".role")).to_have_text("бот остановлен")
    await write(head, "/tasks")
    await expect(head.locator(".toast")).to_have_text("Бот остановлен")
    await head.locator(".menu summary").click()
    await head.get_by_role("button", name="Запустить бота снова").click()
    await expect(head.locator(".row.theirs")).not_to_have_count(before)


@pytest.mark.slow
def test_no_demo_beside_a_real_bot() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "--no-browser", "--messenger", "max"],
        cwd=ROOT, env=os.environ | {"MAX_TOKEN": "a-real-one"}, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert b"MAX_TOKEN is set" in done.stderr
