"""One person's updates one after the other, different people's side by side; nothing half-done, nothing lost."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from aiogram.types import Update

from bot.delivery.incoming import dispatcher as module
from bot.delivery.sayings import Saying, Send, Toast
from bot.domain.screen import Button, Screen
from bot.storage.engine.database import DatabaseUnavailable, Tx
from bot.storage.post import inbox, meta
from bot.storage.post.inbox import Incoming
from simulator import Person, Simulator
from tests.delivery.office import APOLOGY, BUSY, Office, opened, texts


def _said(update: Update) -> str:
    assert update.message is not None
    return str(update.message.text)


async def _remembering(tx: Tx, update: Update, _now: datetime) -> list[Saying]:
    """Adds what it heard to what it has heard before."""
    assert update.message is not None
    heard = await meta.get(tx, "heard") or ""
    # Whoever runs beside this one would now be overwritten.
    await asyncio.sleep(0)
    await meta.put(tx, "heard", heard + _said(update))
    return [Send(update.message.chat.id, Screen(heard + _said(update)))]


async def test_one_persons_updates_in_order(office: Office, head: Person) -> None:
    office.handle = _remembering
    for letter in "абвгд":
        await head.send(letter)
    await office.settle()
    assert texts(await head.messages()) == ["а", "аб", "абв", "абвг", "абвгд"]


async def test_nobody_waits_for_another_ones_telegram(office: Office, head: Person, other: Person) -> None:
    await office.telegram.order_fault("slow", method="sendMessage", chat_id=head.id, seconds=60)
    await head.send("раз")
    await head.send("два")
    await other.send("три")
    await office.receiver.poll(0)
    assert await other.wait_for("эхо: три")
    assert await head.messages() == []
    await office.left_in_inbox(2)
    await office.dispatcher.stop()
    # Abandoned, not forgotten.
    assert len(await office.waiting()) == 2


async def test_whoever_ends_in_order_says_nothing_again(
    office: Office, head: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    say, has_said = office.speaker.say, asyncio.Event()

    async def noting(person_id: int, sayings: list[Saying]) -> None:
        await say(person_id, sayings)
        has_said.set()

    monkeypatch.setattr(office.speaker, "say", noting)
    await head.send("раз")
    await office.receiver.poll(0)
    await has_said.wait()
    await office.dispatcher.stop()
    assert await office.waiting() == []


async def test_many_who_are_answered_too_fast_keep_nobody_else_waiting(telegram: Simulator, tmp_path: Path) -> None:
    async with opened(telegram, tmp_path, per_second=25) as office:
        fast = [await office.person(number) for number in range(201, 261)]
        for person in fast:
            # After a hundred answers in a moment the next one is due in half a minute.
            answers = [asyncio.create_task(office.pacer.answer(person.id, is_new=False)) for _ in range(100)]
            await asyncio.sleep(0)
            for answer in answers:
                answer.cancel()
            await asyncio.gather(*answers, return_exceptions=True)
            await person.send("ещё")
        await office.receiver.poll(0)
        head = await office.person(101)
        await head.send("раз")
        await office.receiver.poll(0)
        assert await head.wait_for("эхо: раз")
        assert [await person.messages() for person in fast] == [[]] * len(fast)
        await office.dispatcher.stop()


async def test_no_more_than_so_many_at_once(
    telegram: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PLACES", 2)
    async with opened(telegram, tmp_path) as office:
        crowd = [await office.person(person_id) for person_id in range(201, 206)]
        for person in crowd:
            await person.send("привет")
        await office.settle()
        assert [texts(await person.messages()) for person in crowd] == [["эхо: привет"]] * 5


async def test_who_has_been_answered_is_done_with_before_others_are_answered(
    telegram: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PLACES", 5)
    async with opened(telegram, tmp_path) as office:
        await _one_by_one(office, monkeypatch)


async def _one_by_one(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = [await office.person(number) for number in range(201, 261)]
    for person in crowd:
        await person.send("раз")
    left: list[int] = []
    say = office.speaker.say

    async def noting(person_id: int, sayings: list[Saying]) -> None:
        left.append(len(await office.waiting()))
        await say(person_id, sayings)

    monkeypatch.setattr(office.speaker, "say", noting)
    await office.settle()
    # Killed at any moment it would say again what is being said, not everything since the first.
    said_but_waiting = [count - (len(crowd) - number) for number, count in enumerate(left)]
    assert max(said_but_waiting) <= 5
    assert all([texts(await person.messages()) == ["эхо: раз"] for person in crowd])


async def test_a_handler_that_fails_leaves_nothing_and_says_sorry(
    office: Office, head: Person, caplog: pytest.LogCaptureFixture
) -> None:
    async def handle(tx: Tx, update: Update, now: datetime) -> list[Saying]:
        sayings = await _remembering(tx, update, now)
        if _said(update) == "плохо":
            raise ZeroDivisionError("nobody foresaw this")
        return sayings

    office.handle = handle
    await head.send("плохо")
    await head.send("х")
    await office.settle()
    apology, after = texts(await head.messages())
    incident = re.fullmatch(rf"{APOLOGY} ([0-9A-F]{{6}})", apology)
    assert incident
    assert after == "х"
    (record,) = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert f"incident {incident[1]}" in record.getMessage()
    assert record.exc_info
    assert await office.waiting() == []


async def test_a_failed_press_does_not_wait_for_ever(office: Office, head: Person) -> None:
    async def handle(_tx: Tx, update: Update, _now: datetime) -> list[Saying]:
        if update.callback_query and update.callback_query.data == "bad":
            raise ZeroDivisionError
        return [Toast(update.callback_query.id, "Слово")] if update.callback_query else []

    office.handle = handle
    rows = ((Button("Плохо", "bad"), Button("Хорошо", "good")),)
    await office.speaker.say(head.id, [Send(head.id, Screen("вопрос", rows))])
    await head.press("Плохо")
    await office.settle()
    assert (await head.last()).startswith(APOLOGY)
    await head.press("Хорошо")
    await office.settle()
    assert await head.alerts() == ["Слово"]
    assert [call["code"] for call in await office.telegram.calls("answerCallbackQuery")] == [200, 200]


@pytest.mark.usefixtures("quick")
async def test_a_database_that_fails_loses_nothing(telegram: Simulator, tmp_path: Path) -> None:
    async with opened(telegram, tmp_path) as office:
        head = await office.person(101)
        office.handle = _remembering
        first = True
        with office.locked() as lock:

            async def handle(tx: Tx, update: Update, now: datetime) -> list[Saying]:
                return await _remembering(tx, update, now)

            def shutting(batch: list[Incoming]) -> None:
                nonlocal first
                if first:
                    # Between the storing and the handling.
                    lock.shut()
                    first = False
                office.dispatcher.submit(batch)

            office.handle = handle
            office.submit = shutting
            await head.send("а")
            await head.send("б")
            await office.receiver.poll(0)
            await head.wait_for(BUSY)
            assert len(await office.waiting()) == 2
            lock.open()
            await head.wait_for("аб")
        await office.dispatcher.idle()
        # Each in its turn, each once, and no more than one word of regret.
        assert texts(await head.messages()) == [BUSY, "а", "аб"]
        assert await office.waiting() == []


@pytest.mark.usefixtures("quick")
async def test_what_was_said_is_not_said_again_when_the_database_fails(telegram: Simulator, tmp_path: Path) -> None:
    async with opened(telegram, tmp_path) as office:
        head = await office.person(101)
        with office.locked() as lock:
            office.on_commit = lock.shut
            await head.send("раз")
            await office.receiver.poll(0)
            await head.wait_for("эхо: раз")
            assert [incoming.sayings is not None for incoming in await office.waiting()] == [True]
            lock.open()
            await office.dispatcher.idle()
        assert texts(await head.messages()) == ["эхо: раз"]
        assert office.committed == 1
        assert await office.waiting() == []


@pytest.mark.usefixtures("quick")
async def test_a_commit_that_nobody_heard_of_is_a_commit(
    office: Office, head: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, decided, lost = office.storage.write, False, False

    async def handle(tx: Tx, update: Update, now: datetime) -> list[Saying]:
        nonlocal decided
        decided = True
        return await _remembering(tx, update, now)

    @asynccontextmanager
    async def losing(*, snapshot: bool = True) -> AsyncIterator[Tx]:
        nonlocal lost
        async with write(snapshot=snapshot) as tx:
            yield tx
        if decided and not lost:
            lost = True
            raise DatabaseUnavailable("the connection was lost after the commit")

    office.handle = handle
    monkeypatch.setattr(office.storage, "write", losing)
    await head.send("а")
    await office.settle()
    assert lost
    assert texts(await head.messages()) == [BUSY, "а"]


async def test_said_again_after_a_crash_and_not_decided_again(office: Office, head: Person) -> None:
    async def handle(_tx: Tx, _update: Update, _now: datetime) -> list[Saying]:
        raise AssertionError("it was decided before the crash")

    office.handle = handle
    stored = [{"say": "Send", "chat": head.id, "screen": {"text": "решено", "rows": []}, "about": None}]

    async def work(tx: Tx) -> None:
        await inbox.take(tx, [Incoming(5, head.id, json.dumps({"update_id": 5}))], office.now(), office.now())
        await inbox.applied(tx, 5, stored, office.now())

    await office.storage.apply(work)
    await office.dispatcher.resume()
    await office.dispatcher.idle()
    assert texts(await head.messages()) == ["решено"]
    assert await office.waiting() == []


@pytest.mark.parametrize("stored", [{"say": "Sing", "chat": 1}, {"say": "Send", "tune": "la"}, {"chat": 1}])
async def test_words_of_another_version_stop_nobody(
    office: Office, head: Person, stored: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    async def work(tx: Tx) -> None:
        await inbox.take(tx, [Incoming(5, head.id, "{}")], office.now(), office.now())
        await inbox.applied(tx, 5, [stored], office.now())

    await office.storage.apply(work)
    await office.dispatcher.resume()
    await head.send("раз")
    await office.settle()
    assert texts(await head.messages()) == ["эхо: раз"]
    assert await office.waiting() == []
    assert "sayings of update 5 cannot be read" in caplog.text


async def test_whatever_goes_wrong_the_persons_next_update_is_handled(
    office: Office, head: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    say = office.speaker.say

    async def failing(person_id: int, sayings: list[Saying]) -> None:
        if "раз" in str(sayings):
            raise LookupError("a fault in the speaker")
        await say(person_id, sayings)

    monkeypatch.setattr(office.speaker, "say", failing)
    await head.send("раз")
    await head.send("два")
    await office.settle()
    assert texts(await head.messages()) == ["эхо: два"]
    assert "could not be finished" in caplog.text
    # The next start tries it once more.
    assert len(await office.waiting()) == 1
