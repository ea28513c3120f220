"""A head is asking for more time, and the department moves the due date meanwhile."""

import pytest

from bot.domain.ledger.obligation import Extension
from bot.domain.people.member import Limits
from bot.storage.ledger import extensions
from tests.handlers.department.staff import chief, small_world
from tests.people import DEPUTY, HEAD
from tests.texts.department import Control, Extensions
from tests.texts.heads import Extending, Form, Registration, Request
from tests.world import Head, World, local

KINDERGARTEN = "Детский сад «Ёлочка»"
REASON = "Ждём подписи учредителя"
ANOTHER = "Печать у бухгалтера"

world, admin = small_world(), chief


@pytest.fixture
async def head(world: World, admin: Head) -> Head:
    """The head of the kindergarten, whose request is due on Thursday, 15 October."""
    head = await world.person("Цыренова Баирма", HEAD)
    await head.join("Дошкольное", KINDERGARTEN)
    await world.at("2026-10-06 09:00")
    return head


async def moves(admin: Head) -> None:
    """The department moves the date for all to 29 October."""
    await admin.send("/status")
    await admin.press("2. Положение утверждено", Control.EXTEND_ALL, "14 дней", Control.EXTEND)


async def asked(world: World) -> list[Extension]:
    """What the department has to decide."""
    async with world.storage.read() as tx:
        return [each.extension for each in await extensions.waiting(tx, Limits(), world.now)]


async def asking(head: Head) -> str:
    """What the screen says on which the head asks."""
    return str((await head.phone.find(f"{Request.DUE}: "))["text"])


@pytest.mark.slow
async def test_the_days_that_are_offered_follow(world: World, admin: Head, head: Head) -> None:
    await head.press(Form.MORE, Extending.ASK)
    await moves(admin)
    assert f"{Request.DUE}: 29 октября, четверг" in await asking(head)
    assert Extending.UNTIL_WHEN in await asking(head)
    await head.press_at(await head.card(Extending.UNTIL_WHEN), f"{Extending.WEEK}: до 5 ноября")
    await head.send(REASON)
    await head.press(Extending.SEND)
    assert [(each.until, each.reason) for each in await asked(world)] == [(local("2026-11-05 18:00"), REASON)]


@pytest.mark.slow
@pytest.mark.parametrize("is_drawn", [True, False], ids=["on the screen", "before the screen is drawn"])
async def test_a_reason_that_is_being_written_is_kept(world: World, admin: Head, head: Head, is_drawn: bool) -> None:
    await head.press(Form.MORE, Extending.ASK, Extending.WEEK)
    await moves(admin)
    assert f"{Request.DUE}: 29 октября, четверг" in await asking(head)
    assert f"{Extending.HAS_MOVED}: просить продлить его до 22 октября больше не нужно" in await asking(head)
    if is_drawn:
        await head.send("5.11.2026")
        assert Extending.WHY in await head.sees()
        await head.send(REASON)
    else:
        await head.send(REASON)
        assert f"{Extensions.REASON}: {REASON}" in await head.sees()
        await head.press(f"{Extending.WEEK}: до 5 ноября")
    assert Extending.CHECK in await head.sees()
    await head.press(Extending.SEND)
    assert [(each.until, each.reason) for each in await asked(world)] == [(local("2026-11-05 18:00"), REASON)]


@pytest.mark.slow
async def test_a_reason_that_is_written_is_kept(world: World, admin: Head, head: Head) -> None:
    await head.press(Form.MORE, Extending.ASK, Extending.WEEK)
    typed = await head.send(REASON)
    await moves(admin)
    assert Extending.HAS_MOVED in await asking(head)
    assert f"{Extensions.REASON}: {REASON}" in await asking(head)
    assert await asked(world) == []
    # What is no day is none, and takes nothing away; the message of the reason can still be corrected.
    await head.send("подольше")
    assert f"{Extensions.REASON}: {REASON}" in await head.sees()
    await head.edit(typed, ANOTHER)
    assert f"{Extensions.REASON}: {ANOTHER}" in await asking(head)
    await head.send("до 6 ноября")
    await head.press(Extending.SEND)
    assert [(each.until, each.reason) for each in await asked(world)] == [(local("2026-11-06 18:00"), ANOTHER)]


@pytest.mark.slow
async def test_a_day_that_is_still_later_stays(world: World, admin: Head, head: Head) -> None:
    await head.press(Form.MORE, Extending.ASK)
    await head.send("10.11.2026")
    await head.send(REASON)
    await moves(admin)
    assert f"{Request.DUE}: 29 октября, четверг" in await asking(head)
    assert Extending.CHECK in await asking(head)
    await head.press_at(await head.card(Extending.CHECK), Extending.SEND)
    assert [each.until for each in await asked(world)] == [local("2026-11-10 18:00")]


async def test_another_day_needs_no_other_reason(world: World, head: Head) -> None:
    await head.press(Form.MORE, Extending.ASK, Extending.WEEK)
    await head.send(REASON)
    await head.press(Extending.OTHER_DAY)
    assert f"{Extensions.REASON}: {REASON}" in await head.sees()
    await head.press(Extending.THREE_DAYS, Extending.SEND)
    assert [(each.until, each.reason) for each in await asked(world)] == [(local("2026-10-20 18:00"), REASON)]


@pytest.mark.slow
async def test_the_day_itself_passes(world: World, head: Head) -> None:
    await head.press(Form.MORE, Extending.ASK)
    await head.send("16.10.2026")
    await head.send(REASON)
    await world.at("2026-10-19 10:00")
    await head.press_at(await head.card(Extending.CHECK), Extending.SEND)
    assert await head.toast() == Extending.CHOOSE_AGAIN
    shown = await head.card(Extending.DAY_PASSED)
    await head.press_at(shown, f"{Extending.THREE_DAYS}: до 22 октября")
    await head.press_at(shown, Extending.SEND)
    assert [each.reason for each in await asked(world)] == [REASON]


@pytest.mark.slow
async def test_a_colleague_answers_while_the_reason_is_written(world: World, head: Head) -> None:
    deputy = await world.person("Петров Олег", DEPUTY)
    await deputy.join("Дошкольное", KINDERGARTEN, Registration.DEPUTY)
    await head.press(Form.MORE, Extending.ASK, Extending.WEEK)
    await deputy.send("/tasks")
    await deputy.press("Положение утверждено", Form.YES)
    await head.send(REASON)
    assert Extending.IMPOSSIBLE in await head.sees()
    assert Form.ACCEPTED in await head.sees()
    assert await asked(world) == []
