"""Texts between Telegram's HTML, which views write, and MAX's HTML and markup."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape, unescape
from itertools import pairwise
from typing import Any

from bot.delivery.max.ids import user_of

# Characters, tags among them.
LONGEST = 4000
# What MAX shows, by what views write. It has no quotations and nothing that is folded: they are set in italics.
_TAGS = {
    "b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "ins": "u", "s": "s", "del": "s", "strike": "s",
    "code": "code", "pre": "pre", "a": "a", "blockquote": "i",
}  # fmt: skip
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z-]*)([^<>]*)>")
_HREF = re.compile(r'href="([^"]*)"')
_MENTION = "tg://user?id="
_ATTENTION = "❗ "
# What stands before words of which nothing else tells, and nothing is wrong.
NOTICE = "ℹ️ "
# A tag, a word with the space behind it, or a character: where a page may end. A sign that is written «&amp;» is one.
_PIECE = re.compile(r"<[^<>]*>|(?:&#?\w{1,8};|[^<>\s]){1,199}\s?|\s|.", re.DOTALL)

# What MAX calls the formatting of what it delivers; as MAX takes it, and as Telegram calls it.
_MARKUP = {
    "strong": ("b", "bold"), "emphasized": ("i", "italic"), "monospaced": ("code", "code"),
    "strikethrough": ("s", "strikethrough"), "underline": ("u", "underline"), "heading": ("b", "bold"),
    "highlighted": ("mark", ""), "quote": ("i", "blockquote"), "link": ("a", "text_link"),
    "user_mention": ("a", ""),
}  # fmt: skip


def spoken(html: str) -> str:
    """Telegram's HTML as MAX takes it."""
    # What has been opened, with how it is closed; "": it is not said.
    opened: list[tuple[str, str]] = []
    said: list[str] = []
    at = 0
    for tag in _TAG.finditer(html):
        said.append(html[at : tag.start()])
        at = tag.end()
        name = tag[2].lower()
        if not tag[1]:
            shown, begins = _begun(name, tag[3], opened)
            opened.append((name, shown))
            said.append(begins)
        elif opened and opened[-1][0] == name:
            shown = opened.pop()[1]
            said.append(f"</{shown}>" if shown else "")
    said.append(html[at:])
    return "".join(said)


def _begun(name: str, rest: str, opened: list[tuple[str, str]]) -> tuple[str, str]:
    shown = _TAGS.get(name, "")
    if not shown or any(shown == outer for _, outer in opened):
        return "", ""
    if shown != "a":
        return shown, f"<{shown}>"
    found = _HREF.search(rest)
    link = found[1] if found else ""
    if link.startswith(_MENTION):
        number = link.removeprefix(_MENTION)
        user = user_of(int(number)) if number.isdecimal() else None
        link = f"max://user/{user}" if user is not None else ""
    if not link.startswith(("http://", "https://", "max://", "mailto:", "tel:")):
        return "", ""
    return "a", f'<a href="{link}">'


def attention(words: str) -> str:
    """Words that must be read, above whatever else stands there."""
    return f"{'' if words.startswith(NOTICE) else _ATTENTION}{escape(words, quote=False)}"


def without_attention(html: str) -> str:
    """The text without such words."""
    return html.partition("\n\n")[2] if html.startswith((_ATTENTION, NOTICE)) else html


def plain(html: str) -> str:
    """The text alone."""
    return unescape(_TAG.sub("", html))


def pages(html: str, longest: int = LONGEST) -> list[str]:
    """The text in parts of which MAX takes each; what is too long loses its formatting before it is divided."""
    if len(html) <= longest:
        return [html]
    bare = _TAG.sub("", html)
    if len(bare) <= longest:
        return [bare]
    parts = [""]
    for piece in _PIECE.findall(bare):
        if len(parts[-1]) + len(piece) > longest:
            head, line, tail = parts[-1].rpartition("\n")
            # A page ends with a line, unless the line is very long.
            if line and len(tail) < longest // 4:
                parts[-1:] = [head, tail]
            else:
                parts.append("")
        parts[-1] += piece
    return [part.strip() for part in parts if part.strip()]


