"""Updates from Telegram into the inbox, before Telegram is told that they were received."""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from aiogram import Bot
from aiogram.methods import Response, TelegramMethod

from bot.delivery.outage import Outage
from bot.delivery.outcomes import Fate, attempt
from bot.delivery.speaker import backoff
from bot.storage import group, inbox, meta
from bot.storage.engine import DatabaseUnavailable, Storage, Tx
from bot.storage.inbox import Incoming

_log = logging.getLogger(__name__)

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
# Seconds that Telegram holds a poll open when there is nothing to tell.
_POLL = 25
# Seconds after which people are told that it cannot be saved; it may still be waiting for another program's lock,
# behind others who wait for it. A machine that is merely slow is none of people's trouble.
_PATIENCE = 8.0
# Seconds between attempts to store at the longest: it costs nothing, and who has written waits.
_STORES_AGAIN = 5.0
# What somebody waits for an answer to.
_SPOKEN = ("message", "edited_message", "callback_query")
# How Telegram words it that another poll with the same token has taken the place of this one.
_CONFLICT = "terminated by other getUpdates"
# Of two processes the younger one leaves. A poll that an earlier run left behind is ended by the first of this one.
_CONFLICTS = 3
_YOUNG = timedelta(minutes=2)
# The highest update received, and when: `12345 2026-10-05T01:00:00+00:00`.
_MARK = "last_update"
# After a week of silence Telegram begins to number anew, so an old mark says nothing.
_MARK_LASTS = timedelta(days=6)


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates without parsing: an update that aiogram cannot read must not stop the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


# Kept for the reason that bot.delivery.speaker gives.
_RESPONSE = Response[list[dict[str, Any]]]


class SameToken(Exception):
    """Another process uses the token of BOT_TOKEN. Stop that one first, or get this one a token of its own."""


