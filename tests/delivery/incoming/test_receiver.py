"""What Telegram hands over is in the inbox before Telegram is told so, and only what concerns the bot."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogram.types import Update

from bot.delivery.incoming.intake import sender
from bot.delivery.incoming.receiver import SameToken
from bot.delivery.outcomes import Fate
from bot.storage.engine.database import DatabaseUnavailable
from simulator import Person, Simulator
from tests.delivery.office import BUSY, UNREADABLE, Office, opened, texts
from tests.waiting import until

PRIVATE = {"id": 101, "type": "private", "first_name": "Мария"}
AUTHOR = {"id": 101, "is_bot": False, "first_name": "Мария"}


async def test_stored_before_it_is_confirmed(office: Office, head: Person) -> None:
    handled = asyncio.Event()

    async def handle(_tx: Any, _update: Update, _now: Any) -> list[Any]:
        await handled.wait()
        return []

    office.handle = handle
    await head.send("привет")
    await office.receiver.poll(0)
    assert len(await office.waiting()) == 1
    # Only the next poll tells Telegram.
    assert office.telegram.pending_updates() == 1
    await office.receiver.poll(0)
    assert office.telegram.pending_updates() == 0
    handled.set()
    await office.dispatcher.idle()
    assert await office.waiting() == []


async def test_groups_are_none_of_its_business(office: Office, head: Person) -> None:
    group = await office.telegram.group("Учительская", [head])
    await head.in_group(group).send("привет")
    await head.send("лично")
    await office.settle()
    assert texts(await head.messages()) == ["эхо: лично"]
    assert office.committed == 1
    assert await office.telegram.calls("sendMessage", chat_id=group) == []


async def test_what_cannot_be_read_does_not_stop_the_others(
    office: Office, head: Person, other: Person, caplog: pytest.LogCaptureFixture
) -> None:
    queue = office.telegram.world.updates
    nonsense: list[dict[str, Any]] = [
        {},
        {"text": "без чата"},
        {"chat": None, "from": None},
        {"chat": "private", "from": 5},
        {"chat": PRIVATE, "from": {"id": "сто один"}},
        # These say who sent them and are not messages all the same.
        {"chat": PRIVATE, "from": AUTHOR},
        {"chat": PRIVATE, "from": AUTHOR, "message_id": "x", "date": [], "text": {}},
    ]
    # Seconds since 1970, far ahead.
    never = 10**11
    await head.send("раз")
    for content in nonsense:
        for kind in ("message", "edited_message", "callback_query", "my_chat_member"):
            queue.put(kind, content, never)
    # Kinds that nobody asked for, or that nobody knows yet.
    queue.allow([])
    queue.put("poll", {"id": "1"}, never)
    queue.put("brand_new_thing", {"chat": PRIVATE, "from": AUTHOR}, never)
    await head.send("два")
    await other.send("три")
    await office.settle()
    said = texts(await head.messages())
    assert [one for one in said if one != UNREADABLE] == ["эхо: раз", "эхо: два"]
    # Of messages, new and edited, two each; what nobody has said is not answered.
    assert said.count(UNREADABLE) == 4
    assert texts(await other.messages()) == ["эхо: три"]
    assert await office.waiting() == []
    assert "cannot be read" in caplog.text


@pytest.mark.parametrize(
    ("update", "person_id"),
    [
        ({"message": {"chat": PRIVATE, "from": AUTHOR}}, 101),
        ({"callback_query": {"from": AUTHOR, "message": {"chat": PRIVATE}}}, 101),
        ({"message": {"chat": {"id": 102, "type": "private"}, "from": AUTHOR}}, None),
        ({"message": {"chat": {"id": 2**60, "type": "private"}, "from": {"id": 2**60}}}, None),
        ({"my_chat_member": {"chat": PRIVATE, "from": AUTHOR}}, 101),
        ({"message": {"chat": {"id": -5, "type": "group"}, "from": AUTHOR}}, None),
        ({"callback_query": {"from": AUTHOR, "message": {"chat": {"id": -5, "type": "supergroup"}}}}, None),
        ({"callback_query": {"from": AUTHOR, "inline_message_id": "x"}}, None),
        ({"message": []}, None),
        ({"poll": {}}, None),
        ({}, None),
    ],
)
def test_whom_an_update_is_from(update: dict[str, Any], person_id: int | None) -> None:
    assert sender(update) == person_id


def test_the_department_s_group_is_a_sender_itself() -> None:
    chat = {"id": -5, "type": "group"}
    for update in (
        {"message": {"chat": chat, "from": AUTHOR}},
        {"edited_message": {"chat": chat, "from": {"id": 7}}},
        {"callback_query": {"from": AUTHOR, "message": {"chat": chat}}},
        {"my_chat_member": {"chat": chat, "from": AUTHOR}},
    ):
        assert sender(update, -5) == -5
        assert sender(update, -6) is None
    assert sender({"message": {"chat": PRIVATE, "from": AUTHOR}}, -5) == 101


async def test_what_comes_again_is_handled_once(telegram: Simulator, tmp_path: Path) -> None:
    async with opened(telegram, tmp_path) as office:
        head = await office.person(101)
        await head.send("раз")
        await office.receiver.poll(0)
        await office.dispatcher.idle()
    # It died before it could confirm.
    assert telegram.pending_updates() == 1
    async with opened(telegram, tmp_path) as office:
        await head.send("два")
        await office.dispatcher.resume()
        await office.settle()
        assert texts(await head.messages()) == ["эхо: раз", "эхо: два"]


async def test_what_was_left_in_the_inbox_comes_before_what_is_new(telegram: Simulator, tmp_path: Path) -> None:
    async with opened(telegram, tmp_path) as office:
        head = await office.person(101)
        await telegram.order_fault("slow", method="sendMessage", seconds=30)
        for text in ("раз", "два", "три"):
            await head.send(text)
        await office.receiver.poll(0)
        await office.receiver.poll(0)
        assert telegram.pending_updates() == 0
    await telegram.cancel_faults()
    async with opened(telegram, tmp_path) as office:
        await head.send("четыре")
        await office.dispatcher.resume()
        await office.settle()
        assert texts(await head.messages()) == ["эхо: раз", "эхо: два", "эхо: три", "эхо: четыре"]


async def test_telegram_numbers_anew_after_a_week_of_silence(office: Office, head: Person) -> None:
    await head.send("раз")
    await office.settle()
    queue = office.telegram.world.updates
    queue.next_id = 17
    # Within the week a lower number can only be one that was handled.
    await head.send("старое")
    await office.settle()
    assert texts(await head.messages()) == ["эхо: раз"]
    office.ahead = timedelta(days=7)
    await head.send("два")
    await head.send("три")
    await office.settle()
    assert texts(await head.messages()) == ["эхо: раз", "эхо: два", "эхо: три"]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("action", ["500", "html", "429", "drop_before", "drop_after"])
async def test_polls_on_whatever_telegram_does(office: Office, head: Person, action: str) -> None:
    await office.telegram.order_fault(
        "502" if action == "html" else action,
        method="getUpdates",
        count=1 if action == "429" else 3,
        html_body=action == "html",
    )
    await head.send("раз")
    polling = asyncio.create_task(office.receiver.run())
    try:
        await head.wait_for("эхо: раз")
        await head.send("два")
        await head.wait_for("эхо: два")
        await office.telegram.wait_idle()
    finally:
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
    await office.dispatcher.idle()
    assert texts(await head.messages()) == ["эхо: раз", "эхо: два"]


async def test_a_commit_that_nobody_heard_of_leaves_no_update_lying(
    office: Office, head: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply, lost = office.storage.apply, False

    async def lose(work: Any) -> Any:
        nonlocal lost
        done = await apply(work)
        if not lost:
            lost = True
            raise DatabaseUnavailable("the connection broke in the midst of the commit")
        return done

    await head.send("раз")
    with monkeypatch.context() as broken:
        broken.setattr(office.storage, "apply", lose)
        with pytest.raises(DatabaseUnavailable):
            await office.receiver.poll(0)
    await head.send("два")
    await office.settle()
    assert [text for text in texts(await head.messages()) if text != BUSY] == ["эхо: раз", "эхо: два"]
    assert await office.waiting() == []


@pytest.mark.usefixtures("quick")
async def test_what_cannot_be_stored_stays_with_telegram(
    telegram: Simulator, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(telegram, tmp_path) as office:
        head = await office.person(101)
        with office.locked() as lock:
            lock.shut()
            failed = asyncio.Event()

            class Bell(logging.Handler):
                def emit(self, record: logging.LogRecord) -> None:
                    failed.set()

            bell = Bell()
            logger = logging.getLogger("bot.delivery.incoming.receiver")
            logger.addHandler(bell)
            await head.send("раз")
            polling = asyncio.create_task(office.receiver.run())
            try:
                await asyncio.wait_for(failed.wait(), 30)
                await head.wait_for(BUSY)
                assert telegram.pending_updates() == 1
                lock.open()
                await head.wait_for("эхо: раз")
                await telegram.wait_idle()
            finally:
                logger.removeHandler(bell)
                polling.cancel()
                await asyncio.gather(polling, return_exceptions=True)
        await office.dispatcher.idle()
        assert "could not be stored: database is locked" in caplog.text
        assert "Traceback" not in caplog.text
        # However often the same update came again.
        assert texts(await head.messages()) == [BUSY, "эхо: раз"]


@pytest.mark.slow
async def test_of_two_with_one_token_the_younger_one_leaves(telegram: Simulator, tmp_path: Path) -> None:
    for name in ("elder", "younger"):
        (tmp_path / name).mkdir()
    async with opened(telegram, tmp_path / "elder") as elder, opened(telegram, tmp_path / "younger") as younger:
        polling = asyncio.create_task(elder.receiver.run())
        await telegram.events(await telegram.last_event(), timeout=0.05)
        elder.ahead += timedelta(hours=1)
        with pytest.raises(SameToken, match="Another process uses the token"):
            await asyncio.wait_for(younger.receiver.run(), 60)
        assert not polling.done()
        polling.cancel()
        await asyncio.wait([polling])


@pytest.mark.usefixtures("quick")
async def test_a_webhook_of_an_earlier_life_is_removed_however_often_that_fails(office: Office, head: Person) -> None:
    await office.bot.set_webhook("http://127.0.0.1:1/telegram")
    await office.telegram.order_fault("502", method="deleteWebhook", count=5)
    polling = asyncio.create_task(office.receiver.run())
    try:
        await head.send("раз")
        await head.wait_for("эхо: раз")
    finally:
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
    await office.dispatcher.idle()


@asynccontextmanager
async def somebody_else_s_webhook(office: Office) -> AsyncIterator[None]:
    """It is set, and set again whenever it has been removed."""

    async def sets_it_again() -> None:
        removed = 0
        while True:
            await office.telegram.events(await office.telegram.last_event(), timeout=0.01)
            found = len(await office.telegram.calls("deleteWebhook"))
            if found >= removed:
                removed = found + 1
                await office.bot.set_webhook("http://127.0.0.1:1/telegram")

    other = asyncio.create_task(sets_it_again())
    try:
        yield
    finally:
        other.cancel()
        await asyncio.gather(other, return_exceptions=True)


@pytest.mark.usefixtures("quick")
async def test_a_webhook_that_comes_back_is_somebody_else_s(office: Office) -> None:
    async with somebody_else_s_webhook(office):
        with pytest.raises(SameToken, match="Another process uses the token of BOT_TOKEN, and has a WEBHOOK_URL"):
            await asyncio.wait_for(office.receiver.run(), 60)
    assert office.telegram.record.count("deleteWebhook", 200) == 1


@pytest.mark.usefixtures("quick")
async def test_who_has_served_for_a_while_does_not_remove_it_again_and_again(office: Office) -> None:
    """It did not poll until the one that did had gone."""
    async with somebody_else_s_webhook(office):
        polling = asyncio.create_task(office.receiver.run())
        await asyncio.sleep(0)
        office.ahead += timedelta(hours=1)
        await until(lambda: office.telegram.record.count("getUpdates", 409) > 5)
        assert not polling.done()
        polling.cancel()
        await asyncio.wait([polling])
    assert office.telegram.record.count("deleteWebhook", 200) == 1


async def test_a_server_that_does_not_know_which_updates_are_asked_for_gives_them_all_the_same(
    office: Office, head: Person, caplog: pytest.LogCaptureFixture
) -> None:
    words = "allowed_updates is not supported yet"
    await office.telegram.order_fault("400", method="getUpdates", count=1, description=words)
    await head.send("раз")
    assert await office.receiver.poll(0) is Fate.DONE
    await head.send("два")
    assert await office.receiver.poll(0) is Fate.DONE
    await office.dispatcher.idle()
    assert [text for text in texts(await head.messages()) if "эхо" in text] == ["эхо: раз", "эхо: два"]
    assert caplog.text.count("does not know allowed_updates") == 1
    # What it refuses for another reason is no reason to ask for anything else.
    await office.telegram.order_fault("400", method="getUpdates", count=1, description="offset is too small")
    assert await office.receiver.poll(0) is Fate.REFUSED
