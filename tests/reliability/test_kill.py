"""kill -9 at any moment: what people have sent is in the ledger once, and what is to be said is said."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator import Person
from tests.forge import Forge
from tests.live import Live, live
from tests.texts.heads import Form

# Seconds. A wait ends with the event; only what is broken takes this long.
PATIENCE = 60.0
# Letters that the courier has in hand at a time: what a kill can make it say twice.
BATCH = 25
HEADS = 6


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_killed_between_a_press_and_its_answer(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge) as bot:
        (head,) = await bot.seat(1)
        await bot.start()
        await types(head, 77)
        await shows(head, 77, Form.SEND)
        mark = await bot.telegram.last_event()
        await bot.telegram.order_fault("502", method="editMessageText")
        await head.press(Form.SEND)
        # The attempt to say it proves that it is decided.
        await _happened(bot, mark, lambda one: one["type"] == "call" and one["method"] == "editMessageText")
        bot.kill()
        await bot.ended()
        assert bot.ledger() == {head.id: [77]}
        # What it decided to say is kept with it: the next start says it and decides nothing.
        assert bot.rows("SELECT applied_at IS NOT NULL, sayings IS NOT NULL FROM inbox WHERE finished_at IS NULL") == [
            (1, 1)
        ]

        await bot.telegram.cancel_faults()
        await bot.start()
        await shows(head, 77, Form.CHANGE, Form.ACCEPTED)
        await bot.stop()
        assert bot.ledger() == {head.id: [77]}


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_an_update_that_comes_again_is_handled_once(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge) as bot:
        (head,) = await bot.seat(1)
        await bot.start()
        await types(head, 77)
        await shows(head, 77, Form.SEND)
        await bot.telegram.wait_idle()
        # From here on the bot can confirm nothing of what it gets.
        await bot.telegram.order_fault("502", method="getUpdates")
        await head.press(Form.SEND)
        await shows(head, 77, Form.CHANGE, Form.ACCEPTED)
        await _finished(bot)
        shown = await head.messages()
        bot.kill()
        await bot.ended()
        assert bot.telegram.pending_updates() == 1

        await bot.telegram.cancel_faults()
        await bot.telegram.clear_calls()
        await bot.start()
        await bot.telegram.wait_idle()
        await bot.stop()
        assert bot.ledger() == {head.id: [77]}
        assert await head.messages() == shown
        assert "editMessageText" not in (await bot.telegram.stats())["methods"]


@pytest.mark.slow
@pytest.mark.both_messengers
async def test_every_answer_survives_ten_kills(tmp_path: Path, forge: Forge) -> None:
    await _answering(tmp_path, forge, kills=10, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(1200)
async def test_every_answer_survives_a_hundred_kills(tmp_path: Path, forge: Forge) -> None:
    await _answering(tmp_path, forge, kills=100, seed=2)


@pytest.mark.slow
async def test_a_round_reaches_everybody_through_kills(tmp_path: Path, forge: Forge) -> None:
    await _round(tmp_path, forge, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 22))
async def test_a_round_reaches_everybody_through_more_kills(tmp_path: Path, forge: Forge, seed: int) -> None:
    await _round(tmp_path, forge, seed=seed)


async def _answering(folder: Path, forge: Forge, kills: int, seed: int) -> None:
    """Heads answer and correct their answers without a pause while the bot is killed again and again."""
    chance = random.Random(seed)
    enough = asyncio.Event()
    async with live(folder, forge) as bot:
        heads = await bot.seat(HEADS)
        await bot.start()
        interrupted = 0
        async with asyncio.TaskGroup() as group:
            lives = [group.create_task(keeps_answering(head, number, enough)) for number, head in enumerate(heads, 1)]
            for _ in range(kills):
                await _some_events(bot, chance.randint(1, 80))
                # Somewhere between two things that Telegram sees.
                await asyncio.sleep(chance.uniform(0, 0.02))
                bot.kill()
                await bot.ended()
                interrupted += bool(
                    bot.telegram.pending_updates() or bot.rows("SELECT 1 FROM inbox WHERE finished_at IS NULL LIMIT 1")
                )
                await bot.start()
            enough.set()
        assert bot.ledger() == {head.id: life.result() for head, life in zip(heads, lives, strict=True)}
        assert interrupted
        await _finished(bot)
        await bot.stop()
        assert "Traceback" not in bot.said()


async def keeps_answering(head: Person, number: int, enough: asyncio.Event) -> list[int]:
    """What the head has sent, in order. Goes on only after «Ответ принят» with the very number."""
    sent: list[int] = []
    while not enough.is_set():
        # None of them looks like a year, which stands in the messages too.
        answer = number * 10_000 + len(sent)
        await answers(head, answer, sent[-1] if sent else None)
        sent.append(answer)
    return sent


async def answers(head: Person, number: int, instead_of: int | None = None) -> None:
    """Types a number and sends it off, or corrects the one that was taken, and sees that it was taken."""
    if instead_of is not None:
        await shows(head, instead_of, Form.CHANGE, Form.ACCEPTED, press=Form.CHANGE)
        await shows(head, instead_of, "Ученики", press="Ученики")
        # Asked for this very number anew: behind a webhook a text may overtake the press that asks for it.
        await shows(head, instead_of, "", Form.NUMBER)
    await types(head, number)
    await shows(head, number, Form.SEND, press=Form.SEND)
    await shows(head, number, Form.CHANGE, Form.ACCEPTED)


async def _round(folder: Path, forge: Forge, seed: int) -> None:
    """A round for sixty heads with three kills while it is being sent."""
    chance = random.Random(seed)
    in_hand = 0
    async with live(folder, forge) as bot:
        heads = await bot.seat(60)
        # Different numbers of messages at which it is killed, with letters left after the last.
        for sent in sorted(chance.sample(range(1, 56), 3)):
            await bot.start()
            await _sent(bot, sent)
            bot.kill()
            await bot.ended()
            (claimed,) = bot.rows("SELECT count(*) FROM letters WHERE state = 'waiting' AND attempts > 0")
            assert claimed[0] <= BATCH
            in_hand += claimed[0]
        await bot.start()
        for head in heads:
            await head.wait_for("Сколько учеников?", timeout=PATIENCE)
        await bot.stop()
        assert bot.rows("SELECT state, count(*) FROM letters GROUP BY state") == [("sent", 60)]
        assert bot.rows("SELECT count(*) FROM askings") == [(60,)]
        counts = [len(await head.messages()) for head in heads]
        assert min(counts) >= 1
        assert sum(counts) - 60 <= in_hand


async def shows(head: Person, number: int, button: str, text: str = "", *, press: str = "") -> None:
    """Waits for a message of the bot that says the number, has the button, and says the text; presses."""

    def found(chat: dict[str, Any]) -> int:
        for one in reversed(chat["messages"]):
            said = "".join([one["text"], *one["buttons"]])
            fits = any(button in label for label in one["buttons"]) and text in said
            # Thousands are set apart by a space that does not break.
            if one["from_bot"] and not one["deleted"] and fits and str(number) in "".join(said.split()):
                return int(one["message_id"])
        return 0

    message_id = await head.wait_until(found, what=f"{button!r} with {number}", timeout=PATIENCE)
    if press:
        await head.press(press, message_id=message_id)


async def types(head: Person, number: int) -> None:
    await head.wait_for(Form.NUMBER, timeout=PATIENCE)
    await head.send(str(number))


async def _some_events(bot: Live, count: int) -> None:
    last = await bot.telegram.last_event() + count
    async with asyncio.timeout(PATIENCE):
        while (now := await bot.telegram.last_event()) < last:
            await bot.telegram.events(now, timeout=PATIENCE)


async def _happened(bot: Live, mark: int, fits: Callable[[dict[str, Any]], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not (events := [event for event in await bot.telegram.events(mark, timeout=PATIENCE) if fits(event)]):
            mark = await bot.telegram.last_event()
    assert events


async def _sent(bot: Live, count: int) -> None:
    """Returns when Telegram has taken that many messages."""
    async with asyncio.timeout(PATIENCE):
        while bot.telegram.record.count("sendMessage", 200) < count:
            mark = await bot.telegram.last_event()
            await bot.telegram.events(mark, timeout=PATIENCE)


async def _finished(bot: Live) -> None:
    """Returns when nothing is left in the inbox: no event tells that, so it is looked at now and then."""
    async with asyncio.timeout(PATIENCE):
        while bot.rows("SELECT count(*) FROM inbox WHERE finished_at IS NULL") != [(0,)]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
