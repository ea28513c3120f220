"""One person's flood: all of it is recorded, little of it is answered, and nobody else waits for it."""

import asyncio
import gc
import time
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiogram.types import Update

from bot.delivery.incoming.flood import IN_MEMORY, MANY, TOO_MANY
from bot.delivery.incoming.intake import Crowded
from bot.delivery.outgoing.pacer import Pacer
from bot.delivery.sayings import Edit, React, Saying, Send
from bot.domain.screen import Screen
from bot.storage import schema as tables
from bot.storage.engine.database import Tx
from bot.storage.post import meta
from bot.storage.post.inbox import Incoming
from simulator import Person, Simulator
from tests.delivery.office import ENOUGH, Office, opened, texts


async def recording(tx: Tx, update: Update, _now: datetime) -> list[Saying]:
    """What is written is kept; each is answered with a word, and with an edit of the first message if there is one."""
    message = update.message
    assert message is not None
    await meta.put(tx, f"{message.chat.id} {message.message_id:09}", message.text or "")
    form = await meta.get(tx, "form")
    shown: list[Saying] = [Edit(message.chat.id, int(form), Screen(f"форма: {message.text}"))] if form else []
    return [React(message.chat.id, message.message_id), *shown, Send(message.chat.id, Screen(f"слышу {message.text}"))]


async def kept_of(office: Office, person: Person) -> list[str]:
    """What is recorded of the person, in the order in which they wrote."""
    query = sa.select(tables.meta.c.value).where(tables.meta.c.key.startswith(f"{person.id} ")).order_by("key")
    async with office.storage.read() as tx:
        return list((await tx.execute(query)).scalars())


async def pour(office: Office, person: Person, count: int) -> list[str]:
    """So many messages of the person, taken in before anything is handled."""
    said = [str(number) for number in range(count)]
    for text in said:
        await person.send(text)
    return said


async def all_received(office: Office) -> None:
    while office.telegram.pending_updates():
        await office.receiver.poll(0)


@pytest.mark.slow
async def test_a_flood_is_recorded_whole_and_answered_in_few_words(office: Office, head: Person) -> None:
    office.handle = recording
    await office.telegram.clear_calls()
    said = await pour(office, head, 300)
    await all_received(office)
    await office.dispatcher.idle()
    assert await kept_of(office, head) == said
    answers = texts(await head.messages())
    assert answers.count(ENOUGH) == 1
    # Those who come last are answered again: by then nobody need wait.
    assert answers[answers.index(ENOUGH) + 1 :][-MANY:] == [f"слышу {one}" for one in said[-MANY:]]
    assert len(answers) <= 2 * MANY + 10
    assert await office.waiting() == []


