"""The HTTP side of the MAX: its API, and on a port of their own the hosts where files go up and down."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from simulator.client import Messenger, Remote
from simulator.clock import Clock, real_now
from simulator.errors import Json
from simulator.loopback import Loopback, cut, json_answer
from simulator.max.calls import Call, Method, check_names, method_of, place_of, poll
from simulator.max.control import Control
from simulator.max.errors import Refused, Unsuccessful, bad
from simulator.max.faults import POLLS, SENDS, MaxFault, Rates
from simulator.max.model import Stored
from simulator.max.person import MaxPerson
from simulator.max.webhook import Postman
from simulator.max.world import World
from simulator.person import Person
from simulator.record import CallLog

# Bytes. MAX takes files of 4 GB, this machine need not.
LARGEST = 256 * 1024 * 1024
LARGEST_IMAGE = 50 * 1024 * 1024
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_ARRIVED = web.RequestKey("arrived", float)


def _by_its_name(name: str, _body: Json) -> str:
    return name


class MaxMessenger(Messenger):
    """Control of a MAX. `Max` is one in this process, `RemoteMax` one over HTTP."""

    PERSON = MaxPerson

    async def group(
        self, title: str, members: list[Person], *, id: int | None = None, administrator: bool = True
    ) -> int:
        """A group with the bot in it; its chat id. Only an administrator is told what is written there."""
        ids = [member.id for member in members]
        arguments = {"title": title, "members": ids, "group_id": id, "administrator": administrator}
        return int(await self._link.call("group", arguments))

    async def bot_rights(self, chat_id: int, *, administrator: bool) -> None:
        """Make the bot an administrator of a group or an ordinary member; also takes a removed bot back."""
        await self._link.call("bot_rights", {"chat_id": chat_id, "administrator": administrator})

    async def remove_bot(self, chat_id: int) -> None:
        """Remove the bot from a group."""
        await self._link.call("remove_bot", {"chat_id": chat_id})

    async def rename(self, chat_id: int, title: str) -> None:
        """Give a group another title."""
        await self._link.call("rename", {"chat_id": chat_id, "title": title})

    async def limits(
        self, per_second: int | None = None, per_chat: int | None = None, per_group_minute: int | None = None
    ) -> None:
        """How many calls a second are answered: of all, and of a kind in one dialog; nothing: no limits."""
        if per_group_minute is not None:
            raise ValueError("MAX has no limit for a group and a minute")
        await self._link.call("limits", {"per_second": per_second, "per_chat": per_chat})

    async def ways(self, **values: Any) -> Json:
        """Turn what the sources tell differently (see `ways.Ways`); how everything stands."""
        ways: Json = await self._link.call("ways", values)
        return ways

    async def again(self) -> None:
        """The last event comes once more, as after a failed delivery."""
        await self._link.call("again", {})


class RemoteMax(Remote, MaxMessenger):
    """A MAX in another process: `async with RemoteMax("http://127.0.0.1:8081") as max`."""


class Max(Loopback, MaxMessenger):
    """A MAX on this machine: `async with Max() as max: ... max.url`."""

    def __init__(
        self, token: str = "TEST", port: int = 0, *, host: str = "127.0.0.1", now: Clock = real_now,
        called: Callable[[str, Json], str] = _by_its_name, sends: frozenset[str] = SENDS,
    ) -> None:  # fmt: skip
        self.token = token
        # What the record and orders of faults call a call, by its name and its body; `sends` in those words.
        self._called = called
        self.world = World(now)
        self.faults = Rates()
        self.record = CallLog(sends=sends)
        self.control = Control(self.world, self.faults, self.record)
        self.postman = Postman(self.world.updates, self.world.now_ms, self.world.ways)
        super().__init__(self.world, self.control, self.postman, host, port, largest=LARGEST)
        self._files_port = 0

    async def start(self) -> None:
        """Listen; files are elsewhere than the API, as in MAX."""
        # The last of all routes, also of those of a demo.
        self.app.router.add_route("*", "/{path:.*}", self._any)
        await super().start()
        self._files_port = await self.listen()
        self.world.files_url = f"http://{self._host}:{self._files_port}"

    def pending_updates(self) -> int:
        """Events the bot has not taken."""
        return self.world.pending()

    # the API

    async def _any(self, request: web.Request) -> web.StreamResponse:
        transport = request.transport
        if transport is not None and transport.get_extra_info("sockname")[1] == self._files_port:
            return await self._files(request)
        request[_ARRIVED] = time.monotonic()
        if request.headers.get("Authorization") != self.token:
            return json_answer({"code": "verify.token", "message": "Invalid access_token"}, 401)
        name, place, fault = f"{request.method} {request.path}", None, None
        try:
            method, names = method_of(request.method, request.path)
            name = method.name
            call = Call(names, dict(request.query), await _body(request))
            place = place_of(self.world, method, call)
            name = self._called(method.name, call.body)
            fault = self._fault(name, place)
            if fault is not None and fault.action == "drop_before":
                self._note(request, name, place, 0, "connection cut before the work", answered=False)
                return cut(request)
            await self._suffer(fault)
            self.faults.check_limits(method.name, place)
            body = await self._work(method, call)
        except Refused as refusal:
            return self._answer(request, name, place, refusal.status, refusal.body(), str(refusal), fault)
        except Unsuccessful as refusal:
            body = refusal.body(self.world.ways.codes_in_refusals)
            return self._answer(request, name, place, 200, body, str(refusal), fault)
        return self._answer(request, name, place, 200, body, "", fault)

    def _fault(self, name: str, place: int | None) -> MaxFault | None:
        fault = self.faults.strike(name, place)
        return fault if isinstance(fault, MaxFault) else None

    async def _suffer(self, fault: MaxFault | None) -> None:
        if fault is None or fault.action == "drop_after":
            return
        if fault.action != "slow":
            raise fault.refusal()
        await asyncio.sleep(fault.seconds)

    async def _work(self, method: Method, call: Call) -> Json:
        check_names(method, call)
        if method.name == POLLS:
            return await poll(self.world, call)
        assert method.do is not None, method
        return method.do(self.world, call)

    def _answer(
        self, request: web.Request, name: str, place: int | None, status: int, body: Json, told: str,
        fault: MaxFault | None,
    ) -> web.StreamResponse:  # fmt: skip
        dropped = fault is not None and fault.action == "drop_after"
        self._note(request, name, place, status, told, answered=not dropped)
        if dropped:
            return cut(request)
        if fault is not None and fault.html_body and status >= 500:
            return web.Response(text="<html><h1>Bad Gateway</h1></html>", status=status, content_type="text/html")
        return json_answer(body, status)

    def _note(
        self, request: web.Request, name: str, place: int | None, code: int, told: str, *, answered: bool
    ) -> None:
        now = self.world.now().isoformat()
        call = self.record.add(name, place, time.monotonic(), now, code, told, answered, request[_ARRIVED])
        self.world.events.add("call", place, method=name, code=code, call=call.n)

    # files

    async def _files(self, request: web.Request) -> web.StreamResponse:
        if request.method == "POST" and request.path == "/upload.do":
            return await self._take(request)
        parts = request.path.strip("/").split("/")
        stored = self.world.files.get(parts[0])
        if request.method != "GET" or stored is None or stored.content is None or parts[1:] != [str(stored.number)]:
            return web.Response(status=404)
        return web.Response(body=stored.content, content_type=stored.mime or "application/octet-stream")

    async def _take(self, request: web.Request) -> web.StreamResponse:
        """An upload. What is refused is answered with 200 too, as these hosts do."""
        stored = self.world.uploads.pop(request.query.get("sig", ""), None)
        if stored is None:
            return _refused("4", "REQUEST: no such upload, or it was used")
        if request.content_type != "multipart/form-data":
            return _refused("3", "REQUEST: simulator: only multipart is played")
        form = await request.post()
        field = form.get("data")
        if field is None and stored.type in ("video", "audio"):
            field = form.get("file")
        if not isinstance(field, web.FileField):
            return _refused("3", "NOT_FOUND: no file in the field data")
        with field.file as file:
            content = file.read()
        if stored.type == "image" and (len(content) > LARGEST_IMAGE or not content.startswith(_IMAGES)):
            return _refused("5", "IMAGE: not a picture, or too large")
        self.world.take_upload(stored, field.filename, field.content_type, content)
        return _taken(stored)


def _refused(code: str, words: str) -> web.Response:
    return json_answer({"error_code": code, "error_msg": words})


def _taken(stored: Stored) -> web.Response:
    if stored.type == "image":
        return json_answer({"photos": {f"photo{stored.number}": {"token": stored.token}}})
    if stored.type == "file":
        return json_answer({"fileId": stored.number, "token": stored.token})
    return web.Response(text="<retval>1</retval>", content_type="text/xml")


async def _body(request: web.Request) -> Json:
    if not request.can_read_body:
        return {}
    try:
        body = await request.json()
    except ValueError:
        raise bad("Can't parse JSON") from None
    if not isinstance(body, dict):
        raise bad("a JSON object is expected")
    return body
