"""The page for heads as a file that prints: the first part of docs/heads.md on one A4."""

import base64
import re
from pathlib import Path

from markdown_it import MarkdownIt
from playwright.async_api import Browser

from tests.world import ROOT

PAGE = ROOT / "docs/heads.md"
LEAFLET = ROOT / "docs/heads.pdf"
_LOOKS = (Path(__file__).parent / "leaflet.html").read_text(encoding="utf-8")


def words() -> str:
    """What stands on it: the page up to its second part."""
    return PAGE.read_text(encoding="utf-8").partition("\n## ")[0]


def pages(pdf: bytes) -> int:
    """How many it has, of a file of Chromium's."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


async def make(browser: Browser) -> None:
    """Makes the file anew; a text that has grown beyond the page is an error."""
    body = MarkdownIt().enable("table").render(words())
    body = re.sub(r'src="([^"]+)"', lambda found: f'src="{_inline(found[1])}"', body)
    page = await browser.new_page()
    await page.set_content(_LOOKS.replace("BODY", body))
    pdf = await page.pdf(prefer_css_page_size=True, print_background=True)
    await page.close()
    assert pages(pdf) == 1, f"{PAGE.name} is longer than a page up to its second part"
    LEAFLET.write_bytes(pdf)


def _inline(source: str) -> str:
    content = (PAGE.parent / source).read_bytes()
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"
