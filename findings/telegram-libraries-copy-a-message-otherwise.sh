#!/bin/sh
# What a bot copies by a message's own HTML is not always the message. A block of code with its language: aiogram 3.31.0 (html_text)
# writes <code language="language-python"> and python-telegram-bot 22.8 <code class="python">, where the Bot API has
# class="language-python", as pyTelegramBotAPI 4.37.1 writes it: the language is lost. pyTelegramBotAPI's html_text raises KeyError
# of a message with an hour in it (date_time), which the other two write as <tg-time>. In MarkdownV2 a custom emoji is
# tg://emoji?emoji_id=... by aiogram, tg://emoji?id=... by the Bot API. Telethon 1.45.0 adds «{}» to a code with a language when it
# unparses it, and reads no <ins>, <strike> and <tg-spoiler>, which the Bot API has. Text and entities, sent as they came, are safe.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet aiogram==3.31.0 python-telegram-bot==22.8 pyTelegramBotAPI==4.37.1 Telethon==1.45.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import telebot.types
import telegram
from aiogram.types import Message
from telethon.extensions import html


def message(kind: str, text: str, **more: object) -> dict[str, object]:
    entity = {"type": kind, "offset": 0, "length": len(text.encode("utf-16-le")) // 2, **more}
    return {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": text, "entities": [entity]}


def by_telebot(raw: dict[str, object]) -> str:
    try:
        return telebot.types.Message.de_json(raw).html_text
    except KeyError as error:
        return f"KeyError {error}"


def read(text: str) -> tuple[str, list[str]]:
    """What Telethon reads: the words and what they are, of code with its language."""
    words, entities = html.parse(text)
    kinds = [type(one).__name__.removeprefix("MessageEntity") + getattr(one, "language", "") for one in entities]
    return words, kinds


code = message("pre", "x = 1", language="python")
day = message("date_time", "18:00", unix_time=1792058400, date_time_format="t")
emoji = message("custom_emoji", "👍", custom_emoji_id="5")
smile = Message.model_validate(emoji).md_text, telegram.Message.de_json(emoji, None).text_markdown_v2
written = [
    (Message.model_validate(raw).html_text, telegram.Message.de_json(raw, None).text_html, by_telebot(raw)) for raw in (code, day)
]
again = html.unparse(*html.parse(written[0][2]))
unread = [read(f"<{tag}>до 15.10</{tag}>") for tag in ("u", "ins", "s", "strike", "tg-spoiler")]

print(*(f"{name} {version(name)}" for name in ("aiogram", "python-telegram-bot", "pyTelegramBotAPI", "Telethon")))
for each in (*written, smile):
    print(*(f"  {library}: {text}" for library, text in zip(("aiogram", "python-telegram-bot", "pyTelegramBotAPI"), each)), sep="\n")
print("  the first three, read by Telethon:", [read(text) for text in written[0]])
print(f"  the third, unparsed by Telethon: {again!r}, read again {read(again)}")
print("  u, ins, s, strike, tg-spoiler, read by Telethon:", [kinds for _, kinds in unread])
same = (
    written
    == [
        (
            '<pre><code language="language-python">x = 1</code></pre>',
            '<pre><code class="python">x = 1</code></pre>',
            '<pre><code class="language-python">x = 1</code></pre>',
        ),
        (*['<tg-time unix="1792058400" format="t">18:00</tg-time>'] * 2, "KeyError 'unix_time'"),
    ]
    and smile == ("![👍](tg://emoji?emoji_id=5)", "![👍](tg://emoji?id=5)")
    and [read(text) for text in written[0]] == [("x = 1", ["Pre"]), ("x = 1", ["Pre"]), ("x = 1", ["Prepython"])]
    and read(again) == ("x = 1{}", ["Prepython"])
    and [kinds for _, kinds in unread] == [["Underline"], [], ["Strike"], [], []]
)
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
