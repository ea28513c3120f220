"""The HTTP side of the Telegram: the Bot API and file downloads."""

import asyncio
import math
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from simulator.api.media import MAX_UPLOAD
from simulator.api.params import Upload, lenient_chat_id
from simulator.client import Telegram
from simulator.clock import Clock, real_now
from simulator.control import Control
from simulator.errors import ApiError, bad_request, too_many
from simulator.faults import SENDS, Fault, FaultBook
from simulator.loopback import Loopback, cut, json_answer
from simulator.methods import method_name, perform
from simulator.record import CallLog
from simulator.world.webhook import Postman
from simulator.world.world import World

_HTML_BODY = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"
_LONGEST_TOKEN = 80
# Seconds that the server waits for Telegram's slow mode or flood limits before it refuses (NetQueryCreator.cpp).
_WAITS_ITSELF = 8
_ARRIVED = web.RequestKey("arrived", float)


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


class Simulator(Loopback, Telegram):
    """A Telegram on this machine: `async with Simulator() as sim: ... sim.url`."""

    def __init__(
        self, token: str = "42:TEST", port: int = 0, *, host: str = "127.0.0.1", now: Clock = real_now
    ) -> None:
        self.token = token
        self.world = World(token, now)
        self.faults = FaultBook()
        self.record = CallLog()
        self.control = Control(self.world, self.faults, self.record)
        self.postman = Postman(self.world.updates, self.world.webhook, self.world.now)
        super().__init__(self.world, self.control, self.postman, host, port, largest=MAX_UPLOAD)
        self.app.router.add_route("*", "/bot{token}/{method}", self._api)
        self.app.router.add_get("/file/bot{token}/{path:.+}", self._file)

    def pending_updates(self) -> int:
        """Updates the bot has not confirmed."""
        return len(self.world.updates)

    # the Bot API

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
            return json_answer(refusal.body(), refusal.code)
        try:
            method = method_name(request.match_info["method"])
        except ApiError as error:
            self._note(request, request.match_info["method"], None, error.code, error.description)
            return json_answer(error.body(), error.code)
        chat_id: int | None = None
        fault: Fault | None = None
        try:
            values, uploads = await _read(request)
            chat_id = lenient_chat_id(values)
            fault = self.faults.strike(method, chat_id)
            if fault is not None:
                if fault.action == "drop_before":
                    self._note(request, method, chat_id, 0, "connection cut before the work", answered=False)
                    return cut(request)
                await self._suffer(fault)
            result = await self._work(method, chat_id, values, uploads)
        except ApiError as error:
            return self._refuse(request, method, chat_id, error, fault)
        dropped = fault is not None and fault.action == "drop_after"
        self._note(request, method, chat_id, 200, answered=not dropped)
        return cut(request) if dropped else json_answer({"ok": True, "result": result})

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
            return cut(request)
        if fault is not None and fault.html_body and error.code >= 500:
            text = _HTML_BODY.format(f"{error.code} {error.description}")
            return web.Response(text=text, status=error.code, content_type="text/html")
        return json_answer(error.body(), error.code)

    async def _file(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.token:
            return json_answer(ApiError(401, "Unauthorized").body(), 401)
        stored = self.world.paths.get(request.match_info["path"])
        if stored is None:
            return json_answer(ApiError(404, "Not Found").body(), 404)
        return web.Response(body=stored.content, content_type="application/octet-stream")
