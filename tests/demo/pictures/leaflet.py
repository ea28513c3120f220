"""The page for heads as a file that prints: the first part of docs/heads.md on one A4, for each messenger."""

import base64
import re
from pathlib import Path

from markdown_it import MarkdownIt
from playwright.async_api import Browser

from bot.domain.people.messenger import Messenger
from tests.world import ROOT

PAGE = ROOT / "docs/heads.md"
LEAFLETS = {Messenger.TELEGRAM: ROOT / "docs/heads.pdf", Messenger.MAX: ROOT / "docs/heads-max.pdf"}
# What stands otherwise in the file of one messenger.
_OF_BOTH = "в Telegram или в MAX"
_IN_MAX = {
    "ссылку из управления": "ссылку из управления (`max.ru/…`)",
    "**Кнопки внизу**": "**Кнопки под приветствием**",
    "](pictures/": "](pictures/max-",
}
_LOOKS = (Path(__file__).parent / "leaflet.html").read_text(encoding="utf-8")


def words(messenger: Messenger) -> str:
    """What stands on it: the page up to its second part, as it is in that messenger."""
    said = PAGE.read_text(encoding="utf-8").partition("\n## ")[0]
    changed = {_OF_BOTH: f"в {messenger.called}", **(_IN_MAX if messenger is Messenger.MAX else {})}
    for both, own in changed.items():
        assert both in said, f"{PAGE.name} has no {both} any more"
        said = said.replace(both, own)
    return said


def pages(pdf: bytes) -> int:
    """How many it has, of a file of Chromium's."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


async def make(browser: Browser, messenger: Messenger) -> None:
    """Makes the file of that messenger anew; a text that has grown beyond the page is an error."""
    body = MarkdownIt().enable("table").render(words(messenger))
    body = re.sub(r'src="([^"]+)"', lambda found: f'src="{_inline(found[1])}"', body)
    page = await browser.new_page()
    await page.set_content(_LOOKS.replace("BODY", body))
    pdf = await page.pdf(prefer_css_page_size=True, print_background=True)
    await page.close()
    assert pages(pdf) == 1, f"{PAGE.name} is longer than a page up to its second part"
    LEAFLETS[messenger].write_bytes(pdf)


def _inline(source: str) -> str:
    content = (PAGE.parent / source).read_bytes()
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"
