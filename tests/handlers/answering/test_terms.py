"""Until when an answer is in time, that it came late, and why an accepted one stays as it is."""

import pytest

from bot.domain.ledger.obligation import Obligation
from bot.storage.ledger import decisions, obligations
from tests.handlers.answering.ledger import answer, fill, newest
from tests.texts.example import Club
from tests.texts.heads import Form, Placing, Reminder, Request, Returned
from tests.world import Head, World

LATE = "Позже срока: он был до 18:00 15 октября."


async def obligation(world: World, obligation_id: int = 1) -> Obligation:
    """The big form, as the ledger has it."""
    async with world.storage.read() as tx:
        found = await obligations.get(tx, obligation_id)
    assert found is not None
    return found


async def accept(world: World, by: Head) -> None:
    """The department accepts the answer to the big form."""
    answered = await obligation(world)
    async with world.storage.write() as tx:
        assert await decisions.accept(tx, answered, answered.version, by.id, world.now)


async def test_the_hour_is_named_from_the_first_day(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    assert f"{Request.DUE}: 15 октября, четверг, до 18:00 (осталось 10 дней)" in await head.sees()
    await head.send("/tasks")
    assert "🗓 до 15 октября, четверг, 18:00 (осталось 10 дней)" in await head.sees()
    await world.at("2026-10-15 10:00")
    await head.send("/tasks")
    # On the day itself once.
    assert "🗓 до 15 октября, четверг (сегодня до 18:00)" in await head.sees()
    await world.at("2026-10-15 18:01")
    await head.send("/tasks")
    assert "❗️ до 15 октября, четверг (срок истёк сегодня)" in await head.sees()


@pytest.mark.slow
@pytest.mark.parametrize(("at", "late"), [("2026-10-15 18:00", False), ("2026-10-15 18:01", True)])
async def test_a_receipt_says_that_it_is_late(world: World, head: Head, at: str, late: bool) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await world.at(at)
    await head.press_at(await head.card(Form.CHECK), Form.SEND)
    receipt = await head.phone.find(Form.ACCEPTED)
    assert (LATE in receipt["text"]) is late


@pytest.mark.slow
async def test_a_correction_after_the_due_date_of_what_came_in_time_is_not_late(world: World, head: Head) -> None:
    await answer(world, head)
    await world.at("2026-10-16 10:00")
    await head.press_at(await head.card(Form.ACCEPTED), Form.CHANGE)
    await head.press("Занимается: 120 чел.")
    await head.send("130")
    await head.press(Form.SEND)
    reply = await newest(world)
    assert reply is not None
    assert reply.version == 2
    assert LATE not in (await head.phone.find(Form.ACCEPTED))["text"]


@pytest.mark.slow
async def test_an_accepted_answer_says_why_it_cannot_be_changed(world: World, head: Head) -> None:
    await answer(world, head)
    form = await head.card(Form.ACCEPTED)
    await accept(world, head)
    why = "Управление образования уже приняло этот ответ как исполненный, изменить его нельзя."
    # The button is of the form as it was before.
    await head.press_at(form, Form.CHANGE)
    assert await head.toast() == why
    assert Form.CHANGE not in await head.buttons()
    await head.send("Уточнение к ответу", reply_to=form)
    assert why in await head.sees()


@pytest.mark.slow
async def test_a_correction_that_was_begun_before_says_that_it_was_not_sent(world: World, head: Head) -> None:
    await answer(world, head)
    form = await head.card(Form.ACCEPTED)
    await head.press_at(form, Form.CHANGE)
    await head.press("Занимается: 120 чел.")
    typed = await head.send("130")
    check = await head.card(Form.CHECK)
    await accept(world, head)
    await head.press_at(check, Form.SEND)
    assert "изменить его нельзя" in await head.toast()
    reply = await newest(world)
    assert reply is not None
    assert reply.values["members"] == 120
    # Whoever corrects the message that gave the number hears the same.
    await head.edit(typed, "140")
    assert "изменить его нельзя" in await head.sees()


async def test_what_is_off_control_says_so_to_whoever_corrects_a_message(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.WORKS, "Лыжи", Form.DONE, Form.YES)
    typed = await head.send("120")
    async with world.storage.write() as tx:
        assert await decisions.excuse(tx, await obligation(world), 0, None, head.id, world.now)
    await head.edit(typed, "130")
    assert "сняло этот запрос с контроля" in await head.sees()


async def test_what_is_off_control_is_named_to_whoever_goes_on_with_it(world: World, head: Head) -> None:
    await world.at("2026-10-06 09:00")
    await head.press(f"1. {Club.TITLE}", Club.WORKS, "Лыжи", Form.DONE, Form.YES)
    async with world.storage.write() as tx:
        assert await decisions.excuse(tx, await obligation(world), 0, None, head.id, world.now)
    await head.send("120")
    said = await head.sees()
    assert said.startswith(f"Вы отвечали на запрос «{Club.TITLE}». ")
    assert "сняло этот запрос с контроля" in said
    assert Placing.TO_DEPARTMENT in await head.buttons(), "the request that is offered is another one"


@pytest.mark.slow
async def test_what_was_returned_is_filled_in_when_it_says_something_else(world: World, head: Head) -> None:
    """Whoever has but opened it is not offered to send the same again, with one press and unseen."""
    await answer(world, head)
    async with world.storage.write() as tx:
        answered = await obligation(world)
        assert await decisions.give_back(
            tx, answered, 1, "Проверьте девочек", None, world.catalog.calendar, head.id, world.now
        )
    await world.at("2026-10-05 10:00")
    await head.press(Returned.CORRECT)
    await world.at("2026-10-12 09:00")
    assert Reminder.HEADING in await head.sees()
    assert Reminder.FILLED_IN not in await head.sees()
    assert Form.SEND not in await head.buttons()
    await head.press(f"1. {Club.TITLE}", Form.CHANGE, "из них девочек")
    await head.send("61")
    await world.at("2026-10-14 09:00")
    assert Reminder.FILLED_IN in await head.sees()
    await head.press(Form.SEND)
    reply = await newest(world)
    assert reply is not None
    assert (reply.version, reply.values["girls"]) == (2, 61)
