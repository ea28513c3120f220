"""A text as MAX keeps it: without tags, and where they stood. It knows a few tags and strips all others silently."""

import html
import re
from dataclasses import dataclass

from simulator.content.html import utf16_len
from simulator.errors import Json
from simulator.max.errors import bad, strict

LONGEST = 4000
_TAGS = {
    "b": "strong", "strong": "strong", "i": "emphasized", "em": "emphasized", "s": "strikethrough",
    "del": "strikethrough", "u": "underline", "ins": "underline", "code": "monospaced", "pre": "monospaced",
    "mark": "highlighted", "h1": "heading", "a": "link",
}  # fmt: skip
# What people can do with menus, and bots cannot.
_PEOPLES = _TAGS | {"blockquote": "quote"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_USER = re.compile(r"^max://user/(\d+)$")
# How MAX calls what Telegram's entities are called.
_ENTITIES = {
    "bold": "strong", "italic": "emphasized", "strikethrough": "strikethrough", "underline": "underline",
    "code": "monospaced", "pre": "monospaced", "text_link": "link", "blockquote": "quote",
    "expandable_blockquote": "quote",
}  # fmt: skip

# And the other way round.
_DRAWN = {
    "strong": "bold", "emphasized": "italic", "monospaced": "code", "link": "text_link", "quote": "blockquote",
    "heading": "bold",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text without tags; its markup with positions in characters; and the tags that were stripped silently."""

    text: str
    markup: list[Json]
    stripped: list[str]


def _element(kind: str, attributes: str, start: int, length: int) -> Json:
    element: Json = {"type": kind, "from": start, "length": length}
    if kind != "link":
        return element
    match = _HREF.search(attributes)
    url = html.unescape((match[1] or match[2] or "") if match else "")
    if not url or len(url) > 2048:
        raise strict("a link leads nowhere")
    if user := _USER.match(url):
        return element | {"type": "user_mention", "user_id": int(user[1])}
    return element | {"url": url}


def parse(source: str, *, by_person: bool = False) -> Parsed:
    """Take the tags out. What MAX does with tags that are not closed in order is not known: they are refused here."""
    known = _PEOPLES if by_person else _TAGS
    plain, stripped = "", []
    markup: list[tuple[int, Json]] = []
    stack: list[tuple[str, str, int, int]] = []
    position = 0
    for match in _TAG.finditer(source):
        plain += html.unescape(source[position : match.start()])
        position = match.end()
        tag = match[2].lower()
        if tag not in known:
            stripped.append(tag)
        elif not match[1]:
            stack.append((tag, match[3], len(plain), match.start()))
        else:
            if not stack or stack[-1][0] != tag:
                raise strict(f"</{tag}> closes nothing")
            _, attributes, start, opened = stack.pop()
            if len(plain) > start:
                markup.append((opened, _element(known[tag], attributes, start, len(plain) - start)))
    if stack:
        raise strict(f"<{stack[-1][0]}> is not closed")
    plain += html.unescape(source[position:])
    markup.sort(key=lambda element: element[0])
    return Parsed(plain, [element for _, element in markup], stripped)


def of_bot(text: object, form: object) -> Parsed:
    """The text of a call, or 400."""
    if text is None:
        return Parsed("", [], [])
    if not isinstance(text, str):
        raise bad("text: must be a string")
    if utf16_len(text) > LONGEST:
        raise bad(f"text: size must be between 0 and {LONGEST}")
    if form is None:
        return Parsed(text, [], [])
    if form != "html":
        raise strict(f"format {form!r} is not played")
    return parse(text)


def from_entities(text: str, entities: list[Json]) -> list[Json]:
    """Markup of formatting told as Telegram's entities, which count UTF-16 units; what MAX lacks is left out."""
    markup = []
    for entity in entities:
        kind = _ENTITIES.get(entity["type"])
        if kind is None:
            continue
        start = _characters(text, entity["offset"])
        end = _characters(text, entity["offset"] + entity["length"])
        element: Json = {"type": kind, "from": start, "length": end - start}
        markup.append(element | ({"url": entity["url"]} if kind == "link" else {}))
    return markup


def to_entities(text: str, markup: list[Json]) -> list[Json]:
    """Markup, with positions in characters, as Telegram's entities."""
    entities = []
    for element in markup:
        start, length = element["from"], element["length"]
        places = {"offset": utf16_len(text[:start]), "length": utf16_len(text[start : start + length])}
        told = {name: value for name, value in element.items() if name != "from"}
        entities.append(told | places | {"type": _DRAWN.get(element["type"], element["type"])})
    return entities


def _characters(text: str, units: int) -> int:
    """How many characters so many UTF-16 units are."""
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))


def counted(text: str, markup: list[Json], *, utf16: bool) -> list[Json]:
    """Markup with positions in characters, or in UTF-16 units."""
    if not utf16 or text.isascii():
        return markup
    return [
        element
        | {
            "from": utf16_len(text[: element["from"]]),
            "length": utf16_len(text[element["from"] : element["from"] + element["length"]]),
        }
        for element in markup
    ]
