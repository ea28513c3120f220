"""MAX: what people do comes by polls.

A poll confirms what came before, so what others do meanwhile is lost to the bot.
"""

import asyncio
import math
import platform
import ssl
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import SecretStr

from bot.delivery.exchange import Answer
from bot.delivery.max.exchange import Exchange
from bot.delivery.max.pace import Pace
from bot.delivery.outgoing.pacer import Pacer
from bot.domain.people.messenger import Messenger
from bot.probe.door import CannotProbe, Event, EventKind
from bot.views import probe as words

# Seconds that MAX holds a poll open, and how much longer its answer is waited for.
_POLL, _LATER = 25, 15
# Seconds after a poll that was refused.
_HASTE = 1.0
# Attempts at removing a message, where MAX asks for silence.
_ATTEMPTS = 3
# Of these MAX takes two a second in one dialog.
_PACED = ("PUT /messages", "DELETE /messages", "POST /answers", "GET /updates")
_KINDS = {"bot_started": EventKind.STARTED, "bot_stopped": EventKind.LEFT}
# Codes of refusals that are known from life.
_WORDS = frozenset(
    {"proto.payload", "verify.token", "chat.denied", "chat.not.found", "too.many.requests", "attachment.not.ready"}
)
_NO_TOKEN = "MAX does not know the token. Check MAX_TOKEN, or copy it anew at https://business.max.ru/self."
DELIVERED = (
    "MAX delivers what this bot gets to a webhook: the bot runs. Stop it, empty WEBHOOK_URL, start it and stop it "
    "again (that ends the subscription), and try again. Or try with another bot."
)


