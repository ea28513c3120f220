"""Driving a simulated messenger: the same verbs in this process and over HTTP."""

import asyncio
import base64
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import aiohttp

from simulator.errors import Json, PersonError
from simulator.faults import REFUSED
from simulator.person import TIMEOUT, Link, Person

_ERRORS: dict[str, type[Exception]] = {
    "LookupError": LookupError, "ValueError": ValueError, "PersonError": PersonError,
}  # fmt: skip


class Messenger:
    """Control of a simulated messenger, whichever it is."""

    _link: Link
    # How its people act and see.
    PERSON: type[Person] = Person

    async def person(self, name: str, *, id: int, username: str = "", language_code: str = "ru") -> Person:
        """A new account. Of a name in two words or more the first is the surname, as on Russian lists."""
        words = name.split(maxsplit=1)
        first, last = (words[1], words[0]) if len(words) == 2 else (name, "")
        arguments = {
            "id": id, "first_name": first, "last_name": last, "username": username,
            "language_code": language_code,
        }  # fmt: skip
        await self._link.call("person", arguments)
        return self.PERSON(self._link, id, name)

    def at(self, person_id: int, name: str = "") -> Person:
        """A person who exists already, such as one made by an earlier client."""
        return self.PERSON(self._link, person_id, name or str(person_id))

    async def chat(self, chat_id: int) -> Json:
        """A chat, see `views.chat_view`."""
        view: Json = await self._link.call("chat", {"chat_id": chat_id})
        return view

    async def order_fault(  # noqa: PLR0913 - called with named arguments only
        self, action: str, *, method: str = "*", chat_id: int | None = None, count: int | None = None,
        probability: float = 1.0, seed: int = 0, retry_after: int = 1, seconds: float = 0.0,
        html_body: bool = False, description: str = REFUSED,
    ) -> int:  # fmt: skip
        """Order a fault (see faults.ACTIONS; several by blanks: one is drawn each time); its id.

        The method "*" is every one but getUpdates, "**" really every one.
        """
        arguments = {
            "action": str(action), "method": method, "chat_id": chat_id, "count": count,
            "probability": probability, "seed": seed, "retry_after": retry_after, "seconds": seconds,
            "html_body": html_body, "description": description,
        }  # fmt: skip
        return int(await self._link.call("fault", arguments))

    async def open_faults(self) -> list[Json]:
        """Ordered faults not used up."""
        orders: list[Json] = await self._link.call("faults", {})
        return orders

    async def cancel_faults(self, fault_id: int | None = None) -> None:
        """Cancel one order, or all."""
        await self._link.call("cancel_faults", {"fault_id": fault_id})

    async def limits(
        self, per_second: int | None = None, per_chat: int | None = None, per_group_minute: int | None = None
    ) -> None:
        """Hard limits of sends in any sliding second, in all and to one chat, and to one group in any sliding minute
        (Telegram allows 20); None: no limit."""
        arguments = {"per_second": per_second, "per_chat": per_chat, "per_group_minute": per_group_minute}
        await self._link.call("limits", arguments)

    async def set_clock(self, now: datetime | None) -> None:
        """Fix the simulator's clock, or None: back to the time it was built with."""
        await self._link.call("clock", {"now": None if now is None else now.isoformat()})

    async def calls(self, method: str | None = None, *, chat_id: int | None = None, after: int = 0) -> list[Json]:
        """Recorded calls of the bot, oldest first."""
        arguments = {"method": method, "chat_id": chat_id, "after": after}
        calls: list[Json] = await self._link.call("calls", arguments)
        return calls

    async def stats(self) -> Json:
        """Exact counters of calls, `max_sends_in_a_second`, `pending_updates`."""
        stats: Json = await self._link.call("stats", {})
        return stats

    async def clear_calls(self) -> None:
        """Forget recorded calls and counters."""
        await self._link.call("clear_calls", {})

    async def profile(self) -> Json:
        """Commands, texts and menu button the bot set."""
        profile: Json = await self._link.call("profile", {})
        return profile

    async def last_event(self) -> int:
        """The number of the last event."""
        return int(await self._link.call("last_event", {}))

    async def events(self, after: int = 0, *, timeout: float = 0.0, chat_id: int | None = None) -> list[Json]:
        """Events after a number, waiting for the first of them."""
        return await self._link.events(after, timeout, chat_id)

    async def wait_idle(self, timeout: float = TIMEOUT) -> None:
        """Wait until the bot has confirmed every update; AssertionError if it does not."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while True:
            seen = await self.last_event()
            pending = (await self.stats())["pending_updates"]
            if not pending:
                return
            left = deadline - loop.time()
            if left <= 0:
                raise AssertionError(f"{pending} updates are not confirmed after {timeout} s")
            await self._link.events(seen, left, None)


class Telegram(Messenger):
    """Control of a Telegram. `Simulator` is one in this process, `RemoteTelegram` one over HTTP."""

    async def group(
        self, title: str, members: list[Person], *, supergroup: bool = False, id: int | None = None,
        forum: bool = False, manage_topics: bool | None = None,
    ) -> int:  # fmt: skip
        """A group with the bot in it; its chat id. In a forum the bot may manage topics unless told otherwise."""
        ids = [member.id for member in members]
        arguments = {
            "title": title, "members": ids, "supergroup": supergroup, "group_id": id, "forum": forum,
            "manage_topics": manage_topics,
        }  # fmt: skip
        return int(await self._link.call("group", arguments))

    async def upgrade(self, chat_id: int, *, forum: bool = False) -> int:
        """Make a supergroup of a group; the new chat's id."""
        return int(await self._link.call("upgrade", {"chat_id": chat_id, "forum": forum}))

    async def set_forum(self, chat_id: int, on: bool) -> None:
        """Turn topics of a supergroup on or off."""
        await self._link.call("set_forum", {"chat_id": chat_id, "on": on})

    async def bot_rights(self, chat_id: int, *, administrator: bool, manage_topics: bool = False) -> None:
        """Make the bot an administrator of a group or an ordinary member; also takes a removed bot back."""
        arguments = {"chat_id": chat_id, "administrator": administrator, "manage_topics": manage_topics}
        await self._link.call("bot_rights", arguments)

    async def remove_bot(self, chat_id: int, *, kicked: bool = True) -> None:
        """Remove the bot from a group; `kicked` False: it left, or was let go without a ban."""
        await self._link.call("remove_bot", {"chat_id": chat_id, "kicked": kicked})

    async def forbid(self, chat_id: int, *what: str) -> None:
        """What ordinary members of a group may not send from now on (see posting.SENDABLE); nothing: they may."""
        await self._link.call("forbid", {"chat_id": chat_id, "what": list(what)})

    async def slow_mode(self, chat_id: int, seconds: int) -> None:
        """How far apart ordinary members of a supergroup may write; 0 ends it."""
        await self._link.call("slow_mode", {"chat_id": chat_id, "seconds": seconds})


