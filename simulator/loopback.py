"""A messenger's HTTP side on this machine, whichever messenger it is: its life, and the control under /sim."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Protocol, Self

from aiohttp import web

from simulator.errors import Json, PersonError
from simulator.events import EventLog
from simulator.person import Link
from simulator.verbs import Verbs

MAX_EVENTS_WAIT = 60.0
# What a body may have beyond the largest file in it.
_AROUND = 14 * 1024 * 1024


class Queue(Protocol):
    """Updates that wait for the bot."""

    def close(self) -> None:
        """End waiting polls, for shutdown."""


class Played(Protocol):
    """A world that is played here."""

    events: EventLog

    def now(self) -> datetime:
        """What time it is there."""

    @property
    def updates(self) -> Queue:
        """What waits for the bot."""


class Delivers(Protocol):
    """Whoever takes updates to the bot's address."""

    async def run(self) -> None:
        """Until cancelled."""


def json_answer(body: Any, status: int = 200) -> web.Response:
    """An answer in JSON."""
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return web.Response(body=content, status=status, content_type="application/json")


def cut(request: web.Request) -> web.Response:
    """Close the connection without a byte of an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


class _Link:
    """The control without HTTP, for people in the same process."""

    def __init__(self, world: Played, control: Verbs) -> None:
        self._world, self._control = world, control

    async def call(self, verb: str, arguments: Json) -> Any:
        return self._control.call(verb, arguments)

    async def events(self, after: int, seconds: float, chat_id: int | None) -> list[Json]:
        return await self._world.events.wait(after, seconds, chat_id)


class Loopback:
    """Listens on loopback, has updates delivered, and is driven under /sim."""

    def __init__(self, world: Played, control: Verbs, postman: Delivers, host: str, port: int, *, largest: int) -> None:
        self._world, self._control, self._postman = world, control, postman
        self._link: Link = _Link(world, control)
        self._host, self._port = host, port
        self._runner: web.AppRunner | None = None
        self._delivering: asyncio.Task[None] | None = None
        self.app = web.Application(client_max_size=largest + _AROUND)
        self.app.on_response_prepare.append(self._date)
        self.app.router.add_get("/sim/events", self._events)
        self.app.router.add_post("/sim/{verb}", self._verb)
        self.app.router.add_get("/sim/{verb}", self._verb)

    async def _date(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Each answer says what time it is here."""
        response.headers["Date"] = format_datetime(self._world.now().astimezone(UTC), usegmt=True)

    # life

    async def start(self) -> None:
        """Listen."""
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]
        self._delivering = asyncio.create_task(self._postman.run())

    async def listen(self) -> int:
        """Listen at one more port; its number."""
        if self._runner is None:
            raise RuntimeError("it is not started")
        await web.TCPSite(self._runner, self._host, 0).start()
        return int(self._runner.addresses[-1][1])

    async def stop(self) -> None:
        """Wake those who wait and close."""
        if self._delivering is not None:
            self._delivering.cancel()
            await asyncio.wait([self._delivering])
            self._delivering = None
        self._world.updates.close()
        self._world.events.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The address for the bot, and for whoever drives it from another process."""
        return f"http://{self._host}:{self._port}"

    # the control interface

    async def _events(self, request: web.Request) -> web.Response:
        query = request.query
        try:
            after, timeout = int(query.get("after", "0")), float(query.get("timeout", "0"))
            chat_id = int(query["chat_id"]) if "chat_id" in query else None
        except ValueError as error:
            return json_answer({"ok": False, "error": "ValueError", "text": str(error)}, 400)
        events = await self._world.events.wait(after, min(timeout, MAX_EVENTS_WAIT), chat_id)
        return json_answer({"ok": True, "result": events})

    async def _verb(self, request: web.Request) -> web.Response:
        try:
            result = self._control.call(request.match_info["verb"], await self._arguments(request))
        except (LookupError, ValueError, PersonError) as error:
            kind = next(base for base in (PersonError, LookupError, ValueError) if isinstance(error, base))
            text = str(error.args[0]) if error.args else ""
            return json_answer({"ok": False, "error": kind.__name__, "text": text}, 400)
        if isinstance(result, bytes):
            result = {"content_base64": base64.b64encode(result).decode()}
        return json_answer({"ok": True, "result": result})

    async def _arguments(self, request: web.Request) -> Json:
        if request.method == "GET":
            return {name: _plain(value) for name, value in request.query.items()}
        body = await request.json() if request.can_read_body else {}
        if not isinstance(body, dict):
            raise ValueError("a JSON object is expected")
        if "content_base64" in body:
            body["content"] = base64.b64decode(body.pop("content_base64"))
        return body


def _plain(value: str) -> Any:
    """A value of a query string: JSON when it is JSON, else the text itself."""
    try:
        return json.loads(value)
    except ValueError:
        return value
