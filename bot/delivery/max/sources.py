"""Messages that MAX has: what of one is needed to say it again, or to put other buttons below it."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from aiogram.methods import TelegramMethod

from bot.delivery.max.api import Api, listed, reading
from bot.delivery.max.events import FILES, content
from bot.delivery.max.text import formatted

# Seconds for which a message that is copied to many is what it was; its author may edit or delete it meanwhile.
_FRESH = 5.0
_KEPT = 100
# Those that one message takes together, and how many of them.
_TOGETHER, _MOST = ("image", "video"), 12


@dataclass(frozen=True, slots=True)
class Source:
    """A message: its text in MAX's HTML, and what is attached to it but for buttons."""

    html: str
    attachments: tuple[dict[str, Any], ...]

    def part(self, place: int) -> "Source":
        """Of its files the one at that place; the text goes with the first."""
        files = [one for one in self.attachments if one["type"] in FILES]
        return Source(self.html if place == 0 else "", tuple(files[place : place + 1]))

    def messages(self) -> list["Source"]:
        """The messages in which MAX takes it: pictures and videos together, every other file alone."""
        shown = [one for one in self.attachments if one["type"] in _TOGETHER]
        others = [one for one in self.attachments if one["type"] not in _TOGETHER]
        groups = [tuple(shown[at : at + _MOST]) for at in range(0, len(shown), _MOST)] + [(one,) for one in others]
        return [Source(self.html if place == 0 else "", group) for place, group in enumerate(groups or [()])]


class _Asked(asyncio.Event):
    """Is set when MAX has answered; `error`: that it has refused."""

    error: Exception | None = None


class Sources:
    """Looks messages up by their names."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._found: OrderedDict[str, tuple[float, Source]] = OrderedDict()
        self._asked: dict[str, _Asked] = {}

    async def get(self, method: TelegramMethod[Any], mid: str, seconds: float, *, anew: bool = False) -> Source:
        """The message. `anew`: as it is at this moment. Raises what calls raise."""
        while not anew:
            at, known = self._found.get(mid, (0.0, None))
            if known is not None and asyncio.get_running_loop().time() - at < _FRESH:
                return known
            if (asked := self._asked.get(mid)) is None:
                break
            # MAX counts all calls together: whoever copies the same at this moment asks for it once.
            await asked.wait()
            if asked.error is not None:
                raise asked.error
        asked, now = _Asked(), asyncio.get_running_loop().time()
        self._asked[mid] = asked
        try:
            source = self.of(await self.raw(method, mid, seconds))
        except Exception as error:
            asked.error = error
            raise
        finally:
            self._asked.pop(mid, None)
            asked.set()
        self._found[mid] = now, source
        while len(self._found) > _KEPT:
            self._found.popitem(last=False)
        return source

    @staticmethod
    def of(message: dict[str, Any]) -> Source:
        """What of the message is said again. Raises ClientDecodeError."""
        with reading():
            body = content(message)
            found = tuple(request for one in body.get("attachments") or [] if (request := _request(one)) is not None)
            return Source(formatted(body.get("text") or "", body.get("markup") or []), found)

    async def raw(self, method: TelegramMethod[Any], mid: str, seconds: float) -> dict[str, Any]:
        """The message as MAX has it. Raises what calls raise."""
        got = await self._api.call(method, "GET", f"/messages/{mid}", seconds, of_source=True)
        return got if isinstance(got, dict) else {}

    def forget(self, mid: str) -> None:
        """Hears that the message has changed."""
        self._found.pop(mid, None)


def buttons_of(message: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The rows of buttons below the message. Raises ClientDecodeError."""
    with reading():
        attachments = listed(content(message), "attachments")
        shown = next((one for one in attachments if one.get("type") == "inline_keyboard"), {})
        rows: list[list[dict[str, Any]]] = (shown.get("payload") or {}).get("buttons") or []
        return rows


def _request(attachment: Any) -> dict[str, Any] | None:
    """What attaches the same to another message; buttons are the message's own."""
    if not isinstance(attachment, dict):
        return None
    kind, payload = attachment.get("type"), attachment.get("payload") or {}
    token = payload.get("token")
    if kind in FILES and token:
        return {"type": kind, "payload": {"token": token}}
    match kind:
        case "sticker" if payload.get("code"):
            return {"type": kind, "payload": {"code": payload["code"]}}
        case "contact":
            kept = {"vcf_info": "vcf_info", "vcf_phone": "vcf_phone"}
            return {"type": kind, "payload": {to: payload[of] for of, to in kept.items() if payload.get(of)}}
        case "location":
            return {"type": kind, "latitude": attachment.get("latitude"), "longitude": attachment.get("longitude")}
        case _:
            # A preview of a link comes by itself.
            return None
