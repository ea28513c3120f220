"""One person's updates are decided in order and once, whichever replicas they come to."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from itertools import count, cycle
from pathlib import Path
from typing import Any

import pytest
from aiogram.types import Update

from bot.delivery.incoming.adoption import Adoption
from bot.delivery.sayings import Saying, Send
from bot.domain.screen import Screen
from bot.storage.engine import postgresql
from bot.storage.engine.database import DatabaseUnavailable, Tx
from bot.storage.post import inbox, meta
from bot.storage.post.inbox import Incoming
from simulator import Simulator
from tests.delivery.office import Office, texts
from tests.replicas.offices import Station, several, unheard_of, update

_WORDS = "абвгдежз"


async def _remembering(tx: Tx, update: Update, _now: datetime) -> list[Saying]:
    """Adds what it heard of somebody to what it has heard of them before."""
    assert update.message is not None
    chat = update.message.chat.id
    heard = (await meta.get(tx, f"heard {chat}") or "") + str(update.message.text)
    await meta.put(tx, f"heard {chat}", heard)
    return [Send(chat, Screen(heard))]


async def _the_first_is_slow(tx: Tx, update: Update, now: datetime) -> list[Saying]:
    """Whoever does not wait for their turn overtakes."""
    assert update.message is not None
    if update.message.text == _WORDS[0]:
        await asyncio.sleep(0.4)
    return await _remembering(tx, update, now)


async def _heard(office: Office, person_id: int) -> str:
    async with office.storage.read() as tx:
        return await meta.get(tx, f"heard {person_id}") or ""


async def _decided(office: Office, person_id: int) -> None:
    """Returns when something of the person's has been decided: no event tells."""
    async with asyncio.timeout(30):
        while not await _heard(office, person_id):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def _idle(offices: Iterable[Office]) -> None:
    await asyncio.gather(*(office.dispatcher.idle() for office in offices))


async def test_sixty_people_correct_themselves_eight_times(
    telegram: Simulator, tmp_path: Path, migrated_url: str
) -> None:
    async with several(telegram, tmp_path, migrated_url, 3) as offices:
        numbers, door = count(1), cycle(offices)
        heads = [await telegram.person(f"Директор {id}", id=id) for id in range(201, 261)]
        for head in heads:
            await head.start()
        for office in offices:
            office.handle = _the_first_is_slow

        async def write(person_id: int) -> None:
            # Telegram delivers one after the other, each as soon as the one before has been taken.
            for text in _WORDS:
                await next(door).intake.take([update(next(numbers), person_id, text)])

        await asyncio.gather(*(write(head.id) for head in heads))
        await _idle(offices)
        assert [await _heard(offices[0], head.id) for head in heads] == ["абвгдежз"] * 60
        said = [texts(await head.messages()) for head in heads]
        assert said == [["а", "аб", "абв", "абвг", "абвгд", "абвгде", "абвгдеж", "абвгдежз"]] * 60
        assert await offices[0].waiting() == []


async def test_what_the_dead_have_left_is_decided_or_said_before_what_came_later(
    telegram: Simulator, tmp_path: Path, migrated_url: str
) -> None:
    async with several(telegram, tmp_path, migrated_url, 2) as (dead, other):
        head = await dead.person(101)
        for office in (dead, other):
            office.handle = _remembering
        # The first is decided and cannot be said, the second stands behind it.
        await telegram.order_fault("502", method="sendMessage", chat_id=head.id)
        await dead.intake.take([update(1, head.id, "а")])
        await dead.intake.take([update(2, head.id, "б")])
        await _decided(dead, head.id)
        await other.intake.take([update(3, head.id, "в")])
        await dead.stop_beating()
        await dead.dispatcher.stop()
        await telegram.cancel_faults()
        await unheard_of(other.storage, dead.replica.id)
        await other.replica.beat()
        await other.dispatcher.adopt()
        await other.dispatcher.idle()
        assert texts(await head.messages()) == ["а", "аб", "абв"]


