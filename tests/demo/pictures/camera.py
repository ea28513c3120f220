"""Pictures of a phone, of the page and of files: as high as what they show, and as small as that allows."""

from pathlib import Path

from PIL import Image
from playwright.async_api import Locator, Page, expect

from tests.world import ROOT

FOLDER = ROOT / "docs/pictures"
# So wide are phones; no picture of one is higher.
_WIDTH, _HIGHEST = 390, 1100
_ROOM = 16
# What a phone shows has few colours.
_COLOURS = 128

# The height of the rows from the first of those that are to be seen to the last, brought to the phone's top.
_BRING = """
(list, [first, last]) => {
  const [top, bottom] = [first.getBoundingClientRect().top, last.getBoundingClientRect().bottom];
  list.scrollTop += top - list.getBoundingClientRect().top - 7;
  return [bottom - top, list.clientHeight];
}
"""

_TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Camera:
    """Looks at the demo's page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def phone(self, who: Locator, name: str, first: Locator | None = None, last: Locator | None = None) -> None:
        """One phone as a phone shows it, from a message to a message: the newest one, if none are named."""
        before = self._page.viewport_size
        assert before is not None
        await self._settled()
        tour = self._page.locator("#tour")
        await tour.evaluate("node => { node.hidden = true; }")
        await self._page.set_viewport_size({"width": _WIDTH, "height": _HIGHEST})
        person = await who.get_attribute("data-person")
        await self._page.locator(f"#tabs [data-person='{person}']").click()
        newest = who.locator(".row.theirs").last
        shown = [await (first or newest).element_handle(), await (last or first or newest).element_handle()]
        messages = who.locator(".messages")
        wanted, there = await messages.evaluate(_BRING, shown)
        height = min(_HIGHEST, _HIGHEST - int(there) + int(wanted) + _ROOM)
        await self._page.set_viewport_size({"width": _WIDTH, "height": height})
        # A phone whose end was in sight goes back to it when it has become lower.
        await self._page.evaluate(_TWO_FRAMES)
        await messages.evaluate(_BRING, shown)
        # Nothing is under the mouse, nothing has the focus.
        await self._page.mouse.move(0, 0)
        await self._page.evaluate("document.activeElement?.blur()")
        await who.screenshot(path=FOLDER / f"{name}.png")
        shrink(FOLDER / f"{name}.png")
        await self._page.set_viewport_size(before)
        await tour.evaluate("node => { node.hidden = false; }")

    async def page(self, name: str) -> None:
        """The whole page."""
        await self._settled()
        await self._page.mouse.move(0, 0)
        await self._page.screenshot(path=FOLDER / f"{name}.png")
        shrink(FOLDER / f"{name}.png")

    async def _settled(self) -> None:
        # What popped up goes first.
        for toast in await self._page.locator(".toast").all():
            await expect(toast).to_be_hidden()


def shrink(path: Path) -> None:
    """Leaves as many colours as a screen of text needs."""
    picture = Image.open(path).convert("RGB")
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
