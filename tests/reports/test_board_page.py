"""The board in a real browser, as a methodist works with it: from a file, without a network."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.domain.ledger.report import Execution
from bot.storage.desk import ledger_report
from bot.storage.engine.database import Storage
from bot.views.words import percent
from tests.databases import make_database
from tests.demo.conftest import ARGUMENTS, chromium
from tests.reports import boards, ledgers
from tests.storage.seed import Seed

# One browser and two files serve all tests of this module.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Board:
    """The page as its reader has it."""

    page: Page

    async def press(self, name: str) -> None:
        """Presses a button."""
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def group(self, name: str) -> None:
        """Shows other requests."""
        await self.page.locator("#groups button", has_text=name).click()

    async def choose(self, label: str, option: str) -> None:
        """Chooses from a list of the filters."""
        await self.page.get_by_role("combobox", name=label, exact=True).select_option(option)

    async def search(self, text: str) -> None:
        """Types into the search."""
        await self.page.get_by_label("Найти").fill(text)

    async def shows(self, text: str) -> None:
        """How much is shown, once it is: «2 организации, 3 запроса»."""
        await expect(self.page.locator("#shown")).to_have_text(text)

    async def names(self) -> list[str]:
        """The organizations from top to bottom."""
        return await self.page.locator("#grid tbody th").all_inner_texts()

    async def titles(self) -> list[str]:
        """The requests from left to right."""
        return await self.page.locator("#grid thead tr:first-child th.request").all_text_contents()

    def cell(self, organization: str, request: int) -> Locator:
        """The cell of an organization and a request, by its place."""
        row = self.page.locator("#grid tbody tr", has=self.page.locator("th", has_text=organization))
        return row.locator("td:not(.share)").nth(request)

    @property
    def panel(self) -> Locator:
        """What has been opened."""
        return self.page.locator("#panel")

    @property
    def sum(self) -> Locator:
        """The line of totals."""
        return self.page.locator("#sum")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The board of the small district."""
    folder = tmp_path_factory.mktemp("small")
    await make_database(folder / "bot.db")
    storage = Storage(f"sqlite+aiosqlite:///{folder}/bot.db")
    await boards.District(Seed(storage, storage)).fill()
    _, path = await boards.file_of(storage, boards.job(), folder / "made")
    await storage.close()
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The board of sixty organizations' autumn."""
    folder = tmp_path_factory.mktemp("large")
    storage = await ledgers.filled(folder, 60)
    _, path = await boards.file_of(storage, ledgers.job(boards.BOARD), folder / "made")
    await storage.close()
    return path


