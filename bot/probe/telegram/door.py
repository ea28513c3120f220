"""Telegram: what people do comes by polls, and what others do is left for the bot that usually uses the token."""

import asyncio
import math
import platform
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import SecretStr

from bot.delivery.client import BadToken, make_bot
from bot.delivery.exchange import Answer, exchange, versions
from bot.delivery.incoming.intake import ALLOWED
from bot.delivery.refusals import meaning
from bot.probe.door import CannotProbe, Event, EventKind

# Seconds that Telegram holds a poll open, and how much longer its answer is waited for.
_POLL, _LATER = 25, 15
# Seconds of the first poll: whoever polls with the same token comes back within them, and ends it.
_LOOK = 4
# Seconds between polls that only bring what others have done: Telegram slows down who polls in greater haste.
_HASTE = 1.0
# Seconds that are waited for when Telegram asks for silence before messages are removed.
_SILENCE = 60
# A poll brings a hundred updates at most: behind so many of others' the person's own would not be seen.
_CROWD = 90
_MESSAGES_AT_ONCE = 100
_NOBODY = 0
# The sources that what is assumed is from.
_ASSUMED = "Bot API server 10.0 (01a3679), TDLib 1.8.66 (022d602)"
_OWN = "Or make a bot at @BotFather for this alone, and give its token: BOT_TOKEN=... python -m bot probe"
RUNS = (
    "Another process uses the token: the bot runs. Stop it, and try again; what people send meanwhile waits at "
    f"Telegram for a day, presses for 150 seconds. {_OWN}"
)
DELIVERED = (
    "Telegram delivers what this bot gets to a webhook. Stop the bot, empty WEBHOOK_URL, start it and stop it again "
    f"(that removes the webhook), and try again. {_OWN}"
)
CROWDED = f"Too many people write to this bot. {_OWN}"


