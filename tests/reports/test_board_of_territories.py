"""The board of several territories, as somebody opens it: on a computer, on a phone, on paper."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa
from playwright.async_api import Browser, async_playwright, expect

from bot.reports.job import Job
from bot.storage import schema as t
from tests.demo.conftest import ARGUMENTS, chromium
from tests.reports import boards, ledgers
from tests.reports.test_board_page import opened
from tests.reports.test_by_territory import EAST, NORTH, job

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE = (390, 844)
# A browser's A4 has so many points of the screen.
_PLAIN = "tr:not(.territory):not(.space)"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The boards of forty organizations, by turns in three territories and in none: of all, and without territories."""
    folder = tmp_path_factory.mktemp("region")
    storage = await ledgers.filled(folder, 40)
    own = t.obligations.c.organization_id
    territory = sa.case(*((own % 4 == place, id) for place, id in enumerate(("north", "south", "east"))), else_="")
    await storage.apply(lambda tx: tx.execute(sa.update(t.obligations).values(territory=territory)))
    made = {}

    async def make(name: str, of: Job) -> None:
        _, made[name] = await boards.file_of(storage, of, folder / name)

    await make("region", job(boards.BOARD))
    await make("district", ledgers.job(boards.BOARD))
    await storage.close()
    return made


@pytest.mark.slow
async def test_territories_open_and_close(browser: Browser, files: dict[str, Path]) -> None:
    async with opened(browser, files["region"]) as board:
        page = board.page
        lines = page.locator("#grid tr.territory")
        await expect(lines).to_have_count(4)
        await expect(page.locator(f"#grid tbody {_PLAIN}")).to_have_count(0)
        await expect(page.locator("#shown")).to_contain_text("4 территории")
        await expect(page.locator("h1")).to_have_text("Доска по территориям")
        # Shares alone: no line has a count beside a share.
        assert "/" not in await lines.first.locator("td").all_inner_texts()
        east = page.locator("#grid tr.territory", has_text=EAST)
        await east.locator("th").click()
        await expect(east.locator("th")).to_have_attribute("aria-expanded", "true")
        assert await page.locator(f"#grid tbody {_PLAIN}").count() > 5
        await page.keyboard.press("Enter")
        await expect(page.locator(f"#grid tbody {_PLAIN}")).to_have_count(0)
        # What is searched for is never closed away.
        await page.locator("#query").fill("Восточный")
        await expect(lines).to_have_count(1)
        assert await page.locator(f"#grid tbody {_PLAIN}").count() > 5
        await page.locator("#query").fill("")
        await page.locator("#all").click()
        await expect(page.locator(f"#grid tbody {_PLAIN}").nth(10)).to_be_attached()
        await page.locator("#all").click()
        await expect(page.locator(f"#grid tbody {_PLAIN}")).to_have_count(0)
        await page.locator("#sort").select_option("share")
        await expect(lines).to_have_count(4)


@pytest.mark.slow
async def test_on_a_phone_and_on_paper(browser: Browser, files: dict[str, Path]) -> None:
    async with opened(browser, files["region"], *PHONE) as board:
        page = board.page
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        await page.locator("#grid tr.territory", has_text=NORTH[:8]).locator("th").click()
        assert await page.locator(f"#grid tbody {_PLAIN}").count() > 3
        await page.evaluate("dispatchEvent(new Event('beforeprint'))")
        paper = page.locator("#paper")
        assert await paper.locator("tr.territory").count() == 4
        await expect(paper.locator("h1")).to_contain_text("Доска по территориям")
        assert await paper.locator("tbody tr:not(.territory)").count() > 3


@pytest.mark.slow
async def test_a_district_has_nothing_of_it(files: dict[str, Path]) -> None:
    text = files["district"].read_text("utf-8")
    assert "territor" not in text
    assert "Доска района" in text
