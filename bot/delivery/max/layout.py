"""Buttons as MAX shows them: narrower than Telegram's, so rows are divided and long labels told above."""

import re
from html import escape
from typing import Any

from bot.delivery.max.text import LONGEST
from bot.domain.brevity import told_apart

# Characters of a label that MAX advises, by the buttons of its row. A row of more is a grid: days, numbers.
ADVISED = {1: 20, 2: 10, 3: 5, 4: 3}
# What MAX takes: rows, buttons of a row, those of a row in which one opens a page; characters of a label.
ROWS, IN_ROW, WITH_LINK, LABEL = 30, 7, 3, 128
# What a press on a word under the line in which a person types is delivered as.
WORD = "word:"

Row = list[dict[str, Any]]


def arranged(html: str, markup: dict[str, Any] | None, *, tells: bool = True) -> tuple[str, list[Row]]:
    """The text, and rows of MAX's buttons below it. `markup`: as Telegram takes it. `tells`: what labels leave out may
    be added to the text."""
    rows = _of_markup(markup)
    narrow = [part for row in rows for part in _divided(row)]
    shown = narrow if len(narrow) <= ROWS else rows
    long = [row[0] for row in shown if len(row) == 1 and len(row[0]["text"]) > ADVISED[1]]
    if not long:
        return html, shown
    labels = [button["text"] for button in long]
    listed = _listed(html, labels) if tells and len(long) > 1 else []
    marks = [f"{number}. " for number in range(1, len(long) + 1)] if listed else [""] * len(long)
    widths = max(map(len, marks))
    brief = told_apart(labels, ADVISED[1] - widths) if listed else [label[:LABEL] for label in labels]
    for button, mark, label in zip(long, marks, brief, strict=True):
        button["text"] = f"{mark}{label}"
    return "\n\n".join([html, *listed]), shown


def _listed(html: str, labels: list[str]) -> list[str]:
    """The labels as they are, numbered; nothing if they do not fit below the text."""
    lines = "\n".join(f"{number}. {escape(label, quote=False)}" for number, label in enumerate(labels, 1))
    return [lines] if len(html) + len(lines) + 2 <= LONGEST else []


def _of_markup(markup: dict[str, Any] | None) -> list[Row]:
    markup = markup or {}
    if "keyboard" in markup:
        # MAX has no words under the line: they stand below the message, and a press says them.
        return [[_callback(key["text"], f"{WORD}{key['text']}")] for row in markup["keyboard"] for key in row]
    rows = [[_button(button) for button in row] for row in markup.get("inline_keyboard", [])]
    return [shown for row in rows if (shown := [button for button in row if button is not None])]


def _button(button: dict[str, str]) -> dict[str, Any] | None:
    url = button.get("url", "")
    if not url:
        return _callback(button["text"], button.get("callback_data", ""))
    # MAX takes no other links.
    return {"type": "link", "text": button["text"][:LABEL], "url": url} if re.match(r"https?://", url) else None


def _callback(text: str, data: str) -> dict[str, Any]:
    return {"type": "callback", "text": text[:LABEL], "payload": data}


def _divided(row: Row) -> list[Row]:
    """The row in as few rows as have room for its labels."""
    links = any(button["type"] == "link" for button in row)
    most = WITH_LINK if links else IN_ROW
    if len(row) not in ADVISED and len(row) <= most:
        return [row]
    for width in range(min(len(row), most, max(ADVISED)), 1, -1):
        if all(len(button["text"]) <= ADVISED[width] for button in row):
            return [row[at : at + width] for at in range(0, len(row), width)]
    return [[button] for button in row]
