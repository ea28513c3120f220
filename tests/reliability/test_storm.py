"""A fifth of all calls fail in every way, then Telegram is away altogether, then it is calm: all has been said."""

import asyncio
import itertools
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator import Person
from simulator.record import Call
from tests import messengers
from tests.forge import Forge
from tests.live import Live, live
from tests.reliability.announcing import LONG_PATIENCE, arrived, come, copies, district, send_off
from tests.reliability.crowd import Head, Witness, nobody_reads_what_is_not_theirs
from tests.reliability.vitals import in_silences, memory, spoken, unheard

AUTHOR = 900
# Letters that the courier has in hand at a time.
BATCH = 25
# Seconds after which the bot gives up waiting for an answer of Telegram's.
GIVES_UP = 20.0
# Turns of the event loop for an attempt that fails, and for a second in which nothing does: half a dozen and two dozen
# are usual. Who waits without a pause turns ten thousand times a second. Seconds of work would tell of the machine too.
TURNS = 50
_SAID = ("sendMessage", "editMessageText")


@dataclass(frozen=True, slots=True)
class Storm:
    """How bad it gets; all times in seconds. `growth`: MB that the process may have more at the end than before."""

    heads: int
    others: int
    lasts: float
    away: float
    kinds: str
    retry_after: int
    growth: float


_SHORT = Storm(8, 100, lasts=3, away=3, kinds="429 500 502 drop_before drop_after", retry_after=1, growth=30)
_LONG = Storm(60, 5000, lasts=180, away=60, kinds="429 500 502 slow drop_before drop_after", retry_after=2, growth=30)


