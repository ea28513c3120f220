"""Buttons as MAX shows them: narrower than Telegram's, so rows are divided and long labels told above."""

import re
from collections.abc import Callable
from html import escape
from typing import Any

from bot.delivery.max.text import LONGEST, plain
from bot.domain.brevity import TITLE, told_apart

# Characters of a label that MAX advises, by the buttons of its row. A row of more is a grid: days, numbers.
ADVISED = {1: 20, 2: 10, 3: 5, 4: 3}
# What MAX takes: rows, buttons of a row, those of a row in which one opens a page; characters of a label.
ROWS, IN_ROW, WITH_LINK, LABEL = 30, 7, 3, 128
# What a press on a word under the line in which a person types is delivered as.
WORD = "word:"

# A place among pages, as views write it.
_PAGE = re.compile(r"^(\d+) / (\d+)$")
# By which views tell labels apart that are alike; how many, behind a name.
_AGAIN, _COUNT = re.compile(r" \(\d+\)$"), re.compile(r": \d\S*$")
# A number or a sign that stands before what a button is for.
_NUMBER = re.compile(r"(?:\d+\.)+ ")
_MARK = re.compile(r"(\d+)\) ")
# What tells a label from others of its title, which the text says in a line below; and what is left out of a long one.
_DETAIL = re.compile(r" · |…")
_BEFORE = re.compile(r"^(?:(?:\d+\.)+|\W+)\s*")

# Characters of an arrow or a day.
_SIGN = ADVISED[max(ADVISED)]

Row = list[dict[str, Any]]
Brief = Callable[[str, int], str]


def as_it_is(label: str, _room: int) -> str:
    """Nobody has a shorter name for it."""
    return label


def arranged(
    html: str, markup: dict[str, Any] | None, brief: Brief = as_it_is, *, tells: bool = True
) -> tuple[str, list[Row]]:
    """The text, and rows of MAX's buttons below it. `markup`: as Telegram takes it; `brief`: what a label is called in
    so many characters. `tells`: what labels leave out may be added to the text."""
    rows = _of_markup(markup)
    narrow = [_divided(row, brief) for row in rows]
    shown = [part for parts in narrow for part in parts] if sum(map(len, narrow)) <= ROWS else rows
    if shown is not rows:
        _named_by_what_stood_before(rows, narrow, brief)
    alone = [row[0] for row in shown if len(row) == 1]
    whole = {id(button): button["text"] for button in alone}
    names = [brief(button["text"], ADVISED[1])[:LABEL] for button in alone]
    for button, name in zip(alone, names, strict=True):
        # What would be two of one name keeps its own.
        button["text"] = name if names.count(name) == 1 else button["text"]
    long = [button for button in alone if len(button["text"]) > ADVISED[1]]
    if not long:
        return html, shown
    said = plain(html)
    # What has a number of its own keeps it.
    own = {id(button): number[0] for button in long if (number := _NUMBER.match(button["text"]))}
    told = [button for button in long if tells and not _is_said(button["text"], said)]
    marks = {id(button): f"{number}) " for number, button in enumerate((one for one in told if id(one) not in own), 1)}
    lines = [f"{marks.get(id(button), '')}{escape(whole[id(button)], quote=False)}" for button in told]
    listed = "\n".join(lines)
    if len(html) + len(listed) + 2 > LONGEST:
        marks, listed = {}, ""
    marks |= own
    room = ADVISED[1] - max(map(len, marks.values()), default=0)
    bare = [button["text"].removeprefix(own.get(id(button), "")) for button in long]
    for button, label in zip(long, told_apart(bare, room, kept=TITLE), strict=True):
        button["text"] = f"{marks.get(id(button), '')}{label}"
    return "\n\n".join(filter(None, [html, listed])), shown


def numbered(html: str, markup: dict[str, Any] | None, brief: Brief = as_it_is) -> dict[int, str]:
    """What a press says on each button that is shown by a number, by that number."""
    _, rows = arranged(html, markup, brief)
    marks = [(_MARK.match(button["text"]), button) for row in rows for button in row if button["type"] == "callback"]
    return {int(mark[1]): button["payload"] for mark, button in marks if mark is not None}


def _is_said(label: str, said: str) -> bool:
    """Whether the text says what the label does: all of it, or under its number what it begins with."""
    number = _NUMBER.match(label)
    begins = number is not None and f"{number[0]}{_DETAIL.split(label[number.end() :])[0]}"
    return _BEFORE.sub("", label) in said or bool(begins and f"\n{begins}" in f"\n{said}")


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


def _named_by_what_stood_before(rows: list[Row], narrow: list[list[Row]], brief: Brief) -> None:
    """Where several rows ended with the same word, what each is about stands above it no more: it says so itself."""
    pairs = [row for row, parts in zip(rows, narrow, strict=True) if len(row) == len(parts) == 2]
    words = [_AGAIN.sub("", second["text"]) for _, second in pairs]
    named = [
        (second, f"{word}: {_COUNT.sub('', first['text'])}"[:LABEL])
        for (first, second), word in zip(pairs, words, strict=True)
        if words.count(word) > 1
    ]
    are_long = any(len(name) > ADVISED[1] for _, name in named)
    for button, name in named:
        # One below the other, they are called in one manner.
        button["text"] = brief(name, len(name) - 1) if are_long else name


def _room(buttons: int) -> int:
    return ADVISED[min(buttons, max(ADVISED))]


def _divided(row: Row, brief: Brief) -> list[Row]:
    """The row in as few rows as have room for its labels."""
    for button in row:
        button["text"] = _PAGE.sub(r"\1/\2", button["text"])
    links = any(button["type"] == "link" for button in row)
    most = WITH_LINK if links else IN_ROW
    if len(row) <= most and all(len(button["text"]) <= _room(len(row)) for button in row):
        return [row]
    names = [brief(button["text"], ADVISED[2]) for button in row] if len(row) == 2 else []
    if names and all(len(name) <= ADVISED[2] for name in names) and len({*names}) == len(names):
        for button, name in zip(row, names, strict=True):
            button["text"] = name
        return [row]
    signs = [button for button in row if len(button["text"]) <= _SIGN]
    if len(row) - 1 == len(signs) <= most and len(signs) > 1:
        # Arrows stay together, and what they lead through stands below.
        return [signs, [button for button in row if button not in signs]]
    for width in range(min(len(row), most, max(ADVISED)), 1, -1):
        if all(len(button["text"]) <= ADVISED[width] for button in row):
            return [row[at : at + width] for at in range(0, len(row), width)]
    return [[button] for button in row]