def formatted(text: str, markup: Iterable[Any]) -> str:
    """A text that was delivered, as MAX's HTML."""
    tags = []
    for kind, start, end, mark in _spans(text, markup):
        tag = _MARKUP[kind][0]
        target = _target(kind, mark)
        if tag != "a" or target:
            tags.append((start, end, tag, f' href="{escape(target)}"' if tag == "a" else ""))
    return "".join(_tagged(text, tags))


def entities(text: str, markup: Iterable[Any]) -> list[dict[str, Any]]:
    """Its formatting as Telegram tells it: in UTF-16 units."""
    told = []
    for kind, start, end, mark in _spans(text, markup):
        name = _MARKUP[kind][1]
        if not name:
            continue
        entity: dict[str, Any] = {"type": name, "offset": _units(text[:start]), "length": _units(text[start:end])}
        if name == "text_link":
            entity["url"] = _target(kind, mark)
            if not entity["url"]:
                continue
        told.append(entity)
    return told


def _target(kind: str, mark: dict[str, Any]) -> str:
    if kind == "user_mention":
        return f"max://user/{mark['user_id']}" if isinstance(mark.get("user_id"), int) else ""
    return str(mark.get("url") or "")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _spans(text: str, markup: Iterable[Any]) -> list[tuple[str, int, int, dict[str, Any]]]:
    """What is formatted, by characters. MAX says «symbols», and libraries disagree whether an emoji is one or two."""
    marks = [
        mark
        for mark in markup
        if isinstance(mark, dict)
        and mark.get("type") in _MARKUP
        and type(mark.get("from")) is int
        and type(mark.get("length")) is int
    ]
    spans = [(mark["from"], mark["from"] + mark["length"]) for mark in marks]
    if any(ord(character) > 0xFFFF for character in text):
        by_units = [tuple(map(_places(text).get, span)) for span in spans]
        if None not in sum(by_units, ()) and _fits(text, by_units) > _fits(text, spans):
            spans = by_units  # type: ignore[assignment]
    whole = range(len(text) + 1)
    return [
        (mark["type"], start, min(end, len(text)), mark)
        for mark, (start, end) in zip(marks, spans, strict=True)
        if start in whole and start < end
    ]


def _places(text: str) -> dict[int, int]:
    """Which character begins at each UTF-16 unit."""
    places, at = {}, 0
    for place, character in enumerate(text):
        places[at] = place
        at += 2 if ord(character) > 0xFFFF else 1
    places[at] = len(text)
    return places


def _fits(text: str, spans: Sequence[Any]) -> int:
    """How many ends of the spans are where words begin or end: what people format is seldom half a word."""
    edges = sum(1 for span in spans for place in span if _is_edge(text, place))
    return edges - 100 * sum(1 for _, end in spans if end > len(text))


def _is_edge(text: str, place: int) -> bool:
    if not 0 < place < len(text):
        return place in (0, len(text))
    return not (text[place - 1].isalnum() and text[place].isalnum())


def _tagged(text: str, tags: list[tuple[int, int, str, str]]) -> Iterator[str]:
    """The text with tags that never overlap: what does is closed and begun again."""
    ends = sorted({0, len(text), *(place for start, end, *_ in tags for place in (start, end))})
    opened: list[tuple[int, int, str, str]] = []
    for start, end in pairwise(ends):
        here = [tag for tag in tags if tag[0] <= start and tag[1] >= end]
        kept = 0
        while kept < len(opened) and opened[kept] in here:
            kept += 1
        for tag in reversed(opened[kept:]):
            yield f"</{tag[2]}>"
        opened = opened[:kept]
        for tag in sorted((tag for tag in here if tag not in opened), key=lambda tag: -tag[1]):
            if all(tag[2] != outer[2] for outer in opened):
                yield f"<{tag[2]}{tag[3]}>"
                opened.append(tag)
        yield escape(text[start:end], quote=False)
    for tag in reversed(opened):
        yield f"</{tag[2]}>"