@pytest.mark.slow
async def test_the_form_shows_its_latest_state_when_the_rush_is_over(office: Office, head: Person) -> None:
    form = (await office.speaker.send(head.id, Screen("форма"))).value[0]
    await office.storage.apply(lambda tx: meta.put(tx, "form", str(form)))
    office.handle = recording
    await pour(office, head, 120)
    await all_received(office)
    await office.dispatcher.idle()
    assert texts(await head.messages())[0] == "форма: 119"
    assert len(await office.telegram.calls("editMessageText")) <= 2 * MANY + 10


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers to one chat come as fast as a test wants them."""
    monkeypatch.setattr("bot.delivery.outgoing.pacer.ANSWER_INTERVAL", 0.005)


@pytest.mark.slow
@pytest.mark.usefixtures("brisk")
async def test_another_one_is_answered_as_if_there_were_no_flood(telegram: Simulator, tmp_path: Path) -> None:
    await _beside_a_flood(telegram, tmp_path, 400)


@pytest.mark.soak
@pytest.mark.usefixtures("brisk")
@pytest.mark.timeout(1200)
async def test_another_one_is_answered_beside_ten_thousand(telegram: Simulator, tmp_path: Path) -> None:
    await _beside_a_flood(telegram, tmp_path, 10_000)


async def _beside_a_flood(telegram: Simulator, folder: Path, count: int) -> None:
    async with opened(telegram, folder, per_second=1000) as office:
        flooder, head = await office.person(101), await office.person(102)
        office.handle = recording
        said = await pour(office, flooder, count)
        await office.receiver.poll(0)
        await head.send("раз")
        before = telegram.record.total
        receiving = asyncio.create_task(all_received(office))
        await head.wait_for("слышу раз")
        # In calls, not in seconds: what was done between their message and its answer.
        made = [call for call in telegram.record.calls(after=before) if call.method != "getUpdates"]
        answered = next(number for number, call in enumerate(made) if call.chat_id == head.id)
        assert answered <= 2 * MANY
        await receiving
        await office.dispatcher.idle()
        assert await kept_of(office, flooder) == said
        assert await kept_of(office, head) == ["раз"]


@pytest.fixture
def speechless(office: Office, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Nobody is answered, and so nothing finished, until it is set."""
    say, may_speak = office.speaker.say, asyncio.Event()

    async def saying(person_id: int, sayings: list[Saying]) -> None:
        await may_speak.wait()
        await say(person_id, sayings)

    monkeypatch.setattr(office.speaker, "say", saying)
    return may_speak


@pytest.mark.slow
async def test_a_flood_fills_neither_the_memory_nor_the_inbox(
    office: Office, head: Person, speechless: asyncio.Event
) -> None:
    office.handle = _counting
    for number in range(TOO_MANY + 1):
        await head.send(f"{number}-{'я' * 4000}")
    await all_received(office)
    gc.collect()
    in_memory = [
        incoming for incoming in gc.get_objects() if isinstance(incoming, Incoming) and incoming.person_id == head.id
    ]
    assert len(in_memory) == TOO_MANY + 1
    assert sum(bool(incoming.body) for incoming in in_memory) <= IN_MEMORY + 1
    # From here on what cannot be an answer is not even stored; what may be one is.
    for text in ("/tasks", "/start", "ответ"):
        await head.send(text)
    await head.send_sticker()
    await head.send_file(b"%PDF", "приказ.pdf")
    await all_received(office)
    assert len(await office.waiting()) == TOO_MANY + 3
    speechless.set()
    await office.dispatcher.idle()
    async with office.storage.read() as tx:
        assert await meta.get(tx, "count") == str(TOO_MANY + 3)


async def _counting(tx: Tx, _update: Update, _now: datetime) -> list[Saying]:
    await meta.put(tx, "count", str(int(await meta.get(tx, "count") or 0) + 1))
    return []


@pytest.mark.slow
async def test_what_is_too_much_in_all_waits_at_telegram(
    office: Office, head: Person, speechless: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.incoming.intake.FULL", 100)
    office.handle = recording
    said = await pour(office, head, 150)
    await office.receiver.poll(0)
    with pytest.raises(Crowded):
        await office.receiver.poll(0)
    assert len(await office.waiting()) == 100
    speechless.set()
    await office.dispatcher.idle()
    await all_received(office)
    await office.dispatcher.idle()
    assert await kept_of(office, head) == said


async def test_answers_to_one_chat_have_a_pace_of_their_own_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.outgoing.pacer.ANSWERS_AT_ONCE", 5)
    monkeypatch.setattr("bot.delivery.outgoing.pacer.ANSWER_INTERVAL", 0.05)
    pacer = Pacer(1000)
    began = time.monotonic()
    for _ in range(15):
        await pacer.answer(101, is_new=True)
    # Five at once, ten at their distance; a busy machine only makes it longer.
    assert time.monotonic() - began >= 0.49
    others = [asyncio.create_task(pacer.answer(101, is_new=True)) for _ in range(3)]
    await pacer.answer(102, is_new=True)
    assert not any(task.done() for task in others)
    await asyncio.gather(*others)
