"""kill -9 of one replica after the other while heads answer and announcements go out: what was accepted is kept once.

The long form is as long as REPLICA_KILLS says, with as many heads as REPLICA_HEADS and as many seconds between kills
as REPLICA_EVERY says: `REPLICA_KILLS=20 make soak`. A start takes some seconds of a processor: two cores that have
2,000 heads too need ten seconds a kill.
"""

import asyncio
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import pytest

from tests.forge import Forge
from tests.reliability.announcing import come, copies, send_off
from tests.reliability.crowd import Head, Witness, nobody_reads_what_is_not_theirs
from tests.reliability.test_webhook import health
from tests.replicas.fleet import Fleet, fleet

AUTHOR = 900
REPLICAS = 3
# Answers of all heads together in a second, where the machine is fast enough.
ANSWERS_A_SECOND = 20
# Letters that a replica has in hand at a time, whose like a kill may have said twice.
IN_HAND = 25
# Seconds. The promise is ten, on a machine that has nothing else to do.
ADOPTED_WITHIN = 60.0
# Seconds.
_BETWEEN_ANNOUNCEMENTS = 15.0
_IN_HAND = "SELECT count(*) FROM letters WHERE settled_at IS NULL AND claimed_by = $1"
# Whether it counts as alive, and how much is its still.
_LEFT = f"""
    SELECT (SELECT count(*) FROM replicas WHERE id = $1),
        (SELECT count(*) FROM inbox WHERE finished_at IS NULL AND owner_id = $1) + ({_IN_HAND})
"""


@dataclass(slots=True)
class Toll:
    """What the kills have cost. Seconds from a kill until the others knew of it (`buried`), and until what the dead one
    had was theirs or done (`adopted`)."""

    kills: int = 0
    in_hand: list[int] = field(default_factory=list)
    buried: list[float] = field(default_factory=list)
    adopted: list[float] = field(default_factory=list)
    slowest: float = 0.0


class Timed(Head):
    """A head who looks at the clock. `toll` has the longest time from the first tap to «Ответ принят»."""

    def __init__(self, toll: Toll, head: Head) -> None:
        super().__init__(head.person, head.number, head.witness)
        self._toll = toll

    async def answer(self) -> None:
        """One answer more."""
        clock = asyncio.get_running_loop().time
        began = clock()
        await super().answer()
        self._toll.slowest = max(self._toll.slowest, clock() - began)


@pytest.mark.slow
async def test_three_kills(tmp_path: Path, forge: Forge, migrated_url: str) -> None:
    await _killed(tmp_path, forge, migrated_url, heads=6, kills=3, every=0.3, waits=False)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_a_hundred_kills(tmp_path: Path, forge: Forge, migrated_url: str) -> None:
    heads, kills = int(os.environ.get("REPLICA_HEADS", "300")), int(os.environ.get("REPLICA_KILLS", "100"))
    every = float(os.environ.get("REPLICA_EVERY", "4"))
    await _killed(tmp_path, forge, migrated_url, heads=heads, kills=kills, every=every, waits=True)


