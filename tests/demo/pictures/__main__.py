"""Makes the pictures of README.md and docs/ from the demo itself: python -m tests.demo.pictures."""

import asyncio

from playwright.async_api import async_playwright

from bot.domain.people.messenger import Messenger
from tests.demo.conftest import ARGUMENTS, chromium, opened, running
from tests.demo.pictures import leaflet, of_heads, of_the_desk
from tests.demo.pictures.camera import FOLDER, Camera


async def main() -> None:
    """Lives two weeks as a head and as the department, and looks now and then."""
    FOLDER.mkdir(exist_ok=True)
    async with async_playwright() as playwright, running() as demo:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        async with opened(browser, demo, 1600, 1000) as page:
            camera = Camera(page)
            await of_heads.requests(page, demo, camera)
            await of_heads.wishes(page, camera)
            await of_the_desk.who_has_answered(page, camera)
            await of_the_desk.asking_and_telling(page, camera)
            await of_the_desk.an_invitation(page, camera)
            await of_the_desk.the_digest(page, demo, camera)
            await of_the_desk.reports(page, demo, browser, camera)
        await leaflet.make(browser, Messenger.TELEGRAM)
        await browser.close()
    await in_max()


async def in_max() -> None:
    """The same first steps of a head in MAX."""
    async with async_playwright() as playwright, running("--messenger", "max") as demo:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        async with opened(browser, demo, 1600, 1000) as page:
            await of_heads.in_max(page, Camera(page))
        await leaflet.make(browser, Messenger.MAX)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