class Receiver:
    """Polls; what came goes to the inbox first and to `submit` second."""

    def __init__(
        self,
        bot: Bot,
        storage: Storage,
        submit: Callable[[list[Incoming]], None],
        now: Callable[[], datetime],
        outage: Outage,
        department_chat: int | None = None,
        polled: Callable[[], None] = lambda: None,
    ) -> None:
        self._bot = bot
        self._outage = outage
        self._polled = polled
        self._storage = storage
        self._submit = submit
        self._now = now
        self._department_chat = department_chat
        # One above the last update that is safe in the inbox; sending it is what confirms those below.
        self._offset: int | None = None
        self._received_at = now()
        self._conflicts = 0

    async def run(self) -> None:
        """Polls until cancelled; a fault of Telegram's, of the network or of the database only makes it wait.

        Raises SameToken if somebody else polls with this token, and has done so for longer than this process.
        """
        attempts = 0
        began = self._now()
        while True:
            try:
                fate = await self.poll(_POLL)
                if self._conflicts >= _CONFLICTS and self._now() - began < _YOUNG:
                    raise SameToken(SameToken.__doc__)
                if fate is Fate.DONE:
                    attempts = 0
                    continue
                pause = backoff(attempts + 1)
            except DatabaseUnavailable as error:
                # Not confirmed, so Telegram keeps them and gives them again.
                _log.error("updates could not be stored: %s", error)
                pause = min(backoff(attempts + 1), _STORES_AGAIN)
            attempts += 1
            await asyncio.sleep(pause)

    async def poll(self, timeout: int) -> Fate:  # noqa: ASYNC109
        """One getUpdates, its updates stored and handed on. `timeout` in seconds is Telegram's."""
        if self._now() - self._received_at >= _MARK_LASTS:
            # An offset of the old numbers would confirm new ones that nobody has seen.
            self._offset = None
        method = GetRawUpdates(offset=self._offset, timeout=timeout, allowed_updates=ALLOWED)
        # Telegram answers within `timeout`; a dead connection is noticed a little later.
        outcome = await attempt(lambda: self._bot(method, request_timeout=timeout + 15))
        if outcome.fate is Fate.WAIT:
            _log.warning("Telegram asks to poll again in %s s", outcome.retry_after)
            await asyncio.sleep(outcome.retry_after)
            return Fate.DONE
        if outcome.fate is not Fate.DONE:
            _log.warning("getUpdates: %s", outcome.error)
            self._conflicts += _CONFLICT in outcome.error
            return outcome.fate
        self._polled()
        updates: list[dict[str, Any]] = outcome.value
        if updates:
            stored = await self._safe(updates)
            self._offset = updates[-1]["update_id"] + 1
            self._received_at = self._now()
            self._submit(stored)
        return Fate.DONE

    async def _safe(self, updates: list[dict[str, Any]]) -> list[Incoming]:
        """Stores them. Whoever has sent one gets a word when that fails or takes long: nobody else knows of it.

        Telegram gives a hundred at a time, so with more waiting there the others' senders learn it later.
        """
        waiting = asyncio.get_running_loop().call_later(_PATIENCE, self._outage.tell_all, _speakers(updates))
        try:
            stored = await self._storage.apply(lambda tx: self._store(tx, updates))
        except DatabaseUnavailable:
            self._outage.tell_all(_speakers(updates))
            raise
        finally:
            waiting.cancel()
        self._outage.over()
        return stored

    async def _store(self, tx: Tx, updates: list[dict[str, Any]]) -> list[Incoming]:
        now = self._now()
        mark = await self._mark(tx, now)
        chat = await group.current(tx, self._department_chat)
        batch = []
        for update in updates:
            # An update that was handled and removed from the inbox comes again if the bot was killed before the
            # next poll confirmed it.
            if update["update_id"] <= mark or (sender_id := sender(update, chat)) is None:
                continue
            batch.append(Incoming(update["update_id"], sender_id, json.dumps(update, ensure_ascii=False)))
            if chat is not None and sender_id == chat and (new := _upgraded(update)) is not None:
                # At once: what follows may have been written in the group as it is now.
                await group.moved(tx, chat, new, now)
                chat = new
        await inbox.add(tx, batch, now)
        await meta.put(tx, _MARK, f"{max(mark, updates[-1]['update_id'])} {now.isoformat()}")
        return batch

    async def _mark(self, tx: Tx, now: datetime) -> int:
        stored = await meta.get(tx, _MARK)
        if stored is None:
            return -1
        number, at = stored.split()
        return int(number) if now - datetime.fromisoformat(at) < _MARK_LASTS else -1


def sender(update: dict[str, Any], department_chat: int | None = None) -> int | None:
    """Who sent it, if it concerns a private chat; the department's group for all that is said there, so that it keeps
    its order; None: it is none of the bot's business."""
    for kind in ALLOWED:
        content = update.get(kind)
        if not isinstance(content, dict):
            continue
        message = content.get("message") if kind == "callback_query" else content
        chat = message.get("chat") if isinstance(message, dict) else None
        author = content.get("from")
        if not isinstance(chat, dict) or not isinstance(author, dict):
            return None
        if department_chat is not None and chat.get("id") == department_chat:
            return department_chat
        person_id = author.get("id")
        return person_id if isinstance(person_id, int) and chat.get("type") == "private" else None
    return None


def _speakers(updates: list[dict[str, Any]]) -> list[int]:
    """Who of private chats waits for an answer to one of them, each once."""
    spoken = (one for one in updates if any(kind in one for kind in _SPOKEN))
    return list(dict.fromkeys(found for one in spoken if (found := sender(one)) is not None))


def _upgraded(update: dict[str, Any]) -> int | None:
    """The group's number as a supergroup, if that is what the update says."""
    message = update.get("message")
    new = message.get("migrate_to_chat_id") if isinstance(message, dict) else None
    return new if isinstance(new, int) else None
