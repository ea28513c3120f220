"""The demo's side of HTTP: the page, its stream of events, its buttons, and the clock that the bot asks."""

import asyncio
import base64
import contextlib
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from simulator.demo.stage import ZONE, Stage
from simulator.errors import Json, PersonError

WEB = Path(__file__).parents[1] / "web"
_LOCAL = ("127.0.0.1", "localhost", "[::1]")
# Seconds: proxies and browsers drop a stream that is silent for longer.
_BEAT = 15.0
# What a browser may show as it is; everything else is a download.
_SHOWN = ("image/jpeg", "image/png", "image/gif", "image/webp")
_CLOCK_WAIT = 25.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(stage: Stage) -> None:
    """Adds the demo to the simulator's server, before it starts."""
    page = _Page(stage)
    app = stage.simulator.app
    app.middlewares.append(_local_only)
    app.router.add_get("/", page.index)
    app.router.add_get("/demo/state", page.state)
    app.router.add_get("/demo/stage", page.stage)
    app.router.add_get("/demo/events", page.events)
    app.router.add_get("/demo/clock", page.clock)
    app.router.add_get("/demo/file/{file_id}", page.file)
    app.router.add_post("/demo/{verb}", page.act)
    app.router.add_static("/web/", WEB)


@web.middleware
async def _local_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keeps pages of other sites out: a browser would carry their requests to this machine."""
    host = request.host.rpartition(":")[0] or request.host
    origin = request.headers.get("Origin")
    if host not in _LOCAL or (origin is not None and origin != f"http://{request.host}"):
        raise web.HTTPForbidden(text="only from this machine")
    response = await handler(request)
    if not response.prepared:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; img-src 'self' data:; style-src 'self'; frame-ancestors 'none'"
        )
    return response


class _Page:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._world = stage.world
        self._verbs: dict[str, Callable[[Json], Any]] = {
            "send": self._send,
            "edit": lambda body: self._call("edit", body),
            "press": self._press,
            "send_file": self._send_file,
            "block": lambda body: self._call("block", body),
            "unblock": lambda body: self._call("unblock", body),
            "person": lambda body: stage.add_person(str(body.get("name", ""))),
            "automatic": lambda body: stage.set_automatic(int(body["id"]), bool(body["on"])),
            "fault": lambda body: stage.set_fault(str(body["name"]), bool(body["on"])),
            "kill": lambda _: stage.kill(),
            "next_event": lambda _: stage.next_event(),
            "next_day": lambda _: stage.next_day(),
            "move": self._move,
            "play": lambda _: stage.spawn(stage.play()),
            "pause": lambda _: stage.pause(),
        }

    async def index(self, _request: web.Request) -> web.StreamResponse:
        """Serves the page."""
        return web.FileResponse(WEB / "index.html")

    async def state(self, _request: web.Request) -> web.StreamResponse:
        """Serves the state of the stage and every private chat."""
        chats = {str(part.id): self._stage.door.chat(part.id) for part in self._stage.shown()}
        return _json({**self._stage.state(), "chats": chats, "n": self._world.events.last})

    async def stage(self, _request: web.Request) -> web.StreamResponse:
        """Serves the state of the stage alone."""
        return _json(self._stage.state())

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events from number `after` (or Last-Event-ID) on, each with what it is about as it is now."""
        try:
            after = int(request.headers.get("Last-Event-ID") or request.query.get("after", "0"))
        except ValueError:
            raise web.HTTPBadRequest(text="after: a number") from None
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        # A page that goes and a server that stops are no faults.
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await response.write(b"retry: 1000\n\n")
            while request.transport is not None and not request.transport.is_closing():
                events = await self._world.events.wait(after, _BEAT)
                if not events and self._stage.ended:
                    break
                lines = [": beat\n\n"] if not events else []
                for event in events:
                    after = event["n"]
                    told = self._told(event)
                    if told is not None:
                        lines.append(f"id: {after}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n")
                await response.write("".join(lines).encode("utf-8", "replace"))
        return response

    async def clock(self, request: web.Request) -> web.StreamResponse:
        """Tells the bot the reading of the clock."""
        try:
            after = int(request.query.get("after", "0"))
        except ValueError:
            raise web.HTTPBadRequest(text="after: a number") from None
        return web.json_response(await self._stage.clock.read(after, _CLOCK_WAIT))

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Serves a file of a message, to be shown if it is a picture."""
        stored = self._world.files.get(request.match_info["file_id"])
        if stored is None or stored.content is None:
            raise web.HTTPNotFound
        mime = stored.mime if stored.mime in _SHOWN else "application/octet-stream"
        if stored.kind == "photo":
            mime = "image/png" if stored.content.startswith(b"\x89PNG") else "image/jpeg"
        how = "inline" if mime in _SHOWN else "attachment"
        response = web.Response(body=stored.content, content_type=mime)
        response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(stored.name, safe='')}"
        return response

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Does what a button of the page orders."""
        if self._stage.preparing is not None:
            # Whoever came into the past would change it for every later demo.
            return _json({"ok": False, "text": "Готовим демонстрацию: ещё несколько секунд."})
        verb = self._verbs.get(request.match_info["verb"])
        try:
            body = await request.json() if request.can_read_body else {}
            if verb is None or not isinstance(body, dict):
                raise LookupError("no such verb")
            result = verb(body)
            if asyncio.iscoroutine(result):
                result = await result
        except PersonError as error:
            # Not a fault of the page's: somebody tried what cannot be done.
            return _json({"ok": False, "text": str(error.args[0])})
        except (LookupError, ValueError, TypeError) as error:
            text = str(error.args[0]) if error.args else type(error).__name__
            return _json({"ok": False, "text": text}, 400)
        return _json({"ok": True, "result": result})

    def _call(self, verb: str, body: Json) -> Any:
        """What a person does. Of numbers of messages the page may know only the digits."""
        numbers = {name: int(body[name]) for name in ("message_id", "reply_to") if body.get(name) is not None}
        return self._stage.simulator.control.call(verb, body | numbers)

    def _send(self, body: Json) -> Any:
        return self._call("send", body)

    def _press(self, body: Json) -> Any:
        """A press by the button's data: two buttons may be called the same."""
        return self._call("callback", body)

    def _send_file(self, body: Json) -> Any:
        body["content"] = base64.b64decode(str(body.pop("content_base64")), validate=True)
        return self._call("send_file", body)

    async def _move(self, body: Json) -> None:
        """Moves the clock to a moment; a bare date means nine in the morning."""
        said = str(body["to"])
        moment = datetime.fromisoformat(said)
        if len(said) == len("2026-10-05"):
            moment = datetime.combine(moment.date(), time(9))
        await self._stage.move(moment if moment.tzinfo else moment.replace(tzinfo=ZONE))

    def _told(self, event: Json) -> Json | None:
        """The event with what a page needs for it; None: it is nothing to see."""
        kind, chat_id = event["type"], event["chat_id"]
        if kind == "stage":
            return {"type": kind, **self._stage.state()}
        chat = self._world.chats.get(chat_id) if chat_id is not None else None
        part = self._stage.parts.get(chat_id) if chat is not None else None
        if chat is None or part is None or not part.shown:
            return None
        told: Json = {"type": kind, "chat_id": chat_id}
        if kind in ("message", "edit", "delete", "reaction"):
            message = chat.messages.get(event["message_id"])
            if message is None:
                return None
            shown = self._stage.door.message(message)
            told |= {"message_id": shown["message_id"], "message": None if message.deleted else shown}
            return told | self._stage.door.below(chat_id)
        if kind == "answer":
            # That a press was answered is told without a word too.
            return told | {"text": event.get("text", ""), "alert": event.get("show_alert", False)}
        if kind in ("action", "press", "membership"):
            return told | {"data": event.get("data"), "blocked": self._world.people[chat_id].blocked}
        return None


def _json(body: Any, status: int = 200) -> web.Response:
    content = json.dumps(body, ensure_ascii=False, default=str).encode("utf-8", "replace")
    return web.Response(body=content, status=status, content_type="application/json")