async def test_what_comes_while_it_looks_is_nobody_s_legacy(
    telegram: Simulator,
    tmp_path: Path,
    migrated_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with several(telegram, tmp_path, migrated_url, 1) as (office,):
        head = await office.person(101)
        await telegram.order_fault("502", method="sendMessage", chat_id=head.id)
        adopt = inbox.adopt

        async def late(tx: Tx, **what: Any) -> Any:
            await office.intake.take([update(1, head.id, "а")])
            return await adopt(tx, **what)

        monkeypatch.setattr(inbox, "adopt", late)
        await office.dispatcher.adopt()
        assert "have gone" not in caplog.text
        await telegram.cancel_faults()
        await head.wait_for("а")
        await office.dispatcher.idle()


async def test_who_ends_leaves_what_is_not_finished_to_the_others_at_once(
    telegram: Simulator, tmp_path: Path, migrated_url: str
) -> None:
    async with several(telegram, tmp_path, migrated_url, 2) as (ending, other):
        head = await ending.person(101)
        await telegram.order_fault("502", method="sendMessage", chat_id=head.id)
        await ending.intake.take([update(1, head.id, "а")])
        await ending.dispatcher.stop()
        await other.dispatcher.adopt()
        # It is not theirs while the other one lives.
        assert other.dispatcher.waiting() == 0
        await ending.stop_beating()
        await ending.replica.leave()
        await telegram.cancel_faults()
        await other.dispatcher.adopt()
        await other.dispatcher.idle()
        assert texts(await head.messages()) == ["эхо: а"]


@pytest.mark.parametrize("hears", ["late", "first"])
async def test_who_wakes_up_says_and_decides_nothing_of_what_was_taken_from_it(
    telegram: Simulator, tmp_path: Path, migrated_url: str, monkeypatch: pytest.MonkeyPatch, hears: str
) -> None:
    # The server does not wait for long for whoever stands still within a transaction.
    monkeypatch.setattr(postgresql, "IDLE_SECONDS", 2)
    async with several(telegram, tmp_path, migrated_url, 2) as (frozen, other):
        speaks, decides = await frozen.person(101), await frozen.person(102)
        deciding, wakes = asyncio.Event(), asyncio.Event()

        async def stands_still(tx: Tx, update: Update, now: datetime) -> list[Saying]:
            said = await _remembering(tx, update, now)
            if update.update_id == 2:
                deciding.set()
                await wakes.wait()
            return said

        frozen.handle, other.handle = stands_still, _remembering
        await telegram.order_fault("502", method="sendMessage", chat_id=speaks.id)
        await frozen.intake.take([update(1, speaks.id, "а")])
        await frozen.intake.take([update(2, decides.id, "а")])
        await _decided(frozen, speaks.id)
        await deciding.wait()
        # It stands still for half a minute, and the other one takes what it has.
        await frozen.stop_beating()
        frozen.frozen_for = 30
        await unheard_of(other.storage, frozen.replica.id)
        await other.replica.beat()
        await telegram.cancel_faults()
        await other.dispatcher.adopt()
        await other.dispatcher.idle()
        # It goes on in the middle of what it did, and beats only then, or just before.
        buried = frozen.replica.id
        if hears == "first":
            await frozen.replica.beat()
        wakes.set()
        await asyncio.sleep(0.1)
        await frozen.replica.beat()
        assert frozen.replica.id != buried
        assert frozen.dispatcher.waiting() == 0
        assert [await _heard(other, id) for id in (speaks.id, decides.id)] == ["а", "а"]
        assert [texts(await head.messages()) for head in (speaks, decides)] == [["а"], ["а"]]
        # And it serves like any other.
        await frozen.intake.take([update(3, speaks.id, "б")])
        await frozen.dispatcher.idle()
        assert texts(await speaks.messages()) == ["а", "аб"]
        assert await other.waiting() == []


async def test_what_it_was_just_taking_up_when_it_was_taken_for_dead_is_said_by_others_alone(
    telegram: Simulator, tmp_path: Path, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with several(telegram, tmp_path, migrated_url, 3) as (dead, sleeper, other):
        head = await dead.person(101)
        # It is decided and cannot be said.
        await telegram.order_fault("502", method="sendMessage", chat_id=head.id)
        dead.handle = _remembering
        await dead.intake.take([update(1, head.id, "а")])
        await _decided(dead, head.id)
        await _is_gone(dead)
        await sleeper.stop_beating()
        apply = sleeper.storage.apply

        async def meanwhile(*work: Any, **how: Any) -> object:
            found = await apply(*work, **how)
            monkeypatch.setattr(sleeper.storage, "apply", apply)
            await unheard_of(other.storage, sleeper.replica.id)
            await other.replica.beat()
            await other.dispatcher.adopt()
            await sleeper.replica.beat()
            return found

        monkeypatch.setattr(sleeper.storage, "apply", meanwhile)
        await sleeper.dispatcher.adopt()
        await telegram.cancel_faults()
        await _idle([sleeper, other])
        assert texts(await head.messages()) == ["а"]


async def test_what_comes_again_after_a_commit_that_nobody_heard_of_is_said_by_whoever_has_it(
    telegram: Simulator, tmp_path: Path, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with several(telegram, tmp_path, migrated_url, 2) as (cut, other):
        head = await cut.person(101)
        await telegram.order_fault("502", method="sendMessage", chat_id=head.id)
        other.handle = _remembering
        apply = cut.storage.apply

        async def unheard(*work: Any, **how: Any) -> object:
            await apply(*work, **how)
            raise DatabaseUnavailable("the server is away")

        with monkeypatch.context() as patched:
            patched.setattr(cut.storage, "apply", unheard)
            with pytest.raises(DatabaseUnavailable):
                await cut.intake.take([update(1, head.id, "а")])
        # It was cut off for long, and another one has decided what it had stored.
        await cut.stop_beating()
        await unheard_of(other.storage, cut.replica.id)
        await other.replica.beat()
        await other.dispatcher.adopt()
        await _decided(other, head.id)
        await cut.replica.beat()
        await cut.intake.take([update(1, head.id, "а")])
        await telegram.cancel_faults()
        await _idle([cut, other])
        assert texts(await head.messages()) == ["а"]


async def _is_gone(station: Station) -> None:
    """It ends without having finished."""
    await station.dispatcher.stop()
    await station.stop_beating()
    await station.replica.leave()


async def test_a_press_at_another_replica_is_known_to_be_unanswered(
    telegram: Simulator, tmp_path: Path, migrated_url: str
) -> None:
    async with several(telegram, tmp_path, migrated_url, 2) as (first, second):
        head = await first.person(101)
        await telegram.order_fault("502", method="sendMessage", chat_id=head.id)
        press = {"update_id": 1, "callback_query": {"id": "1", "data": "x", "chat_instance": "1"}}
        said = update(0, head.id, "Кнопка")["message"]
        press["callback_query"] |= {"from": said["from"], "message": said}  # type: ignore[operator]
        unshown: list[int | None] = []

        def submit(batch: list[Incoming]) -> None:
            unshown.extend(one.unshown for one in batch)

        second.submit = submit
        await first.intake.take([press])
        await second.intake.take([update(2, head.id, "5"), update(3, 102, "5")])
        assert unshown == [1, None]


async def test_what_could_not_be_handled_keeps_no_other_replica_waiting(
    telegram: Simulator, tmp_path: Path, migrated_url: str
) -> None:
    async with several(telegram, tmp_path, migrated_url, 2) as (first, second):
        head = await first.person(101)

        async def fails(person_id: int, sayings: list[Saying]) -> None:
            raise ValueError(f"nobody has foreseen {sayings} for {person_id}")

        first.speaker.say = fails  # type: ignore[method-assign]
        await first.intake.take([update(1, head.id, "а")])
        await second.intake.take([update(2, head.id, "б")])
        await _idle([first, second])
        assert texts(await head.messages()) == ["эхо: б"]
        # Not by itself, but by the next start.
        await second.dispatcher.adopt()
        assert second.dispatcher.waiting() == 0
        await first.stop_beating()
        await first.replica.leave()
        await second.dispatcher.resume()
        await second.dispatcher.idle()
        assert texts(await head.messages()) == ["эхо: б", "эхо: а"]


async def test_what_a_lost_commit_has_stored_is_found(telegram: Simulator, tmp_path: Path, migrated_url: str) -> None:
    async with several(telegram, tmp_path, migrated_url, 2) as (first, second):
        head = await first.person(101)
        # The commit went through, and its replica never heard of it.
        first.submit = lambda batch: None
        await first.intake.take([update(1, head.id, "а")])
        # Telegram delivers it again, to whoever comes next.
        await second.intake.take([update(1, head.id, "а")])
        await second.dispatcher.adopt()
        assert second.dispatcher.waiting() == 0
        await first.dispatcher.adopt()
        await first.dispatcher.idle()
        assert texts(await head.messages()) == ["эхо: а"]


async def test_who_has_not_been_told_its_own_name_yet_takes_up_nothing(
    telegram: Simulator, tmp_path: Path, migrated_url: str
) -> None:
    """Telegram may not answer for long, and links need the name."""
    async with several(telegram, tmp_path, migrated_url, 1) as (first,):
        head = await first.person(101)
        first.submit = lambda batch: None
        await first.intake.take([update(1, head.id, "а")])
        starting = Station(telegram, tmp_path, url=migrated_url)
        await starting.replica.join()
        adoption = Adoption(starting.replica, starting.dispatcher)
        starting.replica.heard_by(adoption.heard)
        adopting = asyncio.create_task(adoption.run())
        try:
            await starting.replica.beat()
            await first.stop_beating()
            await first.replica.leave()
            # It hears that there is one less, and would have had the time to look for what that one has left.
            for _ in range(20):
                await starting.replica.beat()
            assert starting.dispatcher.waiting() == 0
            assert await head.messages() == []
            await starting.dispatcher.resume()
            await starting.dispatcher.idle()
            assert texts(await head.messages()) == ["эхо: а"]
        finally:
            adopting.cancel()
            await asyncio.gather(adopting, return_exceptions=True)
            await starting.dispatcher.stop()
            await starting.bot.session.close()
            await starting.storage.close()
