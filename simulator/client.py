"""Driving the simulated Telegram: the same verbs in this process and over HTTP, and people to act as."""

import asyncio
import base64
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

import aiohttp

from simulator.errors import Json, PersonError
from simulator.screen import render

TIMEOUT = 15.0
_ERRORS: dict[str, type[Exception]] = {
    "LookupError": LookupError, "ValueError": ValueError, "PersonError": PersonError,
}  # fmt: skip


class Link(Protocol):
    """The way to a simulator."""

    async def call(self, verb: str, arguments: Json) -> Any:
        """Do a control verb."""

    async def events(self, after: int, seconds: float, chat_id: int | None) -> list[Json]:
        """Wait for events after a number."""


class Person:
    """Somebody with a Telegram account. Methods are what a person does and sees."""

    def __init__(self, link: Link, id: int, name: str, chat_id: int | None = None) -> None:
        self._link = link
        self.id = id
        self.name = name
        self._chat_id = chat_id
        self._mark = 0

    def in_group(self, group_id: int) -> "Person":
        """The same person acting in a group."""
        return Person(self._link, self.id, self.name, group_id)

    async def _act(self, verb: str, **arguments: Any) -> Any:
        self._mark = await self._link.call("last_event", {})
        if self._chat_id is not None:
            arguments["chat_id"] = self._chat_id
        return await self._link.call(verb, {"person_id": self.id, **arguments})

    # what the person does

    async def send(self, text: str, *, reply_to: int | None = None) -> int:
        """Write a message; its id."""
        return int(await self._act("send", text=text, reply_to=reply_to))

    async def reply_to(self, message_id: int, text: str) -> int:
        """Write a message as a reply; its id."""
        return await self.send(text, reply_to=message_id)

    async def edit(self, message_id: int, text: str) -> None:
        """Edit an own message."""
        await self._act("edit", message_id=message_id, text=text)

    async def send_file(
        self, content: bytes, name: str, *, mime: str = "application/octet-stream", caption: str = "",
        kind: str = "document", media_group_id: str | None = None, reply_to: int | None = None,
        size: int | None = None,
    ) -> int:  # fmt: skip
        """Send a document (or kind "photo", "video"); its message id."""
        return int(
            await self._act(
                "send_file", content=content, name=name, mime=mime, caption=caption, kind=kind,
                media_group_id=media_group_id, reply_to=reply_to, size=size,
            )
        )  # fmt: skip

    async def send_photo(self, content: bytes, *, caption: str = "", reply_to: int | None = None) -> int:
        """Send a photo; its message id."""
        return await self.send_file(
            content, "photo.jpg", mime="image/jpeg", caption=caption, kind="photo", reply_to=reply_to
        )

    async def press(self, label: str, *, message_id: int | None = None) -> Json:
        """Press a button by its label; LookupError with the labels on screen when there is none."""
        result: Json = await self._act("press", label=label, message_id=message_id)
        return result

    async def callback(self, data: str, *, message_id: int | None = None) -> str:
        """Send arbitrary callback data, on a message of the chat or on an inaccessible one."""
        return str(await self._act("callback", data=data, message_id=message_id))

    async def start(self) -> None:
        """Be marked as having pressed Start, without an update."""
        await self._link.call("start", {"person_id": self.id})

    async def block(self) -> None:
        """Block the bot."""
        await self._link.call("block", {"person_id": self.id})

    async def unblock(self) -> None:
        """Unblock the bot, without pressing Start."""
        await self._link.call("unblock", {"person_id": self.id})

    async def deactivate(self) -> None:
        """Delete the account."""
        await self._link.call("deactivate", {"person_id": self.id})

    async def delete_chat(self) -> None:
        """Delete the chat with the bot for both sides."""
        await self._link.call("delete_chat", {"person_id": self.id})

    # what the person sees

    async def chat(self) -> Json:
        """The whole chat, see `people.chat_view`."""
        view: Json = await self._link.call("chat", {"chat_id": self._chat_id or self.id})
        return view

    async def screen(self) -> str:
        """The chat as printable text."""
        return render(await self.chat())

    async def messages(self, *, from_bot: bool | None = True) -> list[Json]:
        """Visible messages, of the bot unless told otherwise (False: of people, None: all)."""
        return [
            item
            for item in (await self.chat())["messages"]
            if not item["deleted"] and from_bot in (None, item["from_bot"])
        ]

    async def last_message(self) -> Json:
        """The last visible message of the bot."""
        messages = await self.messages()
        if not messages:
            raise LookupError(f"the bot has not written to {self.name}")
        return messages[-1]

    async def last(self) -> str:
        """The text of the last visible message of the bot."""
        return str((await self.last_message())["text"])

    async def find(self, text: str) -> Json:
        """The latest visible message of the bot that contains a text."""
        for item in reversed(await self.messages()):
            if text in item["text"]:
                return item
        raise LookupError(f"no message with {text!r}:\n{await self.screen()}")

    async def alerts(self) -> list[str]:
        """Texts that popped up after presses."""
        return [str(alert["text"]) for alert in (await self.chat())["alerts"]]

    async def buttons(self) -> list[str]:
        """Labels under the last message of the bot that has any."""
        for item in reversed(await self.messages()):
            if item["buttons"]:
                return list(item["buttons"])
        return []

    async def download(self, message: Json) -> bytes:
        """The bytes of the file of a message."""
        content: bytes = await self._link.call("file", {"file_id": message["media"]["file_id"]})
        return content

    async def wait_until(
        self, condition: Callable[[Json], Any], *, what: str = "the condition", timeout: float = TIMEOUT
    ) -> Any:
        """Wait on events until the condition of the chat is true; AssertionError with the screen if not."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while True:
            seen = await self._link.call("last_event", {})
            view = await self.chat()
            if result := condition(view):
                return result
            left = deadline - loop.time()
            if left <= 0:
                raise AssertionError(f"{self.name} waited {timeout} s for {what}:\n{render(view)}")
            await self._link.events(seen, left, self._chat_id or self.id)

    async def wait_for(self, text: str, *, fresh: bool = False, timeout: float = TIMEOUT) -> str:
        """Wait until a visible message of the bot or an alert contains a text; returns its whole text.

        fresh: only what came or changed after this person's last step.
        """
        mark = self._mark if fresh else 0

        def shown(view: Json) -> str | None:
            items = [m for m in view["messages"] if m["from_bot"] and not m["deleted"]] + view["alerts"]
            for item in reversed(items):
                if text in item["text"] and item["changed"] > mark:
                    return str(item["text"])
            return None

        return str(await self.wait_until(shown, what=repr(text), timeout=timeout))


class Telegram:
    """Control of a simulator. `Simulator` is one in this process, `RemoteTelegram` one over HTTP."""

    _link: Link

    async def person(self, name: str, *, id: int, username: str = "", language_code: str = "ru") -> Person:
        """A new account. Of a name in two words or more the first is the surname, as on Russian lists."""
        words = name.split(maxsplit=1)
        first, last = (words[1], words[0]) if len(words) == 2 else (name, "")
        arguments = {
            "id": id, "first_name": first, "last_name": last, "username": username,
            "language_code": language_code,
        }  # fmt: skip
        await self._link.call("person", arguments)
        return Person(self._link, id, name)

    def at(self, person_id: int, name: str = "") -> Person:
        """A person who exists already, such as one made by an earlier client."""
        return Person(self._link, person_id, name or str(person_id))

    async def group(self, title: str, members: list[Person], *, supergroup: bool = False, id: int | None = None) -> int:
        """A group with the bot in it; its chat id."""
        ids = [member.id for member in members]
        arguments = {"title": title, "members": ids, "supergroup": supergroup, "group_id": id}
        return int(await self._link.call("group", arguments))

    async def chat(self, chat_id: int) -> Json:
        """A chat, see `people.chat_view`."""
        view: Json = await self._link.call("chat", {"chat_id": chat_id})
        return view

    async def order_fault(
        self, action: str, *, method: str = "*", chat_id: int | None = None, count: int | None = None,
        probability: float = 1.0, seed: int = 0, retry_after: int = 1, seconds: float = 0.0,
        html_body: bool = False,
    ) -> int:  # fmt: skip
        """Order a fault (see faults.ACTIONS); its id. "*" is every method but getUpdates."""
        arguments = {
            "action": str(action), "method": method, "chat_id": chat_id, "count": count,
            "probability": probability, "seed": seed, "retry_after": retry_after, "seconds": seconds,
            "html_body": html_body,
        }  # fmt: skip
        return int(await self._link.call("fault", arguments))

    async def open_faults(self) -> list[Json]:
        """Ordered faults not used up."""
        orders: list[Json] = await self._link.call("faults", {})
        return orders

    async def cancel_faults(self, fault_id: int | None = None) -> None:
        """Cancel one order, or all."""
        await self._link.call("cancel_faults", {"fault_id": fault_id})

    async def limits(self, per_second: int | None = None, per_chat: int | None = None) -> None:
        """Hard limits of sends in any sliding second, in all and to one chat; None: no limit."""
        await self._link.call("limits", {"per_second": per_second, "per_chat": per_chat})

    async def set_clock(self, now: datetime | None) -> None:
        """Fix the simulator's clock, or None: back to the time it was built with."""
        await self._link.call("clock", {"now": None if now is None else now.isoformat()})

    async def calls(self, method: str | None = None, *, chat_id: int | None = None, after: int = 0) -> list[Json]:
        """Recorded calls of the bot, oldest first."""
        arguments = {"method": method, "chat_id": chat_id, "after": after}
        found: list[Json] = await self._link.call("calls", arguments)
        return found

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


class _HttpLink:
    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.session: aiohttp.ClientSession | None = None

    async def _read(self, method: str, path: str, **options: Any) -> Any:
        if self.session is None:
            raise RuntimeError("use RemoteTelegram as an async context manager")
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
        found: list[Json] = await self._read("GET", "events", params=query)
        return found


class RemoteTelegram(Telegram):
    """A simulator in another process: `async with RemoteTelegram("http://127.0.0.1:8081") as telegram`."""

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
