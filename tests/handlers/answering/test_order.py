"""Messages and presses come in another order than they were made in: what was typed goes where it was asked for."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.domain.ledger.obligation import Remark
from bot.storage.ledger import drafts, replies
from bot.storage.people import people
from bot.storage.post import dialogues
from tests.handlers.answering.ledger import fill, mine, newest
from tests.handlers.answering.overtaking import brought, deliver, withheld
from tests.texts.department import Panel
from tests.texts.example import Club
from tests.texts.heads import Extending, Form, Placing, Writing
from tests.world import Head, World

Deliver = Callable[..., Awaitable[None]]
EITHER_WAY = pytest.mark.parametrize("order", [(1, 2), (2, 1)], ids=["as done", "the press first"])


async def draft(world: World, head: Head) -> tuple[dict[str, object], str | None]:
    """What the head's draft of the big request holds, and the field that it asks for."""
    ids = await mine(world, head)
    async with world.storage.read() as tx:
        kept = await drafts.get(tx, head.id, ids["everything"])
    assert kept is not None
    return dict(kept.values), kept.field


async def remarks_of(world: World, obligation_id: int | None = None) -> list[Remark]:
    """The comments and enclosures of that request, the first one if none is named."""
    async with world.storage.read() as tx:
        return await replies.remarks_to(tx, obligation_id or 1)


async def to_note(head: Head) -> None:
    """To the field that may be skipped."""
    await head.press(Club.BEING_MADE, Form.NO)
    for typed in ("120", "60", "12,5"):
        await head.send(typed)
    await head.press(Form.YESTERDAY)


@pytest.mark.slow_on_postgresql
@pytest.mark.both_databases
@EITHER_WAY
async def test_what_was_typed_before_skipping_stays_in_its_field(
    world: World, head: Head, order: tuple[int, int]
) -> None:
    await world.at("2026-10-05 09:00")
    await to_note(head)
    await head.phone.send("скоро откроем")
    await head.phone.press(Form.SKIP)
    await deliver(world, *order)
    values, field = await draft(world, head)
    assert (values["note"], field) == ("скоро откроем", "page")
    assert "Примечание: скоро откроем" in await form(head)


async def form(head: Head) -> str:
    """The text of the form, wherever it stands."""
    return str((await head.phone.find(f"{Club.TITLE} · Осень"))["text"])


async def test_a_late_skip_takes_nothing_away(world: World, head: Head) -> None:
    """Skipped, and then typed after all, while the card did not change."""
    await world.at("2026-10-05 09:00")
    await to_note(head)
    await head.phone.press(Form.SKIP)
    await head.phone.send("скоро откроем")
    await deliver(world, 2, 1)
    assert await draft(world, head) == ((await draft(world, head))[0] | {"note": "скоро откроем"}, "page")


