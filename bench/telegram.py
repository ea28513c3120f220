"""python -m bench.telegram: a Telegram that costs next to nothing, so that measurements are of whoever talks to it.

`bench/max.py` is a MAX of the same make.

It parses as little of HTTP as it can, answers from ready-made JSON and never looks into a text. On one core it serves
several times what a bot asks of it; the simulator, which checks all that a bot does, would slow every measurement.

It is also where the time is taken: it knows when it handed over a press and when the edit of that message arrived.
`POST /bench/...` is for whoever measures, see bench/harness.py.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

_CHAT = re.compile(rb'(?:^|[&"])chat_id(?:=|":\s*"?|"\r\n\r\n)(-?\d+)')
_ME = b'{"id":42,"is_bot":true,"first_name":"Bench","username":"bench_bot"}'
# About as much as Telegram sends back of a request with a few buttons.
TEXT = "Просим сообщить, сколько учеников занимается в школьном спортивном клубе. Срок: 10 октября 2026 года."
_BUTTONS = [
    [{"text": "Да", "callback_data": "fc:1:0:1"}, {"text": "Нет", "callback_data": "fc:1:0:0"}],
    [{"text": "Не относится к нам", "callback_data": "fn:1:0"}],
]
# The number of the message whose button is pressed.
FORM = 100
# Methods that make a message appear in a chat, and so count against the limit.
_SENDS = frozenset({"sendMessage", "copyMessage"})


def _message(chat: int, number: int) -> dict[str, Any]:
    return {
        "message_id": number,
        "from": {"id": 42, "is_bot": True, "first_name": "Bench", "username": "bench_bot"},
        "chat": {"id": chat, "first_name": "Мария", "last_name": "Иванова", "type": "private"},
        "date": 1780000000,
        "text": TEXT,
        "reply_markup": {"inline_keyboard": _BUTTONS},
    }


def _split(chat: str, number: str) -> list[bytes]:
    made = json.dumps(_message(111222333, 444555666), ensure_ascii=False, separators=(",", ":"))
    made = made.replace("111222333", chat).replace("444555666", number)
    return made.encode().split(b"%")


# The numbers of the message and of the chat stand between the parts.
_MADE = _split("%", "%")


class Telegram:
    """The state that all connections share."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        # Those that a message has been made in.
        self.chats: set[bytes] = set()
        self.refused = 0
        self.first_call = self.last_call = 0.0
        self.first_poll = 0.0
        # Messages in a sliding second; 0: no limit.
        self.limit = 0
        self._taken: deque[float] = deque()
        self.numbers = 1000
        self._events: list[tuple[int, dict[str, Any]]] = []
        self._last = 1
        self._arrived = asyncio.Event()
        self._load: _Load | None = None

    def send(self, chat: bytes) -> bytes | None:
        """Makes a message; returns it as JSON, or None after too many messages in the last second."""
        now = time.monotonic()
        if self.limit:
            while self._taken and self._taken[0] <= now - 1:
                self._taken.popleft()
            if len(self._taken) >= self.limit:
                self.refused += 1
                return None
            self._taken.append(now)
        self.first_call = self.first_call or now
        self.last_call = now
        self.chats.add(chat)
        return self.made(chat)

    def made(self, chat: bytes) -> bytes:
        """The JSON of a message of that chat."""
        self.numbers += 1
        return _MADE[0] + b"%d" % self.numbers + _MADE[1] + chat + _MADE[2]

    def edited(self, chat: int) -> None:
        """Hears of an edit, which answers the press in that chat."""
        if self._load is not None:
            self._load.answered(chat)

    def press(self, chat: int, data: str) -> None:
        """Has somebody press a button."""
        self._last += 1
        self._events.append((self._last, self.pressed(self._last, chat, data)))
        self._arrived.set()

    def pressed(self, number: int, chat: int, data: str) -> dict[str, Any]:
        """The event of a press."""
        whose = {"id": chat, "is_bot": False, "first_name": "Мария", "last_name": "Иванова", "language_code": "ru"}
        query = {"id": str(number), "from": whose, "message": _message(chat, FORM), "chat_instance": "1"}
        return {"update_id": number, "callback_query": query | {"data": data}}

    async def poll(self, first: int, seconds: float) -> list[tuple[int, dict[str, Any]]]:
        """The events from that number on, which are numbered; it waits for them."""
        self.first_poll = self.first_poll or time.time()
        self._events = [(number, event) for number, event in self._events if number >= first]
        if not self._events:
            self._arrived.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), seconds)
        return self._events[:100]

    async def order(self, what: str, body: dict[str, Any]) -> Any:
        """Does what a measurement orders."""
        match what:
            case "reset":
                self.calls.clear()
                self.chats.clear()
                self._taken.clear()
                self.refused, self.first_call, self.last_call, self.first_poll = 0, 0.0, 0.0, 0.0
                self.limit = body.get("limit", 0)
            case "stats":
                return {
                    "calls": dict(self.calls),
                    "refused": self.refused,
                    "chats": len(self.chats),
                    "sent": self.calls["sendMessage"] + self.calls["copyMessage"] - self.refused,
                    "seconds": self.last_call - self.first_call,
                    "first_poll": self.first_poll,
                }
            case "presses":
                self._load = _Load(self, [(int(chat), str(data)) for chat, data in body["presses"]])
                return await self._load.run(body.get("side_by_side", 0), body.get("per_second", 0))
            case "stop":
                asyncio.get_running_loop().call_soon(asyncio.get_running_loop().stop)
            case _:
                raise ValueError(f"unknown order {what}")
        return {}