@asynccontextmanager
async def opened(
    browser: Browser, path: Path, width: int = 1400, height: int = 860, *, dark: bool = False
) -> AsyncIterator[Board]:
    """The file in a browser that is offline; whatever goes wrong in it, or is fetched, fails the test."""
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", offline=True
    )
    page = await context.new_page()
    page.set_default_timeout(30_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("request", lambda request: None if request.url.startswith("file:") else faults.append(request.url))
    await page.goto(path.as_uri(), wait_until="commit")
    await page.wait_for_selector("html[data-ready]")
    yield Board(page)
    await context.close()
    assert not faults


async def test_the_district_at_a_glance(browser: Browser, small: Path) -> None:
    async with opened(browser, small) as board:
        await board.shows("5 организаций, 4 запроса")
        # The question and the department's own are no part of what organizations owe.
        assert [title[:5] for title in await board.titles()] == ["2.2 К", "2.4 Ш", "2.4 Ш", "2.10 "]
        # Of 14 that were asked 4 are overdue, and five need not have answered yet.
        await expect(board.sum).to_contain_text("представлено: 2 из 10")
        await expect(board.sum).to_contain_text("срок не наступил: 5")
        assert await board.cell(boards.PINE, 2).inner_text() == "+"
        assert await board.cell(boards.CEDAR, 2).inner_text() == "!"
        # Before its due date nobody is said not to have answered.
        assert await board.cell(boards.CEDAR, 3).get_attribute("aria-label") == "На контроле"
        due = board.page.locator("#grid thead tr:nth-child(2) th.request").nth(3)
        await expect(due).to_contain_text("до 22.10")
        assert await board.cell(boards.GARDEN, 1).get_attribute("aria-label") == "не запрашивали"
        await board.group("Разовые вопросы")
        await board.shows("4 организации, 1 запрос")
        await board.group("Поручения управлению")
        assert await board.names() == ["Управление образования"]


@pytest.mark.slow
async def test_sums_and_shares_are_those_of_the_other_reports(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("autumn")
    storage = await ledgers.filled(folder, 12)
    job = ledgers.job(boards.BOARD)
    _, path = await boards.file_of(storage, job, folder / "made")
    async with storage.read() as tx:
        rounds = await ledger_report.of_order(tx, job.order, job.zone)
        counted = await ledger_report.executions(tx, [round_.id for round_ in rounds], job.order.limits, job.now)
    await storage.close()
    expected = sorted(f"{percent(sums.completion)}{sums.answered}/{sums.wanted}" for sums in counted.values())
    total = sum(counted.values(), Execution())
    async with opened(browser, path) as board:
        shown, seen = [], 0
        for group in ("Поручения организациям", "Поручения управлению"):
            await board.group(group)
            shown += await board.page.locator("#grid thead tr:nth-child(2) th.request").all_text_contents()
            seen += int(re.findall(r"из (\d+)", await board.sum.inner_text())[0])
        assert sorted(shown) == expected
        assert seen == total.wanted


@pytest.mark.slow
async def test_debtors_in_one_press(browser: Browser, small: Path) -> None:
    async with opened(browser, small) as board:
        before = await board.sum.inner_text()
        await board.press("Только должники")
        # Nobody who has answered, and nothing that nobody owes; totals stay those of everybody.
        await board.shows("4 организации, 3 запроса")
        assert boards.PINE not in await board.names()
        assert await board.sum.inner_text() == before
        await board.press("Только должники")
        await board.shows("5 организаций, 4 запроса")


async def test_filters(browser: Browser, small: Path) -> None:
    async with opened(browser, small) as board:
        await board.choose("Тип", "Детский сад")
        await board.shows("2 организации, 4 запроса")
        await board.choose("Тема", "Питание")
        await board.shows("2 организации, 1 запрос")
        # Nobody had to answer yet: no share is told.
        await expect(board.sum).to_have_text("0 представлено из 2 · срок не наступил: 2")
        await board.press("Сбросить")
        await board.shows("5 организаций, 4 запроса")
        await board.choose("Срок с", "октябрь 2026")
        assert len(await board.titles()) == 3
        await board.press("Сбросить")
        await board.page.locator("#states button", has_text="на доработке").click()
        await board.shows("1 организация, 1 запрос")
        await board.page.locator("#states button", has_text="просрочено").click()
        await board.page.locator("#states button", has_text="на доработке").click()
        # What is not meant is pale.
        await expect(board.cell("курсив", 2)).to_have_class(re.compile("dim"))
        await expect(board.cell(boards.CEDAR, 2)).not_to_have_class(re.compile("dim"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("ЕЛКИНСКАЯ", "1 организация, 3 запроса"),
        ("ёлкинская шк", "1 организация, 3 запроса"),
        ("ручеек", "1 организация, 2 запроса"),
        ("Горячее питание", "5 организаций, 1 запрос: найдено в запросах"),
        ("шахматы", "1 организация, 1 запрос: найдено в ответах"),
        ("приказ № 7", "1 организация, 1 запрос: найдено в ответах"),
        ("<i>курсив", "1 организация, 3 запроса"),
        ("такого нет нигде", "Ничего не найдено"),
    ],
)
async def test_search(browser: Browser, small: Path, typed: str, shown: str) -> None:
    async with opened(browser, small) as board:
        await board.search(typed)
        await board.shows(shown)


@pytest.mark.slow
async def test_what_is_behind_a_cell(browser: Browser, small: Path) -> None:
    async with opened(browser, small) as board:
        await board.cell("курсив", 2).click()
        told = await board.panel.inner_text()
        for words in (
            "2.4 Школьный спортивный клуб",
            "Возвращено на доработку",
            "Занимается, чел.\n45\nбыло: 40",
            "Создан\nДа\nбыло: Нет",
            f"1: {boards.EVIDENCE}",
            f"Уточните {boards.MARKUP}",
            f"Приложил {boards.MARKUP}",
            f"Файл: {boards.EVIDENCE}",
            "17.10.2026 09:00, Методист Анна (управление) — исправлено",
            f"16.10.2026 09:00, {boards.MARKUP} — с опозданием",
        ):
            assert words in told, words
        # Markup that somebody typed is shown, and has made nothing.
        assert await board.panel.locator("b, i, script").count() == 0
        assert await board.page.locator("body > i, body > b").count() == 0
        await board.press("Следующая организация")
        await expect(board.panel.locator("h2")).not_to_contain_text("курсив")
        await board.press("Весь запрос")
        # The 45 of what is being mended are shown, and not summed.
        await expect(board.panel.locator("tfoot")).to_contain_text("1\u00a0250")
        await expect(board.panel.locator("tfoot")).to_contain_text("медиана 12,5")
        await expect(board.panel.locator("tfoot")).to_contain_text("Самбо — 1; Шахматы; шашки — 1")


@pytest.mark.slow
async def test_an_organization(browser: Browser, small: Path) -> None:
    async with opened(browser, small) as board:
        await board.page.locator("#grid tbody th", has_text=boards.PINE).click()
        await expect(board.panel).to_contain_text("Представлено 2 из 3, срок остальных не наступил")
        await board.panel.get_by_role("button", name=boards.CLUBS.title).last.click()
        await expect(board.panel).to_contain_text("1\u00a0250")


@pytest.mark.slow
async def test_a_share_of_nothing_due_or_nothing_asked(browser: Browser, small: Path, tmp_path: Path) -> None:
    excused = tmp_path / "excused.html"
    excused.write_text(small.read_text("utf-8").replace('"outcome":"pending"', '"outcome":"excused"'), "utf-8")
    for path, of_pine, of_meals in ((small, "…", "…"), (excused, "100\u00a0%", "–")):
        async with opened(browser, path) as board:
            rows = board.page.locator("#grid tbody tr:not(.space)")
            await expect(rows.filter(has_text=boards.PINE).locator(".share")).to_have_text(of_pine)
            # Whoever owes has a share, were it none.
            await expect(rows.filter(has_text=boards.CEDAR).locator(".share")).to_have_text("0\u00a0%")
            await board.choose("Тема", "Питание")
            await expect(rows.locator(".share")).to_have_text([of_meals] * 5)
            await board.press("Клавиши")
            await expect(board.panel).to_contain_text("… в «Доле» — долгов нет, срок остальных не наступил")


@pytest.mark.slow
async def test_sorting(browser: Browser, small: Path) -> None:
    async with opened(browser, small) as board:
        await board.choose("Порядок", "сначала лучшие")
        assert (await board.names())[0] != boards.CEDAR
        await board.choose("Порядок", "сначала отстающие")
        assert (await board.names())[-1] != boards.CEDAR
        # By a request: the worst on top.
        await board.page.locator("#grid thead tr:nth-child(2) th.request").nth(2).click()
        names = await board.names()
        assert names.index(boards.CEDAR) < names.index(boards.PINE)
        await expect(board.page.locator("#grid [aria-sort]")).to_have_count(1)


@pytest.mark.slow
async def test_by_keyboard_alone(browser: Browser, small: Path) -> None:
    async with opened(browser, small) as board:
        keyboard = board.page.keyboard
        await keyboard.press("/")
        await expect(board.page.get_by_label("Найти")).to_be_focused()
        await keyboard.type("школа")
        await keyboard.press("Escape")
        await expect(board.page.get_by_label("Найти")).to_have_value("")
        # From the first organization's first cell, where the table is entered.
        focused = board.page.locator("#grid :focus")
        await expect(focused).to_have_attribute("data-row", "2")
        for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp"):
            await keyboard.press(key)
        await expect(focused).to_have_attribute("data-row", "3")
        await expect(focused).to_have_attribute("data-column", "4")
        # It is seen where one is.
        assert await focused.evaluate("cell => getComputedStyle(cell).outlineStyle") == "solid"
        await keyboard.press("Home")
        await keyboard.press("Enter")
        await expect(board.panel).to_be_visible()
        await expect(board.panel.locator("h2")).to_be_focused()
        await keyboard.press("Escape")
        await expect(board.panel).to_be_hidden()
        await expect(focused).to_have_attribute("data-column", "0")
        await keyboard.press("Control+End")
        await expect(focused).to_have_attribute("data-row", "6")
        await keyboard.press("Control+Home")
        await expect(focused).to_have_attribute("data-row", "0")
        # One stop of Tab for the whole table.
        assert await board.page.locator('#grid [tabindex="0"]').count() == 1


@pytest.mark.slow
async def test_a_screen_reader_is_told_what_is_what(browser: Browser, small: Path) -> None:
    async with opened(browser, small) as board:
        grid = board.page.get_by_role("grid", name="Организации и запросы")
        await expect(grid).to_have_attribute("aria-rowcount", "7")
        await expect(grid).to_have_attribute("aria-colcount", "6")
        await expect(grid.get_by_role("rowheader", name=boards.PINE)).to_have_count(1)
        await expect(grid.get_by_role("columnheader", name="2.10 Горячее питание").first).to_be_visible()
        # Signs are read as words.
        await expect(grid.get_by_role("gridcell", name="Просрочено").first).to_have_text("!")
        await expect(board.page.get_by_role("status")).to_contain_text("организаций")
        await board.cell(boards.PINE, 2).click()
        await expect(board.page.get_by_role("dialog", name=boards.PINE)).to_be_visible()


@pytest.mark.slow
async def test_only_rows_in_sight_are_drawn(browser: Browser, large: Path) -> None:
    async with opened(browser, large, height=600) as board:
        drawn = await board.page.locator("#grid tbody tr:not(.space)").count()
        assert 5 < drawn < 45
        first = (await board.names())[0]
        await board.page.locator("#grid tbody td").nth(3).focus()
        await board.page.keyboard.press("Control+End")
        last = board.page.locator("#grid tbody th").last
        await expect(last).to_be_in_viewport()
        assert first not in await board.names()
        # The head and the names stay.
        await expect(board.page.locator("#grid thead th.name").first).to_be_in_viewport()


@pytest.mark.slow
async def test_dynamics(browser: Browser, small: Path) -> None:
    async with opened(browser, small) as board:
        await board.press("Динамика")
        charts = board.page.locator("#charts")
        await expect(charts).to_contain_text("Исполнение")
        chart = charts.locator("figure", has_text="Занимается, чел., всего")
        await expect(chart.locator("svg")).to_have_attribute(
            "aria-label", re.compile(r"сентябрь: 250 \(1 из 4\); октябрь: 1.250 \(1 из 4\)")
        )
        await expect(charts.locator("figure", has_text="Охват, %, медиана")).to_have_count(1)
        # A filter holds for charts too.
        await board.search("ёлкинская")
        await expect(chart.locator("svg")).to_have_attribute("aria-label", re.compile(r"октябрь: 1.250 \(1 из 1\)"))


async def test_on_a_phone(browser: Browser, small: Path) -> None:
    async with opened(browser, small, 360, 740) as board:
        # The page itself does not move sideways; the table does, below its names.
        assert await board.page.evaluate("document.documentElement.scrollWidth") <= 360
        # «100 %» has room above each request.
        shares = board.page.locator("#grid thead tr + tr th.request")
        await shares.first.evaluate("head => { head.firstChild.data = '100\u00a0%'; }")
        cut = "heads => heads.filter(head => head.scrollWidth > head.clientWidth).length"
        assert await shares.evaluate_all(cut) == 0
        await board.page.locator("#scroller").evaluate("node => { node.scrollLeft = 300; }")
        name = await board.page.locator("#grid tbody th").first.bounding_box()
        assert name is not None
        assert name["x"] < 15
        await board.page.locator("summary", has_text="Фильтры").click()
        await board.search("кедровская")
        await board.cell(boards.CEDAR, 1).click()
        box = await board.panel.bounding_box()
        assert box is not None
        assert box["width"] == 360
        await board.press("Закрыть")


async def test_a_title_that_does_not_fit_says_so(browser: Browser, small: Path) -> None:
    """Two lines of it stand above a column, on a screen and on paper; the rest is not cut in silence."""
    lengthened = (
        "titles => titles.map(title => { title.textContent = 'Рассмотрение национального проекта '.repeat(9); "
        "return title.scrollWidth > title.clientWidth && getComputedStyle(title).webkitLineClamp === '2'; })"
    )
    async with opened(browser, small, 360, 740) as board:
        on_screen = board.page.locator("#grid .title span:not(.period)")
        assert set(await on_screen.evaluate_all(lengthened)) == {True}
        await board.page.emulate_media(media="print")
        await board.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        on_paper = board.page.locator("#paper .title span:not(.period)")
        assert set(await on_paper.evaluate_all(lengthened)) == {True}


@pytest.mark.slow
async def test_light_and_dark(browser: Browser, small: Path) -> None:
    async with opened(browser, small, dark=True) as board:
        page = board.page.locator("body")
        assert await page.evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(20, 23, 27)"
        await board.press("Тёмная")
        assert await page.evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(244, 245, 247)"


@pytest.mark.slow
async def test_on_paper(browser: Browser, large: Path) -> None:
    async with opened(browser, large) as board:
        shown = int((await board.page.locator("#shown").inner_text()).split()[0])
        await board.page.emulate_media(media="print")
        await board.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        tables = board.page.locator("#paper table")
        # All rows are there, not only those in sight; each page has the head, and letters one can read.
        assert await tables.first.locator("tbody tr").count() <= shown
        assert await tables.last.locator("tbody tr").count() > 20
        assert (
            await tables.first.locator("thead").evaluate("head => getComputedStyle(head).display")
            == "table-header-group"
        )
        sizes = await tables.first.locator("td, th").evaluate_all(
            "cells => cells.map(cell => parseFloat(getComputedStyle(cell).fontSize))"
        )
        # 8 pt in pixels.
        assert min(sizes) >= 10.6
        widths = await tables.evaluate_all("all => all.map(table => table.getBoundingClientRect().width)")
        # 277 mm: A4 landscape without its margins.
        assert max(widths) <= 277 * 96 / 25.4 + 1
        assert (await board.page.pdf(prefer_css_page_size=True)).startswith(b"%PDF")
        # Charts are printed instead of the table where they are looked at.
        await board.page.emulate_media(media="screen")
        await board.press("Динамика")
        await board.page.emulate_media(media="print")
        await expect(board.page.locator("#charts figure").first).to_be_visible()
        await expect(board.page.locator("header.top")).to_be_hidden()
