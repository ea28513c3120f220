"""One token, one pace: it holds for the sum of all replicas, and so does what Telegram tells one of them."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.outcomes import Fate
from bot.delivery.outgoing.pacer import Pacer
from bot.delivery.outgoing.shares import Shares, share_of
from bot.domain.letter import Urgency
from bot.domain.screen import Screen
from bot.storage.engine.database import Storage
from bot.storage.post.replicas import Beat
from simulator import Simulator
from tests.replicas.posts import all_settled, crowd, posts, write

HEADS = range(201, 321)
NOW = datetime(2026, 10, 5, 1, tzinfo=UTC)


def most_in_a_second(moments: Sequence[float]) -> int:
    """In any second, wherever it begins."""
    return max(sum(begins <= moment < begins + 1 for moment in moments) for begins in moments)


@pytest.mark.parametrize("pace", [0.5, 1, 2, 2.5, 25, 30, 1000])
@pytest.mark.parametrize("alive", [1, 2, 3, 7, 40])
def test_the_shares_are_the_pace(pace: float, alive: int) -> None:
    shares = [share_of(pace, alive, place) for place in range(alive)]
    assert sum(shares) == (int(pace) if pace >= 1 and alive > 1 else pace)
    # When one goes, nobody has less.
    for gone in range(alive) if alive > 1 else ():
        left = [share for place, share in enumerate(shares) if place != gone]
        assert all(share_of(pace, alive - 1, place) >= share for place, share in enumerate(left))


class _Shared:
    """A pacer with its share, by a clock that the test moves."""

    def __init__(self, pace: float = 25) -> None:
        self.at = 100.0
        self.pacer = Pacer(pace)
        self._shares = Shares(self.pacer, lambda: self.at)

    def hear(self, alive: int, place: int, ahead: int = 0, after: float = 0.5) -> int:
        """How many letters a second it has then."""
        self.at += after
        self._shares.hear(Beat(alive, leads=False, paused_until=None, edition=None, at=NOW, place=place, ahead=ahead))
        return self.pacer.a_second


def test_a_newcomer_begins_when_all_can_have_heard_of_it() -> None:
    newcomer, first = _Shared(), _Shared()
    assert newcomer.pacer.a_second == 0
    assert first.hear(1, 0) == 25
    assert first.hear(2, 0) == 13
    assert [newcomer.hear(2, 1, after=1) for _ in range(7)] == [0] * 7
    assert newcomer.hear(2, 1, after=1.1) == 12
    # The other one is gone: its share comes back, but not at once.
    assert newcomer.hear(1, 0) == 25


def test_a_share_falls_at_once_and_rises_when_nobody_else_can_have_it() -> None:
    one = _Shared()
    one.hear(1, 0)
    assert one.hear(3, 0) == 9
    assert [one.hear(2, 0) for _ in range(3)] == [9] * 3
    assert one.hear(2, 0, after=0.6) == 13


def test_what_one_answers_beyond_its_share_the_others_leave_it() -> None:
    one = _Shared()
    one.hear(1, 0)
    assert one.hear(3, 1) == 8
    assert one.hear(3, 1, ahead=5) == 5
    assert one.hear(3, 1, ahead=90) == 0
    assert one.hear(3, 1, after=2.1) == 8


async def test_answers_are_counted_beyond_the_share() -> None:
    pacer = Pacer(25)
    pacer.share(8, 0)
    for chat in range(20):
        await pacer.answer(chat, is_new=True)
    assert pacer.ahead() == 12


async def test_without_a_share_no_letter_has_a_turn_until_there_is_one() -> None:
    pacer = Pacer(100)
    pacer.share(0, 0)
    waiting = asyncio.create_task(pacer.turn(Urgency.ANSWER))
    await asyncio.wait_for(waiting, 30)
    served = asyncio.Event()

    async def letter() -> None:
        async with pacer.letter(101, Urgency.REQUEST):
            served.set()

    writing = asyncio.create_task(letter())
    await asyncio.sleep(0.05)
    assert not served.is_set()
    pacer.share(50, 0)
    await asyncio.wait_for(writing, 30)


@pytest.mark.parametrize(("pace", "count"), [(30, 120), (1, 3)])
async def test_the_sum_keeps_the_pace(server: Storage, migrated_url: str, pace: int, count: int) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 3, pace) as made:
        heads = HEADS[:count]
        await crowd(telegram, server, *heads)
        await write(server, "Собрание в 15:00", *heads)
        for post in made:
            post.start()
        await all_settled(server)
        sent = [call.arrived for call in telegram.record.calls("sendMessage")]
        assert len(sent) == count
        assert most_in_a_second(sent) <= pace


async def test_a_silence_that_one_has_learned_of_is_kept_by_all(server: Storage, migrated_url: str) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 3) as made:
        await crowd(telegram, server, HEADS[0])
        await telegram.order_fault("429", method="sendMessage", count=1, retry_after=600)
        await write(server, "Собрание в 15:00", HEADS[0])
        await made[1].courier.deliver()
        # As each of them does twice a second.
        for post in made:
            await post.replica.beat()
        assert all(500 < post.pacer.paused_for() <= 600 for post in made)
        for post in made:
            assert (await post.speaker.send(HEADS[0], Screen("Собрание в 15:00"))).fate is Fate.WAIT
        assert len(telegram.record.calls("sendMessage")) == 1


async def test_after_a_silence_one_begins_and_the_next_a_second_later() -> None:
    first, second = Pacer(30), Pacer(30)
    first.share(15, 0)
    second.share(15, 0.5)
    loop = asyncio.get_running_loop()
    began: list[float] = []

    async def letter(pacer: Pacer) -> None:
        async with pacer.letter(101, Urgency.REQUEST):
            began.append(loop.time())

    for pacer in (first, second):
        pacer.pause(0.1)
    now = loop.time()
    await asyncio.gather(letter(second), letter(first))
    assert began[0] - now >= 0.1
    assert began[1] - now >= 0.6


async def test_a_groups_silence_is_known_to_all(server: Storage, migrated_url: str) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 2) as (one, other):
        until = datetime.now(UTC) + timedelta(minutes=5)
        await one.speaker.hold(300, chat=-100)
        await other.replica.beat()
        held = other.speaker.holds.until(-100)
        assert held is not None
        assert abs(held - until) < timedelta(seconds=60)
        assert not other.pacer.paused_for()


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_clock_that_is_wrong_makes_no_silence_longer_or_shorter(
    server: Storage, migrated_url: str, caplog: pytest.LogCaptureFixture, hours: int
) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 2) as (wrong, right):
        wrong.wrong = timedelta(hours=hours)
        with caplog.at_level(logging.WARNING):
            await wrong.replica.beat()
        assert (
            f"the clock of this machine is 3600 s {'ahead of' if hours > 0 else 'behind'} the database" in caplog.text
        )
        for told, other, chat in ((wrong, right, -100), (right, wrong, -200)):
            await told.speaker.hold(300, chat=chat)
            await other.replica.beat()
            assert 240 < other.speaker.holds.seconds(chat) <= 301
            assert not other.pacer.paused_for()
        # Somebody else begins meanwhile, with a clock that is right or not.
        for post in (wrong, right):
            await post.speaker.hold(300)
            await post.courier.resume()
            assert 240 < post.pacer.paused_for() <= 301
            assert 240 < post.speaker.holds.seconds(-100) <= 301
        await wrong.replica.beat()
        await right.replica.beat()
        assert 240 < wrong.pacer.paused_for() <= 301
        assert 240 < right.pacer.paused_for() <= 301
        wrong.wrong = timedelta()
        with caplog.at_level(logging.INFO):
            await wrong.replica.beat()
        assert "is that of the database server again" in caplog.text


async def test_whose_clock_is_ahead_keeps_nobody_from_its_chats(server: Storage, migrated_url: str) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 2, pace=25) as (wrong, right):
        await crowd(telegram, server, HEADS[0])
        wrong.wrong = timedelta(hours=1)
        for post, text in ((wrong, "Собрание в 15:00"), (right, "Собрание перенесено")):
            await write(server, text, HEADS[0])
            await post.courier.deliver()
        assert len(telegram.record.calls("sendMessage")) == 2
