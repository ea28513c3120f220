"""What Telegram does with a text before it stores it: parse, check entities, clean, trim, measure."""

import re
from typing import Any

from simulator.content.html import parse_html, utf16_len
from simulator.errors import Json, bad_request
from simulator.names import words

ENTITY_TYPES = words(
    "mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler "
    "blockquote expandable_blockquote code pre text_link text_mention custom_emoji date_time"
)
_ENTITY_KEYS = words("type offset length url user language custom_emoji_id unix_time date_time_format")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
MAX_TEXT = 4096
# Characters at the end of a part in which a client looks for a place to cut.
CUT_WITHIN = 300
MAX_CAPTION = 1024
# Bytes of a text as it is written, tags and all (Client.cpp: get_formatted_text).
MAX_RAW = 1 << 15


def _check_entity(item: Any, limit: int) -> Json:
    if not isinstance(item, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    kind = item.get("type")
    if str(kind) not in ENTITY_TYPES:
        raise bad_request(f"can't parse entities: unsupported entity type {kind!r}")
    unknown = set(item) - _ENTITY_KEYS
    if unknown:
        raise bad_request(f"simulator: unknown field {min(unknown)} of a message entity")
    offset, length = item.get("offset"), item.get("length")
    if type(offset) is not int or type(length) is not int:
        raise bad_request('can\'t parse MessageEntity: Field "offset" must be of type Number')
    if offset < 0 or length <= 0 or offset + length > limit:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {limit}"
        )
    if kind == "text_link" and not item.get("url"):
        raise bad_request("can't parse MessageEntity: Can't find field \"url\"")
    return dict(item)


def _check_entities(text: str, raw: Any) -> list[Json]:
    if not isinstance(raw, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    entities = [_check_entity(item, utf16_len(text)) for item in raw]
    if not text.isascii():
        # positions that fall inside a surrogate pair do not exist for Telegram
        inside, position = set(), 0
        for char in text:
            position += 2 if char > "\uffff" else 1
            if char > "\uffff":
                inside.add(position - 1)
        for item in entities:
            if item["offset"] in inside or item["offset"] + item["length"] in inside:
                raise bad_request(
                    f"entity beginning at UTF-16 offset {item['offset']} is in the middle of a UTF-16 symbol"
                )
    return sorted(entities, key=lambda item: (item["offset"], -item["length"]))


def _trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Cut outer blanks as the server does; leading ones only up to the first entity."""
    right = text.rstrip(" \n")
    total = utf16_len(right)
    first = min((item["offset"] for item in entities), default=total)
    left = 0
    while left < len(right) and left < first and right[left] in " \n":
        left += 1
    kept = []
    for item in entities:
        length = min(item["length"], total - item["offset"])
        if length > 0:
            kept.append({**item, "offset": item["offset"] - left, "length": length})
    return right[left:], kept


def clean(text: str) -> str:
    """A text without what Telegram takes out of every string."""
    if _SURROGATE.search(text):
        raise bad_request("strings must be encoded in UTF-8")
    return _CONTROL.sub(" ", text.replace("\r", ""))


def formatted(text: str, parse_mode: str, raw_entities: Any) -> tuple[str, list[Json]]:
    """Text and entities as Telegram would store them."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_RAW:
        raise bad_request("text is too long")
    text = clean(text)
    if parse_mode and raw_entities:
        # Telegram would ignore the entities and parse the text: surely not what the caller meant
        raise bad_request("simulator: both parse_mode and entities are given")
    if parse_mode.lower() == "html":
        text, entities = parse_html(text)
    elif parse_mode:
        raise bad_request(f"simulator: unsupported parse_mode {parse_mode}")
    else:
        entities = _check_entities(text, raw_entities) if raw_entities else []
    return _trim(text, entities)


def message_text(text: str, parse_mode: str, raw_entities: Any, *, editing: bool) -> tuple[str, list[Json]]:
    """The text of a message, neither empty nor over the limit."""
    if not text:
        raise bad_request("message text is empty")
    plain, entities = formatted(text, parse_mode, raw_entities)
    if not plain.strip():
        raise bad_request("text must be non-empty")
    if len(plain) > MAX_TEXT // 2 and utf16_len(plain) > MAX_TEXT:
        # the real server words the same refusal differently for an edit
        raise bad_request("MESSAGE_TOO_LONG" if editing else "message is too long")
    return plain, entities


def caption_text(text: str, parse_mode: str, raw_entities: Any) -> tuple[str, list[Json]]:
    """A caption: may be empty, at most 1024 units after parsing."""
    plain, entities = formatted(text, parse_mode, raw_entities)
    if utf16_len(plain) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return plain, entities


def cut(text: str, longest: int = MAX_TEXT) -> list[str]:
    """The messages that a client makes of a text: cut at a line's end or a space near the limit, if there is one."""
    parts = []
    while utf16_len(text) > longest:
        end = longest
        while utf16_len(text[:end]) > longest:
            end -= 1
        for mark in ("\n", " "):
            place = text.rfind(mark, end - CUT_WITHIN, end + 1)
            if place > 0:
                end = place
                break
        parts.append(text[:end].strip())
        text = text[end:].strip()
    return [*parts, text]
