"""The HTTP side: the Bot API on loopback, file downloads, and the control interface under /sim."""

import asyncio
import base64
import json
import math
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from simulator.api.media import MAX_UPLOAD
from simulator.api.params import Upload, lenient_chat_id
from simulator.client import Telegram
from simulator.control import Control
from simulator.errors import ApiError, Json, PersonError, bad_request, too_many
from simulator.faults import SENDS, Fault, FaultBook
from simulator.methods import method_name, perform
from simulator.record import CallLog
from simulator.world.webhook import Postman
from simulator.world.world import Clock, World, real_now

_HTML_BODY = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"
MAX_EVENTS_WAIT = 60.0
_LONGEST_TOKEN = 80
# Seconds that the server waits for Telegram's slow mode or flood limits before it refuses (NetQueryCreator.cpp).
_WAITS_ITSELF = 8
_ARRIVED = web.RequestKey("arrived", float)


def _json(body: Any, status: int = 200) -> web.Response:
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return web.Response(body=content, status=status, content_type="application/json")


def _cut(request: web.Request) -> web.Response:
    """Close the connection without a byte of an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _read(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters and uploads of a call, from the query, a form or a JSON body."""
    values: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("JSON object expected")
        return values | body, uploads
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            with value.file as file:
                uploads[name] = Upload(value.filename, value.content_type, file.read())
        else:
            values[name] = value.decode() if isinstance(value, bytes | bytearray) else value
    return values, uploads


class _Link:
    """The control without HTTP, for people in the same process."""

    def __init__(self, control: Control) -> None:
        self._control = control

    async def call(self, verb: str, arguments: Json) -> Any:
        return self._control.call(verb, arguments)

    async def events(self, after: int, seconds: float, chat_id: int | None) -> list[Json]:
        return await self._control.world.events.wait(after, seconds, chat_id)


