"""What a handler needs from outside is done between two transactions, and nobody waits for it with the database."""

import asyncio
import re
from datetime import datetime

import pytest
from aiogram.types import Update

from bot.delivery.incoming import errands
from bot.delivery.sayings import Saying, Send
from bot.domain.screen import Screen
from bot.storage.engine.database import Tx
from bot.storage.post import meta
from simulator import Person
from tests.delivery.office import Office, texts


def _to(update: Update, text: str) -> list[Saying]:
    assert update.message is not None
    return [Send(update.message.chat.id, Screen(text))]


async def test_others_write_while_an_errand_runs(office: Office, head: Person) -> None:
    runs = []

    async def fetch() -> str:
        # On SQLite this would wait for ever for the handler's own transaction.
        await office.storage.apply(lambda tx: meta.put(tx, "somebody", "wrote"))
        return "файл"

    async def handle(tx: Tx, update: Update, _now: datetime) -> list[Saying]:
        runs.append(await meta.get(tx, "somebody"))
        await meta.put(tx, "mine", f"{len(runs)}")
        return _to(update, await errands.result("file", fetch))

    office.handle = handle
    await head.send("вот")
    await office.settle()
    assert texts(await head.messages()) == ["файл"]
    # What the first run had written was rolled back; the second sees what came meanwhile.
    assert runs == [None, "wrote"]
    async with office.storage.read() as tx:
        assert await meta.get(tx, "mine") == "2"


async def test_work_that_fails_is_the_handlers_to_explain(office: Office, head: Person) -> None:
    async def fetch() -> str:
        raise ValueError("нет файла")

    async def handle(_tx: Tx, update: Update, _now: datetime) -> list[Saying]:
        try:
            await errands.result("file", fetch)
        except ValueError as error:
            return _to(update, str(error))
        raise AssertionError("it has failed")

    office.handle = handle
    await head.send("вот")
    await office.settle()
    assert texts(await head.messages()) == ["нет файла"]


async def test_each_update_has_its_own(office: Office, head: Person) -> None:
    fetched = []

    async def fetch() -> int:
        fetched.append(1)
        return len(fetched)

    async def handle(_tx: Tx, update: Update, _now: datetime) -> list[Saying]:
        return _to(update, f"{await errands.result('one', fetch)}, {await errands.result('two', fetch)}")

    office.handle = handle
    await head.send("раз")
    await head.send("два")
    await office.settle()
    assert texts(await head.messages()) == ["1, 2", "3, 4"]


async def test_a_handler_in_a_circle_says_sorry(office: Office, head: Person, caplog: pytest.LogCaptureFixture) -> None:
    count = 0

    async def handle(_tx: Tx, update: Update, _now: datetime) -> list[Saying]:
        nonlocal count
        count += 1
        await errands.result(f"file {count}", lambda: asyncio.sleep(0))
        return _to(update, "никогда")

    office.handle = handle
    await head.send("вот")
    await office.settle()
    (said,) = texts(await head.messages())
    assert "никогда" not in said
    assert re.search(r"incident [0-9A-F]{6}", caplog.text)
    assert "5 errands" in caplog.text


async def test_a_start_after_a_crash_runs_the_errand_again(office: Office, head: Person) -> None:
    begun = asyncio.Event()
    fetched = 0

    async def fetch() -> str:
        nonlocal fetched
        fetched += 1
        begun.set()
        if fetched == 1:
            await asyncio.Event().wait()
        return "файл"

    async def handle(_tx: Tx, update: Update, _now: datetime) -> list[Saying]:
        return _to(update, await errands.result("file", fetch))

    office.handle = handle
    await head.send("вот")
    await office.receiver.poll(0)
    await begun.wait()
    # The program ends in the middle of it: the update is still in the inbox.
    await office.dispatcher.stop()
    assert len(await office.waiting()) == 1
    await office.dispatcher.resume()
    await office.settle()
    assert texts(await head.messages()) == ["файл"]
    assert fetched == 2
