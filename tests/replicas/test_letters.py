"""Letters of several replicas: each is said once, a chat's in their order, and what the dead held by whoever lives."""

import asyncio
from collections import Counter
from datetime import datetime
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from bot.delivery.outgoing import fence
from bot.domain.letter import Letter, LetterState
from bot.domain.screen import Rendered, Screen
from bot.storage.engine.database import Storage
from bot.storage.post import claims
from bot.storage.post.claims import Settlement
from simulator import Simulator
from tests.replicas.posts import Post, all_settled, bury, crowd, now, outbox, posts, write

HEADS = range(201, 281)


def said(telegram: Simulator) -> Counter[int]:
    """How many messages each chat has got."""
    return telegram.record.by_chat("sendMessage", 200)


async def test_those_that_start_in_the_midst_repeat_nothing(server: Storage, migrated_url: str) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 1) as (first,):
        await crowd(telegram, server, *HEADS)
        await write(server, "Собрание в 15:00", *HEADS)
        first.start()
        for _ in range(3):
            async with posts(migrated_url, telegram, 1) as (newcomer,):
                newcomer.start()
                await asyncio.sleep(0.1)
        await all_settled(server)
        assert said(telegram) == Counter(HEADS)


async def test_one_killed_repeats_no_more_than_it_held_and_loses_nothing(server: Storage, migrated_url: str) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 3) as made:
        await crowd(telegram, server, *HEADS)
        await write(server, "Собрание в 15:00", *HEADS)
        for post in made:
            post.start()
        async with asyncio.timeout(60):
            while said(telegram).total() < 20:  # noqa: ASYNC110 - calls are no event here
                await asyncio.sleep(0.005)
        await made[1].kill()
        held = sum(
            letter.claimed_by == made[1].replica.id and letter.settled_at is None for letter in await outbox(server)
        )
        assert held <= 25
        await bury(server, made[1])
        await all_settled(server)
        got = said(telegram)
        assert set(got) == set(HEADS)
        assert got.total() - len(HEADS) <= held
        assert {letter.state for letter in await outbox(server)} == {LetterState.SENT}


async def test_a_chats_letters_keep_their_order_whoever_brings_them(server: Storage, migrated_url: str) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 3) as made:
        few = HEADS[:4]
        await crowd(telegram, server, *few)
        for number in range(12):
            await write(server, f"письмо {number}", *few)
            if number < 3:
                # Each has had a part in it.
                await made[number].courier.deliver()
                continue
            if number == 3:
                for post in made:
                    post.start()
            made[number % 3].courier.ring()
            await asyncio.sleep(0.02)
        await all_settled(server)
        numbers: dict[int, list[int]] = {person_id: [] for person_id in few}
        for letter in sorted(await outbox(server), key=lambda letter: letter.message_id):
            numbers[letter.person_id].append(int(letter.data["text"].split()[1]))
        assert all(its == list(range(12)) for its in numbers.values())
        assert {post.replica.id for post in made} == {letter.claimed_by for letter in await outbox(server)}


@pytest.mark.parametrize("hears", ["late", "first"])
async def test_whoever_wakes_says_and_records_nothing_of_what_was_taken(
    server: Storage, migrated_url: str, hears: str
) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 2) as (sleeper, other):
        await crowd(telegram, server, *HEADS[:5])
        await write(server, "Собрание в 15:00", *HEADS[:5])
        awake, asleep = asyncio.Event(), asyncio.Event()

        async def word(letter: Letter) -> Rendered:
            asleep.set()
            await awake.wait()
            return Rendered(Screen(letter.data["text"]))

        sleeper.word = word
        delivering = asyncio.create_task(sleeper.courier.deliver())
        await asyncio.wait_for(asleep.wait(), 30)
        # Frozen: it beats no more, and time goes on without it.
        sleeper.clock.ahead += 30
        await bury(server, sleeper)
        await other.replica.beat()
        await other.courier.deliver()
        assert said(telegram) == Counter(HEADS[:5])
        recorded = await outbox(server)
        assert {letter.claimed_by for letter in recorded} == {other.replica.id}
        # It wakes in the midst of a sentence, before it has heard of anybody, or when it is alive again: as another.
        if hears == "first":
            await sleeper.replica.beat()
            assert sleeper.replica.is_alive()
        awake.set()
        await delivering
        await sleeper.replica.beat()
        assert said(telegram) == Counter(HEADS[:5])
        assert await outbox(server) == recorded
        # And is one of them again.
        await sleeper.replica.beat()
        await write(server, "Ещё одно", *HEADS[:5])
        sleeper.pacer.share(0, 0)
        await sleeper.courier.deliver()
        assert said(telegram) == Counter([*HEADS[:5], *HEADS[:5]])