class Simulator(Telegram):
    """A Telegram on this machine: `async with Simulator() as sim: ... sim.url`."""

    def __init__(
        self, token: str = "42:TEST", port: int = 0, *, host: str = "127.0.0.1", now: Clock = real_now
    ) -> None:
        self.token = token
        self.world = World(token, now)
        self.faults = FaultBook()
        self.record = CallLog()
        self.control = Control(self.world, self.faults, self.record)
        self._link = _Link(self.control)
        self._host, self._port = host, port
        self._runner: web.AppRunner | None = None
        self.postman = Postman(self.world.updates, self.world.webhook, self.world.now)
        self._delivering: asyncio.Task[None] | None = None
        self.app = web.Application(client_max_size=MAX_UPLOAD + 14 * 1024 * 1024)
        self.app.on_response_prepare.append(self._date)
        self.app.router.add_route("*", "/bot{token}/{method}", self._api)
        self.app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        self.app.router.add_get("/sim/events", self._events)
        self.app.router.add_post("/sim/{verb}", self._verb)
        self.app.router.add_get("/sim/{verb}", self._verb)

    # life

    async def start(self) -> None:
        """Listen."""
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]
        self._delivering = asyncio.create_task(self.postman.run())

    async def stop(self) -> None:
        """Wake those who wait and close."""
        if self._delivering is not None:
            self._delivering.cancel()
            await asyncio.wait([self._delivering])
            self._delivering = None
        self.world.updates.close()
        self.world.events.close()
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
        """The address for TelegramAPIServer.from_base and for RemoteTelegram."""
        return f"http://{self._host}:{self._port}"

    def pending_updates(self) -> int:
        """Updates the bot has not confirmed."""
        return len(self.world.updates)

    # the Bot API

    async def _date(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Each answer says what time it is here."""
        response.headers["Date"] = format_datetime(self.world.now().astimezone(UTC), usegmt=True)

    def _note(
        self, request: web.Request, method: str, chat_id: int | None, code: int, description: str = "",
        answered: bool = True,
    ) -> None:  # fmt: skip
        arrived, now = request[_ARRIVED], self.world.now().isoformat()
        call = self.record.add(method, chat_id, time.monotonic(), now, code, description, answered, arrived)
        self.world.events.add("call", chat_id, method=method, code=code, call=call.n)

    async def _api(self, request: web.Request) -> web.Response:
        request[_ARRIVED] = time.monotonic()
        if (refusal := self._stranger(request.match_info["token"])) is not None:
            return _json(refusal.body(), refusal.code)
        try:
            method = method_name(request.match_info["method"])
        except ApiError as error:
            self._note(request, request.match_info["method"], None, error.code, error.description)
            return _json(error.body(), error.code)
        chat_id: int | None = None
        fault: Fault | None = None
        try:
            values, uploads = await _read(request)
            chat_id = lenient_chat_id(values)
            fault = self.faults.strike(method, chat_id)
            if fault is not None:
                if fault.action == "drop_before":
                    self._note(request, method, chat_id, 0, "connection cut before the work", answered=False)
                    return _cut(request)
                await self._suffer(fault)
            result = await self._work(method, chat_id, values, uploads)
        except ApiError as error:
            return self._refuse(request, method, chat_id, error, fault)
        dropped = fault is not None and fault.action == "drop_after"
        self._note(request, method, chat_id, 200, answered=not dropped)
        return _cut(request) if dropped else _json({"ok": True, "result": result})

    def _stranger(self, token: str) -> ApiError | None:
        """What somebody with another token is told (ClientManager.cpp: send); None: the token is right."""
        if token == self.token:
            return None
        number, colon, _ = token.partition(":")
        if token.startswith("0") or len(token) > _LONGEST_TOKEN or not colon:
            return ApiError(401, "Unauthorized: invalid token specified")
        if not number.isdecimal():
            return ApiError(421, "Misdirected Request: unallowed token specified")
        return ApiError(401, "Unauthorized")

    async def _suffer(self, fault: Fault) -> None:
        if fault.action == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault.action != "drop_after":
            raise fault.error()

    async def _work(
        self, method: str, chat_id: int | None, values: Mapping[str, Any], uploads: Mapping[str, Upload]
    ) -> Any:
        self.faults.check_limits(method, chat_id)
        if method in SENDS:
            await self._keep_apart(chat_id)
        return await perform(self.world, method, values, uploads)

    async def _keep_apart(self, chat_id: int | None) -> None:
        """Slow mode of a group: the server waits a little itself, and refuses what would wait longer.

        That it falls upon bots that are ordinary members is told in tdlib/telegram-bot-api #75, not in the source.
        """
        chat = self.world.chats.get(chat_id or 0)
        if chat is None or not chat.slow_mode or chat.bot_status == "administrator":
            return
        left = math.ceil(chat.bot_sent_at + chat.slow_mode - self.world.now().timestamp())
        if left > _WAITS_ITSELF:
            raise too_many(left)
        if left > 0:
            await asyncio.sleep(left)
        chat.bot_sent_at = self.world.now().timestamp()

    def _refuse(
        self, request: web.Request, method: str, chat_id: int | None, error: ApiError, fault: Fault | None
    ) -> web.Response:
        dropped = fault is not None and fault.action == "drop_after"
        self._note(request, method, chat_id, error.code, error.description, answered=not dropped)
        if dropped:
            return _cut(request)
        if fault is not None and fault.html_body and error.code >= 500:
            text = _HTML_BODY.format(f"{error.code} {error.description}")
            return web.Response(text=text, status=error.code, content_type="text/html")
        return _json(error.body(), error.code)

    async def _file(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.token:
            return _json(ApiError(401, "Unauthorized").body(), 401)
        stored = self.world.paths.get(request.match_info["path"])
        if stored is None:
            return _json(ApiError(404, "Not Found").body(), 404)
        return web.Response(body=stored.content, content_type="application/octet-stream")

    # the control interface

    async def _events(self, request: web.Request) -> web.Response:
        query = request.query
        try:
            after, timeout = int(query.get("after", "0")), float(query.get("timeout", "0"))
            chat_id = int(query["chat_id"]) if "chat_id" in query else None
        except ValueError as error:
            return _json({"ok": False, "error": "ValueError", "text": str(error)}, 400)
        events = await self.world.events.wait(after, min(timeout, MAX_EVENTS_WAIT), chat_id)
        return _json({"ok": True, "result": events})

    async def _verb(self, request: web.Request) -> web.Response:
        try:
            result = self.control.call(request.match_info["verb"], await self._arguments(request))
        except (LookupError, ValueError, PersonError) as error:
            kind = next(base for base in (PersonError, LookupError, ValueError) if isinstance(error, base))
            text = str(error.args[0]) if error.args else ""
            return _json({"ok": False, "error": kind.__name__, "text": text}, 400)
        if isinstance(result, bytes):
            result = {"content_base64": base64.b64encode(result).decode()}
        return _json({"ok": True, "result": result})

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