class _HttpLink:
    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.session: aiohttp.ClientSession | None = None

    async def _read(self, method: str, path: str, **options: Any) -> Any:
        if self.session is None:
            raise RuntimeError("use it as an async context manager")
        async with self.session.request(method, f"{self.url}/sim/{path}", **options) as response:
            body = await response.json()
        if not body["ok"]:
            raise _ERRORS.get(body["error"], RuntimeError)(body["text"])
        return body["result"]

    async def call(self, verb: str, arguments: Json) -> Any:
        if isinstance(arguments.get("content"), bytes):
            arguments = {**arguments}
            arguments["content_base64"] = base64.b64encode(arguments.pop("content")).decode()
        result = await self._read("POST", verb, json=arguments)
        if isinstance(result, dict) and "content_base64" in result:
            return base64.b64decode(result["content_base64"])
        return result

    async def events(self, after: int, seconds: float, chat_id: int | None) -> list[Json]:
        query = {"after": str(after), "timeout": str(seconds)}
        if chat_id is not None:
            query["chat_id"] = str(chat_id)
        events: list[Json] = await self._read("GET", "events", params=query)
        return events


class Remote(Messenger):
    """A messenger in another process."""

    def __init__(self, url: str) -> None:
        self._http = _HttpLink(url)
        self._link = self._http
        self.url = self._http.url

    async def __aenter__(self) -> Self:
        self._http.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http.session is not None:
            await self._http.session.close()
            self._http.session = None


class RemoteTelegram(Remote, Telegram):
    """A Telegram in another process: `async with RemoteTelegram("http://127.0.0.1:8081") as telegram`."""
