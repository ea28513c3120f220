"""The published schema as a witness: what this MAX tells and answers, and what the bot asks of it, is as it says."""

import hashlib
import json
import os
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from bot.domain.people.messenger import Messenger
from simulator.max import Max
from tests.lacking import lacks
from tests.messengers import in_messenger
from tests.people import ADMIN, HEAD
from tests.simulator.max.conftest import Bot, button
from tests.simulator.max.schema import UNKNOWN, Schema
from tests.simulator.max.test_witnesses import lived_through
from tests.texts.department import Panel, ReportMenu
from tests.texts.example import Organizations, Types
from tests.world import living

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]

# Version 0.0.32. MAX_SCHEMA may name a file that has it.
ADDRESS = (
    "https://raw.githubusercontent.com/max-messenger-bot/max-bot-api-schemas/"
    "738f1dbbe7a33f213a20e52daa3d3edda16a26c3/schema_2026_07_01.json"
)
DIGEST = "f36d0516a4357921b1aa8104800fba903367c9c3075ee9edb04739fbb21f9582"


def _content() -> bytes:
    if named := os.environ.get("MAX_SCHEMA"):
        return Path(named).read_bytes()
    try:
        with urllib.request.urlopen(ADDRESS, timeout=30) as answer:
            content: bytes = answer.read()
            return content
    except OSError as error:
        lacks("SCHEMA", f"the schema of MAX could not be fetched ({error}); MAX_SCHEMA names a copy: it was not asked")


@pytest.fixture(scope="module")
def schema() -> Schema:
    content = _content()
    assert hashlib.sha256(content).hexdigest() == DIGEST
    return Schema(json.loads(content))


class Listener:
    """Looks at every call and its answer."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self.heard: set[str] = set()
        self.faults: set[str] = set()

    def listen_at(self, max: Max) -> None:
        """From its start on."""

        @web.middleware
        async def listen(request: web.Request, handler: Handler) -> web.StreamResponse:
            response = await handler(request)
            if f"http://{request.host}" == max.url and not request.path.startswith("/sim/"):
                self._hear(request.method, request.path, dict(request.query), await request.read(), response)
            return response

        max.app.middlewares.append(listen)

    def _hear(self, method: str, path: str, query: dict[str, str], sent: bytes, response: web.StreamResponse) -> None:
        if f"{method} {path}" in UNKNOWN:
            return
        assert isinstance(response, web.Response)
        assert isinstance(response.body, bytes)
        self.heard.add(f"{method} /{path.split('/')[1]}")
        self.faults |= set(self._schema.request(method, path, query, json.loads(sent) if sent else {}))
        if response.status == 200:
            self.faults |= set(self._schema.answer(method, path, json.loads(response.body)))


@pytest.fixture
def listener(schema: Schema, monkeypatch: pytest.MonkeyPatch) -> Listener:
    """Listens at every MAX that begins within the test."""
    listener, begin = Listener(schema), Max.start

    async def start(max: Max) -> None:
        listener.listen_at(max)
        await begin(max)

    monkeypatch.setattr(Max, "start", start)
    return listener


def test_the_witness_sees(schema: Schema) -> None:
    """It is not content with everything."""
    body = {"text": "я" * 4001, "attachments": [{"type": "inline_keyboard", "payload": {"buttons": [[{"type": "x"}]]}}]}
    assert schema.request("POST", "/messages", {"user": "7"}, body) == [
        "POST /messages: unknown parameter user",
        "POST /messages: body.text: 4001 characters",
        "POST /messages: body.attachments[0].payload.buttons[0][0]: unknown kind 'x'",
    ]
    assert schema.event({"update_type": "bot_started", "timestamp": "7", "chat_id": 1}) == [
        "bot_started.timestamp: '7' is no integer",
        "bot_started: no user",
    ]


async def test_what_is_told_and_answered(listener: Listener, max: Max, bot: Bot, schema: Schema) -> None:
    assert [fault for event in await lived_through(max, bot) for fault in schema.event(event)] == []
    head = await max.person("Сидоров Сидор", id=103)
    await head.start()
    group = await max.group("Управление", [head])
    file = {"type": "file", "payload": {"token": (await bot.upload("file", b"x"))["token"]}}
    message = await bot.send(103, "<b>Вот</b>", [button("Да")], attachments=[file], format="html")
    mid = message["body"]["mid"]
    await bot.done("PUT", "/messages", {"text": "Это"}, message_id=mid)
    await bot.done("POST", "/answers", {"notification": "x"}, callback_id=(await head.press("Да"))["query_id"])
    await bot.done("GET", f"/messages/{mid}")
    await bot.done("GET", "/messages", message_ids=mid)
    await bot.done("GET", "/me")
    video = await bot.upload("video", b"video", "a.mp4")
    await bot.done("GET", f"/videos/{video}")
    for path in ("", "/members", "/members/me"):
        await bot.done("GET", f"/chats/{group}{path}")
    await bot.done("POST", f"/chats/{group}/actions", {"action": "typing_on"})
    await bot.done("POST", "/subscriptions", {"url": "https://example.org/hook", "secret": "secret"})
    await bot.done("GET", "/subscriptions")
    await bot.done("DELETE", "/subscriptions", url="https://example.org/hook")
    await bot.done("DELETE", "/messages", message_id=mid)
    assert listener.faults == set()


async def test_what_the_bot_says(listener: Listener, tmp_path: Path) -> None:
    """A head registers, is asked, answers with a file and stops the bot; the department looks, and takes a workbook."""
    with in_messenger(Messenger.MAX):
        async with living(tmp_path, admin_ids=(ADMIN,)) as world:
            head, office = await world.person("Иванова Мария", HEAD), await world.person("Цыренова Анна", ADMIN)
            await head.join(Types.GENERAL, Organizations.SCHOOL)
            await world.until("2026-10-05 10:00")
            await head.send("41")
            await head.send_file()
            await office.agree()
            await office.send("/panel")
            await office.press(Panel.REPORTS, ReportMenu.WORKBOOK)
            assert (await office.received_file())[0].endswith(".xlsx")
            await head.block()
    assert listener.faults == set()
    assert listener.heard >= {"GET /updates", "POST /messages", "POST /answers", "POST /uploads"}