class TelegramDoor:
    """The Bot API with a token. Updates of others are never confirmed, so the bot gets them when it runs again."""

    def __init__(
        self, token: SecretStr, api_url: str, proxy: SecretStr | None, look: int = _LOOK, haste: float = _HASTE
    ) -> None:
        self._bot = make_bot(token, api_url, proxy)
        self._server = "another Bot API server" if api_url else "Telegram's own"
        self._look, self._haste = look, haste
        self._me: dict[str, Any] = {}
        self._offset: int | None = None
        # Who has made each update that is not confirmed, as far as it is for the probe.
        self._seen: dict[int, int] = {}
        self._early: list[Event] = []
        self._person: int | None = None

    async def open(self) -> str:
        """See Door."""
        me = await self.call("getMe", {})
        if me.code in (401, 404):
            raise CannotProbe(BadToken.__doc__)
        if not me.is_done:
            raise CannotProbe(f"Telegram cannot be reached: {me.failure or me.description}. Try again later.")
        self._me = me.field() or {}
        webhook = await self.call("getWebhookInfo", {})
        if webhook.field("url"):
            raise CannotProbe(DELIVERED)
        self._early = await self._polled(self._look)
        name = self._me.get("username", "")
        return (
            "Whoever is willing to help for ten minutes opens, in Telegram, on a phone:\n"
            f"    https://t.me/{name}?start={{0}}\n"
            "or sends the bot: /start {0}\n"
            "and is led by its messages from there. Ctrl+C ends it at any time."
        )

    async def close(self) -> None:
        """Confirms what the person has done, if nothing of others stands before it, and leaves."""
        self._confirm()
        if self._offset is not None:
            await self._updates(0, limit=1)
        await self._bot.session.close()

    async def events(self, seconds: float) -> list[Event]:
        """See Door."""
        if self._early:
            early, self._early = self._early, []
            return early
        return await self._polled(max(1, min(math.ceil(seconds), _POLL)))

    def lead(self, start: Event) -> None:
        """See Door."""
        self._person = start.person
        for number in self._seen:
            if number < start.number:
                self._seen[number] = _NOBODY

    def leave(self, event: Event) -> None:
        """See Door."""
        self._seen[event.number] = _NOBODY

    async def _polled(self, seconds: int) -> list[Event]:
        self._confirm()
        answer = await self._updates(seconds)
        if answer.code == 409:
            raise CannotProbe(RUNS)
        if answer.code == 401:
            raise CannotProbe(BadToken.__doc__)
        if not answer.is_done:
            await asyncio.sleep(answer.retry_after or self._haste)
            return []
        events = []
        updates = answer.field()
        for update in updates if isinstance(updates, list) else []:
            number = update.get("update_id") if isinstance(update, dict) else None
            if not isinstance(number, int) or number in self._seen:
                continue
            self._seen[number] = _author(update)
            event = _event(update)
            if event is not None and self._person in (None, event.person):
                events.append(event)
        if len(self._seen) >= _CROWD:
            raise CannotProbe(CROWDED)
        if updates and not events:
            # The next poll would bring the same at once.
            await asyncio.sleep(self._haste)
        return events

    def _confirm(self) -> None:
        """What comes first and was done for the probe need not come again."""
        for number in sorted(self._seen):
            if self._person is None or self._seen[number] != self._person:
                break
            del self._seen[number]
            self._offset = number + 1

    async def _updates(self, seconds: int, limit: int = 100) -> Answer:
        values: dict[str, Any] = {"timeout": seconds, "limit": limit, "allowed_updates": ALLOWED}
        if self._offset is not None:
            values["offset"] = self._offset
        return await exchange(self._bot, "getUpdates", values, seconds=seconds + _LATER)

    async def call(
        self, method: str, values: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]] | None = None
    ) -> Answer:
        """See Door."""
        return await exchange(self._bot, method, values, files)

    async def say(self, person: int, text: str, rows: Sequence[Sequence[tuple[str, str]]]) -> Answer:
        """See Door."""
        values: dict[str, Any] = {"chat_id": person, "text": text}
        if rows:
            buttons = [[{"text": label, "callback_data": data} for label, data in row] for row in rows]
            values["reply_markup"] = {"inline_keyboard": buttons}
        return await self.call("sendMessage", values)

    async def hear(self, press: str) -> Answer:
        """See Door."""
        return await self.call("answerCallbackQuery", {"callback_query_id": press})

    async def take_back(self, person: int, messages: Sequence[int]) -> int:
        """See Door."""
        left = list(messages)
        for begin in range(0, len(messages), _MESSAGES_AT_ONCE):
            part = list(messages[begin : begin + _MESSAGES_AT_ONCE])
            answer = await self._remove("deleteMessages", {"chat_id": person, "message_ids": part})
            if self.is_left(answer):
                break
            for message in part:
                # Some servers do not know how to remove several; and one that may not go keeps the others.
                if answer.is_done or await self._is_removed(person, message):
                    left.remove(message)
        return len(left)

    async def _is_removed(self, person: int, message: int) -> bool:
        answer = await self._remove("deleteMessage", {"chat_id": person, "message_id": message})
        return answer.is_done or "message to delete not found" in answer.description

    async def _remove(self, method: str, values: dict[str, Any]) -> Answer:
        answer = await self.call(method, values)
        if answer.code == 429 and answer.retry_after <= _SILENCE:
            await asyncio.sleep(answer.retry_after)
            answer = await self.call(method, values)
        return answer

    def made(self, answer: Answer) -> list[int]:
        """See Door."""
        if not answer.is_done:
            return []
        result = answer.field() if isinstance(answer.field(), list) else [answer.field()]
        return [part["message_id"] for part in result if isinstance(part, dict) and "message_id" in part]

    def is_left(self, answer: Answer) -> bool:
        """See Door."""
        return answer.code == 403

    def is_known(self, answer: Answer) -> bool:
        """See Door."""
        return meaning(answer.method, answer.description, in_group=False) is not None

    def told(self) -> dict[str, Any]:
        """See Door."""
        return {
            "messenger": "Telegram",
            "server": self._server,
            "assumed": _ASSUMED,
            "python": platform.python_version(),
            **versions(),
        }

    def names(self) -> list[str]:
        """See Door."""
        return _names(self._me)


def _names(user: Mapping[str, Any]) -> list[str]:
    return [str(user[key]) for key in ("username", "first_name", "last_name") if user.get(key)]


def _author(update: Mapping[str, Any]) -> int:
    for content in update.values():
        if isinstance(content, dict) and isinstance(content.get("from"), dict):
            return int(content["from"]["id"])
    return _NOBODY


def _event(update: Mapping[str, Any]) -> Event | None:
    """What somebody did in their own chat with the bot; None: something else."""
    content = update.get("message") or update.get("callback_query") or update.get("my_chat_member")
    if not isinstance(content, dict) or not isinstance(content.get("from"), dict):
        return None
    number, person = update["update_id"], content["from"]["id"]
    said = content.get("message") or {} if "callback_query" in update else content
    if (said.get("chat") or {}).get("id") != person:
        return None
    names = tuple(_names(content["from"]))
    if "callback_query" in update:
        data, press = content.get("data", ""), content["id"]
        return Event(number, EventKind.PRESSED, person, data, said.get("message_id"), press, names=names)
    if "my_chat_member" in update:
        gone = content.get("new_chat_member", {}).get("status") == "kicked"
        return Event(number, EventKind.LEFT if gone else EventKind.CAME_BACK, person, names=names)
    text = content.get("text", "")
    command, _, payload = text.partition(" ")
    answers_to = (content.get("reply_to_message") or {}).get("message_id")
    if command == "/start":
        return Event(number, EventKind.STARTED, person, payload.strip(), content["message_id"], names=names)
    return Event(number, EventKind.SAID, person, text, content["message_id"], answers_to=answers_to, names=names)
