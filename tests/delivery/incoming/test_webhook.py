"""Updates that are delivered by HTTP: only Telegram's, each once, and none is answered for before it is stored."""

import asyncio
import json
import logging
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram.types import Update

from bot.delivery.incoming.intake import Raw
from bot.delivery.incoming.webhook import MAX_BODY, Delivery, Webhook
from bot.delivery.sayings import Saying, Send
from bot.domain.screen import Screen
from bot.listener import Listener
from bot.storage.engine.database import Tx
from bot.storage.post.inbox import Incoming
from simulator import Person, Simulator
from tests.delivery.office import BUSY, Office, opened, texts
from tests.ports import free_port
from tests.waiting import until

SECRET = "a-secret_of-the-tests"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
KNOWN = {HEADER: SECRET}


class Door:
    """The webhook at work on a port of its own."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/telegram"
        self.seen: list[Delivery] = []
        # Deliveries that were read and are being stored, or have been.
        self.arrived = 0
        self._take = office.intake.take
        office.intake.take = self._arrives  # type: ignore[assignment, method-assign]
        self.webhook = Webhook(office.bot, office.intake, self.url, SECRET, self.seen.append)
        self.listener = Listener()

    async def _arrives(self, updates: Sequence[Raw]) -> None:
        self.arrived += 1
        await self._take(updates)

    async def again_in(self, body: dict[str, Any]) -> str | None:
        """When the answer asks to be delivered to again."""
        async with aiohttp.ClientSession() as session, session.post(self.url, json=body, headers=KNOWN) as response:
            return response.headers.get("Retry-After")

    async def knock(
        self, body: bytes | dict[str, Any], headers: dict[str, str] | None = None, method: str = "POST"
    ) -> int:
        """The status of the answer to a request; it says nothing beside it."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.url, data=content, headers=KNOWN if headers is None else headers) as response,
        ):
            assert await response.read() == b""
            return response.status


@asynccontextmanager
async def opened_door(office: Office) -> AsyncIterator[Door]:
    door = Door(office)
    await door.listener.serve("127.0.0.1", door.port, [door.webhook.route("/telegram")])
    running = asyncio.create_task(door.webhook.run())
    try:
        yield door
    finally:
        running.cancel()
        await asyncio.wait([running])
        await door.listener.stop()


@pytest.fixture
async def door(office: Office) -> AsyncIterator[Door]:
    office.telegram.postman.pace = 0.01
    async with opened_door(office) as door:
        yield door


def message(update_id: int, text: str, person_id: int = 101) -> dict[str, Any]:
    who = {"id": person_id, "first_name": "Мария"}
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": 1_790_000_000,
            "chat": {**who, "type": "private"},
            "from": {**who, "is_bot": False},
            "text": text,
        },
    }


async def said(office: Office, person: Person) -> list[str]:
    await office.dispatcher.idle()
    return texts(await person.messages())


async def test_what_telegram_delivers_is_answered(door: Door, head: Person, other: Person) -> None:
    for number in range(20):
        await head.send(f"{number}")
        await other.send(f"{number}")
    await door.office.telegram.wait_idle()
    expected = [f"эхо: {number}" for number in range(20)]
    assert await said(door.office, head) == expected
    assert await said(door.office, other) == expected
    # Telegram went on while the first were being stored.
    assert door.office.telegram.world.webhook.most_at_once == 2
    assert await door.office.waiting() == []
    (call,) = await door.office.telegram.calls("setWebhook")
    assert call["code"] == 200


@pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: SECRET[:-1]}, {HEADER: SECRET + "x"}, {HEADER: "ёж"}])
async def test_without_the_secret_nothing_is_read_and_nothing_said(
    door: Door, head: Person, headers: dict[str, str]
) -> None:
    assert await door.knock(message(1, "чужое"), headers) == 403
    assert await door.knock(b"x", headers, "GET") == 403
    # An address of the inner network that the request claims makes no difference.
    assert await door.knock(message(1, "чужое"), {**headers, "X-Forwarded-For": "149.154.160.1"}) == 403
    # A body that never comes is not waited for.
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    given = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    writer.write(b"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n" + given + b"\r\n")
    answer = await asyncio.wait_for(reader.read(), 30)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert answer.endswith(b"\r\n\r\n")
    writer.close()
    assert await said(door.office, head) == []
    assert await door.office.waiting() == []