class _Load:
    """Has people press buttons: so many side by side, or so many a second."""

    def __init__(self, telegram: Telegram, presses: list[tuple[int, str]]) -> None:
        self._telegram = telegram
        self._left = deque(presses)
        self._count = len(presses)
        self._begun: dict[int, float] = {}
        self._took: list[float] = []
        self._one_more = False
        self._done = asyncio.Event()

    def _press(self) -> None:
        if self._left:
            chat, data = self._left.popleft()
            self._begun[chat] = time.monotonic()
            self._telegram.press(chat, data)

    def answered(self, chat: int) -> None:
        begun = self._begun.pop(chat, None)
        if begun is None:
            return
        self._took.append(time.monotonic() - begun)
        if self._one_more:
            self._press()
        if len(self._took) == self._count:
            self._done.set()

    async def run(self, side_by_side: int, per_second: float) -> dict[str, Any]:
        begun = time.monotonic()
        if side_by_side:
            self._one_more = True
            for _ in range(side_by_side):
                self._press()
        else:
            for number in range(self._count):
                await asyncio.sleep(max(0.0, begun + number / per_second - time.monotonic()))
                self._press()
        try:
            await asyncio.wait_for(self._done.wait(), 120)
        except TimeoutError:
            print(f"{self._count - len(self._took)} presses were not answered", file=sys.stderr)
        return {"seconds": time.monotonic() - begun, "took": self._took}


class Connection(asyncio.Protocol):
    """A connection that is kept alive, with a call at a time, as HTTP/1.1 has it."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._buffer = b""
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._buffer[:end]
            length = int(_header(head, b"content-length:") or 0)
            if len(self._buffer) < end + 4 + length:
                return
            body = self._buffer[end + 4 : end + 4 + length]
            self._buffer = self._buffer[end + 4 + length :]
            verb, path, _ = head.split(b" ", 2)
            if path.startswith(b"/bench/"):
                self.later(self._ordered(path.rpartition(b"/")[2].decode(), body))
            else:
                self.called(verb.decode(), path.decode(), body)

    def called(self, verb: str, path: str, body: bytes) -> None:
        """Answers a call of the bot's."""
        telegram, method = self._telegram, path.rpartition("/")[2]
        telegram.calls[method] += 1
        match method:
            case "sendMessage" | "copyMessage":
                made = telegram.send(_chat(body))
                if made is None:
                    self.answer(
                        b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1",'
                        b'"parameters":{"retry_after":1}}',
                        b"429 Too Many Requests",
                    )
                else:
                    self._result(made)
            case "editMessageText" | "editMessageReplyMarkup":
                chat = _chat(body)
                self._result(telegram.made(chat))
                telegram.edited(int(chat))
            case "getUpdates":
                self.later(self._polled(body))
            case "getMe":
                self._result(_ME)
            case _:
                self._result(b"true")

    async def _polled(self, body: bytes) -> None:
        asked = (
            json.loads(body)
            if body[:1] == b"{"
            else {key: values[0] for key, values in parse_qs(body.decode()).items()}
        )
        events = await self._telegram.poll(int(asked.get("offset", 0)), float(asked.get("timeout", 0)))
        self._result(json.dumps([event for _, event in events], ensure_ascii=False).encode())

    async def _ordered(self, what: str, body: bytes) -> None:
        self.answer(json.dumps(await self._telegram.order(what, json.loads(body or b"{}"))).encode())

    def later(self, work: Any) -> None:
        """Does it while other calls are answered."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _result(self, result: bytes) -> None:
        self.answer(b'{"ok":true,"result":' + result + b"}")

    def answer(self, body: bytes, status: bytes = b"200 OK") -> None:
        """Answers the call that waits."""
        head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
        self._transport.write(head + body)


def _header(head: bytes, name: bytes) -> bytes:
    at = head.lower().find(name)
    return head[at + len(name) :].split(b"\r\n", 1)[0].strip() if at >= 0 else b""


def _chat(body: bytes) -> bytes:
    match = _CHAT.search(body)
    return match.group(1) if match else b"0"


def serve(connection: Callable[[], Connection]) -> None:
    """Prints its port and serves until it is told to stop."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    server = loop.run_until_complete(loop.create_server(connection, "127.0.0.1", 0))
    print(server.sockets[0].getsockname()[1], flush=True)
    loop.run_forever()


if __name__ == "__main__":
    telegram = Telegram()
    serve(lambda: Connection(telegram))
