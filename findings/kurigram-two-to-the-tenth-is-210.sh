#!/bin/sh
# kurigram 2.2.26 (the Pyrogram that is still kept, imported as pyrogram): a text that is sent without a parse_mode is read as Markdown and HTML at
# once, and a mark that has no partner is not left as it stands but taken out: «2**10» is sent as «210», «5 -- 7 классы» as «5  7 классы»,
# «Срок -- пятница» as «Срок  пятница», «||не сдано» as «не сдано», and an «<i>» that nothing closes is gone. Two pairs of hyphens are an
# underline between: «5 -- 7, 8 -- 9 классы» has no hyphens either. So what a school has written is another text when a bot quotes it, without
# an error. Telethon 1.45.0, whose Markdown is the default too, leaves marks without a partner alone, and has no mark of two hyphens. A
# single hyphen, a dash «–» and one star are safe with both, and so is parse_mode=ParseMode.DISABLED.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet kurigram==2.2.26 telethon==1.45.0
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import sys
from importlib.metadata import version

from pyrogram.enums import ParseMode
from pyrogram.parser import Parser
from telethon.extensions import markdown

EXPECTED = {
    "2**10": "210",
    "5 -- 7 классы": "5  7 классы",
    "5 -- 7, 8 -- 9 классы": "5  7, 8  9 классы",
    "Срок -- пятница": "Срок  пятница",
    "||не сдано": "не сдано",
    "1~~2": "12",
    "<i>а": "а",
    "5 - 7, 5–7, 2*10, a_b": "5 - 7, 5–7, 2*10, a_b",
}


async def sent(text: str, mode: ParseMode | None = None) -> str:
    """What goes out of a text: the words, without the marks that became entities."""
    return (await Parser(None).parse(text, mode or ParseMode.DEFAULT))["message"]


print(*(f"{name} {version(name)}" for name in ("kurigram", "telethon")))
seen, same = {}, True
for text in EXPECTED:
    seen[text] = asyncio.run(sent(text))
    other, _ = markdown.parse(text)
    print(f"  {text!r} is sent as {seen[text]!r}, by Telethon as {other!r}")
    same &= other == text and asyncio.run(sent(text, ParseMode.DISABLED)) == text
sys.exit("the behaviour has changed" if seen != EXPECTED or not same else 0)
PYTHON