@pytest.mark.slow
async def test_after_a_storm_everything_has_been_said(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge, ADMIN_IDS=str(AUTHOR), TICK_SECONDS="2", MESSAGES_PER_SECOND="200") as bot:
        await _through(bot, _SHORT, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_after_minutes_of_storm_everything_has_been_said(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge, ADMIN_IDS=str(AUTHOR), TICK_SECONDS="2", MESSAGES_PER_SECOND="200") as bot:
        await _through(bot, _LONG, seed=2)


async def _through(bot: Live, storm: Storm, seed: int) -> None:
    chance = random.Random(seed)
    witness = Witness(bot.telegram)
    heads = [Head(person, number, witness) for number, person in enumerate(await bot.seat(storm.heads), 1)]
    await district(bot, storm.others)
    author = await bot.telegram.person("Начальник Анна", id=AUTHOR)
    await bot.start()
    await asyncio.gather(come(author), *(head.answer() for head in heads))
    before = memory(bot.pid)
    await bot.telegram.clear_calls()
    mark = bot.telegram.record.total
    await send_off(author)

    enough = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for head in heads:
            group.create_task(head.answers(enough, chance, rest=0.3))
        order = await bot.telegram.order_fault(
            storm.kinds, method="**", probability=0.2, seed=seed, retry_after=storm.retry_after, seconds=GIVES_UP + 5
        )
        await asyncio.sleep(storm.lasts)
        # On a slow machine there are few calls in a second: it lasts until everything has happened.
        kinds = set(storm.kinds.split())
        while set((ordered := (await bot.telegram.open_faults())[0])["struck"]) < kinds:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        stormy = bot.telegram.record.total - mark
        await bot.telegram.cancel_faults(order)
        idle = await _away(bot, author, heads, storm)
        enough.set()
    # The letters that were put off last wait for half a minute at most.
    await arrived(author)
    await _settled(bot)
    after = memory(bot.pid)
    calls = spoken(bot.telegram)
    await bot.stop()

    _everything_was_said(bot, heads, storm, witness)
    struck: dict[str, int] = ordered["struck"]
    lost = unheard(calls, GIVES_UP)
    assert lost <= struck["drop_after"] + struck.get("slow", 0)
    seen = copies(bot)
    again = sum(seen.values()) - len(seen)
    assert again <= unheard([call for call in calls if call.method == "copyMessage"], GIVES_UP)
    repeated = witness.repeated([head.person.id for head in heads])
    assert repeated <= lost
    silence = messengers.silence(storm.retry_after)
    silences, broken = in_silences(calls, silence, grace=silence / 2)
    assert silences
    assert broken == []
    assert after - before <= storm.growth, (before, after)
    if idle.turns > idle.needs:
        # Rung while it rests, Courier.run turns without a pause until the rest is over.
        pytest.xfail(f"a busy loop while Telegram is away: {idle}")
    print(
        f"\n{stormy} calls in {storm.lasts} s of storm, {ordered['fired']} struck: {struck}; {silences} silences kept; "
        f"{sum(len(head.accepted) for head in heads)} answers, {len(seen)} got the announcement, {again} copies and "
        f"{repeated} forms came twice; away: {idle}; memory {before:.0f} to {after:.0f} MB"
    )


@dataclass(frozen=True, slots=True)
class Outage:
    """What the bot did while Telegram was away; `turns` of its event loop, and how many of them it could need."""

    calls: int
    turns: int
    needs: float
    lasted: float

    def __str__(self) -> str:
        return f"{self.calls} calls and {self.turns} turns in {self.lasted:.0f} s"


async def _away(bot: Live, author: Person, heads: list[Head], storm: Storm) -> Outage:
    """Telegram is away altogether: few attempts, and each of them later than the one before."""
    mark = bot.telegram.record.total
    await bot.telegram.order_fault("502")
    # Somebody is waiting for a word when the polls end as well.
    async with asyncio.timeout(LONG_PATIENCE):
        while not any(call.method in _SAID and call.code == 502 for call in bot.telegram.record.calls(after=mark)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await bot.telegram.order_fault("502", method="getUpdates")
    # It ends the poll that is under way, and its answer has no attempts behind it yet.
    await author.send("/help")
    # What else was under way has failed once.
    await asyncio.sleep(1.0)
    loop = asyncio.get_running_loop()
    since, turns, called = loop.time(), bot.turns, bot.telegram.record.total
    await asyncio.sleep(storm.away)
    async with asyncio.timeout(LONG_PATIENCE):
        # Whoever had tried before has longer pauses behind them: it lasts until some can be seen.
        while not _attempts(calls := bot.telegram.record.calls(after=mark)):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    turned, called, lasted = bot.turns - turns, bot.telegram.record.total - called, loop.time() - since
    await bot.telegram.cancel_faults()

    # Whoever tries - a person's queue, the post, the poll - pauses for half a second to one at first, then for twice as
    # long each time, up to half a minute.
    attempts = 2 + sum(1 for pause in itertools.accumulate(_shortest(n) for n in range(1, 20)) if pause < lasted + 1)
    # A toast has two attempts beside what it announces.
    assert len(calls) <= BATCH + (len(heads) + 3) * (attempts + 2), len(calls)
    _grow(_attempts(calls), messengers.waits_for_its_turn(len(heads) + BATCH))
    return Outage(len(calls), turned, TURNS * (called + lasted), lasted)


def _shortest(attempt: int) -> float:
    return min(30.0, 0.5 * 2.0**attempt) / 2


def _attempts(calls: list[Call]) -> list[list[float]]:
    """When each message was tried: of a chat only one is under way at a time, and the poll is one too. But of the
    author's, whose card several letters change, each with pauses of its own."""
    tried: dict[tuple[str, int | None], list[float]] = defaultdict(list)
    for call in calls:
        if call.method in (*_SAID, "getUpdates") and call.code == 502 and call.chat_id != AUTHOR:
            tried[call.method, call.chat_id].append(call.arrived)
    return [moments for moments in tried.values() if len(moments) >= 3]


def _grow(tried: list[list[float]], waited: float) -> None:
    """Pauses between attempts grow, and no two messages keep the same time. `waited`: how much longer one of two
    attempts may have waited for its turn than the other."""
    assert tried, "nothing was under way"
    for moments in tried:
        gaps = [after - before for before, after in itertools.pairwise(moments)]
        # How far the doubling had come before Telegram was away is not known, and a busy machine only makes it longer.
        assert all(gap >= _shortest(number) * 0.95 - waited for number, gap in enumerate(gaps, 1)), gaps
    firsts = [round(moments[1] - moments[0], 3) for moments in tried]
    assert len(tried) == 1 or len(set(firsts)) > 1, firsts


async def _settled(bot: Live) -> None:
    """Returns when all that was due has been said: no event tells that, so it is looked at now and then."""
    async with asyncio.timeout(LONG_PATIENCE):
        while bot.rows("SELECT count(*) FROM letters WHERE settled_at IS NULL") != [(0,)]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        while bot.rows("SELECT count(*) FROM inbox WHERE finished_at IS NULL") != [(0,)]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def _everything_was_said(bot: Live, heads: list[Head], storm: Storm, witness: Witness) -> None:
    ledger = bot.ledger()
    # Each of these answers was seen to be accepted, and nothing else is in the ledger.
    assert all(head.is_in(ledger[head.person.id], at_rest=True) for head in heads)
    everybody = storm.heads + storm.others
    assert len(copies(bot)) == everybody
    assert bot.rows("SELECT count(*), count(sent_at), count(failure) FROM recipients") == [(everybody, everybody, 0)]
    assert bot.rows("SELECT DISTINCT state FROM letters WHERE kind IN ('announcement', 'requests')") == [("sent",)]
    assert bot.rows("SELECT count(*) FROM letters WHERE state = 'failed'") == [(0,)]
    nobody_reads_what_is_not_theirs(witness, heads)
    assert bot.traces == []
