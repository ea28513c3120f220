"""Somebody is answering, and a colleague is faster, or the seat is gone."""

import pytest

from bot.domain.people.member import Seat
from bot.storage.ledger import drafts
from bot.storage.people import seats
from tests import messengers
from tests.handlers.answering.ledger import fill, mine
from tests.people import ADMIN, introduced
from tests.texts.example import Club
from tests.texts.heads import Form, Placing, Preferences, Registration
from tests.world import Head, World

BELOYARSK = "Белоярская"
ANSWERED = "Мария Иванова уже ответил(а)"


async def has_draft(world: World, person: Head, obligation_id: int) -> bool:
    """Whether the person has begun an answer to it."""
    async with world.storage.read() as tx:
        return await drafts.get(tx, person.id, obligation_id) is not None


@pytest.mark.slow
async def test_the_next_step_says_that_a_colleague_has_answered(world: World, head: Head, colleague: Head) -> None:
    await world.at("2026-10-05 09:00")
    await colleague.press(Club.WORKS)
    await fill(head)
    await head.press(Form.SEND)
    await colleague.press("Лыжи")
    assert f"⚠️ {ANSWERED} 5 октября в 09:00. При отправке спросим, какой ответ учесть." in await colleague.sees()
    await colleague.press(Form.DONE, Form.YES)
    await colleague.send("120")
    assert ANSWERED in await colleague.sees()
    # Whoever sees the form anew has read it; their own next answer is no colleague's.
    await head.press(Form.CHANGE, "Клуб: Действует", Club.BEING_MADE)
    assert "уже ответил(а)" not in await head.sees()


@pytest.mark.slow
async def test_nobody_explains_in_vain_why_it_does_not_concern_them(world: World, head: Head, colleague: Head) -> None:
    await world.at("2026-10-05 09:00")
    await colleague.press(Form.NOT_OURS)
    await fill(head)
    await head.press(Form.SEND)
    await colleague.send("Клуба у нас нет")
    assert ANSWERED in await colleague.sees()
    await colleague.press(Form.SEND)
    assert "Не относится к организации: Клуба у нас нет" in await colleague.sees()


async def test_what_is_typed_after_a_colleague_goes_to_no_other_request(
    world: World, head: Head, colleague: Head
) -> None:
    """The colleague has opened a request and is about to type; it is answered, and another one is open."""
    await world.at("2026-10-06 09:00")
    ids = await mine(world, colleague)
    await colleague.press("Положение утверждено")
    await head.press("Положение утверждено", Form.YES)
    await colleague.send("да")
    assert not await has_draft(world, colleague, ids["everything"])
    assert f"Вы отвечали на запрос «Положение утверждено». {ANSWERED}." in await colleague.sees()
    assert Club.TITLE in " ".join(await colleague.buttons())
    # Once: whatever is typed next is for what is open.
    await colleague.send("Действует")
    assert await has_draft(world, colleague, ids["everything"])


@pytest.mark.slow
async def test_whoever_has_answered_goes_on_with_the_other_request(world: World, head: Head) -> None:
    await world.at("2026-10-06 09:00")
    ids = await mine(world, head)
    await head.press("Положение утверждено", Form.YES)
    await head.send("Действует")
    assert await has_draft(world, head, ids["everything"])


async def test_what_is_typed_for_a_school_that_was_left_goes_to_no_other(world: World, head: Head) -> None:
    """The head of two schools has one of them taken away in the midst of an answer."""
    await head.send("/settings")
    await head.press(Preferences.ORGANIZATIONS, Preferences.ADD_ORGANIZATION, "Общее", Registration.DONE)
    await head.press(BELOYARSK, Registration.HEAD)
    await world.at("2026-10-05 09:00")
    (here, there) = await held(world, head)
    await head.press("Белоярская школа")
    await world.storage.apply(lambda tx: seats.vacate(tx, there.id, messengers.person(ADMIN), world.now))
    await head.send("Действует")
    assert "больше не ваш" in await head.sees()
    (left,) = (await mine(world, head)).values()
    assert not await has_draft(world, head, left)
    # Once: whatever is typed next is for what is open.
    await head.send("Действует")
    assert await has_draft(world, head, left)
    assert here.organization_id != there.organization_id


@pytest.mark.slow
async def test_nor_does_a_reply_to_its_form(world: World, head: Head) -> None:
    """They go on with the other school, and swipe the form of the one that was taken away, or what they typed there."""
    await head.send("/settings")
    await head.press(Preferences.ORGANIZATIONS, Preferences.ADD_ORGANIZATION, "Общее", Registration.DONE)
    await head.press(BELOYARSK, Registration.HEAD)
    await world.at("2026-10-05 09:00")
    (_, there) = await held(world, head)
    await head.press("Белоярская школа", Club.BEING_MADE, Form.YES)
    own = await head.send("120")
    form = await head.card("из них девочек")
    await head.send("/tasks")
    await world.storage.apply(lambda tx: seats.vacate(tx, there.id, messengers.person(ADMIN), world.now))
    await head.send("/tasks")
    await head.press(Club.TITLE, Club.BEING_MADE, Form.YES)
    (left,) = (await mine(world, head)).values()
    for pointed in (form, own):
        await head.send("60", reply_to=pointed)
        await head.phone.find("больше не ваш")
        async with world.storage.read() as tx:
            begun = await drafts.get(tx, head.id, left)
        assert begun is not None
        assert "members" not in begun.values


async def held(world: World, head: Head) -> list[Seat]:
    """The seats of the head, the school's first."""
    async with world.storage.read() as tx:
        return sorted(await seats.of_person(tx, head.id), key=lambda seat: seat.organization_name, reverse=True)


async def test_a_letter_from_a_school_that_was_left_is_not_lost(world: World, head: Head) -> None:
    """The seat is taken away while a message for the department is being written."""
    chief = await introduced(world, "Начальник Анна", ADMIN)
    await head.send("/write")
    (seat,) = await held(world, head)
    await world.storage.apply(lambda tx: seats.vacate(tx, seat.id, chief.id, world.now))
    await head.send("Кому сдавать печать?")
    assert f"от которой писали. {Placing.KEPT}" in await head.sees()
    await head.press(Placing.TO_DEPARTMENT)
    assert "Кому сдавать печать?" in await chief.sees()


async def test_a_file_that_comes_after_a_colleague_is_told_why_it_has_no_place(
    world: World, head: Head, colleague: Head
) -> None:
    await world.at("2026-10-06 09:00")
    await colleague.press("Положение утверждено")
    await head.press("Положение утверждено", Form.YES)
    await colleague.send_file()
    assert f"Вы отвечали на запрос «Положение утверждено». {ANSWERED}." in await colleague.sees()