async def test_whoever_goes_back_to_a_value_may_skip_it(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await to_note(head)
    await head.send("скоро откроем")
    await head.press(Panel.BACK)
    await head.press(Form.SKIP)
    values, field = await draft(world, head)
    assert ("note" in values, field) == (False, "page")


@EITHER_WAY
async def test_a_number_and_going_back(world: World, head: Head, order: tuple[int, int]) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    await head.send("120")
    await head.phone.send("60")
    await head.phone.press(Panel.BACK)
    await deliver(world, *order)
    values, field = await draft(world, head)
    assert (values["members"], values["girls"]) == (120, 60)
    # As it was done the press is one on the card of the field before; overtaking, it leads back.
    assert field in ("members", "girls")


@EITHER_WAY
async def test_a_number_is_no_reason(world: World, head: Head, order: tuple[int, int]) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    await head.phone.send("120")
    ids = await mine(world, head)
    await head.phone.callback(f"fn:{ids['everything']}:0")
    await deliver(world, *order)
    values, _ = await draft(world, head)
    assert values["members"] == 120
    async with world.storage.read() as tx:
        kept = await drafts.get(tx, head.id, ids["everything"])
    assert kept is not None
    assert (kept.step, kept.not_ours) == ("reason", None)


@pytest.mark.slow
async def test_without_changes_leaves_what_was_typed(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.SEND)
    await world.at("2027-03-01 09:00")
    await head.phone.send(Club.BEING_MADE)
    await head.phone.press(Form.UNCHANGED)
    await deliver(world, 1, 2)
    values, _ = await draft(world, head)
    assert (values["club"], values["members"]) == (Club.BEING_MADE, 120)


@pytest.mark.slow
async def test_two_values_for_one_field_are_asked_about(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.SEND)
    await world.at("2027-03-01 09:00")
    await head.phone.send(Club.BEING_MADE)
    await head.phone.press(Form.UNCHANGED)
    await deliver(world, 2, 1)
    assert Placing.LATE_VALUE in await head.sees()
    values, _ = await draft(world, head)
    assert values["club"] == Club.WORKS
    await head.press(Placing.WRITE_DOWN)
    values, _ = await draft(world, head)
    assert (values["club"], values["members"]) == (Club.BEING_MADE, 120)
    assert Form.CHECK in await head.sees()


async def test_a_late_value_that_does_not_fit_says_which_question_it_was_for(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await to_note(head)
    await head.phone.send("я" * 200)
    await head.phone.press(Form.SKIP)
    await deliver(world, 2, 1)
    assert "Примечание" in await head.sees()
    await head.press(Placing.OPEN_FIELD)
    await head.send("коротко")
    values, field = await draft(world, head)
    assert (values["note"], field) == ("коротко", "page")


@pytest.mark.slow
async def test_what_was_typed_before_sending_becomes_a_correction(world: World, head: Head) -> None:
    """The press overtakes even the last one: the answer is sent, and the number offers itself as its correction."""
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.CHANGE, "Примечание")
    await head.phone.send("забыли написать")
    await head.phone.press(Form.TO_CHECK)
    await head.phone.callback("fy:1:0")
    await deliver(world, 2, 3, 1)
    reply = await newest(world)
    assert reply is not None
    assert "note" not in reply.values
    assert Form.CHECK in await head.sees()
    assert "Примечание: забыли написать" in await head.sees()
    await head.press(Form.SEND)
    reply = await newest(world)
    assert reply is not None
    assert (reply.version, reply.values["note"]) == (2, "забыли написать")


async def test_a_letter_to_the_department_is_no_answer(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await to_note(head)
    await head.send("/write")
    await head.phone.send("В школе потоп")
    await head.phone.press(Writing.CANCEL)
    await deliver(world, 2, 1)
    assert Placing.LATE in await head.screen()
    await head.press(Placing.TO_DEPARTMENT)
    values, field = await draft(world, head)
    assert ("note" in values, field) == (False, "note")


async def test_a_number_is_no_letter_to_the_department(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    await head.phone.send("120")
    await head.phone.press(Form.MORE)
    await head.do(deliver(world, 2, 1))
    values, _ = await draft(world, head)
    assert values["members"] == 120


async def test_a_day_is_no_reason_for_an_extension(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Form.MORE, Extending.ASK)
    await head.phone.send("20.10.2026")
    await head.phone.press(Extending.WEEK)
    await deliver(world, 2, 1)
    assert Placing.LATE in await head.sees()
    async with world.storage.read() as tx:
        talk = await dialogues.get(tx, head.id)
    assert (talk.kind, talk.data["step"]) == ("extension", "reason")
    assert "reason" not in talk.data


async def test_a_late_offer_takes_no_day_away_that_was_typed(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Form.MORE, Extending.ASK)
    await head.phone.press(Extending.WEEK)
    await head.phone.send("20.10.2026")
    await deliver(world, 2, 1)
    async with world.storage.read() as tx:
        talk = await dialogues.get(tx, head.id)
    assert talk.data["until"].startswith("2026-10-20")


async def test_a_block_that_comes_late_is_over(world: World, head: Head) -> None:
    await head.phone.block()
    await head.phone.unblock()
    await head.phone.send("/tasks")
    await deliver(world, 2, 3, 1)
    async with world.storage.read() as tx:
        person = await people.get(tx, head.id)
    assert person is not None
    assert person.unreachable_at is None


async def test_a_message_that_comes_after_a_block_brings_nobody_back(world: World, head: Head) -> None:
    await head.phone.send("/tasks")
    await head.phone.block()
    await deliver(world, 2, 1)
    async with world.storage.read() as tx:
        person = await people.get(tx, head.id)
    assert person is not None
    assert person.unreachable_at is not None


async def test_order_is_kept_through_a_restart(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await to_note(head)
    await head.phone.send("скоро откроем")
    await head.phone.press(Form.SKIP)
    typed, pressed = withheld(world)
    await brought(world, pressed)
    await world.restart()
    world.now += timedelta(minutes=2)
    await brought(world, typed)
    await world.settle()
    values, field = await draft(world, head)
    assert (values["note"], field) == ("скоро откроем", "page")


async def test_a_late_comment_by_a_swipe_is_a_comment(world: World, head: Head) -> None:
    """In order it would be one: that the press has overtaken it makes no answer of it."""
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE)
    card = await head.card(Club.TITLE)
    await head.phone.send("журнал ведёт завуч", reply_to=card)
    await head.phone.press(Form.NO)
    await deliver(world, 2, 1)
    assert [remark.text for remark in await remarks_of(world)] == ["журнал ведёт завуч"]
    values, field = await draft(world, head)
    assert (values["register"], field) == (False, "members")


async def test_a_late_number_by_a_swipe_is_the_answer_to_what_was_asked(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    card = await head.card(Club.TITLE)
    await head.phone.send("120", reply_to=card)
    await head.phone.callback(f"fs:{(await mine(world, head))['everything']}:4:go")
    await deliver(world, 2, 1)
    values, field = await draft(world, head)
    assert (values["members"], field) == (120, "girls")


async def test_a_late_file_by_a_swipe_is_enclosed(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE)
    card = await head.card(Club.TITLE)
    await head.phone.send_file(b"%PDF-1.4", "план.pdf", reply_to=card)
    await head.phone.press(Form.NO)
    await deliver(world, 2, 1)
    assert [remark.file_name for remark in await remarks_of(world)] == ["план.pdf"]


async def test_a_late_swipe_on_another_request_is_for_that_one(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await world.at("2026-10-06 09:00")
    ids = await mine(world, head)
    other = await head.card("Положение утверждено")
    await head.press(Club.BEING_MADE)
    await head.phone.send("в пятницу педсовет", reply_to=other)
    await head.phone.press(Form.NO, message_id=await head.card(Club.TITLE))
    await deliver(world, 2, 1)
    assert [remark.text for remark in await remarks_of(world, ids["tap"])] == ["в пятницу педсовет"]
    assert (await draft(world, head))[1] == "members"


async def test_a_late_correction_of_a_number_corrects_it(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE, Form.NO)
    typed = await head.phone.send("120")
    await head.phone.edit(typed, "125")
    await head.phone.press(Form.MORE)
    await deliver(world, 3, 1, 2)
    assert (await draft(world, head))[0]["members"] == 125
    # And one that comes after everything else.
    await head.phone.edit(typed, "126")
    await head.phone.send("60")
    await deliver(world, 2, 1)
    values, field = await draft(world, head)
    assert (values["members"], values["girls"], field) == (126, 60, "share")


@pytest.mark.slow
async def test_a_late_correction_of_what_is_asked_about_overwrites_nothing(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await fill(head)
    await head.press(Form.SEND)
    await world.at("2027-03-01 09:00")
    typed = await head.phone.send(Club.BEING_MADE)
    await head.phone.edit(typed, Club.NOT_MADE)
    await head.phone.press(Form.UNCHANGED)
    await deliver(world, 3, 1, 2)
    assert Placing.LATE_VALUE in await head.sees()
    assert (await draft(world, head))[0]["club"] == Club.WORKS
    await head.press(Placing.WRITE_DOWN)
    assert (await draft(world, head))[0]["club"] == Club.NOT_MADE
