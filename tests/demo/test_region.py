"""A region on a phone: each territory is asked at its own nine; totals, one of them reminded, the workbook."""

import io
from datetime import datetime
from pathlib import Path

import aiohttp
import openpyxl
import pytest
from playwright.async_api import Browser, Page, expect

from bot.catalog.loader import load
from bot.domain.catalog.catalog import Catalog
from bot.domain.directives.directive import Directive
from bot.domain.timing.recurrence import occurrences
from bot.domain.timing.schedule import Occurrence
from simulator.demo.cast import CHIEF, REGION
from simulator.demo.stage import ZONE
from tests.demo.conftest import HEAD, OFFICE, Demo, button, desk, opened, phone, running
from tests.forge import Forge
from tests.texts.department import Control, Panel, ReportMenu
from tests.texts.example import Titles
from tests.texts.heads import Reminder

WEST = 102
# Whoever comes first plays the month before, on a machine that does more than that.
pytestmark = pytest.mark.timeout(300)


@pytest.mark.slow
async def test_the_tour_of_a_region(browser: Browser, forge: Forge) -> None:
    async with running("--region", forge=forge) as demo, opened(browser, demo, 390, 844) as page:
        await each_at_its_own_nine(page, demo)
        await totals_and_one_reminded(page, demo)
        await download(page, demo)
        await expect(page.locator("#tour")).to_contain_text("Готово")
        await the_chief_sees_one_territory(page)
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


async def each_at_its_own_nine(page: Page, demo: Demo) -> None:
    """At eight of the region's clock it is nine in the east, and nobody else is asked."""
    await page.get_by_role("button", name="На 5 октября, 8:00").click()
    asked = phone(page, HEAD).locator(".row.theirs", has_text=Titles.SCHOOL_SPORTS_CLUB).last
    await expect(asked).to_contain_text("09:00")
    assert not [text for text in await demo.texts(WEST) if Titles.SCHOOL_SPORTS_CLUB in text]
    await page.get_by_role("button", name="На час вперёд").click()
    asked = phone(page, WEST).locator(".row.theirs", has_text=Titles.SCHOOL_SPORTS_CLUB).last
    await expect(asked).to_contain_text("09:00")


async def totals_and_one_reminded(page: Page, demo: Demo) -> None:
    """The east is reminded by one press; the west hears nothing of it."""
    office = phone(page, OFFICE)
    await page.locator("#tour").get_by_role("button", name="Рабочий стол").click()
    await expect(office.locator(".row").last).to_contain_text(Panel.HEADING)
    await button(office, Panel.CONTROL).click()
    for name in ("Кедровский: ", "Озёрный: ", "Восточно-Степной: "):
        await expect(office.locator(".row").last).to_contain_text(name)
    before = [await reminders(demo, who) for who in (HEAD, WEST)]
    await office.locator(".key", has_text=Titles.SCHOOL_SPORTS_CLUB).last.click()
    await button(office, "Не ответили").click()
    row = office.locator(".inline .line", has_text="Восточно-Степной").last
    await expect(row).to_be_visible()
    await row.get_by_text(Control.REMIND).last.click()
    await expect(page.locator("#tour .now")).to_contain_text("Скачать свод")
    # The office hears of it before the courier has been there.
    told = phone(page, HEAD).locator(".row.theirs", has_text=Reminder.HEADING)
    await expect(told).to_have_count(before[0] + 1)
    assert await reminders(demo, WEST) == before[1]


async def reminders(demo: Demo, person_id: int) -> int:
    """How many stand in the chat."""
    return sum(Reminder.HEADING in text for text in await demo.texts(person_id))


async def download(page: Page, demo: Demo) -> None:
    """Each territory has its line in the workbook."""
    office = phone(page, OFFICE)
    await desk(office)
    await button(office, Panel.REPORTS).click()
    await button(office, ReportMenu.WORKBOOK).click()
    file = office.locator(".file").last
    await expect(file).to_be_visible()
    address = await file.get_attribute("href")
    async with aiohttp.ClientSession() as session, session.get(demo.url.rstrip("/") + str(address)) as response:
        book = openpyxl.load_workbook(io.BytesIO(await response.read()))
    shown = " ".join(str(cell.value) for row in book["По территориям"] for cell in row)
    for name in ("Кедровский", "Озёрный", "Восточно-Степной"):
        assert name in shown


async def the_chief_sees_one_territory(page: Page) -> None:
    """A chief's control is of their own schools alone."""
    await page.locator(f"#tabs [data-person='{CHIEF}']").click()
    chief = phone(page, CHIEF)
    await desk(chief)
    await button(chief, Panel.CONTROL).click()
    await chief.locator(".key", has_text=Titles.SCHOOL_SPORTS_CLUB).last.click()
    await button(chief, "Не ответили").click()
    await expect(chief.locator(".row").last).to_contain_text("Зареченская")
    await expect(chief.locator(".row").last).not_to_contain_text("Сосновская")


def test_everybody_of_the_region_has_a_head() -> None:
    """Twenty-two organizations, one that never answers, a chief and the ministry."""
    seats = [part.organization for part in REGION.cast if part.organization]
    assert len(seats) == len(set(seats)) == 22
    assert [part.name for part in REGION.cast if part.organization and part.days is None] == ["Швецова Юлия"]
    assert [part.id for part in REGION.cast if part.chief_of] == [CHIEF]


def test_the_region_has_sources_of_its_own() -> None:
    """The ministry's order, which all answer, and one of a territory for its own schools; a sum that is proposed."""
    directives, calendar, organizations = (
        Path(REGION.files[name]) for name in ("DIRECTIVES_FILE", "CALENDAR_FILE", "ORGANIZATIONS_FILE")
    )
    catalog = load(directives, calendar, organizations, ZONE, datetime(2026, 9, 1, tzinfo=ZONE))
    assert [(source.title.split()[1], source.territories) for source in catalog.sources if source.file] == [
        ("министерства", ()),
        ("комитета", ("stepnoy",)),
    ]
    assert {part.territories for part in catalog.directives["hot-meals"].audience} == {("stepnoy",)}
    (total,) = catalog.directives["sports-clubs-of-territory"].fields
    assert total.sums is not None
    # What September asks is answered before the curtain rises, in each form.
    september = [each for each in catalog.directives.values() if occurrences_of(catalog, each)]
    assert {each.id for each in september} >= {"programme-correction", "class-teachers", "hot-meals"}


def occurrences_of(catalog: Catalog, directive: Directive) -> list[Occurrence]:
    """Those of September."""
    first, last = (datetime(2026, 9, day, tzinfo=ZONE) for day in (1, 30))
    return occurrences(directive.schedule, catalog.calendar, first, last)
