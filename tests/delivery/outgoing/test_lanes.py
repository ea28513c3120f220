"""Reports go by a lane of their own: making one holds up nobody else."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from bot.delivery.outgoing.courier import REPORTS, Courier
from bot.domain.letter import Letter, LetterKind, LetterState
from bot.domain.screen import Rendered, Screen
from bot.storage.post import letters
from simulator import Person
from tests.delivery.office import Office, texts


class Maker:
    """Makes a report for as long as it is let."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.made: list[int] = []

    async def __call__(self, letter: Letter, _now: datetime) -> Rendered | None:
        self.begun.set()
        await self.may_end.wait()
        self.made.append(letter.id)
        return Rendered(Screen("отчёт"))


def reporter(office: Office, maker: Maker) -> Courier:
    return office.a_courier(replace(REPORTS, idle=0.01), maker)


async def order(office: Office, person_id: int) -> None:
    await office.storage.apply(lambda tx: letters.write(tx, LetterKind.REPORT, [person_id], office.now()))


async def test_other_letters_to_the_same_person_pass_a_report_that_is_being_made(office: Office, head: Person) -> None:
    maker = Maker()
    lane = reporter(office, maker)
    await order(office, head.id)
    making = asyncio.create_task(lane.deliver())
    await asyncio.wait_for(maker.begun.wait(), 30)
    await office.write("напоминание", head.id)
    assert await office.courier.deliver() == 1
    assert texts(await head.messages()) == ["напоминание"]
    maker.may_end.set()
    assert await making == 1
    assert texts(await head.messages()) == ["напоминание", "отчёт"]


async def test_each_lane_takes_its_own_letters_alone(office: Office, head: Person) -> None:
    maker = Maker()
    maker.may_end.set()
    lane = reporter(office, maker)
    await order(office, head.id)
    assert await office.courier.deliver() == 0
    await office.write("напоминание", head.id)
    assert await lane.deliver() == 1
    assert await lane.deliver() == 0
    assert texts(await head.messages()) == ["отчёт"]


async def test_a_report_that_is_cut_off_is_made_at_the_next_start(office: Office, head: Person) -> None:
    maker = Maker()
    await order(office, head.id)
    killed = asyncio.create_task(reporter(office, maker).deliver())
    await asyncio.wait_for(maker.begun.wait(), 30)
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)

    maker.may_end.set()
    again = reporter(office, maker)
    assert await again.deliver() == 0, "its claim is still held"
    await again.resume()
    assert await again.deliver() == 1
    assert texts(await head.messages()) == ["отчёт"]
    assert len(maker.made) == 1


@pytest.mark.usefixtures("quick")
async def test_that_telegram_is_away_is_not_the_report_s_fault(office: Office, head: Person) -> None:
    maker = Maker()
    maker.may_end.set()
    lane = reporter(office, maker)
    await order(office, head.id)
    await office.telegram.order_fault("502", method="sendMessage", count=6)
    running = asyncio.create_task(lane.run())
    await head.wait_for("отчёт")
    lane.stop()
    await running
    (letter,) = await office.outbox()
    # Attempts are what has ended the bot: a report that does so again and again is given up.
    assert (letter.state, letter.attempts) == (LetterState.SENT, 1)
    assert len(maker.made) == 7
