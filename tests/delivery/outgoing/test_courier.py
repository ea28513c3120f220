"""Letters: sent once each while nothing dies, retried while patience helps, given up when it does not."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.outgoing import courier as module
from bot.domain.letter import Letter, LetterKind, LetterState
from bot.domain.screen import Rendered, Screen
from bot.storage.engine.database import DatabaseUnavailable
from bot.storage.post import claims, meta
from simulator import Person, Simulator
from tests.delivery.office import Office, opened, texts

LATER = timedelta(minutes=1)


@pytest.mark.slow
async def test_too_many_requests_silences_everybody(office: Office, head: Person, other: Person) -> None:
    await office.telegram.order_fault("429", method="sendMessage", chat_id=head.id, count=1, retry_after=1)
    await office.write("одному", head.id)
    await office.courier.deliver()
    # Nothing was tried, so nothing has failed.
    (letter,) = await office.outbox()
    assert (letter.state, letter.attempts, letter.error) == (LetterState.WAITING, 0, None)

    await office.write("другому", other.id)
    await office.courier.deliver()
    refused, *sent = await office.telegram.calls("sendMessage")
    assert refused["code"] == 429
    assert [call["code"] for call in sent] == [200, 200]
    assert min(call["at"] for call in sent) >= refused["at"] + 0.99
    assert [letter.attempts for letter in await office.outbox()] == [1, 1]
    assert await office.states() == [LetterState.SENT, LetterState.SENT]
    assert len(await head.messages()) == len(await other.messages()) == 1


async def test_a_refusal_in_signs_that_the_database_does_not_take_is_that_letter_s_alone(
    telegram: Simulator, tmp_path: Path, migrated_url: str
) -> None:
    """What stands between may say anything; the post ended by it, and again at each start."""
    office = Office(telegram, tmp_path, url=migrated_url)
    head, other = await office.person(101), await office.person(102)
    words = "нет \x00такого " + "и ещё " * 100
    await telegram.order_fault("400", method="sendMessage", chat_id=head.id, description=words)
    await office.write("письмо", head.id, other.id)
    await office.courier.deliver()
    assert texts(await other.messages()) == ["письмо"]
    refused, sent = await office.outbox()
    assert (refused.state, sent.state) == (LetterState.FAILED, LetterState.SENT)
    assert "Bad Request: нет такого и ещё" in refused.error
    assert len(refused.error) <= 500
    await office.close()


@pytest.mark.slow
async def test_the_silence_outlives_a_restart(telegram: Simulator, tmp_path: Path) -> None:
    async with opened(telegram, tmp_path) as office:
        head = await office.person(101)
        await telegram.order_fault("429", method="sendMessage", count=1, retry_after=1)
        await office.write("привет", head.id)
        await office.courier.deliver()
    async with opened(telegram, tmp_path) as office:
        await office.courier.resume()
        await office.courier.deliver()
        refused, sent = await telegram.calls("sendMessage")
        assert sent["at"] >= refused["at"] + 0.99
        assert await office.states() == [LetterState.SENT]


async def test_hours_of_silence_are_kept(telegram: Simulator, tmp_path: Path) -> None:
    async with opened(telegram, tmp_path) as office:
        await office.speaker.hold(10_072)
        # A shorter one that comes later does not end the longer one.
        await office.speaker.hold(5)
        until = office.now() + timedelta(seconds=10_072)
        async with office.storage.read() as tx:
            held = await meta.get_moment(tx, meta.POST_PAUSED_UNTIL)
        assert held is not None
        assert abs(held - until) < LATER
    async with opened(telegram, tmp_path) as office:
        head = await office.person(101)
        await office.write("привет", head.id)
        await office.courier.resume()
        sending = asyncio.create_task(office.courier.deliver())
        await asyncio.wait({sending}, timeout=0.1)
        assert not sending.done()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        assert await head.messages() == []
    async with opened(telegram, tmp_path) as office:
        # Three hours on it is over; a letter that was held back has lost nothing.
        office.ahead = timedelta(hours=3)
        await office.courier.resume()
        await office.courier.deliver()
        assert texts(await head.messages()) == ["привет"]


@pytest.mark.parametrize("action", ["500", "502", "503", "504", "drop_before", "html", "slow"])
async def test_a_bad_moment_of_telegrams_is_waited_out(office: Office, head: Person, action: str) -> None:
    if action == "slow":
        office.bot.session.timeout = 0.1
        fault = await office.telegram.order_fault("slow", method="sendMessage", seconds=5)
    else:
        fault = await office.telegram.order_fault(
            "502" if action == "html" else action, method="sendMessage", html_body=action == "html"
        )
    await office.write("привет", head.id)
    for attempts in (1, 2, 3):
        before = office.now()
        assert await office.courier.deliver() == 1
        (letter,) = await office.outbox()
        assert (letter.state, letter.attempts) == (LetterState.WAITING, attempts)
        assert letter.error
        # Doubled each time, and not the same for all that wait.
        pause = (letter.send_after - before).total_seconds()
        assert 0.25 * 2**attempts <= pause <= 0.5 * 2**attempts + 10
        # Not before its time.
        office.ahead -= LATER
        assert await office.courier.deliver() == 0
        office.ahead += 2 * LATER
    await office.telegram.cancel_faults(fault)
    office.bot.session.timeout = 60
    await office.courier.deliver()
    assert await office.states() == [LetterState.SENT]
    assert texts(await head.messages()) == ["привет"]


async def test_an_answer_that_was_lost_is_at_least_once(office: Office, head: Person) -> None:
    await office.telegram.order_fault("drop_after", method="sendMessage", count=1)
    await office.write("привет", head.id)
    await office.courier.deliver()
    office.ahead += LATER
    await office.courier.deliver()
    assert await office.states() == [LetterState.SENT]
    assert texts(await head.messages()) == ["привет", "привет"]


@pytest.mark.parametrize("how", ["blocked", "deactivated", "unknown", "never started"])
async def test_who_cannot_be_written_to_is_reported(office: Office, other: Person, how: str) -> None:
    if how == "never started":
        await office.telegram.person("Молчун", id=103)
        await office.know(103)
    elif how == "unknown":
        await office.know(103)
    else:
        lost = await office.person(103)
        await (lost.block() if how == "blocked" else lost.deactivate())
    await office.write("привет", 103, other.id)
    await office.courier.deliver()
    assert office.unreachable == [103]
    assert await office.states() == [LetterState.FAILED, LetterState.SENT]
    assert await office.courier.deliver() == 0


async def test_what_telegram_refuses_is_given_up_and_logged(
    office: Office, head: Person, other: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await office.write("<b>не закрыто", head.id)
    await office.write("хорошо", other.id)
    await office.courier.deliver()
    assert await office.states() == [LetterState.FAILED, LetterState.SENT]
    assert office.unreachable == []
    (record,) = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert "refused letter" in record.getMessage()
    assert "can't parse entities" in record.getMessage()


async def test_what_cannot_be_rendered_stops_nobody(
    office: Office, head: Person, other: Person, caplog: pytest.LogCaptureFixture
) -> None:
    def render(letter: Letter) -> Rendered | None:
        if letter.person_id == head.id:
            raise LookupError("no such round")
        return None if letter.data["text"] == "поздно" else Rendered(Screen("хорошо"))

    office.render = render
    await office.write("плохо", head.id)
    await office.write("поздно", other.id)
    await office.write("вовремя", other.id)
    await office.courier.deliver()
    assert await office.states() == [LetterState.FAILED, LetterState.DROPPED, LetterState.SENT]
    assert texts(await other.messages()) == ["хорошо"]
    assert "could not be rendered" in caplog.text


async def test_the_most_urgent_go_first(office: Office) -> None:
    crowd = range(201, 231)
    for person_id in crowd:
        await office.person(person_id)
    await office.write("напоминание", *crowd, kind=LetterKind.REMINDER)
    await office.write("запрос", *crowd[:20], kind=LetterKind.REQUESTS)
    await office.write("место ваше", *crowd[:3], kind=LetterKind.SEATED)

    async def left() -> dict[str, int]:
        waiting = [letter.kind for letter in await office.outbox() if letter.state == LetterState.WAITING]
        return {kind: waiting.count(kind) for kind in sorted(set(waiting))}

    assert await _one_batch(office) == 25
    assert await left() == {"reminder": 28}
    # What is more urgent overtakes those that wait already.
    await office.write("запрос", *crowd[20:], kind=LetterKind.REQUESTS)
    assert await _one_batch(office) == 25
    assert await left() == {"reminder": 13}


async def _one_batch(office: Office) -> int:
    """A courier that is stopped in the midst of its first batch; how many letters it took."""
    courier = office.a_courier()

    def render(letter: Letter) -> Rendered:
        courier.stop()
        return Rendered(Screen(letter.data["text"]))

    office.render = render
    return await courier.deliver()


async def test_a_letter_that_may_not_go_now_waits_for_its_hour(office: Office, head: Person) -> None:
    morning = office.now() + timedelta(hours=9)
    office.held_until = lambda _letter, now: morning if now < morning else None
    await office.write("привет", head.id)
    await office.courier.deliver()
    (letter,) = await office.outbox()
    assert (letter.state, letter.send_after) == (LetterState.WAITING, morning)
    assert await office.courier.deliver() == 0
    office.ahead = timedelta(hours=10)
    await office.courier.deliver()
    assert texts(await head.messages()) == ["привет"]


async def test_letters_of_a_courier_that_died(telegram: Simulator, tmp_path: Path) -> None:
    async with opened(telegram, tmp_path) as office:
        head = await office.person(101)
        await office.write("привет", head.id)
        await office.storage.apply(lambda tx: claims.claim(tx, office.now(), 25))
        # Somebody may still be sending it.
        assert await office.courier.deliver() == 0
    async with opened(telegram, tmp_path) as office:
        await office.courier.resume()
        assert await office.courier.deliver() == 1
        assert texts(await head.messages()) == ["привет"]


@pytest.mark.usefixtures("quick")
async def test_a_database_that_fails_after_the_sending(telegram: Simulator, tmp_path: Path) -> None:
    async with opened(telegram, tmp_path) as office:
        head = await office.person(101)
        await office.write("привет", head.id)
        with office.locked() as lock:

            def render(letter: Letter) -> Rendered:
                lock.shut()
                return Rendered(Screen(letter.data["text"]))

            office.render = render
            with pytest.raises(DatabaseUnavailable):
                await office.courier.deliver()
            assert len(await head.messages()) == 1
            # Telegram has it, the database does not know: until it does nothing else goes out.
            with pytest.raises(DatabaseUnavailable):
                await office.courier.deliver()
            lock.open()
        office.ahead += timedelta(minutes=10)
        assert await office.courier.deliver() == 0
        assert await office.states() == [LetterState.SENT]
        assert len(await head.messages()) == 1


@pytest.mark.usefixtures("quick")
async def test_the_post_goes_on_when_the_database_is_back(telegram: Simulator, tmp_path: Path) -> None:
    async with opened(telegram, tmp_path) as office:
        courier = office.a_courier(replace(module.POST, idle=0.01))
        head = await office.person(101)
        await office.write("привет", head.id)
        with office.locked() as lock:
            lock.shut()
            failed = asyncio.Event()
            handler = _Ringing(failed)
            logging.getLogger(module.__name__).addHandler(handler)
            running = asyncio.create_task(courier.run())
            try:
                await asyncio.wait_for(failed.wait(), 30)
                lock.open()
                await head.wait_for("привет")
            finally:
                logging.getLogger(module.__name__).removeHandler(handler)
                courier.stop()
                await running
        assert await office.states() == [LetterState.SENT]


@pytest.mark.slow
async def test_what_the_database_kept_from_being_sent_goes_when_it_is_back(office: Office, head: Person) -> None:
    courier = office.a_courier(replace(module.POST, idle=0.01))
    tried = 0

    def render(letter: Letter) -> Rendered:
        nonlocal tried
        tried += 1
        if tried == 1:
            raise DatabaseUnavailable("gone for a moment")
        return Rendered(Screen("привет"))

    office.render = render
    await office.write("привет", head.id)
    running = asyncio.create_task(courier.run())
    try:
        await head.wait_for("привет")
    finally:
        courier.stop()
        await running
    assert [letter.attempts for letter in await office.outbox()] == [1]


@pytest.mark.parametrize("lost", ["claim", "refusal"])
async def test_a_letter_whose_claim_or_refusal_was_not_confirmed_goes_all_the_same(
    office: Office, head: Person, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    """Its claim was committed and nobody heard of that; or Telegram refused it for now and that could not be noted."""
    await office.write("привет", head.id)
    if lost == "refusal":
        await office.telegram.order_fault("502", method="sendMessage", count=1)
    apply, calls = office.storage.apply, 0

    async def fails_once(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if (calls, lost) == (2, "refusal"):
            raise DatabaseUnavailable("gone before the commit")
        found = await apply(*args, **options)
        if (calls, lost) == (1, "claim"):
            raise DatabaseUnavailable("gone in the commit")
        return found

    monkeypatch.setattr(office.storage, "apply", fails_once)
    with pytest.raises(DatabaseUnavailable):
        await office.courier.deliver()
    assert await head.messages() == []
    assert await office.courier.deliver() == 1
    assert texts(await head.messages()) == ["привет"]
    assert [(letter.state, letter.attempts) for letter in await office.outbox()] == [(LetterState.SENT, 1)]


async def test_a_ring_is_heard_and_a_stop_lets_the_batch_end(office: Office, head: Person) -> None:
    # Without the bell nothing would be looked at for an hour.
    courier = office.a_courier(replace(module.POST, idle=3600))
    running = asyncio.create_task(courier.run())
    await asyncio.sleep(0)
    await office.write("привет", head.id)
    courier.ring()
    await head.wait_for("привет")
    await office.telegram.order_fault("slow", method="sendMessage", seconds=0.3)
    mark = await office.telegram.last_event()
    began = asyncio.Event()

    def render(letter: Letter) -> Rendered:
        began.set()
        return Rendered(Screen(letter.data["text"]))

    office.render = render
    await office.write("и ещё", head.id)
    courier.ring()
    await asyncio.wait_for(began.wait(), 30)
    courier.stop()
    await asyncio.wait_for(running, 30)
    assert await office.telegram.last_event() > mark
    assert await office.states() == [LetterState.SENT, LetterState.SENT]


class _Ringing(logging.Handler):
    def __init__(self, bell: asyncio.Event) -> None:
        super().__init__()
        self._bell = bell

    def emit(self, record: logging.LogRecord) -> None:
        self._bell.set()