async def test_what_was_taken_under_a_former_number_is_not_said(server: Storage, migrated_url: str) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 1) as (sleeper,):
        await crowd(telegram, server, HEADS[0])
        goes_on = asyncio.Event()

        async def speaks() -> None:
            fence.taken_by(sleeper.replica.id)
            await goes_on.wait()
            await sleeper.bot.send_message(HEADS[0], "Собрание в 15:00")

        # Nobody drops this one: it was on its way from the database when the others took what it was about to have.
        speaking = asyncio.create_task(speaks())
        await asyncio.sleep(0)
        await bury(server, sleeper)
        await sleeper.replica.beat()
        goes_on.set()
        with pytest.raises(fence.Withheld):
            await speaking
        assert said(telegram) == Counter()
        # Under the new one it speaks.
        await asyncio.create_task(speaks())
        assert said(telegram) == Counter(HEADS[:1])


async def test_what_it_was_just_claiming_when_it_was_taken_for_dead_is_said_once(
    server: Storage, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 1) as (sleeper,):
        await crowd(telegram, server, HEADS[0])
        await write(server, "Собрание в 15:00", HEADS[0])
        apply = sleeper.storage.apply

        async def meanwhile(*work: Any, **how: Any) -> object:
            claimed = await apply(*work, **how)
            monkeypatch.setattr(sleeper.storage, "apply", apply)
            await bury(server, sleeper)
            await sleeper.replica.beat()
            return claimed

        monkeypatch.setattr(sleeper.storage, "apply", meanwhile)
        # It holds its tongue, and takes the letter anew: whoever else there is might have taken it.
        await sleeper.courier.deliver()
        assert said(telegram) == Counter(HEADS[:1])
        (letter,) = await outbox(server)
        assert (letter.state, letter.claimed_by) == (LetterState.SENT, sleeper.replica.id)


async def test_what_it_sent_before_it_froze_is_recorded_by_whoever_has_it(server: Storage, migrated_url: str) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 2) as (sleeper, other):
        await crowd(telegram, server, HEADS[0])
        await write(server, "Собрание в 15:00", HEADS[0])
        await telegram.order_fault("slow", method="sendMessage", count=1, seconds=0.5)
        delivering = asyncio.create_task(sleeper.courier.deliver())
        while not any(letter.claimed_by for letter in await outbox(server)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        await bury(server, sleeper)
        await other.replica.beat()
        await other.courier.deliver()
        await delivering
        (letter,) = await outbox(server)
        assert (letter.state, letter.claimed_by) == (LetterState.SENT, other.replica.id)
        assert said(telegram)[HEADS[0]] == 2


async def test_what_is_just_being_recorded_is_not_said_again(server: Storage, migrated_url: str) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 2) as (sleeper, other):
        await crowd(telegram, server, *HEADS[:2])
        await write(server, "Собрание в 15:00", *HEADS[:2])
        sent, waits = await _taken(sleeper, 2)
        await bury(server, sleeper)
        end = Settlement(sent.id, LetterState.SENT, 70)
        async with server.write(snapshot=False) as tx, asyncio.timeout(20):
            # Others have what it held by now, but for what it is about to record; nobody waits for that.
            await claims.settle(tx, [end], now(), sleeper.replica.id)
            assert [letter.id for letter in await _taken(other, 25)] == [waits.id]
        assert await _taken(other, 25) == []
        assert [letter.state for letter in await outbox(server)] == [LetterState.SENT, LetterState.WAITING]