async def _killed(folder: Path, forge: Forge, url: str, *, heads: int, kills: int, every: float, waits: bool) -> None:
    """`every`: seconds between two kills on the average. `waits`: for the server to find out that somebody is dead."""
    chance, toll, enough = random.Random(1), Toll(), asyncio.Event()
    settings = {"ADMIN_IDS": str(AUTHOR), "MESSAGES_PER_SECOND": "100"}
    async with fleet(folder, forge, url, REPLICAS, webhook=True, schools=heads, **settings) as found:
        telegram = found.bots[0].telegram
        witness = Witness(telegram)
        crowd = [Timed(toll, Head(one, n, witness)) for n, one in enumerate(await found.bots[0].seat(heads), 1)]
        author = await telegram.person("Начальник Анна", id=AUTHOR)
        await found.start()
        await come(author)
        rest = heads / ANSWERS_A_SECOND if waits else 0.0
        announced = 0

        async def announce() -> None:
            nonlocal announced
            while not enough.is_set():
                await send_off(author)
                announced += 1
                await found.until("SELECT count(*) FROM announcements WHERE state = 'done'", (announced,), within=300)
                if waits:
                    # Forty of them would push the answers out of sight.
                    await asyncio.sleep(_BETWEEN_ANNOUNCEMENTS)

        began = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            for head in crowd:
                group.create_task(head.answers(enough, chance, rest))
            group.create_task(announce())
            await _until(lambda: telegram.record.count("copyMessage", 200) > 0)
            adopted: list[asyncio.Task[None]] = []
            for _ in range(kills):
                await asyncio.sleep(chance.uniform(0, 2 * every))
                dead, died = await _kill(found, chance.choice(range(REPLICAS)), toll, waits=waits)
                adopted.append(group.create_task(_adopted(found, dead, died, toll)))
            await asyncio.gather(*adopted)
            enough.set()
        took = asyncio.get_running_loop().time() - began
        await found.until("SELECT count(*) FROM inbox WHERE finished_at IS NULL", (0,))
        await found.until("SELECT count(*) FROM letters WHERE settled_at IS NULL", (0,))
        kept = await found.ledger()
        lost = sum(len(set(head.accepted) - set(kept[head.person.id])) for head in crowd)
        seen = copies(found.bots[0])
        doubled = sum(seen.values()) - announced * heads
        again = witness.repeated([head.person.id for head in crowd])
        print(
            f"\n{toll.kills} kills in {took:.0f} s, {heads} heads, {sum(len(head.accepted) for head in crowd)} answers,"
            f" {lost} lost; {announced} announcements, {sum(seen.values())} copies, {doubled} of them doubled:"
            f" {doubled / toll.kills:.2f} per kill, {sum(toll.in_hand)} had been in hand, {max(toll.in_hand)} at most;"
            f" {again} other messages doubled; slowest answer {toll.slowest:.1f} s; buried after"
            f" {_middle_and_most(toll.buried)}, adopted after {_middle_and_most(toll.adopted)}"
        )
        assert kept == {head.person.id: head.accepted for head in crowd}
        assert set(seen) == {head.person.id for head in crowd}
        assert min(seen.values()) >= announced
        assert doubled <= sum(toll.in_hand)
        assert max(toll.in_hand) <= IN_HAND
        assert max(toll.adopted) < ADOPTED_WITHIN
        nobody_reads_what_is_not_theirs(witness, list(crowd))
        for bot in found.bots:
            await bot.stop()
            assert not bot.traces, bot.traces


async def _kill(found: Fleet, which: int, toll: Toll, *, waits: bool) -> tuple[int, float]:
    """Kills that one and starts it again as another replica; the number of the dead one, and when it died."""
    bot = found.bots[which]
    dead: int = (await health(found.ports[which]))["replica"]
    bot.kill()
    died = asyncio.get_running_loop().time()
    await bot.ended()
    toll.kills += 1
    ((in_hand,),) = await found.rows(_IN_HAND, dead)
    toll.in_hand.append(in_hand)
    if not waits:
        await found.silent(dead)
    await bot.start()
    return dead, died


async def _adopted(found: Fleet, dead: int, died: float, toll: Toll) -> None:
    """Returns when nothing is the dead one's any more."""
    clock = asyncio.get_running_loop().time
    alive, left = 1, 1
    while alive or left:
        was_alive = alive
        ((alive, left),) = await found.rows(_LEFT, dead)
        if was_alive and not alive:
            toll.buried.append(clock() - died)
        await asyncio.sleep(0.2)
    toll.adopted.append(clock() - died)


def _middle_and_most(seconds: list[float]) -> str:
    return f"{median(seconds):.1f} s, {max(seconds):.1f} s at most"


async def _until(fits: Callable[[], bool]) -> None:
    """Returns when it is so; looked at now and then."""
    async with asyncio.timeout(60):
        while not fits():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