class MaxDoor:
    """The API of MAX with a token. `pace`: other than MAX's own limits, for who knows that there are none."""

    def __init__(
        self, token: SecretStr, api_url: str, trust: ssl.SSLContext | None = None, pacer: Pacer | None = None
    ) -> None:
        self._exchange = Exchange(token, api_url, trust)
        self._pace = Pace(pacer)
        self._me: dict[str, Any] = {}
        self._marker: int | None = None
        self._person: int | None = None
        self._mids: dict[int, str] = {}
        # Messages of the bot, and the last of them with buttons: a press may come without its message.
        self._own: set[int] = set()
        self._last: int | None = None
        self._early: list[Event] = []
        self._count = 0

    async def open(self) -> str:
        """See Door."""
        me = await self.call("GET /me", {})
        if me.code == 401:
            raise CannotProbe(_NO_TOKEN)
        if not me.is_done or not isinstance(me.result, dict):
            raise CannotProbe(f"MAX cannot be reached: {me.failure or me.description}. Try again later.")
        self._me = me.result
        if (await self.call("GET /subscriptions", {})).field("subscriptions"):
            raise CannotProbe(DELIVERED)
        # Without a marker the last event comes, however old; from its marker on everything is new.
        self._early = self._told(await self._updates(0))
        return (
            "What others write to this bot until the end is lost to it: use one that nobody relies on yet.\n"
            "Whoever is willing to help for ten minutes opens, in MAX, on a phone:\n"
            f"    {self.link('{0}')}\n"
            "or sends the bot: /start {0}\n"
            "and is led by its messages from there. Ctrl+C ends it at any time."
        )

    def link(self, payload: str) -> str:
        """What starts the bot."""
        return Messenger.MAX.link(str(self._me.get("username", "")), payload)

    async def close(self) -> None:
        """See Door. What was done for the probe is confirmed: the bot need not hear of it."""
        if self._person is not None:
            await self._updates(0)
        await self._exchange.close()

    async def events(self, seconds: float) -> list[Event]:
        """See Door."""
        if self._early:
            early, self._early = self._early, []
            return early
        answer = await self._updates(max(1, min(math.ceil(seconds), _POLL)))
        if answer.code == 401:
            raise CannotProbe(_NO_TOKEN)
        if answer.code == 405:
            raise CannotProbe(DELIVERED)
        if not answer.is_done:
            await asyncio.sleep(_HASTE)
            return []
        return self._told(answer)

    def _told(self, answer: Answer) -> list[Event]:
        updates = answer.field("updates")
        events = [self._event(update) for update in updates if isinstance(update, dict)] if updates else []
        return [event for event in events if event is not None and self._person in (None, event.person)]

    async def _updates(self, seconds: int) -> Answer:
        query = {"timeout": seconds, "limit": 100, "marker": self._marker}
        await self._pace.turn("GET /updates")
        answer = await self._exchange.call("GET /updates", query, seconds=seconds + _LATER)
        marker = answer.field("marker")
        self._marker = marker if isinstance(marker, int) else self._marker
        return answer

    def _event(self, update: Mapping[str, Any]) -> Event | None:
        """What somebody did in their own dialog with the bot; None: something else."""
        self._count += 1
        kind, callback = update.get("update_type"), _object(update.get("callback"))
        message = _object(update.get("message"))
        user = _object(update.get("user") or callback.get("user") or message.get("sender"))
        person, number = user.get("user_id"), self._known(message)
        is_group = _object(message.get("recipient")).get("chat_type", "dialog") != "dialog"
        if not isinstance(person, int) or is_group or user.get("is_bot"):
            return None
        names = tuple(_names(user))
        if kind == "message_callback":
            data, press = str(callback.get("payload") or ""), str(callback.get("callback_id") or "")
            shown = self._last if number is None else number
            return Event(self._count, EventKind.PRESSED, person, data, shown, press, names=names)
        if kind == "message_created":
            text = str(_object(message.get("body")).get("text") or "")
            command, _, payload = text.partition(" ")
            if command == "/start":
                return Event(self._count, EventKind.STARTED, person, payload.strip(), number, names=names)
            return Event(self._count, EventKind.SAID, person, text, number, names=names)
        if kind in _KINDS:
            return Event(self._count, _KINDS[kind], person, str(update.get("payload") or ""), names=names)
        return None

    def _known(self, message: Mapping[str, Any]) -> int | None:
        """The message's number; by it its name is found again."""
        body = _object(message.get("body"))
        number, mid = body.get("seq"), body.get("mid")
        if not isinstance(number, int) or not isinstance(mid, str):
            return None
        self._mids[number] = mid
        return number

    def mid(self, message: int) -> str:
        """What MAX calls a message that was made or heard of."""
        return self._mids.get(message, "")

    def lead(self, start: Event) -> None:
        """See Door."""
        self._person = start.person

    def leave(self, event: Event) -> None:
        """See Door: nothing can be left here, as is said before anybody comes."""

    async def call(
        self, method: str, values: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]] | None = None
    ) -> Answer:
        """See Door. `method`: verb and path; `values`: `query` and `body`, or the `url` of a file."""
        if "url" in values:
            return await self._exchange.looked(values["url"])
        await self._pace.turn(method if method in _PACED else None)
        answer = await self._exchange.call(method, values.get("query"), values.get("body"))
        number = self._known(_object(answer.field("message")))
        if number is not None and method == "POST /messages":
            self._own.add(number)
        return answer

    async def say(self, person: int, text: str, rows: Sequence[Sequence[tuple[str, str]]]) -> Answer:
        """See Door."""
        said = await self.call("POST /messages", {"query": {"user_id": person}, "body": content(text, rows)})
        if rows and self.made(said):
            (self._last,) = self.made(said)
        return said

    async def hear(self, press: str) -> Answer:
        """See Door. A word, since an empty answer may be refused; it may be seen or not."""
        return await self.call(
            "POST /answers", {"query": {"callback_id": press}, "body": {"notification": words.HEARD}}
        )

    async def take_back(self, person: int, messages: Sequence[int]) -> int:
        """See Door. What the person has written stays: in a dialog MAX lets a bot remove its own alone."""
        left = 0
        for message in self._own.intersection(messages):
            answer = await self._removed(message)
            if self.is_left(answer):
                return len(messages)
            left += not answer.is_done
        return left

    async def _removed(self, message: int) -> Answer:
        answer = await self.call("DELETE /messages", {"query": {"message_id": self.mid(message)}})
        for _ in range(_ATTEMPTS - 1):
            if answer.code != 429:
                break
            await asyncio.sleep(answer.retry_after)
            answer = await self.call("DELETE /messages", {"query": {"message_id": self.mid(message)}})
        return answer

    def made(self, answer: Answer) -> list[int]:
        """See Door."""
        number = answer.field("message", "body", "seq")
        return [number] if answer.method == "POST /messages" and isinstance(number, int) else []

    def is_left(self, answer: Answer) -> bool:
        """See Door."""
        return answer.code == 403 and ("chat.denied" in answer.description or "suspended" in answer.description)

    def is_known(self, answer: Answer) -> bool:
        """See Door."""
        return answer.description.partition(":")[0] in _WORDS

    def told(self) -> dict[str, Any]:
        """See Door."""
        return {"messenger": "MAX", "assumed": "schema 0.0.32 (2026-07-01)", "python": platform.python_version()}

    def names(self) -> list[str]:
        """See Door."""
        return _names(self._me)


def content(text: str, rows: Sequence[Sequence[tuple[str, str]]] = ()) -> dict[str, Any]:
    """A message's body: a text and buttons, of labels and data."""
    if not rows:
        return {"text": text}
    buttons = [[{"type": "callback", "text": label, "payload": data} for label, data in row] for row in rows]
    return {"text": text, "attachments": [{"type": "inline_keyboard", "payload": {"buttons": buttons}}]}


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _names(user: Mapping[str, Any]) -> list[str]:
    return [str(user[key]) for key in ("username", "name", "first_name", "last_name") if user.get(key)]