@pytest.mark.slow
async def test_a_body_has_its_bounds(door: Door, head: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    start = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\n".encode()
    # It says that it is huge: not a byte of it is waited for.
    writer.write(start + b"Content-Length: 999999999999\r\n\r\n")
    assert (await asyncio.wait_for(reader.read(), 30)).startswith(b"HTTP/1.1 413 ")
    writer.close()
    # It does not say so.
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(start + b"Transfer-Encoding: chunked\r\n\r\n")
    answer = asyncio.create_task(reader.read())
    sent = 0
    while not answer.done() and sent < 50 * MAX_BODY:
        try:
            writer.write(b"%x\r\n%b\r\n" % (100_000, b"x" * 100_000))
            await writer.drain()
        except ConnectionError:
            break
        sent += 100_000
    assert sent < 10 * MAX_BODY
    writer.close()
    await asyncio.wait([answer])
    answer.exception()
    # It unpacks to a thousand times its size.
    bomb = zlib.compress(b'{"update_id": 1' + b" " * 40 * MAX_BODY)
    assert len(bomb) < MAX_BODY
    assert await door.knock(bomb, {**KNOWN, "Content-Encoding": "deflate"}) == 413
    assert await door.knock(b"nothing packed", {**KNOWN, "Content-Encoding": "deflate"}) == 400
    # It comes too slowly.
    monkeypatch.setattr("bot.delivery.incoming.webhook.ARRIVES_WITHIN", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(start + b"Content-Length: 10\r\n\r\n{")
    assert (await asyncio.wait_for(reader.read(), 30)).startswith(b"HTTP/1.1 408 ")
    writer.close()
    assert await said(door.office, head) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff\xfe",
        b"{",
        b"null",
        b"[]",
        b"[1]",
        b'"SESAME"',
        b"{}",
        b'{"update_id": "1"}',
        b'{"update_id": true}',
        b'{"update_id": -1}',
        b'{"update_id": 1.5}',
        b'{"update_id": 1e400}',
        b'{"update_id": %d}' % 2**64,
        b'{"update_id": 1, "message": {"SESAME": %d}}' % 2**64,
        b'{"update_id": 1, "message": {"message_id": "%d"}}' % 2**64,
        b'{"update_id": 1, "message": ' + b'{"a":' * 100 + b"1" + b"}" * 101,
        b"[" * 100_000,
        b'{"update_id": ' + b"9" * 5000 + b"}",
    ],
)
async def test_garbage_is_refused_and_not_quoted(
    door: Door, head: Person, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert await door.knock(body) == 400
    assert "is no update" in caplog.text
    assert "SESAME" not in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert await door.knock(message(5, "раз")) == 200
    assert await said(door.office, head) == ["эхо: раз"]


async def test_what_is_no_http_is_no_line_of_the_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    for line in (
        b"\x16\x03\x01SESAME\r\n\r\n",
        b"GET SESAME HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nA" + b"a" * 20_000,
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(line)
        assert b" 400 " in await asyncio.wait_for(reader.read(), 30)
        writer.close()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "SESAME" not in caplog.text


async def test_only_telegram_s_own_method_and_path(door: Door) -> None:
    assert await door.knock(message(1, "x"), method="PUT") == 405
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{door.port}/") as response:
        assert response.status == 404


async def test_an_update_that_comes_again_is_handled_once(telegram: Simulator, tmp_path: Path) -> None:
    async with opened(telegram, tmp_path) as office, opened_door(office) as door:
        head = await office.person(101)
        # At the same time, one after the other, and when it has long been handled and removed.
        statuses = await asyncio.gather(*(door.knock(message(50, "раз")) for _ in range(5)))
        assert statuses == [200] * 5
        assert await said(office, head) == ["эхо: раз"]
        assert await office.waiting() == []
        assert await door.knock(message(50, "раз")) == 200
        assert await said(office, head) == ["эхо: раз"]
    async with opened(telegram, tmp_path) as office, opened_door(office) as door:
        assert await door.knock(message(50, "раз")) == 200
        assert await said(office, head) == ["эхо: раз"]


async def test_an_update_that_was_overtaken_is_handled(door: Door, head: Person) -> None:
    for update_id, text in ((52, "три"), (51, "два"), (40, "раз"), (53, "четыре"), (51, "два")):
        assert await door.knock(message(update_id, text)) == 200
        await door.office.dispatcher.idle()
    assert await said(door.office, head) == ["эхо: три", "эхо: два", "эхо: раз", "эхо: четыре"]


async def test_what_arrives_together_is_stored_together_and_in_order(door: Door, head: Person) -> None:
    stored: list[list[int]] = []
    submit = door.office.submit

    def noted(batch: list[Incoming]) -> None:
        stored.append([incoming.update_id for incoming in batch])
        submit(batch)

    door.office.submit = noted
    # The first transaction is under way until all the others have come.
    async with door.office.storage.write():
        knocking = [asyncio.create_task(door.knock(message(number, f"{number}"))) for number in (14, 12, 11, 15, 13)]
        await until(lambda: door.arrived == 5)
    assert await asyncio.gather(*knocking) == [200] * 5
    (first,), others = stored
    assert others == sorted({11, 12, 13, 14, 15} - {first})
    assert await said(door.office, head) == [f"эхо: {number}" for number in (first, *others)]


async def test_groups_are_none_of_its_business(door: Door, head: Person) -> None:
    group = await door.office.telegram.group("Учительская", [head])
    await head.in_group(group).send("привет")
    await head.send("лично")
    await door.office.telegram.wait_idle()
    assert await said(door.office, head) == ["эхо: лично"]
    assert await door.office.telegram.calls("sendMessage", chat_id=group) == []
    # A private chat of somebody else than the author is no private chat.
    forged = message(7, "x")
    forged["message"]["from"]["id"] = 999
    assert await door.knock(forged) == 200
    assert await said(door.office, head) == ["эхо: лично"]


@pytest.mark.usefixtures("quick")
async def test_without_a_database_telegram_delivers_again(
    telegram: Simulator, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.postman.pace = 0.01
    async with opened(telegram, tmp_path) as office, opened_door(office) as door:
        head = await office.person(101)
        await telegram.wait_idle()
        with office.locked() as lock:
            lock.shut()
            assert await door.knock(message(7, "прямо")) == 503
            assert await door.again_in(message(7, "прямо")) == "2"
            await head.send("раз")
            await head.send("два")
            await until(lambda: "503 Service Unavailable" in telegram.world.webhook.error)
            assert telegram.pending_updates() == 2
            await door.webhook.look()
            assert door.seen[-1].waiting == 2
            assert door.seen[-1].failed_at is not None
            lock.open()
            await telegram.wait_idle()
            assert "update 7 could not be stored: database is locked" in caplog.text
        assert "Traceback" not in caplog.text
        # Once in an outage they are told why nobody answers.
        assert sorted(await said(office, head)) == sorted([BUSY, "эхо: раз", "эхо: два"])


async def test_a_stopping_bot_finishes_what_it_has_taken_and_takes_nothing_more(door: Door, head: Person) -> None:
    async with door.office.storage.write():
        within = asyncio.create_task(door.knock(message(7, "раз")))
        await until(lambda: door.arrived == 1)
        closing = asyncio.create_task(door.webhook.closed())
        await asyncio.sleep(0)
        assert await door.knock(message(8, "два")) == 503
        assert not closing.done()
    assert await within == 200
    await asyncio.wait_for(closing, 30)
    assert await said(door.office, head) == ["эхо: раз"]


async def test_the_webhook_is_set_again_when_somebody_has_taken_it_away(
    door: Door, head: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await door.office.telegram.wait_idle()
    await until(lambda: bool(door.seen))
    await door.office.bot.delete_webhook()
    await head.send("раз")
    await door.webhook.look()
    assert "taken away" in caplog.text
    await door.office.telegram.wait_idle()
    assert await said(door.office, head) == ["эхо: раз"]
    caplog.clear()


async def test_each_start_sets_it_anew_and_so_does_another_list_of_kinds(door: Door) -> None:
    telegram, office = door.office.telegram, door.office
    await until(lambda: bool(door.seen))
    before = len(telegram.record.calls("setWebhook"))
    # The secret may be another one, and Telegram does not tell.
    started = Webhook(office.bot, office.intake, door.url, SECRET)
    for _ in range(2):
        assert await started.look()
        assert len(telegram.record.calls("setWebhook")) == before + 1
    await office.bot.set_webhook(door.url, secret_token=SECRET, allowed_updates=["message"])
    assert await started.look()
    assert len(telegram.record.calls("setWebhook")) == before + 3


async def test_telegram_refuses_the_address(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Delivery] = []
    webhook = Webhook(office.bot, office.intake, "http://bot.example.org/telegram", SECRET, seen.append)
    assert not await webhook.look()
    assert seen == [Delivery(here=False)]
    assert "HTTPS" in caplog.text
    assert SECRET not in caplog.text


async def test_no_update_is_lost_that_was_answered_for(telegram: Simulator, tmp_path: Path) -> None:
    """The process ends between the 200 and the handler."""
    never = asyncio.Event()

    async def hangs(_tx: Tx, _update: Update, _now: datetime) -> list[Saying]:
        await never.wait()
        return []

    async with opened(telegram, tmp_path) as office, opened_door(office) as door:
        head = await office.person(101)
        office.handle = hangs
        await head.send("раз")
        # Its writing transaction would keep a second one out.
        await telegram.wait_idle()
        assert door.office.committed == 0
    async with opened(telegram, tmp_path) as office:
        await office.dispatcher.resume()
        assert await said(office, head) == ["эхо: раз"]


async def test_half_a_surrogate_pair_is_no_reason_to_stop(door: Door, head: Person) -> None:
    heard: list[str] = []

    async def handle(_tx: Tx, update: Update, _now: datetime) -> list[Saying]:
        assert update.message is not None
        heard.append(update.message.text or "")
        return [Send(101, Screen("слышу"))]

    door.office.handle = handle
    assert await door.knock(message(7, "а\ud83dб")) == 200
    assert await said(door.office, head) == ["слышу"]
    assert heard == ["а?б"]
