"""SIGTERM under load: it ends within ten seconds, finishes what it has begun, and nothing is lost or said again."""

import asyncio
import random
import signal
import time
from pathlib import Path

import pytest

from tests import messengers
from tests.forge import Forge
from tests.live import STOPS_WITHIN, Live, live
from tests.postgres import connect
from tests.reliability.announcing import arrived, come, copied, copies, district, send_off
from tests.reliability.crowd import Head, Witness, nobody_reads_what_is_not_theirs
from tests.waiting import until

AUTHOR = 900


@pytest.mark.slow
async def test_a_stop_under_load_loses_and_repeats_nothing(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge, ADMIN_IDS=str(AUTHOR), MESSAGES_PER_SECOND="100") as bot:
        await _stopped_again_and_again(bot, heads=10, others=100, stops=1, seed=1)


@pytest.mark.slow
async def test_a_stop_before_telegram_has_ever_answered(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge) as bot:
        await bot.telegram.order_fault("502", method="**")
        starting = asyncio.create_task(bot.refuses_to_start())
        await until(lambda: bot.telegram.record.count("getMe") > 0)
        # Time goes by meanwhile, whether or not Telegram is there.
        await until(lambda: bool(bot.rows("SELECT 1 FROM rounds")))
        bot.signal(signal.SIGTERM)
        assert await starting == 0, bot.said()
        assert bot.traces == []


async def test_a_stop_at_a_start_that_waits_for_others(tmp_path: Path, forge: Forge, own_url: str) -> None:
    """A migration waits for a report that reads the table; nobody heard of the stop before that had come to its end."""
    reader, onlooker = await connect(own_url), await connect(own_url)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with live(tmp_path, forge, DATABASE_URL=own_url) as bot, reader.transaction():
        await reader.execute("LOCK TABLE alembic_version")
        starting = asyncio.create_task(bot.refuses_to_start())
        while not await onlooker.fetchval(waiting):
            assert not starting.done()
            await asyncio.sleep(0.02)
        bot.signal(signal.SIGTERM)
        assert await starting == 0, bot.said()
        assert bot.traces == []
    await reader.close()
    await onlooker.close()


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_many_stops_under_load_lose_and_repeat_nothing(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge, ADMIN_IDS=str(AUTHOR), MESSAGES_PER_SECOND="100") as bot:
        heads, others = map(messengers.crowd, (40, 2000))
        await _stopped_again_and_again(bot, heads, others, stops=20, seed=2)


async def _stopped_again_and_again(bot: Live, heads: int, others: int, stops: int, seed: int) -> None:
    chance = random.Random(seed)
    witness = Witness(bot.telegram)
    people = [Head(person, number, witness) for number, person in enumerate(await bot.seat(heads), 1)]
    await district(bot, others)
    author = await bot.telegram.person("Начальник Анна", id=AUTHOR)
    await bot.start()
    await asyncio.gather(come(author), *(head.answer() for head in people))
    await send_off(author)

    enough = asyncio.Event()
    took = []
    async with asyncio.TaskGroup() as group:
        for head in people:
            group.create_task(head.answers(enough, chance, rest=0.5))
        for number in range(stops):
            await copied(bot, min((heads + others) * (number + 1) // (stops + 2), heads + others))
            await asyncio.sleep(chance.uniform(0, 0.1))
            began = time.monotonic()
            bot.signal(signal.SIGTERM)
            assert await bot.ended(STOPS_WITHIN) == 0, bot.said()
            took.append(time.monotonic() - began)
            # Nothing is left half done: no letter in hand, nothing decided and not said.
            in_hand = "SELECT count(*) FROM letters WHERE settled_at IS NULL AND claimed_by IS NOT NULL"
            assert bot.rows(in_hand) == [(0,)]
            assert bot.rows("SELECT count(*) FROM inbox WHERE applied_at IS NOT NULL") == [(0,)]
            await bot.start()
        enough.set()
    await arrived(author)
    await bot.stop()

    seen = copies(bot)
    assert len(seen) == sum(seen.values()) == heads + others
    assert witness.repeated([head.person.id for head in people]) == 0
    ledger = bot.ledger()
    assert all(head.is_in(ledger[head.person.id], at_rest=True) for head in people)
    assert bot.rows("SELECT DISTINCT state FROM letters WHERE kind IN ('announcement', 'requests')") == [("sent",)]
    nobody_reads_what_is_not_theirs(witness, people)
    assert bot.traces == []
    answers = sum(len(head.accepted) for head in people)
    print(f"\n{stops} stops, the longest {max(took):.1f} s; {answers} answers, {len(seen)} copies, none twice")
