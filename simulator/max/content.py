"""What a message is to hold, as a call says it: text, buttons, files, a link to another message."""

from dataclasses import dataclass
from typing import Any

from simulator.errors import Json
from simulator.max import keyboard
from simulator.max.errors import Refused, bad, no_chat, strict
from simulator.max.faults import NOT_READY
from simulator.max.model import Attachment, Chat, Link
from simulator.max.text import of_bot
from simulator.max.world import World

MEDIA = 12
_FIELDS = frozenset({"text", "attachments", "link", "notify", "format"})
_FILES = ("image", "video", "audio", "file")


@dataclass(slots=True)
class Content:
    """None: the call says nothing of it. Attachments are named all or not at all, the keyboard with them."""

    text: str | None
    markup: list[Json]
    attachments: list[Attachment] | None = None
    keyboard: list[list[Json]] | None = None
    link: Link | None = None

    def empty(self) -> bool:
        """Whether there is nothing to send."""
        return not self.text and not self.attachments and not self.keyboard and self.link is None

    def check_ready(self, world: World) -> None:
        """400 while one of the files is still being worked on."""
        for attachment in self.attachments or []:
            if attachment.stored is not None and not world.check_ready(attachment.stored):
                raise Refused(400, "attachment.not.ready", NOT_READY)


def _file(world: World, kind: str, payload: Any) -> Attachment:
    if not isinstance(payload, dict):
        raise bad("attachments.payload: must be an object")
    if kind == "image" and payload.keys() == {"photos"}:
        tokens = [photo.get("token") for photo in payload["photos"].values() if isinstance(photo, dict)]
        token = tokens[0] if len(tokens) == 1 else None
    elif payload.keys() == {"token"}:
        token = payload["token"]
    else:
        raise strict(f"a payload of {sorted(payload)} is not played")
    stored = world.files.get(token) if isinstance(token, str) else None
    if stored is None or stored.type != kind:
        raise Refused(400, "attachment.invalid", f"simulator: no {kind} with this token")
    if stored.content is None:
        raise Refused(400, "attachment.not.ready", NOT_READY)
    return Attachment(kind, stored)


def _attachment(world: World, item: Json) -> Attachment:
    kind = item["type"]
    if kind in _FILES:
        if item.keys() != {"type", "payload"}:
            raise strict(f"fields of a {kind}: {sorted(item)}")
        return _file(world, kind, item.get("payload"))
    if kind == "location":
        return Attachment(kind, json={name: item.get(name) for name in ("latitude", "longitude")})
    if kind in ("contact", "sticker", "share"):
        return Attachment(kind, json={"payload": item.get("payload")})
    raise bad(f"attachments.type: unknown type {kind!r}")


def _attached(world: World, items: Any) -> tuple[list[Attachment], list[list[Json]] | None]:
    """All that is attached, and the keyboard apart."""
    if not isinstance(items, list) or not all(isinstance(item, dict) and "type" in item for item in items):
        raise bad("attachments: must be objects with a type")
    keyboards = [item for item in items if item["type"] == "inline_keyboard"]
    if len(keyboards) > 1:
        raise bad("attachments: one keyboard at most")
    others = [_attachment(world, item) for item in items if item["type"] != "inline_keyboard"]
    media = [other for other in others if other.type in ("image", "video")]
    if len(media) > MEDIA:
        raise bad(f"attachments: at most {MEDIA} pictures and videos")
    if len(others) > 1 and len(media) != len(others):
        raise bad("attachments: only pictures and videos stand together")
    if not keyboards:
        return others, None
    rows = keyboard.check(keyboards[0].get("payload"))
    world.unreadable += keyboard.unreadable(rows)
    return others, rows


def _link(world: World, chat: Chat, value: Any) -> Link:
    if not isinstance(value, dict) or value.keys() != {"type", "mid"} or value["type"] not in ("forward", "reply"):
        raise bad("link: a type and a mid")
    message = world.by_mid(value["mid"])
    if message is None or message.deleted:
        raise Refused(404, "message.not.found", "simulator: no message to link to")
    if value["type"] == "reply" and message.place != chat.place:
        raise no_chat()
    return world.link_to(message, value["type"])


def content_of(world: World, chat: Chat, body: Any) -> Content:
    """What a call wants in a message, or 400."""
    if not isinstance(body, dict):
        raise bad("message: must be an object")
    if extra := body.keys() - _FIELDS:
        raise strict(f"unknown field {min(extra)} of a message")
    if not isinstance(body.get("notify", True), bool):
        raise bad("notify: must be a boolean")
    parsed = of_bot(body.get("text"), body.get("format"))
    world.stripped += parsed.stripped
    content = Content(None if body.get("text") is None else parsed.text, parsed.markup)
    if body.get("attachments") is not None:
        content.attachments, content.keyboard = _attached(world, body["attachments"])
    if body.get("link") is not None:
        content.link = _link(world, chat, body["link"])
    return content