async def test_two_that_claim_at_once_share_no_chat(server: Storage, migrated_url: str) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 3) as made:
        await crowd(telegram, server, *HEADS[:6])
        for number in range(10):
            await write(server, f"письмо {number}", *HEADS[:6])
        taken = await asyncio.gather(*(_taken(post, 2) for post in made))
        assert sorted(letter.person_id for theirs in taken for letter in theirs) == list(HEADS[:6])
        # Whoever has a chat gets the rest of it, in its order.
        more = await asyncio.gather(*(_taken(post, 100) for post in made))
        for theirs, rest in zip(taken, more, strict=True):
            assert {letter.person_id for letter in theirs} == {letter.person_id for letter in rest}
            assert len(rest) == 18
            assert [letter.id for letter in rest] == sorted(letter.id for letter in rest)


async def test_who_claims_while_another_does_waits_and_leaves_it_the_chat(server: Storage, migrated_url: str) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 2) as (one, other):
        await crowd(telegram, server, *HEADS[:2])
        for number in range(2):
            await write(server, f"письмо {number}", HEADS[0])
        await write(server, "письмо", HEADS[1])
        async with server.write(snapshot=False) as tx:
            (first,) = await claims.claim(tx, now(), 1, one.replica.id)
            claiming = asyncio.create_task(_taken(other, 25))
            async with asyncio.timeout(30):
                while not claiming.done() and not await _somebody_waits(server):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            assert not claiming.done()
        assert [letter.chat for letter in await claiming] == [HEADS[1]]
        assert first.chat == HEADS[0]


async def test_a_chat_keeps_its_distance_whoever_writes_to_it_next(server: Storage, migrated_url: str) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 2) as (one, other):
        await crowd(telegram, server, HEADS[0])
        for number in range(2):
            await write(server, f"письмо {number}", HEADS[0])
        (first,) = await _taken(one, 1)
        began = now()
        end = Settlement(first.id, LetterState.SENT, 70)
        await server.apply(lambda tx: claims.settle(tx, [end], now(), one.replica.id), snapshot=False)

        async def claim(recent: datetime) -> list[Letter]:
            work = partial(claims.claim, now=now(), limit=25, replica_id=other.replica.id, recent=recent)
            return await other.storage.apply(work, snapshot=False)

        assert await claim(began) == []
        assert [letter.chat for letter in await claim(now())] == [HEADS[0]]


async def test_who_may_have_been_taken_for_dead_takes_nothing(server: Storage, migrated_url: str) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 1) as (post,):
        await crowd(telegram, server, HEADS[0])
        await write(server, "Собрание в 15:00", HEADS[0])
        post.clock.ahead += 7
        assert await post.courier.deliver() == 0
        (letter,) = await outbox(server)
        assert (letter.claimed_by, letter.attempts) == (None, 0)
        # It has been heard of again, and nobody had taken it for dead.
        await post.replica.beat()
        assert await post.courier.deliver() == 1
        assert said(telegram) == Counter(HEADS[:1])


async def test_a_groups_letters_are_one_replicas_so_that_a_topic_is_made_once(
    server: Storage, migrated_url: str
) -> None:
    async with Simulator() as telegram, posts(migrated_url, telegram, 2) as (one, other):
        await crowd(telegram, server, *HEADS[:3])
        for person_id in HEADS[:3]:
            await write(server, "вопрос", person_id, chat_id=-100)
        (first,) = await _taken(one, 1)
        assert await _taken(other, 25) == []
        # The chat of the person whom it is about is another one.
        await write(server, "ответ", HEADS[0])
        assert [letter.chat for letter in await _taken(other, 25)] == [HEADS[0]]
        end = Settlement(first.id, LetterState.SENT, 70)
        await server.apply(lambda tx: claims.settle(tx, [end], now(), one.replica.id), snapshot=False)
        assert [letter.chat for letter in await _taken(other, 25)] == [-100, -100]


async def _taken(post: Post, limit: int) -> list[Letter]:
    return await post.storage.apply(lambda tx: claims.claim(tx, now(), limit, post.replica.id), snapshot=False)


async def _somebody_waits(storage: Storage) -> bool:
    """Whether somebody waits for a lock of the server's."""
    async with storage.read() as tx:
        return (await tx.execute(sa.text("SELECT 1 FROM pg_locks WHERE NOT granted"))).first() is not None
