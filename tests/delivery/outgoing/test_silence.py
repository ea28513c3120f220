"""Telegram asks for silence, or is not there at all: nobody knocks meanwhile, and nothing is lost."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.delivery.outgoing import speaker
from bot.delivery.outgoing.breaker import SEVERAL, Breaker
from bot.delivery.outgoing.courier import POST, Courier
from bot.delivery.outgoing.posting import Render
from bot.delivery.sayings import Edit, Send, Toast
from bot.domain.letter import Letter, LetterState
from bot.domain.screen import Rendered, Screen
from simulator import Person, Simulator
from tests.delivery.office import Office, opened, texts

CROWD = range(201, 281)


def courier(office: Office, render: Render | None = None) -> Courier:
    return office.a_courier(replace(POST, idle=0.02), render)


async def crowd(office: Office) -> None:
    """Many people whom the bot knows."""
    for number in CROWD:
        await office.telegram.person(f"Директор {number}", id=number)
        office.telegram.world.people[number].started = True
    await office.know(*CROWD)


async def until(office: Office, is_so: Callable[[list[str]], bool]) -> None:
    """Returns when the states of the letters are so: no event tells that, so it is looked at now and then."""
    async with asyncio.timeout(60):
        while not is_so(await office.states()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.slow
async def test_who_had_the_turn_before_the_silence_keeps_it_too(telegram: Simulator, tmp_path: Path) -> None:
    # At a pace at which letters are worded in their turn.
    async with opened(telegram, tmp_path, per_second=100) as office:
        await _keeps_silence(office, await office.person(101), await office.person(102))


async def _keeps_silence(office: Office, head: Person, other: Person) -> None:
    both_have_turns, worded = asyncio.Event(), asyncio.Event()

    async def render(letter: Letter, _now: datetime) -> Rendered:
        if letter.person_id == other.id:
            both_have_turns.set()
            await worded.wait()
        await both_have_turns.wait()
        return Rendered(Screen(letter.data["text"]))

    lane = courier(office, render)
    await office.telegram.order_fault("429", method="sendMessage", count=1, retry_after=1)
    await office.write("письмо", head.id, other.id)
    delivering = asyncio.create_task(lane.deliver())
    while not office.pacer.paused_for():  # noqa: ASYNC110 - a call whose answer has been read is no event
        await asyncio.sleep(0.005)
    worded.set()
    await delivering
    # Worded and not sent: not tried either.
    assert len(await office.telegram.calls("sendMessage")) == 1
    assert [letter.attempts for letter in await office.outbox()] == [0, 0]

    running = asyncio.create_task(lane.run())
    await other.wait_for("письмо")
    await head.wait_for("письмо")
    lane.stop()
    await running
    refused, *sent = await office.telegram.calls("sendMessage")
    assert min(call["arrived"] for call in sent) >= refused["at"] + 1
    assert len(sent) == 2


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0, -5])
async def test_a_silence_without_a_length_is_one_of_a_second(office: Office, head: Person, seconds: int) -> None:
    """A proxy says so; who took it at its word would knock hundreds of times a second."""
    await office.telegram.order_fault("429", method="sendMessage", count=2, retry_after=seconds)
    lane = courier(office)
    running = asyncio.create_task(lane.run())
    await office.write("письмо", head.id)
    await head.wait_for("письмо")
    lane.stop()
    await running
    calls = await office.telegram.calls("sendMessage")
    assert [call["code"] for call in calls] == [429, 429, 200]
    assert all(after["arrived"] >= before["at"] + 1 for before, after in itertools.pairwise(calls))


async def test_a_silence_of_ages_is_one_of_a_day(office: Office, head: Person) -> None:
    await office.telegram.order_fault("429", method="sendMessage", count=1, retry_after=10**12)
    await office.write("письмо", head.id)
    await office.courier.deliver()
    assert 0 < office.pacer.paused_for() <= 24 * 3600
    assert await office.states() == [LetterState.WAITING]


@pytest.mark.slow
async def test_a_press_in_a_silence(office: Office, head: Person) -> None:
    await head.send("/start")
    await office.settle()
    message = int((await head.last_message())["message_id"])
    press = await head.callback("data", message_id=message)
    with_a_word = await head.callback("data", message_id=message)
    await office.telegram.clear_calls()
    began = asyncio.get_running_loop().time()
    office.pacer.pause(1.0)
    # The end of a button's waiting is dropped, a word is said when it may be, and so is what has changed.
    await asyncio.gather(
        office.speaker.say(head.id, [Toast(press), Edit(head.id, message, Screen("ответ"))]),
        office.speaker.say(head.id, [Toast(with_a_word, "Уже отправлено"), Send(head.id, Screen("и ещё"))]),
    )
    calls = await office.telegram.calls()
    assert min(call["arrived"] for call in calls) >= began + 1.0
    assert [call["method"] for call in calls].count("answerCallbackQuery") == 1
    assert await head.alerts() == ["Уже отправлено"]
    assert texts(await head.messages()) == ["ответ", "и ещё"]


async def test_a_word_to_a_press_does_not_wait_for_hours(office: Office, head: Person) -> None:
    await head.send("/start")
    await office.settle()
    press = await head.callback("data", message_id=int((await head.last_message())["message_id"]))
    await office.telegram.clear_calls()
    await office.speaker.hold(3600)
    async with asyncio.timeout(30):
        await office.speaker.say(head.id, [Toast(press, "Уже отправлено")])
    assert await office.telegram.calls() == []


@pytest.mark.slow
async def test_a_silence_of_polls_is_theirs_alone(office: Office, head: Person) -> None:
    await office.telegram.order_fault("429", method="getUpdates", retry_after=1, count=1)
    polling = asyncio.create_task(office.receiver.run())
    await asyncio.sleep(0.2)
    await office.speaker.say(head.id, [Send(head.id, Screen("ответ"))])
    await head.send("вопрос")
    await head.wait_for("эхо: вопрос")
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    await office.dispatcher.idle()
    refused, again, *_ = await office.telegram.calls("getUpdates")
    assert again["arrived"] >= refused["at"] + 1
    said = (await office.telegram.calls("sendMessage"))[0]
    assert said["at"] < again["arrived"]


async def test_after_hours_of_silence_it_may_be_night(office: Office, head: Person) -> None:
    morning = office.now() + timedelta(hours=12)
    evening = office.now() + timedelta(hours=1)
    office.held_until = lambda _letter, now: morning if evening <= now < morning else None
    await office.write("запрос", head.id)
    office.pacer.pause(0.3)
    # Claimed at an hour of work, it waits for its turn.
    delivering = asyncio.create_task(office.courier.deliver())
    await asyncio.sleep(0.1)
    assert not delivering.done()
    office.ahead = timedelta(hours=3)
    await delivering
    assert await head.messages() == []
    (letter,) = await office.outbox()
    assert (letter.state, letter.send_after) == (LetterState.WAITING, morning)


async def test_what_comes_in_a_silence_goes_by_its_urgency_when_it_is_over(
    office: Office, head: Person, other: Person
) -> None:
    office.pacer.pause(0.5)
    running = asyncio.create_task(courier(office).run())
    await office.write("раньше", head.id)
    await asyncio.sleep(0.1)
    # Nothing is taken in hand meanwhile.
    assert [letter.attempts for letter in await office.outbox()] == [0]
    await head.wait_for("раньше")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_who_rings_in_a_silence_wakes_the_post_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    paused_for = office.pacer.paused_for

    def looked() -> float:
        nonlocal looks
        looks += 1
        return paused_for()

    monkeypatch.setattr(office.pacer, "paused_for", looked)
    office.pacer.pause(3600)
    running = asyncio.create_task(office.courier.run())
    for _ in range(3):
        await _turns(100)
        office.courier.ring()
    await _turns(100)
    office.courier.stop()
    await running
    # At the start, at each ring and at the end, and each time it also looks for how long it may sleep.
    assert looks <= 2 * (1 + 3 + 1)


async def _turns(count: int) -> None:
    """The event loop turns so many times."""
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.slow
@pytest.mark.parametrize("action", ["502", "drop_before"])
async def test_a_crowd_does_not_knock_at_a_door_that_is_shut(
    office: Office, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A fifth of the real pauses.
    monkeypatch.setattr(speaker, "FIRST_PAUSE", 0.1)
    await crowd(office)
    await office.telegram.order_fault(action, method="sendMessage")
    await office.write("объявление", *CROWD)
    lane = courier(office)
    running = asyncio.create_task(lane.run())
    await asyncio.sleep(1.0)
    knocked = [call["arrived"] for call in await office.telegram.calls("sendMessage")]
    # A batch, and those that took the place of the first that failed; then one at a time: after a tenth to two tenths
    # of a second, two to four, four to eight.
    gaps = [after - before for before, after in itertools.pairwise(knocked)]
    alone = [*itertools.takewhile(lambda gap: gap >= 0.2, reversed(gaps))]
    assert alone, gaps
    assert POST.batch <= len(knocked) - len(alone) <= POST.batch + SEVERAL, gaps
    assert len(set(alone)) == len(alone)

    await office.telegram.cancel_faults()
    await until(office, lambda states: set(states) == {LetterState.SENT})
    lane.stop()
    await running
    assert sorted(call["chat_id"] for call in await office.telegram.calls("sendMessage") if call["code"] == 200) == [
        *CROWD
    ]


@pytest.mark.slow
async def test_one_letter_that_telegram_stumbles_over_holds_up_nobody(office: Office, head: Person) -> None:
    await crowd(office)
    await office.telegram.order_fault("500", method="sendMessage", chat_id=head.id)
    lane = courier(office)
    running = asyncio.create_task(lane.run())
    await office.write("письмо", head.id)
    async with asyncio.timeout(30):
        while len(await office.telegram.calls("sendMessage")) < 2:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)
    began = asyncio.get_running_loop().time()
    await office.write("письмо", *CROWD)
    lane.ring()
    await until(office, lambda states: states.count(LetterState.SENT) == len(CROWD))
    assert asyncio.get_running_loop().time() - began < 10
    lane.stop()
    await running


async def test_the_breaker_opens_after_several_letters_in_vain_and_none_that_went() -> None:
    breaker = Breaker(lambda tries: 10.0 * tries, several=3)
    for _ in range(9):
        breaker.failed(1)
        breaker.tried()
    assert (breaker.is_open, breaker.rest()) == (False, 0.0)
    for letter in (2, 3):
        breaker.failed(letter)
    breaker.tried()
    assert breaker.is_open
    assert 9 < breaker.rest() <= 10
    breaker.tried()
    assert 19 < breaker.rest() <= 20
    breaker.answered()
    assert (breaker.is_open, breaker.rest()) == (False, 0.0)
