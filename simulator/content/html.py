"""Telegram's HTML parse mode: tags into plain text and entities.

The rules follow the tokenizer of the Bot API server: it is not an HTML parser, it knows a short list of tags
and refuses everything else, and it counts entities in UTF-16 code units.
"""

import re
from dataclasses import dataclass

from simulator.content.urls import BadUrl, check_url
from simulator.errors import ApiError, Json, bad_request

_SIMPLE = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler",
}  # fmt: skip
_TAGS = frozenset(_SIMPLE) | {"a", "code", "pre", "blockquote", "tg-emoji", "tg-time"}
_ATTRIBUTES = {
    "a": ("href",), "code": ("class",), "span": ("class",), "blockquote": ("expandable",),
    "tg-emoji": ("emoji-id",), "tg-time": ("unix", "format"),
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
_NAME_END = re.compile(r"[\s>]")
_ATTRIBUTE_END = re.compile(r"[\s=>]")
_BARE_VALUE = re.compile(r"[A-Za-z0-9.\-]+")
_USER_LINK = re.compile(r"^tg://user\?id=(\d{1,19})$")


def utf16_len(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts limits and offsets."""
    if text.isascii():
        return len(text)
    return len(text) + sum(1 for char in text if char > "\uffff")


def escape(text: str) -> str:
    """Escape text for the HTML parse mode."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _decode(match: re.Match[str]) -> str:
    """One character reference; those Telegram does not know stay as they were written."""
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return _NAMED.get(name, match.group())
    digits = hexadecimal or decimal
    code = int(digits, 16 if hexadecimal else 10) if len(digits) < 9 else 0
    if not 0 < code < 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return match.group()
    return chr(code)


def unescape(text: str) -> str:
    """Decode the character references Telegram knows."""
    return _REFERENCE.sub(_decode, text) if "&" in text else text


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    plain_start: int


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.plain: list[str] = []
        self.plain_chars = 0
        self.offset = 0
        self.stack: list[_Open] = []
        self.entities: list[Json] = []

    def fail(self, text: str, at: int | None = None) -> ApiError:
        if at is not None:
            text = text.replace("@", f"at byte offset {len(self.source[:at].encode('utf-8', 'replace'))}")
        return bad_request(f"can't parse entities: {text}")

    def run(self) -> tuple[str, list[Json]]:
        position = 0
        while position < len(self.source):
            tag_start = self.source.find("<", position)
            end = len(self.source) if tag_start < 0 else tag_start
            self.write(unescape(self.source[position:end]))
            if tag_start < 0:
                break
            if self.source.startswith("</", tag_start):
                position = self.close_tag(tag_start)
            else:
                position = self.open_tag(tag_start)
        if self.stack:
            tag = self.stack[-1].tag
            raise self.fail(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return "".join(self.plain), _tidy(self.entities)

    def write(self, text: str) -> None:
        self.plain.append(text)
        self.plain_chars += len(text)
        self.offset += utf16_len(text)

    def open_tag(self, start: int) -> int:
        name_end = _NAME_END.search(self.source, start + 1)
        if name_end is None:
            raise self.fail("Unclosed start tag @", start)
        tag = self.source[start + 1 : name_end.start()].lower()
        if tag not in _TAGS:
            raise self.fail(f'Unsupported start tag "{tag}" @', start)
        attributes, position = self.attributes(tag, start, name_end.start())
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self.fail('Tag "span" must have class "tg-spoiler" @', start)
        self.stack.append(_Open(tag, attributes, self.offset, self.plain_chars))
        return position

    def attributes(self, tag: str, start: int, position: int) -> tuple[dict[str, str], int]:
        attributes: dict[str, str] = {}
        while True:
            position = self.skip_spaces(position)
            if position >= len(self.source):
                raise self.fail("Unclosed start tag @", start)
            if self.source[position] == ">":
                return attributes, position + 1
            name_end = _ATTRIBUTE_END.search(self.source, position)
            if name_end is None:
                raise self.fail("Unclosed start tag @", start)
            name = self.source[position : name_end.start()].lower()
            if not name:
                raise self.fail(f'Empty attribute name in the tag "{tag}" @', start)
            if name not in _ATTRIBUTES.get(tag, ()):
                # Telegram ignores such an attribute; here it is a fault to catch
                raise self.fail(f'simulator: unknown attribute "{name}" of the tag "{tag}" @', start)
            position = self.skip_spaces(name_end.start())
            if self.source[position : position + 1] != "=":
                if name != "expandable":
                    raise self.fail(f'Expected equal sign in declaration of an attribute of the tag "{tag}" @', start)
                attributes[name] = ""
                continue
            attributes[name], position = self.value(start, self.skip_spaces(position + 1))

    def value(self, start: int, position: int) -> tuple[str, int]:
        quote = self.source[position : position + 1]
        if not quote:
            raise self.fail("Unclosed start tag @", start)
        if quote in "'\"":
            end = self.source.find(quote, position + 1)
            if end < 0:
                raise self.fail("Unclosed start tag @", start)
            return unescape(self.source[position + 1 : end]), end + 1
        token = _BARE_VALUE.match(self.source, position)
        if token is None:
            raise self.fail("Unexpected end of name token @", position)
        return token.group().lower(), token.end()

    def skip_spaces(self, position: int) -> int:
        while position < len(self.source) and self.source[position].isspace():
            position += 1
        return position

    def close_tag(self, start: int) -> int:
        if not self.stack:
            raise self.fail("Unexpected end tag @", start)
        name_end = _NAME_END.search(self.source, start + 2)
        position = self.skip_spaces(name_end.start()) if name_end else len(self.source)
        if name_end is None or self.source[position : position + 1] != ">":
            raise self.fail("Unclosed end tag @", start)
        name = self.source[start + 2 : name_end.start()].lower()
        opened = self.stack.pop()
        if name and name != opened.tag:
            raise self.fail(f'Unmatched end tag @, expected "</{opened.tag}>", found "</{name}>"', start)
        if self.offset > opened.offset:
            self.entity(opened)
        return position + 1

    def entity(self, opened: _Open) -> None:
        tag, attributes = opened.tag, opened.attributes
        item: Json = {"offset": opened.offset, "length": self.offset - opened.offset}
        if tag in _SIMPLE:
            item["type"] = _SIMPLE[tag]
        elif tag == "blockquote":
            if any(outer.tag == "blockquote" for outer in self.stack):
                # A quote within a quote is none (MessageEntity.cpp: fix_entities).
                return
            item["type"] = "expandable_blockquote" if "expandable" in attributes else "blockquote"
        elif tag == "tg-emoji":
            if not attributes.get("emoji-id", "").isdigit():
                raise self.fail("Invalid custom emoji identifier specified")
            item |= {"type": "custom_emoji", "custom_emoji_id": attributes["emoji-id"]}
        elif tag == "tg-time":
            if not attributes.get("unix", "").isdigit():
                raise self.fail("Invalid Unix time specified")
            item |= {"type": "date_time", "unix_time": int(attributes["unix"])}
            if attributes.get("format"):
                item["date_time_format"] = attributes["format"]
        elif tag == "a":
            link = self.link(opened)
            if link is None:
                return
            item |= link
        elif self.code(tag, attributes, item):
            return
        self.entities.append(item)

    def link(self, opened: _Open) -> Json | None:
        """A link entity; Telegram silently drops links it finds invalid and leaves the text."""
        url = opened.attributes.get("href") or "".join(self.plain)[opened.plain_start :]
        user = _USER_LINK.match(url)
        if user:
            return {"type": "text_mention", "user": {"id": int(user[1])}}
        try:
            return {"type": "text_link", "url": check_url(url)}
        except BadUrl:
            return None

    def code(self, tag: str, attributes: dict[str, str], item: Json) -> bool:
        """Code and pre; `pre` right around a `code` with a language is one entity. True: already kept."""
        language = attributes.get("class", "").removeprefix("language-") if tag == "code" else ""
        item["type"] = tag
        if tag == "code" and language and self.stack and self.stack[-1].tag == "pre":
            item["language"] = language
            self.entities.append(item)
            return True
        last = self.entities[-1] if self.entities else None
        same_place = last and (last["offset"], last["length"]) == (item["offset"], item["length"])
        if tag == "pre" and last and same_place and last["type"] == "code" and "language" in last:
            last["type"] = "pre"
            return True
        return False


def _tidy(entities: list[Json]) -> list[Json]:
    """Order entities as Telegram does, drop doubles and what lies inside code, which cannot nest."""
    ordered = sorted(entities, key=lambda item: (item["offset"], -item["length"]))
    kept: list[Json] = []
    closed_until = 0
    for item in ordered:
        end = item["offset"] + item["length"]
        if end <= closed_until:
            continue
        if item["type"] in ("code", "pre"):
            closed_until = end
            if item["type"] == "code":
                item.pop("language", None)
        elif any(other["type"] == item["type"] and other["offset"] + other["length"] >= end for other in kept):
            continue
        kept.append(item)
    return kept


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Parse HTML parse mode into text and entities; raises ApiError 400 as Telegram does."""
    if "<" not in source and "&" not in source:
        return source, []
    return _Parser(source).run()
